package preview

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"handbook/builder/browser"
	"handbook/builder/diag"
)

// TestMain ends the browser after the tests.
func TestMain(m *testing.M) { os.Exit(browser.Tests{M: m}.Run()) }

// tab is a page in a browser that shows a preview.
type tab struct {
	*browser.Tab
	t *testing.T
}

func openTab(t *testing.T) tab { t.Helper(); return openTabIn(t, browser.Chromium) }

func openTabIn(t *testing.T, engine browser.Engine) tab {
	t.Helper()
	b := tab{browser.NewTabIn(t, engine), t}
	b.Size(900, 600)
	return b
}

// open goes to the preview's home page and waits until it listens for builds.
func (b tab) open(address string) {
	b.t.Helper()
	b.Open(address + "/")
	b.Until(`document.querySelector("script[data-handbook-state=listening]")`)
}

// shot saves a picture when a folder for pictures is named.
func (b tab) shot(name string) {
	b.t.Helper()
	dir := os.Getenv("HANDBOOK_TEST_PICTURES")
	if dir == "" {
		return
	}
	must(b.t, os.WriteFile(filepath.Join(dir, name+".png"), b.Picture(), 0o644))
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
	for _, engine := range browser.Engines {
		t.Run(string(engine), func(t *testing.T) { changesInPlace(t, openTabIn(t, engine)) })
	}
}

