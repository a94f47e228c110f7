package history

import (
	"context"
	"strings"
	"time"
)

// Deleted is a page that Head no longer has.
type Deleted struct {
	Path   string // below the content folder, as it last was
	Blob   string // id of its last content
	Commit string // full id of the commit that deleted it
	Author string // as .mailmap has it
	Day    string // the author's calendar day, "2026-03-02"
}

// Deleted lists the pages that commits deleted since a day, "2026-03-02", the newest first, each once. A page that was
// renamed, or is there again, is none; nor is one that a commit in .git-blame-ignore-revs deleted. It asks git once, and git
// looks at the commits since that day alone.
func (h History) Deleted(ctx context.Context, since string) ([]Deleted, error) {
	g, ok := findGit(h.Root)
	first, err := time.Parse(time.DateOnly, since)
	if !ok || h.Head == "" || h.Shallow || err != nil {
		return nil, nil
	}
	ignored := parseIgnored(h.ignored)
	var list []Deleted
	seen := map[string]bool{}
	// A rename is looked for among all files that a commit touches: a page may have moved into the folder or out of it.
	err = g.edits(ctx, h.Head, first, func(e edit) {
		path, inside := strings.CutPrefix(e.file, h.Prefix)
		_, there := h.Files[path]
		if !inside || there || !regular(e.mode) || !strings.HasSuffix(path, ".md") || seen[path] {
			return
		}
		seen[path] = true // what was deleted before that is another page
		if e.day >= since && !ignored.has(e.commit) {
			list = append(list, Deleted{path, e.before, e.commit, e.author, e.day})
		}
	}, []string{"-M", "-l1000", "--diff-filter=D"}, nil)
	return list, err
}
