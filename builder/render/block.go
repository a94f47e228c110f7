package render

import (
	"cmp"
	"fmt"
	"html/template"
	"slices"
	"strconv"
	"strings"

	"handbook/builder/book"
	"handbook/builder/page"
	"handbook/builder/query"
	"handbook/builder/theme"
)

// shapes draw what is not rows in groups.
var shapes = map[*query.Layout]func(*renderer, *theme.Block, *query.Answer){
	query.Table:    (*renderer).table,
	query.Radar:    (*renderer).radar,
	query.Timeline: (*renderer).timeline,
	query.Count:    (*renderer).count,
	query.Chart:    (*renderer).bars,
	query.Health:   (*renderer).health,
	query.Weeks:    (*renderer).health,
}

// block turns the answer to a view into what the template sees. It stands under a heading; its rows lie in a file.
func (r *renderer) block(a *query.Answer, under, file string) *theme.Block {
	noun := r.noun(a)
	b := &theme.Block{Site: r.site, Layout: a.Layout.String(), Title: a.Title, Label: cmp.Or(a.Title, under, noun), Total: number(a.Total, a.Later), Shown: a.Shown}
	switch {
	case len(a.Mistakes) > 0 && r.Narrow: // what it asks for may be away; whether it is right is told to who writes it
		b.Empty = cmp.Or(a.Empty, strings.ReplaceAll(r.words.ViewEmpty, "{what}", noun))
		return b
	case len(a.Mistakes) > 0:
		for _, m := range a.Mistakes {
			b.Mistakes = append(b.Mistakes, sentence(m.Text)+" "+sentence(m.Help))
		}
		return b
	}
	if a.Rows != nil {
		b.Columns = []theme.Column{{Label: r.fieldLabel(a.Rows)}}
	}
	for _, f := range a.Columns {
		b.Columns = append(b.Columns, theme.Column{Label: r.fieldLabel(f), Num: f.Kind == query.Number && !f.Many})
	}
	if a.Layout != query.Count { // of which 0 is an answer too
		if b.Total.Least() == 0 {
			b.Empty = r.nothing(a, noun)
		}
		if !b.Total.Any() {
			return b
		}
	}
	b.File = file
	if shape := shapes[a.Layout]; shape != nil {
		shape(r, b, a)
	} else {
		r.groups(b, a)
	}
	return b
}

// nothing is what stands in place of rows.
func (r *renderer) nothing(a *query.Answer, noun string) string {
	switch {
	case slices.Contains(a.From, "changes") && !r.History:
		return r.words.RecentNoHistory
	case a.Empty != "":
		return a.Empty
	case a.Where != "" && !r.Narrow: // which may name what is away
		return strings.NewReplacer("{what}", noun, "{where}", a.Where).Replace(r.words.ViewWhere)
	}
	return strings.ReplaceAll(r.words.ViewEmpty, "{what}", noun)
}

// groups are the rows of a view, in groups.
func (r *renderer) groups(b *theme.Block, a *query.Answer) {
	for _, g := range a.Groups {
		bg := theme.BlockGroup{Total: number(g.Total, g.Later)}
		if a.Group != nil {
			if bg.Head = r.head(a.Group, g.Value); !g.Value.Set && slices.Contains(a.From, "questions") {
				bg.Head.Text = r.words.QuestionsOther
			}
		}
		within := ""
		for i, row := range g.Rows {
			br := r.blockRow(a, row)
			if a.Sub != nil {
				if head := r.head(a.Sub, *row.Within); i == 0 || head.Text != within {
					within, br.Under = head.Text, head
				}
			}
			bg.Rows = append(bg.Rows, br)
		}
		if !a.Layout.Vacant {
			bg.Ages = bg.Total.Some()
		}
		b.Groups = append(b.Groups, bg)
	}
}

func (r *renderer) table(b *theme.Block, a *query.Answer) {
	b.Sortable = a.Total > 1 || len(a.Later) > 0
	r.groups(b, a)
}

// count says how many there are. Without groups the title is part of the sentence.
func (r *renderer) count(b *theme.Block, a *query.Answer) {
	if a.Title == "" || a.Group == nil {
		b.Title, b.Label = "", cmp.Or(a.Title, r.noun(a))
	}
	r.groups(b, a)
}

// bars are the groups of a chart.
func (r *renderer) bars(b *theme.Block, a *query.Answer) {
	most := 1
	for _, g := range a.Groups {
		most = max(most, g.Total)
	}
	r.groups(b, a)
	for _, g := range b.Groups {
		b.Bars = append(b.Bars, theme.BlockBar{Head: g.Head, N: g.Total, W: g.Total.N * 1000 / most})
	}
	b.Groups = nil
}

