package render

import (
	"fmt"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/txtar"
)

// refunds is a small handbook with one page in each state that dates alone can give.
const refunds = `
-- handbook.yaml --
name: Acme
review: {every: 90d}
-- _index.md --
---
title: Acme handbook
description: What we agreed.
owner: payments
review_every: never
---
Start with [the spec](specs/refunds.md).
-- specs/_index.md --
---
title: Specs
owner: payments
review_every: never
---
-- specs/refunds.md --
---
title: Fast refunds
description: Money back within the hour.
owner: payments
status: building
reviewed: 2026-10-28
reviewed_by: ana
tags: [money]
---
Ask [the FAQ](../faq.md#how-long) or [nobody](../gone.md). See [the old page](old.md).

## Goals

First.

## Limits

Second.
-- specs/old.md --
---
title: Old rules
owner: payments
reviewed: 2026-01-01
aliases: [/rules/]
---
It was 3 < 4.
-- faq.md --
---
title: FAQ
reviewed: 2026-11-01
tags: [money, help]
---
## How long?

An hour.
-- new.md --
---
title: New & raw
description: What is new.
owner: payments
---
![[plan#What comes]]
-- plan.md --
---
title: Plan
description: What comes, and what does not.
owner: payments
review_every: never
---
Nothing is certain.

## What comes

Soon it is there.

Read this with [care](faq.md).

## What does not

The rest.
-- teams/payments.md --
---
title: Payments
type: team
channel: "#payments"
email: pay@acme.example
members: [ana, somebody]
owner: payments
review_every: never
---
We move money.
-- people/ana.md --
---
title: Ana Lind
type: person
owner: payments
review_every: never
---
`

func TestTrustRow(t *testing.T) {
	s := makeSite(t, refunds)
	s.expect("specs/refunds/index.html",
		`Freshness</dt><dd><button class="why" type="button" popovertarget="hb:why"><span class="badge" data-state="fresh" data-arc="36" data-due="2027-01-26-14" data-reviewed="2026-10-28">`,
		`Verified</span>`, ` <span data-until="2027-01-12"><time datetime="2026-10-28">28 Oct 2026</time></span>`,
		`<span data-from="2027-01-12" data-until="2027-01-26" hidden><time datetime="2027-01-26">26 Jan 2027</time></span>`,
		`<span data-from="2027-01-26" hidden>since <time datetime="2027-01-26">26 Jan 2027</time></span>`,
		`Owner</dt><dd><a href="/teams/payments/">Payments</a>`,
		`Status</dt><dd>Building</dd>`,
		`<div class="panel" id="hb:why" popover>`,
		`<li data-state="overdue" data-from="2027-01-26" hidden>`, `Its review was due on <time datetime="2027-01-26">26 Jan 2027</time>.`,
		`<li data-state="fresh" data-until="2027-01-26">`, `It was reviewed on 28 October 2026 by Ana Lind.`,
		`<dt>Owner</dt><dd><a href="/teams/payments/">Payments</a> #payments`, `<dt>Next review</dt><dd><time datetime="2027-01-26">`,
		`<dt>Reviews</dt><dd><p><time datetime="2026-10-28">28 Oct 2026</time> by <a href="/people/ana/">Ana Lind</a></p></dd>`,
		`<details class="about">`, `<div><dt>Reviewed</dt><dd><time datetime="2026-10-28">28 Oct 2026</time> by Ana Lind`,
		`1 min read`)
}

// Only what cannot be relied on gets a warning above the text.
func TestNotice(t *testing.T) {
	s := makeSite(t, refunds)
	s.expect("specs/old/index.html", `<details class="notice" data-state="overdue">`, `Check before you rely on this.`,
		`Its review was due on <time datetime="2026-04-01">1 Apr 2026</time>.`, `Ask <a href="/teams/payments/">Payments</a> in #payments if it matters.`)
	s.expect("faq/index.html", `<div class="notice" data-state="unowned" data-until="2027-01-30">`, `Nobody answers for this page.`)
	s.expect("specs/refunds/index.html", `<details class="notice" data-state="overdue" data-from="2027-01-26" hidden>`, `Its review was due on <time datetime="2027-01-26">26 Jan 2027</time>.`)
	if n := strings.Count(s.text("specs/refunds/index.html"), `class="notice"`); n != 1 {
		t.Errorf("%d notices on a page that can be trusted, want the one that waits for its day", n)
	}
	s.refuse("new/index.html", `class="notice"`)
	s.expect("new/index.html", `data-state="unreviewed"`, `Never reviewed`)
}

