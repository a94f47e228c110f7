// Package history answers, from one git log, when the text of each page last changed, by whom and how often. A change
// of the text is what a reader would notice: frontmatter, white space, wrapping, a rename, a clean merge and the commits
// in .git-blame-ignore-revs are none. The package runs git and remembers what it said; it does not read pages from
// the disk, know today's date, or judge freshness. Where history cannot be known in full it gives no dates at all.
package history

import (
	"strings"

	"handbook/builder/memo"
)

// History is what git knows of the content folder at one commit. The zero History means that nothing is known.
type History struct {
	Key     memo.Sum        // the same for two Histories that say the same; zero where nothing is known
	Head    string          // full id of the commit that was read; "" without a repository or a commit
	Root    string          // top folder of the repository's work tree, as an operating system path; "" without one
	Prefix  string          // the content folder below Root, with slashes, ending in one; "" when it is Root itself
	Shallow bool            // old commits or old contents are missing from this clone, so only what is remembered is known
	Files   map[string]File // by path below the content folder, with slashes; the .md files that Head holds

	from walking
	all  walked
}

// By is who made a commit.
type By struct {
	Commit string // full id
	Author string // as .mailmap has it
	Day    string // the author's calendar day, "2026-03-02", whatever the zone of the machine that builds; "" for a nonsense date
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
	By
	Before Version // none where the page is new
	After  Version // what the commit made of it
}

// Edited reports whether the page's bytes on disk say something else than what was committed.
func (f File) Edited(data []byte) bool { return SumOf(data) != f.Sum }

// Options are the choices of Read.
type Options struct {
	At  string    // full id of the commit to read the history of; "" for the one that is checked out
	Set *memo.Set // remembers what git says; nil for nothing
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
