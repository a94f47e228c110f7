package main

import (
	"fmt"
	"testing"

	"handbook/builder/browser"
)

// TestTheTextComesFirst looks at one page of each kind as it opens: its first sentence stands in the upper half of a screen, and on that of
// a phone.
func TestTheTextComesFirst(t *testing.T) {
	t.Parallel()
	browser.Need(t)
	site := serveSite(t, "../..", builtOn)
	for _, screen := range []struct{ width, height, most int64 }{{1440, 900, 420}, {390, 844, 600}} {
		beside(t, fmt.Sprintf("at %d by %d", screen.width, screen.height), func(t *testing.T) {
			b := newTab(t)
			b.Size(screen.width, screen.height)
			for kind, path := range kindsOfPages {
				b.Open(site.url + path)
				b.Until(`document.fonts.status == "loaded"`)
				if top := b.Text(`String(` + firstSentence + `)`); top == "none" || atoi(t, top) > screen.most {
					t.Errorf("%s, %s: its first sentence stands at %s, want at most %d", kind, path, top, screen.most)
				} else if testing.Verbose() {
					t.Logf("%s: %s", kind, top)
				}
			}
			b.HasNoErrors()
		})
	}
}

// kindsOfPages is a page of each kind that the example has, the home page and the boards aside.
var kindsOfPages = map[string]string{
	"a spec":               "/specs/checkout/",
	"an overdue page":      "/faq/refunds/",
	"a superseded one":     "/decisions/refund-after-payout/",
	"a role":               "/roles/technical-product-manager/",
	"a page in doubt":      "/roles/tpm-and-pm/",
	"an FAQ":               "/faq/technical-product-manager/",
	"a planned beta":       "/beta-reports/offline-beta-1/",
	"a running beta":       "/beta-reports/refunds-beta-1/",
	"a finished beta":      "/beta-reports/checkout-beta-1/",
	"a need":               "/needs/fewer-steps-to-pay/",
	"a demand":             "/demands/refund-rules-per-activity/",
	"a decision":           "/decisions/refund-from-balance/",
	"a proposal":           "/proposals/contact-in-two-hours/",
	"a person":             "/people/ruth-adeyemi/",
	"a team":               "/teams/payments/",
	"a product":            "/products/bookings/",
	"a technology":         "/technologies/drafted-answers/",
	"a release":            "/releases/2026-10/",
	"a term":               "/terms/payout/",
	"a page of the manual": "/manual/markdown/",
	"a section":            "/specs/",
}

// firstSentence is how far down the first words of the text stand that are no heading.
const firstSentence = `(() => {
	const words = document.createTreeWalker(document.querySelector("main .text"), NodeFilter.SHOW_TEXT);
	while (words.nextNode()) {
		const e = words.currentNode.parentElement;
		if (!words.currentNode.data.trim() || e.closest("h1, h2, h3, h4, .still, .sr") || !e.checkVisibility()) continue;
		const all = document.createRange();
		all.selectNode(words.currentNode);
		return Math.round(all.getBoundingClientRect().top);
	}
	return "none";
})()`

func atoi(t *testing.T, text string) (n int64) {
	t.Helper()
	if _, err := fmt.Sscan(text, &n); err != nil {
		t.Fatal(err)
	}
	return n
}

// TestTheHead tries what the head of a page opens, and how one arrives below it.
func TestTheHead(t *testing.T) {
	t.Parallel()
	browser.Need(t)
	site := serveSite(t, "../..", builtOn)
	beside(t, "the badge opens a panel that Escape, a click beside it and the search close", func(t *testing.T) { testPanel(t, site) })
	beside(t, "what is about the page is open beside the text, and folded where there is no room", func(t *testing.T) { testAbout(t, site) })
	beside(t, "nothing moves on a phone, on a page of any kind", func(t *testing.T) { testStillOnAPhone(t, site) })
	beside(t, "who arrives at a part of a page is there at once", func(t *testing.T) { testArriving(t, site) })
}