func TestLinksInTheText(t *testing.T) {
	s := makeSite(t, refunds)
	s.expect("specs/refunds/index.html",
		`<a href="/faq/#how-long" data-next="2027-01-30">the FAQ</a> <span class="linkmark" data-state="unowned">no owner</span>`,
		`<span class="broken" title="`, `">nobody</span>`,
		`<a href="/specs/old/">the old page</a> <span class="linkmark" data-state="overdue">overdue</span>`)
	s.expect("index.html", `<a href="/specs/refunds/" data-next="2027-01-26">the spec</a>.`)
}

// Where nobody owns anything, a page without an owner is nothing to warn of.
func TestReviewsWithoutOwners(t *testing.T) {
	s := makeSite(t, "-- _index.md --\n---\ntitle: Home\nreviewed: 2026-11-01\nreview_every: 90d\n---\n[a](a.md)\n-- a.md --\n# A\n")
	s.expect("index.html", `Verified`)
	s.refuse("index.html", `<dt>Owner</dt>`, `No owner`, `data-state="unowned" data-until`, `class="linkmark"`, `<i data-state`)
}

// A handbook that names no owner and no review date is not told so on every page.
func TestUnpreparedHandbookIsQuiet(t *testing.T) {
	s := makeSite(t, "-- _index.md --\n# Notes\n\nSee [a](a.md).\n-- a.md --\n# A\n\nText.\n")
	for _, path := range []string{"index.html", "a/index.html"} {
		s.refuse(path, "badge", `<i data-state`, "linkmark", "notice", "No owner", "data-next", `data-due="2`)
	}
	s.expect("health/index.html", "No page of this handbook has a review date yet.")
}

// "Never reviewed" beside every entry would say nothing.
func TestNavigationWhereNothingWasReviewed(t *testing.T) {
	files := "-- handbook.yaml --\nreview: {every: 90d}\n-- _index.md --\n# Home\n-- a.md --\n# A\n"
	s := makeSite(t, files)
	s.expect("a/index.html", `>Never reviewed</span>`)
	s.refuse("index.html", `<i data-state`)
	s = makeSite(t, files+"-- b.md --\n---\nreviewed: 2026-11-01\n---\n")
	s.expect("index.html", `>A<i data-state="unreviewed">`)
}

func TestNavigation(t *testing.T) {
	s := makeSite(t, refunds)
	page := s.text("specs/refunds/index.html")
	nav, _, _ := strings.Cut(page[strings.Index(page, `id="hb:nav"`):], "</nav>")
	for _, want := range []string{
		`<a href="/specs/refunds/" data-due="2027-01-26-14" aria-current="page">Fast refunds</a>`,
		`<a href="/specs/old/">Old rules<i data-state="overdue">`,
		`<i data-state="overdue">, Review overdue</i>`,
		`<a href="/specs/">Specs</a>`,
		`<a href="/faq/"`,
	} {
		if !strings.Contains(nav, want) {
			t.Errorf("no %s in\n%s", want, nav)
		}
	}
	if n := strings.Count(nav, "aria-current"); n != 1 {
		t.Errorf("%d entries are the current page, want 1", n)
	}
	s.expect("index.html", `<a href="/" aria-current="page">Home</a>`)
	s.refuse("specs/refunds/index.html", "data-here")
}

func TestCrumbsTagsAndNeighbours(t *testing.T) {
	s := makeSite(t, refunds)
	s.expect("specs/refunds/index.html", `class="crumbs"`, `<a href="/">Home</a>`, `<a href="/specs/">Specs</a>`, `<h1>Fast refunds</h1>`,
		`<p class="summary">Money back within the hour.</p>`, `<ul class="tags"`, `<a href="/tags/money/">money</a>`)
	s.expect("specs/refunds/index.html", `<nav class="toc" aria-label="On this page">`, `<a href="#goals">Goals</a>`, `<a href="#limits">Limits</a>`, `<a href="#hb:related">`, `<a href="#hb:links">Linked from</a>`)
	s.refuse("new/index.html", `class="toc`)
	s.expect("specs/refunds/index.html", `class="turn"`, `rel="next" href="/specs/old/"`)
}

