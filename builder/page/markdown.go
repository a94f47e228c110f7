package page

import (
	"bytes"
	"regexp"
	"unicode"

	"github.com/yuin/goldmark/ast"
	"github.com/yuin/goldmark/extension"
	east "github.com/yuin/goldmark/extension/ast"
	"github.com/yuin/goldmark/parser"
	gtext "github.com/yuin/goldmark/text"
	"github.com/yuin/goldmark/util"

	"handbook/builder/dialect"
)

// Bounds that keep hostile text from costing more than its size. No document written by people comes near them.
const (
	maxNesting  = 50       // block quotes, lists and notes in each other
	maxCells    = 500_000  // of one table, those that are made up for short rows included
	maxMarks    = 1000     // runs of emphasis marks in one paragraph: matching them costs their square
	maxBrackets = 100      // open at once in one paragraph
	maxSearch   = 32 << 20 // steps of a document that are spent in vain on finding links
	maxLines    = 200      // of a paragraph that are looked at together for link definitions
)

// newMarkdown lists what this handbook's Markdown is made of. Only CommonMark remains with extended off, and of other generators
// the parts are read that are given.
func newMarkdown(typographer, extended bool, parts []dialect.Part) parser.Parser {
	atx, setext := headings{parser.NewATXHeadingParser()}, headings{parser.NewSetextHeadingParser()}
	blocks := []util.PrioritizedValue{
		util.Prioritized(setext, 100),
		util.Prioritized(parser.NewThematicBreakParser(), 200),
		util.Prioritized(held{nested{parser.NewListParser()}}, 300),
		util.Prioritized(held{parser.NewListItemParser()}, 400),
		util.Prioritized(parser.NewCodeBlockParser(), 500),
		util.Prioritized(atx, 600),
		util.Prioritized(parser.NewFencedCodeBlockParser(), 700),
		util.Prioritized(callouts{nested{parser.NewBlockquoteParser()}}, 800),
		util.Prioritized(htmlBlocks{parser.NewHTMLBlockParser(), extended}, 900),
		util.Prioritized(parser.NewParagraphParser(), 1000),
	}
	inlines := []util.PrioritizedValue{
		util.Prioritized(parser.NewCodeSpanParser(), 100),
		util.Prioritized(links{parser.NewLinkParser()}, 200),
		util.Prioritized(parser.NewAutoLinkParser(), 300),
		util.Prioritized(parser.NewRawHTMLParser(), 400),
		util.Prioritized(marks{parser.NewEmphasisParser()}, 500),
	}
	paragraphs := []util.PrioritizedValue{
		util.Prioritized(definitions{parser.LinkReferenceParagraphTransformer}, 100),
	}
	var trees []util.PrioritizedValue
	if extended {
		blocks = append(blocks,
			util.Prioritized(shifted{nested{extension.NewDefinitionListParser()}}, 101),
			util.Prioritized(extension.NewDefinitionDescriptionParser(), 102),
			util.Prioritized(footnotes{nested{extension.NewFootnoteBlockParser()}}, 999))
		inlines = append(inlines,
			util.Prioritized(extension.NewTaskCheckBoxParser(), 0),
			util.Prioritized(wikilinks{}, 90),
			util.Prioritized(footnoteRefs{}, 101),
			util.Prioritized(asides{}, 101),
			util.Prioritized(marks{extension.NewStrikethroughParser()}, 500),
			util.Prioritized(shortcodes{}, 998),
			util.Prioritized(autolinks{extension.NewLinkifyParser()}, 999),
			util.Prioritized(midway{extension.NewLinkifyParser()}, 1000))
		paragraphs = append(paragraphs, util.Prioritized(tables{extension.NewTableParagraphTransformer()}, 200))
		b, i, p, t := dialect.Options(parts,
			func(b parser.BlockParser) parser.BlockParser { return nested{b} },
			func(i parser.InlineParser) parser.InlineParser { return marks{i} })
		blocks, inlines, paragraphs, trees = append(blocks, b...), append(inlines, i...), append(paragraphs, p...), t
	}
	if typographer {
		inlines = append(inlines, util.Prioritized(extension.NewTypographerParser(), 9999))
	}
	return parser.NewParser(parser.WithBlockParsers(blocks...), parser.WithInlineParsers(inlines...),
		parser.WithParagraphTransformers(paragraphs...), parser.WithASTTransformers(trees...))
}

