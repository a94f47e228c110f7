package render

import (
	"slices"
	"sync"

	"handbook/builder/agenda"
	"handbook/builder/book"
	"handbook/builder/page"
	"handbook/builder/signs"
	"handbook/builder/theme"
)

// membersLimit is how many pages of a team's members stand on the team's page.
const membersLimit = 100

// feeds are what an owner's reviews can be followed by.
type feeds struct {
	calendar, atom part // their paths are empty where there is none
}

// feedFiles are the calendars and feeds of all owners.
func (r *renderer) feedFiles() []Output {
	var files []Output
	for _, n := range r.Book.Owners {
		f := r.places.feedsOf(n)
		made := sync.OnceValue(func() agenda.Agenda { return agenda.New(r.Book, r.Verdicts, n, r.Today, page.Date{}) })
		if f.calendar.path != "" {
			files = append(files, r.file(f.calendar.path, "site", func() []byte { return agenda.Calendar(made()) }))
		}
		if f.atom.path != "" {
			files = append(files, r.file(f.atom.path, "site", func() []byte { return agenda.Feed(made(), r.Book.Site.Whole(f.atom.url)) }))
		}
	}
	return files
}

// ofMembers lists the pages that the members of a team own themselves.
func (m *around) ofMembers(n *book.Node) []theme.Group {
	if n.Type != "team" {
		return nil
	}
	var owned []*book.Node
	for _, name := range n.Words("members") {
		if m := m.signs.People.Find(name); m != nil && m != n {
			owned = append(owned, m.Owns...)
		}
	}
	if len(owned) == 0 {
		return nil
	}
	owned = slices.Compact(m.signs.WorstFirst(owned))
	g := theme.Group{ID: "hb:members", Title: m.signs.Words.OwnsMembers}
	for _, owns := range owned[:min(len(owned), membersLimit)] {
		row := m.signs.Row(owns)
		row.Owner = signs.OwnerOf(owns)
		g.Rows = append(g.Rows, row)
	}
	if more := len(owned) - membersLimit; more > 0 {
		g.More = m.signs.NotShown(more)
	}
	return []theme.Group{g}
}
