package render

import (
	"html/template"
	"strconv"
	"strings"
	"sync"

	"handbook/builder/book"
	"handbook/builder/page"
	"handbook/builder/schema"
	"handbook/builder/theme"
)

// printLimit is how many pages a document has at most: a longer section has none, but its parts have.
const printLimit = 200

// prints are the sections as documents. Their texts are made of what their pages are made of, so that none of them has to be
// made to know whether they are the same.
func (r *renderer) prints(pages []Output) []Output {
	first := sync.OnceValue(func() map[*book.Node]Output {
		found := make(map[*book.Node]Output, len(pages))
		for _, o := range pages {
			if o.Node != nil && o.URL == o.Node.URL {
				found[o.Node] = o
			}
		}
		return found
	})
	var list []Output
	for _, n := range r.Book.Nodes {
		to := r.places.at(n).print
		if to.path == "" {
			continue
		}
		data := func() ([]byte, error) { return r.Theme.Execute(r.printView(n, true)) }
		list = append(list, Output{Path: to.path, URL: to.url, Node: n, Aside: true}.madeBy(data, func() (made []Input) {
			var keys []uint64
			for _, below := range r.below(n) {
				if o, ok := first()[below]; ok {
					keys = append(keys, o.Key())
				}
			}
			r.sums.with(func(h *hasher) {
				made = append([]Input{{"its pages", h.sum(keys)}, {"theme", r.Theme.Sum}}, h.view(r.printView(n, false))...)
			})
			return made
		}))
	}
	return list
}

// below are a section and everything in it that has an address, in reading order.
func (r *renderer) below(n *book.Node) []*book.Node {
	var list []*book.Node
	if n.URL != "" {
		list = append(list, n)
	}
	for _, c := range n.Children {
		list = append(list, r.below(c)...)
	}
	return list
}

// printView is a section with all of its pages, with their texts or without.
func (r *renderer) printView(n *book.Node, texts bool) *theme.View {
	v := r.frame(n)
	v.Kind, v.Nav, v.Type, v.Label = "print", r.navs.navBelow(n), "", ""
	v.URL, v.Canonical = r.places.at(n).print.url, r.Book.Site.Whole(r.places.at(n).print.url)
	v.Summary = schema.Fill(r.signs.Words.PrintNote, "pages", r.signs.Words.Pages.Count(r.signs.Of(n).Below), "date", r.signs.Words.Day(r.Today))
	v.Description = v.Summary
	v.Crumbs = append(v.Crumbs, theme.Link{Title: r.signs.Short(n), URL: n.URL})
	nodes := r.below(n)
	anchors := make(map[*book.Node]string, len(nodes))
	for i, below := range nodes {
		anchors[below] = "hb:page-" + strconv.Itoa(i+1)
	}
	depth := map[*book.Node]int{n: 0}
	for _, below := range nodes {
		if below != n {
			depth[below] = depth[parentIn(below, depth)] + 1
		}
		d := r.document(below, depth[below], anchors[below])
		if p := r.texts.text(below); p != nil {
			v.Italic, v.Rare = v.Italic || p.Italic, v.Rare || p.Rare
			if texts {
				d.Body = r.printed(below, depth[below], anchors)
			}
		}
		v.Documents = append(v.Documents, d)
	}
	return v
}

// parentIn is the nearest folder above a node that is part of the document.
func parentIn(n *book.Node, depth map[*book.Node]int) *book.Node {
	for up := n.Parent; up != nil; up = up.Parent {
		if _, ok := depth[up]; ok {
			return up
		}
	}
	return nil
}

// document is one page within a document to print, without its text.
func (r *renderer) document(n *book.Node, depth int, anchor string) theme.Document {
	f := r.signs.Of(n)
	d := theme.Document{ID: anchor, Title: n.Title, Depth: depth, URL: n.URL, Label: r.signs.Label(n), Status: schema.Spoken(n.Status)}
	if n.Owner != nil {
		d.Owner = n.Owner.Title
	}
	if f.Judged && r.signs.Reviews {
		d.Badge = &f.Signs().Badge
		if why := r.around.warning(n); why != nil {
			d.Reason = why.Reason
		}
	}
	if n.Page != nil {
		d.Summary = n.Page.Meta.Description
	}
	return d
}

// printed is the text of a page within a document to print. Links to pages of the document lead to where they stand in it.
func (r *renderer) printed(n *book.Node, depth int, anchors map[*book.Node]string) theme.Fragment {
	b := r.texts.body(n, nil)
	for _, hole := range b.Holes {
		i := int(hole.Link)
		if hole.Kind != page.HoleOpen || i < 0 || i >= len(b.Fills) || i >= len(n.Targets) {
			continue
		}
		if anchor := anchors[n.Targets[i].Node]; anchor != "" && b.Fills[i].Broken == "" {
			b.Fills[i].Href = "#" + anchor
		}
	}
	return theme.Fragment{Make: func() (template.HTML, error) {
		var w strings.Builder
		if err := r.texts.write(&w, b, true); err != nil {
			return "", err
		}
		text := deepen(w.String(), depth)
		return template.HTML(strings.ReplaceAll(text, ` loading="lazy"`, "")), nil // a printer sees all pictures at once
	}}
}
