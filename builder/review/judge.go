package review

import (
	"cmp"
	"fmt"
	"path"
	"slices"
	"strings"
	"time"

	"handbook/builder/book"
	"handbook/builder/diag"
	"handbook/builder/page"
	"handbook/builder/schema"
)

// Judge gives every page of the book its verdict as of the day. Generated nodes get none.
func Judge(b *book.Book, today page.Date) (Verdicts, diag.List) {
	warn, err := schema.ParseInterval(b.Site.Review.Warn)
	if err != nil {
		warn = page.Interval{Count: 14, Unit: schema.Days}
	}
	j := judge{book: b, today: today, warn: warn, people: people(b), verdicts: make(Verdicts, len(b.Nodes))}
	for _, n := range b.Nodes {
		if n.Page != nil {
			j.verdicts[n] = j.page(n)
		}
	}
	return j.verdicts, j.msgs
}

type judge struct {
	book     *book.Book
	today    page.Date
	warn     page.Interval
	people   map[string]*book.Node
	verdicts Verdicts
	msgs     diag.List
}

func (j *judge) page(n *book.Node) Verdict {
	v := Verdict{Reviewed: n.Reviewed, ByName: n.ReviewedBy, Every: n.ReviewEvery}
	if j.today.Before(v.Reviewed) {
		j.msgs.Add(diag.InvalidValue, n.Page.Place("reviewed"), fmt.Sprintf("the review of %s lies in the future", v.Reviewed),
			"write the day on which somebody read the page; until then it counts as not reviewed")
		v.Reviewed, v.ByName = page.Date{}, ""
	}
	if v.ByName != "" {
		v.By = j.people[strings.ToLower(v.ByName)]
	}
	state, sentence := j.date(n, &v)
	v.Reasons = append(v.Reasons, Reason{state, sentence})
	slices.SortStableFunc(v.Reasons, func(a, b Reason) int { return cmp.Compare(a.State.Rank(), b.State.Rank()) })
	v.State = v.Reasons[0].State
	if v.State == Overdue {
		j.msgs.Add(diag.ReviewOverdue, n.Page.Place("reviewed"), fmt.Sprintf("the review of this page was due on %s", v.Next),
			"read the page, mend what is wrong, and set `reviewed` to today")
	}
	return v
}

// date judges by the calendar alone and fills in the coming dates.
func (j *judge) date(n *book.Node, v *Verdict) (State, string) {
	typ, _ := j.book.Site.TypeNamed(n.Type)
	switch {
	case n.Status != "" && slices.Contains(typ.Ended, n.Status):
		return Exempt, fmt.Sprintf("Its status is %s, so nobody has to review it any more.", n.Status)
	case v.Every.Unit == schema.Never:
		return Exempt, "It is a record and is never reviewed."
	case v.Every.IsZero() && v.Reviewed.IsZero():
		return Exempt, "Nobody has said how often it should be reviewed."
	case v.Every.IsZero():
		return Exempt, fmt.Sprintf("It was reviewed on %s, and nobody has said when to look again.", Words(v.Reviewed))
	case v.Reviewed.IsZero():
		return Unreviewed, fmt.Sprintf("It should be reviewed every %s and never was.", every(v.Every))
	}
	v.Next = v.Reviewed.Add(v.Every)
	// A window longer than a quarter of the interval would leave a page that is reviewed weekly always due.
	window := min(v.Reviewed.DaysUntil(v.Reviewed.Add(j.warn)), v.Reviewed.DaysUntil(v.Next)/4)
	v.Warn = v.Next.AddDays(-window)
	by := ""
	if name := v.Reviewer(); name != "" {
		by = " by " + name
	}
	switch {
	case !j.today.Before(v.Next):
		return Overdue, fmt.Sprintf("It was reviewed on %s%s, and the next review was due on %s.", Words(v.Reviewed), by, Words(v.Next))
	case !j.today.Before(v.Warn):
		return Due, fmt.Sprintf("It was reviewed on %s%s, and the next review is due soon, on %s.", Words(v.Reviewed), by, Words(v.Next))
	}
	return Fresh, fmt.Sprintf("It was reviewed on %s%s. The next review is due on %s.", Words(v.Reviewed), by, Words(v.Next))
}

// people finds teams and persons by id, by the end of their id and by title, in lower case.
func people(b *book.Book) map[string]*book.Node {
	found := map[string]*book.Node{}
	for _, n := range b.Nodes {
		if n.Type != "person" && n.Type != "team" {
			continue
		}
		for _, name := range []string{n.ID, path.Base(n.ID), n.Title} {
			if name = strings.ToLower(name); found[name] == nil {
				found[name] = n
			}
		}
	}
	return found
}

// Reviewer is who reviewed the page, as readers know them; "" when that is not known.
func (v Verdict) Reviewer() string {
	if v.By != nil {
		return v.By.Title
	}
	return v.ByName
}

// Rank orders states from the worst, 0, to exempt.
func (s State) Rank() int { return slices.Index(States(), s) }

// States lists all states from the worst to the best, exempt last.
func States() []State {
	return []State{Overdue, Suspect, Changed, Unreviewed, Due, Fresh, Exempt}
}

// Words writes a date as people say it: "28 October 2026".
func Words(d page.Date) string {
	return fmt.Sprintf("%d %s %d", d.Day, time.Month(d.Month), d.Year)
}

// every puts an interval behind the word "every": "6 months", but "year" for one of them.
func every(i page.Interval) string {
	if i.Count == 1 {
		return i.String()[2:]
	}
	return i.String()
}
