package blocks

import (
	"slices"

	"handbook/builder/query"
	"handbook/builder/schema"
	"handbook/builder/theme"
)

// withDay puts the day by which a timeline is laid out first, and the title behind it.
func withDay(a *query.Answer) *query.Answer {
	out := *a
	out.Columns = append([]*query.Field{a.Day}, slices.DeleteFunc(slices.Clone(a.Columns), func(f *query.Field) bool { return f.Name == a.Day.Name })...)
	out.Groups = slices.Clone(a.Groups)
	for i, g := range out.Groups {
		rows := slices.Clone(g.Rows)
		for k := range rows {
			rows[k] = rows[k].With(out.Columns)
		}
		out.Groups[i].Rows = rows
	}
	return &out
}

// timeline draws the days of the rows as dots along a line, above the rows.
func (m *maker) timeline(b *theme.Block, a *query.Answer) {
	a = withDay(a)
	m.groups(b, a)
	type dot struct {
		day  schema.Date
		name string
	}
	var dots []dot
	for _, g := range a.Groups {
		for _, row := range g.Rows {
			if v := row.Cells[0]; v.Set && len(v.List) == 0 {
				d := dot{day: v.Day}
				if len(row.Cells) > 1 {
					d.name = row.Cells[1].String()
				}
				dots = append(dots, d)
			}
		}
	}
	if len(dots) == 0 {
		return
	}
	byDay := func(x, y dot) int { return x.day.Compare(y.day) }
	s := span(slices.MinFunc(dots, byDay).day, slices.MaxFunc(dots, byDay).day)
	p := &theme.Picture{Height: 80}
	b.Picture = p
	m.months(p, s, 12)
	if today := m.signs.Today; !today.Before(s.from) && today.Before(s.until) {
		p.Day = today
		m.pole(p, s.x(today), 18, 20, p.Height, "today", m.words.Pictures.Today)
	}
	beside := map[int]int{}
	for _, d := range dots {
		at := s.x(d.day)
		level := beside[at/16]
		beside[at/16]++
		p.Dots = append(p.Dots, theme.Dot{X: pct(at), Y: max(36, p.Height-10-12*level), Kind: "moved", Title: d.name})
	}
}
