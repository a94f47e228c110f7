package book

import (
	"cmp"
	"fmt"
	"path"
	"slices"
	"strings"

	"handbook/builder/diag"
	"handbook/builder/page"
)

// assignOwners finds who each page's owner is. A name that is no team's or person's gets a generated page.
func (r *resolver) assignOwners() {
	o := &owners{resolver: r, known: map[string]*Node{}, first: map[*Node]*Node{}, pages: map[*Node]int{}, code: map[string]*Node{}, fromCode: map[*Node]bool{}}
	pages, without, named := 0, 0, false
	for _, n := range r.nodes[:len(r.nodes):len(r.nodes)] {
		if n.Page != nil {
			pages++
			if r.Only != nil {
				n.Untold = r.Only.Untold[n.Page.Path]
			}
			if r.Only != nil && r.Only.Owners[n.Page.Path] {
				n.OwnerName, n.OwnerAway = "", true
			} else if n.OwnerName == "" {
				o.takeFromCode(n)
			}
			named = named || n.OwnerName != ""
			if n.OwnerName == "" && !n.OwnerAway {
				without++
			}
		}
	}
	nobodys := diag.Group{}
	if r.book.OwnersUsual = named && !diag.Most(without, pages); !r.book.OwnersUsual {
		nobodys = diag.Group{Text: "{n} pages have no owner, which is most of them", Whole: true,
			Help: fmt.Sprintf("start with `cascade: {owner: NAME}` at the top of %s: it holds for every page below that says nothing else", r.indexFile(""))}
		if !named {
			nobodys.Text = "no page of this handbook names an owner"
		}
	}
	for _, n := range r.nodes[:len(r.nodes):len(r.nodes)] {
		switch {
		case n.Page == nil || n.Owner != nil || n.OwnerAway:
		case n.OwnerName != "":
			n.Owner = o.find(n)
		default:
			r.msgs.AddTo(nobodys, diag.NoOwner, diag.Place{File: n.Page.File}, fmt.Sprintf("nobody answers for %q", n.Title), r.ownerHelp(n))
		}
	}
	o.tell()
	o.compareWithCode()
	for _, n := range r.nodes {
		if n.Owner != nil {
			n.Owner.Owns = append(n.Owner.Owns, n)
		}
	}
}

// listOwners lists who owns something or could.
func (r *resolver) listOwners() {
	for _, n := range r.nodes {
		if len(n.Owns) > 0 || isOwner(n) {
			r.book.Owners = append(r.book.Owners, n)
			slices.SortFunc(n.Owns, byRank)
		}
	}
	slices.SortFunc(r.book.Owners, byRank)
}

// Called lists all that a page, or somebody, is called: the id, its last part, the title, other names, and what a team or person
// is called elsewhere.
func Called(n *Node) []string {
	names := []string{n.ID, last(n.ID), n.Title}
	if n.Page != nil {
		names = append(names, n.Page.Meta.AlsoKnownAs...)
	}
	if isOwner(n) && n.Page != nil {
		for _, key := range elsewhere() {
			for _, name := range n.Words(key) {
				names = append(names, strings.TrimPrefix(name, "@"))
			}
		}
	}
	return names
}

func isOwner(n *Node) bool { return n.Type == "team" || n.Type == "person" }

func (r *resolver) ownerHelp(n *Node) string {
	folder := n.facts.node.ID
	if !n.Section {
		folder = parent(folder)
	}
	index := r.indexFile(folder)
	if index == n.Page.File {
		return "write `owner: NAME` at the top, or `cascade: {owner: NAME}` for every page below too"
	}
	return fmt.Sprintf("write `owner: NAME` at the top, or `cascade: {owner: NAME}` in %s for the whole folder", index)
}

// indexFile is the file of a folder's own page, or the one to write.
func (r *resolver) indexFile(folder string) string {
	if f := r.ids[folder]; f != nil && f.Page != nil {
		return f.Page.File
	}
	return path.Join(r.content, folder, "_index.md")
}

// owners remembers what each name means, so that a thousand pages of one team cost one search.
type owners struct {
	*resolver
	known map[string]*Node // by name as written
	first map[*Node]*Node  // of an owner without a page, the first page that names them
	pages map[*Node]int    // and how many do
	near  *suggester

	code     map[string]*Node // by name as written in CODEOWNERS; nil for one that is nobody's
	byHandle map[string]*Node
	fromCode map[*Node]bool // pages that have their owner from CODEOWNERS
}

// tell warns of each owner without a page once, at the first place where they are named.
func (o *owners) tell() {
	for _, owner := range o.nodes { // in order: suggestions share one budget
		n := o.first[owner]
		if n == nil || o.unreadable(n.OwnerName) {
			continue
		}
		text := fmt.Sprintf("no team or person %q", n.OwnerName)
		if more := o.pages[owner] - 1; more > 0 {
			text += ", who owns " + diag.Count(more, "more page")
		}
		help, absent := o.help(n.OwnerName)
		if o.fromCode[n] {
			help = fmt.Sprintf("write `handle: %q` into the page of who that is, or add one", strings.TrimPrefix(n.OwnerName, "@"))
		}
		o.msgs.Add(diag.UnknownOwner, n.OwnerAt, text, help)
		if absent && !o.fromCode[n] {
			o.absent[owner] = len(o.msgs) - 1
		}
	}
}

