package signs

import (
	"slices"

	"handbook/builder/book"
	"handbook/builder/schema"
	"handbook/builder/theme"
)

// illnesses are the states in which a page cannot be relied on, the worst first. A section that is closed is marked with the worst of its pages'.
var illnesses = []string{"overdue", "suspect", "unowned", "changed", "unreviewed"}

// ills are what ails the pages of a section.
type ills struct {
	count map[string]int // pages by the state that they are marked with
	next  schema.Date    // when a further one becomes overdue; zero for never
}

func (s *Book) countIlls() []ills {
	all := make([]ills, len(s.Book.Nodes))
	for i := len(s.Book.Nodes) - 1; i >= 0; i-- {
		n := s.Book.Nodes[i]
		to := &all[n.Number()]
		if p := s.Of(n); p.Judged && Notice(n) != schema.NoticeQuiet {
			// That somebody has edited the introduction to a list says nothing about what is in it.
			if mark := s.mark(n, p.Verdict); slices.Contains(illnesses, mark) && !(mark == "changed" && len(n.Children) > 0) {
				to.add(mark, 1)
			}
			if ages(p.Verdict) {
				to.late(p.Verdict.Next)
			}
		}
		if s.Has(n.Parent) {
			up := &all[n.Parent.Number()]
			for mark, k := range to.count {
				up.add(mark, k)
			}
			up.late(to.next)
		}
	}
	return all
}

func (i *ills) add(mark string, n int) {
	if i.count == nil {
		i.count = map[string]int{}
	}
	i.count[mark] += n
}

func (i *ills) late(day schema.Date) {
	if !day.IsZero() && (i.next.IsZero() || day.Before(i.next)) {
		i.next = day
	}
}

// Worst is the worst state of the pages in a section, how many are in it, and the day on which the next one becomes overdue: what
// stands for all of them where they are not shown. The badge is nil where nothing ails them.
func (s *Book) Worst(n *book.Node) (worst *theme.Badge, count int, late schema.Date) {
	if !s.Has(n) {
		return nil, 0, late
	}
	ail := &s.ills()[n.Number()]
	for _, state := range illnesses {
		if count = ail.count[state]; count > 0 {
			b := s.State(state)
			return &b, count, ail.next
		}
	}
	return nil, 0, ail.next
}
