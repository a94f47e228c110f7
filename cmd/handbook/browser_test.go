package main

import (
	"bufio"
	"bytes"
	"fmt"
	"hash/crc32"
	"hash/fnv"
	"io"
	"io/fs"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"handbook/builder/browser"

	"github.com/rogpeppe/go-internal/txtar"
)

// TestInTheBrowser reads sites as a reader would. Where there is no browser it is skipped, unless the variable
// HANDBOOK_BROWSER is "require".
func TestInTheBrowser(t *testing.T) {
	t.Parallel()
	browser.Need(t)
	example := serveSite(t, "../..", "2026-11-22")
	small := serveSite(t, writeSite(t, ages), "2026-11-22")

	everywhere(t, "read in 120 days, everything is overdue", func(b tab) { testOverdueLater(b, small) })
	beside(t, "read in 120 days, a site says what one built then says", func(t *testing.T) {
		testSameAsBuiltThen(t, example, "2027-03-22", 4)
	})
	beside(t, "read on any day, a site says what one built then says", func(t *testing.T) {
		day := os.Getenv("HANDBOOK_DAY")
		if day == "" {
			first, err := time.Parse(time.DateOnly, builtOn)
			if err != nil {
				t.Fatal(err)
			}
			day = first.AddDate(0, 0, 1+rand.IntN(730)).Format(time.DateOnly)
		}
		t.Logf("the day is %s; HANDBOOK_DAY=%[1]s repeats it", day)
		testSameAsBuiltThen(t, example, day, 8)
	})
	everywhere(t, "at midnight a state changes in an open tab", func(b tab) { testMidnight(b, small) })
	beside(t, "a day begins where the reader is", func(t *testing.T) { testTimeZones(t, small) })
	beside(t, "without JavaScript it is the day of the build", func(t *testing.T) { testWithoutScript(t, small) })
	beside(t, "views follow the day and are sorted", func(t *testing.T) { testViews(t) })
	beside(t, "a reader sorts titles as the build did", func(t *testing.T) { testOrder(t) })
	beside(t, "what breaks the policy is noticed", func(t *testing.T) { testPolicy(t, example) })
}

// ages is a handbook in which every page that is reviewed is overdue after 90 days, and one only changes by time.
const ages = `
-- handbook.yaml --
name: Ages
review: {every: 90d}
types:
  whisper: {notice: quiet}
-- content/_index.md --
---
title: Home
owner: ana
reviewed: 2026-11-20
---
See [the guide](guide.md), [the rules](rules.md) and [the whisper](whisper.md).
-- content/guide.md --
---
title: Guide
owner: ana
reviewed: 2026-10-28
related: [rules]
---
Follow [the rules](rules.md).
-- content/rules.md --
---
title: Rules
owner: payments
reviewed: 2026-11-01
---
Back to [the guide](guide.md).
-- content/whisper.md --
---
title: Whisper
type: whisper
owner: payments
reviewed: 2026-11-02
related: [rules]
---
Hush.
-- content/new.md --
---
title: New
owner: payments
---
Nobody has read this.
-- content/people/ana.md --
---
title: Ana
review_every: never
owner: payments
---
-- content/teams/payments.md --
---
title: Payments
channel: "#payments"
members: [ana]
review_every: never
owner: payments
---
`

