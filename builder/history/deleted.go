package history

import "strings"

// Deleted is a page that Head no longer has.
type Deleted struct {
	By
	Path string // below the content folder, as it last was
	Blob string // id of its last content
}

// Deleted lists the pages that commits deleted since a day, "2026-03-02", the newest first, each once. A page that was
// renamed, or is there again, is none; nor is one that a commit in .git-blame-ignore-revs deleted.
func (h History) Deleted(since string) []Deleted {
	ignored := parseIgnored(h.from.ignored)
	var list []Deleted
	for _, d := range h.all.Gone {
		by, path := h.all.Commits[d.Commit], strings.TrimPrefix(d.Path, h.Prefix)
		if _, there := h.Files[path]; !there && d.Commit != 0 && by.Day >= since && !ignored.has(by.Commit) {
			list = append(list, Deleted{by, path, d.Blob})
		}
	}
	return list
}
