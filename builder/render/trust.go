package render

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"handbook/builder/book"
	"handbook/builder/review"
	"handbook/builder/schema"
	"handbook/builder/theme"
)

// reviewsLimit is how many reviews of a page are shown.
const reviewsLimit = 5

// addTrust says who answers for the page and since when it can be trusted. A handbook that names no owners and no
// review dates has nothing to say there.
func (r *renderer) addTrust(v *theme.View, n *book.Node) {
	f := r.of(n)
	if !f.judged || n.Owner == nil && !(r.owners && n.OwnerAway) && !r.unowned(n) && !r.reviews && n.Status == "" {
		return
	}
	verdict := f.verdict
	t := &theme.Trust{Status: n.Status, Badge: f.shows().badge, Reasons: reasons(f),
		Changed: verdict.Changed.Day, ChangedBy: r.who(verdict.Changed.By)}
	if n.Owner != nil {
		t.Owner = r.person(n.Owner)
	} else if r.unowned(n) {
		t.Unowned = r.state("unowned")
	}
	if !verdict.Plan.IsZero() && verdict.Plan != review.Week(verdict.Next) {
		t.Plan = verdict.Plan
	}
	for _, d := range verdict.Details {
		t.Details = append(t.Details, d.Sentence)
	}
	for _, past := range verdict.Reviews[:min(len(verdict.Reviews), reviewsLimit)] {
		t.Reviews = append(t.Reviews, theme.Review{Day: past.Date, By: r.who(past.By), Note: past.Note})
	}
	t.Earlier = len(verdict.Reviews) - len(t.Reviews)
	if !verdict.Reviewed.IsZero() {
		t.By = r.who(verdict.ByName)
	}
	v.Trust = t
	if t.Loud = r.notice(n) == schema.NoticeBanner; t.Loud {
		v.Notice = r.warning(n, f)
	}
}

// unowned reports whether a page is shown to lack an owner: in a handbook most of whose pages have one.
func (r *renderer) unowned(n *book.Node) bool { return r.Book.OwnersUsual && lacksOwner(n) }

func lacksOwner(n *book.Node) bool { return n.Owner == nil && !n.OwnerAway }

// reasons are the sentences behind a badge.
func reasons(f *facts) []theme.Reason {
	list := make([]theme.Reason, len(f.verdict.Reasons))
	for i, why := range f.verdict.Reasons {
		list[i] = theme.Reason{State: string(why.State), Sentence: why.Sentence, Diff: f.diff(i)}
	}
	return list
}

// warning is what stands above the text of a page that cannot be relied on.
func (r *renderer) warning(n *book.Node, f *facts) *theme.Notice {
	switch state := f.verdict.State; {
	case state == review.Overdue || state == review.Suspect || state == review.Changed:
		return &theme.Notice{State: string(state), Reason: f.verdict.Reasons[0].Sentence, Diff: f.diff(0)}
	case r.unowned(n):
		return &theme.Notice{State: "unowned"}
	}
	return nil
}

// notice is how loudly a page says that it may not hold.
func (r *renderer) notice(n *book.Node) schema.Notice {
	if n.Schema == nil {
		return schema.NoticeBanner
	}
	return cmp.Or(n.Schema.Notice, schema.NoticeBanner)
}

// who is a person or team by the name that somebody wrote, with their page if they have one.
func (r *renderer) who(name string) theme.Link {
	if n := r.people.Find(name); n != nil {
		return theme.Link{Title: n.Title, URL: n.URL}
	}
	return theme.Link{Title: name}
}

// placeChanges gives a page that has something to compare an address for it. A page of the content that stands there
// already keeps it.
func (r *renderer) placeChanges(n *book.Node) {
	f := r.of(n)
	if !slices.ContainsFunc(f.verdict.Reasons, func(why review.Reason) bool { return why.Diff != nil }) && len(f.readings()) == 0 {
		return
	}
	parts := []string{"changes", "home"}
	if dir := strings.TrimSuffix(strings.TrimSuffix(n.Out, "index.html"), "/"); dir != "" {
		parts = []string{dir, "changes"}
	}
	own := f.own()
	own.changes.url, own.changes.path = r.address(parts...)
	r.unlisted[own.changes.url] = true
}

// diff is where it is shown what changed by one of the reasons; "" for nowhere.
func (f *facts) diff(reason int) string {
	if f.changes.url == "" || f.verdict.Reasons[reason].Diff == nil {
		return ""
	}
	return f.changes.url + "#" + diffID(reason)
}

func diffID(reason int) string { return fmt.Sprintf("hb:change-%d", reason+1) }

// changesView shows the text as it was reviewed beside the text of today, for each reason to doubt the page.
func (r *renderer) changesView(n *book.Node) *theme.View {
	f := r.of(n)
	v := r.frame(n)
	v.Kind, v.Nav = "changes", r.navBelow(n)
	v.Title = strings.ReplaceAll(r.words.ChangesTitle, "{page}", n.Title)
	v.Summary, v.Description = r.words.ChangesNote, r.words.ChangesNote
	v.URL, v.Canonical = f.changes.url, r.canonical(f.changes.url)
	v.Type, v.Label = "", ""
	v.Crumbs = append(v.Crumbs, theme.Link{Title: n.Title, URL: n.URL})
	v.Command, v.AskFor = "handbook review "+n.Name(), r.words.ChangesNext
	for i, why := range f.verdict.Reasons {
		if why.Diff == nil {
			continue
		}
		on := why.Diff.Node
		d := theme.Diff{ID: diffID(i), Title: on.Title, URL: on.URL, Sentence: why.Sentence, Was: r.words.DiffOld, Day: f.verdict.Reviewed, Old: why.Diff.Old, New: why.Diff.New}
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
