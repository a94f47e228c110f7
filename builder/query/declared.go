package query

import (
	"fmt"
	"slices"
	"strings"

	"handbook/builder/book"
	"handbook/builder/schema"
)

// declared adds the fields that a type declares, and the names that its pages have from the other side of relations.
func (e *Engine) declared(s *source, typ string) {
	t, _ := e.Book.Site.TypeNamed(typ)
	for i := range t.Fields {
		f := &t.Fields[i]
		s.field(e.ofPage(f))
		if f.Kind == schema.KindPeriod {
			s.field(e.ofPeriod(f, "from"))
			s.field(e.ofPeriod(f, "until"))
		}
	}
	backs := e.backs()
	to := backs.to[typ]
	if !s.backs { // those to any page are the same for each type
		s.backs, to = true, slices.Sorted(slices.Values(slices.Concat(to, backs.to[""])))
	}
	for _, i := range to {
		if f := &backs.list[i]; s.fields[f.name] == nil {
			s.field(&Field{Name: f.name, Label: f.label, Kind: Ref, Many: true, to: f.from, get: backwards(f.name)})
		}
	}
}

// back is a reference from the other side.
type back struct {
	name  string   // as blocks write it
	label string   // as it is first written
	from  []string // types that have it
}

// backs are the names that references have from the other side.
type backs struct {
	list []back
	to   map[string][]int // which of them lead to pages of a type; those that lead to any under ""
}

// otherSides goes through the references of all types.
func (e *Engine) otherSides() backs {
	all := backs{to: map[string][]int{}}
	at := map[string]int{} // in the list, by name
	type pair struct {
		i   int
		typ string
	}
	leads := map[pair]bool{}
	add := func(f *schema.Field, typ string) {
		if f.Back == "" || f.Kind != schema.KindReference {
			return
		}
		name := backName(f.Back)
		i, known := at[name]
		if !known {
			i = len(all.list)
			at[name], all.list = i, append(all.list, back{name: name, label: f.Back})
		}
		if from := all.list[i].from; len(from) == 0 || from[len(from)-1] != typ {
			all.list[i].from = append(from, typ)
		}
		to := f.To
		if len(to) == 0 {
			to = []string{""}
		}
		for _, t := range to {
			if !leads[pair{i, t}] {
				leads[pair{i, t}] = true
				all.to[t] = append(all.to[t], i)
			}
		}
	}
	types := e.Book.Site.Types
	for i := range types {
		for k := range types[i].Fields {
			f := &types[i].Fields[k]
			add(f, types[i].Name)
			for m := range f.Fields {
				add(&f.Fields[m], types[i].Name)
			}
		}
	}
	for _, to := range all.to {
		slices.Sort(to)
	}
	return all
}

// backName is a relation's name from the other side as blocks write it: "Answered by" is answered_by.
func backName(label string) string {
	return strings.Join(strings.FieldsFunc(strings.ToLower(label), func(c rune) bool { return c == ' ' || c == '-' }), "_")
}

// backwards follows relations to where they come from.
func backwards(name string) func(*row) Value {
	return func(r *row) Value {
		var list []Value
		for _, rel := range r.node.Relating {
			if backName(rel.Field.Back) != name {
				continue
			}
			v := ref(rel.From)
			if rel.Record != nil {
				if title, ok := rel.Record.Value("title"); ok {
					v.Text = title.Text
				}
			}
			if !slices.ContainsFunc(list, func(o Value) bool { return o.Node == v.Node && o.Text == v.Text }) {
				list = append(list, v)
			}
		}
		return many(list)
	}
}

// ofPeriod is the first or the last day of a declared period.
func (e *Engine) ofPeriod(f *schema.Field, key string) *Field {
	return &Field{Name: f.Name + "_" + key, Kind: Day, plain: true, get: func(r *row) Value {
		v, _ := r.node.Value(f.Name)
		if key == "until" {
			return e.aging(r.node, &v)
		}
		from, _ := v.Value(key)
		return day(from.Date)
	}}
}

// ofPage is a declared field of a page.
func (e *Engine) ofPage(f *schema.Field) *Field {
	out := fieldOf(f)
	out.plain = true
	out.get = func(r *row) Value {
		for i := range r.node.Values {
			if v := &r.node.Values[i]; v.Name == f.Name {
				if f.Deadline() {
					return e.aging(r.node, v)
				}
				return valueOf(v)
			}
		}
		return Value{}
	}
	return out
}

