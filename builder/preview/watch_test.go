package preview

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"
)

// folderOnDisk is a site's folder and what the watcher says of it.
type folderOnDisk struct {
	t     *testing.T
	root  string
	w     *watcher
	heard map[string]bool
}

func watchFolder(t *testing.T, poll time.Duration) *folderOnDisk {
	t.Helper()
	return watchFolderWith(t, poll, func(text string) { t.Log(text) }, system{newFolders, isRemote})
}

func watchFolderWith(t *testing.T, poll time.Duration, notice func(string), sys system) *folderOnDisk {
	t.Helper()
	root, err := filepath.EvalSymlinks(t.TempDir())
	must(t, err)
	f := &folderOnDisk{t: t, root: root, heard: map[string]bool{}}
	f.write("content/a.md", "a")
	f.write("content/sub/deep/b.md", "b")
	f.write("README.md", "not watched")
	ctx, cancel := context.WithCancel(t.Context())
	f.w = watchWith(ctx, Config{
		Trees:  []string{filepath.Join(root, "content"), filepath.Join(root, "themes")},
		Files:  []string{filepath.Join(root, "handbook.yaml")},
		Ignore: func(name string) bool { return strings.HasSuffix(name, "~") },
		Heed:   func(name string) bool { return name == ".pages" },
		Poll:   poll,
		Notice: notice,
	}, sys)
	t.Cleanup(func() { cancel(); f.w.wait() })
	f.w.settle()
	return f
}

func (f *folderOnDisk) path(p string) string { return filepath.Join(f.root, filepath.FromSlash(p)) }

func (f *folderOnDisk) write(p, text string) {
	f.t.Helper()
	must(f.t, os.MkdirAll(filepath.Dir(f.path(p)), 0o755))
	must(f.t, os.WriteFile(f.path(p), []byte(text), 0o644))
}

// hears waits until the watcher has told of one of the paths, and then lets it settle as before a build.
func (f *folderOnDisk) hears(step string, paths ...string) {
	f.t.Helper()
	told := func() bool {
		return slices.ContainsFunc(paths, func(p string) bool { return f.heard[f.path(p)] })
	}
	for !told() {
		select {
		case more := <-f.w.changed:
			for _, m := range more {
				f.heard[m] = true
			}
		case <-time.After(20 * time.Second): // a failure, not a part of the test
			f.t.Fatalf("%s: nothing was said of %s", step, strings.Join(paths, " or "))
		}
	}
	f.w.settle()
	for {
		select {
		case <-f.w.changed:
			continue
		default:
		}
		break
	}
	clear(f.heard)
}

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func TestEveryKindOfChangeIsHeard(t *testing.T) {
	for name, poll := range map[string]time.Duration{"by events": 0, "by looking": time.Millisecond} {
		t.Run(name, func(t *testing.T) {
			f := watchFolder(t, poll)
			f.write("content/a.md", "edited")
			f.hears("an edit", "content/a.md")
			f.write("content/sub/deep/b.md", "edited")
			f.hears("an edit in a folder", "content/sub/deep/b.md")
			f.write("content/new.md", "new")
			f.hears("a new file", "content/new.md")

			f.write("content/sub/.pages", "nav: [b.md]")
			f.hears("a file that counts in spite of its dot", "content/sub/.pages")

			f.write("content/.new.md.tmp", "saved as a whole")
			must(t, os.Rename(f.path("content/.new.md.tmp"), f.path("content/new.md")))
			f.hears("an editor's save by renaming", "content/new.md")
			must(t, os.Remove(f.path("content/new.md")))
			f.hears("a deletion", "content/new.md")

			must(t, os.MkdirAll(f.path("content/one/two/three"), 0o755))
			f.hears("new folders", "content/one")
			f.write("content/one/two/three/c.md", "c")
			// A folder that is found while the one above it is listed is told with what is in it.
			f.hears("a file in new folders", "content/one/two/three/c.md", "content/one/two/three", "content/one/two")

			must(t, os.Rename(f.path("content/one"), f.path("content/uno")))
			f.hears("a folder that moved", "content/uno")
			f.write("content/uno/two/three/c.md", "edited after the move")
			f.hears("an edit in a folder that moved", "content/uno/two/three/c.md")
			must(t, os.Rename(f.path("content/uno"), f.path("content/one")))
			f.hears("a folder that moved back", "content/one")
			f.write("content/one/two/three/c.md", "edited once more")
			f.hears("an edit in a folder that moved back", "content/one/two/three/c.md")

			must(t, os.RemoveAll(f.path("content/one")))
			f.hears("a deleted folder", "content/one")
			f.write("content/one/d.md", "d")
			f.hears("a folder made again", "content/one")
			f.write("content/one/d.md", "edited")
			f.hears("an edit in a folder made again", "content/one/d.md")

			f.write("handbook.yaml", "name: A")
			f.hears("a configuration", "handbook.yaml")
			f.write("themes/acme/styles/x.css", "x")
			f.hears("a first theme", "themes")
			f.write("themes/acme/styles/x.css", "edited")
			// The folders may have been made so lately that they are told of, and their files not yet.
			f.hears("an edit in a theme", "themes/acme/styles/x.css", "themes/acme/styles", "themes/acme")

			must(t, os.RemoveAll(f.path("content")))
			f.hears("the content folder deleted", "content")
			f.write("content/a.md", "a")
			f.hears("the content folder made again", "content")
			f.write("content/a.md", "edited")
			f.hears("an edit after that", "content/a.md")
		})
	}
}

