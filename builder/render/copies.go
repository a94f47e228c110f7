package render

import (
	"fmt"
	"strings"

	"handbook/builder/book"
	"handbook/builder/diag"
)

// placeCopies gives the Markdown of each page its place: its own address with .md, so that who knows the one knows the
// other. What the content has put there stays, and the page has no Markdown.
func (r *renderer) placeCopies() {
	if !r.Book.Site.Outputs.Markdown || r.Source == nil {
		return
	}
	for _, n := range r.Book.Nodes {
		if n.Page == nil || n.URL == "" {
			continue
		}
		path := "index.md"
		if dir := strings.TrimSuffix(n.Out, "/index.html"); dir != n.Out {
			if path = n.Page.Path; strings.TrimSuffix(path, ".md") != dir { // of most pages it is the path of the file too
				path = dir + ".md"
			}
		}
		why := "where something else is already"
		if len(path)-strings.LastIndexByte(path, '/') > 256 {
			why = "a name longer than file systems take"
		} else if key := strings.ToLower(path); r.Book.Free(path) && !r.taken[key] {
			if r.at(n).copy = path; n == r.Book.Home || n.Page.Meta.Slug != "" { // no other two can want the same
				r.taken[key] = true
			}
			continue
		}
		at := diag.Place{File: n.Page.File}
		if n.Page.Meta.Slug != "" {
			at = n.Page.Place("slug")
		}
		r.msgs.Add(diag.SameAddress, at, fmt.Sprintf("the Markdown of this page would be published at %s, %s", r.base+book.EscapePath(path), why),
			"give the page or the other file another name; until then the page has no Markdown for programs")
	}
}

// copyURL is the address of a page's Markdown; "" where it is not published.
func (r *renderer) copyURL(n *book.Node) string {
	path := r.at(n).copy
	if path == "" {
		return ""
	}
	return r.base + book.EscapePath(path)
}

// copies are the Markdown of the pages.
func (r *renderer) copies() []Output {
	copies := make([]copyPage, len(r.Book.Nodes))
	list := make([]Output, 0, len(copies))
	for i, n := range r.Book.Nodes {
		if path := r.at(n).copy; path != "" {
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

func (c *copyPage) data() ([]byte, error) { return c.r.export.Markdown(c.node) }

func (c *copyPage) from() []Input {
	h := c.r.hashers.Get().(*hasher)
	defer c.r.hashers.Put(h)
	return []Input{{"its text", c.r.text(c.node).Text.Sum}, {"its review", h.sum(c.r.export.Head(c.node))}, {"its links", h.sum(c.r.export.Leads(c.node))}}
}
