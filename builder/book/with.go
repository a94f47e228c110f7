package book

import (
	"cmp"
	"maps"
	"slices"
	"strings"
	"sync"

	"handbook/builder/page"
)

// With is the book with another version of one page's file, without resolving it all again: what Resolve makes of it, but
// for places in that file. It is nil where more of the book may be another than how the page reads, what it is called, and
// what is in order of titles. The node of the book that a node of this one became is found by its ID.
func (b *Book) With(old, now *page.Page) *Book {
	n := b.byID[old.ID]
	if n == nil || n.Page != old || now.Broken || !old.SameTies(now) || !b.meantAlike(n, now) {
		return nil
	}
	asked := questionsOf(n, now)
	if (len(asked) > 0) != (len(n.Questions) > 0) {
		return nil // a built-in page may come or go
	}
	c := newCopier(b)
	c.copy()
	n = c.node(n)
	moved := n.Title != now.Title
	n.facts = newFacts(now, n.facts.node.ID, commonKeys(), b.Titles)
	n.Page, n.Title, n.NavTitle, n.Summary, n.Questions = now, now.Title, cmp.Or(now.Meta.NavTitle, now.Title), now.Summary, asked
	edges, _ := edgesOf(n, make([]int, len(c.nodes)))
	for _, e := range edges {
		to := &c.nodes[e.to]
		i := slices.IndexFunc(to.Backlinks, func(l Backlink) bool { return l.From == n })
		to.Backlinks[i] = Backlink{From: n, Link: e.link, Relation: e.rel}
	}
	if moved {
		c.move(n, edges)
	}
	return c.book
}

// meantAlike reports whether every reference means what it did once a page has become another version of itself.
func (b *Book) meantAlike(n *Node, now *page.Page) bool {
	old := n.Page
	renamed := old.Title != now.Title
	asked := func(title string) bool { return b.asked[fold(strings.TrimSpace(title))] }
	if renamed && (asked(old.Title) || asked(now.Title)) {
		return false
	}
	sameHeading := func(a, b page.Heading) bool { return a.Level == b.Level && a.ID == b.ID && a.Text == b.Text }
	parts := renamed || !slices.EqualFunc(old.Headings, now.Headings, sameHeading) || !slices.Equal(old.IDs, now.IDs)
	embeds := slices.ContainsFunc(now.Links, func(l page.Link) bool { return l.Kind == page.LinkEmbed })
	if !parts && !embeds {
		return true
	}
	for _, from := range b.Nodes {
		for i, t := range from.Targets {
			if t.Node != n {
				continue
			}
			// Which embeds show themselves depends on the sections in which they stand.
			if l := &from.Page.Links[i]; parts && l.Fragment != "" || embeds && l.Kind == page.LinkEmbed {
				return false
			}
		}
		if parts && slices.ContainsFunc(from.Values, func(v Value) bool { return v.namesPart(n) }) {
			return false
		}
	}
	return true
}

// namesPart reports whether a value, or one inside it, refers to a part of a node.
func (v Value) namesPart(n *Node) bool {
	if t := v.Target; t.Node == n && (t.Fragment != "" || t.Mend != nil || strings.Contains(v.Text, "#")) {
		return true
	}
	return slices.ContainsFunc(v.List, func(v Value) bool { return v.namesPart(n) }) || slices.ContainsFunc(v.Keys, func(v Value) bool { return v.namesPart(n) })
}

// copier makes a book of the same pages, whose nodes refer to each other.
type copier struct {
	from, book *Book
	nodes      []Node // by Node.index
	tags       map[*Tag]*Tag

	mu      sync.Mutex
	records map[*Value]*Value // those that relations stand in
}

func newCopier(b *Book) *copier {
	book := *b
	return &copier{from: b, book: &book, nodes: make([]Node, len(b.Nodes)), tags: make(map[*Tag]*Tag, len(b.Tags)), records: map[*Value]*Value{}}
}

func (c *copier) node(n *Node) *Node {
	if n == nil {
		return nil
	}
	return &c.nodes[n.index]
}

func (c *copier) list(nodes []*Node) []*Node {
	list := slices.Clone(nodes)
	for i, n := range list {
		list[i] = c.node(n)
	}
	return list
}

func (c *copier) copy() {
	b, from := c.book, c.from
	b.Home, b.Nodes, b.Owners = c.node(from.Home), c.list(from.Nodes), c.list(from.Owners)
	b.Tags = slices.Clone(from.Tags)
	for i, t := range b.Tags {
		copied := *t
		copied.Nodes = c.list(t.Nodes)
		b.Tags[i], c.tags[t] = &copied, &copied
	}
	b.Redirects = slices.Clone(from.Redirects)
	for i := range b.Redirects {
		b.Redirects[i].To = c.node(b.Redirects[i].To)
	}
	var named sync.WaitGroup
	named.Go(func() {
		b.byID = make(map[string]*Node, len(from.byID))
		for id, n := range from.byID {
			b.byID[id] = c.node(n)
		}
	})
	inParts(len(from.Nodes), func(start, end int) { c.copyNodes(from.Nodes[start:end]) })
	inParts(len(from.Nodes), func(start, end int) { // which refer to records of others
		for _, old := range from.Nodes[start:end] {
			n := c.node(old)
			n.Relations, n.Relating = c.relations(old.Relations), c.relations(old.Relating)
		}
	})
	inParts(len(from.Nodes), func(start, end int) { c.copyBacklinks(from.Nodes[start:end]) }) // which refer to relations of others
	named.Wait()
}

