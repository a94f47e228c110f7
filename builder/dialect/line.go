package dialect

import (
	"regexp"
	"strings"

	"github.com/yuin/goldmark/ast"
	"github.com/yuin/goldmark/parser"
	gtext "github.com/yuin/goldmark/text"
	"github.com/yuin/goldmark/util"
)

// begins is what most parsers have in common: the characters that what they read begins with. As a parser of blocks it reads
// one line, which may stand right below a paragraph.
type begins string

// Trigger and the like are what goldmark asks of a parser.
func (b begins) Trigger() []byte                                            { return []byte(b) }
func (begins) CanInterruptParagraph() bool                                  { return true }
func (begins) CanAcceptIndentedLine() bool                                  { return false }
func (begins) Continue(ast.Node, gtext.Reader, parser.Context) parser.State { return parser.Close }
func (begins) Close(ast.Node, gtext.Reader, parser.Context)                 {}

// found is what a form found at the beginning of what remains of a line.
type found struct {
	line   []byte
	start  int // of the line in the source
	groups []int
}

func find(form *regexp.Regexp, reader gtext.Reader) (f found, ok bool) {
	line, at := reader.PeekLine()
	f = found{line, at.Start - at.Padding, form.FindSubmatchIndex(line)}
	return f, f.groups != nil
}

// has reports whether a group stands there, which may be empty.
func (f found) has(i int) bool { return f.groups[2*i] >= 0 }

// text is a group in words; "" where it does not stand there.
func (f found) text(i int) string {
	if !f.has(i) {
		return ""
	}
	return string(f.line[f.groups[2*i]:f.groups[2*i+1]])
}

// at is where a group stands in the source.
func (f found) at(i int) gtext.Segment {
	return gtext.NewSegment(f.start+f.groups[2*i], f.start+f.groups[2*i+1])
}

// behind is what stands in the line behind what was found.
func (f found) behind() []byte { return f.line[f.groups[1]:] }

// advance goes on in a line, and to its end where nothing else stands in it.
func advance(reader gtext.Reader, n int) {
	reader.Advance(n)
	if rest, _ := reader.PeekLine(); util.IsBlank(rest) {
		reader.AdvanceToEOL()
	}
}

// oneLine reads what stands alone on a line.
type oneLine struct {
	begins
	form *regexp.Regexp
	node func(f found, reader gtext.Reader, pc parser.Context) ast.Node
}

func (l oneLine) Open(_ ast.Node, reader gtext.Reader, pc parser.Context) (ast.Node, parser.State) {
	f, ok := find(l.form, reader)
	if !ok {
		return nil, parser.NoChildren
	}
	node := l.node(f, reader, pc)
	reader.AdvanceToEOL() // so that nothing of it is read as its child
	return node, parser.NoChildren
}

// inLine reads what stands in a line of text behind a character; the node is nil for what is something else.
type inLine struct {
	begins
	form *regexp.Regexp
	node func(f found, before rune) ast.Node
}

func (l inLine) Parse(_ ast.Node, block gtext.Reader, _ parser.Context) ast.Node {
	f, ok := find(l.form, block)
	if !ok {
		return nil
	}
	node := l.node(f, block.PrecendingCharacter())
	if node != nil {
		block.Advance(f.groups[1])
	}
	return node
}

// gapAt is a gap of one stretch of the source.
func gapAt(at gtext.Segment) *Gap {
	gap := &Gap{}
	gap.Lines().Append(at)
	return gap
}

// lineSegment is what remains of a line, without its end and the blanks around it.
func lineSegment(reader gtext.Reader) gtext.Segment {
	_, at := reader.PeekLine()
	at = at.TrimLeftSpace(reader.Source())
	return at.TrimRightSpace(reader.Source())
}

// byName is what words stand for, of lists of those that stand for one thing.
func byName[T comparable](lists map[T]string) map[string]T {
	all := map[string]T{}
	for v, list := range lists {
		for word := range strings.FieldsSeq(list) {
			all[word] = v
		}
	}
	return all
}

// words is a set of words.
func words(list string) map[string]bool { return byName(map[bool]string{true: list}) }
