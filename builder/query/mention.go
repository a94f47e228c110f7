package query

import (
	"path"
	"strings"

	"handbook/builder/book"

	"github.com/expr-lang/expr/ast"
	"github.com/expr-lang/expr/parser"
)

// Mention is a text in the condition of a view that names a page: product == "checkout", id startsWith "specs/".
type Mention struct {
	Start, End int // of the text in the block, without its quotes
	Text       string
	Node       *book.Node // the page that it means; nil where it means none, or is compared with an id
	Whole      bool       // it is compared with an id, or the beginning of one

	field *Field
}

// Mentions lists the texts of a block that name pages, in the order of the condition. A block that cannot be read has none.
func (e *Engine) Mentions(source string) []Mention {
	q, _ := Parse(source)
	if q.Where.none() || len(q.From) == 0 {
		return nil
	}
	s, wrong := e.source(q.From)
	if len(wrong) > 0 {
		return nil
	}
	tree, err := parser.Parse(q.Where.Text)
	if err != nil {
		return nil
	}
	f := &mentions{engine: e, source: s, where: q.Where}
	ast.Walk(&tree.Node, f)
	return f.found
}

// Name is how a mention names another page in its own manner: by the last part of the id if it does so now, and if that
// means the page.
func (e *Engine) Name(m Mention, n *book.Node) string {
	short := path.Base(n.ID)
	if !m.Whole && !strings.Contains(m.Text, "/") && e.means(m.field, short) == n {
		return short
	}
	return n.ID
}

func (e *Engine) means(f *Field, name string) *book.Node {
	id, wrong, _ := e.page(name, f)
	if wrong != "" {
		return nil
	}
	n, _ := e.Book.Lookup(id)
	return n
}

// mentions finds them in the tree of a condition.
type mentions struct {
	engine *Engine
	source *source
	where  Word
	found  []Mention
}

// Visit looks at one comparison.
func (m *mentions) Visit(node *ast.Node) {
	switch n := (*node).(type) {
	case *ast.BinaryNode:
		switch n.Operator {
		case "==", "!=", "in", "not in", "startsWith":
			m.compare(n.Left, n.Right)
			m.compare(n.Right, n.Left)
		}
	case *ast.BuiltinNode:
		if n.Name == "hasPrefix" && len(n.Arguments) == 2 {
			m.compare(n.Arguments[0], n.Arguments[1])
		}
	}
}

func (m *mentions) compare(side, with ast.Node) {
	name, ok := chain(side)
	if !ok {
		return
	}
	in := m.source
	if rest, this := strings.CutPrefix(name, "this."); this {
		in, _ = m.engine.source([]Word{{Text: everything}})
		name = rest
	}
	f, _ := m.engine.path(in, name)
	if f == nil {
		return
	}
	whole := name == "id" || strings.HasSuffix(name, ".id")
	if f.Kind != Ref && !whole {
		return
	}
	texts := []ast.Node{with}
	if list, ok := with.(*ast.ArrayNode); ok {
		texts = list.Nodes
	}
	for _, t := range texts {
		s, ok := t.(*ast.StringNode)
		if !ok || s.Value == "" {
			continue
		}
		at := s.Location()
		start, end := offset(m.where.Text, at.From)+1, offset(m.where.Text, at.To)-1
		if start > end || m.where.Text[start:end] != s.Value {
			continue // written with escapes
		}
		found := Mention{Start: m.where.Start + start, End: m.where.Start + end, Text: s.Value, Whole: whole, field: f}
		if !whole {
			found.Node = m.engine.means(f, s.Value)
		}
		m.found = append(m.found, found)
	}
}