func (c *copier) copyNodes(nodes []*Node) {
	count := 0
	for _, n := range nodes {
		count += len(n.Targets)
	}
	targets, records := make([]Target, 0, count), map[*Value]*Value{}
	for _, old := range nodes {
		n := c.node(old)
		*n = *old
		n.Owner, n.Parent, n.Prev, n.Next = c.node(old.Owner), c.node(old.Parent), c.node(old.Prev), c.node(old.Next)
		n.Children, n.Related, n.Owns = c.list(old.Children), c.list(old.Related), c.list(old.Owns)
		n.Tags = slices.Clone(old.Tags)
		for i, t := range n.Tags {
			n.Tags[i] = c.tags[t]
		}
		if len(old.Targets) > 0 {
			start := len(targets)
			targets = append(targets, old.Targets...)
			n.Targets = targets[start:len(targets):len(targets)]
			for i := range n.Targets {
				n.Targets[i].Node = c.node(n.Targets[i].Node)
			}
		}
		n.Values = c.values(old.Values, records)
		n.Depends = slices.Clone(old.Depends)
		for i := range n.Depends {
			n.Depends[i].Target.Node = c.node(n.Depends[i].Target.Node)
		}
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	maps.Copy(c.records, records)
}

func (c *copier) copyBacklinks(nodes []*Node) {
	count := 0
	for _, n := range nodes {
		count += len(n.Backlinks)
	}
	links := make([]Backlink, 0, count)
	for _, old := range nodes {
		if len(old.Backlinks) == 0 {
			continue
		}
		n, start := c.node(old), len(links)
		links = append(links, old.Backlinks...)
		n.Backlinks = links[start:len(links):len(links)]
		for i := range n.Backlinks {
			l := &n.Backlinks[i]
			if l.Relation != nil {
				at := slices.IndexFunc(l.From.Relations, func(rel Relation) bool { return rel.To == old })
				l.Relation = &c.node(l.From).Relations[at]
			}
			l.From = c.node(l.From)
		}
	}
}

func (c *copier) values(list []Value, records map[*Value]*Value) []Value {
	values := slices.Clone(list)
	for i := range values {
		v := &values[i]
		v.Target.Node, v.List, v.Keys = c.node(v.Target.Node), c.values(v.List, records), c.values(v.Keys, records)
		if len(v.Keys) > 0 {
			records[&list[i]] = v
		}
	}
	return values
}

func (c *copier) relations(list []Relation) []Relation {
	relations := slices.Clone(list)
	for i := range relations {
		rel := &relations[i]
		rel.From, rel.To = c.node(rel.From), c.node(rel.To)
		if rel.Record != nil {
			rel.Record = c.records[rel.Record]
		}
	}
	return relations
}

// move puts a node that has another title now where it belongs in whatever is in order of titles.
func (c *copier) move(n *Node, edges []edge) {
	c.rank(n)
	b := c.book
	slices.SortFunc(b.Owners, byRank)
	if n.Owner != nil {
		slices.SortFunc(n.Owner.Owns, byRank)
	}
	for _, t := range n.Tags {
		slices.SortFunc(t.Nodes, byRank)
	}
	for _, e := range edges {
		slices.SortFunc(c.nodes[e.to].Backlinks, func(a, b Backlink) int { return byRank(a.From, b.From) })
	}
	for _, rel := range n.Relations {
		sortRelating(rel.To.Relating)
	}
	if n.Parent == nil {
		return
	}
	slices.SortFunc(n.Parent.Children, inOrder)
	generated := slices.DeleteFunc(slices.Clone(b.Nodes), func(n *Node) bool { return n.Kind != KindOwner })
	b.Nodes = append(b.list(b.Home, make([]*Node, 0, len(b.Nodes))), generated...)
	for _, n := range b.Nodes {
		n.Prev, n.Next = nil, nil
	}
	b.chain()
}

// rank numbers the nodes anew where one has another title.
func (c *copier) rank(n *Node) {
	byTitle := make([]*Node, len(c.nodes))
	for i := range c.nodes {
		byTitle[c.nodes[i].rank] = &c.nodes[i]
	}
	byTitle = slices.Delete(byTitle, n.rank, n.rank+1)
	at, _ := slices.BinarySearchFunc(byTitle, n, func(other, n *Node) int {
		return cmp.Or(cmp.Compare(other.Order(), n.Order()), cmp.Compare(other.ID, n.ID))
	})
	for i, n := range slices.Insert(byTitle, at, n) {
		n.rank = i
	}
}
