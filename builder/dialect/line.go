package dialect

import (
	"bytes"
	"strings"

	"github.com/yuin/goldmark/ast"
	"github.com/yuin/goldmark/parser"
	gtext "github.com/yuin/goldmark/text"
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

// skipLine goes to the end of a line, so that nothing of it is read as a child of what it opens.
func skipLine(reader gtext.Reader) {
	line, _ := reader.PeekLine()
	reader.Advance(len(bytes.TrimRight(line, "\n")))
}

// lineSegment is what remains of a line, without its end and the blanks around it.
func lineSegment(reader gtext.Reader) gtext.Segment {
	_, at := reader.PeekLine()
	at = at.TrimLeftSpace(reader.Source())
	return at.TrimRightSpace(reader.Source())
}

func toLower(b []byte) []byte { return bytes.ToLower(b) }

// words is a set of words.
func words(list string) map[string]bool {
	set := map[string]bool{}
	for word := range strings.FieldsSeq(list) {
		set[word] = true
	}
	return set
}
