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

const (
	endHigh  = 24 // of an open end
	maxFan   = 12 // lines that leave one box, or come to it
	maxLines = 120
)

// flow draws what follows what in columns.
func (m *maker) flow(b *theme.Block, a *query.Answer) {
	courses, title := a.Courses()
	m.groups(b, a)
	f := &flowing{maker: m, noun: m.noun(a), columns: a.Columns, title: title, at: map[string]*stop{}, stops: make([][]*stop, len(a.Columns))}
	drawn := mostLinked(courses)
	y := placeHead
	for _, c := range drawn {
		room := f.add(c) * (boxHigh + boxGap)
		f.at[key(title, c.Row.Cells[title])].y = y + (room-boxGap-boxHigh)/2
		y += room
	}
	for i := title + 1; i < len(a.Columns); i++ {
		f.settle(i, -1)
	}
	for i := title - 1; i >= 0; i-- {
		f.settle(i, 1)
	}
	b.Picture = f.draw()
	w := &m.words.Pictures
	if title > 0 {
		b.Picture.Caption = f.counted(courses)
	} else {
		whole, ends := 0, 0
		for _, c := range courses {
			if slices.ContainsFunc(c.Lines, func(l query.Line) bool { return l.Column == len(a.Columns)-2 && l.To.Set }) {
				whole++
			}
			for _, l := range c.Lines {
				if !l.To.Set {
					ends++
				}
			}
		}
		b.Picture.Caption = schema.Fill(w.Flow, "n", strconv.Itoa(whole), "all", strconv.Itoa(a.Total), "ends", w.Ends.Count(ends))
	}
	m.cut(b, w.CutLinks, len(drawn), len(courses))
}

// flowing is a flow that is being laid out.
type flowing struct {
	*maker
	noun    string // of the rows
	columns []*query.Field
	title   int // the column of the rows
	stops   [][]*stop
	at      map[string]*stop
	lines   []line
}

// stop is a box, or an open end.
type stop struct {
	value   query.Value
	y, want int
	kind    string
	fan     [2]int // lines that come, and that go
}

type line struct {
	column   int
	from, to *stop
}

func (s *stop) high() int {
	if s.kind != page {
		return endHigh
	}
	return boxHigh
}

func (s *stop) middle() int { return s.y + s.high()/2 }

// key tells stops apart.
func key(column int, v query.Value) string {
	if v.Node != nil {
		return fmt.Sprint(column, " ", v.Node.ID)
	}
	return fmt.Sprint(column, " ", v.Text)
}

func (f *flowing) stop(column int, v query.Value, kind string) *stop {
	k := key(column, v)
	s := f.at[k]
	if s == nil {
		s = &stop{value: v, kind: kind}
		if !v.Set {
			s.kind, s.value.Text = "end", f.words.ViewGap
		}
		f.at[k] = s
		f.stops[column] = append(f.stops[column], s)
	}
	return s
}

// add adds a row with what it leads to, and says how many boxes stand above each other for it.
func (f *flowing) add(c query.Course) int {
	before := make([]int, len(f.stops))
	for i, list := range f.stops {
		before[i] = len(list)
	}
	f.stop(f.title, c.Row.Cells[f.title], page)
	type rest struct {
		by     *stop
		column int
		n      int
	}
	var more []rest
	for _, l := range c.Lines {
		near, far, out := l.From, l.To, 1 // seen from the row
		if l.Column < f.title {
			near, far, out = l.To, l.From, 0
		}
		by, at := f.stop(l.Column+1-out, near, page), l.Column+out
		if f.at[key(at, far)] == nil && by.fan[out] >= maxFan {
			i := slices.IndexFunc(more, func(r rest) bool { return r.by == by && r.column == l.Column })
			if i < 0 {
				i = len(more)
				more = append(more, rest{by, l.Column, 0})
			}
			more[i].n++
			continue
		}
		by.fan[out]++
		f.join(l.Column, at, by, f.stop(at, far, page))
	}
	for _, r := range more {
		at := r.column + 1
		if r.column < f.title {
			at = r.column
		}
		end := &stop{value: query.Value{Set: true, Text: f.signs.NotShown(r.n)}, kind: "more"}
		f.stops[at] = append(f.stops[at], end)
		f.join(r.column, at, r.by, end)
	}
	most := 1
	for i, list := range f.stops {
		most = max(most, len(list)-before[i])
	}
	return most
}

