// Package history answers, from one git log, when the text of each page last changed, by whom and how often. A change
// of the text is what a reader would notice: frontmatter, white space, wrapping, a rename, a clean merge and the commits
// in .git-blame-ignore-revs are none. The package runs git and reads its own cache; it does not read pages from the
// disk, know today's date, or judge freshness. Where history cannot be known in full it gives no dates at all.
package history

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"os"
	"path/filepath"
	"strings"
	"time"

	"handbook/builder/diag"
)

// History is what git knows of the content folder at one commit. The zero History means that nothing is known.
type History struct {
	Head    string          // full id of the commit that was read; "" without a repository or a commit
	Root    string          // top folder of the repository's work tree, as an operating system path; "" without one
	Prefix  string          // the content folder below Root, with slashes, ending in one; "" when it is Root itself
	Shallow bool            // old commits or old contents are missing from this clone, so Files is empty
	Files   map[string]File // by path below the content folder, with slashes; the .md files that Head holds
}

// File is the history of one page's text, followed through renames.
type File struct {
	Last    Change   // the newest change of the text
	First   Change   // the change that brought the page
	Count   int      // changes of the text, the first one included; at least 1
	Authors []string // who made them, without repetition: most changes first, then by name

	sum sum // of the committed text
}

// Change is one commit that changed a page's text.
type Change struct {
	Commit    string    // full id
	Author    string    // as .mailmap has it
	Email     string    // likewise
	Subject   string    // first line of the message
	When      time.Time // when the author made it, in the author's own zone; zero when the commit's date is nonsense
	Committed time.Time // when it entered this history, in the committer's zone; zero likewise
}

// Day is the author's calendar day, "2026-03-02", whatever the zone of the machine that builds; "" for no date.
func (c Change) Day() string {
	if c.When.IsZero() {
		return ""
	}
	return c.When.Format(time.DateOnly)
}

// Edited reports whether the page's bytes on disk say something else than what was committed.
func (f File) Edited(data []byte) bool { return textSum(data) != f.sum }

// Options are the choices of Read.
type Options struct {
	CacheDir string // where to remember the result for one commit; "" for nowhere. Safe to delete
}

// Read returns the history of the pages in a folder, which may be any folder of a repository. A folder outside any
// repository, an untracked one, a repository without commits and a machine without git give no dates and no message.
// At most one message comes back: the reason why a repository that is there gives no dates.
func Read(ctx context.Context, contentDir string, opts Options) (History, diag.List) {
	h, err := read(ctx, contentDir, opts)
	if err == nil || ctx.Err() != nil {
		return h, nil
	}
	h.Files = nil
	return h, explain(err)
}

func read(ctx context.Context, contentDir string, opts Options) (History, error) {
	var h History
	dir, err := filepath.Abs(contentDir)
	if err != nil {
		return h, nil
	}
	if info, err := os.Stat(dir); err != nil || !info.IsDir() {
		return h, nil
	}
	g, ok := findGit(dir)
	if !ok {
		return h, nil
	}
	// The prefix comes last because it alone can hold a line break.
	out, err := g.output(ctx, "rev-parse", "--is-inside-work-tree", "--is-shallow-repository", "--show-cdup", "--show-prefix")
	if err != nil {
		return h, err
	}
	facts := strings.SplitN(string(out), "\n", 4)
	if len(facts) < 4 || facts[0] != "true" {
		return h, nil
	}
	if h.Root, err = filepath.EvalSymlinks(dir); err != nil {
		return h, nil
	}
	h.Root = filepath.Join(h.Root, filepath.FromSlash(facts[2]))
	h.Prefix = strings.TrimSuffix(facts[3], "\n")
	head, err := g.output(ctx, "rev-parse", "--verify", "--quiet", "HEAD^{commit}")
	if err != nil {
		return h, nil // no commit yet
	}
	h.Head = strings.TrimSpace(string(head))
	if facts[1] == "true" {
		h.Shallow = true
		return h, errShallow
	}

	ignored, _ := os.ReadFile(filepath.Join(h.Root, ".git-blame-ignore-revs"))
	mailmap, _ := os.ReadFile(filepath.Join(h.Root, ".mailmap"))
	key := cacheKey(h.Head, h.Prefix, ignored, mailmap)
	if files, ok := load(opts.CacheDir, key); ok {
		h.Files = files
		return h, nil
	}
	pages, err := g.pages(ctx, h.Head, h.Prefix)
	if err != nil {
		return h, err
	}
	if len(pages) > 0 {
		if h.Files, err = g.files(ctx, h, pages, parseIgnored(ignored)); err != nil {
			h.Shallow = err == errPartial
			return h, err
		}
	}
	store(opts.CacheDir, key, h.Files)
	return h, nil
}

