package book

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"handbook/builder/diag"
	"handbook/builder/page"
)

const renamePage = "rename one of the two, or give a page a `slug` of its own"

// plant makes the nodes: one for each page that gets its address, one for each folder without a page of its own, and
// home. Assets get their addresses here too.
func (r *resolver) plant() {
	pages := slices.Clone(r.Pages)
	slices.SortFunc(pages, func(a, b *page.Page) int {
		if a.ID != b.ID {
			return cmp.Compare(a.ID, b.ID)
		}
		return cmp.Or(cmp.Compare(indexRank(a), indexRank(b)), cmp.Compare(a.Path, b.Path))
	})
	r.Pages = pages
	pages = r.leaveOut(pages)
	hasHome := slices.ContainsFunc(pages, func(p *page.Page) bool { return p.ID == "" })
	for _, p := range pages {
		r.addPage(p, hasHome)
	}
	for _, n := range r.nodes[:len(r.nodes):len(r.nodes)] {
		r.addFolders(n)
	}
	if r.ids[""] == nil {
		r.addHome()
	}
	r.book.Home = r.ids[""]
	slices.SortFunc(r.nodes, func(a, b *Node) int { return cmp.Compare(a.ID, b.ID) })
	r.addAssets()
	for _, n := range r.nodes {
		r.index(n)
	}
}

// indexRank orders the files that want to be a folder's own page.
func indexRank(p *page.Page) int {
	name := strings.ToLower(stem(last(p.Path)))
	if i := slices.Index([]string{"_index", "index", "readme"}, name); i >= 0 && p.Index {
		return i
	}
	return 3
}

func (r *resolver) addPage(p *page.Page, hasHome bool) {
	if other := r.ids[p.ID]; other != nil && other.Page != nil {
		r.twoPages(p, other)
		return
	}
	raw, ok := r.rawAddress(p)
	if !ok {
		raw = p.ID
	}
	n := &Node{ID: p.ID, Page: p, Title: p.Title, NavTitle: cmp.Or(p.Meta.NavTitle, p.Title), Summary: p.Summary,
		Weight: p.Meta.Weight, Weighted: p.Meta.Weighted, Reviewed: p.Meta.Reviewed, ReviewedBy: p.Meta.ReviewedBy,
		Section: p.Index}
	n.URL, n.Out = r.address(raw)
	if other, ok := r.claims.claim(n.Out, claim{what: p.File, place: diag.Place{File: p.File}, node: n}); !ok {
		at := diag.Place{File: p.File}
		if p.Meta.Slug != "" {
			at = p.Place("slug")
		}
		r.sameAddress(at, p.File, n.URL, other, renamePage)
		if other.node != nil {
			r.files[p.Path] = other.node
		}
		return
	}
	if raw != p.ID {
		r.moved[raw] = n
	}
	if raw == "" && !hasHome {
		n.ID = ""
		r.ids[""] = n
	}
	r.nodes = append(r.nodes, n)
	r.files[p.Path] = n
	r.ids[p.ID] = n
	if key := fold(p.ID); r.folded[key] == nil {
		r.folded[key] = n
	}
}

// twoPages reports two files that have one id.
func (r *resolver) twoPages(p *page.Page, other *Node) {
	r.files[p.Path] = other
	at, note := diag.Place{File: p.File}, diag.Note{Place: diag.Place{File: other.Page.File}, Text: "this is the other one"}
	if p.Index && other.Page.Index {
		r.msgs.Add(diag.TwoIndexPages, at, fmt.Sprintf("%s and %s both want to be the page of their folder", other.Page.File, p.File),
			"keep one of the two, or give one another name", note)
		return
	}
	r.sameAddress(at, p.File, other.URL, claim{what: other.Page.File, place: note.Place}, renamePage)
}

// rawAddress is the path at which a page is shown, not escaped: its id, or what its slug makes of it. It reports
// false for a slug that cannot be used, with a message.
func (r *resolver) rawAddress(p *page.Page) (string, bool) {
	written := strings.TrimSpace(p.Meta.Slug)
	if written == "" {
		return p.ID, true
	}
	dir := parent(p.ID)
	if strings.HasPrefix(written, "/") {
		dir = ""
	}
	problem := ""
	switch raw, inside := join(nil, dir, written); {
	case !inside || slices.Contains(strings.Split(written, "/"), ".."):
		problem = "leads out of its folder"
	case strings.Contains(written, "://") || strings.ContainsAny(written, "?#"):
		problem = "is not a path"
	case p.ID == "" && len(raw) > 0:
		problem = "would move the home page, which is always at " + r.Site.BasePath
	case tooLong(string(raw)):
		problem = "is longer than file systems allow"
	case len(raw) == 0 && !strings.HasPrefix(written, "/"):
		problem = "is empty"
	default:
		return string(raw), true
	}
	r.msgs.Add(diag.InvalidValue, p.Place("slug"), fmt.Sprintf("the slug %q %s", p.Meta.Slug, problem),
		"write the last part of the address, such as `slug: checkout`, or a whole path, such as `slug: /specs/checkout`")
	return "", false
}

