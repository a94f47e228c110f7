package dialect

import (
	"bytes"
	"unicode"
	"unicode/utf8"

	"github.com/yuin/goldmark/ast"
	"github.com/yuin/goldmark/parser"
	gtext "github.com/yuin/goldmark/text"
	"github.com/yuin/goldmark/util"
)

// comments reads "%% for authors %%", in a line and over several, and MDX's "{/* for authors */}".
func comments() Part {
	return Part{
		Name: "comments", Tools: "Obsidian, MDX",
		Blocks:     []Block{{Parser: commentRest{}, Priority: 60, Leaf: true}, {Parser: commentParser{"%{"}, Priority: 80, Leaf: true}},
		Inlines:    []Inline{{Parser: commentInline{"%{"}, Priority: 80}},
		Paragraphs: []Paragraph{{commentBegin{}, 40}},
	}
}

// remark is a way to write a comment.
type remark struct{ open, close string }

var remarks = map[byte]remark{'%': {"%%", "%%"}, '{': {"{/*", "*/}"}}

// opens reports whether a comment begins with the text, which stands behind that character: "50%% of it" is prose.
func (r remark) opens(text []byte, before rune) bool {
	if !bytes.HasPrefix(text, []byte(r.open)) {
		return false
	}
	return r.open[0] != '%' || !unicode.IsDigit(before) && before != '%' && !bytes.HasPrefix(text, []byte("%%%"))
}

// end is where a mark in a line ends that closes the comment, looked for from an offset on; 0 for none. A mark right before a
// letter closes none: "%%a in %%b".
func (r remark) end(line []byte, from int) int {
	for at := min(from, len(line)); ; {
		i := bytes.Index(line[at:], []byte(r.close))
		if i < 0 {
			return 0
		}
		at += i + len(r.close)
		next, _ := utf8.DecodeRune(line[at:])
		if r.open[0] != '%' || at == len(line) || !unicode.IsLetter(next) && !unicode.IsDigit(next) {
			return at
		}
	}
}

type commentParser struct{ begins }

// Open reads a comment that begins a line. One that ends in its line, with words beside it, is read with them.
func (commentParser) Open(_ ast.Node, reader gtext.Reader, pc parser.Context) (ast.Node, parser.State) {
	line, at := reader.PeekLine()
	blanks := len(line) - len(bytes.TrimLeft(line, " \t"))
	text := line[blanks:]
	r, ok := remarks[text[0]]
	if !ok || !r.opens(text, ' ') {
		return nil, parser.NoChildren
	}
	start := at.Start - at.Padding + blanks
	gap := gapAt(at)
	gap.Remark = true
	alone := util.IsBlank(text[len(r.open):])
	switch end := r.end(text, len(r.open)); {
	case end > 0 && util.IsBlank(text[end:]) && !inParagraph(pc):
		gap.Lines().Set(0, gtext.NewSegment(start, start+end))
	case end > 0, !alone && inParagraph(pc) && text[len(r.open)] != ' ':
		return nil, parser.NoChildren
	case markAhead(pc, r, at.Stop, reader.Source()):
		gap.close = r
	case alone && r.open[0] == '%': // as its author sees it: all that follows is a comment
		gap.close = r
		gap.Unread = Construct{What: "a comment that begins with `%%` and never ends", At: gtext.NewSegment(start, start+2), Help: "write `%%` where it ends"}
	default:
		return nil, parser.NoChildren
	}
	reader.AdvanceToEOL()
	return gap, parser.NoChildren
}

// lastMarksKey notes for each mark where it stands for the last time.
var lastMarksKey = parser.NewContextKey()

// markAhead reports whether a mark that closes stands anywhere behind an offset of the source.
func markAhead(pc parser.Context, r remark, from int, source []byte) bool {
	last, _ := pc.Get(lastMarksKey).(map[string]int)
	if last == nil {
		last = map[string]int{}
		pc.Set(lastMarksKey, last)
	}
	at, known := last[r.close]
	if !known {
		at = bytes.LastIndex(source, []byte(r.close))
		last[r.close] = at
	}
	return at >= from
}

func (commentParser) Continue(node ast.Node, reader gtext.Reader, _ parser.Context) parser.State {
	gap := node.(*Gap)
	if gap.close.close == "" {
		return parser.Close
	}
	line, at := reader.PeekLine()
	end := gap.close.end(line, 0)
	if end == 0 {
		gap.Lines().Append(at)
		reader.AdvanceToEOL()
		return parser.Continue | parser.NoChildren
	}
	gap.Lines().Append(at.WithStop(at.Start - at.Padding + end))
	advance(reader, end)
	return parser.Close
}

func inParagraph(pc parser.Context) bool { return Is[*ast.Paragraph](pc.LastOpenedBlock().Node) }

type commentInline struct{ begins }

var vainKey = parser.NewContextKey()

// vain are the marks that were looked for in vain in the rest of a paragraph.
type vain struct {
	parent ast.Node
	marks  map[string]bool
}

