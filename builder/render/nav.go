package render

import (
	"cmp"
	"html/template"
	"slices"
	"strconv"
	"strings"
	"sync"

	"handbook/builder/blocks"
	"handbook/builder/book"
	"handbook/builder/diag"
	"handbook/builder/query"
	"handbook/builder/schema"
	"handbook/builder/signs"
	"handbook/builder/theme"
)

// navBounds are limits of the navigation. A longer list shows a window around the entry that is open.
type navBounds struct {
	limit  int // entries of one list that are shown in full
	window int // entries of a window
	step   int // windows begin at multiples of this, so that neighbours share one
}

// A large handbook has many pages to carry its navigation, and most of what one shows is of no use there.
var (
	navUsual = navBounds{limit: 60, window: 40, step: 20}
	navLarge = navBounds{limit: 16, window: 12, step: 6}
)

const navDepth = 4 // levels above a page that show their entries; those further up show only the way

// branchKey names a prepared navigation: a folder, and which window of its entries.
type branchKey struct {
	folder *book.Node
	window int
}

// branch is the navigation of a folder's pages, made once, when the first of them asks for it. What differs from page to
// page is which entry is the current one.
type branch struct {
	made  sync.Once
	nav   *theme.Nav
	nodes []*book.Node // by the number that the entry's Here carries
	sum   uint64

	once   sync.Once
	pieces []string // the HTML, cut at each Here
	size   int      // of the pieces
	order  []*book.Node
	err    error
}

// navs makes the navigation of pages.
type navs struct {
	signs    *signs.Book
	places   *places
	sums     *sums
	theme    *theme.Theme
	boards   func() []theme.Board // without Here
	branches sync.Map             // branchKey to *branch
}

// boardsOf are the boards of a handbook, with what there is to do on each.
func boardsOf(s *signs.Book, p *places, views *query.Engine) []theme.Board {
	list := make([]theme.Board, len(p.boards))
	for i, b := range p.boards {
		to := &list[i]
		to.Title, to.URL = p.signs.Site.Lists[i].Title, b.node.URL
		to.Word = cmp.Or(s.Words.BoardOpen[b.name], s.Words.BoardOpen["other"])
		for _, known := range query.BuiltIns() {
			if known.Name == b.name && len(known.Open) > 0 && views != nil {
				now, later := views.Open(known)
				to.Counts, to.Open = true, blocks.Number(now, later)
			}
		}
	}
	return list
}

// nav is the navigation of a page.
func (m *navs) nav(n *book.Node) theme.Fragment {
	b := m.prepared(m.branchOf(n))
	return b.fragment(m.theme, n, slices.Index(b.nodes, n))
}

// navBelow is the navigation of what is generated below a page: the page's own, with no entry marked.
func (m *navs) navBelow(n *book.Node) theme.Fragment {
	return m.prepared(m.branchOf(n)).fragment(m.theme, nil, -1)
}

// navOfList is the navigation of a page that is made for no single node.
func (m *navs) navOfList(url string) theme.Fragment {
	b := m.prepared(branchKey{})
	nodes := []*book.Node{&m.places.ofHealth, &m.places.ofAll}
	for _, board := range m.places.boards {
		nodes = append(nodes, board.node)
	}
	for _, n := range nodes {
		if n.URL == url {
			return b.fragment(m.theme, n, slices.Index(b.nodes, n))
		}
	}
	return m.nav(nil)
}

// prepared is the navigation of a folder.
func (m *navs) prepared(key branchKey) *branch {
	known, ok := m.branches.Load(key)
	if !ok {
		known, _ = m.branches.LoadOrStore(key, &branch{})
	}
	b := known.(*branch)
	b.made.Do(func() {
		m.branch(b, key)
		m.sums.with(func(h *hasher) { b.sum = h.sum(b.nav) })
	})
	return b
}

func (b *branch) fragment(t *theme.Theme, current *book.Node, at int) theme.Fragment {
	return theme.Fragment{Sum: b.sum ^ uint64(at+1)<<48, Make: func() (template.HTML, error) {
		html, err := b.html(t, current)
		return template.HTML(html), err
	}}
}

// branchOf is the navigation that a page uses: that of its folder, or its own when it is a folder.
func (m *navs) branchOf(n *book.Node) branchKey {
	if n == nil {
		return branchKey{}
	}
	if n.Parent == nil || len(n.Children) > 0 {
		return branchKey{n, 0}
	}
	return branchKey{n.Parent, m.navBounds().start(m.signs.Of(n).Place, len(n.Parent.Children))}
}

