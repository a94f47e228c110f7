package dialect

import (
	"bytes"
	"cmp"
	"regexp"
	"slices"
	"strings"

	"github.com/yuin/goldmark/ast"
	"github.com/yuin/goldmark/parser"
	gtext "github.com/yuin/goldmark/text"
	"github.com/yuin/goldmark/util"
)

// components reads components of JSX and Vue: those that tools have for boxes, tabs and cards become those, and of every other
// one its content stays.
func components() Part {
	return Part{
		Name: "components", Tools: "Docusaurus, Starlight, Nextra, VitePress, Mintlify",
		Blocks:  []Block{{Parser: componentParser{"<"}, Priority: 86}},
		Inlines: []Inline{{Parser: componentInline{"<"}, Priority: 86}},
	}
}

// shape is what becomes of a component.
type shape byte

const (
	unknown shape = iota
	plain         // its content alone
	tabbed
	tab
	box  // of the kind that it is called
	kind // a box of the kind that an attribute says
	card // a box that may lead somewhere
	folded
	wording // words in a line
	icon
	anchor
	picture
)

// shapes are the components that several tools have under one name.
var shapes = byName(map[shape]string{
	plain: "Steps CardGrid Cards CardGroup CardList Grid Row Col Column Columns Frame Fragment FileTree Files AccordionGroup Accordions " +
		"ClientOnly Bleed Container Center Tooltip Kbd Highlight Term div span p section center",
	tabbed:  "Tabs CodeGroup CodeTabs CodeBlocks TabGroup",
	tab:     "TabItem Tab TabPanel Tabs.Tab",
	box:     "Note Tip Info Warning Caution Danger Important Success Check Hint Question Example",
	kind:    "Admonition Aside Callout Alert Notice",
	card:    "Card LinkCard DocCard Cards.Card Step Tile Feature",
	folded:  "Details Accordion AccordionItem Collapse Collapsible Expandable Expander Spoiler",
	wording: "Badge Tag Pill Chip",
	icon:    "Icon FontAwesomeIcon",
	anchor:  "Link LinkButton NavLink Button a",
	picture: "Image Img img",
})

// elements are those of HTML that some write with a capital letter.
var elements = words("a abbr address area article aside audio b base blockquote body br button canvas caption center cite code col colgroup dd del details " +
	"dialog div dl dt em embed fieldset figcaption figure font footer form frame h1 h2 h3 h4 h5 h6 head header hr html i iframe img input ins kbd label " +
	"legend li link main map mark menu meta nav noscript object ol optgroup option output p param picture pre progress q s samp script section select " +
	"small source span strike strong style sub summary sup svg table tbody td template textarea tfoot th thead time title tr track tt u ul var video wbr")

// isComponent tells a component from an element of HTML: it begins with a capital letter.
func isComponent(name string, mdx bool) bool {
	if name == "" || name[0] < 'A' || name[0] > 'Z' {
		return false
	}
	lower := strings.ToLower(name)
	if mdx || !elements[lower] {
		return true
	}
	return shapes[name] != unknown && name != strings.ToUpper(name)
}

// hasBraces reports whether a tag of HTML has attributes as MDX writes them: `style={{color: 'red'}}`.
func hasBraces(text []byte) bool {
	text = text[:min(len(text), maxTag)]
	if end := bytes.IndexByte(text, '>'); end >= 0 {
		text = text[:end]
	}
	return len(text) > 1 && util.IsAlphaNumeric(text[1]) && (bytes.Contains(text, []byte("={")) || bytes.Contains(text, []byte("{...")))
}

// BeginsComponent reports whether a text begins with a component, which Markdown would take for HTML. It may go beyond the line.
func BeginsComponent(line []byte, pc parser.Context) bool {
	line = bytes.TrimLeft(line[:min(len(line), maxTag)], " \t")
	if len(line) < 2 || line[0] != '<' {
		return false
	}
	name := bytes.TrimPrefix(line[1:], []byte("/"))
	if isMDX(pc) && (len(name) > 0 && name[0] == '>' || hasBraces(line)) {
		return true
	}
	end := 0
	for end < len(name) && isNameByte(name[end]) {
		end++
	}
	return isComponent(string(name[:end]), isMDX(pc))
}

