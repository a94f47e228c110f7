package query

import (
	"cmp"
	"fmt"
	"maps"
	"path"
	"slices"
	"strings"
	"sync"

	"handbook/builder/book"
	"handbook/builder/diag"
	"handbook/builder/review"
	"handbook/builder/schema"
)

// everything is what `from` takes for every page.
const everything = "all"

// source is what a view chooses its rows from, with what they tell.
type source struct {
	names  []string
	rows   []*row
	fields map[string]*Field
	order  []string // of the fields
	common bool     // those of every page are among the fields
	backs  bool     // and the names of references to any page

	mu      sync.Mutex
	indexes map[string]map[string][]*row // by field, by the page that it leads to
}

// source puts together what `from` names.
func (e *Engine) source(from []Word) (*source, []Mistake) {
	names := make([]string, len(from))
	for i, w := range from {
		names[i] = w.Text
	}
	key := strings.Join(names, ",")
	e.mu.Lock()
	s := e.sources[key]
	e.mu.Unlock()
	if s != nil {
		return s, nil
	}
	s = &source{names: names, fields: map[string]*Field{}, indexes: map[string]map[string][]*row{}}
	for _, w := range from {
		if m := e.add(s, w); m != nil {
			return s, []Mistake{*m}
		}
	}
	if e.Narrow {
		s.keepUntold()
	}
	e.mu.Lock()
	defer e.mu.Unlock()
	e.sources[key] = s
	return s, nil
}

// keepUntold makes fields say of what is not told that it is there.
func (s *source) keepUntold() {
	for name, f := range s.fields {
		out := *f
		out.get = func(r *row) Value {
			v := f.get(r)
			v.Untold = !v.Set && r.untold(name)
			return v
		}
		s.fields[name] = &out
	}
}

// untold reports whether a row has something in a field that is not told.
func (r *row) untold(field string) bool {
	u := &r.node.Untold
	switch {
	case r.record != nil:
		return slices.ContainsFunc(u.Fields, func(s string) bool { return strings.HasSuffix(s, fmt.Sprintf(".%d.%s", r.number, field)) })
	case field == "owner":
		return r.node.OwnerAway
	case field == "reviewed_by" && r.verdict != nil && !r.verdict.Reviewed.IsZero():
		return true
	}
	return slices.Contains(u.Fields, field) || slices.ContainsFunc(u.Back, func(f *schema.Field) bool { return backName(f.Back) == field })
}

// add adds the rows and fields of one name.
func (e *Engine) add(s *source, w Word) *Mistake {
	name := w.Text
	typ, records, isRecords := strings.Cut(name, ".")
	known := e.types()
	switch {
	case lists()[name] != nil && !slices.Contains(known, name):
		lists()[name](s, e)
		return nil
	case name != everything && !slices.Contains(known, typ):
		if e.Narrow {
			return nil
		}
		return &Mistake{w.Start, w.Start + len(typ), fmt.Sprintf("there is no type of page %q", typ),
			suggest(typ, slices.Concat(known, []string{everything}, slices.Sorted(maps.Keys(lists()))), "there is")}
	}
	if isRecords {
		return e.addRecords(s, w, typ, records, e.table().of(typ))
	}
	if typ == everything {
		s.rows = append(s.rows, e.rows()...)
	} else {
		s.rows = append(s.rows, e.table().of(typ)...)
	}
	if !s.common {
		s.common = true
		for _, f := range e.common() {
			s.field(f)
		}
	}
	if typ == everything {
		for _, t := range known {
			e.declared(s, t)
		}
	} else {
		e.declared(s, typ)
	}
	for _, f := range e.undeclared(typ, s.fields) {
		s.field(f)
	}
	for _, f := range e.otherKeys() {
		if s.fields[f.Name] == nil {
			s.field(f)
		}
	}
	for _, name := range []string{"type", "status"} {
		f := s.fields[name]
		if len(f.Options) == 0 {
			f.Options = e.options(name, typ)
		}
		if len(f.Options) > 0 {
			f.Kind = Choice
		}
	}
	return nil
}