func testOverdueLater(b tab, site served) {
	b.SetClock("2027-03-22T12:00:00")
	b.Open(site.url + "/guide/")
	b.Is("the badge", `document.querySelector(".trust .badge").textContent`, "Review overdue")
	b.Is("the line of trust", visible(`.trust dd`), "Review overdue why since 26 Jan 2027 Ana")
	b.Is("the notice", visible(`.notice`), "Check before you rely on this. Its review was due on 26 Jan 2027. More")
	b.Click(".notice:not([hidden]) summary")
	b.Is("what to do", visible(`.notice`), "Check before you rely on this. Its review was due on 26 Jan 2027. Ask Ana if it matters.")
	b.Run(`document.querySelector(".why").click()`)
	b.Is("the reasons", visible(`.panel li`), "Its review was due on 26 Jan 2027.")
	b.Is("the navigation", `[...document.querySelectorAll(".nav i")].map(m => m.closest("a").textContent).join("; ")`,
		"Guide, Review overdue; New, Never reviewed; Rules, Review overdue")
	b.Is("a link in the text", `document.querySelector(".text p").textContent`, "Follow the rules overdue.")
	b.Is("pages that link here", `[...document.querySelectorAll(".back a")].map(a => a.textContent).join("; ")`, "Home, Review overdue; Rules, Review overdue")

	b.Open(site.url + "/whisper/")
	b.Is("a related page", `document.querySelector(".foot .rows a").textContent`, "Rules, Review overdue")
	b.Is("a page of a quiet type", `document.querySelector(".trust .badge").textContent + document.querySelectorAll(".notice").length`, "Review overdue0")
	b.Open(site.url + "/")
	b.Is("the sentence on the home page", `document.querySelector(".stand").textContent`, "0 of 5 pages can be relied on (0 %). Health")
	b.Is("links to it", `document.querySelector(".text p").textContent`, "See the guide overdue, the rules overdue and the whisper.")

	b.Open(site.url + "/health/")
	b.Is("the sentence", `document.querySelector(".states .summary").textContent`, "0 of 5 pages can be relied on (0 %).")
	b.Is("the key", visible(`.states .key li`), "Review overdue 4 Never reviewed 1 No review needed 2")
	b.Is("the bar", `[...document.querySelectorAll(".states rect")].map(r => r.dataset.state + Math.round(r.getAttribute("width"))).join(" ")`, "overdue571 unreviewed143 exempt286")
	b.Is("who is needed", `[...document.querySelector("#needs-someone ~ .view").querySelectorAll("tbody tr:not([hidden])")].map(r => r.querySelector("a").firstChild.textContent + ": " + r.querySelector(".badge").textContent).sort().join("; ")`,
		"Guide: Review overdue; Home: Review overdue; New: Never reviewed; Rules: Review overdue; Whisper: Review overdue")
	b.Is("by owner", `[...document.querySelector("#by-owner ~ .view").querySelectorAll("tbody tr")].map(r => [...r.children].map(c => c.textContent).join(" ")).join("; ")`,
		"Payments  0 of 3 0 % 2 0 0; Ana  0 of 2 0 % 2 0 0")
	b.Is("the first of the coming weeks", `document.querySelector(".weeks time").textContent`, "22 Mar")
	b.Is("the coming weeks", `[...document.querySelectorAll(".weeks [data-load] td")].reduce((sum, td) => sum + +td.textContent, 0)`, 0)

	b.Open(site.url + "/teams/payments/")
	b.Is("an owner's counts", visible(`.key li`), "Review overdue 2 Never reviewed 1 No review needed 2")
	b.Is("an owner's pages", `[...document.querySelectorAll("#hb\\:owns ~ ul .badge")].map(b => b.textContent).join("; ")`, "Never reviewed; Review overdue; Review overdue")
	b.Is("the pages of members", `[...document.querySelectorAll("#hb\\:members ~ ul .badge")].map(b => b.textContent).join("; ")`, "Review overdue; Review overdue")
	b.HasNoErrors()
}

// signature is what a page says of freshness, as a text that two pages can be compared by. The order of lists does not
// count, nor do the rows of a view that says on one of the two pages that it is not all: which of them it shows was chosen on the day
// of the build. A picture that says of which day it is stays as it is. skip are the numbers of those views.
func signature(skip string) string { return "((skip) => {" + signatureOf + "})(" + skip + ")" }

// incomplete are the numbers of the views of a page that do not show all.
const incomplete = `JSON.stringify([...document.querySelectorAll(".view")].map((v, i) => v.querySelector(".view-foot:not([hidden])") ? i : -1).filter(i => i >= 0))`

