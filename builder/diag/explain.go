package diag

import (
	_ "embed"
	"fmt"
	"slices"
	"strings"
	"sync"
)

//go:embed rules.md
var explanations string

// Doc is what handbook knows of a rule. The last four are Markdown without headings.
type Doc struct {
	Rule     Rule
	Default  Severity
	Sentence string // what it means for the author

	Why, Wrong, Right string
	Silence           string // how not to hear of it
}

// Rules lists every rule in the order of the manual.
func Rules() []Doc { return slices.Clone(explained().list) }

// Known returns what is known of a rule by its name.
func Known(name string) (Doc, bool) {
	d, ok := explained().by[Rule(name)]
	return d, ok
}

// Severity is the rule's default severity; Error for one that nobody knows.
func (r Rule) Severity() Severity { return explained().by[r].Default }

type docs struct {
	list []Doc
	by   map[Rule]Doc
}

// explained is read once: rules.md is part of the program.
var explained = sync.OnceValue(func() docs {
	all := docs{by: map[Rule]Doc{}}
	for part := range strings.SplitSeq("\n"+strings.TrimSpace(explanations), "\n# ") {
		if part == "" {
			continue
		}
		head, rest, _ := strings.Cut(part, "\n")
		name, severity, _ := strings.Cut(head, ": ")
		d := Doc{Rule: Rule(name), Default: map[string]Severity{"warning": Warning, "off": Off}[severity]}
		d.Sentence, rest, _ = strings.Cut(rest, "\n")
		d.Why, rest, _ = strings.Cut(rest, "\n## Wrong\n")
		d.Wrong, rest, _ = strings.Cut(rest, "\n## Right\n")
		d.Right, d.Silence, _ = strings.Cut(rest, "\n## Silence\n")
		for _, s := range []*string{&d.Why, &d.Wrong, &d.Right, &d.Silence} {
			*s = strings.TrimSpace(*s)
		}
		if d.Silence == "" {
			d.Silence = d.Rule.silence()
		}
		all.list = append(all.list, d)
		all.by[d.Rule] = d
	}
	return all
})

// silence is how to silence a rule whose messages stand in pages.
func (r Rule) silence() string {
	return fmt.Sprintf("Once, on the line before, with the reason:\n\n```markdown\n<!-- handbook-ignore %s: why it may stay -->\n```\n\n"+
		"In `handbook.yaml`, for some files or for all:\n\n```yaml\nrules:\n  %s:\n    \"archive/**\": off\n```", r, r)
}

// Markdown is the rule's page in the manual, from its first heading on.
func (d Doc) Markdown() string {
	return fmt.Sprintf("## Why\n\n%s\n\n## Wrong\n\n%s\n\n## Right\n\n%s\n\n## How to silence it\n\n%s\n", d.Why, d.Wrong, d.Right, d.Silence)
}

// help is what a tool shows of a rule beside a message, as plain text and as Markdown.
func (d Doc) help() (plain, markdown string) {
	return d.Sentence + " " + strings.Join(strings.Fields(d.Why), " "), d.Sentence + "\n\n" + d.Markdown()
}
