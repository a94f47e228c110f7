package query

import (
	"cmp"
	"maps"
	"slices"
	"strings"

	"handbook/builder/book"
	"handbook/builder/review"
	"handbook/builder/schema"
)

// prepared is a block that is ready to be answered for any page.
type prepared struct {
	Query
	source    *source
	columns   []*Field
	dates     []*Field
	rows      *Field
	group     *Field
	sub       *Field
	day       *Field
	also      []*Field
	place     *Field
	sort      []order
	condition *condition
	mistakes  []Mistake
}

// order is one field by which rows are sorted.
type order struct {
	field *Field
	down  bool
}

// prepare reads a block, once for all pages that have the same.
func (e *Engine) prepare(source string) *prepared {
	e.mu.Lock()
	p := e.plans[source]
	e.mu.Unlock()
	if p == nil {
		q, mistakes := Parse(source)
		p = e.bind(q, mistakes)
		e.mu.Lock()
		e.plans[source] = p
		e.mu.Unlock()
	}
	return p
}

// bind finds what a query names.
func (e *Engine) bind(q Query, mistakes []Mistake) *prepared {
	p := &prepared{Query: q, mistakes: mistakes}
	if len(q.From) == 0 {
		return p
	}
	var wrong []Mistake
	p.source, wrong = e.source(q.From)
	if p.mistakes = append(p.mistakes, wrong...); len(wrong) > 0 {
		return p
	}
	field := func(w Word) *Field {
		if w.none() {
			return nil
		}
		f, why := e.path(p.source, w.Text)
		if f == nil {
			p.mistakes = append(p.mistakes, Mistake{w.Start, w.End, why, suggest(w.Text, p.source.order, "there is")})
		}
		return f
	}
	for _, w := range q.Columns {
		if f := field(w); f != nil {
			p.columns = append(p.columns, f)
		}
	}
	p.rows, p.group, p.sub = field(q.Rows), field(q.Group), field(q.Sub)
	for _, w := range q.Sort {
		o := order{}
		if rest, ok := strings.CutPrefix(w.Text, "-"); ok {
			w, o.down = trim(Word{rest, w.Start + 1, w.End}), true
		} else if rest, ok := strings.CutSuffix(w.Text, " desc"); ok {
			w, o.down = trim(Word{rest, w.Start, w.End}), true
		} else if rest, ok := strings.CutSuffix(w.Text, " asc"); ok {
			w = trim(Word{rest, w.Start, w.End})
		}
		if o.field = field(w); o.field != nil {
			p.sort = append(p.sort, o)
		}
	}
	if !q.Where.none() {
		c, wrong := e.compile(q.Where.Text, p.source)
		for _, m := range wrong {
			m.Start, m.End = m.Start+q.Where.Start, m.End+q.Where.Start
			p.mistakes = append(p.mistakes, m)
		}
		p.condition = c
	}
	if len(p.mistakes) == 0 {
		p.layOut()
		p.dates = e.dates(p)
	}
	return p
}

// dates are the fields that say of which day an answer is true, and by which days it is worked out for another.
func (e *Engine) dates(p *prepared) []*Field {
	dated := p.condition != nil && p.condition.dated
	var by []*Field
	known := func(name string) bool {
		return slices.ContainsFunc(slices.Concat(p.columns, by), func(f *Field) bool { return f.Name == name })
	}
	for _, f := range append(slices.Clip(p.columns), p.rows) {
		if f == nil {
			continue
		}
		for _, name := range f.by {
			dated = true
			if day, _ := e.path(p.source, name); day != nil && !known(name) {
				by = append(by, day)
			}
		}
	}
	if !dated {
		return nil
	}
	today := day(e.Today)
	return append([]*Field{{Name: "as_of", Kind: Day, get: func(*row) Value { return today }}}, by...)
}

