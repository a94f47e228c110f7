package builder

import (
	"fmt"
	"maps"
	"math/rand/v2"
	"os"
	"path/filepath"
	"sync/atomic"
	"testing"
	"time"

	"handbook/builder/fixture"
)

// spoil does to a cache folder what disks, other tools and other people do to it between two runs.
func spoil(t *testing.T, dir string, random *rand.Rand) {
	t.Helper()
	if info, err := os.Stat(dir); err == nil && !info.IsDir() {
		os.Remove(dir)
	}
	packs, err := filepath.Glob(filepath.Join(dir, "*.pack"))
	if err != nil {
		t.Fatal(err)
	}
	if len(packs) == 0 {
		return
	}
	pack := packs[random.IntN(len(packs))]
	data, err := os.ReadFile(pack)
	if err != nil {
		t.Fatal(err)
	}
	switch random.IntN(7) {
	case 0:
		data = data[:random.IntN(len(data)+1)]
	case 1:
		for i := random.IntN(200); i < len(data); i += 1 + random.IntN(400) {
			data[i] ^= byte(1 << random.IntN(8))
		}
	case 2:
		data = append(data, data[random.IntN(len(data)+1):]...)
	case 3:
		pack = packs[random.IntN(len(packs))] // which then has what another held, or its own
	case 4:
		os.RemoveAll(dir)
		pack = dir
	case 5:
		for i := range data {
			data[i] = byte(random.UintN(256))
		}
	}
	if err := os.WriteFile(pack, data, 0o600); err != nil {
		t.Fatal(err)
	}
}

// TestADamagedCacheCostsOnlyTime holds law 9 for the cache: each build is one of a new run of one of two programs, which share a
// folder that is spoiled between them.
func TestADamagedCacheCostsOnlyTime(t *testing.T) {
	seeds := uint64(10)
	if testing.Short() {
		seeds = 2
	}
	var read atomic.Int64
	t.Cleanup(func() { // when the runs are through
		if read.Load() == 0 {
			t.Error("nothing was ever read from the cache")
		}
	})
	for seed := range seeds {
		random := rand.New(rand.NewPCG(seed, 13))
		edits := make([]byte, 16)
		for i := range edits {
			edits[i] = byte(random.UintN(256))
		}
		t.Run(fmt.Sprint(seed), func(t *testing.T) {
			t.Parallel()
			cache := filepath.Join(t.TempDir(), "cache")
			eachEdit(edits, func(job Job, fresh *Session) {
				spoil(t, cache, random)
				s := OpenSession(cache, fmt.Sprint(random.UintN(8)/7))
				s.looks = fresh.looks
				read.Add(int64(checkSameAs(t, s, fresh, job).Work.Made["page"].Read))
				s.Close()
			})
			if t.Failed() {
				t.Errorf("the edits are %v", edits)
			}
		})
	}
}

// TestABranchSwitchIsSeen changes most files at once, as git does it: new texts of the same length, pages that go and come, a page
// that becomes a folder, a name in other letters, and no file newer than those before.
func TestABranchSwitchIsSeen(t *testing.T) {
	branch := func(word, only string) map[string]string {
		files := small()
		for i := range 2000 {
			files[fmt.Sprintf("content/guides/%d/page-%d.md", i%20, i)] = fmt.Sprintf("# Page %d %s\n\nSee [next](page-%d.md).\n", i, word, i+20)
		}
		files["content/guides/"+only+".md"] = "# Of one branch\n"
		return files
	}
	here, there := branch("here", "steps"), branch("away", "steps/first")
	delete(there, "content/specs/flow.svg")
	there["content/Guides/0/page-0.md"] = there["content/guides/0/page-0.md"]
	delete(there, "content/guides/0/page-0.md")

	job := folder(t, here)
	cache := t.TempDir()
	kept, day := OpenSession(cache, "1"), time.Now().Add(-time.Hour)
	defer kept.Close()
	if _, err := kept.Build(t.Context(), job); err != nil {
		t.Fatal(err)
	}
	kept.Flush()
	now := here
	for _, next := range []map[string]string{there, here} {
		for name := range now {
			if _, stays := next[name]; !stays {
				os.Remove(filepath.Join(job.Root, filepath.FromSlash(name)))
			}
		}
		write(t, job.Root, next)
		for name := range next {
			if err := os.Chtimes(filepath.Join(job.Root, filepath.FromSlash(name)), day, day); err != nil {
				t.Fatal(err)
			}
		}
		now = next
		fresh, err := dressed().Build(t.Context(), job)
		if err != nil {
			t.Fatal(err)
		}
		want := maps.Collect(titles(fresh))
		for who, s := range map[string]*Session{"the session": kept, "the next run": OpenSession(cache, "1")} {
			r, err := s.Build(t.Context(), job)
			if err != nil {
				t.Fatal(err)
			}
			if got := maps.Collect(titles(r)); !maps.Equal(got, want) || fixture.Lines(r.Messages) != fixture.Lines(fresh.Messages) {
				t.Errorf("%s finds %d pages, a build from nothing %d, and not the same ones", who, len(got), len(want))
			}
			if s != kept {
				s.Close()
			}
		}
	}
}

// titles are those of the pages of a build, by path.
func titles(r Result) func(yield func(string, string) bool) {
	return func(yield func(string, string) bool) {
		for _, n := range r.Book.Nodes {
			if !yield(n.ID, n.Title) {
				return
			}
		}
	}
}
