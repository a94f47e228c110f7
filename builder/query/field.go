package query

import (
	"fmt"
	"slices"
	"strings"

	"handbook/builder/book"
	"handbook/builder/page"
	"handbook/builder/people"
	"handbook/builder/review"
	"handbook/builder/schema"
)

// Field is something that each row tells.
type Field struct {
	Name    string // as written in a block: "status", "product.stage"
	Label   string // as a type calls it; "" when it is the handbook's own
	Of      string // of a column of a matrix of two fields: the field that it is a value of
	Kind    Kind
	Many    bool     // a row may have several values
	Options []string // of Choice and State, in their order

	Free bool // nobody misses it where it is empty

	ages bool     // time alone can change it
	by   []string // of what is true of the day of the build: the fields with the days by which it is worked out for another
	get  func(*row) Value
	to   []string // types of the pages that a Ref may lead to; nil for any

	plain          bool // get looks a declared value up by the name alone
	options, leads set  // of a field that several types declare
}

// row is one thing that a view can show.
type row struct {
	node    *book.Node
	verdict *review.Verdict
	record  *book.Value // of a source of records
	number  int         // of a record on its page
	doc     *Document   // of the document plan

	question *book.Question // of the questions
	reading  string         // of the sign-offs: how the page stands
	change   *review.Recent // of the changes
	duty     *Duty          // of the duties
	today    schema.Date    // the day of the build, for a duty
	when     string         // in which stretch of time the duty is due
}

// reviewDays are the fields by which it is worked out how far a page can be trusted on a day after the build.
var reviewDays = []string{"reviewed", "due_from", "next_review"}

// common are the fields of every page.
func (e *Engine) common() []*Field {
	states := make([]string, 0, len(review.States()))
	for _, s := range review.States() {
		states = append(states, string(s))
	}
	return []*Field{
		{Name: "title", get: func(r *row) Value { return Value{Set: true, Text: r.node.Title, Node: r.node} }},
		{Name: "id", get: func(r *row) Value { return text(r.node.ID) }},
		{Name: "type", Kind: Choice, get: func(r *row) Value { return text(r.node.Type) }},
		{Name: "description", get: func(r *row) Value { return text(r.node.Summary) }},
		{Name: "owner", Kind: Ref, get: func(r *row) Value { return named(r.node.Owner, r.node.OwnerName) }},
		{Name: "unowned", Kind: Truth, get: func(r *row) Value { return truth(e.table().owned && r.node.Owner == nil && !r.node.OwnerAway) }},
		{Name: "status", get: func(r *row) Value { return text(r.node.Status) }},
		{Name: "tags", Many: true, get: func(r *row) Value {
			list := make([]Value, len(r.node.Tags))
			for i, t := range r.node.Tags {
				list[i] = text(t.Name)
			}
			return many(list)
		}},
		{Name: "section", Kind: Ref, get: func(r *row) Value { return ref(e.section(r.node)) }},
		{Name: "folder", Kind: Ref, get: func(r *row) Value { return ref(r.node.Parent) }},
		{Name: "freshness", Kind: State, Options: states, ages: true, by: reviewDays, get: func(r *row) Value {
			return Value{Set: r.verdict.State != "", Text: string(r.verdict.State), Of: r.node}
		}},
		{Name: "states", Kind: Choice, Many: true, Options: states, ages: true, by: reviewDays, get: func(r *row) Value {
			list := make([]Value, 0, len(r.verdict.Reasons))
			for _, why := range r.verdict.Reasons {
				if s := string(why.State); !slices.ContainsFunc(list, func(v Value) bool { return v.Text == s }) {
					list = append(list, text(s))
				}
			}
			return many(list)
		}},
		{Name: "reviewed", Kind: Day, get: func(r *row) Value { return day(r.verdict.Reviewed) }},
		{Name: "reviewed_by", Kind: Ref, get: func(r *row) Value { return named(r.verdict.By, r.verdict.ByName) }},
		{Name: "due_from", Kind: Day, get: func(r *row) Value { return day(r.verdict.Warn) }},
		{Name: "next_review", Kind: Day, get: func(r *row) Value { return day(r.verdict.Next) }},
		{Name: "review_every", get: func(r *row) Value { return text(r.node.ReviewEvery.String()) }},
		{Name: "changed", Kind: Day, get: func(r *row) Value { return day(r.verdict.Changed.Day) }},
		{Name: "changed_by", get: func(r *row) Value { return text(r.verdict.Changed.By) }},
		{Name: "draft", Kind: Truth, get: func(r *row) Value { return truth(r.node.Draft) }},
		{Name: "weight", Kind: Number, get: func(r *row) Value {
			if !r.node.Weighted {
				return Value{}
			}
			return number(r.node.Weight)
		}},
		{Name: "words", Kind: Number, get: func(r *row) Value { return number(e.Words(r.node.Page)) }},
		{Name: "relies_on", Kind: Ref, Many: true, Free: true, get: func(r *row) Value { return pagesOf(reliesOn(r.node)) }},
		{Name: "relied_on_by", Kind: Ref, Many: true, Free: true, get: func(r *row) Value { return pagesOf(e.reliedOn()[r.node]) }},
		{Name: "backlinks", Kind: Number, get: func(r *row) Value { return number(len(r.node.Backlinks)) }},
	}
}

