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
		Blocks:  []Block{{Parser: oneLine{"[", bringForm, bringIn}, Priority: 87, Leaf: true}, {Parser: oneLine{":", zoneForm, zone}, Priority: 86, Leaf: true}},
		Inlines: []Inline{{Parser: inLine{"<", xrefForm, xref}, Priority: 60}},
	}
}

// bringForm is "[!include[title](file.md)]", alone on its line; code has a language behind its name.
var bringForm = regexp.MustCompile(`(?i)^ {0,3}\[!(include|code|video)([\w+#.-]*)[ \t]*(?:\[[^\[\]\n]*\][ \t]*\(<?([^()<>\n]*?)>?(?:[ \t]+"[^"\n]*")?\)|[ \t]+(https?://[^\]\s]+))[ \t]*\][ \t]*\n?$`)

func bringIn(f found, reader gtext.Reader, _ parser.Context) ast.Node {
	kind := strings.ToLower(f.text(1))
	if f.has(3) && kind == "include" {
		target := strings.TrimPrefix(strings.TrimPrefix(f.text(3), "~/"), "./")
		if strings.HasSuffix(strings.ToLower(target), ".md") && !slices.ContainsFunc(strings.Split(target, "/"), hiddenName) {
			at := f.at(3)
			return &Embed{Target: target, Written: at.WithStart(at.Stop - len(target))}
		}
	}
	if f.has(4) {
		u := &Unread{}
		u.AppendChild(u, lineOf(f.at(4)))
		return u
	}
	return &Unread{Construct: Construct{What: "a file that `[!" + kind + "]` of DocFX brings in", At: lineSegment(reader),
		Help: "write here what the file says, or show a page of the handbook: `![[page]]`"}}
}

// zoneForm is a line that begins or ends text for some readers, or says how text lies.
var zoneForm = regexp.MustCompile(`(?i)^ {0,3}:::[ \t]*(zone|moniker|row|column)(-end)?\b[^\n]*\n?$`)

func zone(f found, reader gtext.Reader, _ parser.Context) ast.Node {
	name := strings.ToLower(f.text(1))
	if f.has(2) || name == "row" || name == "column" {
		return gapAt(lineSegment(reader))
	}
	return &Unread{Construct: Construct{What: "`::: " + name + "` of DocFX, which is for some readers only,", Shown: true, At: lineSegment(reader),
		Help: "write for whom it is in a heading; pages for some readers have an `audience`"}}
}

// xrefForm is "<xref:System.String?displayProperty=name>", which names a part of a program. Its name stays.
var xrefForm = regexp.MustCompile(`^<xref:([^\s<>?]+)(?:\?[^\s<>]*)?>`)

func xref(f found, _ rune) ast.Node {
	n := &Mention{Construct: Construct{What: "a reference of DocFX to a part of a program, such as `xref:…`,", Shown: true, At: f.at(0),
		Help: "link to the page where that is written down"}}
	n.AppendChild(n, ast.NewRawTextSegment(f.at(1)))
	return n
}
