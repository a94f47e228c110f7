package dialect

import (
	"bytes"
	"regexp"

	"github.com/yuin/goldmark/ast"
	"github.com/yuin/goldmark/parser"
	gtext "github.com/yuin/goldmark/text"
)

// blockIDs reads "^refunds" at the end of a paragraph or an item of a list, and on a line of its own below a table or a quote.
func blockIDs() Part {
	return Part{
		Name: "ids of blocks", Tools: "Obsidian, Logseq",
		Paragraphs: []Paragraph{{blockIDLine{}, 50}},
	}
}

// blockIDForm is an id behind a blank. One or two digits alone are prose: "ten to the ^6".
var blockIDForm = regexp.MustCompile(`(?:^|[ \t])(\^(?:[A-Za-z0-9-]*[A-Za-z-][A-Za-z0-9-]*|[0-9]{3,}))[ \t]*\n?$`)

type blockIDLine struct{}

func (blockIDLine) Transform(node *ast.Paragraph, reader gtext.Reader, _ parser.Context) {
	lines := node.Lines()
	last := lines.Len() - 1
	at := lines.At(last)
	line := at.Value(reader.Source())
	mark := bytes.LastIndexByte(line, '^')
	if len(line) > maxLook || mark < 0 {
		return
	}
	from := max(0, mark-1)
	line = line[from:]
	m := blockIDForm.FindSubmatchIndex(line)
	if m == nil {
		return
	}
	start := at.Start - at.Padding + from
	id := &BlockID{ID: string(line[m[2]:m[3]]), At: gtext.NewSegment(start+m[2], start+m[3])}
	at = at.WithStop(start + m[2])
	at = at.TrimRightSpace(reader.Source())
	parent := node.Parent()
	switch {
	case at.Len() > 0:
		lines.Set(last, at)
	case last > 0:
		lines.SetSliced(0, last)
		before := lines.At(last - 1)
		lines.Set(last-1, before.TrimRightSpace(reader.Source()))
	case node.PreviousSibling() != nil:
		parent.ReplaceChild(parent, node, id)
		return
	default:
		return
	}
	parent.InsertAfter(parent, node, id)
}