func tooLong(path string) bool {
	return slices.ContainsFunc(strings.Split(path, "/"), func(s string) bool { return len(s) > 200 }) || len(path) > 1000
}

// addFolders makes the nodes of the folders above a page that have no page of their own.
func (r *resolver) addFolders(n *Node) {
	for id := parent(n.Page.ID); id != "" && r.ids[id] == nil; id = parent(id) {
		if same := r.folded[fold(id)]; same != nil { // "Guides/" beside "guides/"
			r.ids[id] = same
			continue
		}
		f := &Node{ID: id, Kind: KindFolder, Title: readable(last(id)), Section: true}
		f.NavTitle = f.Title
		f.URL, f.Out = r.address(id)
		if other, ok := r.claims.claim(f.Out, claim{what: "the page of the folder " + r.content + id, node: f}); !ok {
			r.msgs.Add(diag.SameAddress, diag.Place{File: n.Page.File},
				fmt.Sprintf("the folder %s would be shown at %s, where %s is already", r.content+id, f.URL, other.what),
				fmt.Sprintf("make that file the folder's own page, %s%s/_index.md, or give it another `slug`", r.content, id),
				diag.Note{Place: other.place, Text: "this is the other one"})
		}
		r.nodes = append(r.nodes, f)
		r.ids[id] = f
		r.folded[fold(id)] = f
	}
}

func (r *resolver) addHome() {
	home := &Node{Kind: KindFolder, Title: cmp.Or(r.Site.Name, "Handbook"), Summary: r.Site.Description, Section: true}
	home.NavTitle = home.Title
	home.URL, home.Out = r.address("")
	r.claims.claim(home.Out, claim{what: "the home page", node: home})
	r.nodes = append(r.nodes, home)
	r.ids[""], r.folded[""] = home, home
}

// addAssets gives assets their addresses. A page wins over an asset; an asset wins over a folder's generated page.
func (r *resolver) addAssets() {
	paths := slices.Clone(r.Assets)
	slices.Sort(paths)
	for _, path := range slices.Compact(paths) {
		url := r.Site.BasePath + escapePath(path)
		r.assets[path] = url
		at := diag.Place{File: r.content + path}
		other, ok := r.claims.claim(path, claim{what: r.content + path, place: at, asset: true})
		switch {
		case ok:
			r.book.Assets[path] = url
		case other.node != nil && other.node.Kind == KindFolder && fold(other.node.Out) == fold(path):
			other.node.Out = ""
			r.book.Assets[path] = url
		default:
			r.sameAddress(at, at.File, url, other, "rename the file, or take it out of the content folder")
		}
	}
}

// index enters a node in the tables by which names find it.
func (r *resolver) index(n *Node) {
	id := n.ID
	if n.Page != nil {
		id = n.Page.ID
		r.name(n, n.Title)
		for _, name := range n.Page.Meta.AlsoKnownAs {
			r.name(n, name)
		}
	}
	if id != "" {
		key := fold(last(id))
		r.ends[key] = append(r.ends[key], n)
	}
}

func (r *resolver) name(n *Node, name string) {
	key := nameKeyOf(name)
	if have := r.names[key]; key != "" && (len(have) == 0 || have[len(have)-1] != n) {
		r.names[key] = append(have, n)
	}
}

// nameKeyOf is the key of a title or other name.
func nameKeyOf(name string) string { return fold(strings.TrimSpace(name)) }

// order makes the tree and puts the nodes in reading order.
func (r *resolver) order() {
	home := r.book.Home
	for i, n := range r.nodes {
		n.index = i
		if n == home {
			continue
		}
		n.Parent = home
		if n.Kind != KindOwner {
			id := n.ID
			if n.Page != nil {
				id = n.Page.ID
			}
			n.Parent = r.ids[parent(id)]
			n.Parent.Children = append(n.Parent.Children, n)
		}
	}
	for _, n := range r.nodes {
		n.Section = n.Section || len(n.Children) > 0
		slices.SortFunc(n.Children, inOrder)
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
	type entry struct {
		key  string
		node *Node
	}
	entries := make([]entry, len(r.nodes))
	for i, n := range r.nodes {
		entries[i] = entry{sortKey(n.Title), n}
	}
	slices.SortFunc(entries, func(a, b entry) int { return cmp.Or(cmp.Compare(a.key, b.key), cmp.Compare(a.node.ID, b.node.ID)) })
	r.byTitle = make([]*Node, len(entries))
	for i, e := range entries {
		e.node.rank, r.byTitle[i] = i, e.node
	}
}

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
		if before := previous[head]; before != nil {
			before.Next, n.Prev = n, before
		}
		previous[head] = n
	}
}
