package diag

import (
	"fmt"
	"io"
	"strings"

	"github.com/mattn/go-runewidth"
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
	if at := s.At(m.File, m.Line, m.Column); at != "" {
		b.WriteString(s.Paint("1", at+":") + " ")
	}
	fmt.Fprintf(b, "%s %s %s\n", s.Paint("1;"+tint, m.Severity.String()+":"), s.Paint("1", clean(Sentence(s.Reach, m.Text))),
		s.Paint("2", "["+string(m.Rule)+"]"))
	if m.Line > 0 {
		number := fmt.Sprintf("%5d", m.Line)
		fmt.Fprintf(b, "%s %s\n", s.Paint("2", number+" │"), m.Excerpt)
		fmt.Fprintf(b, "%s %s%s\n", s.Paint("2", "      │"), indent(m.Excerpt, m.CaretAt), s.Paint(tint, "^"+strings.Repeat("~", m.CaretLen-1)))
	}
	most := -1
	if s.Brief {
		most = somePlaces
	}
	for _, n := range m.Beside(most) {
		text := strings.TrimPrefix(s.At(n.File, n.Line, n.Column)+": "+Sentence(s.Reach, n.Text), ": ")
		fmt.Fprintf(b, "      %s %s\n", s.Paint("2", "note:"), clean(text))
	}
	fmt.Fprintf(b, "      %s %s\n\n", s.Paint("36", "help:"), clean(Sentence(s.Reach, m.Help)))
}

// At is a place as people and editors read it: "content/a.md:3:7"; the file alone without a line, "" without a file.
func (s Style) At(file string, line, column int) string {
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

// Paint gives a text the colour of an escape code where there are colours.
func (s Style) Paint(code, text string) string {
	if !s.Color {
		return text
	}
	return "\x1b[" + code + "m" + text + "\x1b[0m"
}

// Columns measures texts as terminals draw them. It does so alike everywhere, whatever the locale.
var Columns = &runewidth.Condition{StrictEmojiNeutral: true}

// indent is the white space under which the caret stands: tabs stay tabs, what takes two columns makes two blanks.
func indent(line string, characters int) string {
	var b strings.Builder
	for i, r := range []rune(line) {
		if i == characters {
			break
		}
		if r == '\t' {
			b.WriteByte('\t')
		}
		b.WriteString(strings.Repeat(" ", Columns.RuneWidth(r)))
	}
	return b.String()
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
	files := map[string]bool{}
	for m := range Each(list) {
		files[m.File] = true
	}
	if len(list) == 0 {
		return Severities(list)
	}
	return Severities(list) + " in " + Count(len(files), "file")
}

// Severities counts messages: "2 errors and 1 warning".
func Severities(list []Located) string {
	errors := 0
	for _, m := range list {
		if m.Severity == Error {
			errors++
		}
	}
	switch warnings := len(list) - errors; {
	case len(list) == 0:
		return "no problems"
	case warnings == 0:
		return Count(errors, "error")
	case errors == 0:
		return Count(warnings, "warning")
	default:
		return Count(errors, "error") + " and " + Count(warnings, "warning")
	}
}

// Count is a number of things in words: "1 page", "2 pages".
func Count(n int, thing string) string {
	if n == 1 {
		return "1 " + thing
	}
	return fmt.Sprintf("%d %ss", n, thing)
}
