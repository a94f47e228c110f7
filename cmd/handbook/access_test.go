package main

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/chromedp"
)

// TestAccess asks of one page of each kind what axe-core asks, whether the site's policy forbids anything on it, and
// whether all of it can be reached by the keyboard.
func TestAccess(t *testing.T) {
	browser := startChromium(t)
	site := serveSite(t, "../..", "2026-11-22")
	kinds := pageKinds(t, site)

	t.Run("axe finds nothing", func(t *testing.T) { testAxe(t, browser, site, kinds) })
	t.Run("axe finds nothing while something is open", func(t *testing.T) { testAxeOpen(t, browser, site) })
	t.Run("the policy forbids nothing", func(t *testing.T) { testViolations(t, browser, site, kinds) })
	t.Run("the keyboard reaches everything", func(t *testing.T) { testKeyboard(t, browser, site, kinds) })
	t.Run("nothing is cut off on a narrow or enlarged page", func(t *testing.T) { testNarrow(t, browser, site, kinds) })
	t.Run("a reader's wishes are followed", func(t *testing.T) { testWishes(t, browser, site) })
	t.Run("a site from right to left", func(t *testing.T) { testRightToLeft(t, browser) })
	t.Run("a section that the page does not show opens in place", func(t *testing.T) { testTree(t, browser, site) })
	t.Run("paper", func(t *testing.T) { testPaper(t, browser, site) })
}

var bodyKind = regexp.MustCompile(`<body class="kind-([^"]*)"`)

// pageKinds takes of the pages of a site the first of each template, and of each folder of the content.
func pageKinds(t *testing.T, site served) (paths []string) {
	t.Helper()
	seen := map[string]bool{}
	for _, path := range site.paths {
		answer, err := http.Get(site.url + path)
		if err != nil {
			t.Fatal(err)
		}
		page, err := io.ReadAll(answer.Body)
		answer.Body.Close()
		if err != nil {
			t.Fatal(err)
		}
		kind := "none"
		if m := bodyKind.FindSubmatch(page); m != nil {
			kind = string(m[1])
		}
		if kind == "page" || kind == "owner" {
			folder, _, _ := strings.Cut(strings.TrimPrefix(path, "/"), "/")
			kind += " " + folder
		}
		if !seen[kind] {
			seen[kind] = true
			paths = append(paths, path)
		}
	}
	if len(paths) < 20 {
		t.Fatalf("only %v", paths)
	}
	return paths
}

// testAxe looks at pages on a wide screen and on a phone, in light and in the dark: a page of each kind in all four, every
// fourth one of the others in one. HANDBOOK_AXE=all go test -run TestAccess/axe
// ./cmd/handbook looks at every page in all four, which takes some minutes.
func testAxe(t *testing.T, browser context.Context, site served, kinds []string) {
	all := os.Getenv("HANDBOOK_AXE") == "all"
	var b *tab
	opened := 0
	for _, path := range site.paths {
		every := all || slices.Contains(kinds, path)
		lot := site.lot(t, path, 16) // below 4, the one look that is taken at the page
		if !every && lot >= 4 {
			continue
		}
		if opened%20 == 0 { // a tab has its time
			if b != nil {
				b.close()
			}
			b = newTab(t, browser)
			b.withAxe()
		}
		opened++
		b.open(site.url + path)
		for look := range 4 {
			if !every && uint32(look) != lot {
				continue
			}
			width, scheme := int64(1440), "light"
			if look > 1 {
				width = 390
			}
			if look%2 == 1 {
				scheme = "dark"
			}
			b.size(width, 900)
			b.prefers("prefers-color-scheme", scheme)
			b.axe(fmt.Sprintf("%s at %d, %s", path, width, scheme))
		}
	}
}

