package main

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"handbook/builder/browser"
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
	{"who may review", "/how-we-work/reviewing-pages/#who-may-review"},
	{"who may review a page?", "/how-we-work/reviewing-pages/#who-may-review"},
	{"how do I make my own theme", "/manual/themes/"},
	// Filters.
	{"type:spec refund", "/specs/fast-refunds/"},
	{"refund type:faq", "/faq/refunds/"},
	{"owner:payments type:spec", "/specs/fast-refunds/"},
	{"in:how-we-work beta", "/how-we-work/running-a-beta/"},
	{"type:role owner:product manager", "/roles/product-manager/"},
}

// typed are queries as readers type them, with the pages that were judged right before the results were looked at.
var typed = []struct {
	query string
	any   string // addresses of which one must be among the first three
}{
	{"refund", "/faq/refunds/ /specs/fast-refunds/"},
	{"refunds", "/faq/refunds/ /specs/fast-refunds/"},
	{"when do I get my money back", "/faq/refunds/"},
	{"how do I refund a guest", "/faq/refunds/"},
	{"tpm", "/roles/technical-product-manager/"},
	{"difference between pm and tpm", "/roles/tpm-and-pm/ /faq/technical-product-manager/"},
	{"who is on call", "/teams/platform/ /teams/payments/ /roles/engineering-lead/"},
	{"chekout", "/specs/checkout/"},
	{"ofline check in", "/specs/offline-check-in/"},
	{"payouts", "/terms/payout/ /specs/payouts-by-departure/"},
	{"what is a seat hold", "/terms/seat-hold/"},
	{"Ruth", "/people/ruth-adeyemi/"},
	{"tomasz wrenn", "/people/tomasz-wren/"},
	{"head of product", "/people/dilys-marsh/"},
	{"passwordless login", "/technologies/passkeys/"},
	{"bank transfer", "/technologies/pay-by-bank/ /terms/payout/"},
	{"deposit", "/needs/pay-a-deposit/ /demands/deposit-for-courses/"},
	{"invoice for schools", "/demands/group-invoices/"},
	{"what is new in october release", "/releases/2026-10/"},
	{"beta results checkout", "/beta-reports/checkout-beta-1/"},
	{"how to run a beta", "/how-we-work/running-a-beta/"},
	{"customer asks for a feature we don't have", "/teams/support/ /how-we-work/judging-a-demand/"},
	{"launch checklist", "/how-we-work/document-plan/"},
	{"which documents does a launch need", "/how-we-work/document-plan/ /plan/"},
	{"tpm salary", "/faq/technical-product-manager/"},
	{"skills of a tpm", "/roles/skills/"},
	{"who replaces the tpm on holiday", "/roles/standing-in/"},
	{"idempotency key", "/technologies/idempotent-payments/ /specs/checkout/"},
	{"double payment", "/technologies/idempotent-payments/ /beta-reports/checkout-beta-1/ /specs/checkout/"},
	{"reviewed_by", "/manual/frontmatter/ /manual/freshness/"},
	{"rename a page", "/manual/commands/"},
	{"broken-link", "/manual/rules/broken-link/"},
	{"mermaid diagram", "/manual/markdown/"},
	{"dark mode", "/manual/themes/"},
	{"CO-2", "/specs/checkout/ /beta-reports/checkout-beta-1/"},
	{"chargeback", "/faq/refunds/"},
	{"#ask-product", "/teams/product/ /"},
	{"AI answers", "/technologies/drafted-answers/"},
	{"glossary", "/terms/ /manual/terms/"},
	{"who owns payments", "/teams/payments/"},
}

// boards are the names of pages that nobody wrote, and where each must come first.
var boards = map[string]string{
	"radar": "/radar/", "health": "/health/", "findings": "/findings/", "what changed": "/changes/", "overdue pages": "/health/", "plan": "/plan/", "questions": "/questions/",
	"all pages": "/all/", "tags": "/tags/",
}

