package dialect

import (
	"bytes"
	"path"
	"regexp"
	"slices"
	"strings"

	"github.com/yuin/goldmark/ast"
	"github.com/yuin/goldmark/parser"
	gtext "github.com/yuin/goldmark/text"
	"github.com/yuin/goldmark/util"
)

// shortcodes reads Tags where they stand.
func shortcodes() Part {
	return Part{
		Name: "shortcodes and tags", Tools: "Hugo, Jekyll, GitBook, Middleman",
		Blocks:  []Block{{Parser: tagBlocks{"{<"}, Priority: 88}},
		Inlines: []Inline{{Parser: tagInlines{"{<"}, Priority: 70}},
	}
}

// begun is a node that a tag opened.
type begun struct {
	tag   *shortcode
	lines ast.Node // takes the lines, where they are no Markdown
	ended bool
}

// The duties of tags.
type duty byte

const (
	doesUnknown   duty = iota
	doesBox            // text that stands apart
	doesTabset         // tabs
	doesTabOne         // one of them
	doesFolded         // details
	doesCode           // what is in it is code
	doesVerbatim       // what is in it is text without tags
	doesAside          // nobody is to read it
	doesNothing        // it says how things look, or what each page has
	doesLayout         // what is in it is shown, under its title
	doesTitled         // code with a title
	doesFilm           // a link to what it would show
	doesPicture        // an image
	doesButton         // a link whose words are in it
	doesReference      // a link to a page, by its title
	doesBrings         // another file stands there
	doesValue          // what the page says of itself
	doesProgram        // it decides something, or works it out
	doesWarning        // Ruby's warning_text
)

// duties are the tags that are known, by their name or the last part of it.
var duties = [...]map[string]duty{
	hugo: byName(map[duty]string{
		doesBox:       "alert callout admonition notice hint pageinfo caution danger info important note tip warning attention success question error",
		doesTabset:    "tabs tabpane tabbed tab-set",
		doesTabOne:    "tab tab-item tabitem tab-pane",
		doesFolded:    "details expand collapse accordion accordion-item spoiler toggle",
		doesCode:      "highlight code codeblock code-block code-toggle mermaid",
		doesAside:     "comment comments",
		doesNothing:   "toc br clear clearfix link-down",
		doesLayout:    "card cards cardpane steps step columns column cols col grid row section cover lead feature",
		doesFilm:      "youtube vimeo gist x tweet instagram",
		doesPicture:   "figure img image",
		doesButton:    "button btn",
		doesReference: "ref relref",
		doesBrings:    "readfile include",
		doesValue:     "param",
	}),
	liquid: byName(map[duty]string{
		doesBox:       "hint",
		doesTabset:    "tabs",
		doesTabOne:    "tab",
		doesFolded:    "details",
		doesCode:      "highlight",
		doesVerbatim:  "raw",
		doesAside:     "comment",
		doesLayout:    "stepper step columns column",
		doesTitled:    "code",
		doesFilm:      "content-ref embed file gist youtube vimeo",
		doesReference: "link post_url",
		doesBrings:    "include",
		doesNothing:   "elsif else when break continue seo feed",
		doesProgram:   "assign if unless for case capture cycle increment decrement liquid render include_relative include_cached tablerow avatar",
	}),
	ruby:   {},
	output: {},
}

// duty is what a tag does.
func (g *shortcode) duty(src []byte) duty {
	switch {
	case g.language == output:
		return doesValue
	case g.language == ruby && rubyValue.Match(g.inner.Value(src)):
		return doesValue
	case g.language == ruby && rubyWarning.Match(g.inner.Value(src)):
		return doesWarning
	case g.language == ruby:
		return doesProgram
	}
	if g.coded {
		return doesCode
	}
	return duties[g.language][path.Base(g.name)]
}

// raw says that what stands between a tag and what closes it holds no tags.
func (g *shortcode) raw() bool {
	k := duties[g.language][path.Base(g.name)]
	return g.coded || k == doesCode || k == doesVerbatim || k == doesAside
}

