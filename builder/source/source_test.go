package source_test

import (
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"handbook/builder/diag"
	"handbook/builder/source"
)

// site writes files below a new folder and returns it. A name that ends in a slash is a folder; a value "-> X" makes
// a symbolic link to X.
func site(t *testing.T, files map[string]string) source.Folder {
	t.Helper()
	root, err := filepath.EvalSymlinks(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	names := make([]string, 0, len(files))
	for name := range files {
		names = append(names, name)
	}
	slices.Sort(names)
	for _, name := range names {
		disk := filepath.Join(root, filepath.FromSlash(name))
		dir := filepath.Dir(disk)
		if strings.HasSuffix(name, "/") {
			dir = disk
		}
		if err := os.MkdirAll(dir, 0o755); err != nil {
			t.Fatal(err)
		}
		if target, ok := strings.CutPrefix(files[name], "-> "); ok {
			err = os.Symlink(strings.ReplaceAll(target, "ROOT", root), disk)
		} else if !strings.HasSuffix(name, "/") {
			err = os.WriteFile(disk, []byte(files[name]), 0o644)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	return source.Folder{Root: root, Content: filepath.Join(root, "content")}
}

// listing is a snapshot as a person would note it down.
func listing(s source.Snapshot) string {
	var b strings.Builder
	list := func(kind string, files []source.File) {
		for _, f := range files {
			fmt.Fprintf(&b, "%s %s\n", kind, f.Path)
		}
	}
	if s.Config != nil {
		list("config", []source.File{*s.Config})
	}
	list("page", s.Pages)
	list("asset", s.Assets)
	list("theme", s.Theme)
	list("record", s.Records)
	return b.String()
}

func messages(list diag.List) string {
	var b strings.Builder
	for _, m := range list {
		fmt.Fprintf(&b, "%s: %s: %s [%s]\n", m.File, m.Severity, m.Text, m.Rule)
		if m.Help == "" {
			fmt.Fprintf(&b, "%s: no next step\n", m.File)
		}
	}
	return b.String()
}

func equal(t *testing.T, what, got, want string) {
	t.Helper()
	if want = strings.TrimLeft(want, "\n"); got != want {
		t.Errorf("%s:\ngot:\n%s\nwant:\n%s", what, got, want)
	}
}

var everyKind = map[string]string{
	"handbook.yaml":                  "name: A\n",
	"README.md":                      "not content",
	"content/_index.md":              "home",
	"content/a.md":                   "a",
	"content/B.MD":                   "b",
	"content/c.markdown":             "c",
	"content/logo.png":               "png",
	"content/deep/er/x.md":           "x",
	"content/deep/_index.MD":         "deep",
	"content/.git/config":            "git",
	"content/.hidden.md":             "hidden",
	"content/_draft.md":              "draft",
	"content/_drafts/x.md":           "draft",
	"content/a.md~":                  "left by an editor",
	"content/a.md.swp":               "left by an editor",
	"content/#a.md#":                 "left by an editor",
	"content/4913":                   "left by an editor",
	"content/deep/.DS_Store":         "left by a file manager",
	"content/deep/Thumbs.db":         "left by a file manager",
	"content/_records/reviews.jsonl": "{}",
	"content/_records/.tmp":          "",
	"content/deep/_records/x.jsonl":  "not at the top",
	"themes/acme/page.html":          "page",
	"themes/acme/partials/_a.html":   "partial",
	"themes/acme/.git":               "git",
	"themes/other/page.html":         "other",
}

const everyKindListing = `
config handbook.yaml
page B.MD
page _index.md
page a.md
page c.markdown
page deep/_index.MD
page deep/er/x.md
asset logo.png
theme page.html
theme partials/_a.html
theme page.html
record _records/reviews.jsonl
`

func TestLoadSortsFilesByWhatTheyAre(t *testing.T) {
	snap, list := source.Load(site(t, everyKind))
	equal(t, "files", listing(snap), everyKindListing)
	equal(t, "messages", messages(list), "")
}

func TestMemoryGivesTheSameSnapshotAsDisk(t *testing.T) {
	snap := source.Memory(everyKind)
	equal(t, "files", listing(snap), everyKindListing)
	disk, _ := source.Load(site(t, everyKind))
	for _, f := range slices.Concat(disk.Pages, disk.Assets, disk.Theme, disk.Records) {
		m, ok := snap.File(f.Name)
		if !ok {
			t.Fatalf("no %s in memory", f.Name)
		}
		a, _ := f.Read()
		if b, err := m.Read(); err != nil || string(a) != string(b) {
			t.Errorf("%s: %q in memory, %q on disk (%v)", f.Name, b, a, err)
		}
	}
}

func TestAFileIsFoundByTheNameThatMessagesGiveIt(t *testing.T) {
	snap, _ := source.Load(site(t, everyKind))
	for name, want := range map[string]string{
		"content/deep/er/x.md":           "x",
		"content/logo.png":               "png",
		"handbook.yaml":                  "name: A\n",
		"themes/acme/page.html":          "page",
		"themes/other/page.html":         "other",
		"content/_records/reviews.jsonl": "{}",
	} {
		if got, err := snap.Read(name); err != nil || string(got) != want {
			t.Errorf("%s: %q, %v; want %q", name, got, err, want)
		}
	}
	if _, err := snap.Read("content/nowhere.md"); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("a file that is not there: %v", err)
	}
}

func TestAThemeIsItsFiles(t *testing.T) {
	snap, _ := source.Load(site(t, everyKind))
	var got strings.Builder
	theme := snap.ThemeFiles("acme")
	for _, p := range slices.Sorted(maps.Keys(theme)) {
		data, err := theme[p]()
		fmt.Fprintf(&got, "%s: %s %v\n", p, data, err)
	}
	equal(t, "theme", got.String(), "page.html: page <nil>\npartials/_a.html: partial <nil>\n")
	for _, name := range []string{"", "acm", "none"} {
		if snap.ThemeFiles(name) != nil {
			t.Errorf("a theme %q that is not there has files", name)
		}
	}
}

func TestLinksAreFollowedInsideTheFolderOnly(t *testing.T) {
	folder := site(t, map[string]string{
		"secret.md":               "secret",
		"outside/x.md":            "secret",
		"handbook.yaml":           "-> /etc/hosts",
		"content/real/a.md":       "a",
		"content/real/deep/b.md":  "b",
		"content/.git/config":     "token",
		"content/_shared/s.md":    "s",
		"content/file.md":         "-> real/a.md",
		"content/absolute.md":     "-> ROOT/content/real/a.md",
		"content/folder":          "-> real",
		"content/shared.md":       "-> _shared/s.md",
		"content/out.md":          "-> ../secret.md",
		"content/outfolder":       "-> ../outside",
		"content/out/absolute.md": "-> ROOT/secret.md",
		"content/hidden.txt":      "-> .git/config",
		"content/nowhere.md":      "-> gone.md",
		"content/self":            "-> self",
		"content/top":             "-> .",
		"content/real/deep/up":    "-> ..",
		"content/one/two":         "-> ../three",
		"content/three/four":      "-> ../one",
	})
	snap, list := source.Load(folder)
	equal(t, "files", listing(snap), `
page absolute.md
page file.md
page folder/a.md
page folder/deep/b.md
page real/a.md
page real/deep/b.md
page shared.md
`)
	equal(t, "messages", messages(list), `
content/folder/deep/up: warning: the symbolic link leads to a folder that holds it [symlink-outside]
content/hidden.txt: warning: the symbolic link leads to a hidden file or folder [symlink-outside]
content/nowhere.md: warning: the symbolic link leads nowhere [symlink-outside]
content/one/two/four: warning: the symbolic link leads to a folder that holds it [symlink-outside]
content/out.md: warning: the symbolic link leads out of the folder [symlink-outside]
content/out/absolute.md: warning: the symbolic link leads out of the folder [symlink-outside]
content/outfolder: warning: the symbolic link leads out of the folder [symlink-outside]
content/real/deep/up: warning: the symbolic link leads to a folder that holds it [symlink-outside]
content/self: warning: the symbolic link leads nowhere [symlink-outside]
content/three/four/two: warning: the symbolic link leads to a folder that holds it [symlink-outside]
content/top: warning: the symbolic link leads to a folder that holds it [symlink-outside]
handbook.yaml: warning: the symbolic link leads out of the folder [symlink-outside]
`)
	for _, name := range []string{"content/file.md", "content/absolute.md", "content/folder/a.md"} {
		if data, err := snap.Read(name); err != nil || string(data) != "a" {
			t.Errorf("%s: %q, %v", name, data, err)
		}
	}
}

func TestLinksThatMultiplyEnd(t *testing.T) {
	files := map[string]string{"content/0/x.md": "x"}
	for i := range 16 { // 2^16 ways from the last folder to the first
		files[fmt.Sprintf("content/%d/a", i+1)] = fmt.Sprintf("-> ../%d", i)
		files[fmt.Sprintf("content/%d/b", i+1)] = fmt.Sprintf("-> ../%d", i)
	}
	snap, list := source.Load(site(t, files))
	if len(snap.Pages) < 10 || len(snap.Pages) > 1000 {
		t.Errorf("%d pages", len(snap.Pages))
	}
	if got := messages(list); strings.Count(got, "too many folders and files") != 1 {
		t.Errorf("messages:\n%s", got)
	}
	again, more := source.Load(site(t, files))
	equal(t, "files, the second time", listing(again), listing(snap))
	equal(t, "messages, the second time", messages(more), messages(list))
}

func TestALinkPutInPlaceAfterLoadingIsNotReadOutOfTheFolder(t *testing.T) {
	folder := site(t, map[string]string{"secret/a.md": "secret", "content/sub/a.md": "a", "content/b.md": "b"})
	snap, _ := source.Load(folder)
	must(t, os.RemoveAll(filepath.Join(folder.Content, "sub")))
	must(t, os.Symlink(filepath.Join(folder.Root, "secret"), filepath.Join(folder.Content, "sub")))
	must(t, os.Remove(filepath.Join(folder.Content, "b.md")))
	must(t, os.Symlink("../secret/a.md", filepath.Join(folder.Content, "b.md")))
	for _, f := range snap.Pages {
		if data, err := f.Read(); err == nil {
			t.Errorf("%s: read %q", f.Name, data)
		} else if m := f.Problem(err); m.File != f.Name || m.Rule != diag.UnreadableFile || m.Help == "" {
			t.Errorf("message: %+v", m)
		}
	}
}

func TestAFolderThatIsNotThereIsAnError(t *testing.T) {
	folder := site(t, map[string]string{"handbook.yaml": "name: A\n"})
	_, list := source.Load(folder)
	equal(t, "messages", messages(list), "content: error: there is no content folder [unreadable-file]\n")

	folder.Content = filepath.Join(folder.Root, "handbook.yaml")
	_, list = source.Load(folder)
	equal(t, "messages", messages(list), "content: error: not a folder [unreadable-file]\n")
}

func TestAPageThatIsTooLargeIsReportedNotRead(t *testing.T) {
	folder := site(t, map[string]string{"content/small.md": "", "content/huge.md": "", "content/huge.mp4": ""})
	must(t, os.Truncate(filepath.Join(folder.Content, "huge.md"), 50<<20))
	must(t, os.Truncate(filepath.Join(folder.Content, "huge.mp4"), 50<<20))
	snap, list := source.Load(folder)
	equal(t, "files", listing(snap), "page small.md\nasset huge.mp4\n")
	equal(t, "messages", messages(list), "content/huge.md: error: 50.0 MB is more than the 8 MB that handbook reads [file-too-large]\n")

	must(t, os.Truncate(filepath.Join(folder.Content, "small.md"), 50<<20)) // grown since it was looked at
	_, err := snap.Pages[0].Read()
	if !errors.Is(err, source.ErrTooLarge) {
		t.Errorf("a file that grew: %v", err)
	}
	if m := snap.Pages[0].Problem(err); m.Rule != diag.FileTooLarge {
		t.Errorf("message: %+v", m)
	}
}

func TestASiteInsideTheContentFolderIsNotContent(t *testing.T) {
	folder := site(t, map[string]string{
		"handbook.yaml": "", "themes/a/page.html": "", "a.md": "a", "logo.png": "",
		"public/.handbook-manifest": "", "public/index.html": "", "public/deep/x.md": "",
	})
	folder.Content = folder.Root
	snap, list := source.Load(folder)
	equal(t, "files", listing(snap), "config handbook.yaml\npage a.md\nasset logo.png\ntheme page.html\n")
	equal(t, "messages", messages(list), "")
}

func TestAStampTellsVersionsApart(t *testing.T) {
	folder := site(t, map[string]string{"content/a.md": "one"})
	page := filepath.Join(folder.Content, "a.md")
	stamp := func() source.Stamp {
		snap, _ := source.Load(folder)
		return snap.Pages[0].Stamp
	}
	info, err := os.Stat(page)
	must(t, err)
	first := stamp()
	if !first.Racy {
		t.Error("a file that was written just now is not racy")
	}
	must(t, os.WriteFile(page, []byte("longer"), 0o644))
	if stamp() == first {
		t.Error("another size, the same stamp")
	}
	// The same size, and the time set back, but another file under the same name.
	other := filepath.Join(folder.Root, "other")
	must(t, os.WriteFile(other, []byte("two"), 0o644))
	must(t, os.Chtimes(other, info.ModTime(), info.ModTime()))
	must(t, os.Rename(other, page))
	if second := stamp(); second == first || second.Key() == first.Key() {
		t.Error("another file, the same stamp")
	}
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func TestIgnoreRules(t *testing.T) {
	for p, hidden := range map[string]bool{
		"a.md": false, "_index.md": false, "x/_index.markdown": false, "_index.html": true, "_index.md/x.md": true,
		"_x.md": true, "x/_y/z.png": true, ".x": true, "x/.y/z": true, "_records/a.jsonl": false, "_records/_a": false,
		"_records/.a": true, "x/_records/a": true, "a~": true, "#a#": true, "#a": false, "a.swp": true, "a___jb_tmp___": true, "": false,
	} {
		if source.Hidden(p) != hidden {
			t.Errorf("Hidden(%q) = %v", p, !hidden)
		}
	}
}

func TestCollectionsOfJekyllAreReadWhereItsConfigurationSaysSo(t *testing.T) {
	files := map[string]string{
		"content/_docs/a.md": "# A", "content/_posts/2026-01-02-b.md.erb": "# B", "content/_posts/.c.md": "# C", "content/_people/d.md": "# D",
		"content/_drafts/e.md": "# E", "content/_config.yml": "collections:\n  docs: {output: true}\n  people: {output: false}\n",
	}
	on, msgs := source.Load(site(t, files))
	equal(t, "messages", messages(msgs), "")
	pages := func(s source.Snapshot) (paths []string) {
		for _, f := range s.Pages {
			paths = append(paths, f.Path)
		}
		return paths
	}
	want := []string{"_docs/a.md", "_posts/2026-01-02-b.md.erb"}
	if !slices.Equal(pages(on), want) || !slices.Equal(pages(source.Memory(files)), want) {
		t.Errorf("on disk %q, in memory %q, want %q", pages(on), pages(source.Memory(files)), want)
	}
	delete(files, "content/_config.yml")
	if off, _ := source.Load(site(t, files)); len(off.Pages) > 0 {
		t.Errorf("without its configuration: %q", pages(off))
	}
}
