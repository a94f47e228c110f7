package blocks

import (
	"fmt"
	"strconv"
	"strings"

	"handbook/builder/query"
	"handbook/builder/review"
	"handbook/builder/schema"
	"handbook/builder/theme"
)

// trendHigh is the room of all pages in a trend.
const trendHigh = 180

// trend draws how the shares of the states changed over twelve months.
func (m *maker) trend(b *theme.Block, a *query.Answer) {
	months := a.Months()
	first := 0 // the month in which there was something to review
	for first < len(months)-1 && months[first].Needed == 0 {
		first++
	}
	months = months[first:]
	now := months[len(months)-1]
	if now.Needed == 0 {
		m.blank(b, a)
		b.Empty = m.words.HealthNone
		return
	}
	w := &m.words.Pictures
	good := func(t query.Month) string {
		return schema.Fill(m.words.Percent, "n", strconv.Itoa(t.Share()))
	}
	p := &theme.Picture{Day: m.signs.Today, Height: rowHigh + trendHigh + rowHigh}
	b.Picture = p
	p.Caption = schema.Fill(w.Trend, "first", good(months[0]), "of", m.words.Pages.Count(months[0].Needed), "date", m.words.Day(months[0].Day), "last", good(now), "pages", m.words.Pages.Count(now.Needed))
	x := func(i int) int { return i * across / max(1, len(months)-1) }
	below := make([]int, len(months))
	y := func(i, n int) int { return rowHigh + trendHigh - n*trendHigh/max(1, months[i].Needed) }
	for _, state := range states()[:6] {
		var up, down []string
		any := false
		for i, t := range months {
			down = append([]string{fmt.Sprintf("%d %d", x(i), y(i, below[i]))}, down...)
			below[i] += t.States[state]
			up = append(up, fmt.Sprintf("%d %d", x(i), y(i, below[i])))
			any = any || t.States[state] > 0
		}
		if len(months) == 1 { // there is no line through one day
			up, down = append(up, fmt.Sprintf("%d %d", across, y(0, below[0]))), append([]string{fmt.Sprintf("%d %d", across, y(0, below[0]-now.States[state]))}, down...)
		}
		if any {
			badge := m.signs.State(string(state))
			p.Curves = append(p.Curves, theme.Curve{D: "M" + strings.Join(up, "L") + "L" + strings.Join(down, "L") + "z", Kind: "area", State: string(state), Title: badge.Word})
			p.Key = append(p.Key, theme.Count{Badge: badge, N: now.States[state]})
		}
	}
	last := len(months) - 1
	p.Letters = append(p.Letters, theme.Letters{X: "0", Y: rowHigh - 5, Align: "start", Kind: "value", Text: good(months[0])}, theme.Letters{X: "100%", Y: rowHigh - 5, Align: "end", Kind: "value", Text: good(now)})
	p.Letters = append(p.Letters, theme.Letters{X: "0", Y: p.Height - 4, Align: "start", Kind: "tick", Text: m.words.Day(months[0].Day)}, theme.Letters{X: "100%", Y: p.Height - 4, Align: "end", Kind: "tick", Text: w.Today})
	if last >= 6 {
		p.Letters = append(p.Letters, theme.Letters{X: pct(x(last / 2)), Y: p.Height - 4, Align: "middle", Kind: "tick", Text: m.month(months[last/2].Day)})
	}
	heads := []string{m.words.ViewFields["day"], w.Share}
	for _, c := range p.Key {
		heads = append(heads, c.Word)
	}
	var rows [][]theme.Item
	for _, t := range months {
		row := []theme.Item{{Day: t.Day}, {Text: good(t)}}
		for _, c := range p.Key {
			row = append(row, theme.Item{Text: strconv.Itoa(t.States[review.State(c.State)])})
		}
		rows = append(rows, row)
	}
	tabulate(b, heads, rows)
}
