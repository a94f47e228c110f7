package render

import (
	"html/template"
	"slices"
	"strconv"
	"strings"

	"handbook/builder/blocks"
	"handbook/builder/book"
	"handbook/builder/page"
	"handbook/builder/theme"
)

// fillBuiltIn adds the text of a built-in page, and how to make it one's own.
func (m *texts) fillBuiltIn(v *theme.View, n *book.Node, h *hasher) {
	p := m.text(n)
	v.Text, v.TOC = p.Text.Sum, heads(n)
	v.Body, v.Wide = m.fragment(h, m.body(n, h)), true
	v.AskFor, v.Command = m.signs.Words.ViewOwn, "handbook eject "+strings.TrimSuffix(n.Page.Path, ".md")
	v.Italic = p.Italic
}

// inFolder is the built-in page of a folder without a page of its own; nil for most.
func (m *texts) inFolder(n *book.Node) *book.Node {
	p := m.builtIn[n.ID]
	if p == nil || n.Kind != book.KindFolder {
		return nil
	}
	return &book.Node{ID: n.ID, URL: n.URL, Out: n.Out, Title: p.Title, Summary: p.Meta.Description, Page: p.Face}
}

// under is the heading that a view stands below.
func under(p *page.Face, v *page.View) (text, id string) {
	if v.Under < 0 || v.Under >= len(p.Headings) {
		return "", ""
	}
	return p.Headings[v.Under].Text, p.Headings[v.Under].ID
}

// viewFiles are the rows of views as files.
func (r *renderer) viewFiles() []Output {
	whole := func(n *book.Node) string { return r.signs.Whole(n.URL) }
	var out []Output
	for _, n := range r.withViews() {
		for i, path := range r.places.rowsFiles(n) {
			if path != "" {
				known := r.Views.View(n, &n.Page.Views[i])
				out = append(out, r.file(path, "its rows", func() []byte { return known.Answer().CSV(whole) }))
			}
		}
	}
	return out
}

// withViews are the pages that show views, the built-in ones last.
func (r *renderer) withViews() []*book.Node {
	var list, last []*book.Node
	for _, n := range r.Book.Nodes {
		if n.Page != nil && len(n.Page.Views) > 0 {
			list = append(list, n)
		} else if b := r.texts.inFolder(n); b != nil {
			last = append(last, b)
		}
	}
	return slices.Concat(list, last, r.places.builtIn)
}

// typeBlocks are the views that a page's type shows below the text, where they have something to show.
func (m *texts) typeBlocks(n *book.Node, h *hasher) []theme.Shown {
	var list []theme.Shown
	for _, a := range m.views.OfType(n) {
		if len(a.Mistakes) > 0 || a.Total == 0 && len(a.Later) == 0 {
			continue
		}
		b := blocks.Of(m.signs, a, "", "")
		b.Heading, b.Title = theme.Head{ID: "hb:view-" + strconv.Itoa(len(list)+1), Title: a.Title}, ""
		var sum uint64
		if h != nil {
			sum = h.sum(b)
		}
		list = append(list, theme.Shown{Head: b.Heading, Fragment: theme.Fragment{Sum: sum, Make: func() (template.HTML, error) { return m.theme.Block(b) }}})
	}
	return list
}
