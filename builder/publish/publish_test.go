package publish_test

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"handbook/builder/memo"
	"handbook/builder/publish"
)

// site makes files of texts by path. Their keys are of their texts.
func site(texts map[string]string) []publish.File {
	var files []publish.File
	for _, p := range slices.Sorted(maps.Keys(texts)) {
		files = append(files, publish.File{Path: p, Data: func() ([]byte, error) { return []byte(texts[p]), nil }, Key: func() memo.Sum { return keyOf(texts[p]) }})
	}
	return files
}

// tree reads everything below a folder: files by path, folders with a slash, links with an arrow. The manifest and
// the keys are left out.
func tree(t *testing.T, dir string) map[string]string {
	t.Helper()
	all := map[string]string{}
	err := filepath.WalkDir(dir, func(disk string, e fs.DirEntry, err error) error {
		if err != nil || disk == dir {
			return err
		}
		below, _ := filepath.Rel(dir, disk)
		p := filepath.ToSlash(below)
		switch {
		case p == ".handbook-manifest" || path.Base(p) == ".handbook-keys":
		case e.IsDir():
			all[p+"/"] = ""
		case e.Type()&fs.ModeSymlink != 0:
			target, _ := os.Readlink(disk)
			all[p] = "-> " + target
		default:
			data, err := os.ReadFile(disk)
			if err != nil {
				return err
			}
			all[p] = string(data)
		}
		return nil
	})
	must(t, err)
	return all
}

// same says what differs between two trees.
func same(t *testing.T, got, want map[string]string) {
	t.Helper()
	for _, p := range slices.Sorted(maps.Keys(want)) {
		if g, ok := got[p]; !ok {
			t.Errorf("%s is missing", p)
		} else if g != want[p] {
			t.Errorf("%s: %q, want %q", p, g, want[p])
		}
	}
	for _, p := range slices.Sorted(maps.Keys(got)) {
		if _, ok := want[p]; !ok {
			t.Errorf("%s is there", p)
		}
	}
}

