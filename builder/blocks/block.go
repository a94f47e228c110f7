// Package blocks turns the answer to a view into what a theme shows: a block of rows, cards, bars, or a drawing. Each layout
// that is not rows in groups is a function in shapes.
package blocks

import (
	"cmp"
	"slices"
	"strings"

	"handbook/builder/query"
	"handbook/builder/schema"
	"handbook/builder/signs"
	"handbook/builder/theme"
)

// maker makes blocks of a book.
type maker struct {
	signs *signs.Book
	words *theme.Words
}

// shapes draw what is not rows in groups.
var shapes = map[*query.Layout]func(*maker, *theme.Block, *query.Answer){
	query.Table:    (*maker).table,
	query.Radar:    (*maker).radar,
	query.Timeline: (*maker).timeline,
	query.Count:    (*maker).count,
	query.Chart:    (*maker).bars,
	query.Health:   (*maker).health,
	query.Weeks:    (*maker).health,
	query.Network:  (*maker).network,
	query.Launch:   (*maker).launch,
	query.Flow:     (*maker).flow,
	query.Trend:    (*maker).trend,
	query.Map:      (*maker).treemap,
	query.Bullets:  (*maker).bullets,
	query.Path:     (*maker).path,
}

// Of turns the answer to a view into what the template sees. It stands under a heading; its rows lie in a file.
func Of(s *signs.Book, a *query.Answer, under, file string) *theme.Block {
	m := &maker{s, s.Words}
	noun := m.noun(a)
	b := &theme.Block{Site: m.signs.Site, Layout: a.Layout.String(), Title: a.Title, Label: cmp.Or(a.Title, under, noun), Total: Number(a.Total, a.Later), Shown: a.Shown, Cut: a.Cut}
	switch {
	case len(a.Mistakes) > 0 && m.signs.Narrow: // what it asks for may be away; whether it is right is told to who writes it
		b.Empty = cmp.Or(a.Empty, strings.ReplaceAll(m.words.ViewEmpty, "{what}", noun))
		return b
	case len(a.Mistakes) > 0:
		for _, m := range a.Mistakes {
			b.Mistakes = append(b.Mistakes, sentence(m.Text)+" "+sentence(m.Help))
		}
		return b
	}
	if a.Rows != nil {
		b.Columns = []theme.Column{{Label: m.fieldLabel(a.Rows)}}
	}
	for _, f := range a.Columns {
		b.Columns = append(b.Columns, theme.Column{Label: m.fieldLabel(f), Num: f.Kind == query.Number && !f.Many})
	}
	if a.Layout != query.Count { // of which 0 is an answer too
		if b.Total.Least() == 0 {
			b.Empty = m.nothing(a, noun)
		}
		if !b.Total.Any() {
			return b
		}
	}
	b.File = file
	if shape := shapes[a.Layout]; shape != nil {
		shape(m, b, a)
	} else {
		m.groups(b, a)
	}
	return b
}

// nothing is what stands in place of rows.
func (m *maker) nothing(a *query.Answer, noun string) string {
	switch {
	case slices.Contains(a.From, "changes") && !m.signs.History:
		return m.words.RecentNoHistory
	case a.Lacks == query.LacksDates && !m.signs.Narrow: // an audience may not be told
		return m.words.ViewUndated
	case a.Lacks == query.LacksOwners && !m.signs.Narrow:
		return m.words.ViewUnowned
	case a.Empty != "" && a.Lacks != query.LacksRows:
		return a.Empty
	case a.Where != "" && a.Lacks != query.LacksRows:
		return m.words.ViewWhere
	}
	return strings.ReplaceAll(m.words.ViewEmpty, "{what}", noun)
}

// shownRows is how many rows of a view show before somebody asks for the rest.
const shownRows = 20

// groups are the rows of a view, in groups.
func (m *maker) groups(b *theme.Block, a *query.Answer) {
	shown := 0
	for _, g := range a.Groups {
		bg := theme.BlockGroup{Total: Number(g.Total, g.Later)}
		if a.Group != nil {
			if bg.Head = m.head(a.Group, g.Value); !g.Value.Set && slices.Contains(a.From, "questions") {
				bg.Head.Text = m.words.QuestionsOther
			}
		}
		within := ""
		for i, row := range g.Rows {
			br := m.row(a, row)
			if a.Sub != nil {
				if head := m.head(a.Sub, *row.Within); i == 0 || head.Text != within {
					within, br.Under = head.Text, head
				}
			}
			br.Folded = shown >= shownRows
			if row.From.IsZero() || !m.signs.Today.Before(row.From) {
				shown++
			}
			bg.Rows = append(bg.Rows, br)
		}
		if !a.Layout.Vacant {
			bg.Ages = bg.Total.Some()
		}
		b.Groups = append(b.Groups, bg)
	}
	b.Folded = max(0, shown-shownRows)
}

func (m *maker) table(b *theme.Block, a *query.Answer) {
	b.Sortable = a.Total > 1 || len(a.Later) > 0
	m.groups(b, a)
}

// count says how many there are. Without groups the title is part of the sentence.
func (m *maker) count(b *theme.Block, a *query.Answer) {
	if a.Title == "" || a.Group == nil {
		b.Title, b.Label = "", cmp.Or(a.Title, m.noun(a))
	}
	m.groups(b, a)
}

// bars are the groups of a chart.
func (m *maker) bars(b *theme.Block, a *query.Answer) {
	most := 1
	for _, g := range a.Groups {
		most = max(most, g.Total)
	}
	m.groups(b, a)
	for _, g := range b.Groups {
		b.Bars = append(b.Bars, theme.BlockBar{Head: g.Head, N: g.Total, W: g.Total.N * 1000 / most})
	}
	b.Groups = nil
}

// Number is a number of rows with what time makes of it.
func Number(n int, later []query.Step) theme.Number {
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
func (m *maker) noun(a *query.Answer) string {
	var names []string
	for _, name := range a.From {
		typ, records, ok := strings.Cut(name, ".")
		t, known := m.signs.Book.Site.TypeNamed(typ)
		switch {
		case name == "all", m.signs.Narrow && !known && m.words.ViewLists[name] == "": // or what is away
			if !slices.Contains(names, m.words.ViewAll) {
				names = append(names, m.words.ViewAll)
			}
		case !known && m.words.ViewLists[name] != "":
			names = append(names, m.words.ViewLists[name])
		case ok:
			label := schema.Spoken(strings.ReplaceAll(records, "_", " "))
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
