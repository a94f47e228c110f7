package book

import (
	"context"
	"slices"

	"handbook/builder/memo"
)

const (
	maxRelated = 5
	// A page with more links than this, or a target or tag with more pages, says nothing about what belongs together,
	// and following it would cost the square of the number of pages.
	maxShared = 200

	pointsForLink   = 3 // one links to the other
	pointsForTarget = 2 // both link to the same page, or the same page links to both
	pointsForTag    = 3
	pointsForType   = 1
)

// relate sets backlinks and related pages.
func (r *resolver) relate() {
	r.backlinks()
	types := r.typeNumbers()
	related := memo.Of(context.Background(), r.Set, relating, kinship{r, types})
	for i, list := range related {
		for _, to := range list {
			r.nodes[i].Related = append(r.nodes[i].Related, r.nodes[to])
		}
	}
}

// kinship is all that the choice of related pages looks at: types, links, tags, and which pages a page names itself. Titles and
// texts are not among it.
type kinship struct {
	*resolver
	types []int16
}

// relating chooses the related pages of each node, by their numbers.
var relating = &memo.Func[kinship, [][]int32]{
	Name: "related pages",
	Sum:  kinship.sum,
	Make: func(_ context.Context, k kinship) [][]int32 {
		related := make([][]int32, len(k.nodes))
		inParts(len(k.nodes), func(from, to int) { // no page's related pages depend on another's
			s := newScores(k)
			for i, n := range k.nodes[from:to] {
				if n.Page != nil {
					related[from+i] = s.relate(n)
				}
			}
		})
		return related
	},
}

// edge is a reference from one node to another: by a link, or by a field alone.
type edge struct {
	to   int32
	link int // index in Page.Links; -1 for none
	rel  *Relation
}

// backlinks gives each node those that refer to it, once each, by title, and collects who refers to whom.
func (r *resolver) backlinks() {
	edges := make([][]edge, len(r.nodes))
	r.outs, r.ins = make([][]int32, len(r.nodes)), make([][]int32, len(r.nodes))
	inParts(len(r.nodes), func(from, to int) {
		at := make([]int, len(r.nodes)) // for each node, where its edge stands; of a node that is not referred to, anywhere
		for _, n := range r.nodes[from:to] {
			edges[n.index], r.outs[n.index] = edgesOf(n, at)
		}
	})
	ends := make([]int, len(r.nodes)) // where a node's references end among all
	for _, list := range edges {
		for _, e := range list {
			ends[e.to]++
		}
	}
	total := 0
	next := make([]int, len(r.nodes)) // where its next one goes
	for i, count := range ends {
		next[i] = total
		total += count
		ends[i] = total
	}
	backlinks, ins := make([]Backlink, total), make([]int32, total)
	for _, n := range r.byTitle {
		for _, e := range edges[n.index] {
			at := next[e.to]
			backlinks[at], ins[at] = Backlink{From: n, Link: e.link, Relation: e.rel}, int32(n.index)
			next[e.to]++
		}
	}
	start := 0
	for i, end := range ends {
		if end > start {
			r.nodes[i].Backlinks, r.ins[i] = backlinks[start:end:end], ins[start:end:end]
		}
		start = end
	}
}

// edgesOf lists whom a node refers to, each once, and their indexes.
func edgesOf(n *Node, at []int) (edges []edge, outs []int32) {
	if len(n.Targets)+len(n.Relations) == 0 {
		return nil, nil
	}
	edges = make([]edge, 0, len(n.Targets)+len(n.Relations))
	found := func(to *Node) bool { i := at[to.index]; return i < len(edges) && edges[i].to == int32(to.index) }
	named := n.facts.related
	add := func(e edge) { at[e.to] = len(edges); edges = append(edges, e) }
	for j := range n.Targets {
		to := n.Targets[j].Node
		if len(named) > 0 && named[0] == j {
			named = named[1:]
			continue
		}
		if to == nil || to == n {
			continue
		}
		if !found(to) {
			add(edge{to: int32(to.index), link: j})
		} else if e := &edges[at[to.index]]; e.link >= 0 && !n.Page.Links[e.link].Quoted {
			e.link = j
		}
	}
	for j := range n.Relations {
		if rel := &n.Relations[j]; !found(rel.To) {
			add(edge{to: int32(rel.To.index), link: -1, rel: rel})
		}
	}
	outs = make([]int32, len(edges))
	for i, e := range edges {
		outs[i] = e.to
	}
	return edges, outs
}

