package builder

import (
	"handbook/builder/diag"
	"handbook/builder/review"
	"handbook/builder/source"
)

// records are the reviews that a file holds, with what tells whether it is still the same.
type records struct {
	stamp source.Stamp
	name  string // "" when nothing was read
	list  []review.Record
	msgs  diag.List
}

// readRecords gives the reviews that were recorded, from memory where the file is the same.
func (s *Session) readRecords(snap source.Snapshot) ([]review.Record, diag.List) {
	for _, f := range snap.Records {
		if f.Path != review.RecordsFile {
			continue
		}
		if s.seen.name == f.Name && s.seen.stamp == f.Stamp && !f.Stamp.Racy {
			return s.seen.list, s.seen.msgs
		}
		data, err := f.Read()
		if err != nil {
			s.seen = records{}
			return nil, diag.List{f.Problem(err)}
		}
		list, msgs := review.ReadRecords(f.Name, data)
		s.seen = records{f.Stamp, f.Name, list, msgs}
		return list, msgs
	}
	s.seen = records{}
	return nil, nil
}
