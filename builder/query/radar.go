package query

// Radar is a disc of entries, in rings and quadrants.
var Radar = &Layout{Name: "radar", Vacant: true, fields: func(p *prepared) {
	if p.group = p.need("quadrant"); p.group != nil {
		p.columns = append(append(p.withTitle(nil), p.need("ring")), p.has("moved", "history")...)
	}
}}
