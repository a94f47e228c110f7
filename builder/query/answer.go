package query

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"

	"handbook/builder/book"
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

// layOut fills in what the block leaves to the view, and tells what the view cannot do without.
func (p *prepared) layOut() {
	has := func(names ...string) []*Field {
		var out []*Field
		for _, name := range names {
			if f := p.source.fields[name]; f != nil {
				out = append(out, f)
			}
		}
		return out
	}
	need := func(name string) *Field {
		f := p.source.fields[name]
		if f == nil {
			at := p.From[0]
			p.mistakes = append(p.mistakes, Mistake{at.Start, at.End, fmt.Sprintf("%s needs the field %q, which %s has not", p.View.article(), name, article(p.source.names)),
				"choose another view, or rows that have it"})
		}
		return f
	}
	if p.sub != nil && p.View != Table && p.View != List {
		p.mistakes = append(p.mistakes, Mistake{p.Sub.Start, p.Sub.End, fmt.Sprintf("a %s has groups of one kind", p.View), "only a table and a list have groups within groups"})
	}
	for i, f := range p.columns {
		if f.Kind == Diff && p.View != List {
			at := p.Columns[i]
			p.mistakes = append(p.mistakes, Mistake{at.Start, at.End, fmt.Sprintf("a %s has no room for what changed", p.View), `write "view: list", or leave diff out`})
		}
	}
	switch p.View {
	case Health, Weeks:
		need("freshness")
		if p.View == Weeks && p.group != nil {
			p.mistakes = append(p.mistakes, Mistake{p.Group.Start, p.Group.End, "the weeks to come have no groups", `write "view: health", which shows the weeks of each group`})
		}
		p.columns = has("title", "owner", "freshness", "next_review")
	case Board:
		if p.group == nil {
			p.group = need("status")
		}
		if len(p.columns) == 0 {
			p.columns = has("owner")
		}
		p.columns = withTitle(p.columns, p.source)
	case Matrix:
		if p.rows != nil && len(p.columns) != 1 {
			at := p.Rows
			p.mistakes = append(p.mistakes, Mistake{at.Start, at.End, "a matrix of two fields has one field in columns", `write "columns: status", or leave "rows:" out`})
		}
		if p.rows == nil {
			if len(p.columns) == 0 {
				at := p.From[0]
				p.mistakes = append(p.mistakes, Mistake{at.Start, at.End, "this matrix does not say what its columns are", `add a line such as "columns: [specs, beta_reports]"`})
			}
			p.columns = withTitle(p.columns, p.source)
		}
	case Radar:
		p.group = need("quadrant")
		if p.group == nil {
			return
		}
		p.columns = append(withTitle(nil, p.source), need("ring"))
		p.columns = append(p.columns, has("moved", "history")...)
	case Timeline:
		for _, o := range p.sort {
			if p.day == nil && o.field.Kind == Day {
				p.day = o.field
			}
		}
		for _, f := range append(slices.Clone(p.columns), has("date", "due", "moved", "decided", "found", "answer_due", "decide_by", "next_review")...) {
			if p.day == nil && f.Kind == Day {
				p.day = f
			}
		}
		if p.day == nil {
			at := p.From[0]
			p.mistakes = append(p.mistakes, Mistake{at.Start, at.End, "a timeline needs a field with days", `name one with "sort: date"`})
		}
		if len(p.sort) == 0 && p.day != nil {
			p.sort = []order{{p.day, false}}
		}
		p.columns = withTitle(p.columns, p.source)
	case Chart:
		if p.group == nil {
			p.group = need("status")
		}
		p.columns = withTitle(nil, p.source)
	default:
		if len(p.columns) == 0 {
			p.columns = has(usual(p.source.names)...)
			if p.source.fields["freshness"] == nil {
				p.columns = nil
				for _, name := range p.source.order {
					if f := p.source.fields[name]; len(p.columns) < 6 && name != "link" {
						p.columns = append(p.columns, f)
					}
				}
			}
		}
		if p.View == List {
			p.columns = withTitle(p.columns, p.source)
		}
	}
}

