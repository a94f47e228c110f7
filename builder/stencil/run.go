package stencil

import (
	"bytes"
	"reflect"
)

// program is a template compiled for one type of dot.
type program struct {
	slots int // variables; the first is $
	body  node
}

// node writes a piece of the output.
type node func(*run)

// expr is an expression, with the type of its value.
type expr struct {
	typ  reflect.Type
	eval func(*run) reflect.Value
}

// run is one execution.
type run struct {
	out   *bytes.Buffer
	dot   reflect.Value
	stack []reflect.Value // the variables of the templates that are running
	base  int             // where those of the innermost one begin
	depth int
}

// maxDepth is how deep templates may show each other. Deeper ones are left to text/template, which has its own limit.
const maxDepth = 1000

// failed is the panic of what text/template has to say more about.
type failed struct{}

// execute reports whether the template could be run. The end of the buffer is anything if not.
func (p *program) execute(out *bytes.Buffer, dot reflect.Value) (done bool) {
	defer func() { done = recover() == nil }()
	r := &run{out: out}
	r.show(p, dot)
	return true
}

// show runs a template with its own dot and variables.
func (r *run) show(p *program, dot reflect.Value) {
	if r.depth++; r.depth > maxDepth {
		panic(failed{})
	}
	before, base := r.dot, r.base
	r.base = len(r.stack)
	r.stack = append(r.stack, dot)
	for range p.slots - 1 {
		r.stack = append(r.stack, reflect.Value{})
	}
	r.dot = dot
	p.body(r)
	r.stack = r.stack[:r.base]
	r.dot, r.base = before, base
	r.depth--
}

// truth is what if and with ask, as text/template answers it.
func truth(v reflect.Value) bool {
	switch v.Kind() {
	case reflect.String, reflect.Slice, reflect.Map, reflect.Array:
		return v.Len() > 0
	case reflect.Pointer, reflect.Func, reflect.Chan:
		return !v.IsNil()
	case reflect.Struct:
		return true
	case reflect.Invalid:
		return false
	}
	return !v.IsZero()
}
