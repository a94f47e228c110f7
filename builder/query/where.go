package query

import (
	"errors"
	"fmt"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"

	"handbook/builder/schema"

	"github.com/expr-lang/expr"
	"github.com/expr-lang/expr/ast"
	"github.com/expr-lang/expr/file"
	"github.com/expr-lang/expr/parser"
	"github.com/expr-lang/expr/types"
	"github.com/expr-lang/expr/vm"
)

// condition is a `where` that is ready to be asked of rows.
type condition struct {
	program *vm.Program
	slots   []slot // the fields that it looks at
	day     schema.Date
	ages    bool   // it asks for freshness, which time alone can change
	dated   bool   // on another day it may hold for other rows
	mayFail bool   // it may go wrong for a row, which only asking shows
	this    bool   // it asks for the page that the view stands on
	toThis  *Field // a field that must lead to that page, for a condition that asks for nothing wider
}

// slot is a value that the condition needs of a row, or, of "this.…", of the page that the view stands on.
type slot struct {
	name  string
	field *Field
	this  bool
}

// functions are what a condition can call. Nothing that makes much of little is among them, and no clock.
func functions() []string {
	return []string{"len", "any", "all", "none", "one", "count", "filter", "map", "first", "last", "min", "max", "sum", "abs", "ceil", "floor",
		"round", "int", "float", "string", "lower", "upper", "trim", "trimPrefix", "trimSuffix", "split", "join", "replace", "hasPrefix", "hasSuffix", "indexOf"}
}

// maxPredicates is how deep any, all and their like may stand in one another.
const maxPredicates = 2

// compile makes a condition of an expression. A mistake stands at its place in the expression.
func (e *Engine) compile(source string, s *source) (*condition, []Mistake) {
	tree, err := parser.Parse(source)
	if err != nil {
		return nil, []Mistake{explain(source, err)}
	}
	c := &condition{day: e.Today}
	b := &binder{engine: e, source: s, condition: c, text: source, fields: map[string]*Field{}, env: types.Map{}}
	b.find(tree.Node, nil)
	if len(b.mistakes) > 0 {
		return nil, b.mistakes
	}
	options := []expr.Option{expr.Env(b.env), expr.AsBool(), expr.MaxNodes(1000), expr.DisableAllBuiltins(), expr.Patch(b)}
	for _, name := range functions() {
		options = append(options, expr.EnableBuiltin(name))
	}
	options = append(options, calendar()...)
	c.program, err = expr.Compile(source, options...)
	if len(b.mistakes) > 0 {
		return nil, b.mistakes
	}
	if err != nil {
		return nil, []Mistake{explain(source, err)}
	}
	return c, nil
}

// calendar lets expressions compare days and count them. A day that is not given is neither before nor after another.
func calendar() []expr.Option {
	type date = schema.Date
	compare := func(name string, holds func(order int) bool) expr.Option {
		return expr.Function(name, func(in ...any) (any, error) {
			a, b := in[0].(date), in[1].(date)
			return !a.IsZero() && !b.IsZero() && holds(a.Compare(b)), nil
		}, new(func(date, date) bool))
	}
	plus := func(sign int) func(in ...any) (any, error) {
		return func(in ...any) (any, error) {
			d := in[0].(date)
			if d.IsZero() {
				return d, nil
			}
			switch by := in[1].(type) {
			case int:
				return d.AddDays(sign * by), nil
			case schema.Interval:
				if sign < 0 {
					return before(d, by), nil
				}
				return d.Add(by), nil
			case date:
				if by.IsZero() {
					return 0, nil
				}
				return by.DaysUntil(d), nil
			}
			return d, nil
		}
	}
	return []expr.Option{
		compare("day before", func(o int) bool { return o < 0 }),
		compare("day up to", func(o int) bool { return o <= 0 }),
		compare("day after", func(o int) bool { return o > 0 }),
		compare("day from", func(o int) bool { return o >= 0 }),
		expr.Function("day later", plus(1), new(func(date, int) date), new(func(date, schema.Interval) date)),
		expr.Function("day earlier", plus(-1), new(func(date, int) date), new(func(date, schema.Interval) date), new(func(date, date) int)),
		expr.Operator("<", "day before"), expr.Operator("<=", "day up to"),
		expr.Operator(">", "day after"), expr.Operator(">=", "day from"),
		expr.Operator("+", "day later"), expr.Operator("-", "day earlier"),
	}
}

