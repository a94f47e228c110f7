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

// Formula is TeX in a line of text.
type Formula struct {
	inlineNode
	TeX     []gtext.Segment
	Display bool // it is shown on a line of its own
}

// FormulaBlock is TeX on lines of its own, which are its lines.
type FormulaBlock struct {
	blockNode
	close string // the mark that ends it; "" for one that has ended
}

// IsRaw says that TeX is no Markdown.
func (*FormulaBlock) IsRaw() bool { return true }

// math reads formulas: $x^2$, $`x^2`$, \(x^2\), \\(x^2\\) and $$x^2$$, and blocks between lines of $$ or of \[ and \].
func math() Part {
	return Part{
		Name: "math", Tools: "GitHub, GitLab, pandoc, Obsidian, MkDocs Material, mdBook, Hugo",
		Blocks:  []Block{{Parser: formulaBlocks{`$\`}, Priority: 95, Leaf: true}},
		Inlines: []Inline{{Parser: formulas{`$\`}, Priority: 80}},
	}
}

// maxFormula is how far the end of a formula is looked for. No formula that anybody reads is longer.
const maxFormula = 5000

type formulas struct{ begins }

func (formulas) Parse(_ ast.Node, block gtext.Reader, _ parser.Context) ast.Node {
	line, _ := block.PeekLine()
	if before := block.PrecendingCharacter(); line[0] == '$' && (isWord(byte(min(before, 0x7f))) || before == '$') {
		return nil
	}
	for _, m := range formulaMarks {
		if bytes.HasPrefix(line, []byte(m.open)) {
			return formula(block, m.open, m.close, m.is)
		}
	}
	return nil
}

// formulaMarks are what formulas stand between, and what tells one from other text.
var formulaMarks = []struct {
	open, close string
	is          func(tex string, next byte) bool
}{
	{`\\(`, `\\)`, isTeX}, // as mdBook has it
	{`\\[`, `\\]`, isTeX},
	{`\(`, `\)`, isTeX},
	{"$`", "`$", func(string, byte) bool { return true }},
	{"$$", "$$", func(tex string, next byte) bool { return strings.TrimSpace(tex) != "" && next != '$' }},
	{"$", "$", isFormula},
}

// isTeX tells a formula from words in brackets.
func isTeX(tex string, _ byte) bool {
	return strings.ContainsAny(tex, `\^=+{`) || len(strings.TrimSpace(tex)) == 1
}

// formula reads what stands between two marks, in one line or several, if it is one.
func formula(block gtext.Reader, open, close string, is func(tex string, next byte) bool) ast.Node {
	line, start := block.Position()
	block.Advance(len(open))
	n := &Formula{Display: open == "$$" || open == `\\[`}
	var tex strings.Builder
	for tex.Len() < maxFormula {
		text, at := block.PeekLine()
		if text == nil {
			break
		}
		near := text[:min(len(text), maxFormula)]
		if again := unescaped(near, open); open != close && again >= 0 {
			near = near[:again] // marks that are never closed cost no more than the way to the next
		}
		end := unescaped(near, close)
		if end < 0 && len(near) < len(text) {
			break
		}
		if end < 0 {
			n.TeX = append(n.TeX, at)
			tex.Write(text)
			block.AdvanceLine()
			continue
		}
		tex.Write(text[:end])
		var next byte
		if behind := text[end+len(close):]; len(behind) > 0 {
			next = behind[0]
		}
		if !is(tex.String(), next) {
			break
		}
		n.TeX = append(n.TeX, at.WithStop(at.Start-at.Padding+end))
		block.Advance(end + len(close))
		return n
	}
	block.SetPosition(line, start)
	return nil
}

// unescaped is where a mark stands behind an even number of backslashes; -1 where it does not.
func unescaped(text []byte, mark string) int {
	for from := 0; ; {
		i := bytes.Index(text[from:], []byte(mark))
		if i < 0 {
			return -1
		}
		i += from
		if before := text[:i]; (len(before)-len(bytes.TrimRight(before, `\`)))%2 == 0 {
			return i
		}
		from = i + 1
	}
}

// prose is two words in a row, which formulas have only between braces.
var prose = regexp.MustCompile(`(?:^|[^\\A-Za-z{])[A-Za-z]{2,}[,.;:]? +[A-Za-z]{2,}`)

// isFormula tells $x$ from two amounts of money, two names of variables and a dollar in quotes: no blank stands at its ends, no letter
// and no digit right behind it, no mark of a sentence at its beginning, and it is not words.
func isFormula(tex string, next byte) bool {
	if tex == "" || isWord(next) || next == '$' || isBlank(tex[0]) || isBlank(tex[len(tex)-1]) || strings.Contains(tex, "`") || strings.IndexByte(`'",.;:)`, tex[0]) >= 0 {
		return false
	}
	if '0' <= tex[0] && tex[0] <= '9' && !strings.ContainsAny(tex, `\^=_`) {
		return !strings.ContainsAny(tex, " \n")
	}
	return strings.ContainsAny(tex, `\^={`) || !prose.MatchString(tex)
}

func isWord(c byte) bool  { return util.IsAlphaNumeric(c) || c == '_' || c == '\\' }
func isBlank(c byte) bool { return c == ' ' || c == '\t' || c == '\n' || c == '\r' }

// formulaBlocks reads "$$" on a line, and what follows up to a line that ends with "$$"; likewise "\[" and "\]".
type formulaBlocks struct{ begins }

func (formulaBlocks) Open(_ ast.Node, reader gtext.Reader, _ parser.Context) (ast.Node, parser.State) {
	line, at := reader.PeekLine()
	indent := len(line) - len(bytes.TrimLeft(line, " "))
	text := bytes.TrimSpace(line)
	open, close := text[:min(2, len(text))], ""
	switch {
	case bytes.HasPrefix(text, []byte("$$")) && !bytes.HasPrefix(text, []byte("$$$")):
		close = "$$"
	case string(text) == `\[`:
		open, close = text, `\]`
	default:
		return nil, parser.NoChildren
	}
	n := &FormulaBlock{}
	inner := text[2:]
	if end := unescaped(inner, close); end >= 0 {
		if end != len(inner)-2 || len(bytes.TrimSpace(inner[:end])) == 0 {
			return nil, parser.NoChildren // words stand behind it: it is in a line of text
		}
		n.Lines().Append(gtext.NewSegment(at.Start-at.Padding+indent+2, at.Start-at.Padding+indent+2+end))
		reader.AdvanceToEOL()
		return n, parser.NoChildren
	}
	if !closesAhead(reader.Source()[at.Stop:], open, close) {
		return nil, parser.NoChildren
	}
	if len(bytes.TrimSpace(inner)) > 0 {
		n.Lines().Append(at.WithStart(at.Start - at.Padding + indent + 2))
	}
	reader.AdvanceToEOL()
	n.close = close
	return n, parser.NoChildren
}

// closesAhead reports whether a mark ends a line ahead before anything else stands behind it.
func closesAhead(rest, open []byte, close string) bool {
	rest = rest[:min(len(rest), maxFormula)]
	if again := bytes.Index(rest, open); string(open) != close && again >= 0 {
		rest = rest[:again]
	}
	i := unescaped(rest, close)
	if i < 0 {
		return false
	}
	behind, _, _ := bytes.Cut(rest[i+len(close):], []byte("\n"))
	return len(bytes.TrimSpace(behind)) == 0
}

func (formulaBlocks) Continue(node ast.Node, reader gtext.Reader, _ parser.Context) parser.State {
	line, at := reader.PeekLine()
	close := node.(*FormulaBlock).close
	if close == "" { // it was all on one line
		return parser.Close
	}
	end := unescaped(line, close)
	if end < 0 {
		node.Lines().Append(at)
		reader.AdvanceToEOL()
		return parser.Continue | parser.NoChildren
	}
	if len(bytes.TrimSpace(line[:end])) > 0 {
		node.Lines().Append(at.WithStop(at.Start - at.Padding + end))
	}
	reader.AdvanceToEOL()
	return parser.Close
}
