package diag

import (
	"bytes"
	"cmp"
	"fmt"
	"io"
	"strings"
	"testing"
)

var (
	inCase = Group{Text: "links differ from the file's name in letter case", Help: "run `handbook fix`"}
	nobody = Group{Text: "{n} pages have no owner", Help: "begin with one", Whole: true}
)

// told are messages in files of one line for each of them, summed up.
func told(t *testing.T, write func(l *List)) []Located {
	t.Helper()
	var list List
	write(&list)
	list.Sort()
	return Sum(Locate(list, func(string) ([]byte, error) { return []byte(strings.Repeat("[x](Y.md)\n", 20)), nil }))
}

// link is a message about a line of a file.
func link(l *List, file string, line int) {
	at := 10*(line-1) + 4
	l.AddTo(inCase, BrokenLink, Place{File: file, Start: at, End: at + 4}, `"Y.md" is y.md`, "write y.md")
}

func printed(t *testing.T, s Style, list []Located) string {
	t.Helper()
	return write(t, func(w io.Writer) error { return s.Text(w, list) })
}

func TestMessagesOfAGroupAreOneMessage(t *testing.T) {
	list := told(t, func(l *List) {
		for line := range 4 {
			link(l, "content/b.md", line+1)
		}
		link(l, "content/a.md", 3)
		l.Add(BrokenLink, Place{File: "content/a.md", Start: 0, End: 1}, "another", "mend it")
		l.AddTo(nobody, NoOwner, Place{File: "content/b.md"}, "nobody answers for b", "name one")
		l.AddTo(nobody, NoOwner, Place{File: "content/c.md"}, "nobody answers for c", "name one")
	})
	want := `warning: 2 pages have no owner [no-owner]
      help: begin with one

content/a.md:1:1: warning: another [broken-link]
    1 │ [x](Y.md)
      │ ^
      help: mend it

content/a.md:3:5: warning: 5 links differ from the file's name in letter case, in 2 files [broken-link]
    3 │ [x](Y.md)
      │     ^~~~
      note: content/b.md:1:5: "Y.md" is y.md
      note: content/b.md:2:5: "Y.md" is y.md
      note: content/b.md:3:5: "Y.md" is y.md
      note: and 1 more
      help: run ` + "`handbook fix`" + `

`
	if got := printed(t, Style{Brief: true}, list); got != want {
		t.Errorf("got\n%swant\n%s", got, want)
	}
	if all := printed(t, Style{}, list); !strings.Contains(all, "content/b.md:4:5") || strings.Contains(all, "and 1 more") {
		t.Errorf("not all places are told:\n%s", all)
	}
	if got := Summary(list); got != "3 warnings in 3 files" {
		t.Error(got)
	}
	if again := printed(t, Style{}, Sum(append(list[:1:1], list[1:]...))); again != printed(t, Style{}, list) {
		t.Error("summing up a second time gives another list")
	}
}

func TestAMessageAloneWithItsGroupIsToldAsItIs(t *testing.T) {
	list := told(t, func(l *List) { link(l, "content/a.md", 2) })
	if got := printed(t, Style{}, list); !strings.HasPrefix(got, `content/a.md:2:5: warning: "Y.md" is y.md [broken-link]`) || !strings.Contains(got, "write y.md") {
		t.Error(got)
	}
}

// What one path takes as an error and another as a warning is not one thing.
func TestAGroupIsOfOneSeverity(t *testing.T) {
	list := told(t, func(l *List) {
		for line := range 4 {
			link(l, "content/a.md", line+1)
			if line < 2 {
				(*l)[line].Severity = Error
			}
		}
	})
	if got := Summary(list); got != "1 error and 1 warning in 1 file" {
		t.Error(got)
	}
}

// A part of the handbook has a part of the group.
func TestOnlyTakesGroupsApart(t *testing.T) {
	list := told(t, func(l *List) {
		link(l, "content/a.md", 1)
		link(l, "content/b.md", 1)
		link(l, "content/b.md", 2)
	})
	list = Only(list, func(m Located) bool { return m.File == "content/b.md" })
	if len(list) != 1 || list[0].Text != "2 links differ from the file's name in letter case, in 1 file" || list[0].File != "content/b.md" {
		t.Errorf("%+v", list)
	}
}

func TestTheNameOfAGroupStaysWhenItsCountChanges(t *testing.T) {
	prints := map[string]bool{}
	for n := 1; n < 6; n++ {
		list := told(t, func(l *List) {
			for i := range n {
				link(l, fmt.Sprintf("content/%c.md", 'z'-i), 1)
			}
		})
		for _, print := range Fingerprints(list) {
			prints[print] = true
		}
	}
	if len(prints) != 1 {
		t.Errorf("%d names", len(prints))
	}
}

