package blocks

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"handbook/builder/query"
	"handbook/builder/schema"
	"handbook/builder/theme"
)

// network draws who works with whom: boxes in the places that they belong to, or the neighbours of one of them around it.
func (m *maker) network(b *theme.Block, a *query.Answer) {
	net := a.Net()
	if len(net.Ties) == 0 {
		m.blank(b, a)
		return
	}
	w := &m.words.Pictures
	var rows [][]theme.Item
	for _, t := range net.Ties {
		rows = append(rows, []theme.Item{m.item(ref, net.Boxes[t.From].Value), {Text: m.fieldLabel(net.Kinds[t.Kind])}, m.item(ref, net.Boxes[t.To].Value)})
	}
	tabulate(b, w.TieHeads, rows)
	p := &theme.Picture{}
	b.Picture = p
	drawn, ties := busiest(net)
	if net.Middle >= 0 {
		m.around(p, net, drawn, ties)
	} else {
		m.placed(p, net, drawn, ties)
	}
	for kind, f := range net.Kinds {
		if slices.ContainsFunc(ties, func(t query.Tie) bool { return t.Kind == kind }) {
			p.Strokes = append(p.Strokes, theme.Stroke{Kind: stroke(kind), Text: m.fieldLabel(f)})
		}
	}
	most, n := mostTied(net)
	p.Caption = schema.Fill(w.Net, "who", net.Boxes[most].Value.Text, "n", strconv.Itoa(n), "ties", w.Ties.Count(len(net.Ties)))
	if net.Middle >= 0 {
		p.Caption = schema.Fill(w.NetOf, "who", net.Boxes[net.Middle].Value.Text, "ties", w.Ties.Count(len(net.Ties)))
	}
	m.cut(b, w.CutLinks, len(drawn), len(net.Boxes))
}

// stroke is how the lines of one kind of tie are drawn.
func stroke(kind int) string { return []string{"solid", "dashed", "dotted"}[min(kind, 2)] }

// busiest are the boxes with most ties, as many as can be told from each other, with the ties between them.
func busiest(net query.Net) (boxes []int, ties []query.Tie) {
	count := make([]int, len(net.Boxes))
	beside := make([][]query.Tie, len(net.Boxes))
	for _, t := range net.Ties {
		for _, end := range []int{t.From, t.To} {
			count[end]++
			beside[end] = append(beside[end], t)
		}
	}
	order := make([]int, len(net.Boxes))
	for i := range order {
		order[i] = i
	}
	if net.Middle >= 0 {
		count[net.Middle] = len(net.Ties) + 1
	}
	slices.SortStableFunc(order, func(x, y int) int { return cmp.Compare(count[y], count[x]) })
	kept := map[int]bool{}
	for _, i := range order {
		var more []query.Tie
		for _, t := range beside[i] {
			if kept[t.From+t.To-i] {
				more = append(more, t)
			}
		}
		if len(boxes) == maxBoxes {
			break
		}
		if len(ties)+len(more) > maxTies {
			continue
		}
		kept[i] = true
		boxes, ties = append(boxes, i), append(ties, more...)
	}
	return boxes, ties
}

// mostTied is the first box with most ties.
func mostTied(net query.Net) (box, ties int) {
	count := make([]int, len(net.Boxes))
	for _, t := range net.Ties {
		count[t.From]++
		count[t.To]++
	}
	ties = slices.Max(count)
	return slices.Index(count, ties), ties
}

// around draws one box in the middle, what it is tied to in the first way on its left, and the others on its right.
func (m *maker) around(p *theme.Picture, net query.Net, drawn []int, ties []query.Tie) {
	const wide = 280
	sides := [2][]int{}
	kinds := map[int][]int{}
	for _, t := range ties {
		other := t.From + t.To - net.Middle
		if kinds[other] = append(kinds[other], t.Kind); len(kinds[other]) > 1 {
			continue
		}
		side := min(t.Kind, 1)
		if len(net.Kinds) == 1 && len(sides[0]) > len(sides[1]) {
			side = 1
		}
		sides[side] = append(sides[side], other)
	}
	most := max(len(sides[0]), len(sides[1]))
	p.Height = most*(boxHigh+boxGap) - boxGap + 4
	middle := (p.Height - boxHigh) / 2
	for side, list := range sides {
		top := (p.Height - len(list)*(boxHigh+boxGap) + boxGap) / 2
		for i, n := range list {
			y := top + i*(boxHigh+boxGap)
			x, from, to := 0, wide, 360
			if side == 1 {
				x, from, to = 720, 720, 640
			}
			for k, kind := range kinds[n] {
				p.Curves = append(p.Curves, theme.Curve{D: bend(from, y+boxHigh/2+4*k, to, middle+boxHigh/2+4*k), Kind: stroke(kind), Title: m.fieldLabel(net.Kinds[kind])})
			}
			p.Boxes = append(p.Boxes, m.box(x, wide, y, page, net.Boxes[n].Value))
		}
	}
	p.Boxes = append(p.Boxes, m.box(360, wide, middle, "this", net.Boxes[net.Middle].Value))
}

// place is boxes that belong together, under their name.
type place struct {
	name      string
	boxes     []int
	column, y int
}

