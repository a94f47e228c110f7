package dialect

import (
	"regexp"

	"github.com/yuin/goldmark/ast"
	"github.com/yuin/goldmark/parser"
	gtext "github.com/yuin/goldmark/text"
)

// helpers reads the lines in braces by which mdBook brings in files.
func helpers() Part {
	return Part{
		Name: "helpers", Tools: "mdBook",
		Blocks: []Block{{Parser: helperParser{"{"}, Priority: 94, Leaf: true}},
	}
}

// helperForm is a helper with the name of a file, or for a title with words: "{{#include limits.md}}".
var helperForm = regexp.MustCompile(`^ {0,3}\{\{[ \t]*#(include|rustdoc_include|playground|playpen|title)[ \t]+([^{}\s][^{}\n]*?)[ \t]*\}\}[ \t]*\n?$`)

type helperParser struct{ begins }

func (helperParser) Open(_ ast.Node, reader gtext.Reader, _ parser.Context) (ast.Node, parser.State) {
	line, at := reader.PeekLine()
	m := helperForm.FindSubmatchIndex(line)
	if m == nil {
		return nil, parser.NoChildren
	}
	var node ast.Node
	switch name := string(line[m[2]:m[3]]); name {
	case "title": // it stands in the browser's tab alone
		gap := &Gap{}
		gap.Lines().Append(at)
		node = gap
	case "include":
		node = snippet(reader, m[4], m[5], "`{{#include}}`")
	default:
		node = &Unread{Construct: Construct{What: "code that `{{#" + name + "}}` brings in from a file",
			At: gtext.NewSegment(at.Start-at.Padding+m[4], at.Start-at.Padding+m[5]), Help: "write here what the file says"}}
	}
	skipLine(reader)
	return node, parser.NoChildren
}
