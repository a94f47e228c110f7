package memo

import (
	"encoding/binary"
	"fmt"
	"math"
	"reflect"
	"slices"
	"strings"
	"time"
	"unsafe"
)

// Codec writes values of one type as bytes and reads them again, fields that are not exported included. The zero Codec does
// neither. Whatever the bytes are, reading them ends in a value or a refusal, and takes no more memory than a small multiple
// of their number.
type Codec[B any] struct {
	plan   *plan
	layout Sum // of the names and types of all that B is made of
}

// CodecOf returns the codec of a type. An interface in it may hold nil, string, int64, float64, bool, []any, map[string]any
// and the types of the values in known. It panics if the type has room for what is no data, such as a function.
func CodecOf[B any](known ...any) Codec[B] {
	c := &compiler{plans: map[reflect.Type]*plan{}, numbers: map[reflect.Type]int{}}
	for _, v := range append([]any{"", int64(0), float64(0), false, []any{}, map[string]any{}}, known...) {
		c.numbers[reflect.TypeOf(v)] = len(c.known)
		c.known = append(c.known, reflect.TypeOf(v))
	}
	p := c.plan(reflect.TypeFor[B]())
	for _, t := range c.known {
		c.plan(t)
	}
	return Codec[B]{p, SumOf([]byte(c.layout.String()))}
}

// encode writes a value. It gives up where an interface holds a type that is not known, and below maxDepth.
func (c Codec[B]) encode(b *B) ([]byte, bool) {
	w := &writer{}
	c.plan.write(w, unsafe.Pointer(b))
	return w.data, !w.bad
}

// decode reads a value. Its strings are parts of data, which nobody may change any more.
func (c Codec[B]) decode(data []byte) (b B, ok bool) {
	r := &reader{left: unsafe.String(unsafe.SliceData(data), len(data)), room: 32 * len(data)}
	if c.plan.read(r, unsafe.Pointer(&b)); r.bad || r.left != "" {
		var none B
		return none, false
	}
	return b, true
}

// maxDepth is how deep lists, maps and pointers may be nested: the stack has an end, frontmatter need not have one.
const maxDepth = 200

type nesting struct {
	depth int
	bad   bool // something could not be written or read; from then on nothing means anything
}

// enter goes one step deeper, unless that is too deep or makes no sense any more.
func (n *nesting) enter() bool {
	n.depth++
	n.bad = n.bad || n.depth > maxDepth
	return !n.bad
}

func (n *nesting) leave() { n.depth-- }

type writer struct {
	nesting
	data []byte
}

func (w *writer) number(n uint64) { w.data = binary.AppendUvarint(w.data, n) }

type reader struct {
	nesting
	left string
	room int // bytes of memory that lists may still take; no value takes more than 24 for each byte that it is written in
}

func (r *reader) number() (n uint64) {
	for i := 0; i < min(len(r.left), binary.MaxVarintLen64); i++ {
		c := r.left[i]
		n |= uint64(c&0x7f) << (7 * i)
		if c < 0x80 {
			r.left = r.left[i+1:]
			return n
		}
	}
	r.bad = true
	return 0
}

func (r *reader) truth() bool {
	n := r.number()
	r.bad = r.bad || n > 1
	return n == 1
}

// count reads how many values of a size follow, each of which is written in at least so many bytes.
func (r *reader) count(least int, size uintptr) int {
	n := r.number()
	if r.bad || n > uint64(len(r.left)/max(least, 1)) || n*uint64(size) > uint64(r.room) {
		r.bad = true
		return 0
	}
	r.room -= int(n) * int(size)
	return int(n)
}

func (r *reader) take(n int) string {
	if r.bad || n > len(r.left) {
		r.bad = true
		return ""
	}
	s := r.left[:n]
	r.left = r.left[n:]
	return s
}

// plan is how values of one type are written and read, worked out once.
type plan struct {
	least int // bytes that any value is written in
	write func(w *writer, at unsafe.Pointer)
	read  func(r *reader, at unsafe.Pointer)
}

// compiler makes plans, and writes down the layout of what it meets.
type compiler struct {
	plans   map[reflect.Type]*plan
	known   []reflect.Type // what interfaces may hold
	numbers map[reflect.Type]int
	layout  strings.Builder
}