// before is the day one interval earlier.
func before(d schema.Date, i schema.Interval) schema.Date {
	switch i.Unit {
	case schema.Days:
		return d.AddDays(-i.Count)
	case schema.Weeks:
		return d.AddDays(-7 * i.Count)
	case schema.Months, schema.Years:
		months := i.Count
		if i.Unit == schema.Years {
			months *= 12
		}
		year, month := d.Year, d.Month-months
		for month < 1 {
			year, month = year-1, month+12
		}
		first := schema.Date{Year: year, Month: month, Day: 1}
		last := first.AddDays(31)
		last = schema.Date{Year: last.Year, Month: last.Month, Day: 1}.AddDays(-1)
		return schema.Date{Year: year, Month: month, Day: min(d.Day, last.Day)}
	}
	return d
}

// binder finds the fields that an expression names, and makes days and pages of the texts they are compared with.
type binder struct {
	engine    *Engine
	source    *source
	condition *condition
	text      string
	fields    map[string]*Field // by the name in the environment
	env       types.Map
	mistakes  []Mistake
	deep      int
}

func (b *binder) wrong(n ast.Node, text, help string) {
	at := n.Location()
	start, end := offset(b.text, at.From), offset(b.text, at.To)
	b.mistakes = append(b.mistakes, Mistake{start, max(start, end), text, help})
}

// offset turns a place in characters into bytes.
func offset(s string, runes int) int {
	for i := range s {
		if runes == 0 {
			return i
		}
		runes--
	}
	return len(s)
}

// find walks through the tree as it was written. locals are the names that the expression makes itself.
func (b *binder) find(n ast.Node, locals []string) {
	switch n := n.(type) {
	case *ast.IdentifierNode:
		if !slices.Contains(locals, n.Value) {
			b.bind(n, n.Value)
		}
	case *ast.MemberNode:
		if name, ok := chain(n); ok {
			first, _, _ := strings.Cut(name, ".")
			if !slices.Contains(locals, first) {
				b.bind(n, name)
			}
			return
		}
		b.condition.mayFail = true
		b.find(n.Node, locals)
		b.find(n.Property, locals)
	case *ast.VariableDeclaratorNode:
		b.find(n.Value, locals)
		b.find(n.Expr, append(slices.Clip(locals), n.Name))
	case *ast.UnaryNode:
		b.find(n.Node, locals)
	case *ast.BinaryNode:
		b.condition.mayFail = b.condition.mayFail || slices.Contains([]string{"matches", "%", "/", "**", "^"}, n.Operator)
		if n.Operator == ".." {
			b.wrong(n, "a view cannot count from one number to another", "compare with both ends: a >= 1 and a <= 9")
			return
		}
		b.find(n.Left, locals)
		b.find(n.Right, locals)
	case *ast.ChainNode:
		b.find(n.Node, locals)
	case *ast.SliceNode:
		b.condition.mayFail = true
		for _, part := range []ast.Node{n.Node, n.From, n.To} {
			if part != nil {
				b.find(part, locals)
			}
		}
	case *ast.CallNode:
		if name, ok := n.Callee.(*ast.IdentifierNode); ok && name.Value == "date" {
			b.wrong(n, `a day needs no "date"`, `write it in quotes: reviewed > "2026-01-31"`)
			return
		} else if ok {
			b.wrong(name, fmt.Sprintf("there is no function %q", name.Value), suggest(name.Value, functions(), "a view can use"))
			return
		}
		b.wrong(n, "only functions can be called", "see the manual's page about views")
	case *ast.BuiltinNode:
		if !slices.Contains(functions(), n.Name) {
			help := "a view can use " + strings.Join(functions(), ", ")
			if n.Name == "now" {
				help = "write today, which is the day of the build"
			} else if n.Name == "date" {
				help = `write the day in quotes: reviewed > "2026-01-31"`
			}
			b.wrong(n, fmt.Sprintf("%s is no function of views", n.Name), help)
			return
		}
		b.condition.mayFail = b.condition.mayFail || slices.Contains([]string{"int", "float", "first", "last", "min", "max", "split", "replace", "map", "filter"}, n.Name)
		for _, a := range n.Arguments {
			b.find(a, locals)
		}
	case *ast.PredicateNode:
		if b.deep++; b.deep > maxPredicates {
			b.wrong(n, "conditions on lists stand too deep in one another", "split the view in two")
		} else {
			b.find(n.Node, locals)
		}
		b.deep--
	case *ast.ConditionalNode:
		b.find(n.Cond, locals)
		b.find(n.Exp1, locals)
		b.find(n.Exp2, locals)
	case *ast.SequenceNode:
		for _, part := range n.Nodes {
			b.find(part, locals)
		}
	case *ast.ArrayNode:
		for _, part := range n.Nodes {
			b.find(part, locals)
		}
	case *ast.MapNode:
		b.wrong(n, "a view has no use for a map", "compare with a list: status in [\"open\", \"closed\"]")
	}
}

