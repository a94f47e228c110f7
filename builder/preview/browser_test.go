package preview

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"handbook/builder/diag"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/emulation"
	cdpage "github.com/chromedp/cdproto/page"
	"github.com/chromedp/chromedp"
)

// tab is a page in a browser that shows a preview.
type tab struct {
	t   *testing.T
	ctx context.Context
}

// openTab skips the test where there is no browser, unless the variable HANDBOOK_BROWSER is "require".
func openTab(t *testing.T) *tab {
	t.Helper()
	if testing.Short() {
		t.Skip("short: no browser is started")
	}
	browser := ""
	for _, name := range []string{"chromium", "chromium-browser", "google-chrome", "chrome"} {
		if p, err := exec.LookPath(name); err == nil && browser == "" {
			browser = p
		}
	}
	if browser == "" {
		if os.Getenv("HANDBOOK_BROWSER") == "require" {
			t.Fatal("no Chromium was found, and HANDBOOK_BROWSER=require wants one")
		}
		t.Skip("no Chromium was found, so nothing is tried in a browser; HANDBOOK_BROWSER=require makes this an error")
	}
	options := append(chromedp.DefaultExecAllocatorOptions[:], chromedp.ExecPath(browser), chromedp.NoSandbox, chromedp.WindowSize(900, 600))
	ctx, cancel := chromedp.NewExecAllocator(context.Background(), options...)
	t.Cleanup(cancel)
	ctx, cancel = chromedp.NewContext(ctx)
	t.Cleanup(cancel)
	if err := chromedp.Do(ctx); err != nil {
		t.Fatal(err)
	}
	ctx, cancel = context.WithTimeout(ctx, time.Minute) // a failure, not a part of the test
	t.Cleanup(cancel)
	return &tab{t, ctx}
}

func (b *tab) do(actions ...chromedp.Action[chromedp.Void]) {
	b.t.Helper()
	if err := chromedp.Do(b.ctx, actions...); err != nil {
		b.t.Fatal(err)
	}
}

// run runs JavaScript.
func (b *tab) run(script string) {
	b.t.Helper()
	b.do(chromedp.Evaluate[chromedp.Void](script))
}

// until waits for a JavaScript expression to be true. It looks at each frame and, unlike chromedp's own poll, makes no
// function of a text, which the site's policy forbids.
func (b *tab) until(expression string) {
	b.t.Helper()
	script := `new Promise((done) => { const look = () => { if (` + expression + `) done(true); else requestAnimationFrame(look); }; look(); })`
	for {
		_, err := chromedp.Run(b.ctx, chromedp.Evaluate[bool](script, chromedp.EvalAwaitPromise))
		if err == nil {
			return
		}
		if b.ctx.Err() != nil || !strings.Contains(err.Error(), "navigated") && !strings.Contains(err.Error(), "context") {
			b.t.Fatalf("never true: %s: %v", expression, err)
		}
	} // the tab went to another page meanwhile
}

// is checks a JavaScript expression.
func (b *tab) is(what, expression string, want any) {
	b.t.Helper()
	got, err := chromedp.Run(b.ctx, chromedp.Evaluate[any](expression))
	if err != nil || fmt.Sprint(got) != fmt.Sprint(want) {
		b.t.Errorf("%s: %s is %v, want %v (%v)", what, expression, got, want, err)
	}
}

// open goes to the preview's home page and waits until it listens for builds.
func (b *tab) open(address string) {
	b.t.Helper()
	b.do(chromedp.Navigate(address + "/"))
	b.until(`document.querySelector("script[data-handbook-state=listening]")`)
}

// shot saves a picture when a folder for pictures is named.
func (b *tab) shot(name string) {
	b.t.Helper()
	dir := os.Getenv("HANDBOOK_TEST_PICTURES")
	if dir == "" {
		return
	}
	picture, err := chromedp.Run(b.ctx, chromedp.CaptureScreenshot())
	must(b.t, err)
	must(b.t, os.WriteFile(filepath.Join(dir, name+".png"), picture, 0o644))
}

