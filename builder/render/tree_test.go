package render

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"
)

func TestTheTreeHoldsTheWholeNavigation(t *testing.T) {
	s := makeSite(t, `
-- handbook.yaml --
name: Acme
base_url: https://acme.example/team/
-- _index.md --
-- a/_index.md --
---
title: "A & B"
weight: 1
---
-- a/b/c.md --
---
title: C
owner: ana
reviewed: 2026-01-01
review_every: 90d
---
-- d.md --
---
title: D
owner: ana
weight: 2
---
-- ana.md --
---
title: Ana
type: person
owner: ana
weight: 3
---
`)
	var tree struct {
		Base  string
		Marks map[string]string
		Tree  json.RawMessage
	}
	if err := json.Unmarshal([]byte(s.text("api/tree.json")), &tree); err != nil {
		t.Fatal(err)
	}
	want := `[["A & B","a",[["B","b",[["C","c",[],"overdue"]],"overdue","","1"]],"overdue","","1"],["D","d"],["Ana","ana"]]`
	if got := string(tree.Tree); got != want {
		t.Errorf("got %s, want %s", got, want)
	}
	if tree.Base != "/team/" || !strings.Contains(tree.Marks["overdue"], ", Review overdue") {
		t.Errorf("got %+v", tree)
	}
}

// A page is no larger in a handbook of thousands of pages than in one of a hundred.
func TestPagesDoNotGrowWithTheHandbook(t *testing.T) {
	size := func(pages int) int {
		var b strings.Builder
		b.WriteString("-- _index.md --\n")
		for i := range pages {
			fmt.Fprintf(&b, "-- s%d/page-%04d.md --\n---\ntitle: Page %04d\n---\nThe same text.\n", i%2, i, i)
		}
		s := makeSite(t, b.String())
		return len(s.text("s1/page-0051/index.html"))
	}
	if few, many := size(100), size(4000); many > few {
		t.Errorf("a page has %d bytes among 100 pages, and %d among 4000", few, many)
	}
}
