package book

import (
	"cmp"
	"fmt"
	"path"
	"slices"
	"strconv"
	"strings"

	"handbook/builder/diag"
	"handbook/builder/ending"
)

// Menu is the order of the pages as the files of another generator say it.
type Menu struct {
	Lists    []MenuList
	Numbered bool     // a number before the name of a file or folder is its place, and no part of its title and address
	Parents  bool     // `parent` in frontmatter is the title of the page that a page stands under
	Weight   []string // the keys of frontmatter that are a page's place where it has no weight: "menu.main.weight"
	Exclude  string   // the key by which it is not shown
}

// Empty reports whether a menu says nothing.
func (m *Menu) Empty() bool {
	return len(m.Lists) == 0 && !m.Numbered && !m.Parents && m.Weight == nil && m.Exclude == ""
}

// MenuList orders what stands below a folder, and says how the folder itself is shown.
type MenuList struct {
	Folder   string // below the content folder; "" for home
	Label    string
	Weight   int
	Weighted bool
	Hidden   bool
	Reverse  bool // what is not named stands in the opposite order
	Entries  []MenuEntry
	At       diag.Place
}

// MenuEntry is one line of a list: a page, a folder, a section, an address elsewhere, or words above what follows.
type MenuEntry struct {
	Label    string
	Path     string // of a page or a folder, below the content folder, with its ending or without; "" for none
	URL      string // an address elsewhere
	Children []MenuEntry
	Inside   bool // what the folder holds stands here, without the folder
	Rest     bool // what is not named in the folder stands here
	Hidden   bool
	At       diag.Place
}

// Outside is an entry of the navigation that is no page of the handbook.
type Outside struct {
	Title string
	URL   string // "" for words that stand above what follows
	At    int    // before which of the node's Children
}

// menu is a Menu as it is applied.
type menu struct {
	sections map[*MenuEntry]*Node // what stands for the entries that are sections
	plans    map[*Node]*plan
	used     map[*Node]bool // what stands for one of these
	placed   map[*Node]bool
	docs     map[string]*Node // pages of a numbered site by what that site calls them; made when asked for
	near     []string         // paths of pages, for suggestions; likewise
	guesses  int              // how many suggestions may still be looked for
	unread   map[string]bool  // paths of what is no page, without their endings; made when asked for
	away     map[string]bool  // folders whose own page an audience is not told of; likewise
}

// plan is what stands below a node, in order.
type plan struct {
	items   []planned
	reverse bool
}

type planned struct {
	node    *Node
	outside Outside // where there is no node
	rest    bool
}

// readMenu labels what the menu names, and makes the pages of sections that have none, before they get their addresses.
func (r *resolver) readMenu() {
	m := r.Menu
	if m == nil {
		return
	}
	r.menu = &menu{sections: map[*MenuEntry]*Node{}, plans: map[*Node]*plan{}, used: map[*Node]bool{}, placed: map[*Node]bool{}, guesses: 50}
	for _, n := range r.nodes {
		if m.Numbered {
			r.number(n)
		}
		if n.Page == nil {
			continue
		}
		n.Hidden = n.Hidden || m.Exclude != "" && n.Page.Word(m.Exclude) == "true"
		for _, key := range m.Weight {
			if k, err := strconv.Atoi(n.Page.Word(key)); err == nil && !n.Weighted {
				n.Weight, n.Weighted = k, true
			}
		}
	}
	for i := range m.Lists {
		l := &m.Lists[i]
		n := r.ids[l.Folder]
		if n == nil {
			continue
		}
		r.label(n, l.Label)
		n.Hidden = n.Hidden || l.Hidden
		if l.Weighted && !n.Weighted {
			n.Weight, n.Weighted = l.Weight, true
		}
		r.readEntries(n, l.Entries)
	}
}

// number takes the number before the name of a node's file off its title, and for its place.
func (r *resolver) number(n *Node) {
	k, rest, ok := leadingNumber(last(n.ID))
	if !ok {
		return
	}
	if !n.Weighted {
		n.Weight, n.Weighted = k, true
	}
	if title := readable(last(n.ID)); n.Title == title {
		n.Title = readable(rest)
		if n.NavTitle == title {
			n.NavTitle = n.Title
		}
	}
}