func TestSearch(t *testing.T) {
	t.Parallel()
	browser.Need(t)
	example := serveSite(t, "../..", "2026-11-22")

	words := serveSite(t, writeSite(t, manyWords), "2026-11-22")
	small := serveSite(t, writeSite(t, ages), "2026-11-22")

	beside(t, "finds what readers of the example look for", func(t *testing.T) { testAsked(t, example) })
	beside(t, "knows other writings", func(t *testing.T) { testWritings(t, words) })
	everywhere(t, "is led by keys", func(b tab) { testSearchKeys(b, example) })
	beside(t, "knows what a language elides", func(t *testing.T) { testElided(t) })
	beside(t, "shows words in their sentence, and where they stand", func(t *testing.T) { testSentence(t, words) })
	beside(t, "finds what is written otherwise, the exact word first", func(t *testing.T) { testOtherwise(t) })
	beside(t, "fetches only words while somebody types", func(t *testing.T) { testTyping(t, words) })
	beside(t, "filters", func(t *testing.T) { testFilters(t, words) })
	beside(t, "ages", func(t *testing.T) { testSearchAges(t, small) })
	beside(t, "has a page of its own", func(t *testing.T) { testSearchPage(t, example) })
	beside(t, "works in a folder, without a server", func(t *testing.T) { testSearchFolder(t) })
	beside(t, "reads the Markdown of a large handbook", func(t *testing.T) { testSearchMarkdown(t) })
	beside(t, "follows the preview", func(t *testing.T) { testSearchPreview(t) })
}

// manyWords is a handbook of words that are easy to miss.
const manyWords = `
-- handbook.yaml --
name: Words
review: {every: 90d}
-- content/_index.md --
---
title: Home
---
-- content/cafe.md --
---
title: Café Zürich
---
Über die Straße zum naïve Ærø. The customer’s résumé.
-- content/tokyo.md --
---
title: 東京の案内
---
返金は三日以内に届きます。データを消す。
-- content/seoul.md --
---
title: 안내
---
환불은 사흘 안에 도착합니다.
-- content/greek.md --
---
title: ΟΔΟΣ
---
-- content/fresh.md --
---
title: Lantern rules
reviewed: 2026-11-20
---
Same words.
-- content/aaa-old.md --
---
title: Lantern rules
reviewed: 2026-01-20
---
Same words.
-- content/guide/_index.md --
---
title: Guide
owner: harbour
---
-- content/guide/tides.md --
---
title: Tides
type: spec
status: agreed
tags: [sea]
---
The first sentence says nothing. The quay floods at spring tide. Nobody walks there then.

## What to bring

Boots, and the ` + "`tide_table`" + ` file. Never flood the quay on purpose.

| When | What |
|---|---|
| Dawn | walk the groyne |

## Where do we meet?

At the groyne.
-- content/guide/quay.md --
---
title: Quay
type: faq
---
A quay that never floods. Spring comes, and the tide. <script>alert(1)</script> &lt;b&gt;bold&lt;/b&gt;
-- content/teams/harbour.md --
---
title: Harbour team
---
-- content/secret.md --
---
title: Hidden plan
draft: true
---
Unsaid.
`

func testWritings(t *testing.T, site served) {
	b := newTab(t)
	b.Open(site.url + "/")
	b.openSearch()
	for query, want := range map[string]string{
		"cafe": "Café Zürich", "ZURICH": "Café Zürich", "uber strasse": "Café Zürich", "naive": "Café Zürich", "aero": "Café Zürich",
		"customers": "", "customer's resume": "Café Zürich", "customer": "Café Zürich", "strasze": "",
		"東京": "東京の案内", "返金": "東京の案内", "三日以内": "東京の案内", "届": "東京の案内", "データ": "東京の案内", "消去": "",
		"환불": "안내", "도착": "안내", "οδος": "ΟΔΟΣ", "tide_table": "Tides", "tabel": "Tides", "Tids": "Tides", "hidden": "", "unsaid": "",
	} {
		got := ""
		if r := b.find(query, 1).Results; len(r) > 0 {
			got = r[0].Title
		}
		if got != want && !(want == "" && (query == "customers" || query == "strasze")) {
			t.Errorf("%s finds %q, want %q", query, got, want)
		}
	}
	b.HasNoErrors()
}