// chain is the dotted name that members of members make.
func chain(n ast.Node) (string, bool) {
	switch n := n.(type) {
	case *ast.IdentifierNode:
		return n.Value, true
	case *ast.ChainNode:
		return chain(n.Node)
	case *ast.MemberNode:
		if p, ok := n.Property.(*ast.StringNode); ok {
			if before, ok := chain(n.Node); ok {
				return before + "." + p.Value, true
			}
		}
	}
	return "", false
}

// bind gives a name its field.
func (b *binder) bind(n ast.Node, name string) {
	if b.fields[name] != nil {
		return
	}
	var f *Field
	first, rest, more := strings.Cut(name, ".")
	in, on := b.source, name
	switch {
	case name == "today":
		f = &Field{Name: name, Kind: Day}
	case first == "this":
		b.condition.this = true
		f = &Field{Name: name, Kind: Ref}
		if more {
			in, _ = b.engine.source([]Word{{Text: everything}})
			on, f = rest, nil
		}
	}
	if f == nil {
		var why string
		if f, why = b.engine.path(in, on); f == nil {
			known := append(slices.Clone(in.order), "today", "this")
			b.wrong(n, why, suggest(on, known, "it has"))
			f = &Field{Name: name}
		}
	}
	b.fields[name] = f
	b.condition.ages = b.condition.ages || first != "this" && f.ages
	b.condition.dated = b.condition.dated || name == "today" || len(f.by) > 0
	b.condition.slots = append(b.condition.slots, slot{name, f, first == "this"})
	switch {
	case f.Many && f.Kind == Number:
		b.env[name] = types.TypeOf([]float64{})
	case f.Many:
		b.env[name] = types.TypeOf([]string{})
	case f.Kind == Number:
		b.env[name] = types.Float64
	case f.Kind == Truth:
		b.env[name] = types.Bool
	case f.Kind == Day:
		b.env[name] = types.TypeOf(schema.Date{})
	default:
		b.env[name] = types.String
	}
}

// Visit makes one name of a chain of them, and of the texts beside a field what the field holds. It is called on the way
// up, so that what stands below is done.
func (b *binder) Visit(node *ast.Node) {
	switch n := (*node).(type) {
	case *ast.ChainNode, *ast.MemberNode:
		if name, ok := chain(n); ok && b.fields[name] != nil {
			ast.Patch(node, &ast.IdentifierNode{Value: name})
		}
	case *ast.BinaryNode:
		b.literals(n)
		if f := b.leadsToThis(n); f != nil && b.condition.toThis == nil && b.isConjunct(n) {
			b.condition.toThis = f
		}
	}
}