func TestBacklinks(t *testing.T) {
	s := makeSite(t, refunds)
	s.expect("specs/refunds/index.html", `Linked from</h2>`, `<a href="/">Acme handbook</a>`, `<p>Start with <b>the spec</b>.</p>`)
	s.refuse("new/index.html", "Linked from")
}

// The first twenty are shown, the rest is folded, and past two hundred only counted.
func TestManyBacklinks(t *testing.T) {
	s := makeSite(t, "-- _index.md --\n# Home\n-- hub.md --\n# Hub\n"+manyPages(230, "from/", "To [the hub](../hub.md) it goes."))
	html := s.text("hub/index.html")
	shown, folded, _ := strings.Cut(html[strings.Index(html, "Linked from"):], "<details")
	if n := strings.Count(shown, "<b>"); n != 20 {
		t.Errorf("%d backlinks are shown at once, want 20", n)
	}
	if n := strings.Count(folded, "<b>"); n != 180 {
		t.Errorf("%d backlinks are folded, want 180", n)
	}
	s.expect("hub/index.html", "180 more", "and 30 more pages")
}

func TestSectionListsWhatItHolds(t *testing.T) {
	s := makeSite(t, refunds)
	s.expect("specs/index.html", `<ul class="rows">`, `<a href="/specs/refunds/">Fast refunds</a>`, `<p>Money back within the hour.</p>`,
		`data-state="fresh"`, `<a href="/specs/old/">Old rules</a>`, `It was 3 &lt; 4.`, `data-state="overdue"`)
	s.expect("teams/index.html", `<h1>Teams</h1>`, `<a href="/teams/payments/">Payments</a>`)
	s = makeSite(t, "-- _index.md --\n# Home\n-- empty/_index.md --\n# Empty\n")
	s.expect("empty/index.html", "Nothing is here yet.")
}

func TestOwnerPageListsTheWorstFirst(t *testing.T) {
	s := makeSite(t, refunds)
	s.expect("teams/payments/index.html",
		`<dt>Channel</dt><dd>#payments</dd>`, `<a href="mailto:pay@acme.example">`,
		`<dd><a href="/people/ana/">Ana Lind</a></dd><dd>somebody</dd>`,
		`<a href="#hb:owned">Its pages</a>`, `We move money.`, `Its pages</h2>`,
		`Owns</h2>`, `Old rules`, `New &amp; raw`, `Fast refunds`, `Acme handbook`)
}

func TestGeneratedOwnerPage(t *testing.T) {
	s := makeSite(t, "-- _index.md --\n---\ntitle: Home\nowner: sales\n---\n")
	s.expect("owners/sales/index.html", `<h1>sales</h1>`, `Owns</h2>`, `<a href="/">Home</a>`)
	s.expect("owners/index.html", `">Teams and people`, `<a href="/owners/sales/"`, `sales`, `<td class="num">1</td>`)
}

func TestHealthCounts(t *testing.T) {
	s := makeSite(t, refunds)
	s.expect("health/index.html",
		`data-counts="f2o1u1e5" data-moves="2027-01-12fd1;2027-01-16fd1;2027-01-26do1;2027-01-30do1;"`,
		`<b data-figure="relied">2</b> of 4 pages can be relied on (<b data-figure="share">50</b> %). 1 page has no owner.`,
		`<rect data-state="fresh" x="0" width="222" height="10"/>`,
		`<li data-state="fresh">`, `<b>2</b>`, `<li data-state="due" hidden>`, `<b>0</b>`, `<li data-state="overdue">`, `<b>1</b>`,
		`">Needs someone`, `Old rules`, `<td class="num">1</td>`, `New &amp; raw`,
		`">By owner`, `<a href="/teams/payments/">Payments</a>`,
		`">By section`, `<a href="/specs/">Specs</a>`, `<a href="/">At the top</a>`)
}

func TestTagPages(t *testing.T) {
	s := makeSite(t, refunds)
	s.expect("tags/index.html", `<a href="/tags/help/">help</a> <span class="small">1 page</span>`, `<a href="/tags/money/">money</a> <span class="small">2 pages</span>`)
	s.expect("tags/money/index.html", `<h1>Tagged “money”</h1>`, `FAQ`, `Fast refunds`)
	if makeSite(t, "-- _index.md --\n# Home\n").has("tags/index.html") {
		t.Error("a handbook without tags has a page of tags")
	}
}

