package main

import (
	"fmt"
	"testing"
)

// What the build draws is as legible on a phone as on a desk: letters of 11 pixels and more, inside the picture, and beside it the
// same as a table, or, of a timeline, as a list; where the reader's system has colours of its own, all lines stay.
func TestPicturesAreLegibleAtAnyWidth(t *testing.T) {
	t.Parallel()
	b := newTab(t)
	site := serveSite(t, "../..", "2026-11-22")
	for _, width := range []int64{1440, 1024, 390, 320} {
		b.Size(width, 900)
		b.Open(site.url + "/manual/views/")
		at := func(what string) string { return fmt.Sprintf("at %d: %s", width, what) }
		b.Is(at("pictures"), `document.querySelectorAll("figure.picture").length`, 9)
		b.Is(at("what is without a caption or a table"), `[...document.querySelectorAll(".view:not(.view-timeline) .picture")].filter(f => !f.querySelector("figcaption").textContent.trim() || !f.querySelector("details tbody tr")).length`, 0)
		b.Is(at("letters that are too small"), `[...document.querySelectorAll(".picture text, .picture foreignObject *, .picture figcaption *")].filter(e => e.textContent.trim() && e.checkVisibility() && parseFloat(getComputedStyle(e).fontSize) * (e.getScreenCTM ? e.getScreenCTM().a : 1) < 11).slice(0, 3).map(e => e.outerHTML).join("; ")`, "")
		b.Is(at("what stands beside its picture"), `[...document.querySelectorAll(".picture")].flatMap(f => [...f.querySelectorAll("svg text, svg .p-box:not(.p-ring)")].filter(e => e.checkVisibility() && (r => r.right > f.getBoundingClientRect().right + 1 || r.left < f.getBoundingClientRect().left - 1)(e.getBoundingClientRect()))).slice(0, 3).map(e => e.outerHTML).join("; ")`, "")
		b.Is(at("boxes whose letters are cut below"), `[...document.querySelectorAll(".picture .p-page > span")].filter(e => e.getBoundingClientRect().bottom > e.closest("foreignObject").getBoundingClientRect().bottom + 1).slice(0, 3).map(e => e.outerHTML).join("; ")`, "")
	}
	b.Prefers("forced-colors", "active")
	b.Is("lines that cannot be seen", `[...document.querySelectorAll(".picture path:not(.p-area)")].filter(e => getComputedStyle(e).stroke == getComputedStyle(document.body).backgroundColor || getComputedStyle(e).stroke == "none").length`, 0)
	b.Is("states of the same colour", `(c => new Set(c).size == c.length)([...new Set([...document.querySelectorAll(".picture .p-strip")].map(e => e.dataset.state))].map(s => getComputedStyle(document.querySelector(".p-strip[data-state=" + s + "]")).fill))`, true)
	b.HasNoErrors()
}
