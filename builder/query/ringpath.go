package query

import (
	"slices"

	"handbook/builder/schema"
)

// Path has a line for each row, from ring to ring along a line of days.
var Path = &Layout{Name: "path", Drawn: true, fields: func(p *prepared) {
	ring := p.need("ring")
	if ring != nil && len(p.columns) == 0 {
		p.columns = append([]*Field{ring}, p.has("moved")...)
	}
	p.columns = p.withTitle(p.columns)
	p.also = []*Field{ring}
}}

// Stage is a stretch of time in one ring.
type Stage struct {
	Ring   string
	From   schema.Date // zero when that is not known
	Reason string
}

// Rings are the rings of a Path from the innermost, those that only rows name behind.
func (a *Answer) Rings() []string {
	var rings set
	rings.add(a.Also[0].Options...)
	a.Each(func(r Row) bool {
		for _, s := range r.Stages() {
			rings.add(s.Ring)
		}
		return true
	})
	return rings.list
}

// Stages are the rings that a page was in, the first one first: what its history says, then where it is.
func (r Row) Stages() []Stage {
	var list []Stage
	history, _ := r.Node.Value("history")
	for _, record := range history.List {
		ring, _ := record.Value("ring")
		from, _ := record.Value("from")
		reason, _ := record.Value("reason")
		if ring.Text != "" {
			list = append(list, Stage{ring.Text, from.Date, reason.Text})
		}
	}
	slices.SortStableFunc(list, func(a, b Stage) int { return a.From.Compare(b.From) })
	ring, _ := r.Node.Value("ring")
	moved, _ := r.Node.Value("moved")
	if ring.Text == "" {
		return list
	}
	if n := len(list); n > 0 && list[n-1].Ring == ring.Text && (moved.Date.IsZero() || moved.Date == list[n-1].From) {
		return list
	}
	return append(list, Stage{Ring: ring.Text, From: moved.Date})
}
