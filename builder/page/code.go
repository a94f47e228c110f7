package page

import (
	"bytes"
	"crypto/sha256"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"sync"

	"github.com/alecthomas/chroma/v2"
	"github.com/yuin/goldmark/ast"

	"handbook/builder/diag"
)

// Bounds of highlighting. A block beyond them is shown plain: the regular expressions of some lexers cost the square
// of a line's length, or of a block's.
const (
	maxHighlight = 16 << 10  // bytes of a block
	maxColoured  = 512 << 10 // bytes of the blocks of one page
	maxLine      = 500       // bytes of a line
	maxBlank     = 500       // bytes of white space in a row
	maxLexers    = 1000      // names of languages that are remembered
	maxIdle      = 1000      // empty tokens in a row: some lexers stand still on code that they do not know
	maxMemory    = 8 << 20   // of remembered blocks, in bytes of HTML; two such generations are kept
)

// HighlightClasses returns the class names that a highlighted block may hold, sorted: those of tokens, and those of
// lines ("line", "hl", "ins", "del", "hunk") and line numbers ("ln").
func HighlightClasses() []string {
	classes := []string{"line", "hl", "ins", "del", "hunk", "ln"}
	for _, class := range tokenClasses() {
		classes = append(classes, class)
	}
	slices.Sort(classes)
	return slices.Compact(classes)
}

// tokenClasses maps kinds of tokens to classes. A kind that is not here has its parent's; what has none is plain.
func tokenClasses() map[chroma.TokenType]string {
	return map[chroma.TokenType]string{
		chroma.Comment:               "c",
		chroma.CommentPreproc:        "cp",
		chroma.Error:                 "err",
		chroma.Keyword:               "k",
		chroma.KeywordConstant:       "kc",
		chroma.KeywordType:           "kt",
		chroma.LiteralNumber:         "m",
		chroma.LiteralDate:           "m",
		chroma.LiteralString:         "s",
		chroma.LiteralStringEscape:   "se",
		chroma.LiteralStringInterpol: "si",
		chroma.LiteralStringRegex:    "sr",
		chroma.NameAttribute:         "na",
		chroma.NameProperty:          "na",
		chroma.NameBuiltin:           "nb",
		chroma.NameClass:             "nc",
		chroma.NameConstant:          "kc",
		chroma.NameDecorator:         "nd",
		chroma.NameEntity:            "se",
		chroma.NameException:         "nc",
		chroma.NameFunction:          "nf",
		chroma.NameKeyword:           "k",
		chroma.NameLabel:             "na",
		chroma.NameNamespace:         "nn",
		chroma.NameTag:               "nt",
		chroma.NameVariable:          "nv",
		chroma.OperatorWord:          "k",
		chroma.OperatorReserved:      "k",
		chroma.GenericDeleted:        "gd",
		chroma.GenericError:          "err",
		chroma.GenericHeading:        "gh",
		chroma.GenericInserted:       "gi",
		chroma.GenericOutput:         "go",
		chroma.GenericPrompt:         "gp",
		chroma.GenericSubheading:     "gh",
		chroma.GenericTraceback:      "err",
	}
}

// Code is the HTML of a block of code in its colours: the one whose HoleCode has this Link. It is made when somebody asks for
// it first, because colouring takes long and nothing but the page's own HTML shows it. It is safe for concurrent use.
func (t *Text) Code(i int) string { return t.code[i]() }

// highlighter turns code into HTML, once for equal blocks.
type highlighter struct {
	mu      sync.Mutex
	fresh   map[[32]byte]string
	old     map[[32]byte]string // the generation before; what is used again moves to fresh
	size    int                 // of fresh
	lexers  map[string]chroma.Lexer
	classes map[chroma.TokenType]string // by kind; never changed
}

func newHighlighter() *highlighter {
	return &highlighter{fresh: map[[32]byte]string{}, lexers: map[string]chroma.Lexer{}, classes: tokenClasses()}
}

