package blocks

import (
	"cmp"
	"slices"
	"strconv"

	"handbook/builder/query"
	"handbook/builder/review"
	"handbook/builder/schema"
	"handbook/builder/theme"
)

const (
	mapHigh    = 420
	mapWide    = 700 // pixels that the width is taken for, so that areas are about square
	maxAreas   = 12  // groups, and groups within one
	headHigh   = 22  // above the areas of a group
	cellLetter = 34  // what an area must have for letters to stand in it
)

// area is a group of pages in a map.
type area struct {
	head   theme.Item
	n      int
	states map[review.State]int
	parts  []*area
}

func (a *area) add(state review.State) {
	a.n++
	if a.states == nil {
		a.states = map[review.State]int{}
	}
	a.states[state]++
}

// part is the part under a head.
func (a *area) part(head theme.Item) *area {
	i := slices.IndexFunc(a.parts, func(p *area) bool { return p.head.Text == head.Text && p.head.URL == head.URL })
	if i < 0 {
		i = len(a.parts)
		head.Mark, head.Dates = nil, ""
		a.parts = append(a.parts, &area{head: head})
	}
	return a.parts[i]
}

// treemap draws groups of pages as areas.
func (m *maker) treemap(b *theme.Block, a *query.Answer) {
	all := &area{}
	for _, g := range a.Groups {
		for _, row := range g.Rows {
			if !row.From.IsZero() || !m.signs.Has(row.Node) {
				continue
			}
			state := m.signs.Of(row.Node).Verdict.State
			all.add(state)
			group := all.part(m.head(a.Group, g.Value))
			group.add(state)
			if a.Sub != nil {
				group.part(m.head(a.Sub, *row.Within)).add(state)
			}
		}
	}
	if all.n == 0 {
		m.blank(b, a)
		return
	}
	m.listAreas(b, a, all)
	most := slices.MaxFunc(all.parts, func(x, y *area) int { return cmp.Compare(x.n, y.n) })
	p := &theme.Picture{Day: m.signs.Today, Height: mapHigh, Caption: schema.Fill(m.words.Pictures.Map, "owner", most.head.Text, "n", strconv.Itoa(most.n), "all", strconv.Itoa(all.n))}
	b.Picture = p
	m.cut(b, m.words.Pictures.Cut, min(len(all.parts), maxAreas), len(all.parts))
	m.gather(all)
	for _, t := range tiles(all.parts, tile{0, 0, mapWide, mapHigh, nil}) {
		group := t.of
		if t.h < 2*headHigh || t.w < cellLetter {
			m.strips(p, t)
			continue
		}
		p.Plates = append(p.Plates, t.plate("group", ""))
		p.Boxes = append(p.Boxes, t.label(group, "name"))
		inner := tile{t.x + 2, t.y + headHigh, t.w - 4, t.h - headHigh - 2, nil}
		m.gather(group)
		parts := group.parts
		if len(parts) == 0 {
			parts = []*area{group}
		}
		for _, c := range tiles(parts, inner) {
			m.strips(p, c)
		}
	}
	for _, state := range states() {
		if n := all.states[state]; n > 0 {
			p.Key = append(p.Key, theme.Count{Badge: m.signs.State(string(state)), N: n})
		}
	}
}

// listAreas is the map as a table.
func (m *maker) listAreas(b *theme.Block, a *query.Answer, all *area) {
	heads := []string{m.fieldLabel(a.Group)}
	if a.Sub != nil {
		heads = append(heads, m.fieldLabel(a.Sub))
	}
	heads = append(heads, m.words.ViewFields["pages"])
	var shown []review.State
	for _, state := range states() {
		if all.states[state] > 0 {
			shown = append(shown, state)
			heads = append(heads, m.signs.State(string(state)).Word)
		}
	}
	var rows [][]theme.Item
	for _, g := range all.parts {
		parts := g.parts
		if a.Sub == nil {
			parts = []*area{g}
		}
		for _, c := range parts {
			row := []theme.Item{g.head}
			if a.Sub != nil {
				row = append(row, c.head)
			}
			row = append(row, theme.Item{Text: strconv.Itoa(c.n)})
			for _, state := range shown {
				row = append(row, theme.Item{Text: strconv.Itoa(c.states[state])})
			}
			rows = append(rows, row)
		}
	}
	tabulate(b, heads, rows)
}

