package query

import "slices"

// Matrix has a row for each row and a column for each field, and shows what is missing; or it has two fields, with the rows
// in the cells.
var Matrix = &Layout{Name: "matrix", Gaps: true, fields: func(p *prepared) {
	switch {
	case p.rows != nil && len(p.columns) != 1:
		p.wrong(p.Rows, "a matrix of two fields has one field in columns", `write "columns: status", or leave "rows:" out`)
	case p.rows != nil:
	case len(p.columns) == 0:
		p.wrong(p.From[0], "this matrix does not say what its columns are", `add a line such as "columns: [specs, beta_reports]"`)
	default:
		p.columns = p.withTitle(p.columns)
	}
}, order: func(p *prepared) []order {
	if p.rows != nil {
		return nil
	}
	return []order{{&Field{Kind: Number, get: p.gaps}, true}} // those with most gaps first
}}

// gaps counts what is missing in a row.
func (p *prepared) gaps(r *row) Value {
	n := 0
	for _, f := range p.columns {
		if v := f.get(r); !v.Set && !v.Untold {
			n++
		}
	}
	return number(n)
}

// maxCross is how many columns a matrix of two fields has at most.
const maxCross = 60

// pivot lays rows out by two fields: a row for each value of the one, a column for each of the other.
func (a *Answer) pivot(across *Field, most int) {
	down := a.Rows
	distinct := func(f *Field) []Value {
		var out []Value
		seen := map[string]bool{}
		add := func(v Value) {
			if !seen[v.key()] {
				seen[v.key()] = true
				out = append(out, f.weigh(a.titles, v))
			}
		}
		for _, o := range f.Options {
			if f == across {
				add(text(o))
			}
		}
		for i := range a.all {
			if a.now(&a.all[i]) {
				f.get(a.all[i].row).Each(add)
			}
		}
		slices.SortStableFunc(out, f.compare)
		return out
	}
	heads, columns := distinct(down), distinct(across)
	a.Columns, a.Dates = nil, a.Dates[:min(len(a.Dates), 1)] // a cell holds several rows
	for _, v := range columns[:min(len(columns), maxCross)] {
		a.Columns = append(a.Columns, &Field{Name: v.key(), Label: v.Text, Kind: Ref, Many: true, Of: across.Name})
	}
	cells := map[[2]string][]Value{}
	for i := range a.all {
		if !a.now(&a.all[i]) {
			continue
		}
		r := a.all[i].row
		down.get(r).Each(func(x Value) {
			across.get(r).Each(func(y Value) {
				key := [2]string{x.key(), y.key()}
				cells[key] = append(cells[key], r.chip())
			})
		})
	}
	var rows []Row
	for _, h := range heads[:min(len(heads), most)] {
		row := Row{Head: &h, Node: h.Node}
		for _, c := range columns[:len(a.Columns)] {
			row.Cells = append(row.Cells, many(cells[[2]string{h.key(), c.key()}]))
		}
		rows = append(rows, row)
	}
	if len(rows) > 0 {
		a.Groups = []Group{{Rows: rows, Total: len(heads)}}
	}
	a.Shown = a.Total
	if len(rows) < len(heads) || len(columns) > maxCross {
		a.Shown = 0
		for _, r := range rows {
			for _, c := range r.Cells {
				a.Shown += len(c.List)
			}
		}
	}
}

// chip is a row as it stands in a cell.
func (r *row) chip() Value {
	switch {
	case r.doc != nil:
		return r.doc.chip()
	case r.record != nil:
		if title := ofRecord("title")(r); title.Set {
			return title
		}
	}
	return ref(r.node)
}
