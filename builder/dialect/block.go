package dialect

import (
	"regexp"

	"github.com/yuin/goldmark/ast"
	"github.com/yuin/goldmark/parser"
	gtext "github.com/yuin/goldmark/text"
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
	f, ok := find(blockForm, reader)
	if !ok {
		return nil, parser.NoChildren
	}
	var title *Title
	if f.has(3) {
		title = NewTitle(reader.Source(), f.at(3))
	}
	var node ast.Node
	switch word := f.text(2); word {
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
		node = &Box{Name: Name(word)}
	}
	return openUntil(titled(node, title), f.text(1), reader, pc)
}

func (blockParser) Continue(node ast.Node, reader gtext.Reader, pc parser.Context) parser.State {
	beginning := node.ChildCount() == 0 || Is[*Title](node.LastChild())
	if f, ok := find(optionForm, reader); ok && beginning && pc.LastOpenedBlock().Node == node {
		if box, ok := node.(*Box); ok && f.text(1) == "type" {
			box.Name = Name(f.text(2))
		}
		reader.AdvanceToEOL()
		return parser.Continue | parser.NoChildren
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
	if !ok || tab.first {
		tabs = &Tabs{}
		tabs.SetBlankPreviousLines(tab.HasBlankPreviousLines())
		parent.InsertBefore(parent, tab, tabs)
	}
	tabs.AppendChild(tabs, tab)
}
