package render

import (
	"context"
	"html/template"
	"slices"
	"strconv"
	"strings"
	"sync"

	"handbook/builder/blocks"
	"handbook/builder/book"
	"handbook/builder/memo"
	"handbook/builder/page"
	"handbook/builder/query"
	"handbook/builder/review"
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

// block is what a view shows.
func (m *texts) block(n *book.Node, v *query.View, under, file string) *theme.Block {
	if v.Layout == nil || !v.Layout.Drawn {
		return blocks.Of(m.signs, v.Answer(), under, file)
	}
	b := *memo.Of(context.Background(), m.pictures.set, drawing, drawn{m, n, v, under, file})
	b.Site = m.signs.Site
	return &b
}

// pictures are remembered for as long as the book and the verdicts are the same.
type pictures struct {
	set    *memo.Set
	sum    memo.Sum // of what the book is made of, but for the texts
	states sync.Once
	of     uint64 // the states of all pages
}

// drawn is a view that is a picture.
type drawn struct {
	*texts
	node        *book.Node
	view        *query.View
	under, file string
}

var drawing = &memo.Func[drawn, *theme.Block]{
	Name: "picture",
	Sum: func(d drawn) memo.Sum {
		var h memo.Hash
		h.Sum(d.pictures.sum)
		h.Uint(d.texts.stands())
		h.Uint(d.theme.Sum)
		for _, s := range []string{d.node.ID, d.view.Source, d.under, d.file} {
			h.String(s)
		}
		return h.End()
	},
	Make: func(_ context.Context, d drawn) *theme.Block {
		return blocks.Of(d.signs, d.view.Answer(), d.under, d.file)
	},
}

// stands is a sum of the states of all pages, which a word in a text may change.
func (m *texts) stands() uint64 {
	m.pictures.states.Do(func() {
		h := newHasher(nil)
		for _, n := range m.signs.Book.Nodes {
			v := m.signs.Of(n).Verdict
			h.String(string(v.State))
			for _, why := range v.Reasons {
				h.String(string(why.State))
			}
		}
		m.pictures.of = h.end()
	})
	return m.pictures.of
}

// neighbourhood is what a page relies on and what relies on it.
const neighbourhood = "view: flow\nfrom: all\nwhere: id == this\ncolumns: [relies_on, title, relied_on_by]"

// addNeighbours shows in the panel of a page that is suspect what it relies on, one step, so that the state explains itself.
func (m *texts) addNeighbours(v *theme.View, n *book.Node, h *hasher) {
	suspect := func(r theme.Reason) bool { return r.State == string(review.Suspect) }
	if v.Trust == nil || m.views == nil || !slices.ContainsFunc(v.Trust.Reasons, suspect) {
		return
	}
	v.Trust.Around = m.shown(m.block(n, m.views.Of(n, neighbourhood), "", ""), h)
}

// shown is a block as it stands in a page.
func (m *texts) shown(b *theme.Block, h *hasher) theme.Fragment {
	var sum uint64
	if h != nil {
		sum = h.sum(b)
	}
	return theme.Fragment{Sum: sum, Make: func() (template.HTML, error) { return m.theme.Block(b) }}
}

// typeBlocks are the views that a page's type shows below the text, where they have something to show.
func (m *texts) typeBlocks(n *book.Node, h *hasher) []theme.Shown {
	var list []theme.Shown
	for _, v := range m.views.OfType(n) {
		if v.Wrong {
			continue
		}
		b := m.block(n, v, "", "")
		if len(b.Mistakes) > 0 || !b.Total.Any() {
			continue
		}
		b.Heading, b.Title = theme.Head{ID: "hb:view-" + strconv.Itoa(len(list)+1), Title: v.Title}, ""
		list = append(list, theme.Shown{Head: b.Heading, Fragment: m.shown(b, h)})
	}
	return list
}
