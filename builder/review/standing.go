package review

import "handbook/builder/book"

// Standing is how some pages stand: the one number by which a handbook, an owner or a section is measured.
type Standing struct {
	Needed int           // pages that somebody has to review: all but those that are exempt
	Relied int           // of these, those that can be relied on
	States map[State]int // pages by their state
}

// Stand counts pages. Nodes without a verdict, such as folders, are left out.
func (vs Verdicts) Stand(pages []*book.Node) Standing {
	var s Standing
	for _, n := range pages {
		v := vs[n]
		if v == nil {
			continue
		}
		s.Count(v.State)
	}
	return s
}

// Count counts one more page.
func (s *Standing) Count(state State) {
	if s.States == nil {
		s.States = map[State]int{}
	}
	s.States[state]++
	if state != Exempt {
		s.Needed++
	}
	if state.Relied() {
		s.Relied++
	}
}

// Share is how many of a hundred pages can be relied on, rounded down so that only all is 100.
func (s Standing) Share() int { return s.Relied * 100 / max(1, s.Needed) }

// Relied reports whether a page in this state can be relied on: somebody has reviewed it as it reads, and the next
// review has not come.
func (s State) Relied() bool { return s == Fresh || s == Due }