// opening is a component that is open.
type opening struct {
	node   ast.Node
	name   string
	indent int // how far in its content stands; -1 as long as none was seen
}

// effort is what reading components knows of one document.
type effort struct {
	open    []*opening
	closers map[string][]int // by name, where lines begin with "</Name"
	inline  map[string]int   // by name, where such a tag stands for the last time
	wasted  int              // bytes that were looked at in vain
	large   int              // how often a tag was looked for in vain
}

var effortKey = parser.NewContextKey()

func effortOf(pc parser.Context) *effort {
	e, _ := pc.Get(effortKey).(*effort)
	if e == nil {
		e = &effort{}
		pc.Set(effortKey, e)
	}
	return e
}

// maxWasted bounds what is looked at in vain: no document that people write comes near it.
const maxWasted = 4 << 20

// tag reads a tag within its bounds.
func (e *effort) tag(text []byte) (tag, bool) {
	if e.wasted > maxWasted {
		return tag{}, false
	}
	limit := maxTag
	if e.large < fewLarge {
		limit = maxLarge
	}
	text = text[:min(len(text), limit)]
	t, ok := readTag(text)
	if !ok {
		e.wasted += min(len(text), maxTag)
		e.large++
	}
	return t, ok
}

// braces is afterBraces within its bounds.
func (e *effort) braces(text []byte) int {
	if e.wasted > maxWasted {
		return -1
	}
	end := afterBraces(text, 0)
	if end < 0 {
		e.wasted += len(text)
	}
	return end
}

// find looks for the tags that close components, once for the whole document.
func (e *effort) find(source []byte) {
	if e.closers != nil {
		return
	}
	e.closers, e.inline = map[string][]int{}, map[string]int{}
	for at := 0; ; {
		i := bytes.Index(source[at:], []byte("</"))
		if i < 0 {
			return
		}
		at += i
		end := at + 2
		for end < len(source) && isNameByte(source[end]) {
			end++
		}
		name := string(source[at+2 : end])
		e.inline[name] = at
		line := bytes.LastIndexByte(source[max(0, at-200):at], '\n') + max(0, at-200) + 1
		if len(bytes.Trim(source[line:at], " \t>")) == 0 {
			e.closers[name] = append(e.closers[name], at)
		}
		at = end
	}
}

// closedBelow reports whether a line behind an offset closes a component; elsewhere, whether a tag within a line does.
func (e *effort) closedBelow(name string, from int, source []byte) (line, elsewhere bool) {
	e.find(source)
	all := e.closers[name]
	i, _ := slices.BinarySearch(all, from)
	return i < len(all), e.inline[name] >= from
}

func (e *effort) innermost(name string) *opening {
	for _, o := range slices.Backward(e.open) {
		if o.name == name {
			return o
		}
	}
	return nil
}

type componentParser struct{ begins }

func (componentParser) CanAcceptIndentedLine() bool { return true }

