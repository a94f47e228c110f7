// Package history answers, from one git log, when the text of each page last changed, by whom and how often. A change
// of the text is what a reader would notice: frontmatter, white space, wrapping, a rename, a clean merge and the commits
// in .git-blame-ignore-revs are none. The package runs git and reads its own cache; it does not read pages from the
// disk, know today's date, or judge freshness. Where history cannot be known in full it gives no dates at all.
package history

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"strings"
	"time"
)

// History is what git knows of the content folder at one commit. The zero History means that nothing is known.
type History struct {
	Key     string          // the same for two Histories that say the same; "" where nothing is known
	Head    string          // full id of the commit that was read; "" without a repository or a commit
	Root    string          // top folder of the repository's work tree, as an operating system path; "" without one
	Prefix  string          // the content folder below Root, with slashes, ending in one; "" when it is Root itself
	Shallow bool            // old commits or old contents are missing from this clone, so Files is empty
	Files   map[string]File // by path below the content folder, with slashes; the .md files that Head holds

	ignored string // .git-blame-ignore-revs
}

// File is the history of one page's text, followed through renames.
type File struct {
	Changes []Change // every change of the text, the newest first; the last one brought the page
	Authors []string // who made them, without repetition: most changes first, then by name
	Version          // the page at Head

	// Alike lists the versions that read as today's but for commits in .git-blame-ignore-revs that are newer than every
	// change: the one before each of them, the newest first.
	Alike []Version
}

// Version is a page's content at some time. Versions with equal sums read the same.
type Version struct {
	Blob string // id of the content, frontmatter included; "" for no page
	Sum  Sum    // of its text
}

// Last is the newest change of the text.
func (f File) Last() Change { return f.Changes[0] }

// First is the change that brought the page.
func (f File) First() Change { return f.Changes[len(f.Changes)-1] }

// Change is one commit that changed a page's text.
type Change struct {
	Before    Version   // none where the page is new
	After     Version   // what the commit made of it
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
func (f File) Edited(data []byte) bool { return SumOf(data) != f.Sum }

// Options are the choices of Read.
type Options struct {
	At       string // full id of the commit to read the history of; "" for the one that is checked out
	CacheDir string // where to remember the result for one commit; "" for nowhere. Safe to delete
}

// files walks the history and keeps the changes of the text.
func (g git) files(ctx context.Context, h History, pages []*page, ignored ignoreList) (map[string]File, error) {
	texts := newTexts(ctx, g)
	defer texts.Close()
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
		f := File{Version: texts.version(p.blob), Alike: p.alike}
		names := make([]string, len(p.events))
		for i, e := range p.events {
			c := changes[e.commit]
			c.Before, c.After = texts.version(e.from), texts.version(e.to)
			f.Changes = append(f.Changes, c)
			names[i] = c.Author
		}
		f.Authors = byFrequency(names)
		files[strings.TrimPrefix(p.path, h.Prefix)] = f
	}
	return files, nil
}

// keepChanges drops the events that did not change the text. The event that brought the page always stays.
func (p *page) keepChanges(t *Texts, ignored ignoreList) {
	kept := p.events[:0]
	now := t.sums[p.blob] // and what it was before the ignored commits, as long as one follows the other
	for _, e := range p.events {
		switch {
		case e.undone || e.from != "" && t.sums[e.from] == t.sums[e.to]:
		case e.from == "" || !ignored.has(e.commit):
			kept = append(kept, e)
		case len(kept) == 0 && t.sums[e.to] == now:
			p.alike = append(p.alike, t.version(e.from))
			now = t.sums[e.from]
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
func parseIgnored(text string) ignoreList {
	l := ignoreList{whole: map[string]bool{}}
	for line := range strings.Lines(text) {
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
func cacheKey(parts ...string) string {
	hash := sha256.New()
	for _, part := range parts {
		s := sha256.Sum256([]byte(part))
		hash.Write(s[:])
	}
	return hex.EncodeToString(hash.Sum(nil))
}
