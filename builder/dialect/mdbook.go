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
		Blocks: []Block{{Parser: oneLine{"{", helperForm, helper}, Priority: 94, Leaf: true}},
	}
}

// helperForm is a helper with the name of a file, or for a title with words: "{{#include limits.md}}".
var helperForm = regexp.MustCompile(`^ {0,3}\{\{[ \t]*#(include|rustdoc_include|playground|playpen|title)[ \t]+([^{}\s][^{}\n]*?)[ \t]*\}\}[ \t]*\n?$`)

func helper(f found, reader gtext.Reader, _ parser.Context) ast.Node {
	switch name := f.text(1); name {
	case "title": // it stands in the browser's tab alone
		return gapAt(f.at(0))
	case "include":
		return snippet(f.text(2), f.at(2), "`{{#include}}`")
	default:
		return &Unread{Construct: Construct{What: "code that `{{#" + name + "}}` brings in from a file", At: f.at(2), Help: "write here what the file says"}}
	}
}