func (componentParser) Open(parent ast.Node, reader gtext.Reader, pc parser.Context) (ast.Node, parser.State) {
	line, at := reader.PeekLine()
	if !BeginsComponent(reader.Source()[at.Start:], pc) {
		return nil, parser.NoChildren
	}
	e := effortOf(pc)
	blanks := len(line) - len(bytes.TrimLeft(line, " \t"))
	if width, _ := util.IndentWidth(line, reader.LineOffset()); width > 3 && !isMDX(pc) && len(e.open) == 0 {
		return nil, parser.NoChildren
	}
	source, start := reader.Source(), at.Start-at.Padding+blanks
	t, ok := e.tag(source[start:])
	if !ok {
		return nil, parser.NoChildren
	}
	end := start + t.size
	rest, _, _ := bytes.Cut(source[end:], []byte("\n"))
	lineEnd := end + len(rest)
	rest = bytes.TrimSpace(rest)
	what := shapes[t.name]
	wholeTag := gtext.NewSegment(start, end)
	switch {
	case t.closing || t.name == "":
		if len(rest) > 0 || inParagraph(pc) {
			return nil, parser.NoChildren
		}
		goTo(reader, end)
		return gapAt(wholeTag), parser.NoChildren
	case (what >= wording || len(rest) > 0 && t.alone) && bytes.IndexByte(source[start:end], '\n') >= 0 && !inParagraph(pc):
		return paragraph(t, start, lineEnd, reader), parser.NoChildren
	case what >= wording, len(rest) > 0 && t.alone, t.alone && inParagraph(pc):
		return nil, parser.NoChildren
	}
	closer := []byte("</" + t.name)
	if i := bytes.Index(rest, closer); i >= 0 { // all of it stands in this line
		if !bytes.HasSuffix(rest, []byte(">")) || bytes.IndexByte(rest[i:], '>') != len(rest)-i-1 || what == unknown || what == plain || inParagraph(pc) {
			return nil, parser.NoChildren
		}
		node := e.node(t, start, source, pc)
		words := gtext.NewSegment(end, end+bytes.Index(source[end:], closer))
		if words = words.TrimLeftSpace(source); !words.IsEmpty() {
			text := ast.NewParagraph()
			text.Lines().Append(words)
			node.AppendChild(node, text)
		}
		goTo(reader, lineEnd)
		return node, parser.NoChildren
	}
	if !t.alone {
		below, elsewhere := e.closedBelow(t.name, end, source)
		switch {
		case !below && elsewhere, !below && len(rest) > 0:
			return nil, parser.NoChildren
		case !below && maybeWords(t, pc):
			return nil, parser.NoChildren
		case !below:
			goTo(reader, end)
			return &Unread{Construct: Construct{What: "the unclosed component `<" + t.name + ">`", At: wholeTag, Shown: true, Help: "write `</" + t.name + ">` where it ends"}}, parser.NoChildren
		}
	}
	node := e.node(t, start, source, pc)
	goTo(reader, end)
	if t.alone {
		return node, parser.NoChildren
	}
	e.open = append(e.open, &opening{node, t.name, -1})
	return node, parser.HasChildren
}

// paragraph makes a paragraph of a tag that stands over several lines, with what is in it: a line of it may look like
// something else.
func paragraph(t tag, start, lineEnd int, reader gtext.Reader) ast.Node {
	source := reader.Source()
	if text := source[start+t.size : min(len(source), start+t.size+maxTag)]; !t.alone {
		i, blank := bytes.Index(text, []byte("</"+t.name+">")), bytes.Index(text, []byte("\n\n"))
		if i >= 0 && (blank < 0 || i < blank) {
			lineEnd = start + t.size + i + len(t.name) + len("</>")
		}
	}
	n := ast.NewParagraph()
	at := start
	for line := range bytes.Lines(source[start:lineEnd]) {
		if !util.IsBlank(line) {
			whole := gtext.NewSegment(at, at+len(line))
			n.Lines().Append(whole.TrimLeftSpace(source))
		}
		at += len(line)
	}
	goTo(reader, lineEnd)
	return n
}

// maybeWords reports whether a tag may be no tag at all: "Replace <Name> with yours". It is read as HTML is.
func maybeWords(t tag, pc parser.Context) bool {
	return !isMDX(pc) && !t.alone && len(t.attrs) == 0 && shapes[t.name] == unknown
}

// goTo advances a reader to an offset of the source, which may lie some lines below.
func goTo(reader gtext.Reader, offset int) {
	for {
		line, at := reader.PeekLine()
		if line == nil || offset < at.Stop {
			break
		}
		next := at.Stop
		if offset == next && (next == len(reader.Source()) || reader.Source()[next-1] == '\n') {
			break
		}
		reader.AdvanceLine()
	}
	if line, at := reader.PeekLine(); line != nil {
		advance(reader, min(len(line), offset-at.Start+at.Padding))
	}
}

