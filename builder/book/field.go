package book

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"handbook/builder/diag"
	"handbook/builder/page"
	"handbook/builder/schema"
)

// Relation is a reference in a field of a page's type, seen from either end.
type Relation struct {
	Field    *schema.Field
	From, To *Node
	Fragment string     // as Target.Fragment
	Record   *Value     // the record that holds it; nil when it stands in a field of the page
	At       diag.Place // where it is written
}

// Dependency is something that a page relies on: a change of it makes the page suspect.
type Dependency struct {
	Target Target // its Node is a page
	At     diag.Place
}

// readFields reads what every page says in the fields of its type.
func (r *resolver) readFields() {
	f := &fieldReader{resolver: r, fieldChoices: map[string]choice{}}
	for _, n := range r.nodes {
		if n.Page != nil {
			f.page(n)
		}
	}
	f.relate()
}

// fieldReader reads the fields of one page after another.
type fieldReader struct {
	*resolver
	node         *Node
	values       []Value // of the node
	buf          []byte
	fieldChoices map[string]choice // what a name means where only some types will do
}

func (f *fieldReader) page(n *Node) {
	f.node, f.values = n, f.values[:0]
	fields := f.Site.Fields
	if n.Schema != nil {
		fields = n.Schema.Fields
	}
	written := n.Page.Fields
	if len(n.fields) > 0 {
		written = slices.Concat(written, n.fields)
	}
	for i := range fields { // of a key that is there twice the first counts
		at := slices.IndexFunc(written, func(w page.Field) bool { return w.Key == fields[i].Name && w.Value != nil })
		if at >= 0 {
			f.values = append(f.values, f.value(&fields[i], written[at]))
		}
	}
	if len(f.values) > 0 {
		n.Values = slices.Clone(f.values)
	}
	for i := range n.Values {
		f.follow(&n.Values[i], nil)
	}
	f.depend(n)
}

// value reads one field: of the page, or of a record.
func (f *fieldReader) value(field *schema.Field, w page.Field) Value {
	v := Value{Name: field.Name, Field: field, Kind: field.Kind, Many: field.Many, At: w.At}
	list, isList := w.Value.([]any)
	switch {
	case !field.Many && isList && len(list) == 1 && len(w.Entries) == 1:
		w = w.Entries[0]
	case !field.Many:
	case !isList:
		w.Entries = []page.Field{w}
	}
	if !field.Many {
		f.one(&v, w)
		return v
	}
	v.List = make([]Value, 0, len(w.Entries))
	for _, e := range w.Entries {
		if e.Value != nil {
			entry := Value{Name: field.Name, Field: field, Kind: field.Kind, At: e.At}
			f.one(&entry, e)
			v.List = append(v.List, entry)
		}
	}
	return v
}

// one reads a value that is no list.
func (f *fieldReader) one(v *Value, w page.Field) {
	field := v.Field
	switch field.Kind {
	case schema.KindRecords:
		f.record(v, w, field)
	case schema.KindPeriod:
		if _, days := w.Value.(map[string]any); days {
			f.record(v, w, field.Period())
		} else if wrong, help := v.scalar(field, w); wrong != "" {
			f.wrong(v, w, wrong, help)
		}
	case schema.KindReference:
		v.Text = w.Raw
		link, ok := page.Reference(w)
		switch {
		case ok:
			v.Target = f.reference(field, link)
			v.Wrong = v.Target.Broken != ""
		case w.Raw == "":
			help := fmt.Sprintf("write %s: and the id or the title of %s", field.Name, f.kindOfPage(field))
			if len(w.Entries) > 1 && w.Entries[0].Key == "" {
				help = "a name with a comma in it needs quotes: \"[[one, two]]\""
			}
			f.wrong(v, w, field.Name+" takes the name of a page", help)
		}
	default:
		if wrong, help := v.scalar(field, w); wrong != "" {
			f.wrong(v, w, wrong, help)
		}
	}
}

func (f *fieldReader) wrong(v *Value, w page.Field, text, help string) {
	v.Wrong = true
	if v.Kind == schema.KindDate && v.Name == "date" {
		return // a common key, of which the page has told
	}
	f.msgs.Add(diag.InvalidValue, firstOf(w), text, help)
}

