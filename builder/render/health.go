package render

import (
	"cmp"
	"slices"

	"handbook/builder/book"
	"handbook/builder/query"
	"handbook/builder/review"
	"handbook/builder/signs"
	"handbook/builder/theme"
)

// Limits of what a view tells at once.
const (
	tallyLimit = 100 // groups whose pages are counted
	diffRows   = 40  // rows of what was changed on one page
)

// health counts the pages of a view by state.
func (r *renderer) health(b *theme.Block, a *query.Answer) {
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
			b.Bar = r.signs.Bar(pages)
			if a.Layout == query.Weeks && b.Bar.Needed > 0 {
				b.Weeks = r.signs.Weeks(pages)
			}
			return
		}
		t := theme.Tally{Head: r.head(a.Group, g.Value), Bar: *r.signs.Bar(pages)}
		if t.Bar.Needed > 0 {
			t.Weeks = r.signs.Weeks(pages)
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
	slices.SortStableFunc(b.Tallies, func(x, y theme.Tally) int { return cmp.Compare(y.Bar.Overdue, x.Bar.Overdue) })
	b.Columns = []theme.Column{{Label: r.fieldLabel(a.Group)}}
	most := cmp.Or(a.Limit, tallyLimit)
	if b.More = max(0, len(b.Tallies)-most); b.More > 0 {
		b.Tallies = b.Tallies[:most]
	}
}

// diffOf is what was changed on a page, or where that can be read; nil for nothing to tell.
func (r *renderer) diffOf(c *review.Recent) *theme.Change {
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
		out.Diff = &theme.Diff{Title: c.Node.Title, URL: c.Node.URL, Was: r.words.RecentBefore, Is: r.words.RecentAfter, Day: c.Week, Most: diffRows,
			Old: review.Passages(c.Before, ""), New: review.Passages(c.After, "")}
	default:
		out.History = signs.Source(r.Book.Site.HistoryURL, c.Node)
	}
	return out
}
