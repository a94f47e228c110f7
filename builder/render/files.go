package render

import (
	"fmt"
	"slices"
	"strings"
	"sync"

	"handbook/builder/agenda"
	"handbook/builder/book"
	"handbook/builder/export"
	"handbook/builder/page"
	"handbook/builder/schema"
	"handbook/builder/theme"
)

// files are the outputs that no template makes.
func (r *renderer) files(pages []Output) []Output {
	var list []Output
	for _, a := range r.Assets {
		if _, ok := r.Book.Assets[a.Path]; !ok {
			continue // something else stands at its address
		}
		if a.Path == redirects && len(r.Book.Redirects)+len(r.Book.OtherCase) > 0 {
			list = append(list, r.moreRedirects(a))
			continue
		}
		list = append(list, Output{Path: a.Path, Asset: true, Fleeting: a.Fleeting}.madeBy(a.Read, func() []Input { return []Input{{"the file", a.Key}} }))
	}
	for _, a := range r.themeAssets() {
		list = append(list, Output{Path: a.Path}.madeBy(a.Bytes, func() []Input { return []Input{{"theme", newHasher(nil).sum(a.Path)}} }))
	}
	list = append(list, r.feedFiles()...)
	list = append(list, r.search.searchFiles()...)
	list = append(list, r.copies()...)
	list = append(list, r.prints(pages)...)
	return append(list, r.fixedFiles(pages)...)
}

// fixed are the files that handbook has at one address and no other.
var fixed = []struct {
	path   string
	yields bool // a file of the content at this address takes its place
	every  bool // it is made of every page, and only when somebody asks for it
	wanted func(site *schema.Site) bool
	make   func(r *renderer, pages []Output) []byte
}{
	{".nojekyll", true, false, always, func(*renderer, []Output) []byte { return nil }}, // else GitHub Pages would have Jekyll rewrite the Markdown
	{"_headers", true, false, always, func(r *renderer, _ []Output) []byte { return r.headers() }},
	{redirects, true, false, always, func(r *renderer, _ []Output) []byte { return r.redirects() }},
	{"api/pages.json", false, true, always, func(r *renderer, _ []Output) []byte { return r.export.Pages() }},
	{"api/tree.json", false, true, always, func(r *renderer, _ []Output) []byte { return r.navs.tree() }},
	{"feed.xml", false, true, func(s *schema.Site) bool { return s.Outputs.Feed }, func(r *renderer, _ []Output) []byte { return r.export.Feed() }},
	{"handbook.json", false, true, func(s *schema.Site) bool { return s.Outputs.Model }, func(r *renderer, _ []Output) []byte { return r.export.Model() }},
	{"llms.txt", true, true, func(s *schema.Site) bool { return s.Outputs.Markdown }, func(r *renderer, _ []Output) []byte { return r.export.Llms() }},
	{"sitemap.xml", false, true, func(s *schema.Site) bool { return s.BaseURL != "" }, func(r *renderer, pages []Output) []byte { return r.export.Sitemap(r.listed(pages)) }},
}

func always(*schema.Site) bool { return true }

// Own are the files of a site that the content cannot have elsewhere: those at one address, those of the theme and those of the
// search index.
func Own(site *schema.Site, look *theme.Theme) []book.Generated {
	own := []book.Generated{{Out: missing, Yields: true}}
	for _, f := range fixed {
		if f.wanted(site) {
			own = append(own, book.Generated{Out: f.path, Yields: f.yields})
		}
	}
	for _, a := range look.Assets {
		own = append(own, book.Generated{Out: a.Path})
	}
	if !site.Search.Off {
		own = append(own, book.Generated{Out: searchFolder})
	}
	return own
}

// fixedFiles are those of the list fixed. The key of one that is made of every page says that some page, or what pages say of
// each other, is another, which is more often than its bytes are.
func (r *renderer) fixedFiles(pages []Output) []Output {
	shared := sync.OnceValue(func() []Input {
		h := newHasher(nil)
		for _, n := range r.Book.Nodes {
			if n.Page != nil {
				h.Uint(r.texts.text(n).Text.Sum)
			}
		}
		for _, a := range r.Assets {
			h.String(a.Path)
		}
		files := h.end()
		return []Input{{"every page", h.sum(r.Sum)}, {"every file", files}, {"site", h.sum(r.Book.Site)}, {"theme", r.Theme.Sum}}
	})
	var list []Output
	for _, f := range fixed {
		make := func() []byte { return f.make(r, pages) }
		switch {
		case !f.wanted(r.Book.Site) || !r.Book.Free(f.path) || f.path == redirects && len(r.Book.Redirects)+len(r.Book.OtherCase) == 0:
		case f.every:
			list = append(list, Output{Path: f.path, Aside: true}.madeBy(func() ([]byte, error) { return make(), nil }, shared))
		default:
			list = append(list, r.file(f.path, "site", make))
		}
	}
	return list
}