// answer answers a prepared block for a page.
func (e *Engine) answer(p *prepared, this *book.Node) *Answer {
	a := &Answer{Layout: p.View, Title: p.Title.Text, Where: p.Where.Text, Empty: p.Empty.Text, Mistakes: p.mistakes,
		Columns: p.columns, Dates: p.dates, Rows: p.rows, Group: p.group, Sub: p.sub, Day: p.day, Also: p.also, Limit: p.Limit, engine: e, this: this, place: p.place}
	for _, w := range p.From {
		a.From = append(a.From, w.Text)
	}
	if len(p.mistakes) > 0 {
		return a
	}
	if a.all = e.choose(p, this, a); len(a.Mistakes) > 0 {
		return a
	}
	a.today, a.titles = e.Today, e.Book.Titles
	a.comes = p.condition != nil && (p.condition.ages || p.condition.dated)
	p.order(a)
	var total tally
	for i := range a.all {
		total.add(&a.all[i])
	}
	a.Total, a.Later = total.now, total.steps()
	if a.Total == 0 {
		a.Lacks = e.absent(p)
	}
	most := MaxRows
	if p.Limit > 0 {
		most = min(most, p.Limit)
	}
	switch {
	case p.View.every:
		a.group(a.cut(len(a.all)), p)
	case p.rows != nil:
		a.pivot(p.columns[0], most)
	default:
		a.group(a.cut(most), p)
	}
	return a
}

// absent says why no row can fit a condition. "Nobody is late" is good to hear only where somebody could be.
func (e *Engine) absent(p *prepared) Lack {
	rows := p.source.rows
	asks := func(names ...string) bool {
		return slices.ContainsFunc(p.condition.slots, func(s slot) bool { return !s.this && slices.Contains(names, s.field.Name) })
	}
	switch {
	case p.condition == nil:
		return LacksNothing
	case len(rows) == 0:
		return LacksRows
	case asks("freshness", "states", "next_review"):
		if !slices.ContainsFunc(rows, func(r *row) bool { return r.verdict.State != review.Exempt && r.verdict.State != "" }) {
			return LacksDates
		}
	case asks("owner", "unowned", "alone") && !e.table().owned:
		return LacksOwners
	}
	return LacksNothing
}

// cut takes as many rows as are shown, and of those that will fit some day as many as are kept ready. The rest are
// behind it in all.
func (a *Answer) cut(most int) []Row {
	var shown, rest []Row
	coming := 0
	var last *row // that is shown; what becomes of it stands right behind it
	for _, r := range a.all {
		now := a.now(&r)
		switch {
		case now && a.Shown < most:
			a.Shown++
			last = r.row
			shown = append(shown, r)
		case !now && r.row == last:
			shown = append(shown, r)
		case !now && coming < min(most, maxComing):
			coming++
			shown = append(shown, r)
		default:
			rest = append(rest, r)
			if !now && (a.Cut.IsZero() || r.From.Before(a.Cut)) {
				a.Cut = r.From
			}
		}
	}
	a.all = append(shown, rest...)
	return a.all[:len(shown)]
}

// Shows tells of each page that the rows lead to, on whatever day they are read: of none where time brings rows and takes them away.
func (a *Answer) Shows(tell func(*book.Node)) {
	if a.comes || a.Layout == nil || a.Layout.Counts || a.Layout.every {
		return
	}
	for _, g := range a.Groups {
		for _, row := range g.Rows {
			for _, cell := range row.Cells {
				cell.Each(func(v Value) {
					if v.Node != nil {
						tell(v.Node)
					}
				})
			}
		}
	}
}

// now reports whether a row fits on the day of the build.
func (a *Answer) now(r *Row) bool { return r.From.IsZero() || !a.today.Before(r.From) }

// choose are the rows that fit.
func (e *Engine) choose(p *prepared, this *book.Node, a *Answer) []Row {
	rows := p.source.rows
	ages := p.group != nil && p.group.ages
	fits := func(*row) bool { return true }
	var ask *asker
	out := make([]Row, 0, min(len(rows), MaxRows))
	if c := p.condition; c != nil {
		if c.toThis != nil {
			rows = nil
			if this != nil {
				rows = p.source.leading(c.toThis, this.ID)
			}
		}
		ask = c.ask(e.row(this))
		fits, ages = ask.holds, ages || c.ages
	}
	for _, r := range rows {
		if ages {
			out = e.age(out, r, fits, p.group)
		} else if fits(r) {
			out = append(out, Row{Node: r.node, row: r, as: r})
		}
	}
	if ask != nil && ask.err != nil {
		m := explain(p.Where.Text, ask.err)
		m.Start, m.End = m.Start+p.Where.Start, m.End+p.Where.Start
		a.Mistakes = append(slices.Clip(a.Mistakes), m)
	}
	return out
}

