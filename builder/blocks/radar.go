package blocks

import (
	"cmp"
	"math"
	"slices"

	"handbook/builder/query"
	"handbook/builder/schema"
	"handbook/builder/theme"
)

// A radar is a disc in a square of 800.
const (
	radarMiddle = 400
	radarRadius = 380
	blipGap     = 38 // that two entries keep apart, where there is room
)

// radar places each entry in its ring and quadrant, always at the same place for the same entries.
func (m *maker) radar(b *theme.Block, a *query.Answer) {
	ring := a.Columns[1]
	rings := slices.Clone(ring.Options)
	for _, g := range a.Groups {
		for _, row := range g.Rows {
			if name := row.Cells[1].Text; row.Cells[1].Set && !slices.Contains(rings, name) {
				rings = append(rings, name)
			}
		}
	}
	b.Radar = &theme.Radar{}
	for i, name := range rings {
		b.Radar.Rings = append(b.Radar.Rings, theme.RadarRing{Name: schema.Spoken(name), R: radius(i+1, len(rings)), Y: radarMiddle - radius(i+1, len(rings)) + 18})
	}
	n := 0
	for q, g := range a.Groups {
		quarter := q % 4 // more than four share a quarter, which is better than leaving entries out
		quadrant := theme.RadarQuadrant{Name: m.head(a.Group, g.Value).Text, X: 8, Y: 22, Align: "start"}
		if quarter == 0 || quarter == 3 {
			quadrant.X, quadrant.Align = 792, "end"
		}
		if quarter >= 2 {
			quadrant.Y = 792
		}
		rows := slices.Clone(g.Rows)
		rank := func(row query.Row) uint { return uint(slices.Index(rings, row.Cells[1].Text)) }
		slices.SortStableFunc(rows, func(x, y query.Row) int { return cmp.Compare(rank(x), rank(y)) })
		var placed [][2]float64
		inRing := map[uint]int{}
		for _, row := range rows {
			inRing[rank(row)]++
		}
		seen := map[uint]int{}
		for _, row := range rows {
			k := rank(row)
			n++
			x, y := spot(quarter, min(int(k), len(rings)-1), len(rings), seen[k], inRing[k], placed)
			seen[k]++
			placed = append(placed, [2]float64{x, y})
			blip := theme.Blip{N: n, X: int(x), Y: int(y), Item: m.item(&query.Field{Kind: query.Ref}, row.Cells[0]), Ring: schema.Spoken(row.Cells[1].Text)}
			blip.Item.Mark, blip.Item.Dates = nil, "" // its badge says it
			m.moved(&blip, a.Columns, row, rings)
			if f := m.signs.Of(row.Node); f.Judged && f.Signs().Badge.State != "exempt" {
				blip.Badge = &f.Signs().Badge
			}
			quadrant.Blips = append(quadrant.Blips, blip)
		}
		b.Radar.Quadrants = append(b.Radar.Quadrants, quadrant)
	}
}

// radius is the outer radius of the i-th ring, counted from 1. Inner rings are wider: what is in use matters most.
func radius(i, of int) int {
	return int(radarRadius * math.Pow(float64(i)/float64(max(1, of)), .75))
}

// spot is a place in a ring's quarter. Entries are spread over the quarter, alternating between the inner and the outer
// half of the ring, and pushed on where another one is near.
func spot(quarter, ring, rings, i, n int, placed [][2]float64) (x, y float64) {
	inner, outer := float64(radius(ring, rings)), float64(radius(ring+1, rings))
	inner = max(inner, 30)
	at := func(angle, part float64) (float64, float64) {
		radius := inner + (outer-inner)*part
		turn := (float64(quarter) + angle) * math.Pi / 2
		return radarMiddle + radius*math.Cos(turn), radarMiddle - radius*math.Sin(turn)
	}
	best := -1.0
	for try := range 24 {
		angle := .12 + .76*(float64(i)+.5)/float64(n) + .03*float64(try/3)*float64(1-2*(try%2))
		part := []float64{.5, .3, .72}[(i+try)%3]
		a, b := at(min(.93, max(.07, angle)), part)
		near := math.Inf(1)
		for _, p := range placed {
			near = min(near, math.Hypot(a-p[0], b-p[1]))
		}
		if near > best {
			best, x, y = near, a, b
		}
		if best >= blipGap {
			break
		}
	}
	return math.Round(x), math.Round(y)
}

// moved says which way an entry came into its ring, by the last ring in its history that is another one.
func (m *maker) moved(blip *theme.Blip, columns []*query.Field, row query.Row, rings []string) {
	now := slices.Index(rings, row.Cells[1].Text)
	for i, f := range columns[2:] {
		v := row.Cells[2+i]
		if f.Name == "moved" && v.Set {
			blip.Since = v.Day
		}
	}
	before := row.Before("history", "ring", "from", row.Cells[1].Text)
	old := slices.Index(rings, before)
	switch {
	case old >= 0 && now >= 0 && now < old:
		blip.Moved = "in"
	case old >= 0 && now > old:
		blip.Moved = "out"
	case before == "" && !blip.Since.IsZero() && blip.Since.DaysUntil(m.signs.Today) < newDays:
		blip.Moved = "new"
	}
}

// newDays is how long an entry of a radar is new.
const newDays = 180
