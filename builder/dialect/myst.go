package dialect

import (
	"bytes"
	"regexp"
	"strings"

	"github.com/yuin/goldmark/ast"
	"github.com/yuin/goldmark/parser"
	gtext "github.com/yuin/goldmark/text"
)

// myst reads directives, between fences with a name in braces, roles before words in backticks, and places that links lead to.
func myst() Part {
	return Part{
		Name: "directives and roles", Tools: "MyST, Jupyter Book, Sphinx",
		Blocks: []Block{
			{Parser: directiveParser{"`~:"}, Priority: 89},
			{Parser: oneLine{"(", placeForm, place}, Priority: 92, Leaf: true},
			{Parser: oneLine{"+", breakForm, blockBreak}, Priority: 92, Leaf: true},
		},
		Inlines: []Inline{{Parser: inLine{"{", roleForm, role}, Priority: 60}},
		Trees:   []Tree{{later{}, 80}},
	}
}

// manner is what becomes of a directive.
type manner byte

const (
	directs  manner = iota // nothing that is known
	asBox                  // of the kind that it is called
	asTitled               // a box that its words are the title of
	asTabset
	asTabOne
	asFolded
	asText // what is in it
	asCode
	asDrawn // code in the language that it is called
	asTeX
	asShown // a picture, with its caption
	asLink
	asFile // another file stands there
	asGone // each page has it
	asLeft // it is told and left out
)

var directives = byName(map[manner]string{
	asBox:    "note tip info warning danger caution important hint attention error seealso",
	asTitled: "admonition topic sidebar card grid-item-card exercise solution proof theorem lemma definition example remark",
	asTabset: "tab-set",
	asTabOne: "tab-item tab",
	asFolded: "dropdown details",
	asText: "grid grid-item div aside margin epigraph pull-quote highlights container centered glossary hlist rst-class " +
		"table list-table figure-md only versionadded versionchanged deprecated compound rubric line-block",
	asCode:  "code code-block sourcecode code-cell ipython prompt parsed-literal csv-table eval-rst myst",
	asDrawn: "mermaid",
	asTeX:   "math",
	asShown: "figure image",
	asLink:  "iframe youtube video embed",
	asFile:  "include",
	asGone:  "toctree tableofcontents contents toc meta",
	asLeft:  "literalinclude raw bibliography index show-index anywidget autofunction autoclass automodule",
})

// directiveForm is the line that opens a directive: marks, its name in braces, which may have classes, and words. What is code in a
// notebook has the name of its language there, and is none.
var directiveForm = regexp.MustCompile("^ {0,3}(`{3,}|~{3,}|:{3,})[ \t]?\\{([A-Za-z][\\w:+-]*)((?:[ \t]+[.#][\\w-]+)*)\\}[ \t]*([^\n]*?)[ \t]*\n?$")

// settingForm is a line that sets an option, below the first.
var settingForm = regexp.MustCompile(`^[ \t]*:([A-Za-z][\w-]*):[ \t]*([^\n]*?)[ \t]*\n?$`)

type directiveParser struct{ begins }

// directive is one that is open.
type directive struct {
	name    string
	as      manner
	marks   string
	classes string
	words   gtext.Segment
	set     map[string]gtext.Segment
	lines   ast.Node // takes the lines, where they are no Markdown
	head    bool     // options may follow
	front   bool     // they stand between lines of "---"
}

var directiveKey = parser.NewContextKey()

func directivesOf(pc parser.Context) map[ast.Node]*directive {
	all, _ := pc.Get(directiveKey).(map[ast.Node]*directive)
	if all == nil {
		all = map[ast.Node]*directive{}
		pc.Set(directiveKey, all)
	}
	return all
}

func (directiveParser) Open(_ ast.Node, reader gtext.Reader, pc parser.Context) (ast.Node, parser.State) {
	if line, _ := reader.PeekLine(); bytes.IndexByte(line, '{') < 3 {
		return nil, parser.NoChildren
	}
	f, ok := find(directiveForm, reader)
	if !ok {
		return nil, parser.NoChildren
	}
	name := strings.ToLower(f.text(2))
	if _, prefixed, ok := strings.Cut(name, ":"); ok && directives[name] == directs {
		name = prefixed // "proof:theorem"
	}
	d := &directive{name: name, as: directives[name], marks: f.text(1), classes: strings.ReplaceAll(f.text(3), ".", " "), words: f.at(4), head: true}
	if d.marks[0] == '`' && bytes.IndexByte(d.words.Value(reader.Source()), '`') >= 0 || d.as == directs && d.marks[0] != ':' { // it may be code in a language
		return nil, parser.NoChildren
	}
	at := lineSegment(reader)
	node := d.node(reader.Source(), at, gtext.NewSegment(f.at(2).Start, f.at(2).Stop))
	directivesOf(pc)[node] = d
	if d.lines != nil {
		reader.AdvanceToEOL()
		return node, parser.NoChildren
	}
	return openUntil(node, d.marks, reader, pc)
}