const signatureOf = `
	const views = [...document.querySelectorAll(".view")];
	const cut = e => [...e.closest("section.group")?.querySelectorAll(":scope > ul ~ .small") || []].some(p => !p.hidden) ||
		skip.includes(views.indexOf(e.closest(".view")));
	const all = (selector, f) => [...document.querySelectorAll(selector)].filter(e => !e.closest("[hidden], [data-drawn]") && !cut(e)).map(f);
	const state = e => e.dataset.state + " " + (e.dataset.arc || "") + " " + e.textContent;
	const place = e => (e.closest("section, nav, article")?.querySelector("h2, h1")?.textContent || "") + " " + (e.closest("li, tr, a")?.querySelector("a, time")?.href || e.closest("a")?.href || "");
	return JSON.stringify({
		badges: all(".badge", b => place(b) + " " + state(b)).sort(),
		marks: all("i[data-state]", m => place(m) + " " + state(m)).sort(),
		links: all(".linkmark", m => m.previousElementSibling.href + " " + state(m)),
		notices: all(".notice", n => n.dataset.state),
		due: all(".trust dd > span", s => s.innerText),
		figures: all("[data-figure]", f => place(f) + " " + f.dataset.figure + " " + f.textContent).sort(),
		keys: all(".key li", li => li.dataset.state + " " + li.textContent),
		bars: all(".bar rect", r => place(r) + " " + r.dataset.state + " " + Math.round(r.getAttribute("width") / 2)).sort(),
		weeks: all(".weeks tr", r => r.innerText),
		charts: all(".spark rect", r => place(r) + " " + r.getAttribute("class") + r.getAttribute("x") + " " + Math.floor(r.getAttribute("height"))).sort(),
		shown: all(".group > .small, .view-empty", p => p.textContent),
		numbers: all(".figures > div, .figure, .chart tr, .view-head, tr.head", e => e.innerText),
		rows: all(".view :is(tbody tr, .rows > li, .board li li)", e => e.innerText).sort(),
	}, null, 1);
`

// testSameAsBuiltThen compares pages of a site that is read on a later day with the same pages of a site built on that
// day. It is the law of ageing: what time changes, the script changes in the same way. No page may have an error or break
// the policy meanwhile. One page of each template and folder is compared, and of the others one of so many, which others
// follows from the day; HANDBOOK_SWEEP=all compares all of them.
func testSameAsBuiltThen(t *testing.T, site served, day string, of uint32) {
	built := serveSite(t, "../..", day)
	b := newTab(t)
	b.SetClock(day + "T12:00:00")
	b.Prefers("prefers-reduced-motion", "reduce") // hundreds of pages that fade into each other take a minute
	plain := newTab(t)
	plain.WithoutScript()
	plain.Prefers("prefers-reduced-motion", "reduce")
	which := crc32.ChecksumIEEE([]byte(day)) % of
	different, compared := 0, 0
	kinds := pageKinds(t, site)
	for _, path := range site.paths {
		if path == "/changes/" { // which is about the weeks before the day of the build
			continue
		}
		if site.lot(t, path, of) != which && os.Getenv("HANDBOOK_SWEEP") != "all" && !slices.Contains(kinds, path) {
			continue
		}
		b.Open(site.url + path)
		plain.Open(built.url + path)
		skip := signature("[..." + b.Text(incomplete) + ", ..." + plain.Text(incomplete) + "]")
		got, want := strings.ReplaceAll(b.Text(skip), site.url, ""), strings.ReplaceAll(plain.Text(skip), built.url, "")
		compared++
		if got != want && different < 5 {
			different++
			t.Errorf("%s: read on %s and built then differ:\n%s", path, day, differ(got, want))
		}
	}
	if compared < 40 {
		t.Errorf("only %d pages were compared", compared)
	}
	t.Logf("%d of %d pages compared", compared, len(site.paths))
	b.HasNoErrors()
}