// cellLimit is how many things a cell holds. All of them stand in the view's file.
const cellLimit = 12

// number is a number of rows with what time makes of it.
func number(n int, later []query.Step) theme.Number {
	out := theme.Number{N: n}
	for _, s := range later {
		out.Later = append(out.Later, theme.NumberFrom{Day: s.Day, N: s.N})
	}
	return out
}

// sentence begins with a capital and ends with a full stop.
func sentence(s string) string {
	if s == "" {
		return ""
	}
	if c := s[0]; c >= 'a' && c <= 'z' && !strings.ContainsAny(strings.SplitN(s, " ", 2)[0], "_.") {
		s = strings.ToUpper(s[:1]) + s[1:]
	}
	if !strings.ContainsRune(".?!", rune(s[len(s)-1])) {
		s += "."
	}
	return s
}

// noun is what the rows of a view are: "Specs", "Beta reports: findings".
func (r *renderer) noun(a *query.Answer) string {
	var names []string
	for _, name := range a.From {
		typ, records, ok := strings.Cut(name, ".")
		t, known := r.Book.Site.TypeNamed(typ)
		switch {
		case name == "all", r.Narrow && !known && r.words.ViewLists[name] == "": // or what is away
			if !slices.Contains(names, r.words.ViewAll) {
				names = append(names, r.words.ViewAll)
			}
		case !known && r.words.ViewLists[name] != "":
			names = append(names, r.words.ViewLists[name])
		case ok:
			label := capital(strings.ReplaceAll(records, "_", " "))
			if f := t.Field(records); f != nil {
				label = f.Label
			}
			names = append(names, label)
		case known:
			names = append(names, t.Plural)
		default:
			names = append(names, t.Label)
		}
	}
	return strings.Join(names, ", ")
}

// fieldLabel is the head of a column.
func (r *renderer) fieldLabel(f *query.Field) string {
	if f.Label != "" {
		return capital(f.Label)
	}
	last := f.Name[strings.LastIndexByte(f.Name, '.')+1:]
	if word := r.words.ViewFields[last]; word != "" {
		return word
	}
	last = strings.ReplaceAll(last, "_", " ")
	if last == "" {
		return ""
	}
	return strings.ToUpper(last[:1]) + last[1:]
}

// head is what stands over a group.
func (r *renderer) head(f *query.Field, v query.Value) theme.Item {
	if !v.Set {
		switch f.Name {
		case "owner":
			if r.Narrow { // whoever it is may not be named
				break
			}
			return theme.Item{Text: r.words.States["unowned"]}
		case "section":
			return theme.Item{Text: r.words.HomeSection, URL: r.Book.Home.URL}
		}
		return theme.Item{Text: r.words.ViewUnset}
	}
	v.Of = nil // the state in which its rows will be, not that of the first page today
	item := r.item(f, v)
	if f.Kind == query.Day {
		item = theme.Item{Text: r.month(v.Day)}
	}
	if f.Name == "week" && f.Kind == query.Day {
		item = theme.Item{Text: strings.ReplaceAll(r.words.RecentWeek, "{date}", r.words.Day(v.Day))}
	}
	if item.Badge != nil {
		item = theme.Item{Text: item.Badge.Word}
	}
	if f.Kind == query.Choice || f.Kind == query.Text {
		item.Text = capital(item.Text)
	}
	return item
}

// capital is a word as it begins a line: "shipped" to "Shipped", "not-feasible" to "Not feasible".
func capital(s string) string {
	if s == "" || s[0] < 'a' || s[0] > 'z' {
		return s
	}
	return strings.ToUpper(s[:1]) + strings.ReplaceAll(s[1:], "-", " ")
}

func (r *renderer) month(d page.Date) string {
	return r.words.Months[d.Month-1] + " " + strconv.Itoa(d.Year)
}

