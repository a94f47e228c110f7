package builder

import (
	"handbook/builder/diag"
	"handbook/builder/review"
	"handbook/builder/source"
)

// records are what a file of records holds, with what tells whether it is still the same.
type records struct {
	stamp source.Stamp
	name  string // "" when nothing was read
	list  []review.Record
	msgs  diag.List
}

// readRecords gives the records of a kind, from memory where the file is the same.
func (s *Session) readRecords(snap source.Snapshot, kind review.Kind) ([]review.Record, diag.List) {
	for _, f := range snap.Records {
		if f.Path != kind.File() {
			continue
		}
		if old := s.seen[kind]; old.name == f.Name && old.stamp == f.Stamp && !f.Stamp.Racy {
			return old.list, old.msgs
		}
		data, err := f.Read()
		if err != nil {
			delete(s.seen, kind)
			return nil, diag.List{f.Problem(err)}
		}
		list, msgs := review.ReadRecords(kind, f.Name, data)
		if s.seen == nil {
			s.seen = map[review.Kind]records{}
		}
		s.seen[kind] = records{f.Stamp, f.Name, list, msgs}
		return list, msgs
	}
	delete(s.seen, kind)
	return nil, nil
}
