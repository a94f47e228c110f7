package history

import (
	"context"
	"crypto/sha256"
	"encoding/binary"
	"slices"
	"strings"
	"time"

	"handbook/builder/memo"
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
	By
	File string // below the repository's top folder: one of those that the commit changed
}

// tracking is a question for what patterns name.
type tracking struct {
	walking
	patterns []string // sorted, each once
	since    string
	track    func(context.Context, tracking) (map[string]*Tracked, error) // nil for what is remembered alone
}

type trackedFiles struct {
	All map[string]*Tracked // by pattern
	err error               `memo:"-"`
}

var tracks = &memo.Func[tracking, trackedFiles]{
	Name:    "tracked files",
	Version: "1",
	Sum: func(t tracking) memo.Sum {
		var h memo.Hash
		for _, s := range append([]string{t.head, t.mailmap, t.ignored, t.since}, t.patterns...) {
			h.String(s)
		}
		return h.End()
	},
	Make: func(ctx context.Context, t tracking) trackedFiles {
		if t.track == nil {
			return trackedFiles{err: errUnknown}
		}
		all, err := t.track(ctx, t)
		return trackedFiles{all, err}
	},
	Keep:  func(t trackedFiles) bool { return t.err == nil },
	Codec: memo.CodecOf[trackedFiles](),
}

// maxPrefixes is how many folders git is asked for by name; for more it is asked for everything.
const maxPrefixes = 100

// Track answers for patterns as `tracks` in a page's frontmatter has them; one that is no pattern is not in the
// answer. since is a day, "2026-03-02"; "" asks for no changes. It asks git twice however many patterns there are. With an
// answer, an error says that the changes are not known.
func (h History) Track(ctx context.Context, patterns []string, since string) (map[string]*Tracked, error) {
	if h.Head == "" || len(patterns) == 0 {
		return nil, nil
	}
	patterns = slices.Compact(slices.Sorted(slices.Values(patterns)))
	t := memo.Of(ctx, h.from.set, tracks, tracking{h.from, patterns, since, track})
	if t.err == errUntracked && h.Files == nil {
		t.err = nil // that nothing is known was told
	}
	return t.All, t.err
}

// track asks git, in a shallow clone for what came after a commit of which the answer is known.
func track(ctx context.Context, q tracking) (map[string]*Tracked, error) {
	t := &tracker{since: q.since, ignored: parseIgnored(q.ignored), all: map[string]*Tracked{}}
	var prefixes []string
	for _, written := range q.patterns {
		p, ok := compile(written)
		if !ok {
			continue
		}
		prefixes = append(prefixes, p.prefix)
		t.all[written] = &Tracked{}
		t.watched = append(t.watched, &watched{written: written, pattern: p, Tracked: t.all[written]})
	}
	slices.Sort(prefixes)
	prefixes = slices.Compact(prefixes)
	if len(prefixes) > maxPrefixes || slices.Contains(prefixes, "") {
		prefixes = nil
	}
	g := q.git
	g.dir = q.root
	if err := t.files(ctx, g, q.head, prefixes); err != nil {
		return nil, err
	}
	first, err := time.Parse(time.DateOnly, q.since)
	if err != nil || !anyFiles(t.all) {
		return t.all, nil
	}
	if q.shallow == "" {
		return t.all, t.log(ctx, g, q.head, "", first, prefixes)
	}
	var known trackedFiles
	base := q.base(ctx, q.state, q.set, func(id string) bool {
		then := q
		then.head, then.track = id, nil
		known = memo.Of(ctx, q.set, tracks, then)
		return known.err == nil && anyFiles(known.All)
	})
	if base == "" {
		return t.all, errUntracked
	}
	err = t.log(ctx, g, q.head, base, first, prefixes)
	for _, w := range t.watched {
		w.join(known.All[w.written])
	}
	return t.all, err
}

func anyFiles(all map[string]*Tracked) bool {
	for _, t := range all {
		if t.Files > 0 {
			return true
		}
	}
	return false
}

type tracker struct {
	since   string
	ignored ignoreList
	watched []*watched
	all     map[string]*Tracked
}

type watched struct {
	*Tracked
	written string
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

// log goes through the commits from a day on, back to a base for one. Git counts that as one of the commits that it shows
// where it leaves sides of a merge out.
func (t *tracker) log(ctx context.Context, g git, head, base string, first time.Time, prefixes []string) error {
	args := []string{"--no-renames", head}
	if base != "" {
		args = append(args, "^"+base)
	}
	return g.edits(ctx, first, func(e edit) {
		ignored := t.ignored.has(e.Commit)
		t.each(e.file, func(w *watched) { w.take(e, ignored, t.since) })
	}, args, prefixes)
}

// join goes on with what is known of the commits before.
func (w *watched) join(known *Tracked) {
	w.Changes = append(w.Changes, known.Changes...)
	if !w.counts {
		for _, sum := range known.Sums[1:] {
			w.Sums = append(w.Sums, sum-known.Sums[0]+w.sum)
		}
	}
}

// take notes that a commit gave a file another content.
func (w *watched) take(e edit, ignored bool, since string) {
	switch {
	case !ignored:
		w.counts = true
		if e.Day > since && w.last != e.Commit {
			w.Changes = append(w.Changes, TrackedChange{e.By, e.file})
			w.last = e.Commit
		}
	case !w.counts:
		if strings.Trim(e.after, "0") != "" {
			w.sum -= fileSum(e.file, e.after)
		}
		if strings.Trim(e.before, "0") != "" {
			w.sum += fileSum(e.file, e.before)
		}
		if w.last != e.Commit {
			w.Sums = append(w.Sums, 0)
			w.last = e.Commit
		}
		w.Sums[len(w.Sums)-1] = w.sum
	}
}