func (r *renderer) blockRow(a *query.Answer, row query.Row) theme.BlockRow {
	out := theme.BlockRow{Cells: make([]theme.Cell, 0, len(row.Cells)+1)}
	if !row.Until.IsZero() {
		out.Ages = ages("until", row.Until, false)
	}
	if !row.From.IsZero() {
		out.Ages += ages("from", row.From, r.Today.Before(row.From))
	}
	if a.Rows != nil {
		out.Cells = append(out.Cells, theme.Cell{Label: r.fieldLabel(a.Rows), Items: []theme.Item{r.head(a.Rows, *row.Head)}})
	}
	for i, v := range row.Cells {
		f := a.Columns[i]
		c := theme.Cell{Label: r.fieldLabel(f), Num: f.Kind == query.Number && !f.Many}
		if a.Rows != nil {
			f = &query.Field{Kind: query.Ref}
		}
		v.Each(func(v query.Value) { c.Items = append(c.Items, r.item(f, v)) })
		if more := len(c.Items) - cellLimit; more > 0 && a.Layout != query.Matrix {
			c.Items = append(c.Items[:cellLimit], theme.Item{Note: r.signs.NotShown(more)})
		}
		if f.Kind == query.Diff {
			c.Diff = r.diffOf(v.Change)
		}
		if v.Set && len(v.List) == 0 {
			c.Sort = sortKey(f, v)
		}
		if a.Layout == query.Matrix {
			for k, v := range asList(v) {
				if i > 0 && v.Node != nil && v.State == "" && c.Items[k].Badge == nil && c.Items[k].Note == "" {
					c.Items[k].Note = v.Node.Status
				}
			}
		}
		c.Gap = a.Layout == query.Matrix && len(c.Items) == 0 && a.Rows == nil && !v.Untold
		out.Cells = append(out.Cells, c)
	}
	return out
}

func asList(v query.Value) []query.Value {
	var list []query.Value
	v.Each(func(v query.Value) { list = append(list, v) })
	return list
}

func ages(when string, d page.Date, hidden bool) template.HTMLAttr {
	s := " data-" + when + `="` + d.String() + `"`
	if hidden {
		s += " hidden"
	}
	return template.HTMLAttr(s)
}

// sortKey is by what the browser sorts a cell, where its words are not enough.
func sortKey(f *query.Field, v query.Value) string {
	switch f.Kind {
	case query.Number:
		return strconv.FormatFloat(v.Number, 'f', -1, 64)
	case query.Day:
		return v.Day.String()
	case query.Choice, query.State:
		if i := slices.Index(f.Options, v.Text); i >= 0 {
			return strconv.Itoa(i)
		}
	}
	return ""
}

// item shows one value.
func (r *renderer) item(f *query.Field, v query.Value) theme.Item {
	switch f.Kind {
	case query.Day:
		return theme.Item{Day: v.Day}
	case query.Truth:
		if v.True {
			return theme.Item{Text: r.words.ViewYes}
		}
		return theme.Item{Text: r.words.ViewNo}
	case query.Diff:
		return theme.Item{}
	case query.State:
		b := r.signs.State(v.Text)
		if v.Of != nil && v.Text != "" {
			b = r.signs.Of(v.Of).Signs().Badge
		}
		return theme.Item{Badge: &b}
	}
	item := theme.Item{Text: v.Text, URL: v.URL}
	if v.All > 0 {
		item.Text = strings.NewReplacer("{done}", strconv.Itoa(int(v.Number)), "{all}", strconv.Itoa(v.All)).Replace(r.words.SignOffCount)
	}
	if f.Name == "change" && f.Kind == query.Choice {
		item.Text = cmp.Or(r.words.ViewChange[v.Text], v.Text)
	}
	if f.Kind == query.Choice && f.Name[strings.LastIndexByte(f.Name, '.')+1:] == "type" {
		t, _ := r.Book.Site.TypeNamed(v.Text)
		item.Text = t.Label
	}
	if v.State != "" {
		b := r.planBadge(v.State, v.Word)
		item.Badge = &b
		if item.Note = r.words.Day(v.Day); v.Node == nil {
			item.Text = ""
		}
		for i, c := range v.Later {
			until := ""
			if i+1 < len(v.Later) {
				until = ` data-until="` + v.Later[i+1].Day.String() + `"`
			}
			if i == 0 {
				item.Ages = ages("until", c.Day, false)
			}
			item.Later = append(item.Later, theme.AgedBadge{Badge: r.planBadge(c.State, c.Word), Ages: template.HTMLAttr(until) + ages("from", c.Day, true)})
		}
	}
	if v.Node != nil && v.Node.URL != "" {
		shown := r.signs.Of(v.Node).Signs()
		item.URL = cmp.Or(item.URL, v.Node.URL)
		item.Mark, item.Dates = shown.Mark, shown.Dates()
	}
	return item
}

// planBadge says how a document of a plan stands.
func (r *renderer) planBadge(state, word string) theme.Badge {
	b := r.signs.State(state)
	b.Word = cmp.Or(r.words.ViewPlan[word], word, b.Word)
	return b
}