// alone checks that nothing lies beside the output folder.
func alone(t *testing.T, out string) {
	t.Helper()
	entries, err := os.ReadDir(filepath.Dir(out))
	must(t, err)
	for _, e := range entries {
		if strings.Contains(e.Name(), ".handbook-") {
			t.Errorf("%s was left behind", e.Name())
		}
	}
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func write(t *testing.T, name, text string) {
	t.Helper()
	must(t, os.MkdirAll(filepath.Dir(name), 0o755))
	must(t, os.WriteFile(name, []byte(text), 0o644))
}

// stamps notes what tells whether a file was touched.
func stamps(t *testing.T, dir string) map[string]fs.FileInfo {
	t.Helper()
	all := map[string]fs.FileInfo{}
	must(t, filepath.WalkDir(dir, func(disk string, e fs.DirEntry, err error) error {
		if err == nil && !e.IsDir() {
			below, _ := filepath.Rel(dir, disk)
			all[filepath.ToSlash(below)], err = os.Lstat(disk)
		}
		return err
	}))
	return all
}

func TestOnlyFilesThatDifferAreTouched(t *testing.T) {
	out := filepath.Join(t.TempDir(), "deep", "public")
	stats, err := publish.Write(t.Context(), out, site(map[string]string{"index.html": "one", "a/index.html": "same", "old/index.html": "gone soon"}))
	must(t, err)
	if want := (publish.Stats{Written: 3, Made: 3}); stats != want {
		t.Errorf("first: %+v, want %+v", stats, want)
	}
	long := time.Now().Add(-time.Hour)
	for p := range stamps(t, out) {
		must(t, os.Chtimes(filepath.Join(out, filepath.FromSlash(p)), long, long))
	}
	before := stamps(t, out)

	stats, err = publish.Write(t.Context(), out, site(map[string]string{"index.html": "two", "a/index.html": "same", "new.txt": "new"}))
	must(t, err)
	if want := (publish.Stats{Written: 2, Same: 1, Removed: 1, Made: 2, Read: 1}); stats != want {
		t.Errorf("second: %+v, want %+v", stats, want)
	}
	same(t, tree(t, out), map[string]string{"index.html": "two", "a/": "", "a/index.html": "same", "new.txt": "new"})
	after := stamps(t, out)
	if a, b := before["a/index.html"], after["a/index.html"]; !os.SameFile(a, b) || !a.ModTime().Equal(b.ModTime()) {
		t.Error("a file with the same bytes was touched")
	}
	alone(t, out)
}

func TestAnUnchangedSiteIsNotTouchedAtAll(t *testing.T) {
	out := filepath.Join(t.TempDir(), "public")
	files := site(map[string]string{"index.html": "one", "a/b/c.html": "c"})
	_, err := publish.Write(t.Context(), out, files)
	must(t, err)
	folder, err := os.Stat(out)
	must(t, err)
	before := stamps(t, out)
	stats, err := publish.Write(t.Context(), out, files)
	must(t, err)
	if want := (publish.Stats{Same: 2, Read: 2}); stats != want {
		t.Errorf("%+v, want %+v", stats, want)
	}
	if again, err := os.Stat(out); err != nil || !os.SameFile(folder, again) {
		t.Errorf("the folder is another one: %v", err)
	}
	for p, info := range stamps(t, out) {
		if !os.SameFile(info, before[p]) || !info.ModTime().Equal(before[p].ModTime()) {
			t.Errorf("%s was touched", p)
		}
	}
}

func TestAFileThatSomebodyDamagedIsMended(t *testing.T) {
	out := filepath.Join(t.TempDir(), "public")
	files := site(map[string]string{"index.html": "one", "a.html": "a", "b.html": "b"})
	_, err := publish.Write(t.Context(), out, files)
	must(t, err)
	write(t, filepath.Join(out, "index.html"), "0ne")
	must(t, os.Remove(filepath.Join(out, "a.html")))
	must(t, os.Remove(filepath.Join(out, "b.html")))
	must(t, os.Symlink("index.html", filepath.Join(out, "b.html")))
	stats, err := publish.Write(t.Context(), out, files)
	must(t, err)
	if stats.Written != 3 {
		t.Errorf("%+v, want 3 written", stats)
	}
	same(t, tree(t, out), map[string]string{"index.html": "one", "a.html": "a", "b.html": "b"})
}

func TestWhatHandbookDidNotWriteIsKept(t *testing.T) {
	out := filepath.Join(t.TempDir(), "public")
	write(t, filepath.Join(out, ".gitkeep"), "")
	write(t, filepath.Join(out, ".git", "HEAD"), "ref")
	_, err := publish.Write(t.Context(), out, site(map[string]string{"index.html": "one", "a/index.html": "a"}))
	must(t, err)
	write(t, filepath.Join(out, "CNAME"), "handbook.example.com")
	write(t, filepath.Join(out, "a", "notes.txt"), "mine")
	write(t, filepath.Join(out, "nested", "deep", "x.txt"), "mine too")
	must(t, os.Mkdir(filepath.Join(out, "empty"), 0o700))
	must(t, os.Symlink("CNAME", filepath.Join(out, "link")))
	before := stamps(t, out)

	stats, err := publish.Write(t.Context(), out, site(map[string]string{"index.html": "two"}))
	must(t, err)
	same(t, tree(t, out), map[string]string{
		"index.html": "two", ".gitkeep": "", ".git/": "", ".git/HEAD": "ref", "CNAME": "handbook.example.com", "link": "-> CNAME",
		"a/": "", "a/notes.txt": "mine", "nested/": "", "nested/deep/": "", "nested/deep/x.txt": "mine too", "empty/": "",
	})
	if want := (publish.Stats{Written: 1, Removed: 1, Foreign: 6, Made: 1}); stats != want {
		t.Errorf("%+v, want %+v", stats, want)
	}
	after := stamps(t, out)
	for _, p := range []string{"CNAME", "a/notes.txt", "nested/deep/x.txt", ".git/HEAD"} {
		if !os.SameFile(before[p], after[p]) || !before[p].ModTime().Equal(after[p].ModTime()) {
			t.Errorf("%s was touched", p)
		}
	}
	if info, err := os.Stat(filepath.Join(out, "empty")); err != nil || runtime.GOOS != "windows" && info.Mode().Perm() != 0o700 {
		t.Errorf("empty: %v, %v", info.Mode(), err)
	}
}

// publishes builds a site of texts by path.
func publishes(t *testing.T, out string, texts map[string]string) {
	t.Helper()
	_, err := publish.Write(t.Context(), out, site(texts))
	must(t, err)
}

// Other programs write into the folder while a build goes on: an answer to a certificate authority, an index of another tool.
func TestWhatIsWrittenDuringABuildStays(t *testing.T) {
	out := filepath.Join(t.TempDir(), "public")
	publishes(t, out, map[string]string{"index.html": "one", "old/index.html": "old"})
	must(t, os.MkdirAll(filepath.Join(out, "used", "empty"), 0o755))
	must(t, os.Mkdir(filepath.Join(out, "unused"), 0o755))
	for _, p := range []string{"kept.txt", "replaced.txt", "deleted.txt", "used/appended.txt"} {
		must(t, os.WriteFile(filepath.Join(out, p), []byte("before"), 0o644))
	}
	files := site(map[string]string{"index.html": "two", "new/index.html": "new"})
	made := files[0].Data
	files[0].Data = func() ([]byte, error) {
		must(t, os.MkdirAll(filepath.Join(out, ".well-known", "acme"), 0o755))
		must(t, os.WriteFile(filepath.Join(out, ".well-known", "acme", "token"), []byte("came"), 0o644))
		must(t, os.WriteFile(filepath.Join(out, "old", "note.txt"), []byte("came"), 0o644)) // into a folder of the old site
		must(t, os.WriteFile(filepath.Join(out, "other"), []byte("after"), 0o644))
		must(t, os.Rename(filepath.Join(out, "other"), filepath.Join(out, "replaced.txt")))
		must(t, os.Remove(filepath.Join(out, "deleted.txt")))
		must(t, os.Remove(filepath.Join(out, "unused")))
		must(t, os.Mkdir(filepath.Join(out, "made"), 0o755))
		f, err := os.OpenFile(filepath.Join(out, "used", "appended.txt"), os.O_APPEND|os.O_WRONLY, 0)
		must(t, err)
		_, err = f.WriteString(" and after")
		must(t, errors.Join(err, f.Close()))
		return made()
	}
	_, err := publish.Write(t.Context(), out, files)
	must(t, err)
	same(t, tree(t, out), map[string]string{
		"index.html": "two", "new/": "", "new/index.html": "new", "kept.txt": "before", "replaced.txt": "after", "used/": "", "used/empty/": "",
		"used/appended.txt": "before and after", ".well-known/": "", ".well-known/acme/": "", ".well-known/acme/token": "came", "old/": "", "old/note.txt": "came", "made/": "",
	})
	alone(t, out)
}

func TestWhatWasWrittenDuringAKilledBuildStays(t *testing.T) {
	out := filepath.Join(t.TempDir(), "public")
	publishes(t, out, map[string]string{"index.html": "two"})
	must(t, os.WriteFile(filepath.Join(out, "kept.txt"), []byte("kept"), 0o644))
	// As a build leaves it that was killed right behind the swap.
	old := filepath.Join(filepath.Dir(out), ".public.handbook-new-killed")
	publishes(t, old, map[string]string{"index.html": "one", "gone/index.html": "gone"})
	must(t, os.Link(filepath.Join(out, "kept.txt"), filepath.Join(old, "kept.txt")))
	must(t, os.WriteFile(filepath.Join(old, "token"), []byte("came"), 0o644))
	must(t, publish.Recover(t.Context(), out))
	same(t, tree(t, out), map[string]string{"index.html": "two", "kept.txt": "kept", "token": "came"})
	alone(t, out)
}

func TestAFolderOfSomethingElseIsRefused(t *testing.T) {
	dir := t.TempDir()
	content := filepath.Join(dir, "site", "content")
	write(t, filepath.Join(content, "a.md"), "a")
	write(t, filepath.Join(dir, "full", "thesis.tex"), "years of work")
	write(t, filepath.Join(dir, "file"), "a file")
	write(t, filepath.Join(dir, "damaged", ".handbook-manifest"), "??\n")
	must(t, os.Symlink(filepath.Join(dir, "full"), filepath.Join(dir, "link")))
	must(t, os.Symlink("nowhere", filepath.Join(dir, "dangling")))
	must(t, os.Symlink(content, filepath.Join(dir, "tocontent")))
	before := tree(t, dir)
	for _, c := range []struct{ out, want string }{
		{"full", "the folder is not empty, and handbook did not write what is in it"},
		{"link", "the folder is not empty, and handbook did not write what is in it"},
		{"file", "a file, not a folder"},
		{"dangling", "a symbolic link that leads nowhere"},
		{"damaged", "the list of what handbook wrote is damaged"},
		{"site/content", "the site would replace the folder it is made from"},
		{"tocontent", "the site would replace the folder it is made from"},
		{"site", "the site would replace the folder it is made from"},
		{".", "the site would replace the folder it is made from"},
	} {
		_, err := publish.Write(t.Context(), filepath.Join(dir, c.out), site(map[string]string{"index.html": "x"}), content)
		refused, ok := errors.AsType[*publish.RefusedError](err)
		if !ok || refused.Text != c.want || refused.Help == "" {
			t.Errorf("%s: %v, want %q and a next step", c.out, err, c.want)
		}
	}
	same(t, tree(t, dir), before)
}

func TestALinkToAnOutputFolderIsFollowed(t *testing.T) {
	dir := t.TempDir()
	must(t, os.Mkdir(filepath.Join(dir, "real"), 0o755))
	must(t, os.Symlink("real", filepath.Join(dir, "public")))
	for _, text := range []string{"one", "two"} {
		_, err := publish.Write(t.Context(), filepath.Join(dir, "public"), site(map[string]string{"index.html": text}))
		must(t, err)
		same(t, tree(t, dir), map[string]string{"public": "-> real", "real/": "", "real/.handbook-manifest": tree(t, dir)["real/.handbook-manifest"], "real/index.html": text})
	}
}

func TestFilesThatCannotLieTogetherAreRefused(t *testing.T) {
	file := func(p string) publish.File {
		return publish.File{Path: p, Data: func() ([]byte, error) { return []byte("x"), nil }}
	}
	out := filepath.Join(t.TempDir(), "public")
	for _, c := range []struct {
		paths []string
		want  string
	}{
		{[]string{"../x"}, "not a path below the output folder"},
		{[]string{"a/../../x"}, "not a path below the output folder"},
		{[]string{"/etc/x"}, "not a path below the output folder"},
		{[]string{"a//b"}, "not a path below the output folder"},
		{[]string{""}, "not a path below the output folder"},
		{[]string{"."}, "not a path below the output folder"},
		{[]string{"a\x00b"}, "not a path below the output folder"},
		{[]string{"a\nb"}, "not a path below the output folder"},
		{[]string{".handbook-manifest"}, "the name is taken by handbook's own list of files"},
		{[]string{"a/.handbook-keys"}, "the name is taken by handbook's own list of files"},
		{[]string{"a", "b", "a"}, "two files of the site have this path"},
		{[]string{"a/b/c", "a"}, "a file, and a folder that holds a/b/c"},
	} {
		var files []publish.File
		for _, p := range c.paths {
			files = append(files, file(p))
		}
		_, err := publish.Write(t.Context(), out, files)
		if refused, ok := errors.AsType[*publish.RefusedError](err); !ok || refused.Text != c.want {
			t.Errorf("%q: %v, want %q", c.paths, err, c.want)
		}
	}
	if _, err := os.Stat(out); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("something was written: %v", err)
	}
}

