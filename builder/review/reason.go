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

// assign gives each record of a kind to the page it is about, also when the page has been renamed since.
func (j *judge) assign(kind Kind, records []Record) map[*book.Node][]Record {
	given := map[*book.Node][]Record{}
	words := kind.words()
	moved := map[string]*book.Node{} // by old id
	for _, r := range j.Book.Redirects {
		moved[strings.Trim(strings.TrimPrefix(r.From, strings.TrimSuffix(j.Book.Site.BasePath, "/")), "/")] = r.To
	}
	var homeless []Record
	for _, r := range records {
		switch n, ok := j.Book.Lookup(r.Page); {
		case j.Today.Before(r.Date):
			j.msgs.Add(diag.InvalidRecord, r.At, fmt.Sprintf("this %s of %s lies in the future", words.one, r.Date),
				"see whether the clock of the machine that recorded it is right; it counts from that day on")
		case ok && n.Page != nil:
			given[n] = append(given[n], r)
		case moved[r.Page] != nil:
			given[moved[r.Page]] = append(given[moved[r.Page]], r)
		default:
			homeless = append(homeless, r)
		}
	}
	if len(homeless) == 0 {
		return given
	}
	// A page that was renamed without an alias is known by its text, as long as only one page reads like that, or only one of
	// which there are no records: on another branch the page may have had its new name already.
	bySum := map[Sum][]*book.Node{}
	for _, n := range j.Book.Nodes {
		if n.Page != nil {
			sum := TextSum(j.text(n))
			bySum[sum] = append(bySum[sum], n)
		}
	}
	for sum, pages := range bySum {
		if len(pages) > 1 {
			bySum[sum] = slices.DeleteFunc(pages, func(n *book.Node) bool { return len(given[n]) > 0 })
		}
	}
	of := map[string][]Record{} // by the page that is gone, the latest first
	for _, r := range homeless {
		of[r.Page] = append(of[r.Page], r)
	}
	heirs := map[string]*book.Node{}
	for _, old := range slices.Sorted(keys(of)) {
		slices.SortStableFunc(of[old], latestFirst)
		i := slices.IndexFunc(of[old], func(r Record) bool { return len(bySum[r.Text]) == 1 })
		if i < 0 {
			j.msgs.Add(diag.LostRecord, of[old][0].At, fmt.Sprintf("there is no page %q, whose %s this is", old, words.one),
				fmt.Sprintf("add `aliases: [/%s/]` to the page that took its place, or delete the line", old))
			continue
		}
		heir := bySum[of[old][i].Text][0]
		heirs[old] = heir
		j.msgs.Add(diag.MovedRecord, of[old][i].At, fmt.Sprintf("the page %q that was %s here is now %q", old, words.done, heir.Name()),
			fmt.Sprintf("add `aliases: [/%s/]` to %s, so that its %ss and its old address stay known", old, heir.Page.File, words.one))
	}
	for _, r := range homeless {
		if n := heirs[r.Page]; n != nil {
			given[n] = append(given[n], r)
		}
	}
	return given
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
	d, changed := j.since(j.text(n), reading{last.Date, last.Text, last.Text != 0}, textOf)
	if !changed {
		return nil
	}
	say := &j.Book.Site.Phrases
	r := Reason{State: Changed, Edit: d.edit, Sentence: since(say, d, say.Changed, say.ChangedEdit, last.Date)}
	if d.read != nil {
		r.Diff = &Diff{Node: n, Old: j.passages(d.read, ""), New: j.passages(j.text(n), "")}
	}
	return []Reason{r}
}

// passages is Passages, remembered.
func (j *judge) passages(p *page.Page, id string) []string {
	type where struct {
		page *page.Page
		id   string
	}
	if have, ok := j.texts.Load(where{p, id}); ok {
		return have.([]string)
	}
	text := Passages(p, id)
	j.texts.Store(where{p, id}, text)
	return text
}

