package render

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"sync"

	"handbook/builder/agenda"
	"handbook/builder/book"
	"handbook/builder/diag"
	"handbook/builder/page"
	"handbook/builder/query"
	"handbook/builder/review"
	"handbook/builder/signs"
	"handbook/builder/theme"
)

// places are the addresses of all that is generated: lists, what changed on a page, documents to print, the Markdown of
// pages, feeds. They are given out before any view is made, since every page links to some of them.
type places struct {
	signs  *signs.Book
	views  *query.Engine
	named  map[string]*page.Page // built-in pages, by name
	copies bool                  // the Markdown of pages is published

	beside   []beside        // by the numbers of the nodes
	taken    map[string]bool // paths of generated outputs, so that no two are the same
	unlisted map[string]bool // addresses that are not for search engines
	lists    lists
	changes  string       // the address of the list of changes; "" without a history
	ofHealth book.Node    // stands for the health page in the navigation
	ofAll    book.Node    // stands for the list of all pages there
	builtIn  []*book.Node // built-in pages, which are no part of the book
	boards   []board      // the pages that show the whole handbook from one side
	msgs     diag.List
}

// beside are addresses beside a node's own.
type beside struct {
	copy    string              // where its Markdown is; "" where that is not published
	list    []part              // where the pages of the list on it are, when there are several; the first is where the node is
	changes part                // where it is shown what changed since the review; its path is empty when that is not known
	print   part                // where it is one document to print, with the pages below it; likewise
	worst   func() []*book.Node // of an owner: what it owns, the worst first
}

// board is a page that shows the whole handbook from one side: a built-in one, or what somebody has written in its place.
type board struct {
	name string
	node *book.Node // which stands for it in the navigation
}

// newPlaces gives generated pages their addresses. Who comes first gets the address that it wants, so the order matters. What
// every page shows of them is told to the site.
func newPlaces(s *signs.Book, job Job) *places {
	m := &places{signs: s, views: job.Views, named: job.BuiltIn, copies: s.Book.Site.Outputs.Markdown && job.Source != nil,
		beside: make([]beside, len(s.Book.Nodes)), taken: map[string]bool{}, unlisted: map[string]bool{}}
	for _, n := range m.signs.Book.Nodes {
		if n.Kind != book.KindPage { // where pages are, the book knows
			m.taken[strings.ToLower(n.Out)] = true
		}
	}
	for _, t := range m.signs.Book.Tags {
		m.taken[strings.ToLower(t.Out)] = true
	}
	m.addresses()
	m.placeCopies()
	m.placePrints()
	for _, n := range m.signs.Book.Nodes {
		if n.Out != "" {
			m.placeChanges(n)
			m.placeList(n)
		}
	}
	for _, t := range m.signs.Book.Tags {
		m.lists.ofTags = append(m.lists.ofTags, m.pages(strings.TrimSuffix(t.Out, "/index.html"), part{t.URL, t.Out}, len(t.Nodes)))
	}
	m.placeAll()
	return m
}

// at are the places beside a node; none of one that is not in the book.
func (m *places) at(n *book.Node) *beside {
	if m.signs.Has(n) {
		return &m.beside[n.Number()]
	}
	return &beside{}
}

// address makes the URL and path of a generated page from the parts of its path. What the content has put there
// already moves it to the next free one.
func (m *places) address(parts ...string) (url, path string) {
	dir := strings.Join(parts, "/")
	for {
		i := m.blocked(dir)
		if i < 0 {
			break
		}
		dir = dir[:i] + "-list" + dir[i:]
	}
	path = dir + "/index.html"
	m.taken[strings.ToLower(path)] = true
	return m.signs.Site.Base + dir + "/", path
}

// blocked is the length of the part of a folder's path that keeps a page from being generated there, because it is
// a file or has a page already; -1 when nothing does.
func (m *places) blocked(dir string) int {
	for i, c := range dir + "/" {
		if c == '/' && m.signs.Book.Taken(dir[:i]) {
			return i
		}
	}
	path := dir + "/index.html"
	if m.taken[strings.ToLower(path)] || !m.signs.Book.Free(path) {
		return len(dir)
	}
	return -1
}