func testElided(t *testing.T) {
	for _, test := range []struct{ language, page, article, other, queries string }{
		{"fr", "Chaque lundi l'équipe parle, et jusqu’à l’alerte.", "Réunions", "Une équipe, une alerte.", "équipe equipe l'équipe l’equipe d'équipe alert"},
		{"it", "Il piano dell’organizzazione.", "Riunioni", "Una organizzazione.", "organizzazione l'organizzazione un'organizzazione organizz"},
	} {
		site := serveSite(t, writeSite(t, "-- handbook.yaml --\nlanguage: "+test.language+"\n-- content/a.md --\n# "+test.article+"\n\n"+test.page+
			"\n-- content/b.md --\n# Annuaire\n\n"+test.other+"\n"), "2026-11-22")
		b := newTab(t)
		b.Open(site.url + "/")
		b.openSearch()
		for _, query := range strings.Fields(test.queries) {
			var got []string
			for _, r := range b.find(query, 5).Results {
				got = append(got, r.Title)
			}
			slices.Sort(got)
			if want := []string{"Annuaire", test.article}; !slices.Equal(got, want) {
				t.Errorf("%s: %s finds %q, want %q", test.language, query, got, want)
			}
		}
		b.HasNoErrors()
	}
}

func testSentence(t *testing.T, site served) {
	b := newTab(t)
	b.Open(site.url + "/")
	b.openSearch()
	first := func(query string) (text, marks, address string) {
		r := b.find(query, 1).Results
		if len(r) == 0 {
			return "", "", ""
		}
		for _, p := range r[0].Parts {
			text += fmt.Sprint(p[0])
			if len(p) > 1 && p[1] == true {
				marks += fmt.Sprint(p[0]) + " "
			}
		}
		return text, marks, r[0].Address + "#" + r[0].ID
	}
	for _, test := range []struct{ query, text, marks, address string }{
		{"flooding springs type:spec", "The quay floods at spring tide. Nobody walks there then.", "floods spring ", "/guide/tides/#"},
		{"boots", "Boots, and the tide_table file. Never flood the quay on purpose.", "Boots ", "/guide/tides/#what-to-bring"},
		{"dawn walk", "Dawn · walk the groyne", "Dawn walk ", "/guide/tides/#what-to-bring"},
		{"where do we meet", "At the groyne.", "", "/guide/tides/#where-do-we-meet"},
		{`"spring tide"`, "The quay floods at spring tide. Nobody walks there then.", "spring tide ", "/guide/tides/#"},
		{`"never floods"`, "A quay that never floods. Spring comes, and the tide. <b>bold</b>", "never floods ", "/guide/quay/#"},
	} {
		text, marks, address := first(test.query)
		if text != test.text || marks != test.marks || address != test.address {
			t.Errorf("%s gives %q with %q at %s,\nwant %q with %q at %s", test.query, text, marks, address, test.text, test.marks, test.address)
		}
	}
	if got := b.find(`"floods never"`, 3); len(got.Results) > 0 {
		t.Errorf("a phrase is found in the wrong order: %v", got.Results)
	}
	// What a page says is shown, never run.
	b.Run(`{ const field = document.querySelector(".search-dialog input"); field.value = "bold"; field.dispatchEvent(new Event("input")); }`)
	b.Until(`document.querySelector(".hit-text mark")`)
	b.Is("the sentence", `document.querySelector(".hit-text").textContent.includes("<b>bold</b>") && !document.querySelector(".hit-text b")`, true)
	b.HasNoErrors()
}

