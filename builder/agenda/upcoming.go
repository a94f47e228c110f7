package agenda

import (
	"handbook/builder/book"
	"handbook/builder/review"
	"handbook/builder/schema"
)

// Load is how much falls into one week.
type Load struct {
	Monday  schema.Date
	Due     int // reviews whose due date falls into the week
	Planned int // reviews whose suggested week it is
}

// Upcoming counts the coming reviews of pages by week: this week first, as many as asked for. An overdue review is not
// coming any more; a coming one whose suggested week has passed is planned for this week.
func Upcoming(pages []*book.Node, vs review.Verdicts, today schema.Date, weeks int) []Load {
	first := review.Week(today)
	loads := make([]Load, max(0, weeks))
	for i := range loads {
		loads[i].Monday = first.AddDays(7 * i)
	}
	at := func(day schema.Date) int { return max(0, first.DaysUntil(review.Week(day))/7) }
	for _, n := range pages {
		v := vs.Of(n)
		if v.Next.IsZero() || !today.Before(v.Next) {
			continue
		}
		plan := v.Plan
		if plan.IsZero() {
			plan = v.Next
		}
		if i := at(v.Next); i < len(loads) {
			loads[i].Due++
		}
		if i := at(plan); i < len(loads) {
			loads[i].Planned++
		}
	}
	return loads
}
