package page

import (
	"fmt"
	"strings"
	"testing"

	"handbook/builder/diag"
	"handbook/builder/schema"
)

// TestFrontmatterThatNestsTooDeep is told where it does, whichever way it is written, before anything unfolds it.
func TestFrontmatterThatNestsTooDeep(t *testing.T) {
	var tables, wide strings.Builder
	for i := range 20_000 {
		fmt.Fprintf(&tables, "[t.a.b%d]\n", i)
		fmt.Fprintf(&wide, "k%d = %d\n", i, i)
	}
	for name, c := range map[string]struct {
		data string
		at   string // what stands there and before it
	}{
		"dotted keys":     {"+++\na" + strings.Repeat(".a", 20_000) + " = 1\n+++\n", "+++\n" + strings.Repeat("a.", 50)},
		"inline tables":   {"+++\na = " + strings.Repeat("{a=", 8000) + "1" + strings.Repeat("}", 8000) + "\n+++\n", "+++\na = " + strings.Repeat("{a=", 49) + "{"},
		"lists":           {"+++\na = " + strings.Repeat("[", 9000) + strings.Repeat("]", 9000) + "\n+++\n", "+++\na = " + strings.Repeat("[", 50)},
		"very deep lists": {"+++\na = " + strings.Repeat("[", 50_000) + strings.Repeat("]", 50_000) + "\n+++\n", "+++\na = " + strings.Repeat("[", 10_000)},
		"headers":         {"+++\n[a" + strings.Repeat(".a", 20_000) + "]\n+++\n", "+++\n[" + strings.Repeat("a.", 50)},
		"tables":          {"+++\n" + tables.String() + "+++\n", ""},
		"keys":            {"+++\n" + wide.String() + "+++\n", ""},
		"JSON":            {"---json\n{\"a\": " + strings.Repeat("[", 9000) + strings.Repeat("]", 9000) + "}\n---\n", "---json\n{\"a\": " + strings.Repeat("[", 50)},
		"many keys":       {"---\n" + strings.Repeat("a: b\n", 50_000) + "---\n", "---\n" + strings.Repeat("a: b\n", 19_999) + "a: "},
		"YAML":            {"---\na: " + strings.Repeat("[", 9000) + strings.Repeat("]", 9000) + "\n---\n", "---\na: " + strings.Repeat("[", 50)},
	} {
		p, msgs := NewParser(schema.Default()).Parse("content/a.md", "a.md", []byte(c.data))
		if !p.Broken || len(msgs) != 1 || msgs[0].Rule != diag.InvalidFrontmatter || msgs[0].Text != "frontmatter nests too deep or unfolds to too much" {
			t.Errorf("%s: %.500v", name, msgs[:min(len(msgs), 2)])
		} else if c.at != "" && c.data[:msgs[0].Start] != c.at {
			t.Errorf("%s: told at %d, want %d", name, msgs[0].Start, len(c.at))
		}
	}
}

func TestAPageOfThousandsOfViewsAnswersSome(t *testing.T) {
	view := "```handbook\nfrom: page\n```\n\n"
	p, msgs := NewParser(schema.Default()).Parse("content/a.md", "a.md", []byte(strings.Repeat(view, 1000)))
	if len(p.Views) != maxViews || len(msgs) != 1 || msgs[0].Rule != diag.InvalidView || msgs[0].Start != maxViews*len(view) {
		t.Errorf("%d views, %d messages: %.300v", len(p.Views), len(msgs), msgs)
	}
}
