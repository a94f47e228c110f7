package page

import (
	"net/url"
	"strings"
	"unicode"
	"unicode/utf8"

	"handbook/builder/diag"
)

// address is what a destination is, before anybody looks where it leads.
type address uint8

const (
	internal  address = iota // a reference: the book resolves it
	external                 // an address of the web, or any other that a browser knows what to do with
	mail                     // mailto: and tel:
	unsafe                   // would run a script
	leftovers                // a template that was never filled in
)

// Away is the destination of a link whose target readers are not told of: only its words are shown.
const Away = "{{away}}"

// Reference reads a value of frontmatter as a reference to a page: "specs/checkout#rollout", "../checkout.md",
// "[[checkout|the spec]]". It gives false for an address of another site and for what is no reference at all.
func Reference(f Field) (Link, bool) {
	written, ok := reference(f.Raw)
	if !ok {
		return Link{}, false
	}
	target, query, fragment := split(written)
	return Link{Kind: LinkField, Target: target, Query: query, Fragment: fragment, At: f.At}, true
}

// IsWeb reports whether a text is the address of a page of the web and nothing else.
func IsWeb(text string) bool {
	scheme, rest, ok := strings.Cut(strings.ToLower(text), "://")
	return ok && (scheme == "https" || scheme == "http") && rest != "" && !strings.ContainsAny(rest, " \"<>")
}

// reference takes the brackets off a reference.
func reference(written string) (string, bool) {
	if written == "" || classify(written, false) != internal {
		return "", false
	}
	return unbracketed(written), true
}

// unbracketed takes the brackets and the label off "[[checkout|the spec]]".
func unbracketed(written string) string {
	if inner, ok := strings.CutPrefix(written, "[["); ok {
		written, _, _ = strings.Cut(strings.TrimSuffix(inner, "]]"), "|")
	}
	return written
}

// BareName takes off what surrounds the name of somebody where people write it: "@ana", "#payments",
// "[[people/ana|Ana]]".
func BareName(written string) string {
	return strings.Trim(strings.TrimLeft(unbracketed(strings.TrimSpace(written)), "@#"), "/ ")
}

// classify judges a destination whose escapes are resolved.
func classify(dest string, image bool) address {
	if strings.Contains(dest, "{{") || strings.Contains(dest, "{%") || strings.Contains(dest, "<%") {
		return leftovers
	}
	bare := strings.ToLower(bareStart(dest))
	scheme, rest, ok := strings.Cut(bare, ":")
	switch {
	case strings.HasPrefix(bare, "//"), strings.HasPrefix(bare, `\\`):
		return external
	case !ok || !isScheme(scheme):
		return internal
	case scheme == "data":
		if image && isRaster(rest) {
			return external
		}
		return unsafe
	case scheme == "javascript", scheme == "vbscript", scheme == "livescript":
		return unsafe
	case scheme == "xref":
		return leftovers
	case scheme == "mailto", scheme == "tel":
		return mail
	}
	return external
}

// bareStart is the beginning of a destination without what browsers skip in a scheme.
func bareStart(dest string) string {
	start := make([]byte, 0, 64)
	for _, r := range dest {
		if r > ' ' && r != 0x7f && !unicode.IsControl(r) && !unicode.Is(unicode.Cf, r) {
			start = utf8.AppendRune(start, r)
		}
		if len(start) > 60 {
			break
		}
	}
	return string(start)
}

func isScheme(s string) bool {
	for i := range len(s) {
		c := s[i]
		letter := 'a' <= c && c <= 'z'
		if !letter && (i == 0 || (c < '0' || c > '9') && c != '+' && c != '.' && c != '-') {
			return false
		}
	}
	return s != ""
}

func isRaster(data string) bool {
	for _, kind := range []string{"image/png", "image/gif", "image/jpeg", "image/webp", "image/avif"} {
		if strings.HasPrefix(data, kind+";") || strings.HasPrefix(data, kind+",") {
			return true
		}
	}
	return false
}

// split takes an internal destination apart and decodes it.
func split(dest string) (target, query, fragment string) {
	dest = strings.TrimSpace(dest)
	target, fragment, _ = strings.Cut(dest, "#")
	if i := strings.IndexByte(target, '?'); i >= 0 {
		target, query = target[:i], target[i:]
	}
	return percentDecode(target), query, percentDecode(fragment)
}

// percentDecode decodes what is well encoded and gives UTF-8; the rest stays as it is.
func percentDecode(s string) string {
	if strings.IndexByte(s, '%') < 0 {
		return s
	}
	if d, err := url.PathUnescape(s); err == nil && utf8.ValidString(d) && strings.IndexByte(d, 0) < 0 {
		return d
	}
	return s
}

// addLink notes a reference and returns its number. Its label is what is written until closeLink.
func (w *writer) addLink(kind LinkKind, dest string, at diag.Place) int {
	target, query, fragment := split(dest)
	w.links = append(w.links, Link{Kind: kind, Target: target, Query: query, Fragment: fragment, At: at})
	w.anchors = append(w.anchors, Anchor{})
	w.spans = append(w.spans, span{start: len(w.plain), end: len(w.plain)})
	return len(w.links) - 1
}

func (w *writer) closeLink(n int) { w.spans[n].end = len(w.plain) }

