package builder

import (
	"fmt"
	"strings"
	"testing"

	"handbook/builder/diag"
	"handbook/builder/fixture"
)

// Where most pages have no owner that is one thing to know, and no page, link or row says it again. Where few have none, each does.
func TestMostPagesWithoutAnOwner(t *testing.T) {
	some := build(t, fixture.OwnedBy(12))
	if got := fixture.SaidBy(some.Messages, diag.NoOwner); len(got) != 12 || got[0] != `content/p00.md: nobody answers for "Page 0"` {
		t.Errorf("where few lack an owner: %q", got)
	}
	marks := func(r Result, page string) (n int) {
		html := bytesOf(t, r)[page]
		for _, mark := range []string{`data-state="unowned"`, "No owner", "Nobody answers"} {
			n += strings.Count(html, mark)
		}
		return n
	}
	if marks(some, "p00/index.html") == 0 || marks(some, "p29/index.html") == 0 {
		t.Error("where few lack an owner, a page without one and links to it say so")
	}

	most := build(t, fixture.OwnedBy(25))
	if got := fixture.SaidBy(most.Messages, diag.NoOwner); len(got) != 1 || got[0] != "25 pages have no owner, which is most of them" {
		t.Errorf("where most lack an owner: %q", got)
	}
	for path, html := range bytesOf(t, most) {
		if strings.HasPrefix(path, "p") && strings.Contains(html, "unowned") || path == "index.html" && marks(most, path) > 0 {
			t.Errorf("%s says again that nobody answers", path)
		}
	}
	out := bytesOf(t, most)
	if !strings.Contains(out["p29/index.html"], `<dt>Owner</dt>`) || strings.Contains(out["p00/index.html"], `<dt>Owner</dt>`) {
		t.Error("a page with an owner names it still, and one without has no line for it")
	}
	if !strings.Contains(out["health/index.html"], `25 pages have no owner.`) {
		t.Error("/health/ does not count the pages without an owner")
	}
}

// A page that may have no owner is not one of those.
func TestMostPagesWithoutAnOwnerAreThoseThatAreTold(t *testing.T) {
	files := fixture.OwnedBy(25)
	files["handbook.yaml"] = "rules:\n  no-owner: {\"p0*\": off}\n"
	files["content/p10.md"] = "---\ntitle: Page 10\n---\n<!-- handbook-ignore no-owner: it is about nobody -->\n\nText.\n"
	r := build(t, files)
	if got := fixture.SaidBy(r.Messages, diag.NoOwner); len(got) != 1 || !strings.HasPrefix(got[0], "14 pages have no owner") {
		t.Errorf("%q\n%s", got, fixture.Lines(r.Messages))
	}
}

// Where most pages that are to be reviewed never were, no mark beside a page says it again; where few never were, each does.
func TestMostPagesNeverReviewed(t *testing.T) {
	html := func(reviewed int) string {
		files := map[string]string{"content/_index.md": "---\ntitle: Home\nreview_every: never\n---\n", "handbook.yaml": "review: {every: 1 year}\n"}
		for i := range 40 {
			text := fmt.Sprintf("# Page %d\n", i)
			if i < reviewed {
				text = fmt.Sprintf("---\ntitle: Page %d\nreviewed: 2026-11-01\n---\n", i)
			}
			files[fmt.Sprintf("content/p/p%02d.md", i)] = text
		}
		return bytesOf(t, build(t, files))["p/p00/index.html"]
	}
	if !strings.Contains(html(30), `data-state="unreviewed"`) {
		t.Error("where few pages were never reviewed, they have no mark")
	}
	if strings.Contains(html(5), `data-state="unreviewed"`) {
		t.Error("where most pages were never reviewed, each has a mark")
	}
}

// Where most pages are overdue, that is one message, which machines get with all its places.
func TestMostPagesOverdue(t *testing.T) {
	files := map[string]string{"content/_index.md": "---\ntitle: Home\nreview_every: never\n---\n", "handbook.yaml": "rules: {no-owner: off}\n"}
	for i := range 30 {
		files[fmt.Sprintf("content/p%02d.md", i)] = fmt.Sprintf("---\ntitle: Page %d\nreviewed: 2025-01-01\nreview_every: 1 month\n---\n", i)
	}
	files["content/p29.md"] = "---\ntitle: Page 29\nreviewed: 2026-11-20\nreview_every: 1 year\n---\n"
	r := build(t, files)
	if got := fixture.SaidBy(r.Messages, diag.ReviewOverdue); len(got) != 1 || got[0] != "29 pages are past the day of their review, which is most of them" {
		t.Errorf("%q", got)
	}
	var b strings.Builder
	if err := diag.JSON(&b, r.Messages, nil); err != nil || !strings.Contains(b.String(), `"file":"content/p17.md","line":3`) {
		t.Errorf("machines do not get the places: %v %s", err, b.String())
	}
}
