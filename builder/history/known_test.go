package history

import (
	"context"
	"fmt"
	"maps"
	"math/rand/v2"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"

	"handbook/builder/diag"
	"handbook/builder/fixture"
	"handbook/builder/memo"
)

// clone is a clone that knows so many commits back.
func (r repo) clone(depth int) repo {
	r.T.Helper()
	clone := repo{fixture.Repo{T: r.T, Dir: filepath.Join(r.T.TempDir(), "clone")}}
	r.Git("clone", "--quiet", fmt.Sprint("--depth=", depth), "file://"+r.Dir, clone.Dir)
	r.Must(os.MkdirAll(clone.content(), 0o777))
	return clone
}

func TestAShallowCloneTellsWhatIsRemembered(t *testing.T) {
	r := newRepo(t)
	r.Edit("2026-01-01", "Ana", "content/a.md", "One.\n")
	r.Edit("2026-02-02", "Ben", "content/a.md", "Two.\n")
	r.Edit("2026-02-03", "Ben", "content/gone.md", "Gone.\n")
	r.Git("rm", "--quiet", "content/gone.md")
	r.Commit("2026-02-04", "Cleo")
	cache := t.TempDir()
	want, _ := r.readWith(cache)
	texts := func(h History, cache string) string {
		store := memo.Open(cache, 1<<30, t.Name())
		defer store.Close()
		h.from.set = store.NewSet()
		texts := h.Texts(context.Background())
		defer texts.Close()
		text, err := texts.Text(h.Files["a.md"].First().After.Blob)
		return fmt.Sprint(string(text), err)
	}
	texts(want, cache)

	clone := r.clone(1)
	h, list := clone.readWith(cache)
	if len(list) != 0 || !h.Shallow || !reflect.DeepEqual(h.Files, want.Files) || len(h.Deleted("2026-01-01")) != 1 {
		t.Errorf("messages %v, shallow %v\n%v\nwant\n%v", list, h.Shallow, h.Files, want.Files)
	}
	if got := texts(h, cache); got != "One.\n<nil>" {
		t.Errorf("the text of a commit that is not there is %s", got)
	}
	if got := texts(h, t.TempDir()); got == "One.\n<nil>" {
		t.Error("a text that nobody asked for is there")
	}
	_, list = clone.readWith(t.TempDir())
	oneMessage(t, list, diag.ShallowHistory)
}

func TestAShallowCloneGoesOnFromWhatIsRemembered(t *testing.T) {
	r := newRepo(t)
	r.Edit("2026-01-01", "Ana", "content/a.md", "One.\n")
	r.Edit("2026-02-02", "Ben", "content/a.md", "Two.\n")
	cache := t.TempDir()
	r.readWith(cache)
	r.Edit("2026-03-03", "Cleo", "content/a.md", "Three.\n")
	r.Edit("2026-03-04", "Cleo", "content/new.md", "New.\n")
	pages := map[string]string{"a.md": "2026-03-03 Cleo, 3 changes since 2026-01-01", "new.md": "2026-03-04 Cleo, new"}

	_, list := r.clone(2).readWith(cache) // does not reach the commit that is known
	oneMessage(t, list, diag.ShallowHistory)
	clone := r.clone(3)
	h, list := clone.readWith(cache)
	checkPages(t, h, pages)
	if len(list) != 0 {
		t.Errorf("messages %v", list)
	}
	h, _ = r.clone(1).readWith(cache) // which left the new one behind
	checkPages(t, h, pages)

	// What was at the path before may have been the same page.
	r.Git("rm", "--quiet", "content/new.md")
	r.Commit("2026-04-01", "Dan")
	r.readWith(cache)
	r.Edit("2026-04-02", "Dan", "content/new.md", "New.\n")
	_, list = r.clone(2).readWith(cache)
	oneMessage(t, list, diag.ShallowHistory)
}

