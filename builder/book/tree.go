package book

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"handbook/builder/diag"
	"handbook/builder/page"
)

const renamePage = "rename one of the two, or give a page a `slug` of its own"

// plant makes the nodes: one for each page, one for each folder without a page of its own, and home. Then they and the assets
// get their addresses.
func (r *resolver) plant() {
	pages := slices.Clone(r.Pages)
	slices.SortFunc(pages, func(a, b *page.Face) int {
		if a.ID != b.ID {
			return cmp.Compare(a.ID, b.ID)
		}
		return cmp.Or(cmp.Compare(indexRank(a), indexRank(b)), cmp.Compare(len(a.Path), len(b.Path)), cmp.Compare(a.Path, b.Path))
	})
	r.Pages = pages
	r.heritage = newHeritage(r.Site, pages)
	kept := r.leaveOut(r.facts(pages, r.identify(pages)))
	hasHome := slices.ContainsFunc(kept, func(f *facts) bool { return f.node.ID == "" })
	room := make([]Node, len(kept)) // side by side, because every step goes from one to the next
	for i, f := range kept {
		r.addPage(&room[i], f, hasHome)
	}
	pageNodes := r.nodes[:len(r.nodes):len(r.nodes)]
	for _, n := range pageNodes {
		r.addFolders(n)
	}
	if r.ids[""] == nil {
		r.addHome()
	}
	r.book.Home = r.ids[""]
	r.readMenu()
	r.takeRedirects()
	byID := func(a, b *Node) int { return cmp.Compare(a.ID, b.ID) }
	folders := slices.Clone(r.nodes[len(pageNodes):])
	slices.SortFunc(folders, byID)
	slices.SortFunc(pageNodes, byID) // a page may be home by its slug, and one that gave way has another id
	r.nodes = merge(pageNodes, folders, byID)
	r.settle()
	r.tellMoved()
	for i, n := range r.nodes {
		n.index = i
		r.index(n)
	}
}

// identify gives those of the sorted pages an id of their own whose id is that of another: of several index pages of a folder,
// and of a page beside a folder of its name that has one, the first keeps it. Two files of one name that are no index pages
// are left as they are, since nothing says which is meant. What is a draft, or cannot be read, keeps its id too, so that
// ids do not change with it.
func (r *resolver) identify(pages []*page.Face) map[*page.Face]string {
	moved, given := map[*page.Face]string{}, map[string]bool{}
	taken := func(id string) bool {
		_, is := slices.BinarySearchFunc(pages, id, func(p *page.Face, id string) int { return cmp.Compare(p.ID, id) })
		return is || given[id]
	}
	var first *page.Face
	for _, p := range pages {
		if first == nil || first.ID != p.ID {
			first = p
			continue
		}
		if !first.Index {
			continue
		}
		id := p.ID
		if p.Index {
			id = fileID(p)
		}
		free := id
		for k := 2; taken(free); k++ {
			free = id + "-" + strconv.Itoa(k)
		}
		moved[p], given[free] = free, true
	}
	return moved
}

// tellMoved tells of the pages that have an id of their own because another page has that of their file.
func (r *resolver) tellMoved() {
	for _, n := range r.nodes {
		if n.Page == nil || n.facts.node.ID == n.Page.ID {
			continue
		}
		p := n.Page
		i, _ := slices.BinarySearchFunc(r.Pages, p.ID, func(p *page.Face, id string) int { return cmp.Compare(p.ID, id) })
		at, first := diag.Place{File: p.File}, r.Pages[i].File
		if p.Index {
			r.msgs.Add(diag.TwoIndexPages, at, fmt.Sprintf("%s and %s both want to be the page of their folder; the second is shown at %s", first, p.File, n.URL),
				"keep one of the two, or give one another name", diag.Note{Place: diag.Place{File: first}, Text: "this is the other one"})
			continue
		}
		url, _ := r.address(p.ID)
		r.sameAddress(at, p.File, url, claim{what: first, place: diag.Place{File: first}}, "it is shown at "+n.URL, renamePage)
	}
}

