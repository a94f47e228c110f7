// Package agenda tells owners what there is to do: which pages to review, to read and to write, as a digest for Slack,
// Markdown and mail, a calendar, a feed, and counts by week. What a page's state is, review has judged.
package agenda

import (
	"cmp"
	"slices"
	"strings"

	"handbook/builder/book"
	"handbook/builder/people"
	"handbook/builder/query"
	"handbook/builder/review"
	"handbook/builder/schema"
)

// Task is one page that somebody should look at.
type Task struct {
	Node    *book.Node
	Verdict review.Verdict
}

// Agenda is what an owner should look at. Message, Calendar and Feed write it down.
type Agenda struct {
	Site   *schema.Site
	Owner  *book.Node      // nil for everybody
	Today  schema.Date     // the day that the verdicts were judged by
	Until  schema.Date     // the last day that was looked ahead to; zero for no end
	Tasks  []Task          // worst first, then by the next review, then by id
	Reads  []ToRead        // what a person is asked to read; nobody else has any
	Duties []query.Duty    // all else that is to be done, first what is due first; see With
	Pages  int             // how many pages were looked at
	Stand  review.Standing // of the pages that the owner answers for: of a team without those of its members, as on its page
	Last   schema.Date     // the last review of any of these pages; zero when none was reviewed
}

// New collects the pages that need somebody: those that are overdue, suspect, changed, unreviewed or due, and
// those whose next review falls on or before until. A zero until takes every page with a next review. Of a team it
// takes the pages of its members as well; of a nil owner, every page.
func New(b *book.Book, vs review.Verdicts, owner *book.Node, today, until schema.Date) Agenda {
	a := Agenda{Site: b.Site, Owner: owner, Today: today, Until: until, Reads: Unread(b, vs, owner)}
	own := b.Nodes
	if owner != nil {
		own = owner.Owns
	}
	a.Stand = vs.Stand(own)
	for _, n := range pagesOf(b, owner) {
		v, ok := vs[n]
		if !ok {
			continue
		}
		a.Pages++
		if a.Last.Before(v.Reviewed) {
			a.Last = v.Reviewed
		}
		if v.State.Rank() <= review.Due.Rank() || !v.Next.IsZero() && (until.IsZero() || !until.Before(v.Next)) {
			a.Tasks = append(a.Tasks, Task{n, *v})
		}
	}
	slices.SortFunc(a.Tasks, func(s, t Task) int {
		return cmp.Or(cmp.Compare(s.Verdict.State.Rank(), t.Verdict.State.Rank()),
			compareDue(s.Verdict.Next, t.Verdict.Next), cmp.Compare(s.Node.ID, t.Node.ID))
	})
	return a
}

// With adds what the owner has to do besides reading and reviewing pages; what is due later than the agenda looks ahead is left out.
func (a Agenda) With(duties []query.Duty) Agenda {
	for _, d := range duties {
		here := a.Owner == nil || slices.Contains(d.For, a.Owner)
		if here && d.Kind != query.DutyReview && d.Kind != query.DutyRead && (d.Due.IsZero() || a.Until.IsZero() || !a.Until.Before(d.Due)) {
			a.Duties = append(a.Duties, d)
		}
	}
	slices.SortStableFunc(a.Duties, func(c, d query.Duty) int { return compareDue(c.Due, d.Due) })
	return a
}

// EverReviewed reports whether a page of the owner was ever reviewed; of a team, or one of its members'.
func EverReviewed(b *book.Book, vs review.Verdicts, owner *book.Node) bool {
	return slices.ContainsFunc(pagesOf(b, owner), func(n *book.Node) bool { return !vs.Of(n).Reviewed.IsZero() })
}

// pagesOf lists the pages of an owner, and of a team's members; all pages for nil.
func pagesOf(b *book.Book, owner *book.Node) []*book.Node {
	if owner == nil {
		return slices.DeleteFunc(slices.Clone(b.Nodes), func(n *book.Node) bool { return n.Page == nil })
	}
	var pages []*book.Node
	seen := map[*book.Node]bool{}
	for _, o := range append([]*book.Node{owner}, people.Members(b, owner)...) {
		for _, n := range o.Owns {
			if !seen[n] {
				seen[n] = true
				pages = append(pages, n)
			}
		}
	}
	return pages
}