// TestWhatIsRememberedChangesNothing compares histories that go on from remembered ones with those that are read from the
// beginning: all that a full clone gives is the same, and a shallow one gives the same or refuses. Random commits edit, move,
// delete and restore pages, some by files elsewhere, are merged, ignored, and made by clocks that stand or run backwards.
func TestWhatIsRememberedChangesNothing(t *testing.T) {
	seeds := 6
	if os.Getenv("HANDBOOK_SWEEP") == "all" {
		seeds = 300
	}
	var full, shallow tally
	for seed := range seeds {
		rnd := rand.New(rand.NewPCG(uint64(seed), 2))
		r := newRepo(t)
		commits := r.importMoves(rnd, 40)
		last := commits[len(commits)-1]
		r.Git("checkout", "--quiet", "--force", "-B", "main", last)
		var ignored []string
		for range rnd.IntN(8) {
			ignored = append(ignored, commits[rnd.IntN(len(commits))]+"\n")
		}
		lists := []string{strings.Join(ignored, ""), strings.Join(ignored[:len(ignored)/2], "")}
		r.Write(".git-blame-ignore-revs", lists[0])
		cache := t.TempDir()
		for _, commit := range commits {
			if rnd.IntN(4) == 0 {
				full.agree(cache, commit, r, r)
			}
		}
		for i := range 4 {
			clone, here := r.clone(1+rnd.IntN(12)), filepath.Join(t.TempDir(), "cache")
			r.Write(".git-blame-ignore-revs", lists[i%2])
			clone.Write(".git-blame-ignore-revs", lists[i%2])
			r.Must(os.CopyFS(here, os.DirFS(cache)))
			shallow.agree(here, last, r, clone)
		}
		if t.Failed() {
			t.Fatalf("seed %d, ignored %v", seed, ignored)
		}
	}
	t.Logf("full clones: %+v; shallow ones: %+v", full, shallow)
	if full.joined < 3*seeds || full.refused > 0 || shallow.joined < seeds/2 || shallow.tracked < seeds/4 || shallow.refused == 0 {
		t.Error("which is not much")
	}
}

// Two cases that chance seldom finds.
func TestHistoriesThatMeetLate(t *testing.T) {
	r := newRepo(t)
	for day := range 5 { // which the clones leave out
		r.Edit(fmt.Sprint("2026-01-0", 1+day), "Ana", "src/x", fmt.Sprint(day))
	}
	r.Edit("2026-01-06", "Ana", "content/a.md", "One.\n")
	r.Edit("2026-03-03", "Ana", "content/a.md", "Two.\n")
	cache := t.TempDir()
	var n tally
	n.agreeOn(cache, []string{"src"}, r.Git("rev-parse", "HEAD"), r, r)

	// A branch takes back what it did to a file, so that what it did is left out.
	r.Git("checkout", "--quiet", "-b", "branch")
	r.Edit("2026-03-04", "Ben", "src/x", "2")
	r.Edit("2026-03-05", "Ben", "src/x", "4")
	r.Git("checkout", "--quiet", "main")
	r.merge("2026-03-06", "Merger", "branch", "", "")
	n.agreeOn(cache, []string{"src"}, r.Git("rev-parse", "HEAD"), r, r.clone(4))
	if n.joined != 1 || n.tracked != 1 {
		t.Errorf("a shallow clone told %+v", n)
	}

	// A page has a second beginning, in another repository, between its edits in this one.
	r.Git("checkout", "--quiet", "--orphan", "other")
	r.Edit("2026-02-02", "Cleo", "content/a.md", "Other.\n")
	r.Git("checkout", "--quiet", "main")
	r.merge("2026-04-04", "Merger", "other", "content/a.md", "Both.\n", "--allow-unrelated-histories")
	n.agreeOn(cache, []string{"src"}, r.Git("rev-parse", "HEAD"), r, r.clone(4))
	if n.refused != 1 {
		t.Errorf("a shallow clone told %+v", n)
	}
}

// tally counts what clones told with the help of what was remembered.
type tally struct{ joined, tracked, refused int }

// agree compares what a clone tells of a commit, with a cache, with what the repository tells from the beginning.
func (n *tally) agree(cache, commit string, r, clone repo) {
	r.T.Helper()
	n.agreeOn(cache, []string{"content", "notes/*", "nothing"}, commit, r, clone)
}

