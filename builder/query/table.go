package query

// Table has a row for each row and a column for each field.
var Table = &Layout{Name: "table", within: true, fields: (*prepared).usual}

// List has the title of each row, and the rest small below it.
var List = &Layout{Name: "list", within: true, told: true, fields: func(p *prepared) {
	p.usual()
	p.columns = p.withTitle(p.columns)
}}

// Count is how many rows there are, in each group.
var Count = &Layout{Name: "count", Counts: true, fields: (*prepared).usual}

// usual chooses columns where the block does not.
func (p *prepared) usual() {
	if len(p.columns) > 0 {
		return
	}
	p.columns = p.has(usual(p.source.names)...)
	if p.source.fields["freshness"] != nil {
		return
	}
	p.columns = nil
	for _, name := range p.source.order {
		if len(p.columns) < 6 && name != "link" {
			p.columns = append(p.columns, p.source.fields[name])
		}
	}
}

// usual are the columns of rows that a block does not choose columns for.
func usual(from []string) []string {
	if len(from) == 1 {
		switch from[0] {
		case questions:
			return []string{"question", "title", "owner", "answered", "freshness"}
		case signOffs:
			return []string{"title", "state", "until", "progress", "missing"}
		case changes:
			return []string{"title", "change", "day", "by"}
		}
	}
	return []string{"title", "owner", "status", "freshness"}
}
