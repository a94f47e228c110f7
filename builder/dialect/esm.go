package dialect

import (
	"bytes"
	"regexp"

	"github.com/yuin/goldmark/ast"
	"github.com/yuin/goldmark/parser"
	gtext "github.com/yuin/goldmark/text"
	"github.com/yuin/goldmark/util"
)

// modules reads the lines of MDX that are no text: imports, exports, and expressions in braces.
func modules() Part {
	return Part{
		Name: "imports, exports and expressions", Tools: "MDX: Docusaurus, Starlight, Nextra",
		Blocks: []Block{
			{Parser: moduleParser{"ie"}, Priority: 70, Leaf: true},
			{Parser: expressionParser{"{"}, Priority: 85, Leaf: true},
		},
		Inlines: []Inline{{Parser: expressionInline{"{"}, Priority: 85}},
	}
}

var mdxKey = parser.NewContextKey()

// SetMDX says that the file that is parsed is MDX, in which braces hold expressions.
func SetMDX(pc parser.Context) { pc.Set(mdxKey, true) }

func isMDX(pc parser.Context) bool { return pc.Get(mdxKey) != nil }

var (
	importForm = regexp.MustCompile(`^import(?:\s*["'{]|\s+\*\s+as\s|\s+(?:type\s+)?[\w$]+\s*(?:,|\sfrom\s)|\s+type\s*\{)`)
	exportForm = regexp.MustCompile(`^export(?:\s*[{*]|\s+(?:default|const|let|var|function|async|class|type|interface|enum)\b)`)
	// importWhole is imports from their first word to their end, which nobody writes in prose.
	importWhole = regexp.MustCompile(`^(?:import\b[^"'` + "`" + `]*(?:["'][^"'\n]+["'])(?:\s+(?:with|assert)\s*\{[^}]*\})?\s*;?\s*)+$`)
)

type moduleParser struct{ begins }

func (moduleParser) CanInterruptParagraph() bool { return false }

// Open reads a statement. In a file of Markdown only those count that stand above the text.
func (moduleParser) Open(parent ast.Node, reader gtext.Reader, pc parser.Context) (ast.Node, parser.State) {
	line, at := reader.PeekLine()
	isImport := importForm.Match(line)
	if parent.Kind() != ast.KindDocument && !isMDX(pc) || !isImport && !exportForm.Match(line) {
		return nil, parser.NoChildren
	}
	source := reader.Source()
	size := statement(source[at.Start:], isImport)
	if !isMDX(pc) && !plainly(source[at.Start:at.Start+size], isImport, parent) {
		return nil, parser.NoChildren
	}
	gap := gapAt(at)
	gap.until = at.Start + size
	reader.AdvanceToEOL()
	return gap, parser.NoChildren
}

func (moduleParser) Continue(node ast.Node, reader gtext.Reader, _ parser.Context) parser.State {
	_, at := reader.PeekLine()
	if at.Start >= node.(*Gap).until {
		return parser.Close
	}
	node.Lines().Append(at)
	reader.AdvanceToEOL()
	return parser.Continue | parser.NoChildren
}

// plainly reports whether a statement in a file of Markdown can be nothing else: an import, or an export below one.
func plainly(text []byte, isImport bool, doc ast.Node) bool {
	if isImport {
		return importWhole.Match(text) && aboveText(doc)
	}
	return Is[*Gap](doc.LastChild()) && aboveText(doc)
}

// maxAbove is how many statements may stand above a text.
const maxAbove = 100

// aboveText reports whether nothing but such statements, comments and headings stands in a document so far.
func aboveText(doc ast.Node) bool {
	if doc.ChildCount() > maxAbove {
		return false
	}
	for n := doc.FirstChild(); n != nil; n = n.NextSibling() {
		if html, ok := n.(*ast.HTMLBlock); !Is[*Gap](n) && n.Kind() != ast.KindHeading && (!ok || html.HTMLBlockType != ast.HTMLBlockType2) {
			return false
		}
	}
	return true
}

// statement is how long a statement is: up to the line in which its brackets are closed, or for an export to the blank line
// behind it.
func statement(text []byte, isImport bool) int {
	text = text[:min(len(text), maxTag)]
	depth, blank, at := 0, 0, 0
	for line := range bytes.Lines(text) {
		if util.IsBlank(line) {
			if blank == 0 {
				blank = at
			}
			if depth <= 0 {
				return at
			}
		}
		for _, c := range line {
			switch c {
			case '{', '(', '[':
				depth++
			case '}', ')', ']':
				depth--
			}
		}
		at += len(line)
		if isImport && depth <= 0 {
			return at
		}
	}
	if depth > 0 && blank > 0 { // brackets that nobody closes
		return blank
	}
	return len(text)
}

type expressionParser struct{ begins }

func (expressionParser) CanInterruptParagraph() bool { return false }

// Open reads an expression that stands alone on its lines.
func (expressionParser) Open(_ ast.Node, reader gtext.Reader, pc parser.Context) (ast.Node, parser.State) {
	if !isMDX(pc) {
		return nil, parser.NoChildren
	}
	line, at := reader.PeekLine()
	start := at.Start - at.Padding + bytes.IndexByte(line, '{')
	text := reader.Source()[start:]
	text = text[:min(len(text), maxTag)]
	size := effortOf(pc).braces(text)
	if size < 0 {
		return nil, parser.NoChildren
	}
	rest, _, _ := bytes.Cut(text[size:], []byte("\n"))
	if _, _, words := literal(text[1 : size-1]); words || !util.IsBlank(rest) || ownForm.Match(text[:size]) {
		return nil, parser.NoChildren
	}
	reader.AdvanceToEOL()
	return &Unread{Construct: expression(gtext.NewSegment(start, start+size)), until: start + size}, parser.NoChildren
}

func (expressionParser) Continue(node ast.Node, reader gtext.Reader, _ parser.Context) parser.State {
	if _, at := reader.PeekLine(); at.Start >= node.(*Unread).until {
		return parser.Close
	}
	reader.AdvanceToEOL()
	return parser.Continue | parser.NoChildren
}

func expression(at gtext.Segment) Construct {
	return Construct{What: "an expression of MDX, such as `{…}`", At: at, Help: "write what it gives; where braces are meant, write `\\{`"}
}

// ownForm is an expression that gives what the page says of itself.
var ownForm = regexp.MustCompile(`^\{\s*(?:props\.)?front[mM]atter\.([\w-]+)\s*\}$`)

type expressionInline struct{ begins }

func (expressionInline) Parse(_ ast.Node, block gtext.Reader, pc parser.Context) ast.Node {
	if !isMDX(pc) {
		return nil
	}
	line, at := block.PeekLine()
	size := effortOf(pc).braces(line[:min(len(line), maxTag)])
	if size < 0 {
		return nil
	}
	block.Advance(size)
	if start, end, ok := literal(line[1 : size-1]); ok {
		return phrase("", ast.NewTextSegment(gtext.NewSegment(at.Start+1+start, at.Start+1+end)))
	}
	c := expression(gtext.NewSegment(at.Start, at.Start+size))
	if m := ownForm.FindSubmatch(line[:size]); m != nil {
		return &Value{Key: string(m[1]), Construct: c}
	}
	return &Mention{Construct: c}
}