// code writes a block of code.
func (w *writer) code(n ast.Node, info string) {
	var source []byte
	for i := range n.Lines().Len() {
		line := n.Lines().At(i)
		source = append(source, line.Value(w.src)...)
	}
	f := readFence(info)
	if f.language == viewLanguage && len(w.views) < maxViews {
		w.view(n, source)
		return
	} else if f.language == viewLanguage && !w.manyViews {
		w.manyViews = true
		at := w.base + max(0, n.Pos())
		w.msgs.Add(diag.InvalidView, w.text.place(at, at+lineLen(w.text.data[at:])), fmt.Sprintf("the page has more than %d views, and this and those below are not answered", maxViews), "part the page in two")
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
	from, text, highlighter := len(w.html), string(source), w.highlighter
	w.html = f.append(w.html, []styled{{"", text}})
	if f.colours() && isColourable(text) {
		w.holes = append(w.holes, Hole{Kind: HoleCode, At: int32(from), End: int32(len(w.html)), Link: int32(len(w.toColour))})
		w.toColour = append(w.toColour, sync.OnceValue(func() string { return highlighter.block(f, text) }))
	}
	w.tag("\n")
	if f.title != "" {
		w.tag("</figure>\n")
	}
}

// maxViews is how many views a page may have: each may show every page.
const maxViews = 100

// viewLanguage names the fenced blocks that ask something of the handbook.
const viewLanguage = "handbook"

// view leaves a hole for what a block asks for. Its lines are part of what is reviewed, but no text of the page.
func (w *writer) view(n ast.Node, source []byte) {
	v := View{Source: string(source), Under: len(w.heads) - 1}
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
	w.hole(HoleView, len(w.views))
	w.views = append(w.views, v)
	w.tag("\n")
}

// block returns a block's HTML, from memory where an equal one was made before.
func (h *highlighter) block(f fence, source string) string {
	key := sha256.Sum256(append(f.key(), source...))
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
	html = h.render(f, source)
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

func (h *highlighter) lexer(language string) chroma.Lexer {
	h.mu.Lock()
	defer h.mu.Unlock()
	l, ok := h.lexers[language]
	if !ok {
		l = findLexer(language)
		if len(h.lexers) > maxLexers {
			clear(h.lexers)
		}
		h.lexers[language] = l
	}
	return l
}

func (h *highlighter) render(f fence, source string) string {
	return string(f.append(make([]byte, 0, 3*len(source)+200), h.pieces(f, source)))
}

// append writes a block.
func (f fence) append(b []byte, pieces []styled) []byte {
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
			b = p.append(b)
		}
	}
	return append(b, "</code></pre>"...)
}

// colours reports whether a block is to be coloured.
func (f fence) colours() bool { return !f.plain && f.language != "" && f.language != "diff" }

// styled is a stretch of code in one colour.
type styled struct{ class, text string }

func (p styled) append(b []byte) []byte {
	if p.class == "" {
		return appendEscaped(b, p.text)
	}
	b = append(b, `<span class="`...)
	b = append(b, p.class...)
	b = append(b, `">`...)
	b = appendEscaped(b, p.text)
	return append(b, `</span>`...)
}

// pieces colours code; neighbours of one colour are one piece. Code in no known language is one plain piece.
func (h *highlighter) pieces(f fence, source string) (pieces []styled) {
	plain := []styled{{"", source}}
	if !f.colours() || !isColourable(source) {
		return plain
	}
	lexer := h.lexer(f.language)
	if lexer == nil {
		return plain
	}
	defer func() { // lexers panic on code that their rules did not foresee
		if recover() != nil {
			pieces = plain
		}
	}()
	next, err := lexer.Tokenise(&chroma.TokeniseOptions{State: "root"}, source)
	if err != nil {
		return plain
	}
	at, length, idle := 0, 0, 0
	for token := next(); token != chroma.EOF; token = next() {
		if idle++; token.Value != "" {
			idle = 0
		} else if idle > maxIdle {
			return plain
		}
		class := h.class(token.Type)
		length += len(token.Value)
		if n := len(pieces); n > 0 && (pieces[n-1].class == class || strings.TrimLeft(token.Value, " \t\n") == "") {
			continue
		} else if n > 0 {
			pieces[n-1].text = source[at : length-len(token.Value)]
			at = length - len(token.Value)
		}
		pieces = append(pieces, styled{class: class})
	}
	if length != len(source) || len(pieces) == 0 { // a lexer that changes the text is not trusted with it
		return plain
	}
	pieces[len(pieces)-1].text = source[at:]
	return pieces
}

// isColourable tells whether a block is within the bounds.
func isColourable(source string) bool {
	line, blank := 0, 0
	for i := range len(source) {
		line++
		blank++
		switch c := source[i]; {
		case c == '\n':
			line = 0
		case c != ' ' && c != '\t':
			blank = 0
		}
		if line > maxLine || blank > maxBlank {
			return false
		}
	}
	return len(source) <= maxHighlight
}

func (h *highlighter) class(t chroma.TokenType) string {
	for ; t > 0; t = t.Parent() {
		if class, ok := h.classes[t]; ok {
			return class
		}
	}
	return h.classes[t]
}

// appendLines writes code with an element for each line, for numbers and marks.
func appendLines(b []byte, f fence, pieces []styled) []byte {
	number := 1
	var line []styled
	flush := func() {
		b = f.appendLine(b, number, line)
		line = line[:0]
		number++
	}
	for _, p := range pieces {
		for {
			i := strings.IndexByte(p.text, '\n')
			if i < 0 {
				break
			}
			line = append(line, styled{p.class, p.text[:i+1]})
			p.text = p.text[i+1:]
			flush()
		}
		if p.text != "" {
			line = append(line, p)
		}
	}
	if len(line) > 0 {
		flush()
	}
	return b
}

