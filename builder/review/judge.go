package review

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"sync"
	"time"

	"handbook/builder/book"
	"handbook/builder/diag"
	"handbook/builder/memo"
	"handbook/builder/page"
	"handbook/builder/people"
	"handbook/builder/schema"
)

// Input is what Judge judges by.
type Input struct {
	Book    *book.Book
	Pages   page.Pages // the texts of the book's pages
	Today   schema.Date
	Records []Record // reviews, in any order
	Acks    []Record // acknowledgements, in any order
	Past    Past     // nil when nothing is known of earlier days

	Set *memo.Set // remembers the verdicts; may be nil
	Sum memo.Sum  // of all of the above but the texts, and but for what Past knows of edits that are not committed; for Set
}

// Past is what is known of the repository's earlier days. It is asked by several goroutines at once.
type Past interface {
	// Edits lists the changes of the text of a page's file, by its path below the content folder, the newest first.
	Edits(path string) []Edit
	// Versions is the page as it stood before an edit of it, nil if that brought the page, and after it.
	Versions(path string, e Edit) (before, after *page.Page, ok bool)
	// Alike lists versions of a page that differ from today's only by commits that do not count.
	Alike(path string) []*page.Page
	// Tracked lists the changes after a day to the repository's files that match a pattern, the newest first, and the sums
	// of these files: as they are now, then as before each newer commit that does not count. ok is false when the
	// repository has no such file.
	Tracked(pattern string, after schema.Date) (edits []Edit, sums []Sum, ok bool)
	// Deleted lists the pages that were deleted since a day, the newest first.
	Deleted(since schema.Date) []Deleted
}

// Deleted is a page that is no longer there.
type Deleted struct {
	Page *page.Page // as it last was
	Edit Edit       // that deleted it
}

// Edit is one change, by a commit.
type Edit struct {
	Day    schema.Date
	By     string // the author's name; "" when it is not committed yet
	Commit string // full id; "" when it is not committed yet
	New    bool   // it brought the page
	File   string // below the repository's top folder, for tracked files; "" for pages
}

// Judge gives every page of the book its verdict as of the day. Generated nodes get none.
func Judge(ctx context.Context, in Input) (Verdicts, diag.List) {
	warn, err := schema.ParseInterval(in.Book.Site.Review.Warn)
	if err != nil {
		warn = schema.Interval{Count: 14, Unit: schema.Days}
	}
	j := &judge{Input: in, warn: warn, people: people.NewIndex(people.Known(in.Book)), verdicts: make(Verdicts, len(in.Book.Nodes)), texts: new(sync.Map), days: new(sync.Map)}
	j.records, j.acks = j.assign(Reviews, in.Records), j.assign(Acknowledgements, in.Acks)
	j.ask()
	j.circles()
	j.pages(ctx)
	j.twoStepsAway()
	j.left()
	j.schedule()
	return j.verdicts, j.msgs
}

type judge struct {
	Input
	warn     schema.Interval
	people   people.Index
	records  map[*book.Node][]Record // reviews of each page, in the order of the file
	acks     map[*book.Node][]Record // and acknowledgements
	asked    map[*page.Acknowledge][]Reader
	verdicts Verdicts
	msgs     diag.List
	texts    *sync.Map // passages by where they stand, for the many pages that rely on one

	days *sync.Map // days in words
}

// text is the page of a node, with its text.
func (j *judge) text(n *book.Node) *page.Page { return j.Pages(n.Page) }

// day is a day in words.
func (j *judge) day(d schema.Date) string {
	if words, known := j.days.Load(d); known {
		return words.(string)
	}
	words := j.Book.Site.Phrases.Day(d)
	j.days.Store(d, words)
	return words
}

// ruling is the verdict on a page, and what is told of it.
type ruling struct {
	verdict Verdict
	msgs    diag.List
}

type judging struct {
	*judge
	node *book.Node
}

// ruled depends, of all texts, on those of the page and of the pages that it relies on.
var ruled = &memo.Func[judging, ruling]{
	Name: "verdict",
	Sum: func(j judging) memo.Sum {
		var h memo.Hash
		h.Sum(j.Sum)
		h.Uint(uint64(j.node.Number()))
		h.Sum(j.text(j.node).Prints) // what is read there, and whether its file is what was committed
		for _, d := range j.node.Depends {
			if on := d.Target.Node; on != nil && on.Page != nil {
				h.Sum(j.text(on).Prints)
			}
		}
		return h.End()
	},
	Make: func(_ context.Context, j judging) ruling {
		one := *j.judge
		one.msgs = nil
		var v Verdict
		one.page(j.node, &v)
		return ruling{v, one.msgs}
	},
}

// pages judges each page, on all processors: what a reviewer read may have to be parsed again.
func (j *judge) pages(ctx context.Context) {
	all := make([]ruling, len(j.Book.Nodes))
	memo.Each(len(all), func(i int) {
		if n := j.Book.Nodes[i]; n.Page != nil {
			all[i] = memo.Of(ctx, j.Set, ruled, judging{j, n})
		}
	})
	for i, n := range j.Book.Nodes {
		if n.Page != nil {
			j.verdicts[n] = &all[i].verdict
			j.msgs = append(j.msgs, all[i].msgs...)
		}
	}
}

