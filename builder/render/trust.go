package render

import (
	"fmt"
	"strings"

	"handbook/builder/book"
	"handbook/builder/review"
	"handbook/builder/schema"
	"handbook/builder/signs"
	"handbook/builder/theme"
)

// reviewsLimit is how many reviews of a page are shown.
const reviewsLimit = 5

// addTrust says who answers for the page and since when it can be trusted. A handbook that names no owners and no
// review dates has nothing to say there.
func (m *around) addTrust(v *theme.View, n *book.Node) {
	f := m.signs.Of(n)
	if !f.Judged || n.Owner == nil && !(m.signs.Owned && n.OwnerAway) && !m.signs.Unowned(n) && !m.signs.Reviews && n.Status == "" {
		return
	}
	verdict := f.Verdict
	t := &theme.Trust{Status: schema.Spoken(n.Status), Badge: f.Signs().Badge, Reasons: m.reasonsOf(n),
		Changed: verdict.Changed.Day, ChangedBy: m.signs.Who(verdict.Changed.By)}
	if n.Owner != nil {
		t.Owner = signs.Person(n.Owner)
	} else if m.signs.Unowned(n) {
		t.Unowned = m.signs.State("unowned")
	}
	if !verdict.Plan.IsZero() && verdict.Plan != review.Week(verdict.Next) {
		t.Plan = verdict.Plan
	}
	for _, d := range verdict.Details {
		t.Details = append(t.Details, d.Sentence)
	}
	for _, past := range verdict.Reviews[:min(len(verdict.Reviews), reviewsLimit)] {
		t.Reviews = append(t.Reviews, theme.Review{Day: past.Date, By: m.signs.Who(past.By), Note: past.Note})
	}
	t.Earlier = len(verdict.Reviews) - len(t.Reviews)
	if !verdict.Reviewed.IsZero() {
		t.By = m.signs.Who(verdict.ByName)
	}
	v.Trust = t
	if t.Loud = signs.Notice(n) == schema.NoticeBanner; t.Loud {
		v.Notice = m.warning(n)
	}
}

// reasonsOf are the sentences behind a badge.
func (m *around) reasonsOf(n *book.Node) []theme.Reason {
	all := m.signs.Of(n).Verdict.Reasons
	list := make([]theme.Reason, len(all))
	for i, why := range all {
		list[i] = theme.Reason{State: string(why.State), Sentence: why.Sentence, Diff: m.places.diff(n, i)}
	}
	return list
}

// warning is what stands above the text of a page that cannot be relied on.
func (m *around) warning(n *book.Node) *theme.Notice {
	v := m.signs.Of(n).Verdict
	switch v.State {
	case review.Overdue, review.Suspect, review.Changed:
		return &theme.Notice{State: string(v.State), Reason: v.Reasons[0].Sentence, Diff: m.places.diff(n, 0)}
	}
	if m.signs.Unowned(n) {
		return &theme.Notice{State: "unowned"}
	}
	return nil
}

func diffID(reason int) string { return fmt.Sprintf("hb:change-%d", reason+1) }

// changesView shows the text as it was reviewed beside the text of today, for each reason to doubt the page.
func (r *renderer) changesView(n *book.Node) *theme.View {
	f := r.signs.Of(n)
	v := r.frame(n)
	v.Kind, v.Nav = "changes", r.navs.navBelow(n)
	v.Title = strings.ReplaceAll(r.signs.Words.ChangesTitle, "{page}", n.Title)
	v.Summary, v.Description = r.signs.Words.ChangesNote, r.signs.Words.ChangesNote
	v.URL, v.Canonical = r.places.at(n).changes.url, r.Book.Site.Whole(r.places.at(n).changes.url)
	v.Type, v.Label = "", ""
	v.Crumbs = append(v.Crumbs, signs.To(n))
	v.Command, v.AskFor = "handbook review "+n.Name(), r.signs.Words.ChangesNext
	for i, why := range f.Verdict.Reasons {
		if why.Diff == nil {
			continue
		}
		on := why.Diff.Node
		d := theme.Diff{ID: diffID(i), Title: on.Title, URL: on.URL, Sentence: why.Sentence, Was: r.signs.Words.DiffOld, Day: f.Verdict.Reviewed, Old: why.Diff.Old, New: why.Diff.New}
		if id := why.Diff.Fragment; id != "" {
			d.Title = strings.NewReplacer("{section}", on.Page.Heading(id), "{page}", on.Title).Replace(r.signs.Words.DiffSection)
			d.URL += "#" + id
		}
		v.Diffs = append(v.Diffs, d)
	}
	if len(v.Diffs) == 0 {
		v.Command, v.AskFor = "handbook ack "+n.Name(), r.signs.Words.SignOffNext
		v.Summary, v.Description = r.signs.Words.ChangesRead, r.signs.Words.ChangesRead
	}
	v.Diffs = append(v.Diffs, r.around.readingDiffs(n)...)
	return v
}