// testOtherwise asks in other writings than the pages have.
func testOtherwise(t *testing.T) {
	var files strings.Builder
	files.WriteString(`
-- content/_index.md --
# Home
-- content/checkout.md --
# Checkout

Guests pay here.
-- content/slips.md --
# Slips of the pen

Some write chekout.
-- content/called.md --
# On call

Who answers at night.
-- content/callouts.md --
# Callouts

Boxes, and on each of them a word that calls.
-- content/refunds.md --
# Fast refunds

Money back in an hour.
-- content/key.md --
# Yubikey

A key of one's own.
-- content/five-one.md --
# Trivy 5.1.0

Text.
-- content/five-zero.md --
# Trivy 5.0.1

Since 5.1.0 is not out, 1.0 and 5 and 1 are.
-- content/teams/payments.md --
---
title: Payments
type: team
---
They take money.
-- content/payer.md --
---
title: A payer owns nothing
---
Payments, payments of a team, and who owns payments.
-- content/dispute.md --
---
title: Dispute
also_known_as: [Chargeback]
---
The bank takes it back.
`)
	for i := range 30 { // where the right word is ten times as common as the mistake
		fmt.Fprintf(&files, "-- content/p%d.md --\n# Page %d\n\nThe checkout.\n", i, i)
	}
	b := newTab(t)
	b.Open(serveSite(t, writeSite(t, files.String()), "2026-11-22").url + "/")
	b.openSearch()
	for query, want := range map[string]string{
		"chekout": "Checkout", "on call": "On call", "fastrefunds": "Fast refunds", "yubi key": "Yubikey", "trivy 5.1.0": "Trivy 5.1.0", "trivy 5.0.1": "Trivy 5.0.1",
		"payments team": "Payments", "who owns payments": "Payments", "chargeback": "Dispute", "call": "On call",
	} {
		r := b.find(query, 3).Results
		if len(r) == 0 || r[0].Title != want {
			t.Errorf("%s finds %v, want %s first", query, r, want)
		}
	}
	for _, key := range "chekout" {
		b.Press(string(key))
	}
	b.Until(visible(".search-status") + `.includes("“chekout” is rare here: “checkout” is looked for too.")`)
	b.HasNoErrors()
}

// testTyping asks as the field does while more is typed, and when it rests.
func testTyping(t *testing.T, site served) {
	b := newTab(t)
	b.Open(site.url + "/")
	b.openSearch()
	fetched := `performance.getEntriesByType("resource").map(r => r.name.match(/\/data\/([a-z])[0-9a-f]*\.js/)?.[1]).filter(Boolean).sort().join("")`
	b.Run(`window.waits = []; handbookSearch.find("quay", 8, null, ms => new Promise(go => waits.push({ ms, go })))`)
	b.Until(`waits.length`)
	b.Is("what is fetched while more is typed", `[...new Set(`+fetched+`)].join("")`, "t")
	b.Run(`waits.pop().go()`)
	b.Until(`waits.length`)
	b.Is("titles after a rest", fetched+`.includes("c") && !`+fetched+`.includes("x") && waits[0].ms`, 350)
	b.Run(`waits.pop().go()`)
	b.Until(fetched + `.includes("x")`)
	for _, key := range "tides" {
		b.Press(string(key))
	}
	b.Until(`document.querySelector(".hit-text mark")`)
	b.HasNoErrors()
}

func testFilters(t *testing.T, site served) {
	b := newTab(t)
	b.Open(site.url + "/")
	b.openSearch()
	for query, want := range map[string]string{
		"type:spec": "Tides", "quay type:faq": "Quay", "quay -type:faq": "Tides", "status:agreed": "Tides", "tag:sea": "Tides",
		"in:guide": "Guide, Quay, Tides", "owner:harb tide": "", "is:draft": "", "type:nothing": "", "http:quay": "Quay, Tides",
		"owner:harbour": "Guide", "OWNER:Harbour": "Guide", "is:overdue": "Lantern rules",
	} {
		var got []string
		for _, r := range b.find(query, 8).Results {
			got = append(got, r.Title)
		}
		slices.Sort(got)
		if strings.Join(got, ", ") != want {
			t.Errorf("%s finds %q, want %q", query, got, want)
		}
	}
	// Of two pages that fit equally well, the one that was reviewed lately comes first.
	if r := b.find("lantern", 2).Results; len(r) != 2 || r[0].Address != "/fresh/" || r[0].State != "fresh" || r[1].State != "overdue" {
		t.Errorf("lantern finds %v, want the reviewed page first", r)
	}
	// A filter that is being typed is completed, and one that is chosen shows as pressed.
	for _, key := range "quay type:" {
		b.Press(string(key))
	}
	b.Until(`[...document.querySelectorAll(".search-choice code")].some(c => c.textContent == "type:faq")`)
	b.Run(`[...document.querySelectorAll(".search-choice")].find(c => c.textContent.startsWith("type:faq")).click()`)
	b.Until(`document.querySelectorAll(".search-list [role=option]").length == 1`)
	b.Is("the field", `document.querySelector(".search-dialog input").value`, "quay type:faq ")
	b.Is("the pressed filter", visible(`.search-chips [aria-pressed=true]`), "FAQ")
	b.Run(`document.querySelector(".search-chips [aria-pressed=true]").click()`)
	b.Until(`document.querySelectorAll(".search-list [role=option]").length == 2`)
	b.Is("the field without it", `document.querySelector(".search-dialog input").value.trim()`, "quay")
	b.Run(`{ const field = document.querySelector(".search-dialog input"); field.value = "quay is:due"; field.dispatchEvent(new Event("input")); }`)
	b.Until(`document.querySelector(".search-other button") && !document.querySelector(".search-dialog[aria-busy]")`)
	b.Is("what nothing found offers", visible(`.search-other`), "Try fewer or other words, or look through the list of all pages. All pages Search for “quay” instead")
	b.Run(`document.querySelector(".search-other button").click()`)
	b.Until(`document.querySelectorAll(".search-list [role=option]").length == 2`)
	b.HasNoErrors()
}

