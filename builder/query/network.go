package query

import (
	"slices"

	"handbook/builder/book"
)

// Network has a box for each row and for what it is tied to, in the places that they belong to, and a line for each tie.
var Network = &Layout{Name: "network", Drawn: true, fields: func(p *prepared) {
	if len(p.columns) == 0 {
		p.columns = p.has("works_with", "held_by")
	}
	if !slices.ContainsFunc(p.columns, func(f *Field) bool { return f.Kind == Ref }) {
		p.wrong(p.From[0], "a network needs fields that lead to pages", `name them with "columns: [works_with, held_by]"`)
	}
	p.columns = p.withTitle(p.columns)
	p.place, p.group = p.group, nil
}}

// Net is what a network shows.
type Net struct {
	Boxes  []Box
	Ties   []Tie
	Kinds  []*Field // of the ties
	Middle int      // the box of the page that the view stands on, and then each tie is one of its own; -1 for none
}

// Box is one thing of a network.
type Box struct {
	Value Value
	Place string // what it is part of; "" for nothing
}

// Tie is a line between two boxes.
type Tie struct{ From, To, Kind int }

// Net works out what is tied to what. A relation that the page in the middle does not name itself counts as well.
func (a *Answer) Net() Net {
	n := &netting{engine: a.engine, place: a.place, at: map[string]int{}, seen: map[Tie]bool{}}
	n.Middle = -1
	for _, f := range a.Columns {
		if f.Kind == Ref {
			n.Kinds = append(n.Kinds, f)
		}
	}
	a.Each(func(r Row) bool {
		if at := n.box(ref(r.Node), r.row); a.this != nil && r.Node == a.this {
			n.Middle = at
		}
		return true
	})
	a.Each(func(r Row) bool {
		if n.Middle >= 0 && r.Node != a.this {
			return true
		}
		for kind, f := range n.Kinds {
			f.get(r.row).Each(func(v Value) { n.tie(r.Node, v, kind) })
			for _, rel := range r.Node.Relating {
				if n.Middle >= 0 && rel.Field.Name == f.Name {
					n.tie(r.Node, ref(rel.From), kind)
				}
			}
		}
		return true
	})
	n.settle()
	return n.Net
}

type netting struct {
	Net
	engine *Engine
	place  *Field
	at     map[string]int // of the boxes, by key
	seen   map[Tie]bool
}

// box is the number of the box of a value.
func (n *netting) box(v Value, r *row) int {
	at, known := n.at[v.key()]
	if !known {
		at = len(n.Boxes)
		n.at[v.key()] = at
		n.Boxes = append(n.Boxes, Box{v, n.placeOf(v.Node, r)})
	}
	return at
}

// placeOf is what a thing is part of: as the view groups rows, else the department that its page names.
func (n *netting) placeOf(node *book.Node, r *row) string {
	if r == nil {
		r = n.engine.row(node)
	}
	switch {
	case r == nil || r.node.Page == nil:
		return ""
	case n.place != nil:
		return n.place.get(r).String()
	}
	return raw("department")(r).String()
}

func (n *netting) tie(from *book.Node, to Value, kind int) {
	t := Tie{n.at[from.ID], n.box(to, nil), kind}
	if back := (Tie{t.To, t.From, kind}); t.From != t.To && !n.seen[t] && !n.seen[back] {
		n.seen[t] = true
		n.Ties = append(n.Ties, t)
	}
}

// settle puts what says no place where the first lies that it is tied to, those last that hold it.
func (n *netting) settle() {
	told := make([]string, len(n.Boxes))
	for i, b := range n.Boxes {
		told[i] = b.Place
	}
	for kind := range n.Kinds {
		for _, t := range n.Ties {
			for _, end := range [2][2]int{{t.From, t.To}, {t.To, t.From}} {
				if b := &n.Boxes[end[0]]; told[end[0]] == "" && told[end[1]] != "" && (b.Place == "" || t.Kind == kind && kind > 0) {
					b.Place = told[end[1]]
				}
			}
		}
	}
}