// construct is a tag as something that is not read.
func (g *shortcode) construct(src []byte) Construct {
	c := Construct{Shown: g.other != nil, At: gtext.NewSegment(g.start, g.end)}
	k := g.duty(src)
	switch {
	case g.language == hugo:
		c.What = "the shortcode `" + g.name + "` of Hugo"
		if g.closing && g.other == nil {
			c.What = "the end of a shortcode `" + g.name + "` that begins nowhere"
		} else if k >= doesBox && k <= doesAside && g.other == nil && !g.single {
			c.What, c.Help = "the shortcode `"+g.name+"` that nothing closes", "write `{{< /"+g.name+" >}}` where it ends"
		}
	case g.language == liquid:
		c.What = "the tag `{% " + g.name + " %}`"
		if g.closing && g.other == nil {
			c.What = "a tag `{% end" + g.name + " %}` that closes nothing"
		} else if k >= doesBox && k <= doesAside && g.other == nil {
			c.What, c.Help = "the tag `{% "+g.name+" %}` that nothing closes", "write `{% end"+g.name+" %}` where it ends"
		}
	case g.language == output:
		c.What, c.Help = "`{{ "+g.name+" }}`", sayIt
		if !valueForm.MatchString(g.name) {
			c.What, c.Help = "a value of a template between `{{` and `}}`", "write the words here, or write it as code if it is to be seen"
		}
	case k == doesValue:
		c.What, c.Help = "`<%"+string(g.inner.Value(src))+"%>`", sayIt
	default:
		c.What = "what a program of Ruby works out between `<%` and `%>`"
	}
	if k == doesValue && g.language == hugo {
		c.What = "the parameter `" + g.value(src, 0, "name") + "` of Hugo's configuration"
		c.Help = sayIt
	}
	if k == doesProgram || k == doesBrings {
		c.Help = "write here what it would show, or show a page of the handbook: `![[page]]`"
	}
	return c
}

const sayIt = "write the words here, or give the page the key in its frontmatter"

// tagBlocks reads tags that stand on lines of their own, and what is between them.
type tagBlocks struct{ begins }

func (tagBlocks) CanAcceptIndentedLine() bool { return true }

func (tagBlocks) Open(parent ast.Node, reader gtext.Reader, pc parser.Context) (ast.Node, parser.State) {
	all := tagsOf(pc)
	if all == nil || pc.BlockOffset() < 0 {
		return nil, parser.NoChildren
	}
	_, at := reader.PeekLine()
	g := all.at(at.Start - at.Padding + pc.BlockOffset())
	if g == nil || g.escaped || pc.BlockIndent() > 3 && all.nodes[parent] == nil {
		return nil, parser.NoChildren
	}
	o := opener{all, g, reader, parent, inParagraph(pc)}
	node := o.open()
	if node == nil {
		return nil, parser.NoChildren
	}
	node.SetPos(g.start)
	opened := all.nodes[node]
	if opened == nil {
		if g.other != nil && !g.closing { // all of it, to what closes it
			g = &shortcode{start: g.start, end: g.other.end}
		}
		all.nodes[node] = &begun{tag: g, ended: true}
		all.skipTag(reader, g)
		return node, parser.NoChildren
	}
	if opened.lines != nil {
		opened.ended = all.take(reader, g.end, opened)
		return node, parser.NoChildren
	}
	all.skipTag(reader, g)
	return node, parser.HasChildren
}

// skipTag goes behind a tag, and to the end of the line where nothing else stands there or the tag goes on.
func (t *Tags) skipTag(reader gtext.Reader, g *shortcode) {
	_, at := reader.PeekLine()
	if g.end < at.Stop && !util.IsBlank(t.Source[g.end:at.Stop]) {
		reader.Advance(g.end - at.Start + at.Padding)
		return
	}
	reader.AdvanceToEOL()
}

// take adds what stands in the line from an offset on to the lines that are no Markdown, and reports whether they end there.
func (t *Tags) take(reader gtext.Reader, from int, o *begun) bool {
	_, at := reader.PeekLine()
	if from > at.Start {
		at = gtext.NewSegment(from, at.Stop)
	}
	end := o.tag.other
	ends := end.start < at.Stop
	if ends {
		at.Stop = max(end.start, at.Start)
	}
	if !ends && from != o.tag.end || !util.IsBlank(at.Value(t.Source)) {
		o.lines.Lines().Append(at)
	}
	if ends {
		t.skipTag(reader, end)
	} else {
		reader.AdvanceToEOL()
	}
	return ends
}

func (tagBlocks) Continue(node ast.Node, reader gtext.Reader, pc parser.Context) parser.State {
	all := tagsOf(pc)
	o := all.nodes[node]
	_, at := reader.PeekLine()
	end := o.tag.other
	switch {
	case o.tag.end > at.Start: // the tag goes on
		if o.lines != nil && o.tag.end < at.Stop {
			o.ended = all.take(reader, o.tag.end, o)
		} else {
			all.skipTag(reader, o.tag)
		}
		if o.ended || o.lines != nil {
			return parser.Continue | parser.NoChildren
		}
		return parser.Continue | parser.HasChildren
	case o.ended:
		return parser.Close
	case end.start < at.Start:
		o.ended = true
		return parser.Close
	case o.lines != nil:
		if o.ended = all.take(reader, at.Start, o); o.ended {
			return parser.Close
		}
		return parser.Continue | parser.NoChildren
	case end.start < at.Stop && util.IsBlank(all.Source[at.Start:end.start]):
		o.ended = true
		all.skipTag(reader, end)
		return parser.Close
	}
	return parser.Continue | parser.HasChildren
}