func testSearchKeys(b tab, site served) {
	b.Open(site.url + "/specs/checkout/")
	b.Is("what is loaded before anybody searches", `performance.getEntriesByType("resource").filter(e => e.name.includes("search")).length`, 0)
	b.Run(`document.querySelector(".name").focus()`)
	b.openSearch()
	field := `document.querySelector(".search-dialog input")`
	b.Is("the field has the focus", `document.activeElement == `+field, true)
	b.Is("an empty search teaches", visible(`.search-teach code`), `owner: type: is:overdue is:unowned in: "…"`)
	for _, key := range "refund/" { // a slash is a slash here
		b.Press(string(key))
	}
	b.Until(`document.querySelector(".search-list .hit-title")?.textContent == "Refunds" && !document.querySelector(".search-dialog[aria-busy]")`)
	b.Is("the field", field+`.value`, "refund/")
	b.Is("it is told to screen readers", field+`.getAttribute("role") + " " + `+field+`.getAttribute("aria-expanded")`, "combobox true")
	chosen := `document.getElementById(` + field + `.getAttribute("aria-activedescendant"))`
	b.Is("they are seen", `document.querySelector(".search-list").getBoundingClientRect().bottom <= document.querySelector(".search-body").getBoundingClientRect().bottom || document.querySelector(".search-body").clientHeight > 300`, true)
	b.Is("the first is chosen", chosen+` == document.querySelector(".search-list [role=option]")`, true)
	b.Press(browser.ArrowDown)
	b.Is("the second is chosen", chosen+`.previousElementSibling == document.querySelector(".search-list [role=option]") && `+chosen+`.getAttribute("aria-selected") == "true"`, true)
	b.Is("one is chosen", `document.querySelectorAll(".search-list [aria-selected=true]").length`, 1)
	b.Press(browser.ArrowUp)
	b.Press(browser.ArrowUp)
	b.Is("above the first is the last", chosen+` == [...document.querySelectorAll(".search-list [role=option]")].at(-1)`, true)
	b.Run(`window.open = address => window.opened = address`)
	b.PressCtrl(browser.Enter)
	b.Is("a new tab", `window.opened == `+chosen+`.href && document.querySelector(".search-dialog").open`, true)
	b.Press(browser.Escape)
	b.Is("Esc closes", `document.querySelector(".search-dialog").open`, false)
	b.Is("the focus is where it was", `document.activeElement == document.querySelector(".name")`, true)

	b.PressCtrl("k")
	b.Until(`document.querySelector(".search-dialog[open]")`)
	b.Is("what was typed is still there", field+`.value`, "refund/")
	for _, key := range "exit statuses" { // it is selected, so it is replaced
		b.Press(string(key))
	}
	b.Until(`document.querySelector(".hit-section")?.textContent.includes("Exit statuses") && !document.querySelector(".search-dialog[aria-busy]")`)
	b.HasNoErrors()
	b.Press(browser.Enter)
	b.UntilAt("/manual/commands/#exit-statuses")
	b.openSearch()
	b.Is("what was opened before is offered", `document.querySelector(".search-list [role=option]").textContent`, "Commands")
}

