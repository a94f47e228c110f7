package render

import (
	"encoding/binary"
	"reflect"
	"slices"
	"sync"

	"handbook/builder/book"
	"handbook/builder/memo"
	"handbook/builder/theme"
)

// hasher sums views. It is used by one goroutine at a time.
type hasher struct {
	memo.Hash
	answers []answer // room for the answers of the view at hand, which is forgotten once it is hashed
}

// newHasher makes a hasher that is told the sums of values that many views share, by pointer.
func newHasher(shared map[any]uint64) *hasher {
	h := &hasher{}
	fragment, from, node := reflect.TypeFor[theme.Fragment](), reflect.TypeFor[*stretch](), reflect.TypeFor[*book.Node]()
	h.Known = func(v reflect.Value) (sum uint64, ok bool) {
		switch {
		case v.Kind() == reflect.Struct:
			if ok = v.Type() == fragment; ok {
				sum = v.Field(0).Uint() // its function makes what Sum stands for
			}
		case v.Type() == from || v.Type() == node: // where a body asks for its HTML, whose sum it holds
			ok = true
		case len(shared) > 0 && v.CanInterface():
			sum, ok = shared[v.Interface()]
		}
		return sum, ok
	}
	return h
}

// newAnswers is room for n answers, until the next view is hashed. A nil hasher gives room that lasts.
func (h *hasher) newAnswers(n int) []answer {
	if h == nil {
		return make([]answer, n)
	}
	if cap(h.answers)-len(h.answers) < n {
		h.answers = make([]answer, 0, max(512, 2*n))
	}
	from := len(h.answers)
	h.answers = h.answers[:from+n]
	clear(h.answers[from:])
	return h.answers[from : from+n : from+n]
}

// view sums a view in groups, by the `from` tags of its fields.
func (h *hasher) view(v *theme.View) []Input {
	value := reflect.ValueOf(v).Elem()
	inputs := make([]Input, 0, len(viewGroups())+1)
	for _, g := range viewGroups() {
		for _, field := range g.fields {
			h.Reflect(value.Field(field))
		}
		inputs = append(inputs, Input{g.name, h.end()})
	}
	return inputs
}

// sum is the sum of any value.
func (h *hasher) sum(v any) uint64 {
	h.Value(v)
	return h.end()
}

func (h *hasher) end() uint64 {
	sum := h.End()
	return binary.LittleEndian.Uint64(sum[:])
}

// group is the fields of a view that come from one part of the handbook.
type group struct {
	name   string
	fields []int
}

// viewGroups reads the `from` tags of theme.View, once.
var viewGroups = sync.OnceValue(func() []group {
	var groups []group
	t := reflect.TypeFor[theme.View]()
	for i := range t.NumField() {
		name := t.Field(i).Tag.Get("from")
		if name == "" {
			name = "its text"
		}
		at := slices.IndexFunc(groups, func(g group) bool { return g.name == name })
		if at < 0 {
			at = len(groups)
			groups = append(groups, group{name: name})
		}
		groups[at].fields = append(groups[at].fields, i)
	}
	return groups
})
