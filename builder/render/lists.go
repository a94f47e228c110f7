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

// addresses gives generated pages their places.
func (r *renderer) addresses() {
	get := func(name string) part {
		url, path := r.address(name)
		return part{url, path}
	}
	if len(r.Book.Tags) > 0 {
		r.lists.tags = get("tags")
		r.site.Tags = r.lists.tags.url
	}
	r.lists.all = get("all")
	for _, name := range r.Book.BuiltIn {
		title, url := "", ""
		n, known := r.Book.Lookup(name)
		if own := r.Book.Own(name); own != nil {
			title, url = own.Title, own.URL
		} else if p := r.BuiltIn[name]; p == nil {
			continue
		} else if title = p.Title; known && n.Kind == book.KindFolder {
			url = n.URL
		} else {
			at := get(name)
			url = at.url
			r.builtIn = append(r.builtIn, &book.Node{ID: name, URL: at.url, Out: at.path, Title: p.Title, Summary: p.Meta.Description, Page: p.Face})
		}
		switch {
		case name == "health": // which has a link of its own
			r.site.Health = url
			continue
		case name == "changes":
			r.unlisted[url] = true
			if r.History {
				r.changes = url
			}
		}
		if name == "changes" && !r.History || name == "owners" && len(r.Book.Owners) == 0 {
			continue
		}
		r.site.Lists = append(r.site.Lists, theme.Link{Title: title, URL: url})
	}
	r.site.All = r.lists.all.url
	r.ofHealth.URL, r.ofAll.URL = r.site.Health, r.site.All
	r.searchAddress()
}

// missing is the page that a host shows for an address that leads nowhere.
const missing = "404.html"

// listPlans are the pages that are made for no single node.
func (r *renderer) listPlans() []plan {
	l := &r.lists
	var plans []plan
	if len(r.Book.Tags) > 0 {
		plans = append(plans, plan{path: l.tags.path, url: l.tags.url, view: func(*hasher) *theme.View { return r.tagsView() }})
	}
	for k, t := range r.Book.Tags {
		pages := l.ofTags[k]
		for i, p := range pages {
			plans = append(plans, plan{path: p.path, url: p.url, view: func(*hasher) *theme.View {
				v := r.tagView(t, cut(t.Nodes, i))
				r.page(v, pages, i, len(t.Nodes))
				return v
			}})
		}
	}
	plans = append(plans, r.allPlans()...)
	if l.search.path != "" {
		plans = append(plans, plan{path: l.search.path, url: l.search.url, view: func(*hasher) *theme.View { return r.searchView() }})
	}
	for _, n := range r.builtIn {
		plans = append(plans, plan{path: n.Out, url: n.URL, view: func(h *hasher) *theme.View {
			v := r.list("page", n.Title, n.Summary, n.URL)
			r.fillBuiltIn(v, n, h)
			return v
		}})
	}
	if r.Book.Free(missing) {
		plans = append(plans, plan{path: missing, view: func(*hasher) *theme.View { return r.missingView() }})
	}
	return plans
}

// list begins the view of a generated page.
func (r *renderer) list(kind, title, summary, url string) *theme.View {
	return &theme.View{
		Site: r.site, Kind: kind, Title: title, Summary: summary, Description: summary, URL: url, Canonical: r.Book.Site.Whole(url),
		Nav: r.navOfList(url), Crumbs: []theme.Link{{Title: r.words.Home, URL: r.Book.Home.URL}},
	}
}

func (r *renderer) tagsView() *theme.View {
	v := r.list("tags", r.words.Tags, r.words.TagsNote, r.lists.tags.url)
	for _, t := range r.Book.Tags {
		v.Tags = append(v.Tags, theme.Link{Title: t.Name, URL: t.URL, Count: len(t.Nodes)})
	}
	return v
}

func (r *renderer) tagView(t *book.Tag, nodes []*book.Node) *theme.View {
	v := r.list("tag", strings.ReplaceAll(r.words.TagTitle, "{tag}", t.Name), "", t.URL)
	v.Crumbs = append(v.Crumbs, theme.Link{Title: r.words.Tags, URL: r.lists.tags.url})
	v.Groups = []theme.Group{{ID: "hb:list", Rows: r.signs.Rows(nodes)}}
	return v
}

func (r *renderer) missingView() *theme.View {
	v := r.list("404", r.words.NotFound, r.words.NotFoundNote, "")
	v.Crumbs = nil
	rows := r.signs.Rows(r.Book.Home.Children)
	v.Groups = []theme.Group{{ID: "hb:list", Rows: rows[:min(len(rows), 20)]}}
	return v
}

// addOwner turns the view of a team's or person's page into an owner's: who it is, and what they own.
func (r *renderer) addOwner(v *theme.View, n *book.Node) {
	feeds := r.feedsOf(n)
	card := &theme.OwnerCard{
		Initials: theme.Initials(n.Title), Department: signs.Field(n, "department"), Channel: signs.Field(n, "channel"), Email: signs.Field(n, "email"),
		Owns: len(n.Owns), Calendar: feeds.calendar.url, Feed: feeds.atom.url,
	}
	for _, name := range n.Words("members") {
		card.Members = append(card.Members, r.signs.Who(name))
	}
	v.Owner = card
	if len(n.Owns) > 0 {
		v.Bar = r.signs.Bar(n.Owns)
	}
	if card.Feed != "" {
		v.Weeks = r.signs.Weeks(n.Owns)
	}
}

// placeAll gives the list of every page its addresses.
func (r *renderer) placeAll() {
	count := 0
	for _, n := range r.Book.Nodes {
		if n.Page != nil && n.URL != "" {
			count++
		}
	}
	r.lists.ofAll = r.pages(strings.TrimSuffix(r.lists.all.path, "/index.html"), r.lists.all, count)
}

// allPlans are the list of every page, from A to Z.
func (r *renderer) allPlans() []plan {
	pages := r.lists.ofAll
	all := sync.OnceValues(func() ([]entry, []theme.Link) { return r.fromAToZ(pages) })
	var plans []plan
	for i, p := range pages {
		plans = append(plans, plan{path: p.path, url: p.url, view: func(*hasher) *theme.View {
			nodes, letters := all()
			v := r.list("all", r.words.AllPages, r.words.AllNote, p.url)
			v.Letters = letters
			for _, e := range cut(nodes, i) {
				n, l := e.node, e.letter
				if k := len(v.Groups); k == 0 || v.Groups[k-1].Title != l {
					v.Groups = append(v.Groups, theme.Group{ID: letterID(l), Title: l})
				}
				row := r.signs.Row(n)
				row.Summary, row.Label, row.Pages = "", r.signs.Label(n), 0
				g := &v.Groups[len(v.Groups)-1]
				g.Rows = append(g.Rows, row)
			}
			r.page(v, pages, i, len(nodes))
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
func (r *renderer) fromAToZ(pages []part) ([]entry, []theme.Link) {
	var nodes []entry
	names := map[string]string{"": r.words.OtherLetters} // of letters, by their keys
	for _, n := range r.Book.Nodes {
		if n.Page == nil || n.URL == "" {
			continue
		}
		name, letter := r.Book.Titles.Letter(n.Title)
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
