package page

import (
	"bytes"
	"html"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/yuin/goldmark/ast"
	east "github.com/yuin/goldmark/extension/ast"
	"github.com/yuin/goldmark/util"

	"handbook/builder/diag"
	"handbook/builder/dialect"
)

// writer turns one document into HTML with holes, plain text, links and sections, in one pass over its tree.
type writer struct {
	*Parser
	page  *Page
	text  *text
	base  int    // where the body starts in the text
	src   []byte // the body
	file  []byte // the file as it is
	notes *notes
	tags  *dialect.Tags
	msgs  *diag.List

	html         []byte
	plain        []byte
	holes        []Hole
	links        []Link
	anchors      []Anchor
	spans        []span // of links, in plain
	views        []View
	manyViews    bool // it has more views than are answered
	coded        []Block
	ids          *idSet
	headingIDs   map[*ast.Heading]string
	titleHeading *ast.Heading // the H1 that is not written because it is the page's title
	hash         hasher
	list         []Section
	heads        []Heading
	headsAt      []int    // where they stand in the file
	spots        [][2]int // of headings' text, in plain
	notesIn      [][]int  // footnotes first met in each section, by number
	foot         []*footnote
	coloured     int // bytes of code so far
	special      Special
	mathematics  int // formulas so far
	tables       int
	deep         int // how deep inline elements nest

	blockStart int // in plain
	blockLink  int // in links: the first of the block
	inLink     bool
	inHeading  bool
	wordless   bool // words are shown elsewhere: see title
	inCell     bool
	inEmphasis int
	raw        rawHTML
	phrasing   bool // only elements of a line of text may stand here
	footNumber map[*east.Footnote]int
	written    []string        // ids
	told       map[string]bool // what raw HTML has that was told to be left out
	unseen     *unseen         // nil when nobody asks
}

// span is where a link's label stands in the plain text, and its block.
type span struct{ start, end, blockStart, blockEnd int }

// escapes are the characters that HTML text and attributes cannot hold as they are.
var escapes = [256]string{'&': "&amp;", '<': "&lt;", '>': "&gt;", '"': "&quot;"}

// appendEscaped writes text as HTML.
func appendEscaped[T []byte | string](dst []byte, s T) []byte {
	from := 0
	for i := 0; i < len(s); i++ {
		if e := escapes[s[i]]; e != "" {
			dst = append(dst, s[from:i]...)
			dst = append(dst, e...)
			from = i + 1
		}
	}
	return append(dst, s[from:]...)
}

func (w *writer) tag(s string)    { w.html = append(w.html, s...) }
func (w *writer) escape(s string) { w.html = appendEscaped(w.html, s) }

// hole leaves a place for what another file decides.
func (w *writer) hole(kind HoleKind, link int) {
	at := int32(len(w.html))
	w.holes = append(w.holes, Hole{Kind: kind, At: at, End: at, Link: int32(link)})
}

// id writes an id attribute that an embed leaves out.
func (w *writer) id(id string) {
	at := int32(len(w.html))
	w.written = append(w.written, id)
	w.tag(` id="`)
	w.escape(id)
	w.tag(`"`)
	w.holes = append(w.holes, Hole{Kind: HoleID, At: at, End: int32(len(w.html)), Link: -1})
}

// local writes the start of an href that leads to a place on this page.
func (w *writer) local(id string) {
	w.tag(` href="`)
	w.hole(HoleLocal, -1)
	w.tag("#")
	w.escape(id)
	w.tag(`"`)
}

// show writes words that a reader sees: to the HTML, the plain text and the fingerprint.
func (w *writer) show(s []byte) {
	if w.wordless { // a blank keeps what stands on both sides apart
		n := len(w.holes)
		held := n > 0 && int(w.holes[n-1].At) == len(w.html) // something will stand here
		if !w.inLink && (held || !bytes.HasSuffix(w.html, []byte(moreOpen)) && !bytes.HasSuffix(w.html, []byte(" "))) {
			w.tag(" ")
		}
		w.hash.words(s)
		return
	}
	w.html = appendEscaped(w.html, s)
	w.plain = append(w.plain, s...)
	w.hash.words(s)
}

