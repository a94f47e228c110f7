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
		week  schema.Date
	}
	crowds := map[crowd][]*book.Node{}
	for _, n := range j.Book.Nodes {
		if v := j.verdicts[n]; !v.Next.IsZero() {
			c := crowd{n.Owner, Week(v.Next)}
			crowds[c] = append(crowds[c], n)
		}
	}
	scattered := map[*book.Node]uint64{}
	for c, nodes := range crowds {
		for _, n := range nodes {
			scattered[n] = order(n.ID)
		}
		slices.SortFunc(nodes, func(a, b *book.Node) int {
			return cmp.Or(cmp.Compare(scattered[a], scattered[b]), cmp.Compare(a.ID, b.ID))
		})
		for rank, n := range nodes {
			v := j.verdicts[n]
			quarter := v.Reviewed.DaysUntil(v.Next) / 4 / 7 // in whole weeks
			spread := min(len(nodes), quarter+1)
			v.Plan = c.week.AddDays(-7 * (rank * spread / len(nodes)))
			j.verdicts[n] = v
		}
	}
}

// Week is the Monday of a day's week.
func Week(d schema.Date) schema.Date {
	monday := schema.Date{Year: 1, Month: 1, Day: 1} // a Monday
	return d.AddDays(-(monday.DaysUntil(d) % 7))
}

// order scatters ids.
func order(id string) uint64 {
	h := fnv.New64a()
	h.Write([]byte(id))
	return h.Sum64()
}
