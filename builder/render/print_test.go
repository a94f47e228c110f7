package render

import (
	"fmt"
	"strings"
	"testing"
)

const booklet = `
-- handbook.yaml --
name: Acme
base_url: https://acme.example/
review: {every: 90d}
-- _index.md --
Home.
-- specs/_index.md --
---
title: Specs
---
What we build.

## Rules {#rules}
-- specs/pay.md --
---
title: Pay
description: How money moves.
owner: ana
status: live
reviewed: 2026-01-01
---
## Limits

Few pay more.[^1]

| Limit | Sum |
|---|---|
| Day | 100 |

[^1]: Last year.

See [the plan](sub/plan.md#when), [ourselves](#limits) and [Ana](../people/ana.md). ![A flow](flow.png)
-- specs/flow.png --
x
-- specs/sub/plan.md --
---
title: Plan
---
## When

Soon, as [pay](../pay.md) says.[^1]

| Limit | Sum |
|---|---|
| Week | 500 |

[^1]: We hope.
-- people/ana.md --
---
title: Ana
---
`

func TestASectionPrintsAsOneDocument(t *testing.T) {
	s := makeSite(t, booklet)
	s.expect("specs/index.html", `<a href="/specs/print/">Print this section, or save it as PDF</a>`)
	s.expect("specs/print/index.html", `<meta name="robots" content="noindex">`, "<h1>Specs</h1>", "3 pages as one document, as of 22 Nov 2026.",
		`<h2 id="hb:contents">Contents</h2>`, `<a href="#hb:page-2">Pay</a>`, `<a href="#hb:page-4">Plan</a>`,
		"<p>What we build.</p>", "<h2>Rules",
		"<h2>Pay</h2>", `<p class="summary">How money moves.</p>`, "Review overdue", "Status: Live", "Owner: Ana", "It was reviewed on 1 January 2026",
		"<h3>Limits", `<a href="#hb:page-4">the plan</a>`, `<a href="/people/ana/">`, `src="/specs/flow.png"`,
		"<h2>Sub</h2>", "<h3>Plan</h3>", "<h4>When", `<a href="#hb:page-2">pay</a>`)
	s.refuse("specs/print/index.html", `loading="lazy"`, `id="limits"`)
	checkSite(t, s.outputs)
	s.refuse("sitemap.xml", "/print/")
	if s.has("people/print/index.html") {
		t.Error("a section of one page is a document")
	}
	s.refuse("people/index.html", "/print/")
	s = makeSite(t, strings.Replace(booklet, "name:", "outputs: {print: false}\nname:", 1))
	if s.has("specs/print/index.html") {
		t.Error("a document is made that nobody wants")
	}
	s.refuse("specs/index.html", "/print/")
}

// What stands at the address already stays there.
func TestAPageCalledPrintStays(t *testing.T) {
	s := makeSite(t, booklet+"-- specs/print.md --\n---\ntitle: How to print\n---\n")
	s.expect("specs/print/index.html", "<h1>How to print</h1>")
	s.expect("specs/index.html", `<a href="/specs/print-list/">`)
}

func TestDocumentsAreNoLongerThanAPersonPrints(t *testing.T) {
	var b strings.Builder
	b.WriteString("-- handbook.yaml --\noutputs: {print: true}\n-- _index.md --\n")
	for i := range largeHandbook + 1 {
		fmt.Fprintf(&b, "-- s%d/in/p%03d.md --\nText.\n", i/150, i)
	}
	s := makeSite(t, b.String())
	for path, want := range map[string]bool{"print/index.html": false, "s0/print/index.html": true, "s0/in/print/index.html": false} {
		if s.has(path) != want {
			t.Errorf("%s is made: %v, want %v", path, s.has(path), want)
		}
	}
	s = makeSite(t, strings.Replace(b.String(), "print: true", "print: auto", 1))
	if s.has("s0/print/index.html") {
		t.Error("a large handbook has documents that nobody asked for")
	}
}
