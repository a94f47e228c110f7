package builder

import (
	"fmt"
	"io/fs"
	"maps"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"handbook/builder/publish"
)

// published builds in a new session and writes the site to a folder. Without a program nothing is remembered of what the files
// were made of.
func published(t *testing.T, s *Session, program string, job Job, out string) (publish.Stats, Result) {
	t.Helper()
	s.program = program
	r, err := s.Build(t.Context(), job)
	if err != nil {
		t.Fatal(err)
	}
	stats, err := r.Publish(t.Context(), out)
	if err != nil {
		t.Fatal(err)
	}
	return stats, r
}

// filesIn reads the files of a published site, the list of them included.
func filesIn(t *testing.T, out string) map[string]string {
	t.Helper()
	all := map[string]string{}
	err := fs.WalkDir(os.DirFS(out), ".", func(p string, e fs.DirEntry, err error) error {
		if err != nil || e.IsDir() || p == ".handbook-keys" {
			return err
		}
		data, err := os.ReadFile(filepath.Join(out, filepath.FromSlash(p)))
		all[p] = string(data)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return all
}

// checkWarm holds a folder that many builds wrote to the one that a single build from nothing writes: law 9.
func checkWarm(t *testing.T, out string, fresh *Session, job Job) {
	t.Helper()
	cold := filepath.Join(t.TempDir(), "cold")
	published(t, fresh, "", job, cold)
	got, want := filesIn(t, out), filesIn(t, cold)
	for _, p := range slices.Sorted(maps.Keys(want)) {
		if got[p] != want[p] {
			t.Errorf("%s is stale:\n%s\nwant\n%s", p, got[p], want[p])
		}
		delete(got, p)
	}
	for p := range got {
		t.Errorf("%s is there", p)
	}
}

func TestWarmEqualsCold(t *testing.T) {
	seeds := uint64(10)
	if testing.Short() {
		seeds = 2
	}
	for seed := range seeds {
		random := rand.New(rand.NewPCG(seed, 9))
		edits := make([]byte, 16)
		for i := range edits {
			edits[i] = byte(random.UintN(256))
		}
		t.Run(fmt.Sprint(seed), func(t *testing.T) {
			t.Parallel()
			out := filepath.Join(t.TempDir(), "public")
			eachEdit(edits, func(job Job, fresh *Session) {
				switch random.UintN(8) {
				case 0:
					_ = os.Remove(filepath.Join(out, ".handbook-keys"))
				case 1:
					_ = os.RemoveAll(filepath.Join(out, "specs"))
				case 2:
					_ = os.WriteFile(filepath.Join(out, "index.html"), []byte("edited by hand"), 0o644)
				}
				before := fresh.looks
				published(t, &Session{set: NewSession().set, looks: before}, fmt.Sprint(random.UintN(8)/7), job, out)
				checkWarm(t, out, &Session{set: NewSession().set, looks: before}, job)
			})
			if t.Failed() {
				t.Errorf("the edits are %v", edits)
			}
		})
	}
}

// kinds counts outputs by what they are.
func kinds(paths []string) string {
	count := map[string]int{}
	for _, p := range paths {
		kind := filepath.Ext(p)
		switch {
		case strings.HasPrefix(p, "search/data/x"):
			kind = "text of the search"
		case strings.HasPrefix(p, "search/data/"):
			kind = "index of the search"
		case strings.HasSuffix("/"+p, "/print/index.html"):
			kind = "print"
		}
		count[kind]++
	}
	var list []string
	for _, kind := range slices.Sorted(maps.Keys(count)) {
		list = append(list, fmt.Sprint(count[kind], " ", kind))
	}
	return strings.Join(list, ", ")
}

// TestAnEditMakesWhatItMust counts what a build makes and reads of a site that is there, by a new session each time.
func TestAnEditMakesWhatItMust(t *testing.T) {
	out := filepath.Join(t.TempDir(), "public")
	build := func(files map[string]string) (publish.Stats, Result) {
		return published(t, dressed(), "1", memory(files), out)
	}
	settle := func() Result { // a build just behind another one reads what that one wrote
		build(small())
		long := time.Now().Add(-time.Hour)
		for p := range filesIn(t, out) {
			if err := os.Chtimes(filepath.Join(out, filepath.FromSlash(p)), long, long); err != nil {
				t.Fatal(err)
			}
		}
		_, r := build(small())
		return r
	}
	for _, edit := range []struct{ what, file, old, new, want string }{
		{"nothing", "", "", "", ""},
		{"a word of a text", "content/specs/checkout.md", "Slowly", "Steadily", "2 .html, 3 .json, 1 .md, 1 .txt, 1 .xml, 9 index of the search, 2 print, 1 text of the search"},
		{"a title", "content/specs/checkout.md", "title: Checkout", "title: Paying", "7 .csv, 23 .html, 1 .ics, 3 .json, 1 .md, 1 .txt, 1 .xml, 9 index of the search, 3 print, 1 text of the search"},
		{"a picture", "content/specs/flow.svg", "/>", "></svg>", "1 .svg"},
	} {
		last, files := settle(), small()
		if edit.file != "" {
			files[edit.file] = strings.Replace(files[edit.file], edit.old, edit.new, 1)
		}
		stats, r := build(files)
		made := changed(t, last, r)
		if got := kinds(made); got != edit.want {
			t.Errorf("%s: %s are made anew, want %s", edit.what, got, edit.want)
		}
		if stats.Made != len(made) || stats.Read != 0 || stats.Written+stats.Same != len(r.Outputs) {
			t.Errorf("%s: %+v, want %d made and none read", edit.what, stats, len(made))
		}
		checkWarm(t, out, dressed(), memory(files))
	}
}
