package page

import (
	"bytes"
	"crypto/sha256"
	"fmt"
	"strconv"
	"strings"
	"sync"

	"github.com/yuin/goldmark/ast"
	gtext "github.com/yuin/goldmark/text"

	"handbook/builder/colour"
	"handbook/builder/diag"
	"handbook/builder/dialect"
)

const (
	maxColoured = 512 << 10 // bytes of code that is coloured on one page
	maxMemory   = 4 << 20   // of remembered blocks, in bytes of HTML; two such generations are kept
)

// Block is a block of code. Its colours are worked out when somebody asks for them, because that takes long and nothing but the
// page's own HTML shows them.
type Block struct {
	fence  fence
	source string
}

// HTML is the block in its colours.
func (b Block) HTML() string {
	return string(b.fence.append(make([]byte, 0, 3*len(b.source)+200), colour.Pieces(b.fence.language, b.source)))
}

// Code is the block's HTML, from memory where an equal one was asked for lately. It is safe for concurrent use.
func (p *Parser) Code(b Block) string { return p.highlighter.block(b) }

// highlighter turns code into HTML, once for equal blocks.
type highlighter struct {
	mu    sync.Mutex
	fresh map[[32]byte]string
	old   map[[32]byte]string // the generation before; what is used again moves to fresh
	size  int                 // of fresh
}

func newHighlighter() *highlighter { return &highlighter{fresh: map[[32]byte]string{}} }

// code writes a block of code.
func (w *writer) code(n ast.Node, info string) {
	var source []byte
	for i := range n.Lines().Len() {
		line := n.Lines().At(i)
		source = append(source, line.Value(w.src)...)
	}
	f := readFence(info)
	if tab, ok := n.Parent().(*dialect.Tab); ok && n.PreviousSibling() != nil && string(w.plainText(nil, tab.FirstChild())) == f.title {
		f.title = "" // the tab says it
	}
	if u, ok := n.Parent().(*dialect.Unread); ok && f.title == "" {
		f.title = u.Title
	}
	if f.language == baseLanguage && len(w.views) < maxViews {
		if asks, ok := baseView(source); ok {
			w.view(n, source, asks)
			return
		}
	}
	if f.language == viewLanguage && len(w.views) < maxViews {
		w.view(n, source, string(source))
		return
	} else if f.language == viewLanguage && !w.manyViews {
		w.manyViews = true
		at := w.base + max(0, n.Pos())
		w.msgs.Add(diag.InvalidView, w.text.place(at, at+lineLen(w.text.data[at:])), fmt.Sprintf("the page has more than %d views, and this and those below are not answered", maxViews), "part the page in two")
	}
	if f.language == "math" {
		w.formulaBlock(n)
		return
	}
	if c := dialect.Asked(f.language); c.What != "" {
		c.At = gtext.NewSegment(max(0, n.Pos()), max(0, n.Pos())+1)
		w.notRead(c)
	}
	if n.Lines().Len() > 0 {
		w.notRead(dialect.Missing(source, n.Lines().At(0)))
	}
	w.beginBlock()
	for line := range bytes.Lines(source) {
		w.hash.mark(markCode, string(bytes.TrimRight(line, " \t\n")))
	}
	w.plain = append(w.plain, bytes.TrimRight(source, "\n")...)
	w.endBlock('\n')
	if f.title != "" {
		w.tag(`<figure class="code"><figcaption>`)
		w.escape(f.title)
		w.tag("</figcaption>\n")
	}
	if w.coloured += len(source); w.coloured > maxColoured {
		f.plain = true
	}
	from, text := len(w.html), string(source)
	w.html = f.append(w.html, []colour.Piece{{Text: text}})
	if !f.plain && f.language != "" && f.language != "diff" && colour.Takes(text) {
		w.holes = append(w.holes, Hole{Kind: HoleCode, At: int32(from), End: int32(len(w.html)), Link: int32(len(w.coded))})
		w.coded = append(w.coded, Block{f, text})
	}
	w.tag("\n")
	if f.title != "" {
		w.tag("</figure>\n")
	}
}

// maxViews is how many views a page may have: each may show every page.
const maxViews = 100

// viewLanguage names the fenced blocks that ask something of the handbook, and baseLanguage those of Obsidian that do.
const (
	viewLanguage = "handbook"
	baseLanguage = "base"
)

