package review

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"handbook/builder/book"
	"handbook/builder/diag"
	"handbook/builder/page"
	"handbook/builder/schema"
)

// assign gives each record to the page it is about, also when the page has been renamed since.
func (j *judge) assign() {
	j.records = map[*book.Node][]Record{}
	moved := map[string]*book.Node{} // by old id
	for _, r := range j.Book.Redirects {
		moved[strings.Trim(strings.TrimPrefix(r.From, strings.TrimSuffix(j.Book.Site.BasePath, "/")), "/")] = r.To
	}
	var homeless []Record
	for _, r := range j.Records {
		switch n, ok := j.Book.Lookup(r.Page); {
		case j.Today.Before(r.Date):
			j.msgs.Add(diag.InvalidRecord, r.At, fmt.Sprintf("this review of %s lies in the future", r.Date),
				"see whether the clock of the machine that recorded it is right; it counts from that day on")
		case ok && n.Page != nil:
			j.records[n] = append(j.records[n], r)
		case moved[r.Page] != nil:
			j.records[moved[r.Page]] = append(j.records[moved[r.Page]], r)
		default:
			homeless = append(homeless, r)
		}
	}
	if len(homeless) == 0 {
		return
	}
	// A page that was renamed without an alias is known by its text, as long as only one page reads like that.
	bySum := map[Sum][]*book.Node{}
	for _, n := range j.Book.Nodes {
		if n.Page != nil && len(j.records[n]) == 0 {
			sum := TextSum(n.Page)
			bySum[sum] = append(bySum[sum], n)
		}
	}
	newest := map[string]Record{}
	for _, r := range homeless {
		if newest[r.Page].Date.Compare(r.Date) <= 0 {
			newest[r.Page] = r
		}
	}
	var heirs = map[string]*book.Node{}
	for _, old := range slices.Sorted(keys(newest)) {
		r := newest[old]
		if same := bySum[r.Text]; len(same) == 1 {
			heirs[old] = same[0]
			j.msgs.Add(diag.MovedRecord, r.At, fmt.Sprintf("the page %q that was reviewed here is now %q", old, nameOf(same[0])),
				fmt.Sprintf("add `aliases: [/%s/]` to %s, so that its reviews and its old address stay known", old, same[0].Page.File))
			continue
		}
		j.msgs.Add(diag.LostRecord, r.At, fmt.Sprintf("there is no page %q, whose review this is", old),
			fmt.Sprintf("add `aliases: [/%s/]` to the page that took its place, or delete the line", old))
	}
	for _, r := range homeless {
		if n := heirs[r.Page]; n != nil {
			j.records[n] = append(j.records[n], r)
		}
	}
}

func keys[K cmp.Ordered, V any](m map[K]V) func(func(K) bool) {
	return func(yield func(K) bool) {
		for k := range m {
			if !yield(k) {
				return
			}
		}
	}
}

// changed says whether the page's own text was edited after the review.
func (j *judge) changed(n *book.Node, last Record) []Reason {
	edit, before, known := j.editAfter(n.Page.Path, last.Date, func(p *page.Page) (Sum, bool) { return TextSum(p), true }, TextSum(n.Page))
	if last.Text == 0 { // the review stands in frontmatter and does not know what was read
		if !known {
			return nil
		}
	} else if last.Text == TextSum(n.Page) {
		return nil
	}
	r := Reason{State: Changed, Sentence: fmt.Sprintf("Its text has changed since the review on %s.", Words(last.Date))}
	if known {
		r.Edit = edit
		r.Sentence = fmt.Sprintf("Its text was changed on %s by %s, after the review on %s.", Words(edit.Day), edit.By, Words(last.Date))
	}
	if before != nil {
		r.Diff = &Diff{Node: n, Old: Passages(before, ""), New: Passages(n.Page, "")}
	}
	return []Reason{r}
}

// relies says which sections that the page depends on changed after the review.
func (j *judge) relies(n *book.Node, last Record) []Reason {
	var reasons []Reason
	for i, l := range n.Page.Links {
		t := n.Targets[i]
		if l.Kind != page.LinkDepends || t.Node == nil || t.Node.Page == nil || t.Node == n {
			continue
		}
		on := t.Node
		now, ok := SectionSum(on.Page, t.Fragment)
		if !ok {
			continue // the book has told that there is no such heading
		}
		sum := func(p *page.Page) (Sum, bool) { return SectionSum(p, t.Fragment) }
		edit, before, known := j.editAfter(on.Page.Path, last.Date, sum, now)
		if then, recorded := last.Relies[Reliance(t)]; recorded && then == now || !recorded && !known {
			continue
		}
		what := on.Title
		if t.Fragment != "" {
			what = fmt.Sprintf("The section “%s” of %s", headingText(on.Page, t.Fragment), on.Title)
		}
		r := Reason{State: Suspect, On: on, Fragment: t.Fragment, Edit: edit,
			Sentence: fmt.Sprintf("%s, which this page relies on, has changed since this page's review on %s.", what, Words(last.Date))}
		if known {
			r.Sentence = fmt.Sprintf("%s, which this page relies on, was changed on %s by %s, after this page's review on %s.", what, Words(edit.Day), edit.By, Words(last.Date))
		}
		if before != nil {
			r.Diff = &Diff{Node: on, Fragment: t.Fragment, Old: Passages(before, t.Fragment), New: Passages(on.Page, t.Fragment)}
		}
		reasons = append(reasons, r)
	}
	return reasons
}