// showMarkdown writes text that may hold backslash escapes and entities.
func (w *writer) showMarkdown(s []byte) {
	if plainMarkdown(s) {
		w.show(s)
		return
	}
	w.show(unescape(nil, s))
}

func plainMarkdown(s []byte) bool {
	for _, c := range s {
		if c == '\\' || c == '&' {
			return false
		}
	}
	return true
}

// unescape resolves backslash escapes and entities as CommonMark has them.
func unescape(dst, s []byte) []byte {
	for i := 0; i < len(s); {
		switch {
		case s[i] == '\\' && i+1 < len(s) && util.IsPunct(s[i+1]):
			dst = append(dst, s[i+1])
			i += 2
		case s[i] == '&':
			if text, n := entity(s[i:]); n > 0 {
				dst = append(dst, text...)
				i += n
				continue
			}
			fallthrough
		default:
			dst = append(dst, s[i])
			i++
		}
	}
	return dst
}

// entity reads a character reference at the start of s: what it stands for, and its length.
func entity(s []byte) (string, int) {
	end := 1
	for end < len(s) && end < 40 && (util.IsAlphaNumeric(s[end]) || end == 1 && s[end] == '#') {
		end++
	}
	if end == len(s) || s[end] != ';' || end < 2 {
		return "", 0
	}
	name := string(s[1:end])
	if name[0] != '#' {
		if e, ok := util.LookUpHTML5EntityByName(name); ok {
			return string(e.Characters), end + 1
		}
		return "", 0
	}
	digits, base, most := name[1:], 10, 7
	if strings.HasPrefix(strings.ToLower(digits), "x") {
		digits, base, most = digits[1:], 16, 6
	}
	n, err := strconv.ParseUint(digits, base, 32)
	if err != nil || len(digits) > most {
		return "", 0
	}
	if r := rune(n); n != 0 && utf8.ValidRune(r) {
		return string(r), end + 1
	}
	return "\uFFFD", end + 1
}

// unescapeString is unescape for a destination or title.
func unescapeString(s []byte) string {
	if plainMarkdown(s) {
		return string(s)
	}
	return string(unescape(nil, s))
}

// fnv is the 64-bit FNV-1a offset and prime: a hash that is the same on every machine.
const (
	fnvOffset = 14695981039346656037
	fnvPrime  = 1099511628211
)

// hasher makes the fingerprint of a section: its words with one blank between them, and marks around what is more
// than words.
type hasher struct {
	sum   uint64
	blank bool
}

func newHasher() hasher { return hasher{sum: fnvOffset} }

func (h *hasher) words(s []byte) {
	sum, blank := h.sum, h.blank
	for _, c := range s {
		if c == ' ' || c == '\n' || c == '\t' {
			blank = true
			continue
		}
		if blank {
			sum = (sum ^ ' ') * fnvPrime
			blank = false
		}
		sum = (sum ^ uint64(c)) * fnvPrime
	}
	h.sum, h.blank = sum, blank
}

// mark notes something that is not a word, with what it holds byte by byte.
func (h *hasher) mark(kind byte, s string) {
	sum := (h.sum ^ uint64(kind)) * fnvPrime
	for i := range len(s) {
		sum = (sum ^ uint64(s[i])) * fnvPrime
	}
	h.sum, h.blank = (sum^uint64(kind))*fnvPrime, false
}

// The kinds of marks.
const (
	markLink byte = iota + 1
	markImage
	markCode
	markCell
	markTask
	markStruck
	markNote
)

// beginBlock starts a paragraph, cell or heading in the plain text.
func (w *writer) beginBlock() {
	w.hash.blank = true
	w.blockStart = len(w.plain)
	w.blockLink = len(w.links)
}

// endBlock ends it, and notes for its links where it stands.
func (w *writer) endBlock(separator byte) {
	end := len(w.plain)
	for i := w.blockLink; i < len(w.links); i++ {
		w.spans[i].blockStart, w.spans[i].blockEnd = w.blockStart, end
	}
	w.blockLink = len(w.links)
	if end > w.blockStart {
		w.plain = append(w.plain, separator)
	}
	w.blockStart = len(w.plain)
	w.hash.blank = true
}

// decodeHTML is what text of raw HTML says.
func decodeHTML(s string) string { return html.UnescapeString(s) }
