package page

import (
	"bytes"
	"cmp"
	"fmt"
	"path"
	"slices"
	"strconv"
	"strings"

	"github.com/yuin/goldmark/ast"
	east "github.com/yuin/goldmark/extension/ast"
	gtext "github.com/yuin/goldmark/text"

	"handbook/builder/diag"
	"handbook/builder/dialect"
	"handbook/builder/schema"
)

// footnote is a note that the text refers to, in the order of the first references.
type footnote struct {
	node *east.Footnote
	id   string
	refs []string // ids of the places that refer to it
	sum  uint64
}

// maxInline is how deep emphasis and links may nest before their marks are dropped.
const maxInline = 60

// document writes the whole tree.
func (w *writer) document(doc ast.Node) {
	w.hash = newHasher()
	w.list = append(w.list, Section{Heading: -1})
	w.notesIn = append(w.notesIn, nil)
	w.nameHeadings()
	w.blocks(doc)
	w.closeOpen()
	w.endSection()
	w.footnotes()
	for i, numbers := range w.notesIn { // a note belongs to the section that refers to it
		for _, n := range numbers {
			w.list[i].Fingerprint = (w.list[i].Fingerprint ^ w.foot[n].sum) * fnvPrime
		}
	}
}

func (w *writer) endSection() {
	last := &w.list[len(w.list)-1]
	last.End, last.Fingerprint = len(w.html), w.hash.sum
}

func (w *writer) blocks(parent ast.Node) {
	for n := parent.FirstChild(); n != nil; n = n.NextSibling() {
		if id, ok := n.NextSibling().(*dialect.BlockID); ok {
			w.named(n, id.ID)
		} else {
			w.block(n)
		}
	}
}

// named writes a block that has an id, so that it can be shown alone elsewhere.
func (w *writer) named(n ast.Node, id string) {
	first := w.place(id)
	start := len(w.html)
	w.block(n)
	if first {
		w.page.Blocks = append(w.page.Blocks, Stretch{id, start, len(w.html)})
	}
}

// contained writes the blocks of a container; raw HTML that is open at its end is closed there.
func (w *writer) contained(parent ast.Node) {
	mark := w.openRaw()
	w.blocks(parent)
	w.closeRaw(mark)
}

func (w *writer) block(node ast.Node) {
	switch n := node.(type) {
	case *ast.Paragraph:
		w.paragraph(n)
	case *ast.TextBlock:
		w.beginBlock()
		w.leaf(n)
		w.endBlock('\n')
		if n.NextSibling() != nil {
			w.tag("\n")
		}
	case *ast.Heading:
		w.heading(n)
	case *ast.FencedCodeBlock:
		info := ""
		if n.Info != nil {
			info = unescapeString(n.Info.Value(w.src))
		}
		w.code(n, info)
	case *ast.CodeBlock:
		w.code(n, "")
	case *ast.Blockquote:
		w.tag("<blockquote>\n")
		w.contained(n)
		w.tag("</blockquote>\n")
	case *ast.List:
		w.listBlock(n)
	case *ast.ThematicBreak:
		w.tag("<hr>\n")
	case *ast.HTMLBlock:
		w.htmlBlock(n)
	case *east.Table:
		w.table(n)
	case *east.DefinitionList:
		w.special |= Definitions
		w.tag("<dl>\n")
		w.contained(n)
		w.tag("</dl>\n")
	case *east.DefinitionTerm:
		w.tag("<dt>")
		w.beginBlock()
		w.leaf(n)
		w.endBlock('\n')
		w.tag("</dt>\n")
	case *east.DefinitionDescription:
		w.tag("<dd>")
		if n.IsTight {
			for c := n.FirstChild(); c != nil; c = c.NextSibling() {
				if p, ok := c.(*ast.Paragraph); ok && c == n.FirstChild() {
					w.beginBlock()
					w.leaf(p)
					w.endBlock('\n')
					continue
				}
				w.block(c)
			}
		} else {
			w.contained(n)
		}
		w.tag("</dd>\n")
	case *east.FootnoteList, *ast.LinkReferenceDefinition: // written elsewhere, or nowhere
	default:
		w.foreign(n)
	}
}

