package page

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"sync"

	"handbook/builder/diag"
	"handbook/builder/schema"
)

// keyReader reads what frontmatter says into a Meta.
type keyReader struct {
	text *text
	base int // offset in the text that places count from
	site *schema.Site
	msgs *diag.List

	assign    string // how a key and its value are written here, for fmt
	spellings *spellings
	asked     map[diag.Rule]bool
}

// spellings are the names of keys that mean something: on a page, and in a record. Each is there as it is and in lower
// case, where it is "" if two names differ in nothing else.
type spellings struct {
	page, record map[string]string
	naming       map[string]bool // in lower case: those that take the name of a page or a person
}

func spellingsOf(site *schema.Site) *spellings {
	s := &spellings{page: map[string]string{}, record: map[string]string{}, naming: map[string]bool{}}
	for _, key := range []string{"acknowledge", "by", "depends_on", "owner", "related", "reviewed_by", "reviewers", "supersedes"} {
		s.naming[key] = true
	}
	for written, key := range site.Keys {
		s.page[strings.ToLower(written)] = key
	}
	for _, key := range schema.CanonicalKeys() {
		s.page[key] = key
	}
	s.declare(s.page, site.Fields)
	for _, t := range site.Types {
		s.declare(s.page, t.Fields)
	}
	return s
}

func (s *spellings) declare(names map[string]string, fields []schema.Field) {
	for _, f := range fields {
		lower := strings.ToLower(f.Name)
		if name, known := names[lower]; known && name != f.Name && name != lower {
			names[lower] = ""
		} else if !known {
			names[lower] = f.Name
		}
		names[f.Name] = f.Name
		s.naming[lower] = s.naming[lower] || f.Kind == schema.KindReference
		s.declare(s.record, f.Fields)
	}
}

// How a key says what it means: by its own name, by one that the site maps to it, or by one in other letter case.
const (
	byName = iota
	byMapping
	byCase
)

// meant is what a page's key means, and how it says so.
func (r *keyReader) meant(key string) (name string, how int) {
	if name := r.site.Keys[key]; name != "" {
		return name, byMapping
	}
	if name := inOtherCase(r.spellings.page, key); name != "" {
		return name, byCase
	}
	return key, byName
}

// inOtherCase is the name that a key differs from in letter case alone; "" for none.
func inOtherCase(names map[string]string, key string) string {
	if names[key] == key {
		return ""
	}
	return names[strings.ToLower(key)]
}

// read fills m and returns every key. Keys that are not known are kept as fields.
func (r *keyReader) read(pairs []pair, m *Meta) []Field {
	if len(pairs) == 0 {
		return nil
	}
	names := r.canonical(pairs)
	m.places = make([]keyPlace, 0, len(pairs))
	known := make(map[string]int, len(pairs)) // in places
	put := func(key string, at diag.Place) {
		i, taken := known[key]
		if !taken {
			i = len(m.places)
			known[key], m.places = i, append(m.places, keyPlace{key: key})
		}
		m.places[i].start, m.places[i].end = at.Start, at.End
	}
	fields := make([]Field, len(pairs))
	for i, p := range pairs {
		if name, how := r.meant(p.key); how == byCase && names[i] != name {
			first := r.place(pairs[slices.Index(names, name)].start, pairs[slices.Index(names, name)].end)
			r.msgs.Add(diag.UnknownField, r.place(p.start, p.end), fmt.Sprintf("%q means the same as another key here, and is not read", p.key),
				"keep one of the two", diag.Note{Place: first, Text: "this one is read"})
		}
		p.value = r.spellings.named(names[i], p.value)
		pairs[i] = p
		fields[i] = r.field(p, names[i])
		put(names[i], fields[i].At)
		if p.value.kind != kindNull {
			r.set(m, names[i], p.value)
		}
		m.TheirWeight = m.TheirWeight || m.Weighted && names[i] == "weight" && !strings.EqualFold(p.key, "weight")
	}
	for _, p := range pairs { // a name such as sidebar.order reaches into a table
		for _, sub := range p.value.pairs {
			name, how := r.meant(p.key + "." + sub.key)
			if _, taken := known[name]; how != byName && !taken && sub.value.kind != kindNull {
				put(name, r.place(sub.value.start, sub.value.end))
				r.set(m, name, sub.value)
				m.TheirWeight = m.TheirWeight || m.Weighted && name == "weight"
			}
		}
	}
	return fields
}