// plan returns the plan of a type. Types may hold themselves, below a pointer, list, map or interface, so it need not be
// complete before all are.
func (c *compiler) plan(t reflect.Type) *plan {
	fmt.Fprintf(&c.layout, "%s.%s %s\n", t.PkgPath(), t, t.Kind())
	if p := c.plans[t]; p != nil {
		return p
	}
	p := &plan{least: 1}
	c.plans[t] = p
	value := func(at unsafe.Pointer) reflect.Value { return reflect.NewAt(t, at).Elem() }
	switch t.Kind() {
	case reflect.Bool:
		p.write = func(w *writer, at unsafe.Pointer) { w.data = append(w.data, *(*byte)(at)) }
		p.read = func(r *reader, at unsafe.Pointer) { *(*bool)(at) = r.truth() }
	case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64:
		size, above := t.Size(), 64-8*t.Size()
		p.write = func(w *writer, at unsafe.Pointer) {
			n := int64(word(at, size)<<above) >> above
			w.number(uint64(n<<1) ^ uint64(n>>63)) // so that small numbers are short on both sides of zero
		}
		p.read = func(r *reader, at unsafe.Pointer) {
			u := r.number()
			n := int64(u>>1) ^ -int64(u&1)
			setWord(at, size, uint64(n))
			r.bad = r.bad || int64(word(at, size)<<above)>>above != n
		}
	case reflect.Uint8:
		p.write = func(w *writer, at unsafe.Pointer) { w.data = append(w.data, *(*byte)(at)) }
		p.read = func(r *reader, at unsafe.Pointer) { copy(unsafe.Slice((*byte)(at), 1), r.take(1)) }
	case reflect.Uint, reflect.Uint16, reflect.Uint32, reflect.Uint64:
		size := t.Size()
		p.write = func(w *writer, at unsafe.Pointer) { w.number(word(at, size)) }
		p.read = func(r *reader, at unsafe.Pointer) {
			n := r.number()
			setWord(at, size, n)
			r.bad = r.bad || word(at, size) != n
		}
	case reflect.Float64:
		p.write = func(w *writer, at unsafe.Pointer) { w.number(math.Float64bits(*(*float64)(at))) }
		p.read = func(r *reader, at unsafe.Pointer) { *(*float64)(at) = math.Float64frombits(r.number()) }
	case reflect.String:
		p.write = func(w *writer, at unsafe.Pointer) {
			s := *(*string)(at)
			w.number(uint64(len(s)))
			w.data = append(w.data, s...)
		}
		p.read = func(r *reader, at unsafe.Pointer) { *(*string)(at) = r.take(r.count(1, 0)) }
	case reflect.Struct:
		c.fields(p, t)
	case reflect.Array:
		e, size := c.plan(t.Elem()), t.Elem().Size()
		p.least = t.Len() * e.least
		p.write = func(w *writer, at unsafe.Pointer) { e.writeAll(w, at, t.Len(), size) }
		p.read = func(r *reader, at unsafe.Pointer) { e.readAll(r, at, t.Len(), size) }
	case reflect.Pointer, reflect.Slice, reflect.Map, reflect.Interface:
		write, read := c.nested(t)
		p.write = func(w *writer, at unsafe.Pointer) {
			v := value(at)
			if v.IsNil() {
				w.number(0)
				return
			}
			w.number(1)
			if w.enter() {
				write(w, v)
				w.leave()
			}
		}
		p.read = func(r *reader, at unsafe.Pointer) {
			if r.truth() && r.enter() {
				value(at).Set(read(r))
				r.leave()
			}
		}
	default:
		panic("memo: no codec for " + t.String())
	}
	return p
}

// word is a number of so many bytes.
func word(at unsafe.Pointer, size uintptr) uint64 {
	switch size {
	case 1:
		return uint64(*(*uint8)(at))
	case 2:
		return uint64(*(*uint16)(at))
	case 4:
		return uint64(*(*uint32)(at))
	}
	return *(*uint64)(at)
}

func setWord(at unsafe.Pointer, size uintptr, n uint64) {
	switch size {
	case 1:
		*(*uint8)(at) = uint8(n)
	case 2:
		*(*uint16)(at) = uint16(n)
	case 4:
		*(*uint32)(at) = uint32(n)
	case 8:
		*(*uint64)(at) = n
	}
}

func (c *compiler) fields(p *plan, t reflect.Type) {
	if t == reflect.TypeFor[time.Time]() {
		panic("memo: no codec for a time.Time, which takes on the zone of the machine")
	}
	type field struct {
		*plan
		offset uintptr
	}
	var fields []field
	p.least = 0
	for i := range t.NumField() {
		f := t.Field(i)
		if f.Tag.Get("memo") == "-" {
			continue
		}
		c.layout.WriteString(f.Name + " ")
		one := field{c.plan(f.Type), f.Offset}
		fields = append(fields, one)
		p.least += one.least
	}
	c.layout.WriteString("end\n")
	p.write = func(w *writer, at unsafe.Pointer) {
		for _, f := range fields {
			f.write(w, unsafe.Add(at, f.offset))
		}
	}
	p.read = func(r *reader, at unsafe.Pointer) {
		for _, f := range fields {
			f.read(r, unsafe.Add(at, f.offset))
		}
	}
}

