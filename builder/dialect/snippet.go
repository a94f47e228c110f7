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

// snippets reads where another file is to stand. A page becomes an embed; other files, and parts of one, are not read.
func snippets() Part {
	return Part{
		Name: "snippets", Tools: "MkDocs, VitePress, GitLab",
		Blocks: []Block{{Parser: snippetParser{"-<:"}, Priority: 94, Leaf: true}},
	}
}

// The lines that ask for files: `--8<-- "file"`, `--8<--` around lines with one each, `<!--@include: file-->`, `<<< file`.
var (
	scissorsForm = regexp.MustCompile(`^ {0,3}-+8<-+[ \t]+(?:"([^"\n]+)"|'([^'\n]+)')[ \t]*\n?$`)
	cutForm      = regexp.MustCompile(`^ {0,3}-+8<-+[ \t]*\n?$`)
	includeForm  = regexp.MustCompile(`^ {0,3}<!--[ \t]*@include:[ \t]*([^\n]*?)[ \t]*-->[ \t]*\n?$`)
	gitlabForm   = regexp.MustCompile(`^ {0,3}::include\{file=([^{}\n]+)\}[ \t]*\n?$`)
	codeForm     = regexp.MustCompile(`^ {0,3}<<<[ \t]*(@?[\w./~-]*\.\w[^\n]*?)[ \t]*\n?$`)
)

// Missing is what a block of code holds in place of code: nothing but lines that ask for files.
func Missing(code []byte, at gtext.Segment) Construct {
	if !bytes.Contains(code, []byte("8<-")) {
		return Construct{}
	}
	for line := range bytes.Lines(code) {
		if !util.IsBlank(line) && !scissorsForm.Match(line) {
			return Construct{}
		}
	}
	return Construct{What: "code that `--8<--` brings in from a file", Help: "write here what the file says", Shown: true, At: at}
}

type snippetParser struct{ begins }

func (snippetParser) Open(_ ast.Node, reader gtext.Reader, _ parser.Context) (ast.Node, parser.State) {
	line, _ := reader.PeekLine()
	for _, form := range []struct {
		*regexp.Regexp
		mark, what string
	}{{scissorsForm, "8<-", "`--8<--`"}, {includeForm, "@include", "`@include`"}, {gitlabForm, "::include", "`::include`"}, {codeForm, "<<<", "`<<<`"}} {
		if !bytes.Contains(line, []byte(form.mark)) {
			continue
		}
		if f, ok := find(form.Regexp, reader); ok {
			reader.AdvanceToEOL()
			file := 1
			if !f.has(1) { // in other quotes
				file = 2
			}
			return snippet(f.text(file), f.at(file), form.what), parser.NoChildren
		}
	}
	if !bytes.Contains(line, []byte("8<-")) || !cutForm.Match(line) {
		return nil, parser.NoChildren
	}
	reader.AdvanceToEOL()
	return &Unread{files: true}, parser.NoChildren
}

func (snippetParser) Continue(node ast.Node, reader gtext.Reader, _ parser.Context) parser.State {
	list, ok := node.(*Unread)
	if !ok || !list.files {
		return parser.Close
	}
	line, _ := reader.PeekLine()
	switch name := bytes.TrimSpace(line); {
	case cutForm.Match(line):
		reader.AdvanceToEOL()
		return parser.Close
	case len(name) > 0 && name[0] != ';':
		list.AppendChild(list, snippet(string(name), lineSegment(reader), "`--8<--`"))
	}
	reader.AdvanceToEOL()
	return parser.Continue | parser.NoChildren
}

// snippet makes a node of the name of a file.
func snippet(name string, written gtext.Segment, what string) ast.Node {
	if strings.HasSuffix(strings.ToLower(name), ".md") && !strings.Contains(name, ":") {
		target := strings.TrimPrefix(name, "./")
		return &Embed{Target: target, Written: written.WithStart(written.Stop - len(target))}
	}
	return &Unread{Construct: Construct{
		What: "a file, or a part of one, that " + what + " brings in", At: written,
		Help: "write here what the file says, or show a page of the handbook: `![[page]]`, `![[page#heading]]`",
	}}
}
