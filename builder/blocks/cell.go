package blocks

import (
	"cmp"
	"html/template"
	"slices"
	"strconv"
	"strings"

	"handbook/builder/query"
	"handbook/builder/review"
	"handbook/builder/schema"
	"handbook/builder/signs"
	"handbook/builder/theme"
)

// Limits of what a cell tells.
const (
	cellLimit = 12 // things that it holds; all of them stand in the view's file
	diffRows  = 40 // rows of what was changed on one page
)

// fieldLabel is the head of a column.
func (m *maker) fieldLabel(f *query.Field) string {
	if f.Label != "" {
		return schema.Spoken(f.Label)
	}
	last := f.Name[strings.LastIndexByte(f.Name, '.')+1:]
	if word := m.words.ViewFields[last]; word != "" {
		return word
	}
	last = strings.ReplaceAll(last, "_", " ")
	if last == "" {
		return ""
	}
	return strings.ToUpper(last[:1]) + last[1:]
}

// head is what stands over a group.
func (m *maker) head(f *query.Field, v query.Value) theme.Item {
	if !v.Set {
		switch f.Name {
		case "owner":
			if m.signs.Narrow { // whoever it is may not be named
				break
			}
			return theme.Item{Text: m.words.States["unowned"]}
		case "section":
			return theme.Item{Text: m.words.HomeSection, URL: m.signs.Book.Home.URL}
		}
		return theme.Item{Text: m.words.ViewUnset}
	}
	v.Of = nil // the state in which its rows will be, not that of the first page today
	item := m.item(f, v)
	if f.Kind == query.Day {
		item = theme.Item{Text: m.month(v.Day)}
	}
	if f.Name == "week" && f.Kind == query.Day {
		item = theme.Item{Text: strings.ReplaceAll(m.words.RecentWeek, "{date}", m.words.Day(v.Day))}
	}
	if item.Badge != nil {
		item = theme.Item{Text: item.Badge.Word}
	}
	if f.Kind == query.Choice || f.Kind == query.Text {
		item.Text = schema.Spoken(item.Text)
	}
	return item
}

func (m *maker) month(d schema.Date) string {
	return m.words.Months[d.Month-1] + " " + strconv.Itoa(d.Year)
}

// judges reports whether a column says how fresh the page of each row is, so that no mark need say it again.
func judges(columns []*query.Field) bool {
	return slices.ContainsFunc(columns, func(f *query.Field) bool { return f.Kind == query.State && f.Name == "freshness" })
}

func (m *maker) row(a *query.Answer, row query.Row) theme.BlockRow {
	out := theme.BlockRow{Cells: make([]theme.Cell, 0, len(row.Cells)+1)}
	if !row.Until.IsZero() {
		out.Ages = theme.Ages("until", row.Until, false)
	}
	if !row.From.IsZero() {
		out.Ages += theme.Ages("from", row.From, m.signs.Today.Before(row.From))
	}
	if a.Rows != nil {
		out.Cells = append(out.Cells, theme.Cell{Label: m.fieldLabel(a.Rows), Items: []theme.Item{m.head(a.Rows, *row.Head)}})
	}
	for i, v := range row.Cells {
		c := m.cell(a.Columns[i], v)
		if len(c.Items) == 1 && v.Node != nil && v.Node == row.Node && judges(a.Columns) {
			c.Items[0].Mark, c.Items[0].Dates = nil, ""
		}
		if more := len(c.Items) - cellLimit; a.Layout.Gaps {
			c.Gap = len(c.Items) == 0 && a.Rows == nil && !v.Untold && !a.Columns[i].Free
			if i > 0 {
				addStatus(c.Items, v)
			}
		} else if more > 0 {
			c.Items = append(c.Items[:cellLimit], theme.Item{Note: m.signs.NotShown(more)})
		}
		if a.Layout.Gaps {
			c.Said = c.Label
		}
		out.Cells = append(out.Cells, c)
	}
	return out
}

func (m *maker) cell(f *query.Field, v query.Value) theme.Cell {
	c := theme.Cell{Label: m.fieldLabel(f), Num: f.Kind == query.Number && !f.Many}
	v.Each(func(v query.Value) { c.Items = append(c.Items, m.item(f, v)) })
	if f.Kind == query.Diff {
		c.Diff = m.diffOf(v.Change)
	}
	if key := sortKey(f, v); v.Set && v.List == nil && key != c.Items[0].Text {
		c.Sort = key
	}
	return c
}

// addStatus says of each page in a cell of a matrix how far it is.
func addStatus(items []theme.Item, v query.Value) {
	i := 0
	v.Each(func(v query.Value) {
		if to := &items[i]; v.Node != nil && v.State == "" && to.Badge == nil && to.Note == "" {
			to.Note = schema.Spoken(v.Node.Status)
		}
		i++
	})
}

