package schema

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"handbook/builder/diag"

	"go.yaml.in/yaml/v3"
)

// types reads `types:`. What it says of a type that is known replaces that, key by key and field by field.
func (r *reader) types(v *yaml.Node) {
	claimed := map[string]string{}
	for _, t := range r.site.Types {
		if t.Folder != "" {
			claimed[t.Folder] = t.Name
		}
	}
	r.entries(v, "types", func(name, value *yaml.Node) {
		if name.Value == "" || len(name.Value) > 80 || strings.ContainsAny(name.Value, "/\\ \t\n") {
			r.wrong(name, fmt.Sprintf("%q is not the name of a type", name.Value), "write one word, with hyphens: beta-report")
			return
		}
		t, known := r.builtin(name.Value)
		folder := r.typ(value, &t)
		if other := claimed[t.Folder]; folder != nil && other != "" && other != t.Name {
			r.wrong(folder, fmt.Sprintf("the folder %q belongs to the type %q already", t.Folder, other),
				"name another folder, or give that type another folder first")
			return
		}
		if t.Folder != "" {
			claimed[t.Folder] = t.Name
		}
		if known != nil {
			*known = t
		} else {
			r.site.Types = append(r.site.Types, t)
		}
	})
}

// typ reads one type, and says where its folder is named.
func (r *reader) typ(v *yaml.Node, t *Type) (folder *yaml.Node) {
	r.mapping(v, "type "+t.Name, []setting{
		{"label", r.text(&t.Label)},
		{"plural", r.text(&t.Plural)},
		{"help", r.text(&t.Help)},
		{"folder", func(v *yaml.Node) { folder = v; r.text(&t.Folder)(v) }},
		{"every", r.interval(&t.Every)},
		{"ended", func(v *yaml.Node) { t.Ended = r.words(v) }},
		{"unfinished", func(v *yaml.Node) { t.Unready = append([]string{}, r.words(v)...) }},
		{"notice", func(v *yaml.Node) {
			known := []string{string(NoticeBanner), string(NoticeBadge), string(NoticeQuiet)}
			if v.Kind != yaml.ScalarNode || !slices.Contains(known, v.Value) {
				r.wrong(v, fmt.Sprintf("%q is no kind of notice", v.Value), "write banner, badge or quiet")
				return
			}
			t.Notice = Notice(v.Value)
		}},
		{"statuses", func(v *yaml.Node) { t.Statuses = r.statuses(v) }},
		{"fields", func(v *yaml.Node) { t.Fields = r.fields(v, t.Fields, "type "+t.Name, reserved()) }},
		{"decide_within", r.interval(&t.Decide)},
		{"stopped_by", func(v *yaml.Node) { t.Stops = r.words(v) }},
		{"views", func(v *yaml.Node) { t.Views = r.blocks(v) }},
		{"headings", func(v *yaml.Node) { t.Headings = r.words(v) }},
		{"page_template", r.text(&t.Page)},
		{"template", r.block(&t.Template)},
	})
	t.Own = r.file != ""
	t.Folder = strings.Trim(t.Folder, "/")
	return folder
}

// builtin returns a copy of the type to change, and where it is kept; a type that is new starts with its name.
func (r *reader) builtin(name string) (Type, *Type) {
	if t := r.site.Type(name); t != nil {
		return *t, t
	}
	return Type{Name: name, Label: readable(name)}, nil
}

// finish derives what a type does not say.
func (t *Type) finish(common []Field) {
	t.Notice = cmp.Or(t.Notice, NoticeBanner)
	t.Plural = cmp.Or(t.Plural, t.Label)
	if t.Unready == nil {
		t.Unready = unready
	}
	t.Fields = slices.Clip(t.Fields)
	for _, f := range common {
		if t.Field(f.Name) == nil {
			t.Fields = append(t.Fields, f)
		}
	}
	if len(t.Statuses) == 0 {
		return
	}
	for _, end := range t.Ended { // handbook.yaml may end a life at a status that a built-in type does not know
		if t.Status(end) == nil {
			t.Statuses = append(slices.Clip(t.Statuses), Status{Name: end})
		}
	}
}

// words reads a list of single lines.
func (r *reader) words(v *yaml.Node) []string {
	var out []string
	for _, item := range r.list(v) {
		var word string
		if r.text(&word)(item); word != "" {
			out = append(out, word)
		}
	}
	return out
}

// block reads a text of several lines as it is written.
func (r *reader) block(to *string) func(*yaml.Node) {
	return func(v *yaml.Node) {
		if v.Kind != yaml.ScalarNode {
			r.wrong(v, "this takes text", "write it as a block: `template: |`, and the lines below it indented")
			return
		}
		*to = v.Value
	}
}

// blocks reads texts of several lines each.
func (r *reader) blocks(v *yaml.Node) []string {
	var out []string
	for _, item := range r.list(v) {
		var text string
		if r.block(&text)(item); text != "" {
			out = append(out, text)
		}
	}
	return out
}

// statuses reads a list of names, or names with the names that may follow each.
func (r *reader) statuses(v *yaml.Node) []Status {
	var out []Status
	if v.Kind != yaml.MappingNode {
		for _, name := range r.words(v) {
			out = append(out, Status{Name: name})
		}
		return out
	}
	var names []string
	pairs(v, func(name, _ *yaml.Node) { names = append(names, name.Value) })
	pairs(v, func(name, next *yaml.Node) {
		s := Status{Name: name.Value}
		if next.Tag != "!!null" {
			s.Next = []string{}
			for _, item := range r.list(next) {
				if slices.Contains(names, item.Value) {
					s.Next = append(s.Next, item.Value)
				} else {
					r.wrong(item, fmt.Sprintf("there is no status %q to go to", item.Value), oneOf(item.Value, names))
				}
			}
		}
		out = append(out, s)
	})
	return out
}

