package page

import (
	"bytes"
	"cmp"
	"encoding/binary"
	"slices"
	"strconv"
	"strings"
	"sync"
	"unicode"
	"unicode/utf8"

	"github.com/microcosm-cc/bluemonday"
	east "github.com/yuin/goldmark/extension/ast"
	"github.com/yuin/goldmark/parser"
	gtext "github.com/yuin/goldmark/text"

	"handbook/builder/diag"
	"handbook/builder/dialect"
	"handbook/builder/ending"
	"handbook/builder/formula"
	"handbook/builder/memo"
	"handbook/builder/schema"
)

// Parser parses the pages of one site. It may be used from several goroutines at once; equal code blocks are
// highlighted once for all of them, when their HTML is asked for first.
type Parser struct {
	site        *schema.Site
	markdown    parser.Parser
	policy      *bluemonday.Policy
	highlighter *highlighter
	formulas    *formula.Maker
	buffers     sync.Pool // of *buffers
	spellings   *spellings
	asked       map[diag.Rule]bool // the rules of lint.go that the site wants to hear of
	filled      bool               // as FilledIn says
}

// buffers are what a page is written to before its size is known.
type buffers struct{ html, plain []byte }

// NewParser makes a parser for the site's Markdown.
func NewParser(site *schema.Site) *Parser {
	return &Parser{
		site:        site,
		markdown:    newMarkdown(site.Markdown.Typographer, true, dialect.Parts()),
		policy:      policy(),
		highlighter: newHighlighter(),
		formulas:    &formula.Maker{},
		buffers:     sync.Pool{New: func() any { return &buffers{} }},
		spellings:   spellingsOf(site),
		asked:       asked(site),
	}
}

// FilledIn is NewParser for pages of a generator that works out what stands between {{ and }}. Elsewhere that is text.
func FilledIn(site *schema.Site) *Parser {
	p := NewParser(site)
	p.filled = true
	return p
}

// Parse parses one file: name is what messages call it, path where it is below the content folder. It is
// NewParser(site).Parse; a caller with many files keeps the Parser.
func Parse(name, path string, data []byte, site *schema.Site) (*Page, diag.List) {
	return NewParser(site).Parse(name, path, data)
}

// Sum tells two inputs of Parse apart: a file's bytes, its path, and the configuration.
func (p *Parser) Sum(path string, data []byte) uint64 {
	sum := memo.SumOf(data, []byte(path), strconv.AppendBool(strconv.AppendUint(nil, p.site.Sum, 16), p.filled))
	return binary.LittleEndian.Uint64(sum[:])
}

// Parse parses one file: name is what messages call it, path where it is below the content folder. What is wrong
// with the file is a message; there is always a page.
func (p *Parser) Parse(name, path string, data []byte) (*Page, diag.List) {
	var msgs diag.List
	page := p.parse(name, path, data, &msgs, nil, nil)
	return page, msgs
}

// parse parses a file, of whose frontmatter left leaves what counts where it is not nil; hidden gathers what is on no page.
func (p *Parser) parse(name, path string, data []byte, msgs *diag.List, left func(t *text, base int, pairs []pair) []pair, hidden *unseen) *Page {
	page := &Page{Face: &Face{File: name, Path: path}, Text: &Text{Sum: p.Sum(path, data)}}
	page.ID, page.Index = identify(path)
	t := readText(name, data, msgs)
	top := readFront(t, msgs)
	if left != nil {
		top.pairs = left(t, top.base, top.pairs)
	}
	top.pairs = append(top.pairs, freshness(t.data, top)...)
	page.Broken = top.broken
	page.TextAt = t.place(top.body, top.body).Start
	keys := keyReader{text: t, base: top.base, assign: top.assign, site: p.site, msgs: msgs, spellings: p.spellings, asked: p.asked}
	page.Fields = keys.read(top.pairs, &page.Meta)
	keys.theirs(top.pairs, &page.Meta)
	for i := range page.Fields {
		if _, common := sharedKeys()[page.Fields[i].Key]; !common || page.Fields[i].Key == "date" {
			page.Own = append(page.Own, i)
		}
	}
	page.Title = page.Meta.Title
	page.Summary = cut(page.Meta.Description)

	w := p.writer(page, t, top.body, msgs)
	w.file, w.unseen = data, hidden
	w.ignoresInFront()
	w.related(&keys, top.pairs)
	if t.data == nil && len(data) > 0 {
		w.tag("<p>This file is not text and cannot be shown.</p>\n")
		w.plain = append(w.plain, "This file is not text and cannot be shown."...)
		w.list = []Section{{Heading: -1, End: len(w.html)}}
	} else {
		w.parse()
	}
	w.finish()
	page.Title = cmp.Or(page.Title, p.readable(path))
	page.mark(w.headsAt)
	page.Face.Seal()
	page.Text.Seal()
	return page
}

