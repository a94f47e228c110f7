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
	byTitle := slices.Clone(r.nodes)
	slices.SortFunc(byTitle, byRank)
	r.ins, r.outs = make([][]int32, len(r.nodes)), make([][]int32, len(r.nodes))
	from := make([]int, len(r.nodes)) // for each node, one more than the rank of the last page found to link to it
	for i, n := range byTitle {
		for j := range n.Targets {
			link, to := &n.Page.Links[j], n.Targets[j].Node
			if to == nil || to == n || link.Kind == page.LinkRelated {
				continue
			}
			if from[to.index] != i+1 {
				from[to.index] = i + 1
				to.Backlinks = append(to.Backlinks, Backlink{From: n, Link: link})
				r.outs[n.index] = append(r.outs[n.index], int32(to.index))
				r.ins[to.index] = append(r.ins[to.index], int32(n.index))
			} else if b := &to.Backlinks[len(to.Backlinks)-1]; b.Link.Sentence == "" {
				b.Link = link
			}
		}
		for j := range n.Relations {
			rel := &n.Relations[j]
			if to := rel.To; from[to.index] != i+1 {
				from[to.index] = i + 1
				to.Backlinks = append(to.Backlinks, Backlink{From: n, Relation: rel})
				r.outs[n.index] = append(r.outs[n.index], int32(to.index))
				r.ins[to.index] = append(r.ins[to.index], int32(n.index))
			}
		}
	}
	var all sync.WaitGroup // no page's related pages depend on another's
	for part := range slices.Chunk(r.nodes, 1+len(r.nodes)/runtime.GOMAXPROCS(0)) {
		all.Go(func() {
			s := newScores(r)
			for _, n := range part {
				if n.Page != nil {
					s.relate(n)
				}
			}
		})
	}
	all.Wait()
}

// scores is a scoreboard that is used again for each page. It is kept small, because all of it is touched for each.
type scores struct {
	*resolver
	points []uint16 // by node
	types  []int16  // by node: a number for its type, or unrelated
	scored []int32  // the nodes that have points
}

const unrelated = -1 // what no page is shown as related to: a draft, a generated node

func newScores(r *resolver) *scores {
	s := &scores{resolver: r, points: make([]uint16, len(r.nodes)), types: make([]int16, len(r.nodes))}
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
		s.types[i] = number
	}
	return s
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
	for j, t := range n.Targets {
		if n.Page.Links[j].Kind == page.LinkRelated && t.Node != nil && t.Node != n && t.Node.Page != nil && !t.Node.Draft &&
			!slices.Contains(n.Related, t.Node) && len(n.Related) < maxRelated {
			n.Related = append(n.Related, t.Node)
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