// notes is what the parsers below tell the renderer about one document beyond its tree. They find it in the parse
// context.
type notes struct {
	headings  []*ast.Heading             // in the order of the text
	footnotes map[string]*east.Footnote  // by label
	spans     map[ast.Node]gtext.Segment // the bytes of a link's destination, or of the whole link
	attrs     map[ast.Node]headingAttrs  // what is written in braces behind a heading
	tooDeep   int                        // where nesting was cut off; -1 when it was not
	tooWide   int                        // likewise for a table
	tooMany   int                        // likewise for marks in a paragraph

	block    ast.Node // the paragraph that is being read, and what it has cost so far
	marks    int
	brackets int
	searched int // of the whole document
}

// at tells the notes which paragraph is read.
func (n *notes) at(block ast.Node) {
	if n.block != block {
		n.block, n.marks, n.brackets = block, 0, 0
	}
}

// enough notes where a bound was met.
func (n *notes) enough(reader gtext.Reader) {
	if _, at := reader.Position(); n.tooMany < 0 {
		n.tooMany = at.Start
	}
}

var notesKey = parser.NewContextKey()

func newNotes() *notes { return &notes{tooDeep: -1, tooWide: -1, tooMany: -1} }

func notesOf(pc parser.Context) *notes { return pc.Get(notesKey).(*notes) }

// nested refuses a container that would nest too deep; its markers then are text.
type nested struct{ parser.BlockParser }

func (b nested) Open(parent ast.Node, reader gtext.Reader, pc parser.Context) (ast.Node, parser.State) {
	depth := 0
	for n := parent; n != nil; n = n.Parent() {
		if depth++; depth > maxNesting {
			if _, at := reader.Position(); notesOf(pc).tooDeep < 0 {
				notesOf(pc).tooDeep = at.Start
			}
			return nil, parser.NoChildren
		}
	}
	return b.BlockParser.Open(parent, reader, pc)
}

// held keeps a list open where a tag in its last item is, whose text does not stand as far in as the item.
type held struct{ parser.BlockParser }

func (b held) Continue(node ast.Node, reader gtext.Reader, pc parser.Context) parser.State {
	item, ok := node.(*ast.ListItem)
	if !ok {
		item = node.LastChild().(*ast.ListItem)
	}
	line, at := reader.PeekLine()
	if width, _ := util.IndentWidth(line, reader.LineOffset()); width < item.Offset && !util.IsBlank(line) && dialect.Holds(item, at.Start, pc) {
		return parser.Continue | parser.HasChildren
	}
	return b.BlockParser.Continue(node, reader, pc)
}

// shifted reads definitions that stand up to three blanks in, as mdBook and pandoc do.
type shifted struct{ parser.BlockParser }

func (b shifted) Open(parent ast.Node, reader gtext.Reader, pc parser.Context) (ast.Node, parser.State) {
	indent, offset := pc.BlockIndent(), pc.BlockOffset()
	if indent == 0 || indent > 3 {
		return b.BlockParser.Open(parent, reader, pc)
	}
	number, start := reader.Position()
	reader.Advance(offset)
	pc.SetBlockIndent(0)
	pc.SetBlockOffset(0)
	node, state := b.BlockParser.Open(parent, reader, pc)
	if node == nil {
		reader.SetPosition(number, start)
		reader.Advance(0) // it forgets the line that it read there
		pc.SetBlockIndent(indent)
		pc.SetBlockOffset(offset)
	}
	return node, state
}