// field is one key with its value, and all that is inside it.
func (r *keyReader) field(p pair, name string) Field {
	f := r.entry(p.value, !plainList(name))
	f.Key, f.KeyAt = name, r.place(p.start, p.end)
	if p.value.kind == kindNull {
		f.At = f.KeyAt
	}
	return f
}

func (r *keyReader) entry(v value, inside bool) Field {
	f := Field{Value: v.any(), At: r.place(v.start, v.end)}
	switch {
	case v.isScalar():
		f.Raw = v.line()
	case !inside:
	case v.kind == kindList && len(v.items) > 0:
		f.Entries = make([]Field, len(v.items))
		for i, item := range v.items {
			f.Entries[i] = r.entry(item, true)
		}
	case v.kind == kindTable && len(v.pairs) > 0:
		f.Entries = make([]Field, len(v.pairs))
		for i, p := range v.pairs {
			f.Entries[i] = r.field(p, cmp.Or(inOtherCase(r.spellings.record, p.key), p.key))
		}
	}
	return f
}

// named puts the brackets of [[checkout]] back where they stand without quotes, which is a list in a list: under a key
// that names pages it reads as it does in quotes.
func (s *spellings) named(key string, v value) value {
	switch {
	case v.kind == kindTable && key != "cascade":
		v.pairs = slices.Clone(v.pairs)
		for i, p := range v.pairs {
			v.pairs[i].value = s.named(p.key, p.value)
		}
	case v.kind != kindList:
	case s.naming[strings.ToLower(key)] && len(v.items) == 1 && v.items[0].kind == kindList && len(v.items[0].items) == 1 && v.items[0].items[0].isScalar():
		return value{kind: kindText, raw: "[[" + v.items[0].items[0].raw + "]]", start: v.start, end: v.end}
	default:
		v.items = slices.Clone(v.items)
		for i, item := range v.items {
			v.items[i] = s.named(key, item)
		}
	}
	return v
}

// inQuotes is what to do about an entry that is no line: a name with a comma in it reads as two.
func (v value) inQuotes(help string) string {
	for v.kind == kindList && len(v.items) == 1 {
		v = v.items[0]
	}
	if v.kind == kindList && len(v.items) > 1 {
		return "a name with a comma in it needs quotes: \"[[one, two]]\""
	}
	return help
}

// plainList tells the common keys that most pages have a list under, and of whose entries nobody asks the place.
func plainList(key string) bool {
	switch key {
	case "tags", "aliases", "related", "depends_on", "cascade":
		return true
	}
	return false
}

// canonical gives each pair its name. A key under its own name comes before one that is mapped to it, and both before
// one in other letter case. Of two that mean the same the first in the file counts; the other keeps its own name.
func (r *keyReader) canonical(pairs []pair) []string {
	names := make([]string, len(pairs))
	taken := make(map[string]bool, len(pairs))
	for way := byName; way <= byCase; way++ {
		for i, p := range pairs {
			name, how := r.meant(p.key)
			if how != way {
				continue
			}
			if taken[name] {
				name = p.key
			}
			names[i] = name
			taken[name] = true
		}
	}
	for i, name := range names {
		if common, known := sharedKeys()[name]; known { // one text for all pages, so that comparing it reads no more than its address
			names[i] = common
		}
	}
	return names
}

var sharedKeys = sync.OnceValue(func() map[string]string {
	keys := map[string]string{}
	for _, key := range schema.CanonicalKeys() {
		keys[key] = key
	}
	return keys
})