const (
	placeHead = 28 // above the boxes of a place
	placePad  = 10
	placeGap  = 16
)

func (p place) high() int { return placeHead + len(p.boxes)*(boxHigh+boxGap) - boxGap + placePad }

// placed draws the boxes in their places, which stand in up to three columns.
func (m *maker) placed(p *theme.Picture, net query.Net, drawn []int, ties []query.Tie) {
	var places []place
	slices.Sort(drawn)
	for _, n := range drawn {
		name := schema.Spoken(net.Boxes[n].Place)
		i := slices.IndexFunc(places, func(p place) bool { return p.name == name })
		if i < 0 {
			i = len(places)
			places = append(places, place{name: name})
		}
		places[i].boxes = append(places[i].boxes, n)
	}
	if len(places) == 1 { // all belong to one: then it says nothing, and they stand in rows
		all := places[0].boxes
		places = nil
		for i := range 3 {
			places = append(places, place{boxes: all[i*len(all)/3 : (i+1)*len(all)/3]})
		}
	}
	slices.SortStableFunc(places, func(x, y place) int { return cmp.Compare(len(y.boxes), len(x.boxes)) })
	columns := min(3, len(places))
	high := make([]int, columns)
	for i := range places {
		at := slices.Index(high, slices.Min(high))
		places[i].column, places[i].y = at, high[at]
		high[at] += places[i].high() + placeGap
	}
	p.Height = slices.Max(high) - placeGap + 2
	wide := (across - 60*(columns-1)) / columns
	xy := map[int][2]int{} // the column of a box, and its top
	lay := func() {
		for _, pl := range places {
			for i, n := range pl.boxes {
				xy[n] = [2]int{pl.column, pl.y + placeHead + i*(boxHigh+boxGap)}
			}
		}
	}
	lay()
	for range 4 { // boxes move towards what they are tied to, within their places
		for _, pl := range places {
			mean := map[int]int{}
			for _, n := range pl.boxes {
				sum, of := 0, 0
				for _, t := range ties {
					if t.From == n || t.To == n {
						sum, of = sum+xy[t.From+t.To-n][1], of+1
					}
				}
				mean[n] = sum / max(1, of)
			}
			slices.SortStableFunc(pl.boxes, func(x, y int) int { return cmp.Compare(mean[x], mean[y]) })
		}
		lay()
	}
	for _, pl := range places {
		x := pl.column * (wide + 60)
		name := pl.name
		if name == "" && columns > 1 && slices.ContainsFunc(places, func(p place) bool { return p.name != "" }) {
			name = m.words.ViewUnset
		}
		p.Plates = append(p.Plates, theme.Plate{X: pct(x), W: pct(wide), Y: pl.y + 1, H: pl.high(), Kind: "place"})
		p.Boxes = append(p.Boxes, theme.PictureBox{X: pct(x + 20), W: pct(wide - 40), Y: pl.y + 4, H: 22, Kind: "name", Item: theme.Item{Text: name}, Title: full(name)})
		for _, n := range pl.boxes {
			p.Boxes = append(p.Boxes, m.box(x+20, wide-40, xy[n][1], page, net.Boxes[n].Value))
		}
	}
	var free []int // heights at which nothing stands in the middle of three columns
	for _, at := range xy {
		if at[0] == 1 {
			free = append(free, at[1]-boxGap/2, at[1]+boxHigh+boxGap/2)
		}
	}
	slices.Sort(free)
	for _, t := range ties {
		p.Curves = append(p.Curves, theme.Curve{D: joined(xy[t.From], xy[t.To], wide, columns, 3*t.Kind, free), Kind: stroke(t.Kind),
			Title: net.Boxes[t.From].Value.Text + ": " + m.fieldLabel(net.Kinds[t.Kind]) + ": " + net.Boxes[t.To].Value.Text})
	}
}

// joined is the line between two boxes: from side to side, or round the side of one column.
func joined(a, b [2]int, wide, columns, down int, free []int) string {
	if a[0] > b[0] {
		a, b = b, a
	}
	left := func(c int) int { return c*(wide+60) + 20 }
	right := func(c int) int { return c*(wide+60) + wide - 20 }
	y1, y2 := a[1]+boxHigh/2+down, b[1]+boxHigh/2+down
	if b[0]-a[0] > 1 { // between the boxes of the column that lies between
		y := slices.MinFunc(free, func(x, y int) int { return cmp.Compare(far(x, (y1+y2)/2), far(y, (y1+y2)/2)) })
		return bend(right(a[0]), y1, left(1)-20, y) + fmt.Sprintf("H%d", right(1)+20) + strings.Replace(bend(right(1)+20, y, left(b[0]), y2), fmt.Sprintf("M%d %d", right(1)+20, y), "", 1)
	}
	if a[0] != b[0] {
		return bend(right(a[0]), y1, left(b[0]), y2)
	}
	x, out := right(a[0]), right(a[0])+min(60, 24+far(y1, y2)/12)
	if a[0] == columns-1 {
		x, out = left(a[0]), left(a[0])-min(60, 24+far(y1, y2)/12)
	}
	return fmt.Sprintf("M%d %dC%d %d %d %d %d %d", x, y1, out, y1, out, y2, x, y2)
}

func far(a, b int) int { return max(a, b) - min(a, b) }