func TestAFolderAboveTheContentComesBack(t *testing.T) {
	f := watchFolder(t, 0)
	away := f.root + "-away"
	for _, kind := range []struct {
		name string
		back func()
	}{
		{"renamed away and back", func() { must(t, os.Rename(away, f.root)) }},
		{"made anew", func() { f.write("content/sub/deep/b.md", "of another clone"); must(t, os.RemoveAll(away)) }},
	} {
		must(t, os.Rename(f.root, away))
		f.hears(kind.name+": it is away", "", "content")
		kind.back()
		f.hears(kind.name+": it is back", "", "content")
		f.write("content/sub/deep/b.md", "edited after it was "+kind.name)
		f.hears(kind.name+": an edit in it", "content/sub/deep/b.md")
	}
}

func TestWhatMeansNothingIsNotHeard(t *testing.T) {
	for name, poll := range map[string]time.Duration{"by events": 0, "by looking": time.Millisecond} {
		t.Run(name, func(t *testing.T) {
			f := watchFolder(t, poll)
			f.write("README.md", "edited")
			f.write("public/index.html", "built")
			f.write("content/a.md~", "left by an editor")
			f.write("content/.git/index", "git")
			f.write("content/last.md", "the last change")
			var heard []string
			for !slices.Contains(heard, f.path("content/last.md")) {
				heard = append(heard, <-f.w.changed...)
			}
			for _, p := range heard {
				if p != f.path("content/last.md") && p != f.path("content") {
					t.Errorf("heard of %s", p)
				}
			}
		})
	}
}

// TestWhereNoEventsComeFilesAreLookedAt makes systems that tell of nothing, and sees that changes are heard all the same
// and that it is said why, and what to do.
func TestWhereNoEventsComeFilesAreLookedAt(t *testing.T) {
	deaf := func(s scope) (*folders, error) { // watches a folder in which nothing happens
		return newFolders(scope{trees: []string{t.TempDir()}, ignore: s.ignore})
	}
	for name, c := range map[string]struct {
		sys  system
		says string
	}{
		"a network folder": {system{deaf, func(string) bool { return true }}, "network or shared disk"},
		"no watches left": {system{func(scope) (*folders, error) { return nil, fmt.Errorf("watch: %w", syscall.ENOSPC) }, isRemote},
			"sudo sysctl fs.inotify.max_user_watches="},
		"no instances left": {system{func(scope) (*folders, error) { return nil, syscall.EMFILE }, isRemote}, "fs.inotify.max_user_instances="},
		"no events at all":  {system{func(scope) (*folders, error) { return nil, syscall.ENOSYS }, isRemote}, syscall.ENOSYS.Error()},
	} {
		t.Run(name, func(t *testing.T) {
			var said []string
			f := watchFolderWith(t, 0, func(text string) { said = append(said, text) }, c.sys)
			f.write("content/a.md", "changed")
			f.hears("a change", "content/a.md")
			f.write("content/new/c.md", "new")
			f.hears("a page in a new folder", "content/new/c.md")
			if len(said) != 1 || !strings.Contains(said[0], c.says) {
				t.Errorf("it says %q, want one line with %q", said, c.says)
			}
		})
	}
}

