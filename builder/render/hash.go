package render

import (
	"crypto/sha256"
	"encoding/binary"
	"math"
	"reflect"
	"slices"
	"strings"
	"sync"

	"handbook/builder/theme"
)

// hasher sums values field by field, unexported fields included, so that a field that is added to a view is in the
// key without anybody remembering to put it there. It is used by one goroutine at a time.
type hasher struct {
	shared map[any]uint64 // pointers to values that many views share, with their sums
	groups []group
	buf    []byte

	answers []answer // room for the answers of the view at hand, which is forgotten once it is hashed
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

func newHasher(shared map[any]uint64) *hasher { return &hasher{shared: shared, groups: viewGroups()} }

// view sums a view in groups, by the `from` tags of its fields.
func (h *hasher) view(v *theme.View) []Input {
	value := reflect.ValueOf(v).Elem()
	inputs := make([]Input, len(h.groups), len(h.groups)+1)
	for i, g := range h.groups {
		h.buf = h.buf[:0]
		for _, field := range g.fields {
			h.add(value.Field(field))
		}
		inputs[i] = Input{g.name, h.end()}
	}
	return inputs
}

// inputs sums what an output is made of.
func (h *hasher) inputs(list []Input) uint64 {
	h.buf = h.buf[:0]
	for _, in := range list {
		h.string(in.Name)
		h.number(in.Sum)
	}
	return h.end()
}

// sum is the sum of any value.
func (h *hasher) sum(v any) uint64 {
	h.buf = h.buf[:0]
	h.add(reflect.ValueOf(v))
	return h.end()
}

func (h *hasher) end() uint64 {
	sum := sha256.Sum256(h.buf)
	return binary.LittleEndian.Uint64(sum[:])
}

func (h *hasher) number(n uint64) { h.buf = binary.AppendUvarint(h.buf, n) }

func (h *hasher) string(s string) {
	h.number(uint64(len(s)))
	h.buf = append(h.buf, s...)
}

// add appends a value such that different values give different bytes.
func (h *hasher) add(v reflect.Value) {
	switch v.Kind() {
	case reflect.String:
		h.string(v.String())
	case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64:
		h.buf = binary.AppendVarint(h.buf, v.Int())
	case reflect.Uint, reflect.Uint8, reflect.Uint16, reflect.Uint32, reflect.Uint64:
		h.number(v.Uint())
	case reflect.Float32, reflect.Float64:
		h.number(math.Float64bits(v.Float()))
	case reflect.Bool:
		if v.Bool() {
			h.number(1)
		} else {
			h.number(0)
		}
	case reflect.Slice, reflect.Array:
		h.number(uint64(v.Len()))
		for i := range v.Len() {
			h.add(v.Index(i))
		}
	case reflect.Map:
		keys := v.MapKeys()
		slices.SortFunc(keys, func(a, b reflect.Value) int { return strings.Compare(a.String(), b.String()) })
		h.number(uint64(len(keys)))
		for _, k := range keys {
			h.add(k)
			h.add(v.MapIndex(k))
		}
	case reflect.Pointer:
		h.pointer(v)
	case reflect.Struct:
		if v.Type() == reflect.TypeFor[theme.Fragment]() {
			h.number(v.Field(0).Uint()) // its function makes what Sum stands for
			return
		}
		for i := range v.NumField() {
			h.add(v.Field(i))
		}
	default:
		panic("render: no sum can be made of " + v.Type().String())
	}
}

func (h *hasher) pointer(v reflect.Value) {
	switch {
	case v.IsNil():
		h.number(0)
	default:
		h.number(1)
		if h.shared != nil && v.CanInterface() {
			if sum, ok := h.shared[v.Interface()]; ok {
				h.number(sum)
				return
			}
		}
		h.add(v.Elem())
	}
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