func TestAllPages(t *testing.T) {
	s := makeSite(t, refunds)
	s.expect("all/index.html", `<a href="/all/#letter-a">A</a>`, `<h2 id="letter-a">A</h2>`, `Acme handbook`, `Ana Lind`, `<h2 id="letter-f">F</h2>`, `Fast refunds`)
}

func TestRedirects(t *testing.T) {
	s := makeSite(t, refunds)
	s.expect("rules/index.html", `<meta http-equiv="refresh" content="0; url=/specs/old/">`, `<link rel="canonical" href="/specs/old/">`, `<a href="/specs/old/">Old rules</a>`)
	if got, want := s.text("_redirects"), "/rules/ /specs/old/ 301\n"; got != want {
		t.Errorf("_redirects is %q, want %q", got, want)
	}
	if makeSite(t, "-- _index.md --\n# Home\n").has("_redirects") {
		t.Error("_redirects is written without a redirect")
	}
}

func TestHeadersKeepOnlyFingerprintedFiles(t *testing.T) {
	s := makeSite(t, refunds)
	headers := s.text("_headers")
	if !strings.Contains(headers, "Content-Security-Policy: default-src 'self';") {
		t.Errorf("no policy in\n%s", headers)
	}
	for _, o := range s.outputs {
		if strings.HasPrefix(o.Path, "assets/") && !strings.Contains(headers, "\n/"+o.Path+"\n  Cache-Control: public, max-age=31536000, immutable\n") {
			t.Errorf("no long life for %s in\n%s", o.Path, headers)
		}
	}
}

func TestAddressOfTheSite(t *testing.T) {
	s := makeSite(t, strings.Replace(refunds, "name: Acme", "name: Acme\nbase_url: https://acme.example/team/", 1))
	s.expect("specs/refunds/index.html", `<link rel="canonical" href="https://acme.example/team/specs/refunds/">`, `href="/team/assets/handbook.`, `<a href="/team/specs/old/">`)
	s.expect("sitemap.xml", `<loc>https://acme.example/team/</loc>`, `<loc>https://acme.example/team/specs/refunds/</loc>`)
	s.refuse("sitemap.xml", "rules")
	s.expect("_redirects", "/team/rules/ /team/specs/old/ 301\n")
	if makeSite(t, refunds).has("sitemap.xml") {
		t.Error("a sitemap is written without knowing the site's address")
	}
}

func TestNotFoundAndFooter(t *testing.T) {
	s := makeSite(t, refunds)
	s.expect("404.html", `<h1>No page at this address</h1>`, `<a href="/specs/">Specs</a>`, `Built <time datetime="2026-11-22">22 Nov 2026</time> from 4c1f2ab`)
}

func TestEmbed(t *testing.T) {
	s := makeSite(t, `
-- _index.md --
# Home

## Now

![[spec#Goals]]

![[flow.svg]]

![[flow.svg|300]]

![[nothing]]
-- spec.md --
# Spec

## Goals

See [limits](#limits) and [[_index|home]].[^1]

### Smaller

![[deep]]

## Limits

[^1]: A note.
-- deep.md --
Down [here](spec.md).
-- flow.svg --
<svg/>
`)
	s.expect("index.html",
		`<div class="embed">`, `<h3>Goals`, `<a href="/spec/#limits">limits</a>`, `<h4>Smaller`, `<div class="embed">`, `Down <a href="/spec/">here</a>`,
		`From <a href="/deep/">`, `From <a href="/spec/#goals">Spec</a>`,
		`<img src="/flow.svg" alt=`, `<img src="/flow.svg" alt="" width="300"`, `<span class="broken" title="`)
	s.refuse("index.html", `id="goals"`, `id="smaller"`, `<h2>Limits`)
	checkSite(t, s.outputs)
}

