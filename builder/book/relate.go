package book

import (
	"cmp"
	"slices"

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
	r.ins, r.outs = make([][]int, len(r.nodes)), make([][]int, len(r.nodes))
	from := make([]int, len(r.nodes)) // for each node, one more than the rank of the last page found to link to it
	for i, n := range byTitle {
		for j := range n.Targets {
			link, to := &n.Page.Links[j], n.Targets[j].Node
			if to == nil || to == n || link.Kind == page.LinkRelated {
				continue
			}
			if from[to.index] != i+1 {
				from[to.index] = i + 1
				to.Backlinks = append(to.Backlinks, Backlink{n, link})
				r.outs[n.index] = append(r.outs[n.index], to.index)
				r.ins[to.index] = append(r.ins[to.index], n.index)
			} else if b := &to.Backlinks[len(to.Backlinks)-1]; b.Link.Sentence == "" {
				b.Link = link
			}
		}
	}
	s := &scores{resolver: r, points: make([]int, len(r.nodes))}
	for _, n := range r.nodes {
		if n.Page != nil {
			s.relate(n)
		}
	}
}

// scores is a scoreboard that is used again for each page.
type scores struct {
	*resolver
	points []int // by node
	scored []int // the nodes that have points
}

func (s *scores) add(i, points int) {
	if s.points[i] == 0 {
		s.scored = append(s.scored, i)
	}
	s.points[i] += points
}

func (s *scores) addAll(list []int, points int) {
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
	for _, t := range n.Tags {
		if len(t.Nodes) <= maxShared {
			for _, other := range t.Nodes {
				s.add(other.index, pointsForTag)
			}
		}
	}
	s.take(n)
}

// take appends the best to the page's related pages and clears the board.
func (s *scores) take(n *Node) {
	var best [maxRelated]int // nodes, best first
	count := 0
	room := maxRelated - len(n.Related)
	for _, i := range s.scored {
		other := s.nodes[i]
		if other == n || other.Page == nil || other.Draft || slices.Contains(n.Related, other) {
			continue
		}
		if other.Type == n.Type {
			s.points[i] += pointsForType
		}
		at := count
		for at > 0 && s.better(i, best[at-1]) {
			at--
		}
		if at >= room {
			continue
		}
		if count < room {
			count++
		}
		copy(best[at+1:count], best[at:count-1])
		best[at] = i
	}
	for _, i := range best[:count] {
		n.Related = append(n.Related, s.nodes[i])
	}
	for _, i := range s.scored {
		s.points[i] = 0
	}
	s.scored = s.scored[:0]
}

// better compares by points, then by id: nodes are numbered in the order of ids.
func (s *scores) better(a, b int) bool {
	return cmp.Or(cmp.Compare(s.points[b], s.points[a]), cmp.Compare(a, b)) < 0
}