// identify gives a page's id, and whether it is its folder's own page.
func identify(path string) (id string, index bool) {
	id = ending.Stem(path)
	if id[0] == '_' && strings.IndexByte(id, '/') > 1 {
		id = id[1:] // a collection of Jekyll, which is published without the mark of its folder
	}
	if name := strings.TrimSuffix(id, ".html"); name != "" && name[len(name)-1] != '/' {
		id = name // some generators publish deploy.html.md as deploy.html
	}
	folder, name := "", id
	if i := strings.LastIndexByte(id, '/'); i >= 0 {
		folder, name = id[:i], id[i+1:]
	}
	if strings.EqualFold(name, "_index") || name == "index" || strings.EqualFold(name, "readme") {
		return folder, true
	}
	return id, false
}

func isMDX(path string) bool { return strings.HasSuffix(strings.ToLower(path), ".mdx") }

// readable makes a title of a file's or folder's name: "fast-refunds" to "Fast refunds".
func (p *Parser) readable(path string) string {
	id, _ := identify(path)
	name := id[strings.LastIndexByte(id, '/')+1:]
	name = strings.Join(strings.FieldsFunc(name, func(r rune) bool { return r == '-' || r == '_' || unicode.IsSpace(r) }), " ")
	if name == "" {
		return cmp.Or(p.site.Name, "Home")
	}
	r, n := utf8.DecodeRuneInString(name)
	return string(unicode.ToUpper(r)) + name[n:]
}

func (p *Parser) writer(page *Page, t *text, body int, msgs *diag.List) *writer {
	b := p.buffers.Get().(*buffers)
	return &writer{
		Parser: p, page: page, text: t, base: body, src: t.data[body:], msgs: msgs, notes: newNotes(), ids: newIDs(),
		html: b.html[:0], plain: b.plain[:0], footNumber: map[*east.Footnote]int{},
	}
}

// parse reads the body as Markdown and writes it.
func (w *writer) parse() {
	pc := parser.NewContext()
	pc.Set(notesKey, w.notes)
	if isMDX(w.page.Path) {
		dialect.SetMDX(pc)
	}
	dialect.SetMentions(pc, w.site.Markdown.Mentions)
	w.tags = dialect.ReadTags(w.src)
	w.tags.Filled = w.filled
	w.tags.Enter(pc)
	doc := w.markdown.Parse(gtext.NewReader(w.tags.Source), parser.WithContext(pc))
	if at := w.notes.tooDeep; at >= 0 {
		w.msgs.Add(diag.InvalidText, w.text.place(w.base+at, w.base+at+1), "quotes and lists nest too deep here; the rest of their marks is shown as text",
			"write it with fewer levels")
	}
	if at := w.notes.tooWide; at >= 0 {
		w.msgs.Add(diag.InvalidText, w.text.place(w.base+at, w.base+at+1), "this table is too large and is shown as text", "split the table")
	}
	if at := w.notes.tooMany; at >= 0 {
		w.msgs.Add(diag.InvalidText, w.text.place(w.base+at, w.base+at+1), "this paragraph holds more marks than are read; those from here on are shown as text",
			"split the paragraph")
	}
	if h := w.firstHeading(); h != nil {
		text := w.titleText(h)
		if w.page.Title == "" {
			w.page.Title = text
		}
		if text == w.page.Title {
			w.titleHeading, w.page.Titled = h, true
		}
	} else if w.page.Title == "" {
		for _, h := range w.notes.headings {
			if h.Level == 1 && h.Parent() != nil && ofText(h) { // a quote or a list has headings of its own
				w.page.Title = w.titleText(h)
				break
			}
		}
	}
	w.document(doc)
	w.hideUnused(doc)
}