func changesInPlace(t *testing.T, b tab) {
	address, _, build := online(t)
	build(article("first", "red"))
	b.open(address)
	b.Run(`window.stays = true; document.querySelector("details").open = true; document.querySelector("#text").scrollIntoView({ block: "center" }); document.querySelector("#search").focus({ preventScroll: true })`)
	b.Run(`document.querySelector("#search").focus({ preventScroll: true })`)
	b.Press("refund")
	b.Run(`document.querySelector("#text").scrollIntoView({ block: "center" }); window.before = scrollY`)

	build(article("second!", "red", "<li>one and a half</li>"))
	b.Until(`document.querySelector("#text").textContent === "second!"`)
	b.Is("the title", `document.title`, "second!")
	b.Is("a new item", `[...document.querySelectorAll("li")].map((li) => li.textContent).join()`, "one,one and a half,two")
	b.Is("no reload", `window.stays`, true)
	b.Is("scroll", `Math.abs(scrollY - window.before) < 40 && scrollY > 500`, true)
	b.Is("open details", `document.querySelector("details").open`, true)
	b.Is("typed text", `document.querySelector("#search").value`, "refund")
	b.Is("focus", `document.activeElement.id`, "search")
	b.Is("what the site's script wrote", `document.querySelector(".badge").textContent`, "overdue")
	b.Is("what the site's script added", `document.querySelectorAll("button").length`, 1)
	b.Is("the style that it added", `getComputedStyle(document.querySelector("h1")).marginTop`, "7px")
	b.shot("changed")

	build(article("second!", "rgb(0, 0, 255)", "<li>one and a half</li>"))
	b.Until(`getComputedStyle(document.querySelector("h1")).color === "rgb(0, 0, 255)"`)
	b.Until(`document.querySelectorAll("link").length === 2`)
	b.Is("no reload for a style", `window.stays`, true)

	deleted := article("", "red")
	deleted.Outputs = outputs("404.html", `<head><script src="/site.0123abcd.js" defer></script></head><body><h1>Not here</h1></body>`)
	build(deleted)
	b.Until(`document.querySelector("h1")?.textContent === "Not here"`)
	build(article("back again", "red"))
	b.Until(`document.querySelector("#text")?.textContent === "back again"`)
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
	b.Until(`document.querySelector("script[data-handbook-state=listening]")`)
	b.Run(`window.text = document.querySelector(".text"); window.flashed = []; const animate = Element.prototype.animate;
		Element.prototype.animate = function (...how) { flashed.push(this.textContent); return animate.apply(this, how); }`)
	build(page(`<div class="notice"><p>Changed</p></div>`, "two"))
	b.Until(`document.querySelector(".notice")`)
	b.Is("the text's element", `window.text === document.querySelector(".text")`, true)
	b.Is("what lights up", `window.flashed.join()`, "two")

	b.Prefers("prefers-reduced-motion", "reduce")
	build(page(`<div class="notice"><p>Changed</p></div>`, "three"))
	b.Until(`document.querySelector(".text p").textContent === "three"`)
	b.Is("what lights up for who wants no motion", `window.flashed.join()`, "two")
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
	other := tab{b.NextWindow(), t}
	other.Open(address + "/other/")
	other.Until(`document.querySelector("script[data-handbook-state=listening]")`)
	build(both("one", "two, changed"))
	other.Until(`document.querySelector("h1").textContent === "two, changed"`)
	build(both("one, changed", "two, changed"))
	b.ToFront()
	b.Until(`document.querySelector("h1").textContent === "one, changed"`)
	other.Is("the other tab", `document.querySelector("h1").textContent`, "two, changed")
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
	b.Until(panel + `?.querySelector(".list")`)
	b.Is("the headline", panel+`.querySelector("b").textContent`, "1 error, 1 warning")
	b.Is("the place", panel+`.querySelector(".at").textContent`, "content/specs/checkout.md:3:1")
	b.Is("the next step", panel+`.querySelector(".help").textContent`, "help: write the name of a team, such as owner: payments")
	b.Is("the excerpt", panel+`.querySelectorAll("pre")[1].textContent`, "12 │ When it is night, see [[<b>escalation</b>]].")
	b.Is("the marked part", panel+`.querySelectorAll("mark")[1].textContent`, "[[<b>escalation</b>]]")
	b.Is("its style, which the site's policy must not keep away", `getComputedStyle(`+panel+`.querySelector(".box")).position`, "fixed")
	b.Is("the page below", `document.querySelector("#text").textContent`, "first")
	b.shot("errors")

	b.Run(panel + `.querySelector(".close").click()`)
	b.Is("hidden", panel+`.querySelector(".list")`, nil)
	b.shot("hidden")
	build(wrong)
	again := wrong
	again.Outputs = article("edited", "red").Outputs
	build(again)
	b.Until(`document.querySelector("#text").textContent === "edited"`)
	b.Is("still hidden while nothing else is wrong", panel+`.querySelector(".list")`, nil)

	again.Messages = again.Messages[1:]
	build(again)
	b.Until(panel + `?.querySelector(".pill.warning")?.textContent === "1 warning"`)
	b.Is("a warning alone waits to be asked", panel+`.querySelector(".list")`, nil)
	build(article("edited", "red"))
	b.Until(`!document.querySelector("#handbook-messages")`)
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
	b.Is("where the buttons are", `document.querySelector("#handbook-tools").previousElementSibling.className`, "trust")
	b.Run(`window.stays = true; ` + button("I reviewed this page") + `.click()`)
	b.Until(`document.querySelector(".trust dd").textContent === "verified now" && ` + status + ` === "Reviewed by ana."`)
	b.Is("no reload", `window.stays`, true)
	b.Is("the buttons, once", `document.querySelectorAll("#handbook-tools").length`, 1)
	b.shot("reviewed")

	b.Run(button("Open in editor") + `.click()`)
	if at := <-opened; at != "content/a.md:1:1" {
		t.Errorf("opened %s", at)
	}

	wrong := page("second!", "changed")
	wrong.Messages = []diag.Located{{Message: diag.Message{Place: diag.Place{File: "content/b.md"}, Severity: diag.Error, Text: "no"}, Line: 3, Column: 7, Excerpt: "abc", CaretLen: 1}}
	build(wrong)
	b.Until(`document.querySelector(".trust dd").textContent === "changed"`)
	b.Is("what was said of the page before", status, "")
	b.Until(`document.querySelector("#handbook-messages")?.shadowRoot.querySelector("button.at")`)
	b.Run(`document.querySelector("#handbook-messages").shadowRoot.querySelector("button.at").click()`)
	if at := <-opened; at != "content/b.md:3:7" {
		t.Errorf("opened %s", at)
	}

	build(article("an address without a file", "red"))
	b.Until(`!document.querySelector("#handbook-tools")`)
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
	b.Until(`location.pathname === "/b/" && document.querySelector("script[data-handbook-state=listening]")`)
	b.Is("the page", `document.querySelector("h1").textContent`, "after!")
	b.Run(`window.stays = true`)
	build(two("after that", "b/index.html"))
	b.Until(`document.querySelector("h1").textContent === "after that"`)
	b.Is("no reload on the page itself", `window.stays`, true)
}

// What pages have for authors is hidden where they are published.
func TestWhatIsForAuthorsShowsInThePreviewAlone(t *testing.T) {
	b := openTab(t)
	address, _, build := online(t)
	page := func(more string) Result {
		return Result{Outputs: outputs("index.html", `<!doctype html><title>A</title><body><h1>A</h1><p data-preview hidden>handbook eject a</p>`+more+`</body>`)}
	}
	build(page(""))
	b.open(address)
	b.Is("what is for authors", `document.querySelector("[data-preview]").checkVisibility()`, true)
	build(page(`<p id="more" data-preview hidden>handbook review a</p>`))
	b.Until(`document.querySelector("#more")?.checkVisibility()`)
	b.Is("and what was there stays", `document.querySelector("[data-preview]").checkVisibility()`, true)
}
