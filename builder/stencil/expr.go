package stencil

import (
	"fmt"
	"reflect"
	"slices"
	"strings"
	"text/template/parse"
)

// commands compiles a pipeline without what it declares.
func (c *compiler) commands(p *parse.PipeNode) expr {
	var of *expr
	for _, cmd := range p.Cmds {
		e := c.command(cmd, of)
		need(e.typ.Kind() != reflect.Interface) // which has no fields before it runs
		of = &e
	}
	need(of != nil)
	return *of
}

// command compiles a command; final is what the pipeline hands to it, nil for none.
func (c *compiler) command(cmd *parse.CommandNode, final *expr) expr {
	switch first := cmd.Args[0].(type) {
	case *parse.IdentifierNode:
		return c.call(first.Ident, cmd.Args[1:], final)
	case *parse.FieldNode:
		return c.chain(c.here(), first.Ident, cmd.Args[1:], final)
	case *parse.VariableNode:
		return c.chain(c.named(first), first.Ident[1:], cmd.Args[1:], final)
	case *parse.ChainNode:
		return c.chain(c.operand(first.Node), first.Field, cmd.Args[1:], final)
	}
	need(len(cmd.Args) == 1 && final == nil)
	return c.operand(cmd.Args[0])
}

// operand compiles what stands alone: a value, or what stands in parentheses.
func (c *compiler) operand(n parse.Node) expr {
	switch n := n.(type) {
	case *parse.DotNode:
		return c.here()
	case *parse.FieldNode:
		return c.chain(c.here(), n.Ident, nil, nil)
	case *parse.VariableNode:
		return c.chain(c.named(n), n.Ident[1:], nil, nil)
	case *parse.ChainNode:
		return c.chain(c.operand(n.Node), n.Field, nil, nil)
	case *parse.PipeNode:
		need(len(n.Decl) == 0)
		return c.commands(n)
	case *parse.IdentifierNode:
		return c.call(n.Ident, nil, nil)
	case *parse.StringNode:
		return constant(n.Text)
	case *parse.BoolNode:
		return constant(n.True)
	case *parse.NumberNode:
		need(n.IsInt && !strings.ContainsAny(n.Text, ".eEpPxX'"))
		return constant(int(n.Int64))
	}
	panic(unknown{})
}

func constant(of any) expr {
	v := reflect.ValueOf(of)
	return expr{v.Type(), func(*run) reflect.Value { return v }}
}

func (c *compiler) here() expr {
	need(c.dot != nil)
	return expr{c.dot, func(r *run) reflect.Value { return r.dot }}
}

func (c *compiler) named(n *parse.VariableNode) expr {
	v := c.variable(n.Ident[0])
	need(v.typ != nil)
	return expr{v.typ, func(r *run) reflect.Value { return r.stack[r.base+v.slot] }}
}

// chain compiles .A.B.C; the arguments are those of the last.
func (c *compiler) chain(of expr, names []string, args []parse.Node, final *expr) expr {
	need(len(names) > 0 || len(args) == 0 && final == nil)
	for i, name := range names {
		need(of.typ.Kind() != reflect.Interface)
		if i < len(names)-1 {
			of = c.member(of, name, nil, nil)
		} else {
			of = c.member(of, name, args, final)
		}
	}
	return of
}

// direct is what a pointer points at. Where that is nothing the program fails at the next step.
func direct(of expr) expr {
	for of.typ.Kind() == reflect.Pointer {
		eval := of.eval
		of = expr{of.typ.Elem(), func(r *run) reflect.Value { return eval(r).Elem() }}
	}
	return of
}

// member compiles a method or a field.
func (c *compiler) member(of expr, name string, args []parse.Node, final *expr) expr {
	target := direct(of)
	if m, ok := reflect.PointerTo(target.typ).MethodByName(name); ok {
		return c.method(of, target, m, args, final)
	}
	need(len(args) == 0 && final == nil)
	switch target.typ.Kind() {
	case reflect.Struct:
		f, ok := target.typ.FieldByName(name)
		need(ok && f.IsExported())
		if i := f.Index[0]; len(f.Index) == 1 {
			return expr{f.Type, func(r *run) reflect.Value { return target.eval(r).Field(i) }}
		}
		return expr{f.Type, func(r *run) reflect.Value { return target.eval(r).FieldByIndex(f.Index) }}
	case reflect.Map:
		key := reflect.ValueOf(name)
		need(key.Type().AssignableTo(target.typ.Key()))
		return expr{target.typ.Elem(), func(r *run) reflect.Value {
			v := target.eval(r).MapIndex(key)
			if !v.IsValid() {
				panic(failed{})
			}
			return v
		}}
	}
	panic(unknown{})
}

