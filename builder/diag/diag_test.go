package diag

import (
	"errors"
	"strings"
	"testing"
)

func read(files map[string]string) func(string) ([]byte, error) {
	return func(name string) ([]byte, error) {
		if s, ok := files[name]; ok {
			return []byte(s), nil
		}
		return nil, errors.New("no such file")
	}
}

// at builds a message about the first occurrence of want in the file's text.
func at(file, text, want string) Message {
	i := strings.Index(text, want)
	return Message{Place: Place{File: file, Start: i, End: i + len(want)}, Severity: Warning, Rule: BrokenLink, Text: "no page \"b\"", Help: "write c"}
}

func TestTextShowsTheLineWithACaretUnderThePlace(t *testing.T) {
	for _, c := range []struct{ name, text, want, out string }{
		{"plain", "one\nsee [[b]] now\n", "[[b]]", "content/a.md:2:5: warning: no page \"b\" [broken-link]\n    2 │ see [[b]] now\n      │     ^~~~~\n      help: write c\n\n"},
		{"windows line ends", "one\r\nsee [[b]]\r\n", "[[b]]", "content/a.md:2:5: warning: no page \"b\" [broken-link]\n    2 │ see [[b]]\n      │     ^~~~~\n      help: write c\n\n"},
		{"old Mac line ends", "one\rsee [[b]]", "[[b]]", "content/a.md:2:5: warning: no page \"b\" [broken-link]\n    2 │ see [[b]]\n      │     ^~~~~\n      help: write c\n\n"},
		{"byte order mark", "\uFEFFsee [[b]]", "[[b]]", "content/a.md:1:5: warning: no page \"b\" [broken-link]\n    1 │ see [[b]]\n      │     ^~~~~\n      help: write c\n\n"},
		{"tab and wide letters", "\t文書 b", "b", "content/a.md:1:5: warning: no page \"b\" [broken-link]\n    1 │ \t文書 b\n      │ \t     ^\n      help: write c\n\n"},
		{"terminal escapes are shown, not sent", "\x1b[31mb", "b", "content/a.md:1:6: warning: no page \"b\" [broken-link]\n    1 │ �[31mb\n      │      ^\n      help: write c\n\n"},
	} {
		t.Run(c.name, func(t *testing.T) {
			list := Locate(List{at("content/a.md", c.text, c.want)}, read(map[string]string{"content/a.md": c.text}))
			var b strings.Builder
			if err := (Style{}).Text(&b, list); err != nil {
				t.Fatal(err)
			}
			if got := b.String(); got != c.out {
				t.Errorf("got\n%s\nwant\n%s", got, c.out)
			}
		})
	}
}

func TestALongLineIsCutAroundThePlace(t *testing.T) {
	text := strings.Repeat("x", 50000) + "HERE" + strings.Repeat("y", 50000)
	l := Locate(List{at("a.md", text, "HERE")}, read(map[string]string{"a.md": text}))[0]
	if n := len([]rune(l.Excerpt)); n > excerptWidth+2 {
		t.Errorf("the excerpt has %d characters", n)
	}
	if got := string([]rune(l.Excerpt)[l.CaretAt : l.CaretAt+l.CaretLen]); got != "HERE" {
		t.Errorf("the caret marks %q, want HERE", got)
	}
}

func TestAMessageOutsideItsFileDoesNotPanic(t *testing.T) {
	m := Message{Place: Place{File: "a.md", Start: 900, End: 2000}, Rule: BrokenLink, Text: "x", Help: "y"}
	l := Locate(List{m, {Place: Place{File: "gone.md", Start: 1, End: 2}, Text: "x"}}, read(map[string]string{"a.md": "short\n"}))
	if l[0].Line != 2 || l[1].Line != 0 {
		t.Errorf("lines %d and %d, want 2 (the end) and 0 (no file)", l[0].Line, l[1].Line)
	}
}

func TestJSONIsOneObjectALine(t *testing.T) {
	text := "a <b>\n"
	list := Locate(List{at("content/a.md", text, "<b>")}, read(map[string]string{"content/a.md": text}))
	var b strings.Builder
	if err := JSON(&b, list, func(s string) string { return "../docs/" + s }); err != nil {
		t.Fatal(err)
	}
	want := `{"rule":"broken-link","severity":"warning","file":"../docs/content/a.md","line":1,"column":3,"message":"no page \"b\"","help":"write c","fingerprint":"07e3ae368daa63307795db38d4841310"}` + "\n"
	if b.String() != want {
		t.Errorf("got  %swant %s", b.String(), want)
	}
}

func TestSortDropsRepetitions(t *testing.T) {
	l := List{{Place: Place{File: "b", Start: 1, End: 2}, Text: "z"}, {Place: Place{File: "a", Start: 5, End: 6}, Text: "y"}, {Place: Place{File: "b", Start: 1, End: 2}, Text: "z"}, {Place: Place{File: "a", Start: 1, End: 9}, Text: "x"}}
	l.Sort()
	var got []string
	for _, m := range l {
		got = append(got, m.Text)
	}
	if s := strings.Join(got, " "); s != "x y z" {
		t.Errorf("got %q, want x y z", s)
	}
}

func TestSummaryUsesPluralsRightly(t *testing.T) {
	one := Located{Message: Message{Place: Place{File: "a"}, Severity: Error}}
	two := Located{Message: Message{Place: Place{File: "b"}, Severity: Warning}}
	for want, list := range map[string][]Located{
		"no problems":                       nil,
		"1 error in 1 file":                 {one},
		"2 errors and 1 warning in 2 files": {one, one, two},
	} {
		if got := Summary(list); got != want {
			t.Errorf("got %q, want %q", got, want)
		}
	}
}
