package dialect

import (
	"strings"

	"github.com/yuin/goldmark/ast"
	gtext "github.com/yuin/goldmark/text"
	"github.com/yuin/goldmark/util"
)

// nodeKind is that of all nodes here, which are told apart by their types.
var nodeKind = ast.NewNodeKind("Dialect")

type (
	blockNode  struct{ ast.BaseBlock }
	inlineNode struct{ ast.BaseInline }
)

// Kind and Dump are what goldmark asks of a node.
func (*blockNode) Kind() ast.NodeKind            { return nodeKind }
func (*inlineNode) Kind() ast.NodeKind           { return nodeKind }
func (n *blockNode) Dump(src []byte, level int)  { ast.DumpHelper(n, src, level, nil, nil) }
func (n *inlineNode) Dump(src []byte, level int) { ast.DumpHelper(n, src, level, nil, nil) }

// Fold says whether readers can fold a box.
type Fold byte

// A box is never folded, or may be and is open or closed at first.
const (
	FoldNone Fold = iota
	FoldOpen
	FoldClosed
)

// Box is text that stands apart: a note, a tip, a warning. A Title is its first child; without one its kind is its title.
type Box struct {
	blockNode
	Name     string // its kind, see Name: "note"; "" for a box of no kind
	Fold     Fold
	Untitled bool          // not even its kind stands above it
	To       gtext.Segment // where its title leads, as written; empty for nowhere
	Unread   Construct     // what of it is not read

	indent int // how far in its text stands, if that is what makes it its text
}

// Tabs are texts of which one is seen at a time. Its children are of the kind Tab.
type Tabs struct {
	blockNode
	names []gtext.Segment // of its tabs, in their order, where they do not say them
}

// Tab is one of Tabs. A Title is its first child.
type Tab struct {
	blockNode
	indent int  // as of Box
	first  bool // it begins new Tabs
}

// Details is what is folded away without being a note of any kind. A Title is its first child.
type Details struct {
	blockNode
	Open bool
}

// Title is the line above a box, a tab or details. Its lines are read as text.
type Title struct {
	blockNode
	Words string // what stands there if it stands nowhere in the source
}

// Gap is lines that their author never meant to show. They are not parsed.
type Gap struct {
	blockNode
	Remark bool      // it is meant for authors alone, so it is in no copy of the page either
	Unread Construct // what of it is not read

	close    remark // what ends it, while it is open
	until    int    // where it ends in the source, if that is known
	contents bool   // the list that it stands in is in place of one of the page's headings
}

// BlockID names the block before it, so that links lead there and other pages show that block alone.
type BlockID struct {
	blockNode
	ID string // with the mark before it: "^refunds"
	At gtext.Segment
}

// InlineGap is the same in a line of text.
type InlineGap struct {
	inlineNode
	Segment gtext.Segment
	Remark  bool // as of Gap
}

// Unread is a block that is not read: its children are shown as if nothing stood around them. Without a construct there is
// nothing to tell: it means nothing to a reader of the page.
type Unread struct {
	blockNode
	Construct Construct
	Title     string // of the code in it

	files bool // it is a list of files, one a line
	until int  // as of Gap
}

// Mention is Unread in a line of text. Its children are shown.
type Mention struct {
	inlineNode
	Construct Construct
}

// Phrase is words in an element of HTML: "kbd", "mark", "ins", "sup"; with no tag they are words as they are.
type Phrase struct {
	inlineNode
	Tag   string
	Label bool // it says something of a heading, and is no part of its id
}

// Anchor is an id in the text that links can lead to.
type Anchor struct {
	inlineNode
	ID string
}

// Place is the same between blocks.
type Place struct {
	blockNode
	ID string
}

// Short is a word that is explained when a reader points at it.
type Short struct {
	inlineNode
	Long string
}

// Embed is a place where another file of the handbook stands. It is written as ![[target#fragment]] is.
type Embed struct {
	blockNode
	Target, Fragment string
	Written          gtext.Segment // the bytes that say so
}