// leadingNumber takes a name such as "02-install" apart. Dates and versions are no numbers of this kind.
func leadingNumber(name string) (n int, rest string, ok bool) {
	digits := len(name) - len(strings.TrimLeft(name, "0123456789"))
	rest = strings.TrimLeft(name[digits:], " ")
	after := strings.TrimLeft(rest, "-_.")
	after = strings.TrimLeft(after, " ")
	if digits == 0 || digits > 4 || after == rest || after == "" || digit(after[0]) {
		return 0, name, false
	}
	n, err := strconv.Atoi(name[:digits])
	return n, after, err == nil
}

// published is where a page or folder without a slug is shown: at its id, but for numbers that are no part of an address.
func (r *resolver) published(id string) string {
	if r.Menu == nil || !r.Menu.Numbered {
		return id
	}
	return withoutNumbers(id)
}

// withoutNumbers is a path whose names have none before them.
func withoutNumbers(p string) string {
	parts := strings.Split(p, "/")
	for i := range parts {
		_, parts[i], _ = leadingNumber(parts[i])
	}
	return strings.Join(parts, "/")
}

// label calls a node otherwise in the navigation, unless its page says how.
func (r *resolver) label(n *Node, label string) {
	switch {
	case label == "" || n == r.ids[""] || n.Page != nil && n.Page.Meta.NavTitle != "":
		return
	case n.Page == nil && r.Only != nil && r.hasAwayIndex(n.ID):
		return // what the folder is called is not told
	case n.Page == nil:
		n.Title = label
	}
	n.NavTitle = label
}

// hasAwayIndex reports whether a folder has a page of its own that an audience is not told of.
func (r *resolver) hasAwayIndex(folder string) bool {
	if r.menu.away == nil {
		r.menu.away = map[string]bool{}
		for away := range r.Only.Away {
			if indexName(stem(last(away))) {
				r.menu.away[parent(away)] = true
			}
		}
	}
	return r.menu.away[folder]
}

// readEntries labels what entries name. It says whether they name any page.
func (r *resolver) readEntries(above *Node, entries []MenuEntry) bool {
	some := false
	for i := range entries {
		e := &entries[i]
		n := r.entry(e)
		if n == nil && e.Path == "" && len(e.Children) > 0 {
			n = r.section(above, e)
		}
		if n == nil {
			continue
		}
		r.label(n, e.Label)
		n.Hidden = n.Hidden || e.Hidden
		some = r.readEntries(n, e.Children) || e.Path != "" || some
	}
	return some
}

// section finds what stands for an entry that has no page of its own: the page of a folder that is among what it holds, the
// folder in which all of that lies, or else a page that is made for it.
func (r *resolver) section(above *Node, e *MenuEntry) *Node {
	if !slices.ContainsFunc(e.Children, r.leadsSomewhere) {
		return nil
	}
	var found []*Node
	take := func(n *Node) *Node {
		r.menu.sections[e], r.menu.used[n] = n, true
		return n
	}
	taken := func(n *Node) bool { return n == above || n == r.ids[""] || r.menu.used[n] }
	for i := range e.Children {
		c := &e.Children[i]
		n := r.entry(c)
		if n != nil && c.Inside && !taken(n) {
			return take(n)
		}
		if n != nil {
			found = append(found, n)
		}
	}
	for _, n := range found {
		if n.Page != nil && n.Page.Index && !taken(n) {
			return take(n)
		}
	}
	if len(found) > 0 && !slices.ContainsFunc(found, func(n *Node) bool { return parent(n.ID) != parent(found[0].ID) }) {
		if n := r.ids[parent(found[0].ID)]; n != nil && n.Kind == KindFolder && !taken(n) {
			return take(n)
		}
	}
	id := joinID(above.ID, Slug(e.Label, "section"))
	for k, base := 2, id; r.folded[fold(id)] != nil; k++ {
		id = base + "-" + strconv.Itoa(k)
	}
	n := &Node{ID: id, Kind: KindFolder, Title: e.Label, NavTitle: e.Label, Section: true}
	r.nodes = append(r.nodes, n)
	r.ids[id], r.folded[fold(id)] = n, n
	return take(n)
}

func (r *resolver) leadsSomewhere(e MenuEntry) bool {
	return r.entry(&e) != nil || slices.ContainsFunc(e.Children, r.leadsSomewhere)
}

