package builder

import (
	"os"
	"path/filepath"
	"testing"
	"time"

	"handbook/builder/fixture"
)

// A folder that holds the site already is left alone, and the build says what it said. Whatever is another ends that.
func TestASiteThatIsThereIsNotBuiltAgain(t *testing.T) {
	files := small()
	files["mkdocs.yml"] = "docs_dir: content\n" // whose sites are asked for redirects
	files["content/near.md"] = "![logo](/logo.svg) ![late](/late.svg) ![hidden](/.assets/flow.svg)\n"
	files["content/.assets/flow.svg"], files["static/logo.svg"] = files["content/specs/flow.svg"], files["content/specs/flow.svg"]
	job := folder(t, files)
	out, cache := filepath.Join(t.TempDir(), "out"), t.TempDir()
	file := func(name string) string { return filepath.Join(job.Root, filepath.FromSlash(name)) }
	age := func(dir string) { // a file that was written just now may be written again unseen
		old := time.Now().Add(-time.Hour)
		if err := filepath.WalkDir(dir, func(name string, _ os.DirEntry, err error) error {
			if err != nil {
				return err
			}
			return os.Chtimes(name, old, old)
		}); err != nil {
			t.Fatal(err)
		}
	}
	build := func() (same bool) {
		t.Helper()
		s := OpenSession(cache, "test")
		defer s.Close()
		fresh, err := dressed().Build(t.Context(), job)
		if err != nil {
			t.Fatal(err)
		}
		r, stats, same := s.Same(t.Context(), job, out)
		if same {
			if fixture.Lines(r.Messages) != fixture.Lines(fresh.Messages) || r.Work.Pages != fresh.Work.Pages || stats.Same != len(fresh.Outputs) {
				t.Errorf("it says of %d pages\n%s\nand a build says of %d\n%s", r.Work.Pages, fixture.Lines(r.Messages), fresh.Work.Pages, fixture.Lines(fresh.Messages))
			}
			return true
		}
		if r, err = s.Build(t.Context(), job); err != nil {
			t.Fatal(err)
		}
		if _, err := r.Publish(t.Context(), out); err != nil {
			t.Fatal(err)
		}
		s.Tell(t.Context(), job, r, out)
		return false
	}
	settle := func() {
		t.Helper()
		for i := range 4 {
			if build() {
				return
			}
			if i == 0 {
				age(out)
			}
		}
		fixture.Elsewhere(t, "on this file system every file may have been changed unseen")
	}
	age(job.Root)
	settle()
	for what, change := range map[string]func(){
		"a page is edited":      func() { os.WriteFile(file("content/specs/checkout.md"), []byte("Other.\n"), 0o644) },
		"a page is new":         func() { os.WriteFile(file("content/new.md"), []byte("New.\n"), 0o644) },
		"a picture is another":  func() { os.WriteFile(file("content/specs/flow.svg"), []byte("<svg/>"), 0o644) },
		"one beside the pages":  func() { os.WriteFile(file("static/logo.svg"), []byte("<svg/>"), 0o644) },
		"one beside is new":     func() { os.WriteFile(file("static/late.svg"), []byte("<svg/>"), 0o644) },
		"redirects are new":     func() { os.WriteFile(file("static/_redirects"), []byte("/a /b\n"), 0o644) },
		"a hidden one is":       func() { os.WriteFile(file("content/.assets/flow.svg"), []byte("<svg/>"), 0o644) },
		"a hidden one is away":  func() { os.Remove(file("content/.assets/flow.svg")) },
		"it is configured":      func() { os.WriteFile(file("handbook.yaml"), []byte("name: Other\n"), 0o644) },
		"it is another day":     func() { job.Today = job.Today.AddDays(1) },
		"somebody owns it":      func() { os.WriteFile(file("CODEOWNERS"), []byte("* @ana\n"), 0o644) },
		"a page of the site is": func() { os.WriteFile(filepath.Join(out, "index.html"), []byte("mine"), 0o644) },
		"one is away":           func() { os.Remove(filepath.Join(out, "index.html")) },
		"its keys are":          func() { os.Remove(filepath.Join(out, ".handbook-keys")) },
	} {
		change()
		age(filepath.Join(job.Root, "content"))
		age(filepath.Join(job.Root, "static"))
		if build() {
			t.Errorf("%s, and nothing is built", what)
		}
		settle()
	}
}
