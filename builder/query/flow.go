package query

import (
	"fmt"
	"slices"
	"strings"
)

// Flow has a column for each field, with a line from each thing to what it leads to in the next one, and an open end where
// nothing follows. The rows stand in the column called title.
var Flow = &Layout{Name: "flow", Drawn: true, Gaps: true, fields: func(p *prepared) {
	if len(p.columns) == 0 {
		p.wrong(p.From[0], "this flow does not say what follows what", `add a line such as "columns: [answered_by, answered_by.released_in]"`)
		return
	}
	for i, f := range p.columns {
		if f.Kind != Ref && f.Name != "title" {
			p.wrong(p.Columns[i], f.Name+" leads to no page", "a flow has columns that lead to pages")
		}
	}
	if !slices.ContainsFunc(p.columns, func(f *Field) bool { return f.Name == "title" }) {
		p.columns = p.withTitle(p.columns)
	}
}}

// Course is what one row of a flow leads to.
type Course struct {
	Row   Row
	Lines []Line
	known map[string]bool
}

// Line joins a thing of a column to one of the next. A value that is not set is an open end; its Text tells it from others.
type Line struct {
	Column   int // of From
	From, To Value
}

// step says where the values of a column are found.
type step struct {
	base  int    // the column whose things have them
	field *Field // of those
}

// maxStrands bounds the ways through the columns that one row has.
const maxStrands = 2000

// Courses follows each row through the columns, and tells in which of them the rows stand.
func (a *Answer) Courses() (list []Course, title int) {
	title = slices.IndexFunc(a.Columns, func(f *Field) bool { return f.Name == "title" })
	steps := a.steps(title)
	a.Each(func(r Row) bool {
		c := Course{Row: r, known: map[string]bool{}}
		after := a.follow(r, steps, title, 1)
		before := a.follow(r, steps, title, -1)
		for _, strand := range before {
			for k := 1; k < len(strand); k++ {
				if at := title - k; strand[k].Set || !a.Columns[at].Free {
					c.add(Line{at, strand[k], strand[k-1]})
				}
			}
		}
		for _, strand := range after {
			for k := 1; k < len(strand); k++ {
				if at := title + k; strand[k].Set || !a.Columns[at].Free {
					c.add(Line{at - 1, strand[k-1], strand[k]})
				}
				if !slices.ContainsFunc(strand[k:], func(v Value) bool { return v.Set }) {
					break
				}
			}
		}
		list = append(list, c)
		return true
	})
	return list, title
}

func (c *Course) add(l Line) {
	key := fmt.Sprint(l.Column, "\x00", l.From.key(), "\x00", l.To.key())
	if (l.From.Set || l.To.Set) && !c.known[key] {
		c.known[key] = true
		c.Lines = append(c.Lines, l)
	}
}

// steps finds for each column the one that it goes on from: answered_by.released_in from answered_by.
func (a *Answer) steps(title int) []step {
	steps := make([]step, len(a.Columns))
	for i, f := range a.Columns {
		steps[i] = step{title, f}
		best := ""
		for k, on := range a.Columns {
			rest, ok := strings.CutPrefix(f.Name, on.Name+".")
			if !ok || len(on.Name) <= len(best) || k == title || (k < title) != (i < title) || k < title && k < i || k > title && k > i {
				continue
			}
			to := on.to
			if len(to) == 0 {
				to = []string{everything}
			}
			words := make([]Word, len(to))
			for w, t := range to {
				words[w] = Word{Text: t}
			}
			if s, wrong := a.engine.source(words); wrong == nil {
				if g, _ := a.engine.path(s, rest); g != nil {
					best, steps[i] = on.Name, step{k, g}
				}
			}
		}
	}
	return steps
}

// follow are the ways from a row through the columns behind it, or before it, the row first.
func (a *Answer) follow(r Row, steps []step, title, by int) [][]Value {
	strands := [][]Value{{a.Columns[title].get(r.row)}}
	for i := title + by; i >= 0 && i < len(a.Columns); i += by {
		var next [][]Value
		for _, s := range strands {
			on := r.row
			if base := steps[i].base; base != title {
				on = a.engine.row(s[(base-title)*by].Node)
			}
			found := false
			if on != nil {
				steps[i].field.get(on).Each(func(v Value) {
					if len(next) < maxStrands {
						found, next = true, append(next, append(slices.Clip(s), v))
					}
				})
			}
			if !found {
				next = append(next, append(slices.Clip(s), Value{Text: s[len(s)-1].key() + "\x00"}))
			}
		}
		strands = next
	}
	return strands
}
