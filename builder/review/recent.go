package review

import (
	"slices"

	"handbook/builder/book"
	"handbook/builder/page"
	"handbook/builder/schema"
)

// Recent is what commits of one week changed on a page.
type Recent struct {
	Node          *book.Node
	Week          schema.Date // its Monday
	Last          Edit        // the newest of the week
	By            []string    // who made the changes, the newest first
	New           bool        // the page came in this week
	Deleted       bool        // the page went in this week; Node stands for it and is not in the book
	Before, After *page.Page  // the page as it was and what the week made of it; nil where that is not known or was not asked for

	first Edit // the oldest of the week
}

// Limits of what is told of recent changes.
const (
	recentWeeks = 6  // how far back they go
	recentTexts = 60 // of how many the texts are read
)

// Recently lists what changed in this week and the five before it, the newest first, then in reading order. The
// texts before and after are read for the first of them only. Edits that are not committed are left out.
func Recently(b *book.Book, past Past, today schema.Date) []Recent {
	if past == nil {
		return nil
	}
	since := Week(today).AddDays(-7 * (recentWeeks - 1))
	var list []Recent
	for _, n := range b.Nodes {
		if n.Page == nil || n.URL == "" {
			continue
		}
		first := len(list)
		for _, e := range past.Edits(n.Page.Path) {
			if e.Commit == "" || today.Before(e.Day) {
				continue
			}
			if e.Day.Before(since) {
				break
			}
			week := Week(e.Day)
			i := slices.IndexFunc(list[first:], func(r Recent) bool { return r.Week == week })
			if i < 0 {
				i = len(list) - first
				list = append(list, Recent{Node: n, Week: week, Last: e})
			}
			r := &list[first+i]
			if e.By != "" && !slices.Contains(r.By, e.By) {
				r.By = append(r.By, e.By)
			}
			r.New, r.first = r.New || e.New, e
		}
	}
	for _, d := range past.Deleted(since) {
		if !d.Edit.Day.Before(since) && !today.Before(d.Edit.Day) && !d.Page.Meta.Draft && !b.Site.Ignores(d.Page.Path) {
			list = append(list, Recent{Node: b.Gone(d.Page.Face), Week: Week(d.Edit.Day), Last: d.Edit, By: known(d.Edit.By), Deleted: true})
		}
	}
	slices.SortStableFunc(list, func(a, b Recent) int { return b.Week.Compare(a.Week) })
	texts := recentTexts
	for i := range list {
		r := &list[i]
		if r.New || r.Deleted {
			continue
		}
		if texts--; texts < 0 {
			break
		}
		before, _, ok := past.Versions(r.Node.Page.Path, r.first)
		_, after, known := past.Versions(r.Node.Page.Path, r.Last)
		if ok && known {
			r.Before, r.After = before, after
		}
	}
	return list
}

// known is a list of one name, if there is one.
func known(name string) []string {
	if name == "" {
		return nil
	}
	return []string{name}
}
