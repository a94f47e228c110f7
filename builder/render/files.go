package render

import (
	"fmt"
	"slices"
	"strings"
	"sync"

	"handbook/builder/book"
	"handbook/builder/theme"
)

// files are the outputs that no template makes.
func (r *renderer) files(pages []Output) []Output {
	var list []Output
	for _, a := range r.Assets {
		if _, ok := r.Book.Assets[a.Path]; !ok {
			continue // a page stands at its address
		}
		list = append(list, Output{Path: a.Path, Asset: true}.madeBy(a.Read, func() []Input { return []Input{{"the file", a.Key}} }))
	}
	for _, a := range r.themeAssets() {
		list = append(list, Output{Path: a.Path}.madeBy(a.Bytes, func() []Input { return []Input{{"theme", newHasher(nil).sum(a.Path)}} }))
	}
	add := func(path string, make func() []byte) {
		if !r.Book.Taken(path) {
			list = append(list, r.file(path, make))
		}
	}
	list = append(list, r.feedFiles()...)
	list = append(list, r.searchFiles()...)
	list = append(list, r.copies()...)
	list = append(list, r.prints(pages)...)
	list = append(list, r.machineFiles(pages)...)
	add("_headers", r.headers)
	add(".nojekyll", func() []byte { return nil }) // GitHub Pages would have Jekyll rewrite the Markdown, and stop at a {% in a text
	if len(r.Book.Redirects) > 0 {
		add("_redirects", r.redirects)
	}
	return list
}

// file is an output that is made without a view. It is made once, when its key or its bytes are asked for.
func (r *renderer) file(path string, make func() []byte) Output {
	once := sync.OnceValue(make)
	return Output{Path: path}.madeBy(
		func() ([]byte, error) { return once(), nil },
		func() []Input { return []Input{{"site", newHasher(nil).sum(string(once()))}} })
}

// themeAssets are the files of the theme that some page asks for. Their paths carry a sum of their bytes.
func (r *renderer) themeAssets() []theme.Asset {
	diagrams := slices.ContainsFunc(r.Book.Nodes, func(n *book.Node) bool { return n.Page != nil && n.Page.Diagrams })
	return slices.DeleteFunc(slices.Clone(r.Theme.Assets), func(a theme.Asset) bool {
		return a.ForDiagrams() && !diagrams || r.Book.Taken(a.Path)
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
		fmt.Fprintf(&b, "%s%s\n  Cache-Control: public, max-age=31536000, immutable\n", r.base, a.Path)
	}
	if r.Book.Site.Outputs.Markdown { // search engines find the page instead
		fmt.Fprintf(&b, "%s*.md\n  Content-Type: text/markdown; charset=utf-8\n  X-Robots-Tag: noindex\n", r.base)
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