// firstOf is the place of a value, or of the first key inside a table, which spans lines.
func firstOf(w page.Field) diag.Place {
	if len(w.Entries) > 0 && w.Entries[0].Key != "" {
		return w.Entries[0].KeyAt
	}
	return w.At
}

// record reads keys and values, as field declares them. What is wrong with one key leaves the others as they are.
func (f *fieldReader) record(v *Value, w page.Field, field *schema.Field) {
	var names []string
	for i := range field.Fields {
		names = append(names, field.Fields[i].Name)
	}
	if _, ok := w.Value.(map[string]any); !ok {
		v.Text = w.Raw
		f.wrong(v, w, fmt.Sprintf("this entry of %s is not a record", field.Name), fmt.Sprintf("write it as keys and values: `%s: …`, and below that %s", names[0], strings.Join(names[1:], ", ")))
		return
	}
	for i := range field.Fields {
		inner := &field.Fields[i]
		at := slices.IndexFunc(w.Entries, func(e page.Field) bool { return e.Key == inner.Name && e.Value != nil })
		if at >= 0 {
			v.Keys = append(v.Keys, f.value(inner, w.Entries[at]))
		} else if inner.Required {
			f.msgs.Add(diag.MissingField, firstOf(w), fmt.Sprintf("this entry of %s has no %q", field.Name, inner.Name), f.write(inner))
		}
	}
	for _, e := range w.Entries {
		if !slices.Contains(names, e.Key) {
			help := field.Name + " knows " + strings.Join(names, ", ")
			if near := diag.Nearest(e.Key, names); near != "" {
				help = fmt.Sprintf("did you mean %q?", near)
			}
			f.msgs.Add(diag.UnknownField, e.KeyAt, fmt.Sprintf("%s has no field %q", field.Name, e.Key), help)
		}
	}
}

// write says how a field is filled in.
func (r *resolver) write(field *schema.Field) string {
	example := map[schema.FieldKind]string{schema.KindNumber: "24", schema.KindDate: "2026-03-01", schema.KindBoolean: "true"}[field.Kind]
	if example == "" {
		example = "…"
	}
	help := fmt.Sprintf("write `%s: %s`", field.Name, example)
	switch field.Kind {
	case schema.KindEnum:
		help = fmt.Sprintf("write `%s:` and one of %s", field.Name, strings.Join(field.Options, ", "))
	case schema.KindReference:
		help = fmt.Sprintf("write `%s:` and the id of %s", field.Name, r.kindOfPage(field))
	}
	if field.Help != "" {
		help += ": " + strings.TrimSuffix(lowerFirst(field.Help), ".")
	}
	return help
}

func lowerFirst(s string) string {
	if len(s) > 1 && s[1] >= 'a' && s[1] <= 'z' {
		return strings.ToLower(s[:1]) + s[1:]
	}
	return s
}

// kindOfPage says which pages a reference may lead to: "a person or team".
func (r *resolver) kindOfPage(field *schema.Field) string {
	if len(field.To) == 0 {
		return "a page"
	}
	names := make([]string, len(field.To))
	for i, name := range field.To {
		t, _ := r.Site.TypeNamed(name)
		names[i] = strings.ToLower(t.Label)
		if t.Label == strings.ToUpper(t.Label) {
			names[i] = t.Label
		}
	}
	text := strings.Join(names, " or ")
	if strings.IndexByte("aeiou", text[0]) >= 0 {
		return "an " + text
	}
	return "a " + text
}

// reference finds where a field's reference leads. Where only some types will do, a name is looked for among their
// pages first: of a spec and a product called checkout, `product: checkout` means the product.
func (f *fieldReader) reference(field *schema.Field, link page.Link) Target {
	owner := slices.Contains(field.To, "person") || slices.Contains(field.To, "team")
	if owner {
		link.Target = strings.TrimPrefix(link.Target, "@")
	}
	l := linker{resolver: f.resolver, from: f.node, link: &link, buf: f.buf}
	defer func() { f.buf = l.buf }()
	if len(field.To) == 0 {
		return l.resolve()
	}
	l.wanted = field
	if c := f.choose(field, link.Target); c.best != nil {
		if len(c.found) > 1 {
			f.ambiguous(link.At, link.Target, c.best, c.found, func(n *Node) string { return field.Name + ": " + n.ID })
		}
		return l.fragment(c.best)
	}
	if owner {
		if n := f.strangers[fold(ownerName(link.Target))]; n != nil {
			return l.fragment(n) // an owner without a page, of whom has been told
		}
	}
	t := l.resolve()
	if t.Broken == "" && t.Node != nil && !slices.Contains(field.To, t.Node.Type) {
		typ, _ := f.Site.TypeNamed(t.Node.Type)
		help := "write the id or the title of " + f.kindOfPage(field)
		if n := f.nearest(l.from, field, link.Target); n != nil {
			help = fmt.Sprintf("did you mean `%s: %s`?", field.Name, n.ID)
		}
		f.msgs.Add(diag.WrongType, link.At, fmt.Sprintf("%s takes %s, and %s is of type %s", field.Name, f.kindOfPage(field), idText(t.Node), typ.Name), help)
	}
	return t
}

