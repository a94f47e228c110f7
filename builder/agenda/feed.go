package agenda

import (
	"cmp"
	"slices"

	"handbook/builder/atom"
	"handbook/builder/query"
	"handbook/builder/review"
	"handbook/builder/schema"
)

// Feed writes an agenda as an Atom feed, the newest fact first. An entry is dated by the day on which its state began,
// not by the build. A page that was never reviewed and of which no change is known has no such day and is left out.
// self is the whole address of the feed, "" when it is not known.
func Feed(a Agenda, self string) []byte {
	f := atom.Feed{Title: atom.Text(schema.Fill(a.Site.Phrases.Calendar, "owner", a.who())), ID: a.id("feed").urn(),
		Author: atom.By(cmp.Or(a.Site.Name, "Handbook"))}
	if self != "" {
		f.Links = []atom.Link{{Rel: "self", Type: "application/atom+xml", Href: atom.Text(self)}}
	}
	f.Links = append(f.Links, atom.To(a.link(a.Owner))...)
	tasks := slices.Clone(a.Tasks)
	slices.SortStableFunc(tasks, func(s, t Task) int {
		return cmp.Or(a.since(t).Compare(a.since(s)), cmp.Compare(s.Node.ID, t.Node.ID))
	})
	updated := a.Last
	for _, t := range tasks {
		since := a.since(t)
		if since.IsZero() {
			continue
		}
		if updated.Before(since) {
			updated = since
		}
		f.Entries = append(f.Entries, atom.Entry{
			Title: atom.Text(t.Node.Title + ": " + a.label(t)), ID: a.id(t.key()...).urn(), Updated: atom.Day(since), Links: atom.To(a.link(t.Node)),
			Category: &atom.Category{Term: string(t.Verdict.State)}, Content: atom.Text(a.why(t)),
		})
	}
	for _, d := range a.Duties {
		since := a.toldFrom(d)
		if since.IsZero() {
			continue
		}
		if updated.Before(since) {
			updated = since
		}
		f.Entries = append(f.Entries, atom.Entry{
			Title: atom.Text(a.Site.Phrases.Duty(d.Kind).Event + ": " + d.About), ID: a.id("duty", d.Kind, d.Node.ID, d.Key, d.Due.String()).urn(), Updated: atom.Day(since),
			Links: atom.To(a.Site.Whole(d.URL)), Category: &atom.Category{Term: d.Kind}, Content: atom.Text(a.dutyWhy(d)),
		})
	}
	slices.SortStableFunc(f.Entries, func(e, g atom.Entry) int { return schema.Date(g.Updated).Compare(schema.Date(e.Updated)) })
	f.Updated = atom.Day(updated)
	return f.Bytes()
}

// toldFrom is the day from which a feed tells of a duty: a week before that of its due date, or since it is known.
func (a Agenda) toldFrom(d query.Duty) schema.Date {
	since := d.Since
	if since.IsZero() && !d.Due.IsZero() {
		since = review.Week(d.Due).AddDays(-7)
	}
	if a.Today.Before(since) {
		return schema.Date{}
	}
	return since
}

// since is the day on which the state of a task began; zero when that is not known.
func (a Agenda) since(t Task) schema.Date {
	v := t.Verdict
	if v.State != review.Due && v.State != review.Fresh {
		return v.Since(v.Reasons[0])
	}
	// A coming review is told from the beginning of the warning window, or of the time looked ahead to.
	since := v.Warn
	if !a.Until.IsZero() {
		if seen := v.Next.AddDays(-a.Today.DaysUntil(a.Until)); seen.Before(since) {
			since = seen
		}
	}
	if a.Today.Before(since) {
		return schema.Date{}
	}
	return since
}