func testAxeOpen(t *testing.T, browser context.Context, site served) {
	b := newTab(t, browser)
	b.withAxe()
	for _, scheme := range []string{"light", "dark"} {
		b.prefers("prefers-color-scheme", scheme)
		b.size(390, 800)
		b.open(site.url + "/specs/checkout/")
		b.do(chromedp.Click(chromedp.CSS("button.menu")))
		b.until(`document.querySelector(".nav").matches(":popover-open")`)
		b.axe("the menu, " + scheme)
		b.size(1440, 900)
		b.open(site.url + "/specs/checkout/")
		b.do(chromedp.Click(chromedp.CSS(".why summary")))
		b.axe("the panel, " + scheme)
		b.run(`document.querySelector(".text a[href='/needs/fewer-steps-to-pay/']").focus({ focusVisible: true })`)
		b.until(`document.querySelector(".card")?.matches(":popover-open")`)
		b.axe("a card, " + scheme)
		b.run(`document.activeElement.blur()`)
		for _, width := range []int64{1440, 390} {
			b.size(width, 800)
			b.open(site.url + "/specs/checkout/")
			b.openSearch()
			b.axe(fmt.Sprintf("the search before anything is typed at %d, %s", width, scheme))
			b.do(chromedp.KeyEvent("refund"))
			b.until(`document.querySelector(".search-list .hit-title")?.textContent == "Refunds" && !document.querySelector(".search-dialog[aria-busy]")`)
			b.axe(fmt.Sprintf("the search with results at %d, %s", width, scheme))
			b.do(chromedp.KeyEvent("xqzwvk"))
			b.until(`!document.querySelector(".search-list [role=option]") && !document.querySelector(".search-dialog[aria-busy]")`)
			b.axe(fmt.Sprintf("the search without results at %d, %s", width, scheme))
			b.open(site.url + "/search/?q=refund")
			b.until(`document.querySelector(".search-page .hit-title")?.textContent == "Refunds"`)
			b.axe(fmt.Sprintf("the page of the search at %d, %s", width, scheme))
		}
	}
}

// withAxe brings axe-core to every page that is opened from now on.
func (b *tab) withAxe() {
	b.t.Helper()
	source, err := os.ReadFile("testdata/axe/axe.min.js")
	if err != nil {
		b.t.Fatal(err)
	}
	b.onEveryPage(string(source))
}

// axe fails for everything that axe-core finds on the page as it is now.
func (b *tab) axe(where string) {
	b.t.Helper()
	b.until(`document.getAnimations().every(a => a.playState != "running")`)
	script := `axe.run(document, { resultTypes: ["violations"], preload: false }).then(r => r.violations.map(v => v.id + ": " + v.nodes.slice(0, 3).map(n => n.html.slice(0, 160) + " (" + n.any.concat(n.all, n.none).map(c => c.message).join("; ") + ")").join("; and ")).join("\n"))`
	found, err := chromedp.Run(b.ctx, chromedp.Evaluate[string](script, chromedp.EvalAwaitPromise))
	if err != nil {
		b.t.Fatalf("%s: %v", where, err)
	}
	if found != "" {
		b.t.Errorf("%s: %s", where, found)
	}
}

// size makes the window another one.
func (b *tab) size(width, height int64) {
	b.t.Helper()
	b.call(func(ctx context.Context, target *chromedp.Target) error {
		_, err := cdp.Call(ctx, target, emulation.SetDeviceMetricsOverride, emulation.SetDeviceMetricsOverrideParams{Width: width, Height: height, DeviceScaleFactor: 1})
		return err
	})
}