func testPanel(t *testing.T, site served) {
	b := newTab(t)
	open := `document.querySelector(".panel").matches(":popover-open")`
	for _, width := range []int64{1440, 390} {
		b.Size(width, 844)
		b.Open(site.url + "/specs/checkout/")
		b.Is("before", open, false)
		b.Click(".why")
		b.Until(open)
		b.Is("it stands within the window, below the badge", `(p => p.left >= 0 && p.right <= innerWidth && p.top >= document.querySelector(".why").getBoundingClientRect().bottom && p.top < 400)(document.querySelector(".panel").getBoundingClientRect())`, true)
		b.Press(browser.Escape)
		b.Is("after Escape", open, false)
		b.Click(".why")
		b.Until(open)
		b.Click("h1")
		b.Is("after a click beside it", open, false)
		b.Click(".why")
		b.Until(open)
		b.Press("/")
		b.Until(`document.querySelector("dialog[open] input") == document.activeElement`)
		b.Is("under the search", open, false)
	}
	b.HasNoErrors()
}

func testAbout(t *testing.T, site served) {
	for _, script := range []bool{true, false} {
		b := newTab(t)
		if !script {
			b.WithoutScript()
		}
		b.Size(1440, 900)
		b.Open(site.url + "/specs/checkout/")
		b.Is("the facts", visible(`.facts [data-field=stage]`), "Stage Launch")
		b.Is("how far it is", visible(`.life`), "Step 5 of 5: Shipped")
		b.Is("they stand beside the text, above its contents", `(about => about.left > document.querySelector(".text").getBoundingClientRect().right && about.bottom < document.querySelector(".toc").getBoundingClientRect().top + 1)(document.querySelector(".facts").getBoundingClientRect())`, true)
		b.Is("what would open it", visible(".about > summary"), "")
		b.Is("the contents know what stands below the text", visible(".toc ul + ul"), "Findings Beta reports Evidence for Released in You may also be interested in Linked from")
		b.Run(`document.getElementById("hb:links").scrollIntoView()`)
		b.Until(`document.querySelector(".toc").getBoundingClientRect().top < 80`)
		b.Is("the contents stay in sight", `document.querySelector(".toc").getBoundingClientRect().top >= 0`, true)
		b.Size(1024, 900)
		b.Is("the fold, where there is no room", visible(".about"), "About this page and its contents")
		b.Click(".about > summary")
		b.Is("what it opens", visible(`.facts [data-field=stage], .toc a[href="#problem"]`), "Stage Launch Problem")
		b.HasNoErrors()
	}
}

// testStillOnAPhone adds up what moves while pages load. A picture of lines has its place before it comes.
func testStillOnAPhone(t *testing.T, site served) {
	b := newTab(t)
	b.Size(390, 844)
	b.OnEveryPage(`var moved = 0, shown = 0, movers = []; new PerformanceObserver(list => list.getEntries().forEach(e => {
		moved += e.value;
		e.sources.forEach(s => movers.push((s.node?.outerHTML ?? "what is gone").slice(0, 120)));
	})).observe({ type: "layout-shift", buffered: true })`)
	still := `moved < .0005 ? "" : moved + ": " + movers.join("; ")`
	for kind, path := range kindsOfPages {
		b.Open(site.url + path)
		b.Until(`document.readyState == "complete" && document.fonts.status == "loaded" && ++shown > 5`)
		b.Is("what moved on "+kind+", "+path, still, "")
	}
	b.Open(site.url + "/specs/checkout/")
	picture := `document.querySelector(".text img[src$='.svg']")`
	b.Is("the place that is kept for a picture of lines", `getComputedStyle(`+picture+`).aspectRatio`, "auto 760 / 300")
	b.HasNoErrors()
}

// testArriving looks at where the page stands in each of its first frames.
func testArriving(t *testing.T, site served) {
	b := newTab(t)
	b.OnEveryPage(`var at = []; (look => look(look))(again => { if (scrollY) at.push(Math.round(scrollY)); requestAnimationFrame(() => again(again)); })`)
	b.Open(site.url + "/manual/commands/#completion")
	b.Until(`document.readyState == "complete" && at.length > 20`)
	b.Is("the part is far down", `at[0] > 2000`, true)
	b.Is("where the page stood", `[...new Set(at)].length`, 1)
	b.HasNoErrors()
}
