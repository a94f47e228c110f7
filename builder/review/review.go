// Package review judges how far a page can be trusted: from its dates, its owner and the site's policy, to a
// Verdict with dates and reasons. It does not read files or know today's date except as an argument.
package review

import (
	"handbook/builder/book"
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
	State    State      // the worst of Reasons
	Reasons  []Reason   // worst first; never empty
	Reviewed page.Date  // the last review
	By       *book.Node // who reviewed; nil when not known
	ByName   string     // as written, when By is nil
	Warn     page.Date  // from this day a review is due soon; zero when there is no next review
	Next     page.Date  // on this day the review is overdue; zero when there is no next review
	Every    page.Interval
}

// Reason is one state with the sentence that explains it.
type Reason struct {
	State    State
	Sentence string // "Reviewed on 28 October 2026; the next review is due on 26 January 2027."
}

// Verdicts holds one verdict for each node with a page, and none for generated nodes.
type Verdicts map[*book.Node]Verdict
