package dialect

import (
	"bytes"
	"regexp"
	"slices"
	"strings"

	"github.com/yuin/goldmark/ast"
	"github.com/yuin/goldmark/parser"
	gtext "github.com/yuin/goldmark/text"
)

// containers reads what stands between ":::note[Title]" and ":::", in all their forms.
func containers() Part {
	return Part{
		Name: "containers", Tools: "Docusaurus, VitePress, Starlight, GitLab, pandoc",
		Blocks: []Block{{Parser: diagramParser{":"}, Priority: 89, Leaf: true}, {Parser: containerParser{":"}, Priority: 90}},
	}
}

// containerForm is the line that opens a container: its colons, and what it is.
var containerForm = regexp.MustCompile(`^[ ]{0,3}(:{3,})[ \t]*(?:([A-Za-z][A-Za-z0-9_-]*)|\{([^{}\n]*)\})[ \t]*([^\n]*?)[ \t]*:*[ \t]*\n?$`)

// boxes are the kinds of boxes that tools have of themselves; other words name what their authors made.
var boxes = words("note tip info warning danger caution important success abstract question failure bug example quote hint attention error " +
	"secondary tldr summary todo check done help warn fail missing cite faq security")

type containerParser struct{ begins }

// opened is a container that is open, with the marks that it began with.
type opened struct {
	node  ast.Node
	marks int
	char  byte
}

var openedKey = parser.NewContextKey()

func openedOf(pc parser.Context) []opened {
	list, _ := pc.Get(openedKey).([]opened)
	return list
}

func (containerParser) Open(_ ast.Node, reader gtext.Reader, pc parser.Context) (ast.Node, parser.State) {
	f, ok := find(containerForm, reader)
	if !ok {
		return nil, parser.NoChildren
	}
	title := NewTitle(reader.Source(), label(reader.Source(), f.at(4)))
	var node ast.Node
	if f.has(2) {
		node = container(f.text(2), title, lineSegment(reader))
	} else if node = div(f.text(3), title, lineSegment(reader)); node == nil {
		return nil, parser.NoChildren
	}
	return openUntil(node, f.text(1), reader, pc)
}

// openUntil opens a container until a line of the marks that it began with.
func openUntil(node ast.Node, marks string, reader gtext.Reader, pc parser.Context) (ast.Node, parser.State) {
	reader.AdvanceToEOL()
	pc.Set(openedKey, append(openedOf(pc), opened{node, len(marks), marks[0]}))
	return node, parser.HasChildren
}

// container makes the node of a container by its name.
func container(word string, title *Title, at gtext.Segment) ast.Node {
	switch name := Name(strings.TrimPrefix(word, "callout-")); { // as Quarto has it
	case name == "details":
		return titled(&Details{}, title)
	case name == "code-group":
		return titled(&Tabs{}, title)
	case name == "v-pre", name == "raw": // what Vue is not to read
		return &Unread{}
	case boxes[name]:
		return titled(&Box{Name: name}, title)
	}
	return titled(&Box{Untitled: title == nil, Unread: Construct{What: "the container `:::" + word + "`", Shown: true, At: at}}, title)
}

// div makes the node of a container that has attributes instead of a name: "{.warning #id}", or MyST's "{warning}". Classes that
// are no kind of box say how things look.
func div(inner string, title *Title, at gtext.Segment) ast.Node {
	if Name(inner) != "" {
		return container(inner, title, at)
	}
	a, ok := readAttributes([]byte(inner), false)
	if !ok {
		return nil
	}
	if said := a.Values["title"]; said != "" && title == nil {
		title = &Title{Words: said}
	}
	var node ast.Node = &Unread{}
	for _, class := range a.Classes {
		if name := Name(strings.TrimPrefix(class, "callout-")); boxes[name] || name == "details" {
			node = container(class, title, at)
			break
		}
		node = &Unread{Construct: Construct{What: "the container `{." + class + "}`", Shown: true, At: at}}
	}
	if a.ID != "" {
		node.AppendChild(node, &Place{ID: a.ID})
	}
	return node
}

func (containerParser) Continue(node ast.Node, reader gtext.Reader, pc parser.Context) parser.State {
	return untilClosed(node, ':', reader, pc)
}

// untilClosed goes on with a container until the line that ends it.
func untilClosed(node ast.Node, char byte, reader gtext.Reader, pc parser.Context) parser.State {
	line, _ := reader.PeekLine()
	n := closing(line, char)
	if n == 0 || Is[*ast.FencedCodeBlock](pc.LastOpenedBlock().Node) || closes(openedOf(pc), char, n) != node {
		return parser.Continue | parser.HasChildren
	}
	reader.AdvanceToEOL()
	return parser.Close
}

