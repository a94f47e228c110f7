package builder

import (
	"fmt"
	"io/fs"
	"slices"
	"strings"
	"testing"

	"handbook/builder/query"
	"handbook/themes"
)

// shows is a handbook whose pages show reports, specs or nothing.
func shows() map[string]string {
	files := map[string]string{
		"content/_index.md":          "---\ntitle: Home\nowner: ana\n---\n",
		"content/people/ana.md":      "---\ntitle: Ana\nowner: ana\n---\n",
		"content/people/bo.md":       "---\ntitle: Bo\nowner: ana\n---\n",
		"content/boards/reports.md":  "---\ntitle: Reports\nowner: ana\n---\n```handbook\nfrom: beta-report\ncolumns: [title, spec, status]\n```\n",
		"content/boards/findings.md": "---\ntitle: All findings\nowner: ana\n---\n```handbook\ntitle: High ones\nfrom: beta-report.findings\nwhere: severity == \"high\"\n```\n",
		"content/boards/specs.md":    "---\ntitle: Specs\nowner: ana\n---\n```handbook\nview: board\nfrom: spec\n```\n",
		"content/boards/shows.md":    "---\ntitle: Shows\nowner: ana\n---\n![[boards/reports]]\n",
		"content/specs/pay.md":       "---\ntitle: Pay\nowner: ana\nstatus: building\n---\n## Problem\n## Requirements\n## Rollout\n",
		"content/specs/wait.md":      "---\ntitle: Wait\nowner: ana\nstatus: draft\n---\n## Problem\n## Requirements\n## Rollout\n",
		"content/reports/one.md":     report("One", "low"),
	}
	for i := range 600 { // so many that the navigation neither lists every page nor counts what there is to do
		files[fmt.Sprintf("content/notes/n%03d.md", i)] = fmt.Sprintf("---\ntitle: Note %03d\nowner: ana\n---\nText.\n", i)
	}
	return files
}

func report(title, severity string) string {
	return "---\ntitle: " + title + "\ntype: beta-report\nowner: ana\nspec: pay\nfindings:\n  - {id: F-1, title: It hangs, severity: " + severity +
		", owner: bo, status: accepted}\n---\n## Who took part\n## Findings\n"
}

// changedPages are the pages whose bytes are made of something new, but for the generated lists.
func changedPages(before, after Result) []string {
	keys := map[string]uint64{}
	for _, o := range before.Outputs {
		keys[o.Path] = o.Key()
	}
	var changed []string
	for _, o := range after.Outputs {
		if key, ok := keys[o.Path]; o.Node != nil && (!ok || key != o.Key()) && strings.HasSuffix(o.Path, "/index.html") && !strings.HasSuffix(o.Path, "print/index.html") {
			changed = append(changed, strings.TrimSuffix(o.Path, "/index.html"))
		}
	}
	slices.Sort(changed)
	return changed
}

// A page with views is rendered again when its rows change, and no other page is. Issue 5.
func TestOnlyPagesThatShowAReportChangeWithIt(t *testing.T) {
	s := NewSession()
	files := shows()
	job := func() Job { return memory(files) }
	build := func() Result {
		r, err := s.Build(t.Context(), job())
		if err != nil {
			t.Fatal(err)
		}
		return r
	}
	first := build()
	files["content/reports/two.md"] = report("Two", "low")
	second := build()
	// Bo has a finding more, and specs/pay shows its findings; the first report has a neighbour now, and Ana a page.
	want := "boards/reports boards/shows people/ana people/ana/page/2 people/ana/page/3 people/bo reports reports/one reports/two specs/pay"
	if got := strings.Join(changedPages(first, second), " "); got != want {
		t.Errorf("a report without a high finding changed\n%s\nwant\n%s", got, want)
	}
	files["content/reports/two.md"] = report("Two", "high")
	third := build()
	want = "boards/findings people/bo reports/two specs/pay"
	if got := strings.Join(changedPages(second, third), " "); got != want {
		t.Errorf("a finding that becomes high changed\n%s\nwant\n%s", got, want)
	}
	files["content/notes/n05.md"] = strings.Replace(files["content/notes/n05.md"], "Text.", "Another text.", 1)
	fourth := build()
	if got := strings.Join(changedPages(third, fourth), " "); strings.Contains(got, "boards") {
		t.Errorf("an edit of a page that no view shows changed %s", got)
	}
	if n := len(changedPages(fourth, build())); n != 0 {
		t.Errorf("a build without an edit changed %d pages", n)
	}
	for _, o := range fourth.Outputs {
		if o.Path == "boards/findings/high-ones.csv" {
			if data, err := o.Data(); err != nil || !strings.Contains(string(data), "F-1,It hangs,high") {
				t.Errorf("boards/findings/high-ones.csv: %s %v", data, err)
			}
			return
		}
	}
	t.Error("there is no file boards/findings/high-ones.csv")
}

// A view shows at most so many rows and says so; its file has all. Issue 5.
func TestALongViewSaysWhatItLeavesOut(t *testing.T) {
	files := map[string]string{"content/_index.md": "---\ntitle: Home\n---\n```handbook\ntitle: Notes\nfrom: note\n```\n"}
	for i := range 5000 {
		files[fmt.Sprintf("content/notes/%02d/n%04d.md", i/100, i)] = fmt.Sprintf("---\ntitle: Note %04d\ntype: note\n---\n", i)
	}
	out := build(t, files)
	for _, o := range out.Outputs {
		switch o.Path {
		case "index.html":
			data, err := o.Data()
			if err != nil {
				t.Fatal(err)
			}
			page := string(data)
			if n := strings.Count(page, "<th scope=\"row\""); n != 300 || !strings.Contains(page, "300 of 5000 are shown.") {
				t.Errorf("the page shows %d rows of 5000 and says %q", n, page[strings.LastIndex(page, "view-foot"):][:120])
			}
		case "notes.csv":
			data, err := o.Data()
			if err != nil {
				t.Fatal(err)
			}
			if n := strings.Count(string(data), "\n"); n != 5001 {
				t.Errorf("the file has %d lines, want 5001", n)
			}
		}
	}
}

func TestEachLayoutHasItsMarkup(t *testing.T) {
	files, err := fs.Glob(themes.Default(), "partials/views/*.html")
	if err != nil || len(files) != len(query.Layouts()) {
		t.Errorf("%d layouts are shown by %v, %v", len(query.Layouts()), files, err)
	}
	for _, l := range query.Layouts() {
		if !slices.Contains(files, "partials/views/"+l.Name+".html") {
			t.Errorf("nothing shows the layout %s", l)
		}
	}
}
