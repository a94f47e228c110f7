package dialect

import (
	"bytes"
	"regexp"

	"github.com/yuin/goldmark/ast"
	"github.com/yuin/goldmark/parser"
	gtext "github.com/yuin/goldmark/text"
	"github.com/yuin/goldmark/util"
)

// blocks reads what stands between "/// note | Title" and "///".
func blocks() Part {
	return Part{
		Name: "blocks", Tools: "MkDocs with pymdownx.blocks",
		Blocks: []Block{{Parser: blockParser{"/"}, Priority: 90}},
	}
}

// blockForm is the line that opens a block, and what its options look like in the lines right below.
var (
	blockForm  = regexp.MustCompile(`^ {0,3}(/{3,})[ \t]*([a-z][\w-]*)[ \t]*(?:\|[ \t]*([^\n]*?))?[ \t]*\n?$`)
	optionForm = regexp.MustCompile(`^ {4,}([a-z][\w-]*)[ \t]*:[ \t]*([^\n]*?)[ \t]*\n?$`)
)

type blockParser struct{ begins }

func (blockParser) Open(_ ast.Node, reader gtext.Reader, pc parser.Context) (ast.Node, parser.State) {
	line, at := reader.PeekLine()
	m := blockForm.FindSubmatchIndex(line)
	if m == nil {
		return nil, parser.NoChildren
	}
	var title *Title
	if start := at.Start - at.Padding; m[6] >= 0 {
		title = NewTitle(reader.Source(), gtext.NewSegment(start+m[6], start+m[7]))
	}
	var node ast.Node
	switch word := string(line[m[4]:m[5]]); word {
	case "tab":
		node = &Tab{}
	case "details":
		node = &Details{}
	case "admonition":
		node = &Box{Name: "note"}
	case "html", "define", "caption", "figure-caption", "table-caption": // what stands in them reads as it is
		node, title = &Unread{}, nil
	default:
		if !boxes[word] {
			return nil, parser.NoChildren
		}
		node = &Box{Name: Name([]byte(word))}
	}
	if title != nil {
		node.AppendChild(node, title)
	}
	reader.AdvanceToEOL()
	pc.Set(openedKey, append(openedOf(pc), opened{node, m[3] - m[2], '/'}))
	return node, parser.HasChildren
}

func (blockParser) Continue(node ast.Node, reader gtext.Reader, pc parser.Context) parser.State {
	line, _ := reader.PeekLine()
	if last := node.LastChild(); (last == nil || Is[*Title](last)) && pc.LastOpenedBlock().Node == node && !util.IsBlank(line) {
		if m := optionForm.FindSubmatch(line); m != nil {
			if box, ok := node.(*Box); ok && bytes.Equal(m[1], []byte("type")) {
				box.Name = Name(m[2])
			}
			reader.AdvanceToEOL()
			return parser.Continue | parser.NoChildren
		}
	}
	return untilClosed(node, '/', reader, pc)
}

func (blockParser) Close(node ast.Node, _ gtext.Reader, pc parser.Context) {
	forget(node, pc)
	if tab, ok := node.(*Tab); ok {
		gather(tab)
	}
}

// gather puts a tab that stands by itself among the tabs right before it.
func gather(tab *Tab) {
	parent := tab.Parent()
	tabs, ok := tab.PreviousSibling().(*Tabs)
	if !ok {
		tabs = &Tabs{}
		parent.InsertBefore(parent, tab, tabs)
	}
	tabs.AppendChild(tabs, tab)
}
