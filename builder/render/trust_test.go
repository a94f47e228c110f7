package render

import (
	"fmt"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/txtar"

	"handbook/builder/page"
	"handbook/builder/review"
)

// doubted is the small handbook in which the spec is in doubt for several reasons.
func doubted(t *testing.T, archive string) site {
	t.Helper()
	job := makeJob(t, txtar.Parse([]byte(archive)).Files)
	spec, _ := job.Book.Lookup("specs/refunds")
	plan, _ := job.Book.Lookup("plan")
	v := job.Verdicts[spec]
	day := page.Date{Year: 2026, Month: 11, Day: 3}
	v.State = review.Suspect
	v.Reasons = []review.Reason{
		{State: review.Suspect, On: plan, Fragment: "what-comes", Edit: review.Edit{Day: day, By: "Bo"},
			Sentence: "The section “What comes” of Plan, which this page relies on, was changed on 3 November 2026 by Bo.",
			Diff:     &review.Diff{Node: plan, Fragment: "what-comes", Old: []string{"What comes", "Soon it is here."}, New: []string{"What comes", "Soon it is there."}}},
		{State: review.Suspect, Sentence: "Files in src, which this page tracks, have changed."},
		{State: review.Changed, Sentence: "Its text was changed on 4 November 2026.",
			Diff: &review.Diff{Node: spec, Old: []string{"Ask the FAQ"}, New: []string{"Ask the FAQ"}}},
		v.Reasons[0],
	}
	v.Details = []review.Detail{{On: plan, Sentence: "It relies on Plan, which is itself suspect."}}
	v.Changed = review.Edit{Day: day, By: "Ana Lind"}
	v.Plan = page.Date{Year: 2027, Month: 1, Day: 11}
	v.Reviews = nil
	for i := range 7 {
		v.Reviews = append(v.Reviews, review.Record{Date: page.Date{Year: 2026, Month: 10, Day: 28 - i}, By: "somebody", Note: fmt.Sprintf("Read & found <true>, %d.", i)})
	}
	outputs, _ := Pages(job)
	return site{t, outputs}
}

func TestThePanelSaysEverything(t *testing.T) {
	s := doubted(t, refunds)
	s.expect("specs/refunds/index.html", `data-state="suspect"`, `<div class="panel" id="hb:why" popover>`,
		`<li data-state="suspect">`, `The section “What comes” of Plan`, `<a href="/specs/refunds/changes/#hb:change-1">See what changed</a>`,
		`Files in src, which this page tracks, have changed.</span>`,
		`<li data-state="changed">`, `<a href="/specs/refunds/changes/#hb:change-3">See what changed</a>`,
		`<li data-state="fresh" data-until="2027-01-26">`,
		`<li>It relies on Plan, which is itself suspect.</li>`,
		`<dt>Next review</dt><dd><time datetime="2027-01-26">26 Jan 2027</time><span data-until="2027-01-26">, best in the week of <time datetime="2027-01-11">`,
		`<p><time datetime="2026-10-28">28 Oct 2026</time> by somebody <q>Read &amp; found &lt;true&gt;, 0.</q></p>`, `<p>and 2 earlier</p>`,
		`<dt>Changed</dt><dd><time datetime="2026-11-03">3 Nov 2026</time> by <a href="/people/ana/">Ana Lind</a>`)
	s.expect("specs/refunds/index.html", `<details class="notice" data-state="suspect" data-until="2027-01-26">`, `See what changed`,
		`<details class="notice" data-state="overdue" data-from="2027-01-26" hidden>`)
	if n := strings.Count(s.text("specs/refunds/index.html"), "<q>"); n != 5 {
		t.Errorf("%d reviews are shown, want 5", n)
	}
	checkSite(t, s.outputs)
}

func TestChangesStandBesideEachOther(t *testing.T) {
	s := doubted(t, refunds)
	s.expect("specs/refunds/changes/index.html", `<a href="/specs/refunds/">Fast refunds</a>`, `<h1>What changed: Fast refunds</h1>`,
		`<h2 id="hb:change-1"><a href="/plan/#what-comes">What comes, in Plan</a></h2>`, `was changed on 3 November 2026 by Bo.`,
		`As reviewed on <time datetime="2026-10-28">`, `<p class="same">What comes</p>`,
		`Soon it is <del>here</del>.`, `Soon it is <ins>there</ins>.`,
		`<h2 id="hb:change-3"><a href="/specs/refunds/">Fast refunds</a></h2>`, `Every word is the same. What changed is where links or pictures lead.`,
		`<code>handbook review specs/refunds</code>`)
	s.refuse("specs/refunds/changes/index.html", "hb:change-2", `aria-current="page"`)
	if s.has("faq/changes/index.html") {
		t.Error("a page that did not change has a page of changes")
	}
	s = doubted(t, strings.Replace(refunds, "name: Acme", "name: Acme\nbase_url: https://acme.example/", 1))
	s.refuse("sitemap.xml", "changes")
}

// A page of the content wins over a generated one.
func TestAPageNamedChangesStays(t *testing.T) {
	s := doubted(t, refunds+"-- specs/refunds/changes.md --\n# Our own changes\n")
	s.expect("specs/refunds/changes/index.html", "<h1>Our own changes</h1>")
	s.expect("specs/refunds/changes-list/index.html", "<h1>What changed: Fast refunds</h1>")
	s.expect("specs/refunds/index.html", `<a href="/specs/refunds/changes-list/#hb:change-1">`)
	checkSite(t, s.outputs)
}

// A type chooses how loudly its pages say that they may not hold; the badge always does.
func TestHowLoudATypeIs(t *testing.T) {
	for notice, test := range map[string]struct{ warned, marked bool }{"banner": {true, true}, "badge": {false, true}, "quiet": {false, false}} {
		s := makeSite(t, strings.Replace(refunds, "name: Acme", "name: Acme\ntypes: {spec: {notice: "+notice+"}}", 1))
		for path, pieces := range map[string][]string{
			"specs/old/index.html":     {`class="notice"`},
			"specs/refunds/index.html": {`class="notice"`},
		} {
			for _, piece := range pieces {
				if got := strings.Contains(s.text(path), piece); got != test.warned {
					t.Errorf("%s: %s has %s: %v", notice, path, piece, got)
				}
			}
		}
		for path, piece := range map[string]string{
			"specs/refunds/index.html": `<span class="linkmark" data-state="overdue">`,
			"specs/index.html":         `Old rules<i data-state="overdue">`,
			"index.html":               `<a href="/specs/refunds/" data-next="2027-01-26">the spec</a>`,
		} {
			if got := strings.Contains(s.text(path), piece); got != test.marked {
				t.Errorf("%s: %s has %s: %v", notice, path, piece, got)
			}
		}
		s.expect("specs/old/index.html", `<span class="badge" data-state="overdue"`)
		s.expect("specs/index.html", `Old rules</a>`, `<span class="badge" data-state="overdue"`)
		s.expect("health/index.html", `<b data-figure="relied">2</b> of 4 pages can be relied on`)
	}
}

// The warning is there on the day of the build, also without the script.
func TestWhatIsDueShowsOnTheDayOfTheBuild(t *testing.T) {
	s := makeSite(t, refunds)
	s.expect("specs/old/index.html", `Review overdue</span>`, ` <span>since <time datetime="2026-04-01">1 Apr 2026</time></span>`)
	s.refuse("specs/old/index.html", `class="notice" data-state="overdue" data-until`, `data-from="2026-04-01" hidden`)
}