// oneOf is the help for a word that is none of those known.
func oneOf(word string, known []string) string {
	return diag.Meant("did you mean %q?", word, known, "write one of "+diag.Names(word, known))
}

// maxFields is how many fields a type or a record may have: each is looked for by its name.
const maxFields = 500

// fields reads fields over those there are. A field that is false is taken out. taken are the names that none can have.
func (r *reader) fields(v *yaml.Node, old []Field, where string, taken []string) []Field {
	out, full := slices.Clone(old), false
	r.entries(v, "the fields of "+where, func(key, value *yaml.Node) {
		name := key.Value
		at := slices.IndexFunc(out, func(f Field) bool { return f.Name == name })
		switch {
		case value.Tag == "!!bool" && value.Value == "false":
			if at >= 0 {
				out = slices.Delete(out, at, at+1)
			}
		case slices.Contains(taken, name):
			r.wrong(key, fmt.Sprintf("%s means something on every page and cannot be a field", name), "give the field another name")
		case name == "" || strings.ContainsAny(name, " .\t\n"):
			r.wrong(key, fmt.Sprintf("%q is not the name of a field", name), "write one word, with underscores: answer_due")
		case at >= 0:
			r.field(key, value, &out[at])
		case full:
		case len(out) == maxFields:
			full = true
			r.wrong(key, fmt.Sprintf("%s has more than %d fields", where, maxFields), "leave out the rest: nobody fills them in")
		default:
			f := Field{Name: name, Label: readable(name), Kind: KindText}
			r.field(key, value, &f)
			out = append(out, f)
		}
	})
	return out
}

// field reads what one field is: its kind in one word, or its settings.
func (r *reader) field(key, v *yaml.Node, f *Field) {
	var kind *yaml.Node
	setKind := func(v *yaml.Node) {
		kind = v
		switch word := v.Value; {
		case v.Kind == yaml.ScalarNode && slices.Contains(Kinds(), FieldKind(word)):
			f.Kind, f.Many = FieldKind(word), FieldKind(word) == KindRecords
		case word == "record":
			f.Kind, f.Many = KindRecords, false
		case word == "list":
			f.Kind, f.Many = KindText, true
		default:
			known := []string{"list", "record"}
			for _, k := range Kinds() {
				known = append(known, string(k))
			}
			r.wrong(v, fmt.Sprintf("there is no kind of field %q", word), oneOf(word, known))
		}
	}
	if v.Kind == yaml.ScalarNode {
		setKind(v)
	} else {
		// The kind comes first, wherever it stands: it may say that the field is a list.
		for i := 0; i+1 < len(v.Content); i += 2 {
			if v.Kind == yaml.MappingNode && v.Content[i].Value == "kind" {
				setKind(v.Content[i+1])
			}
		}
		implied := func(k FieldKind) {
			if kind == nil {
				f.Many = f.Many || k == KindRecords && f.Kind != k
				f.Kind = k
			}
		}
		r.mapping(v, "field "+f.Name, []setting{
			{"label", r.text(&f.Label)},
			{"kind", func(*yaml.Node) {}},
			{"many", r.flag(&f.Many)},
			{"options", func(v *yaml.Node) { f.Options = r.words(v); implied(KindEnum) }},
			{"to", func(v *yaml.Node) { f.To = r.targets(v); implied(KindReference) }},
			{"back", r.text(&f.Back)},
			{"required", r.flag(&f.Required)},
			{"carries", r.flag(&f.Carries)},
			{"met_by", func(v *yaml.Node) { f.MetBy = r.words(v) }},
			{"fields", func(v *yaml.Node) { f.Fields = r.fields(v, f.Fields, "field "+f.Name, nil); implied(KindRecords) }},
			{"help", r.text(&f.Help)},
		})
	}
	switch {
	case f.Kind == KindEnum && len(f.Options) == 0:
		r.wrong(key, fmt.Sprintf("the field %s has no options to choose from", f.Name), "add `options: [one, two]`")
		f.Kind = KindText
	case f.Kind == KindRecords && len(f.Fields) == 0:
		r.wrong(key, fmt.Sprintf("the records of %s have no fields", f.Name), "add `fields:` and the keys of one record below it")
		f.Kind, f.Many = KindText, false
	}
}

// targets reads the types that a reference may lead to; `any` is every type. That the types exist is looked at when all are known.
func (r *reader) targets(v *yaml.Node) []string {
	var out []string
	for _, item := range r.list(v) {
		if item.Value == "any" {
			return nil
		}
		r.refer = append(r.refer, item)
		out = append(out, item.Value)
	}
	return out
}

// checkTargets tells of references to types that do not exist.
func (r *reader) checkTargets() {
	for _, item := range r.refer {
		if r.site.Type(item.Value) == nil {
			r.wrong(item, fmt.Sprintf("there is no type %q", item.Value), oneOf(item.Value, r.site.TypeNames()))
		}
	}
}

// reserved are the keys that a type cannot declare, because handbook reads them itself on a page of any type.
func reserved() []string {
	return slices.DeleteFunc(CanonicalKeys(), func(key string) bool { return slices.Contains([]string{"date", "supersedes", "also_known_as"}, key) })
}