// listed are the addresses that search engines may know.
func (r *renderer) listed(pages []Output) []export.Address {
	list := make([]export.Address, 0, len(pages))
	for _, o := range pages {
		if o.URL != "" && !r.places.unlisted[o.URL] {
			list = append(list, export.Address{URL: o.URL, Node: o.Node})
		}
	}
	return list
}

// file is an output that is made without a view.
func (r *renderer) file(path, of string, make func() []byte) Output {
	return Output{Path: path, made: &made{by: plain{of, make}}}
}

// themeAssets are the files of the theme that some page asks for. Their paths carry a sum of their bytes.
func (r *renderer) themeAssets() []theme.Asset {
	diagrams := slices.ContainsFunc(r.Book.Nodes, func(n *book.Node) bool { return n.Page != nil && n.Page.Diagrams })
	return slices.DeleteFunc(slices.Clone(r.Theme.Assets), func(a theme.Asset) bool {
		return a.ForDiagrams() && !diagrams
	})
}

// headers are what a host that knows the file sends with every answer. Files of the theme carry a sum of their bytes
// in their name, so browsers may keep them.
func (r *renderer) headers() []byte {
	var b strings.Builder
	b.WriteString("/*\n" +
		"  Content-Security-Policy: default-src 'self'; img-src 'self' data:; base-uri 'none'; form-action 'self'; frame-ancestors 'self'; object-src 'none'\n" +
		"  X-Content-Type-Options: nosniff\n" +
		"  Referrer-Policy: same-origin\n")
	for _, a := range r.themeAssets() {
		fmt.Fprintf(&b, "%s%s\n  Cache-Control: public, max-age=31536000, immutable\n", r.signs.Site.Base, a.Path)
	}
	if r.Book.Site.Outputs.Markdown { // search engines find the page instead
		fmt.Fprintf(&b, "%s*.md\n  Content-Type: text/markdown; charset=utf-8\n  X-Robots-Tag: noindex\n", r.signs.Site.Base)
	}
	return []byte(b.String())
}

// redirects is the file of the old addresses.
const redirects = "_redirects"

// moreRedirects are those that the content has, and handbook's own behind them: hosts take the first line that fits.
func (r *renderer) moreRedirects(a Asset) Output {
	own := r.redirects()
	return Output{Path: redirects, Fleeting: a.Fleeting}.madeBy(func() ([]byte, error) {
		data, err := a.Read()
		if err != nil {
			return nil, err
		}
		if len(data) > 0 && data[len(data)-1] != '\n' {
			data = append(data[:len(data):len(data)], '\n')
		}
		return slices.Concat(data, own), nil
	}, func() []Input { return []Input{{"the file", a.Key}, {"site", newHasher(nil).sum(string(own))}} })
}

// redirects are the old addresses for hosts that answer with a status instead of a page.
func (r *renderer) redirects() []byte {
	var b strings.Builder
	for _, list := range [][]book.Redirect{r.Book.Redirects, r.Book.OtherCase} {
		for _, red := range list {
			fmt.Fprintf(&b, "%s %s 301\n", red.From, red.To.URL)
		}
	}
	return []byte(b.String())
}

// copies are the Markdown of the pages.
func (r *renderer) copies() []Output {
	copies := make([]copyPage, len(r.Book.Nodes))
	list := make([]Output, 0, len(copies))
	for i, n := range r.Book.Nodes {
		if path := r.places.at(n).copy; path != "" {
			c := &copies[i]
			c.by, c.r, c.node = c, r, n
			list = append(list, Output{Path: path, Aside: true, made: &c.made})
		}
	}
	return list
}

// copyPage makes the Markdown of a page.
type copyPage struct {
	made
	r    *renderer
	node *book.Node
}

func (c *copyPage) data(*made) ([]byte, error) { return c.r.export.Markdown(c.node) }

func (c *copyPage) from() (made []Input) {
	r, n := c.r, c.node
	r.sums.with(func(h *hasher) {
		made = []Input{{"its text", r.texts.text(n).Text.Sum}, {"its review", h.sum(r.export.Head(n))}, {"its links", h.sum(r.export.Leads(n))}}
	})
	return made
}

// feeds are what an owner's reviews can be followed by.
type feeds struct {
	calendar, atom part // their paths are empty where there is none
}

// agendaOf is all that an owner has to do.
func (r *renderer) agendaOf(n *book.Node) agenda.Agenda {
	a := agenda.New(r.Book, r.Verdicts, n, r.Today, page.Date{})
	if r.Views != nil {
		a = a.With(r.Views.Duties())
	}
	return a
}

// feedFiles are the calendars and feeds of all owners.
func (r *renderer) feedFiles() []Output {
	var files []Output
	for _, n := range r.Book.Owners {
		f := r.places.feedsOf(n)
		made := sync.OnceValue(func() agenda.Agenda { return r.agendaOf(n) })
		if f.calendar.path != "" {
			files = append(files, r.file(f.calendar.path, "site", func() []byte { return agenda.Calendar(made()) }))
		}
		if f.atom.path != "" {
			files = append(files, r.file(f.atom.path, "site", func() []byte { return agenda.Feed(made(), r.Book.Site.Whole(f.atom.url)) }))
		}
	}
	return files
}
