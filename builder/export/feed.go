package export

import (
	"cmp"
	"slices"

	"handbook/builder/agenda"
	"handbook/builder/atom"
	"handbook/builder/book"
	"handbook/builder/schema"
)

// feedLimit is how many pages the feed of changes lists.
const feedLimit = 50

// Feed is an Atom feed (RFC 4287) of the pages whose text changed last, the newest first. Where no change is known, from
// git, the day on which a page says it was written takes its place.
func (x *Book) Feed() []byte {
	s := x.Signs
	type entry struct {
		node *book.Node
		day  schema.Date
	}
	var entries []entry
	for _, n := range s.Book.Nodes {
		if n.Page == nil || n.URL == "" || n.Draft {
			continue
		}
		day := s.Of(n).Verdict.Changed.Day
		if day.IsZero() {
			if f := n.Page.Field("date"); f != nil {
				day, _ = f.Value.(schema.Date)
			}
		}
		if !day.IsZero() && !s.Today.Before(day) {
			entries = append(entries, entry{n, day})
		}
	}
	slices.SortStableFunc(entries, func(a, b entry) int { return b.day.Compare(a.day) })
	link := func(rel, kind, address string) atom.Link {
		return atom.Link{Rel: rel, Type: kind, Href: atom.Text(s.Whole(address))}
	}
	f := atom.Feed{Language: s.Site.Language, Title: atom.Text(s.Site.Name), Subtitle: atom.Text(s.Site.Description), ID: agenda.URN(s.Book.Site, "feed"),
		Links:  []atom.Link{link("self", "application/atom+xml", s.Site.Base+"feed.xml"), link("alternate", "text/html", s.Book.Home.URL)},
		Author: atom.By(cmp.Or(s.Site.Name, "Handbook"))}
	for i, e := range entries[:min(len(entries), feedLimit)] {
		n := e.node
		if i == 0 {
			f.Updated = atom.Day(e.day)
		}
		entry := atom.Entry{Title: atom.Text(n.Title), ID: agenda.URN(s.Book.Site, "page", n.ID), Updated: atom.Day(e.day),
			Author: atom.By(s.Of(n).Verdict.Changed.By), Links: []atom.Link{link("alternate", "text/html", n.URL)}, Summary: atom.Text(cmp.Or(n.Summary, n.Title))}
		if label := s.Label(n); label != "" {
			entry.Category = &atom.Category{Term: n.Type, Label: atom.Text(label)}
		}
		f.Entries = append(f.Entries, entry)
	}
	return f.Bytes()
}
