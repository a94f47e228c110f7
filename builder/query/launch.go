package query

// Launch has a bar for each row along a line of days, in a lane for each group.
var Launch = &Layout{Name: "launch", Drawn: true, fields: func(p *prepared) {
	Timeline.fields(p)
	if p.group == nil {
		p.group = p.source.fields["type"]
	}
	p.also = append(p.also, p.group, p.day)
	for _, name := range []string{"start", "state", "launch", "page"} {
		f := p.source.fields[name]
		if f == nil && name == "state" {
			f = p.source.fields["freshness"]
		}
		if f == nil {
			f = nothing(name)
		}
		p.also = append(p.also, f)
	}
	p.group = nil // its lanes come in the order of their days
}, order: func(p *prepared) []order { return []order{{p.day, false}} }}