// trimBlank takes the blanks off the end of the HTML, but for those before what a hole will hold.
func (w *writer) trimBlank() {
	last := 0
	if n := len(w.holes); n > 0 {
		last = int(w.holes[n-1].At)
	}
	w.html = append(w.html[:last], bytes.TrimRight(w.html[last:], " \n")...)
}

// paragraph writes a paragraph. An embed is a block of its own, so it parts the text around it.
func (w *writer) paragraph(p *ast.Paragraph) {
	if isContents(p, w.src) || w.subpages(p) || w.figure(p) {
		return
	}
	w.beginBlock()
	mark := w.openRaw()
	w.phrasing = true
	open := false
	for n := p.FirstChild(); n != nil; n = n.NextSibling() {
		if e, ok := n.(*wikilink); ok && e.embed && !isMedia(e.target) {
			if open {
				w.closeOpen()
				w.trimBlank()
				w.tag("</p>\n")
				open = false
			}
			w.embed(e)
			w.tag("\n")
			continue
		}
		if !open {
			if isBlankText(n, w.src) {
				continue
			}
			if (dialect.Is[*dialect.InlineGap](n) || dialect.Is[*dialect.Mention](n)) && n.ChildCount() == 0 { // nothing of it is seen
				w.inline(n)
				continue
			}
			w.tag("<p>")
			open = true
		}
		w.inline(n)
	}
	w.closeRaw(mark)
	w.phrasing = false
	if open {
		w.tag("</p>\n")
	}
	if w.page.Summary == "" && len(w.plain) > w.blockStart && ofText(p) {
		w.page.Summary = summary(string(w.plain[w.blockStart:]))
	}
	w.endBlock('\n')
}

func isBlankText(n ast.Node, src []byte) bool {
	t, ok := n.(*ast.Text)
	return ok && len(bytes.TrimSpace(t.Value(src))) == 0
}

// leaf writes the inline content of a block and closes the raw HTML that it leaves open.
func (w *writer) leaf(n ast.Node) {
	mark := w.openRaw()
	w.inlines(n)
	w.closeRaw(mark)
	if _, ok := n.FirstChild().(*east.TaskCheckBox); ok {
		w.tag("</label>")
	}
}

// figure writes an image that stands alone with a title, which becomes its caption.
func (w *writer) figure(p *ast.Paragraph) bool {
	img, ok := p.FirstChild().(*ast.Image)
	if !ok || p.FirstChild() != p.LastChild() || len(img.Title) == 0 {
		return false
	}
	w.beginBlock()
	w.tag("<figure>")
	w.image(img, true)
	w.tag("<figcaption>")
	w.plain = append(w.plain, ' ')
	w.showMarkdown(img.Title)
	w.tag("</figcaption></figure>\n")
	w.endBlock('\n')
	return true
}

// nameHeadings gives every heading its id before anything is written, so that raw HTML cannot take it away.
func (w *writer) nameHeadings() {
	for _, h := range w.notes.headings {
		if a := w.notes.attrs[h]; a.id != "" && h.Parent() != nil {
			w.ids.claim(a.id)
		}
	}
	given := map[string]bool{}
	w.headingIDs = make(map[*ast.Heading]string, len(w.notes.headings))
	for _, h := range w.notes.headings {
		if h.Parent() == nil {
			continue
		}
		id := w.notes.attrs[h].id
		if id == "" || given[id] {
			if id == "" {
				id = headingID(string(w.slugText(nil, h)))
			}
			id = w.ids.unique(id)
		}
		given[id] = true
		w.headingIDs[h] = id
	}
}

// slugText is a heading's text as its id is made from it: without images and raw HTML.
func (w *writer) slugText(dst []byte, parent ast.Node) []byte {
	for n := parent.FirstChild(); n != nil; n = n.NextSibling() {
		switch n := n.(type) {
		case *ast.Image, *ast.RawHTML:
		case *dialect.Phrase:
			if !n.Label {
				dst = w.plainText(dst, n)
			}
		case *ast.CodeSpan:
			dst = w.codeText(dst, n)
		case *shortcode:
			dst = append(dst, n.written...)
		default:
			dst = w.plainText(dst, n)
		}
	}
	return dst
}