// node makes the block that a component becomes.
func (e *effort) node(t tag, start int, source []byte, pc parser.Context) ast.Node {
	at := gtext.NewSegment(start, start+t.size)
	var shown []gtext.Segment
	title := func(names ...string) *Title {
		words, _ := t.value(start, names...)
		title := NewTitle(source, words)
		if title != nil {
			shown = append(shown, words)
		}
		if bytes.IndexByte(words.Value(source), '<') >= 0 { // words of a tag are no HTML
			title = &Title{Words: string(words.Value(source))}
		}
		return title
	}
	var node ast.Node
	switch shapes[t.name] {
	case plain:
		node = &Unread{}
	case tabbed:
		tabs := &Tabs{}
		for _, a := range t.attrs {
			if a.name == "items" && a.expression {
				tabs.names = literals(source, start+a.start, start+a.end)
			}
		}
		node = tabs
	case tab:
		node = titled(&Tab{}, title("label", "title", "name", "value", "header"))
	case box:
		node = titled(&Box{Name: Name(t.name)}, title("title", "label", "header"))
	case kind:
		name := "note"
		for _, key := range []string{"intent", "variant", "kind", "type"} { // the last one counts
			word, _ := t.value(start, key)
			name = cmp.Or(Name(string(word.Value(source))), name)
		}
		node = titled(&Box{Name: name}, title("title", "label", "header"))
	case card:
		b := &Box{Untitled: true}
		node = titled(b, title("title", "header", "label"))
		if to, ok := t.value(start, "href", "link", "to", "url"); ok {
			b.To = to
			shown = append(shown, to)
			if TitleOf(b) == nil {
				titled(b, NewTitle(source, to))
			}
		}
		if words, ok := t.value(start, "description", "content"); ok {
			text := ast.NewParagraph()
			text.Lines().Append(words)
			b.AppendChild(b, text)
			shown = append(shown, words)
		}
	case folded:
		node = titled(&Details{}, title("title", "summary", "label", "header", "question"))
	default:
		return &Unread{Construct: construct(t, at)}
	}
	if t.said() {
		node.AppendChild(node, &Unread{Construct: expressionIn(t, at, true)})
	}
	hidden(node, at, shown)
	return node
}

// said reports whether an attribute that readers would see is an expression.
func (t tag) said() bool {
	return slices.ContainsFunc(t.attrs, func(a attr) bool {
		switch a.name {
		case "title", "label", "description", "href", "to", "summary":
			return a.expression
		}
		return false
	})
}

// hidden puts gaps at the end of a block for what of its tag no reader sees.
func hidden(node ast.Node, tag gtext.Segment, shown []gtext.Segment) {
	slices.SortFunc(shown, func(a, b gtext.Segment) int { return a.Start - b.Start })
	from := tag.Start
	for _, s := range append(shown, gtext.NewSegment(tag.Stop, tag.Stop)) {
		if s.Start > from {
			node.AppendChild(node, gapAt(gtext.NewSegment(from, s.Start)))
		}
		from = max(from, s.Stop)
	}
}

func construct(t tag, at gtext.Segment) Construct {
	if t.name[0] >= 'a' {
		return expressionIn(t, at, !t.alone)
	}
	return Construct{What: "the component `<" + t.name + ">`", At: at, Shown: !t.alone}
}

func expressionIn(t tag, at gtext.Segment, shown bool) Construct {
	return Construct{What: "an expression in the tag of `<" + t.name + ">`", At: at, Shown: shown, Help: "write what it gives, in quotes"}
}

// literals are where the texts in quotes stand in an expression.
func literals(source []byte, from, to int) []gtext.Segment {
	var all []gtext.Segment
	for at := from; at < to; at++ {
		if c := source[at]; c == '"' || c == '\'' {
			n := bytes.IndexByte(source[at+1:to], c)
			if n < 0 {
				break
			}
			all = append(all, gtext.NewSegment(at+1, at+1+n))
			at += n + 1
		}
	}
	return all
}

