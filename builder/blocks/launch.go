package blocks

import (
	"cmp"
	"slices"
	"strconv"

	"handbook/builder/query"
	"handbook/builder/schema"
	"handbook/builder/theme"
)

const (
	barHigh  = 8
	dueHigh  = 40 // a row of a launch: its name, and its bar
	daysHigh = 58 // above the lanes: the months, today and the launch
)

// due is a bar of a launch.
type due struct {
	name       query.Value
	lane       string
	start, end schema.Date
	badge      theme.Badge
	launch     schema.Date
	bare       bool // there is nothing yet
}

// launch draws what has to be there by when, in lanes.
func (m *maker) launch(b *theme.Block, a *query.Answer) {
	var all []due
	there := 0
	a.Each(func(r query.Row) bool {
		also := r.With(a.Also).Cells // group, day, start, state, launch, page
		d := due{name: r.Cells[0], lane: m.head(a.Also[0], also[0]).Text, start: also[2].Day, end: also[1].Day, launch: also[4].Day}
		if also[5].Node != nil {
			d.name.Node = also[5].Node
		}
		d.badge = m.stateOf(a.Also[3], also[3])
		d.bare = also[3].State != "" && d.name.Node == nil
		if also[3].Word == string(query.PlanPresent) || also[3].Of != nil && d.badge.State == "fresh" {
			there++
		}
		if !d.end.IsZero() {
			all = append(all, d)
		}
		if read, ok := m.toRead(d.name); ok {
			read.launch = d.launch
			all = append(all, read)
		}
		return true
	})
	m.groups(b, a)
	if len(all) == 0 {
		return
	}
	w := &m.words.Pictures
	b.Picture = &theme.Picture{Day: m.signs.Today, Caption: schema.Fill(w.Launch, "n", strconv.Itoa(there), "all", strconv.Itoa(a.Total))}
	slices.SortStableFunc(all, func(x, y due) int { return x.end.Compare(y.end) })
	m.cut(b, w.Cut, min(len(all), maxBoxes), len(all))
	m.lanes(b.Picture, all[:min(len(all), maxBoxes)])
}

// stateOf is the badge of a document of a plan, or of a page.
func (m *maker) stateOf(f *query.Field, v query.Value) theme.Badge {
	if item := m.item(f, v); item.Badge != nil {
		return *item.Badge
	}
	return m.signs.State("exempt")
}

// toRead is the bar of a page that asks to be read by a day.
func (m *maker) toRead(v query.Value) (due, bool) {
	if v.Node == nil || !m.signs.Has(v.Node) {
		return due{}, false
	}
	so := m.signs.Of(v.Node).Verdict.SignOff
	if so == nil || so.Until.IsZero() {
		return due{}, false
	}
	state, word := "due", "open"
	switch {
	case so.Missing() == 0:
		state, word = "fresh", "done"
	case so.Until.Before(m.signs.Today):
		state, word = "overdue", "late"
	}
	return due{name: v, lane: m.words.SignOff, end: so.Until, badge: m.planBadge(state, word)}, true
}

// scale lays days along a line.
type scale struct{ from, until schema.Date }

func (s scale) x(d schema.Date) int {
	return min(across, max(0, s.from.DaysUntil(d)*across/max(1, s.from.DaysUntil(s.until))))
}

// span is a scale of whole months.
func span(first, last schema.Date) scale {
	until := schema.Date{Year: last.Year, Month: last.Month, Day: 1}.AddDays(32)
	return scale{schema.Date{Year: first.Year, Month: first.Month, Day: 1}, schema.Date{Year: until.Year, Month: until.Month, Day: 1}}
}

// months draws the names of months, not more than there is room for on a phone.
func (m *maker) months(p *theme.Picture, s scale, y int) {
	months := (s.until.Year-s.from.Year)*12 + s.until.Month - s.from.Month
	step := 1
	for _, n := range []int{1, 2, 3, 6, 12, 24, 60, 120, 240, 600, 1200} {
		if step = n; months/n <= 5 {
			break
		}
	}
	for i := 0; i < months; i += step {
		month := s.from.Month - 1 + i
		d := schema.Date{Year: s.from.Year + month/12, Month: month%12 + 1, Day: 1}
		if s.x(d) < across*5/6 { // else it would not fit on a phone
			p.Letters = append(p.Letters, theme.Letters{X: pct(s.x(d)), Y: y, Align: "start", Kind: "tick", Text: m.month(d)})
		}
		p.Curves = append(p.Curves, theme.Curve{D: "M" + strconv.Itoa(s.x(d)) + " " + strconv.Itoa(y+4) + "v" + strconv.Itoa(max(0, p.Height-y-4)), Kind: "grid"})
	}
}

