package preview

import (
	"fmt"
	"slices"
	"testing"

	"handbook/builder/browser"
	"handbook/builder/diag"
)

// wrongWith is an article in a handbook with errors in files of these names and as many warnings.
func wrongWith(paragraph string, warnings int, files ...string) Result {
	r := article(paragraph, "red")
	for i := range warnings {
		r.Messages = append(r.Messages, diag.Located{Message: diag.Message{Place: diag.Place{File: "content/w.md"}, Severity: diag.Warning, Rule: diag.BrokenLink, Text: fmt.Sprintf("no page %d", i)}, Line: 1, Column: 1, Excerpt: "x", CaretLen: 1})
	}
	for _, file := range files {
		r.Messages = append(r.Messages, diag.Located{Message: diag.Message{Place: diag.Place{File: file}, Severity: diag.Error, Rule: diag.InvalidFrontmatter, Text: "not closed"}, Line: 1, Column: 1, Excerpt: "x", CaretLen: 1})
	}
	return r
}

const panelRoot = `document.querySelector("#handbook-messages")?.shadowRoot`

func TestThePanelIsUsedFromTheKeyboard(t *testing.T) {
	b := openTab(t)
	address, _, build := online(t)
	build(article("first", "red"))
	b.open(address)
	build(wrongWith("first", 0, "content/a.md", "content/b.md"))
	b.Until(panelRoot + `?.querySelector(".list")`)
	b.Is("focus, which nobody took away", `document.activeElement === document.body`, true)
	b.Run(`scrollTo(0, document.documentElement.scrollHeight)`)
	b.Is("the page's end above the panel", `document.body.getBoundingClientRect().bottom <= `+panelRoot+`.querySelector(".sheet").getBoundingClientRect().top + 1`, true)

	b.Press(browser.Escape)
	b.Until(`!` + panelRoot + `.querySelector(".list")`)
	b.Is("the room at the page's end", `getComputedStyle(document.documentElement).paddingBottom`, "0px")
	build(wrongWith("mended one", 0, "content/b.md"))
	b.Until(panelRoot + `.querySelector(".pill")?.textContent === "1 error"`)
	b.Is("hidden, since nothing new is wrong", panelRoot+`.querySelector(".list")`, nil)
	build(wrongWith("another", 0, "content/b.md", "content/c.md"))
	b.Until(panelRoot + `.querySelectorAll(".list .at").length === 2`)

	b.Run(panelRoot + `.querySelector(".close").focus()`)
	b.Press(browser.Escape)
	b.Until(panelRoot + `.activeElement?.matches("button.pill")`)
	b.Press(browser.Enter)
	b.Until(panelRoot + `.activeElement?.matches("button.close")`)
	b.Run(`document.querySelector("#search").focus()`)
	b.Press(browser.Escape)
	build(wrongWith("last", 0, "content/b.md"))
	b.Until(panelRoot + `.querySelector("[role=status]").textContent === "1 error"`)
	b.Is("open, since Escape was meant for the field", panelRoot+`.querySelectorAll(".list").length`, 1)
}

func TestThePanelCountsWhatItDoesNotShow(t *testing.T) {
	b := openTab(t)
	address, _, build := online(t)
	build(wrongWith("first", maxShown+5))
	b.open(address)
	b.Until(panelRoot + `?.querySelector(".pill")`)
	b.Run(panelRoot + `.querySelector(".pill").click()`)
	last := panelRoot + `.querySelector("li:last-child").textContent`
	b.Is("the rest", last, "… and 5 more: `handbook check --all` prints them")
	b.Is("what they are", panelRoot+`.querySelector(".sums").textContent`, "45 × broken-link")
	build(wrongWith("second", maxShown+6))
	b.Until(panelRoot + `.querySelector("[role=status]").textContent === "46 warnings"`)
	b.Is("the rest, later", last, "… and 6 more: `handbook check --all` prints them")
}

// A message that stands for hundreds takes the place of one.
func TestAGroupTakesOnePlaceInThePanel(t *testing.T) {
	r := wrongWith("first", 2*maxShown)
	for i := range 3 * maxShown {
		r.Messages = append(r.Messages, diag.Located{Message: diag.Message{Place: diag.Place{File: fmt.Sprintf("content/a%03d.md", i)}, Severity: diag.Warning, Rule: diag.NoOwner, Text: "nobody answers",
			Group: diag.Group{Text: "pages have no owner"}}})
	}
	r.Messages = diag.Sum(r.Messages)
	s := serving(t, r)
	e := s.eventFor(Report{Result: r}, nil)
	if len(e.Messages) != maxShown || e.Messages[0].Text != "120 pages have no owner" || len(e.Messages[0].Notes) != maxPlaces+1 || e.Warnings != 2*maxShown+1 {
		t.Errorf("%d messages of %d, the first %+v", len(e.Messages), e.Warnings, e.Messages[0])
	}
}

// In a handbook with hundreds of warnings the one that has just been made must be among those that are shown.
func TestWhatCameUpWhileWritingIsShownFirst(t *testing.T) {
	s := serving(t, wrongWith("first", 2*maxShown))
	r := wrongWith("second", 2*maxShown, "content/b.md")
	r.Messages = slices.Insert(r.Messages, maxShown, diag.Located{Message: diag.Message{Place: diag.Place{File: "content/x.md"}, Severity: diag.Warning, Rule: diag.BrokenLink, Text: "new"}})
	for range 2 { // and it stays there
		e := s.eventFor(Report{Result: r}, nil)
		if len(e.Messages) != maxShown || e.Warnings != 2*maxShown+1 || e.Messages[0].At != "content/b.md:1:1" || e.Messages[1].Text != "new" {
			t.Errorf("%d messages of %d and %d, first %v, then %v", len(e.Messages), e.Errors, e.Warnings, e.Messages[0], e.Messages[1])
		}
	}
}