// node makes what a directive becomes.
func (d *directive) node(source []byte, at, name gtext.Segment) ast.Node {
	title := NewTitle(source, d.words)
	told := Construct{What: "the directive `{" + d.name + "}` of MyST", At: at, Shown: true}
	switch d.as {
	case asBox:
		if title == nil && d.name == "seealso" {
			title = &Title{Words: "See also"}
		}
		return titled(&Box{Name: Name(d.name)}, title)
	case asTitled:
		return titled(&Box{Untitled: title == nil, Name: ""}, title)
	case asTabset:
		return &Tabs{}
	case asTabOne:
		return titled(&Tab{}, title)
	case asFolded:
		return titled(&Details{}, title)
	case asText:
		u := &Unread{}
		if d.words.Len() > 0 && d.name != "grid" && d.name != "only" {
			u.AppendChild(u, lineOf(d.words))
		}
		return u
	case asCode, asDrawn:
		info := d.words
		if d.as == asDrawn {
			info = name
		}
		d.lines = ast.NewFencedCodeBlock(ast.NewTextSegment(info))
	case asTeX:
		d.lines = &FormulaBlock{close: d.marks}
	case asLink:
		d.lines = &Gap{}
		u := &Unread{}
		u.AppendChild(u, lineOf(d.words))
		u.AppendChild(u, d.lines)
		return u
	case asFile:
		d.lines = &Gap{}
		u := &Unread{}
		u.AppendChild(u, snippet(string(d.words.Value(source)), d.words, "`{include}`"))
		u.AppendChild(u, d.lines)
		return u
	case asGone:
		d.lines = &Gap{}
	case asLeft:
		told.Shown = false
		d.lines = &Gap{Unread: told}
	case asShown:
		return &Unread{}
	default:
		return titled(&Box{Untitled: title == nil, Unread: told}, title)
	}
	return d.lines
}

func (directiveParser) Continue(node ast.Node, reader gtext.Reader, pc parser.Context) parser.State {
	d := directivesOf(pc)[node]
	line, at := reader.PeekLine()
	if d.head = d.head && pc.LastOpenedBlock().Node == node; d.head {
		switch f, ok := find(settingForm, reader); {
		case string(bytes.TrimSpace(line)) == "---":
			d.front = !d.front
			d.head = d.front
		case ok && !d.front:
			if d.set == nil {
				d.set = map[string]gtext.Segment{}
			}
			d.set[f.text(1)] = f.at(2)
		case !d.front:
			d.head = false
		}
		if d.head || string(bytes.TrimSpace(line)) == "---" {
			reader.AdvanceToEOL()
			return parser.Continue | parser.NoChildren
		}
	}
	if d.lines == nil {
		return untilClosed(node, d.marks[0], reader, pc)
	}
	if closing(line, d.marks[0]) >= len(d.marks) {
		reader.AdvanceToEOL()
		return parser.Close
	}
	d.lines.Lines().Append(at)
	reader.AdvanceToEOL()
	return parser.Continue | parser.NoChildren
}

func (directiveParser) Close(node ast.Node, reader gtext.Reader, pc parser.Context) {
	d := directivesOf(pc)[node]
	forget(node, pc)
	source := reader.Source()
	said := func(key string) string { at := d.set[key]; return string(at.Value(source)) }
	id := said("name") + said("label")
	switch n := node.(type) {
	case *Box:
		for class := range strings.FieldsSeq(d.classes + " " + said("class")) {
			switch {
			case class == "dropdown":
				n.Fold = FoldClosed
			case boxes[class] && d.as == asTitled:
				n.Name = Name(class)
			}
		}
		if said("open") == "true" && n.Fold == FoldClosed {
			n.Fold = FoldOpen
		}
		if to, ok := d.set["link"]; ok {
			n.To = to
		}
	case *Details:
		_, n.Open = d.set["open"]
	case *Tab:
		gatherTabs(n)
	case *FormulaBlock:
		n.close = ""
	case *Unread:
		if d.as == asShown && d.words.Len() > 0 {
			doLater(pc, func() { showPicture(n, d, source) })
		}
	}
	if id != "" && node.Parent() != nil && !strings.ContainsAny(id, " \"'<>") {
		node.Parent().InsertBefore(node.Parent(), node, &Place{ID: id})
	}
}

// gatherTabs puts a tab outside of a set among those before it.
func gatherTabs(tab *Tab) {
	if !Is[*Tabs](tab.Parent()) {
		gather(tab)
	}
}