// view leaves a hole for what a block asks for. Its lines are part of what is reviewed, but no text of the page.
func (w *writer) view(n ast.Node, source []byte, asks string) {
	v := View{Source: asks, Under: len(w.heads) - 1}
	w.beginBlock()
	for line := range bytes.Lines(source) {
		w.hash.mark(markCode, string(bytes.TrimRight(line, " \t\n")))
	}
	w.endBlock('\n')
	end := w.base + max(0, n.Pos())
	if lines := n.Lines(); lines.Len() > 0 {
		for i := range lines.Len() {
			s := lines.At(i)
			v.lines = append(v.lines, w.text.offset(max(0, w.base+s.Start-s.Padding)))
			end = w.base + s.Stop
		}
		v.At = w.text.place(w.base+lines.At(0).Start, end)
	} else {
		v.At = w.text.place(end, end)
	}
	if asks != string(source) { // in other words, so that messages name the block
		for i := range v.lines {
			v.lines[i] = v.lines[0]
		}
	}
	w.hole(HoleView, len(w.views))
	w.views = append(w.views, v)
	w.tag("\n")
}

// block returns a block's HTML, from memory where an equal one was made before.
func (h *highlighter) block(b Block) string {
	key := sha256.Sum256(append(b.fence.key(), b.source...))
	h.mu.Lock()
	html, ok := h.fresh[key]
	if !ok {
		if html, ok = h.old[key]; ok {
			h.keep(key, html)
		}
	}
	h.mu.Unlock()
	if ok {
		return html
	}
	html = b.HTML()
	h.mu.Lock()
	h.keep(key, html)
	h.mu.Unlock()
	return html
}

func (h *highlighter) keep(key [32]byte, html string) {
	if h.size += len(html); h.size > maxMemory {
		h.old, h.fresh, h.size = h.fresh, map[[32]byte]string{}, len(html)
	}
	h.fresh[key] = html
}

// append writes a block.
func (f fence) append(b []byte, pieces []colour.Piece) []byte {
	b = append(b, `<pre class="chroma" tabindex="0"><code`...)
	if f.language != "" {
		b = append(b, ` class="language-`...)
		b = appendEscaped(b, f.language)
		b = append(b, `" data-lang="`...)
		b = appendEscaped(b, f.language)
		b = append(b, '"')
	}
	b = append(b, '>')
	if f.lined() {
		b = appendLines(b, f, pieces)
	} else {
		for _, p := range pieces {
			b = appendPiece(b, p)
		}
	}
	return append(b, "</code></pre>"...)
}

func appendPiece(b []byte, p colour.Piece) []byte {
	if p.Class == "" {
		return appendEscaped(b, p.Text)
	}
	b = append(b, `<span class="`...)
	b = append(b, p.Class...)
	b = append(b, `">`...)
	b = appendEscaped(b, p.Text)
	return append(b, `</span>`...)
}

// appendLines writes code with an element for each line, for numbers and marks.
func appendLines(b []byte, f fence, pieces []colour.Piece) []byte {
	number := 1
	var line []colour.Piece
	flush := func() {
		b = f.appendLine(b, number, line)
		line = line[:0]
		number++
	}
	for _, p := range pieces {
		for {
			i := strings.IndexByte(p.Text, '\n')
			if i < 0 {
				break
			}
			line = append(line, colour.Piece{Class: p.Class, Text: p.Text[:i+1]})
			p.Text = p.Text[i+1:]
			flush()
		}
		if p.Text != "" {
			line = append(line, p)
		}
	}
	if len(line) > 0 {
		flush()
	}
	return b
}

func (f fence) appendLine(b []byte, number int, line []colour.Piece) []byte {
	b = append(b, `<span class="line`...)
	if f.marked.has(number) {
		b = append(b, " hl"...)
	}
	kind := ""
	switch first := line[0].Text; {
	case f.inserted.has(number):
		kind = " ins"
	case f.deleted.has(number):
		kind = " del"
	case f.language != "diff":
	case strings.HasPrefix(first, "+"):
		kind = " ins"
	case strings.HasPrefix(first, "-"):
		kind = " del"
	case strings.HasPrefix(first, "@@"):
		kind = " hunk"
	}
	b = append(b, kind...)
	b = append(b, `">`...)
	if f.numbered {
		b = append(b, `<span class="ln">`...)
		b = strconv.AppendInt(b, int64(f.first+number-1), 10)
		b = append(b, `</span>`...)
	}
	for _, p := range line {
		if p.Text != "" {
			b = appendPiece(b, p)
		}
	}
	return append(b, `</span>`...)
}