// usual are the columns of rows that a block does not choose columns for.
func usual(from []string) []string {
	if len(from) == 1 {
		switch from[0] {
		case questions:
			return []string{"question", "title", "owner", "answered", "freshness"}
		case signOffs:
			return []string{"title", "state", "until", "progress", "missing"}
		case changes:
			return []string{"title", "change", "day", "by"}
		}
	}
	return []string{"title", "owner", "status", "freshness"}
}

// article names a layout in a sentence.
func (l Layout) article() string {
	if l == Health || l == Weeks {
		return "the view " + string(l)
	}
	return "a " + string(l)
}

// withTitle puts the title first, where the columns do not say where it stands.
func withTitle(columns []*Field, s *source) []*Field {
	title := s.fields["title"]
	if slices.Contains(s.names, plan) && s.fields["document"] != nil { // which has a title only where the plan gives one
		title = s.fields["document"]
	}
	i := slices.IndexFunc(columns, func(f *Field) bool { return f == title })
	switch {
	case i == 0 || title == nil:
		return columns
	case i > 0:
		title, columns = columns[i], slices.Delete(slices.Clone(columns), i, i+1)
	}
	return append([]*Field{title}, columns...)
}

// answer answers a prepared block for a page.
func (e *Engine) answer(p *prepared, this *book.Node) *Answer {
	a := &Answer{Layout: p.View, Title: p.Title.Text, Where: p.Where.Text, Empty: p.Empty.Text, Mistakes: p.mistakes,
		Columns: p.columns, Dates: p.dates, Rows: p.rows, Group: p.group, Sub: p.sub, Day: p.day, Limit: p.Limit}
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
	p.order(a)
	var total tally
	for i := range a.all {
		total.add(&a.all[i])
	}
	a.Total, a.Later = total.now, total.steps()
	most := MaxRows
	if p.Limit > 0 {
		most = min(most, p.Limit)
	}
	if p.View == Health || p.View == Weeks { // they show no rows, and a limit is one of groups
		most = len(a.all)
	}
	if p.View == Matrix && p.rows != nil {
		a.pivot(p.columns[0], most)
		return a
	}
	a.group(a.cut(most), p)
	return a
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
		case !now && coming < maxComing:
			coming++
			shown = append(shown, r)
		default:
			rest = append(rest, r)
		}
	}
	a.all = append(shown, rest...)
	return a.all[:len(shown)]
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

