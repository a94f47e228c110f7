package render

import (
	"encoding/json"
	"reflect"
	"strings"
	"testing"
)

func TestOwnersWithReviewsHaveFeeds(t *testing.T) {
	s := makeSite(t, refunds)
	s.expect("teams/payments/index.html", `<link rel="alternate" type="application/atom+xml" href="/teams/payments/reviews.xml">`,
		`<a href="/teams/payments/reviews.ics">Calendar</a>`, `<a href="/teams/payments/reviews.xml">Feed</a>`)
	s.expect("teams/payments/reviews.ics", "BEGIN:VCALENDAR", "SUMMARY:Review: Fast refunds")
	s.expect("teams/payments/reviews.xml", "<feed", "<title>Old rules: overdue</title>")
	s = makeSite(t, strings.ReplaceAll(refunds, "\nreviewed: ", "\nread: "))
	s.refuse("teams/payments/index.html", "reviews.ics", "reviews.xml", "Coming reviews")
	if s.has("teams/payments/reviews.ics") || s.has("teams/payments/reviews.xml") {
		t.Error("an owner whose pages were never reviewed has feeds")
	}
	// What stands there in the content stays.
	s = makeSite(t, refunds+"-- teams/payments/reviews.ics --\nours\n")
	if got := s.text("teams/payments/reviews.ics"); got != "ours\n" {
		t.Errorf("the content's own file became %q", got)
	}
	checkSite(t, s.outputs)
}

func TestFeedsKnowTheAddressOfTheSite(t *testing.T) {
	s := makeSite(t, strings.Replace(refunds, "name: Acme", "name: Acme\nbase_url: https://acme.example/team/", 1))
	s.expect("teams/payments/reviews.xml", `href="https://acme.example/team/teams/payments/reviews.xml"`, `href="https://acme.example/team/specs/old/"`)
}

func TestComingWeeks(t *testing.T) {
	s := makeSite(t, refunds)
	s.expect("health/index.html", `">Coming reviews`, `The next twelve weeks`, `<time datetime="2026-11-16">16 Nov</time>`, `<time datetime="2027-02-01">1 Feb</time></th></tr>`,
		`Due</th>`, `<td>2</td>`, `Planned</th>`, `<td>2</td>`)
	// Of fewer than four a sentence tells; the FAQ has no owner.
	s.expect("teams/payments/index.html", `">Coming reviews`, `Reviews that fall due in the next twelve weeks: <b data-figure="due">1</b>.`)
	s.expect("teams/payments/index.html", `<div data-many hidden>`)
	s.expect("health/index.html", "By owner</h2>", `<b data-figure="due">1</b>`, `<b data-figure="planned">1</b>`)
}

// Reviews that fall due together are planned apart, and the script is told so.
func TestACrowdIsPlannedApart(t *testing.T) {
	s := makeSite(t, "-- handbook.yaml --\nreview: {every: 1 year}\n"+manyPages(4, "", "")+
		strings.ReplaceAll(manyPages(4, "x/", ""), "title:", "reviewed: 2026-01-20\nowner: ana\ntitle:"))
	s.expect("owners/ana/index.html", `data-moves="2027-01-06fd4;2027-01-20do1;2027-01-20do1-1;2027-01-20do1-2;2027-01-20do1-3;"`,
		`Due</th>`, `<td>4</td>`, `Planned</th>`, `<td>1</td><td>1</td><td>1</td><td>1</td>`)
}

// A team's page lists what its members own themselves, each with its owner.
func TestTeamListsThePagesOfItsMembers(t *testing.T) {
	s := makeSite(t, strings.Replace(refunds, "title: Old rules\nowner: payments", "title: Old rules\nowner: ana", 1))
	s.expect("teams/payments/index.html", `Owned by members</h2>`, `<a href="/specs/old/">Old rules</a>`, `<a href="/people/ana/">Ana Lind</a>`, `data-state="overdue"`)
	s.refuse("people/ana/index.html", "Owned by members")
}

func TestPeopleWhoAnswerForTooMuchAlone(t *testing.T) {
	archive := strings.ReplaceAll(refunds, "owner: payments", "owner: ana")
	s := makeSite(t, strings.Replace(archive, "every: 90d", "every: 90d, alone: 7", 1))
	s.expect("health/index.html", `">Resting on one person`, `<a href="/people/ana/"`, `Ana Lind`, `<td class="num">8</td>`)
	makeSite(t, strings.Replace(archive, "every: 90d", "every: 90d, alone: 8", 1)).expect("health/index.html", "Nobody answers alone for so many pages")
	makeSite(t, strings.Replace(refunds, "every: 90d", "every: 90d, alone: 1", 1)).expect("health/index.html", "Nobody answers alone for so many pages") // a team is not one person
}

// The pages that will need someone stand in the list already, and a list that is empty says so until they do.
func TestWhoWillBeNeeded(t *testing.T) {
	s := makeSite(t, "-- handbook.yaml --\nreview: {every: 90d}\n-- _index.md --\n---\ntitle: Home\nreviewed: 2026-11-01\n---\n-- a.md --\n---\ntitle: A\nreviewed: 2026-11-02\n---\n")
	s.expect("health/index.html", `">Needs someone`, `<p class="view-empty" data-none="0 2027-01-30=1 2027-01-31=2">Nothing.`, `data-some="0 2027-01-30=1 2027-01-31=2" hidden>`,
		`<tr data-from="2027-01-30" hidden><th scope="row"><a href="/"`, `<tr data-from="2027-01-31" hidden><th scope="row"><a href="/a/"`)
	s = makeSite(t, manyPages(130, "", "")+"-- handbook.yaml --\nreview: {every: 90d}\n")
	s.expect("health/index.html", `">Needs someone`, `20 of 130 are shown.`)
}

// The form is that which GOV.UK's bots read.
func TestPagesForBots(t *testing.T) {
	archive := strings.Replace(refunds, "title: FAQ\n", "title: FAQ <1>\nowner_slack: \"#help\"\n", 1)
	var pages []map[string]any
	if err := json.Unmarshal([]byte(makeSite(t, archive).text("api/pages.json")), &pages); err != nil {
		t.Fatal(err)
	}
	found := map[any]map[string]any{}
	for _, p := range pages {
		found[p["url"]] = p
	}
	for url, want := range map[string]map[string]any{
		"/specs/refunds/": {"title": "Fast refunds", "url": "/specs/refunds/", "review_by": "2027-01-26", "owner": "teams/payments", "owner_slack": "#payments", "last_reviewed_on": "2026-10-28"},
		"/faq/":           {"title": "FAQ <1>", "url": "/faq/", "review_by": "2027-01-30", "owner": "help", "owner_slack": "#help", "last_reviewed_on": "2026-11-01"},
		"/new/":           {"title": "New & raw", "url": "/new/", "review_by": nil, "owner": "teams/payments", "owner_slack": "#payments", "last_reviewed_on": nil},
	} {
		if got := found[url]; !reflect.DeepEqual(got, want) {
			t.Errorf("%s is\n%v\nwant\n%v", url, got, want)
		}
	}
	if len(pages) != 9 {
		t.Errorf("%d pages, want those with a text of their own: 9", len(pages))
	}
	s := makeSite(t, strings.Replace(refunds, "name: Acme", "name: Acme\nbase_url: https://acme.example/", 1))
	s.expect("api/pages.json", `"url": "https://acme.example/specs/refunds/"`)
}