func (componentParser) Continue(node ast.Node, reader gtext.Reader, pc parser.Context) parser.State {
	e := effortOf(pc)
	i := slices.IndexFunc(e.open, func(o *opening) bool { return o.node == node })
	if i < 0 {
		return parser.Close
	}
	o := e.open[i]
	line, _ := reader.PeekLine()
	if util.IsBlank(line) {
		return parser.Continue | parser.HasChildren
	}
	trimmed := bytes.TrimLeft(line, " \t")
	if closing := bytes.HasPrefix(trimmed, []byte("</"+o.name)) && !Is[*ast.FencedCodeBlock](pc.LastOpenedBlock().Node); closing && e.innermost(o.name) == o {
		if end := bytes.IndexByte(trimmed, '>'); end >= 0 && len(bytes.TrimSpace(trimmed[2+len(o.name):end])) == 0 {
			advance(reader, len(line)-len(trimmed)+end+1)
			return parser.Close
		}
	}
	width, _ := util.IndentWidth(line, reader.LineOffset())
	if o.indent < 0 && !bytes.HasPrefix(trimmed, []byte("</")) {
		o.indent = width
	}
	if n := min(width, o.indent); n > 0 {
		pos, padding := util.IndentPosition(line, reader.LineOffset(), n)
		reader.AdvanceAndSetPadding(pos, padding)
	}
	return parser.Continue | parser.HasChildren
}

func (componentParser) Close(node ast.Node, reader gtext.Reader, pc parser.Context) {
	e := effortOf(pc)
	if i := slices.IndexFunc(e.open, func(o *opening) bool { return o.node == node }); i >= 0 {
		e.open = slices.Delete(e.open, i, i+1) // what begins below it may be open already
	}
	if details, ok := node.(*Details); ok {
		summarised(details, reader.Source())
	}
	tabs, ok := node.(*Tabs)
	if !ok {
		return
	}
	groupCode(tabs, reader.Source())
	names := tabs.names
	for n := tabs.FirstChild(); n != nil && len(names) > 0; n = n.NextSibling() {
		if !Is[*Tab](n) {
			continue
		}
		if title := NewTitle(reader.Source(), names[0]); title != nil && TitleOf(n) == nil {
			n.InsertBefore(n, n.FirstChild(), title)
		}
		names = names[1:]
	}
}

// summaryForm is a title that is written as HTML has it.
var summaryForm = regexp.MustCompile(`^\s*<summary>([^\n]*)</summary>\s*$`)

// summarised makes a title of the summary that details begin with.
func summarised(n *Details, source []byte) {
	first := n.FirstChild()
	for Is[*Gap](first) {
		first = first.NextSibling()
	}
	html, ok := first.(*ast.HTMLBlock)
	if !ok || html.Lines().Len() != 1 {
		return
	}
	at := html.Lines().At(0)
	m := summaryForm.FindSubmatchIndex(at.Value(source))
	if m == nil {
		return
	}
	if title := NewTitle(source, gtext.NewSegment(at.Start-at.Padding+m[2], at.Start-at.Padding+m[3])); title != nil {
		n.RemoveChild(n, html)
		n.InsertBefore(n, n.FirstChild(), title)
	}
}

type componentInline struct{ begins }