// sayAbsent notes a link to the page of an owner who has none with the message that says so, and reports whether it did: one
// page is missing, and adding it mends both. What the site takes for more serious in a link is told by itself.
func (l *linker) sayAbsent() bool {
	id := strings.Trim(stem(l.link.Target), "/ ")
	if l.path != "" {
		id = stem(l.path)
	}
	told, ok := l.absent[l.strangers[fold(last(id))]]
	if !ok || l.wanted != nil || l.noun() != "page" {
		return false
	}
	owner := &l.msgs[told]
	severity := func(rule diag.Rule, file string) diag.Severity {
		if s, ok := l.Site.Severity(rule, file); ok {
			return s
		}
		return rule.Severity()
	}
	if severity(diag.BrokenLink, l.link.At.File) != severity(diag.UnknownOwner, owner.File) {
		return false
	}
	if folder := parent(id); folder != "" {
		if !slices.ContainsFunc([]string{"team", "person"}, func(typ string) bool { t := l.Site.Type(typ); return t != nil && t.Folder == folder }) {
			return false
		}
		owner.Help = addOwner(l.content + id)
	}
	if len(owner.Notes) < maxNotes {
		owner.Notes = append(owner.Notes, diag.Note{Place: l.link.At, Text: "this link leads to that page"})
	}
	return true
}

// addOwner is the next step where an owner has no page.
func addOwner(id string) string { return fmt.Sprintf("add a page for them, such as %s.md", id) }

// find returns the node of a page's owner.
func (o *owners) find(n *Node) *Node {
	owner := o.known[n.OwnerName]
	if owner == nil {
		owner = o.lookup(n)
		o.known[n.OwnerName] = owner
	}
	o.count(n, owner)
	return owner
}

// count notes who names an owner without a page.
func (o *owners) count(n, owner *Node) {
	if owner.Kind == KindOwner {
		if o.pages[owner] == 0 {
			o.first[owner] = n
		}
		o.pages[owner]++
	}
}

// unreadable reports whether the owner has a page whose frontmatter cannot be read, which has been told.
func (o *owners) unreadable(written string) bool {
	name := ownerName(written)
	for id, p := range o.leftOut {
		if p.Broken && endsIn(id, name) {
			return true
		}
	}
	return false
}

func (o *owners) lookup(n *Node) *Node {
	name := ownerName(n.OwnerName)
	for reading := range readings {
		found := slices.DeleteFunc(slices.Clone(o.candidates(name, reading)), func(n *Node) bool { return !isOwner(n) })
		if len(found) == 0 {
			continue
		}
		best := closest(found)
		if len(found) > 1 {
			o.ambiguous(n.OwnerAt, name, best, found, func(n *Node) string { return "owner: " + n.ID })
		}
		return best
	}
	if found := o.ids[name]; found != nil && found.Page != nil && strings.Contains(name, "/") {
		return found // a whole id can mean nothing else, whatever the type of its page
	}
	if found := o.handles()[fold(name)]; found != nil {
		return found
	}
	return o.generate(name)
}

// ownerName takes off what surrounds a name where people write it: "@payments", "[[teams/payments]]", "#payments".
func ownerName(written string) string { return stem(page.BareName(written)) }

// generate makes the page of an owner who has none.
func (o *owners) generate(name string) *Node {
	key := "\x00" + fold(name) // no name as written begins so
	if n := o.known[key]; n != nil {
		return n
	}
	n := &Node{Kind: KindOwner, Title: cmp.Or(name, "Unnamed owner")}
	n.NavTitle = n.Title
	for {
		n.ID = o.free("owners/" + Slug(name, "owner"))
		if o.ids[n.ID] == nil {
			break
		}
	}
	for raw := n.ID; ; raw = o.claims.beside(n.Out) {
		n.URL, n.Out = o.address(raw)
		if _, ok := o.claims.claim(n.Out, claim{what: "the page of the owner " + n.Title, node: n, url: n.URL}); ok {
			break
		}
	}
	o.ids[n.ID] = n
	if o.folded[fold(n.ID)] == nil {
		o.folded[fold(n.ID)] = n
	}
	n.index = len(o.nodes)
	o.nodes = append(o.nodes, n)
	o.known[key], o.strangers[fold(name)] = n, n
	return n
}

// help is the next step for an owner whom the handbook does not know; absent says that a page is to be added.
func (o *owners) help(written string) (help string, absent bool) {
	if o.near == nil {
		o.near = newSuggester(o.resolver)
		for _, n := range o.nodes {
			if isOwner(n) {
				o.near.addNode(n)
			}
		}
	}
	name := ownerName(written)
	if found := o.near.nearest(last(name), name, true); len(found) > 0 {
		return fmt.Sprintf("did you mean `owner: %s`?", found[0].node.ID), false
	}
	if d := o.leftOut[name]; d != nil && !d.Broken {
		return fmt.Sprintf("%s is a draft; publish it by taking out its `draft: true`", d.File), false
	}
	return addOwner(o.content + "teams/" + Slug(last(name), "name")), true
}
