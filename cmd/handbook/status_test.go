package main

import (
	"fmt"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"handbook/builder"
	"handbook/builder/diag"
	"handbook/builder/preview"
)

// screen is a terminal as far as status uses one.
type screen struct {
	t       *testing.T
	columns int
	rows    []string
	at      int // the row of the cursor, which stands at its beginning
	wrap    bool
}

func (s *screen) Write(p []byte) (int, error) {
	rest := string(p)
	for rest != "" {
		switch {
		case rest[0] == '\r':
			rest = rest[1:]
		case rest[0] == '\n':
			s.at++
			rest = rest[1:]
		case strings.HasPrefix(rest, "\x1b[J"):
			s.rows = s.rows[:min(s.at, len(s.rows))]
			rest = rest[3:]
		case strings.HasPrefix(rest, "\x1b[?7"):
			s.wrap = rest[4] == 'h'
			rest = rest[5:]
		case strings.HasPrefix(rest, "\x1b["):
			var n int
			var verb rune
			if _, err := fmt.Sscanf(rest, "\x1b[%d%c", &n, &verb); err != nil || verb != 'A' || n > s.at {
				s.t.Fatalf("at row %d: %q", s.at, rest)
			}
			s.at -= n
			_, rest, _ = strings.Cut(rest, "A")
		default:
			line, _, _ := strings.Cut(rest, "\n")
			rest = rest[len(line):]
			if s.wrap || width(line) > s.columns {
				s.t.Errorf("wider than %d columns: %q", s.columns, line)
			}
			for len(s.rows) <= s.at {
				s.rows = append(s.rows, "")
			}
			s.rows[s.at] = line
		}
	}
	return len(p), nil
}

// narrow makes the terminal narrower, which breaks its lines.
func (s *screen) narrow(columns int) {
	var rows []string
	for _, line := range s.rows {
		for width(line) > columns {
			rows, line = append(rows, line[:columns]), line[columns:]
		}
		rows = append(rows, line)
	}
	s.rows, s.at, s.columns = rows, s.at+len(rows)-len(s.rows), columns
}

func (s *screen) shows(when, want string) {
	s.t.Helper()
	if got := strings.Join(s.rows, "\n"); got != strings.Trim(want, "\n") {
		s.t.Errorf("%s:\n%s\nwant:\n%s", when, got, strings.Trim(want, "\n"))
	}
}

func missing(line int, name string) diag.Located {
	excerpt := "See [[" + name + "]]."
	return diag.Located{Message: diag.Message{Place: diag.Place{File: "content/a.md"}, Severity: diag.Warning, Rule: diag.BrokenLink, Text: fmt.Sprintf("no page %q", name), Help: "take out the link"},
		Line: line, Column: 7, Excerpt: excerpt, CaretAt: 6, CaretLen: len(name)}
}

func unclosed() diag.Located {
	return diag.Located{Message: diag.Message{Place: diag.Place{File: "content/b.md"}, Severity: diag.Error, Rule: diag.InvalidFrontmatter, Text: "this quote is never closed", Help: `end the value with "`},
		Line: 2, Column: 8, Excerpt: `title: "Links`, CaretAt: 7, CaretLen: 6}
}

// reports makes the reports of builds one after the other, each of ten pages and a file.
func reports(s *status) func(changed string, messages ...diag.Located) {
	n := 0
	return func(changed string, messages ...diag.Located) {
		n++
		r := preview.Report{Number: n, Took: time.Duration(n) * time.Millisecond, Result: preview.Result{Messages: messages, Pages: 10}}
		for i := range 10 {
			r.Result.Outputs = append(r.Result.Outputs, preview.Output{Path: fmt.Sprintf("%d/index.html", i), File: fmt.Sprintf("content/%d.md", i)})
		}
		r.Result.Outputs = append(r.Result.Outputs, preview.Output{Path: "sitemap.xml"})
		if n > 1 {
			r.Changed, r.Pages = strings.Fields(changed), []string{"/1/", "/2/", "/sitemap.xml"}
		}
		s.built(r)
	}
}

