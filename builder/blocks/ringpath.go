package blocks

import (
	"fmt"
	"slices"
	"strconv"

	"handbook/builder/query"
	"handbook/builder/schema"
	"handbook/builder/theme"
)

const (
	ringHigh = 44
	maxPaths = 8 // lines that can be told from each other
)

// path draws the way of each row through the rings.
func (m *maker) path(b *theme.Block, a *query.Answer) {
	rings := a.Rings()
	type way struct {
		row    query.Row
		stages []query.Stage
	}
	var ways []way
	var rows [][]theme.Item
	first := m.signs.Today
	a.Each(func(r query.Row) bool {
		known := r.Stages()
		for _, s := range known {
			rows = append(rows, []theme.Item{m.item(ref, r.Cells[0]), {Text: schema.Spoken(s.Ring)}, {Day: s.From}, {Text: s.Reason}})
		}
		known = slices.DeleteFunc(known, func(s query.Stage) bool { return s.From.IsZero() || m.signs.Today.Before(s.From) })
		if len(known) > 0 {
			ways = append(ways, way{r, known})
		}
		return true
	})
	if len(ways) == 0 {
		m.blank(b, a)
		return
	}
	w := &m.words.Pictures
	tabulate(b, []string{m.words.ViewFields["title"], m.fieldLabel(a.Also[0]), w.Start, w.Reason}, rows)
	p := &theme.Picture{Day: m.signs.Today, Height: rowHigh + len(rings)*ringHigh}
	b.Picture = p
	m.cut(b, w.Cut, min(len(ways), maxPaths), len(ways))
	only := len(ways) == 1
	if p.Caption = schema.Fill(w.PathOf, "n", strconv.Itoa(len(ways)), "rings", strconv.Itoa(len(rings))); only {
		last := ways[0].stages[len(ways[0].stages)-1]
		if p.Caption = schema.Spoken(last.Ring) + " " + schema.Fill(m.words.ViewSince, "date", m.words.Day(last.From)) + "."; len(ways[0].stages) > 1 {
			p.Caption = schema.Fill(w.Path, "ring", schema.Spoken(last.Ring), "date", m.words.Day(last.From), "before", schema.Spoken(ways[0].stages[len(ways[0].stages)-2].Ring))
		}
	}
	ways = ways[:min(len(ways), maxPaths)]
	for _, w := range ways {
		if w.stages[0].From.Before(first) {
			first = w.stages[0].From
		}
	}
	s := span(first, m.signs.Today)
	m.months(p, s, 12)
	at := func(ring string) int { return rowHigh + slices.Index(rings, ring)*ringHigh }
	for i, name := range rings {
		if i > 0 {
			p.Curves = append(p.Curves, theme.Curve{D: fmt.Sprintf("M0 %dh%d", at(name), across), Kind: "grid"})
		}
		p.Letters = append(p.Letters, theme.Letters{X: "0", Y: at(name) + 13, Align: "start", Kind: "ringname", Text: schema.Spoken(name)})
	}
	for i, way := range ways {
		y := func(ring string) int { return at(ring) + 26 + min(10, 4*i-2*len(ways)+2) }
		line := ""
		for k, st := range way.stages {
			if k == 0 {
				line = fmt.Sprintf("M%d %d", s.x(st.From), y(st.Ring))
			} else {
				line += fmt.Sprintf("H%dV%d", s.x(st.From), y(st.Ring))
			}
			title := way.row.Cells[0].Text + ": " + schema.Spoken(st.Ring) + " " + schema.Fill(m.words.ViewSince, "date", m.words.Day(st.From))
			if st.Reason != "" {
				title += ". " + st.Reason
			}
			p.Dots = append(p.Dots, theme.Dot{X: pct(s.x(st.From)), Y: y(st.Ring), Kind: "moved", Title: title})
			if only {
				align := "start"
				if s.x(st.From) > across/2 {
					align = "end"
				}
				p.Letters = append(p.Letters, theme.Letters{X: pct(s.x(st.From)), Y: y(st.Ring) + 17, Align: align, Kind: "tick", Text: m.words.Day(st.From)})
			}
		}
		p.Curves = append(p.Curves, theme.Curve{D: line + fmt.Sprintf("H%d", s.x(m.signs.Today)), Kind: "way p-" + stroke(i%3), Title: way.row.Cells[0].Text})
		if !only {
			last := way.stages[len(way.stages)-1]
			p.Letters = append(p.Letters, theme.Letters{X: "100%", Y: y(last.Ring) - 6, Align: "end", Kind: "tick", Text: way.row.Cells[0].Text})
		}
	}
}
