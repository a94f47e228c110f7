package stencil

import (
	"bytes"
	"cmp"
	"html/template"
	"reflect"
	"strconv"
	"strings"
	"text/template/parse"
)

// kindOf is what numbers and texts of several sizes have in common; Invalid for what is not compared here.
func kindOf(t reflect.Type) reflect.Kind {
	switch t.Kind() {
	case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64:
		return reflect.Int
	case reflect.String:
		return reflect.String
	}
	return reflect.Invalid
}

func comparison(t reflect.Type) func(a, b reflect.Value) int {
	switch kindOf(t) {
	case reflect.Int:
		return func(a, b reflect.Value) int { return cmp.Compare(a.Int(), b.Int()) }
	case reflect.String:
		return func(a, b reflect.Value) int { return strings.Compare(a.String(), b.String()) }
	}
	panic(unknown{})
}

// split parts a pipeline from the escapers that html/template has put behind it. One without is not written.
func split(p *parse.PipeNode) (value *parse.PipeNode, escapers []*parse.CommandNode) {
	n := len(p.Cmds)
	for n > 0 {
		name, ok := p.Cmds[n-1].Args[0].(*parse.IdentifierNode)
		if !ok || len(p.Cmds[n-1].Args) > 1 || !strings.HasPrefix(name.Ident, prefix) {
			break
		}
		n--
	}
	need(n > 0 && n < len(p.Cmds))
	value = p.CopyPipe()
	value.Cmds = value.Cmds[:n]
	return value, p.Cmds[n:]
}

const prefix = "_html_template_"

// write compiles the writing of a value. What is not escaped here is escaped by html/template.
func (c *compiler) write(of expr, escapers []*parse.CommandNode) node {
	var names []string
	for _, e := range escapers {
		names = append(names, strings.TrimPrefix(e.Args[0].(*parse.IdentifierNode).Ident, prefix))
	}
	how := strings.Join(names, " ")
	slow := c.set.escaping(how, escapers)
	text := how == "htmlescaper" || how == "attrescaper" || how == "rcdataescaper"
	switch of.typ {
	case reflect.TypeFor[template.HTML](), reflect.TypeFor[template.HTMLAttr](), reflect.TypeFor[template.JS]():
		if how == trusted[of.typ] {
			return func(r *run) { r.out.WriteString(of.eval(r).String()) }
		}
	case reflect.TypeFor[int]():
		if text {
			return func(r *run) { r.out.Write(strconv.AppendInt(r.out.AvailableBuffer(), of.eval(r).Int(), 10)) }
		}
	case reflect.TypeFor[string]():
		if signs, ok := plainIn[how]; ok {
			return func(r *run) {
				if v := of.eval(r); plain(v.String(), signs) {
					r.out.WriteString(v.String())
				} else {
					slow(r, v)
				}
			}
		}
		if text {
			return func(r *run) { escape(r.out, of.eval(r).String()) }
		}
	}
	return func(r *run) { slow(r, of.eval(r)) }
}

// trusted are the escapers that let a type through.
var trusted = map[reflect.Type]string{
	reflect.TypeFor[template.HTML](): "htmlescaper", reflect.TypeFor[template.HTMLAttr](): "htmlnamefilter", reflect.TypeFor[template.JS](): "jsvalescaper",
}

// plainIn are the signs that stay what they are, beside letters and digits of ASCII, in an address or a part of one.
var plainIn = map[string]string{
	"urlfilter urlnormalizer attrescaper": "-._~/#", "urlnormalizer attrescaper": "-._~/#", "urlescaper attrescaper": "-._~",
}

// escaping hands a value to html/template, by a template that does nothing else.
func (s *Set) escaping(how string, escapers []*parse.CommandNode) func(*run, reflect.Value) {
	t, known := s.slow.Load(how)
	if !known {
		t = escaper(escapers)
		s.slow.Store(how, t)
	}
	return func(r *run, v reflect.Value) {
		if t.(*template.Template).Execute(r.out, v.Interface()) != nil {
			panic(failed{})
		}
	}
}

func escaper(commands []*parse.CommandNode) *template.Template {
	t := template.Must(template.New("").Parse("{{.}}"))
	if err := t.Execute(new(bytes.Buffer), ""); err != nil { // so that it is escaped, for text
		panic(unknown{})
	}
	pipe := t.Tree.Root.Nodes[0].(*parse.ActionNode).Pipe
	pipe.Cmds = append(pipe.Cmds[:1:1], commands...)
	return t
}

// escape writes a text as html/template does between tags and in attributes.
func escape(out *bytes.Buffer, s string) {
	from := 0
	for i := 0; i < len(s); i++ {
		to := ""
		switch s[i] {
		case 0:
			to = "\uFFFD"
		case '"':
			to = "&#34;"
		case '&':
			to = "&amp;"
		case '\'':
			to = "&#39;"
		case '+':
			to = "&#43;"
		case '<':
			to = "&lt;"
		case '>':
			to = "&gt;"
		default:
			continue
		}
		out.WriteString(s[from:i])
		out.WriteString(to)
		from = i + 1
	}
	out.WriteString(s[from:])
}

// plain reports whether a text holds nothing but letters and digits of ASCII, and these signs.
func plain(s, signs string) bool {
	for i := 0; i < len(s); i++ {
		switch b := s[i]; {
		case 'a' <= b && b <= 'z', 'A' <= b && b <= 'Z', '0' <= b && b <= '9':
		case strings.IndexByte(signs, b) < 0:
			return false
		}
	}
	return true
}