func (commentInline) Parse(parent ast.Node, block gtext.Reader, pc parser.Context) ast.Node {
	line, at := block.PeekLine()
	r := remarks[line[0]]
	if !r.opens(line, block.PrecendingCharacter()) {
		return nil
	}
	known, _ := pc.Get(vainKey).(*vain)
	if known == nil || known.parent != parent {
		known = &vain{parent, map[string]bool{}}
		pc.Set(vainKey, known)
	}
	if known.marks[r.close] {
		return nil
	}
	for from := len(r.open); line != nil; from = 0 {
		if end := r.end(line, from); end > 0 {
			block.Advance(end)
			_, after := block.Position()
			return &InlineGap{Segment: gtext.NewSegment(at.Start, after.Start), Remark: true}
		}
		block.AdvanceLine()
		line, _ = block.PeekLine()
	}
	known.marks[r.close] = true
	return nil
}

// commentBegin takes off a paragraph what stands behind a mark that is closed in a later one. commentRest takes what follows.
type commentBegin struct{}

var restKey = parser.NewContextKey()

// maxMarked is how long a paragraph may be that is looked through for such a mark.
const maxMarked = 16 << 10

func (commentBegin) Transform(node *ast.Paragraph, reader gtext.Reader, pc parser.Context) {
	lines := node.Lines()
	last := lines.At(lines.Len() - 1)
	source, from := reader.Source(), lines.At(0).Start
	if last.Stop-from > maxMarked {
		return
	}
	r := remarks['%']
	if !bytes.Contains(source[from:last.Stop], []byte(r.open)) {
		return
	}
	at := openMark(r, source[from:last.Stop])
	if at < 0 || !markAhead(pc, r, last.Stop, source) {
		return
	}
	end := last.Stop
	for end < len(source) {
		n := lineEnd(source[end:])
		if closed := r.end(source[end:end+n], 0); closed > 0 {
			end += closed
			break
		}
		end += n
	}
	if r.end(source[max(from, end-len(r.close)):end], 0) == 0 {
		pc.Get(lastMarksKey).(map[string]int)[r.close] = -1 // it is closed nowhere, nor is any other
		return
	}
	pc.Set(restKey, end)
	at += from
	gap := gapAt(gtext.NewSegment(at, last.Stop))
	gap.Remark = true
	node.Parent().InsertAfter(node.Parent(), node, gap)
	i := lines.Len() - 1
	for i > 0 && lines.At(i).Start >= at {
		i--
	}
	cut := lines.At(i)
	if cut = cut.WithStop(min(cut.Stop, max(cut.Start, at))); cut.Len() > 0 {
		lines.SetSliced(0, i+1)
		lines.Set(i, cut.TrimRightSpace(source))
	} else {
		node.Parent().RemoveChild(node.Parent(), node)
	}
}

// openMark is where a mark stands in a paragraph, outside of code, that nothing in it closes; -1 for none.
func openMark(r remark, text []byte) int {
	for at := 0; at < len(text); {
		switch before, _ := utf8.DecodeLastRune(text[:at]); {
		case text[at] == '`':
			run := len(text[at:]) - len(bytes.TrimLeft(text[at:], "`"))
			end := bytes.Index(text[at+run:], text[at:at+run])
			at += run
			if end >= 0 {
				at += end + run
			}
		case r.opens(text[at:], before) && before != '\\':
			end := r.end(text[at:], len(r.open))
			if end == 0 {
				return at
			}
			at += end
		default:
			at++
		}
	}
	return -1
}

// lineEnd is the length of the first line with its end.
func lineEnd(text []byte) int {
	if i := bytes.IndexByte(text, '\n'); i >= 0 {
		return i + 1
	}
	return len(text)
}

type commentRest struct{ begins }

func (commentRest) Trigger() []byte             { return nil } // anything
func (commentRest) CanInterruptParagraph() bool { return false }
func (commentRest) CanAcceptIndentedLine() bool { return true }

func (p commentRest) Open(parent ast.Node, reader gtext.Reader, pc parser.Context) (ast.Node, parser.State) {
	until, _ := pc.Get(restKey).(int)
	if _, at := reader.PeekLine(); at.Start >= until {
		return nil, parser.NoChildren
	}
	gap := &Gap{Remark: true, until: until}
	if p.Continue(gap, reader, pc) == parser.Close { // others read the rest of the line
		parent.AppendChild(parent, gap)
		return nil, parser.NoChildren
	}
	return gap, parser.NoChildren
}

func (commentRest) Continue(node ast.Node, reader gtext.Reader, _ parser.Context) parser.State {
	gap := node.(*Gap)
	line, at := reader.PeekLine()
	if at.Start >= gap.until {
		return parser.Close
	}
	if at.Stop <= gap.until || util.IsBlank(line[gap.until-at.Start+at.Padding:]) {
		gap.Lines().Append(at)
		reader.AdvanceToEOL()
		return parser.Continue | parser.NoChildren
	}
	gap.Lines().Append(at.WithStop(gap.until))
	reader.Advance(gap.until - at.Start + at.Padding)
	return parser.Close
}
