package query

import "slices"

// Timeline has the rows along a line of days.
var Timeline = &Layout{Name: "timeline", fields: func(p *prepared) {
	var days []*Field
	for _, o := range p.sort {
		days = append(days, o.field)
	}
	days = append(append(days, p.columns...), p.has("date", "due", "moved", "decided", "found", "answer_due", "decide_by", "next_review")...)
	if i := slices.IndexFunc(days, func(f *Field) bool { return f.Kind == Day }); i >= 0 {
		p.day = days[i]
	} else {
		p.wrong(p.From[0], "a timeline needs a field with days", `name one with "sort: date"`)
	}
	p.columns = p.withTitle(p.columns)
}, order: func(p *prepared) []order { return []order{{p.day, false}} }}