// A baseline holds each of a group: one more is new, and told by itself; one fewer is mended.
func TestABaselineKnowsEachOfAGroup(t *testing.T) {
	list := func(lines ...int) []Located {
		return told(t, func(l *List) {
			for _, line := range lines {
				link(l, fmt.Sprintf("content/%d.md", line), line)
			}
		})
	}
	var file bytes.Buffer
	if err := WriteBaseline(&file, list(1, 2, 3)); err != nil {
		t.Fatal(err)
	}
	known, err := ReadBaseline(file.Bytes())
	if err != nil || len(known) != 3 {
		t.Fatal(known, err)
	}
	there := func(string) bool { return true }
	if fresh, fixed := Compare(known, list(1, 3), there); len(fresh) != 0 || len(fixed) != 1 || fixed[0].File != "content/2.md" {
		t.Error(fresh, fixed)
	}
	if fresh, _ := Compare(known, list(1, 2, 3, 4), there); len(fresh) != 1 || fresh[0].Text != `"Y.md" is y.md` || fresh[0].File != "content/4.md" {
		t.Error(fresh)
	}
	if fresh, _ := Compare(known, list(1, 2, 3, 4, 5), there); len(fresh) != 1 || !strings.HasPrefix(fresh[0].Text, "2 links") {
		t.Error(fresh)
	}
}

func TestFormsForMachinesHaveThePlacesOfAGroup(t *testing.T) {
	list := told(t, func(l *List) {
		for line := range 8 {
			link(l, "content/a.md", line+1)
		}
	})
	same := func(file string) string { return file }
	for form, c := range map[string]struct {
		write func(w io.Writer) error
		has   string
	}{
		"json":   {func(w io.Writer) error { return JSON(w, list, same) }, `"line":8`},
		"sarif":  {func(w io.Writer) error { return SARIF(w, list, same, "") }, `"startLine": 8`},
		"junit":  {func(w io.Writer) error { return JUnit(w, list, same, Error) }, "content/a.md:8:5"},
		"github": {func(w io.Writer) error { return GitHub(w, list, same) }, "and 4 more"},
		"gitlab": {func(w io.Writer) error { return GitLab(w, list, same) }, "8 links differ"},
	} {
		if got := write(t, c.write); !strings.Contains(got, c.has) {
			t.Errorf("%s lacks %s:\n%s", form, c.has, got)
		}
	}
}

// GitHub shows ten annotations of one severity and drops the others, so the first says what there is.
func TestGitHubIsToldHowManyThereAre(t *testing.T) {
	list := func(n int) []Located {
		return told(t, func(l *List) {
			for i := range n {
				l.Add(BrokenLink, Place{File: fmt.Sprintf("content/%02d.md", i)}, "no page", "write it")
			}
			l.Add(InvalidFrontmatter, Place{File: "content/z.md"}, "not closed", "close it")
		})
	}
	first, rest, _ := strings.Cut(write(t, func(w io.Writer) error { return GitHub(w, list(31), nil) }), "\n")
	if !strings.HasPrefix(first, "::warning title=handbook%3A 31 warnings::31 × broken-link%0Ahelp: ") || strings.Count(rest, "::warning ") != 31 || strings.Count(rest, "::error ") != 1 {
		t.Errorf("%s\n%s", first, rest)
	}
	if got := write(t, func(w io.Writer) error { return GitHub(w, list(10), nil) }); strings.Count(got, "\n") != 11 {
		t.Errorf("ten are shown, and need no sum:\n%s", got)
	}
}

// Sentences name the folder of pages as the reader calls it; what an author wrote stays.
func TestSentencesNameTheFolderAsItIsCalled(t *testing.T) {
	docs := func(file string) string { return "docs" + strings.TrimPrefix(file, "content") }
	for text, want := range map[string]string{
		"write the page content/a.md, or take out the link":    "write the page docs/a.md, or take out the link",
		`no page "content/a.md"`:                               `no page "content/a.md"`,
		"run `handbook mv content/a.md content/b.md`":          "run `handbook mv docs/a.md docs/b.md`",
		"content/a.md and my-content/b.md, see [x](content/c)": "docs/a.md and my-content/b.md, see [x](docs/c)",
	} {
		if got := Sentence(docs, text); got != want {
			t.Errorf("%q becomes %q, want %q", text, got, want)
		}
	}
	here := func(file string) string { return strings.TrimPrefix(strings.TrimPrefix(file, "content"), "/") }
	if got := Sentence(func(f string) string { return cmp.Or(here(f), ".") }, "write content/a.md"); got != "write a.md" {
		t.Error(got)
	}
}
