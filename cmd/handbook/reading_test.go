package main

import (
	"fmt"
	"testing"

	"handbook/builder/browser"
)

// TestReading tries what the site's script adds to reading, and that nothing is lost without it.
func TestReading(t *testing.T) {
	t.Parallel()
	browser.Need(t)
	site := serveSite(t, writeSite(t, helps), "2026-11-22")

	beside(t, "the colours a reader chose hold before anything is shown", func(t *testing.T) { testScheme(t, site) })
	everywhere(t, "a link shows where it leads", func(b tab) { testCard(b, site) })
	beside(t, "a footnote opens in place", func(t *testing.T) { testFootnote(t, site) })
	everywhere(t, "tabs, contents and copies", func(b tab) { testHelpers(b, site) })
	beside(t, "tabs in tabs, and two sets beside each other", func(t *testing.T) { testTabs(t, site) })
	beside(t, "without JavaScript all of it can be read", func(t *testing.T) { testPlain(t, site) })
	beside(t, "an address without a page shows what was meant", func(t *testing.T) { testNear(t, site) })
	beside(t, "diagrams are drawn under the policy", func(t *testing.T) { testDiagrams(t, site) })
	beside(t, "nothing moves while a page loads", func(t *testing.T) { testStill(t, serveSite(t, "../..", "2026-11-22")) })
}

const helps = `
-- handbook.yaml --
name: Helps
review: {every: 90d}
-- content/_index.md --
---
title: Home
---
See [the guide](guide.md), [its second part](guide.md#second), and [the rules](rules.md).
-- content/guide.md --
---
title: Guide
description: What to do first.
type: spec
owner: ana
reviewed: 2026-10-28
---
One sentence.[^1] Back to [home](_index.md).

[^1]: A note with a [link](rules.md).

> [!tab] Linux
> Use the package.

> [!tab] Windows
> Use the installer.

~~~sh
handbook build
~~~

## First

` + long + `

## Second

What the second part says. It says more.

` + long + `
-- content/rules.md --
---
title: Rules
---
Be kind.

> [!tab] Windows
> As everywhere.

> [!tab] Linux
> As everywhere else.
-- content/tabs.md --
---
title: Tabs
---
=== "Guests"

    By card.

    === "Web"

        On the site.

    === "App"

        On the phone.

=== "Teams"

    By invoice.

===! "Days"

    Four.

=== "Teams"

    Forty.
-- content/flow.md --
---
title: Flow
---
~~~mermaid
flowchart LR
  a[Choose] --> b[Pay]
~~~

~~~mermaid
flowchart ??
~~~

After.
-- content/far.md --
---
title: Far
---
` + long + "\n\n" + long + "\n\n" + long + `

~~~mermaid
flowchart TB
  a[Choose] --> b[Pay] --> c[Go] --> d[Come back]
~~~

## End

` + long + `
-- content/people/ana.md --
---
title: Ana
---
`

const long = "1\n\n2\n\n3\n\n4\n\n5\n\n6\n\n7\n\n8\n\n9\n\n10\n\n11\n\n12\n\n13\n\n14\n\n15\n\n16\n\n17\n\n18\n\n19\n\n20\n\n21\n\n22\n\n23\n\n24\n\n25"

func testScheme(t *testing.T, site served) {
	b := newTab(t)
	// What holds when the body begins to be there, before which nothing can be shown.
	b.OnEveryPage(`new MutationObserver((_, o) => document.body && (window.first = document.documentElement.dataset.theme, o.disconnect())).observe(document, { childList: true, subtree: true })`)
	b.Prefers("prefers-color-scheme", "dark")
	dark, light := "rgb(21, 24, 27)", "rgb(250, 248, 244)"
	ground := `getComputedStyle(document.body).backgroundColor`
	b.Open(site.url + "/")
	b.Is("as the system has it", ground, dark)
	b.Is("the switch says so", `document.querySelector(".scheme").textContent`, "Colours: as on your system")
	b.Click(".scheme")
	b.Is("after one press", ground+` + document.querySelector(".scheme").title`, light+"Colours: light")
	b.Open(site.url + "/guide/")
	b.Is("on the next page, before it is shown", `first`, "light")
	b.Is("on the next page", ground, light)
	b.Click(".scheme")
	b.Prefers("prefers-color-scheme", "light")
	b.Is("dark where the system is light", ground, dark)
	b.Open(site.url + "/rules/")
	b.Is("on the next page, before it is shown", `first`, "dark")
	b.Click(".scheme")
	b.Is("as the system has it again", ground, light)
	b.HasNoErrors()
}

