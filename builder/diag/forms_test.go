package diag

import (
	"bytes"
	"encoding/json"
	"encoding/xml"
	"io"
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"
)

const page = "# Rota\n\nSee [the rota, 100%: \"now\"](b.md), ::error:: and 文書 b\n"

// sample has messages about a place, a file, the site, several lines, hostile names, and one with notes.
func sample() []Located {
	list := List{
		{Severity: Warning, Rule: NoOwner, Text: "no page names an owner", Help: "name one"},
		at("content/a.md", page, "b.md"),
		{Place: Place{File: "content/a.md", Start: 0, End: len(page)}, Severity: Error, Rule: SameAddress, Text: "100% the same,\nas: this", Help: "rename one",
			Notes: []Note{{Place{File: "content/b c.md", Start: 2, End: 3}, "the other one"}, {Text: "and 3 more"}}},
		{Place: Place{File: "content/x,y:z%.md"}, Severity: Error, Rule: UnreadableFile, Text: "<b>\x1b[31m & ]]> \x00", Help: "look"},
	}
	list.Sort()
	return Locate(list, read(map[string]string{"content/a.md": page, "content/b c.md": "# B"}))
}

func write(t *testing.T, f func(w io.Writer) error) string {
	t.Helper()
	var b bytes.Buffer
	if err := f(&b); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func TestGitHubEscapesWhatWouldEndACommand(t *testing.T) {
	got := write(t, func(w io.Writer) error { return GitHub(w, sample(), func(f string) string { return "docs/" + f }) })
	want := `::warning title=no-owner::no page names an owner%0Ahelp: name one
::error file=docs/content/a.md,line=1,endLine=4,title=same-address::100%25 the same,%EF%BF%BDas: this%0Anote: docs/content/b c.md:1: the other one%0Anote: and 3 more%0Ahelp: rename one
::warning file=docs/content/a.md,line=3,col=29,endColumn=33,title=broken-link::no page "b"%0Ahelp: write c
::error file=docs/content/x%2Cy%3Az%25.md,title=unreadable-file::<b>�[31m & ]]> �%0Ahelp: look
`
	want = strings.ReplaceAll(want, "%EF%BF%BD", "�")
	if got != want {
		t.Errorf("got\n%swant\n%s", got, want)
	}
	for line := range strings.Lines(got) {
		if !strings.HasPrefix(line, "::error ") && !strings.HasPrefix(line, "::warning ") {
			t.Errorf("a line that is no command: %q", line)
		}
	}
}

func TestSARIFFitsThePublishedSchema(t *testing.T) {
	published, err := os.ReadFile("testdata/sarif-schema-2.1.0.json")
	if err != nil {
		t.Fatal(err)
	}
	doc, err := jsonschema.UnmarshalJSON(bytes.NewReader(published))
	if err != nil {
		t.Fatal(err)
	}
	c := jsonschema.NewCompiler()
	c.AssertFormat()
	if err := c.AddResource("sarif.json", doc); err != nil {
		t.Fatal(err)
	}
	schema, err := c.Compile("sarif.json")
	if err != nil {
		t.Fatal(err)
	}
	for name, list := range map[string][]Located{"messages": sample(), "none": nil} {
		out := write(t, func(w io.Writer) error { return SARIF(w, list, nil, "0.1.0") })
		log, err := jsonschema.UnmarshalJSON(strings.NewReader(out))
		if err != nil {
			t.Fatal(err)
		}
		if err := schema.Validate(log); err != nil {
			t.Errorf("%s: %v\n%s", name, err, out)
		}
	}
	if schema.Validate(map[string]any{"version": "2.1.0", "runs": []any{map[string]any{}}}) == nil {
		t.Error("the schema takes everything")
	}
}

func TestSARIFPointsAtCharactersAndRules(t *testing.T) {
	var log struct {
		Runs []struct {
			Tool struct {
				Driver struct {
					Rules []struct {
						ID   string
						Help struct{ Text, Markdown string }
					}
				}
			}
			Results []struct {
				RuleID    string
				RuleIndex int
				Level     string
				Locations []struct {
					PhysicalLocation struct {
						ArtifactLocation struct{ URI, URIBaseID string }
						Region           *struct {
							StartLine, StartColumn, EndLine, EndColumn int
							Snippet                                    struct{ Text string }
						}
					}
				}
				RelatedLocations []any
			}
		}
	}
	wide := at("content/a.md", page, "文書")
	list := append(sample(), Locate(List{wide}, read(map[string]string{"content/a.md": page}))...)
	out := write(t, func(w io.Writer) error { return SARIF(w, list, nil, "0.1.0") })
	if err := json.Unmarshal([]byte(out), &log); err != nil {
		t.Fatal(err)
	}
	run := log.Runs[0]
	for i, r := range run.Results {
		if rule := run.Tool.Driver.Rules[r.RuleIndex]; rule.ID != r.RuleID || rule.Help.Text == "" {
			t.Errorf("result %d is of rule %s, and its index of %q", i, r.RuleID, rule.ID)
		}
	}
	if got := run.Results[3].Locations[0].PhysicalLocation.ArtifactLocation; got.URI != "content/x,y:z%25.md" || got.URIBaseID != "%SRCROOT%" {
		t.Errorf("a hostile name is %+v", got)
	}
	if len(run.Results[1].RelatedLocations) != 2 {
		t.Error("the notes are not there")
	}
	r := run.Results[4].Locations[0].PhysicalLocation.Region
	if r.StartLine != 3 || r.EndColumn-r.StartColumn != 2 || r.Snippet.Text != "文書" {
		t.Errorf("two characters of three bytes each are %+v", r)
	}
}

func TestJUnitCountsWhatItHolds(t *testing.T) {
	type testCase struct {
		Name      string `xml:"name,attr"`
		ClassName string `xml:"classname,attr"`
		Failure   *struct {
			Message string `xml:"message,attr"`
			Text    string `xml:",chardata"`
		} `xml:"failure"`
		Out string `xml:"system-out"`
	}
	var suites struct {
		Tests    int `xml:"tests,attr"`
		Failures int `xml:"failures,attr"`
		Suites   []struct {
			Name     string     `xml:"name,attr"`
			Tests    int        `xml:"tests,attr"`
			Failures int        `xml:"failures,attr"`
			Cases    []testCase `xml:"testcase"`
		} `xml:"testsuite"`
	}
	for failOn, want := range map[Severity]int{Error: 2, Warning: 4} {
		out := write(t, func(w io.Writer) error { return JUnit(w, sample(), nil, failOn) })
		suites.Suites = nil
		dec := xml.NewDecoder(strings.NewReader(out))
		dec.Strict = true
		if err := dec.Decode(&suites); err != nil {
			t.Fatal(err, out)
		}
		tests, failures := 0, 0
		for _, s := range suites.Suites {
			n := 0
			for _, c := range s.Cases {
				if c.Name == "" || c.ClassName == "" || c.Failure == nil && c.Out == "" || c.Failure != nil && !strings.Contains(c.Failure.Text, "help: ") {
					t.Errorf("a test case says nothing: %+v", c)
				}
				if c.Failure != nil {
					n++
				}
			}
			if s.Tests != len(s.Cases) || s.Failures != n {
				t.Errorf("%s counts %d tests and %d failures, and has %d and %d", s.Name, s.Tests, s.Failures, len(s.Cases), n)
			}
			tests, failures = tests+s.Tests, failures+n
		}
		if suites.Tests != tests || tests != 4 || suites.Failures != failures || failures != want {
			t.Errorf("fail on %s: %d tests and %d failures, want 4 and %d", failOn, tests, failures, want)
		}
	}
	out := write(t, func(w io.Writer) error { return JUnit(w, nil, nil, Error) })
	if !strings.Contains(out, `tests="1" failures="0"`) {
		t.Errorf("without a problem one test passes, but there is\n%s", out)
	}
}

func TestGitLabHasAPathALineAndANameForEach(t *testing.T) {
	var issues []struct {
		Description, Fingerprint, Severity string
		CheckName                          string `json:"check_name"`
		Location                           struct {
			Path  string
			Lines struct{ Begin int }
		}
	}
	out := write(t, func(w io.Writer) error { return GitLab(w, sample(), nil) })
	if err := json.Unmarshal([]byte(out), &issues); err != nil {
		t.Fatal(err)
	}
	prints := map[string]bool{}
	for _, i := range issues {
		prints[i.Fingerprint] = true
		if i.Description == "" || i.CheckName == "" || i.Location.Path == "" || i.Location.Lines.Begin < 1 ||
			!slices.Contains([]string{"info", "minor", "major", "critical", "blocker"}, i.Severity) {
			t.Errorf("GitLab would leave out %+v", i)
		}
	}
	if len(issues) != 4 || len(prints) != 4 {
		t.Errorf("%d issues with %d fingerprints", len(issues), len(prints))
	}
	if out := write(t, func(w io.Writer) error { return GitLab(w, nil, nil) }); out != "[]\n" {
		t.Errorf("no problems are %q, want an empty list", out)
	}
}

func TestFingerprintsStayWhenLinesMove(t *testing.T) {
	locate := func(text string) []Located {
		list := List{at("content/a.md", text, "b.md")}
		again := list[0]
		again.Start, again.End = strings.LastIndex(text, "b.md"), len(text)
		return Locate(append(list, again), read(map[string]string{"content/a.md": text}))
	}
	before, after := Fingerprints(locate("[b](b.md) [b](b.md)")), Fingerprints(locate("A line more.\n\n[b](b.md)\n\n[b](b.md)"))
	if !slices.Equal(before, after) {
		t.Errorf("%v became %v", before, after)
	}
	if before[0] == before[1] {
		t.Error("two problems have one fingerprint")
	}
}

func TestABaselineKnowsProblemsThatMove(t *testing.T) {
	broken := func(file string, texts ...string) []Located {
		var list []Located
		for i, text := range texts {
			list = append(list, Located{Message: Message{Place: Place{File: file, Start: i, End: i + 1}, Rule: BrokenLink, Text: text}, Line: i + 1})
		}
		return list
	}
	old := append(broken("content/a.md", `no page "x"`, `no page "x"`, `no page "y"`), broken("content/ops/b.md", `no page "../z.md"`)...)
	var file bytes.Buffer
	if err := WriteBaseline(&file, old); err != nil {
		t.Fatal(err)
	}
	baseline, err := ReadBaseline(file.Bytes())
	if err != nil || len(baseline) != 4 {
		t.Fatal(baseline, err)
	}
	exists := func(there ...string) func(string) bool {
		return func(file string) bool { return slices.Contains(there, file) }
	}
	for _, c := range []struct {
		name         string
		now          []Located
		there        []string
		fresh, fixed int
	}{
		{"all as it was", old, []string{"content/a.md", "content/ops/b.md"}, 0, 0},
		{"one more of the same", append(broken("content/a.md", `no page "x"`, `no page "x"`, `no page "x"`, `no page "y"`), old[3]), []string{"content/a.md", "content/ops/b.md"}, 1, 0},
		{"one mended", append(broken("content/a.md", `no page "x"`, `no page "x"`), old[3]), []string{"content/a.md", "content/ops/b.md"}, 0, 1},
		{"renamed", append(slices.Clone(old[:3]), broken("content/ops/deep/c.md", `no page "../../z.md"`)...), []string{"content/a.md", "content/ops/deep/c.md"}, 0, 0},
		{"the same in a further file", append(slices.Clone(old), broken("content/c.md", `no page "x"`)...), []string{"content/a.md", "content/ops/b.md", "content/c.md"}, 1, 0},
	} {
		fresh, fixed := Compare(baseline, c.now, exists(c.there...))
		if len(fresh) != c.fresh || len(fixed) != c.fixed {
			t.Errorf("%s: new %v, mended %v; want %s and %s", c.name, fresh, fixed, strconv.Itoa(c.fresh), strconv.Itoa(c.fixed))
		}
	}
	if _, err := ReadBaseline([]byte("{\"rule\":\"broken-link\"}\n<<<<<<< HEAD\n")); err == nil || !strings.Contains(err.Error(), "line 2") {
		t.Errorf("a conflict mark is %v", err)
	}
}
