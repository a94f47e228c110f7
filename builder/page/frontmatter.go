package page

import (
	"bytes"
	"fmt"
	"strings"

	"github.com/adrg/frontmatter"

	"handbook/builder/diag"
)

// front is what stands at the top of a file: its keys, and where the text below begins.
type front struct {
	pairs  []pair
	base   int  // offset in the text that the pairs' places count from
	body   int  // offset in the text
	broken bool // it has an error
	assign string
}

// format is one way to write frontmatter.
type format struct {
	open, close string
	assign      string // how a key and its value are written, for fmt
	decode      func(*decoder) []pair
	delimited   bool // the fences belong to the data, as JSON's braces do
}

// formats are in the order in which an opening line is compared.
func formats() []format {
	return []format{
		{open: "---", close: "---", assign: assignYAML, decode: decodeYAML},
		{open: "---yaml", close: "---", assign: assignYAML, decode: decodeYAML},
		{open: "+++", close: "+++", assign: "%s = %s", decode: decodeTOML},
		{open: "---toml", close: "---", assign: "%s = %s", decode: decodeTOML},
		{open: ";;;", close: ";;;", assign: `"%s": %s`, decode: decodeJSON},
		{open: "---json", close: "---", assign: `"%s": %s`, decode: decodeJSON},
		{open: "{", close: "}", assign: `"%s": %s`, decode: decodeJSON, delimited: true},
	}
}

const assignYAML = "%s: %s"

// decoder reads the data of a frontmatter block and notes what is wrong with it.
type decoder struct {
	text   *text
	data   []byte
	base   int // offset of data in the text
	msgs   *diag.List
	broken bool
}

// fail notes an error at the bytes from start to end of the data.
func (d *decoder) fail(rule diag.Rule, start, end int, what, help string, notes ...diag.Note) {
	d.broken = true
	start = max(0, min(start, len(d.data)))
	end = max(start, min(end, len(d.data)))
	d.msgs.Add(rule, d.text.place(d.base+start, d.base+end), what, help, notes...)
}

// readFront takes the frontmatter off a text. A text that begins with a rule or a brace of prose has none.
func readFront(t *text, msgs *diag.List) front {
	start, line := firstLine(t.data)
	for _, f := range formats() {
		if line != f.open {
			continue
		}
		dataStart := min(start+lineLen(t.data[start:]), len(t.data))
		dataEnd, body := closing(t.data, dataStart, f)
		data := t.data[dataStart:max(dataStart, dataEnd)]
		if f.delimited && body >= 0 {
			dataStart, data = start, t.data[start:body]
		}
		switch {
		case body < 0 && looksLikeKeys(t.data[dataStart:], f):
			d := decoder{text: t, data: t.data, msgs: msgs}
			d.fail(diag.InvalidFrontmatter, start, start+len(f.open), fmt.Sprintf("the frontmatter opened with %q is never closed", f.open),
				fmt.Sprintf("write a line %q after its last key", f.close))
			return front{body: dataStart, broken: true}
		case body < 0, !isMeant(t.data, start, data, f):
			return front{}
		}
		d := decoder{text: t, data: data, base: dataStart, msgs: msgs}
		read := func(data []byte, v any) error {
			*v.(*[]pair) = f.decode(&d)
			return nil
		}
		var pairs []pair
		block := &frontmatter.Format{Start: f.open, End: string(bytes.TrimSpace(t.data[dataEnd:body])), Unmarshal: read, UnmarshalDelims: f.delimited}
		if _, err := frontmatter.Parse(bytes.NewReader(t.data[start:body]), &pairs, block); err != nil {
			d.fail(diag.InvalidFrontmatter, 0, 0, err.Error(), "mend the block at the top of the file")
		}
		return front{pairs: pairs, base: dataStart, body: body, broken: d.broken, assign: f.assign}
	}
	return front{}
}

// firstLine finds the first line that is not blank, trimmed, and where it starts.
func firstLine(b []byte) (int, string) {
	for start := 0; start < len(b); {
		n := lineLen(b[start:])
		if n > 1000 {
			return start, ""
		}
		if line := bytes.TrimSpace(b[start : start+n]); len(line) > 0 {
			return start, string(line)
		}
		start += n
	}
	return 0, ""
}

// lineLen is the length of the first line with its end.
func lineLen(b []byte) int {
	if i := bytes.IndexByte(b, '\n'); i >= 0 {
		return i + 1
	}
	return len(b)
}

// closing finds the line that closes the block: where it starts, and where the text below it does, or -1.
func closing(b []byte, from int, f format) (dataEnd, body int) {
	if f.delimited {
		return closingBrace(b, from)
	}
	for at := from; at < len(b); {
		n := lineLen(b[at:])
		line := string(bytes.TrimRight(b[at:at+n], " \t\n"))
		if line == f.close || f.open == "---" && line == "..." {
			return at, at + n
		}
		at += n
	}
	return -1, -1
}

// closingBrace finds the brace that closes a JSON object. It stands alone on its line, and a blank line follows. An
// object with a mistake in it ends at the first such brace.
func closingBrace(b []byte, from int) (dataEnd, body int) {
	open := bytes.LastIndexByte(b[:from], '{')
	end := objectEnd(b[open:])
	for at := from; at < len(b); {
		n := lineLen(b[at:])
		alone := bytes.Equal(bytes.TrimSpace(b[at:at+n]), []byte("}"))
		next := b[at+n:]
		if alone && at+n >= open+end && len(bytes.TrimSpace(next[:lineLen(next)])) == 0 {
			return at, at + n
		}
		at += n
	}
	return -1, -1
}

// isMeant tells frontmatter from a horizontal rule above prose: after a rule comes a blank line and then no key.
func isMeant(b []byte, start int, data []byte, f format) bool {
	if f.delimited {
		return looksLikeKeys(data, f) || len(bytes.TrimSpace(data)) < 4
	}
	if f.open != "---" {
		return true
	}
	first := bytes.TrimSpace(data[:lineLen(data)])
	if start == 0 && len(first) > 0 || len(bytes.TrimSpace(data)) == 0 {
		return start == 0
	}
	for line := range bytes.Lines(data) { // prose has a line that is neither a key nor part of a value
		line = bytes.TrimRight(line, " \t\n")
		if len(line) > 0 && !isKeyLine(line, ':') && !strings.ContainsRune(" \t#-}]", rune(line[0])) {
			return false
		}
	}
	return true
}

// looksLikeKeys tells whether the line after an opening fence is a key and its value.
func looksLikeKeys(data []byte, f format) bool {
	line := bytes.TrimRight(data[:lineLen(data)], " \t\n")
	switch f.open {
	case "+++", "---toml":
		return isKeyLine(line, '=') || bytes.HasPrefix(line, []byte("["))
	case "{":
		_, first := firstLine(bytes.TrimPrefix(data, []byte("{")))
		return strings.HasPrefix(first, `"`) && strings.Contains(first, `":`)
	case ";;;", "---json":
		return bytes.HasPrefix(line, []byte("{"))
	}
	return isKeyLine(line, ':')
}

// isKeyLine tells whether a line begins with a word and the separator: `title: Checkout`, `title = "Checkout"`.
func isKeyLine(line []byte, sep byte) bool {
	i := bytes.IndexByte(line, sep)
	if i <= 0 || sep == ':' && i+1 < len(line) && line[i+1] != ' ' && line[i+1] != '\t' {
		return false
	}
	for _, c := range bytes.Trim(bytes.TrimSpace(line[:i]), `"'`) {
		if c <= ' ' || strings.IndexByte("*`[](){}<>!|,", c) >= 0 {
			return false
		}
	}
	return true
}