func testCard(b tab, site served) {
	shown := `document.querySelector(".card")?.matches(":popover-open")`
	fetches := `performance.getEntriesByType("resource").filter(r => r.initiatorType == "fetch").length`
	b.Open(site.url + "/")
	b.Is("nothing is fetched before it is wanted", fetches+` + document.querySelectorAll("script").length`, 2)
	b.Point(`.text a[href="/guide/"]`)
	b.Until(shown)
	b.Is("the card", visible(".card"), "Spec Guide What to do first. Verified Ana")
	b.Is("for those who hear it", `document.getElementById(document.querySelector('.text a[href="/guide/"]').getAttribute("aria-describedby")) == document.querySelector(".card")`, true)
	b.Press("\x1b")
	b.Is("after Escape", shown, false)
	b.HasNoErrors()
	if b.Engine == browser.WebKit { // whose windows here have no focus that is seen
		return
	}
	b.Focus(`.top .name`)
	b.Run(`document.querySelector('.text a[href="/guide/"]').focus({ focusVisible: true })`)
	b.Until(shown)
	b.Is("what was fetched is kept", fetches, 1)
	b.Run(`document.querySelector('.text a[href="/guide/#second"]').focus({ focusVisible: true })`)
	b.Until(shown + ` && document.querySelector(".card").textContent.includes("Second")`)
	b.Is("a part of a page", visible(".card"), "Spec Guide › Second What the second part says. It says more. Verified Ana")
	b.Is("of the same page", fetches, 1)
	b.Run(`document.querySelector(".top .name").focus()`)
	b.Is("when the focus leaves", shown, false)
	b.HasNoErrors()
}

func testFootnote(t *testing.T, site served) {
	b := newTab(t)
	b.Open(site.url + "/guide/")
	b.Click(".footnote-ref a")
	b.Until(`document.querySelector(".card")?.matches(":popover-open")`)
	b.Is("the note", visible(".card"), "A note with a link no owner.")
	b.Is("the reader stays", `location.hash`, "")
	b.Is("no id twice", `[...document.querySelectorAll("[id]")].length - new Set([...document.querySelectorAll("[id]")].map(e => e.id)).size`, 0)
	b.Run(`dispatchEvent(new Event("scroll"))`)
	b.Is("after scrolling", `document.querySelector(".card").matches(":popover-open")`, false)
	b.HasNoErrors()
}

func testHelpers(b tab, site served) {
	b.OnEveryPage(`Object.defineProperty(navigator, "clipboard", { value: { writeText: async text => { window.copied = text } } })`)
	b.Open(site.url + "/guide/")
	b.Is("the first tab", visible(".text .callout"), "Use the package.")
	b.Run(`document.querySelector("[role=tab][aria-selected=true]").focus()`)
	b.Run(`document.activeElement.dispatchEvent(new KeyboardEvent("keydown", { key: "ArrowRight", bubbles: true }))`)
	b.Is("the next tab", visible(".text .callout")+` + document.activeElement.textContent`, "Use the installer.Windows")
	b.Click(".copy")
	b.Until(`window.copied`)
	b.Is("the code", `copied`, "handbook build")
	b.Is("it is said", `document.querySelector("[role=status]").textContent`, "Copied")
	b.Is("a heading leads to itself", `document.querySelector("#first .anchor").ariaLabel`, "Link to First")
	b.Click("#first .anchor")
	b.Is("the address of a heading", `copied`, site.url+"/guide/#first")

	b.Is("where the reader is", `document.querySelector(".toc [aria-current]").textContent`, "First")
	b.Run(`document.documentElement.style.scrollBehavior = "auto"; document.getElementById("second").scrollIntoView()`)
	b.Until(`document.querySelector(".toc [aria-current]").textContent == "Second"`)
	b.Open(site.url + "/rules/")
	b.Is("the tab that was chosen elsewhere", visible(".text .callout"), "As everywhere.")
	b.HasNoErrors()
}