// plainText is the text of an inline element.
func (w *writer) plainText(dst []byte, node ast.Node) []byte {
	switch n := node.(type) {
	case *ast.Text:
		dst = unescape(dst, n.Value(w.src))
		if n.SoftLineBreak() || n.HardLineBreak() {
			dst = append(dst, ' ')
		}
	case *ast.String:
		dst = append(dst, decodeHTML(string(n.Value))...)
	case *ast.CodeSpan:
		dst = w.codeText(dst, n)
	case *ast.AutoLink:
		dst = append(dst, n.Label(w.src)...)
	case *wikilink:
		dst = append(dst, n.shown()...)
	case *shortcode:
		dst = append(dst, n.shown...)
	case *dialect.Formula:
		dst = w.tex(dst, n.TeX)
	case *dialect.Value:
		dst = append(dst, w.valueOf(n)...)
	case *ast.RawHTML, *footnoteRef, *dialect.InlineGap:
	default:
		for c := node.FirstChild(); c != nil; c = c.NextSibling() {
			dst = w.plainText(dst, c)
		}
	}
	return dst
}

// titleText is a heading as a title: its words, without its pictures; what they show where there is nothing else.
func (w *writer) titleText(h *ast.Heading) string {
	words := func(s []byte) string { return strings.Join(strings.Fields(string(s)), " ") }
	return cmp.Or(words(w.wordsOf(nil, h)), words(w.plainText(nil, h)))
}

// wordsOf is plainText without pictures.
func (w *writer) wordsOf(dst []byte, node ast.Node) []byte {
	switch n := node.(type) {
	case *ast.Image:
		return dst
	case *wikilink:
		if n.embed && isMedia(n.target) {
			return dst
		}
	case *ast.RawHTML:
		if first := n.Segments.At(0); bytes.HasPrefix(first.Value(w.src), []byte("<br")) {
			return append(dst, ' ')
		}
	case *ast.Heading, *ast.Link, *ast.Emphasis, *east.Strikethrough:
		for c := node.FirstChild(); c != nil; c = c.NextSibling() {
			dst = w.wordsOf(dst, c)
		}
		return dst
	}
	return w.plainText(dst, node)
}

// firstHeading is the heading that every other follows, if it is an H1 of the document itself.
func (w *writer) firstHeading() *ast.Heading {
	for _, h := range w.notes.headings {
		if h.Parent() != nil {
			if h.Level == 1 && ofText(h) {
				return h
			}
			return nil
		}
	}
	return nil
}

func (w *writer) heading(h *ast.Heading) {
	id := w.headingIDs[h]
	if h == w.titleHeading {
		w.title(h, id)
		return
	}
	if ofText(h) && len(w.raw.raw) == 0 {
		w.endSection()
		w.list = append(w.list, Section{Heading: len(w.heads), Start: len(w.html)})
		w.notesIn = append(w.notesIn, nil)
		w.hash = newHasher()
	}
	level := strconv.Itoa(max(2, h.Level))
	class, _ := w.classes(w.notes.attrs[h].class)
	if h.Level == 1 { // the page's title is its only H1
		class = strings.TrimSpace("h1 " + class)
	}
	w.tag("<h" + level)
	w.id(id)
	if class != "" {
		w.tag(` class="` + class + `"`)
	}
	w.tag(">")
	w.beginBlock()
	w.inHeading, w.phrasing = true, true
	start := len(w.plain)
	w.leaf(h)
	w.inHeading, w.phrasing = false, false
	w.heads = append(w.heads, Heading{Level: h.Level, ID: id})
	w.headsAt = append(w.headsAt, w.text.offset(w.base+max(0, h.Pos())))
	w.spots = append(w.spots, [2]int{start, len(w.plain)})
	w.tag("</h" + level + ">\n")
	w.endBlock('\n')
}

const moreOpen = ` class="title-more">`