// Continue leaves the next definition of the same term to Open.
func (b shifted) Continue(node ast.Node, reader gtext.Reader, pc parser.Context) parser.State {
	line, _ := reader.PeekLine()
	if width, at := util.IndentWidth(line, reader.LineOffset()); width < 4 && at < len(line) && line[at] == ':' {
		return parser.Close
	}
	return b.BlockParser.Continue(node, reader, pc)
}

// htmlBlocks leaves components to those who read them.
type htmlBlocks struct {
	parser.BlockParser
	extended bool
}

func (b htmlBlocks) Open(parent ast.Node, reader gtext.Reader, pc parser.Context) (ast.Node, parser.State) {
	if _, at := reader.PeekLine(); b.extended && dialect.BeginsComponent(reader.Source()[at.Start:], pc) {
		return nil, parser.NoChildren
	}
	return b.BlockParser.Open(parent, reader, pc)
}

// Continue leaves to others the text of an element that is marked as Markdown, and what is no HTML: a block of code, and a list of
// attributes.
func (b htmlBlocks) Continue(node ast.Node, reader gtext.Reader, pc parser.Context) parser.State {
	html := node.(*ast.HTMLBlock)
	if lines := html.Lines(); b.extended && html.HTMLBlockType >= ast.HTMLBlockType6 && lines.Len() > 0 {
		last := lines.At(lines.Len() - 1)
		if line, _ := reader.PeekLine(); markedForm.Match(last.Value(reader.Source())) || dialect.IsAttributes(line) || bytes.HasPrefix(line, []byte("```")) {
			return parser.Close
		}
	}
	return b.BlockParser.Continue(node, reader, pc)
}

// markedForm is a tag by which MkDocs is told that Markdown follows: `<figure markdown="span">`.
var markedForm = regexp.MustCompile(`<\w[^<>]*\smarkdown(?:="(?:1|block|span)")?(?:\s[^<>]*)?>\s*$`)

// headings keeps the order of headings and reads the braces behind them: {#id .class}.
type headings struct{ parser.BlockParser }

type headingAttrs struct{ id, class string }

func (b headings) Close(node ast.Node, reader gtext.Reader, pc parser.Context) {
	b.BlockParser.Close(node, reader, pc)
	h, ok := node.(*ast.Heading)
	if !ok || node.Parent() == nil {
		return
	}
	n := notesOf(pc)
	n.headings = append(n.headings, h)
	last := h.Lines().Len() - 1
	if last < 0 {
		return
	}
	line := h.Lines().At(last)
	text := line.Value(reader.Source())
	if attrs, keep := splitAttrs(text); keep < len(text) {
		if closed := bytes.TrimRight(text[:keep], "#"); last == 0 && (len(closed) == 0 || closed[len(closed)-1] == ' ') {
			keep = len(bytes.TrimRight(closed, " \t")) // "## Title ## {#id}"
		}
		if n.attrs == nil {
			n.attrs = map[ast.Node]headingAttrs{}
		}
		n.attrs[node] = attrs
		line.Stop -= len(text) - keep
		h.Lines().Set(last, line)
	}
}

// commentedID is an id in a comment.
var commentedID = regexp.MustCompile(`\{/\*[ \t]*#([^\s"'<>&#*{}]{1,200})[ \t]*\*/\}$`)

// attrForm is one of the words in the braces; a value in quotes may hold blanks.
var attrForm = regexp.MustCompile(`[^\s="']+="[^"]*"|[^\s="']+='[^']*'|\S+`)

