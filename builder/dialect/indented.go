package dialect

import (
	"bytes"
	"regexp"
	"strings"

	"github.com/yuin/goldmark/ast"
	"github.com/yuin/goldmark/parser"
	gtext "github.com/yuin/goldmark/text"
	"github.com/yuin/goldmark/util"
)

// admonitions reads `!!! note "Title"`, `??? note` and `=== "Tab"`, whose text stands four blanks further in.
func admonitions() Part {
	return Part{
		Name: "admonitions and content tabs", Tools: "MkDocs Material",
		Blocks: []Block{
			{Parser: admonitionParser{"!?"}, Priority: 91},
			{Parser: tabParser{"="}, Priority: 91},
			{Parser: termless{":"}, Priority: 100},
			{Parser: behindIndented{parser.NewParagraphParser()}, Priority: 990, Leaf: true},
		},
	}
}

// blanksIn is how much further in the text of a box stands than the line that opens it.
const blanksIn = 4

// admonitionForm is a mark, the words of which the first is the kind, and a title in quotes.
var admonitionForm = regexp.MustCompile(`^ {0,3}(!!!|\?\?\?\+?) ?([\w-]+)((?: +[\w-]+)*)(?: +"([^\n]*)")? *\n?$`)

// tabForm is the line that opens a tab; with "!" it begins a new set.
var tabForm = regexp.MustCompile(`^ {0,3}===([+!]{0,2}) +"([^\n]*)" *\n?$`)

type admonitionParser struct{ begins }

func (admonitionParser) Open(_ ast.Node, reader gtext.Reader, pc parser.Context) (ast.Node, parser.State) {
	f, ok := find(admonitionForm, reader)
	if !ok {
		return nil, parser.NoChildren
	}
	known := boxes[strings.ToLower(f.text(2))] && f.text(3) == ""
	if !f.has(4) && !known && !indentsNext(reader.Source()[f.start+len(f.line):]) {
		return nil, parser.NoChildren // "!!! please read this" is prose
	}
	box := &Box{Name: Name(f.text(2)), Fold: map[string]Fold{"???+": FoldOpen, "???": FoldClosed}[f.text(1)], indent: pc.BlockIndent() + blanksIn}
	if f.has(4) {
		title := NewTitle(reader.Source(), f.at(4))
		titled(box, title)
		box.Untitled = title == nil && box.Fold == FoldNone
	}
	reader.AdvanceToEOL()
	return box, parser.HasChildren
}

func (admonitionParser) Continue(node ast.Node, reader gtext.Reader, _ parser.Context) parser.State {
	return stepIn(reader, node.(*Box).indent)
}

type tabParser struct{ begins }

func (tabParser) Open(_ ast.Node, reader gtext.Reader, pc parser.Context) (ast.Node, parser.State) {
	f, ok := find(tabForm, reader)
	if !ok {
		return nil, parser.NoChildren
	}
	tab := &Tab{indent: pc.BlockIndent() + blanksIn, first: strings.Contains(f.text(1), "!")}
	reader.AdvanceToEOL()
	return titled(tab, NewTitle(reader.Source(), f.at(2))), parser.HasChildren
}

func (tabParser) Close(node ast.Node, _ gtext.Reader, _ parser.Context) { gather(node.(*Tab)) }

func (tabParser) Continue(node ast.Node, reader gtext.Reader, _ parser.Context) parser.State {
	return stepIn(reader, node.(*Tab).indent)
}

// termless reads the text of a definition whose term a program makes of a comment, as Material's own site does.
type termless struct{ begins }

func (termless) Open(parent ast.Node, reader gtext.Reader, pc parser.Context) (ast.Node, parser.State) {
	line, _ := reader.PeekLine()
	term, ok := parent.LastChild().(*ast.HTMLBlock)
	if !ok || term.HTMLBlockType != ast.HTMLBlockType2 || !bytes.HasPrefix(line, []byte(":   ")) || util.IsBlank(line[1:]) {
		return nil, parser.NoChildren
	}
	reader.Advance(len(line) - len(bytes.TrimLeft(line[1:], " ")))
	return &Unread{}, parser.HasChildren
}

func (termless) Continue(_ ast.Node, reader gtext.Reader, _ parser.Context) parser.State {
	return stepIn(reader, blanksIn)
}

// stepIn goes behind the blanks that a box's text stands further in, of which four will do.
func stepIn(reader gtext.Reader, indent int) parser.State {
	line, _ := reader.PeekLine()
	if util.IsBlank(line) {
		return parser.Continue | parser.HasChildren
	}
	width, _ := util.IndentWidth(line, reader.LineOffset())
	if width < blanksIn {
		return parser.Close
	}
	pos, padding := util.IndentPosition(line, reader.LineOffset(), min(width, indent))
	reader.AdvanceAndSetPadding(pos, padding)
	return parser.Continue | parser.HasChildren
}

// indentsNext reports whether the next line that is not blank stands further in.
func indentsNext(rest []byte) bool {
	for len(rest) > 0 {
		line, more, _ := bytes.Cut(rest, []byte("\n"))
		if !util.IsBlank(line) {
			width, _ := util.IndentWidth(line, 0)
			return width >= blanksIn
		}
		if len(rest)-len(more) > maxLook {
			return false
		}
		rest = more
	}
	return false
}

// maxLook bounds how far ahead is looked.
const maxLook = 1000

// behindIndented begins a paragraph with a line that stands right below a box and not as far in as its text. Markdown would
// take it for one more line of the last paragraph in the box.
type behindIndented struct{ parser.BlockParser }

func (b behindIndented) CanInterruptParagraph() bool { return true }

func (b behindIndented) Open(parent ast.Node, reader gtext.Reader, pc parser.Context) (ast.Node, parser.State) {
	last := pc.LastOpenedBlock().Node
	if last == nil || last.Kind() != ast.KindParagraph || last.Parent() == parent {
		return nil, parser.NoChildren
	}
	for n := last.Parent(); n != nil && n != parent; n = n.Parent() {
		if box, ok := n.(*Box); ok && box.indent > 0 || Is[*Tab](n) || tagsOf(pc).ended(n) {
			return b.BlockParser.Open(parent, reader, pc)
		}
	}
	return nil, parser.NoChildren
}