// Holds reports whether a tag in an open block goes on behind an offset, so that what stands there is in the block.
func Holds(block ast.Node, offset int, pc parser.Context) bool {
	all, within := tagsOf(pc), false
	if all == nil {
		return false
	}
	for _, open := range pc.OpenedBlocks() {
		if o := all.nodes[open.Node]; within && o != nil && !o.ended && o.tag.other.end > offset {
			return true
		}
		within = within || open.Node == block
	}
	return false
}

// opener makes the node of a tag that a block begins with.
type opener struct {
	*Tags
	tag    *shortcode
	reader gtext.Reader
	parent ast.Node
	within bool // a paragraph
}

// open makes the node; nil for what stands in a line of text.
func (o opener) open() ast.Node {
	g, src := o.tag, o.Source
	k := g.duty(src)
	alone := o.blankBehind(g.end)
	switch {
	case g.closing && !alone, !g.closing && g.other != nil && g.raw() && !o.rawBlock():
		return nil
	case g.closing && g.other != nil:
		return &Gap{}
	case g.closing:
		return &Unread{Construct: g.construct(src)}
	case k == doesButton && g.other != nil && o.button(g) != nil:
		if o.blankBehind(g.other.end) {
			return o.line(gtext.NewSegment(g.start, g.other.end))
		}
		return nil
	case g.other != nil && (alone || o.tagsBehind(g.other.end)) && (k != doesUnknown || alone || !o.within):
		return o.pair(k)
	case !alone || k == doesValue || k == doesReference:
		return nil
	case k == doesNothing:
		return &Gap{}
	case k == doesBrings:
		if e := o.embed(); e != nil {
			return e
		}
	case k == doesFilm, k == doesPicture, k == doesLayout && g.value(src, -1, "link", "href") != "", k == doesWarning:
		return o.line(gtext.NewSegment(g.start, g.end))
	case k == doesLayout, k == doesTabOne && g.single:
		return &Unread{}
	case k == doesUnknown && g.language == hugo && (o.within || g.words() != gtext.Segment{}):
		return nil
	case k == doesUnknown && o.within:
		return nil
	}
	return &Unread{Construct: g.construct(src)}
}

// line is a paragraph of one stretch of the text.
func (o opener) line(at gtext.Segment) ast.Node {
	if o.tag.duty(o.Source) == doesWarning {
		m := rubyWarning.FindSubmatchIndex(o.tag.inner.Value(o.Source))
		box := &Box{Name: "warning"}
		box.AppendChild(box, lineOf(gtext.NewSegment(o.tag.inner.Start+m[2], o.tag.inner.Start+m[3])))
		return box
	}
	u := &Unread{}
	u.AppendChild(u, lineOf(at))
	return u
}

func lineOf(at gtext.Segment) ast.Node {
	p := ast.NewParagraph()
	p.Lines().Append(at)
	p.SetPos(at.Start)
	return p
}

// blankBehind reports whether nothing stands in the line behind an offset.
func (t *Tags) blankBehind(at int) bool {
	line, _, _ := bytes.Cut(t.Source[at:], []byte("\n"))
	return util.IsBlank(line)
}

// rawBlock reports whether nothing stands behind the end of a tag that is in the same line.
func (o opener) rawBlock() bool {
	return bytes.IndexByte(o.Source[o.tag.end:o.tag.other.start], '\n') >= 0 || o.blankBehind(o.tag.other.end)
}

// tagsBehind is the same but for other tags.
func (t *Tags) tagsBehind(at int) bool {
	for at < len(t.Source) && t.Source[at] != '\n' {
		switch g := t.at(at); {
		case g != nil:
			at = g.end
		case !util.IsSpace(t.Source[at]):
			return false
		default:
			at++
		}
	}
	return true
}