func (m *navs) navBounds() navBounds {
	if isLarge(m.signs) {
		return navLarge
	}
	return navUsual
}

// start is where the window of a list of n entries starts that shows the i-th; 0 for a list that is shown in full.
func (b navBounds) start(i, n int) int {
	if n <= b.limit {
		return 0
	}
	start := (i - (b.window-b.step)/2) / b.step * b.step
	return min(max(0, start), max(0, n-b.window))
}

// branch makes the navigation for a folder: the top level, the way down to the folder, and what it holds.
func (m *navs) branch(b *branch, key branchKey) {
	b.nav = &theme.Nav{Site: m.signs.Site}
	var way []*book.Node // from the top level down to the folder
	for n := key.folder; n != nil && n.Parent != nil; n = n.Parent {
		way = append(way, n)
	}
	slices.Reverse(way)
	b.nav.HomeHere = b.here(m.signs.Book.Home)
	b.nav.HealthHere, b.nav.AllHere = b.here(&m.places.ofHealth), b.here(&m.places.ofAll)
	b.nav.AtBoard = len(way) == 0
	b.nav.Boards = slices.Clone(m.boards())
	for i, board := range m.places.boards {
		if b.nav.Boards[i].Here = b.here(board.node); !m.speaks() {
			b.nav.Boards[i].Open = theme.Number{}
		}
	}
	b.nav.Items, b.nav.More = m.items(b, m.signs.Book.Home, way, key.window, 0)
}

func (b *branch) here(n *book.Node) template.HTMLAttr {
	b.nodes = append(b.nodes, n)
	return here(len(b.nodes) - 1)
}

// items lists what a folder holds; the entry on the way is opened.
func (m *navs) items(b *branch, folder *book.Node, way []*book.Node, last, depth int) ([]theme.NavItem, *theme.Link) {
	list, bounds, from := folder.Children, m.navBounds(), 0
	small := len(m.signs.Book.Nodes) <= navUsual.limit // the whole tree fits
	start := last
	if len(way) > 0 {
		start = bounds.start(m.signs.Of(way[0]).Place, len(list))
	}
	var more *theme.Link
	if len(way) > navDepth && depth > 0 {
		list, from = way[:1], -1
	} else if len(list) > bounds.limit {
		more = &theme.Link{Title: m.signs.AllOf(folder), URL: folder.URL}
		list, from = list[start:min(start+bounds.window, len(list))], start
	}
	outside := folder.Outside
	if from < 0 {
		outside = nil // only the way is shown
	}
	items := make([]theme.NavItem, 0, len(list))
	for i, n := range list {
		items = addOutside(items, outside, from+i)
		if n.URL == "" || n.Hidden {
			continue
		}
		f := m.signs.Of(n).Signs()
		item := theme.NavItem{Title: m.signs.Short(n), URL: n.URL, Section: len(n.Children) > 0, Here: b.here(n), Mark: f.Mark, Dates: f.Dates()}
		switch {
		case len(way) > 0 && way[0] == n:
			item.Items, item.More = m.items(b, n, way[1:], last, depth+1)
		case small && depth == 0 && len(n.Children) > 0:
			item.Items, item.More = m.items(b, n, nil, 0, depth+1)
		}
		switch {
		case !item.Section:
		case !m.speaks():
			if item.Mark != nil && item.Mark.State == "changed" {
				item.Mark = nil
			}
		case item.Items == nil: // it speaks for pages that are not shown
			var late schema.Date
			item.Mark, item.Count, late = m.signs.Worst(n)
			item.Dates = theme.Late(late)
		case item.Mark != nil && item.Mark.State == "changed": // somebody has edited the introduction to a list
			item.Mark = nil
		}
		items = append(items, item)
	}
	if from+len(list) == len(folder.Children) {
		items = addOutside(items, outside, len(folder.Children))
	}
	return items, more
}

// speaks reports whether sections and boards say in the navigation how their pages stand. In a large handbook every edit would change every page
// then; there the tree that a browser loads says it, and the home page.
func (m *navs) speaks() bool { return !isLarge(m.signs) }

