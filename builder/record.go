package builder

import (
	"handbook/builder/book"
	"handbook/builder/review"
	"handbook/builder/schema"
)

// Review is the record of somebody vouching for a page as this build reads it: with the fingerprints of its text and
// of everything it relies on.
func (r Result) Review(n *book.Node, by string, on schema.Date, note string) review.Record {
	record := review.Record{Page: n.ID, Date: on, By: by, Text: review.TextSum(r.Pages(n.Page)), Note: note, Relies: map[string]review.Sum{}}
	for _, d := range n.Depends {
		if sum, ok := review.SectionSum(r.Pages(d.Target.Node.Page), d.Target.Fragment); ok {
			record.Relies[review.Reliance(d.Target)] = sum
		}
	}
	for _, pattern := range n.Page.Meta.Tracks {
		if r.past == nil {
			break
		}
		if _, sums, ok := r.past.Tracked(pattern, on); ok {
			record.Relies[review.Tracking(pattern)] = sums[0]
		}
	}
	return record
}

// Acknowledge is the record of somebody having read a page as this build reads it.
func (r Result) Acknowledge(n *book.Node, by string, on schema.Date, note string) review.Record {
	return review.Record{Page: n.ID, Date: on, By: by, Text: review.TextSum(r.Pages(n.Page)), Note: note}
}
