package diag

import (
	"fmt"
	"io"
	"strings"
)

// annotations is how many annotations of one severity GitHub shows of a step; it drops the others without a word.
const annotations = 10

func of(list []Located, severity Severity) (n int) {
	for _, m := range list {
		if m.Severity == severity {
			n++
		}
	}
	return n
}

// GitHub writes workflow commands, which GitHub Actions shows as annotations on the lines of a change. Where there are more
// than it shows, the
// first says how many there are of each rule. reach turns the
// name of a file into its path from the repository's top folder.
func GitHub(w io.Writer, list []Located, reach func(file string) string) error {
	data := strings.NewReplacer("%", "%25", "\r", "%0D", "\n", "%0A")
	property := strings.NewReplacer("%", "%25", "\r", "%0D", "\n", "%0A", ":", "%3A", ",", "%2C")
	var b strings.Builder
	for _, severity := range []Severity{Error, Warning} {
		if most := of(list, severity); most > annotations {
			var sums []string
			for _, t := range Tallies(list) {
				if t.Severity == severity {
					sums = append(sums, fmt.Sprintf("%d × %s", t.Places, t.Rule))
				}
			}
			fmt.Fprintf(&b, "::%s title=%s::%s%%0Ahelp: GitHub shows ten of them here; the log of this step holds all\n", severity,
				property.Replace("handbook: "+Count(most, severity.String())), strings.Join(sums, "%0A"))
		}
	}
	for _, m := range list {
		b.WriteString("::" + m.Severity.String() + " ")
		if m.File != "" {
			b.WriteString("file=" + property.Replace(reached(reach, m.File)) + ",")
		}
		if m.Line > 0 {
			fmt.Fprintf(&b, "line=%d,", m.Line)
			if m.EndLine == m.Line { // a column means nothing to GitHub where the lines differ
				fmt.Fprintf(&b, "col=%d,endColumn=%d,", m.Column, max(m.EndColumn, m.Column))
			} else {
				fmt.Fprintf(&b, "endLine=%d,", m.EndLine)
			}
		}
		text := clean(Sentence(reach, m.Text))
		for _, n := range m.Beside(somePlaces) {
			text += "\nnote: " + strings.TrimPrefix(placeText(reached(reach, n.File), n.Line)+": "+clean(Sentence(reach, n.Text)), ": ")
		}
		fmt.Fprintf(&b, "title=%s::%s\n", property.Replace(string(m.Rule)), data.Replace(text+"\nhelp: "+clean(Sentence(reach, m.Help))))
	}
	_, err := io.WriteString(w, b.String())
	return err
}

// reached is a file's path as reach has it; "" for the site as a whole.
func reached(reach func(file string) string, file string) string {
	if file == "" || reach == nil {
		return file
	}
	return reach(file)
}

// placeText is a file and a line as people write them.
func placeText(file string, line int) string {
	if line == 0 || file == "" {
		return clean(file)
	}
	return fmt.Sprintf("%s:%d", clean(file), line)
}