func (f fence) appendLine(b []byte, number int, line []styled) []byte {
	b = append(b, `<span class="line`...)
	if f.marked.has(number) {
		b = append(b, " hl"...)
	}
	kind := ""
	switch first := line[0].text; {
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
		if p.text != "" {
			b = p.append(b)
		}
	}
	return append(b, `</span>`...)
}

// fence is what the line that opens a code block asks for.
type fence struct {
	language string
	title    string
	plain    bool // without colours
	numbered bool
	first    int // the number of the first line
	marked   lines
	inserted lines
	deleted  lines
}

// lines are ranges of line numbers, ends included.
type lines [][2]int

func (l lines) has(n int) bool {
	return slices.ContainsFunc(l, func(r [2]int) bool { return r[0] <= n && n <= r[1] })
}

// lined tells whether each line of the block needs an element of its own.
func (f fence) lined() bool {
	return f.numbered || f.language == "diff" || len(f.marked)+len(f.inserted)+len(f.deleted) > 0
}

// key tells fences apart whose code looks different.
func (f fence) key() []byte {
	b := append([]byte(f.language), 0)
	if f.plain {
		b = append(b, 'p')
	}
	if f.numbered {
		b = strconv.AppendInt(b, int64(f.first), 10)
	}
	for _, l := range []lines{f.marked, f.inserted, f.deleted} {
		b = append(b, 0)
		for _, r := range l {
			b = strconv.AppendInt(b, int64(r[0]), 10)
			b = append(b, '-')
			b = strconv.AppendInt(b, int64(r[1]), 10)
			b = append(b, ',')
		}
	}
	return append(b, 0)
}

// readFence reads an info string: `go title="main.go" {2,4-6} linenos=10 ins={3} del={2}`, and Hugo's
// `go {hl_lines=[2,"4-6"] linenos=true}`. What it does not know it leaves alone.
func readFence(info string) fence {
	f := fence{first: 1}
	info = info[:min(len(info), 1000)]
	end := strings.IndexAny(info, " \t{")
	if end < 0 {
		end = len(info)
	}
	f.language = strings.ToLower(strings.TrimPrefix(info[:end], "."))
	for _, o := range fenceOptions(info[end:]) {
		switch o.key {
		case "":
			f.marked = append(f.marked, parseLines(o.value)...)
		case "title", "file", "filename":
			f.title = o.value
		case "hl_lines", "mark":
			f.marked = append(f.marked, parseLines(o.value)...)
		case "ins":
			f.inserted = append(f.inserted, parseLines(o.value)...)
		case "del":
			f.deleted = append(f.deleted, parseLines(o.value)...)
		case "linenos", "showlinenumbers", "linenums", "linenostart":
			f.numbered = f.numbered || o.key != "linenostart" && o.value != "false"
			if n, err := strconv.Atoi(o.value); err == nil && n >= 0 && n < 1_000_000 {
				f.first = n
			}
		}
	}
	return f
}

type fenceOption struct{ key, value string }

// fenceOptions reads words, key=value pairs and a bare {…}, which has no key. Braces around pairs are looked through.
func fenceOptions(s string) []fenceOption {
	var out []fenceOption
	for s = strings.TrimLeft(s, " \t,}"); s != ""; s = strings.TrimLeft(s, " \t,}") {
		if s[0] == '{' {
			inner, rest, ok := strings.Cut(s[1:], "}")
			if ok && !strings.ContainsAny(inner, "=abcdefghijklmnopqrstuvwxyz") {
				out = append(out, fenceOption{"", inner})
				s = rest
			} else {
				s = s[1:]
			}
			continue
		}
		end := strings.IndexAny(s, " \t=,{}")
		if end < 0 {
			end = len(s)
		}
		o := fenceOption{key: strings.ToLower(s[:end])}
		if s = s[end:]; strings.HasPrefix(s, "=") {
			o.value, s = fenceValue(s[1:])
		}
		if o.key != "" {
			out = append(out, o)
		}
	}
	return out
}

// fenceValue reads a quoted, bracketed or bare value.
func fenceValue(s string) (value, rest string) {
	if s == "" {
		return "", ""
	}
	closes := map[byte]string{'"': `"`, '\'': `'`, '[': "]", '{': "}"}[s[0]]
	if closes != "" {
		value, rest, _ = strings.Cut(s[1:], closes)
		return value, rest
	}
	end := strings.IndexAny(s, " \t,}")
	if end < 0 {
		end = len(s)
	}
	return s[:end], s[end:]
}

// parseLines reads "2,4-6", with or without quotes, commas or blanks between.
func parseLines(s string) lines {
	var out lines
	for _, word := range strings.FieldsFunc(s, func(r rune) bool { return strings.ContainsRune(", \t\"'[]{}", r) }) {
		from, to, ok := strings.Cut(word, "-")
		a, err := strconv.Atoi(from)
		b := a
		if ok && err == nil {
			b, err = strconv.Atoi(to)
		}
		if err == nil && a > 0 && b >= a && len(out) < 100 {
			out = append(out, [2]int{a, b})
		}
	}
	return out
}