func testSearchAges(t *testing.T, site served) {
	for day, want := range map[string]string{"2026-11-22": "", "2027-01-20": "Guide, Rules, Whisper", "2027-01-26": "Guide", "2027-03-22": "Guide, Home, Rules, Whisper"} {
		b := newTab(t)
		b.SetClock(day + "T12:00:00")
		b.Open(site.url + "/")
		b.openSearch()
		state := "overdue"
		if day == "2027-01-20" {
			state = "due"
		}
		var got []string
		for _, r := range b.find("is:"+state, 10).Results {
			got = append(got, r.Title)
			if r.State != state {
				t.Errorf("on %s the badge of %s says %s", day, r.Title, r.State)
			}
		}
		slices.Sort(got)
		if strings.Join(got, ", ") != want {
			t.Errorf("on %s is:%s finds %q, want %q", day, state, got, want)
		}
		b.HasNoErrors()
	}
}

func testSearchPage(t *testing.T, site served) {
	b := newTab(t)
	b.Open(site.url + "/search/?q=passkeys")
	b.Until(`document.querySelector(".search-page .hit-title")?.textContent == "Passkeys"`)
	b.Run(`{ const field = document.querySelector(".search-page input"); field.value = "waivers"; field.dispatchEvent(new Event("input")); }`)
	b.Until(`document.querySelector(".search-page .hit-section")?.textContent.includes("Waivers")`)
	b.Is("the address follows", `location.search`, "?q=waivers")
	b.HasNoErrors()

	plain := newTab(t)
	plain.WithoutScript()
	plain.Open(site.url + "/specs/checkout/")
	plain.Click(".find")
	plain.UntilAt("/search/") // where the button leads without script
	plain.Until(visible(".search-page") + ` == "Searching needs JavaScript, which is off or did not load. All pages lists everything from A to Z."`)
}

// A site that is built for its own folder is read, and searched, by opening its files.
func testSearchFolder(t *testing.T) {
	out := filepath.Join(t.TempDir(), "the site")
	address := (&url.URL{Scheme: "file", Path: filepath.ToSlash(out) + "/"}).String()
	var said strings.Builder
	if status := run([]string{"build", "-C", writeSite(t, manyWords), "--as-of", "2026-11-22", "--base-url", address, "--out", out}, &said, &said); status != exitFine {
		t.Fatalf("build exits %d: %s", status, &said)
	}
	b := newTab(t)
	b.Open(address + "index.html")
	b.Click(`.nav a[href$="/guide/"]`)
	b.Until(`location.pathname.endsWith("/guide/index.html") && document.readyState == "complete"`)
	b.Is("the page", `document.querySelector("h1").textContent`, "Guide")
	b.openSearch()
	for _, key := range "boots" {
		b.Press(string(key))
	}
	b.Until(`document.querySelector(".hit-text mark")?.textContent == "Boots"`)
	b.Press(browser.Enter)
	b.Until(`location.pathname.endsWith("/guide/tides/index.html") && location.hash == "#what-to-bring"`)
}

// The index of a large handbook holds no texts: what words stand in comes from a page's Markdown, read as the page is.
func testSearchMarkdown(t *testing.T) {
	var files strings.Builder
	files.WriteString("-- content/_index.md --\n---\ntitle: Home\n---\n-- content/harbour.md --\n" + `---
title: Harbour
---
# Harbour

The quay is *closed*
at night[^1], as [the lamplighter](p1.md "by hand") says.

## Ropes & knots

- [x] a ` + "`bow_line*`" + ` holds
- a **reef** knot slips

| Rope | Load |
|---|---|
| hemp | *two* tons |

Ropes &amp; knots
-----------------

> [!note]
> Wet rope shrinks \*badly\*.

### Lost overboard {#mob}

` + "```sh\n# shout_first\n```\n\n```handbook\nfrom: all\nwhere: title == \"Unseen\"\n```\n\n" + `<b>Throw</b> a ![ring](ring.png) ring.

[^1]: From ten.
`)
	for i := range 501 {
		fmt.Fprintf(&files, "-- content/p%d.md --\n---\ntitle: Page %d\n---\nText.\n", i, i)
	}
	b := newTab(t)
	b.Open(serveSite(t, writeSite(t, files.String()), "2026-11-22").url + "/")
	b.openSearch()
	for query, want := range map[string]string{
		"quay closed":   "# The quay is closed at night, as the lamplighter says.",
		"bow_line":      "#ropes--knots a bow_line* holds a reef knot slips Rope · Load hemp · two tons",
		"hemp":          "#ropes--knots hemp · two tons",
		"shrinks":       "#ropes--knots-1 Wet rope shrinks *badly*.",
		"shout_first":   "#mob # shout_first Throw a ring. From ten.",
		"\"throw a\"":   "#mob Throw a ring. From ten.",
		"lamplighter's": "# The quay is closed at night, as the lamplighter says.",
	} {
		got := ""
		if r := b.find(query, 1).Results; len(r) > 0 {
			got = "#" + r[0].ID + " "
			for _, p := range r[0].Parts {
				got += fmt.Sprint(p[0])
			}
		}
		if got != want {
			t.Errorf("%s finds %q, want %q", query, got, want)
		}
	}
	b.Is("what was read", `performance.getEntriesByType("resource").filter(e => e.name.endsWith("/harbour.md")).length`, 1)
	b.HasNoErrors()
}