// pagesOf is each of some pages once.
func pagesOf(nodes []*book.Node) Value {
	var list []Value
	for _, n := range nodes {
		if !slices.ContainsFunc(list, func(v Value) bool { return v.Node == n }) {
			list = append(list, ref(n))
		}
	}
	return many(list)
}

// reliesOn are the pages that a page relies on, itself left out.
func reliesOn(n *book.Node) (list []*book.Node) {
	for _, d := range n.Depends {
		if on := d.Target.Node; on != nil && on != n {
			list = append(list, on)
		}
	}
	return list
}

// dependents are the pages that rely on each, in reading order.
func (e *Engine) dependents() map[*book.Node][]*book.Node {
	on := map[*book.Node][]*book.Node{}
	for _, n := range e.Book.Nodes {
		if n.Page != nil {
			for _, to := range reliesOn(n) {
				on[to] = append(on[to], n)
			}
		}
	}
	return on
}

// otherKeys are the frontmatter keys of every page that are no field of common. A type may have a field of the same name.
func (e *Engine) otherKeys() []*Field {
	links := func(kind page.LinkKind) func(*row) Value {
		return func(r *row) Value {
			var list []Value
			for i := range r.node.Page.Links {
				if l := &r.node.Page.Links[i]; l.Kind == kind {
					list = append(list, led(r.node.Targets[i], l.Target))
				}
			}
			return many(list)
		}
	}
	people := func(names func(*row) []string) func(*row) Value { // who has no page is nobody that all readers may know
		return func(r *row) Value {
			var list []Value
			for _, name := range names(r) {
				if n, _ := people.Reviewer(e.Book, name); n != nil {
					list = append(list, ref(n))
				}
			}
			return many(list)
		}
	}
	who := []string{"person", "team"}
	known := map[string]*Field{
		"depends_on": {Kind: Ref, Many: true, get: links(page.LinkDepends)},
		"related":    {Kind: Ref, Many: true, get: links(page.LinkRelated)},
		"reviewers":  {Kind: Ref, Many: true, to: who, get: people(func(r *row) []string { return r.node.Page.Meta.Reviewers })},
		"acknowledge": {Kind: Ref, Many: true, to: who, get: people(func(r *row) (names []string) {
			if a := r.node.Acknowledge; a != nil {
				for _, by := range a.By {
					names = append(names, by.Text)
				}
			}
			return names
		})},
		"audience":      {Many: true, get: func(r *row) Value { return texts(r.node.Audience) }},
		"aliases":       {Many: true, get: func(r *row) Value { return texts(r.node.Page.Meta.Aliases) }},
		"also_known_as": {Many: true, get: func(r *row) Value { return texts(r.node.Page.Meta.AlsoKnownAs) }},
		"tracks":        {Many: true, get: func(r *row) Value { return texts(r.node.Page.Meta.Tracks) }},
		"glossary":      {Kind: Truth, get: func(r *row) Value { return truth(!r.node.NoGlossary) }},
	}
	var fields []*Field
	for _, key := range schema.CanonicalKeys() {
		f := known[key]
		if f == nil {
			f = &Field{get: raw(key)}
		}
		f.Name = key
		fields = append(fields, f)
	}
	return fields
}