func (r *keyReader) set(m *Meta, key string, v value) {
	switch key {
	case "title":
		m.Title = r.line(key, v)
	case "nav_title":
		m.NavTitle = r.line(key, v)
	case "description":
		m.Description = r.line(key, v)
	case "type":
		m.Type = r.line(key, v)
	case "owner":
		m.Owner = r.line(key, v)
	case "reviewed_by":
		m.ReviewedBy = r.line(key, v)
	case "status":
		m.Status = r.line(key, v)
	case "slug":
		m.Slug = r.line(key, v)
	case "layout":
		m.Layout = r.line(key, v)
	case "reviewers":
		m.Reviewers = r.list(key, v)
	case "tags":
		m.Tags = r.tags(v)
	case "aliases":
		r.aliases(m, v)
	case "also_known_as":
		m.AlsoKnownAs = append(m.AlsoKnownAs, r.list(key, v)...)
	case "audience":
		m.Audience = r.list(key, v)
	case "depends_on":
		m.DependsOn = r.list(key, v)
	case "tracks":
		m.Tracks = r.list(key, v)
	case "supersedes":
		m.Supersedes = r.list(key, v)
	case "related":
		r.list(key, v) // for its messages; the entries become links
	case "reviewed":
		m.Reviewed = r.day(key, v)
	case "date":
		r.day(key, v)
	case "review_every":
		m.ReviewEvery = r.interval(v)
	case "draft":
		m.Draft = r.truth(key, v)
	case "weight":
		m.Weight, m.Weighted = r.whole(key, v)
	case "glossary":
		before := len(*r.msgs)
		m.NoGlossary = !r.truth(key, v) && len(*r.msgs) == before
	case "acknowledge":
		m.Acknowledge = r.acknowledge(v)
	case "cascade":
		m.Cascade, m.CascadeSet = r.cascade(v)
	}
}

func (r *keyReader) place(start, end int) diag.Place { return r.text.place(r.base+start, r.base+end) }

func (r *keyReader) invalid(v value, what, help string) {
	r.msgs.Add(diag.InvalidValue, r.place(v.start, v.end), what, help)
}

// written is a key with a value, to be copied into frontmatter of this kind.
func (r *keyReader) written(key, value string) string { return fmt.Sprintf(r.assign, key, value) }

// word is a text as such a value.
func (r *keyReader) word(s string) string {
	if r.assign == assignYAML {
		return s
	}
	return strconv.Quote(s)
}

// words are two of them in a list.
func (r *keyReader) words(a, b string) string {
	return fmt.Sprintf("[%s, %s]", r.word(a), r.word(b))
}

func (r *keyReader) line(key string, v value) string {
	help := "write " + r.written(key, r.word("…"))
	if v.kind == kindList && len(v.items) == 1 {
		v = v.items[0]
		help = v.inQuotes(help)
	}
	if !v.isScalar() {
		r.invalid(v, fmt.Sprintf("%s takes one line of text", key), help)
		return ""
	}
	return v.line()
}

func (r *keyReader) list(key string, v value) []string {
	items := v.items
	switch {
	case v.isScalar():
		items = []value{v}
	case v.kind != kindList:
		r.invalid(v, fmt.Sprintf("%s takes a list", key), "write "+r.written(key, r.words("one", "two")))
		return nil
	}
	var out []string
	for _, item := range items {
		switch {
		case item.kind == kindNull:
		case !item.isScalar():
			r.invalid(item, fmt.Sprintf("%s takes a list of words", key), item.inQuotes("write each entry as one word or line"))
		case item.line() != "":
			out = append(out, item.line())
		}
	}
	return out
}

// aliases are old addresses. Obsidian's are names; with its convention in force, one without a slash is a name.
func (r *keyReader) aliases(m *Meta, v value) {
	for _, alias := range r.list("aliases", v) {
		if r.site.HasPreset("obsidian") && !strings.Contains(alias, "/") {
			m.AlsoKnownAs = append(m.AlsoKnownAs, alias)
		} else {
			m.Aliases = append(m.Aliases, alias)
		}
	}
}

// tags takes a list, or names with commas between them; Obsidian's "#" before a name is dropped.
func (r *keyReader) tags(v value) []string {
	if v.kind != kindText && v.kind != kindList {
		r.invalid(v, "tags takes a list of words", "write "+r.written("tags", r.words("one", "two")))
		return nil
	}
	names := r.list("tags", v)
	if v.kind == kindText {
		names = strings.Split(v.raw, ",")
	}
	var out []string
	seen := make(map[string]bool, len(names))
	for _, name := range names {
		name = strings.TrimSpace(strings.TrimPrefix(strings.TrimSpace(name), "#"))
		if name != "" && !seen[name] {
			seen[name] = true
			out = append(out, name)
		}
	}
	return out
}