// title writes what the H1 that is the page's title holds beyond its words, which stand above the text already: its
// pictures, the marks of its notes, and its links by the names of what they lead to. The id stays, so that links to it
// do.
func (w *writer) title(h *ast.Heading, id string) {
	html, holes, ids := len(w.html), len(w.holes), len(w.written)
	w.tag("<p")
	w.id(id)
	w.tag(moreOpen)
	w.inHeading, w.phrasing, w.wordless = true, true, true
	w.beginBlock()
	w.leaf(h)
	w.endBlock('\n')
	w.inHeading, w.phrasing, w.wordless = false, false, false
	seen := slices.ContainsFunc(w.holes[holes:], func(h Hole) bool { return h.Kind != HoleID })
	for _, element := range []string{"<img", "<a ", "<video", "<audio"} {
		seen = seen || bytes.Contains(w.html[html:], []byte(element))
	}
	if seen {
		w.trimBlank()
		w.tag("</p>\n")
		return
	}
	within := slices.Clone(w.written[ids:])
	w.html, w.holes, w.written = w.html[:html], w.holes[:holes], w.written[:ids]
	for _, id := range within {
		w.tag("<span")
		w.id(id)
		w.tag("></span>\n")
	}
}

// nameTarget writes what a link leads to instead of its words, if nothing of it is seen since html was that long.
func (w *writer) nameTarget(html, number int, dest string) {
	switch {
	case !w.wordless || len(w.html) > html:
	case number >= 0:
		w.hole(HoleTitle, number)
		w.spans[number] = span{start: -1}
	default:
		_, rest, _ := strings.Cut(strings.TrimSuffix(dest, "/"), ":")
		w.escape(cmp.Or(strings.TrimLeft(rest, "/"), dest))
	}
}

func (w *writer) listBlock(l *ast.List) {
	name := "ul"
	if l.IsOrdered() {
		name = "ol"
	}
	w.tag("<" + name)
	if l.IsOrdered() && l.Start != 1 {
		w.tag(` start="` + strconv.Itoa(l.Start) + `"`)
	}
	if taskOf(l.FirstChild()) != nil {
		w.tag(` class="tasks"`)
	}
	w.tag(">\n")
	for item := l.FirstChild(); item != nil; item = item.NextSibling() {
		w.tag("<li>")
		if first := item.FirstChild(); first != nil && first.Kind() != ast.KindTextBlock {
			w.tag("\n")
		}
		w.contained(item)
		w.tag("</li>\n")
	}
	w.tag("</" + name + ">\n")
}

// taskOf is the checkbox that a list item begins with.
func taskOf(item ast.Node) *east.TaskCheckBox {
	if item != nil && item.FirstChild() != nil {
		if box, ok := item.FirstChild().FirstChild().(*east.TaskCheckBox); ok {
			return box
		}
	}
	return nil
}

func (w *writer) table(t *east.Table) {
	w.tables++
	w.tag(`<div class="table" role="region" tabindex="0" aria-label="`)
	w.escape(schema.Fill(w.site.Text.Table, "n", strconv.Itoa(w.tables)))
	var names []byte
	for cell := t.FirstChild().FirstChild(); cell != nil && len(names) < 16; cell = cell.NextSibling() {
		if name := bytes.TrimSpace(w.plainText(nil, cell)); len(name) > 0 {
			names = append(append(names, ", "...), name...)
		}
	}
	if len(names) > 0 {
		w.tag(": ")
		w.html = appendEscaped(w.html, names[2:])
	}
	w.tag("\">\n<table>\n")
	for row := t.FirstChild(); row != nil; row = row.NextSibling() {
		switch {
		case row == t.FirstChild():
			w.tag("<thead>\n")
			w.row(row, true)
			w.tag("</thead>\n")
			if row.NextSibling() != nil {
				w.tag("<tbody>\n")
			}
		default:
			w.row(row, false)
		}
	}
	if t.FirstChild() != t.LastChild() {
		w.tag("</tbody>\n")
	}
	w.tag("</table>\n</div>\n")
}

