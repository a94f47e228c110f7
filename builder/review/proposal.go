package review

import (
	"fmt"
	"slices"

	"handbook/builder/book"
	"handbook/builder/diag"
	"handbook/builder/page"
	"handbook/builder/schema"
)

// Proposal is a change of a page that is under discussion, or agreed and not yet written.
type Proposal struct {
	Node     *book.Node  // the proposal
	Fragment string      // the section that it would change; "" for the page
	DecideBy schema.Date // zero for no day
	Agreed   schema.Date // the day on which it was agreed; zero while it is under discussion
}

// proposals lists what is proposed to change on a page. It tells of what was agreed while the page, or the section that
// it is about, reads as before.
func (j *judge) proposals(n *book.Node) []Proposal {
	var list []Proposal
	for _, rel := range n.Relating {
		from := rel.From
		if rel.Field.Name != "changes" || from.Type != "proposal" || from.URL == "" {
			continue
		}
		p := Proposal{Node: from, Fragment: rel.Fragment, DecideBy: dayOf(from, "decide_by")}
		if slices.ContainsFunc(list, func(had Proposal) bool { return had.Node == p.Node && had.Fragment == p.Fragment }) {
			continue
		}
		typ, _ := j.Book.Site.TypeNamed(from.Type)
		switch {
		case from.Status == "accepted":
			if p.Agreed = dayOf(from, "decided"); p.Agreed.IsZero() {
				p.Agreed = p.DecideBy
			}
			if !j.unwritten(n, p) {
				continue
			}
			j.msgs.Add(diag.AgreedNotWritten, rel.At, fmt.Sprintf("%q was agreed on %s, and %s has not changed since", from.Title, p.Agreed, where(n, p.Fragment)),
				fmt.Sprintf("write it into %s; if it says so already, date `decided` to the day on which it was written", n.Page.File))
		case from.Status == "" || from.Status == "draft" || slices.Contains(typ.Ended, from.Status):
			continue
		}
		list = append(list, p)
	}
	return list
}

// unwritten reports whether the page reads as it did before the day on which a change of it was agreed.
func (j *judge) unwritten(n *book.Node, p Proposal) bool {
	if j.Past == nil || p.Agreed.IsZero() || j.Today.Before(p.Agreed) {
		return false
	}
	edits := j.Past.Edits(n.Page.Path)
	if len(edits) == 0 { // not committed yet
		return false
	}
	if first := edits[len(edits)-1]; first.New && !first.Day.Before(p.Agreed) {
		return false
	}
	_, changed := j.since(j.text(n), reading{day: p.Agreed.AddDays(-1)}, func(p2 *page.Page) (Sum, bool) { return SectionSum(p2, p.Fragment) })
	return !changed
}

func where(n *book.Node, fragment string) string {
	if fragment == "" {
		return n.Name()
	}
	return n.Name() + "#" + fragment
}

// dayOf is the day in a field; zero for none.
func dayOf(n *book.Node, key string) schema.Date {
	v, _ := n.Value(key)
	return v.Date
}