// method compiles the call of a method of a type or of a pointer to it.
func (c *compiler) method(of, target expr, m reflect.Method, args []parse.Node, final *expr) expr {
	receiver := func(r *run) reflect.Value { return target.eval(r).Addr() }
	if of.typ == m.Type.In(0) { // a pointer may be nil
		receiver = of.eval
	}
	fn := m.Func
	if _, ok := target.typ.MethodByName(m.Name); ok {
		// A method of the value, which need not be in memory.
		value, _ := target.typ.MethodByName(m.Name)
		fn, receiver = value.Func, target.eval
	}
	return calling(fn, append([]func(*run) reflect.Value{receiver}, c.arguments(fn.Type(), 1, args, final)...))
}

// arguments compiles what is handed to a function behind the first few.
func (c *compiler) arguments(fn reflect.Type, first int, args []parse.Node, final *expr) []func(*run) reflect.Value {
	n := first + len(args)
	if final != nil {
		n++
	}
	need(n == fn.NumIn() || fn.IsVariadic() && n >= fn.NumIn()-1)
	param := func(i int) reflect.Type {
		if fn.IsVariadic() && i >= fn.NumIn()-1 {
			return fn.In(fn.NumIn() - 1).Elem()
		}
		return fn.In(i)
	}
	var all []func(*run) reflect.Value
	for i, a := range args {
		all = append(all, c.argument(a, param(first+i)))
	}
	if final != nil {
		all = append(all, fit(*final, param(n-1)))
	}
	return all
}

// argument compiles a value for a parameter, as constants take its type.
func (c *compiler) argument(n parse.Node, typ reflect.Type) func(*run) reflect.Value {
	switch n := n.(type) {
	case *parse.StringNode, *parse.BoolNode, *parse.NumberNode:
		e := c.operand(n)
		need(e.typ == typ || typ.Kind() == reflect.Interface && e.typ.AssignableTo(typ))
		return e.eval
	}
	return fit(c.operand(n), typ)
}

// fit makes a value one of the type of a parameter, by way of a pointer if need be.
func fit(e expr, typ reflect.Type) func(*run) reflect.Value {
	need(e.typ.Kind() != reflect.Interface)
	switch {
	case e.typ.AssignableTo(typ):
		return e.eval
	case e.typ.Kind() == reflect.Pointer && e.typ.Elem().AssignableTo(typ):
		return func(r *run) reflect.Value { return e.eval(r).Elem() }
	case reflect.PointerTo(e.typ).AssignableTo(typ):
		return func(r *run) reflect.Value { return e.eval(r).Addr() }
	}
	panic(unknown{})
}

// calling is the call of a function.
func calling(fn reflect.Value, args []func(*run) reflect.Value) expr {
	t := fn.Type()
	need(t.NumOut() == 1 || t.NumOut() == 2 && t.Out(1) == reflect.TypeFor[error]())
	return expr{t.Out(0), func(r *run) reflect.Value {
		start := len(r.stack)
		for _, a := range args {
			v := a(r)
			r.stack = append(r.stack, v)
		}
		out := fn.Call(r.stack[start:])
		r.stack = r.stack[:start]
		if len(out) == 2 && !out[1].IsNil() {
			panic(failed{})
		}
		return out[0]
	}}
}

// call compiles the call of a function by name.
func (c *compiler) call(name string, args []parse.Node, final *expr) expr {
	fn, ok := c.set.funcs[name]
	if !ok {
		fn, ok = printing[name]
	}
	if ok {
		v := reflect.ValueOf(fn)
		return calling(v, c.arguments(v.Type(), 0, args, final))
	}
	var all []expr
	for _, a := range args {
		all = append(all, c.operand(a))
	}
	if final != nil {
		all = append(all, *final)
	}
	switch name {
	case "and", "or":
		need(final == nil && len(all) > 0 && !slices.ContainsFunc(all, func(e expr) bool { return e.typ != all[0].typ }))
		return choice(name == "or", all)
	case "len":
		need(len(all) == 1)
		of := direct(all[0])
		need(slices.Contains([]reflect.Kind{reflect.Slice, reflect.Array, reflect.Map, reflect.String}, of.typ.Kind()))
		return expr{reflect.TypeFor[int](), func(r *run) reflect.Value { return reflect.ValueOf(of.eval(r).Len()) }}
	case "index":
		return index(all)
	}
	holds := test(name, all)
	need(holds != nil)
	return expr{reflect.TypeFor[bool](), func(r *run) reflect.Value { return reflect.ValueOf(holds(r)) }}
}