func (w *writer) row(row ast.Node, header bool) {
	w.tag("<tr>\n")
	for cell := row.FirstChild(); cell != nil; cell = cell.NextSibling() {
		name := "td"
		open := "<td"
		if header && cell.FirstChild() != nil { // an empty heading is a cell like any other
			name, open = "th", `<th scope="col"`
		}
		w.tag(open)
		var classes []string
		if c := cell.(*east.TableCell); c.Alignment != east.AlignNone {
			classes = append(classes, c.Alignment.String())
		}
		if schema.Whole(string(w.plainText(nil, cell))) {
			classes = append(classes, "whole")
		}
		if len(classes) > 0 {
			w.tag(` class="` + strings.Join(classes, " ") + `"`)
		}
		w.tag(">")
		w.hash.mark(markCell, "")
		w.beginBlock()
		w.inCell = true
		w.leaf(cell)
		w.inCell = false
		separator := byte('\t')
		if cell.NextSibling() == nil {
			separator = '\n'
		}
		w.endBlock(separator)
		w.tag("</" + name + ">\n")
	}
	if n := len(w.plain); n > 0 && w.plain[n-1] == '\t' {
		w.plain[n-1] = '\n'
	}
	w.tag("</tr>\n")
}

func (w *writer) inlines(parent ast.Node) {
	for n := parent.FirstChild(); n != nil; n = n.NextSibling() {
		w.inline(n)
	}
}

func (w *writer) inline(node ast.Node) {
	if _, raw := node.(*ast.RawHTML); w.raw.skip != "" && !raw { // between <script> and </script>
		return
	}
	if w.deep > maxInline {
		w.show(w.plainText(nil, node))
		return
	}
	w.deep++
	defer func() { w.deep-- }()
	switch n := node.(type) {
	case *ast.Text:
		w.textNode(n)
	case *ast.String:
		said := decodeHTML(string(n.Value))
		w.hash.words([]byte(said))
		if !w.wordless {
			w.html = append(w.html, n.Value...) // an entity of the typographer
			w.plain = append(w.plain, said...)
		}
	case *ast.Emphasis:
		if n.Level == 2 {
			w.wrapped(n, "<strong>", "</strong>")
		} else {
			w.wrapped(n, "<em>", "</em>")
		}
	case *east.Strikethrough:
		w.hash.mark(markStruck, "")
		w.wrapped(n, "<del>", "</del>")
		w.hash.mark(markStruck, "")
	case *ast.CodeSpan:
		w.word("<code>")
		w.show(w.codeText(nil, n))
		w.word("</code>")
	case *ast.Link:
		w.link(n)
	case *ast.Image:
		w.image(n, false)
	case *ast.AutoLink:
		w.autoLink(n)
	case *ast.RawHTML:
		w.rawInline(n)
	case *wikilink:
		w.wiki(n)
	case *shortcode:
		w.hash.words(n.written) // as other tools show it, too
		if !w.wordless {
			w.tag(n.shown)
			w.plain = append(w.plain, n.shown...)
		}
	case *footnoteRef:
		w.footnoteRef(n)
	case *east.TaskCheckBox:
		w.task(n)
	default:
		w.foreignInline(n)
	}
}

func (w *writer) wrapped(n ast.Node, open, close string) {
	w.word(open)
	w.inEmphasis++
	mark := w.openRaw()
	w.inlines(n)
	w.closeRaw(mark)
	w.inEmphasis--
	w.word(close)
}

// word writes a tag around words.
func (w *writer) word(tag string) {
	if !w.wordless {
		w.tag(tag)
	}
}

func (w *writer) textNode(t *ast.Text) {
	w.showMarkdown(t.Value(w.src))
	if !t.SoftLineBreak() && !t.HardLineBreak() {
		return
	}
	w.hash.blank = true
	if w.wordless {
		return
	}
	if t.HardLineBreak() || w.site.Markdown.HardWraps {
		w.tag("<br>")
	}
	w.tag("\n")
	w.plain = append(w.plain, ' ')
}

