package schema

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Type is what kind of document a page is.
type Type struct {
	Name     string   `json:"name"`                    // "spec"
	Label    string   `json:"label"`                   // "Spec"
	Plural   string   `json:"plural"`                  // "Specs"
	Help     string   `json:"help,omitempty"`          // what such a document is for, one sentence
	Folder   string   `json:"folder,omitempty"`        // "specs": pages below it are of this type unless they say otherwise; "" for none
	Every    string   `json:"every,omitempty"`         // review interval; "" for the site's, "never" for documents that are records
	Ended    []string `json:"ended,omitempty"`         // statuses that end a document's life: no review is due any more
	Unready  []string `json:"unfinished,omitempty"`    // statuses of a document that is there and not final, which is not enough for a plan
	Notice   Notice   `json:"notice"`                  // how its readers are told that a page may not hold
	Statuses []Status `json:"statuses,omitempty"`      // in the order of a document's life; empty when any word will do
	Fields   []Field  `json:"fields,omitempty"`        // what its pages may say beyond the common keys, in the order in which they are shown; the site's own last
	Headings []string `json:"headings,omitempty"`      // headings that each page has to have, as text, in the order of the template
	Decide   string   `json:"decide_within,omitempty"` // how long a finding of a report of the type may wait for a decision; "" for ever
	Stops    []string `json:"stops,omitempty"`         // severities of open findings with which a page of the type cannot be "shipped"
	Views    []string `json:"views,omitempty"`         // views of what other pages say about each page, shown below its text: blocks in which it is called this
	Page     string   `json:"page_template,omitempty"` // what the theme shows above the text of its pages: the name of a file in types/; "" for the type's own name
	Template string   `json:"template,omitempty"`      // the text that a new page begins with, below its frontmatter; "" for the headings alone
	Own      bool     `json:"own,omitempty"`           // handbook.yaml says something about it
}

// Status is one stage of a document's life.
type Status struct {
	Name string   `json:"name"`
	Next []string `json:"next"` // where it may go from here; nil when it may go anywhere, empty when nowhere
}

// FieldKind is what a field holds.
type FieldKind string

// The kinds.
const (
	KindText      FieldKind = "text"
	KindNumber    FieldKind = "number"
	KindDate      FieldKind = "date"
	KindBoolean   FieldKind = "boolean"
	KindEnum      FieldKind = "enum"      // one of Options
	KindReference FieldKind = "reference" // a page, of one of the types in To
	KindPeriod    FieldKind = "period"    // from one day to another, {from, until}; or in words, of which nobody can tell when it ends
	KindRecords   FieldKind = "records"   // keys and values of their own, described by Fields
)

// Kinds lists the kinds in the order of the manual.
func Kinds() []FieldKind {
	return []FieldKind{KindText, KindNumber, KindDate, KindBoolean, KindEnum, KindReference, KindPeriod, KindRecords}
}

// Field is one frontmatter key of a type, or of a record.
type Field struct {
	Name     string    `json:"name"`  // the key: "product"
	Label    string    `json:"label"` // "Product"
	Kind     FieldKind `json:"kind"`
	Many     bool      `json:"many,omitempty"`    // a list; one value alone is a list of one
	Options  []string  `json:"options,omitempty"` // of an enum, in the order in which people put them
	To       []string  `json:"to,omitempty"`      // types that a reference may lead to; empty for a page of any type
	Back     string    `json:"back,omitempty"`    // a reference's name from the other side, "specified by"; "" when the other side shows none
	Required bool      `json:"required,omitempty"`
	Carries  bool      `json:"carries,omitempty"` // a change of the page that the reference leads to makes this page suspect
	MetBy    []string  `json:"met_by,omitempty"`  // statuses of the page with which what the field asks for is done: the day may pass, and who is named may leave; Always for any
	Fields   []Field   `json:"fields,omitempty"`  // of records
	Help     string    `json:"help,omitempty"`    // what to write, one sentence
}

// Always is the MetBy of a field that tells what was so, and asks for nothing.
const Always = "any"