// showPicture puts a picture above its caption.
func showPicture(n *Unread, d *directive, source []byte) {
	link := ast.NewLink()
	link.Destination = d.words.Value(source)
	img := ast.NewImage(link)
	SetSpan(img, d.words)
	if alt, ok := d.set["alt"]; ok {
		img.AppendChild(img, ast.NewTextSegment(alt))
	}
	for _, key := range []string{"width", "height"} {
		if at, ok := d.set[key]; ok {
			img.SetAttributeString(key, strings.TrimSuffix(string(at.Value(source)), "px"))
		}
	}
	p := ast.NewParagraph()
	p.SetPos(d.words.Start)
	p.AppendChild(p, img)
	if n.FirstChild() == nil {
		n.AppendChild(n, p)
	} else {
		n.InsertBefore(n, n.FirstChild(), p)
	}
}

// later does what waits until all is parsed.
type later struct{}

var laterKey = parser.NewContextKey()

func doLater(pc parser.Context, do func()) {
	list, _ := pc.Get(laterKey).([]func())
	pc.Set(laterKey, append(list, do))
}

func (later) Transform(_ *ast.Document, _ gtext.Reader, pc parser.Context) {
	list, _ := pc.Get(laterKey).([]func())
	for _, do := range list {
		do()
	}
}

// placeForm is a line that names what follows, so that links lead there: "(refunds)=".
var placeForm = regexp.MustCompile(`^ {0,3}\(([A-Za-z0-9][\w:./-]*)\)=[ \t]*\n?$`)

func place(f found, _ gtext.Reader, _ parser.Context) ast.Node { return &Place{ID: f.text(1)} }

// breakForm is a line between two cells of a notebook.
var breakForm = regexp.MustCompile(`^ {0,3}\+\+\+[ \t]*(?:\{[^\n]*\})?[ \t]*\n?$`)

func blockBreak(f found, _ gtext.Reader, _ parser.Context) ast.Node { return gapAt(f.at(0)) }

// roleForm is a name in braces before words in backticks.
var roleForm = regexp.MustCompile("^\\{([A-Za-z][\\w:+-]{0,40})\\}(?:`([^`\n]+)`|``((?:[^`\n]|`[^`\n])+)``)")

// meantForm is words with what they stand for behind them: "the limits <limits>".
var meantForm = regexp.MustCompile(`^([^<>]*[^<>\s])\s*<([^<>]+)>$`)

func role(f found, before rune) ast.Node {
	if before == '{' || before == '$' || before == '\\' {
		return nil
	}
	group := 2
	if !f.has(2) {
		group = 3
	}
	at, to := f.at(group), f.at(group)
	if m := meantForm.FindStringSubmatchIndex(f.text(group)); m != nil {
		at, to = gtext.NewSegment(at.Start+m[2], at.Start+m[3]), gtext.NewSegment(at.Start+m[4], at.Start+m[5])
	}
	name := strings.ToLower(f.text(1))
	words := ast.NewRawTextSegment(at)
	target := string(f.line[to.Start-f.start : to.Stop-f.start])
	switch kind := name[strings.LastIndexByte(name, ':')+1:]; kind {
	case "term", "abbr", "abbreviation", "guilabel", "menuselection", "dfn", "sc", "smallcaps":
		return phrase("", words)
	case "kbd", "sub", "sup", "del":
		return phrase(kind, words)
	case "subscript", "superscript":
		return phrase(kind[:3], words)
	case "strike", "deleted":
		return phrase("del", words)
	case "u", "underline":
		return phrase("ins", words)
	case "math":
		return &Formula{TeX: []gtext.Segment{f.at(group)}}
	case "doc":
		if to == at {
			return &PageLink{Written: to, Path: true}
		}
		return linkTo([]byte(target), to, words)
	case "download", "button", "link":
		if to != at || strings.Contains(target, "/") || strings.Contains(target, ".") {
			return linkTo([]byte(target), to, words)
		}
		return phrase("", words)
	case "ref", "numref", "eq", "any", "cite", "p", "t", "prf":
		m := &Mention{Construct: Construct{What: "a reference of MyST, such as `{ref}`,", Shown: true, At: f.at(0), Help: "link to the heading: `[words](page.md#heading)`"}}
		m.AppendChild(m, words)
		return m
	case "octicon", "fas", "fab", "far", "material-regular", "material-outlined", "index":
		return &Mention{Construct: Construct{What: "an icon or a mark of MyST, such as `{octicon}`", At: f.at(0), Help: iconHelp}}
	}
	m := &Mention{Construct: Construct{What: "the role `{" + f.text(1) + "}` of MyST", Shown: true, At: f.at(0)}}
	code := ast.NewCodeSpan()
	code.AppendChild(code, words)
	m.AppendChild(m, code)
	return m
}
