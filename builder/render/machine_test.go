package render

import (
	"encoding/json"
	"encoding/xml"
	"fmt"
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/txtar"

	"handbook/builder/page"
	"handbook/builder/review"
)

const machines = `
-- handbook.yaml --
name: "Acme & friends"
description: What we agreed.
base_url: https://acme.example/team/
-- _index.md --
---
title: Home
---
To [the spec](specs/pay.md).
-- about us.md --
About us, in one paragraph.
-- specs/_index.md --
---
title: Specs
---
-- specs/pay.md --
---
title: "Pay \"now\""
description: Money & how it moves.
owner: ana
reviewed: 2026-01-01
review_every: 90d
aliases: [/old-pay/]
tags: [money]
stage: launch
product: acme-pay
approvers: [ana, gone]
depends_on: ["rules#the-limit"]
---
Not [the plan](../plans/secret.md), [nor that][plan]; but [the rules](rules.md#the-limit).

[plan]: ../plans/secret.md
-- specs/rules.md --
# The rules

## The limit
None.
-- plans/secret.md --
---
title: Hidden matter
draft: true
---
-- products/acme-pay.md --
---
title: Acme Pay
---
-- people/ana.md --
---
title: Ana
---
`

// Each page's Markdown stands at its own address with .md, with what is known of the page at its head.
func TestPagesHaveTheirMarkdown(t *testing.T) {
	s := makeSite(t, machines)
	want := `---
title: "Pay \"now\""
description: "Money & how it moves."
url: "https://acme.example/team/specs/pay/"
type: "spec"
owner: "people/ana"
as_of: 2026-11-22
reviewed: 2026-01-01
review_every: "90 days"
due_from: 2026-03-18
next_review: 2026-04-01
reason: "Reviewed on 1 January 2026. The next review is due on 1 April 2026."
fields: {"approvers":[{"page":"people/ana"}],"product":{"page":"products/acme-pay"},"stage":"launch"}
---

# Pay "now"

Not [the plan](<>), [nor that][plan]; but [the rules](rules.md#the-limit).

[plan]: <>
`
	if got := s.text("specs/pay.md"); got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
	s.expect("specs/pay/index.html", `<link rel="alternate" type="text/markdown" href="/team/specs/pay.md">`)
	s.expect("about us/index.html", `<link rel="alternate" type="text/markdown" href="/team/about%20us.md">`)
	s.expect("_headers", "/team/*.md\n  Content-Type: text/markdown; charset=utf-8\n  X-Robots-Tag: noindex\n")
	s.expect("specs/rules.md", "title: \"The rules\"", "\n# The rules\n\n## The limit\nNone.\n")
	if strings.Count(s.text("specs/rules.md"), "# The rules") != 1 {
		t.Error("a title that stands in the text is written twice")
	}
	for _, generated := range []string{"health/index.html", "404.html", "specs/page/2/index.html"} {
		if s.has(generated) && strings.Contains(s.text(generated), "text/markdown") {
			t.Errorf("%s, which has no Markdown, says that it has", generated)
		}
	}
}

func TestLanguageModelsFindEveryPage(t *testing.T) {
	s := makeSite(t, machines)
	s.expect("llms.txt", "# Acme & friends\n\n> What we agreed.\n\n", "\n\nas_of: 2026-11-22\n",
		"\n## Home\n\n- [Home](https://acme.example/team/index.md): To the spec. (No owner)\n- [About us](https://acme.example/team/about%20us.md): About us, in one paragraph.",
		"\n## Specs\n\n- [Specs](https://acme.example/team/specs.md)", `- [Pay "now"](https://acme.example/team/specs/pay.md): Money & how it moves. (reviewed: 2026-01-01, next_review: 2026-04-01) Reviewed on 1 January 2026. The next review is due on 1 April 2026.`)
	if n := strings.Count(s.text("llms.txt"), "\n## Home\n"); n != 1 {
		t.Errorf("the pages of the top level are in %d places", n)
	}
}

func TestDraftsAreInNoFile(t *testing.T) {
	s := makeSite(t, machines)
	for _, o := range s.outputs {
		if got := s.text(o.Path); strings.Contains(got, "Hidden matter") || strings.Contains(got, "secret") && !strings.HasSuffix(o.Path, ".html") {
			t.Errorf("%s tells of a draft:\n%s", o.Path, got)
		}
	}
}

func TestFilesForMachinesCanBeLeftOut(t *testing.T) {
	s := makeSite(t, strings.Replace(machines, "name:", "outputs: {markdown: false, model: false, feed: false}\nname:", 1))
	for _, path := range []string{"specs/pay.md", "llms.txt", "handbook.json", "feed.xml"} {
		if s.has(path) {
			t.Errorf("%s is published", path)
		}
	}
	s.refuse("specs/pay/index.html", "text/markdown", "feed.xml")
	s.expect("api/pages.json", "Pay")
}

