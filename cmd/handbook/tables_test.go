package main

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"handbook/builder/browser"
)

// TestTablesFit opens every page of the example at five widths: a cell that is cut off has a sign that there is more, nothing but the
// page itself scrolls up and down, and no day, number or name of a thing is broken over two lines.
func TestTablesFit(t *testing.T) {
	t.Parallel()
	browser.Need(t)
	site := serveSite(t, "../..", builtOn)
	once := slices.DeleteFunc(site.paths, func(path string) bool { return strings.Contains(path, "/print/") }) // which holds the same pages again
	for paths := range slices.Chunk(once, 60) {
		beside(t, paths[0], func(t *testing.T) {
			b := newTab(t)
			for _, path := range paths {
				b.Open(site.url + path)
				for _, width := range []int64{1440, 1280, 1024, 720, 390} {
					b.Size(width, 900)
					if found := b.Text(misfits); found != "" {
						t.Errorf("%s at %d: %s", path, width, found)
					}
				}
			}
		})
	}
	b := newTab(t)
	b.Size(390, 900)
	b.Open(site.url + "/manual/views/")
	b.Run(`document.querySelector(".text > .table").style.background = "none"`)
	b.Run(`document.querySelector(".text > .table table").style.width = "60rem"`)
	b.Is("a table without a sign is noticed", fmt.Sprintf("(%s).includes('cut off without a sign')", misfits), true)
}

// misfits is an expression for what does not fit on a page.
const misfits = `(() => {
	const found = [], say = (what, e) => found.push(what + ": " + e.outerHTML.replace(/\s+/g, " ").slice(0, 140));
	const shown = [...document.querySelectorAll("main *")].filter(e => e.checkVisibility() && !e.closest(".sr, svg, .toc"));
	if (document.documentElement.scrollWidth > innerWidth) found.push("the page scrolls sideways");
	for (const e of shown) {
		const style = getComputedStyle(e);
		if (["auto", "scroll"].includes(style.overflowY) && e.scrollHeight > e.clientHeight + 1) say("scrolls up and down", e);
		if (e.matches("td time, th time, :is(td, th):first-child > code") && e.getClientRects().length > 1) say("broken", e);
		if (!e.matches("td, th, .board > li, pre, .diagram > svg")) continue;
		const box = e.getBoundingClientRect();
		for (let up = e.matches("pre") ? e : e.parentElement; up && up != document.body; up = up.parentElement) {
			const around = up.getBoundingClientRect(), frame = getComputedStyle(up);
			if (frame.overflowX == "visible" || (up == e ? e.scrollWidth <= e.clientWidth + 1 : box.right <= around.right + 1 && box.left >= around.left - 1)) continue;
			if (!frame.backgroundAttachment.includes("local") || !frame.backgroundImage.includes("gradient")) say("cut off without a sign", e);
			break;
		}
	}
	return [...new Set(found)].slice(0, 6).join("; ");
})()`
