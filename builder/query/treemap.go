package query

// Map has an area for each group, as large as there are many rows in it, with an area for each second group in it.
var Map = &Layout{Name: "map", Drawn: true, every: true, within: true, fields: func(p *prepared) {
	p.need("freshness")
	if p.group == nil {
		p.group, p.sub = p.need("owner"), p.need("section")
	}
	p.columns = p.has("title", "owner", "section", "freshness")
}}
