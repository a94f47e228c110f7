package diag

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

var update = flag.Bool("update", false, "write the rules' pages of the manual")

const pagesOfRules = "../../content/manual/rules"

// pageOf is the manual's page of a rule.
func pageOf(d Doc) string {
	return fmt.Sprintf("---\ntitle: %s\ndescription: %q\nreviewed: 2026-11-22\nreviewed_by: owen-pryce\n---\n\n%s\n\n%s", d.Rule, d.Sentence, severityLine(d), d.Markdown())
}

func severityLine(d Doc) string {
	if d.Default == Off {
		return "Default: off. Switch it on with `rules: {" + string(d.Rule) + ": warning}` in [`handbook.yaml`](../configuration.md#rules)."
	}
	return "Default: " + d.Default.String() + "."
}

// tableOf is the list of all rules.
func tableOf(rules []Doc) string {
	var b strings.Builder
	b.WriteString("| Rule | Default | What it means |\n|---|---|---|\n")
	for _, d := range rules {
		fmt.Fprintf(&b, "| [`%s`](%s.md) | %s | %s |\n", d.Rule, d.Rule, d.Default, d.Sentence)
	}
	return b.String()
}

// TestTheManualExplainsEveryRule holds the manual's pages to rules.md: go test ./builder/diag -update
// writes them.
func TestTheManualExplainsEveryRule(t *testing.T) {
	known := map[string]bool{"_index.md": true}
	for _, d := range Rules() {
		if d.Sentence == "" || d.Why == "" || d.Wrong == "" || d.Right == "" || d.Silence == "" {
			t.Errorf("%s: rules.md does not say why, what is wrong, what is right and how to silence it", d.Rule)
			continue
		}
		file := filepath.Join(pagesOfRules, string(d.Rule)+".md")
		known[filepath.Base(file)] = true
		if *update {
			if err := os.WriteFile(file, []byte(pageOf(d)), 0o644); err != nil {
				t.Fatal(err)
			}
		}
		data, err := os.ReadFile(file)
		if err != nil || string(data) != pageOf(d) {
			t.Errorf("%s is not what rules.md says of it: run go test ./builder/diag -update", file)
		}
	}
	code, err := os.ReadFile("rules.go")
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range regexp.MustCompile(`(?m)^\t\w+ +Rule = "(.*)"$`).FindAllStringSubmatch(string(code), -1) {
		if _, ok := Known(name[1]); !ok {
			t.Errorf("rules.md does not explain %s", name[1])
		}
	}
	index := filepath.Join(pagesOfRules, "_index.md")
	data, err := os.ReadFile(index)
	if err != nil {
		t.Fatal(err)
	}
	before, _, ok := strings.Cut(string(data), "| Rule | Default |")
	if want := before + tableOf(Rules()); string(data) != want {
		if *update && ok {
			if err := os.WriteFile(index, []byte(want), 0o644); err != nil {
				t.Fatal(err)
			}
		} else {
			t.Errorf("%s does not list the rules as they are: run go test ./builder/diag -update", index)
		}
	}
	entries, err := os.ReadDir(pagesOfRules)
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		if !known[e.Name()] {
			t.Errorf("%s is of no rule", e.Name())
		}
	}
}
