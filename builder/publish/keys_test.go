package publish_test

import (
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"runtime"
	"sync"
	"testing"
	"time"

	"handbook/builder/memo"
	"handbook/builder/publish"
)

func keyOf(text string) memo.Sum { return memo.SumOf([]byte(text)) }

const keysName = ".handbook-keys"

// texts are a small site.
func texts() map[string]string {
	return map[string]string{"index.html": "one", "a/index.html": "two", "a/b/index.html": "three", "feed.xml": "four"}
}

// aged publishes a site, and makes its files look as if that was an hour ago.
func aged(t *testing.T, out string, texts map[string]string) {
	t.Helper()
	publishes(t, out, texts)
	age(t, out)
	publishes(t, out, texts)
}

func age(t *testing.T, out string) {
	t.Helper()
	long := time.Now().Add(-time.Hour)
	for p := range stamps(t, out) {
		must(t, os.Chtimes(filepath.Join(out, filepath.FromSlash(p)), long, long))
	}
}

// counts publishes a site and compares what was done.
func counts(t *testing.T, what, out string, files []publish.File, want publish.Stats) {
	t.Helper()
	stats, err := publish.Write(t.Context(), out, files)
	must(t, err)
	if stats != want {
		t.Errorf("%s: %+v, want %+v", what, stats, want)
	}
}

func TestWhatHasTheSameKeyIsNeitherMadeNorRead(t *testing.T) {
	out := filepath.Join(t.TempDir(), "public")
	now := texts()
	counts(t, "new", out, site(now), publish.Stats{Written: 4, Made: 4})
	counts(t, "just written", out, site(now), publish.Stats{Same: 4, Read: 4})
	age(t, out)
	counts(t, "touched", out, site(now), publish.Stats{Same: 4, Read: 4})
	before := stamps(t, out)
	counts(t, "the same", out, site(now), publish.Stats{Same: 4})
	for p, info := range stamps(t, out) {
		if !os.SameFile(info, before[p]) || !info.ModTime().Equal(before[p].ModTime()) {
			t.Errorf("%s was touched", p)
		}
	}
	now["feed.xml"] = "five"
	counts(t, "one changed", out, site(now), publish.Stats{Written: 1, Same: 3, Made: 1})
	same(t, withoutFolders(tree(t, out)), now)
	age(t, out)
	publishes(t, out, now)

	other := site(now)
	for i := range other {
		other[i].Key = func() memo.Sum { return keyOf("another program") }
	}
	counts(t, "other keys, same bytes", out, other, publish.Stats{Same: 4, Made: 4})
	counts(t, "these again", out, other, publish.Stats{Same: 4})
	for i := range other {
		other[i].Key = func() memo.Sum { return memo.Sum{} }
	}
	counts(t, "keys that are not known", out, other, publish.Stats{Same: 4, Made: 4})
	counts(t, "these again", out, other, publish.Stats{Same: 4, Made: 4})
	counts(t, "keys again", out, site(now), publish.Stats{Same: 4, Made: 4})
	delete(now, "a/index.html")
	counts(t, "one less", out, site(now), publish.Stats{Same: 3, Removed: 1})
	same(t, withoutFolders(tree(t, out)), now)
}

func TestACopiedSiteIsReadAndNotMade(t *testing.T) {
	dir := t.TempDir()
	out, there := filepath.Join(dir, "public"), filepath.Join(dir, "there")
	aged(t, out, texts())
	must(t, os.CopyFS(there, os.DirFS(out)))
	counts(t, "copied", there, site(texts()), publish.Stats{Same: 4, Read: 4})
	age(t, there)
	publishes(t, there, texts())
	counts(t, "the same", there, site(texts()), publish.Stats{Same: 4})
}

// damages are what may befall a site.
func damages(t *testing.T) map[string]func(out string) {
	at := func(out, p string) string { return filepath.Join(out, filepath.FromSlash(p)) }
	rewrite := func(out, p, text string, keep bool) {
		info, err := os.Stat(at(out, p))
		must(t, err)
		must(t, os.WriteFile(at(out, p), []byte(text), 0o644))
		if keep {
			must(t, os.Chtimes(at(out, p), info.ModTime(), info.ModTime()))
		}
	}
	all := map[string]func(out string){
		"nothing":       func(string) {},
		"edited":        func(out string) { rewrite(out, "index.html", "0ne", false) },
		"cut short":     func(out string) { rewrite(out, "index.html", "", true) },
		"deleted":       func(out string) { must(t, os.Remove(at(out, "a/b/index.html"))) },
		"a folder gone": func(out string) { must(t, os.RemoveAll(at(out, "a"))) },
		"replaced": func(out string) {
			must(t, os.Rename(at(out, "feed.xml"), at(out, "index.html")))
		},
		"a link to itself as it was": func(out string) {
			must(t, os.Rename(at(out, "index.html"), at(filepath.Dir(out), "elsewhere")))
			must(t, os.Symlink(at(filepath.Dir(out), "elsewhere"), at(out, "index.html")))
		},
		"no keys":     func(out string) { must(t, os.Remove(at(out, keysName))) },
		"keys empty":  func(out string) { rewrite(out, keysName, "", false) },
		"keys longer": func(out string) { rewrite(out, keysName, string(make([]byte, 5000)), false) },
		"keys of another site": func(out string) {
			other := texts()
			for p := range other {
				other[p] += " of another site"
			}
			aged(t, at(filepath.Dir(out), "other"), other)
			must(t, os.Rename(at(filepath.Dir(out), "other/"+keysName), at(out, keysName)))
		},
		"a site of the same files": func(out string) {
			other := texts()
			other["index.html"] = "not"
			must(t, os.RemoveAll(out))
			aged(t, out, other)
		},
		"keys a folder": func(out string) {
			must(t, os.Remove(at(out, keysName)))
			must(t, os.MkdirAll(at(out, keysName+"/deep"), 0o755))
		},
		"keys a link": func(out string) {
			must(t, os.Rename(at(out, keysName), at(filepath.Dir(out), "mine")))
			must(t, os.Symlink(at(filepath.Dir(out), "mine"), at(out, keysName)))
		},
	}
	if runtime.GOOS == "linux" { // which tells that a file was changed, whatever its time says
		all["edited, with its old time"] = func(out string) { rewrite(out, "index.html", "0ne", true) }
	}
	return all
}

