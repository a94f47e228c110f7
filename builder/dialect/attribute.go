package dialect

import (
	"bytes"
	"regexp"

	"github.com/yuin/goldmark/ast"
	"github.com/yuin/goldmark/parser"
	gtext "github.com/yuin/goldmark/text"
)

// attributes reads what stands in braces behind a block or behind something in a line: "{: .wide #limits }". It says how things
// look, which is the theme's to say; an id stays, and so does a picture's size.
func attributes() Part {
	return Part{
		Name: "attribute lists", Tools: "MkDocs, kramdown, pandoc",
		Inlines:    []Inline{{Parser: attributeParser{"{"}, Priority: 600}},
		Paragraphs: []Paragraph{{attributeLine{}, 150}},
		Trees:      []Tree{{contents{}, 90}},
	}
}

// attributeForm is a list of attributes; with a colon its words may be of any form.
var attributeForm = regexp.MustCompile(`^\{(:?)[ \t]*([^{}\n]{1,400}?)[ \t]*\}`)

// attributeWord is one of them: a class, an id, a key with its value, or the name of one that needs no value.
var attributeWord = regexp.MustCompile(`^(?:\.([\w:-]+)|#([^\s"'<>&#{}]+)|([A-Za-z][\w:.-]*)=("[^"]*"|'[^']*'|[^\s"']+)|([A-Za-z][\w-]*))(?:[ \t,]+|$)`)

// Attributes are what stands in braces.
type Attributes struct {
	ID      string
	Classes []string
	Values  map[string]string // without their quotes
}

// readAttributes reads the words between braces. It gives false for what is something else. With loose, a word alone is an
// attribute too.
func readAttributes(inner []byte, loose bool) (a Attributes, ok bool) {
	for len(inner) > 0 {
		m := attributeWord.FindSubmatch(inner)
		switch {
		case m == nil, m[5] != nil && !loose && !bytes.HasPrefix(m[5], []byte("data-")):
			return Attributes{}, false
		case m[1] != nil:
			a.Classes = append(a.Classes, string(m[1]))
		case m[2] != nil:
			a.ID = string(m[2])
		case m[3] != nil:
			if a.Values == nil {
				a.Values = map[string]string{}
			}
			a.Values[string(bytes.ToLower(m[3]))] = string(bytes.Trim(m[4], `"'`))
		}
		inner = inner[len(m[0]):]
	}
	return a, true
}

type attributeParser struct{ begins }

func (attributeParser) Parse(parent ast.Node, block gtext.Reader, _ parser.Context) ast.Node {
	last := parent.LastChild()
	if last == nil || last.Kind() == ast.KindText || last.Kind() == ast.KindString || block.PrecendingCharacter() == '[' {
		return nil
	}
	line, at := block.PeekLine()
	m := attributeForm.FindSubmatch(line)
	if m == nil {
		return nil
	}
	a, ok := readAttributes(m[2], len(m[1]) > 0)
	if !ok {
		return nil
	}
	block.Advance(len(m[0]))
	switch n := last.(type) {
	case *ast.Image:
		for _, key := range []string{"width", "height"} {
			if a.Values[key] != "" {
				n.SetAttributeString(key, a.Values[key])
			}
		}
	case *ast.Link:
		if len(n.Destination) == 0 && n.ChildCount() == 0 { // "[](){#id}" is a place and no link
			parent.RemoveChild(parent, n)
		}
	}
	if a.ID != "" {
		return &Anchor{ID: a.ID}
	}
	return &InlineGap{Segment: gtext.NewSegment(at.Start, at.Start+len(m[0]))}
}

// attributeLine takes a list of attributes off the end of a paragraph.
type attributeLine struct{}

func (attributeLine) Transform(node *ast.Paragraph, reader gtext.Reader, pc parser.Context) {
	lines := node.Lines()
	at := lines.At(lines.Len() - 1)
	at = at.TrimLeftSpace(reader.Source())
	text := bytes.TrimRight(at.Value(reader.Source()), " \t\n")
	if len(text) == 0 || text[len(text)-1] != '}' {
		return
	}
	if text[0] != '{' {
		behindWords(node, text, at)
		return
	}
	m := attributeForm.FindSubmatch(text)
	if kramdownForm.Match(text) {
		m = [][]byte{text, nil, nil}
	}
	if m == nil || len(m[0]) < len(text) {
		return
	}
	a, ok := readAttributes(m[2], len(m[1]) > 0)
	if !ok {
		return
	}
	parent := node.Parent()
	gap := gapAt(at)
	if gap.contents = string(m[2]) == "toc"; gap.contents {
		pc.Set(contentsKey, true)
	}
	parent.InsertAfter(parent, node, gap)
	placeBefore(node, a.ID)
	if lines.Len() > 1 {
		lines.SetSliced(0, lines.Len()-1)
		last := lines.At(lines.Len() - 1)
		lines.Set(lines.Len()-1, last.TrimRightSpace(reader.Source()))
		return
	}
	parent.RemoveChild(parent, node)
}

// behindWords takes an id or classes off the end of a paragraph's last line, where markdown-it's plugin reads them: "Pay. {#pay}".
func behindWords(node *ast.Paragraph, text []byte, at gtext.Segment) {
	begin := bytes.LastIndex(text, []byte(" {")) + 1
	if begin == 0 || text[begin+1] != '#' && text[begin+1] != '.' {
		return
	}
	m := attributeForm.FindSubmatch(text[begin:])
	if m == nil || len(m[0]) < len(text)-begin {
		return
	}
	a, ok := readAttributes(m[2], false)
	if !ok {
		return
	}
	lines := node.Lines()
	last := lines.At(lines.Len() - 1)
	lines.Set(lines.Len()-1, last.WithStop(at.Start+len(bytes.TrimRight(text[:begin], " \t"))))
	node.Parent().InsertAfter(node.Parent(), node, gapAt(gtext.NewSegment(at.Start+begin, at.Start+len(text))))
	placeBefore(node, a.ID)
}

// placeBefore puts an id above a paragraph, if there is one. It takes over whether a blank line stands above, because that makes
// a list loose only within an item.
func placeBefore(node *ast.Paragraph, id string) {
	if id == "" {
		return
	}
	place := &Place{ID: id}
	place.SetBlankPreviousLines(node.HasBlankPreviousLines())
	node.SetBlankPreviousLines(false)
	node.Parent().InsertBefore(node.Parent(), node, place)
}

// kramdownForm is what kramdown is told in a line of its own: "{::options toc_levels="2..3" /}".
var kramdownForm = regexp.MustCompile(`^\{:[:/][^{}\n]*\}$`)

// contents takes away the lists in whose place kramdown writes a list of the page's headings, which each page has: their only
// item is followed by "{:toc}".
type contents struct{}

var contentsKey = parser.NewContextKey() // set where there is such a list

func (contents) Transform(doc *ast.Document, _ gtext.Reader, pc parser.Context) {
	if pc.Get(contentsKey) == nil {
		return
	}
	var lists []ast.Node
	_ = ast.Walk(doc, func(n ast.Node, entering bool) (ast.WalkStatus, error) { // nothing in it fails
		if gap, ok := n.(*Gap); ok && entering && gap.contents {
			if item := gap.Parent(); item.Kind() == ast.KindListItem && item.Parent().ChildCount() == 1 {
				lists = append(lists, item.Parent())
			}
		}
		return ast.WalkContinue, nil
	})
	for _, l := range lists {
		l.Parent().RemoveChild(l.Parent(), l)
	}
}