func (componentInline) Parse(_ ast.Node, block gtext.Reader, pc parser.Context) ast.Node {
	line, at := block.PeekLine()
	if !BeginsComponent(line, pc) && !hasBraces(line) || inWord(block.PrecendingCharacter()) && !bytes.HasPrefix(line, []byte("</")) && !isMDX(pc) {
		return nil
	}
	e, found := effortOf(pc), stretch{line, []gtext.Segment{at}}
	t, ok := e.tag(line)
	if !ok && len(line) < maxTag {
		found = stretchOf(block)
		t, ok = e.tag(found.text)
	}
	if !ok {
		return nil
	}
	block.Advance(t.size)
	_, after := block.Position()
	whole := gtext.NewSegment(at.Start, after.Start)
	if t.closing || t.name == "" {
		return &InlineGap{Segment: whole}
	}
	if maybeWords(t, pc) {
		if below, elsewhere := e.closedBelow(t.name, at.Start, block.Source()); !below && !elsewhere {
			return nil
		}
	}
	value := func(names ...string) (gtext.Segment, bool) {
		if words, ok := t.value(0, names...); ok {
			return found.place(words.Start, words.Stop)
		}
		return gtext.Segment{}, false
	}
	switch shapes[t.name] {
	case unknown:
		return &Mention{Construct: construct(t, whole)}
	case icon:
		return &Mention{Construct: Construct{What: "an icon of a theme, such as `<Icon>`", At: whole, Help: iconHelp}}
	case picture:
		return image(value, block.Source(), construct(t, whole))
	case anchor, card:
		to, leads := value("href", "to", "link", "url")
		words, said := value("title", "label", "text")
		if !t.alone && !said && leads {
			words, said = inside(t.name, block)
		}
		switch {
		case leads && said:
			return linkTo(to.Value(block.Source()), to, ast.NewTextSegment(words))
		case said:
			return tagged(words)
		case leads || t.alone:
			return &Mention{Construct: construct(t, whole)}
		}
	case wording, tab, box, kind, folded:
		if words, ok := value("text", "title", "label"); ok {
			return tagged(words)
		}
	}
	return &InlineGap{Segment: whole}
}

// image makes a picture of a component that says where it lies.
func image(value func(...string) (gtext.Segment, bool), source []byte, otherwise Construct) ast.Node {
	src, ok := value("src")
	if !ok {
		return &Mention{Construct: otherwise}
	}
	link := ast.NewLink()
	link.Destination = src.Value(source)
	n := ast.NewImage(link)
	SetSpan(n, src)
	if alt, ok := value("alt"); ok {
		n.AppendChild(n, ast.NewTextSegment(alt))
	}
	return n
}

// tagged is words of a tag.
func tagged(words gtext.Segment) ast.Node {
	n := phrase("", ast.NewTextSegment(words))
	n.Label = true
	return n
}

// inside takes the words between a tag, behind which the reader stands, and the one that closes it, if nothing else is there.
func inside(name string, block gtext.Reader) (gtext.Segment, bool) {
	rest := stretchOf(block)
	end := bytes.IndexByte(rest.text, '<')
	closer := []byte("</" + name + ">")
	if end <= 0 || !bytes.HasPrefix(rest.text[end:], closer) {
		return gtext.Segment{}, false
	}
	start := len(rest.text) - len(bytes.TrimLeft(rest.text, " \t\n"))
	words, ok := rest.place(start, len(bytes.TrimRight(rest.text[:end], " \t\n")))
	if ok {
		block.Advance(end + len(closer))
	}
	return words, ok
}

// stretch is text of a paragraph with the lines that it is of.
type stretch struct {
	text  []byte
	lines []gtext.Segment
}

// stretchOf is the rest of the paragraph, as far as a tag may reach. The reader stays where it is.
func stretchOf(block gtext.Reader) (s stretch) {
	line, position := block.Position()
	for len(s.text) < maxTag {
		more, at := block.PeekLine()
		if more == nil {
			break
		}
		s.text, s.lines = append(s.text, more[:min(len(more), maxTag)]...), append(s.lines, at)
		block.AdvanceLine()
	}
	block.SetPosition(line, position)
	return s
}

// place is where some of its bytes stand in the source, if that is in one line.
func (s stretch) place(from, to int) (gtext.Segment, bool) {
	at := 0
	for _, l := range s.lines {
		if size := l.Stop - l.Start + l.Padding; from < at+size {
			start := l.Start - l.Padding
			return gtext.NewSegment(start+from-at, start+to-at), to > from && to <= at+size
		} else {
			at += size
		}
	}
	return gtext.Segment{}, false
}