func (p *plan) writeAll(w *writer, at unsafe.Pointer, n int, size uintptr) {
	for i := 0; i < n && !w.bad; i++ {
		p.write(w, unsafe.Add(at, uintptr(i)*size))
	}
}

func (p *plan) readAll(r *reader, at unsafe.Pointer, n int, size uintptr) {
	for i := 0; i < n && !r.bad; i++ {
		p.read(r, unsafe.Add(at, uintptr(i)*size))
	}
}

// nested returns how what is not nil is written and read.
func (c *compiler) nested(t reflect.Type) (write func(*writer, reflect.Value), read func(*reader) reflect.Value) {
	switch t.Kind() {
	case reflect.Slice:
		return c.list(t)
	case reflect.Map:
		return c.table(t)
	case reflect.Interface:
		return c.open(t)
	}
	e := c.plan(t.Elem())
	return func(w *writer, v reflect.Value) { e.write(w, v.UnsafePointer()) }, func(r *reader) reflect.Value {
		v := reflect.New(t.Elem())
		e.read(r, v.UnsafePointer())
		return v.Convert(t)
	}
}

func (c *compiler) list(t reflect.Type) (func(*writer, reflect.Value), func(*reader) reflect.Value) {
	e, size := c.plan(t.Elem()), t.Elem().Size()
	return func(w *writer, v reflect.Value) {
			w.number(uint64(v.Len()))
			e.writeAll(w, v.UnsafePointer(), v.Len(), size)
		}, func(r *reader) reflect.Value {
			n := r.count(e.least, size)
			v := reflect.MakeSlice(t, n, n)
			e.readAll(r, v.UnsafePointer(), n, size)
			return v
		}
}

// table plans maps by text or number, in the order of what their entries are written as.
func (c *compiler) table(t reflect.Type) (func(*writer, reflect.Value), func(*reader) reflect.Value) {
	if k := t.Key().Kind(); k != reflect.String && (k < reflect.Int || k > reflect.Uint64) {
		panic("memo: no codec for " + t.String())
	}
	key, value := c.plan(t.Key()), c.plan(t.Elem())
	return func(w *writer, m reflect.Value) {
			w.number(uint64(m.Len()))
			var entries []string
			start := len(w.data)
			for i := m.MapRange(); i.Next() && !w.bad; {
				key.write(w, addressed(i.Key()))
				value.write(w, addressed(i.Value()))
				entries = append(entries, string(w.data[start:]))
				w.data = w.data[:start]
			}
			slices.Sort(entries)
			w.data = append(w.data, strings.Join(entries, "")...)
		}, func(r *reader) reflect.Value {
			m := reflect.MakeMap(t)
			for n := r.count(key.least+value.least, t.Key().Size()+t.Elem().Size()); n > 0 && !r.bad; n-- {
				k, v := reflect.New(t.Key()), reflect.New(t.Elem())
				key.read(r, k.UnsafePointer())
				value.read(r, v.UnsafePointer())
				m.SetMapIndex(k.Elem(), v.Elem())
			}
			return m
		}
}

// open plans interfaces: the number of a known type, then what is held.
func (c *compiler) open(t reflect.Type) (func(*writer, reflect.Value), func(*reader) reflect.Value) {
	return func(w *writer, v reflect.Value) {
			n, known := c.numbers[v.Elem().Type()]
			w.bad = w.bad || !known
			w.number(uint64(n))
			if known {
				c.plans[c.known[n]].write(w, addressed(v.Elem()))
			}
		}, func(r *reader) reflect.Value {
			n := r.number()
			if r.bad || n >= uint64(len(c.known)) || !c.known[n].Implements(t) {
				r.bad = true
				return reflect.Zero(t)
			}
			v := reflect.New(c.known[n])
			c.plans[c.known[n]].read(r, v.UnsafePointer())
			return v.Elem()
		}
}

// addressed returns where a copy of a value lies.
func addressed(v reflect.Value) unsafe.Pointer {
	p := reflect.New(v.Type())
	p.Elem().Set(v)
	return p.UnsafePointer()
}
