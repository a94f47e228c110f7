package signs

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"

	"handbook/builder/agenda"
	"handbook/builder/book"
	"handbook/builder/review"
	"handbook/builder/schema"
	"handbook/builder/theme"
)

// Row is a page in a list.
func (s *Book) Row(n *book.Node) theme.Row {
	p := s.Of(n)
	row := theme.Row{Title: n.Title, URL: n.URL, Summary: n.Summary, Mark: p.Signs().Mark, Dates: p.Signs().Dates()}
	if len(n.Children) > 0 {
		row.Pages = p.Below
		worst, _, late := s.Worst(n)
		row.Mark, row.Dates = worst, theme.Late(late)
	}
	if p.Judged && (s.Reviews || s.Owned) {
		if s.Reviews && p.Signs().Badge.State != "exempt" {
			row.Badge = &p.Signs().Badge
		}
		if s.Unowned(n) {
			row.Unowned = s.nobodys()
		}
	}
	return row
}

// Rows lists pages with their badges.
func (s *Book) Rows(nodes []*book.Node) []theme.Row {
	rows := make([]theme.Row, 0, len(nodes))
	for _, n := range nodes {
		if n.URL != "" {
			rows = append(rows, s.Row(n))
		}
	}
	return rows
}

// WorstFirst orders pages by state, then by the day of the next review, then by title.
func (s *Book) WorstFirst(nodes []*book.Node) []*book.Node {
	list := slices.Clone(nodes)
	slices.SortStableFunc(list, func(a, b *book.Node) int {
		x, y := s.Of(a), s.Of(b)
		return cmp.Or(cmp.Compare(x.rank(), y.rank()), x.next().Compare(y.next()), book.ByTitle(a, b))
	})
	return list
}

func (p *Page) rank() int {
	if !p.Judged {
		return len(review.States())
	}
	return p.Verdict.State.Rank()
}

// next is the day of the next review; the end of time for none.
func (p *Page) next() schema.Date { return OrLast(p.Verdict.Next) }

// OrLast is a day; the last of all for none.
func OrLast(d schema.Date) schema.Date {
	if d.IsZero() {
		return schema.Date{Year: 9999, Month: 12, Day: 31}
	}
	return d
}

// Bar counts pages by state, and what time will make of them.
func (s *Book) Bar(nodes []*book.Node) *theme.Bar {
	var b theme.Bar
	moves := map[move]int{}
	for _, n := range nodes {
		p := s.Of(n)
		if !p.Judged {
			continue
		}
		v := p.Verdict
		b.Total++
		if s.Owned && LacksOwner(n) {
			b.Unowned++
		}
		if v.State == review.Exempt || v.State == review.Overdue || v.Next.IsZero() {
			continue
		}
		last := v.State
		if last == review.Fresh {
			moves[move{v.Warn, review.Fresh, review.Due, 0}]++
			last = review.Due
		}
		early := 0
		if !v.Plan.IsZero() {
			early = v.Plan.DaysUntil(review.Week(v.Next)) / 7
		}
		moves[move{v.Next, last, review.Overdue, early}]++
	}
	stand := s.Verdicts.Stand(nodes)
	b.Needed, b.Relied, b.Overdue = stand.Needed, stand.Relied, stand.States[review.Overdue]
	b.Inside = b.Needed - b.Overdue - stand.States[review.Unreviewed]
	b.Counts = s.counts(stand.States, b.Total)
	b.Moves = written(moves)
	return &b
}

// move is a change of state that only takes time.
type move struct {
	day      schema.Date
	from, to review.State
	early    int // weeks that the review is best done before the one it is due in
}

// written writes moves down as theme.Bar explains, in the order of their days.
func written(moves map[move]int) string {
	list := slices.SortedFunc(maps.Keys(moves), func(x, y move) int {
		return cmp.Or(x.day.Compare(y.day), -cmp.Compare(x.from, y.from), cmp.Compare(x.early, y.early))
	})
	var b strings.Builder
	for _, m := range list {
		fmt.Fprintf(&b, "%s%c%c%d", m.day, m.from[0], m.to[0], moves[m])
		if m.early != 0 {
			fmt.Fprintf(&b, "-%d", m.early)
		}
		b.WriteByte(';')
	}
	return b.String()
}

// counts lays the states out along the bar, the best first.
func (s *Book) counts(counts map[review.State]int, total int) []theme.Count {
	order := []review.State{review.Fresh, review.Due, review.Changed, review.Suspect, review.Overdue, review.Unreviewed, review.Exempt}
	list := make([]theme.Count, 0, len(order))
	sum := 0
	for _, state := range order {
		c := theme.Count{Badge: s.State(string(state)), N: counts[state]}
		if total > 0 {
			c.X = sum * 1000 / total
			sum += c.N
			c.W = sum*1000/total - c.X
		}
		list = append(list, c)
	}
	return list
}

// weeksAhead is how far ahead the coming reviews are shown.
const weeksAhead = 12

// Weeks lays the coming reviews of pages out.
func (s *Book) Weeks(pages []*book.Node) theme.Weeks {
	loads := agenda.Upcoming(pages, s.Verdicts, s.Today, weeksAhead)
	most := 4 // a lone review is not a cliff
	for _, l := range loads {
		most = max(most, l.Due, l.Planned)
	}
	weeks := make(theme.Weeks, len(loads))
	for i, l := range loads {
		weeks[i] = theme.Week{Monday: l.Monday, Due: l.Due, Planned: l.Planned, X: 10 * i,
			DuePart: l.Due * 1000 / most, PlannedPart: l.Planned * 1000 / most}
	}
	return weeks
}