func TestASiteThatWantsThePlaceOfAForeignFileIsRefused(t *testing.T) {
	out := filepath.Join(t.TempDir(), "public")
	_, err := publish.Write(t.Context(), out, site(map[string]string{"index.html": "one"}))
	must(t, err)
	write(t, filepath.Join(out, "CNAME"), "mine")
	write(t, filepath.Join(out, "folder", "x.txt"), "mine")
	before := tree(t, out)
	for _, p := range []string{"CNAME", "CNAME/index.html", "folder", "folder/x.txt"} {
		_, err := publish.Write(t.Context(), out, site(map[string]string{p: "x"}))
		if refused, ok := errors.AsType[*publish.RefusedError](err); !ok || !strings.HasPrefix(p, refused.Path) {
			t.Errorf("%s: %v", p, err)
		}
	}
	same(t, tree(t, out), before)
	_, err = publish.Write(t.Context(), out, site(map[string]string{"folder/y.html": "beside it is fine"}))
	must(t, err)
}

func TestAFailureLeavesTheOldSite(t *testing.T) {
	out := filepath.Join(t.TempDir(), "public")
	old := map[string]string{}
	for i := range 50 {
		old[fmt.Sprintf("p%d.html", i)] = fmt.Sprint("old ", i)
	}
	_, err := publish.Write(t.Context(), out, site(old))
	must(t, err)
	write(t, filepath.Join(out, "CNAME"), "mine")
	before, touched := tree(t, out), stamps(t, out)

	broken := errors.New("disk full")
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	for name, c := range map[string]struct {
		ctx  context.Context
		fail func() error
		want error
	}{
		"an error":     {t.Context(), func() error { return broken }, broken},
		"an interrupt": {ctx, func() error { cancel(); return nil }, context.Canceled},
		"too late":     {ctx, func() error { return nil }, context.Canceled},
	} {
		var files []publish.File
		for i := range 50 {
			files = append(files, publish.File{Path: fmt.Sprintf("p%d.html", i), Data: func() ([]byte, error) {
				if i == 25 {
					return []byte("new"), c.fail()
				}
				return []byte("new"), nil
			}})
		}
		if name == "too late" {
			cancel()
		}
		if _, err := publish.Write(c.ctx, out, files); !errors.Is(err, c.want) {
			t.Errorf("%s: %v", name, err)
		}
		same(t, tree(t, out), before)
		for p, info := range stamps(t, out) {
			if !os.SameFile(info, touched[p]) {
				t.Errorf("%s: %s was touched", name, p)
			}
		}
		alone(t, out)
	}
}

