package builder

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// drawn are the pictures on a page.
func drawn(html string) []string { return picture.FindAllString(html, -1) }

var picture = regexp.MustCompile(`(?s)<figure class="picture"[^>]*>.*?</figcaption>`)

// A thousand of everything is cut with a sentence, however it hangs together, and long names stay in their boxes.
func TestAPictureOfAThousandIsNoKnot(t *testing.T) {
	const many = 1000
	files := map[string]string{
		"content/_index.md": "---\ntitle: Home\nowner: crowd\n---\n" + view("network", "role", "columns: works_with") + view("launch", "plan", "columns: [document, due]") +
			view("flow", "need", "columns: [answered_by]") + view("flow", "all", "where: id == \"hub\"\ncolumns: [relies_on, title, relied_on_by]") +
			view("map", "role", "group: [owner, section]") + view("bullets", "beta-report.measures", "") + view("path", "technology", "") + view("trend", "all", ""),
		"content/hub.md":         "---\ntitle: Hub\nowner: crowd\nreview_every: 6 months\nreviewed: 2026-10-01\n---\n",
		"content/people/ana.md":  "---\ntitle: Ana\nowner: crowd\n---\n",
		"content/teams/crowd.md": "---\ntitle: Crowd\nowner: crowd\n---\n",
	}
	var plan, measures strings.Builder
	for i := range many {
		long := strings.Repeat("w", 196) + fmt.Sprintf("%04d", i)
		next := fmt.Sprintf("%d, %d, %d", (i+1)%many, (i+7)%many, i*i%many)
		refs := strings.ReplaceAll("r"+next, ", ", ", r")
		files[fmt.Sprintf("content/roles/r%d.md", i)] = fmt.Sprintf("---\ntitle: %s\nowner: o%d\nworks_with: [%s]\ndepends_on: [hub]\n---\n", long, i, refs)
		files[fmt.Sprintf("content/needs/n%d.md", i)] = fmt.Sprintf("---\ntitle: Need %d\nowner: crowd\n---\n", i)
		files[fmt.Sprintf("content/specs/s%d.md", i)] = fmt.Sprintf("---\ntitle: Spec %d\nowner: crowd\nneeds: [n%d, n%d]\n---\n", i, i, i*i%many)
		files[fmt.Sprintf("content/technologies/t%d.md", i)] = fmt.Sprintf("---\ntitle: T %d\nowner: crowd\nring: adopt\nquadrant: tools\nmoved: 2026-01-01\n---\n", i)
		fmt.Fprintf(&plan, "  - {type: faq, title: Document %d, due: 2027-01-%02d}\n", i, i%28+1)
		fmt.Fprintf(&measures, "  - {title: Measure %d, target: 5, result: %d}\n", i, i%10)
	}
	for i := range 5 { // a type or record has at most so many
		part := func(all string) string {
			lines := slices.Collect(strings.Lines(all))
			return strings.Join(lines[i*many/5:(i+1)*many/5], "")
		}
		files[fmt.Sprintf("content/products/p%d.md", i)] = "---\ntitle: Shop\nowner: crowd\nrequires:\n" + part(plan.String()) + "---\n"
		files[fmt.Sprintf("content/beta-reports/b%d.md", i)] = "---\ntitle: Beta\nowner: crowd\nproduct: p1\nmeasures:\n" + part(measures.String()) + "---\n"
	}
	r := build(t, files)
	home := ""
	for _, o := range r.Outputs {
		if o.Path == "index.html" {
			data, err := o.Data()
			if err != nil {
				t.Fatal(err)
			}
			home = string(data)
		}
	}
	all := drawn(home)
	if len(all) != 8 {
		t.Fatalf("%d pictures are drawn, want 8", len(all))
	}
	for i, want := range []string{
		"of 1000 with most links are drawn.", "40 of 1000 are drawn.", "of 1000 with most links are drawn.", "and 988 more", "12 of 1000 are drawn.",
		"40 of 1000 are drawn.", "8 of 1000 are drawn.", "Today",
	} {
		p := all[i]
		if !strings.Contains(p, want) {
			t.Errorf("picture %d does not say %q; it ends with %s", i, want, p[max(0, len(p)-400):])
		}
		if boxes, lines := strings.Count(p, "<foreignObject"), strings.Count(p, "<path"); boxes > 180 || lines > 130 {
			t.Errorf("picture %d is a knot: %d boxes and %d lines", i, boxes, lines)
		}
	}
}

// view is a block that asks for a layout.
func view(layout, from, more string) string {
	return "```handbook\nview: " + layout + "\nfrom: " + from + "\n" + more + "\n```\n\n"
}

// A picture is drawn for the pages that show it, when somebody asks for one of them, and not again while words are typed.
func TestTypingDrawsNoPicture(t *testing.T) {
	s := NewSession()
	files := map[string]string{
		"content/_index.md":      "---\ntitle: Home\nowner: ana\nreview_every: 6 months\nreviewed: 2026-11-01\n---\nWhat it is.\n\nText.\n",
		"content/people/ana.md":  "---\ntitle: Ana\nowner: ana\n---\n",
		"content/roles/one.md":   "---\ntitle: One\nowner: ana\nheld_by: [ana]\n---\n",
		"content/roles/two.md":   "---\ntitle: Two\nowner: ana\nworks_with: [one]\n---\n",
		"content/boards/flow.md": "---\ntitle: Flow\nowner: ana\n---\n" + view("flow", "role", "columns: [held_by]"),
	}
	job := memory(files)
	drawnNow := func(what string, asked func(path string) bool, want int) {
		t.Helper()
		job.World = memory(files).World
		r, err := s.Build(t.Context(), job)
		if err != nil {
			t.Fatal(err)
		}
		for _, o := range r.Outputs {
			if asked(o.Path) {
				o.Key()
				if _, err := o.Data(); err != nil {
					t.Fatal(err)
				}
			}
		}
		if got := s.set.Counts()["picture"].Made; got != want {
			t.Errorf("%s: %d pictures were drawn, want %d", what, got, want)
		}
	}
	everything := func(path string) bool { return strings.HasSuffix(path, ".html") }
	drawnNow("nobody asks", func(string) bool { return false }, 0)
	drawnNow("a page without one is asked for", func(path string) bool { return path == "people/ana/index.html" }, 0)
	drawnNow("one page is asked for", func(path string) bool { return path == "roles/one/index.html" }, 1)
	drawnNow("every page is asked for", everything, 4) // the other role, the board, the trend and the map
	files["content/_index.md"] += "More text.\n"
	drawnNow("words are typed", everything, 0)
	files["content/roles/two.md"] = "---\ntitle: Two\nowner: ana\n---\n"
	drawnNow("a tie is cut", everything, 5)
}
