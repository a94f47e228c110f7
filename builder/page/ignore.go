package page

import (
	"bytes"
	"fmt"
	"strings"

	"handbook/builder/diag"
)

// Ignore is a comment that silences one rule on the line below it.
type Ignore struct {
	Rule       diag.Rule
	At         diag.Place // the comment
	Start, End int        // the line that it is about, as offsets in the file
	Whole      bool       // it stands above everything else, so it is about messages on the file as a whole too
}

// ignoreWord begins a comment that silences a rule: `<!-- handbook-ignore RULE: reason -->`, or `# handbook-ignore RULE:
// reason` in frontmatter.
const ignoreWord = "handbook-ignore"

// Bounds that keep a file full of such comments from costing more than its size.
const (
	maxAbove   = 2000 // bytes of comments above one that is about the whole file
	maxBetween = 50   // lines between a comment and the line it is about
)

// ignores reads the comments of frontmatter, which is what stands before the body.
func (w *writer) ignoresInFront() {
	front := w.text.data[:w.base]
	if !bytes.Contains(front, []byte(ignoreWord)) {
		return
	}
	for at := 0; at < len(front); {
		n := lineLen(front[at:])
		line := bytes.TrimSpace(front[at : at+n])
		if comment, ok := bytes.CutPrefix(line, []byte("#")); ok {
			start := at + bytes.IndexByte(front[at:], '#')
			w.ignore(string(comment), start, start+len(line))
		}
		at += n
	}
}

// ignore takes a comment, which stands at these offsets of the text.
func (w *writer) ignore(comment string, start, end int) {
	rest, ok := strings.CutPrefix(strings.TrimSpace(comment), ignoreWord)
	if !ok || rest != "" && rest[0] != ' ' && rest[0] != ':' {
		return
	}
	at := w.text.place(start, end)
	names, reason, _ := strings.Cut(rest, ":")
	if strings.TrimSpace(reason) == "" || strings.TrimSpace(names) == "" {
		w.msgs.Add(diag.InvalidIgnore, at, "this comment silences nothing: it takes a rule and a reason", "write `<!-- handbook-ignore RULE: why it may stay -->`")
		return
	}
	line, lineEnd := w.nextLine(end)
	above := w.text.data[min(w.base, start):start]
	whole := len(above) <= maxAbove && len(bytes.TrimSpace(withoutIgnores(above))) == 0
	for name := range strings.FieldsFuncSeq(names, func(r rune) bool { return r == ' ' || r == ',' }) {
		doc, ok := diag.Known(name)
		if !ok {
			help := "`handbook rules` lists them"
			var known []string
			for _, d := range diag.Rules() {
				known = append(known, string(d.Rule))
			}
			if near := diag.Nearest(name, known); near != "" {
				help = fmt.Sprintf("did you mean %s?", near)
			}
			w.msgs.Add(diag.InvalidIgnore, at, fmt.Sprintf("there is no rule %q to silence", name), help)
			continue
		}
		w.page.Ignores = append(w.page.Ignores, Ignore{doc.Rule, at, w.text.offset(line), w.text.offset(lineEnd), whole})
	}
}

// nextLine finds the next line that is neither blank nor a comment of this kind.
func (w *writer) nextLine(from int) (start, end int) {
	data := w.text.data
	at := from + lineLen(data[from:])
	for range maxBetween {
		if at >= len(data) {
			break
		}
		n := lineLen(data[at:])
		line := bytes.TrimSpace(withoutIgnores(data[at : at+n]))
		if len(line) > 0 && !bytes.HasPrefix(line, []byte("# "+ignoreWord)) {
			return at, at + n
		}
		at += n
	}
	return min(at, len(data)), min(at, len(data))
}

// withoutIgnores leaves out comments that silence a rule.
func withoutIgnores(text []byte) []byte {
	for {
		before, rest, ok := bytes.Cut(text, []byte("<!-- "+ignoreWord))
		if !ok {
			return text
		}
		_, after, ok := bytes.Cut(rest, []byte("-->"))
		if !ok {
			return text
		}
		text = append(bytes.Clone(before), after...)
	}
}
