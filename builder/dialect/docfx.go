package dialect

import (
	"regexp"
	"slices"
	"strings"

	"github.com/yuin/goldmark/ast"
	"github.com/yuin/goldmark/parser"
	gtext "github.com/yuin/goldmark/text"
)

// docfx reads what DocFX has of its own: files that are brought in, references to what programs are made of, and lines that set
// text apart for some readers.
func docfx() Part {
	return Part{
		Name: "includes, references and zones", Tools: "DocFX, Microsoft Learn",
		Blocks:  []Block{{Parser: bringsIn{"["}, Priority: 87, Leaf: true}, {Parser: zoneParser{":"}, Priority: 86, Leaf: true}},
		Inlines: []Inline{{Parser: xrefs{"<"}, Priority: 60}},
	}
}

// bringForm is "[!include[title](file.md)]", alone on its line; code has a language behind its name.
var bringForm = regexp.MustCompile(`(?i)^ {0,3}\[!(include|code|video)([\w+#.-]*)[ \t]*(?:\[[^\[\]\n]*\][ \t]*\(<?([^()<>\n]*?)>?(?:[ \t]+"[^"\n]*")?\)|[ \t]+(https?://[^\]\s]+))[ \t]*\][ \t]*\n?$`)

type bringsIn struct{ begins }

func (bringsIn) Open(_ ast.Node, reader gtext.Reader, _ parser.Context) (ast.Node, parser.State) {
	line, at := reader.PeekLine()
	m := bringForm.FindSubmatchIndex(line)
	if m == nil {
		return nil, parser.NoChildren
	}
	start := at.Start - at.Padding
	whole := lineSegment(reader)
	skipLine(reader)
	kind := strings.ToLower(string(line[m[2]:m[3]]))
	if m[6] >= 0 && kind == "include" {
		name := string(line[m[6]:m[7]])
		target := strings.TrimPrefix(strings.TrimPrefix(name, "~/"), "./")
		if strings.HasSuffix(strings.ToLower(target), ".md") && !slices.ContainsFunc(strings.Split(target, "/"), hiddenName) {
			return &Embed{Target: target, Written: gtext.NewSegment(start+m[7]-len(target), start+m[7])}, parser.NoChildren
		}
	}
	if m[8] >= 0 {
		u := &Unread{}
		u.AppendChild(u, lineOf(gtext.NewSegment(start+m[8], start+m[9])))
		return u, parser.NoChildren
	}
	return &Unread{Construct: Construct{What: "a file that `[!" + kind + "]` of DocFX brings in", At: whole,
		Help: "write here what the file says, or show a page of the handbook: `![[page]]`"}}, parser.NoChildren
}

// zoneForm is a line that begins or ends text for some readers, or says how text lies.
var zoneForm = regexp.MustCompile(`(?i)^ {0,3}:::[ \t]*(zone|moniker|row|column)(-end)?\b[^\n]*\n?$`)

type zoneParser struct{ begins }

func (zoneParser) Open(_ ast.Node, reader gtext.Reader, _ parser.Context) (ast.Node, parser.State) {
	line, _ := reader.PeekLine()
	m := zoneForm.FindSubmatch(line)
	if m == nil {
		return nil, parser.NoChildren
	}
	whole := lineSegment(reader)
	skipLine(reader)
	name := strings.ToLower(string(m[1]))
	if len(m[2]) > 0 || name == "row" || name == "column" {
		gap := &Gap{}
		gap.Lines().Append(whole)
		return gap, parser.NoChildren
	}
	return &Unread{Construct: Construct{What: "`::: " + name + "` of DocFX, which is for some readers only,", Shown: true, At: whole,
		Help: "write for whom it is in a heading; pages for some readers have an `audience`"}}, parser.NoChildren
}

// xrefs reads "<xref:System.String?displayProperty=name>", which names a part of a program. Its name stays.
type xrefs struct{ begins }

var xrefForm = regexp.MustCompile(`^<xref:([^\s<>?]+)(?:\?[^\s<>]*)?>`)

func (xrefs) Parse(_ ast.Node, block gtext.Reader, _ parser.Context) ast.Node {
	line, at := block.PeekLine()
	m := xrefForm.FindSubmatchIndex(line)
	if m == nil {
		return nil
	}
	block.Advance(m[1])
	n := &Mention{Construct: Construct{What: "a reference of DocFX to a part of a program, such as `xref:…`,", Shown: true,
		At: gtext.NewSegment(at.Start, at.Start+m[1]), Help: "link to the page where that is written down"}}
	n.AppendChild(n, ast.NewRawTextSegment(gtext.NewSegment(at.Start+m[2], at.Start+m[3])))
	return n
}