// finish turns what was gathered into the page.
func (w *writer) finish() {
	p := w.page
	text := string(bytes.TrimRight(w.plain, "\n\t "))
	p.Words = countWords(text)
	p.Italic = bytes.Contains(w.html, []byte("<em>"))
	p.Titles = slices.ContainsFunc(w.holes, func(h Hole) bool { return h.Kind == HoleTitle })
	p.Special = w.special
	p.Rare = p.Special&^Boxes != 0 || slices.ContainsFunc(w.holes, func(h Hole) bool { return h.Kind == HoleEmbed }) // whatever is in it
	p.Diagrams = bytes.Contains(w.html, []byte(`<code class="language-mermaid"`))
	body := &Body{HTML: string(w.html), Blocks: w.coded}
	p.Holes, p.Size = w.holes, len(w.html)
	p.body = func() *Body { return body }
	for i := range w.links {
		l, a, s := &w.links[i], &w.anchors[i], w.spans[i]
		if s.start < 0 || l.Kind == LinkRelated || l.Kind == LinkDepends {
			continue
		}
		s.end, s.blockEnd = min(s.end, len(text)), min(s.blockEnd, len(text))
		s.start, s.blockStart = min(s.start, s.end), min(s.blockStart, s.blockEnd)
		if s.start < s.blockStart || s.end > s.blockEnd {
			continue
		}
		if l.Kind == LinkPath || l.Kind == LinkImage {
			a.Label = strings.Clone(strings.TrimSpace(text[s.start:s.end]))
		}
		// A clone, so that a sentence does not keep the whole text in memory.
		quote, mark := sentence(text[s.blockStart:s.blockEnd], s.start-s.blockStart, s.end-s.blockStart)
		a.Sentence, a.Mark, l.Quoted = strings.Clone(quote), mark, quote != ""
	}
	for i, s := range w.spots {
		w.heads[i].Text = strings.TrimSpace(string(w.plainAt(s)))
	}
	w.outline()
	p.Links, p.Anchors, p.Headings, p.Sections = w.links, w.anchors, w.heads, w.list
	p.Views = w.views
	p.measure(body.HTML)
	p.placeEmbeds()
	p.IDs = w.written
	slices.Sort(p.IDs)
	w.buffers.Put(&buffers{w.html[:0], w.plain[:0]})
}

func (w *writer) plainAt(s [2]int) []byte { return w.plain[s[0]:s[1]] }

// related makes links of the entries of `related` and `depends_on`.
func (w *writer) related(keys *keyReader, pairs []pair) {
	names := keys.canonical(pairs)
	for i, p := range pairs {
		kind, ok := map[string]LinkKind{"related": LinkRelated, "depends_on": LinkDepends}[names[i]]
		if !ok {
			continue
		}
		items := p.value.items
		if p.value.isScalar() {
			items = []value{p.value}
		}
		for _, item := range items {
			entry, ok := reference(item.line())
			if !ok || !item.isScalar() {
				continue
			}
			w.addLink(kind, entry, keys.place(item.start, item.end))
		}
	}
}

// summary is the first paragraph in one line, or its beginning.
func summary(s string) string { return cut(strings.Join(strings.Fields(s), " ")) }

// cut keeps the first characters of a text, to the end of a word.
func cut(s string) string {
	n := cutAt(s, maxSentence-1)
	if n == len(s) || utf8.RuneCountInString(s) <= maxSentence {
		return s
	}
	return s[:n] + "…"
}

// countWords counts words; each character of Chinese, Japanese and Korean counts as one.
func countWords(s string) int {
	words := 0
	inWord := false
	for _, r := range s {
		switch {
		case r < utf8.RuneSelf:
			letter := r > ' '
			if letter && !inWord {
				words++
			}
			inWord = letter
		case unicode.IsSpace(r):
			inWord = false
		case unicode.In(r, unicode.Han, unicode.Hiragana, unicode.Katakana, unicode.Hangul):
			words++
			inWord = false
		case !inWord:
			words++
			inWord = true
		}
	}
	return words
}