// testViolations counts what the browser reports against the site's policy.
func testViolations(t *testing.T, browser context.Context, site served, kinds []string) {
	b := newTab(t, browser)
	b.onEveryPage(`window.refused = []; document.addEventListener("securitypolicyviolation", e => refused.push(e.effectiveDirective + " " + e.blockedURI + " " + e.sample))`)
	for _, path := range kinds {
		b.open(site.url + path)
		b.is("refused on "+path, `refused.join("; ")`, "")
	}
	b.open(site.url + "/specs/checkout/")
	b.do(chromedp.Click(chromedp.CSS(".scheme")), chromedp.Click(chromedp.CSS(".why summary")))
	b.run(`document.querySelector(".text a[href='/needs/fewer-steps-to-pay/']").focus({ focusVisible: true })`)
	b.until(`document.querySelector(".card")?.matches(":popover-open")`)
	b.do(chromedp.Click(chromedp.CSS(".find")))
	b.until(`document.querySelector("dialog[open] input") == document.activeElement`)
	b.do(chromedp.KeyEvent("checkout"))
	b.until(`document.querySelector("dialog[open]").textContent.includes("Checkout on one page")`)
	b.is("refused while everything is used", `refused.join("; ")`, "")
	b.hasNoErrors()
	// What is forbidden is counted.
	b.open(site.url + "/" + badPage)
	b.until(`refused.length >= 2`)
}

// testKeyboard walks with Tab through a page.
func testKeyboard(t *testing.T, browser context.Context, site served, kinds []string) {
	b := newTab(t, browser)
	b.size(1440, 900)
	b.open(site.url + "/specs/checkout/")
	b.do(chromedp.KeyEvent("\t"))
	b.is("first", `document.activeElement.className`, "skip")
	b.is("which shows", `document.activeElement.getBoundingClientRect().top >= 0`, true)
	b.do(chromedp.KeyEvent("\r"))
	b.until(`document.activeElement.id == "hb:main" || location.hash == "#hb:main"`)
	b.do(chromedp.KeyEvent("\t"))
	b.is("after the skip link", `!!document.activeElement.closest("main")`, true)

	// Every link, button and summary that shows can be reached, and shows that it has the focus.
	b.open(site.url + "/specs/checkout/")
	b.run(`window.want = [...document.querySelectorAll("a[href], button, summary, input:not(:disabled), [tabindex='0']")].filter(e => e.checkVisibility()); window.bare = []`)
	seen, total := 0, 0
	fmt.Sscan(b.text(`String(want.length)`), &total)
	for range total + 20 {
		b.do(chromedp.KeyEvent("\t"))
		b.run(`(() => {
			const e = document.activeElement;
			if (e == document.body) return;
			window.reached = (window.reached || new Set()).add(e);
			const s = getComputedStyle(e);
			if (s.outlineStyle == "none" || parseFloat(s.outlineWidth) < 2) bare.push(e.outerHTML.slice(0, 120));
		})()`)
	}
	fmt.Sscan(b.text(`String(reached.size)`), &seen)
	if seen < total {
		t.Errorf("%d of %d were reached; not %s", seen, total, b.text(`want.filter(e => !reached.has(e)).map(e => e.outerHTML.slice(0, 120)).join("\n")`))
	}
	b.is("what has the focus and does not show it", `bare.join("; ")`, "")
	for _, path := range kinds {
		b.open(site.url + path)
		b.do(chromedp.KeyEvent("\t"))
		b.is("what can have the focus and would not show it on "+path, `[...document.querySelectorAll("a[href], button, summary, input:not(:disabled), select, textarea, [tabindex='0']")].filter(e => {
			if (!e.checkVisibility({ visibilityProperty: true })) return false;
			e.focus({ focusVisible: true, preventScroll: true });
			const s = getComputedStyle(e);
			return document.activeElement != e || (s.outlineStyle == "none" || parseFloat(s.outlineWidth) < 2) && getComputedStyle(e.parentElement).outlineStyle == "none";
		}).map(e => e.outerHTML.slice(0, 120)).slice(0, 3).join("; ")`, "")
	}

	b.open(site.url + "/specs/checkout/")
	b.do(chromedp.KeyEvent("/"))
	b.until(`document.querySelector("dialog[open] input") == document.activeElement`)
	b.do(chromedp.KeyEvent("\x1b"))
	b.until(`!document.querySelector("dialog[open]")`)
	b.hasNoErrors()
}

