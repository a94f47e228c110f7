package blocks

import (
	"cmp"
	"slices"

	"handbook/builder/book"
	"handbook/builder/query"
	"handbook/builder/theme"
)

// Limits of what a view tells at once.
const (
	tallyLimit = 100 // groups whose pages are counted
)

// health counts the pages of a view by state.
func (m *maker) health(b *theme.Block, a *query.Answer) {
	for _, g := range a.Groups {
		var pages []*book.Node
		for _, row := range g.Rows {
			if row.From.IsZero() {
				pages = append(pages, row.Node)
			}
		}
		if len(pages) == 0 {
			continue
		}
		if a.Group == nil {
			b.Bar = m.signs.Bar(pages)
			if a.Layout == query.Weeks && b.Bar.Needed > 0 {
				b.Weeks = m.signs.Weeks(pages)
			}
			return
		}
		t := theme.Tally{Head: m.head(a.Group, g.Value), Bar: *m.signs.Bar(pages)}
		if t.Bar.Needed > 0 {
			t.Weeks = m.signs.Weeks(pages)
		}
		for _, w := range t.Weeks {
			t.Due += w.Due
			t.Planned += w.Planned
		}
		b.Tallies = append(b.Tallies, t)
	}
	if a.Group == nil {
		return
	}
	// Those come first who have most to do.
	slices.SortStableFunc(b.Tallies, func(x, y theme.Tally) int { return cmp.Compare(y.Bar.Needed-y.Bar.Relied, x.Bar.Needed-x.Bar.Relied) })
	b.Columns = []theme.Column{{Label: m.fieldLabel(a.Group)}}
	most := cmp.Or(a.Limit, tallyLimit)
	if b.More = max(0, len(b.Tallies)-most); b.More > 0 {
		b.Tallies = b.Tallies[:most]
	}
}