// codeText is what a code span holds. In a table a bar in it is escaped.
func (w *writer) codeText(dst []byte, n *ast.CodeSpan) []byte {
	from := len(dst)
	for c := n.FirstChild(); c != nil; c = c.NextSibling() {
		if t, ok := c.(*ast.Text); ok {
			dst = append(dst, t.Value(w.src)...)
		}
	}
	for i := from; i < len(dst); i++ {
		if dst[i] == '\n' {
			dst[i] = ' '
		}
	}
	if w.inCell {
		dst = append(dst[:from], bytes.ReplaceAll(dst[from:], []byte(`\|`), []byte("|"))...)
	}
	return dst
}

// linkSpan is where a link's destination stands in the body.
func (w *writer) linkSpan(n ast.Node) gtext.Segment {
	s, ok := w.notes.spans[n]
	if !ok {
		s, _ = dialect.Span(n)
	}
	return s
}

// linkPlace is the same in the file.
func (w *writer) linkPlace(n ast.Node) diag.Place {
	s := w.linkSpan(n)
	return w.text.place(w.base+s.Start, w.base+s.Stop)
}

func (w *writer) link(n *ast.Link) {
	dest := unescapeString(n.Destination)
	w.hash.mark(markLink, dest)
	kind := classify(dest, false)
	if kind == unsafe {
		w.refuse(dest, w.linkPlace(n))
	}
	if kind == leftovers {
		w.unfilled(w.linkSpan(n))
	}
	if w.inLink || kind == unsafe || kind == leftovers {
		w.inlines(n)
		return
	}
	number := -1
	if kind == internal {
		kind, place := w.linkKind(n)
		number = w.addLink(kind, dest, place)
		w.anchors[number].Title = unescapeString(n.Title)
		w.hole(HoleOpen, number)
	} else {
		w.external(dest, w.linkPlace(n))
		w.openExternal(dest, kind, unescapeString(n.Title))
	}
	w.inLink = true
	mark, html := w.openRaw(), len(w.html)
	w.inlines(n)
	if w.wordless && number >= 0 {
		w.anchors[number].Label = string(w.plainText(nil, n))
	}
	w.nameTarget(html, number, dest)
	w.emptyLink(n, dest, html)
	w.closeRaw(mark)
	w.inLink = false
	if number < 0 {
		w.tag("</a>")
		return
	}
	w.hole(HoleClose, number)
	w.closeLink(number)
}

// linkKind is how a link names what it leads to, by a path or as a shortcode does, and where.
func (w *writer) linkKind(n *ast.Link) (LinkKind, diag.Place) {
	if s, ok := w.tags.Named(w.linkSpan(n).Start); ok {
		return LinkWiki, w.text.place(w.base+s.Start, w.base+s.Stop)
	}
	return LinkPath, w.linkPlace(n)
}

func (w *writer) openExternal(dest string, kind address, title string) {
	w.tag(`<a href="`)
	w.href(dest)
	w.tag(`"`)
	if title != "" {
		w.tag(` title="`)
		w.escape(title)
		w.tag(`"`)
	}
	if kind == external {
		w.tag(` class="external" rel="noopener"`)
	}
	w.tag(">")
}

func (w *writer) autoLink(n *ast.AutoLink) {
	dest := string(n.URL(w.src))
	if n.AutoLinkType == ast.AutoLinkEmail && !strings.HasPrefix(strings.ToLower(dest), "mailto:") {
		dest = "mailto:" + dest
	}
	label := n.Label(w.src)
	kind := classify(dest, false)
	if kind == unsafe {
		at := w.base + max(0, n.Pos())
		if at < len(w.text.data) && w.text.data[at] == '<' {
			at++
		}
		w.refuse(dest, w.text.place(at, at+len(label)))
	}
	if w.inLink || kind != external && kind != mail {
		w.show(label)
		return
	}
	w.hash.mark(markLink, dest)
	if at := w.base + max(0, n.Pos()); kind == external {
		w.external(dest, w.text.place(at, at+len(label)))
		w.bare(label, at)
	}
	w.openExternal(dest, kind, "")
	w.inLink = true
	html := len(w.html)
	w.show(label)
	w.nameTarget(html, -1, dest)
	w.inLink = false
	w.tag("</a>")
}