// article is a page with everything a reader can have changed on it, and its files.
func article(paragraph, color string, more ...string) Result {
	filler := strings.Repeat("<p>Text that makes the page long enough to scroll.</p>\n", 80)
	page := `<!doctype html><html lang="en"><head><meta charset="utf-8"><title>` + paragraph + `</title>
<link rel="stylesheet" href="/style.css"><script src="/site.0123abcd.js" defer></script></head>
<body><h1>Title</h1><p class="badge" data-date="2026-01-01">as built</p><pre>code</pre>
<details><summary>More</summary><p>Inside</p></details><input id="search"><ul><li>one</li>` + strings.Join(more, "") + `<li>two</li></ul>` +
		filler + `<p id="text">` + paragraph + `</p>` + filler + `</body></html>`
	// A site's script that works on elements the server sent and adds some of its own.
	script := `document.querySelector(".badge").textContent = "overdue";
		document.querySelector("pre").insertAdjacentHTML("afterend", "<button>Copy</button>");
		document.head.insertAdjacentHTML("beforeend", '<link rel="stylesheet" href="/added.css">');`
	return Result{Outputs: outputs("index.html", page, "site.0123abcd.js", script, "style.css", "h1 { color: "+color+" }", "added.css", "h1 { margin: 7px }")}
}

func TestThePageChangesInPlace(t *testing.T) {
	b := openTab(t)
	address, _, build := online(t)
	build(article("first", "red"))
	b.open(address)
	b.run(`window.stays = true; document.querySelector("details").open = true; document.querySelector("#text").scrollIntoView({ block: "center" }); document.querySelector("#search").focus({ preventScroll: true })`)
	b.do(chromedp.SendKeys("#search", "refund", chromedp.NodeVisible))
	b.run(`document.querySelector("#text").scrollIntoView({ block: "center" }); window.before = scrollY`)

	build(article("second!", "red", "<li>one and a half</li>"))
	b.until(`document.querySelector("#text").textContent === "second!"`)
	b.is("the title", `document.title`, "second!")
	b.is("a new item", `[...document.querySelectorAll("li")].map((li) => li.textContent).join()`, "one,one and a half,two")
	b.is("no reload", `window.stays`, true)
	b.is("scroll", `Math.abs(scrollY - window.before) < 40 && scrollY > 500`, true)
	b.is("open details", `document.querySelector("details").open`, true)
	b.is("typed text", `document.querySelector("#search").value`, "refund")
	b.is("focus", `document.activeElement.id`, "search")
	b.is("what the site's script wrote", `document.querySelector(".badge").textContent`, "overdue")
	b.is("what the site's script added", `document.querySelectorAll("button").length`, 1)
	b.is("the style that it added", `getComputedStyle(document.querySelector("h1")).marginTop`, "7px")
	b.shot("changed")

	build(article("second!", "rgb(0, 0, 255)", "<li>one and a half</li>"))
	b.until(`getComputedStyle(document.querySelector("h1")).color === "rgb(0, 0, 255)"`)
	b.until(`document.querySelectorAll("link").length === 2`)
	b.is("no reload for a style", `window.stays`, true)

	deleted := article("", "red")
	deleted.Outputs = outputs("404.html", `<head><script src="/site.0123abcd.js" defer></script></head><body><h1>Not here</h1></body>`)
	build(deleted)
	b.until(`document.querySelector("h1")?.textContent === "Not here"`)
	build(article("back again", "red"))
	b.until(`document.querySelector("#text")?.textContent === "back again"`)
}

// What comes in before the text, such as the notice that it has changed, must not be taken for the text.
func TestWhatIsNewTakesNothingsPlace(t *testing.T) {
	b := openTab(t)
	address, _, build := online(t)
	page := func(notice, text string) Result {
		return Result{Outputs: outputs("index.html", `<!doctype html><body><h1>Title</h1>`+notice+`<div class="text"><p>`+text+`</p><p>Stays</p></div></body>`)}
	}
	build(page("", "one"))
	b.open(address)
	b.until(`document.querySelector("script[data-handbook-state=listening]")`)
	b.run(`window.text = document.querySelector(".text"); window.flashed = []; const animate = Element.prototype.animate;
		Element.prototype.animate = function (...how) { flashed.push(this.textContent); return animate.apply(this, how); }`)
	build(page(`<div class="notice"><p>Changed</p></div>`, "two"))
	b.until(`document.querySelector(".notice")`)
	b.is("the text's element", `window.text === document.querySelector(".text")`, true)
	b.is("what lights up", `window.flashed.join()`, "two")

	b.do(chromedp.Func(func(ctx context.Context, target *chromedp.Target) error {
		_, err := cdp.Call(ctx, target, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{Features: []*emulation.MediaFeature{{Name: "prefers-reduced-motion", Value: "reduce"}}})
		return err
	}))
	build(page(`<div class="notice"><p>Changed</p></div>`, "three"))
	b.until(`document.querySelector(".text p").textContent === "three"`)
	b.is("what lights up for who wants no motion", `window.flashed.join()`, "two")
}

