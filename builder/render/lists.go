package render

import (
	"cmp"
	"slices"
	"strings"
	"sync"
	"unicode/utf8"

	"handbook/builder/book"
	"handbook/builder/signs"
	"handbook/builder/theme"
)

// lists are the addresses of generated pages. They are given out before any view is made, since every page links
// to some of them.
type lists struct {
	tags, all     part
	search, index part     // the search page, and the folder with its index; empty without search
	ofTags        [][]part // for each tag, the pages of its list
	ofAll         []part   // the pages of the list of all pages
}

// missing is the page that a host shows for an address that leads nowhere.
const missing = "404.html"

// missingParts is how many parts of the handbook that page leads to.
const missingParts = 20

// lister makes the pages that are made for no single node.
type lister struct {
	signs  *signs.Book
	places *places
	navs   *navs
	texts  *texts
}

// listPlans are the pages that are made for no single node.
func (m *lister) listPlans() []plan {
	l := &m.places.lists
	var plans []plan
	if len(m.signs.Book.Tags) > 0 {
		plans = append(plans, plan{path: l.tags.path, url: l.tags.url, view: func(*hasher) *theme.View { return m.tagsView() }})
	}
	for k, t := range m.signs.Book.Tags {
		pages := l.ofTags[k]
		for i, p := range pages {
			plans = append(plans, plan{path: p.path, url: p.url, view: func(*hasher) *theme.View {
				v := m.tagView(t, cut(t.Nodes, i))
				m.page(v, pages, i, len(t.Nodes))
				return v
			}})
		}
	}
	plans = append(plans, m.allPlans()...)
	if l.search.path != "" {
		plans = append(plans, plan{path: l.search.path, url: l.search.url, view: func(*hasher) *theme.View { return m.searchView() }})
	}
	for _, n := range m.places.builtIn {
		plans = append(plans, plan{path: n.Out, url: n.URL, view: func(h *hasher) *theme.View {
			v := m.list("page", n.Title, n.Summary, n.URL)
			m.texts.fillBuiltIn(v, n, h)
			return v
		}})
	}
	if m.signs.Book.Free(missing) {
		plans = append(plans, plan{path: missing, view: func(*hasher) *theme.View { return m.missingView() }})
	}
	return plans
}

// list begins the view of a generated page.
func (m *lister) list(kind, title, summary, url string) *theme.View {
	return &theme.View{
		Site: m.signs.Site, Kind: kind, Title: title, Summary: summary, Description: summary, URL: url, Canonical: m.signs.Book.Site.Whole(url),
		Nav: m.navs.navOfList(url), Crumbs: []theme.Link{{Title: m.signs.Words.Home, URL: m.signs.Book.Home.URL}},
	}
}

func (m *lister) tagsView() *theme.View {
	v := m.list("tags", m.signs.Words.Tags, m.signs.Words.TagsNote, m.places.lists.tags.url)
	for _, t := range m.signs.Book.Tags {
		v.Tags = append(v.Tags, theme.Link{Title: t.Name, URL: t.URL, Count: len(t.Nodes)})
	}
	return v
}

func (m *lister) tagView(t *book.Tag, nodes []*book.Node) *theme.View {
	v := m.list("tag", strings.ReplaceAll(m.signs.Words.TagTitle, "{tag}", t.Name), "", t.URL)
	v.Crumbs = append(v.Crumbs, theme.Link{Title: m.signs.Words.Tags, URL: m.places.lists.tags.url})
	v.Groups = []theme.Group{{ID: "hb:list", Rows: m.signs.Rows(nodes)}}
	return v
}

func (m *lister) missingView() *theme.View {
	v := m.list("404", m.signs.Words.NotFound, m.signs.Words.NotFoundNote, "")
	v.Crumbs = nil
	var rows []theme.Row
	for _, n := range m.signs.Book.Home.Children {
		if n.URL != "" && !n.Hidden && len(rows) < missingParts {
			rows = append(rows, theme.Row{Title: m.signs.Short(n), URL: n.URL, Owner: signs.OwnerOf(n)})
		}
	}
	v.Groups = []theme.Group{{ID: "hb:list", Rows: rows}}
	return v
}

// addOwner turns the view of a team's or person's page into an owner's: who it is, and what they own.
func (m *around) addOwner(v *theme.View, n *book.Node) {
	feeds := m.places.feedsOf(n)
	card := &theme.OwnerCard{
		Initials: theme.Initials(n.Title), Department: signs.Field(n, "department"), Channel: signs.Field(n, "channel"), Email: signs.Field(n, "email"),
		Owns: len(n.Owns), Calendar: feeds.calendar.url, Feed: feeds.atom.url,
	}
	for _, name := range n.Words("members") {
		card.Members = append(card.Members, m.signs.Who(name))
	}
	v.Owner = card
	if len(n.Owns) > 0 {
		v.Bar = m.signs.Bar(n.Owns)
		if card.Feed != "" {
			v.Weeks = m.signs.Weeks(n.Owns)
		}
	}
}

// allPlans are the list of every page, from A to Z.
func (m *lister) allPlans() []plan {
	pages := m.places.lists.ofAll
	all := sync.OnceValues(func() ([]entry, []theme.Link) { return m.fromAToZ(pages) })
	var plans []plan
	for i, p := range pages {
		plans = append(plans, plan{path: p.path, url: p.url, view: func(*hasher) *theme.View {
			nodes, letters := all()
			v := m.list("all", m.signs.Words.AllPages, m.signs.Words.AllNote, p.url)
			v.Letters = letters
			for _, e := range cut(nodes, i) {
				n, l := e.node, e.letter
				if k := len(v.Groups); k == 0 || v.Groups[k-1].Title != l {
					v.Groups = append(v.Groups, theme.Group{ID: letterID(l), Title: l})
				}
				row := m.signs.Row(n)
				row.Summary, row.Label, row.Pages = "", m.signs.Label(n), 0
				g := &v.Groups[len(v.Groups)-1]
				g.Rows = append(g.Rows, row)
			}
			m.page(v, pages, i, len(nodes))
			return v
		}})
	}
	return plans
}

// entry is a page in the list of all pages.
type entry struct {
	node   *book.Node
	letter string // that it stands under, by its key: see book.Collation
}

// fromAToZ orders all pages, and links each letter to the part of the list where it begins.
func (m *lister) fromAToZ(pages []part) ([]entry, []theme.Link) {
	var nodes []entry
	names := map[string]string{"": m.signs.Words.OtherLetters} // of letters, by their keys
	for _, n := range m.signs.Book.Nodes {
		if n.Page == nil || n.URL == "" {
			continue
		}
		name, letter := m.signs.Book.Titles.Letter(n.Title)
		if known := names[letter]; known == "" || letter != "" && cmp.Or(cmp.Compare(utf8.RuneCountInString(name), utf8.RuneCountInString(known)), cmp.Compare(name, known)) < 0 {
			names[letter] = name
		}
		nodes = append(nodes, entry{n, letter})
	}
	slices.SortFunc(nodes, func(a, b entry) int { return cmp.Or(cmp.Compare(a.letter, b.letter), book.ByTitle(a.node, b.node)) })
	var letters []theme.Link
	for i := range nodes {
		nodes[i].letter = names[nodes[i].letter]
		if l := nodes[i].letter; len(letters) == 0 || letters[len(letters)-1].Title != l {
			letters = append(letters, theme.Link{Title: l, URL: pages[i/listLimit].url + "#" + letterID(l)})
		}
	}
	return nodes, letters
}

func letterID(letter string) string { return "letter-" + strings.ToLower(letter) }