func (containerParser) Close(node ast.Node, reader gtext.Reader, pc parser.Context) {
	if tabs, ok := node.(*Tabs); ok {
		groupCode(tabs, reader.Source())
	}
	forget(node, pc)
}

// forget takes a container off the list of those that are open, with all in it.
func forget(node ast.Node, pc parser.Context) {
	list := openedOf(pc)
	if i := slices.IndexFunc(list, func(o opened) bool { return o.node == node }); i >= 0 {
		pc.Set(openedKey, slices.Delete(list, i, i+1)) // what begins below it may be open already
	}
}

// groupCode makes a tab of each block of code, with what its first line calls it.
func groupCode(tabs *Tabs, source []byte) {
	for n := tabs.FirstChild(); n != nil; {
		next := n.NextSibling()
		if Is[*Tab](n) {
			n = next
			continue
		}
		code, ok := n.(*ast.FencedCodeBlock)
		tab, _ := n.PreviousSibling().(*Tab)
		if ok {
			tab = &Tab{}
			tab.SetPos(n.Pos())
			tabs.InsertBefore(tabs, n, tab)
			if title := codeTitle(code, source); title != nil {
				tab.AppendChild(tab, title)
			}
		}
		if tab != nil {
			tab.AppendChild(tab, n)
		}
		n = next
	}
}

// codeTitleForm is what a block of code is called, behind its language.
var codeTitleForm = regexp.MustCompile(`\[([^\]\n]+)\]|\b(?:title|filename|file|label)=(?:"([^"\n]*)"|'([^'\n]*)')`)

// codeTitle is what a block of code is called, else its language.
func codeTitle(n *ast.FencedCodeBlock, source []byte) *Title {
	if n.Info == nil {
		return nil
	}
	at := n.Info.Segment
	if m := codeTitleForm.FindSubmatchIndex(at.Value(source)); m != nil {
		for i := 2; i < len(m); i += 2 {
			if m[i] >= 0 {
				return NewTitle(source, gtext.NewSegment(at.Start+m[i], at.Start+m[i+1]))
			}
		}
	}
	return NewTitle(source, at.WithStop(at.Start+len(n.Language(source))))
}

// diagramParser reads a diagram between ":::mermaid" and ":::".
type diagramParser struct{ begins }

var diagramForm = regexp.MustCompile(`^ {0,3}:::[ \t]*(mermaid)[ \t]*\n?$`)

func (diagramParser) Open(_ ast.Node, reader gtext.Reader, _ parser.Context) (ast.Node, parser.State) {
	f, ok := find(diagramForm, reader)
	if !ok {
		return nil, parser.NoChildren
	}
	reader.AdvanceToEOL()
	return ast.NewFencedCodeBlock(ast.NewTextSegment(f.at(1))), parser.NoChildren
}

func (diagramParser) Continue(node ast.Node, reader gtext.Reader, _ parser.Context) parser.State {
	line, at := reader.PeekLine()
	if closing(line, ':') > 0 {
		reader.AdvanceToEOL()
		return parser.Close
	}
	node.Lines().Append(at)
	reader.AdvanceToEOL()
	return parser.Continue | parser.NoChildren
}

// closing is how many marks a line has that has nothing else; 0 for a line that closes nothing.
func closing(line []byte, char byte) int {
	trimmed := bytes.TrimSpace(line)
	if len(trimmed) < 3 || len(bytes.Trim(trimmed, string(char))) > 0 {
		return 0
	}
	return len(trimmed)
}

// closes is the container that a line of so many marks ends: the innermost one that began with as many, else the innermost
// one that began with fewer.
func closes(list []opened, char byte, marks int) ast.Node {
	var found ast.Node
	for _, o := range slices.Backward(list) {
		if o.char != char {
			continue
		}
		if o.marks == marks {
			return o.node
		}
		if o.marks < marks && found == nil {
			found = o.node
		}
	}
	return found
}

// label is the title behind a container's name: "[Title]{icon="x"}", or the words themselves.
func label(source []byte, at gtext.Segment) gtext.Segment {
	text := at.Value(source)
	if len(text) > 0 && text[0] == '[' {
		depth := 0
		for i, c := range text {
			switch c {
			case '[':
				depth++
			case ']':
				depth--
			}
			if depth == 0 {
				return gtext.NewSegment(at.Start+1, at.Start+i)
			}
		}
	}
	if i := bytes.IndexByte(text, '{'); i >= 0 && text[len(text)-1] == '}' {
		return gtext.NewSegment(at.Start, at.Start+i)
	}
	return at
}
