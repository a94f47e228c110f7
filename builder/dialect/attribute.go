package dialect

import (
	"bytes"
	"regexp"
	"strings"

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

// IsAttributes reports whether a line is a list of attributes and nothing else.
func IsAttributes(line []byte) bool {
	if bytes.IndexByte(line, '{') < 0 {
		return false
	}
	_, _, ok := attributesIn(gtext.NewSegment(0, len(line)), line)
	return ok
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

func (l attributeLine) Transform(node *ast.Paragraph, reader gtext.Reader, pc parser.Context) {
	lines := node.Lines()
	if source := reader.Source(); bytes.Contains(source[lines.At(0).Start:lines.At(lines.Len()-1).Stop], []byte("\n{:")) {
		l.partAtAttributes(node, reader, pc)
	}
	for lines.Len() > 1 { // those of kramdown stand above a block too
		gap, a, ok := attributesIn(lines.At(0), reader.Source())
		if !ok || reader.Source()[gap.Lines().At(0).Start+1] != ':' {
			break
		}
		node.Parent().InsertBefore(node.Parent(), node, gap)
		placeBefore(node, a.ID)
		noteFor(a, func() ast.Node { return node }, pc)
		lines.SetSliced(1, lines.Len())
	}
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
	gap, a, ok := attributesIn(at, reader.Source())
	if !ok {
		return
	}
	if gap.contents {
		pc.Set(contentsKey, true)
	}
	parent := node.Parent()
	parent.InsertAfter(parent, node, gap)
	placeBefore(node, a.ID)
	if lines.Len() > 1 {
		lines.SetSliced(0, lines.Len()-1)
		last := lines.At(lines.Len() - 1)
		lines.Set(lines.Len()-1, last.TrimRightSpace(reader.Source()))
		noteFor(a, gap.PreviousSibling, pc)
		return
	}
	if before := node.PreviousSibling(); before != nil && before.Kind() != ast.KindHeading && !node.HasBlankPreviousLines() {
		noteFor(a, gap.PreviousSibling, pc)
	} else {
		noteFor(a, gap.NextSibling, pc)
	}
	parent.RemoveChild(parent, node)
}

// partAtAttributes makes a paragraph of its own of what stands below such a list, as kramdown does.
func (l attributeLine) partAtAttributes(node *ast.Paragraph, reader gtext.Reader, pc parser.Context) {
	lines := node.Lines()
	for i := lines.Len() - 2; i > 0; i-- {
		if gap, _, ok := attributesIn(lines.At(i), reader.Source()); !ok || reader.Source()[gap.Lines().At(0).Start+1] != ':' {
			continue
		}
		rest := ast.NewParagraph()
		rest.Lines().AppendAll(lines.Sliced(i+1, lines.Len()))
		rest.SetPos(rest.Lines().At(0).Start)
		last := lines.At(lines.Len() - 1)
		rest.Lines().Set(rest.Lines().Len()-1, last.TrimRightSpace(reader.Source()))
		lines.SetSliced(0, i+1)
		node.Parent().InsertAfter(node.Parent(), node, rest)
		l.Transform(rest, reader, pc)
	}
}

// attributesIn reads a line that is a list of attributes and nothing else.
func attributesIn(at gtext.Segment, source []byte) (*Gap, Attributes, bool) {
	at = at.TrimLeftSpace(source)
	text := bytes.TrimRight(at.Value(source), " \t\n")
	if len(text) < 3 || text[0] != '{' {
		return nil, Attributes{}, false
	}
	m := attributeForm.FindSubmatch(text)
	if kramdownForm.Match(text) {
		m = [][]byte{text, nil, nil}
	}
	if m == nil || len(m[0]) < len(text) {
		return nil, Attributes{}, false
	}
	a, ok := readAttributes(m[2], len(m[1]) > 0)
	gap := gapAt(at)
	gap.contents = string(m[2]) == "toc"
	return gap, a, ok
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

// noteFor puts a block into a box, once all blocks are there, if kramdown gives it the class of one, as Just the Docs does:
// "{: .warning }".
func noteFor(a Attributes, block func() ast.Node, pc parser.Context) {
	for _, class := range a.Classes {
		if name, titled := strings.CutSuffix(class, "-title"); boxes[name] {
			doLater(pc, func() { note(block(), name, titled) })
			return
		}
	}
}

func note(n ast.Node, name string, titled bool) {
	if n == nil || n.Parent() == nil || n.Kind() != ast.KindParagraph && n.Kind() != ast.KindBlockquote && n.Kind() != ast.KindList {
		return
	}
	box := &Box{Name: Name(name)}
	box.SetPos(n.Pos())
	n.Parent().ReplaceChild(n.Parent(), n, box)
	if n.Kind() != ast.KindBlockquote {
		box.AppendChild(box, n)
		return
	}
	for c := n.FirstChild(); c != nil; c = n.FirstChild() {
		box.AppendChild(box, c)
	}
	if words := box.FirstChild(); titled && words != nil && words.Kind() == ast.KindParagraph {
		title := &Title{}
		for c := words.FirstChild(); c != nil; c = words.FirstChild() {
			title.AppendChild(title, c)
		}
		box.ReplaceChild(box, words, title)
	}
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
