package main

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"
)

// asked are queries over content/ and what must be among the first three pages found, the part of the address behind
// the host. A "#" stands for a section that the result must lead to.
var asked = []struct {
	query string
	want  string // one address or more
}{
	// Titles, and other names.
	{"checkout", "/specs/checkout/"},
	{"fast refunds", "/specs/fast-refunds/"},
	{"technical product manager", "/roles/technical-product-manager/ /faq/technical-product-manager/"},
	{"TPM", "/roles/technical-product-manager/"},
	{"PM", "/roles/product-manager/"},
	{"product manager", "/roles/product-manager/"},
	{"account-to-account payment", "/technologies/pay-by-bank/"},
	{"one-page checkout", "/specs/checkout/"},
	{"passkeys", "/technologies/passkeys/"},
	{"sqlite", "/technologies/sqlite-in-the-browser/"},
	{"document plan", "/how-we-work/document-plan/"},
	{"release 2026.10", "/releases/2026-10/"},
	{"support lead", "/roles/support-lead/"},
	{"teams", "/teams/"},
	{"configuration", "/manual/configuration/"},
	// Words in any order.
	{"refunds fast", "/specs/fast-refunds/"},
	{"beta running", "/how-we-work/running-a-beta/"},
	{"page true stays", "/manual/writing-well/"},
	{"signal without works", "/needs/works-without-signal/"},
	// Headings.
	{"which refunds are fast", "/specs/fast-refunds/#which-refunds-are-fast"},
	{"exit statuses", "/manual/commands/#exit-statuses"},
	{"reproducible builds", "/manual/publishing/#reproducible-builds"},
	{"netlify", "/manual/publishing/#netlify"},
	{"who may stand in", "/roles/standing-in/#who-may-stand-in"},
	{"saying no", "/roles/skills/#saying-no"},
	{"waivers", "/how-we-work/document-plan/#waivers"},
	{"task lists", "/manual/markdown/#task-lists"},
	{"old addresses", "/manual/pages/#old-addresses"},
	{"lengths of time", "/manual/frontmatter/#lengths-of-time"},
	// Words of the text.
	{"base_url", "/manual/publishing/"},
	{"review_every", "/manual/frontmatter/"},
	{"flight mode", "/specs/offline-check-in/#goals-and-non-goals"},
	{"typographer", "/manual/configuration/ /manual/markdown/"},
	{"in CI", "/manual/publishing/#in-ci"},
	{"expires_at", "/specs/checkout/#how-it-works"},
	{"Idempotency-Key", "/specs/checkout/#how-it-works"},
	// Other forms of a word.
	{"refunding quickly", "/specs/fast-refunds/"},
	{"reviewer", "/how-we-work/reviewing-pages/"},
	{"invoice school group", "/demands/group-invoices/"},
	{"configure", "/manual/configuration/"},
	{"judge demands", "/how-we-work/judging-a-demand/"},
	{"embedding", "/manual/links/#embeds"},
	{"passkey", "/technologies/passkeys/"},
	// Still being typed.
	{"frontm", "/manual/frontmatter/"},
	{"offline che", "/specs/offline-check-in/"},
	{"wikili", "/manual/links/"},
	{"payout", "/terms/payout/"},
	{"bookin", "/products/bookings/"},
	// One typing error.
	{"chekcout", "/specs/checkout/"},
	{"refnuds", "/specs/fast-refunds/ /faq/refunds/"},
	{"operatr", "/terms/operator/"},
	{"ffline check-in", "/specs/offline-check-in/"},
	{"maniffest", "/terms/manifest/"},
	{"pasword keys passkays", "/technologies/passkeys/"},
	// Phrases.
	{`"seat hold"`, "/terms/seat-hold/"},
	{`"pay by bank"`, "/technologies/pay-by-bank/"},
	// Questions.
	{"when do I get my money back?", "/faq/refunds/#when-do-i-get-my-money-back"},
	{"can I be refunded to another card", "/faq/refunds/#can-i-be-refunded-to-another-card"},
	{"what does a tpm earn", "/faq/technical-product-manager/#what-does-a-tpm-earn"},
	{"what does a TPM do", "/roles/technical-product-manager/ /faq/technical-product-manager/"},
	{"who may review a page?", "/how-we-work/reviewing-pages/#who-may-review"},
	{"how do I make my own theme", "/manual/themes/"},
	// Filters.
	{"type:spec refund", "/specs/fast-refunds/"},
	{"refund type:faq", "/faq/refunds/"},
	{"owner:payments type:spec", "/specs/fast-refunds/"},
	{"in:how-we-work beta", "/how-we-work/running-a-beta/"},
	{"type:role owner:product manager", "/roles/product-manager/"},
}

func TestSearch(t *testing.T) {
	browser := startChromium(t)
	example := serveSite(t, "../..", "2026-11-22")

	t.Run("finds what readers of the example look for", func(t *testing.T) { testAsked(t, browser, example) })
}

// find is what the search finds.
func (b *tab) find(query string, most int) (found struct {
	Total   int
	Meant   [][2]string
	Results []struct {
		Address, ID, Title, State string
		Parts                     [][]any
	}
}) {
	b.t.Helper()
	q, _ := json.Marshal(query)
	script := fmt.Sprintf(`handbookSearch.find(%s, %d).then(a => JSON.stringify({ Total: a.total, Meant: a.meant, Results: a.results.map(r => ({ Address: r.address, ID: r.id, Title: r.title, State: r.state, Parts: r.parts })) }))`, q, most)
	got, err := chromedp.Run(b.ctx, chromedp.Evaluate[string](script, chromedp.EvalAwaitPromise))
	if err != nil {
		b.t.Fatalf("%s: %v", query, err)
	}
	if err := json.Unmarshal([]byte(got), &found); err != nil {
		b.t.Fatal(err)
	}
	return found
}

// press presses a key, such as "/" or a constant of chromedp's kb.
func (b *tab) press(key string, options ...chromedp.KeyOption) {
	b.t.Helper()
	b.do(chromedp.KeyEvent(key, options...))
}

func (b *tab) openSearch() {
	b.t.Helper()
	b.press("/")
	b.until(`document.querySelector(".search-dialog[open] [role=option]")`)
}

func testAsked(t *testing.T, browser context.Context, site served) {
	if len(asked) < 60 {
		t.Errorf("only %d queries are tried", len(asked))
	}
	b := newTab(t, browser)
	b.open(site.url + "/")
	b.openSearch()
	for _, a := range asked {
		var got []string
		for _, r := range b.find(a.query, 3).Results {
			got = append(got, r.Address, r.Address+"#"+r.ID)
		}
		for want := range strings.FieldsSeq(a.want) {
			if !slices.Contains(got, want) {
				t.Errorf("%s: found %q, want %s among the first three", a.query, got, want)
			}
		}
	}
	b.hasNoErrors()
}
