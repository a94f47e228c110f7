package main

import (
	"fmt"
	"io"
	"net/http"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	"handbook/builder/browser"
)

// TestAccess asks of one page of each kind what axe-core asks, whether the site's policy forbids anything on it, and
// whether all of it can be reached by the keyboard.
func TestAccess(t *testing.T) {
	t.Parallel()
	browser.Need(t)
	site := serveSite(t, "../..", "2026-11-22")
	kinds := pageKinds(t, site)

	beside(t, "axe finds nothing", func(t *testing.T) { testAxe(t, site, kinds) })
	beside(t, "axe finds nothing while something is open", func(t *testing.T) { testAxeOpen(t, site) })
	beside(t, "the policy forbids nothing", func(t *testing.T) { testViolations(t, site, kinds) })
	beside(t, "the keyboard reaches everything", func(t *testing.T) { testKeyboard(t, site, kinds) })
	beside(t, "nothing is cut off on a narrow or enlarged page", func(t *testing.T) { testNarrow(t, site, kinds) })
	beside(t, "a reader's wishes are followed", func(t *testing.T) { testWishes(t, site) })
	beside(t, "a site from right to left", func(t *testing.T) { testRightToLeft(t) })
	everywhere(t, "a section that the page does not show opens in place", func(b tab) { testTree(b, site) })
	everywhere(t, "the menu and the reasons open and close", func(b tab) { testOpens(b, site) })
	everywhere(t, "paper", func(b tab) { testPaper(b, site) })
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
func testAxe(t *testing.T, site served, kinds []string) {
	all := os.Getenv("HANDBOOK_AXE") == "all"
	every := func(path string) bool { return all || slices.Contains(kinds, path) }
	looked := slices.DeleteFunc(slices.Clone(site.paths), func(path string) bool { return !every(path) && site.lot(t, path, 16) >= 4 })
	for paths := range slices.Chunk(looked, 20) {
		beside(t, paths[0], func(t *testing.T) {
			b := newTab(t)
			b.withAxe()
			for _, path := range paths {
				b.Open(site.url + path)
				for look := range 4 {
					if !every(path) && uint32(look) != site.lot(t, path, 16) {
						continue
					}
					width, scheme := int64(1440), "light"
					if look > 1 {
						width = 390
					}
					if look%2 == 1 {
						scheme = "dark"
					}
					b.Size(width, 900)
					b.Prefers("prefers-color-scheme", scheme)
					b.axe(fmt.Sprintf("%s at %d, %s", path, width, scheme))
				}
			}
		})
	}
}

func testAxeOpen(t *testing.T, site served) {
	b := newTab(t)
	b.withAxe()
	for _, scheme := range []string{"light", "dark"} {
		b.Prefers("prefers-color-scheme", scheme)
		b.Size(390, 800)
		b.Open(site.url + "/specs/checkout/")
		b.Click("button.menu")
		b.Until(`document.querySelector(".nav").matches(":popover-open")`)
		b.axe("the menu, " + scheme)
		b.Size(1440, 900)
		b.Open(site.url + "/specs/checkout/")
		b.Click(".why")
		b.axe("the panel, " + scheme)
		b.showCard(".text a[href='/needs/fewer-steps-to-pay/']")
		b.axe("a card, " + scheme)
		b.Run(`document.activeElement.blur()`)
		for _, width := range []int64{1440, 390} {
			b.Size(width, 800)
			b.Open(site.url + "/specs/checkout/")
			b.openSearch()
			b.axe(fmt.Sprintf("the search before anything is typed at %d, %s", width, scheme))
			b.Press("refund")
			b.Until(`document.querySelector(".search-list .hit-title")?.textContent == "Refunds" && !document.querySelector(".search-dialog[aria-busy]")`)
			b.axe(fmt.Sprintf("the search with results at %d, %s", width, scheme))
			b.Press("xqzwvk")
			b.Until(`!document.querySelector(".search-list [role=option]") && !document.querySelector(".search-dialog[aria-busy]")`)
			b.axe(fmt.Sprintf("the search without results at %d, %s", width, scheme))
			b.Open(site.url + "/search/?q=refund")
			b.Until(`document.querySelector(".search-page .hit-title")?.textContent == "Refunds"`)
			b.axe(fmt.Sprintf("the page of the search at %d, %s", width, scheme))
		}
	}
}

// showCard opens the card of a link by giving it the focus, where nothing scrolls any more: that would hide the card.
func (b tab) showCard(link string) {
	b.t.Helper()
	b.Run(`document.querySelector("` + link + `").scrollIntoView({ block: "center", behavior: "instant" })`)
	b.Text(`new Promise(done => requestAnimationFrame(() => requestAnimationFrame(() => done(""))))`)
	b.Run(`document.querySelector("` + link + `").focus({ focusVisible: true, preventScroll: true })`)
	b.Until(`document.querySelector(".card")?.matches(":popover-open")`)
}

// withAxe brings axe-core to every page that is opened from now on.
func (b tab) withAxe() {
	b.t.Helper()
	source, err := os.ReadFile("testdata/axe/axe.min.js")
	if err != nil {
		b.t.Fatal(err)
	}
	b.OnEveryPage(string(source))
}

// axe fails for everything that axe-core finds on the page as it is now.
func (b tab) axe(where string) {
	b.t.Helper()
	b.Until(`document.getAnimations().every(a => a.playState != "running")`)
	script := `axe.run(document, { resultTypes: ["violations"], preload: false }).then(r => r.violations.map(v => v.id + ": " + v.nodes.slice(0, 3).map(n => n.html.slice(0, 160) + " (" + n.any.concat(n.all, n.none).map(c => c.message).join("; ") + ")").join("; and ")).join("\n"))`
	if found := b.Text(script); found != "" {
		b.t.Errorf("%s: %s", where, found)
	}
}

// testViolations counts what the browser reports against the site's policy.
func testViolations(t *testing.T, site served, kinds []string) {
	b := newTab(t)
	b.OnEveryPage(`window.refused = []; document.addEventListener("securitypolicyviolation", e => refused.push(e.effectiveDirective + " " + e.blockedURI + " " + e.sample))`)
	for _, path := range kinds {
		b.Open(site.url + path)
		b.Is("refused on "+path, `refused.join("; ")`, "")
	}
	b.Open(site.url + "/specs/checkout/")
	b.Click(".scheme")
	b.Click(".why")
	b.showCard(".text a[href='/needs/fewer-steps-to-pay/']")
	b.Click(".find")
	b.Until(`document.querySelector("dialog[open] input") == document.activeElement`)
	b.Press("checkout")
	b.Until(`document.querySelector("dialog[open]").textContent.includes("Checkout on one page")`)
	b.Is("refused while everything is used", `refused.join("; ")`, "")
	b.HasNoErrors()
	// What is forbidden is counted.
	b.Open(site.url + "/" + badPage)
	b.Until(`refused.length >= 2`)
}

// testKeyboard walks with Tab through a page.
func testKeyboard(t *testing.T, site served, kinds []string) {
	b := newTab(t)
	b.Size(1440, 900)
	b.Open(site.url + "/specs/checkout/")
	b.Press("\t")
	b.Is("first", `document.activeElement.className`, "skip")
	b.Is("which shows", `document.activeElement.getBoundingClientRect().top >= 0`, true)
	b.Press("\r")
	b.Until(`document.activeElement.id == "hb:main" || location.hash == "#hb:main"`)
	b.Press("\t")
	b.Is("after the skip link", `!!document.activeElement.closest("main")`, true)

	// Every link, button and summary that shows can be reached, and shows that it has the focus.
	b.Open(site.url + "/specs/checkout/")
	b.Run(`window.want = [...document.querySelectorAll("a[href], button, summary, input:not(:disabled), [tabindex='0']")].filter(e => e.checkVisibility({ visibilityProperty: true })); window.bare = []`)
	seen, total := 0, 0
	fmt.Sscan(b.Text(`String(want.length)`), &total)
	for range total + 20 {
		b.Press("\t")
		b.Run(`(() => {
			const e = document.activeElement;
			if (e == document.body) return;
			window.reached = (window.reached || new Set()).add(e);
			const s = getComputedStyle(e);
			if (s.outlineStyle == "none" || parseFloat(s.outlineWidth) < 2) bare.push(e.outerHTML.slice(0, 120));
		})()`)
	}
	fmt.Sscan(b.Text(`String(reached.size)`), &seen)
	if seen < total {
		t.Errorf("%d of %d were reached; not %s", seen, total, b.Text(`want.filter(e => !reached.has(e)).map(e => e.outerHTML.slice(0, 120)).join("\n")`))
	}
	b.Is("what has the focus and does not show it", `bare.join("; ")`, "")
	for _, path := range kinds {
		b.Open(site.url + path)
		b.Press("\t")
		b.Is("what can have the focus and would not show it on "+path, `[...document.querySelectorAll("a[href], button, summary, input:not(:disabled), select, textarea, [tabindex='0']")].filter(e => {
			if (!e.checkVisibility({ visibilityProperty: true })) return false;
			e.focus({ focusVisible: true, preventScroll: true });
			const s = getComputedStyle(e);
			return document.activeElement != e || (s.outlineStyle == "none" || parseFloat(s.outlineWidth) < 2) && getComputedStyle(e.parentElement).outlineStyle == "none";
		}).map(e => e.outerHTML.slice(0, 120)).slice(0, 3).join("; ")`, "")
	}

	b.Open(site.url + "/specs/checkout/")
	b.Press("/")
	b.Until(`document.querySelector("dialog[open] input") == document.activeElement`)
	b.Press("\x1b")
	b.Until(`!document.querySelector("dialog[open]")`)
	b.HasNoErrors()
}

// testNarrow looks for what is wider than the window, or cut off, on a phone of 320 pixels and on a screen of 1440 at
// 200 %, which is a window of 720.
func testNarrow(t *testing.T, site served, kinds []string) {
	b := newTab(t)
	for _, path := range append(kinds, "/manual/views/", "/search/?q=refund", "/no-such-page/") {
		b.Size(320, 640)
		b.Open(site.url + path)
		if strings.HasPrefix(path, "/search/") {
			b.Until(`document.querySelector(".search-page .hit-title")`)
		}
		for _, width := range []int64{320, 720} {
			b.Size(width, 640)
			b.Is(fmt.Sprintf("what is wider than the window of %d on %s", width, path), `document.documentElement.scrollWidth <= innerWidth ? "" : [...document.querySelectorAll("body *")].filter(e => e.checkVisibility() && e.getBoundingClientRect().right > innerWidth + 1 && ![...(function*() { for (let p = e.parentElement; p; p = p.parentElement) yield p; })()].some(p => getComputedStyle(p).overflowX != "visible")).slice(0, 3).map(e => e.outerHTML.slice(0, 120)).join("; ")`, "")
			b.Is(fmt.Sprintf("what is cut off at %d on %s", width, path), `[...document.querySelectorAll("body *")].filter(e => e.checkVisibility() && ["hidden", "clip"].includes(getComputedStyle(e).overflowX) && !e.matches(".sr, i[data-state], .find span, svg, svg *") && e.scrollWidth > e.clientWidth + 1).slice(0, 3).map(e => e.outerHTML.slice(0, 120)).join("; ")`, "")
			b.Is(fmt.Sprintf("what scrolls at %d on %s and cannot be reached by a key", width, path), `[...document.querySelectorAll("main *")].filter(e => e.checkVisibility() && ["auto", "scroll"].includes(getComputedStyle(e).overflowX) && e.scrollWidth > e.clientWidth + 1 && e.tabIndex < 0 && !e.querySelector("a[href], button, [tabindex='0']")).slice(0, 3).map(e => e.outerHTML.slice(0, 120)).join("; ")`, "")
		}
	}
	b.Size(320, 640)
	b.Open(site.url + "/specs/checkout/")
	b.openSearch()
	b.Is("the search stands within the window", `(r => r.left >= 0 && r.right <= innerWidth && r.top >= 0 && r.bottom <= innerHeight)(document.querySelector(".search-dialog").getBoundingClientRect())`, true)
	b.Is("and so does all of it", `[...document.querySelectorAll(".search-dialog *")].filter(e => e.checkVisibility() && e.getBoundingClientRect().right > innerWidth + 1 && !e.closest(".search-chips")).length`, 0)
}

// testWishes looks at what follows when a reader's system asks for more contrast, for colours of its own or for less motion.
func testWishes(t *testing.T, site served) {
	b := newTab(t)
	b.Size(1440, 900)
	colour := func(selector, property string) string {
		return "getComputedStyle(document.querySelector(`" + selector + "`))." + property
	}
	quiet := `[` + colour(".summary", "color") + `, ` + colour(".crumbs a", "color") + `, ` + colour(".facts dt", "color") + `].every(c => c == ` + colour("body", "color") + `)`
	b.Open(site.url + "/specs/checkout/")
	b.Is("labels are quieter than text", quiet, false)
	b.Prefers("prefers-contrast", "more")
	b.Is("with more contrast they are not", quiet, true)
	b.Is("nor are rules", colour(".toc a:not([aria-current])", "borderInlineStartColor")+` == `+colour(".find", "borderTopColor"), true)

	b.Is("who arrives is there at once", colour("html", "scrollBehavior"), "auto")
	b.Click(".toc li:nth-child(2) a")
	b.Is("within the page the text scrolls smoothly", colour("html", "scrollBehavior"), "smooth")
	b.Prefers("prefers-reduced-motion", "reduce")
	b.Is("with less motion there is none", colour("html", "scrollBehavior"), "auto")
	b.Is("what moves all the same", `[...document.querySelectorAll("*")].filter(e => (s => s.animationName != "none" || s.transitionDuration != "0s")(getComputedStyle(e))).map(e => e.outerHTML.slice(0, 120)).join("; ")`, "")
	b.Is("and pages do not fade into each other", `[...document.styleSheets].flatMap(s => [...s.cssRules]).filter(r => r.media?.mediaText.includes("reduce") && [...r.cssRules].some(inner => inner.cssText.replaceAll(" ", "").includes("navigation:none"))).length`, 1)

	b.Prefers("forced-colors", "active")
	b.Is("badges have an edge where colours are the system's", colour(".trust .badge", "borderTopStyle"), "solid")
	edge := func(a string) string { return colour(".nav "+a, "borderInlineStartColor") }
	b.Is("the page that is shown has one in the navigation", edge("[aria-current=page]")+` != `+colour("body", "backgroundColor"), true)
	b.Is("and it alone", `[...document.querySelectorAll(".nav a:not([aria-current])")].filter(a => getComputedStyle(a).borderInlineStartColor != `+colour("body", "backgroundColor")+`).map(a => a.textContent).join("; ")`, "")
	b.Press("\t")
	b.Is("the focus shows", colour(":focus", "outlineStyle"), "solid")
	b.openSearch()
	b.Is("so does the field of the search", colour(".search-top", "outlineStyle"), "solid")
	b.Is("and what is chosen", colour(".search-list [aria-selected=true]", "outlineStyle"), "solid")
	b.HasNoErrors()
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

func testRightToLeft(t *testing.T) {
	alone := serveSite(t, writeSite(t, hebrew), "2026-11-22")
	h := newTab(t)
	h.Size(1440, 900)
	h.Open(alone.url + "/")
	h.Is("the page of a language without words", `document.documentElement.dir + " " + document.documentElement.lang`, "rtl he")
	h.Is("its text begins on the right", `getComputedStyle(document.querySelector(".text p")).direction`, "rtl")
	h.Is("an English sentence ends on its right", `(() => {
		const walk = document.createTreeWalker(document.querySelector(".notice summary span, .notice p"), NodeFilter.SHOW_TEXT);
		let last;
		while (walk.nextNode()) if (walk.currentNode.data.trim()) last = walk.currentNode;
		const at = last.data.trimEnd().length, left = (from, to) => { const r = new Range(); r.setStart(last, from); r.setEnd(last, to); return r.getBoundingClientRect().left; };
		return last.data[at - 1] == "." && left(at - 1, at) > (at > 1 ? left(at - 2, at - 1) : last.previousSibling.getBoundingClientRect().left);
	})()`, true)
	h.Is("code begins on the left", `getComputedStyle(document.querySelector("pre")).direction`, "ltr")
	h.Size(390, 800)
	h.Is("nothing stands outside on a phone, in English words", `document.documentElement.scrollWidth <= innerWidth`, true)
	h.HasNoErrors()

	site := serveSite(t, writeSite(t, arabic), "2026-11-22")
	b := newTab(t)
	b.withAxe()
	b.Size(1440, 900)
	b.Open(site.url + "/rules/")
	b.Is("the page", `document.documentElement.dir + " " + document.documentElement.lang`, "rtl ar")
	b.Is("the navigation stands on the right", `document.querySelector(".nav").getBoundingClientRect().left > document.querySelector("h1").getBoundingClientRect().right`, true)
	b.Is("the contents stand on the left", `document.querySelector(".toc").getBoundingClientRect().right < document.querySelector("h1").getBoundingClientRect().left`, true)
	for _, list := range []string{".nav", ".toc"} {
		b.Is("text keeps its distance from the line of "+list, `parseFloat(getComputedStyle(document.querySelector("`+list+` a")).paddingRight) > 8`, true)
	}
	b.Is("text begins on the right", `getComputedStyle(document.querySelector("h1")).direction`, "rtl")
	b.Is("nothing stands outside", `document.documentElement.scrollWidth <= innerWidth`, true)
	b.Is("its own words", `document.querySelector(".crumbs a").textContent`, "البداية")
	b.axe("from right to left")
	b.Size(390, 800)
	b.Is("nothing stands outside on a phone", `document.documentElement.scrollWidth <= innerWidth`, true)
	b.HasNoErrors()
}

// testPaper reads a section as it is printed.
// testOpens opens what lies over a page or beside it, with the mouse and the keyboard.
func testOpens(b tab, site served) {
	b.Size(390, 800)
	b.Open(site.url + "/specs/checkout/")
	b.Is("the navigation of a phone", visible(".nav"), "")
	b.Click("button.menu")
	b.Until(`document.querySelector(".nav").matches(":popover-open")`)
	b.Is("what is in it", `document.querySelector('.nav a[href="/specs/"]').checkVisibility()`, true)
	b.Press(browser.Escape)
	b.Until(`!document.querySelector(".nav").matches(":popover-open")`)
	b.Is("after Escape", visible(".nav"), "")
	b.Size(1440, 900)
	b.Is("the reasons of a state", visible(".panel"), "")
	b.Click(".why")
	b.Until(visible(".panel") + `.includes("The next review is due on")`)
	b.Press(browser.Escape)
	b.Until(visible(".panel") + ` == ""`)
	b.HasNoErrors()
}

func testPaper(b tab, site served) {
	b.Size(794, 1123)
	b.Print()
	b.Open(site.url + "/specs/print/")
	b.Is("what is only for the screen", visible(".top, .nav, .crumbs, .anchor, .as-document"), "")
	b.Is("the contents name each page", `[...document.querySelectorAll(".contents li")].map(li => li.textContent).join("; ")`, b.Text(`[...document.querySelectorAll(".print > section > h2")].map(h => h.textContent).join("; ")`))
	b.Is("of which there are some", `document.querySelectorAll(".contents li").length > 2`, true)
	b.Is("links of the contents lead within", `[...document.querySelectorAll(".contents a")].filter(a => !document.getElementById(a.hash.slice(1))).length`, 0)
	b.Is("badges are words", `[...document.querySelectorAll(".print .badge")].every(b => b.innerText.trim())`, true)
	b.Is("each page begins on a sheet of its own", `[...document.querySelectorAll(".print > section:has(> h2)")].every(s => getComputedStyle(s).breakBefore == "page")`, true)
	b.Open(site.url + "/specs/checkout/")
	b.Is("of a page's surroundings", visible(".top, .nav, .toc, .turn, .back"), "")
	b.Is("its badge", visible(".trust .badge"), "Verified")
}

func testTree(b tab, site served) {
	b.Size(1440, 900)
	b.Open(site.url + "/manual/links/")
	asked := `performance.getEntriesByType("resource").filter(r => r.name.endsWith("tree.json")).length`
	b.Is("nothing is fetched before", asked, 0)
	b.Is("the button says what it does", `document.querySelector('.nav a[href="/specs/"] + button').getAttribute("aria-label")`, "Show what is in Specs")
	b.Focus(`.nav a[href="/specs/"] + button`)
	b.Press("\r")
	b.Until(`document.querySelector('.nav a[href="/specs/offline-check-in/"]')`)
	b.Is("what is there", `[...document.querySelectorAll('.nav a[href="/specs/"] ~ ul a')].map(a => a.textContent).slice(0, 3).join("; ")`, "Checkout on one page; Fast refunds; Offline check-in, Review due")
	b.Is("it is open", `document.querySelector('.nav a[href="/specs/"] + button').ariaExpanded`, "true")
	b.Press("\r")
	b.Is("and closed again", visible(`.nav a[href="/specs/"] ~ ul`), "")
	b.Click(`.nav a[href="/needs/"] + button`)
	b.Until(`document.querySelector('.nav a[href="/needs/"] ~ ul')`)
	b.Is("it is fetched once", asked, 1)
	b.HasNoErrors()

	b.Open(site.url + "/manual/rules/broken-link/")
	all := `.nav a[href^="/manual/rules/"]`
	shown := b.Text(`String(document.querySelectorAll('` + all + `').length)`)
	b.Is("a list of which a part is shown can be opened too", `document.querySelector(".nav .more button").getAttribute("aria-label")`, b.Text(`document.querySelector(".nav .more a").textContent`))
	b.Focus(".nav .more button")
	b.Press("\r")
	b.Until(fmt.Sprintf(`document.querySelectorAll('%s').length > %s`, all, shown))
	b.Is("the page keeps its place in it", `document.querySelector(".nav [aria-current]").textContent`, "broken-link")
	b.Is("the reader is at its beginning", `document.activeElement == document.querySelector('`+all+` + ul a')`, true)
	b.Is("nothing is left to open", `document.querySelectorAll(".nav .more").length`, 0)
	b.HasNoErrors()
}