// splitAttrs finds "{#id .class}" (or kramdown's "{: #id}") at the end of a heading, and how much of it remains.
func splitAttrs(line []byte) (attrs headingAttrs, keep int) {
	trimmed := bytes.TrimRight(line, " \t\n")
	if m := commentedID.FindSubmatchIndex(trimmed); m != nil { // Docusaurus, in MDX: "{/* #id */}"
		return headingAttrs{id: string(trimmed[m[2]:m[3]])}, len(bytes.TrimRight(line[:m[0]], " \t"))
	}
	open := bytes.LastIndexByte(trimmed, '{')
	if open < 0 || trimmed[len(trimmed)-1] != '}' || len(trimmed)-open > 500 {
		return headingAttrs{}, len(line)
	}
	inner := bytes.TrimPrefix(trimmed[open+1:len(trimmed)-1], []byte(":"))
	if open > 0 && trimmed[open-1] != ' ' && trimmed[open-1] != '\t' && (!bytes.HasPrefix(inner, []byte("#")) || bytes.IndexByte([]byte("${\\"), trimmed[open-1]) >= 0) {
		return headingAttrs{}, len(line) // right behind a word only an id is meant: "Length: ${#list}" and "Map{.key}" are text
	}
	for _, word := range attrForm.FindAll(inner, -1) {
		switch {
		case len(word) > 1 && word[0] == '#' && !bytes.ContainsAny(word[1:], `"'<>&#`):
			if attrs.id = string(word[1:]); bytes.HasPrefix(word[1:], []byte(ownID)) {
				attrs.id = ""
			}
		case len(word) > 1 && word[0] == '.' && !bytes.ContainsAny(word[1:], `"'<>&`):
			attrs.class += " " + string(word[1:])
		case bytes.IndexByte(word, '=') > 0: // other attributes have no meaning here
		default:
			return headingAttrs{}, len(line)
		}
	}
	if len(bytes.TrimSpace(inner)) == 0 {
		return headingAttrs{}, len(line)
	}
	return attrs, len(bytes.TrimRight(line[:open], " \t"))
}

// callouts reads "> [!NOTE]- Title" in the first line of a block quote.
type callouts struct{ nested }

func (b callouts) Close(node ast.Node, reader gtext.Reader, pc parser.Context) {
	b.nested.Close(node, reader, pc)
	para, ok := node.FirstChild().(*ast.Paragraph)
	if !ok || para.Lines().Len() == 0 {
		return
	}
	first := para.Lines().At(0)
	line := first.Value(reader.Source())
	kind, fold, title := calloutMarker(line)
	if kind == "" {
		return
	}
	box := &dialect.Box{Name: kind, Fold: fold}
	box.SetPos(node.Pos())
	if t := dialect.NewTitle(reader.Source(), gtext.NewSegment(first.Stop-len(line)+title, first.Stop)); t != nil {
		box.AppendChild(box, t)
	}
	if para.Lines().Len() == 1 {
		node.RemoveChild(node, para)
	} else {
		para.Lines().SetSliced(1, para.Lines().Len())
	}
	for child := node.FirstChild(); child != nil; child = node.FirstChild() {
		box.AppendChild(box, child)
	}
	node.Parent().ReplaceChild(node.Parent(), node, box)
}

// calloutMarker reads "[!kind]" with an optional fold at the start of a line, and how long they are.
func calloutMarker(line []byte) (kind string, fold dialect.Fold, end int) {
	if !bytes.HasPrefix(line, []byte("[!")) {
		return "", 0, 0
	}
	for end = 2; end < len(line) && (line[end] == '-' || line[end] == '_' || util.IsAlphaNumeric(line[end])); end++ {
	}
	if end == 2 || end > 40 || end == len(line) || line[end] != ']' {
		return "", 0, 0
	}
	kind = string(bytes.ToLower(line[2:end]))
	end++
	if end < len(line) && (line[end] == '+' || line[end] == '-') {
		fold = map[byte]dialect.Fold{'+': dialect.FoldOpen, '-': dialect.FoldClosed}[line[end]]
		end++
	}
	return kind, fold, end
}

// footnotes keeps definitions by label, so that a reference finds its own at once.
type footnotes struct{ nested }

