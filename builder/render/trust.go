package render

import (
	"fmt"
	"slices"
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
func (r *renderer) addTrust(v *theme.View, n *book.Node) {
	f := r.signs.Of(n)
	if !f.Judged || n.Owner == nil && !(r.signs.Owned && n.OwnerAway) && !r.signs.Unowned(n) && !r.signs.Reviews && n.Status == "" {
		return
	}
	verdict := f.Verdict
	t := &theme.Trust{Status: n.Status, Badge: f.Signs().Badge, Reasons: r.reasonsOf(n),
		Changed: verdict.Changed.Day, ChangedBy: r.signs.Who(verdict.Changed.By)}
	if n.Owner != nil {
		t.Owner = signs.Person(n.Owner)
	} else if r.signs.Unowned(n) {
		t.Unowned = r.signs.State("unowned")
	}
	if !verdict.Plan.IsZero() && verdict.Plan != review.Week(verdict.Next) {
		t.Plan = verdict.Plan
	}
	for _, d := range verdict.Details {
		t.Details = append(t.Details, d.Sentence)
	}
	for _, past := range verdict.Reviews[:min(len(verdict.Reviews), reviewsLimit)] {
		t.Reviews = append(t.Reviews, theme.Review{Day: past.Date, By: r.signs.Who(past.By), Note: past.Note})
	}
	t.Earlier = len(verdict.Reviews) - len(t.Reviews)
	if !verdict.Reviewed.IsZero() {
		t.By = r.signs.Who(verdict.ByName)
	}
	v.Trust = t
	if t.Loud = signs.Notice(n) == schema.NoticeBanner; t.Loud {
		v.Notice = r.warning(n)
	}
}

// reasonsOf are the sentences behind a badge.
func (r *renderer) reasonsOf(n *book.Node) []theme.Reason {
	all := r.signs.Of(n).Verdict.Reasons
	list := make([]theme.Reason, len(all))
	for i, why := range all {
		list[i] = theme.Reason{State: string(why.State), Sentence: why.Sentence, Diff: r.diff(n, i)}
	}
	return list
}

// warning is what stands above the text of a page that cannot be relied on.
func (r *renderer) warning(n *book.Node) *theme.Notice {
	v := r.signs.Of(n).Verdict
	switch v.State {
	case review.Overdue, review.Suspect, review.Changed:
		return &theme.Notice{State: string(v.State), Reason: v.Reasons[0].Sentence, Diff: r.diff(n, 0)}
	}
	if r.signs.Unowned(n) {
		return &theme.Notice{State: "unowned"}
	}
	return nil
}

// placeChanges gives a page that has something to compare an address for it. A page of the content that stands there
// already keeps it.
func (r *renderer) placeChanges(n *book.Node) {
	f := r.signs.Of(n)
	if !slices.ContainsFunc(f.Verdict.Reasons, func(why review.Reason) bool { return why.Diff != nil }) && len(r.readings(n)) == 0 {
		return
	}
	parts := []string{"changes", "home"}
	if dir := strings.TrimSuffix(strings.TrimSuffix(n.Out, "index.html"), "/"); dir != "" {
		parts = []string{dir, "changes"}
	}
	to := &r.at(n).changes
	to.url, to.path = r.address(parts...)
	r.unlisted[to.url] = true
}

// diff is where it is shown what changed by one of the reasons; "" for nowhere.
func (r *renderer) diff(n *book.Node, reason int) string {
	to := r.at(n).changes.url
	if to == "" || r.signs.Of(n).Verdict.Reasons[reason].Diff == nil {
		return ""
	}
	return to + "#" + diffID(reason)
}

func diffID(reason int) string { return fmt.Sprintf("hb:change-%d", reason+1) }

// changesView shows the text as it was reviewed beside the text of today, for each reason to doubt the page.
func (r *renderer) changesView(n *book.Node) *theme.View {
	f := r.signs.Of(n)
	v := r.frame(n)
	v.Kind, v.Nav = "changes", r.navBelow(n)
	v.Title = strings.ReplaceAll(r.words.ChangesTitle, "{page}", n.Title)
	v.Summary, v.Description = r.words.ChangesNote, r.words.ChangesNote
	v.URL, v.Canonical = r.at(n).changes.url, r.Book.Site.Whole(r.at(n).changes.url)
	v.Type, v.Label = "", ""
	v.Crumbs = append(v.Crumbs, signs.To(n))
	v.Command, v.AskFor = "handbook review "+n.Name(), r.words.ChangesNext
	for i, why := range f.Verdict.Reasons {
		if why.Diff == nil {
			continue
		}
		on := why.Diff.Node
		d := theme.Diff{ID: diffID(i), Title: on.Title, URL: on.URL, Sentence: why.Sentence, Was: r.words.DiffOld, Day: f.Verdict.Reviewed, Old: why.Diff.Old, New: why.Diff.New}
		for _, h := range on.Page.Headings {
			if why.Diff.Fragment != "" && h.ID == why.Diff.Fragment {
				d.Title = strings.NewReplacer("{section}", h.Text, "{page}", on.Title).Replace(r.words.DiffSection)
				d.URL += "#" + h.ID
			}
		}
		v.Diffs = append(v.Diffs, d)
	}
	if len(v.Diffs) == 0 {
		v.Command, v.AskFor = "handbook ack "+n.Name(), r.words.SignOffNext
		v.Summary, v.Description = r.words.ChangesRead, r.words.ChangesRead
	}
	v.Diffs = append(v.Diffs, r.readingDiffs(n)...)
	return v
}
