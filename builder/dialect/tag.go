package dialect

import (
	"bytes"
	"unicode/utf8"

	gtext "github.com/yuin/goldmark/text"
)

// maxTag is the length of the longest tag of a component, or expression, that is looked at. A few may be as long as maxLarge.
const (
	maxTag   = 4000
	maxLarge = 64000
	fewLarge = 10
)

// tag is one tag of a component as JSX and Vue write it. Places count from its beginning.
type tag struct {
	name    string
	attrs   []attr
	closing bool // "</Card>"
	alone   bool // "<Card />"
	size    int
}

// attr is one attribute with what stands between its quotes; an expression, in braces, has no value that is known here.
type attr struct {
	name       string
	start, end int
	expression bool
}

// readTag reads the tag that a text begins with. A "<" that begins something else gives false.
func readTag(text []byte) (t tag, ok bool) {
	at := 1
	if at < len(text) && text[at] == '/' {
		t.closing = true
		at++
	}
	start := at
	for at < len(text) && isNameByte(text[at]) {
		at++
	}
	t.name = string(text[start:at])
	for {
		before := at
		if at = skipSpace(text, at); at < 0 || at >= len(text) {
			return tag{}, false
		}
		switch {
		case text[at] == '>':
			t.size = at + 1
			return t, true
		case text[at] == '/' && at+1 < len(text) && text[at+1] == '>':
			t.alone, t.size = true, at+2
			return t, true
		case at == before || t.closing || t.name == "":
			return tag{}, false
		case text[at] == '{': // "{...props}"
			if at = afterBraces(text, at); at < 0 {
				return tag{}, false
			}
			t.attrs = append(t.attrs, attr{expression: true})
			continue
		}
		var a attr
		if a, at = readAttr(text, at); at < 0 {
			return tag{}, false
		}
		t.attrs = append(t.attrs, a)
	}
}

// readAttr reads one attribute, and gives where it ends; -1 for what is none.
func readAttr(text []byte, at int) (a attr, end int) {
	start := at
	for at < len(text) && (isNameByte(text[at]) || bytes.IndexByte([]byte(":@#[]$"), text[at]) >= 0) {
		at++
	}
	a.name = string(text[start:at])
	if at == start {
		return a, -1
	}
	if at >= len(text) || text[at] != '=' {
		a.start, a.end = at, at
		return a, at
	}
	at++
	if at >= len(text) {
		return a, -1
	}
	switch c := text[at]; {
	case c == '"' || c == '\'':
		n := bytes.IndexByte(text[at+1:], c)
		if n < 0 {
			return a, -1
		}
		a.start, a.end = at+1, at+1+n
		a.expression = a.name[0] == ':' || a.name[0] == '@' || bytes.HasPrefix([]byte(a.name), []byte("v-")) // Vue reads these
		return a, a.end + 1
	case c == '{':
		end = afterBraces(text, at)
		if end < 0 {
			return a, -1
		}
		a.start, a.end, a.expression = at+1, end-1, true
		if from, to, ok := literal(text[at+1 : end-1]); ok {
			a.start, a.end, a.expression = at+1+from, at+1+to, false
		}
		return a, end
	}
	a.start = at
	for at < len(text) && bytes.IndexByte([]byte(" \t\n>\"'<={}`"), text[at]) < 0 {
		at++
	}
	a.end = at
	if a.end == a.start {
		return a, -1
	}
	return a, at
}

// skipSpace goes over blanks and line ends; -1 where a blank line comes.
func skipSpace(text []byte, at int) int {
	lines := 0
	for ; at < len(text) && (text[at] == ' ' || text[at] == '\t' || text[at] == '\n'); at++ {
		if text[at] == '\n' {
			if lines++; lines > 1 {
				return -1
			}
		}
	}
	return at
}

// afterBraces is where the braces end that open at an offset, behind them; -1 where they do not. What stands in quotes counts
// as text.
func afterBraces(text []byte, at int) int {
	depth := 0
	for ; at < len(text); at++ {
		switch c := text[at]; c {
		case '{':
			depth++
		case '}':
			if depth--; depth == 0 {
				return at + 1
			}
		case '"', '\'', '`':
			end := at + 1
			for end < len(text) && text[end] != c && (text[end] != '\n' || c == '`') {
				if text[end] == '\\' {
					end++
				}
				end++
			}
			if end < len(text) && text[end] == c { // else it is an apostrophe
				at = end
			}
		}
	}
	return -1
}

// literal is where the words stand in an expression that is nothing but a text in quotes.
func literal(expression []byte) (start, end int, ok bool) {
	inner := bytes.TrimSpace(expression)
	if len(inner) < 2 || inner[0] != inner[len(inner)-1] || bytes.IndexByte([]byte("\"'`"), inner[0]) < 0 {
		return 0, 0, false
	}
	words := inner[1 : len(inner)-1]
	if bytes.IndexByte(words, inner[0]) >= 0 || bytes.ContainsAny(words, "\\$\n") {
		return 0, 0, false
	}
	start = bytes.Index(expression, inner) + 1
	return start, start + len(words), true
}

func isNameByte(c byte) bool {
	return 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' || '0' <= c && c <= '9' || c == '.' || c == '-' || c == '_' || c >= utf8.RuneSelf
}

// value is where the first of these attributes stands that has words; none where the tag has none of them.
func (t tag) value(from int, names ...string) (at gtext.Segment, ok bool) {
	for _, name := range names {
		for _, a := range t.attrs {
			if a.name == name && !a.expression && a.end > a.start {
				return gtext.NewSegment(from+a.start, from+a.end), true
			}
		}
	}
	return gtext.Segment{}, false
}