// Bounds of rows that do not fit yet: how many a view holds, and how many days ahead it looks for them.
const (
	maxComing  = 100
	comingDays = 366
)

// age adds a row once for each stretch of time in which it fits and stands in the same groups, if nobody reviews.
func (e *Engine) age(out []Row, r *row, fits func(*row) bool, group *Field) []Row {
	before, open := r, fits(r)
	if open {
		out = append(out, Row{Node: r.node, row: r, as: r})
	}
	for _, then := range r.ageing() {
		if e.Today.DaysUntil(then.from) > comingDays {
			break
		}
		as := &then.row
		now := fits(as)
		if now == open && (!now || group == nil || !group.ages || group.get(as).String() == group.get(before).String()) {
			continue
		}
		if open {
			out[len(out)-1].Until = then.from
		}
		if now {
			out = append(out, Row{Node: r.node, From: then.from, row: r, as: as})
		}
		before, open = as, now
	}
	return out
}

// Step is a number from a day on.
type Step struct {
	Day schema.Date
	N   int
}

// tally counts rows, now and on the days to come.
type tally struct {
	now   int
	moves map[schema.Date]int
}

func (t *tally) add(r *Row) {
	if r.From.IsZero() {
		t.now++
	}
	t.move(r.From, 1)
	t.move(r.Until, -1)
}

func (t *tally) move(day schema.Date, by int) {
	if day.IsZero() {
		return
	}
	if t.moves == nil {
		t.moves = map[schema.Date]int{}
	}
	t.moves[day] += by
}

// steps are the numbers on the days that change it.
func (t *tally) steps() []Step {
	var list []Step
	n := t.now
	for _, day := range slices.SortedFunc(maps.Keys(t.moves), schema.Date.Compare) {
		if by := t.moves[day]; by != 0 {
			n += by
			list = append(list, Step{day, n})
		}
	}
	return list
}

// order sorts all rows.
func (p *prepared) order(a *Answer) {
	by := p.sort
	if len(by) == 0 && p.View.order != nil {
		by = p.View.order(p)
	}
	if len(by) == 0 {
		return
	}
	type keyed struct {
		row  Row
		keys []Value
	}
	list := make([]keyed, len(a.all))
	keys := make([]Value, len(a.all)*len(by))
	for i, r := range a.all {
		list[i] = keyed{r, keys[i*len(by) : (i+1)*len(by)]}
		for k, o := range by {
			list[i].keys[k] = o.field.weigh(a.titles, o.field.get(r.row))
		}
	}
	slices.SortStableFunc(list, func(x, y keyed) int {
		for k, o := range by {
			c := o.field.compare(x.keys[k], y.keys[k])
			if o.down && x.keys[k].Set && y.keys[k].Set {
				c = -c
			}
			if c != 0 {
				return c
			}
		}
		return 0
	})
	for i := range list {
		a.all[i] = list[i].row
	}
}

// fill gives a row its cells.
func (r *Row) fill(columns []*Field) {
	if r.Cells != nil || r.row == nil {
		return
	}
	r.Cells = make([]Value, len(columns))
	for i, f := range columns {
		r.Cells[i] = f.get(r.row)
	}
}

// group sorts rows into groups. A row with several values stands in the group of each.
func (a *Answer) group(rows []Row, p *prepared) {
	for i := range rows {
		if !p.View.every && (p.group == nil || !p.View.Counts) {
			rows[i].fill(p.columns)
		}
	}
	switch {
	case p.group != nil:
		a.groupBy(rows, p)
	case len(rows) > 0:
		a.Groups = []Group{{Rows: rows, Total: a.Total, Later: a.Later}}
	}
	a.within(p.sub)
}