func TestSeveralTabsShowWhatTheyAreOn(t *testing.T) {
	b := openTab(t)
	address, _, build := online(t)
	both := func(one, two string) Result {
		page := func(text string) string { return "<!doctype html><body><h1>" + text + "</h1></body>" }
		return Result{Outputs: outputs("index.html", page(one), "other/index.html", page(two))}
	}
	build(both("one", "two"))
	b.open(address)
	ctx, cancel := chromedp.NewContext(b.ctx)
	t.Cleanup(cancel)
	other := &tab{t, ctx}
	other.do(chromedp.Navigate(address + "/other/"))
	other.until(`document.querySelector("script[data-handbook-state=listening]")`)
	build(both("one", "two, changed"))
	other.until(`document.querySelector("h1").textContent === "two, changed"`)
	build(both("one, changed", "two, changed"))
	b.do(chromedp.Func(func(ctx context.Context, target *chromedp.Target) error {
		_, err := cdp.Call(ctx, target, cdpage.BringToFront, cdp.Empty{})
		return err
	}))
	b.until(`document.querySelector("h1").textContent === "one, changed"`)
	other.is("the other tab", `document.querySelector("h1").textContent`, "two, changed")
}

func TestMessagesLieOverThePageUntilMended(t *testing.T) {
	b := openTab(t)
	address, _, build := online(t)
	build(article("first", "red"))
	b.open(address)
	wrong := article("first", "red")
	wrong.Messages = []diag.Located{{
		Message: diag.Message{Place: diag.Place{File: "content/specs/checkout.md"}, Severity: diag.Error, Rule: diag.InvalidFrontmatter, Text: `a value is missing after "owner"`, Help: `write the name of a team, such as owner: payments`},
		Line:    3, Column: 1, Excerpt: "owner", CaretAt: 0, CaretLen: 5,
	}, {
		Message: diag.Message{Place: diag.Place{File: "content/ops/oncall.md"}, Severity: diag.Warning, Rule: diag.BrokenLink, Text: `no page "<b>escalation</b>"`, Help: "did you mean [[ops/escalations]]?"},
		Line:    12, Column: 8, Excerpt: "When it is night, see [[<b>escalation</b>]].", CaretAt: 22, CaretLen: 21,
	}}
	build(wrong)
	panel := `document.querySelector("#handbook-messages")?.shadowRoot`
	b.until(panel + `?.querySelector(".list")`)
	b.is("the headline", panel+`.querySelector("b").textContent`, "1 error, 1 warning")
	b.is("the place", panel+`.querySelector(".at").textContent`, "content/specs/checkout.md:3:1")
	b.is("the next step", panel+`.querySelector(".help").textContent`, "help: write the name of a team, such as owner: payments")
	b.is("the excerpt", panel+`.querySelectorAll("pre")[1].textContent`, "12 │ When it is night, see [[<b>escalation</b>]].")
	b.is("the marked part", panel+`.querySelectorAll("mark")[1].textContent`, "[[<b>escalation</b>]]")
	b.is("its style, which the site's policy must not keep away", `getComputedStyle(`+panel+`.querySelector(".box")).position`, "fixed")
	b.is("the page below", `document.querySelector("#text").textContent`, "first")
	b.shot("errors")

	b.run(panel + `.querySelector(".close").click()`)
	b.is("hidden", panel+`.querySelector(".list")`, nil)
	b.shot("hidden")
	build(wrong)
	again := wrong
	again.Outputs = article("edited", "red").Outputs
	build(again)
	b.until(`document.querySelector("#text").textContent === "edited"`)
	b.is("still hidden while nothing else is wrong", panel+`.querySelector(".list")`, nil)

	again.Messages = again.Messages[1:]
	build(again)
	b.until(panel + `?.querySelector(".pill.warning")?.textContent === "1 warning"`)
	b.is("a warning alone waits to be asked", panel+`.querySelector(".list")`, nil)
	build(article("edited", "red"))
	b.until(`!document.querySelector("#handbook-messages")`)
}