// testNarrow looks for what is wider than the window, or cut off, on a phone of 320 pixels and on a screen of 1440 at
// 200 %, which is a window of 720.
func testNarrow(t *testing.T, browser context.Context, site served, kinds []string) {
	b := newTab(t, browser)
	for _, path := range append(kinds, "/manual/views/", "/search/?q=refund", "/no-such-page/") {
		b.size(320, 640)
		b.open(site.url + path)
		if strings.HasPrefix(path, "/search/") {
			b.until(`document.querySelector(".search-page .hit-title")`)
		}
		for _, width := range []int64{320, 720} {
			b.size(width, 640)
			b.is(fmt.Sprintf("what is wider than the window of %d on %s", width, path), `document.documentElement.scrollWidth <= innerWidth ? "" : [...document.querySelectorAll("body *")].filter(e => e.checkVisibility() && e.getBoundingClientRect().right > innerWidth + 1 && ![...(function*() { for (let p = e.parentElement; p; p = p.parentElement) yield p; })()].some(p => getComputedStyle(p).overflowX != "visible")).slice(0, 3).map(e => e.outerHTML.slice(0, 120)).join("; ")`, "")
			b.is(fmt.Sprintf("what is cut off at %d on %s", width, path), `[...document.querySelectorAll("body *")].filter(e => e.checkVisibility() && ["hidden", "clip"].includes(getComputedStyle(e).overflowX) && !e.matches(".sr, .mark, .find span, svg, svg *") && e.scrollWidth > e.clientWidth + 1).slice(0, 3).map(e => e.outerHTML.slice(0, 120)).join("; ")`, "")
			b.is(fmt.Sprintf("what scrolls at %d on %s and cannot be reached by a key", width, path), `[...document.querySelectorAll("main *")].filter(e => e.checkVisibility() && ["auto", "scroll"].includes(getComputedStyle(e).overflowX) && e.scrollWidth > e.clientWidth + 1 && e.tabIndex < 0 && !e.querySelector("a[href], button, [tabindex='0']")).slice(0, 3).map(e => e.outerHTML.slice(0, 120)).join("; ")`, "")
		}
	}
	b.size(320, 640)
	b.open(site.url + "/specs/checkout/")
	b.openSearch()
	b.is("the search stands within the window", `(r => r.left >= 0 && r.right <= innerWidth && r.top >= 0 && r.bottom <= innerHeight)(document.querySelector(".search-dialog").getBoundingClientRect())`, true)
	b.is("and so does all of it", `[...document.querySelectorAll(".search-dialog *")].filter(e => e.checkVisibility() && e.getBoundingClientRect().right > innerWidth + 1 && !e.closest(".search-chips")).length`, 0)
}

// testWishes looks at what follows when a reader's system asks for more contrast, for colours of its own or for less motion.
func testWishes(t *testing.T, browser context.Context, site served) {
	b := newTab(t, browser)
	b.size(1440, 900)
	colour := func(selector, property string) string {
		return "getComputedStyle(document.querySelector(`" + selector + "`))." + property
	}
	quiet := `[` + colour(".summary", "color") + `, ` + colour(".crumbs a", "color") + `, ` + colour(".trust dt", "color") + `].every(c => c == ` + colour("body", "color") + `)`
	b.open(site.url + "/specs/checkout/")
	b.is("labels are quieter than text", quiet, false)
	b.prefers("prefers-contrast", "more")
	b.is("with more contrast they are not", quiet, true)
	b.is("nor are rules", colour(".trust", "borderTopColor")+` == `+colour(".find", "borderTopColor"), true)

	b.is("smooth scrolling", colour("html", "scrollBehavior"), "smooth")
	b.prefers("prefers-reduced-motion", "reduce")
	b.is("with less motion there is none", colour("html", "scrollBehavior"), "auto")
	b.is("what moves all the same", `[...document.querySelectorAll("*")].filter(e => (s => s.animationName != "none" || s.transitionDuration != "0s")(getComputedStyle(e))).map(e => e.outerHTML.slice(0, 120)).join("; ")`, "")
	b.is("and pages do not fade into each other", `[...document.styleSheets].flatMap(s => [...s.cssRules]).filter(r => r.media?.mediaText.includes("reduce") && [...r.cssRules].some(inner => inner.cssText.replaceAll(" ", "").includes("navigation:none"))).length`, 1)

	b.prefers("forced-colors", "active")
	b.is("badges have an edge where colours are the system's", colour(".trust .badge", "borderTopStyle"), "solid")
	edge := func(a string) string { return colour(".nav "+a, "borderInlineStartColor") }
	b.is("the page that is shown has one in the navigation", edge("[aria-current=page]")+` != `+colour("body", "backgroundColor"), true)
	b.is("and it alone", `[...document.querySelectorAll(".nav a:not([aria-current])")].filter(a => getComputedStyle(a).borderInlineStartColor != `+colour("body", "backgroundColor")+`).map(a => a.textContent).join("; ")`, "")
	b.do(chromedp.KeyEvent("\t"))
	b.is("the focus shows", colour(":focus", "outlineStyle"), "solid")
	b.openSearch()
	b.is("so does the field of the search", colour(".search-top", "outlineStyle"), "solid")
	b.is("and what is chosen", colour(".search-list [aria-selected=true]", "outlineStyle"), "solid")
	b.hasNoErrors()
}