// printing are functions that every template knows.
var printing = map[string]any{"print": fmt.Sprint, "printf": fmt.Sprintf, "println": fmt.Sprintln}

// choice is and, or or: the first value that settles it, or else the last.
func choice(or bool, all []expr) expr {
	return expr{all[0].typ, func(r *run) (v reflect.Value) {
		for _, e := range all {
			if v = e.eval(r); truth(v) == or {
				break
			}
		}
		return v
	}}
}

func index(all []expr) expr {
	need(len(all) == 2)
	of, i := direct(all[0]), all[1]
	switch of.typ.Kind() {
	case reflect.Slice, reflect.Array:
		need(i.typ == reflect.TypeFor[int]())
		return expr{of.typ.Elem(), func(r *run) reflect.Value { return of.eval(r).Index(int(i.eval(r).Int())) }}
	case reflect.Map:
		need(i.typ.AssignableTo(of.typ.Key()))
		none := reflect.Zero(of.typ.Elem())
		return expr{of.typ.Elem(), func(r *run) reflect.Value {
			if v := of.eval(r).MapIndex(i.eval(r)); v.IsValid() {
				return v
			}
			return none
		}}
	}
	panic(unknown{})
}

// cond compiles a pipeline of which only its truth is asked: and, or and not need not make one type of their arguments then.
func (c *compiler) cond(p *parse.PipeNode) func(*run) bool {
	if len(p.Decl) == 0 && len(p.Cmds) == 1 {
		if holds := c.logic(p.Cmds[0]); holds != nil {
			return holds
		}
	}
	of := c.pipe(p)
	return func(r *run) bool { return truth(of.eval(r)) }
}

func (c *compiler) logic(cmd *parse.CommandNode) func(*run) bool {
	name, ok := cmd.Args[0].(*parse.IdentifierNode)
	if !ok || c.set.funcs[name.Ident] != nil {
		return nil
	}
	args := cmd.Args[1:]
	switch name.Ident {
	case "and", "or", "not":
		need(len(args) == 1 || len(args) > 1 && name.Ident != "not")
		var all []func(*run) bool
		for _, a := range args {
			all = append(all, c.truthOf(a))
		}
		if name.Ident == "not" {
			return func(r *run) bool { return !all[0](r) }
		}
		or := name.Ident == "or"
		return func(r *run) bool {
			for _, holds := range all {
				if holds(r) == or {
					return or
				}
			}
			return !or
		}
	}
	var all []expr
	switch name.Ident {
	case "eq", "ne", "lt", "le", "gt", "ge":
		for _, a := range args {
			all = append(all, c.operand(a))
		}
	}
	return test(name.Ident, all)
}

func (c *compiler) truthOf(n parse.Node) func(*run) bool {
	if p, ok := n.(*parse.PipeNode); ok {
		return c.cond(p)
	}
	of := c.operand(n)
	return func(r *run) bool { return truth(of.eval(r)) }
}

// test compiles not and comparisons; nil for another name.
func test(name string, all []expr) func(*run) bool {
	switch name {
	case "not":
		need(len(all) == 1)
		return func(r *run) bool { return !truth(all[0].eval(r)) }
	case "eq", "ne", "lt", "le", "gt", "ge":
	default:
		return nil
	}
	need(len(all) == 2 || len(all) > 2 && name == "eq")
	compare := comparison(all[0].typ)
	a := all[0].eval
	for _, e := range all[1:] {
		need(kindOf(e.typ) == kindOf(all[0].typ))
	}
	if name == "eq" {
		return func(r *run) bool {
			v := a(r)
			for _, e := range all[1:] {
				if compare(v, e.eval(r)) == 0 {
					return true
				}
			}
			return false
		}
	}
	holds := map[string]func(int) bool{
		"ne": func(c int) bool { return c != 0 }, "lt": func(c int) bool { return c < 0 }, "le": func(c int) bool { return c <= 0 },
		"gt": func(c int) bool { return c > 0 }, "ge": func(c int) bool { return c >= 0 },
	}[name]
	b := all[1].eval
	return func(r *run) bool { return holds(compare(a(r), b(r))) }
}