func joinID(folder, name string) string {
	if folder == "" {
		return name
	}
	return folder + "/" + name
}

// entry is the page or folder that an entry names; nil for none.
func (r *resolver) entry(e *MenuEntry) *Node {
	if e.Path == "" {
		return nil
	}
	return r.named(e.Path)
}

// named is the page or folder that other tools call so; nil for none.
func (r *resolver) named(name string) *Node {
	p := strings.Trim(name, "/")
	if p == "." {
		return r.ids[""]
	}
	for _, end := range append([]string{""}, ending.All...) {
		if n := r.files[p+end]; n != nil {
			return n
		}
	}
	if indexName(stem(last(p))) {
		if n := r.ids[strings.TrimSuffix(path.Dir(p), ".")]; n != nil && n.Page != nil && n.Page.Index {
			return n
		}
	}
	if n := r.ids[stem(p)]; n != nil && n.Kind != KindOwner {
		return n
	}
	return r.doc(p)
}

// doc is the page that a numbered site calls so: without numbers, and by its `id`.
func (r *resolver) doc(name string) *Node {
	if r.Menu == nil || !r.Menu.Numbered {
		return nil
	}
	if r.menu.docs == nil {
		r.menu.docs = map[string]*Node{}
		for _, n := range r.nodes {
			id := withoutNumbers(n.ID)
			if n.Page != nil {
				id = withoutNumbers(strings.TrimSuffix(stem(n.Page.Path), ".html"))
				if given := n.Page.Word("id"); given != "" {
					id = joinID(parent(id), given)
				}
			}
			if r.menu.docs[id] == nil {
				r.menu.docs[id] = n
			}
		}
	}
	return r.menu.docs[stem(name)]
}

// arrange puts the nodes where the menu says.
func (r *resolver) arrange() {
	if r.Menu == nil {
		return
	}
	if r.Menu.Parents {
		r.adopt()
	}
	for i := range r.Menu.Lists {
		l := &r.Menu.Lists[i]
		if n := r.ids[l.Folder]; n != nil && (len(l.Entries) > 0 || l.Reverse) {
			r.place(n, l.Entries)
			r.plan(n).reverse = l.Reverse
		}
	}
	lost := map[*Node]bool{}
	for _, n := range r.nodes {
		if len(n.Children) > 0 || r.menu.plans[n] != nil {
			had := len(n.Children)
			r.follow(n)
			lost[n] = (had > 0 || r.menu.used[n]) && len(n.Children) == 0 && n.Kind == KindFolder
		}
	}
	for n := range lost {
		n.Hidden = n.Hidden || lost[n] // all that it held stands elsewhere
	}
}

func (r *resolver) plan(n *Node) *plan {
	p := r.menu.plans[n]
	if p == nil {
		p = &plan{}
		r.menu.plans[n] = p
	}
	return p
}

// place puts what entries name below a node.
func (r *resolver) place(above *Node, entries []MenuEntry) {
	p := r.plan(above)
	for i := range entries {
		e := &entries[i]
		n := r.menu.sections[e]
		if n == nil {
			n = r.entry(e)
		}
		switch {
		case e.Rest:
			p.items = append(p.items, planned{rest: true})
		case n != nil && e.Inside:
			for _, c := range n.Children {
				r.put(above, c, e)
			}
		case n != nil:
			if r.put(above, n, e) || n == above {
				r.place(n, e.Children)
			}
		case e.Path != "":
			if asset := r.book.Assets[strings.Trim(e.Path, "/")]; asset != "" {
				p.items = append(p.items, planned{outside: Outside{Title: cmp.Or(e.Label, last(e.Path)), URL: asset}})
			} else {
				r.leadsNowhere(e)
			}
			r.place(above, e.Children) // what stood below it
		case r.Only != nil || e.Hidden: // who may know of other sites is not said
		case e.URL != "":
			p.items = append(p.items, planned{outside: Outside{Title: cmp.Or(e.Label, e.URL), URL: e.URL}})
		case e.Label != "" && len(e.Children) == 0:
			p.items = append(p.items, planned{outside: Outside{Title: e.Label}})
		}
	}
}

