package render

import (
	"cmp"
	"fmt"
	"html/template"
	"slices"

	"handbook/builder/book"
	"handbook/builder/page"
	"handbook/builder/signs"
	"handbook/builder/theme"
)

// Limits of what is shown on one page, so that its size does not follow the size of the handbook.
const (
	listLimit      = 300 // rows of a list; longer ones are spread over page/2/, page/3/…
	backlinksFirst = 20  // shown at once
	backlinksAll   = 200 // shown at all
	wordsPerMinute = 230
	headsLimit     = 60 // entries of "on this page"
)

// listed is how many pages the list on a node's page has.
func listed(n *book.Node) int {
	if signs.IsOwner(n) {
		return len(n.Owns)
	}
	return len(n.Children)
}

// nodePage makes a page of a node: the first has its text, the others go on with a list that is long.
type nodePage struct {
	made
	r      *renderer
	node   *book.Node
	number int // from 0
}

func (p *nodePage) output(at part) Output {
	p.by = p
	return Output{Path: at.path, URL: at.url, Node: p.node, made: &p.made}
}

func (p *nodePage) data(m *made) ([]byte, error) { return viewed{p.r, p.view}.data(m) }
func (p *nodePage) free(page []byte)             { p.r.Theme.Free(page) }

func (p *nodePage) from() []Input { return viewed{p.r, p.view}.from() }

func (p *nodePage) view(h *hasher) *theme.View {
	r, n, i := p.r, p.node, p.number
	at := r.places.at(n)
	list, pages := n.Children, at.list
	if at.worst != nil {
		list = at.worst()
	}
	if pages == nil {
		pages = []part{{n.URL, n.Out}}
	}
	v := r.frame(n)
	if i == 0 {
		r.fill(v, n, h)
		if b := r.texts.inFolder(n); b != nil {
			v.Title, v.Summary, v.Description = b.Title, b.Summary, b.Summary
			r.texts.fillBuiltIn(v, b, h)
		}
	} else {
		v.Crumbs = append(v.Crumbs, signs.To(n))
	}
	r.addList(v, n, cut(list, i), i == 0)
	v.None = v.None && !hasText(r.texts.text(n))
	r.lists.page(v, pages, i, listed(n))
	return v
}

// cut is the i-th page of a list.
func cut[T any](list []T, i int) []T {
	return list[min(i*listLimit, len(list)):min((i+1)*listLimit, len(list))]
}

// fill adds to a node's view what stands on its first page only: the text, and what belongs to it.
func (r *renderer) fill(v *theme.View, n *book.Node, h *hasher) {
	p := r.texts.text(n)
	if signs.IsOwner(n) {
		r.around.addOwner(v, n)
	}
	if n == r.Book.Home && r.signs.Reviews {
		v.Bar = r.signs.Bar(r.Book.Nodes)
	}
	if p != nil {
		v.Text = p.Text.Sum
		v.Summary = p.Meta.Description
		v.Minutes = max(1, (p.Words+wordsPerMinute-1)/wordsPerMinute)
		v.EditURL = signs.Source(r.Book.Site.EditURL, n)
		v.History = signs.Source(r.Book.Site.HistoryURL, n)
		v.TOC = heads(n)
		v.Italic, v.Rare = p.Italic, p.Rare
		v.Blocks = r.texts.typeBlocks(n, h)
		body := r.texts.body(n, h)
		r.around.addTrust(v, n)
		r.texts.addNeighbours(v, n, h)
		body.Answers = r.texts.answers(n, v.Trust)
		v.Body, v.Wide = r.texts.fragment(h, body), p.Meta.Layout == "wide"
		v.Crowd = body.Crowd
		v.Markdown = r.places.copyURL(n)
		v.FAQ = r.texts.faq(n, v.Body.Sum)
	}
	if p == nil {
		r.around.addTrust(v, n)
	}
	r.around.addFields(v, n)
	r.around.addLife(v, n)
	r.around.addMeter(v, n)
	r.around.addProgress(v, n)
	r.around.addSignOff(v, n)
	r.around.addProposals(v, n)
	r.around.addComparison(v, n)
	v.Tags = make([]theme.Link, len(n.Tags))
	for i, t := range n.Tags {
		v.Tags[i] = theme.Link{Title: t.Name, URL: t.URL}
	}
	for _, to := range n.Related {
		if slices.ContainsFunc(n.Backlinks, func(b book.Backlink) bool { return b.From == to && b.Link >= 0 }) {
			continue // it stands among those that link here, with a sentence
		}
		f := r.signs.Of(to).Signs()
		v.Related = append(v.Related, theme.Row{Title: to.Title, URL: to.URL, Label: r.signs.Label(to), Mark: f.Mark, Dates: f.Dates()})
	}
	v.Backlinks = r.texts.backlinks(n)
	v.Prev, v.Next = nodeLink(n.Prev), nodeLink(n.Next)
}

// addList adds what a section holds or an owner owns.
func (r *renderer) addList(v *theme.View, n *book.Node, list []*book.Node, first bool) {
	switch {
	case signs.IsOwner(n):
		v.Kind = "owner"
		if len(n.Children) > 0 {
			v.Groups = append(v.Groups, theme.Group{ID: "hb:list", Rows: r.signs.Rows(cut(n.Children, 0))})
		}
		if len(list) > 0 {
			v.Groups = append(v.Groups, theme.Group{ID: "hb:owns", Title: r.signs.Words.Owns, Note: r.signs.Words.OwnsNote, Rows: r.signs.Rows(list)})
		}
		if first {
			v.Groups = append(v.Groups, r.around.ofMembers(n)...)
		}
	case n.Section || n.Kind == book.KindFolder:
		v.Kind = "section"
		if first && n == r.Book.Home {
			v.Kind = "home"
			v.Front = r.around.front()
		}
		if first {
			v.Print = r.places.at(n).print.url
		}
		if v.Kind == "section" && len(n.Children) <= listLimit {
			list = r.unsaid(n)
		}
		if rows := r.signs.Rows(list); len(rows) > 0 {
			v.Groups = []theme.Group{{ID: "hb:list", Rows: rows}}
		} else {
			v.None = true
		}
	}
}