// compareDue puts pages without a next review last.
func compareDue(a, b schema.Date) int {
	switch {
	case a == b:
		return 0
	case a.IsZero():
		return 1
	case b.IsZero():
		return -1
	}
	return a.Compare(b)
}

// States lists the states that hold, worst first, each once.
func (t Task) States() []review.State {
	var states []review.State
	for _, r := range t.Verdict.Reasons {
		if !slices.Contains(states, r.State) {
			states = append(states, r.State)
		}
	}
	return states
}

// Address is the page's whole address where the site's is known, else its path on the site.
func (a Agenda) Address(n *book.Node) string { return cmp.Or(a.link(n), n.URL) }

// link is an address that works outside the site too; "" when the site's address is not known.
func (a Agenda) link(n *book.Node) string {
	if n == nil {
		return ""
	}
	return a.Site.Whole(n.URL)
}

// who is the owner as readers know them.
func (a Agenda) who() string {
	if a.Owner == nil {
		return cmp.Or(a.Site.Name, a.Site.Phrases.Handbook)
	}
	return a.Owner.Title
}

// nothing is the sentence for an agenda with nothing to do.
func (a Agenda) nothing() string {
	say := &a.Site.Phrases
	switch {
	case a.Pages == 0:
		return say.NoPage
	case a.Until.IsZero():
		return say.None
	}
	return schema.Fill(say.NoneTill, "date", say.Day(a.Until))
}

// StatesText joins the states: "overdue, suspect". Fresh is left out where there is more to say.
func (t Task) StatesText() string {
	return strings.Join(t.words(func(s review.State) string { return string(s) }), ", ")
}

// label is StatesText in a message to the owner.
func (a Agenda) label(t Task) string { return strings.Join(t.words(a.told), ", ") }

func (t Task) words(word func(review.State) string) []string {
	var words []string
	for _, s := range t.States() {
		if s != review.Fresh || len(words) == 0 {
			words = append(words, word(s))
		}
	}
	return words
}

// told is a state in a list of what to review, where "fresh" would puzzle.
func (a Agenda) told(s review.State) string {
	return cmp.Or(a.Site.Phrases.Labels[string(s)], string(s))
}

// maxWhy is how many reasons one task gives. A page may rely on dozens of sections that all changed.
const maxWhy = 3

// why gives the reasons of a task in sentences, the worst first.
func (a Agenda) why(t Task) string {
	var sentences []string
	more := 0
	for _, r := range t.Verdict.Reasons {
		switch {
		case r.State == review.Fresh && len(sentences) > 0:
		case len(sentences) == maxWhy:
			more++
		default:
			sentences = append(sentences, r.Sentence)
		}
	}
	if more > 0 {
		sentences = append(sentences, a.Site.Phrases.Reasons.Count(more))
	}
	if plan := a.bestDone(t.Verdict); plan != "" && t.Verdict.State.Rank() >= review.Due.Rank() {
		sentences = append(sentences, plan)
	}
	return strings.Join(sentences, " ")
}

// bestDone names the week in which to do a review, where that is not the week of its due date.
func (a Agenda) bestDone(v review.Verdict) string {
	if v.Plan.IsZero() || v.Plan == review.Week(v.Next) {
		return ""
	}
	return schema.Fill(a.Site.Phrases.BestDone, "date", a.Site.Phrases.Day(v.Plan))
}

// key names a task in what leaves the site, so that a bot updates what it said before. It stays the same from day to
// day until the page's state or due date is another. Coming reviews count as due.
func (t Task) key() []string {
	state := t.Verdict.State
	if state == review.Fresh {
		state = review.Due
	}
	return []string{"task", t.Node.ID, string(state), t.Verdict.Next.String()}
}

// about tells what this owner is sent from what others are.
func (a Agenda) about() string {
	if a.Owner == nil {
		return ""
	}
	return a.Owner.ID
}

func (a Agenda) id(parts ...string) id { return idOf(a.Site, a.about(), parts...) }