// gather puts the largest parts first, and those that are too many into one.
func (m *maker) gather(a *area) {
	slices.SortStableFunc(a.parts, func(x, y *area) int { return cmp.Compare(y.n, x.n) })
	if len(a.parts) <= maxAreas {
		return
	}
	rest := &area{head: theme.Item{Text: m.words.Pictures.Others.Count(len(a.parts) - maxAreas + 1)}, states: map[review.State]int{}}
	for _, p := range a.parts[maxAreas-1:] {
		rest.n += p.n
		for state, n := range p.states {
			rest.states[state] += n
		}
	}
	a.parts = append(a.parts[:maxAreas-1], rest)
}

// tile is a rectangle in pixels, in a picture that is as wide as mapWide.
type tile struct {
	x, y, w, h float64
	of         *area
}

func thousandths(px float64) int { return int(px*across/mapWide + .5) }

func (t tile) plate(kind, state string) theme.Plate {
	x := thousandths(t.x)
	return theme.Plate{X: pct(x), W: pct(max(0, thousandths(t.x+t.w)-x)), Y: int(t.y + .5), H: max(0, int(t.y+t.h+.5)-int(t.y+.5)), Kind: kind, State: state}
}

func (t tile) label(a *area, kind string) theme.PictureBox {
	p := t.plate("", "")
	return theme.PictureBox{X: p.X, W: p.W, Y: p.Y, H: min(p.H, headHigh), Kind: kind, Item: a.head, Title: full(a.head.Text), Note: strconv.Itoa(a.n)}
}

// tiles lays parts out so that each is about square: rows of them along the shorter side, the largest first.
func tiles(parts []*area, in tile) (list []tile) {
	left := 0
	for _, p := range parts {
		left += p.n
	}
	for len(parts) > 0 && left > 0 {
		short := min(in.w, in.h)
		scale := in.w * in.h / float64(left) // pixels of one page
		worst := func(n int) float64 {
			sum := 0
			for _, p := range parts[:n] {
				sum += p.n
			}
			deep := float64(sum) * scale / short
			ratio := 0.
			for _, p := range parts[:n] {
				long := float64(p.n) * scale / deep
				ratio = max(ratio, deep/long, long/deep)
			}
			return ratio
		}
		n := 1
		for n < len(parts) && worst(n+1) <= worst(n) {
			n++
		}
		sum := 0
		for _, p := range parts[:n] {
			sum += p.n
		}
		deep, at := float64(sum)*scale/short, 0.
		for _, p := range parts[:n] {
			long := float64(p.n) * scale / deep
			if in.w >= in.h {
				list = append(list, tile{in.x, in.y + at, deep, long, p})
			} else {
				list = append(list, tile{in.x + at, in.y, long, deep, p})
			}
			at += long
		}
		if in.w >= in.h {
			in.x, in.w = in.x+deep, in.w-deep
		} else {
			in.y, in.h = in.y+deep, in.h-deep
		}
		parts, left = parts[n:], left-sum
	}
	return list
}

// strips draws the states of a part one below the other, with its name on them.
func (m *maker) strips(p *theme.Picture, t tile) {
	y, h := t.y, t.h
	for _, state := range states() {
		if n := t.of.states[state]; n > 0 {
			strip := tile{t.x, y, t.w, h * float64(n) / float64(t.of.n), nil}
			plate := strip.plate("strip", string(state))
			plate.Title = t.of.head.Text + ": " + strconv.Itoa(n) + " " + m.signs.State(string(state)).Word
			p.Plates = append(p.Plates, plate)
			y += strip.h
		}
	}
	p.Plates = append(p.Plates, t.plate("cell", ""))
	if t.w < 2*cellLetter || t.h < headHigh {
		return
	}
	kind := "chip"
	if t.w < 4*cellLetter {
		kind = "chip p-small" // too small for letters on a phone
	}
	label := t.label(t.of, kind)
	label.Y, label.H = label.Y+3, min(headHigh*2, int(t.h)-4)
	for _, state := range states()[2:6] {
		if n := t.of.states[state]; n > 0 {
			label.Signs = append(label.Signs, theme.Count{Badge: m.signs.State(string(state)), N: n})
		}
	}
	p.Boxes = append(p.Boxes, label)
}