// Pages that show each other end in links, and so does a page that shows very many.
func TestEmbedsEnd(t *testing.T) {
	s := makeSite(t, "-- _index.md --\n# Home\n\n![[a]]\n-- a.md --\n# A\n\n![[b]]\n-- b.md --\n# B\n\n![[a]]\n")
	checkSite(t, s.outputs)
	s = makeSite(t, "-- _index.md --\n# Home\n\n"+strings.Repeat("![[a]]\n\n", 150)+"-- a.md --\n# A\n\n![[b]]\n-- b.md --\n# B\n\nend\n")
	if n := strings.Count(s.text("index.html"), `class="embed"`); n != 200 {
		t.Errorf("%d embeds are shown on one page, want 200", n)
	}
	checkSite(t, s.outputs)
}

func TestBrokenImageShowsItsText(t *testing.T) {
	s := makeSite(t, "-- _index.md --\n# Home\n\n![A flow of money](gone.png)\n")
	s.expect("index.html", `<img src="data:," alt="A flow of money"`)
}

// What content puts at a generated page's address wins, and the generated page moves.
func TestContentTakesAGeneratedAddress(t *testing.T) {
	s := makeSite(t, "-- _index.md --\n# Home\n-- health.md --\n# Health care\n-- all/_index.md --\n# All of it\n-- 404.html --\n<p>ours\n-- tags/index.html --\n<p>ours\n-- a.md --\n---\ntags: [x]\n---\n")
	s.expect("health/index.html", `<h1>Health care</h1>`, `href="/health-list/"`)
	s.expect("health-list/index.html", `<h1>Handbook health</h1>`)
	s.expect("all-list/index.html", `<h1>All pages</h1>`)
	if got := s.text("404.html"); got != "<p>ours\n" {
		t.Errorf("404.html is %q", got)
	}
	checkSite(t, s.outputs)
}

func TestGeneratedAddressesNeverMeet(t *testing.T) {
	tags := ""
	for i := range 310 {
		tags += fmt.Sprintf("-- p%d.md --\n---\ntags: [a]\n---\n", i)
	}
	s := makeSite(t, "-- _index.md --\n---\ntags: [a/page/2]\n---\n# Home\n-- page --\na file\n"+tags)
	seen := map[string]bool{}
	for _, o := range s.outputs {
		if seen[o.Path] {
			t.Errorf("two outputs at %s", o.Path)
		}
		seen[o.Path] = true
	}
	s.expect("index.html", `rel="next" href="/page-list/2/"`)
	s.expect("tags/a/index.html", `rel="next" href="/tags/a/page/2-list/"`)
}

func TestDraft(t *testing.T) {
	job := makeJob(t, txtar.Parse([]byte(refunds)).Files)
	for _, n := range job.Book.Nodes {
		if n.ID == "specs/old" {
			n.Draft = true
		}
	}
	outputs, _ := Pages(job)
	s := site{t, outputs}
	s.expect("specs/old/index.html", `<span class="badge" data-state="draft">`, `Draft</span>`)
	s.expect("specs/refunds/index.html", `<a href="/specs/old/">Old rules<i data-state="draft">`)
}

// A page's size does not follow the size of the handbook.
func TestLongSections(t *testing.T) {
	s := makeSite(t, "-- _index.md --\n# Home\n-- specs/_index.md --\n# Specs\n"+manyPages(700, "specs/", "---"))
	s.expect("specs/index.html", "Page 0000", "Page 0299", "Page 1 of 3", `rel="next" href="/specs/page/2/"`)
	s.refuse("specs/index.html", `<a href="/specs/page-0300/">`)
	s.expect("specs/page/2/index.html", "Page 0300", "Page 0599", `rel="prev" href="/specs/"`, `rel="next" href="/specs/page/3/"`)
	s.expect("specs/page/3/index.html", "Page 0699", `rel="prev" href="/specs/page/2/"`)
	s.expect("all/page/2/index.html", `href="/all/page/3/#letter-s"`)
	nav := s.text("specs/page-0412/index.html")
	for _, want := range []string{`All 700 in Specs</a>`, `>Page 0411</a>`, `aria-current="page">Page 0412</a>`, `>Page 0413</a>`} {
		if !strings.Contains(nav, want) {
			t.Errorf("no %q in the navigation", want)
		}
	}
	if n := strings.Count(nav, "page-0"); n > 20 {
		t.Errorf("the page names %d others", n)
	}
	if n := len(nav); n > 6_000 {
		t.Errorf("the page has %d bytes", n)
	}
	checkSite(t, s.outputs)
}