// put puts a node below another, unless it has its place or the two would go round in a circle.
func (r *resolver) put(above, n *Node, e *MenuEntry) bool {
	if n == r.book.Home || n == above || r.menu.placed[n] || n.Kind == KindOwner {
		return false
	}
	for up := above; up != nil; up = up.Parent {
		if up == n {
			r.msgs.Add(diag.Navigation, e.At, fmt.Sprintf("%q stands below itself, so it stays where it is", cmp.Or(e.Path, e.Label)),
				"take this entry out, or move what it stands below to another place")
			return false
		}
	}
	r.menu.placed[n] = true
	n.Parent = above
	p := r.plan(above)
	p.items = append(p.items, planned{node: n})
	return true
}

// leadsNowhere tells of an entry that names no page. What a page is not made of, and what is left out, is told of elsewhere.
func (r *resolver) leadsNowhere(e *MenuEntry) {
	p := strings.Trim(e.Path, "/")
	if r.leftOutAt(p) != nil {
		return
	}
	if r.menu.unread == nil {
		r.menu.unread = map[string]bool{}
		for _, u := range r.Unread {
			r.menu.unread[strings.TrimSuffix(u, path.Ext(u))] = true
		}
	}
	if r.Only != nil || r.menu.unread[strings.TrimSuffix(p, path.Ext(p))] {
		return
	}
	help := "write the path of a page, or take the entry out"
	if r.menu.guesses > 0 {
		r.menu.guesses--
		if r.menu.near == nil {
			for _, n := range r.nodes {
				if n.Page != nil {
					r.menu.near = append(r.menu.near, n.Page.Path)
				}
			}
		}
		help = diag.Meant("did you mean %q?", p, r.menu.near, help)
	}
	r.msgs.Add(diag.Navigation, e.At, fmt.Sprintf("there is no page %q, so the navigation has none here", e.Path), help)
}

// follow gives a node its children as its plan says. Those with a weight of their own come first, and what is not named comes last.
func (r *resolver) follow(n *Node) {
	p := r.menu.plans[n]
	var rest []*Node
	for _, c := range n.Children {
		if c.Parent == n && !r.menu.placed[c] {
			rest = append(rest, c)
		}
	}
	if p == nil {
		n.Children = rest
		return
	}
	if p.reverse {
		slices.Reverse(rest)
	}
	var own, list []*Node
	var outside []Outside
	add := func(c *Node) {
		if c.Page != nil && c.Page.Meta.Weighted && !c.Page.Meta.TheirWeight {
			own = append(own, c)
		} else {
			list = append(list, c)
		}
	}
	for _, item := range p.items {
		switch {
		case item.rest:
			for _, c := range rest {
				add(c)
			}
			rest = nil
		case item.node != nil:
			add(item.node)
		default:
			item.outside.At = len(list)
			outside = append(outside, item.outside)
		}
	}
	for _, c := range rest {
		add(c)
	}
	slices.SortStableFunc(own, func(a, b *Node) int { return cmp.Compare(a.Weight, b.Weight) })
	for i := range outside {
		outside[i].At += len(own)
	}
	n.Children, n.Outside = append(own, list...), outside
}

// adopt puts pages below those that they name as `parent`.
func (r *resolver) adopt() {
	for _, n := range r.nodes {
		if n.Page == nil {
			continue
		}
		title := n.Page.Word("parent")
		if title == "" {
			continue
		}
		above := r.names[fold(title)]
		if len(above) > 1 {
			grand := n.Page.Word("grand_parent")
			above = slices.DeleteFunc(slices.Clone(above), func(a *Node) bool { return a.Page.Word("parent") != grand })
		}
		at := n.Page.Place("parent")
		if len(above) != 1 {
			if r.Only == nil {
				text := fmt.Sprintf("no page is called %q, so this page stays where it is", title)
				if len(above) > 1 {
					text = fmt.Sprintf("%d pages are called %q, so this page stays where it is", len(above), title)
				}
				r.msgs.Add(diag.Navigation, at, text, "write the title of one page")
			}
			continue
		}
		if n.Parent == above[0] {
			continue // it lies in the folder of that page
		}
		if r.put(above[0], n, &MenuEntry{Path: n.Page.Path, At: at}) {
			p := r.plan(above[0])
			p.items = p.items[:len(p.items)-1]
			r.menu.placed[n] = false // it stands among those that are not named
			above[0].Children = append(above[0].Children, n)
			slices.SortFunc(above[0].Children, inOrder)
		}
	}
}