// testTabs has tabs as MkDocs writes them.
func testTabs(t *testing.T, site served) {
	b := newTab(t)
	sets, shown := `document.querySelectorAll(".text .tabbed > .tabs").length`, visible(".text p:not(.callout-title)")
	key := func(name string) {
		b.Run(`document.activeElement.dispatchEvent(new KeyboardEvent("keydown", { key: "` + name + `", bubbles: true }))`)
	}
	b.Open(site.url + "/tabs/")
	b.Is("sets of tabs", sets, 3)
	b.Is("what is seen first", shown, "By card. On the site. Four.")
	b.Focus(".tabbed .tabbed [role=tab][aria-selected=true]")
	key("ArrowRight")
	b.Is("the next one of the inner set", shown+` + document.activeElement.textContent`, "By card. On the phone. Four.App")
	key("ArrowRight")
	b.Is("round to the first of that set", shown, "By card. On the site. Four.")
	b.Focus(".text > .tabbed [role=tab][aria-selected=true]")
	key("End")
	b.Is("the last one, and its namesake beside it", shown, "By invoice. Forty.")
	b.Is("what a screen reader is told", `(tab => tab.getAttribute("aria-selected") + document.querySelector(".text [role=tabpanel]:not([hidden])").getAttribute("aria-labelledby").startsWith("hb:tab"))(document.activeElement)`, "truetrue")
	b.Is("one stop on the way by keyboard", `[...document.querySelectorAll(".text > .tabbed:first-of-type > .tabs [role=tab]")].filter(tab => tab.tabIndex == 0).length`, 1)
	b.Print()
	b.Is("all of it on paper, under its title", visible(".text .callout-title, .text p:not(.callout-title)"), "Guests By card. Web On the site. App On the phone. Teams By invoice. Days Four. Teams Forty.")
	b.Is("no tabs on paper", visible(".text [role=tab]"), "")
	b.HasNoErrors()

	b = newTab(t)
	b.WithoutScript()
	b.Open(site.url + "/tabs/")
	b.Is("all of it without JavaScript", visible(".text .callout-title, .text p:not(.callout-title)"), "Guests By card. Web On the site. App On the phone. Teams By invoice. Days Four. Teams Forty.")
}

func testPlain(t *testing.T, site served) {
	b := newTab(t)
	b.WithoutScript()
	b.Prefers("prefers-color-scheme", "dark")
	b.Open(site.url + "/guide/")
	b.Is("dark as the system", `getComputedStyle(document.body).backgroundColor`, "rgb(21, 24, 27)")
	b.Is("no button that does nothing", visible(".scheme, .copy, [role=tab]"), "")
	b.Is("every tab", visible(".text .callout"), "Linux Use the package. Windows Use the installer.")
	b.Is("the note below the text", visible(".footnotes"), "A note with a link no owner. ↩")
}

func testNear(t *testing.T, site served) {
	b := newTab(t)
	b.Open(site.url + "/handbook/the-giude.html")
	b.Until(`!document.getElementById("hb:near").hidden`)
	b.Is("the nearest page", `document.querySelector("#hb\\:near a").textContent + document.querySelector("#hb\\:near a").href`, "Guide"+site.url+"/guide/")
	b.Is("the search has the words of the address", `document.getElementById("hb:missing").value`, "handbook the giude")
	b.Open(site.url + "/xqzw/")
	b.Is("where nothing is near", visible("h1")+` + document.getElementById("hb:near").hidden`, "No page at this addresstrue")
}

