package page

import (
	"bytes"
	"fmt"
	"sort"
	"unicode/utf8"

	"handbook/builder/diag"
)

// text is a file's bytes made fit for parsing: UTF-8 without byte order mark or NUL, lines ending in "\n". It
// knows the way back from an offset in it to one in the file.
type text struct {
	file   string
	data   []byte
	size   int // of the file
	shifts []shift
}

// shift says that from offset at in the text on, the file's offset is larger by that much.
type shift struct{ at, by int }

// readText prepares a file's bytes. A file that is not text at all gives an empty text, and a message.
func readText(file string, raw []byte, msgs *diag.List) *text {
	t := &text{file: file, data: raw, size: len(raw)}
	body := bytes.TrimPrefix(raw, []byte("\uFEFF"))
	if bom := len(raw) - len(body); bom > 0 {
		t.data, t.shifts = body, []shift{{0, bom}}
	}
	valid := utf8.Valid(body) && bytes.IndexByte(body, 0) < 0
	if valid && bytes.IndexByte(body, '\r') < 0 {
		return t
	}
	if !valid {
		first, count := invalid(body)
		at := diag.Place{File: file, Start: t.offset(first), End: t.offset(first) + 1}
		if isBinary(body, count) {
			msgs.Add(diag.InvalidText, diag.Place{File: file, Start: at.Start, End: at.End}, "this file is not text",
				"save it as UTF-8 text, or give it a name that does not end in .md")
			t.data, t.shifts = nil, nil
			return t
		}
		msgs.Add(diag.InvalidText, at, fmt.Sprintf("%s not UTF-8 text, the first here", plural(count, "byte is", "bytes are")),
			"save the file as UTF-8; each is shown as \uFFFD until then")
	}
	t.rewrite(body)
	return t
}

// offset is the place in the file of offset i in the text.
func (t *text) offset(i int) int {
	if len(t.shifts) > 0 {
		n := sort.Search(len(t.shifts), func(n int) bool { return t.shifts[n].at > i })
		if n > 0 {
			i += t.shifts[n-1].by
		}
	}
	return max(0, min(i, t.size))
}

// place is the place in the file of the bytes from start to end of the text.
func (t *text) place(start, end int) diag.Place {
	from := t.offset(start)
	return diag.Place{File: t.file, Start: from, End: max(from, t.offset(end))}
}

func (t *text) rewrite(body []byte) {
	by := t.size - len(body)
	out := make([]byte, 0, len(body)+len(body)/64)
	for i := 0; i < len(body); {
		switch c := body[i]; {
		case c == '\r':
			out = append(out, '\n')
			i++
			if i < len(body) && body[i] == '\n' { // two bytes for one
				i++
				by++
				t.shifts = append(t.shifts, shift{len(out), by})
			}
			continue
		case c == 0:
		case c < utf8.RuneSelf:
			out = append(out, c)
			i++
			continue
		default:
			if r, n := utf8.DecodeRune(body[i:]); r != utf8.RuneError || n > 1 {
				out = append(out, body[i:i+n]...)
				i += n
				continue
			}
		}
		out = append(out, "\uFFFD"...) // three bytes for one
		i++
		by -= 2
		t.shifts = append(t.shifts, shift{len(out), by})
	}
	t.data = out
}

// invalid finds the first byte that is no text, and counts them.
func invalid(b []byte) (first, count int) {
	first = -1
	for i := 0; i < len(b); {
		r, n := utf8.DecodeRune(b[i:])
		if r == 0 || r == utf8.RuneError && n == 1 {
			if first < 0 {
				first = i
			}
			count++
		}
		i += n
	}
	return first, count
}

// isBinary judges by share: a stray byte is a slip, one in three (or NUL bytes early and often) is another format.
func isBinary(b []byte, bad int) bool {
	head := b[:min(len(b), 8000)]
	return bad > 8 && bad*3 > len(b) || bytes.Count(head, []byte{0})*100 > len(head)
}

func plural(n int, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	return fmt.Sprintf("%d %s", n, many)
}
