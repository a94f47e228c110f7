package blocks

import (
	"strconv"

	"handbook/builder/query"
	"handbook/builder/schema"
	"handbook/builder/theme"
)

// bullets draws what was reached beside what should be.
func (m *maker) bullets(b *theme.Block, a *query.Answer) {
	const high = 52
	m.groups(b, a)
	w := &m.words.Pictures
	p := &theme.Picture{}
	b.Picture = p
	reached, drawn, all := 0, 0, 0
	b.Columns = append(b.Columns, theme.Column{Label: m.words.State})
	var words []string
	a.Each(func(r query.Row) bool {
		also := r.With(a.Also).Cells
		target, result, unit := also[0], also[1], also[2].Text
		met := result.Set && (also[3].Text == "less" && result.Number <= target.Number || also[3].Text != "less" && result.Number >= target.Number)
		said := w.Unknown
		switch {
		case met:
			reached++
			said = w.Reached
		case result.Set:
			said = w.Missed
		}
		words = append(words, said)
		if all++; drawn == maxBoxes {
			return true
		}
		y := drawn * high
		drawn++
		amount := schema.Fill(w.Target, "target", measure(target, unit))
		if result.Set {
			amount = measure(result, unit) + ", " + amount
		}
		p.Boxes = append(p.Boxes, theme.PictureBox{X: "0", W: "100%", Y: y, H: 22, Kind: "measure", Item: theme.Item{Text: r.Cells[0].Text}, Title: full(r.Cells[0].Text), Note: amount + ", " + said})
		most := max(target.Number, result.Number) * 1.15
		at := func(n float64) int {
			if most <= 0 {
				return 0
			}
			return min(across, max(0, int(n*across/most)))
		}
		p.Plates = append(p.Plates, theme.Plate{X: "0", W: "100%", Y: y + 26, H: 12, Kind: "track"})
		if result.Set {
			kind := "bar"
			if !met {
				kind = "bare"
			}
			p.Plates = append(p.Plates, theme.Plate{X: "0", W: pct(at(result.Number)), Y: y + 28, H: 8, Kind: kind, Title: said})
		}
		p.Plates = append(p.Plates, theme.Plate{X: pct(min(across-5, at(target.Number))), W: "3", Y: y + 22, H: 20, Kind: "target", Title: schema.Fill(w.Target, "target", measure(target, unit))})
		return true
	})
	n := 0
	for g := range b.Groups {
		for i := range b.Groups[g].Rows {
			row := &b.Groups[g].Rows[i]
			row.Cells = append(row.Cells, theme.Cell{Label: m.words.State, Items: []theme.Item{{Text: words[n]}}})
			n++
		}
	}
	p.Height = drawn * high
	p.Caption = schema.Fill(w.Bullets, "n", strconv.Itoa(reached), "all", strconv.Itoa(all))
	m.cut(b, w.Cut, drawn, all)
}

// measure is a number with its unit.
func measure(v query.Value, unit string) string {
	if unit == "" {
		return v.Text
	}
	return v.Text + " " + unit
}