// names are the numbers of the pages that a page names as related.
func (n *Node) names() []int32 {
	var list []int32
	for _, i := range n.facts.related {
		if to := n.Targets[i].Node; to != nil {
			list = append(list, int32(to.index))
		}
	}
	return list
}

func (k kinship) sum() memo.Sum {
	tags := make(map[*Tag]uint64, len(k.book.Tags))
	for i, t := range k.book.Tags {
		tags[t] = uint64(i)
	}
	var h memo.Hash
	list := func(list []int32) {
		h.Uint(uint64(len(list)))
		for _, n := range list {
			h.Uint(uint64(n))
		}
	}
	for i, n := range k.nodes {
		h.Uint(uint64(k.types[i]))
		list(k.outs[i])
		h.Uint(uint64(len(n.Tags)))
		for _, t := range n.Tags {
			h.Uint(tags[t])
		}
		if n.Page != nil {
			list(n.names())
		}
	}
	return h.End()
}

// scores is a scoreboard that is used again for each page. It is kept small, because all of it is touched for each.
type scores struct {
	kinship
	points []uint16 // by node
	scored []int32  // the nodes that have points
}

const unrelated = -1 // what no page is shown as related to: a draft, a generated node

func newScores(k kinship) *scores { return &scores{kinship: k, points: make([]uint16, len(k.nodes))} }

// typeNumbers gives each node a number for its type, or unrelated.
func (r *resolver) typeNumbers() []int16 {
	types := make([]int16, len(r.nodes))
	numbers := map[string]int16{}
	for i, n := range r.nodes {
		number, ok := numbers[n.Type]
		if !ok {
			number = int16(len(numbers) % 1000)
			numbers[n.Type] = number
		}
		if n.Page == nil || n.Draft {
			number = unrelated
		}
		types[i] = number
	}
	return types
}

func (s *scores) add(i int32, points uint16) {
	if s.points[i] == 0 {
		s.scored = append(s.scored, i)
	}
	s.points[i] += points
}

func (s *scores) addAll(list []int32, points uint16) {
	if len(list) > maxShared {
		return
	}
	for _, i := range list {
		s.add(i, points)
	}
}

// relate gives the pages that are related to one: those that it names itself, then the best.
func (s *scores) relate(n *Node) []int32 {
	var related []int32
	for _, to := range n.names() {
		if s.types[to] != unrelated && int(to) != n.index && !slices.Contains(related, to) && len(related) < maxRelated {
			related = append(related, to)
		}
	}
	s.addAll(s.outs[n.index], pointsForLink)
	s.addAll(s.ins[n.index], pointsForLink)
	if len(s.outs[n.index]) <= maxShared {
		for _, to := range s.outs[n.index] {
			s.addAll(s.ins[to], pointsForTarget)
		}
	}
	if len(s.ins[n.index]) <= maxShared {
		for _, from := range s.ins[n.index] {
			s.addAll(s.outs[from], pointsForTarget)
		}
	}
	for _, t := range n.Tags[:min(len(n.Tags), maxShared)] { // so that points cannot overflow
		if len(t.Nodes) <= maxShared {
			for _, other := range t.Nodes {
				s.add(int32(other.index), pointsForTag)
			}
		}
	}
	return s.take(n, related)
}

// take appends the best to the page's related pages and clears the board. Among equals the first id wins: nodes are
// numbered in the order of ids.
func (s *scores) take(n *Node, related []int32) []int32 {
	type entry struct {
		node   int32
		points uint16
	}
	var best [maxRelated]entry // best first
	count := 0
	room := maxRelated - len(related)
	mine := s.types[n.index]
	for _, i := range s.scored {
		points := s.points[i]
		s.points[i] = 0
		switch s.types[i] {
		case unrelated:
			continue
		case mine:
			points += pointsForType
		}
		at := count
		for at > 0 && (points > best[at-1].points || points == best[at-1].points && i < best[at-1].node) {
			at--
		}
		if at >= room || int(i) == n.index || slices.Contains(related, i) {
			continue
		}
		if count < room {
			count++
		}
		copy(best[at+1:count], best[at:count-1])
		best[at] = entry{i, points}
	}
	for _, e := range best[:count] {
		related = append(related, e.node)
	}
	s.scored = s.scored[:0]
	return related
}
