// Package review judges how far a page can be trusted: from its dates, its owner and the site's policy, to a
// Verdict with dates and reasons. It does not read files or know today's date except as an argument.
//
// Verdicts carry dates, not ages: the page works out what they mean on the day on which it is looked at.
//
// A review is a line of a file, not an edit of the page. It holds the page, the day, the person, the fingerprint of the text and
// of each section that the page relies on. What changed is found by comparing fingerprints; git only says when and by whom, and
// shows the old text. So a review counts in a clone without history. An acknowledgement is a review of another kind.
//
// Doubt does not spread. A page is suspect when a section that it relies on reads otherwise than when it was reviewed. That the
// section's own page is suspect is a detail, not a state. Which record of several counts: holds.go. In which week to review:
// schedule.go.
package review

import (
	"handbook/builder/book"
	"handbook/builder/diag"
	"handbook/builder/page"
)

// State is what is known of a page's freshness, in the words of the manual.
type State string

// The states, from the worst to the best; exempt stands outside the order.
const (
	Overdue    State = "overdue"
	Suspect    State = "suspect"
	Changed    State = "changed"
	Unreviewed State = "unreviewed"
	Due        State = "due"
	Fresh      State = "fresh"
	Exempt     State = "exempt"
)

// Verdict is what the site says of one page. Dates are facts; State is what they meant on the day of the build.
type Verdict struct {
	State     State      // the worst of Reasons
	Reasons   []Reason   // worst first; never empty
	Details   []Detail   // what does not change the state
	Reviewed  page.Date  // the review that counts: the last one of the text as it reads, else the last one
	By        *book.Node // who reviewed; nil when not known
	ByName    string     // as written
	Warn      page.Date  // from this day a review is due soon; zero when there is no next review
	Next      page.Date  // on this day the review is overdue; zero when there is no next review
	Plan      page.Date  // the Monday of the week in which to review it; at most a quarter of the interval before Next
	Every     page.Interval
	Reviews   []Record   // all reviews: the one that counts, then the latest; those in frontmatter have no fingerprint
	Changed   Edit       // the last change of the text; zero when it is not known
	Proposals []Proposal // changes of the page that are under discussion, or agreed and not yet written
	SignOff   *SignOff   // who has to read the page and who has; nil for nobody
}

// Reason is one state with the sentence that explains it.
type Reason struct {
	State    State
	Sentence string // "It was reviewed on 28 October 2026. The next review is due on 26 January 2027."

	On       *book.Node // what the page relies on, for Suspect; nil for files of the repository
	Fragment string     // the section of it, "" for the whole page
	Edit     Edit       // the change that is the reason; zero when it is not known
	Diff     *Diff      // what changed; nil when the earlier text is not known
}

// Diff is a text as the reviewer read it and as it reads now.
type Diff struct {
	Node     *book.Node
	Fragment string   // of the section, "" for the whole page
	Old, New []string // the text, one block of it an entry
}

// Detail is a further fact about what a page relies on.
type Detail struct {
	On       *book.Node
	Sentence string
}

// Verdicts holds one verdict for each node with a page, and none for generated nodes.
type Verdicts map[*book.Node]*Verdict

// Of is the verdict of a node; an empty one, which is not to be changed, for a node without.
func (vs Verdicts) Of(n *book.Node) *Verdict {
	if v := vs[n]; v != nil {
		return v
	}
	return &none
}

// ReviewUsual reports whether so many of the pages that are to be reviewed were that one without a review stands out; see
// diag.Most.
func (vs Verdicts) ReviewUsual() bool {
	never, all := 0, 0
	for _, v := range vs {
		if v.State != Exempt {
			all++
		}
		if v.State == Unreviewed {
			never++
		}
	}
	return never < all && !diag.Most(never, all)
}

var none Verdict