// href writes an address into an attribute: percent-encoded where HTML or addresses need it, else as it is.
func (w *writer) href(dest string) {
	for i := 0; i < len(dest); i++ {
		switch c := dest[i]; {
		case c <= ' ' || c == '"' || c == '<' || c == '>' || c == '`' || c == '\\' || c == '{' || c == '}' || c == '|' || c == '^' || c == 0x7f,
			c == '[' || c == ']', c >= utf8.RuneSelf,
			c == '%' && !(i+2 < len(dest) && isHex(dest[i+1]) && isHex(dest[i+2])):
			const hex = "0123456789ABCDEF"
			w.html = append(w.html, '%', hex[c>>4], hex[c&15])
		case c == '&':
			w.tag("&amp;")
		default:
			w.html = append(w.html, c)
		}
	}
}

func isHex(c byte) bool {
	return '0' <= c && c <= '9' || 'a' <= c && c <= 'f' || 'A' <= c && c <= 'F'
}

// refuse reports a destination that would run a script.
func (w *writer) refuse(dest string, at diag.Place) {
	if len(dest) > 40 {
		dest = strings.ToValidUTF8(dest[:40], "") + "…"
	}
	w.msgs.Add(diag.UnsafeLink, at, "the link to "+strings.Join(strings.Fields(dest), " ")+" would run in the reader's browser and is left out",
		"link to a page or a web address instead")
}

// maxSentence is the most characters of a sentence, or a summary.
const maxSentence = 240

// sentence finds the sentence around the bytes from start to end of a block's text, and where those stand in it.
func sentence(block string, start, end int) (string, [2]int) {
	from, to := 0, len(block)
	for i, left := start-1, maxSentence; i >= 0; i-- { // back to the end of the sentence before
		if n := endsSentence(block, i); n > 0 && i+n <= start {
			from = i + n
			break
		}
		if utf8.RuneStart(block[i]) {
			if left--; left == 0 {
				from = i
				break
			}
		}
	}
	for i, left := end, maxSentence; i < len(block); i++ {
		if utf8.RuneStart(block[i]) {
			if left--; left < 0 {
				to = i
				break
			}
		}
		if n := endsSentence(block, i); n > 0 {
			to = i + n
			break
		}
	}
	from += len(block[from:start]) - len(strings.TrimLeftFunc(block[from:start], unicode.IsSpace))
	to = end + len(strings.TrimRightFunc(block[end:to], unicode.IsSpace))
	from, to = around(block, from, to, start, end)
	s := block[from:to]
	if start < from || end > to {
		return s, [2]int{0, 0}
	}
	return s, [2]int{start - from, end - from}
}

// endsSentence is the length of the character at i if a sentence ends with it: a full stop and a blank, with no small
// letter next.
func endsSentence(s string, i int) int {
	n := 1
	switch c := s[i]; {
	case c == '.' || c == '!' || c == '?':
	case c < utf8.RuneSelf || !utf8.RuneStart(c):
		return 0
	default:
		r, size := utf8.DecodeRuneInString(s[i:])
		switch r {
		case '。', '！', '？':
			return size
		case '…':
			n = size
		default:
			return 0
		}
	}
	rest := strings.TrimLeft(s[i+n:min(len(s), i+n+20)], `"')]”’»`)
	if rest == "" {
		return n
	}
	next, m := utf8.DecodeRuneInString(rest)
	if !unicode.IsSpace(next) {
		return 0
	}
	after, _ := utf8.DecodeRuneInString(strings.TrimSpace(rest[m:]))
	if s[i] == '.' && i >= 2 && (s[i-2] == '.' || s[i-2] == ' ' && 'A' <= s[i-1] && s[i-1] <= 'Z') {
		return 0 // e.g. this, or A. Writer
	}
	if unicode.IsLower(after) {
		return 0
	}
	return n
}

// around cuts a stretch to the most characters, on word boundaries, so that the marked part stays inside.
func around(s string, from, to, start, end int) (int, int) {
	if to-from <= maxSentence || utf8.RuneCountInString(s[from:to]) <= maxSentence {
		return from, to
	}
	room := maxSentence - utf8.RuneCountInString(s[start:end])
	if room <= 0 {
		return start, start + cutAt(s[start:end], maxSentence)
	}
	before := utf8.RuneCountInString(s[from:start])
	after := utf8.RuneCountInString(s[end:to])
	back := min(before, max(room/2, room-after))
	for n := before; n > back; n-- {
		_, size := utf8.DecodeRuneInString(s[from:])
		from += size
	}
	if back < before { // forward to the next word
		if i := strings.IndexByte(s[from:start], ' '); i >= 0 {
			from += i + 1
		} else {
			from = start
		}
	}
	to = end + cutAt(s[end:to], room-back)
	return from, to
}

// cutAt is the length of the first n characters of s, back to the end of a word.
func cutAt(s string, n int) int {
	at := 0
	for ; n > 0 && at < len(s); n-- {
		_, size := utf8.DecodeRuneInString(s[at:])
		at += size
	}
	if at == len(s) {
		return at
	}
	if i := strings.LastIndexByte(s[:at+1], ' '); i > 0 {
		return len(strings.TrimRight(s[:i], " "))
	}
	return at
}