// takeRedirects publishes the redirects that lie beside the content folder of another generator's site.
func (r *resolver) takeRedirects() {
	if r.Former == nil || r.Beside == nil || r.Only != nil || slices.Contains(r.Assets, hostRedirects) {
		return
	}
	if _, ok := r.Beside(hostRedirects); ok {
		r.Assets = append(slices.Clone(r.Assets), hostRedirects)
		r.book.Beside = append(r.book.Beside, hostRedirects)
	}
}

// hostRedirects is the file in which hosts look for redirects.
const hostRedirects = "_redirects"

// merge makes one sorted list of two.
func merge[T any](a, b []T, compare func(a, b T) int) []T {
	all := make([]T, 0, len(a)+len(b))
	for _, next := range a {
		for len(b) > 0 && compare(b[0], next) < 0 {
			all, b = append(all, b[0]), b[1:]
		}
		all = append(all, next)
	}
	return append(all, b...)
}

// indexRank orders the files that want to be a folder's own page.
func indexRank(p *page.Face) int {
	name := strings.ToLower(last(fileID(p)))
	if i := slices.Index([]string{"_index", "index", "readme"}, name); i >= 0 && p.Index {
		return i
	}
	return 3
}

// fileID is the id that a page would have if its name meant nothing: "specs/README".
func fileID(p *page.Face) string { return strings.TrimSuffix(stem(p.Path), ".html") }

// addPage makes n the node of a page, unless the file of another has its id.
func (r *resolver) addPage(n *Node, f *facts, hasHome bool) {
	p, id := f.page, f.node.ID
	if other := r.ids[id]; other != nil && other.Page != nil {
		r.files[p.Path] = other
		r.msgs.Add(diag.SamePage, diag.Place{File: p.File}, fmt.Sprintf("%s and %s are files of one page", other.Page.File, p.File),
			"rename one of the two", diag.Note{Place: diag.Place{File: other.Page.File}, Text: "this is the other one"})
		return
	}
	*n = f.node
	if f.slug {
		raw := r.rawAddress(f)
		if raw == "" && !hasHome && r.ids[""] == nil {
			n.ID = ""
			r.ids[""] = n
		}
		r.slugs[n] = raw
	}
	r.nodes = append(r.nodes, n)
	r.files[p.Path] = n
	r.ids[id] = n
	if r.folded[f.id] == nil {
		r.folded[f.id] = n
	}
}

// rawAddress is the path at which a page with a slug is shown, not escaped. Of a slug that cannot be used it tells, and gives
// the id.
func (r *resolver) rawAddress(f *facts) string {
	p, id := f.page, f.node.ID
	written := strings.TrimSpace(p.Meta.Slug)
	dir := parent(id)
	if strings.HasPrefix(written, "/") {
		dir = ""
	}
	problem := ""
	switch raw, inside := join(nil, dir, written); {
	case !inside || slices.Contains(strings.Split(written, "/"), ".."):
		problem = "leads out of its folder"
	case strings.Contains(written, "://") || strings.ContainsAny(written, "?#"):
		problem = "is not a path"
	case id == "" && len(raw) > 0:
		problem = "would move the home page, which is always at " + r.Site.BasePath
	case tooLong(string(raw)):
		problem = "is longer than file systems allow"
	case len(raw) == 0 && !strings.HasPrefix(written, "/"):
		problem = "is empty"
	default:
		return folderOf(string(raw))
	}
	r.msgs.Add(diag.InvalidValue, p.Place("slug"), fmt.Sprintf("the slug %q %s", p.Meta.Slug, problem),
		"write the last part of the address, such as `slug: checkout`, or a whole path, such as `slug: /specs/checkout`")
	return id
}

// folderOf is an address without the name of the file that answers for a folder.
func folderOf(raw string) string {
	if strings.EqualFold(last(raw), "index.html") {
		return parent(raw)
	}
	return raw
}

func tooLong(path string) bool {
	return slices.ContainsFunc(strings.Split(path, "/"), func(s string) bool { return len(s) > 200 }) || len(path) > 1000
}

// addFolders makes the nodes of the folders above a page that have no page of their own.
func (r *resolver) addFolders(n *Node) {
	for id := n.facts.folder; id != "" && r.ids[id] == nil; id = parent(id) {
		if same := r.folded[fold(id)]; same != nil { // "Guides/" beside "guides/"
			r.ids[id] = same
			continue
		}
		f := &Node{ID: id, Kind: KindFolder, Title: readable(last(id)), Section: true}
		f.NavTitle = f.Title
		r.nodes = append(r.nodes, f)
		r.ids[id] = f
		r.folded[fold(id)] = f
	}
}