// arabic is a site from right to left, by a file of words that holds little.
const arabic = `
-- handbook.yaml --
name: الدليل
language: ar
theme: ours
rules: {missing-words: off}
-- themes/ours/i18n/ar.yaml --
dir: rtl
home: البداية
-- content/_index.md --
---
title: الدليل
owner: ana
---
مرحبا. [القواعد](rules.md)
-- content/rules.md --
---
title: القواعد
owner: ana
reviewed: 2026-10-28
review_every: 90d
---
## الأولى

نص.

| أ | ب |
|---|---|
| ج | د |

## الثانية

نص.
-- content/ana.md --
---
title: آنا
type: person
owner: ana
---
`

// hebrew is a site from right to left by its language alone, with the interface's words in English.
const hebrew = `
-- handbook.yaml --
name: מדריך
language: he
rules: {missing-words: off, no-owner: off}
-- content/_index.md --
---
title: ברוכים הבאים
reviewed: 2026-01-01
review_every: 30d
---
טקסט בעברית.

~~~go
func main() {}
~~~
`

func testRightToLeft(t *testing.T, browser context.Context) {
	alone := serveSite(t, writeSite(t, hebrew), "2026-11-22")
	h := newTab(t, browser)
	h.size(1440, 900)
	h.open(alone.url + "/")
	h.is("the page of a language without words", `document.documentElement.dir + " " + document.documentElement.lang`, "rtl he")
	h.is("its text begins on the right", `getComputedStyle(document.querySelector(".text p")).direction`, "rtl")
	h.is("an English sentence ends on its right", `(() => {
		const walk = document.createTreeWalker(document.querySelector(".notice p"), NodeFilter.SHOW_TEXT);
		let last;
		while (walk.nextNode()) if (walk.currentNode.data.trim()) last = walk.currentNode;
		const at = last.data.trimEnd().length, left = (from, to) => { const r = new Range(); r.setStart(last, from); r.setEnd(last, to); return r.getBoundingClientRect().left; };
		return last.data[at - 1] == "." && left(at - 1, at) > left(at - 2, at - 1);
	})()`, true)
	h.is("code begins on the left", `getComputedStyle(document.querySelector("pre")).direction`, "ltr")
	h.size(390, 800)
	h.is("nothing stands outside on a phone, in English words", `document.documentElement.scrollWidth <= innerWidth`, true)
	h.hasNoErrors()

	site := serveSite(t, writeSite(t, arabic), "2026-11-22")
	b := newTab(t, browser)
	b.withAxe()
	b.size(1440, 900)
	b.open(site.url + "/rules/")
	b.is("the page", `document.documentElement.dir + " " + document.documentElement.lang`, "rtl ar")
	b.is("the navigation stands on the right", `document.querySelector(".nav").getBoundingClientRect().left > document.querySelector("h1").getBoundingClientRect().right`, true)
	b.is("the contents stand on the left", `document.querySelector(".toc").getBoundingClientRect().right < document.querySelector("h1").getBoundingClientRect().left`, true)
	for _, list := range []string{".nav", ".toc"} {
		b.is("text keeps its distance from the line of "+list, `parseFloat(getComputedStyle(document.querySelector("`+list+` a")).paddingRight) > 8`, true)
	}
	b.is("text begins on the right", `getComputedStyle(document.querySelector("h1")).direction`, "rtl")
	b.is("nothing stands outside", `document.documentElement.scrollWidth <= innerWidth`, true)
	b.is("its own words", `document.querySelector(".crumbs a").textContent`, "البداية")
	b.axe("from right to left")
	b.size(390, 800)
	b.is("nothing stands outside on a phone", `document.documentElement.scrollWidth <= innerWidth`, true)
	b.hasNoErrors()
}