// addresses gives generated pages their places.
func (m *places) addresses() {
	get := func(name string) part {
		url, path := m.address(name)
		return part{url, path}
	}
	if len(m.signs.Book.Tags) > 0 {
		m.lists.tags = get("tags")
		m.signs.Site.Tags = m.lists.tags.url
	}
	m.lists.all = get("all")
	for _, name := range m.signs.Book.BuiltIn {
		title, url := "", ""
		n, known := m.signs.Book.Lookup(name)
		if own := m.signs.Book.Own(name); own != nil {
			n, title, url = own, own.Title, own.URL
		} else if p := m.named[name]; p == nil {
			continue
		} else if title = p.Title; known && n.Kind == book.KindFolder {
			url = n.URL
		} else {
			at := get(name)
			url = at.url
			n = &book.Node{ID: name, URL: at.url, Out: at.path, Title: p.Title, Summary: p.Meta.Description, Page: p.Face}
			m.builtIn = append(m.builtIn, n)
		}
		switch {
		case name == "health": // which has a link of its own
			m.signs.Site.Health = url
			continue
		case name == "changes":
			m.unlisted[url] = true
			if m.signs.History {
				m.changes = url
			}
		}
		if name == "changes" && !m.signs.History || name == "owners" && len(m.signs.Book.Owners) == 0 {
			continue
		}
		m.boards = append(m.boards, board{name, n})
		m.signs.Site.Lists = append(m.signs.Site.Lists, theme.Link{Title: title, URL: url})
	}
	m.signs.Site.All = m.lists.all.url
	m.ofHealth.URL, m.ofAll.URL = m.signs.Site.Health, m.signs.Site.All
	m.searchAddress()
}

// searchAddress gives the search page its place, and the files of the index one below it.
func (m *places) searchAddress() {
	if m.signs.Book.Site.Search.Off {
		return
	}
	url, path := m.address("search")
	m.lists.search = part{url, path}
	usual := strings.TrimSuffix(path, "index.html") + "data"
	dir := usual
	for m.inUse(dir + "/") {
		dir += "-"
	}
	m.lists.index = part{m.signs.Site.Base + dir + "/", dir + "/"}
	if m.signs.Site.Search = url; dir != usual {
		m.signs.Site.SearchIndex = m.lists.index.url
	}
}

// inUse reports whether the content publishes something below a folder.
func (m *places) inUse(dir string) bool {
	for p := range m.signs.Book.Assets {
		if strings.HasPrefix(p, dir) {
			return true
		}
	}
	return slices.ContainsFunc(m.signs.Book.Nodes, func(n *book.Node) bool { return strings.HasPrefix(n.Out, dir) })
}

// placeList gives the further pages of a node whose list is long an address, and puts an owner's list in order.
func (m *places) placeList(n *book.Node) {
	if signs.IsOwner(n) {
		m.at(n).worst = sync.OnceValue(func() []*book.Node { return m.signs.WorstFirst(n.Owns) })
	}
	if size := listed(n); size > listLimit {
		m.at(n).list = m.pages(strings.TrimSuffix(strings.TrimSuffix(n.Out, "index.html"), "/"), part{n.URL, n.Out}, size)
	}
}

// placeAll gives the list of every page its addresses.
func (m *places) placeAll() {
	count := 0
	for _, n := range m.signs.Book.Nodes {
		if n.Page != nil && n.URL != "" {
			count++
		}
	}
	m.lists.ofAll = m.pages(strings.TrimSuffix(m.lists.all.path, "/index.html"), m.lists.all, count)
}

// pages are the addresses of the pages of a list of n entries; the first is where the list is.
func (m *places) pages(dir string, first part, n int) []part {
	list := []part{first}
	for i := 2; i <= (n+listLimit-1)/listLimit; i++ {
		var p part
		if number := strconv.Itoa(i); dir == "" {
			p.url, p.path = m.address("page", number)
		} else {
			p.url, p.path = m.address(dir, "page", number)
		}
		list = append(list, p)
	}
	return list
}

// placeCopies gives the Markdown of each page its place: its own address with .md, so that who knows the one knows the
// other. What the content has put there stays, and the page has no Markdown.
func (m *places) placeCopies() {
	if !m.copies {
		return
	}
	for _, n := range m.signs.Book.Nodes {
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
		} else if key := strings.ToLower(path); m.signs.Book.Free(path) && !m.taken[key] {
			if m.at(n).copy = path; n == m.signs.Book.Home || n.Page.Meta.Slug != "" { // no other two can want the same
				m.taken[key] = true
			}
			continue
		}
		at := diag.Place{File: n.Page.File}
		if n.Page.Meta.Slug != "" {
			at = n.Page.Place("slug")
		}
		m.msgs.Add(diag.SameAddress, at, fmt.Sprintf("the Markdown of this page would be published at %s, %s", m.signs.Site.Base+book.EscapePath(path), why),
			"give the page or the other file another name; until then the page has no Markdown for programs")
	}
}