func (r *resolver) addHome() {
	home := &Node{Kind: KindFolder, Title: cmp.Or(r.Site.Name, "Handbook"), Summary: r.Site.Description, Section: true}
	home.NavTitle = home.Title
	r.nodes = append(r.nodes, home)
	r.ids[""], r.folded[""] = home, home
}

// index enters a node in the tables by which names find it.
func (r *resolver) index(n *Node) {
	enter := func(table map[string][]*Node, key string) {
		switch have := table[key]; {
		case key == "":
		case len(have) == 0:
			table[key] = r.nodes[n.index : n.index+1 : n.index+1] // most are the only one of their name
		case have[len(have)-1] != n:
			table[key] = append(have, n)
		}
	}
	if n.Page == nil {
		enter(r.ends, fold(last(n.ID)))
		return
	}
	for _, name := range n.facts.names {
		enter(r.names, name)
	}
	enter(r.ends, n.facts.end)
}

// order makes the tree and puts the nodes in reading order.
func (r *resolver) order() {
	home := r.book.Home
	var above *Node // the parent of the node before, which is that of most nodes
	in := ""        // and its folder
	for _, n := range r.nodes {
		if n == home {
			continue
		}
		n.Parent = home
		if n.Kind != KindOwner {
			folder := parent(n.ID)
			if above == nil || folder != in {
				above, in = r.ids[folder], folder
			}
			n.Parent = above
			n.Parent.Children = append(n.Parent.Children, n)
		}
	}
	for _, n := range r.nodes {
		slices.SortFunc(n.Children, inOrder)
	}
	r.arrange()
	for _, n := range r.nodes {
		n.Section = n.Section || len(n.Children) > 0
	}
	r.book.Nodes = r.book.list(home, make([]*Node, 0, len(r.nodes)))
	for _, n := range r.nodes {
		if n.Kind == KindOwner {
			r.book.Nodes = append(r.book.Nodes, n)
		}
	}
	r.book.chain()
	r.listOwners()
}

// rankTitles numbers the nodes in the order of titles, so that later steps compare numbers.
func (r *resolver) rankTitles() {
	for _, n := range r.nodes {
		if n.facts == nil {
			n.order = r.book.Titles.Key(n.Title)
		}
	}
	r.byTitle = slices.Clone(r.nodes)
	slices.SortFunc(r.byTitle, func(a, b *Node) int { return cmp.Or(cmp.Compare(a.Order(), b.Order()), cmp.Compare(a.ID, b.ID)) })
	for i, n := range r.byTitle {
		n.rank = i
	}
}

// ByTitle compares two nodes of a book by their titles, as readers of its language expect, then by their ids.
func ByTitle(a, b *Node) int { return byRank(a, b) }

func byRank(a, b *Node) int { return cmp.Compare(a.rank, b.rank) }

// inOrder compares the children of a node: those with a weight come first, by weight, then the others, by title.
func inOrder(a, b *Node) int {
	switch {
	case a.Weighted != b.Weighted && a.Weighted:
		return -1
	case a.Weighted != b.Weighted:
		return 1
	case a.Weighted && a.Weight != b.Weight:
		return cmp.Compare(a.Weight, b.Weight)
	}
	return byRank(a, b)
}

// list appends a node and all below it in reading order.
func (b *Book) list(n *Node, nodes []*Node) []*Node {
	nodes = append(nodes, n)
	for _, c := range n.Children {
		nodes = b.list(c, nodes)
	}
	return nodes
}

// chain sets Prev and Next: within each top-level section, and from home through the pages that stand beside it.
func (b *Book) chain() {
	previous := map[*Node]*Node{} // by the head of the chain
	for _, n := range b.Nodes {
		if n.Kind == KindOwner {
			break
		}
		head := n
		for head.Parent != nil && head.Parent != b.Home {
			head = head.Parent
		}
		if head == n && !n.Section {
			head = b.Home
		}
		if n.Hidden {
			continue
		}
		if before := previous[head]; before != nil {
			before.Next, n.Prev = n, before
		}
		previous[head] = n
	}
}