// pair makes the node of a tag that another closes.
func (o opener) pair(k duty) ast.Node {
	g, src := o.tag, o.Source
	opened := &begun{tag: g}
	var node ast.Node
	title, titleKeys := gtext.Segment{}, []string{"title", "header", "heading", "name", "summary", "label", "caption"}
	switch k {
	case doesBox:
		b := &Box{}
		b.Name, title = o.boxKind(titleKeys)
		b.Untitled = g.name == "pageinfo"
		node = b
	case doesTabset:
		node = &Tabs{}
	case doesTabOne:
		node = &Tab{}
		title, _ = g.arg(0, titleKeys...)
		if at, is := o.tabCode(); is {
			opened.lines = ast.NewFencedCodeBlock(ast.NewTextSegment(at))
		}
	case doesFolded:
		node = &Details{Open: g.value(src, -1, "open") == "true"}
		title, _ = g.arg(0, titleKeys...)
	case doesCode:
		info, _ := g.arg(0, "lang", "language", "type")
		if g.name == "mermaid" {
			info = o.nameAt()
		}
		node = ast.NewFencedCodeBlock(ast.NewTextSegment(info))
		opened.lines = node
	case doesAside:
		node = &Gap{Remark: true}
		opened.lines = node
	case doesTitled:
		node = &Unread{Title: g.value(src, -1, "title")}
	case doesFilm:
		return o.shown(opened)
	case doesLayout:
		title, _ = g.arg(-1, "title", "header")
		node = &Unread{}
		if title.Len() > 0 {
			node = &Box{}
		}
	case doesVerbatim, doesNothing:
		node = &Unread{}
	default:
		node = &Unread{Construct: g.construct(src)}
	}
	if t := NewTitle(src, title); t != nil {
		node.AppendChild(node, t)
	}
	if opened.lines != nil && opened.lines != node {
		node.AppendChild(node, opened.lines)
	}
	o.nodes[node] = opened
	return node
}

// linkForm is a link and nothing else.
var linkForm = regexp.MustCompile(`^\s*\[[^\[\]]*\]\([^()]*\)\s*$`)

// shown is a link to what a tag would show, above the words that are in it, if those are no link themselves.
func (o opener) shown(opened *begun) ast.Node {
	g := o.tag
	if g.name == "content-ref" && linkForm.Match(o.Source[g.end:g.other.start]) { // a link by the name of the file
		opened.lines = &Gap{}
	}
	node := o.line(gtext.NewSegment(g.start, g.end))
	if opened.lines != nil {
		node.AppendChild(node, opened.lines)
	}
	o.nodes[node] = opened
	return node
}

func (o opener) nameAt() gtext.Segment {
	at := bytes.Index(bytes.ToLower(o.tag.inner.Value(o.Source)), []byte(o.tag.name))
	return gtext.NewSegment(o.tag.inner.Start+at, o.tag.inner.Start+at+len(o.tag.name))
}

// boxKind is the kind of a box, and where its title stands.
func (o opener) boxKind(titleKeys []string) (name string, title gtext.Segment) {
	g, src := o.tag, o.Source
	first, named := g.arg(-1, "type", "kind", "style", "color", "context", "level", "icon")
	title, _ = g.arg(-1, titleKeys...)
	if boxes[g.name] && g.name != "hint" && g.name != "attention" {
		if title.Len() == 0 {
			title, _ = g.arg(0)
		}
		return Name(g.name), title
	}
	place := 0
	if !named {
		if first, named = g.arg(0); named {
			place = 1
		}
	}
	if title.Len() == 0 {
		title, _ = g.arg(place)
	}
	word := bytes.ToLower(first.Value(src))
	switch {
	case named && boxes[string(word)]:
		return Name(string(word)), title
	case named && place == 1 && title.Len() == 0:
		title = first // {{< alert "Title" >}}
	}
	if g.name == "attention" {
		return g.name, title
	}
	return "note", title
}

// tabCode says that what is in a tab is code, and in which language: in Docsy's {{< tab >}} it is, unless that or what is around
// it says text=true.
func (o opener) tabCode() (language gtext.Segment, is bool) {
	g, src := o.tag, o.Source
	around := o.nodes[o.parent]
	if g.language != hugo || src[g.start+2] != '<' || around == nil || around.tag.name != "tabpane" ||
		around.tag.value(src, -1, "text") == "true" || g.value(src, -1, "text") == "true" {
		return gtext.Segment{}, false
	}
	language, ok := g.arg(-1, "lang", "codelang")
	if !ok {
		language, _ = around.tag.arg(-1, "lang", "codelang")
	}
	return language, true
}

// embed is the page that a tag brings in; nil for another file.
func (o opener) embed() ast.Node {
	at, ok := o.tag.arg(0, "file", "path")
	name := string(at.Value(o.Source))
	quoted := ok && strings.IndexByte("\"'`", o.Source[at.Start-1]) >= 0
	if !quoted || !strings.HasSuffix(strings.ToLower(name), ".md") || slices.ContainsFunc(strings.Split(name, "/"), hiddenName) {
		return nil
	}
	target := strings.TrimPrefix(strings.TrimPrefix(name, "./"), "/")
	return &Embed{Target: target, Written: at.WithStart(at.Stop - len(target))}
}

// hiddenName reports whether a file of that name is no page.
func hiddenName(name string) bool {
	return len(name) > 0 && (name[0] == '_' && !strings.HasPrefix(name, "_index.") || name[0] == '.' && strings.Trim(name, ".") != "")
}