// TestAFileIsNotHeardOfTwice looks at a file that was changed so lately that a further change might not show.
func TestAFileIsNotHeardOfTwice(t *testing.T) {
	root := t.TempDir()
	page := filepath.Join(root, "a.md")
	s := scope{trees: []string{root}, ignore: func(string) bool { return false }}
	write := func(text string, at time.Time) {
		must(t, os.WriteFile(page, []byte(text), 0o644))
		must(t, os.Chtimes(page, at, at))
	}
	soon := time.Now().Add(time.Hour) // as lately as can be
	write("one", soon)
	first := look(s, nil)
	second := look(s, first)
	if list := differing(first, second); len(list) != 0 {
		t.Errorf("%q is heard of though nothing has changed", list)
	}
	write("two", soon) // the same size at the same time
	third := look(s, second)
	if list := differing(second, third); len(list) != 1 {
		t.Errorf("a change within the clock's grain is not heard of: %q", list)
	}
	long := time.Now().Add(-time.Hour)
	write("two", long)
	fourth := look(s, third)
	if fifth := look(s, fourth); len(differing(third, fourth)) != 1 || len(differing(fourth, fifth)) != 0 {
		t.Errorf("another time is heard of as %q, then as %q", differing(third, fourth), differing(fourth, fifth))
	}
}

// A real folder, a real port, a real browser's requests: from a save to the page that is served.
func TestASavedFileIsServed(t *testing.T) {
	root := t.TempDir()
	page := filepath.Join(root, "content", "index.txt")
	must(t, os.MkdirAll(filepath.Dir(page), 0o755))
	must(t, os.WriteFile(page, []byte("first"), 0o644))
	build := func(context.Context, []string) (Result, error) {
		data, err := os.ReadFile(page)
		key := uint64(0)
		for _, b := range data {
			key = key*31 + uint64(b)
		}
		return Result{Outputs: []Output{{Path: "index.html", Key: func() uint64 { return key }, Data: func() ([]byte, error) { return data, err }}}}, nil
	}
	ctx, cancel := context.WithCancel(t.Context())
	address := make(chan string, 1)
	reports := make(chan Report, 100)
	ended := make(chan error)
	go func() {
		ended <- Run(ctx, Config{Build: build, Trees: []string{filepath.Join(root, "content")}, Listening: func(u string) { address <- u }, Built: func(r Report) { reports <- r }})
	}()
	url := <-address
	get := func() string {
		r, err := http.Get(url)
		must(t, err)
		defer r.Body.Close()
		data, err := io.ReadAll(r.Body)
		must(t, err)
		text, _, _ := bytes.Cut(data, []byte("<script"))
		return string(text)
	}
	if got := get(); got != "first" {
		t.Errorf("at first: %q", got)
	}
	<-reports
	must(t, os.WriteFile(filepath.Join(root, "second"), []byte("second"), 0o644))
	must(t, os.Rename(filepath.Join(root, "second"), page)) // in one step, so that no build falls into the middle
	r := <-reports
	if got := get(); got != "second" {
		t.Errorf("after a save: %q", got)
	}
	if fmt.Sprint(r.Pages) != "[/]" || !strings.HasSuffix(fmt.Sprint(r.Changed), "index.txt]") {
		t.Errorf("report: %q changed %q", r.Changed, r.Pages)
	}
	http.DefaultClient.CloseIdleConnections()
	cancel()
	if err := <-ended; err != nil {
		t.Errorf("ended with %v", err)
	}
}

func TestTheNextFreePortIsTaken(t *testing.T) {
	first, err := listen("")
	must(t, err)
	defer first.Close()
	second, err := listen(first.Addr().String())
	must(t, err)
	defer second.Close()
	if second.Addr().String() == first.Addr().String() {
		t.Error("the same port twice")
	}
	for _, bad := range []string{"127.0.0.1", "127.0.0.1:http", "127.0.0.1:99999", ":::"} {
		if l, err := listen(bad); err == nil {
			l.Close()
			t.Errorf("listens on %q", bad)
		}
	}
}
