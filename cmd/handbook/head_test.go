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