// words says when and by whom: "on 3 May 2026 by Ana Sol".
func (e Edit) words(say *schema.Phrases) string {
	if e.Commit == "" {
		return say.EditOpen
	}
	if e.By == "" {
		return schema.Fill(say.EditDay, "date", say.Day(e.Day))
	}
	return schema.Fill(say.Edit, "date", say.Day(e.Day), "name", e.By)
}

// since says that something changed after a review: by the first phrase, or by the second where the edit is known.
func since(say *schema.Phrases, d drift, phrase, known string, day schema.Date, more ...string) string {
	if d.known {
		phrase = known
		more = append(more, "edit", d.edit.words(say))
	}
	return schema.Fill(phrase, append(more, "date", say.Day(day))...)
}

// relies says which sections that the page depends on changed after the review.
func (j *judge) relies(n *book.Node, last Record) []Reason {
	var reasons []Reason
	say := &j.Book.Site.Phrases
	for _, d := range n.Depends {
		t := d.Target
		on := t.Node
		if on == n {
			continue
		}
		if _, ok := SectionSum(j.text(on), t.Fragment); !ok {
			continue // the book has told that there is no such heading
		}
		then, recorded := last.Relies[Reliance(t)]
		d, changed := j.since(j.text(on), reading{last.Date, then, recorded}, sectionOf(t.Fragment))
		if !changed {
			continue
		}
		what := on.Title
		if t.Fragment != "" {
			what = schema.Fill(say.Section, "section", on.Page.Heading(t.Fragment), "page", on.Title)
		}
		r := Reason{State: Suspect, On: on, Fragment: t.Fragment, Edit: d.edit,
			Sentence: since(say, d, say.Relies, say.ReliesEdit, last.Date, "what", what)}
		if d.read != nil {
			r.Diff = &Diff{Node: on, Fragment: t.Fragment, Old: j.passages(d.read, t.Fragment), New: j.passages(j.text(on), t.Fragment)}
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
	say := &j.Book.Site.Phrases
	for _, pattern := range n.Page.Meta.Tracks {
		edits, sums, ok := j.Past.Tracked(pattern, last.Date)
		if !ok {
			j.msgs.Add(diag.NothingTracked, n.Page.Place("tracks"), fmt.Sprintf("no file of the repository matches %q", pattern),
				"write paths from the repository's top folder, with * and ** for what varies")
			continue
		}
		if !trackedSince(last, pattern, edits, sums) {
			continue
		}
		r := Reason{State: Suspect, Sentence: since(say, drift{}, say.Tracks, "", last.Date, "files", pattern)}
		if len(edits) > 0 {
			r.Edit = edits[0]
			r.Sentence = since(say, drift{edit: r.Edit, known: true}, "", say.TracksEdit, last.Date, "files", r.Edit.File)
		}
		reasons = append(reasons, r)
	}
	return reasons
}

// reading is what is known of how a reviewer read something: the day, and the sum of it if that was recorded.
type reading struct {
	day      schema.Date
	sum      Sum
	recorded bool
}

// drift is how something came to read otherwise than a reviewer read it.
type drift struct {
	edit  Edit       // the newest that changed it, if known
	known bool       // the edit is
	read  *page.Page // the page as the reviewer read it; nil when that is not known
}

// since reports whether what sum measures reads otherwise than when it was reviewed.
func (j *judge) since(p *page.Page, last reading, sum func(*page.Page) (Sum, bool)) (drift, bool) {
	switch {
	case last.recorded && j.stands(p, last, sum), !last.recorded && j.Past == nil:
		return drift{}, false
	case j.Past == nil:
		return drift{}, true
	case last.recorded:
		return j.backToSum(p, last, sum), true
	}
	d := j.backToDay(p, last.day, sum)
	return d, d.known
}

// backToSum goes back to the version that has the recorded sum.
func (j *judge) backToSum(p *page.Page, last reading, sum func(*page.Page) (Sum, bool)) (d drift) {
	for _, e := range j.Past.Edits(p.Path) {
		if e.New || e.Day.Before(last.day) {
			continue
		}
		before, after, ok := j.Past.Versions(p.Path, e)
		if !ok {
			break
		}
		then, had := sum(before)
		if since, has := sum(after); !d.known && (had != has || then != since) {
			d.edit, d.known = e, true
		}
		if had && then == last.sum {
			d.read = before
			break
		}
	}
	return d
}

// backToDay takes for read what stood there when the day of the review ended: an edit of that day belongs to the review.
func (j *judge) backToDay(p *page.Page, day schema.Date, sum func(*page.Page) (Sum, bool)) (d drift) {
	edits := slices.DeleteFunc(slices.Clone(j.Past.Edits(p.Path)), func(e Edit) bool { return e.New || !day.Before(e.Day) })
	if len(edits) == 0 {
		return drift{}
	}
	read, _, ok := j.Past.Versions(p.Path, edits[len(edits)-1])
	if !ok {
		return drift{}
	}
	now, _ := sum(p)
	if then, had := sum(read); had && then == now {
		return drift{} // not changed, or changed and changed back
	}
	for _, e := range edits {
		before, after, ok := j.Past.Versions(p.Path, e)
		if !ok {
			break
		}
		then, had := sum(before)
		if since, has := sum(after); had != has || then != since {
			return drift{edit: e, known: true, read: read}
		}
	}
	return drift{}
}

// Reliance is how a record names what a page depends on: "specs/checkout#rollout".
func Reliance(t book.Target) string {
	if t.Fragment == "" {
		return t.Node.Name()
	}
	return t.Node.Name() + "#" + t.Fragment
}

// Tracking is how a record names a pattern of files that a page tracks.
func Tracking(pattern string) string { return "file:" + pattern }

// circles tells of pages that depend on themselves, at once or by way of others. The rest of their reasons stand.
func (j *judge) circles() {
	const done = -1
	at := map[*book.Node]int{} // the place in the trail, from 1, while below it
	var trail []*book.Node
	var visit func(n *book.Node)
	visit = func(n *book.Node) {
		trail = append(trail, n)
		at[n] = len(trail)
		for _, d := range n.Depends {
			t := d.Target.Node
			switch place := at[t]; place {
			case 0:
				visit(t)
			case done:
			default:
				text := "this page depends on itself"
				if t != n {
					text = "these pages depend on each other: " + circle(trail[place-1:])
				}
				j.msgs.Add(diag.DependsCircle, d.At, text, "take out the entry whose change would not make this page wrong")
			}
		}
		trail = trail[:len(trail)-1]
		at[n] = done
	}
	for _, n := range j.Book.Nodes {
		if n.Page != nil && len(n.Depends) > 0 && at[n] == 0 {
			visit(n)
		}
	}
}

// circle names the pages that depend on each other, at most six of them.
func circle(nodes []*book.Node) string {
	const most = 6
	var names []string
	for i, n := range nodes {
		if more := len(nodes) - most; more > 0 && i == most-1 {
			names = append(names, fmt.Sprintf("%d more", more))
		}
		if i < most-1 || i == len(nodes)-1 {
			names = append(names, n.Name())
		}
	}
	return strings.Join(append(names, nodes[0].Name()), " → ")
}

// twoStepsAway notes in a page's details what it relies on that is itself suspect. Its state stays: doubt does not
// spread through pages that did not change.
func (j *judge) twoStepsAway() {
	for _, n := range j.Book.Nodes {
		if n.Page == nil {
			continue
		}
		for _, d := range n.Depends {
			if t := d.Target.Node; t != n && j.verdicts[t].State == Suspect {
				v := j.verdicts[n]
				v.Details = append(slices.Clip(v.Details), Detail{On: t, Sentence: schema.Fill(j.Book.Site.Phrases.AlsoSuspect, "page", t.Title)})
			}
		}
	}
}