// testDiagrams has a page with two diagrams, of which one is wrong, and one without, which asks for nothing.
func testDiagrams(t *testing.T, site served) {
	b := newTab(t)
	b.Prefers("prefers-color-scheme", "light")
	asked := `performance.getEntriesByType("resource").filter(r => r.name.includes("/diagrams/")).length`
	b.OnEveryPage(`var moved = 0; new PerformanceObserver(list => list.getEntries().forEach(e => moved += e.value)).observe({ type: "layout-shift", buffered: true })`)
	b.Open(site.url + "/guide/")
	b.Is("a page without diagrams asks for nothing", asked, 0)
	b.Open(site.url + "/far/")
	b.Until(`document.readyState == "complete" && document.fonts.status == "loaded"`)
	b.Is("a diagram that is far down asks for nothing", asked, 0)
	b.Run(`scrollTo(0, document.querySelector("code.language-mermaid").getBoundingClientRect().top - 1.5 * innerHeight)`)
	b.Until(`document.querySelector(".diagram svg")`)
	b.Is("it is drawn before it is in sight", `document.querySelector(".diagram").getBoundingClientRect().top > innerHeight`, true)
	b.Open(site.url + "/far/#end")
	b.Until(`document.querySelector(".diagram svg")`)
	b.Is("who comes below it stays there", `Math.round(document.getElementById("end").getBoundingClientRect().top)`, 68)
	b.Is("what moved meanwhile", `String(moved)`, "0")
	b.Open(site.url + "/flow/")
	b.Until(`document.querySelector(".diagram svg")`)
	b.Is("the words of the diagram", `["Choose", "Pay"].every(word => document.querySelector(".diagram").textContent.includes(word))`, true)
	b.Is("its name", `document.querySelector(".diagram svg").getAttribute("aria-label")`, "Diagram")
	fill := `getComputedStyle(document.querySelector(".diagram .node rect")).fill`
	b.Is("its colours are the page's", fill, "rgb(241, 238, 231)")
	b.Prefers("prefers-color-scheme", "dark")
	b.Until(fill + ` == "rgb(16, 19, 21)"`)
	b.Is("what moved while they were drawn", `String(moved)`, "0")
	b.Is("a diagram that is wrong keeps its source", visible(".text pre"), "flowchart ??")
	b.HasNoErrors()
}

// testStill adds up what moves while pages load, their typefaces included: on the day of the build and long after it, on a fast machine
// and on a slow one with a slow line, which paints before everything is there.
func testStill(t *testing.T, site served) {
	for _, look := range []struct {
		day   string
		slow  bool
		paths []string
	}{
		{builtOn, false, []string{"/", "/specs/checkout/", "/roles/technical-product-manager/", "/health/", "/teams/payments/", "/manual/markdown/", "/faq/refunds/", "/beta-reports/checkout-beta-1/", "/products/bookings/", "/search/"}},
		{builtOn, true, []string{"/health/", "/teams/payments/"}},
		{"2026-12-01", false, []string{"/health/", "/teams/payments/"}},
		{"2027-03-22", true, []string{"/", "/specs/checkout/", "/health/", "/products/bookings/"}},
	} {
		b := newTab(t)
		b.SetDay(look.day)
		b.OnEveryPage(`var moved = 0, shown = 0, movers = new Set(); new PerformanceObserver(list => list.getEntries().forEach(e => {
			moved += e.value;
			e.sources.forEach(s => movers.add((s.node?.outerHTML ?? "what is gone").slice(0, 120)));
		})).observe({ type: "layout-shift", buffered: true })`)
		if look.slow {
			b.SlowDown()
		}
		for _, path := range look.paths {
			b.Open(site.url + path)
			b.Until(`document.readyState == "complete" && document.fonts.status == "loaded" && ++shown > 5`)
			b.Is(fmt.Sprintf("what moved on %s, read on %s, slow: %t", path, look.day, look.slow),
				`moved < .0005 ? "" : moved + ": " + [...movers].join("; ")`, "") // in thousandths, as browsers and Lighthouse tell it
		}
		b.Run(`document.querySelector("h1").before(Object.assign(document.createElement("p"), { textContent: "late" }))`)
		b.Until(`moved > .001`) // what moves is noticed
		b.HasNoErrors()
	}
}