func (n *tally) agreeOn(cache string, patterns []string, commit string, r, clone repo) {
	r.T.Helper()
	ctx, since := context.Background(), "2026-01-02"
	want, list := Read(ctx, r.content(), Options{At: commit})
	wantTracked, err := want.Track(ctx, patterns, since)
	if err != nil || len(list) > 0 {
		r.T.Fatal(list, err)
	}
	store := memo.Open(cache, 1<<30, "1")
	defer store.Close()
	set := store.NewSet()
	got, list := Read(ctx, clone.content(), Options{At: commit, Set: set})
	tracked, err := got.Track(ctx, patterns, since)
	if len(list) > 0 {
		n.refused++
		if !got.Shallow || got.Files != nil || err != nil {
			r.T.Errorf("%.8s: %d dates, messages %v, %v", commit, len(got.Files), list, err)
		}
		return
	}
	n.joined += min(1, set.Counts()["history"].Read)
	for _, path := range slices.Sorted(maps.Keys(want.Files)) {
		if f := got.Files[path]; !reflect.DeepEqual(f, want.Files[path]) {
			r.T.Errorf("%.8s: %s\n%+v\nwant\n%+v", commit, path, f, want.Files[path])
		}
	}
	if len(got.Files) != len(want.Files) {
		r.T.Errorf("%.8s: %d pages, want %d", commit, len(got.Files), len(want.Files))
	}
	if a, b := got.Deleted("2026-01-01"), want.Deleted("2026-01-01"); !reflect.DeepEqual(a, b) {
		r.T.Errorf("%.8s: deleted\n%v\nwant\n%v", commit, a, b)
	}
	switch {
	case err == errUntracked && got.Shallow:
	case err != nil:
		r.T.Errorf("%.8s: %v", commit, err)
	default:
		n.tracked += min(1, set.Counts()["tracked files"].Read)
		for _, p := range patterns {
			if !reflect.DeepEqual(tracked[p], wantTracked[p]) {
				r.T.Errorf("%.8s: %s\n%+v\nwant\n%+v", commit, p, tracked[p], wantTracked[p])
			}
		}
	}
}

// importMoves makes commits, the last of which has all others in its past, and returns their ids.
func (r repo) importMoves(rnd *rand.Rand, count int) []string {
	r.T.Helper()
	type tree = map[string]string
	trees := []tree{{}}
	var stream strings.Builder
	words := func() string {
		return fmt.Sprintf("---\nn: %d\n---\n# Page\n\n%s%d\n", rnd.IntN(3), strings.Repeat("A line that stays as it is.\n", 6), rnd.IntN(4))
	}
	places := []string{"content/a.md", "content/b.md", "content/c/d.md", "content/c/E.MD", "content/f.txt", "notes/a.md", "notes/g.md"}
	when := 1767225600 // the first day of 2026
	heads := map[int]bool{}
	for c := 1; c <= count; c++ {
		parents := []int{max(1, c-1-rnd.IntN(3)*rnd.IntN(2))}
		if c == 1 || rnd.IntN(30) == 0 { // a history of its own
			parents = nil
		}
		if p := max(1, c-1-rnd.IntN(6)); len(parents) > 0 && rnd.IntN(3) == 0 && p != parents[0] {
			parents = append(parents, p)
		}
		if c == count {
			parents = slices.Sorted(maps.Keys(heads))
		}
		now := tree{}
		for i, p := range parents {
			for _, path := range slices.Sorted(maps.Keys(trees[p])) {
				if i == 0 || rnd.IntN(2) == 0 {
					now[path] = trees[p][path]
				}
			}
		}
		for range rnd.IntN(3) {
			at, to := places[rnd.IntN(len(places))], places[rnd.IntN(len(places))]
			switch text, there := now[at]; {
			case !there && rnd.IntN(2) == 0 && c > 1: // it may come back
				if old, was := trees[1+rnd.IntN(len(trees)-1)][at]; was {
					now[at] = old
				}
			case !there:
				now[at] = words()
			case rnd.IntN(4) == 0:
				delete(now, at)
			case rnd.IntN(3) == 0:
				delete(now, at)
				now[to] = text
				if rnd.IntN(2) == 0 {
					now[to] = words()
				}
			default:
				now[at] = words()
			}
		}
		trees = append(trees, now)
		when += []int{3600, 86400, 0, -7200}[min(3, rnd.IntN(8))]
		fmt.Fprintf(&stream, "commit refs/heads/c%d\nmark :%d\nauthor A%d <a@example.com> %d +0000\ncommitter C <c@example.com> %d +0000\ndata 4\n%04d\n", c, c, rnd.IntN(3), when, when, c)
		for i, p := range parents {
			fmt.Fprintf(&stream, "%s :%d\n", []string{"from", "merge"}[min(i, 1)], p)
			delete(heads, p)
		}
		heads[c] = true
		stream.WriteString("deleteall\n")
		for _, path := range slices.Sorted(maps.Keys(now)) {
			fmt.Fprintf(&stream, "M 100644 inline %s\ndata %d\n%s\n", path, len(now[path]), now[path])
		}
		stream.WriteString("\n")
	}
	r.fastImport(stream.String())
	refs := []string{"rev-parse"}
	for c := 1; c <= count; c++ {
		refs = append(refs, fmt.Sprint("c", c))
	}
	return strings.Fields(r.Git(refs...))
}