// page judges one page.
func (j *judge) page(n *book.Node, v *Verdict) {
	last, reviews := j.last(n)
	v.Reviewed, v.ByName, v.Every, v.Reviews = last.Date, last.By, n.ReviewEvery, reviews
	if v.ByName != "" {
		v.By = j.people.Find(v.ByName)
	}
	if j.Past != nil {
		if edits := j.Past.Edits(n.Page.Path); len(edits) > 0 {
			v.Changed = edits[0]
		}
	}
	state, sentence := j.date(n, v)
	v.Reasons = []Reason{{State: state, Sentence: sentence}}
	// Whoever vouched for a page vouched for that text, whether or not anybody said when to look again.
	if !v.Reviewed.IsZero() && (state != Exempt || v.Every.IsZero() && !j.ended(n)) {
		v.Reasons = append(v.Reasons, j.changed(n, last)...)
		v.Reasons = append(v.Reasons, j.relies(n, last)...)
		v.Reasons = append(v.Reasons, j.tracks(n, last)...)
	}
	if len(v.Reasons) > 1 {
		slices.SortStableFunc(v.Reasons, func(a, b Reason) int { return cmp.Compare(a.State.Rank(), b.State.Rank()) })
	}
	v.State = v.Reasons[0].State
	v.SignOff = j.signOff(n)
	v.Proposals = j.proposals(n)
	if v.State == Overdue {
		j.msgs.Add(diag.ReviewOverdue, n.Page.Place("reviewed"), "the review of this page was due on "+v.Next.String(),
			"read the page, mend what is wrong, and run `handbook review "+n.Name()+"`")
	}
}

// last is the review of a page that counts, a Record without fingerprints when it stands in frontmatter; and all of them,
// that one first and then the latest.
func (j *judge) last(n *book.Node) (Record, []Record) {
	reviews := slices.Clone(j.records[n])
	if !n.Reviewed.IsZero() {
		if j.Today.Before(n.Reviewed) {
			j.msgs.Add(diag.InvalidValue, n.Page.Place("reviewed"), fmt.Sprintf("the review of %s lies in the future", n.Reviewed),
				"write the day on which somebody read the page; until then it counts as not reviewed")
		} else {
			r := Record{Page: n.ID, Date: n.Reviewed, By: n.ReviewedBy}
			if len(reviews) == 0 {
				return r, []Record{r}
			}
			r.At = n.Page.Place("reviewed")
			reviews = append(reviews, r)
		}
	}
	if len(reviews) == 0 {
		return Record{}, nil
	}
	slices.SortStableFunc(reviews, latestFirst)
	j.lead(n, reviews)
	return reviews[0], reviews
}

// date judges by the calendar alone and fills in the coming dates.
func (j *judge) date(n *book.Node, v *Verdict) (State, string) {
	say := &j.Book.Site.Phrases
	switch {
	case j.ended(n):
		return Exempt, schema.Fill(say.Ended, "status", n.Status)
	case v.Every.Unit == schema.Never:
		return Exempt, say.Never
	case v.Every.IsZero() && v.Reviewed.IsZero():
		return Exempt, say.Unplanned
	case v.Every.IsZero():
		return Exempt, schema.Fill(say.Once, "date", j.day(v.Reviewed))
	case v.Reviewed.IsZero():
		return Unreviewed, schema.Fill(say.Unreviewed, "every", say.Every(v.Every))
	}
	v.Next = v.Reviewed.Add(v.Every)
	// A window longer than a quarter of the interval would leave a page that is reviewed weekly always due.
	window := min(v.Reviewed.DaysUntil(v.Reviewed.Add(j.warn)), v.Reviewed.DaysUntil(v.Next)/4)
	v.Warn = v.Next.AddDays(-window)
	state, sentence := Fresh, say.Fresh
	switch {
	case !j.Today.Before(v.Next):
		state, sentence = Overdue, say.Overdue
	case !j.Today.Before(v.Warn):
		state, sentence = Due, say.Due
	}
	return state, v.dates(say, sentence, j.day)
}

// ended reports whether a page's status ends its life.
func (j *judge) ended(n *book.Node) bool {
	if n.Status == "" {
		return false
	}
	typ := j.Book.Site.Type(n.Type)
	return typ != nil && typ.Ends(n.Status)
}

// dates fills a phrase about the last review and the next one, with days in words.
func (v *Verdict) dates(say *schema.Phrases, phrase string, words func(schema.Date) string) string {
	by := ""
	if name := v.Reviewer(); name != "" {
		by = schema.Fill(say.By, "name", name)
	}
	return schema.Fill(phrase, "date", words(v.Reviewed), "by", by, "next", words(v.Next))
}

// Since is the day from which on a reason holds; zero when that is not known.
func (v *Verdict) Since(r Reason) schema.Date {
	switch r.State {
	case Overdue:
		return v.Next
	case Due:
		return v.Warn
	case Fresh:
		return v.Reviewed
	case Unreviewed:
		return v.Changed.Day
	case Exempt:
		return schema.Date{}
	}
	return cmp.Or(r.Edit.Day, v.Reviewed) // an edit of which nothing is known was made some day after the review
}

// Told is why a page is in its state, in sentences that read the same on any day: for whoever keeps them.
func (v *Verdict) Told(r Reason, say *schema.Phrases) string {
	switch r.State {
	case Overdue, Due, Fresh:
		return v.dates(say, say.Reviewed, say.Day)
	}
	return r.Sentence
}

// Reviewer is who reviewed the page, as readers know them; "" when that is not known.
func (v *Verdict) Reviewer() string {
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

// Words writes a date as people say it in English, for the terminal: "28 October 2026".
func Words(d schema.Date) string {
	return fmt.Sprintf("%d %s %d", d.Day, time.Month(d.Month), d.Year)
}