// field adds a field, or makes one that is there already fit for more rows.
func (s *source) field(f *Field) {
	old := s.fields[f.Name]
	if old == nil {
		s.fields[f.Name] = f
		s.order = append(s.order, f.Name)
		return
	}
	both := *old
	both.Many = old.Many || f.Many
	if old.Kind != f.Kind {
		both.Kind = Text
	}
	if len(f.Options) > 0 {
		both.options.add(old.Options...)
		both.options.add(f.Options...)
		both.Options = both.options.list
	}
	if len(f.to) == 0 || len(old.to) == 0 {
		both.to = nil
	} else {
		both.leads.add(old.to...)
		both.leads.add(f.to...)
		both.to = both.leads.list
	}
	if !old.plain || !f.plain {
		first, second := old.get, f.get
		both.plain, both.get = false, func(r *row) Value {
			if v := first(r); v.Set {
				return v
			}
			return second(r)
		}
	}
	s.fields[f.Name] = &both
}

// set is a list of words, each once. What is the beginning of the list costs nothing to add again.
type set struct {
	list []string
	seen map[string]bool
}

func (s *set) add(words ...string) {
	if len(words) > 0 && len(s.list) == len(words) && &s.list[0] == &words[0] {
		return
	}
	if s.seen == nil {
		s.seen = map[string]bool{}
	}
	for _, w := range words {
		if !s.seen[w] {
			s.seen[w] = true
			s.list = append(s.list, w)
		}
	}
}

// typeNames lists the names of types, those that pages only use included.
func (e *Engine) typeNames() []string {
	seen := map[string]bool{}
	for _, t := range e.Book.Site.Types {
		seen[t.Name] = true
	}
	for typ := range e.table().byType {
		seen[typ] = true
	}
	return slices.Sorted(maps.Keys(seen))
}

// nothing is a field that no row has.
func nothing(name string) *Field {
	return &Field{Name: name, get: func(*row) Value { return Value{} }}
}

// path finds a field by its name: "status", or "product.stage" by way of a page that a field leads to.
func (e *Engine) path(s *source, name string) (*Field, string) {
	first, rest, more := strings.Cut(name, ".")
	f := s.fields[first]
	if f == nil {
		if e.Narrow {
			return nothing(name), ""
		}
		return nil, fmt.Sprintf("%s %s no %q", article(s.names), has(s.names), first)
	}
	if !more {
		return f, ""
	}
	if f.Kind != Ref {
		return nil, fmt.Sprintf("%s leads to no page, so it has no %q", first, rest)
	}
	to := f.to
	if len(to) == 0 {
		to = []string{everything}
	}
	words := make([]Word, len(to))
	for i, t := range to {
		words[i] = Word{Text: t}
	}
	target, wrong := e.source(words)
	if wrong != nil {
		return nil, wrong[0].Text
	}
	g, why := e.path(target, rest)
	if g == nil {
		return nil, why
	}
	out := *g
	out.Name = name
	out.Many, out.ages = g.Many || f.Many, false // the row ages, not what it leads to
	out.by = make([]string, len(g.by))
	for i, day := range g.by {
		out.by[i] = first + "." + day
	}
	out.get = func(r *row) Value {
		from := f.get(r)
		if !f.Many {
			if at := e.row(from.Node); at != nil {
				return g.get(at)
			}
			return Value{Untold: from.Untold}
		}
		var list []Value
		away := from.Untold
		from.Each(func(v Value) {
			if at := e.row(v.Node); at != nil {
				next := g.get(at)
				away = away || next.Untold
				next.Each(func(v Value) {
					if !slices.ContainsFunc(list, func(o Value) bool { return o.key() == v.key() }) {
						list = append(list, v)
					}
				})
			}
		})
		all := many(list)
		all.Untold = away && !all.Set
		return all
	}
	return &out, ""
}

// article names what the rows are, for a sentence.
func article(names []string) string {
	if len(names) == 1 {
		return "a row of " + names[0]
	}
	return "the rows of " + strings.Join(names, " and ")
}

func has(names []string) string {
	if len(names) == 1 {
		return "has"
	}
	return "have"
}

// nodeNames finds pages by what an expression may call them.
func (e *Engine) nodeNames() map[string][]*book.Node {
	found := make(map[string][]*book.Node, 2*len(e.Book.Nodes))
	add := func(name string, n *book.Node) {
		name = strings.ToLower(name)
		if list := found[name]; name != "" && !slices.Contains(list, n) {
			found[name] = append(list, n)
		}
	}
	for _, n := range e.Book.Nodes {
		add(n.ID, n)
		add(n.ID[strings.LastIndexByte(n.ID, '/')+1:], n)
		add(n.Title, n)
	}
	return found
}

