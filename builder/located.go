package builder

import (
	"handbook/builder/diag"
	"handbook/builder/source"
)

// placed is a message with the version of the file it is about.
type placed struct {
	diag.Place
	rule       diag.Rule
	severity   diag.Severity
	text, help string
	stamp      source.Stamp
}

// locate adds lines and excerpts to messages. A handbook of thousands of pages has thousands of messages that stay the
// same from build to build; their files are read once. Messages with notes are about several files and are few.
func (s *Session) locate(msgs diag.List, snap source.Snapshot, read func(name string) ([]byte, error)) []diag.Located {
	key := func(m diag.Message) (placed, bool) {
		f, ok := snap.File(m.File)
		return placed{m.Place, m.Rule, m.Severity, m.Text, m.Help, f.Stamp}, ok && !f.Stamp.Racy && len(m.Notes) == 0
	}
	out := make([]diag.Located, len(msgs))
	var unknown diag.List
	var at []int
	for i, m := range msgs {
		if k, ok := key(m); ok {
			if l, known := s.places[k]; known {
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
	for i, m := range msgs {
		if k, ok := key(m); ok {
			places[k] = out[i]
		}
	}
	s.places = places
	return out
}
