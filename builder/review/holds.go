package review

import (
	"cmp"
	"slices"

	"handbook/builder/book"
	"handbook/builder/page"
)

// Which of several records of a page counts. A record vouches for a text, so the latest one of the text as it now reads
// does, whatever stands above or below it: two branches that are merged bring their lines in either order, and on one
// day many can be written.

// latestFirst orders records. Of one day the later line leads, and a line is before what frontmatter says, since it knows
// what was read.
func latestFirst(a, b Record) int {
	line := func(r Record) int {
		if r.Text == 0 {
			return -1
		}
		return r.At.Start
	}
	return cmp.Or(b.Date.Compare(a.Date), cmp.Compare(line(b), line(a)))
}

// fit is how far a record is of what stands there now.
type fit uint8

const (
	fitsNothing fit = iota
	fitsText        // of the page's text
	fitsAll         // and of all that the page relies on
)

// lead puts the review that counts before the others, which are the latest first.
func (j *judge) lead(n *book.Node, reviews []Record) {
	lead, best := 0, fitsNothing
	for i := 0; i < len(reviews) && best < fitsAll; i++ {
		if f := j.fits(n, reviews[i], i == 0); f > best {
			lead, best = i, f
		}
	}
	r := reviews[lead]
	copy(reviews[1:lead+1], reviews[:lead])
	reviews[0] = r
}

// fits says how far a review is of what stands there now. last is whether no other is later.
func (j *judge) fits(n *book.Node, r Record, last bool) fit {
	if r.Text == 0 && (j.Past == nil || len(j.Past.Edits(n.Page.Path)) == 0) {
		// Nobody knows what was read. The last word counts; an earlier one says nothing against a fingerprint.
		if last {
			return fitsAll
		}
		return fitsNothing
	}
	if !j.stands(j.text(n), reading{r.Date, r.Text, r.Text != 0}, textOf) {
		return fitsNothing
	}
	for _, d := range n.Depends {
		t := d.Target
		section := sectionOf(t.Fragment)
		if _, ok := section(j.text(t.Node)); t.Node == n || !ok {
			continue
		}
		then, recorded := r.Relies[Reliance(t)]
		if !j.stands(j.text(t.Node), reading{r.Date, then, recorded}, section) {
			return fitsText
		}
	}
	if j.Past == nil {
		return fitsAll
	}
	for _, pattern := range n.Page.Meta.Tracks {
		if edits, sums, ok := j.Past.Tracked(pattern, r.Date); ok && trackedSince(r, pattern, edits, sums) {
			return fitsText
		}
	}
	return fitsAll
}

// stands reports whether what sum measures reads as it did, as far as that is known. It is since without the question how
// it came to read otherwise.
func (j *judge) stands(p *page.Page, last reading, sum func(*page.Page) (Sum, bool)) bool {
	if !last.recorded {
		_, changed := j.since(p, last, sum)
		return !changed
	}
	reads := func(p *page.Page) bool {
		now, had := sum(p)
		return had && now == last.sum
	}
	return reads(p) || j.Past != nil && slices.ContainsFunc(j.Past.Alike(p.Path), reads)
}

// trackedSince reports whether files that a page tracks have changed since a review.
func trackedSince(r Record, pattern string, edits []Edit, sums []Sum) bool {
	if then, recorded := r.Relies[Tracking(pattern)]; recorded {
		return !slices.Contains(sums, then)
	}
	return len(edits) > 0
}

// textOf measures a whole text, sectionOf one section.
func textOf(p *page.Page) (Sum, bool) { return TextSum(p), true }

func sectionOf(id string) func(*page.Page) (Sum, bool) {
	return func(p *page.Page) (Sum, bool) { return SectionSum(p, id) }
}
