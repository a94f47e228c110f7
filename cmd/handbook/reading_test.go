package main

import (
	"context"
	"fmt"
	"testing"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/input"
	"github.com/chromedp/cdproto/network"
	cdpage "github.com/chromedp/cdproto/page"
	"github.com/chromedp/chromedp"
)

// TestReading tries what the site's script adds to reading, and that nothing is lost without it.
func TestReading(t *testing.T) {
	browser := startChromium(t)
	site := serveSite(t, writeSite(t, helps), "2026-11-22")

	t.Run("the colours a reader chose hold before anything is shown", func(t *testing.T) { testScheme(t, browser, site) })
	t.Run("a link shows where it leads", func(t *testing.T) { testCard(t, browser, site) })
	t.Run("a footnote opens in place", func(t *testing.T) { testFootnote(t, browser, site) })
	t.Run("tabs, contents and copies", func(t *testing.T) { testHelpers(t, browser, site) })
	t.Run("without JavaScript all of it can be read", func(t *testing.T) { testPlain(t, browser, site) })
	t.Run("an address without a page shows what was meant", func(t *testing.T) { testNear(t, browser, site) })
	t.Run("diagrams are drawn under the policy", func(t *testing.T) { testDiagrams(t, browser, site) })
	t.Run("nothing moves while a page loads", func(t *testing.T) { testStill(t, browser, serveSite(t, "../..", "2026-11-22")) })
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
-- content/people/ana.md --
---
title: Ana
---
`

const long = "1\n\n2\n\n3\n\n4\n\n5\n\n6\n\n7\n\n8\n\n9\n\n10\n\n11\n\n12\n\n13\n\n14\n\n15\n\n16\n\n17\n\n18\n\n19\n\n20\n\n21\n\n22\n\n23\n\n24\n\n25"

func testScheme(t *testing.T, browser context.Context, site served) {
	b := newTab(t, browser)
	// What holds when the body begins to be there, before which nothing can be shown.
	b.onEveryPage(`new MutationObserver((_, o) => document.body && (window.first = document.documentElement.dataset.theme, o.disconnect())).observe(document, { childList: true, subtree: true })`)
	b.prefers("prefers-color-scheme", "dark")
	dark, light := "rgb(21, 24, 27)", "rgb(250, 248, 244)"
	ground := `getComputedStyle(document.body).backgroundColor`
	b.open(site.url + "/")
	b.is("as the system has it", ground, dark)
	b.is("the switch says so", `document.querySelector(".scheme").textContent`, "Colours: as on your system")
	b.do(chromedp.Click(chromedp.CSS(".scheme")))
	b.is("after one press", ground+` + document.querySelector(".scheme").title`, light+"Colours: light")
	b.open(site.url + "/guide/")
	b.is("on the next page, before it is shown", `first`, "light")
	b.is("on the next page", ground, light)
	b.do(chromedp.Click(chromedp.CSS(".scheme")))
	b.prefers("prefers-color-scheme", "light")
	b.is("dark where the system is light", ground, dark)
	b.open(site.url + "/rules/")
	b.is("on the next page, before it is shown", `first`, "dark")
	b.do(chromedp.Click(chromedp.CSS(".scheme")))
	b.is("as the system has it again", ground, light)
	b.hasNoErrors()
}

func testCard(t *testing.T, browser context.Context, site served) {
	b := newTab(t, browser)
	shown := `document.querySelector(".card")?.matches(":popover-open")`
	fetches := `performance.getEntriesByType("resource").filter(r => r.initiatorType == "fetch").length`
	b.open(site.url + "/")
	b.is("nothing is fetched before it is wanted", fetches+` + document.querySelectorAll("script").length`, 2)
	b.point(`.text a[href="/guide/"]`)
	b.until(shown)
	b.is("the card", visible(".card"), "Spec Guide What to do first. Verified Ana")
	b.is("for those who hear it", `document.getElementById(document.querySelector('.text a[href="/guide/"]').getAttribute("aria-describedby")) == document.querySelector(".card")`, true)
	b.do(chromedp.KeyEvent("\x1b"))
	b.is("after Escape", shown, false)

	b.do(chromedp.Focus(chromedp.CSS(`.top .name`)))
	b.run(`document.querySelector('.text a[href="/guide/"]').focus({ focusVisible: true })`)
	b.until(shown)
	b.is("what was fetched is kept", fetches, 1)
	b.run(`document.querySelector('.text a[href="/guide/#second"]').focus({ focusVisible: true })`)
	b.until(shown + ` && document.querySelector(".card").textContent.includes("Second")`)
	b.is("a part of a page", visible(".card"), "Spec Guide › Second What the second part says. It says more. Verified Ana")
	b.is("of the same page", fetches, 1)
	b.run(`document.querySelector(".top .name").focus()`)
	b.is("when the focus leaves", shown, false)
	b.hasNoErrors()
}

func testFootnote(t *testing.T, browser context.Context, site served) {
	b := newTab(t, browser)
	b.open(site.url + "/guide/")
	b.do(chromedp.Click(chromedp.CSS(".footnote-ref a")))
	b.until(`document.querySelector(".card")?.matches(":popover-open")`)
	b.is("the note", visible(".card"), "A note with a link no owner.")
	b.is("the reader stays", `location.hash`, "")
	b.is("no id twice", `[...document.querySelectorAll("[id]")].length - new Set([...document.querySelectorAll("[id]")].map(e => e.id)).size`, 0)
	b.run(`dispatchEvent(new Event("scroll"))`)
	b.is("after scrolling", `document.querySelector(".card").matches(":popover-open")`, false)
	b.hasNoErrors()
}

func testHelpers(t *testing.T, browser context.Context, site served) {
	b := newTab(t, browser)
	b.onEveryPage(`Object.defineProperty(navigator, "clipboard", { value: { writeText: async text => { window.copied = text } } })`)
	b.open(site.url + "/guide/")
	b.is("the first tab", visible(".text .callout"), "Use the package.")
	b.run(`document.querySelector("[role=tab][aria-selected=true]").focus()`)
	b.run(`document.activeElement.dispatchEvent(new KeyboardEvent("keydown", { key: "ArrowRight", bubbles: true }))`)
	b.is("the next tab", visible(".text .callout")+` + document.activeElement.textContent`, "Use the installer.Windows")
	b.do(chromedp.Click(chromedp.CSS(".copy")))
	b.until(`window.copied`)
	b.is("the code", `copied`, "handbook build")
	b.is("it is said", `document.querySelector("[role=status]").textContent`, "Copied")
	b.do(chromedp.Click(chromedp.CSS("#first .anchor")))
	b.is("the address of a heading", `copied`, site.url+"/guide/#first")

	b.is("where the reader is", `document.querySelector(".toc [aria-current]").textContent`, "First")
	b.run(`document.documentElement.style.scrollBehavior = "auto"; document.getElementById("second").scrollIntoView()`)
	b.until(`document.querySelector(".toc [aria-current]").textContent == "Second"`)
	b.open(site.url + "/rules/")
	b.is("the tab that was chosen elsewhere", visible(".text .callout"), "As everywhere.")
	b.hasNoErrors()
}

func testPlain(t *testing.T, browser context.Context, site served) {
	b := newTab(t, browser)
	b.withoutScript()
	b.prefers("prefers-color-scheme", "dark")
	b.open(site.url + "/guide/")
	b.is("dark as the system", `getComputedStyle(document.body).backgroundColor`, "rgb(21, 24, 27)")
	b.is("no button that does nothing", visible(".scheme, .copy, [role=tab]"), "")
	b.is("every tab", visible(".text .callout"), "Linux Use the package. Windows Use the installer.")
	b.is("the note below the text", visible(".footnotes"), "A note with a link no owner. ↩")
}

func testNear(t *testing.T, browser context.Context, site served) {
	b := newTab(t, browser)
	b.open(site.url + "/handbook/the-giude.html")
	b.until(`!document.getElementById("hb:near").hidden`)
	b.is("the nearest page", `document.querySelector("#hb\\:near a").textContent + document.querySelector("#hb\\:near a").href`, "Guide"+site.url+"/guide/")
	b.open(site.url + "/xqzw/")
	b.is("where nothing is near", visible("h1")+` + document.getElementById("hb:near").hidden`, "No page at this addresstrue")
}

// testDiagrams has a page with two diagrams, of which one is wrong, and one without, which asks for nothing.
func testDiagrams(t *testing.T, browser context.Context, site served) {
	b := newTab(t, browser)
	b.prefers("prefers-color-scheme", "light")
	asked := `performance.getEntriesByType("resource").filter(r => r.name.includes("/diagrams/")).length`
	b.open(site.url + "/guide/")
	b.is("a page without diagrams asks for nothing", asked, 0)
	b.open(site.url + "/flow/")
	b.until(`document.querySelector(".diagram svg")`)
	b.is("the words of the diagram", `["Choose", "Pay"].every(word => document.querySelector(".diagram").textContent.includes(word))`, true)
	b.is("its name", `document.querySelector(".diagram svg").getAttribute("aria-label")`, "Diagram")
	fill := `getComputedStyle(document.querySelector(".diagram .node rect")).fill`
	b.is("its colours are the page's", fill, "rgb(241, 238, 231)")
	b.prefers("prefers-color-scheme", "dark")
	b.until(fill + ` == "rgb(16, 19, 21)"`)
	b.is("a diagram that is wrong keeps its source", visible(".text pre"), "flowchart ??")
	b.hasNoErrors()
}

// testStill adds up what moves while pages load, their typefaces included: on the day of the build and long after it, on a fast machine
// and on a slow one with a slow line, which paints before everything is there.
func testStill(t *testing.T, browser context.Context, site served) {
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
		b := newTab(t, browser)
		b.setDay(look.day)
		b.onEveryPage(`var moved = 0, shown = 0, movers = new Set(); new PerformanceObserver(list => list.getEntries().forEach(e => {
			moved += e.value;
			e.sources.forEach(s => movers.add((s.node?.outerHTML ?? "what is gone").slice(0, 120)));
		})).observe({ type: "layout-shift", buffered: true })`)
		if look.slow {
			b.slowDown()
		}
		for _, path := range look.paths {
			b.open(site.url + path)
			b.until(`document.readyState == "complete" && document.fonts.status == "loaded" && ++shown > 5`)
			b.is(fmt.Sprintf("what moved on %s, read on %s, slow: %t", path, look.day, look.slow),
				`moved < .0005 ? "" : moved + ": " + [...movers].join("; ")`, "") // in thousandths, as browsers and Lighthouse tell it
		}
		b.run(`document.querySelector("h1").before(Object.assign(document.createElement("p"), { textContent: "late" }))`)
		b.until(`moved > .001`) // what moves is noticed
		b.hasNoErrors()
	}
}

// slowDown makes the tab that of a cheap phone on a slow line, with nothing in its cache.
func (b *tab) slowDown() {
	b.t.Helper()
	b.call(func(ctx context.Context, target *chromedp.Target) error {
		if _, err := cdp.Call(ctx, target, emulation.SetCPUThrottlingRate, emulation.SetCPUThrottlingRateParams{Rate: 4}); err != nil {
			return err
		}
		if _, err := cdp.Call(ctx, target, network.SetCacheDisabled, network.SetCacheDisabledParams{CacheDisabled: true}); err != nil {
			return err
		}
		_, err := cdp.Call(ctx, target, network.EmulateNetworkConditionsByRule, network.EmulateNetworkConditionsByRuleParams{
			MatchedNetworkConditions: []*network.Conditions{{Latency: 150, DownloadThroughput: 200_000, UploadThroughput: 100_000}}})
		return err
	})
}

// point moves the mouse to the middle of an element.
func (b *tab) point(selector string) {
	b.t.Helper()
	type place struct{ X, Y float64 }
	at, err := chromedp.Run(b.ctx, chromedp.Evaluate[place](`(() => { const r = document.querySelector(`+"`"+selector+"`"+`).getBoundingClientRect(); return { X: r.x + r.width / 2, Y: r.y + r.height / 2 }; })()`))
	if err != nil {
		b.t.Fatal(err)
	}
	b.do(chromedp.MouseEvent(input.DispatchMouseEventTypeMouseMoved, at.X, at.Y))
}

func (b *tab) onEveryPage(script string) {
	b.t.Helper()
	b.call(func(ctx context.Context, target *chromedp.Target) error {
		_, err := cdp.Call(ctx, target, cdpage.AddScriptToEvaluateOnNewDocument, cdpage.AddScriptToEvaluateOnNewDocumentParams{Source: script})
		return err
	})
}

// prefers sets one of the reader's preferences that styles ask for.
func (b *tab) prefers(name, value string) {
	b.t.Helper()
	b.call(func(ctx context.Context, target *chromedp.Target) error {
		_, err := cdp.Call(ctx, target, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{Features: []*emulation.MediaFeature{{Name: name, Value: value}}})
		return err
	})
}