// rowsFiles are the paths at which the rows of a page's views lie, one for each view; "" for a view that is wrong. A path
// stays the same as long as the view's title does. No other page has files in the same folder.
func (r *renderer) rowsFiles(n *book.Node) []string {
	files := make([]string, len(n.Page.Views))
	dir := strings.TrimSuffix(n.Out, "index.html")
	wanted, given := map[string]int{}, map[string]bool{}
	for i := range n.Page.Views {
		view := &n.Page.Views[i]
		known := r.Views.View(n, view)
		if known == nil || known.Wrong || n.Out == "" {
			continue
		}
		_, id := under(n.Page, view)
		name := book.Slug(known.Title, book.Slug(id, "view"))
		for files[i] == "" {
			wanted[name]++
			path := dir + name + ".csv"
			if k := wanted[name]; k > 1 {
				path = fmt.Sprintf("%s%s-%d.csv", dir, name, k)
			}
			if !given[path] && r.Book.Free(path) {
				files[i], given[path] = path, true
			}
		}
	}
	return files
}

// fillBuiltIn adds the text of a built-in page, and how to make it one's own.
func (r *renderer) fillBuiltIn(v *theme.View, n *book.Node, h *hasher) {
	p := r.text(n)
	v.Text, v.TOC = p.Text.Sum, heads(n)
	v.Body, v.Wide = r.fragment(h, r.body(n, h)), true
	v.AskFor, v.Command = r.words.ViewOwn, "handbook eject "+strings.TrimSuffix(n.Page.Path, ".md")
	v.Italic = p.Italic
}

// inFolder is the built-in page of a folder without a page of its own; nil for most.
func (r *renderer) inFolder(n *book.Node) *book.Node {
	p := r.BuiltIn[n.ID]
	if p == nil || n.Kind != book.KindFolder {
		return nil
	}
	return &book.Node{ID: n.ID, URL: n.URL, Out: n.Out, Title: p.Title, Summary: p.Meta.Description, Page: p.Face}
}

// whole is a page's address for whoever reads it elsewhere.
func (r *renderer) whole(n *book.Node) string { return r.signs.Whole(n.URL) }

// under is the heading that a view stands below.
func under(p *page.Face, v *page.View) (text, id string) {
	if v.Under < 0 || v.Under >= len(p.Headings) {
		return "", ""
	}
	return p.Headings[v.Under].Text, p.Headings[v.Under].ID
}

// viewFiles are the rows of views as files.
func (r *renderer) viewFiles() []Output {
	var out []Output
	for _, n := range r.withViews() {
		for i, path := range r.rowsFiles(n) {
			if path != "" {
				known := r.Views.View(n, &n.Page.Views[i])
				out = append(out, Output{Path: path}.madeBy(
					func() ([]byte, error) { return known.Answer().CSV(r.whole), nil },
					func() []Input { return []Input{{"its rows", r.rowsSum(known.Answer())}} }))
			}
		}
	}
	return out
}

// withViews are the pages that show views, the built-in ones last.
func (r *renderer) withViews() []*book.Node {
	var list, last []*book.Node
	for _, n := range r.Book.Nodes {
		if n.Page != nil && len(n.Page.Views) > 0 {
			list = append(list, n)
		} else if b := r.inFolder(n); b != nil {
			last = append(last, b)
		}
	}
	return slices.Concat(list, last, r.builtIn)
}

// rowsSum is a sum of all rows of a view.
func (r *renderer) rowsSum(a *query.Answer) uint64 {
	h := r.hashers.Get().(*hasher)
	defer r.hashers.Put(h)
	h.buf = h.buf[:0]
	for _, c := range slices.Concat(a.Columns, a.Dates) {
		h.string(c.Name)
	}
	a.Each(func(row query.Row) bool {
		if row.Node != nil {
			h.string(r.whole(row.Node))
		}
		head := ""
		if row.Head != nil {
			head = row.Head.Text
		}
		h.string(head)
		for _, v := range slices.Concat(row.Cells, a.Dated(row)) {
			h.string(v.String())
		}
		return true
	})
	return h.end()
}

// typeBlocks are the views that a page's type shows below the text, where they have something to show.
func (r *renderer) typeBlocks(n *book.Node, h *hasher) []theme.Fragment {
	var list []theme.Fragment
	for _, a := range r.Views.OfType(n) {
		if len(a.Mistakes) > 0 || a.Total == 0 && len(a.Later) == 0 {
			continue
		}
		b := r.block(a, "", "")
		b.Heading, b.Title = a.Title, ""
		var sum uint64
		if h != nil {
			sum = h.sum(b)
		}
		list = append(list, theme.Fragment{Sum: sum, Make: func() (template.HTML, error) { return r.Theme.Block(b) }})
	}
	return list
}
