package stencil

import (
	"reflect"
	"text/template/parse"
)

// compiler makes a program of one template. Its methods panic with unknown for what they do not know.
type compiler struct {
	set   *Set
	dot   reflect.Type
	vars  []variable // those that can be named here, the latest last
	slots int
}

type variable struct {
	name string
	typ  reflect.Type
	slot int
}

type unknown struct{}

// compile reports whether all of the template is known.
func (p *program) compile(s *Set, tree *parse.Tree, dot reflect.Type) (known bool) {
	defer func() {
		if r := recover(); r != nil && r != any(unknown{}) {
			panic(r)
		}
	}()
	need(tree != nil)
	c := &compiler{set: s, dot: dot}
	c.declare("$", dot)
	p.body = c.list(tree.Root)
	p.slots = c.slots
	return true
}

// need refuses what is not known.
func need(known bool) {
	if !known {
		panic(unknown{})
	}
}

func (c *compiler) declare(name string, typ reflect.Type) (slot int) {
	c.vars = append(c.vars, variable{name, typ, c.slots})
	c.slots++
	return c.slots - 1
}

func (c *compiler) variable(name string) variable {
	for i := len(c.vars) - 1; i >= 0; i-- {
		if c.vars[i].name == name {
			return c.vars[i]
		}
	}
	panic(unknown{})
}

// within compiles something with a dot of its own; the variables that it declares end with it.
func (c *compiler) within(dot reflect.Type, compile func() node) node {
	vars, before := len(c.vars), c.dot
	c.dot = dot
	n := compile()
	c.vars, c.dot = c.vars[:vars], before
	return n
}

func (c *compiler) list(l *parse.ListNode) node {
	if l == nil {
		return func(*run) {}
	}
	return c.within(c.dot, func() node {
		nodes := make([]node, 0, len(l.Nodes))
		for _, n := range l.Nodes {
			if n.Type() != parse.NodeComment {
				nodes = append(nodes, c.node(n))
			}
		}
		if len(nodes) == 1 {
			return nodes[0]
		}
		return func(r *run) {
			for _, n := range nodes {
				n(r)
			}
		}
	})
}

func (c *compiler) node(n parse.Node) node {
	switch n := n.(type) {
	case *parse.TextNode:
		return func(r *run) { r.out.Write(n.Text) }
	case *parse.ActionNode:
		return c.action(n)
	case *parse.IfNode:
		return c.within(c.dot, func() node { return c.branch(n) })
	case *parse.WithNode:
		return c.within(c.dot, func() node { return c.with(n) })
	case *parse.RangeNode:
		return c.within(c.dot, func() node { return c.each(n) })
	case *parse.TemplateNode:
		return c.template(n)
	}
	panic(unknown{})
}

func (c *compiler) branch(n *parse.IfNode) node {
	holds := c.cond(n.Pipe)
	then, otherwise := c.list(n.List), c.list(n.ElseList)
	return func(r *run) {
		if holds(r) {
			then(r)
		} else {
			otherwise(r)
		}
	}
}

func (c *compiler) with(n *parse.WithNode) node {
	of := c.pipe(n.Pipe)
	then := c.within(of.typ, func() node { return c.list(n.List) })
	otherwise := c.list(n.ElseList)
	return func(r *run) {
		v := of.eval(r)
		if !truth(v) {
			otherwise(r)
			return
		}
		before := r.dot
		r.dot = v
		then(r)
		r.dot = before
	}
}

func (c *compiler) each(n *parse.RangeNode) node {
	need(!n.Pipe.IsAssign)
	of := direct(c.commands(n.Pipe))
	need(of.typ.Kind() == reflect.Slice || of.typ.Kind() == reflect.Array)
	index, item := -1, -1
	switch names := n.Pipe.Decl; len(names) {
	case 1:
		item = c.declare(names[0].Ident[0], of.typ.Elem())
	case 2:
		index = c.declare(names[0].Ident[0], reflect.TypeFor[int]())
		item = c.declare(names[1].Ident[0], of.typ.Elem())
	}
	body := c.within(of.typ.Elem(), func() node { return c.list(n.List) })
	otherwise := c.list(n.ElseList)
	return func(r *run) {
		list := of.eval(r)
		if list.Len() == 0 {
			otherwise(r)
			return
		}
		before := r.dot
		for i := range list.Len() {
			r.dot = list.Index(i)
			if item >= 0 {
				r.stack[r.base+item] = r.dot
			}
			if index >= 0 {
				r.stack[r.base+index] = reflect.ValueOf(i)
			}
			body(r)
		}
		r.dot = before
	}
}

// template compiles the showing of another template. One that is not known is run by html/template, which may do so because a
// template sees nothing but its dot.
func (c *compiler) template(n *parse.TemplateNode) node {
	need(c.set.trees[n.Name] != nil) // html/template keeps those to itself that are shown elsewhere than between tags
	of := expr{eval: func(*run) reflect.Value { return reflect.Value{} }}
	if n.Pipe != nil {
		of = c.pipe(n.Pipe)
	}
	if p := c.set.program(key{n.Name, of.typ}); p != nil {
		return func(r *run) { r.show(p, of.eval(r)) }
	}
	need(n.Pipe != nil)
	return func(r *run) {
		if c.set.of.ExecuteTemplate(r.out, n.Name, of.eval(r).Interface()) != nil {
			panic(failed{})
		}
	}
}

// action compiles a pipeline that is written, or kept in a variable.
func (c *compiler) action(n *parse.ActionNode) node {
	if len(n.Pipe.Decl) > 0 {
		of := c.pipe(n.Pipe)
		return func(r *run) { of.eval(r) }
	}
	value, escapers := split(n.Pipe)
	return c.write(c.commands(value), escapers)
}

// pipe compiles a pipeline and what it declares.
func (c *compiler) pipe(p *parse.PipeNode) expr {
	of := c.commands(p)
	need(len(p.Decl) <= 1)
	for _, name := range p.Decl {
		slot := 0
		if p.IsAssign {
			v := c.variable(name.Ident[0])
			need(v.typ == of.typ)
			slot = v.slot
		} else {
			slot = c.declare(name.Ident[0], of.typ)
		}
		eval := of.eval
		of.eval = func(r *run) reflect.Value {
			v := eval(r)
			r.stack[r.base+slot] = v
			return v
		}
	}
	return of
}
