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

// docfx reads what DocFX has of its own: files that are brought in, references to what programs are made of, lines that set
// text apart for some readers, and tabs.
func docfx() Part {
	return Part{
		Name: "includes, references and zones", Tools: "DocFX, Microsoft Learn",
		Blocks:  []Block{{Parser: oneLine{"[", bringForm, bringIn}, Priority: 87, Leaf: true}, {Parser: oneLine{":", zoneForm, zone}, Priority: 86, Leaf: true}},
		Inlines: []Inline{{Parser: inLine{"<", xrefForm, xref}, Priority: 60}},
		Trees:   []Tree{{tabHeadings{}, 85}},
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

// tabHeadings makes tabs of headings that are a link to one, up to a line across: "# [Linux](#tab/linux)" … "***".
type tabHeadings struct{}

const tabAddress = "#tab/"

func (tabHeadings) Transform(doc *ast.Document, reader gtext.Reader, _ parser.Context) {
	if !bytes.Contains(reader.Source(), []byte("]("+tabAddress)) {
		return
	}
	var tabs *Tabs
	var tab *Tab
	level := 0
	for n := doc.FirstChild(); n != nil; {
		next := n.NextSibling()
		link := tabLink(n)
		switch {
		case link != nil:
			if tabs == nil {
				tabs = &Tabs{}
				doc.InsertBefore(doc, n, tabs)
			}
			tab, level = &Tab{}, n.(*ast.Heading).Level
			tab.SetPos(n.Pos())
			title := &Title{}
			for c := link.FirstChild(); c != nil; c = link.FirstChild() {
				title.AppendChild(title, c)
			}
			tab.AppendChild(tab, title)
			tabs.AppendChild(tabs, tab)
			doc.RemoveChild(doc, n)
		case tabs != nil && n.Kind() == ast.KindThematicBreak:
			doc.RemoveChild(doc, n)
			tabs = nil
		case tabs != nil && !atLeast(n, level):
			tab.AppendChild(tab, n)
		default:
			tabs = nil
		}
		n = next
	}
}

// atLeast reports whether a block is a heading of a level or of one above it.
func atLeast(n ast.Node, level int) bool {
	h, ok := n.(*ast.Heading)
	return ok && h.Level <= level
}

// tabLink is the link in a heading that begins a tab; nil in any other block.
func tabLink(n ast.Node) *ast.Link {
	if n.Kind() != ast.KindHeading || n.ChildCount() != 1 {
		return nil
	}
	link, ok := n.FirstChild().(*ast.Link)
	if !ok || !bytes.HasPrefix(link.Destination, []byte(tabAddress)) {
		return nil
	}
	return link
}

// xrefForm is "<xref:System.String?displayProperty=name>", which names a part of a program. Its name stays.
var xrefForm = regexp.MustCompile(`^<xref:([^\s<>?]+)(?:\?[^\s<>]*)?>`)

func xref(f found, _ rune) ast.Node {
	n := &Mention{Construct: Construct{What: "a reference of DocFX to a part of a program, such as `xref:…`,", Shown: true, At: f.at(0),
		Help: "link to the page where that is written down"}}
	n.AppendChild(n, ast.NewRawTextSegment(f.at(1)))
	return n
}