// sortKey is by what the browser sorts a cell, where neither its words nor its day are enough.
func sortKey(f *query.Field, v query.Value) string {
	switch f.Kind {
	case query.Number:
		return strconv.FormatFloat(v.Number, 'f', -1, 64)
	case query.Choice, query.State:
		if i := slices.Index(f.Options, v.Text); i >= 0 {
			return strconv.Itoa(i)
		}
	}
	return ""
}

// item shows one value.
func (m *maker) item(f *query.Field, v query.Value) theme.Item {
	switch f.Kind {
	case query.Day:
		item := theme.Item{Day: v.Day}
		if v.State != "" {
			b := m.planBadge(v.State, v.Word)
			item.Badge = &b
		}
		for _, c := range v.Later {
			item.Later = append(item.Later, theme.AgedBadge{Badge: m.planBadge(c.State, c.Word), Ages: theme.Ages("from", c.Day, true)})
		}
		return item
	case query.Truth:
		if v.True {
			return theme.Item{Text: m.words.ViewYes}
		}
		return theme.Item{Text: m.words.ViewNo}
	case query.Diff:
		return theme.Item{}
	case query.State:
		b := m.signs.State(v.Text)
		if v.Of != nil && v.Text != "" {
			b = m.signs.Of(v.Of).Signs().Badge
		}
		return theme.Item{Badge: &b}
	}
	item := theme.Item{Text: m.text(f, v), URL: v.URL}
	if v.State != "" {
		m.addPlan(&item, v)
	}
	if v.Node != nil && v.Node.URL != "" {
		shown := m.signs.Of(v.Node).Signs()
		item.URL = cmp.Or(item.URL, v.Node.URL)
		item.Mark, item.Dates = shown.Mark, shown.Dates()
	}
	return item
}

// text is what a value says.
func (m *maker) text(f *query.Field, v query.Value) string {
	switch name := f.Name[strings.LastIndexByte(f.Name, '.')+1:]; {
	case v.All > 0:
		return strings.NewReplacer("{done}", strconv.Itoa(int(v.Number)), "{all}", strconv.Itoa(v.All)).Replace(m.words.SignOffCount)
	case f.Kind == query.Choice && f.Name == "change":
		return cmp.Or(m.words.ViewChange[v.Text], v.Text)
	case f.Kind == query.Choice && f.Name == "task":
		return cmp.Or(m.words.ViewTask[v.Text], v.Text)
	case f.Kind == query.Choice && f.Name == "when":
		return cmp.Or(m.words.ViewWhen[v.Text], v.Text)
	case f.Kind == query.Choice && name == "type":
		t, _ := m.signs.Book.Site.TypeNamed(v.Text)
		return t.Label
	case f.Kind == query.Choice || name == "status":
		return schema.Spoken(v.Text)
	}
	return v.Text
}

// addPlan says how far a document of a plan is, and what time alone makes of that.
func (m *maker) addPlan(item *theme.Item, v query.Value) {
	b := m.planBadge(v.State, v.Word)
	item.Badge = &b
	if item.Note = m.words.Day(v.Day); v.Node == nil {
		item.Text = ""
	}
	for i, c := range v.Later {
		until := template.HTMLAttr("")
		if i+1 < len(v.Later) {
			until = theme.Ages("until", v.Later[i+1].Day, false)
		}
		if i == 0 {
			item.Ages = theme.Ages("until", c.Day, false)
		}
		item.Later = append(item.Later, theme.AgedBadge{Badge: m.planBadge(c.State, c.Word), Ages: until + theme.Ages("from", c.Day, true)})
	}
}

// planBadge says how a document of a plan stands.
func (m *maker) planBadge(state, word string) theme.Badge {
	b := m.signs.State(state)
	b.Word = cmp.Or(m.words.ViewPlan[word], word, b.Word)
	return b
}

// diffOf is what was changed on a page, or where that can be read; nil for nothing to tell.
func (m *maker) diffOf(c *review.Recent) *theme.Change {
	if c == nil {
		return nil
	}
	out := &theme.Change{}
	switch {
	case c.Deleted:
		return nil
	case c.New:
		out.Summary = c.Node.Summary
	case c.Before != nil && c.After != nil:
		out.Diff = &theme.Diff{Title: c.Node.Title, URL: c.Node.URL, Was: m.words.RecentBefore, Is: m.words.RecentAfter, Day: c.Week, Most: diffRows,
			Old: review.Passages(c.Before, ""), New: review.Passages(c.After, "")}
	default:
		out.History = signs.Source(m.signs.Book.Site.HistoryURL, c.Node)
	}
	return out
}