func atNoon() time.Time { return time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC) }

func TestMessagesAreRewrittenInPlace(t *testing.T) {
	term := &screen{t: t, columns: 80}
	s := &status{out: term, size: func() (int, int) { return term.columns, 18 }, job: builder.Job{Root: ".", Content: "content"}, now: atNoon}
	built := reports(s)
	built("", missing(3, "x"))
	term.shows("the first build", `
12:00:00 10 pages in 1 ms, 1 warning: no page "x"

content/a.md:3:7: warning: no page "x" [broken-link]
    3 │ See [[x]].
      │       ^
      help: take out the link
`)
	built("b.md", missing(3, "x"), missing(4, "y"), unclosed())
	term.shows("the error first, then what is new", `
12:00:00 10 pages in 1 ms, 1 warning: no page "x"
12:00:00 b.md: 2 of 10 pages in 2 ms, 1 error and 2 warnings: this quote is nev…

content/b.md:2:8: error: this quote is never closed [invalid-frontmatter]
    2 │ title: "Links
      │        ^~~~~~
      help: end the value with "

content/a.md:4:7: warning: no page "y" [broken-link]
    4 │ See [[y]].
      │       ^
      help: take out the link

… and 1 more: `+"`handbook check`"+` prints them
`)
	s.say("%s", "the system allows no more watched folders, so changes are looked for twice a second from now on")
	if !strings.Contains(strings.Join(term.rows, "\n"), "nev…") {
		t.Errorf("a notice takes something away: %q", term.rows)
	}
	built("b.md")
	term.shows("mended", `
12:00:00 10 pages in 1 ms, 1 warning: no page "x"
12:00:00 b.md: 2 of 10 pages in 2 ms, 1 error and 2 warnings: this quote is nev…
the system allows no more watched folders, so changes are looked for twice a
second from now on
12:00:00 b.md: 2 of 10 pages in 3 ms, no problems
`)
	built("a/very/long/path/of/a/page/in/many/folders/page.md and/another/one.md", missing(3, strings.Repeat("long ", 30)))
	term.shows("what is too long for the terminal", `
12:00:00 10 pages in 1 ms, 1 warning: no page "x"
12:00:00 b.md: 2 of 10 pages in 2 ms, 1 error and 2 warnings: this quote is nev…
the system allows no more watched folders, so changes are looked for twice a
second from now on
12:00:00 b.md: 2 of 10 pages in 3 ms, no problems
12:00:00 a/very/long/path/of/a/pag… and 1 more: 2 of 10 pages in 4 ms, 1 warnin…

content/a.md:3:7: warning: no page "long long long long long long long long long
      long long long long long long long long long long long long long long long
      long long long long long long " [broken-link]
    3 │ See [[long long long long long long long long long long long long lon…
      │       ^~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~
      help: take out the link
`)
	term.narrow(40)
	built("a.md")
	if got := strings.Join(term.rows, "\n"); strings.Contains(got, "long long") || !strings.HasSuffix(got, "12:00:00 a.md: 2 of 10 pages in 5 ms, n…") {
		t.Errorf("after the terminal became narrower:\n%s", got)
	}
}