func (b footnotes) Close(node ast.Node, reader gtext.Reader, pc parser.Context) {
	b.nested.Close(node, reader, pc)
	n := notesOf(pc)
	if n.footnotes == nil {
		n.footnotes = map[string]*east.Footnote{}
	}
	f := node.(*east.Footnote)
	if _, ok := n.footnotes[string(f.Ref)]; !ok {
		n.footnotes[string(f.Ref)] = f
	}
}

// footnoteRefs reads "[^label]" where such a footnote is defined.
type footnoteRefs struct{}

var kindFootnoteRef = ast.NewNodeKind("FootnoteRef")

type footnoteRef struct {
	ast.BaseInline
	note *east.Footnote
}

func (n *footnoteRef) Kind() ast.NodeKind            { return kindFootnoteRef }
func (n *footnoteRef) Dump(source []byte, level int) { ast.DumpHelper(n, source, level, nil, nil) }

func (footnoteRefs) Trigger() []byte { return []byte{'['} }

func (footnoteRefs) Parse(_ ast.Node, block gtext.Reader, pc parser.Context) ast.Node {
	n := notesOf(pc)
	line, _ := block.PeekLine()
	if n.footnotes == nil || len(line) < 4 || line[1] != '^' {
		return nil
	}
	end := bytes.IndexAny(line[2:min(len(line), 1000)], "[]")
	if end < 0 || line[2+end] != ']' {
		return nil
	}
	note, ok := n.footnotes[string(line[2:2+end])]
	if !ok {
		return nil
	}
	block.Advance(end + 3)
	return &footnoteRef{note: note}
}

// asides reads "^[a note in the text]", which is several words: "^[a-z]" is something else. In a note it is no other.
type asides struct{}

func (asides) Trigger() []byte { return []byte{'^'} }

func (asides) Parse(parent ast.Node, block gtext.Reader, pc parser.Context) ast.Node {
	n := notesOf(pc)
	line, _ := block.PeekLine()
	within, _ := parent.Parent().(*east.Footnote)
	if !bytes.HasPrefix(line, []byte("^[")) || within != nil && within.Ref == nil {
		return nil
	}
	number, start := block.Position()
	if n.searched > maxSearch {
		n.enough(block)
		return nil
	}
	block.Advance(2)
	lines, found := block.FindClosure('[', ']', gtext.FindClosureOptions{Nesting: true, CodeSpan: true, Newline: true, Advance: true})
	if !found {
		n.searched += parent.Lines().At(parent.Lines().Len()-1).Stop - start.Start
	}
	if !found || len(bytes.Fields(lines.Value(block.Source()))) < 2 {
		block.SetPosition(number, start)
		return nil
	}
	note, words := east.NewFootnote(nil), ast.NewParagraph()
	words.SetLines(lines)
	note.AppendChild(note, words)
	list := east.NewFootnoteList() // what stands in the last block of the text is parsed last
	list.AppendChild(list, note)
	text := parent.OwnerDocument()
	text.AppendChild(text, list)
	return &footnoteRef{note: note}
}

// links notes where a link's destination stands, which goldmark's nodes do not tell.
type links struct{ parser.InlineParser }

func (p links) Parse(parent ast.Node, block gtext.Reader, pc parser.Context) ast.Node {
	n := notesOf(pc)
	n.at(parent)
	if block.Peek() != ']' {
		if n.brackets > maxBrackets {
			n.enough(block)
			return nil
		}
		node := p.InlineParser.Parse(parent, block, pc)
		if node != nil {
			n.brackets++
		}
		return node
	}
	n.brackets = max(0, n.brackets-1)
	text, _ := block.PeekLine()
	opens := len(text) > 1 && (text[1] == '(' || text[1] == '[')
	line, before := block.Position()
	if n.searched += line; n.searched > maxSearch { // goldmark finds a label's bytes from the paragraph's first line on
		n.enough(block)
		return nil
	}
	node := p.InlineParser.Parse(parent, block, pc)
	if node == nil {
		if lines := parent.Lines(); opens && lines.Len() > 0 {
			n.searched += lines.At(lines.Len()-1).Stop - before.Start
		}
		return nil
	}
	afterLine, after := block.Position()
	var reference *ast.ReferenceLink
	var destination []byte
	switch link := node.(type) {
	case *ast.Link:
		reference, destination = link.Reference, link.Destination
	case *ast.Image:
		reference, destination = link.Reference, link.Destination
	default:
		return node
	}
	span := gtext.NewSegment(node.Pos(), after.Start)
	if reference == nil {
		block.SetPosition(line, before)
		block.Advance(2) // "]("
		block.SkipSpaces()
		_, at := block.Position()
		if block.Peek() == '<' {
			at.Start++
		}
		span = gtext.NewSegment(at.Start, at.Start+len(destination))
		block.SetPosition(afterLine, after)
	}
	if n.spans == nil {
		n.spans = map[ast.Node]gtext.Segment{}
	}
	n.spans[node] = span
	return node
}

