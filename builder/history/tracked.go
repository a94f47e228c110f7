package history

import (
	"bufio"
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/binary"
	"fmt"
	"io"
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
	out, err := g.output(ctx, append([]string{"ls-tree", "-r", "-z", "--full-tree", head, "--"}, prefixes...)...)
	if err != nil {
		return err
	}
	for entry := range strings.SplitSeq(string(out), "\x00") {
		about, name, ok := strings.Cut(entry, "\t") // "100644 blob ID", then the name
		f := strings.Fields(about)
		if !ok || len(f) != 3 {
			continue
		}
		sum, summed := uint64(0), false
		t.each(name, func(w *watched) {
			if !summed {
				sum, summed = fileSum(name, f[2]), true
			}
			w.Files++
			w.sum += sum
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
	// Every option is named that a user's configuration could otherwise set. Without "-m" a merge shows no files. What was
	// made after that day, wherever on earth, was not committed before it began in Greenwich.
	args := []string{"log", "--raw", "-z", "--no-renames", "-O/dev/null", "--no-abbrev", "--no-relative", "--no-ext-diff", "--no-textconv",
		"--no-show-signature", "--no-notes", "--no-decorate", "--no-color", "--encoding=UTF-8", "--ignore-submodules=none", "--date=raw", "--date-order",
		fmt.Sprintf("--max-age=%d", max(0, first.Unix())), "--format=tformat:%H%x00%aN%x00%ad", head, "--"}
	cmd := g.command(ctx, append(args, prefixes...)...)
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	out, err := cmd.StdoutPipe()
	if err != nil {
		return g.failed(err, "")
	}
	if err := cmd.Start(); err != nil {
		return g.failed(err, "")
	}
	read := t.read(bufio.NewReaderSize(out, 1<<18))
	if read != nil {
		cmd.Process.Kill()
	}
	if err := cmd.Wait(); err != nil && read == nil {
		return g.failed(err, stderr.String())
	}
	return read
}

// read takes git's output apart: for each commit its id, author and date, then for each file what changed and its name.
func (t *tracker) read(r *bufio.Reader) error {
	var c TrackedChange
	ignored := false
	for {
		piece, err := next(r)
		if err == io.EOF {
			return nil
		}
		if err != nil {
			return err
		}
		if about := strings.TrimPrefix(piece, "\n"); strings.HasPrefix(about, ":") { // :OLDMODE NEWMODE OLDID NEWID STATUS
			if c.File, err = next(r); err != nil {
				return err
			}
			if f := strings.Fields(about); len(f) == 5 {
				t.each(c.File, func(w *watched) { w.take(c, f[2], f[3], ignored, t.since) })
			}
			continue
		}
		author, err := next(r)
		if err != nil {
			return err
		}
		date, err := next(r)
		if err != nil {
			return err
		}
		c = TrackedChange{Commit: piece, Author: clean(author), Day: Change{When: parseTime(date)}.Day()}
		ignored = t.ignored.has(c.Commit)
	}
}

// next reads up to the next zero byte.
func next(r *bufio.Reader) (string, error) {
	piece, err := r.ReadString(0)
	if err == io.EOF && piece != "" {
		err = io.ErrUnexpectedEOF
	}
	return strings.TrimSuffix(piece, "\x00"), err
}

// take notes that a commit gave a file another content.
func (w *watched) take(c TrackedChange, before, after string, ignored bool, since string) {
	switch {
	case !ignored:
		w.counts = true
		if c.Day > since && w.last != c.Commit {
			w.Changes = append(w.Changes, c)
			w.last = c.Commit
		}
	case !w.counts:
		if strings.Trim(after, "0") != "" {
			w.sum -= fileSum(c.File, after)
		}
		if strings.Trim(before, "0") != "" {
			w.sum += fileSum(c.File, before)
		}
		if w.last != c.Commit {
			w.Sums = append(w.Sums, 0)
			w.last = c.Commit
		}
		w.Sums[len(w.Sums)-1] = w.sum
	}
}