func fieldOf(f *schema.Field) *Field {
	kinds := map[schema.FieldKind]Kind{schema.KindNumber: Number, schema.KindDate: Day, schema.KindBoolean: Truth, schema.KindEnum: Choice, schema.KindReference: Ref}
	return &Field{Name: f.Name, Label: f.Label, Kind: kinds[f.Kind], Many: f.Many, Options: slices.Clip(f.Options), to: slices.Clip(f.To)}
}

// valueOf reads a value of the book. What is not of its kind, which has been told, says nothing.
func valueOf(v *book.Value) Value {
	if v.Many {
		list := make([]Value, 0, len(v.List))
		for i := range v.List {
			if item := valueOf(&v.List[i]); item.Set {
				list = append(list, item)
			}
		}
		return many(list)
	}
	if v.Wrong && v.Kind != schema.KindReference {
		return Value{}
	}
	switch v.Kind {
	case schema.KindNumber:
		return Value{Set: true, Number: v.Number, Text: v.Text}
	case schema.KindDate:
		return day(v.Date)
	case schema.KindPeriod:
		if len(v.Keys) > 0 {
			return text(v.Days())
		}
	case schema.KindBoolean:
		return truth(v.Bool)
	case schema.KindReference:
		return led(v.Target, v.Text)
	case schema.KindRecords:
		if title, ok := v.Value("title"); ok {
			return text(title.Text)
		}
		if len(v.Keys) > 0 {
			return valueOf(&v.Keys[0])
		}
		return Value{}
	}
	return text(v.Text)
}

// led is where a reference leads, or how it is written where it leads nowhere.
func led(t book.Target, written string) Value {
	out := text(written)
	switch {
	case t.Node != nil:
		out = ref(t.Node)
		if t.Fragment != "" {
			out.URL = t.Node.URL + "#" + t.Fragment
		}
	case t.Asset != "":
		out.URL = t.Asset
	case strings.HasPrefix(written, "https://") || strings.HasPrefix(written, "http://"):
		out.URL = written
	}
	return out
}

// options are the words that type or status may have.
func (e *Engine) options(name, typ string) []string {
	if name == "type" {
		return e.types()
	}
	var words set
	for i := range e.Book.Site.Types {
		if t := &e.Book.Site.Types[i]; typ == everything || t.Name == typ {
			words.add(t.StatusNames()...)
		}
	}
	if len(words.list) == 0 {
		return nil
	}
	for _, s := range e.table().statuses { // words of this handbook's own come behind
		if typ == everything || s.typ == typ {
			words.add(s.name)
		}
	}
	return words.list
}

// addRecords adds the records that pages of a type have in one field.
func (e *Engine) addRecords(s *source, w Word, typ, records string, pages []*row) *Mistake {
	t, _ := e.Book.Site.TypeNamed(typ)
	declared := t.Field(records)
	label := ""
	if declared != nil && declared.Kind == schema.KindRecords {
		label = declared.Label
		for i := range declared.Fields {
			f := fieldOf(&declared.Fields[i])
			f.get = ofRecord(f.Name)
			s.field(f)
		}
	}
	found := false
	for _, p := range pages {
		v, ok := p.node.Value(records)
		if !ok || v.Kind != schema.KindRecords {
			continue
		}
		found = true
		list := v.Each()
		for i := range list {
			if record := &list[i]; len(record.Keys) > 0 {
				s.rows = append(s.rows, &row{node: p.node, verdict: p.verdict, record: record, number: i})
				for k := range record.Keys {
					key := &record.Keys[k]
					if declared == nil && s.fields[key.Name] == nil {
						s.field(&Field{Name: key.Name, Kind: fieldOf(&schema.Field{Kind: key.Kind}).Kind, Many: key.Many, get: ofRecord(key.Name)})
					}
				}
			}
		}
	}
	if label == "" && !found {
		var known []string
		for _, f := range t.Fields {
			if f.Kind == schema.KindRecords {
				known = append(known, typ+"."+f.Name)
			}
		}
		help := "write \"from: " + typ + "\" for its pages"
		if len(known) > 0 {
			help = suggest(typ+"."+records, known, "there is")
		}
		start := w.Start + len(typ) + 1
		return &Mistake{start, w.End, fmt.Sprintf("a %s has no records %q", typ, records), help}
	}
	s.field(&Field{Name: "page", Kind: Ref, to: []string{typ}, get: func(r *row) Value { return ref(r.node) }})
	return nil
}

// ofRecord reads a field of a record. What names the record leads to its page.
func ofRecord(name string) func(*row) Value {
	return func(r *row) Value {
		if r.record == nil {
			return Value{}
		}
		for i := range r.record.Keys {
			if k := &r.record.Keys[i]; k.Name == name {
				v := valueOf(k)
				if name == "title" {
					v.URL = r.node.URL
				}
				return v
			}
		}
		return Value{}
	}
}
