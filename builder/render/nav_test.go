package render

import (
	"fmt"
	"strings"
	"testing"
)

// A closed section is marked with the worst state of its pages and how many are in it, and knows when a further one becomes overdue.
// An open section has its own mark.
func TestASectionSpeaksForItsPages(t *testing.T) {
	var b strings.Builder
	page := func(path, title, reviewed string) {
		fmt.Fprintf(&b, "-- %s --\n---\ntitle: %s\nowner: ana\nreviewed: %s\nreview_every: 1 year\n---\nText.\n", path, title, reviewed)
	}
	page("_index.md", "Home", "2026-11-01")
	page("ana.md", "Ana", "2026-11-01")
	page("faq/_index.md", "FAQ", "2026-11-01")
	page("faq/cards.md", "Cards", "2026-01-10")
	page("faq/refunds.md", "Refunds", "2025-01-01")
	page("rules/_index.md", "Rules", "2026-11-01")
	for i := range 60 { // more than a navigation shows in full
		reviewed := "2026-11-02"
		if i < 30 {
			reviewed = "2025-02-01"
		}
		page(fmt.Sprintf("rules/%02d.md", i), fmt.Sprintf("Rule %02d", i), reviewed)
	}
	s := makeSite(t, b.String())
	s.expect("faq/index.html",
		`<li class="section"><a href="/faq/" data-due="2027-11-01-14" aria-current="page">FAQ</a><ul>`, `Refunds<i data-state="overdue">, Review overdue</i></a>`,
		`<a href="/rules/" data-late="2027-11-01">Rules <b>30</b><i data-state="overdue">, Review overdue</i></a></li>`)
	s.expect("rules/index.html",
		`<a href="/faq/" data-late="2027-01-10">FAQ <b>1</b><i data-state="overdue">, Review overdue</i></a></li>`,
		`<a href="/rules/" data-due="2027-11-01-14" aria-current="page">Rules</a><ul>`)
	s.expect("api/tree.json", `["FAQ","faq",[["Cards","cards",[],"","2027-01-10-14"],["Refunds","refunds",[],"overdue"]],"overdue","2027-01-10","1"]`)
}
