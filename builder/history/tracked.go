package history

import (
	"context"
	"crypto/sha256"
	"encoding/binary"
	"slices"
	"strings"
	"time"
)

// Tracked is what is known of the repository's files that one pattern names, as they were committed at Head. What is
// edited and not committed does not count: a build says what was merged, and files that a build makes beside the
// committed ones would make every page doubtful.
type Tracked struct {
	Files   int             // how many there are at Head
	Changes []TrackedChange // the newest first, one file of each commit; only those after the day that was asked for

	// Sums has the sum of the files' paths and contents, and then the sums as they were before each newer commit, as long
	// as all of these are in .git-blame-ignore-revs.
	Sums []uint64
}

// TrackedChange is a commit that changed a tracked file. A merge is none: the commits that it brought are.
type TrackedChange struct {
	Commit string // full id
	Author string // as .mailmap has it
	Day    string // the author's calendar day, "2026-03-02"
	File   string // below the repository's top folder: one of those that the commit changed
}

// maxPrefixes is how many folders git is asked for by name; for more it is asked for everything.
const maxPrefixes = 100

// Track answers for patterns as `tracks` in a page's frontmatter has them; one that is no pattern is not in the
// answer. since is a day, "2026-03-02"; "" asks for no changes. It asks git twice however many patterns there are.
func (h History) Track(ctx context.Context, patterns []string, since string) (map[string]*Tracked, error) {
	g, ok := findGit(h.Root)
	if !ok || h.Head == "" || len(patterns) == 0 {
		return nil, nil
	}
	t := &tracker{since: since, ignored: parseIgnored(h.ignored), all: map[string]*Tracked{}}
	var prefixes []string
	for _, written := range patterns {
		p, ok := compile(written)
		if !ok || t.all[written] != nil {
			continue
		}
		prefixes = append(prefixes, p.prefix)
		t.all[written] = &Tracked{}
		t.watched = append(t.watched, &watched{pattern: p, Tracked: t.all[written]})
	}
	slices.Sort(prefixes)
	prefixes = slices.Compact(prefixes)
	if len(prefixes) > maxPrefixes || slices.Contains(prefixes, "") {
		prefixes = nil
	}
	if err := t.files(ctx, g, h.Head, prefixes); err != nil {
		return nil, err
	}
	first, err := time.Parse(time.DateOnly, since)
	if err != nil || h.Shallow || !slices.ContainsFunc(t.watched, func(w *watched) bool { return w.Files > 0 }) {
		return t.all, nil
	}
	return t.all, t.log(ctx, g, h.Head, first, prefixes)
}

type tracker struct {
	since   string
	ignored ignoreList
	watched []*watched
	all     map[string]*Tracked
}

type watched struct {
	*Tracked
	pattern pattern
	counts  bool   // a commit was met that is not ignored
	sum     uint64 // before the ignored commits that were met
	last    string // the last commit that added to Changes or Sums
}

// files finds what the patterns name at a commit.
func (t *tracker) files(ctx context.Context, g git, head string, prefixes []string) error {
	entries, err := g.tree(ctx, head, nil, prefixes...)
	if err != nil {
		return err
	}
	for _, e := range entries {
		t.each(e.Path, func(w *watched) {
			w.Files++
			w.sum += fileSum(e.Path, e.ID)
		})
	}
	for _, w := range t.watched {
		w.Sums = []uint64{w.sum}
	}
	return nil
}

// each finds the patterns that name a path.
func (t *tracker) each(name string, use func(w *watched)) {
	for _, w := range t.watched {
		if w.pattern.match(name) {
			use(w)
		}
	}
}

// fileSum is what one file adds to the sum of all.
func fileSum(name, id string) uint64 {
	sum := sha256.Sum256([]byte(name + "\x00" + id))
	return binary.LittleEndian.Uint64(sum[:])
}

// log goes through the commits from a day on.
func (t *tracker) log(ctx context.Context, g git, head string, first time.Time, prefixes []string) error {
	return g.edits(ctx, head, first, func(e edit) {
		ignored := t.ignored.has(e.commit)
		t.each(e.file, func(w *watched) { w.take(e, ignored, t.since) })
	}, []string{"--no-renames"}, prefixes)
}

// take notes that a commit gave a file another content.
func (w *watched) take(e edit, ignored bool, since string) {
	switch {
	case !ignored:
		w.counts = true
		if e.day > since && w.last != e.commit {
			w.Changes = append(w.Changes, TrackedChange{e.commit, e.author, e.day, e.file})
			w.last = e.commit
		}
	case !w.counts:
		if strings.Trim(e.after, "0") != "" {
			w.sum -= fileSum(e.file, e.after)
		}
		if strings.Trim(e.before, "0") != "" {
			w.sum += fileSum(e.file, e.before)
		}
		if w.last != e.commit {
			w.Sums = append(w.Sums, 0)
			w.last = e.commit
		}
		w.Sums[len(w.Sums)-1] = w.sum
	}
}