func TestEachFileIsMadeOnce(t *testing.T) {
	out := filepath.Join(t.TempDir(), "public")
	for round := range 3 {
		calls := make([]atomic.Int32, 200)
		var files []publish.File
		for i := range calls {
			files = append(files, publish.File{Path: fmt.Sprintf("%d/%d.html", i%7, i), Data: func() ([]byte, error) {
				calls[i].Add(1)
				return fmt.Appendf(nil, "%d %d", i, round*(i%2)), nil
			}})
		}
		_, err := publish.Write(t.Context(), out, files)
		must(t, err)
		for i := range calls {
			if n := calls[i].Load(); n != 1 {
				t.Errorf("round %d: file %d was made %d times", round, i, n)
			}
		}
	}
}

func TestWhatKilledBuildsLeftIsClearedAway(t *testing.T) {
	dir := t.TempDir()
	out := filepath.Join(dir, "public")
	_, err := publish.Write(t.Context(), out, site(map[string]string{"index.html": "one"}))
	must(t, err)
	write(t, filepath.Join(dir, ".public.handbook-new-abc", ".handbook-manifest"), "")
	write(t, filepath.Join(dir, ".public.handbook-new-abc", "x.html"), "x")
	must(t, os.Mkdir(filepath.Join(dir, ".public.handbook-new-def"), 0o755))
	write(t, filepath.Join(dir, ".public.handbook-new-mine", "thesis.tex"), "not ours: it has no mark")
	write(t, filepath.Join(dir, ".other.handbook-new-abc", ".handbook-manifest"), "another site's")
	must(t, publish.Recover(t.Context(), out))
	got := tree(t, dir)
	delete(got, "public/.handbook-manifest")
	same(t, got, map[string]string{
		"public/": "", "public/index.html": "one",
		".public.handbook-new-mine/": "", ".public.handbook-new-mine/thesis.tex": "not ours: it has no mark",
		".other.handbook-new-abc/": "", ".other.handbook-new-abc/.handbook-manifest": "another site's",
	})
}