// Value is what the page says of itself in its frontmatter; where it says nothing, it is not read.
type Value struct {
	inlineNode
	Key       string
	Construct Construct
}

// PageLink is a link that has no words, so that it shows the title of the page that it leads to.
type PageLink struct {
	inlineNode
	Written gtext.Segment // the bytes that name the page
	Path    bool          // they are a path from the file's folder; else the end of one
}

// Construct is something that is not read. It is told once a page, and once a site where it is on many. The zero value is none.
type Construct struct {
	What  string        // with who writes it: "the shortcode `foo` of Hugo"
	Help  string        // the next step; "" for the usual one
	Shown bool          // its text is on the page; else it is left out
	At    gtext.Segment // where it stands
}

// A parser of blocks gives its nodes other blocks and lines, and never what stands in a line: goldmark makes that of the lines,
// once all blocks are there.

// IsRaw says that what stands in a gap is no Markdown.
func (*Gap) IsRaw() bool { return true }

// NewTitle makes a title of a stretch of the source, without the blanks around it; nil where there is nothing else.
func NewTitle(source []byte, at gtext.Segment) *Title {
	at = at.TrimLeftSpace(source)
	if at = at.TrimRightSpace(source); at.Start >= at.Stop {
		return nil
	}
	t := &Title{}
	t.Lines().Append(at)
	return t
}

// Is reports whether a node is of a type.
func Is[T ast.Node](n ast.Node) bool {
	_, ok := n.(T)
	return ok
}

// titled puts a title into a node that has nothing else yet, if there is one.
func titled(n ast.Node, title *Title) ast.Node {
	if title != nil {
		n.AppendChild(n, title)
	}
	return n
}

// TitleOf is the title of a box, a tab or details; nil where it has none.
func TitleOf(n ast.Node) *Title {
	t, _ := n.FirstChild().(*Title)
	return t
}

// linkTo makes a link of words to what is written somewhere.
func linkTo(destination []byte, at gtext.Segment, words ast.Node) *ast.Link {
	n := ast.NewLink()
	n.Destination = destination
	n.AppendChild(n, words)
	SetSpan(n, at)
	return n
}

func phrase(tag string, words ast.Node) *Phrase {
	n := &Phrase{Tag: tag}
	n.AppendChild(n, words)
	return n
}

// Words are words that do not stand in the source.
func Words(s string) ast.Node { return ast.NewString(util.EscapeHTML([]byte(s))) }

// Kinds that other tools call otherwise.
var kinds = map[string]string{
	"warn": "warning", "err": "error", "fail": "failure", "missing": "failure", "check": "success", "done": "success",
	"seealso": "info", "summary": "abstract", "tldr": "abstract", "todo": "info", "help": "question", "cite": "quote", "information": "info",
}

// Name is the kind of a box by its name: in lower case, by one of the names that handbook knows if it has several; "" for what
// can be no name.
func Name(word string) string {
	if len(word) == 0 || len(word) > maxName {
		return ""
	}
	for _, c := range []byte(word) {
		if c != '-' && c != '_' && !util.IsAlphaNumeric(c) {
			return ""
		}
	}
	name := strings.ToLower(word)
	if known := kinds[name]; known != "" {
		return known
	}
	return name
}

// maxName is the length of a name; longer ones are no names.
const maxName = 40

// spanKey is the attribute of a link that says where its destination stands.
var spanKey = []byte("handbook-span")

// SetSpan notes where the destination of a link or picture stands, which goldmark's nodes do not tell. A part that makes such
// a node must.
func SetSpan(n ast.Node, at gtext.Segment) { n.SetAttribute(spanKey, at) }

// Span is what SetSpan noted.
func Span(n ast.Node) (gtext.Segment, bool) {
	v, ok := n.Attribute(spanKey)
	if !ok {
		return gtext.Segment{}, false
	}
	return v.(gtext.Segment), true
}