// differ is where two texts begin to differ, a few lines of each.
func differ(got, want string) string {
	a, b := strings.Split(got, "\n"), strings.Split(want, "\n")
	i := 0
	for i < len(a) && i < len(b) && a[i] == b[i] {
		i++
	}
	some := func(lines []string) string { return strings.Join(lines[min(i, len(lines)):min(i+3, len(lines))], "\n") }
	return "read then:\n" + some(a) + "\nbuilt then:\n" + some(b)
}

func testMidnight(b tab, site served) {
	b.SetClock("2027-01-25T23:58:00")
	b.Open(site.url + "/guide/")
	badge := `document.querySelector(".trust .badge").textContent`
	b.Is("before midnight", badge, "Review due")
	b.Run(`tick("2027-01-25T23:59:59")`)
	b.Is("a second before midnight", badge, "Review due")
	b.Is("no notice yet", visible(".notice"), "")
	b.Run(`tick("2027-01-26T00:00:01")`)
	b.Is("at midnight", badge, "Review overdue")
	b.Is("the notice", `document.querySelectorAll(".notice:not([hidden])").length`, 1)
	b.Is("the navigation", `document.querySelector(".nav [aria-current]").textContent`, "Guide, Review overdue")
	b.Run(`tick("2027-01-30T00:00:01")`)
	b.Is("a link, four nights later", `document.querySelector(".text p").textContent`, "Follow the rules overdue.")
	b.HasNoErrors()
}

func testTimeZones(t *testing.T, site served) {
	for zone, want := range map[string]string{"Pacific/Auckland": "Review overdue", "Pacific/Honolulu": "Review due", "UTC": "Review due"} {
		b := newTab(t)
		b.SetTimezone(zone)
		b.SetClock("2027-01-25T12:00:00Z") // the review is due on 26 January, which has begun in Auckland
		b.Open(site.url + "/guide/")
		b.Is("the state in "+zone, `document.querySelector(".trust .badge").textContent`, want)
	}
}

func testWithoutScript(t *testing.T, site served) {
	b := newTab(t)
	b.WithoutScript()
	b.SetClock("2027-03-22T12:00:00")
	b.Open(site.url + "/guide/")
	b.Is("the badge of the day of the build", `document.querySelector(".trust .badge").textContent`, "Verified")
	b.Is("with its date", visible(`.trust dd`), "Verified why 28 Oct 2026 Ana")
	b.Is("no notice", visible(`.notice`), "")
	b.Click(".why")
	b.Is("the panel opens", visible(`.panel li`), "It was reviewed on 28 October 2026. The next review is due on 26 January 2027.")
	b.Open(site.url + "/health/")
	b.Is("the counts of that day", visible(`.states .summary`), "4 of 5 pages can be relied on (80 %).")
	b.Is("twelve weeks", `document.querySelectorAll(".weeks thead time").length`, 12)
}

// testPolicy shows that a page that breaks the policy is noticed. Without it the silence of the other tests, of which
// one reads every page, would say nothing.
func testPolicy(t *testing.T, site served) {
	b := newTab(t)
	b.Open(site.url + "/tpm/")
	b.Until(`location.pathname === "/roles/technical-product-manager/"`)
	b.HasNoErrors()
	b.Open(site.url + "/" + badPage)
	if got := b.Problems(); !slices.ContainsFunc(got, func(s string) bool { return strings.Contains(s, "Content Security Policy") }) {
		t.Errorf("a page with a script and a style in it gave only %q", got)
	}
}

// badPage is an address at which the test server shows what the site's policy forbids.
const badPage = "test-of-the-policy/"

// tab is a page in the browser.
type tab struct {
	*browser.Tab
	t *testing.T
}

// beside runs a part of a test beside the others: a browser mostly waits.
func beside(t *testing.T, name string, part func(t *testing.T)) {
	t.Run(name, func(t *testing.T) {
		t.Parallel()
		part(t)
	})
}