// order sorts all rows. A matrix without an order has the rows with most gaps first.
func (p *prepared) order(a *Answer) {
	by := p.sort
	if len(by) == 0 && p.View == Matrix && p.rows == nil {
		gaps := &Field{Kind: Number, get: func(r *row) Value {
			n := 0
			for _, f := range p.columns {
				if v := f.get(r); !v.Set && !v.Untold {
					n++
				}
			}
			return number(n)
		}}
		by = []order{{gaps, true}}
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
	f := p.group
	fills := p.View != Health && p.View != Weeks
	if f == nil {
		for i := range rows {
			if fills {
				rows[i].fill(p.columns)
			}
		}
		if len(rows) > 0 {
			a.Groups = []Group{{Rows: rows, Total: a.Total, Later: a.Later}}
		}
		a.within(p.sub)
		return
	}
	index := map[string]int{}
	var tallies []tally
	put := func(v Value) int {
		if f.Kind == Day && v.Set && f.Name != "week" { // by month: single days have little in common
			v.Day.Day = 1
			v.Text = v.Day.String()[:7]
		}
		at, ok := index[v.key()]
		if !ok {
			at = len(a.Groups)
			index[v.key()] = at
			a.Groups = append(a.Groups, Group{Value: v})
			tallies = append(tallies, tally{})
		}
		return at
	}
	if p.View == Board || p.View == Radar || p.View == Chart {
		for _, o := range f.Options {
			put(text(o))
		}
	}
	for i := range a.all {
		v := f.get(a.all[i].as)
		shown := i < len(rows)
		if p.View == Chart || p.View == Count {
			shown = false
		}
		if shown && fills {
			rows[i].fill(p.columns)
		}
		add := func(v Value) {
			at := put(v)
			tallies[at].add(&a.all[i])
			if shown {
				a.Groups[at].Rows = append(a.Groups[at].Rows, rows[i])
			}
		}
		if !v.Set {
			add(Value{})
		}
		v.Each(add)
	}
	for i := range a.Groups {
		a.Groups[i].Total, a.Groups[i].Later = tallies[i].now, tallies[i].steps()
	}
	for i := range a.Groups {
		a.Groups[i].Value = f.weigh(a.titles, a.Groups[i].Value)
	}
	slices.SortStableFunc(a.Groups, func(x, y Group) int {
		switch {
		case f.Name == "week":
			return -f.compare(x.Value, y.Value)
		case p.View == Chart && f.Kind == Ref && x.Value.Set && y.Value.Set: // what has no order of its own: the most first
			return cmp.Or(cmp.Compare(y.Total, x.Total), f.compare(x.Value, y.Value))
		}
		return f.compare(x.Value, y.Value)
	})
	if p.View != Board && p.View != Radar && p.View != Chart {
		a.Groups = slices.DeleteFunc(a.Groups, func(g Group) bool { return len(g.Rows) == 0 && g.Total == 0 && len(g.Later) == 0 })
	}
	a.within(p.sub)
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

// maxCross is how many columns a matrix of two fields has at most.
const maxCross = 60

// pivot lays rows out by two fields: a row for each value of the one, a column for each of the other.
func (a *Answer) pivot(across *Field, most int) {
	down := a.Rows
	distinct := func(f *Field) []Value {
		var out []Value
		seen := map[string]bool{}
		add := func(v Value) {
			if !seen[v.key()] {
				seen[v.key()] = true
				out = append(out, f.weigh(a.titles, v))
			}
		}
		for _, o := range f.Options {
			if f == across {
				add(text(o))
			}
		}
		for i := range a.all {
			if a.now(&a.all[i]) {
				f.get(a.all[i].row).Each(add)
			}
		}
		slices.SortStableFunc(out, f.compare)
		return out
	}
	heads, columns := distinct(down), distinct(across)
	a.Columns, a.Dates = nil, a.Dates[:min(len(a.Dates), 1)] // a cell holds several rows
	for _, v := range columns[:min(len(columns), maxCross)] {
		a.Columns = append(a.Columns, &Field{Name: v.key(), Label: v.Text, Kind: Ref, Many: true, Of: across.Name})
	}
	cells := map[[2]string][]Value{}
	for i := range a.all {
		if !a.now(&a.all[i]) {
			continue
		}
		r := a.all[i].row
		down.get(r).Each(func(x Value) {
			across.get(r).Each(func(y Value) {
				key := [2]string{x.key(), y.key()}
				cells[key] = append(cells[key], r.chip())
			})
		})
	}
	var rows []Row
	for _, h := range heads[:min(len(heads), most)] {
		row := Row{Head: &h, Node: h.Node}
		for _, c := range columns[:len(a.Columns)] {
			row.Cells = append(row.Cells, many(cells[[2]string{h.key(), c.key()}]))
		}
		rows = append(rows, row)
	}
	if len(rows) > 0 {
		a.Groups = []Group{{Rows: rows, Total: len(heads)}}
	}
	a.Shown = a.Total
	if len(rows) < len(heads) || len(columns) > maxCross {
		a.Shown = 0
		for _, r := range rows {
			for _, c := range r.Cells {
				a.Shown += len(c.List)
			}
		}
	}
}

// chip is a row as it stands in a cell.
func (r *row) chip() Value {
	switch {
	case r.doc != nil:
		return r.doc.chip()
	case r.record != nil:
		if title := ofRecord("title")(r); title.Set {
			return title
		}
	}
	return ref(r.node)
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