// Met reports whether what the field asks for is done on a page of the type with a status.
func (f *Field) Met(t *Type, status string) bool {
	return slices.Contains(f.MetBy, Always) || status != "" && slices.Contains(f.MetBy, status) || t.Ends(status)
}

// Deadline reports whether the field is a day by which something has to be done.
func (f *Field) Deadline() bool { return f.Kind == KindDate && len(f.MetBy) > 0 }

// period are the keys of a KindPeriod.
var period = []Field{{Name: "from", Label: "From", Kind: KindDate}, {Name: "until", Label: "Until", Kind: KindDate, Required: true}}

// Period is the field with the keys of its two days.
func (f *Field) Period() *Field {
	days := *f
	days.Fields = period
	return &days
}

// Field returns the field of the type by its key.
func (t *Type) Field(name string) *Field { return named(t.Fields, name) }

// Field returns the field of a record by its key.
func (f *Field) Field(name string) *Field { return named(f.Fields, name) }

func named(fields []Field, name string) *Field {
	for i := range fields {
		if fields[i].Name == name {
			return &fields[i]
		}
	}
	return nil
}

// Status returns the stage by its name, nil when the type has none so called.
func (t *Type) Status(name string) *Status {
	for i := range t.Statuses {
		if t.Statuses[i].Name == name {
			return &t.Statuses[i]
		}
	}
	return nil
}

// Ends reports whether a status ends a document's life.
func (t *Type) Ends(status string) bool { return slices.Contains(t.Ended, status) }

// Finished reports whether a document with a status is final, as far as its type says.
func (t *Type) Finished(status string) bool { return !slices.Contains(t.Unready, status) }

// Working reports whether a document with a status is being worked on: it is not final, or goes on to a status that ends no life.
func (t *Type) Working(status string) bool {
	at := slices.IndexFunc(t.Statuses, func(s Status) bool { return s.Name == status })
	if at < 0 || t.Ends(status) {
		return false
	}
	return !t.Finished(status) || slices.ContainsFunc(t.Statuses[at].Next, func(next string) bool {
		return !t.Ends(next) && slices.IndexFunc(t.Statuses, func(s Status) bool { return s.Name == next }) > at
	})
}

// unready are the statuses of documents that are there and not final, where a type does not say which they are.
var unready = []string{"draft", "proposed", "planned", "running"}

// First is the status with which a document's life begins; "" for a type without statuses.
func (t *Type) First() string {
	if len(t.Statuses) == 0 {
		return ""
	}
	return t.Statuses[0].Name
}

// StatusNames lists the statuses.
func (t *Type) StatusNames() []string {
	names := make([]string, len(t.Statuses))
	for i, s := range t.Statuses {
		names[i] = s.Name
	}
	return names
}

// MayGo reports whether a document may go from one status to another. What the type knows nothing of may go anywhere.
func (t *Type) MayGo(from, to string) bool {
	s := t.Status(from)
	return from == to || s == nil || s.Next == nil || slices.Contains(s.Next, to)
}

// TypeNamed returns the type, and whether it is declared. An undeclared type is labelled by its name and has the
// fields that all types have.
func (s *Site) TypeNamed(name string) (Type, bool) {
	if t := s.Type(name); t != nil {
		return *t, true
	}
	return Type{Name: name, Label: readable(name), Plural: readable(name), Notice: NoticeBanner, Unready: unready, Fields: s.Fields}, false
}

// Type returns the declared type, or nil. It points into the site, so that the same type is the same pointer.
func (s *Site) Type(name string) *Type {
	for i := range s.Types {
		if s.Types[i].Name == name {
			return &s.Types[i]
		}
	}
	return nil
}

// TypeNames lists the declared types, sorted.
func (s *Site) TypeNames() []string {
	names := make([]string, len(s.Types))
	for i, t := range s.Types {
		names[i] = t.Name
	}
	return names
}

// Spoken is a status, or one of the options of a field, as people read it: "not-feasible" as "Not feasible".
func Spoken(value string) string {
	first, n := utf8.DecodeRuneInString(value)
	if !unicode.IsLower(first) {
		return value
	}
	return string(unicode.ToUpper(first)) + strings.ReplaceAll(value[n:], "-", " ")
}