// copyURL is the address of a page's Markdown; "" where it is not published.
func (m *places) copyURL(n *book.Node) string {
	path := m.at(n).copy
	if path == "" {
		return ""
	}
	return m.signs.Site.Base + book.EscapePath(path)
}

// placePrints gives the sections that are printed as one document an address for it. A large handbook has them if that is
// asked for, and there what is in a document has none of its own: it would be written again and again.
func (m *places) placePrints() {
	large := isLarge(m.signs)
	if o := m.signs.Book.Site.Outputs; !o.Print || large && !o.PrintAny {
		return
	}
	for _, n := range m.signs.Book.Nodes {
		f := m.signs.Of(n)
		if n.URL == "" || len(n.Children) == 0 || signs.IsOwner(n) || f.Below < 2 || f.Below > printLimit || large && m.printedWithin(n) {
			continue
		}
		parts := []string{"print"}
		if dir := strings.TrimSuffix(strings.TrimSuffix(n.Out, "index.html"), "/"); dir != "" {
			parts = []string{dir, "print"}
		}
		to := &m.at(n).print
		to.url, to.path = m.address(parts...)
	}
}

// printedWithin reports whether a section above is printed as one document.
func (m *places) printedWithin(n *book.Node) bool {
	for up := n.Parent; up != nil; up = up.Parent {
		if m.at(up).print.path != "" {
			return true
		}
	}
	return false
}

// placeChanges gives a page that has something to compare an address for it. A page of the content that stands there
// already keeps it.
func (m *places) placeChanges(n *book.Node) {
	f := m.signs.Of(n)
	if !slices.ContainsFunc(f.Verdict.Reasons, func(why review.Reason) bool { return why.Diff != nil }) && len(m.readings(n)) == 0 {
		return
	}
	parts := []string{"changes", "home"}
	if dir := strings.TrimSuffix(strings.TrimSuffix(n.Out, "index.html"), "/"); dir != "" {
		parts = []string{dir, "changes"}
	}
	to := &m.at(n).changes
	to.url, to.path = m.address(parts...)
	m.unlisted[to.url] = true
}

// readings are the earlier texts of a page that its readers know, the first reader's first.
func (m *places) readings(n *book.Node) []*review.Diff {
	asked := m.signs.Of(n).Verdict.SignOff
	if asked == nil {
		return nil
	}
	var list []*review.Diff
	for _, reader := range asked.Readers {
		if reader.Diff != nil && !slices.Contains(list, reader.Diff) && len(list) < readingsLimit {
			list = append(list, reader.Diff)
		}
	}
	return list
}

// sinceRead is where it is shown what changed since somebody read the page; "" for nowhere.
func (m *places) sinceRead(n *book.Node, reader review.Reader) string {
	i, to := slices.Index(m.readings(n), reader.Diff), m.at(n).changes.url
	if reader.Diff == nil || i < 0 || to == "" {
		return ""
	}
	return to + "#" + readingID(i)
}

// diff is where it is shown what changed by one of the reasons; "" for nowhere.
func (m *places) diff(n *book.Node, reason int) string {
	to := m.at(n).changes.url
	if to == "" || m.signs.Of(n).Verdict.Reasons[reason].Diff == nil {
		return ""
	}
	return to + "#" + diffID(reason)
}

// feedsOf are the calendar and the feed beside the page of an owner of pages that were ever reviewed, and of whoever pages name.
func (m *places) feedsOf(n *book.Node) (f feeds) {
	dir, isPage := strings.CutSuffix(n.Out, "index.html")
	if !isPage || len(n.Relating) == 0 && !agenda.EverReviewed(m.signs.Book, m.signs.Verdicts, n) {
		return f
	}
	for name, to := range map[string]*part{"reviews.ics": &f.calendar, "reviews.xml": &f.atom} {
		if m.signs.Book.Free(dir + name) {
			*to = part{n.URL + name, dir + name}
		}
	}
	return f
}

// rowsFiles are the paths at which the rows of a page's views lie, one for each view; "" for a view that is wrong. A path
// stays the same as long as the view's title does. No other page has files in the same folder.
func (m *places) rowsFiles(n *book.Node) []string {
	files := make([]string, len(n.Page.Views))
	dir := strings.TrimSuffix(n.Out, "index.html")
	wanted, given := map[string]int{}, map[string]bool{}
	for i := range n.Page.Views {
		view := &n.Page.Views[i]
		known := m.views.View(n, view)
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
			if !given[path] && m.signs.Book.Free(path) {
				files[i], given[path] = path, true
			}
		}
	}
	return files
}