func TestAPageIsReviewedAndOpenedFromTheBrowser(t *testing.T) {
	b := openTab(t)
	opened := make(chan string, 10)
	address, build := onlineAs(t, Config{Open: func(file string, line, column int) error {
		opened <- fmt.Sprintf("%s:%d:%d", file, line, column)
		return nil
	}})
	var again func()
	page := func(paragraph, badge string) Result {
		r := article(paragraph, "red")
		data, _ := r.Outputs[0].Data()
		html := strings.Replace(string(data), "<pre>", `<dl class="trust"><div><dt>Freshness</dt><dd>`+badge+`</dd></div></dl><pre>`, 1)
		key := uint64(len(paragraph)*100 + len(badge))
		r.Outputs[0] = Output{Path: "index.html", Key: func() uint64 { return key }, Data: func() ([]byte, error) { return []byte(html), nil },
			File: "content/a.md", Review: func(context.Context) (string, error) { defer again(); return "Reviewed by ana.", nil }}
		return r
	}
	again = func() { go build(page("first", "verified now")) }
	build(page("first", "unreviewed"))
	b.open(address)
	tools := `document.querySelector("#handbook-tools")?.shadowRoot`
	button := func(text string) string {
		return `[...` + tools + `.querySelectorAll("button")].find((b) => b.textContent === "` + text + `")`
	}
	status := tools + `.querySelector("[role=status]").textContent`
	b.is("where the buttons are", `document.querySelector("#handbook-tools").previousElementSibling.className`, "trust")
	b.run(`window.stays = true; ` + button("I reviewed this page") + `.click()`)
	b.until(`document.querySelector(".trust dd").textContent === "verified now" && ` + status + ` === "Reviewed by ana."`)
	b.is("no reload", `window.stays`, true)
	b.is("the buttons, once", `document.querySelectorAll("#handbook-tools").length`, 1)
	b.shot("reviewed")

	b.run(button("Open in editor") + `.click()`)
	if at := <-opened; at != "content/a.md:1:1" {
		t.Errorf("opened %s", at)
	}

	wrong := page("second!", "changed")
	wrong.Messages = []diag.Located{{Message: diag.Message{Place: diag.Place{File: "content/b.md"}, Severity: diag.Error, Text: "no"}, Line: 3, Column: 7, Excerpt: "abc", CaretLen: 1}}
	build(wrong)
	b.until(`document.querySelector(".trust dd").textContent === "changed"`)
	b.is("what was said of the page before", status, "")
	b.until(`document.querySelector("#handbook-messages")?.shadowRoot.querySelector("button.at")`)
	b.run(`document.querySelector("#handbook-messages").shadowRoot.querySelector("button.at").click()`)
	if at := <-opened; at != "content/b.md:3:7" {
		t.Errorf("opened %s", at)
	}

	build(article("an address without a file", "red"))
	b.until(`!document.querySelector("#handbook-tools")`)
}

func TestTheTabGoesToThePageThatIsEdited(t *testing.T) {
	b := openTab(t)
	address, _, build := online(t)
	two := func(second, edited string) Result {
		r := article("first", "red")
		r.Outputs = append(r.Outputs, outputs("b/index.html", "<body><h1>"+second+"</h1></body>")...)
		r.Edited = edited
		return r
	}
	build(two("before", ""))
	b.open(address)
	build(two("after!", "b/index.html"))
	b.until(`location.pathname === "/b/" && document.querySelector("script[data-handbook-state=listening]")`)
	b.is("the page", `document.querySelector("h1").textContent`, "after!")
	b.run(`window.stays = true`)
	build(two("after that", "b/index.html"))
	b.until(`document.querySelector("h1").textContent === "after that"`)
	b.is("no reload on the page itself", `window.stays`, true)
}