func (r *keyReader) day(key string, v value) Date {
	if v.kind != kindDate {
		r.invalid(v, fmt.Sprintf("%s is not a day of the calendar", key), "write the day as YYYY-MM-DD, such as 2026-03-01")
	}
	return v.date
}

func (r *keyReader) interval(v value) Interval {
	i, err := schema.ParseInterval(v.raw)
	if err != nil || !v.isScalar() {
		r.invalid(v, "review_every is not a length of time up to 100 years", "write it as 90d, 12w, 6 months, 1 year or never")
		return Interval{}
	}
	return i
}

func (r *keyReader) truth(key string, v value) bool {
	switch strings.ToLower(v.raw) {
	case "true", "yes", "on":
		return true
	case "false", "no", "off":
		return false
	}
	r.invalid(v, fmt.Sprintf("%s is neither true nor false", key), fmt.Sprintf("write %s or %s", r.written(key, "true"), r.written(key, "false")))
	return false
}

func (r *keyReader) whole(key string, v value) (int, bool) {
	n, err := strconv.ParseInt(strings.TrimSpace(v.raw), 10, 32)
	if err != nil || !v.isScalar() {
		r.invalid(v, fmt.Sprintf("%s is not a whole number", key), "write "+r.written(key, "10"))
		return 0, false
	}
	return int(n), true
}

// acknowledge takes names, or a table with names and a day. `false` asks nobody, whatever the folder says.
func (r *keyReader) acknowledge(v value) *Acknowledge {
	a := &Acknowledge{At: r.place(v.start, v.end)}
	if v.kind == kindTruth {
		if v.any() == true {
			r.invalid(v, "acknowledge does not say who is asked", "write `"+r.written("acknowledge", "{"+r.written("by", r.words("NAME", "NAME"))+"}")+"`")
		}
		return a
	}
	if v.kind != kindTable {
		a.By = r.names("acknowledge", v)
		return a
	}
	known := []string{"by", "until"}
	for _, p := range v.pairs {
		switch {
		case !slices.Contains(known, strings.ToLower(p.key)):
			help := "acknowledge knows by and until"
			if near := diag.Nearest(p.key, known); near != "" {
				help = fmt.Sprintf("did you mean %q?", near)
			}
			r.msgs.Add(diag.InvalidValue, r.place(p.start, p.end), fmt.Sprintf("acknowledge has no %q", p.key), help)
		case p.value.kind == kindNull:
		case strings.EqualFold(p.key, "by"):
			a.By = r.names("acknowledge", p.value)
		default:
			a.Until = r.day("until", p.value)
		}
	}
	if len(a.By) == 0 {
		r.invalid(v, "acknowledge does not say who is asked", "write `"+r.written("acknowledge", "{"+r.written("by", r.words("NAME", "NAME"))+"}")+"`")
	}
	return a
}

// names takes a list of people, each with its place.
func (r *keyReader) names(key string, v value) []Name {
	items := v.items
	if v.isScalar() {
		items = []value{v}
	}
	if v.kind == kindTable || v.kind == kindNull {
		r.invalid(v, fmt.Sprintf("%s takes a list of names", key), "write it as [one, two]")
		return nil
	}
	var names []Name
	for _, item := range items {
		switch {
		case item.kind == kindNull:
		case !item.isScalar():
			r.invalid(item, fmt.Sprintf("%s takes a list of names", key), item.inQuotes("write each as one word"))
		case item.line() != "":
			names = append(names, Name{item.line(), r.place(item.start, item.end)})
		}
	}
	return names
}

// cascade takes a table, or a list of tables, as Hugo writes it.
func (r *keyReader) cascade(v value) (*Meta, []Field) {
	if v.kind == kindList && len(v.items) > 0 && !slices.ContainsFunc(v.items, func(i value) bool { return i.kind != kindTable }) {
		v = r.ofAll(v)
	}
	if v.kind != kindTable {
		r.invalid(v, "cascade takes keys and values", "write `"+r.written("cascade", "{"+r.written("owner", r.word("NAME"))+"}")+"`")
		return nil, nil
	}
	m := &Meta{}
	pairs := slices.DeleteFunc(slices.Clone(v.pairs), func(p pair) bool { return p.key == "cascade" })
	return m, r.read(pairs, m)
}
