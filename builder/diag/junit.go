package diag

import (
	"cmp"
	"encoding/xml"
	"fmt"
	"io"
	"strings"
)

// JUnit writes one test suite for each file that has messages and one test case for each message. Those that are at
// least as bad as failOn have failed; the others passed and say what they have to in their output. Without any message
// there is one test case that passed.
func JUnit(w io.Writer, list []Located, reach func(file string) string, failOn Severity) error {
	type failure struct {
		Message string `xml:"message,attr"`
		Type    string `xml:"type,attr"`
		Text    string `xml:",cdata"`
	}
	type output struct {
		Text string `xml:",cdata"`
	}
	type testCase struct {
		Name      string   `xml:"name,attr"`
		ClassName string   `xml:"classname,attr"`
		File      string   `xml:"file,attr,omitempty"`
		Line      int      `xml:"line,attr,omitempty"`
		Time      string   `xml:"time,attr"`
		Failure   *failure `xml:"failure"`
		Out       *output  `xml:"system-out"`
	}
	type suite struct {
		Name     string     `xml:"name,attr"`
		Tests    int        `xml:"tests,attr"`
		Failures int        `xml:"failures,attr"`
		Errors   int        `xml:"errors,attr"`
		Skipped  int        `xml:"skipped,attr"`
		Time     string     `xml:"time,attr"`
		Cases    []testCase `xml:"testcase"`
	}
	type suites struct {
		XMLName  xml.Name `xml:"testsuites"`
		Name     string   `xml:"name,attr"`
		Tests    int      `xml:"tests,attr"`
		Failures int      `xml:"failures,attr"`
		Errors   int      `xml:"errors,attr"`
		Time     string   `xml:"time,attr"`
		Suites   []suite  `xml:"testsuite"`
	}
	all := suites{Name: "handbook check", Time: "0"}
	for _, m := range list {
		file := cmp.Or(reached(reach, m.File), "the whole site")
		if n := len(all.Suites); n == 0 || all.Suites[n-1].Name != file {
			all.Suites = append(all.Suites, suite{Name: file, Time: "0"})
		}
		s := &all.Suites[len(all.Suites)-1]
		at := ""
		if m.Line > 0 {
			at = fmt.Sprintf("%d:%d ", m.Line, m.Column)
		}
		c := testCase{Name: at + string(m.Rule) + ": " + clean(Sentence(reach, m.Text)), ClassName: file, File: reached(reach, m.File),
			Line: m.Line, Time: "0"}
		var text strings.Builder
		Style{Reach: reach}.message(&text, m)
		if m.Severity <= failOn {
			c.Failure = &failure{clean(Sentence(reach, m.Text)), m.Severity.String(), "\n" + text.String()}
			s.Failures++
			all.Failures++
		} else {
			c.Out = &output{"\n" + text.String()}
		}
		s.Tests++
		all.Tests++
		s.Cases = append(s.Cases, c)
	}
	if len(list) == 0 {
		all.Tests = 1
		all.Suites = []suite{{Name: "handbook", Tests: 1, Time: "0", Cases: []testCase{{Name: "no problems", ClassName: "handbook", Time: "0"}}}}
	}
	if _, err := io.WriteString(w, xml.Header); err != nil {
		return err
	}
	enc := xml.NewEncoder(w)
	enc.Indent("", "  ")
	if err := enc.Encode(all); err != nil {
		return err
	}
	_, err := io.WriteString(w, "\n")
	return err
}
