package render

import (
	"handbook/builder/book"
)

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
