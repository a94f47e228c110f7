package book

import (
	"runtime"
	"slices"
	"sync"

	"handbook/builder/page"
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
	shape := r.shape(types)
	if r.Memory != nil && slices.Equal(r.Memory.shape, shape) {
		for i, related := range r.Memory.related {
			if len(related) == 0 {
				continue
			}
			r.nodes[i].Related = make([]*Node, len(related))
			for k, to := range related {
				r.nodes[i].Related[k] = r.nodes[to]
			}
		}
		return
	}
	defer func() { r.Memory.keep(shape, r.nodes) }()
	var all sync.WaitGroup // no page's related pages depend on another's
	for part := range slices.Chunk(r.nodes, 1+len(r.nodes)/runtime.GOMAXPROCS(0)) {
		all.Go(func() {
			s := newScores(r, types)
			for _, n := range part {
				if n.Page != nil {
					s.relate(n)
				}
			}
		})
	}
	all.Wait()
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
	var all sync.WaitGroup
	for part := range slices.Chunk(r.nodes, 1+len(r.nodes)/runtime.GOMAXPROCS(0)) {
		all.Go(func() {
			at := make([]int, len(r.nodes)) // for each node, where its edge stands; of a node that is not referred to, anywhere
			for _, n := range part {
				edges[n.index], r.outs[n.index] = edgesOf(n, at)
			}
		})
	}
	all.Wait()
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

// Memory is what a session remembers of its last book. Nil remembers nothing. It is used by one Resolve at a time.
type Memory struct {
	shape   []int32   // all that the choice of related pages looks at
	related [][]int32 // what was chosen, by node

	facts map[*page.Face]*facts
	build int // how many books there were
	nodes int // in the last of them, without generated owners
}

func (m *Memory) keep(shape []int32, nodes []*Node) {
	if m == nil {
		return
	}
	m.shape, m.related = shape, make([][]int32, len(nodes))
	for i, n := range nodes {
		for _, to := range n.Related {
			m.related[i] = append(m.related[i], int32(to.index))
		}
	}
}

// shape is all that the choice of related pages looks at, as numbers: for each node its type, and which pages it links to,
// which tags it has and which pages it names itself. Titles and texts are not among it, so that most edits leave it alone.
func (r *resolver) shape(types []int16) []int32 {
	tags := make(map[*Tag]int32, len(r.book.Tags))
	for i, t := range r.book.Tags {
		tags[t] = int32(i)
	}
	size := 4 * len(r.nodes)
	for i, n := range r.nodes {
		size += len(r.outs[i]) + len(n.Tags)
	}
	shape := make([]int32, 0, size)
	for i, number := range types {
		n := r.nodes[i]
		shape = append(shape, int32(number), int32(len(r.outs[i])), int32(len(n.Tags)))
		shape = append(shape, r.outs[i]...)
		for _, t := range n.Tags {
			shape = append(shape, tags[t])
		}
		if n.Page != nil {
			for _, k := range n.facts.related {
				if to := n.Targets[k].Node; to != nil {
					shape = append(shape, int32(to.index))
				}
			}
		}
		shape = append(shape, -1)
	}
	return shape
}

// scores is a scoreboard that is used again for each page. It is kept small, because all of it is touched for each.
type scores struct {
	*resolver
	points []uint16 // by node
	types  []int16  // by node, see typeNumbers
	scored []int32  // the nodes that have points
}

const unrelated = -1 // what no page is shown as related to: a draft, a generated node

func newScores(r *resolver, types []int16) *scores {
	return &scores{resolver: r, points: make([]uint16, len(r.nodes)), types: types}
}

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

func (s *scores) relate(n *Node) {
	for _, i := range n.facts.related {
		if t := n.Targets[i].Node; t != nil && t != n && t.Page != nil && !t.Draft && !slices.Contains(n.Related, t) && len(n.Related) < maxRelated {
			n.Related = append(n.Related, t)
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
	s.take(n)
}

// take appends the best to the page's related pages and clears the board. Among equals the first id wins: nodes are
// numbered in the order of ids.
func (s *scores) take(n *Node) {
	type entry struct {
		node   int32
		points uint16
	}
	var best [maxRelated]entry // best first
	count := 0
	room := maxRelated - len(n.Related)
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
		if at >= room || int(i) == n.index || slices.Contains(n.Related, s.nodes[i]) {
			continue
		}
		if count < room {
			count++
		}
		copy(best[at+1:count], best[at:count-1])
		best[at] = entry{i, points}
	}
	for _, e := range best[:count] {
		n.Related = append(n.Related, s.nodes[e.node])
	}
	s.scored = s.scored[:0]
}
