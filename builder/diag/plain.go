package diag

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Plain is a text as it may stand on a line of a terminal, a list or a table: what would begin a line or steer whoever
// shows it is a blank, and what would turn the order of the letters around is left out.
func Plain(s string) string {
	if harmless(s) {
		return s
	}
	return strings.Map(func(r rune) rune {
		switch {
		case unicode.IsControl(r) || unicode.In(r, unicode.Zl, unicode.Zp):
			return ' '
		case turns(r):
			return -1
		}
		return r
	}, strings.ToValidUTF8(s, "\uFFFD"))
}

// OneLine is a text in one line, its words one blank apart.
func OneLine(s string) string {
	if harmless(s) && !strings.Contains(s, "  ") && s == strings.Trim(s, " ") {
		return s
	}
	return strings.Join(strings.Fields(Plain(s)), " ")
}

// PlainText is a text of several lines without what steers a terminal.
func PlainText(text []byte) []byte {
	if !utf8.Valid(text) {
		text = bytes.ToValidUTF8(text, []byte("\uFFFD"))
	}
	if !steered(text) {
		return text
	}
	return bytes.Map(func(r rune) rune {
		if unicode.IsControl(r) && r != '\t' && r != '\n' && r != '\r' {
			return '\uFFFD'
		}
		return r
	}, text)
}

// steered reports whether a text in UTF-8 has control characters other than tabs and ends of lines.
func steered(text []byte) bool {
	for i, b := range text {
		switch {
		case b >= ' ' && b < 0x7f, b == '\n', b == '\t', b == '\r':
		case b < 0x80, b == 0xc2 && text[i+1] < 0xa0:
			return true
		}
	}
	return false
}

// PlainJSON escapes in JSON what encoders leave and terminals act on. It says the same.
func PlainJSON(text []byte) []byte {
	acts := func(r rune) bool { return r >= 0x7f && unicode.IsControl(r) || turns(r) }
	if !bytes.ContainsFunc(text, acts) {
		return text
	}
	var b bytes.Buffer
	for len(text) > 0 {
		i := bytes.IndexFunc(text, acts)
		if i < 0 {
			break
		}
		b.Write(text[:i])
		r, size := utf8.DecodeRune(text[i:])
		fmt.Fprintf(&b, `\u%04x`, r)
		text = text[i+size:]
	}
	b.Write(text)
	return b.Bytes()
}

// AsJSON writes a value of a program's own, which can be written, for other programs: as PlainJSON, in one line or indented.
func AsJSON(v any, indent string) []byte {
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", indent)
	if err := enc.Encode(v); err != nil {
		panic(err)
	}
	return PlainJSON(bytes.TrimSuffix(b.Bytes(), []byte("\n")))
}

// OrNull is null in JSON for no text.
func OrNull(s string) *string {
	if s == "" {
		return nil
	}
	return &s
}

// WriteJSON writes a value as AsJSON does, with the end of its line.
func WriteJSON(w io.Writer, v any, indent string) error {
	_, err := w.Write(append(AsJSON(v, indent), '\n'))
	return err
}

// harmless reports whether a text is printed ASCII, as most are.
func harmless(s string) bool {
	for i := 0; i < len(s); i++ {
		if s[i] < ' ' || s[i] >= 0x7f {
			return false
		}
	}
	return true
}

// turns tells the characters that change the order in which others are shown. Marks of direction alone change none.
func turns(r rune) bool { return r >= 0x202a && r <= 0x202e || r >= 0x2066 && r <= 0x2069 }
