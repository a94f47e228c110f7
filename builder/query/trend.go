package query

import (
	"handbook/builder/book"
	"handbook/builder/review"
	"handbook/builder/schema"
)

// Trend is how many rows were in which state, month by month, until today.
var Trend = &Layout{Name: "trend", Drawn: true, every: true, fields: func(p *prepared) {
	p.need("freshness")
	p.columns = p.has("title", "owner", "freshness", "reviewed")
}}

// TrendMonths is how far back a Trend goes.
const TrendMonths = 12

// Month is how pages stood on a day.
type Month struct {
	Day schema.Date
	review.Standing
}

// Months are the last twelve months, each on the day of its month that today is, and today.
func (a *Answer) Months() []Month {
	list := make([]Month, TrendMonths+1)
	for i := range list {
		list[i].Day = before(a.today, schema.Interval{Count: TrendMonths - i, Unit: schema.Months})
	}
	a.Each(func(r Row) bool {
		edits := a.engine.edits(r.Node)
		for i := range list[:TrendMonths] {
			if state := r.row.verdict.On(list[i].Day, edits); state != "" {
				list[i].Count(state)
			}
		}
		list[TrendMonths].Count(r.row.verdict.State)
		return true
	})
	return list
}

// edits are the changes of a page's text that are committed, the newest first.
func (e *Engine) edits(n *book.Node) []review.Edit {
	if e.Past == nil || n == nil || n.Page == nil {
		return nil
	}
	list := e.Past.Edits(n.Page.Path)
	for len(list) > 0 && list[0].Commit == "" {
		list = list[1:]
	}
	return list
}

// came is the day on which a page came into the repository; zero where that is not known.
func (e *Engine) came(n *book.Node) schema.Date {
	if edits := e.edits(n); len(edits) > 0 && edits[len(edits)-1].New {
		return edits[len(edits)-1].Day
	}
	return schema.Date{}
}
