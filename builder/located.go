package builder

import (
	"fmt"

	"handbook/builder/diag"
	"handbook/builder/source"
)

// placed is a message with the versions of the files it is about.
type placed struct {
	diag.Place
	rule       diag.Rule
	severity   diag.Severity
	text, help string
	stamp      source.Stamp
	notes      string // their places, texts and versions of files
}

// locate adds lines and excerpts to messages. A handbook of thousands of pages has thousands of messages that stay the
// same from build to build; their files are read once.
func (s *Session) locate(msgs diag.List, snap source.Snapshot, read func(name string) ([]byte, error)) []diag.Located {
	out := make([]diag.Located, len(msgs))
	keys := make([]placed, len(msgs))
	var unknown diag.List
	var at []int
	for i, m := range msgs {
		var same bool
		if keys[i], same = placedIn(snap, m); same {
			if l, known := s.places[keys[i]]; known {
				out[i] = l
				continue
			}
		}
		unknown, at = append(unknown, m), append(at, i)
	}
	for i, l := range diag.Locate(unknown, read) {
		out[at[i]] = l
	}
	places := make(map[placed]diag.Located, len(out))
	for i, k := range keys {
		if k != (placed{}) {
			places[k] = out[i]
		}
	}
	s.places = places
	return out
}

// placedIn tells a message apart. It reports false, with nothing, for one about a file whose version is not known.
func placedIn(snap source.Snapshot, m diag.Message) (placed, bool) {
	f, ok := snap.File(m.File)
	if !ok || f.Stamp.Racy {
		return placed{}, false
	}
	var notes []byte
	for _, n := range m.Notes {
		notes = fmt.Appendf(notes, "%d %d %q %q", n.Start, n.End, n.File, n.Text)
		if n.File == "" {
			continue
		}
		about, ok := snap.File(n.File)
		if !ok || about.Stamp.Racy {
			return placed{}, false
		}
		notes = fmt.Appendf(notes, " %d ", about.Stamp.Key())
	}
	return placed{m.Place, m.Rule, m.Severity, m.Text, m.Help, f.Stamp, string(notes)}, true
}

// Locate gives places the lines and columns of the files as this build read them.
func (r Result) Locate(places []diag.Place) []diag.Located {
	list := make(diag.List, len(places))
	for i, p := range places {
		list[i].Place = p
	}
	return diag.Locate(list, r.read)
}
