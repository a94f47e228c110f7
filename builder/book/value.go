package book

import (
	"strconv"
	"strings"

	"handbook/builder/diag"
	"handbook/builder/page"
	"handbook/builder/schema"
)

// Value is what a page says in one field, read as the page's type declares it.
type Value struct {
	Name  string        // the key
	Field *schema.Field // nil for a key that the type does not declare
	Kind  schema.FieldKind
	Many  bool // the entries are in List, also when there is one

	Text   string // as written in one line, of everything but lists and records
	Number float64
	Bool   bool
	Date   schema.Date
	Target Target // of a reference; its Node is nil when it leads to another site, to an asset, or nowhere

	List []Value // the entries of a list, in the order of the file; of KindRecords each is a record
	Keys []Value // of a record: what it says in its own fields, in the order of the type

	At    diag.Place
	Wrong bool // it is not of its kind, which has been told; Text is what was written
}

// Value returns what the page says in a field. A key that the type does not declare is read by its looks: text, a
// number, a date, true or false, a list of these, records. It gives false for a field that is not set, or set to nothing.
func (n *Node) Value(name string) (Value, bool) {
	for _, v := range n.Values {
		if v.Name == name {
			return v, true
		}
	}
	if n.Page != nil {
		if f := n.Page.Field(name); f != nil && f.Value != nil {
			return undeclared(*f), true
		}
	}
	return Value{}, false
}

// Value returns what a record says in a field.
func (v Value) Value(name string) (Value, bool) {
	for _, k := range v.Keys {
		if k.Name == name {
			return k, true
		}
	}
	return Value{}, false
}

// Days are those of a period as machines write them: "2026-09-07/2026-09-25"; "/2026-09-25" where it has no first day.
func (v Value) Days() string {
	from, _ := v.Value("from")
	until, _ := v.Value("until")
	if from.Date.IsZero() {
		return "/" + until.Date.String()
	}
	return from.Date.String() + "/" + until.Date.String()
}

// Until is the last day of a date or a period; zero where it has none.
func (v Value) Until() schema.Date {
	if v.Kind != schema.KindPeriod {
		return v.Date
	}
	until, _ := v.Value("until")
	return until.Date
}

// DueBy is the last day on which what a field of the page asks for is done in time: an answer, a decision, a test. It is zero for
// a field that asks for nothing, and where it is done.
func (n *Node) DueBy(v *Value) schema.Date {
	t := n.Schema
	if t == nil || n.Draft || v.Wrong || v.Many {
		return schema.Date{}
	}
	if v.Kind == schema.KindPeriod && !t.Finished(n.Status) || v.Field != nil && v.Field.Deadline() && !v.Field.Met(t, n.Status) {
		return v.Until()
	}
	return schema.Date{}
}

// Each lists the entries of a list, or the value itself when it is no list.
func (v Value) Each() []Value {
	if v.Many {
		return v.List
	}
	return []Value{v}
}

// Nodes are the pages that a reference or a list of references leads to, in the order of the file.
func (v Value) Nodes() []*Node {
	var nodes []*Node
	for _, e := range v.Each() {
		if e.Target.Node != nil {
			nodes = append(nodes, e.Target.Node)
		}
	}
	return nodes
}

// undeclared reads a value of which nothing is declared.
func undeclared(f page.Field) Value {
	v := Value{Name: f.Key, Kind: schema.KindText, Text: f.Raw, At: f.At}
	switch value := f.Value.(type) {
	case int64:
		v.Kind, v.Number = schema.KindNumber, float64(value)
	case float64:
		v.Kind, v.Number = schema.KindNumber, value
	case bool:
		v.Kind, v.Bool = schema.KindBoolean, value
	case page.Date:
		v.Kind, v.Date = schema.KindDate, value
	case []any:
		v.Many = true
		for i, item := range value {
			entry := page.Field{Value: item, At: f.At}
			if i < len(f.Entries) {
				entry = f.Entries[i]
			} else if text, ok := item.(string); ok {
				entry.Raw = text
			}
			if item != nil {
				v.List = append(v.List, undeclared(entry))
				v.Kind = v.List[0].Kind
			}
		}
	case map[string]any:
		v.Kind = schema.KindRecords
		for _, e := range f.Entries {
			if e.Value != nil {
				v.Keys = append(v.Keys, undeclared(e))
			}
		}
	}
	return v
}

// scalar reads one word as the kind says. It gives what is wrong, and what to write.
func (v *Value) scalar(f *schema.Field, from page.Field) (wrong, help string) {
	v.Text = from.Raw
	key := f.Name
	if v.Text == "" && from.Value != "" {
		return key + " takes one line of text", "write " + key + ": and the text behind it"
	}
	switch f.Kind {
	case schema.KindNumber:
		n, err := strconv.ParseFloat(strings.ReplaceAll(v.Text, "_", ""), 64)
		if err != nil || n-n != 0 { // nor "NaN" or "Inf"
			return key + " is not a number", "write " + key + ": 24"
		}
		v.Number = n
	case schema.KindDate:
		d, ok := from.Value.(page.Date)
		if !ok {
			return key + " is not a day of the calendar", "write the day as YYYY-MM-DD, such as 2026-03-01"
		}
		v.Date = d
	case schema.KindBoolean:
		switch strings.ToLower(v.Text) {
		case "true", "yes", "on":
			v.Bool = true
		case "false", "no", "off":
		default:
			return key + " is neither true nor false", "write " + key + ": true or " + key + ": false"
		}
	case schema.KindEnum:
		for _, option := range f.Options {
			if v.Text == option {
				return "", ""
			}
		}
		return key + " cannot be " + strconv.Quote(v.Text), oneOf(key, v.Text, f.Options)
	}
	return "", ""
}

// oneOf is the help for a word that is none of those known.
func oneOf(key, word string, known []string) string {
	if near := diag.Nearest(word, known); near != "" {
		return "did you mean `" + key + ": " + near + "`?"
	}
	return "write one of " + diag.Names(word, known)
}