func TestOtherProgramsKnowWhatAPageIs(t *testing.T) {
	s := makeSite(t, machines)
	html := s.text("specs/pay/index.html")
	for _, want := range []string{
		`<meta property="og:title" content="Pay &#34;now&#34;">`, `<meta property="og:site_name" content="Acme &amp; friends">`,
		`<meta name="description" property="og:description" content="Money &amp; how it moves.">`, `<meta property="og:url" content="https://acme.example/team/specs/pay/">`,
		`<meta property="og:type" content="article">`, `<link rel="alternate" type="application/atom&#43;xml" href="/team/feed.xml" title="What changed">`,
	} {
		if !strings.Contains(strings.ReplaceAll(html, "atom+xml", "atom&#43;xml"), want) {
			t.Errorf("no %s in\n%s", want, html[:strings.Index(html, "<body")])
		}
	}
	_, data, _ := strings.Cut(html, `<script type="application/ld+json">`)
	data, _, _ = strings.Cut(data, "</script>")
	var crumbs struct {
		Type  string `json:"@type"`
		Items []struct {
			Position   int
			Name, Item string
		} `json:"itemListElement"`
	}
	if err := json.Unmarshal([]byte(data), &crumbs); err != nil {
		t.Fatalf("%v in %s", err, data)
	}
	if got, want := fmt.Sprint(crumbs), `{BreadcrumbList [{1 Home https://acme.example/team/} {2 Specs https://acme.example/team/specs/} {3 Pay "now" https://acme.example/team/specs/pay/}]}`; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
	s = makeSite(t, strings.Replace(machines, "base_url: https://acme.example/team/", "", 1))
	s.refuse("specs/pay/index.html", "ld+json", "og:url") // they take whole addresses
}

func TestTheFeedListsWhatChangedLast(t *testing.T) {
	archive := machines
	for i := range 60 {
		archive += fmt.Sprintf("-- news/n%02d.md --\n---\ntitle: News %02d\n---\n", i, i)
	}
	job := makeJob(t, txtar.Parse([]byte(archive)).Files)
	for n, v := range job.Verdicts {
		if name, ok := strings.CutPrefix(n.ID, "news/n"); ok {
			number, _ := strconv.Atoi(name)
			day := page.Date{Year: 2026, Month: 1, Day: 1}.AddDays(number)
			v.Changed = review.Edit{Day: day, By: "Ana <Lind>", Commit: "1"}
		}
	}
	outputs, _ := Pages(job)
	s := site{t, outputs}
	var feed struct {
		Updated string `xml:"updated"`
		Links   []struct {
			Rel  string `xml:"rel,attr"`
			Href string `xml:"href,attr"`
		} `xml:"link"`
		Entries []struct {
			ID      string `xml:"id"`
			Updated string `xml:"updated"`
			Summary string `xml:"summary"`
			Author  string `xml:"author>name"`
		} `xml:"entry"`
	}
	if err := xml.Unmarshal([]byte(s.text("feed.xml")), &feed); err != nil {
		t.Fatal(err)
	}
	seen := map[string]bool{}
	for i, e := range feed.Entries {
		if i > 0 && e.Updated > feed.Entries[i-1].Updated || e.Summary == "" || e.Author != "Ana <Lind>" || seen[e.ID] {
			t.Errorf("entry %d is %+v", i, e)
		}
		seen[e.ID] = true
	}
	if len(feed.Entries) != 50 || feed.Updated != feed.Entries[0].Updated || feed.Links[0].Href != "https://acme.example/team/feed.xml" {
		t.Errorf("%d entries, updated %s", len(feed.Entries), feed.Updated)
	}
	if err := xml.Unmarshal([]byte(makeSite(t, "-- _index.md --\nHello\n").text("feed.xml")), new(struct{})); err != nil {
		t.Errorf("without a change: %v", err)
	}
}

// handbook.json is what programs build on, so its fields are in the manual, each of them.
func TestTheModelIsDocumented(t *testing.T) {
	s := makeSite(t, machines)
	var whole map[string]any
	if err := json.Unmarshal([]byte(s.text("handbook.json")), &whole); err != nil {
		t.Fatal(err)
	}
	manual, err := os.ReadFile("../../content/manual/handbook-json.md")
	if err != nil {
		t.Fatal(err)
	}
	for name := range whole {
		if !strings.Contains(string(manual), "`"+name+"`") {
			t.Errorf("the manual does not explain %q", name)
		}
	}
	pages := whole["pages"].([]any)
	at := slices.IndexFunc(pages, func(p any) bool { return p.(map[string]any)["id"] == "specs/pay" })
	got, _ := json.Marshal(pages[at])
	want := `{"changed":null,"depends_on":[{"page":"specs/rules","section":"the-limit"}],"fields":{"approvers":[{"page":"people/ana"}],"product":{"page":"products/acme-pay"},"stage":"launch"},"file":"specs/pay.md","freshness":{"as_of":"2026-11-22","due_from":"2026-03-18","every":"90 days",` +
		`"next_review":"2026-04-01","planned":"2026-03-30","reasons":[{"sentence":"Reviewed on 1 January 2026. The next review is due on 1 April 2026.","since":"2026-04-01","state":"overdue"}],` +
		`"reviewed":"2026-01-01","state":"overdue"},"id":"specs/pay","links":[{"page":"specs/rules","section":"the-limit"}],"markdown":"/team/specs/pay.md","owner":"people/ana",` +
		`"parent":"specs","related":["specs/rules","","people/ana","products/acme-pay"],"summary":"Money \u0026 how it moves.","tags":["money"],"title":"Pay \"now\"","type":"spec","url":"/team/specs/pay/","words":8}`
	if string(got) != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
}

func TestTheSitemapKnowsTheLastChange(t *testing.T) {
	job := makeJob(t, txtar.Parse([]byte(machines)).Files)
	for n, v := range job.Verdicts {
		if n.ID == "specs/pay" {
			v.Changed = review.Edit{Day: page.Date{Year: 2026, Month: 11, Day: 3}, Commit: "1"}
		}
	}
	outputs, _ := Pages(job)
	s := site{t, outputs}
	s.expect("sitemap.xml", "<loc>https://acme.example/team/</loc></url>", "<loc>https://acme.example/team/specs/pay/</loc><lastmod>2026-11-03</lastmod></url>")
	s.refuse("sitemap.xml", "old-pay", "404")
}
