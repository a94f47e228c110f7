package render

import (
	"fmt"
	"html/template"
	"slices"
	"strings"

	"handbook/builder/blocks"
	"handbook/builder/book"
	"handbook/builder/page"
	"handbook/builder/query"
	"handbook/builder/theme"
)

// rowsFiles are the paths at which the rows of a page's views lie, one for each view; "" for a view that is wrong. A path
// stays the same as long as the view's title does. No other page has files in the same folder.
func (r *renderer) rowsFiles(n *book.Node) []string {
	files := make([]string, len(n.Page.Views))
	dir := strings.TrimSuffix(n.Out, "index.html")
	wanted, given := map[string]int{}, map[string]bool{}
	for i := range n.Page.Views {
		view := &n.Page.Views[i]
		known := r.Views.View(n, view)
		if known == nil || known.Wrong || n.Out == "" {
			continue
		}
		_, id := under(n.Page, view)
		name := book.Slug(known.Title, book.Slug(id, "view"))
		for files[i] == "" {
			wanted[name]++
			path := dir + name + ".csv"
			if k := wanted[name]; k > 1 {
				path = fmt.Sprintf("%s%s-%d.csv", dir, name, k)
			}
			if !given[path] && r.Book.Free(path) {
				files[i], given[path] = path, true
			}
		}
	}
	return files
}

// fillBuiltIn adds the text of a built-in page, and how to make it one's own.
func (r *renderer) fillBuiltIn(v *theme.View, n *book.Node, h *hasher) {
	p := r.text(n)
	v.Text, v.TOC = p.Text.Sum, heads(n)
	v.Body, v.Wide = r.fragment(h, r.body(n, h)), true
	v.AskFor, v.Command = r.words.ViewOwn, "handbook eject "+strings.TrimSuffix(n.Page.Path, ".md")
	v.Italic = p.Italic
}

// inFolder is the built-in page of a folder without a page of its own; nil for most.
func (r *renderer) inFolder(n *book.Node) *book.Node {
	p := r.BuiltIn[n.ID]
	if p == nil || n.Kind != book.KindFolder {
		return nil
	}
	return &book.Node{ID: n.ID, URL: n.URL, Out: n.Out, Title: p.Title, Summary: p.Meta.Description, Page: p.Face}
}

// whole is a page's address for whoever reads it elsewhere.
func (r *renderer) whole(n *book.Node) string { return r.signs.Whole(n.URL) }

// under is the heading that a view stands below.
func under(p *page.Face, v *page.View) (text, id string) {
	if v.Under < 0 || v.Under >= len(p.Headings) {
		return "", ""
	}
	return p.Headings[v.Under].Text, p.Headings[v.Under].ID
}

// viewFiles are the rows of views as files.
func (r *renderer) viewFiles() []Output {
	var out []Output
	for _, n := range r.withViews() {
		for i, path := range r.rowsFiles(n) {
			if path != "" {
				known := r.Views.View(n, &n.Page.Views[i])
				out = append(out, Output{Path: path}.madeBy(
					func() ([]byte, error) { return known.Answer().CSV(r.whole), nil },
					func() []Input { return []Input{{"its rows", r.rowsSum(known.Answer())}} }))
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
		} else if b := r.inFolder(n); b != nil {
			last = append(last, b)
		}
	}
	return slices.Concat(list, last, r.builtIn)
}

// rowsSum is a sum of all rows of a view.
func (r *renderer) rowsSum(a *query.Answer) uint64 {
	h := r.hashers.Get().(*hasher)
	defer r.hashers.Put(h)
	h.buf = h.buf[:0]
	for _, c := range slices.Concat(a.Columns, a.Dates) {
		h.string(c.Name)
	}
	a.Each(func(row query.Row) bool {
		if row.Node != nil {
			h.string(r.whole(row.Node))
		}
		head := ""
		if row.Head != nil {
			head = row.Head.Text
		}
		h.string(head)
		for _, v := range slices.Concat(row.Cells, a.Dated(row)) {
			h.string(v.String())
		}
		return true
	})
	return h.end()
}

// typeBlocks are the views that a page's type shows below the text, where they have something to show.
func (r *renderer) typeBlocks(n *book.Node, h *hasher) []theme.Fragment {
	var list []theme.Fragment
	for _, a := range r.Views.OfType(n) {
		if len(a.Mistakes) > 0 || a.Total == 0 && len(a.Later) == 0 {
			continue
		}
		b := blocks.Of(r.signs, a, "", "")
		b.Heading, b.Title = a.Title, ""
		var sum uint64
		if h != nil {
			sum = h.sum(b)
		}
		list = append(list, theme.Fragment{Sum: sum, Make: func() (template.HTML, error) { return r.Theme.Block(b) }})
	}
	return list
}
