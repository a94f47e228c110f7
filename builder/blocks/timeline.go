package blocks

import (
	"slices"
	"strconv"

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

// timeline lays the days of the rows along a strip of 1000, above the rows.
func (m *maker) timeline(b *theme.Block, a *query.Answer) {
	a = withDay(a)
	m.groups(b, a)
	b.Timeline = &theme.Timeline{Today: -1}
	var days []schema.Date
	var names []string
	for _, g := range a.Groups {
		for _, row := range g.Rows {
			if v := row.Cells[0]; v.Set && len(v.List) == 0 {
				name := ""
				if len(row.Cells) > 1 {
					name = row.Cells[1].String()
				}
				days, names = append(days, v.Day), append(names, name)
			}
		}
	}
	if len(days) > 0 {
		m.line(b.Timeline, days, names)
	}
}

func (m *maker) line(t *theme.Timeline, days []schema.Date, names []string) {
	first, last := slices.MinFunc(days, schema.Date.Compare), slices.MaxFunc(days, schema.Date.Compare)
	// The line begins and ends with a month.
	from := schema.Date{Year: first.Year, Month: first.Month, Day: 1}
	until := schema.Date{Year: last.Year, Month: last.Month, Day: 1}.AddDays(32)
	until = schema.Date{Year: until.Year, Month: until.Month, Day: 1}
	span := from.DaysUntil(until)
	x := func(d schema.Date) int { return from.DaysUntil(d) * 1000 / span }
	months := (until.Year-from.Year)*12 + until.Month - from.Month
	step := 1
	for _, s := range []int{1, 2, 3, 6, 12, 24, 60, 120, 240, 600, 1200} {
		if step = s; months/s <= 10 {
			break
		}
	}
	for i := 0; i < months; i += step {
		month := from.Month - 1 + i
		d := schema.Date{Year: from.Year + month/12, Month: month%12 + 1, Day: 1}
		name := m.words.Months[d.Month-1]
		if i == 0 || d.Month <= step {
			name += " " + strconv.Itoa(d.Year)
		}
		t.Ticks = append(t.Ticks, theme.Tick{X: x(d), Name: name})
	}
	if !m.signs.Today.Before(from) && m.signs.Today.Before(until) {
		t.Today = x(m.signs.Today)
	}
	rows := map[int]int{}
	for i, day := range days {
		at := x(day)
		level := rows[at/16]
		rows[at/16]++
		t.Points = append(t.Points, theme.Point{X: at, Y: max(8, 30-16*level), N: i + 1, Title: names[i]})
	}
}