// pole is a line down a picture at a day, with what it means above it.
func (m *maker) pole(p *theme.Picture, x, top, from, until int, kind, text string) {
	p.Curves = append(p.Curves, theme.Curve{D: "M" + strconv.Itoa(x) + " " + strconv.Itoa(from) + "V" + strconv.Itoa(until), Kind: kind})
	p.Dots = append(p.Dots, theme.Dot{X: pct(x), Y: top, Kind: kind, Title: text})
	align, shown := "start", x+12
	if x > across/2 {
		align, shown = "end", x-12
	}
	p.Letters = append(p.Letters, theme.Letters{X: pct(shown), Y: top + 11, Align: align, Kind: kind, Text: text})
}

func (m *maker) lanes(p *theme.Picture, all []due) {
	type lane struct {
		name string
		due  []due
	}
	var lanes []lane
	first, last := m.signs.Today, m.signs.Today
	var launches []schema.Date
	for _, d := range all {
		i := slices.IndexFunc(lanes, func(l lane) bool { return l.name == d.lane })
		if i < 0 {
			i = len(lanes)
			lanes = append(lanes, lane{name: d.lane})
		}
		lanes[i].due = append(lanes[i].due, d)
		for _, day := range []schema.Date{d.start, d.end, d.launch} {
			if day.IsZero() {
				continue
			}
			if day.Before(first) {
				first = day
			}
			if last.Before(day) {
				last = day
			}
		}
		if !d.launch.IsZero() && !slices.Contains(launches, d.launch) {
			launches = append(launches, d.launch)
		}
	}
	s := span(first, last)
	p.Height = daysHigh
	for _, l := range lanes {
		p.Height += rowHigh + 6 + len(l.due)*dueHigh + 8
	}
	w := &m.words.Pictures
	m.months(p, s, 12)
	m.pole(p, s.x(m.signs.Today), 18, 20, p.Height, "today", w.Today)
	if len(launches) == 1 {
		m.pole(p, s.x(launches[0]), 36, 36, p.Height, "flag", schema.Fill(w.Flag, "date", m.words.Day(launches[0])))
	}
	y := daysHigh
	for _, l := range lanes {
		high := rowHigh + 6 + len(l.due)*dueHigh
		p.Plates = append(p.Plates, theme.Plate{X: "0", W: "100%", Y: y, H: high, Kind: "lane"})
		p.Boxes = append(p.Boxes, theme.PictureBox{X: "0.8%", W: "60%", Y: y + 2, H: 20, Kind: "name", Item: theme.Item{Text: l.name}, Title: full(l.name)})
		if flag := l.due[0].launch; len(launches) > 1 && !flag.IsZero() {
			m.pole(p, s.x(flag), y+4, y+4, y+high, "flag", schema.Fill(w.Flag, "date", m.words.Day(flag)))
		}
		for i, d := range l.due {
			m.due(p, s, d, y+rowHigh+6+i*dueHigh)
		}
		y += high + 8
	}
}

// due draws the name of a bar, the bar below it, and the ring of its state at its end.
func (m *maker) due(p *theme.Picture, s scale, d due, y int) {
	start := cmp.Or(d.start, d.end)
	if d.end.Before(start) {
		start = d.end
	}
	from, until := s.x(start), s.x(d.end)
	kind := "bar"
	if d.bare {
		kind = "bare"
	}
	p.Plates = append(p.Plates, theme.Plate{X: pct(from), W: pct(until - from), Y: y + 22, H: barHigh, Kind: kind})
	x, wide, align := from, across-from, "left"
	if from > across/2 {
		x, wide, align = 0, until, "right"
	}
	item := theme.Item{Text: d.name.Text}
	if d.name.Node != nil {
		item.URL = d.name.Node.URL
	}
	p.Boxes = append(p.Boxes, theme.PictureBox{X: pct(x), W: pct(wide), Y: y, H: 20, Kind: align, Item: item, Title: full(d.name.Text), Note: d.badge.Word + ", " + m.words.Day(d.end)})
	p.Boxes = append(p.Boxes, theme.PictureBox{X: pct(until), W: "1", Y: y + 19, H: 16, Kind: "ring", Signs: []theme.Count{{Badge: d.badge}}})
}