func (p links) CloseBlock(parent ast.Node, block gtext.Reader, pc parser.Context) {
	p.InlineParser.(parser.CloseBlocker).CloseBlock(parent, block, pc)
}

// marks reads emphasis, and leaves the marks of an overfull paragraph as they are.
type marks struct{ parser.InlineParser }

func (p marks) Parse(parent ast.Node, block gtext.Reader, pc parser.Context) ast.Node {
	n := notesOf(pc)
	n.at(parent)
	if n.marks > maxMarks {
		n.enough(block)
		return nil
	}
	node := p.InlineParser.Parse(parent, block, pc)
	if node != nil {
		n.marks++
	}
	return node
}

// definitions takes link definitions off the top of a long paragraph a stretch at a time: taking lines off costs all
// that remain.
type definitions struct{ parser.ParagraphTransformer }

func (d definitions) Transform(node *ast.Paragraph, reader gtext.Reader, pc parser.Context) {
	lines := node.Lines()
	if lines.Len() <= maxLines {
		d.ParagraphTransformer.Transform(node, reader, pc)
		return
	}
	start, total := 0, lines.Len()
	for start < total {
		stretch := ast.NewParagraph()
		stretch.Lines().AppendAll(lines.Sliced(start, min(total, start+maxLines)))
		before := stretch.Lines().Len()
		node.Parent().InsertBefore(node.Parent(), node, stretch)
		d.ParagraphTransformer.Transform(stretch, reader, pc)
		left := 0
		if stretch.Parent() != nil {
			left = stretch.Lines().Len()
			stretch.Parent().RemoveChild(stretch.Parent(), stretch)
		}
		if left == before {
			break
		}
		start += before - left
	}
	if start == total {
		node.Parent().RemoveChild(node.Parent(), node)
		return
	}
	lines.SetSliced(start, total)
}

// autolinks asks for a bare address only where one can begin, and never far ahead.
type autolinks struct{ parser.InlineParser }

func (p autolinks) Parse(parent ast.Node, block gtext.Reader, pc parser.Context) ast.Node {
	line, _ := block.PeekLine()
	if len(line) > 0 && bytes.IndexByte([]byte(" *_~("), line[0]) >= 0 {
		line = line[1:]
	}
	near := line[:min(len(line), 70)]
	if i := bytes.IndexByte(near, '@'); i > 0 {
		if j := bytes.IndexByte(near, ' '); j < 0 || j > i {
			return p.InlineParser.Parse(parent, block, pc)
		}
	}
	for _, prefix := range []string{"http", "www.", "ftp:"} {
		if bytes.HasPrefix(line, []byte(prefix)) && !templated(line) {
			return p.InlineParser.Parse(parent, block, pc)
		}
	}
	return nil
}

// templated reports whether the word that begins there holds what a template would fill in.
func templated(text []byte) bool {
	end := bytes.IndexAny(text, " \t\n")
	if end < 0 {
		end = len(text)
	}
	return bytes.Contains(text[:end], []byte("{{")) || bytes.Contains(text[:end], []byte("{%"))
}