// page finds the page that an expression names, of the types that a field may lead to; the mistake is a sentence.
func (e *Engine) page(name string, f *Field) (id, wrong, help string) {
	if n, ok := e.Book.Lookup(strings.Trim(name, "/")); ok && name != "" {
		return n.ID, "", ""
	}
	var fit []*book.Node
	for _, n := range e.names()[strings.ToLower(name)] {
		if len(f.to) == 0 || slices.Contains(f.to, n.Type) {
			fit = append(fit, n)
		}
	}
	switch len(fit) {
	case 1:
		return fit[0].ID, "", ""
	case 0:
		if !e.leads(f, name) {
			known := e.leadTo(f)
			return name, fmt.Sprintf("there is no page %q that %s could lead to", name, f.Name), suggest(cmp.Or(diag.NearestName(name, known), name), known, "it can lead to")
		}
		return name, "", ""
	}
	ids := make([]string, len(fit))
	for i, n := range fit {
		ids[i] = n.ID
	}
	slices.SortFunc(ids, func(a, b string) int { return cmp.Compare(a, b) })
	return name, fmt.Sprintf("%q may be %s", name, strings.Join(ids, " or ")), "write the whole id"
}

// leadTo names the pages to which a field may lead: those of its types, or those to which it leads somewhere.
func (e *Engine) leadTo(f *Field) (names []string) {
	nodes := e.Book.Nodes
	if len(f.to) == 0 {
		nodes = nil
		seen := map[*book.Node]bool{}
		for _, r := range e.rows() {
			f.get(r).Each(func(v Value) {
				if v.Node != nil && !seen[v.Node] {
					seen[v.Node] = true
					nodes = append(nodes, v.Node)
				}
			})
		}
	}
	for _, n := range nodes {
		if len(f.to) == 0 || slices.Contains(f.to, n.Type) {
			names = append(names, path.Base(n.ID))
		}
	}
	return names
}

// leads reports whether some row has the name in the field, though it is no page's.
func (e *Engine) leads(f *Field, name string) bool {
	for _, r := range e.rows() {
		found := false
		f.get(r).Each(func(v Value) { found = found || v.Node == nil && v.Text == name })
		if found {
			return true
		}
	}
	return false
}

// leading are the rows whose field leads to the page.
func (s *source) leading(f *Field, id string) []*row {
	s.mu.Lock()
	defer s.mu.Unlock()
	index := s.indexes[f.Name]
	if index == nil {
		index = map[string][]*row{}
		for _, r := range s.rows {
			f.get(r).Each(func(v Value) {
				list := index[v.key()]
				if len(list) == 0 || list[len(list)-1] != r {
					index[v.key()] = append(list, r)
				}
			})
		}
		s.indexes[f.Name] = index
	}
	return index[id]
}

// aged is a row as it will be from a day on.
type aged struct {
	from schema.Date
	row  row
}

// ageing is what becomes of a row if nobody reviews its page or writes the document.
func (r *row) ageing() []aged {
	var out []aged
	if r.doc != nil {
		for _, c := range r.doc.Later {
			later, doc := *r, *r.doc
			doc.State, doc.Later = c.State, nil
			later.doc = &doc
			out = append(out, aged{c.Day, later})
		}
		return out
	}
	if r.duty != nil {
		for _, day := range r.duty.turns(r.today) {
			later := *r
			later.when = r.duty.when(day)
			out = append(out, aged{day, later})
		}
		return out
	}
	v := r.verdict
	if r.reading == readOpen && !v.SignOff.Until.IsZero() {
		later := *r
		later.reading = readLate
		return []aged{{v.SignOff.Until.AddDays(1), later}}
	}
	if v.Next.IsZero() || v.State == review.Exempt || v.State == review.Overdue {
		return nil
	}
	add := func(from schema.Date, state review.State, reasons []review.Reason) {
		later, verdict := *r, *v
		verdict.State, verdict.Reasons = state, append([]review.Reason{{State: state}}, reasons...)
		later.verdict = &verdict
		out = append(out, aged{from, later})
	}
	if v.State == review.Fresh {
		add(v.Warn, review.Due, nil)
	}
	add(v.Next, review.Overdue, v.Reasons)
	return out
}
