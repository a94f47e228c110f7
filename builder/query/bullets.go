package query

// Bullets has a bar for what each row reached, with a mark where it should be.
var Bullets = &Layout{Name: "bullets", Drawn: true, fields: func(p *prepared) {
	p.also = []*Field{p.need("target"), p.need("result")}
	for _, name := range []string{"unit", "better"} {
		f := p.source.fields[name]
		if f == nil {
			f = nothing(name)
		}
		p.also = append(p.also, f)
	}
	for _, f := range p.also[:2] {
		if f != nil && f.Kind != Number {
			p.wrong(p.From[0], "bullets need numbers, and "+f.Name+" is none", "choose another view")
		}
	}
	if len(p.columns) == 0 {
		p.columns = p.has("target", "result", "unit")
	}
	p.columns = p.withTitle(p.columns)
}}