// testPaper reads a section as it is printed.
func testPaper(t *testing.T, browser context.Context, site served) {
	b := newTab(t, browser)
	b.size(794, 1123)
	b.call(func(ctx context.Context, target *chromedp.Target) error {
		_, err := cdp.Call(ctx, target, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{Media: "print"})
		return err
	})
	b.open(site.url + "/specs/print/")
	b.is("what is only for the screen", visible(".top, .nav, .crumbs, .anchor, .as-document"), "")
	b.is("the contents name each page", `[...document.querySelectorAll(".contents li")].map(li => li.textContent).join("; ")`, b.text(`[...document.querySelectorAll(".print > section > h2")].map(h => h.textContent).join("; ")`))
	b.is("of which there are some", `document.querySelectorAll(".contents li").length > 2`, true)
	b.is("links of the contents lead within", `[...document.querySelectorAll(".contents a")].filter(a => !document.getElementById(a.hash.slice(1))).length`, 0)
	b.is("badges are words", `[...document.querySelectorAll(".print .badge")].every(b => b.innerText.trim())`, true)
	b.is("each page begins on a sheet of its own", `[...document.querySelectorAll(".print > section:has(> h2)")].every(s => getComputedStyle(s).breakBefore == "page")`, true)
	b.open(site.url + "/specs/checkout/")
	b.is("of a page's surroundings", visible(".top, .nav, .toc, .turn, .back"), "")
	b.is("its badge", visible(".trust .badge"), "Verified")
}

func testTree(t *testing.T, browser context.Context, site served) {
	b := newTab(t, browser)
	b.size(1440, 900)
	b.open(site.url + "/manual/links/")
	asked := `performance.getEntriesByType("resource").filter(r => r.name.endsWith("tree.json")).length`
	b.is("nothing is fetched before", asked, 0)
	b.is("the button says what it does", `document.querySelector('.nav a[href="/specs/"] + button').getAttribute("aria-label")`, "Show what is in Specs")
	b.do(chromedp.Focus(chromedp.CSS(`.nav a[href="/specs/"] + button`)))
	b.do(chromedp.KeyEvent("\r"))
	b.until(`document.querySelector('.nav a[href="/specs/offline-check-in/"]')`)
	b.is("what is there", `[...document.querySelectorAll('.nav a[href="/specs/"] ~ ul a')].map(a => a.textContent).slice(0, 3).join("; ")`, "Checkout on one page; Fast refunds; Offline check-in, Review due")
	b.is("it is open", `document.querySelector('.nav a[href="/specs/"] + button').ariaExpanded`, "true")
	b.do(chromedp.KeyEvent("\r"))
	b.is("and closed again", visible(`.nav a[href="/specs/"] ~ ul`), "")
	b.do(chromedp.Click(chromedp.CSS(`.nav a[href="/needs/"] + button`)))
	b.until(`document.querySelector('.nav a[href="/needs/"] ~ ul')`)
	b.is("it is fetched once", asked, 1)
	b.hasNoErrors()
}
