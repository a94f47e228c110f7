package diag

import (
	"fmt"
	"io"
	"strings"
)

// Style says how messages are written for people.
type Style struct {
	Color bool                     // escape sequences for a terminal
	Brief bool                     // of a message that stands for others some places are listed, not all
	Reach func(file string) string // how a file is reached from the working directory; nil leaves names as they are
}

// somePlaces is how many other places of a message are listed where not all are.
const somePlaces = 3

// Text writes each message with its place, the line it is about, a caret and the next step.
func (s Style) Text(w io.Writer, list []Located) error {
	var b strings.Builder
	for _, m := range list {
		s.message(&b, m)
	}
	_, err := io.WriteString(w, b.String())
	return err
}

func (s Style) message(b *strings.Builder, m Located) {
	tint := "31" // red
	if m.Severity == Warning {
		tint = "33" // yellow
	}
	if at := s.at(m.File, m.Line, m.Column); at != "" {
		b.WriteString(s.paint("1", at+":") + " ")
	}
	fmt.Fprintf(b, "%s %s %s\n", s.paint("1;"+tint, m.Severity.String()+":"), s.paint("1", clean(Sentence(s.Reach, m.Text))), s.paint("2", "["+string(m.Rule)+"]"))
	if m.Line > 0 {
		number := fmt.Sprintf("%5d", m.Line)
		fmt.Fprintf(b, "%s %s\n", s.paint("2", number+" │"), m.Excerpt)
		fmt.Fprintf(b, "%s %s%s\n", s.paint("2", "      │"), indent(m.Excerpt, m.CaretAt), s.paint(tint, "^"+strings.Repeat("~", m.CaretLen-1)))
	}
	most := -1
	if s.Brief {
		most = somePlaces
	}
	for _, n := range m.Beside(most) {
		fmt.Fprintf(b, "      %s %s\n", s.paint("2", "note:"), clean(strings.TrimPrefix(s.at(n.File, n.Line, n.Column)+": "+Sentence(s.Reach, n.Text), ": ")))
	}
	fmt.Fprintf(b, "      %s %s\n\n", s.paint("36", "help:"), clean(Sentence(s.Reach, m.Help)))
}

func (s Style) at(file string, line, column int) string {
	if file == "" {
		return ""
	}
	if s.Reach != nil {
		file = s.Reach(file)
	}
	file = clean(file)
	if line == 0 {
		return file
	}
	return fmt.Sprintf("%s:%d:%d", file, line, column)
}

func (s Style) paint(code, text string) string {
	if !s.Color {
		return text
	}
	return "\x1b[" + code + "m" + text + "\x1b[0m"
}

// indent repeats the white space under which the caret stands: tabs stay tabs, wide characters take two columns.
func indent(line string, characters int) string {
	var b strings.Builder
	for _, r := range line {
		if characters == 0 {
			break
		}
		characters--
		switch {
		case r == '\t':
			b.WriteByte('\t')
		case wide(r):
			b.WriteString("  ")
		default:
			b.WriteByte(' ')
		}
	}
	return b.String()
}

// wide tells the characters that a terminal draws over two columns (East Asian wide forms and emoji).
func wide(r rune) bool {
	return r >= 0x1100 && r <= 0x115f || r >= 0x2e80 && r <= 0xa4cf || r >= 0xac00 && r <= 0xd7a3 || r >= 0xf900 && r <= 0xfaff ||
		r >= 0xfe30 && r <= 0xfe6f || r >= 0xff00 && r <= 0xff60 || r >= 0xffe0 && r <= 0xffe6 || r >= 0x1f300 && r <= 0x1faff
}

// clean keeps a hostile file name or value from writing to the terminal.
func clean(s string) string { return strings.ReplaceAll(string(printable([]byte(s))), "\t", " ") }

// Sentence is what a message says with the paths of files in it as reach has them. Names of files begin with the folder of
// pages, which messages call content; what stands in double quotes is an author's.
func Sentence(reach func(file string) string, text string) string {
	const name = "content/"
	if reach == nil || !strings.Contains(text, name) {
		return text
	}
	folder := strings.TrimSuffix(reach("content"), "/") + "/"
	if folder == "./" {
		folder = ""
	}
	var b strings.Builder
	quoted, before := false, byte(' ')
	for len(text) > 0 {
		if !quoted && strings.IndexByte(" `([=:", before) >= 0 && strings.HasPrefix(text, name) {
			b.WriteString(folder)
			before, text = '/', text[len(name):]
			continue
		}
		before = text[0]
		quoted = quoted != (before == '"')
		b.WriteByte(before)
		text = text[1:]
	}
	return b.String()
}

// Summary is one line that counts messages: "2 errors and 1 warning in 3 files".
func Summary(list []Located) string {
	var errors, warnings int
	files := map[string]bool{}
	for _, m := range list {
		if m.Severity == Error {
			errors++
		} else {
			warnings++
		}
	}
	for m := range Each(list) {
		files[m.File] = true
	}
	var parts []string
	if errors > 0 {
		parts = append(parts, Plural(errors, "error"))
	}
	if warnings > 0 {
		parts = append(parts, Plural(warnings, "warning"))
	}
	if len(parts) == 0 {
		return "no problems"
	}
	return strings.Join(parts, " and ") + " in " + Plural(len(files), "file")
}

// Plural counts things: "1 error", "2 errors".
func Plural(n int, word string) string {
	if n == 1 {
		return "1 " + word
	}
	return fmt.Sprintf("%d %ss", n, word)
}