// leadsToThis is the field of "product == this", "id == this" and "this in products".
func (b *binder) leadsToThis(n *ast.BinaryNode) *Field {
	left, right := b.fieldOf(n.Left), b.fieldOf(n.Right)
	switch {
	case left == nil || right == nil:
	case n.Operator == "==" && right.Name == "this" && (left.Kind == Ref && !left.Many || left.Name == "id"):
		return left
	case n.Operator == "==" && left.Name == "this" && right.Kind == Ref && !right.Many:
		return right
	case n.Operator == "in" && left.Name == "this" && right.Kind == Ref && right.Many:
		return right
	}
	return nil
}

// isConjunct reports whether nothing can fit for which the comparison does not hold.
func (b *binder) isConjunct(n *ast.BinaryNode) bool {
	tree, err := parser.Parse(b.text)
	if err != nil {
		return false
	}
	var within func(ast.Node) bool
	within = func(at ast.Node) bool {
		a, ok := at.(*ast.BinaryNode)
		switch {
		case !ok:
			return false
		case a.Location() == n.Location() && a.Operator == n.Operator:
			return true
		case a.Operator == "and" || a.Operator == "&&":
			return within(a.Left) || within(a.Right)
		}
		return false
	}
	return within(tree.Node)
}

func (b *binder) fieldOf(n ast.Node) *Field {
	if name, ok := chain(n); ok {
		return b.fields[name]
	}
	return nil
}

// literals reads the texts of a comparison as what the other side is.
func (b *binder) literals(n *ast.BinaryNode) {
	left, right := b.fieldOf(n.Left), b.fieldOf(n.Right)
	isDay := func(n ast.Node) bool { return n.Type() == reflect.TypeFor[schema.Date]() }
	switch n.Operator {
	case "==", "!=", "<", "<=", ">", ">=":
		if left != nil || isDay(n.Left) {
			b.literal(&n.Right, left, isDay(n.Left))
		}
		if right != nil || isDay(n.Right) {
			b.literal(&n.Left, right, isDay(n.Right))
		}
	case "+", "-":
		if s, ok := n.Right.(*ast.StringNode); ok && isDay(n.Left) {
			i, err := schema.ParseInterval(s.Value)
			if err == nil && i.Unit != schema.Never {
				ast.Patch(&n.Right, &ast.ConstantNode{Value: i})
			} else if d, err := schema.ParseDate(s.Value); err == nil && n.Operator == "-" {
				ast.Patch(&n.Right, &ast.ConstantNode{Value: d})
			} else {
				b.wrong(s, fmt.Sprintf("%q is no length of time", s.Value), `write it as "30d", "12w" or "6 months"`)
			}
		} else if ok && right == nil && isDay(n.Right) {
			b.wrong(n, "a day cannot be added to something", `write the day first: today + "30d"`)
		}
	case "in", "not in":
		if list, ok := n.Right.(*ast.ArrayNode); ok && left != nil {
			for i := range list.Nodes {
				b.literal(&list.Nodes[i], left, isDay(n.Left))
			}
		}
		if right != nil && right.Many {
			b.literal(&n.Left, right, false)
		}
	}
}

// literal reads one text.
func (b *binder) literal(node *ast.Node, f *Field, isDay bool) {
	s, ok := (*node).(*ast.StringNode)
	if !ok {
		return
	}
	switch {
	case isDay:
		d, err := schema.ParseDate(s.Value)
		if err != nil && s.Value != "" {
			b.wrong(s, fmt.Sprintf("%q is not a day of the calendar", s.Value), `write the day as "2026-03-01"`)
			return
		}
		ast.Patch(node, &ast.ConstantNode{Value: d})
	case f == nil || s.Value == "":
	case f.Kind == Choice || f.Kind == State:
		if len(f.Options) > 0 && !slices.Contains(f.Options, s.Value) {
			b.wrong(s, fmt.Sprintf("%s is never %q", f.Name, s.Value), suggest(s.Value, f.Options, "it is one of"))
		}
	case f.Kind == Ref:
		id, wrong, help := b.engine.page(s.Value, f)
		if wrong != "" {
			b.wrong(s, wrong, help)
			return
		}
		ast.Patch(node, &ast.StringNode{Value: id})
	}
}