func TestALogTellsOfEachMessageOnce(t *testing.T) {
	var log strings.Builder
	s := &status{out: &log, job: builder.Job{Root: ".", Content: "content"}, now: atNoon}
	built := reports(s)
	built("", missing(3, "x"))
	built("a.md", missing(4, "x"), missing(5, "y"))
	built("a.md", missing(4, "x"))
	built("a.md", missing(4, "x"), missing(5, "y"))
	var many []diag.Located
	for i := range maxLog + 7 {
		many = append(many, missing(i+1, fmt.Sprint("page-", i)))
	}
	got := log.String()
	const want = `12:00:00 10 pages in 1 ms, 1 warning: no page "x"
content/a.md:3:7: warning: no page "x" [broken-link]
    3 │ See [[x]].
      │       ^
      help: take out the link

12:00:00 a.md: 2 of 10 pages in 2 ms, 2 warnings: no page "y"
content/a.md:5:7: warning: no page "y" [broken-link]
    5 │ See [[y]].
      │       ^
      help: take out the link

12:00:00 a.md: 2 of 10 pages in 3 ms, 1 warning: no page "x"
12:00:00 a.md: 2 of 10 pages in 4 ms, 2 warnings: no page "y"
content/a.md:5:7: warning: no page "y" [broken-link]
    5 │ See [[y]].
      │       ^
      help: take out the link

`
	if got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
	log.Reset()
	built("a.md", many...)
	if got := log.String(); strings.Count(got, "help:") != maxLog || !strings.HasSuffix(got, "… and 7 more: `handbook check --all` prints them\n") {
		t.Errorf("of very many messages:\n%s", got)
	}
	if strings.Contains(log.String(), "\x1b") {
		t.Error("a log with escape sequences")
	}
}

func TestALongPathKeepsItsEnd(t *testing.T) {
	s := &status{now: time.Now}
	m := diag.Located{Line: 12, Column: 3, Excerpt: "[[x]]", CaretAt: 2, CaretLen: 1}
	m.File, m.Text, m.Rule = "content/"+strings.Repeat("long-", 30)+"name.md", "no page", diag.BrokenLink
	lines := s.messages([]diag.Located{m}, 80, 20)
	if len(lines) < 2 || width(lines[1]) > 80 || !strings.HasPrefix(lines[1], "…") || !strings.Contains(lines[1], "-name.md:12:3:") {
		t.Errorf("the message is %q", lines)
	}
}

func TestTextFitsTheTerminal(t *testing.T) {
	for text, want := range map[string]int{"abc": 3, "\x1b[1;31mabc\x1b[0m": 3, "漢字": 4, "é": 1, "e\u0301": 1, "\t": 8, "…": 1, "": 0} {
		if got := width(text); got != want {
			t.Errorf("width of %q is %d, want %d", text, got, want)
		}
	}
	wide := diag.Located{Line: 1, Excerpt: strings.Repeat("漢", 60) + "[[x]]" + strings.Repeat("字", 60), CaretAt: 62, CaretLen: 1}
	for _, columns := range []int{20, 71, 111} {
		m := narrow(wide, columns)
		if width(m.Excerpt) > columns || string([]rune(m.Excerpt)[m.CaretAt]) != "x" {
			t.Errorf("%d columns: %q, caret at %d", columns, m.Excerpt, m.CaretAt)
		}
	}
}

func TestHowManyFilesChangedIsSaidInEveryWidth(t *testing.T) {
	root, err := filepath.EvalSymlinks(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	job := builder.Job{Root: root, Content: root}
	var changed []string
	for i := range preview.ManyFiles {
		changed = append(changed, filepath.Join(root, "beta-reports", fmt.Sprintf("%03d.md", i)))
	}
	for columns, want := range map[int]string{
		90: "beta-reports/000.md, beta-reports/001.md, beta-reports/002.md and 297 more",
		60: "beta-reports/000.md, beta-reports/001.md and 298 more",
		34: "beta-reports/000.md and 299 more",
		24: "beta-repor… and 299 more",
	} {
		got := changedFiles(job, changed[:300])(columns)
		if got != want || width(got) > columns {
			t.Errorf("in %d columns: %s, want %s", columns, got, want)
		}
	}
	want := "beta-reports/000.md, beta-reports/001.md, beta-reports/002.md and at least 997 more"
	if got := changedFiles(job, changed)(90); got != want {
		t.Errorf("of very many: %s, want %s", got, want)
	}
	if got := changedFiles(job, changed[:1])(12); width(got) > 12 {
		t.Errorf("one file in 12 columns: %s", got)
	}
}