func TestAnyDamageIsMended(t *testing.T) {
	for name, damage := range damages(t) {
		t.Run(name, func(t *testing.T) {
			out := filepath.Join(t.TempDir(), "public")
			aged(t, out, texts())
			damage(out)
			mine, _ := os.ReadFile(filepath.Join(filepath.Dir(out), "mine"))
			for _, what := range []string{"at once", "again"} {
				publishes(t, out, texts())
				if got := withoutFolders(tree(t, out)); !maps.Equal(got, texts()) {
					t.Errorf("%s: %v", what, got)
				}
			}
			if now, _ := os.ReadFile(filepath.Join(filepath.Dir(out), "mine")); string(now) != string(mine) {
				t.Error("a file beside the folder was written to")
			}
			alone(t, out)
		})
	}
}

// Whatever a torn or flipped file of keys says, no file is taken for another version of itself.
func TestDamagedKeysTellNothing(t *testing.T) {
	out := filepath.Join(t.TempDir(), "public")
	aged(t, out, texts())
	name := filepath.Join(out, keysName)
	keys, err := os.ReadFile(name)
	must(t, err)
	try := func(what string, data []byte) {
		t.Helper()
		must(t, os.WriteFile(name, data, 0o644))
		stats, err := publish.Write(t.Context(), out, site(texts()))
		must(t, err)
		if want := (publish.Stats{Same: 4, Made: 4, Read: 4}); stats != want {
			t.Errorf("%s: %+v, want %+v", what, stats, want)
		}
	}
	for n := range keys {
		try(fmt.Sprint("cut at ", n), keys[:n])
		flipped := append([]byte{}, keys...)
		flipped[n] ^= 1 << (n % 8)
		try(fmt.Sprint("flipped at ", n), flipped)
	}
	same(t, withoutFolders(tree(t, out)), texts())
	must(t, os.WriteFile(name, keys, 0o644))
	counts(t, "as they were", out, site(texts()), publish.Stats{Same: 4})
}

// A file that is edited while a build goes on is mended by the next one, though its key stays.
func TestAnEditDuringABuildIsNotBelieved(t *testing.T) {
	for _, swapped := range []bool{true, false} {
		out := filepath.Join(t.TempDir(), "public")
		old := texts()
		aged(t, out, old)
		now := texts()
		if swapped {
			now["index.html"] = "new"
		}
		files := site(now)
		for i := range files {
			if f := &files[i]; f.Path == "index.html" {
				f.Key, f.Data = nil, func() ([]byte, error) {
					must(t, os.WriteFile(filepath.Join(out, "a", "index.html"), []byte("2wo"), 0o644))
					return []byte(now["index.html"]), nil
				}
			}
		}
		_, err := publish.Write(t.Context(), out, files)
		must(t, err)
		publishes(t, out, now)
		if got := withoutFolders(tree(t, out)); !maps.Equal(got, now) {
			t.Errorf("swapped %v: %v", swapped, got)
		}
	}
}

func TestTwoBuildsAtATimeNoteWhatTheyWrote(t *testing.T) {
	out := filepath.Join(t.TempDir(), "public")
	one, two := texts(), texts()
	two["index.html"], two["feed.xml"] = "1", "4"
	delete(two, "a/b/index.html")
	for range 5 {
		var builds sync.WaitGroup
		for i := range 4 {
			builds.Go(func() {
				if _, err := publish.Write(t.Context(), out, site([]map[string]string{one, two}[i%2])); err != nil {
					t.Error(err)
				}
			})
		}
		builds.Wait()
		publishes(t, out, one)
		same(t, withoutFolders(tree(t, out)), one)
	}
	alone(t, out)
}

// TestKeysAreSmall holds what is noted to some bytes a file.
func TestKeysAreSmall(t *testing.T) {
	out := filepath.Join(t.TempDir(), "public")
	many := map[string]string{}
	for i := range 100 {
		many[fmt.Sprintf("a/rather/long/path/to/page-%d.html", i)] = "text"
	}
	publishes(t, out, many)
	info, err := os.Stat(filepath.Join(out, keysName))
	must(t, err)
	if info.Size() > 2_500 {
		t.Errorf("%d bytes", info.Size())
	}
}