func texts(words []string) Value {
	list := make([]Value, len(words))
	for i, w := range words {
		list[i] = text(w)
	}
	return many(list)
}

// named is a page, or only its name when there is none.
func named(n *book.Node, name string) Value {
	if n != nil {
		return ref(n)
	}
	return text(name)
}

// section is the part of the handbook at its top that a page lies in; nil for a page that lies in none.
func (e *Engine) section(n *book.Node) *book.Node {
	for n.Parent != nil && n.Parent != e.Book.Home {
		n = n.Parent
	}
	if n == e.Book.Home || len(n.Children) == 0 && n.Kind != book.KindFolder && !n.Section && n.Parent != nil {
		return nil
	}
	return n
}

// guessed is a frontmatter key that says something of its own, as pages of one type use it.
type guessed struct {
	typ, key string
	kind     Kind
	many     bool
}

// guess goes through the frontmatter of all pages, and lists what it finds in the order of the first page that has it. Keys
// that mean the same on every page say nothing of their own.
func (e *Engine) guess() []guessed {
	type use struct{ typ, key string }
	at := map[use]int{}
	var list []guessed
	for _, r := range e.rows() {
		for _, i := range r.node.Page.Own {
			f := &r.node.Page.Fields[i]
			kind, many, ok := kindOf(f.Value)
			if !ok {
				continue
			}
			of := use{r.node.Type, f.Key}
			k, seen := at[of]
			if !seen {
				k = len(list)
				at[of] = k
				list = append(list, guessed{of.typ, of.key, kind, false})
			}
			list[k].use(kind, many)
		}
	}
	return list
}

func (g *guessed) use(kind Kind, many bool) {
	g.many = g.many || many
	if g.kind != kind {
		g.kind = Text
	}
}

// undeclared makes fields of frontmatter keys that no type declares, by what stands in them on pages of a type.
func (e *Engine) undeclared(typ string, known map[string]*Field) []*Field {
	at := map[string]int{}
	var found []guessed
	for _, g := range e.guesses() {
		if known[g.key] != nil || typ != everything && typ != g.typ {
			continue
		}
		if k, seen := at[g.key]; seen {
			found[k].use(g.kind, g.many)
		} else {
			at[g.key] = len(found)
			found = append(found, g)
		}
	}
	fields := make([]*Field, len(found))
	for i, g := range found {
		fields[i] = &Field{Name: g.key, Kind: g.kind, Many: g.many, get: raw(g.key)}
	}
	return fields
}

// kindOf is the kind of a frontmatter value; tables are no values of a field.
func kindOf(v any) (kind Kind, many, ok bool) {
	switch v := v.(type) {
	case string:
		return Text, false, true
	case int64, float64:
		return Number, false, true
	case bool:
		return Truth, false, true
	case page.Date:
		return Day, false, true
	case []any:
		for i, item := range v {
			k, _, single := kindOf(item)
			if _, nested := item.([]any); !single || nested {
				return Text, true, false
			}
			if i == 0 {
				kind = k
			} else if k != kind {
				kind = Text
			}
		}
		return kind, true, true
	}
	return Text, false, false
}

// raw reads a frontmatter key as it is written.
func raw(key string) func(*row) Value {
	return func(r *row) Value {
		if f := r.node.Page.Field(key); f != nil {
			return written(f.Value)
		}
		return Value{}
	}
}

// written is a frontmatter value as a Value.
func written(v any) Value {
	switch v := v.(type) {
	case string:
		return text(v)
	case int64:
		return number(int(v))
	case float64:
		return Value{Set: true, Number: v, Text: strings.TrimSuffix(strings.TrimRight(fmt.Sprintf("%f", v), "0"), ".")}
	case bool:
		return truth(v)
	case page.Date:
		return day(v)
	case []any:
		list := make([]Value, 0, len(v))
		for _, item := range v {
			if w := written(item); w.Set {
				list = append(list, w)
			}
		}
		return many(list)
	}
	return Value{}
}