// choose returns the pages of the right type that a name may mean, and the one to take: none when it is a path, or
// means no such page.
func (f *fieldReader) choose(field *schema.Field, name string) choice {
	if strings.HasPrefix(name, ".") || strings.HasPrefix(name, "/") || strings.HasPrefix(name, "~/") {
		return choice{}
	}
	name = stem(strings.Trim(name, "/ "))
	key := strings.Join(field.To, " ") + "\x00" + name
	c, known := f.fieldChoices[key]
	for reading := wholeID; reading < readings && !known; reading++ {
		c.found = slices.DeleteFunc(slices.Clone(f.candidates(name, reading)), func(n *Node) bool { return !slices.Contains(field.To, n.Type) })
		if known = len(c.found) > 0; known {
			c.best = closest(c.found)
		}
	}
	f.fieldChoices[key] = c
	return c
}

// nearest is the page of the right type whose name is most like the one written on a page; nil when none is.
func (r *resolver) nearest(from *Node, field *schema.Field, name string) *Node {
	key := strings.Join(field.To, " ")
	near := r.nearOf[key]
	if near == nil {
		near = newSuggester(r)
		for _, n := range r.nodes {
			if slices.Contains(field.To, n.Type) {
				near.addNode(n)
				for _, other := range n.Page.Meta.AlsoKnownAs {
					near.add(other, n, "")
				}
			}
		}
		r.nearOf[key] = near
	}
	name = stem(strings.Trim(name, "/ "))
	return leadTo(from, near.nearest(last(name), name, true)).node
}

// follow notes the relations of a value, in the order of the file.
func (f *fieldReader) follow(v *Value, record *Value) {
	for i := range v.List {
		f.follow(&v.List[i], record)
	}
	for i := range v.Keys {
		f.follow(&v.Keys[i], v)
	}
	if to := v.Target.Node; to != nil && to != f.node {
		f.node.Relations = append(f.node.Relations, Relation{Field: v.Field, From: f.node, To: to, Fragment: v.Target.Fragment, Record: record, At: v.At})
	}
}

// depend lists what the page relies on.
func (f *fieldReader) depend(n *Node) {
	for _, i := range n.facts.depends {
		if t := n.Targets[i]; t.Node != nil && t.Node.Page != nil {
			n.Depends = append(n.Depends, Dependency{t, n.Page.Links[i].At})
		}
	}
	for _, rel := range n.Relations {
		t := Target{Node: rel.To, Fragment: rel.Fragment}
		if rel.Field.Carries && rel.To.Page != nil && !slices.ContainsFunc(n.Depends, func(d Dependency) bool { return d.Target == t }) {
			n.Depends = append(n.Depends, Dependency{t, rel.At})
		}
	}
}

// relate gives every relation to its other end, sorted by the name from that side, then by the title of the page.
func (f *fieldReader) relate() {
	var ends []*Node
	for _, n := range f.nodes {
		for _, rel := range n.Relations {
			if len(rel.To.Relating) == 0 {
				ends = append(ends, rel.To)
			}
			rel.To.Relating = append(rel.To.Relating, rel)
		}
	}
	for _, n := range ends {
		sortRelating(n.Relating)
	}
}

func sortRelating(list []Relation) {
	slices.SortStableFunc(list, func(a, b Relation) int {
		return cmp.Or(cmp.Compare(a.Field.Back, b.Field.Back), cmp.Compare(a.From.rank, b.From.rank))
	})
}
