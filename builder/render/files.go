package render

import (
	"fmt"
	"html"
	"strings"
	"sync"

	"handbook/builder/theme"
)

// files are the outputs that no template makes.
func (r *renderer) files(pages []Output) []Output {
	var list []Output
	for _, a := range r.Assets {
		if _, ok := r.Book.Assets[a.Path]; !ok {
			continue // a page stands at its address
		}
		list = append(list, Output{Path: a.Path, Asset: true, Data: a.Read, sums: &sums{make: func() []Input { return []Input{{"the file", a.Key}} }}})
	}
	for _, a := range r.Theme.Assets {
		if !r.Book.Taken(a.Path) {
			list = append(list, r.file(a.Path, func() []byte { return a.Data }))
		}
	}
	add := func(path string, make func() []byte) {
		if !r.Book.Taken(path) {
			list = append(list, r.file(path, make))
		}
	}
	list = append(list, r.feedFiles()...)
	add("api/pages.json", r.pagesJSON)
	add("_headers", func() []byte { return headers(r.Theme.Assets, r.base) })
	if len(r.Book.Redirects) > 0 {
		add("_redirects", r.redirects)
	}
	if r.Book.Site.BaseURL != "" {
		add("sitemap.xml", func() []byte { return r.sitemap(pages) })
	}
	return list
}

// file is an output that is made without a view. It is made once, when its key or its bytes are asked for.
func (r *renderer) file(path string, make func() []byte) Output {
	once := sync.OnceValue(make)
	return Output{Path: path,
		Data: func() ([]byte, error) { return once(), nil },
		sums: &sums{make: func() []Input { return []Input{{"site", newHasher(nil).sum(string(once()))}} }},
	}
}

// headers are what a host that knows the file sends with every answer. Files of the theme carry a sum of their bytes
// in their name, so browsers may keep them.
func headers(assets []theme.Asset, base string) []byte {
	var b strings.Builder
	b.WriteString("/*\n" +
		"  Content-Security-Policy: default-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'self'; object-src 'none'\n" +
		"  X-Content-Type-Options: nosniff\n" +
		"  Referrer-Policy: same-origin\n")
	for _, a := range assets {
		fmt.Fprintf(&b, "%s%s\n  Cache-Control: public, max-age=31536000, immutable\n", base, a.Path)
	}
	return []byte(b.String())
}

// redirects are the old addresses for hosts that answer with a status instead of a page.
func (r *renderer) redirects() []byte {
	var b strings.Builder
	for _, red := range r.Book.Redirects {
		fmt.Fprintf(&b, "%s %s 301\n", red.From, red.To.URL)
	}
	return []byte(b.String())
}

func (r *renderer) sitemap(pages []Output) []byte {
	var b strings.Builder
	b.WriteString("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<urlset xmlns=\"http://www.sitemaps.org/schemas/sitemap/0.9\">\n")
	old := map[string]bool{}
	for _, red := range r.Book.Redirects {
		old[red.From] = true
	}
	for _, o := range pages {
		if o.URL != "" && !old[o.URL] && !r.changes[o.URL] {
			b.WriteString("<url><loc>" + html.EscapeString(r.canonical(o.URL)) + "</loc></url>\n")
		}
	}
	b.WriteString("</urlset>\n")
	return []byte(b.String())
}
