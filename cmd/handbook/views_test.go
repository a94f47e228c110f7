package main

import (
	"fmt"
	"strings"
	"testing"

	"handbook/builder/browser"
)

// viewed is a handbook whose home page shows views of findings, and of pages that will be overdue one after the other.
const viewed = `
-- handbook.yaml --
name: Viewed
review: {every: 90d}
-- content/_index.md --
---
title: Home
review_every: never
---
~~~handbook
title: Findings
from: beta-report.findings
columns: [title, severity, found]
~~~

~~~handbook
title: By state
from: faq
columns: [title]
group: freshness
~~~

~~~handbook
title: Numbers
view: count
from: faq
group: freshness
~~~

~~~handbook
title: Bars
view: chart
from: faq
group: freshness
~~~

~~~handbook
title: Late
from: faq
where: freshness == "overdue"
empty: Nothing is late.
~~~

~~~handbook
title: All that is late
view: count
from: faq
where: freshness == "overdue"
~~~
-- content/reports/beta.md --
---
title: Beta
type: beta-report
review_every: never
findings:
  - {id: A, title: finding 10, severity: high, found: 2026-11-09}
  - {id: B, title: Finding 9, severity: low, found: 2026-02-20}
  - {id: C, title: Finding 2, severity: critical}
  - {id: D, title: Finding 1, severity: medium, found: 2025-12-31}
---
## Who took part
## Findings
-- content/faq/early.md --
---
title: Early
reviewed: 2026-09-01
---
-- content/faq/late.md --
---
title: Late
reviewed: 2026-11-20
---
`

// testViews reads the views of a handbook on the day of the build and on days after it, and sorts a table.
func testViews(t *testing.T) {
	site := serveSite(t, writeSite(t, viewed), "2026-11-22") // Early is due soon, and overdue on 30 November; Late on 18 February
	view := func(n string) string { return `document.querySelectorAll(".view")[` + n + `]` }
	b := newTab(t)
	for _, day := range []struct{ at, groups, numbers, bars, late, count string }{
		{"2026-11-22", "Review due 1 Early Review due Verified 1 Late", "Review due 1 Verified 1", "0 0 0 0 1000 1000 0", "Nothing is late.", "0"},
		{"2026-12-01", "Review overdue 1 Early Review overdue Verified 1 Late", "Review overdue 1 Verified 1", "1000 0 0 0 0 1000 0", "Early", "1"},
		{"2027-02-10", "Review overdue 1 Early Review overdue Review due 1 Late Review due", "Review overdue 1 Review due 1", "1000 0 0 0 1000 0 0", "Early", "1"},
		{"2027-02-18", "Review overdue 2 Early Review overdue Late Review overdue", "Review overdue 2", "1000 0 0 0 0 0 0", "Early Late", "2"},
	} {
		b.SetClock(day.at + "T12:00:00")
		b.Open(site.url + "/")
		text := func(e string) string { return e + `.innerText.replace(/[,\s]+/g, " ").trim()` }
		b.Is(day.at+": the groups", text(view("1")+`.querySelector("table")`)+`.replace("Title ", "")`, day.groups)
		b.Is(day.at+": the numbers", text(view("2")+`.querySelector("dl")`), day.numbers)
		b.Is(day.at+": the bars", `[...`+view("3")+`.querySelectorAll("rect")].map(r => r.getAttribute("width")).join(" ")`, day.bars)
		b.Is(day.at+": what is late", `[...`+view("4")+`.querySelectorAll(".view-empty, tbody th")].filter(e => e.checkVisibility()).map(e => e.querySelector("a")?.firstChild.textContent || e.textContent).join(" ")`, day.late)
		b.Is(day.at+": how many", view("5")+`.querySelector("b").textContent`, day.count)
	}

	rows := `[...` + view("0") + `.querySelectorAll("tbody th")].map(th => th.textContent).join(", ")`
	order := `[...` + view("0") + `.querySelectorAll("thead th")].map(th => th.ariaSort || "none").join(" ")`
	head := func(n string) string { return `.view:first-of-type thead th:nth-child(` + n + `) button` }
	b.Is("in the order of the page", rows, "finding 10, Finding 9, Finding 2, Finding 1")
	b.Click(head("1"))
	b.Is("titles, numbers in them as numbers", rows, "Finding 1, Finding 2, Finding 9, finding 10")
	b.Is("which is told", order, "ascending none none")
	b.Click(head("2"))
	b.Is("a choice in the order of the type", rows, "Finding 9, Finding 1, finding 10, Finding 2")
	b.Run(`document.querySelector("` + head("3") + `").focus()`)
	b.Press(browser.Enter)
	b.Is("days with the keyboard, what has none last", rows, "Finding 1, Finding 9, finding 10, Finding 2")
	b.Press(" ")
	b.Is("and the other way round, what has none still last", rows, "finding 10, Finding 9, Finding 1, Finding 2")
	b.Is("which is told too", order, "none none descending")
	b.Is("the focus stays", `document.activeElement.textContent`, "Found")
	b.HasNoErrors()
}

// testOrder sorts a table of titles in the browser, in several languages, and compares it with the order that the build gave it.
func testOrder(t *testing.T) {
	titles := []string{"Öl", "Ost", "Zebra", "Ås", "Ähre", "ñandú", "nube", "chata", "cena", "hrad", "Step 10", "step 2", "10 steps", "2 steps", "co-op", "coat", "(About)", "Émile", "emu", "ısı", "ince", "čas", "zima"}
	for _, language := range []string{"en", "de", "sv", "es", "cs", "tr", "nb", "hr"} {
		archive := "-- handbook.yaml --\nlanguage: " + language + "\n-- content/_index.md --\n# Home\n\n~~~handbook\nfrom: spec\ncolumns: [title, words]\nsort: title\n~~~\n"
		for i, title := range titles {
			archive += fmt.Sprintf("-- content/specs/p%d.md --\n---\ntitle: %q\n---\nText.\n", i, title)
		}
		b := newTab(t)
		b.Open(serveSite(t, writeSite(t, archive), "2026-11-22").url)
		const shown = `[...document.querySelectorAll(".view tbody tr")].map(r => r.cells[0].querySelector("a").textContent).join(", ")`
		built := b.Text(shown)
		if n := strings.Count(built, ", ") + 1; n != len(titles) {
			t.Fatalf("%s: %d rows: %s", language, n, built)
		}
		for _, column := range []string{"2", "1"} { // by something else, then by title again
			b.Run(`document.querySelector(".view thead th:nth-child(` + column + `) button").click()`)
		}
		b.Is("order in "+language, shown, built)
	}
}
