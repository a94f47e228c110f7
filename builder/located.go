package builder

import (
	"io/fs"
	"slices"

	"handbook/builder/diag"
	"handbook/builder/source"
)

// placed are the messages of a build with the snapshot that it read.
type placed struct {
	snap source.Snapshot
	list []diag.Located // in the order of messages
	sure []bool         // for each, whether it is about versions of files that are known
}

// locate adds lines and excerpts to messages, which are sorted. A handbook of thousands of pages has thousands of messages
// that stay the same from build to build; their files are read once.
func (s *Session) locate(msgs diag.List, in *inputs, unplaced bool) []diag.Located {
	if unplaced {
		return diag.Locate(msgs, func(string) ([]byte, error) { return nil, fs.ErrNotExist })
	}
	snap := in.snap
	next := placed{snap, make([]diag.Located, len(msgs)), make([]bool, len(msgs))}
	changed := snap.Differs(s.places.snap)
	var unknown diag.List
	var at []int
	k := 0
	for i, m := range msgs {
		for k < len(s.places.list) && s.places.list[k].Compare(m) < 0 {
			k++
		}
		if k < len(s.places.list) && s.places.sure[k] && s.places.list[k].Equal(m) && !anyOf(m, changed) {
			next.list[i], next.sure[i] = s.places.list[k], true
			continue
		}
		next.sure[i] = allKnown(m, snap)
		unknown, at = append(unknown, m), append(at, i)
	}
	for i, l := range diag.Locate(unknown, in.read) {
		next.list[at[i]] = l
	}
	s.places = next
	return next.list
}

// anyOf reports whether a message is about one of some files.
func anyOf(m diag.Message, files map[string]bool) bool {
	return files[m.File] || slices.ContainsFunc(m.Notes, func(n diag.Note) bool { return files[n.File] })
}

// allKnown reports whether all files that a message is about are in the snapshot, and cannot have changed unseen.
func allKnown(m diag.Message, snap source.Snapshot) bool {
	known := func(name string) bool { f, ok := snap.File(name); return ok && !f.Stamp.Racy }
	return known(m.File) && !slices.ContainsFunc(m.Notes, func(n diag.Note) bool { return n.File != "" && !known(n.File) })
}

// Locate gives places the lines and columns of the files as this build read them.
func (r Result) Locate(places []diag.Place) []diag.Located {
	list := make(diag.List, len(places))
	for i, p := range places {
		list[i].Place = r.in.at(p)
	}
	return diag.Locate(list, r.in.read)
}
