package builder

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"handbook/builder/fixture"
)

// folder writes files below a new folder and returns the job that builds it.
func folder(t testing.TB, files map[string]string) Job {
	t.Helper()
	dir := t.TempDir()
	write(t, dir, files)
	return Job{Root: dir, Content: filepath.Join(dir, "content"), Today: today}
}

// write writes files below a folder.
func write(t testing.TB, dir string, files map[string]string) {
	t.Helper()
	for name, text := range files {
		path := filepath.Join(dir, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
}

// TestOddFilesOnDisk has the cases of the rules that only a real folder can break. The other pages are built.
func TestOddFilesOnDisk(t *testing.T) {
	job := folder(t, small())
	outside := filepath.Join(job.Root, "secret.md")
	if err := os.WriteFile(outside, []byte("# Secret\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	link := func(to, name string) {
		if err := os.Symlink(to, filepath.Join(job.Content, name)); err != nil {
			t.Skip("this system makes no symbolic links: ", err)
		}
	}
	link(outside, "leak.md")
	link(job.Content, "again")
	link("specs/checkout.md", "alias.md")
	if err := os.WriteFile(filepath.Join(job.Content, "huge.md"), make([]byte, 50<<20), 0o644); err != nil {
		t.Fatal(err)
	}
	closed := filepath.Join(job.Content, "closed.md")
	if err := os.WriteFile(closed, []byte("# Closed\n"), 0); err != nil {
		t.Fatal(err)
	}

	r, err := NewSession().Build(t.Context(), job)
	if err != nil {
		t.Fatal(err)
	}
	said := fixture.Lines(r.Messages)
	for _, want := range []string{
		"content/leak.md: warning: ", "[symlink-outside]",
		"content/huge.md: error: ", "[file-too-large]",
	} {
		if !strings.Contains(said, want) {
			t.Errorf("the build does not say %q, but\n%s", want, said)
		}
	}
	if os.Getuid() == 0 {
		t.Log("the superuser can read every file: the case of an unreadable file is left out")
	} else if !strings.Contains(said, "content/closed.md: error: ") {
		t.Errorf("the build does not tell of the file that it may not read, but\n%s", said)
	}
	out := bytesOf(t, r)
	for path, want := range map[string]bool{"specs/checkout/index.html": true, "alias/index.html": true, "leak/index.html": false, "huge/index.html": false, "again/index.html": false} {
		if _, ok := out[path]; ok != want {
			t.Errorf("%s is published: %v, want %v", path, ok, want)
		}
	}
	for path, text := range out {
		if strings.Contains(text, "Secret") {
			t.Errorf("%s shows what lies outside the content folder", path)
		}
	}
}

func TestAFolderThatIsNotThereIsToldNotMade(t *testing.T) {
	job := folder(t, map[string]string{"handbook.yaml": "name: Acme\n"})
	r, err := NewSession().Build(t.Context(), job)
	if err != nil {
		t.Fatal(err)
	}
	if said := fixture.Lines(r.Messages); !r.Failed() || !strings.Contains(said, "[unreadable-file]") {
		t.Errorf("the build says %q", said)
	}
}

// TestHostileTextEnds builds pages that make naive parsers recurse or multiply; the test's own limit is the clock.
func TestHostileTextEnds(t *testing.T) {
	files := map[string]string{
		"content/_index.md": "---\ntitle: Home\nowner: a\n---\n[[quotes]]\n",
		"content/a.md":      "---\ntitle: A\ntype: team\nowner: a\n---\n",
		"content/quotes.md": "---\nowner: a\n---\n" + strings.Repeat(">", 10_000) + " deep\n",
		"content/lists.md":  "---\nowner: a\n---\n" + strings.Repeat("- ", 10_000) + "deep\n",
		"content/stars.md":  "---\nowner: a\n---\n" + strings.Repeat("**a ", 20_000),
		"content/open.md":   "---\nowner: a\n---\n" + strings.Repeat("[[", 50_000) + strings.Repeat("![", 50_000),
		"content/line.md":   "---\nowner: a\n---\n" + strings.Repeat("word ", 400_000),
		"content/binary.md": "\x7fELF\x00\x01\x02" + strings.Repeat("\x00\xfe", 10_000),
	}
	r := build(t, files)
	out := bytesOf(t, r)
	for name := range files {
		id := strings.TrimSuffix(strings.TrimPrefix(name, "content/"), ".md")
		if id != "_index" && out[id+"/index.html"] == "" && !r.Failed() {
			t.Errorf("%s is not published and nothing is said", name)
		}
	}
}