// mismatched finds the two types in expr's own words.
var mismatched = regexp.MustCompile(`^invalid operation: (.+) \(mismatched types (.+) and (.+)\)$`)

// explain puts a message of the expression's compiler into words for an author.
func explain(source string, err error) Mistake {
	var at *file.Error
	if !errors.As(err, &at) {
		text, _, _ := strings.Cut(err.Error(), "\n")
		if strings.HasPrefix(text, "expected bool") {
			text = "this is neither true nor false"
		}
		return Mistake{0, len(source), text, "compare it with something, such as: status == \"open\""}
	}
	start, end := offset(source, at.From), offset(source, at.To)
	if end <= start {
		_, n := utf8.DecodeRuneInString(source[min(start, len(source)):])
		end = start + n
	}
	m := Mistake{start, min(end, len(source)), at.Message, "see the manual's page about views for what an expression may say"}
	switch msg := at.Message; {
	case mismatched.MatchString(msg):
		p := mismatched.FindStringSubmatch(msg)
		m.Text = fmt.Sprintf("%s cannot stand between %s and %s", p[1], kindWord(p[2]), kindWord(p[3]))
		m.Help = "compare a text with a text, a number with a number, a day with a day such as \"2026-03-01\""
		if strings.HasPrefix(p[2], "[]") || strings.HasPrefix(p[3], "[]") {
			m.Help = `ask whether something is in a list: "beta" in tags`
		}
	case strings.HasPrefix(msg, "unexpected token EOF"):
		m.Text, m.Help = "the expression ends too early", "finish it, or close what is open"
	case strings.HasPrefix(msg, "unexpected token Operator(\"=\")"):
		m.Text, m.Help = "one = sets something, and a view sets nothing", "compare with =="
	case strings.HasPrefix(msg, "unexpected token"):
		m.Text = "this is not expected here: " + strings.TrimSpace(strings.Trim(source[start:m.End], "\n"))
		m.Help = "join conditions with and, or; put texts in quotes"
	case strings.HasPrefix(msg, "literal not terminated"):
		m.Text, m.Help = "this quote is never closed", "end the text with the same quote"
		m.Start, m.End = max(0, strings.LastIndexAny(source[:m.Start], " \t\n([,=")+1), len(source)
	}
	return m
}

// kindWord is a type of the expression language in words.
func kindWord(t string) string {
	switch {
	case t == "string":
		return "a text"
	case t == "int" || t == "float64":
		return "a number"
	case t == "bool":
		return "true or false"
	case t == "schema.Date":
		return "a day"
	case t == "schema.Interval":
		return "a length of time"
	case strings.HasPrefix(t, "[]"):
		return "a list"
	}
	return t
}

// asker asks a condition of one row after another. It is used by one goroutine.
type asker struct {
	*condition
	vm  vm.VM
	env map[string]any
	err error
}

// ask prepares a condition for a view that stands on a page.
func (c *condition) ask(this *row) *asker {
	a := &asker{condition: c, env: make(map[string]any, len(c.slots))}
	for _, s := range c.slots {
		switch {
		case s.name == "today":
			a.env[s.name] = c.day
		case s.name == "this":
			a.env[s.name] = ""
			if this != nil {
				a.env[s.name] = this.node.ID
			}
		case s.this && this != nil:
			a.env[s.name] = s.field.native(s.field.get(this))
		case s.this:
			a.env[s.name] = s.field.native(Value{})
		}
	}
	return a
}

// holds reports whether a row fits. What goes wrong for a row is remembered, and it does not fit.
func (a *asker) holds(r *row) bool {
	for _, s := range a.slots {
		if !s.this && s.name != "today" {
			a.env[s.name] = s.field.native(s.field.get(r))
		}
	}
	out, err := a.vm.Run(a.program, a.env)
	if err != nil && a.err == nil {
		a.err = err
	}
	fits, _ := out.(bool)
	return fits
}
