package review

import (
	"cmp"
	"crypto/sha256"
	"fmt"
	"slices"
	"strings"

	"handbook/builder/book"
	"handbook/builder/schema"
)

// Task is one page that somebody should look at.
type Task struct {
	Node    *book.Node
	Verdict Verdict
}

// Agenda is what an owner should look at. Calendar, Feed, Slack, Markdown and Email write it down.
type Agenda struct {
	Site   *schema.Site
	Owner  *book.Node  // nil for everybody
	Today  schema.Date // the day that the verdicts were judged by
	Until  schema.Date // the last day that was looked ahead to; zero for no end
	Tasks  []Task      // worst first, then by the next review, then by id
	Reads  []ToRead    // what a person is asked to read; nobody else has any
	Writes []ToWrite   // what has to be written by a day, first what is due first; for whoever makes the agenda to fill in
	Pages  int         // how many pages were looked at
	Last   schema.Date // the last review of any of these pages; zero when none was reviewed
}

// NewAgenda collects the pages that need somebody: those that are overdue, suspect, changed, unreviewed or due, and
// those whose next review falls on or before until. A zero until takes every page with a next review. Of a team it
// takes the pages of its members as well; of a nil owner, every page.
func NewAgenda(b *book.Book, vs Verdicts, owner *book.Node, today, until schema.Date) Agenda {
	a := Agenda{Site: b.Site, Owner: owner, Today: today, Until: until, Reads: Unread(b, vs, owner)}
	for _, n := range pagesOf(b, owner) {
		v, ok := vs[n]
		if !ok {
			continue
		}
		a.Pages++
		if a.Last.Before(v.Reviewed) {
			a.Last = v.Reviewed
		}
		if v.State.Rank() <= Due.Rank() || !v.Next.IsZero() && (until.IsZero() || !until.Before(v.Next)) {
			a.Tasks = append(a.Tasks, Task{n, *v})
		}
	}
	slices.SortFunc(a.Tasks, func(s, t Task) int {
		return cmp.Or(cmp.Compare(s.Verdict.State.Rank(), t.Verdict.State.Rank()),
			compareDue(s.Verdict.Next, t.Verdict.Next), cmp.Compare(s.Node.ID, t.Node.ID))
	})
	return a
}

// EverReviewed reports whether a page of the owner was ever reviewed; of a team, or one of its members'.
func EverReviewed(b *book.Book, vs Verdicts, owner *book.Node) bool {
	return slices.ContainsFunc(append([]*book.Node{owner}, members(b, owner)...), func(o *book.Node) bool {
		return slices.ContainsFunc(o.Owns, func(n *book.Node) bool { return !vs.Of(n).Reviewed.IsZero() })
	})
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

// Name is how commands and messages call the page: its id, "_index" for the home page.
func (t Task) Name() string { return nameOf(t.Node) }

// OwnerName is the id of the page's owner, or the name as written of an owner without a page; "" for nobody.
func (t Task) OwnerName() string { return OwnerName(t.Node.Owner) }

// States lists the states that hold, worst first, each once.
func (t Task) States() []State {
	var states []State
	for _, r := range t.Verdict.Reasons {
		if !slices.Contains(states, r.State) {
			states = append(states, r.State)
		}
	}
	return states
}

// Address is the page's whole address where the site's is known, else its path on the site.
func (a Agenda) Address(t Task) string {
	if whole := a.link(t.Node); whole != "" {
		return whole
	}
	return t.Node.URL
}

// link is an address that works outside the site too; "" when the site's address is not known.
func (a Agenda) link(n *book.Node) string {
	if n == nil || a.Site.BaseURL == "" {
		return ""
	}
	return strings.TrimSuffix(a.Site.BaseURL, "/") + "/" + strings.TrimPrefix(n.URL, cmp.Or(a.Site.BasePath, "/"))
}

// who is the owner as readers know them.
func (a Agenda) who() string {
	if a.Owner == nil {
		return cmp.Or(a.Site.Name, a.Site.Phrases.Handbook)
	}
	return a.Owner.Title
}

// headline sums the agenda up: "Payments: 1 page to read, 3 pages to review".
func (a Agenda) headline(chapters []chapter) string {
	say := &a.Site.Phrases
	if len(chapters) == 0 {
		return schema.Fill(say.Nothing, "owner", a.who())
	}
	what := make([]string, len(chapters))
	for i, c := range chapters {
		what[i] = c.headline
	}
	return schema.Fill(say.Headline, "owner", a.who(), "what", strings.Join(what, ", "))
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
	return strings.Join(t.words(func(s State) string { return string(s) }), ", ")
}

// label is StatesText in a message to the owner.
func (a Agenda) label(t Task) string { return strings.Join(t.words(a.told), ", ") }

func (t Task) words(word func(State) string) []string {
	var words []string
	for _, s := range t.States() {
		if s != Fresh || len(words) == 0 {
			words = append(words, word(s))
		}
	}
	return words
}

// told is a state in a list of what to review, where "fresh" would puzzle.
func (a Agenda) told(s State) string { return cmp.Or(a.Site.Phrases.Labels[string(s)], string(s)) }

// maxWhy is how many reasons one task gives. A page may rely on dozens of sections that all changed.
const maxWhy = 3

// why gives the reasons of a task in sentences, the worst first.
func (a Agenda) why(t Task) string {
	var sentences []string
	more := 0
	for _, r := range t.Verdict.Reasons {
		switch {
		case r.State == Fresh && len(sentences) > 0:
		case len(sentences) == maxWhy:
			more++
		default:
			sentences = append(sentences, r.Sentence)
		}
	}
	if more > 0 {
		sentences = append(sentences, a.Site.Phrases.Reasons.Count(more))
	}
	if plan := a.bestDone(t.Verdict); plan != "" && t.Verdict.State.Rank() >= Due.Rank() {
		sentences = append(sentences, plan)
	}
	return strings.Join(sentences, " ")
}

// bestDone names the week in which to do a review, where that is not the week of its due date.
func (a Agenda) bestDone(v Verdict) string {
	if v.Plan.IsZero() || v.Plan == Week(v.Next) {
		return ""
	}
	return schema.Fill(a.Site.Phrases.BestDone, "date", a.Site.Phrases.Day(v.Plan))
}

// id names a task in what leaves the site, so that a bot updates what it said before. It stays the same from day to
// day until the page's state or due date is another. Coming reviews count as due.
func (a Agenda) id(t Task) id {
	state := t.Verdict.State
	if state == Fresh {
		state = Due
	}
	return a.idOf("task", t.Node.ID, string(state), t.Verdict.Next.String())
}

// idOf hashes parts under the site and the owner.
func (a Agenda) idOf(parts ...string) id {
	owner := ""
	if a.Owner != nil {
		owner = a.Owner.ID
	}
	h := sha256.New()
	for _, p := range append([]string{cmp.Or(a.Site.BaseURL, a.Site.Name), owner}, parts...) {
		fmt.Fprintf(h, "%d:%s", len(p), p)
	}
	return id(h.Sum(nil))
}

// id is the hash of what it names.
type id [sha256.Size]byte

// short is sixteen hexadecimal digits.
func (i id) short() string { return fmt.Sprintf("%x", i[:8]) }

// uuid is the id as a UUID of version 8 (RFC 9562), for forms that want an id without like in the world.
func (i id) uuid() string {
	i[6] = i[6]&0x0f | 0x80
	i[8] = i[8]&0x3f | 0x80
	return fmt.Sprintf("%x-%x-%x-%x-%x", i[0:4], i[4:6], i[6:8], i[8:10], i[10:16])
}