func (a *Answer) groupBy(rows []Row, p *prepared) {
	f, g := p.group, &groups{at: map[string]int{}}
	if p.View.Vacant {
		for _, o := range f.Options {
			g.of(text(o))
		}
	}
	for i := range a.all {
		v := f.get(a.all[i].as)
		add := func(v Value) {
			at := g.of(f.stretch(v))
			g.counts[at].add(&a.all[i])
			if i < len(rows) && !p.View.Counts {
				g.list[at].Rows = append(g.list[at].Rows, rows[i])
			}
		}
		if !v.Set {
			add(Value{})
		}
		v.Each(add)
	}
	for i := range g.list {
		at := &g.list[i]
		at.Total, at.Later, at.Value = g.counts[i].now, g.counts[i].steps(), f.weigh(a.titles, at.Value)
	}
	a.Groups = g.list
	slices.SortStableFunc(a.Groups, func(x, y Group) int {
		switch {
		case f.Name == "week":
			return -f.compare(x.Value, y.Value)
		case p.View.group != nil && f.Kind == Ref && x.Value.Set && y.Value.Set:
			return cmp.Or(p.View.group(x, y), f.compare(x.Value, y.Value))
		}
		return f.compare(x.Value, y.Value)
	})
	if !p.View.Vacant {
		a.Groups = slices.DeleteFunc(a.Groups, func(g Group) bool { return len(g.Rows) == 0 && g.Total == 0 && len(g.Later) == 0 })
	}
}

// groups are groups by what they have in common, with how many rows are in each.
type groups struct {
	list   []Group
	counts []tally
	at     map[string]int
}

// of is the number of the group of a value.
func (g *groups) of(v Value) int {
	at, known := g.at[v.key()]
	if !known {
		at = len(g.list)
		g.at[v.key()] = at
		g.list, g.counts = append(g.list, Group{Value: v}), append(g.counts, tally{})
	}
	return at
}

// stretch is what a group is of: of days the month, since single days have little in common.
func (f *Field) stretch(v Value) Value {
	if f.Kind == Day && v.Set && f.Name != "week" {
		v.Day.Day = 1
		v.Text = v.Day.String()[:7]
	}
	return v
}

// within puts the rows of each group in the order of a second field.
func (a *Answer) within(f *Field) {
	if f == nil {
		return
	}
	for _, g := range a.Groups {
		for i := range g.Rows {
			within := f.weigh(a.titles, f.get(g.Rows[i].as))
			g.Rows[i].Within = &within
		}
		slices.SortStableFunc(g.Rows, func(x, y Row) int { return f.compare(*x.Within, *y.Within) })
	}
}

// Each calls f with every row that fits, those that are not shown included, with its cells, until it returns false.
func (a *Answer) Each(f func(r Row) bool) {
	if a.Rows != nil { // a matrix of two fields is what it shows
		for _, g := range a.Groups {
			for _, r := range g.Rows {
				if !f(r) {
					return
				}
			}
		}
		return
	}
	for _, r := range a.all {
		if !a.now(&r) {
			continue
		}
		if r.fill(a.Columns); !f(r) {
			return
		}
	}
}

// Noun are the rows in the words of their types: "Specs", from "spec"; two and more are joined.
func (a *Answer) Noun(site *schema.Site) string {
	var names []string
	for _, name := range a.From {
		typ, records, ok := strings.Cut(name, ".")
		t, _ := site.TypeNamed(typ)
		if ok {
			names = append(names, strings.ReplaceAll(records, "_", " "))
		} else {
			names = append(names, cmp.Or(t.Plural, typ))
		}
	}
	return strings.Join(names, ", ")
}

// With is the row with the cells of other columns.
func (r Row) With(columns []*Field) Row {
	r.Cells = nil
	r.fill(columns)
	return r
}

// Before is what the newest of a page's records says that is not the value itself: of a technology's history the ring
// that it came from. "" when there is none.
func (r Row) Before(records, key, day, value string) string {
	if r.Node == nil {
		return ""
	}
	before, newest := "", schema.Date{}
	list, _ := r.Node.Value(records)
	for _, record := range list.List {
		word, _ := record.Value(key)
		on, _ := record.Value(day)
		if word.Text != "" && word.Text != value && !on.Date.Before(newest) {
			before, newest = word.Text, on.Date
		}
	}
	return before
}