// unsaid are the pages of a section that its own page neither links to in its text nor shows in a view.
func (r *renderer) unsaid(n *book.Node) []*book.Node {
	said := map[*book.Node]bool{}
	if n.Page != nil {
		for i, to := range n.Targets {
			if kind := n.Page.Links[i].Kind; kind == page.LinkPath || kind == page.LinkWiki || kind == page.LinkEmbed {
				said[to.Node] = true
			}
		}
		views := r.Views.OfType(n)
		for i := range n.Page.Views {
			if known := r.Views.View(n, &n.Page.Views[i]); known != nil {
				views = append(views, known)
			}
		}
		for _, v := range views {
			v.Answer().Shows(func(to *book.Node) { said[to] = true })
		}
	}
	return slices.DeleteFunc(slices.Clone(n.Children), func(c *book.Node) bool { return said[c] })
}

// hasText reports whether there is anything on a page to see.
func hasText(p *page.Page) bool { return p != nil && !p.Bare }

// frame fills in what every page of a node has.
func (r *renderer) frame(n *book.Node) *theme.View {
	v := &theme.View{
		Site: r.signs.Site, Kind: "page", Title: n.Title, Description: n.Summary, URL: n.URL, Canonical: r.Book.Site.Whole(n.URL),
		Nav: r.navs.nav(n),
	}
	if n.Page != nil {
		v.Type, v.Label = n.Type, r.signs.Label(n)
		typ, _ := r.Book.Site.TypeNamed(n.Type)
		v.Template = cmp.Or(typ.Page, n.Type)
	}
	for up := n.Parent; up != nil; up = up.Parent {
		v.Crumbs = append(v.Crumbs, theme.Link{Title: r.signs.Short(up), URL: up.URL})
	}
	slices.Reverse(v.Crumbs)
	return v
}

// heads lists the two highest levels of headings, or only the highest when that is much already.
func heads(n *book.Node) []theme.Head {
	p := n.Page
	if len(p.Headings) < 2 {
		return nil
	}
	top := 6
	for _, h := range p.Headings {
		top = min(top, h.Level)
	}
	list := make([]theme.Head, 0, len(p.Headings))
	for _, depth := range []int{top + 1, top} {
		list = list[:0]
		for _, h := range p.Headings {
			if h.Level <= depth && h.ID != "" {
				list = append(list, theme.Head{ID: h.ID, Title: h.Text, Deep: h.Level > top})
			}
		}
		if len(list) <= headsLimit {
			break
		}
	}
	if len(list) < 2 {
		return nil
	}
	return list[:min(len(list), headsLimit)]
}

func nodeLink(n *book.Node) *theme.Link {
	if n == nil || n.URL == "" {
		return nil
	}
	return new(signs.To(n))
}

func (m *texts) backlinks(n *book.Node) *theme.Backlinks {
	all := make([]book.Backlink, 0, len(n.Backlinks))
	for _, from := range n.Backlinks {
		if from.Link >= 0 || from.Relation.Field.Back == "" { // the others are shown as relations
			all = append(all, from)
		}
	}
	if len(all) == 0 {
		return nil
	}
	b := &theme.Backlinks{Total: len(all), More: max(0, len(all)-backlinksAll)}
	list := make([]theme.Row, min(len(all), backlinksAll))
	for i := range list {
		from := all[i]
		f := m.signs.Of(from.From).Signs()
		row := theme.Row{Title: from.From.Title, URL: from.From.URL, Mark: f.Mark, Dates: f.Dates()}
		if from.Link >= 0 {
			quote := &m.text(from.From).Anchors[from.Link]
			s, a, z := quote.Sentence, quote.Mark[0], quote.Mark[1]
			if 0 <= a && a <= z && z <= len(s) {
				row.Sentence = theme.Quote(s[:a], s[a:z], s[z:])
			}
		}
		list[i] = row
	}
	b.First = list[:min(len(list), backlinksFirst)]
	b.Rest = list[len(b.First):]
	return b
}

func (r *renderer) redirect(red book.Redirect) *theme.View {
	return &theme.View{
		Site: r.signs.Site, Kind: "redirect", Title: red.To.Title, URL: red.To.URL, Canonical: r.Book.Site.Whole(red.To.URL),
	}
}

// part is one page of a list that is spread over several.
type part struct{ url, path string }

// page makes a view the i-th page of a list of n entries, which has only that page's part of it.
func (m *lister) page(v *theme.View, pages []part, i, n int) {
	v.URL, v.Canonical = pages[i].url, m.signs.Book.Site.Whole(pages[i].url)
	if len(pages) == 1 {
		return
	}
	v.Pager = &theme.Pager{Page: i + 1, Pages: len(pages), Total: n}
	if i > 0 {
		v.Pager.Prev = &theme.Link{URL: pages[i-1].url}
	}
	if i+1 < len(pages) {
		v.Pager.Next = &theme.Link{URL: pages[i+1].url}
	}
}

// here is the mark that NavItem.Here leaves in the prepared navigation, to be replaced on each page.
func here(i int) template.HTMLAttr { return template.HTMLAttr(fmt.Sprintf(" data-here-%d-", i)) }
