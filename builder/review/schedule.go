package review

import (
	"cmp"
	"hash/fnv"
	"slices"

	"handbook/builder/book"
	"handbook/builder/schema"
)

// schedule gives each page with a next review the week in which to do it, so that an owner whose pages fall due
// together need not read them all at once. The due date stays what it is.
//
// The k pages of one owner that fall due in one week are spread evenly, in an order that depends on their ids alone,
// over as many weeks before it as there are pages, but no further back than the last quarter of each page's interval.
// A page that stands alone keeps its own week, and one page more moves no other by more than a week.
func (j *judge) schedule() {
	type crowd struct {
		owner *book.Node
		week  int
	}
	type member struct {
		order   uint64
		node    *book.Node
		verdict *Verdict
		quarter int // of its interval, in whole weeks
		before  int // of the same crowd, in members; -1 for the first
	}
	members := make([]member, 0, len(j.Book.Nodes))
	last := map[crowd]int{} // of each crowd, the member that came last
	for _, n := range j.Book.Nodes {
		v := j.verdicts.Of(n)
		if v.Next.IsZero() {
			continue
		}
		c := crowd{n.Owner, weekNumber(v.Next)}
		before, known := last[c]
		if !known {
			before = -1
		}
		last[c] = len(members)
		members = append(members, member{order(n.ID), n, v, v.Reviewed.DaysUntil(v.Next) / 4 / 7, before})
	}
	var all []*member
	for c, i := range last {
		all = all[:0]
		for ; i >= 0; i = members[i].before {
			all = append(all, &members[i])
		}
		slices.SortFunc(all, func(a, b *member) int {
			return cmp.Or(cmp.Compare(a.order, b.order), cmp.Compare(a.node.ID, b.node.ID))
		})
		for rank, m := range all {
			spread := min(len(all), m.quarter+1)
			m.verdict.Plan = monday.AddDays(7 * (c.week - rank*spread/len(all)))
		}
	}
}

// monday is the first day of a week.
var monday = schema.Date{Year: 1, Month: 1, Day: 1}

// Week is the Monday of a day's week.
func Week(d schema.Date) schema.Date { return d.AddDays(-(monday.DaysUntil(d) % 7)) }

// weekNumber counts the weeks before a day's.
func weekNumber(d schema.Date) int { return monday.DaysUntil(d) / 7 }

// order scatters ids.
func order(id string) uint64 {
	h := fnv.New64a()
	h.Write([]byte(id))
	return h.Sum64()
}