// image writes an image; its title is left to the caption when it has one.
func (w *writer) image(n *ast.Image, captioned bool) {
	dest := unescapeString(n.Destination)
	written := w.plainText(nil, n)
	name, width, height := Sized(string(written), false)
	alt := []byte(name)
	wide, high := w.tags.Size(w.linkSpan(n).Start)
	width, height = cmp.Or(width, sizeOf(n, "width"), wide), cmp.Or(height, sizeOf(n, "height"), high)
	w.hash.mark(markImage, dest)
	kind := classify(dest, true)
	switch kind {
	case unsafe:
		w.refuse(dest, w.linkPlace(n))
		w.show(alt)
		return
	case leftovers:
		w.unfilled(w.linkSpan(n))
		w.show(alt)
		return
	}
	w.tag(`<img src="`)
	w.noAlt(alt, dest, w.linkPlace(n))
	number := -1
	if kind == internal {
		number = w.addLink(LinkImage, dest, w.linkPlace(n))
		w.anchors[number].Asked = Asked(width, height)
		w.hole(HoleSrc, number)
	} else {
		w.external(dest, w.linkPlace(n))
		w.href(dest)
	}
	w.tag(`" alt="`)
	w.html = appendEscaped(w.html, alt)
	if len(n.Title) > 0 && !captioned {
		w.tag(`" title="`)
		w.escape(unescapeString(n.Title))
	}
	if width != "" {
		w.tag(`" width="` + width)
	}
	if height != "" {
		w.tag(`" height="` + height)
	}
	w.tag(`" loading="lazy">`)
	w.plain = append(w.plain, alt...)
	w.hash.words(written)
	if number >= 0 {
		w.closeLink(number)
	}
}

// Asked is the width that is asked for a picture; see Anchor.
func Asked(width, height string) int {
	if width == "" && height == "" {
		return 0
	}
	if n, err := strconv.Atoi(width); err == nil && n > 0 && height == "" {
		return n
	}
	return -1
}

// shown is what stands for a wikilink in plain text.
func (n *wikilink) shown() string {
	switch {
	case n.label != "" && !n.embed:
		return n.label
	case n.target == "":
		return n.fragment
	}
	return path.Base(n.target)
}

func (n *wikilink) written() string {
	if n.fragment == "" {
		return n.target
	}
	return n.target + "#" + n.fragment
}

func (w *writer) wiki(n *wikilink) {
	if w.inLink {
		w.show([]byte(n.shown()))
		return
	}
	if n.embed && (isMedia(n.target) || !w.inHeading && w.inEmphasis == 0) {
		w.embed(n)
		return
	}
	w.hash.mark(markLink, n.written())
	number := w.addWiki(LinkWiki, n)
	w.hole(HoleOpen, number)
	if n.label == "" {
		w.hole(HoleTitle, number)
		if !w.wordless {
			w.plain = append(w.plain, n.shown()...)
		}
	} else if w.wordless {
		w.hash.words([]byte(n.label))
		w.hole(HoleTitle, number)
		w.spans[number] = span{start: -1}
	} else {
		w.show([]byte(n.label))
	}
	w.hole(HoleClose, number)
	w.closeLink(number)
}

// embed leaves the place for another page, a section of it, or a picture.
func (w *writer) embed(n *wikilink) {
	if c := dialect.Drawing(n.target); c.What != "" {
		c.At = gtext.NewSegment(n.start, n.end)
		w.notRead(c)
		w.show([]byte(cmp.Or(n.label, n.shown())))
		return
	}
	w.hash.mark(markImage, n.written())
	number := w.addWiki(LinkEmbed, n)
	w.hole(HoleEmbed, number)
}

func (w *writer) addWiki(kind LinkKind, n *wikilink) int {
	w.links = append(w.links, Link{Kind: kind, Target: n.target, Fragment: n.fragment, At: w.text.place(w.base+n.start, w.base+n.end)})
	w.anchors = append(w.anchors, Anchor{Label: n.label})
	w.spans = append(w.spans, span{start: len(w.plain), end: len(w.plain)})
	return len(w.links) - 1
}