// tracks says which files of the repository that the page tracks changed after the review.
func (j *judge) tracks(n *book.Node, last Record) []Reason {
	if j.Past == nil {
		return nil
	}
	var reasons []Reason
	for _, pattern := range n.Page.Meta.Tracks {
		edits, sum, ok := j.Past.Tracked(pattern, last.Date)
		if !ok {
			j.msgs.Add(diag.NothingTracked, n.Page.Place("tracks"), fmt.Sprintf("no file of the repository matches %q", pattern),
				"write paths from the repository's top folder, with * and ** for what varies")
			continue
		}
		if then, recorded := last.Relies[Tracking(pattern)]; recorded && then == sum || !recorded && len(edits) == 0 {
			continue
		}
		r := Reason{State: Suspect, Sentence: fmt.Sprintf("Files in %s, which this page tracks, have changed since its review on %s.", pattern, Words(last.Date))}
		if len(edits) > 0 {
			r.Edit = edits[0]
			r.Sentence = fmt.Sprintf("%s, which this page tracks, was changed on %s by %s, after this page's review on %s.",
				edits[0].File, Words(edits[0].Day), edits[0].By, Words(last.Date))
		}
		reasons = append(reasons, r)
	}
	return reasons
}

// editAfter finds the newest edit after a day that changed what sum measures, and the page as it stood before the
// oldest such edit: what the reviewer read. now is the sum of today's page.
func (j *judge) editAfter(path string, day schema.Date, sum func(*page.Page) (Sum, bool), now Sum) (newest Edit, read *page.Page, found bool) {
	if j.Past == nil {
		return Edit{}, nil, false
	}
	after := now
	for _, e := range j.Past.Edits(path) {
		if !day.Before(e.Day) {
			break
		}
		before, ok := j.Past.Before(path, e)
		if !ok {
			break
		}
		then, had := sum(before)
		if !had || then != after {
			if !found {
				newest, found = e, true
			}
			read = before
		}
		after = then
	}
	if found {
		if then, had := sum(read); had && then == now {
			return Edit{}, nil, false // changed and changed back
		}
	}
	return newest, read, found
}

// Reliance is how a record names what a page depends on: "specs/checkout#rollout".
func Reliance(t book.Target) string {
	if t.Fragment == "" {
		return nameOf(t.Node)
	}
	return nameOf(t.Node) + "#" + t.Fragment
}

// Tracking is how a record names a pattern of files that a page tracks.
func Tracking(pattern string) string { return "file:" + pattern }

func headingText(p *page.Page, id string) string {
	for _, h := range p.Headings {
		if h.ID == id {
			return h.Text
		}
	}
	return id
}

// circles tells of pages that depend on themselves, at once or by way of others. The rest of their reasons stand.
func (j *judge) circles() {
	state := map[*book.Node]int{} // 1 while below it, 2 when done
	var trail []*book.Node
	var visit func(n *book.Node)
	visit = func(n *book.Node) {
		state[n] = 1
		trail = append(trail, n)
		for i, l := range n.Page.Links {
			t := n.Targets[i].Node
			if l.Kind != page.LinkDepends || t == nil || t.Page == nil {
				continue
			}
			switch state[t] {
			case 0:
				visit(t)
			case 1:
				var names []string
				for _, n := range trail[slices.Index(trail, t):] {
					names = append(names, nameOf(n))
				}
				text := "this page depends on itself"
				if t != n {
					text = "these pages depend on each other: " + strings.Join(append(names, nameOf(t)), " → ")
				}
				j.msgs.Add(diag.DependsCircle, l.At, text, "take out the entry whose change would not make this page wrong")
			}
		}
		trail = trail[:len(trail)-1]
		state[n] = 2
	}
	for _, n := range j.Book.Nodes {
		if n.Page != nil && state[n] == 0 {
			visit(n)
		}
	}
}

// twoStepsAway notes in a page's details what it relies on that is itself suspect. Its state stays: doubt does not
// spread through pages that did not change.
func (j *judge) twoStepsAway() {
	for _, n := range j.Book.Nodes {
		if n.Page == nil {
			continue
		}
		v := j.verdicts[n]
		for i, l := range n.Page.Links {
			t := n.Targets[i].Node
			if l.Kind == page.LinkDepends && t != nil && t != n && j.verdicts[t].State == Suspect {
				v.Details = append(v.Details, Detail{On: t, Sentence: fmt.Sprintf("It relies on %s, which is itself suspect.", t.Title)})
			}
		}
		if len(v.Details) > 0 {
			j.verdicts[n] = v
		}
	}
}
