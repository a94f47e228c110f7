package signs

import (
	"testing"

	"handbook/builder/book"
	"handbook/builder/page"
	"handbook/builder/review"
	"handbook/builder/schema"
	"handbook/builder/theme"
)

// A page that is due is marked by that, unless nobody answers for it, which is the worse of the two. One that is overdue
// says so first.
func TestOneMarkIsTheWorst(t *testing.T) {
	in := Input{Book: &book.Book{Site: schema.Default(), OwnersUsual: true}, Verdicts: review.Verdicts{}, Site: &theme.Site{Words: &theme.Words{}}, Today: schema.Date{Year: 2026, Month: 11, Day: 22}}
	ana := &book.Node{Title: "Ana"}
	for _, c := range []struct {
		state      review.State
		owner      *book.Node
		mark, link string
	}{
		{review.Fresh, ana, "", ""},
		{review.Fresh, nil, "unowned", "unowned"},
		{review.Due, ana, "due", ""},
		{review.Due, nil, "unowned", "unowned"},
		{review.Overdue, ana, "overdue", "overdue"},
		{review.Overdue, nil, "overdue", "overdue"},
		{review.Exempt, ana, "", ""},
	} {
		n := &book.Node{Page: &page.Face{}, Owner: c.owner}
		in.Book.Nodes, in.Verdicts[n] = []*book.Node{n}, &review.Verdict{State: c.state}
		s := New(in).Of(n).Signs()
		mark := ""
		if s.Mark != nil {
			mark = s.Mark.State
		}
		if mark != c.mark || s.Link != c.link || s.Badge.State != string(c.state) {
			t.Errorf("%s, owned by %v: marked %q, linked as %q, want %q and %q", c.state, c.owner, mark, s.Link, c.mark, c.link)
		}
	}
}
