package source

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"
)

// maxTold is how many files are looked at one by one; to look at more the whole folder is walked.
const maxTold = 50

// Update is a snapshot of the disk after some files have changed, whose paths are absolute. It looks at these alone, and at
// those that may have changed again when they were looked at last. It reports false where more may be another than what pages
// that are there hold: then the folder has to be looked at as a whole.
func (s Snapshot) Update(told []string) (Snapshot, bool) {
	if s.content == "" || len(told) > maxTold {
		return s, false
	}
	changed := map[string]bool{} // by path below the content folder
	for _, name := range told {
		below, err := filepath.Rel(s.content, name)
		if err != nil || !filepath.IsLocal(below) {
			return s, false
		}
		changed[filepath.ToSlash(below)] = true
	}
	t := &tree{base: s.content, name: "content", limit: pageLimit, now: time.Now()}
	known := map[string]bool{}
	s.Pages = slices.Clone(s.Pages)
	for i := range s.Pages {
		f := &s.Pages[i]
		if !changed[f.disk] && !f.Stamp.Racy {
			continue
		}
		known[f.disk] = true
		info, err := os.Lstat(t.onDisk(f.disk))
		if err != nil {
			return s, false
		}
		now := t.add(nil, f.Path, f.disk, info)
		if len(now) != 1 {
			return s, false
		}
		*f = now[0]
	}
	for path := range changed {
		if _, err := os.Lstat(t.onDisk(path)); !known[path] && (err == nil || s.had(path)) {
			return s, false // it is new, or no page; what never was there, an editor has saved through
		}
	}
	return s, true
}

// had reports whether there was a file at a path below the content folder, or in a folder of that name.
func (s Snapshot) had(path string) bool {
	for _, list := range [][]File{s.Pages, s.Assets, s.Records, s.Unread, s.Origin} {
		if slices.ContainsFunc(list, func(f File) bool { return f.disk == path || strings.HasPrefix(f.disk, path+"/") }) {
			return true
		}
	}
	return path == "."
}
