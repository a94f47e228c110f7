package query

import (
	"cmp"
	"math"
	"slices"
	"strconv"
	"strings"

	"handbook/builder/book"
	"handbook/builder/review"
	"handbook/builder/schema"
)

// Kind is what a field holds.
type Kind uint8

// The kinds.
const (
	Text   Kind = iota
	Number      // a number
	Day         // a date
	Truth       // true or false
	Choice      // one of Field.Options
	Ref         // a page
	State       // how far a page can be trusted
	Diff        // what was changed on a page
)

// Value is what one row has in one field.
type Value struct {
	Set    bool // false for nothing
	Untold bool // there is something, and this audience is not told what
	Text   string
	Number float64
	Day    schema.Date
	True   bool
	Node   *book.Node     // where the value leads; nil for a name that leads nowhere
	Of     *book.Node     // the page whose State it is
	URL    string         // where it leads when that is no page's own address; often empty
	State  string         // of a document of a plan: the state that its badge is drawn as
	Word   string         // of such a badge: "missing"
	Later  []Change       // what time makes of State
	List   []Value        // of a field of many
	All    int            // of a progress: how many there are, where Number are done
	Change *review.Recent // of a Diff
	order  string         // see Field.weigh
}

// Change is what a Value's State and Word are from a day on.
type Change struct {
	Day         schema.Date
	Word, State string
}

func text(s string) Value { return Value{Set: s != "", Text: s} }

func number(n int) Value { return Value{Set: true, Number: float64(n), Text: strconv.Itoa(n)} }

func day(d schema.Date) Value { return Value{Set: !d.IsZero(), Day: d, Text: d.String()} }

func truth(b bool) Value { return Value{Set: true, True: b, Text: strconv.FormatBool(b)} }

func ref(n *book.Node) Value {
	if n == nil {
		return Value{}
	}
	return Value{Set: true, Text: n.Title, Node: n}
}

func many(list []Value) Value { return Value{Set: len(list) > 0, List: list} }

// String is the value in one line of plain text.
func (v Value) String() string {
	if v.List == nil {
		return v.Text
	}
	parts := make([]string, len(v.List))
	for i, item := range v.List {
		parts[i] = item.String()
	}
	return strings.Join(parts, ", ")
}

// Each calls f for the value, or for each of a list.
func (v Value) Each(f func(Value)) {
	if !v.Set {
		return
	}
	if v.List == nil {
		f(v)
		return
	}
	for _, item := range v.List {
		f(item)
	}
}

// key tells values of one field apart.
func (v Value) key() string {
	if v.Node != nil {
		return v.Node.ID
	}
	return v.Text
}

// weigh prepares a value for compare. Texts and titles go by the language of the site.
func (f *Field) weigh(titles *book.Collation, v Value) Value {
	first := v
	if len(v.List) > 0 {
		first = v.List[0]
	}
	switch {
	case f.Kind == Number || f.Kind == Day || f.Kind == Truth || !first.Set:
	case first.Node != nil && first.Text == first.Node.Title:
		v.order = first.Node.Order()
	default:
		v.order = titles.Key(first.Text)
	}
	return v
}

// compare orders two values of one field, which are weighed. What is not set comes last.
func (f *Field) compare(a, b Value) int {
	x, y := a.order, b.order
	if len(a.List) > 0 {
		a = a.List[0]
	}
	if len(b.List) > 0 {
		b = b.List[0]
	}
	if !a.Set || !b.Set {
		return cmp.Compare(rankSet(a), rankSet(b))
	}
	switch f.Kind {
	case Number:
		return cmp.Compare(a.Number, b.Number)
	case Day:
		return a.Day.Compare(b.Day)
	case Truth:
		return -cmp.Compare(strconv.FormatBool(a.True), strconv.FormatBool(b.True))
	case Choice, State:
		if i, k := slices.Index(f.Options, a.Text), slices.Index(f.Options, b.Text); i != k {
			return cmp.Compare(uint(i), uint(k)) // what is no option comes last
		}
	}
	return cmp.Or(cmp.Compare(x, y), cmp.Compare(a.key(), b.key()))
}

func rankSet(v Value) int {
	if v.Set {
		return 0
	}
	return 1
}

// untold is the name that no page has of a page that is not told.
const untold = "\x00"

// native is the value as an expression sees it.
func (f *Field) native(v Value) any {
	if v.Untold && f.Kind == Ref {
		v = Value{Set: true, Text: untold, List: []Value{{Set: true, Text: untold}}}
	}
	if f.Many {
		list := make([]string, 0, len(v.List))
		v.Each(func(item Value) { list = append(list, item.key()) })
		if f.Kind == Number {
			numbers := make([]float64, 0, len(v.List))
			v.Each(func(item Value) { numbers = append(numbers, item.Number) })
			return numbers
		}
		return list
	}
	switch f.Kind {
	case Number:
		if !v.Set {
			return math.NaN() // which is neither above nor below any number
		}
		return v.Number
	case Day:
		return v.Day
	case Truth:
		return v.True
	case Ref:
		return v.key()
	}
	return v.Text
}