func TestTwoBuildsAtATimeFollowEachOther(t *testing.T) {
	out := filepath.Join(t.TempDir(), "public")
	texts := func(word string) map[string]string {
		all := map[string]string{}
		for i := range 40 {
			all[fmt.Sprintf("p%d.html", i)] = word
		}
		return all
	}
	errs := make(chan error)
	for _, word := range []string{"one", "two", "three"} {
		go func() {
			_, err := publish.Write(t.Context(), out, site(texts(word)))
			errs <- err
		}()
	}
	for range 3 {
		must(t, <-errs)
	}
	got := tree(t, out)
	same(t, got, texts(got["p0.html"]))
	alone(t, out)
}

func TestTheManifestListsWhatHandbookWrote(t *testing.T) {
	out := filepath.Join(t.TempDir(), "public")
	write(t, filepath.Join(out, ".gitkeep"), "")
	_, err := publish.Write(t.Context(), out, site(map[string]string{"b.txt": "b", "a/index.html": "a", "a b.txt": ""}))
	must(t, err)
	data, err := os.ReadFile(filepath.Join(out, ".handbook-manifest"))
	must(t, err)
	const want = `e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855  a b.txt
ca978112ca1bbdcafac231b39a23dc4da786eff8147c4e72b9807785afee48bb  a/index.html
3e23e8160039594a33894f6564e1b1348bbd7a0088d42c4acb73eeaed59c009d  b.txt
`
	if string(data) != want {
		t.Errorf("got:\n%s\nwant:\n%s", data, want)
	}
}

func TestAReaderNeverFindsTheSiteMissing(t *testing.T) {
	if runtime.GOOS != "linux" && runtime.GOOS != "darwin" {
		t.Skip("this system cannot exchange two folders in one step")
	}
	out := filepath.Join(t.TempDir(), "public")
	_, err := publish.Write(t.Context(), out, site(map[string]string{"index.html": "first"}))
	must(t, err)
	ctx, stop := context.WithCancel(t.Context())
	missing := make(chan int)
	go func() {
		n := 0
		for ctx.Err() == nil {
			if _, err := os.Stat(filepath.Join(out, "index.html")); err != nil {
				n++
			}
		}
		missing <- n
	}()
	for i := range 200 {
		_, err := publish.Write(t.Context(), out, site(map[string]string{"index.html": fmt.Sprint(i)}))
		must(t, err)
	}
	stop()
	if n := <-missing; n > 0 {
		t.Errorf("the site was missing %d times", n)
	}
}
