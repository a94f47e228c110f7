package diag

import (
	_ "embed"
	"fmt"
	"strings"
	"sync"
)

//go:embed rules.md
var explanations string

// Explanation is the page of a rule in the manual, in Markdown without the headings.
type Explanation struct {
	Why, Wrong, Right, Silence string
}

// Explain returns why there is the rule, what is wrong, what is right, and how not to hear of it.
func (r Rule) Explain() Explanation {
	return explained()[r]
}

// explained is read once: rules.md is part of the program.
var explained = sync.OnceValue(func() map[Rule]Explanation {
	all := map[Rule]Explanation{}
	for part := range strings.SplitSeq("\n"+strings.TrimSpace(explanations), "\n# ") {
		name, text, _ := strings.Cut(part, "\n")
		if name == "" {
			continue
		}
		rule := Rule(name)
		e := Explanation{Silence: rule.silence()}
		why, rest, _ := strings.Cut(text, "\n## Wrong\n")
		wrong, rest, _ := strings.Cut(rest, "\n## Right\n")
		right, silence, own := strings.Cut(rest, "\n## Silence\n")
		e.Why, e.Wrong, e.Right = strings.TrimSpace(why), strings.TrimSpace(wrong), strings.TrimSpace(right)
		if own {
			e.Silence = strings.TrimSpace(silence)
		}
		all[rule] = e
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
	e := d.Rule.Explain()
	return fmt.Sprintf("## Why\n\n%s\n\n## Wrong\n\n%s\n\n## Right\n\n%s\n\n## How to silence it\n\n%s\n", e.Why, e.Wrong, e.Right, e.Silence)
}

// help is what a tool shows of a rule beside a message, as plain text and as Markdown.
func (d Doc) help() (plain, markdown string) {
	return d.Sentence + " " + strings.Join(strings.Fields(d.Rule.Explain().Why), " "), d.Sentence + "\n\n" + d.Markdown()
}
