package main

import (
	"fmt"
	"strings"
	"testing"

	"handbook/builder"
	"handbook/builder/diag"
)

// many are so many warnings of two rules, and an error in the last file.
func many(n int) []diag.Located {
	var list []diag.Located
	for i := range n {
		m := missing(i+1, fmt.Sprintf("x%d", i))
		if i%3 == 2 {
			m.Rule, m.Text, m.Help = diag.NoAltText, "the picture has no alternative text", "say what it shows"
		}
		list = append(list, m)
	}
	return append(list, unclosed())
}

func onTerminal(t *testing.T, columns int, color bool, messages []diag.Located, all bool) string {
	t.Helper()
	var b strings.Builder
	p := printer{diag.Style{Color: color, Reach: reach(builder.Job{Root: ".", Content: "docs"}), Brief: columns > 0 && !all}, columns}
	if err := p.print(&b, messages); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

// Of many messages a terminal shows what they are, the error first, and twenty of them.
func TestATerminalShowsWhatManyMessagesAre(t *testing.T) {
	list := many(60)
	list[0].Members = []diag.Located{list[0], list[0], list[0]}
	got := onTerminal(t, 80, false, list, false)
	table, rest, _ := strings.Cut(got, "\n\n")
	want := `places  rule                 first place    next step there
     1  invalid-frontmatter  docs/b.md:2:8  end the value with "
    42  broken-link          docs/a.md:1:7  take out the link
    20  no-alt-text          docs/a.md:3:7  say what it shows`
	if table != want {
		t.Errorf("the table is\n%s\nwant\n%s", table, want)
	}
	if n := strings.Count(rest, "help:"); n != firstShown || !strings.HasPrefix(rest, "docs/b.md:2:8: error:") {
		t.Errorf("%d messages are shown, want %d, the error first:\n%s", n, firstShown, rest)
	}
	if !strings.HasSuffix(rest, "… and 41 more: `handbook check --all` prints them\n\n") {
		t.Errorf("what is left out is not counted:\n%s", rest[max(0, len(rest)-200):])
	}
	if got := onTerminal(t, 80, false, list, true); strings.Contains(got, "places  rule") || strings.Count(got, "help:") != 61 {
		t.Errorf("with --all not all are shown")
	}
	if got := onTerminal(t, 0, false, list, false); strings.Contains(got, "places  rule") || strings.Count(got, "help:") != 61 {
		t.Errorf("a file does not hold all")
	}
	if got := onTerminal(t, 80, false, many(19), false); strings.Contains(got, "places  rule") || strings.Count(got, "help:") != 20 {
		t.Errorf("twenty need no table")
	}
}

func TestTheTableFitsTheTerminal(t *testing.T) {
	list := many(30)
	for i := range list {
		list[i].File = "content/" + strings.Repeat("a-long-folder/", 9) + fmt.Sprint(i) + ".md"
		list[i].Help = strings.Repeat("do this and that 漢字 ", 20)
	}
	for _, columns := range []int{50, 80, 140} {
		for _, color := range []bool{false, true} {
			table, _, _ := strings.Cut(onTerminal(t, columns, color, list, false), "\n\n")
			for line := range strings.Lines(table) {
				if w := width(strings.TrimSuffix(line, "\n")); w > columns {
					t.Errorf("%d columns: a line takes %d: %q", columns, w, line)
				}
			}
			if strings.Contains(table, "\x1b[") != color {
				t.Errorf("colour %t: %q", color, table)
			}
			if !strings.Contains(table, ".md:1:7") {
				t.Errorf("%d columns: the end of the path and the line are cut:\n%s", columns, table)
			}
		}
	}
}

// At the start of a preview many old warnings are summed up; what comes up while somebody writes stands above them.
func TestAPreviewSumsUpWhatWasThereAtTheStart(t *testing.T) {
	term := &screen{t: t, columns: 80}
	s := &status{out: term, size: func() (int, int) { return term.columns, 30 }, job: builder.Job{Root: ".", Content: "content"}, now: atNoon}
	built := reports(s)
	old := many(60)[:60]
	built("", old...)
	term.shows("the first build", `
12:00:00 10 pages in 1 ms, 60 warnings: no page "x0"

places  rule         first place       next step there
    40  broken-link  content/a.md:1:7  take out the link
    20  no-alt-text  content/a.md:3:7  say what it shows
`+"`handbook check --all`"+` prints all of them
`)
	built("b.md", append(old, missing(99, "new"))...)
	term.shows("a new message", `
12:00:00 10 pages in 1 ms, 60 warnings: no page "x0"
12:00:00 b.md: 2 of 10 pages in 2 ms, 61 warnings: no page "new"

content/a.md:99:7: warning: no page "new" [broken-link]
   99 │ See [[new]].
      │       ^~~
      help: take out the link

places  rule         first place       next step there
    40  broken-link  content/a.md:1:7  take out the link
    20  no-alt-text  content/a.md:3:7  say what it shows
`+"`handbook check --all`"+` prints all of them
`)
}