// addOutside adds those entries that are no pages and stand before a child of a folder.
func addOutside(items []theme.NavItem, outside []book.Outside, at int) []theme.NavItem {
	for _, o := range outside {
		if o.At == at {
			items = append(items, theme.NavItem{Title: o.Title, URL: o.URL})
		}
	}
	return items
}

// html is the navigation with one entry marked as the current page.
func (b *branch) html(t *theme.Theme, current *book.Node) (string, error) {
	b.once.Do(func() { b.err = b.cut(t) })
	if b.err != nil {
		return "", b.err
	}
	const here = ` aria-current="page"`
	var w strings.Builder
	w.Grow(b.size + len(here))
	w.WriteString(b.pieces[0])
	for i, n := range b.order {
		if n == current {
			w.WriteString(here)
		}
		w.WriteString(b.pieces[i+1])
	}
	return w.String(), nil
}

// cut renders the navigation and takes it apart at the marks that Here left.
func (b *branch) cut(t *theme.Theme) error {
	html, err := t.Nav(b.nav)
	if err != nil {
		return err
	}
	const mark = " data-here-"
	for {
		before, rest, found := strings.Cut(html, mark)
		b.pieces = append(b.pieces, before)
		b.size += len(before)
		if !found {
			return nil
		}
		number, after, _ := strings.Cut(rest, "-")
		i, err := strconv.Atoi(number)
		if err != nil || i < 0 || i >= len(b.nodes) {
			i = 0
		}
		b.order = append(b.order, b.nodes[i])
		html = after
	}
}

// treeList is how many entries of one list the tree holds; a longer one ends with a link to the whole list.
const treeList = 200

// treeEntry is an entry of the navigation: its title, its address below its folder's ("checkout" for
// /specs/checkout/, or a whole address), what it holds, its mark, and Badge.Due; of a section the worst mark of its pages, when
// a further one becomes overdue, and how many are marked so. What is empty at the end is left out.
type treeEntry []any

// tree is the navigation of the whole handbook for the script, which asks for it when somebody opens a section that the
// page does not show.
func (m *navs) tree() []byte {
	marks := map[string]string{}
	tree := struct {
		Base  string            `json:"base"`
		Marks map[string]string `json:"marks"` // by state, as HTML
		Tree  []treeEntry       `json:"tree"`
	}{m.signs.Site.Base, marks, m.treeBelow(m.signs.Book.Home, marks)}
	return append(diag.AsJSON(tree, ""), '\n')
}

func (m *navs) treeBelow(folder *book.Node, marks map[string]string) []treeEntry {
	list := []treeEntry{}
	outside := func(at int) {
		for _, o := range folder.Outside {
			if o.At == at && o.URL != "" {
				list = append(list, treeEntry{o.Title, o.URL})
			}
		}
	}
	for i, n := range folder.Children {
		outside(i)
		if n.URL == "" || n.Hidden {
			continue
		}
		if len(list) >= treeList {
			return append(list, treeEntry{m.signs.AllOf(folder), folder.URL})
		}
		f := m.signs.Of(n).Signs()
		mark, due, count := f.Mark, "", ""
		if f.Ages {
			due = f.Badge.Due()
		}
		if len(n.Children) > 0 {
			worst, k, late := m.signs.Worst(n)
			if mark, due = worst, late.String(); k > 0 {
				count = strconv.Itoa(k)
			}
		}
		e := treeEntry{m.signs.Short(n), below(folder.URL, n.URL), m.treeBelow(n, marks), "", due, count}
		if mark != nil {
			e[3] = mark.State
			if _, ok := marks[mark.State]; !ok {
				html, _ := m.theme.Mark(theme.Badge{State: mark.State, Word: mark.Word}) // it was tried when it was loaded
				marks[mark.State] = html
			}
		}
		for len(e) > 2 && empty(e[len(e)-1]) {
			e = e[:len(e)-1]
		}
		list = append(list, e)
	}
	outside(len(folder.Children))
	return list
}

// below is an address as seen from its folder's: one segment where it stands right below it.
func below(folder, url string) string {
	if rest, ok := strings.CutPrefix(url, folder); ok && strings.HasSuffix(rest, "/") && strings.Count(rest, "/") == 1 {
		return strings.TrimSuffix(rest, "/")
	}
	return url
}

func empty(v any) bool {
	list, ok := v.([]treeEntry)
	return ok && len(list) == 0 || v == ""
}