// counted says how much stands in each column beside the rows.
func (f *flowing) counted(courses []query.Course) string {
	seen := map[string]bool{}
	count := make([]int, len(f.columns))
	for _, c := range courses {
		for _, l := range c.Lines {
			for at, v := range map[int]query.Value{l.Column: l.From, l.Column + 1: l.To} {
				if k := key(at, v); v.Set && !seen[k] {
					seen[k] = true
					count[at]++
				}
			}
		}
	}
	var parts []string
	for i, n := range count {
		if i != f.title {
			parts = append(parts, f.fieldLabel(f.columns[i])+": "+strconv.Itoa(n)+".")
		}
	}
	return strings.Join(parts, " ")
}

// mostLinked are the rows with most lines, as many as can be told from each other, in their own order.
func mostLinked(courses []query.Course) []query.Course {
	order := make([]int, len(courses))
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(x, y int) int { return cmp.Compare(len(courses[y].Lines), len(courses[x].Lines)) })
	lines, n := 0, 0
	for n < len(order) && n < maxBoxes {
		if lines += min(2*maxFan, len(courses[order[n]].Lines)); n > 0 && lines > maxLines {
			break
		}
		n++
	}
	order = order[:n]
	slices.Sort(order)
	kept := make([]query.Course, 0, n)
	for _, i := range order {
		kept = append(kept, courses[i])
	}
	return kept
}

func (f *flowing) join(column, at int, by, to *stop) {
	l := line{column, by, to}
	if at == column {
		l.from, l.to = to, by
	}
	if !slices.Contains(f.lines, l) {
		f.lines = append(f.lines, l)
	}
}

// settle puts the boxes of a column beside what they are joined to in the one before; by says on which side that is.
func (f *flowing) settle(column, by int) {
	list := f.stops[column]
	for _, s := range list {
		sum, n := 0, 0
		for _, l := range f.lines {
			switch {
			case by < 0 && l.column == column-1 && l.to == s:
				sum, n = sum+l.from.middle(), n+1
			case by > 0 && l.column == column && l.from == s:
				sum, n = sum+l.to.middle(), n+1
			}
		}
		s.want = sum / max(1, n)
	}
	slices.SortStableFunc(list, func(x, y *stop) int { return cmp.Compare(x.want, y.want) })
	y := placeHead
	for i := 0; i < len(list); {
		same, high := i, -boxGap
		for same < len(list) && list[same].want == list[i].want {
			high += list[same].high() + boxGap
			same++
		}
		y = max(y, list[i].want-high/2)
		for ; i < same; i++ {
			list[i].y = y
			y += list[i].high() + boxGap
		}
	}
}

func (f *flowing) draw() *theme.Picture {
	p := &theme.Picture{}
	n := len(f.columns)
	gap := 60
	wide := (across - gap*(n-1)) / n
	for i, list := range f.stops {
		x := i * (wide + gap)
		label := f.fieldLabel(f.columns[i])
		if i == f.title {
			label = f.noun
		}
		p.Boxes = append(p.Boxes, theme.PictureBox{X: pct(x), W: pct(wide), Y: 0, H: 22, Kind: "name", Item: theme.Item{Text: label}, Title: full(label)})
		for _, s := range list {
			if s.kind == "end" && i > 0 && s.fan[1] > 0 { // something follows all the same
				s.kind = "gap"
			} else if s.kind == "end" && i < f.title {
				s.kind = "end p-before"
			}
			box := f.box(x, wide, s.y, s.kind, s.value)
			if i == f.title && f.title > 0 {
				box.Kind = "this"
			}
			box.H = s.high()
			p.Boxes = append(p.Boxes, box)
			p.Height = max(p.Height, s.y+s.high()+2)
		}
	}
	for _, l := range f.lines {
		x := l.column * (wide + gap)
		kind := "solid"
		if !l.to.value.Set || !l.from.value.Set {
			kind = "dashed"
		}
		p.Curves = append(p.Curves, theme.Curve{D: bend(x+wide, l.from.middle(), x+wide+gap, l.to.middle()), Kind: kind})
	}
	return p
}
