package query

import "cmp"

// Board has a column for each group, with a card for each row.
var Board = &Layout{Name: "board", Vacant: true, fields: func(p *prepared) {
	if p.group == nil {
		p.group = p.need("status")
	}
	if len(p.columns) == 0 {
		p.columns = p.has("owner")
	}
	p.columns = p.withTitle(p.columns)
}}

// Chart has a bar for each group, as long as there are many rows in it.
var Chart = &Layout{Name: "chart", Counts: true, Vacant: true, fields: func(p *prepared) {
	if p.group == nil {
		p.group = p.need("status")
	}
	p.columns = p.withTitle(nil)
}, group: func(x, y Group) int { return cmp.Compare(y.Total, x.Total) }}
