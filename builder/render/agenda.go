package render

import (
	"slices"
	"strings"
	"sync"

	"handbook/builder/agenda"
	"handbook/builder/book"
	"handbook/builder/page"
	"handbook/builder/signs"
	"handbook/builder/theme"
)

// Limits of what is said of the time to come.
const (
	weeksLimit   = 12
	membersLimit = 100 // pages of a team's members on the team's page
)

// feeds are what an owner's reviews can be followed by.
type feeds struct {
	calendar, atom part // their paths are empty where there is none
}

// feedsOf are the calendar and the feed beside the page of an owner of pages that were ever reviewed.
func (r *renderer) feedsOf(n *book.Node) (f feeds) {
	dir, isPage := strings.CutSuffix(n.Out, "index.html")
	if !isPage || !agenda.EverReviewed(r.Book, r.Verdicts, n) {
		return f
	}
	for name, to := range map[string]*part{"reviews.ics": &f.calendar, "reviews.xml": &f.atom} {
		if r.Book.Free(dir + name) {
			*to = part{n.URL + name, dir + name}
		}
	}
	return f
}

// feedFiles are the calendars and feeds of all owners.
func (r *renderer) feedFiles() []Output {
	var files []Output
	for _, n := range r.Book.Owners {
		f := r.feedsOf(n)
		made := sync.OnceValue(func() agenda.Agenda { return agenda.New(r.Book, r.Verdicts, n, r.Today, page.Date{}) })
		if f.calendar.path != "" {
			files = append(files, r.file(f.calendar.path, func() []byte { return agenda.Calendar(made()) }))
		}
		if f.atom.path != "" {
			files = append(files, r.file(f.atom.path, func() []byte { return agenda.Feed(made(), r.Book.Site.Whole(f.atom.url)) }))
		}
	}
	return files
}

// ofMembers lists the pages that the members of a team own themselves.
func (r *renderer) ofMembers(n *book.Node) []theme.Group {
	if n.Type != "team" {
		return nil
	}
	var owned []*book.Node
	for _, name := range n.Words("members") {
		if m := r.signs.People.Find(name); m != nil && m != n {
			owned = append(owned, m.Owns...)
		}
	}
	if len(owned) == 0 {
		return nil
	}
	owned = slices.Compact(r.signs.WorstFirst(owned))
	g := theme.Group{ID: "hb:members", Title: r.words.OwnsMembers}
	for _, owns := range owned[:min(len(owned), membersLimit)] {
		row := r.signs.Row(owns)
		row.Owner = signs.OwnerOf(owns)
		g.Rows = append(g.Rows, row)
	}
	if more := len(owned) - membersLimit; more > 0 {
		g.More = r.signs.NotShown(more)
	}
	return []theme.Group{g}
}