// The search of a preview knows what was written a moment ago, and what is typed in it outlasts a reload.
func testSearchPreview(t *testing.T) {
	d := newDesk(t, "content/_index.md", "---\ntitle: Home\n---\nWelcome.\n", "content/guide.md", "---\ntitle: Lighthouse\n---\nText.\n")
	ctx, stop := context.WithCancel(t.Context())
	address, ended := make(chan string, 1), make(chan error, 1)
	s := serving{addr: "127.0.0.1:0", listening: func(url string) { address <- url }}
	job := d.job
	go func() { ended <- s.run(ctx, d.flags, job, io.Discard) }()
	t.Cleanup(func() {
		stop()
		if err := <-ended; err != nil {
			t.Error(err)
		}
	})
	b := newTab(t)
	b.Open(<-address)
	b.openSearch()
	for _, key := range "lighthou" {
		b.Press(string(key))
	}
	b.Until(`document.querySelector(".hit-title")?.textContent == "Lighthouse"`)
	d.write("content/_index.md", "---\ntitle: Home\n---\nWelcome back.\n")
	b.Until(`document.querySelector(".text").textContent.includes("Welcome back.")`)
	b.Is("the search is still open with what was typed", `document.querySelector(".search-dialog").open && document.querySelector(".search-dialog input").value`, "lighthou")
	d.write("content/guide.md", "---\ntitle: Lightship\n---\nText.\n")
	found := func(query, title string) string {
		return fmt.Sprintf(`(window.asking ||= handbookSearch.find(%q).then(a => { window.asking = null; window.found = a.results[0]?.title || ""; }, () => window.asking = null)) && window.found === %q`, query, title)
	}
	b.Until(found("lightship", "Lightship"))
	b.Until(found("lighthouse", ""))
	if err := os.Remove(d.path("content/guide.md")); err != nil {
		t.Fatal(err)
	}
	b.Until(found("lightship", ""))
}

// find is what the search finds.
func (b tab) find(query string, most int) (found struct {
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
	if err := json.Unmarshal([]byte(b.Text(script)), &found); err != nil {
		b.t.Fatal(err)
	}
	return found
}

func (b tab) openSearch() {
	b.t.Helper()
	b.Until(`document.readyState == "complete"`)
	if b.Engine == browser.Chromium { // before that, keys are lost
		b.Until(`performance.getEntriesByName("first-contentful-paint").length`)
	}
	b.Press("/")
	b.Until(`document.querySelector(".search-dialog[open] [role=option]")`)
}

func testAsked(t *testing.T, site served) {
	if len(asked) < 60 {
		t.Errorf("only %d queries are tried", len(asked))
	}
	b := newTab(t)
	b.Open(site.url + "/")
	b.openSearch()
	missed := 0
	for _, a := range typed {
		found := b.find(a.query, 3).Results
		if !slices.ContainsFunc(strings.Fields(a.any), func(want string) bool {
			for _, r := range found {
				if r.Address == want {
					return true
				}
			}
			return false
		}) {
			missed++
			t.Logf("%s: %s is not among the first three", a.query, a.any)
		}
	}
	if missed > len(typed)*4/100 {
		t.Errorf("%d of %d queries do not find their page", missed, len(typed))
	}
	for query, want := range boards {
		if r := b.find(query, 1).Results; len(r) == 0 || r[0].Address != want {
			t.Errorf("%s finds %v, want %s first", query, r, want)
		}
	}
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
	b.HasNoErrors()
}