// tables refuses a table that would have far more cells than its text has characters.
type tables struct{ parser.ParagraphTransformer }

func (t tables) Transform(node *ast.Paragraph, reader gtext.Reader, pc parser.Context) {
	lines := node.Lines()
	if n := lines.Len(); n > 100 {
		widest := 0
		for i := range n {
			line := lines.At(i)
			widest = max(widest, bytes.Count(line.Value(reader.Source()), []byte{'|'}))
		}
		if widest*n > maxCells && widest > 100 {
			notesOf(pc).tooWide = lines.At(0).Start
			return
		}
	}
	t.ParagraphTransformer.Transform(node, reader, pc)
}

// wikilinks reads [[target#heading|label]] and ![[…]].
type wikilinks struct{}

var kindWikilink = ast.NewNodeKind("Wikilink")

type wikilink struct {
	ast.BaseInline
	embed      bool
	start, end int // the destination in the source: target and heading
	target     string
	fragment   string
	label      string // "" when the target's title is to stand there
}

func (n *wikilink) Kind() ast.NodeKind            { return kindWikilink }
func (n *wikilink) Dump(source []byte, level int) { ast.DumpHelper(n, source, level, nil, nil) }

var wikiForm = regexp.MustCompile(`^(!?)\[\[([^\[\]\n]+)\]\]`)

// linkTail is where a link leads, behind brackets: "(https://example.com/a.pdf)". A word alone, as in "[[team]](s)", is
// text.
var linkTail = regexp.MustCompile(`^\([ \t]*(?:<[^<>]*>|(?:[^\s()<\\]|\\.|\([^\s()]*\))*[./#:](?:[^\s()\\]|\\.|\([^\s()]*\))*)(?:[ \t]+(?:"[^"]*"|'[^']*'))?[ \t]*\)`)

// isLink tells "[[30]](https://example.com)", a link whose words stand in brackets, from a wikilink: what it leads to
// follows, or is defined elsewhere on the page.
func isLink(inner, rest []byte, pc parser.Context) bool {
	if linkTail.Match(rest) {
		return true
	}
	if _, defined := pc.Reference(util.ToLinkReference(inner)); defined {
		return true
	}
	if len(rest) > 2 && rest[0] == '[' {
		if end := bytes.IndexByte(rest, ']'); end > 0 {
			_, defined := pc.Reference(util.ToLinkReference(rest[1:end]))
			return defined
		}
	}
	return false
}

func (wikilinks) Trigger() []byte { return []byte{'!', '['} }

func (wikilinks) Parse(_ ast.Node, block gtext.Reader, pc parser.Context) ast.Node {
	line, at := block.PeekLine()
	if !bytes.HasPrefix(bytes.TrimPrefix(line, []byte("!")), []byte("[[")) {
		return nil
	}
	m := wikiForm.FindSubmatchIndex(line)
	if m == nil {
		return nil
	}
	inner := line[m[4]:m[5]]
	if isLink(inner, line[m[1]:], pc) {
		return nil
	}
	destination, label, _ := bytes.Cut(inner, []byte("|"))
	destination = bytes.TrimSuffix(destination, []byte(`\`)) // in a table the bar is escaped
	indent := len(destination) - len(bytes.TrimLeftFunc(destination, unicode.IsSpace))
	destination = bytes.TrimSpace(destination)
	if len(destination) == 0 {
		return nil
	}
	target, fragment, _ := bytes.Cut(destination, []byte("#"))
	if i := bytes.LastIndexByte(fragment, '#'); i >= 0 {
		fragment = fragment[i+1:] // a path of headings ends in the one that is meant
	}
	start := at.Start - at.Padding + m[4] + indent
	block.Advance(m[1])
	return &wikilink{
		embed: m[3] > m[2], start: start, end: start + len(destination),
		target: string(bytes.TrimSpace(target)), fragment: string(bytes.TrimSpace(fragment)), label: string(bytes.TrimSpace(label)),
	}
}