// isMedia tells whether a wikilink's target is a file that stands in a line of text.
func isMedia(target string) bool {
	dot := strings.LastIndexByte(target, '.')
	return dot >= 0 && slices.Contains([]string{"png", "jpg", "jpeg", "gif", "svg", "webp", "avif", "bmp", "mp4", "webm", "ogv", "mov",
		"mp3", "wav", "ogg", "m4a", "flac", "pdf", "canvas", "base", "excalidraw"}, strings.ToLower(target[dot+1:]))
}

func (w *writer) task(box *east.TaskCheckBox) {
	w.tag(`<label><input type="checkbox" disabled`)
	state := "open"
	if box.IsChecked {
		w.tag(" checked")
		state = "done"
	}
	w.hash.mark(markTask, state)
	if len(bytes.TrimSpace(w.plainText(nil, box.Parent()))) == 0 {
		w.tag(` aria-label="`)
		w.escape(w.site.Text.Task)
		w.tag(`"`)
	}
	w.tag("> ")
}

func (w *writer) footnoteRef(n *footnoteRef) {
	number, ok := w.footNumber[n.note]
	if !ok {
		number = len(w.foot)
		w.footNumber[n.note] = number
		w.foot = append(w.foot, &footnote{node: n.note, id: w.ids.unique(fmt.Sprintf("fn-%d", number+1))})
		section := len(w.notesIn) - 1
		w.notesIn[section] = append(w.notesIn[section], number)
	}
	f := w.foot[number]
	ref := fmt.Sprintf("fnref-%d", number+1)
	if len(f.refs) > 0 {
		ref = fmt.Sprintf("%s-%d", ref, len(f.refs)+1)
	}
	ref = w.ids.unique(ref)
	f.refs = append(f.refs, ref)
	w.hash.mark(markNote, string(n.note.Ref))
	if w.inLink {
		fmt.Fprintf(w, `<sup class="footnote-ref">%d</sup>`, number+1)
		return
	}
	w.tag(`<sup class="footnote-ref"><a`)
	w.id(ref)
	w.local(f.id)
	w.tag(` role="doc-noteref" aria-label="`)
	w.escape(schema.Fill(w.site.Text.Footnote, "n", strconv.Itoa(number+1)))
	fmt.Fprintf(w, `">%d</a></sup>`, number+1)
}

// Write makes a writer a place for fmt to print HTML to.
func (w *writer) Write(p []byte) (int, error) {
	w.html = append(w.html, p...)
	return len(p), nil
}

// footnotes writes the notes below the text, those that notes refer to included.
func (w *writer) footnotes() {
	if len(w.foot) == 0 {
		return
	}
	w.tag("<section class=\"footnotes\" role=\"doc-endnotes\" aria-label=\"")
	w.escape(w.site.Text.Footnotes)
	w.tag("\">\n<ol>\n")
	for i := 0; i < len(w.foot); i++ {
		f := w.foot[i]
		w.hash = newHasher()
		w.tag("<li")
		w.id(f.id)
		w.tag(">\n")
		w.contained(f.node)
		w.html = bytes.TrimSuffix(w.html, []byte("\n"))
		last := bytes.HasSuffix(w.html, []byte("</p>"))
		if last {
			w.html = bytes.TrimSuffix(w.html, []byte("</p>"))
		} else {
			w.tag("<p>")
		}
		for j, ref := range f.refs {
			w.tag(` <a class="footnote-back"`)
			w.local(ref)
			number := strconv.Itoa(i + 1)
			if j > 0 {
				number += "-" + strconv.Itoa(j+1)
			}
			w.tag(` role="doc-backlink" aria-label="`)
			w.escape(schema.Fill(w.site.Text.BackTo, "n", number))
			w.tag(`">↩</a>`)
		}
		w.tag("</p>\n</li>\n")
		f.sum = w.hash.sum
	}
	w.tag("</ol>\n</section>\n")
}