// everywhere runs a part in each engine. It is given a tab.
func everywhere(t *testing.T, name string, part func(b tab)) {
	for _, engine := range browser.Engines {
		beside(t, name+", in "+string(engine), func(t *testing.T) { part(tab{browser.NewTabIn(t, engine), t}) })
	}
}

func newTab(t *testing.T) tab { t.Helper(); return tab{browser.NewTab(t), t} }

var visible = browser.Visible

// builtOn is the day as of which tests build a site, and which it is in every tab that sets no other.
const builtOn = browser.Day

// served is a site on a server of its own.
type served struct {
	url   string
	dir   string   // where its files lie
	paths []string // of its pages
}

// lot puts a page into one of n lots, by what its main part says. So which pages a test looks at changes with those pages and not with
// what somebody else wrote, or the day.
func (s served) lot(t *testing.T, path string, n uint32) uint32 {
	t.Helper()
	file := filepath.Join(s.dir, filepath.FromSlash(path))
	if strings.HasSuffix(path, "/") {
		file = filepath.Join(file, "index.html")
	}
	page, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	h := fnv.New32a()
	io.WriteString(h, path)
	_, main, _ := bytes.Cut(page, []byte("<main"))
	h.Write(main)
	return h.Sum32() % n
}

// serveSite builds a site as of a day and serves it with the headers that it asks its host for.
func serveSite(t *testing.T, dir, asOf string) served {
	t.Helper()
	out := filepath.Join(t.TempDir(), "public")
	var said strings.Builder
	if status := run([]string{"build", "-C", dir, "--as-of", asOf, "--out", out}, &said, &said); status != exitFine {
		t.Fatalf("build exits %d: %s", status, &said)
	}
	policy := policyIn(t, filepath.Join(out, "_headers"))
	files := http.FileServer(http.Dir(out))
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Security-Policy", policy)
		if strings.TrimPrefix(r.URL.Path, "/") == badPage {
			w.Header().Set("Content-Type", "text/html")
			fmt.Fprint(w, `<!doctype html><title>Bad</title><style>p { color: red }</style><script>window.bad = true</script>`)
			return
		}
		if _, err := os.Stat(filepath.Join(out, filepath.FromSlash(r.URL.Path))); err != nil {
			page, _ := os.ReadFile(filepath.Join(out, "404.html"))
			w.WriteHeader(http.StatusNotFound)
			w.Write(page)
			return
		}
		files.ServeHTTP(w, r)
	}))
	t.Cleanup(server.Close)
	return served{server.URL, out, pathsBelow(t, out)}
}

// pathsBelow are the addresses of the pages in a folder, those left out that only lead to another one.
func pathsBelow(t *testing.T, dir string) (paths []string) {
	t.Helper()
	err := filepath.WalkDir(dir, func(file string, d fs.DirEntry, err error) error {
		if err != nil || !strings.HasSuffix(file, ".html") {
			return err
		}
		data, err := os.ReadFile(file)
		if err == nil && !strings.Contains(string(data), `http-equiv="refresh"`) {
			paths = append(paths, strings.TrimSuffix(filepath.ToSlash(strings.TrimPrefix(file, dir)), "index.html"))
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return paths
}

func policyIn(t *testing.T, file string) string {
	t.Helper()
	f, err := os.Open(file)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	for lines := bufio.NewScanner(f); lines.Scan(); {
		if policy, ok := strings.CutPrefix(strings.TrimSpace(lines.Text()), "Content-Security-Policy: "); ok {
			return policy
		}
	}
	t.Fatal("the site asks for no policy")
	return ""
}

func writeSite(t *testing.T, archive string) string {
	t.Helper()
	dir := t.TempDir()
	for _, f := range txtar.Parse([]byte(archive)).Files {
		path := filepath.Join(dir, filepath.FromSlash(f.Name))
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, f.Data, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}