// files walks the history and keeps the changes of the text.
func (g git) files(ctx context.Context, h History, pages []*page, ignored ignoreList) (map[string]File, error) {
	texts := newTexts(ctx, g)
	defer texts.close()
	if err := g.walk(ctx, h.Head, pages, texts); err != nil {
		return nil, g.whyMissing(ctx, err)
	}
	var blobs, commits []string
	for _, p := range pages {
		blobs = append(blobs, p.blob)
		for _, e := range p.events {
			blobs = append(blobs, e.from, e.to)
		}
	}
	if err := texts.load(blobs); err != nil {
		return nil, g.whyMissing(ctx, err)
	}
	for _, p := range pages {
		p.keepChanges(texts, ignored)
		for _, e := range p.events {
			commits = append(commits, e.commit)
		}
	}
	changes, err := g.changes(ctx, commits)
	if err != nil {
		return nil, err
	}
	files := make(map[string]File, len(pages))
	for _, p := range pages {
		if len(p.events) == 0 {
			continue
		}
		f := File{Count: len(p.events), sum: texts.sums[p.blob]}
		f.Last, f.First = changes[p.events[0].commit], changes[p.events[len(p.events)-1].commit]
		names := make([]string, len(p.events))
		for i, e := range p.events {
			names[i] = changes[e.commit].Author
		}
		f.Authors = byFrequency(names)
		files[strings.TrimPrefix(p.path, h.Prefix)] = f
	}
	return files, nil
}

// keepChanges drops the events that did not change the text. The event that brought the page always stays.
func (p *page) keepChanges(t *texts, ignored ignoreList) {
	kept := p.events[:0]
	for _, e := range p.events {
		same := e.from != "" && t.sums[e.from] == t.sums[e.to]
		if !e.undone && !same && (e.from == "" || !ignored.has(e.commit)) {
			kept = append(kept, e)
		}
	}
	p.events = kept
}

// ignoreList holds the commits of .git-blame-ignore-revs: whole ids, and beginnings of ids.
type ignoreList struct {
	whole map[string]bool
	parts []string
}

// parseIgnored reads one id a line; "#" begins a comment. Beginnings shorter than git would print are not ids.
func parseIgnored(data []byte) ignoreList {
	l := ignoreList{whole: map[string]bool{}}
	for line := range strings.Lines(string(data)) {
		id, _, _ := strings.Cut(strings.TrimPrefix(line, "\uFEFF"), "#")
		id = strings.ToLower(strings.TrimSpace(id))
		switch {
		case strings.Trim(id, "0123456789abcdef") != "" || len(id) < 7:
		case len(id) == 40 || len(id) == 64:
			l.whole[id] = true
		default:
			l.parts = append(l.parts, id)
		}
	}
	return l
}

func (l ignoreList) has(commit string) bool {
	if l.whole[commit] {
		return true
	}
	for _, part := range l.parts {
		if strings.HasPrefix(commit, part) {
			return true
		}
	}
	return false
}

// cacheKey names everything that the result depends on.
func cacheKey(head, prefix string, ignored, mailmap []byte) string {
	hash := sha256.New()
	for _, part := range [][]byte{[]byte(head), []byte(prefix), ignored, mailmap} {
		s := sha256.Sum256(part)
		hash.Write(s[:])
	}
	return hex.EncodeToString(hash.Sum(nil))
}
