package main

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"hash/fnv"
	"io"
	"io/fs"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/log"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"
	"github.com/rogpeppe/go-internal/txtar"
)

// TestInTheBrowser reads sites in Chromium as a reader would. Where there is no Chromium it is skipped, unless the
// variable HANDBOOK_BROWSER is "require".
func TestInTheBrowser(t *testing.T) {
	browser := startChromium(t)
	example := serveSite(t, "../..", "2026-11-22")
	small := serveSite(t, writeSite(t, ages), "2026-11-22")

	t.Run("read in 120 days, everything is overdue", func(t *testing.T) { testOverdueLater(t, browser, small) })
	t.Run("read in 120 days, a site says what one built then says", func(t *testing.T) {
		testSameAsBuiltThen(t, browser, example, "2027-03-22", serveSite(t, "../..", "2027-03-22"))
	})
	t.Run("at midnight a state changes in an open tab", func(t *testing.T) { testMidnight(t, browser, small) })
	t.Run("a day begins where the reader is", func(t *testing.T) { testTimeZones(t, browser, small) })
	t.Run("without JavaScript it is the day of the build", func(t *testing.T) { testWithoutScript(t, browser, small) })
	t.Run("views follow the day and are sorted", func(t *testing.T) { testViews(t, browser) })
	t.Run("a reader sorts titles as the build did", func(t *testing.T) { testOrder(t, browser) })
	t.Run("what breaks the policy is noticed", func(t *testing.T) { testPolicy(t, browser, example) })
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

func testOverdueLater(t *testing.T, browser context.Context, site served) {
	b := newTab(t, browser)
	b.setClock("2027-03-22T12:00:00")
	b.open(site.url + "/guide/")
	b.is("the badge", `document.querySelector(".trust .badge").textContent`, "Review overdue")
	b.is("the date in the trust row", visible(`.trust dd > .small`), "28 Oct 2026, was due 26 Jan 2027")
	b.is("the notice", visible(`.notice`), "Check before you rely on this. Its review was due on 26 Jan 2027. Ask Ana if it matters.")
	b.run(`document.querySelector(".why summary").click()`)
	b.is("the reasons", visible(`.panel li`), "Its review was due on 26 Jan 2027.")
	b.is("the navigation", `[...document.querySelectorAll(".nav .mark")].map(m => m.closest("a").textContent).join("; ")`,
		"Guide, Review overdue; New, Never reviewed; Rules, Review overdue")
	b.is("a link in the text", `document.querySelector(".text p").textContent`, "Follow the rules overdue.")
	b.is("a related page", `document.querySelector(".foot .rows a").textContent`, "Rules, Review overdue")
	b.is("pages that link here", `[...document.querySelectorAll(".back a")].map(a => a.textContent).join("; ")`, "Home, Review overdue; Rules, Review overdue")

	b.open(site.url + "/whisper/")
	b.is("a page of a quiet type", `document.querySelector(".trust .badge").textContent + document.querySelectorAll(".notice").length`, "Review overdue0")
	b.open(site.url + "/")
	b.is("the sentence on the home page", `document.querySelector(".stand").textContent`, "7 pages, 0 % inside their review date. Health")
	b.is("links to it", `document.querySelector(".text p").textContent`, "See the guide overdue, the rules overdue and the whisper.")

	b.open(site.url + "/health/")
	b.is("the sentence", `document.querySelector(".states .summary").textContent`, "0 % of 5 pages are inside their review date. Overdue: 4. Without an owner: 0.")
	b.is("the key", visible(`.key li`), "Review overdue 4 Never reviewed 1 No review needed 2")
	b.is("the bar", `[...document.querySelectorAll(".states rect")].map(r => r.dataset.state + Math.round(r.getAttribute("width"))).join(" ")`, "overdue571 unreviewed143 exempt286")
	b.is("who is needed", `[...document.querySelector("#needs-someone ~ .view").querySelectorAll("tbody tr:not([hidden])")].map(r => r.querySelector("a").firstChild.textContent + ": " + r.querySelector(".badge").textContent).sort().join("; ")`,
		"Guide: Review overdue; Home: Review overdue; New: Never reviewed; Rules: Review overdue; Whisper: Review overdue")
	b.is("by owner", `[...document.querySelector("#by-owner ~ .view").querySelectorAll("tbody tr")].map(r => [...r.children].map(c => c.textContent).join(" ")).join("; ")`,
		"Ana  0 % 2 2  0 0; Payments  0 % 2 5  0 0")
	b.is("the first of the coming weeks", `document.querySelector(".weeks time").textContent`, "22 Mar")
	b.is("the coming weeks", `[...document.querySelectorAll(".weeks [data-load] td")].reduce((sum, td) => sum + +td.textContent, 0)`, 0)

	b.open(site.url + "/teams/payments/")
	b.is("an owner's counts", visible(`.key li`), "Review overdue 2 Never reviewed 1 No review needed 2")
	b.is("an owner's pages", `[...document.querySelectorAll("#hb\\:owns ~ ul .badge")].map(b => b.textContent).join("; ")`, "Never reviewed; Review overdue; Review overdue")
	b.is("the pages of members", `[...document.querySelectorAll("#hb\\:members ~ ul .badge")].map(b => b.textContent).join("; ")`, "Review overdue; Review overdue")
	b.hasNoErrors()
}

// signature is what a page says of freshness, as a text that two pages can be compared by. The order of lists does not
// count, nor do the rows of a list that says it is not all: which of them it shows was chosen on the day of the build.
const signature = `(() => {
	const cut = e => [...e.closest("section.group")?.querySelectorAll(":scope > ul ~ .small") || []].some(p => !p.hidden) ||
		e.closest(".view")?.querySelector(".view-foot")?.firstChild.nodeType == 3;
	const all = (selector, f) => [...document.querySelectorAll(selector)].filter(e => !e.closest("[hidden]") && !cut(e)).map(f);
	const state = e => e.dataset.state + " " + e.textContent;
	const place = e => (e.closest("section, nav, article")?.querySelector("h2, h1")?.textContent || "") + " " + (e.closest("li, tr, a")?.querySelector("a, time")?.href || e.closest("a")?.href || "");
	return JSON.stringify({
		badges: all(".badge", b => place(b) + " " + state(b)).sort(),
		marks: all(".mark", m => place(m) + " " + state(m)).sort(),
		links: all(".linkmark", m => m.previousElementSibling.href + " " + state(m)),
		notices: all(".notice", n => n.dataset.state),
		due: all(".trust dd > .small", s => s.innerText),
		figures: all("[data-figure]", f => place(f) + " " + f.dataset.figure + " " + f.textContent).sort(),
		keys: all(".key li", li => li.dataset.state + " " + li.textContent),
		bars: all(".bar rect", r => place(r) + " " + r.dataset.state + " " + Math.round(r.getAttribute("width") / 2)).sort(),
		weeks: all(".weeks tr", r => r.innerText),
		charts: all(".spark rect", r => place(r) + " " + r.getAttribute("class") + r.getAttribute("x") + " " + Math.floor(r.getAttribute("height"))).sort(),
		shown: all(".group > .small, .view-empty", p => p.textContent),
		numbers: all(".figures > div, .figure, .chart tr, .view-head, tr.head", e => e.innerText),
		rows: all(".view :is(tbody tr, .rows > li, .board li li)", e => e.innerText).sort(),
	}, null, 1);
})()`

// testSameAsBuiltThen compares every page of a site that is read on a later day with the same page of a site built on
// that day. It is the law of ageing: what time changes, the script changes in the same way. No page may have an error or
// break the policy meanwhile. One page of each template and folder is compared, and of the others a fourth; HANDBOOK_SWEEP=all compares all
// of them.
func testSameAsBuiltThen(t *testing.T, browser context.Context, site served, day string, built served) {
	b := newTab(t, browser)
	b.setClock(day + "T12:00:00")
	b.prefers("prefers-reduced-motion", "reduce") // hundreds of pages that fade into each other take a minute
	plain := newTab(t, browser)
	plain.withoutScript()
	plain.prefers("prefers-reduced-motion", "reduce")
	different, compared := 0, 0
	kinds := pageKinds(t, site)
	for _, path := range site.paths {
		if path == "/changes/" { // which is about the weeks before the day of the build
			continue
		}
		if site.lot(t, path, 4) != 0 && os.Getenv("HANDBOOK_SWEEP") != "all" && !slices.Contains(kinds, path) {
			continue
		}
		b.open(site.url + path)
		plain.open(built.url + path)
		got, want := strings.ReplaceAll(b.text(signature), site.url, ""), strings.ReplaceAll(plain.text(signature), built.url, "")
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
	b.hasNoErrors()
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

func testMidnight(t *testing.T, browser context.Context, site served) {
	b := newTab(t, browser)
	b.setClock("2027-01-25T23:58:00")
	b.open(site.url + "/guide/")
	badge := `document.querySelector(".trust .badge").textContent`
	b.is("before midnight", badge, "Review due")
	b.run(`tick("2027-01-25T23:59:59")`)
	b.is("a second before midnight", badge, "Review due")
	b.is("no notice yet", visible(".notice"), "")
	b.run(`tick("2027-01-26T00:00:01")`)
	b.is("at midnight", badge, "Review overdue")
	b.is("the notice", `document.querySelectorAll(".notice:not([hidden])").length`, 1)
	b.is("the navigation", `document.querySelector(".nav [aria-current]").textContent`, "Guide, Review overdue")
	b.run(`tick("2027-01-30T00:00:01")`)
	b.is("a link, four nights later", `document.querySelector(".text p").textContent`, "Follow the rules overdue.")
	b.hasNoErrors()
}

func testTimeZones(t *testing.T, browser context.Context, site served) {
	for zone, want := range map[string]string{"Pacific/Auckland": "Review overdue", "Pacific/Honolulu": "Review due", "UTC": "Review due"} {
		b := newTab(t, browser)
		b.call(func(ctx context.Context, target *chromedp.Target) error {
			_, err := cdp.Call(ctx, target, emulation.SetTimezoneOverride, emulation.SetTimezoneOverrideParams{TimezoneID: zone})
			return err
		})
		b.setClock("2027-01-25T12:00:00Z") // the review is due on 26 January, which has begun in Auckland
		b.open(site.url + "/guide/")
		b.is("the state in "+zone, `document.querySelector(".trust .badge").textContent`, want)
	}
}

func testWithoutScript(t *testing.T, browser context.Context, site served) {
	b := newTab(t, browser)
	b.withoutScript()
	b.setClock("2027-03-22T12:00:00")
	b.open(site.url + "/guide/")
	b.is("the badge of the day of the build", `document.querySelector(".trust .badge").textContent`, "Verified")
	b.is("with its date", visible(`.trust dd > .small`), "28 Oct 2026, next 26 Jan 2027")
	b.is("no notice", visible(`.notice`), "")
	b.do(chromedp.Click(chromedp.CSS(".why summary")))
	b.is("the panel opens", visible(`.panel li`), "It was reviewed on 28 October 2026. The next review is due on 26 January 2027.")
	b.open(site.url + "/health/")
	b.is("the counts of that day", visible(`.states .summary`), "80 % of 5 pages are inside their review date. Overdue: 0. Without an owner: 0.")
	b.is("twelve weeks", `document.querySelectorAll(".weeks thead time").length`, 12)
}

// testPolicy shows that a page that breaks the policy is noticed. Without it the silence of the other tests, of which
// one reads every page, would say nothing.
func testPolicy(t *testing.T, browser context.Context, site served) {
	b := newTab(t, browser)
	b.open(site.url + "/tpm/")
	b.until(`location.pathname === "/roles/technical-product-manager/"`)
	b.hasNoErrors()
	b.open(site.url + "/" + badPage)
	if got := b.problems(); !slices.ContainsFunc(got, func(s string) bool { return strings.Contains(s, "Content Security Policy") }) {
		t.Errorf("a page with a script and a style in it gave only %q", got)
	}
}

// badPage is an address at which the test server shows what the site's policy forbids.
const badPage = "test-of-the-policy/"

// tab is a page in the browser.
type tab struct {
	t     *testing.T
	ctx   context.Context
	close context.CancelFunc // before the end of the test

	mu   sync.Mutex
	seen []string // errors, warnings and what the policy refused
}

func startChromium(t *testing.T) context.Context {
	t.Helper()
	if testing.Short() {
		t.Skip("short: no browser is started")
	}
	if underRace {
		t.Skip("with the race detector no browser is started: it reads finished sites, and takes minutes; run without -race")
	}
	path := ""
	for _, name := range []string{"/usr/bin/chromium", "chromium", "chromium-browser", "google-chrome", "chrome"} {
		if p, err := exec.LookPath(name); err == nil && path == "" {
			path = p
		}
	}
	if path == "" {
		if os.Getenv("HANDBOOK_BROWSER") == "require" {
			t.Fatal("no Chromium was found, and HANDBOOK_BROWSER=require wants one")
		}
		t.Skip("no Chromium was found, so nothing is tried in a browser; HANDBOOK_BROWSER=require makes this an error")
	}
	options := []chromedp.ExecAllocatorOption{chromedp.ExecPath(path), chromedp.Headless, chromedp.NoSandbox, chromedp.DisableGPU,
		chromedp.NoFirstRun, chromedp.NoDefaultBrowserCheck, chromedp.UserDataDir(t.TempDir()), chromedp.WindowSize(1440, 900)}
	for _, flag := range []string{"disable-quic", "disable-background-networking", "disable-component-update", "disable-sync", "disable-dev-shm-usage"} {
		options = append(options, chromedp.Flag(flag, true))
	}
	ctx, cancel := chromedp.NewExecAllocator(context.Background(), options...)
	t.Cleanup(cancel)
	ctx, cancel = chromedp.NewContext(ctx)
	t.Cleanup(cancel)
	if err := chromedp.Do(ctx); err != nil {
		t.Fatal(err)
	}
	return ctx
}

func newTab(t *testing.T, browser context.Context) *tab {
	t.Helper()
	b := &tab{t: t}
	ctx, cancel := chromedp.NewContext(browser, chromedp.WithListener(b.listen))
	t.Cleanup(cancel)
	if err := chromedp.Do(ctx); err != nil {
		t.Fatal(err)
	}
	closeTab := cancel
	ctx, cancel = context.WithTimeout(ctx, 5*time.Minute) // a failure, not a part of the test
	t.Cleanup(cancel)
	b.ctx, b.close = ctx, closeTab
	b.setDay(builtOn)
	return b
}

// builtOn is the day as of which tests build a site, and which it is in every tab that sets no other.
const builtOn = "2026-11-22"

func (b *tab) listen(event any) {
	said := ""
	switch e := event.(type) {
	case *log.EventEntryAdded:
		if e.Entry.Level == log.EntryLevelError || e.Entry.Level == log.EntryLevelWarning {
			said = fmt.Sprintf("%s: %s", e.Entry.URL, e.Entry.Text)
		}
	case *runtime.EventConsoleAPICalled:
		if e.Type == runtime.ConsoleAPICalledTypeError || e.Type == runtime.ConsoleAPICalledTypeWarning {
			said = fmt.Sprintf("console: %v", e.Args)
		}
	case *runtime.EventExceptionThrown:
		said = "exception: " + e.ExceptionDetails.Text
		if e.ExceptionDetails.Exception != nil {
			said += " " + e.ExceptionDetails.Exception.Description
		}
	}
	if said != "" {
		b.mu.Lock()
		defer b.mu.Unlock()
		b.seen = append(b.seen, said)
	}
}

func (b *tab) problems() []string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return slices.Clone(b.seen)
}

func (b *tab) hasNoErrors() {
	b.t.Helper()
	for _, p := range b.problems() {
		b.t.Error(p)
	}
}

func (b *tab) do(actions ...chromedp.Action[chromedp.Void]) {
	b.t.Helper()
	if err := chromedp.Do(b.ctx, actions...); err != nil {
		b.t.Fatal(err)
	}
}

func (b *tab) call(f func(ctx context.Context, target *chromedp.Target) error) {
	b.t.Helper()
	b.do(chromedp.Func(f))
}

func (b *tab) open(address string) {
	b.t.Helper()
	b.do(chromedp.Navigate(address))
}

func (b *tab) run(script string) {
	b.t.Helper()
	b.do(chromedp.Evaluate[chromedp.Void](script))
}

func (b *tab) text(expression string) string {
	b.t.Helper()
	got, err := chromedp.Run(b.ctx, chromedp.Evaluate[string](expression))
	if err != nil {
		b.t.Fatal(err)
	}
	return got
}

// until waits for a JavaScript expression to be true.
func (b *tab) until(expression string) {
	b.t.Helper()
	script := `new Promise(done => { const look = () => { if (` + expression + `) done(true); else requestAnimationFrame(look); }; look(); })`
	_, err := chromedp.Run(b.ctx, chromedp.Evaluate[bool](script, chromedp.EvalAwaitPromise))
	for err != nil && strings.Contains(err.Error(), "navigated") { // the page that was asked is gone; its successor is asked
		_, err = chromedp.Run(b.ctx, chromedp.Evaluate[bool](script, chromedp.EvalAwaitPromise))
	}
	if err != nil {
		b.t.Fatalf("never true: %s: %v", expression, err)
	}
}

// is checks a JavaScript expression.
func (b *tab) is(what, expression string, want any) {
	b.t.Helper()
	got, err := chromedp.Run(b.ctx, chromedp.Evaluate[any](expression))
	if err != nil || fmt.Sprint(got) != fmt.Sprint(want) {
		b.t.Errorf("%s: %q, want %q (%v)", what, got, want, err)
	}
}

// visible is an expression for the text that a reader sees in all elements that match, in one line.
func visible(selector string) string {
	s, _ := json.Marshal(selector)
	return `[...document.querySelectorAll(` + string(s) + `)].filter(e => e.checkVisibility()).map(e => e.innerText).join(" ").replace(/\s+/g, " ").trim()`
}

// setDay makes it noon of a day when a page is opened. Time goes on from there. A page tells its states by the reader's clock, so a test that
// left the clock alone would pass on some days only.
func (b *tab) setDay(day string) {
	b.t.Helper()
	b.onEveryPage(`(() => {
		const Real = Date, ahead = Real.parse("` + day + `T12:00:00") - Real.now();
		window.Date = class extends Real {
			constructor(...given) { given.length ? super(...given) : super(Real.now() + ahead); }
			static now() { return Real.now() + ahead; }
		};
	})()`)
}

// setClock makes it another time in every page that is opened from now on. There, time stands still until
// tick("2027-01-26T00:00:01") runs the timers that are due by then.
func (b *tab) setClock(time string) {
	b.t.Helper()
	b.onEveryPage(`(() => {
		const Real = Date, timers = new Map();
		let now = Real.parse("` + time + `"), last = 0;
		window.Date = class extends Real {
			constructor(...given) { given.length ? super(...given) : super(now); }
			static now() { return now; }
		};
		window.setTimeout = (f, after) => { timers.set(++last, { f, at: now + after }); return last; };
		window.clearTimeout = id => timers.delete(id);
		window.tick = time => {
			now = Real.parse(time);
			for (const [id, { f, at }] of [...timers]) if (at <= now) { timers.delete(id); f(); }
		};
	})()`)
}

func (b *tab) withoutScript() {
	b.t.Helper()
	b.call(func(ctx context.Context, target *chromedp.Target) error {
		_, err := cdp.Call(ctx, target, emulation.SetScriptExecutionDisabled, emulation.SetScriptExecutionDisabledParams{Value: true})
		return err
	})
}

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
