package review

import (
	"fmt"
	"slices"
	"strings"

	"handbook/builder/book"
	"handbook/builder/diag"
	"handbook/builder/page"
	"handbook/builder/people"
	"handbook/builder/schema"
)

// SignOff is who has to read a page and who has.
type SignOff struct {
	Until   schema.Date // the last day to do so; zero for none
	Readers []Reader    // by title
}

// Reader is somebody who has to read a page.
type Reader struct {
	Node *book.Node   // a person, or a team that names no members
	Of   []*book.Node // the teams that were asked; empty where the page asks them by name
	Last Record       // their last acknowledgement; its Date is zero when there is none
	Open bool         // they have not read it, or not as it now reads
	Edit Edit         // the last change since they read it; zero when it is not known
	Diff *Diff        // what has changed since they read it; nil when that is not known
}

// Missing counts those who have not read the page as it now reads.
func (s *SignOff) Missing() int {
	n := 0
	for _, r := range s.Readers {
		if r.Open {
			n++
		}
	}
	return n
}

// Overdue reports whether somebody has not read the page though the last day has passed.
func (s *SignOff) Overdue(today schema.Date) bool {
	return !s.Until.IsZero() && s.Until.Before(today) && s.Missing() > 0
}

// ask finds who is asked, once for each place that says so, which may be the cascade of many pages.
func (j *judge) ask() {
	j.asked = map[*page.Acknowledge][]Reader{}
	means := map[string]*book.Node{}
	of := map[*book.Node][]*book.Node{}
	for _, n := range j.Book.Nodes {
		a := n.Acknowledge
		if _, known := j.asked[a]; a == nil || known {
			continue
		}
		var readers []Reader
		at := map[*book.Node]int{}
		add := func(who, team *book.Node) {
			if j.gone(who) {
				return
			}
			i, known := at[who]
			if !known {
				i = len(readers)
				at[who], readers = i, append(readers, Reader{Node: who})
			}
			switch {
			case team == nil:
				readers[i].Of = nil
			case !known || len(readers[i].Of) > 0:
				readers[i].Of = append(readers[i].Of, team)
			}
		}
		for _, name := range a.By {
			who, known := means[name.Text]
			if !known {
				var help string
				who, help = people.Reviewer(j.Book, name.Text)
				means[name.Text] = who
				if who == nil {
					j.msgs.Add(diag.UnknownReader, name.At, fmt.Sprintf("no team or person %q, who is asked to read this", name.Text), help)
				}
			}
			if who == nil {
				continue
			}
			members, known := of[who]
			if !known {
				members = people.Members(j.Book, who)
				of[who] = members
			}
			for _, p := range members {
				add(p, who)
			}
			if len(members) == 0 {
				add(who, nil)
			}
		}
		slices.SortStableFunc(readers, func(a, b Reader) int {
			return book.ByTitle(a.Node, b.Node)
		})
		j.asked[a] = readers
	}
}

// gone reports whether a person has left.
func (j *judge) gone(who *book.Node) bool {
	day := people.Left(who)
	return !day.IsZero() && !j.Today.Before(day)
}

// signOff says who of those who are asked has read a page.
func (j *judge) signOff(n *book.Node) *SignOff {
	readers := j.asked[n.Acknowledge]
	if n.Acknowledge == nil || len(readers) == 0 {
		return nil
	}
	s := &SignOff{Until: n.Acknowledge.Until, Readers: slices.Clone(readers)}
	said := map[*book.Node][]Record{}
	for _, r := range j.acks[n] {
		if who := j.people.Find(r.By); who != nil {
			said[who] = append(said[who], r)
		}
	}
	reads := map[Sum]bool{}
	fits := func(r Record) bool {
		same, known := reads[r.Text]
		if !known {
			same = j.stands(j.text(n), reading{r.Date, r.Text, true}, textOf)
			reads[r.Text] = same
		}
		return same
	}
	type version struct {
		text Sum
		day  schema.Date
	}
	type found struct {
		drift
		changed bool
		diff    *Diff
	}
	versions := map[version]found{} // many people read a page on one day
	for i := range s.Readers {
		r := &s.Readers[i]
		records := said[r.Node]
		if len(records) == 0 {
			r.Open = true
			continue
		}
		slices.SortStableFunc(records, latestFirst)
		if i := slices.IndexFunc(records, fits); i >= 0 {
			r.Last = records[i]
			continue
		}
		r.Last = records[0]
		key := version{r.Last.Text, r.Last.Date}
		f, known := versions[key]
		if !known {
			f.drift, f.changed = j.since(j.text(n), reading{r.Last.Date, r.Last.Text, true}, textOf)
			if f.read != nil {
				f.diff = &Diff{Node: n, Old: j.passages(f.read, ""), New: j.passages(j.text(n), "")}
			}
			versions[key] = f
		}
		r.Open, r.Edit, r.Diff = f.changed, f.edit, f.diff
	}
	if s.Overdue(j.Today) {
		j.msgs.Add(diag.SignOffOverdue, n.Acknowledge.At, fmt.Sprintf("%q was to be read by %s, and %s not read it as it now reads: %s",
			n.Title, s.Until, have(s.Missing(), len(s.Readers)), missing(s)),
			fmt.Sprintf("ask them to read it and to run `handbook ack %s`, or give them until a later day", n.Name()))
	}
	return s
}

func have(missing, all int) string {
	switch {
	case missing == all && all == 1:
		return "the one who was asked has"
	case missing == 1:
		return fmt.Sprintf("1 of %d has", all)
	}
	return fmt.Sprintf("%d of %d have", missing, all)
}

// missing names those who have not read a page, at most five.
func missing(s *SignOff) string {
	const most = 5
	var names []string
	for _, r := range s.Readers {
		if r.Open {
			names = append(names, r.Node.Title)
		}
	}
	if more := len(names) - most; more > 0 {
		names = append(names[:most], fmt.Sprintf("%d more", more))
	}
	return strings.Join(names, ", ")
}
