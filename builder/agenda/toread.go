package agenda

import (
	"cmp"
	"slices"

	"handbook/builder/book"
	"handbook/builder/review"
	"handbook/builder/schema"
)

// ToRead is a page that a person is asked to read and has not read as it now reads.
type ToRead struct {
	Node  *book.Node
	Until schema.Date // the last day to do so; zero for none
	Last  schema.Date // when they read it last; zero for never
}

// Unread lists what a person is asked to read and has not, what has to be read first coming first. A team reads with the eyes
// of its members, so it has nothing itself unless it names none.
func Unread(b *book.Book, vs review.Verdicts, who *book.Node) []ToRead {
	var list []ToRead
	for _, n := range b.Nodes {
		s := vs.Of(n).SignOff
		if s == nil || who == nil {
			continue
		}
		for _, r := range s.Readers {
			if r.Node == who && r.Open {
				list = append(list, ToRead{n, s.Until, r.Last.Date})
			}
		}
	}
	slices.SortStableFunc(list, func(s, t ToRead) int {
		return cmp.Or(compareDue(s.Until, t.Until), cmp.Compare(s.Node.ID, t.Node.ID))
	})
	return list
}
