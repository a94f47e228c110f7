package query

import (
	"strings"
	"testing"

	"handbook/builder/book"
)

// FuzzAnswer holds the law of this package: whatever a block says, there is an answer, and what is wrong with it stands
// inside the block, in words and with a next step.
func FuzzAnswer(f *testing.F) {
	for _, seed := range []string{
		"from: spec\nwhere: status == \"shipped\" and owner.department != \"x\"\ngroup: owner\nsort: -next_review\nlimit: 3",
		"from: [spec, team]\nview: matrix\nrows: owner\ncolumns: status", "from: all\nview: timeline\nsort: reviewed", "from: all\nview: radar",
		"from: spec\nwhere: >\n  any(tags, # startsWith \"m\") and\n  today - reviewed > 3 # days", "from: plan", "from: spec.findings", "from: beta-report.findings",
		"from: runbook, where: minutes / 0 > 1 or tags[9] == 'x', view: count", "from: spec\nwhere: let x = owner; x == this.owner", "from: spec\nwhere: {a: 1}.a == 1",
		"where: (((\n", "from:\n  - spec\n  - team", "from: spec\nwhere: title matches \"(\"", "from: spec\nwhere: reviewed + \"1d\" < \"2026-01-01\" ? true : false",
		"from: spec\r\nwhere: \"\xff\" == title\r\n", "from: spec\nwhere: owner?.title == nil", "from: spec\nwhere: $env.title == 1", "from: spec\nwhere: all(filter(tags, .x), #index > 1)",
		"from: spec\nwhere: repeat(title, 99999999) == ''", "from: spec\nwhere: title[1:99] == 'x' and -title == 3 and !title", "from: spec\nwhere: tags | len() > 1", "from: all\nview: board\ngroup: tags\ncolumns: owner.title.title",
	} {
		f.Add(seed)
	}
	e := example(f)
	this, _ := e.Book.Lookup("specs/checkout")
	f.Fuzz(func(t *testing.T, block string) {
		for _, source := range []string{block, Unfold(block)} {
			e.mu.Lock()
			clear(e.plans)
			e.mu.Unlock()
			a := e.Answer(source, this)
			for _, m := range a.Mistakes {
				if m.Start < 0 || m.Start > m.End || m.End > len(source) {
					t.Fatalf("%q: %d to %d is not in %d bytes: %s", source, m.Start, m.End, len(source), m.Text)
				}
				if strings.TrimSpace(m.Text) == "" || m.Help == "" {
					t.Fatalf("%q: a mistake without words: %+v", source, m)
				}
			}
			if len(a.Mistakes) == 0 && a.Total < a.Shown && a.Rows == nil {
				t.Fatalf("%q: %d rows shown of %d", source, a.Shown, a.Total)
			}
			a.CSV(func(n *book.Node) string { return n.URL })
		}
	})
}
