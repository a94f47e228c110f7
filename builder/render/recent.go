package render

import (
	"strconv"
	"strings"

	"handbook/builder/review"
	"handbook/builder/theme"
)

// Limits of the list of changes.
const (
	// RecentWeeks is how far back the list of changes goes.
	RecentWeeks = 6
	// RecentTexts is how many changes show what was changed.
	RecentTexts = 60

	recentRows = 40 // rows of each
)

// recentPlan is the list of what has changed in the last weeks.
func (r *renderer) recentPlan() plan {
	at := r.lists.recent
	return plan{path: at.path, url: at.url, view: func(*hasher) *theme.View {
		v := r.list("recent", r.words.Recent, strings.ReplaceAll(r.words.RecentNote, "{n}", strconv.Itoa(RecentWeeks)), at.url)
		v.Recent = r.recentWeeks()
		if v.RecentNone = r.words.RecentNothing; !r.History {
			v.RecentNone = r.words.RecentNoHistory
		}
		v.RecentMore = max(0, len(r.Recent)-listLimit)
		return v
	}}
}

// recentWeeks puts changes in order under their weeks and sections.
func (r *renderer) recentWeeks() []theme.RecentWeek {
	var weeks []theme.RecentWeek
	for i, c := range r.Recent[:min(len(r.Recent), listLimit)] {
		if k := len(weeks); k == 0 || weeks[k-1].Monday != c.Week {
			weeks = append(weeks, theme.RecentWeek{ID: "hb:week-" + c.Week.String(), Monday: c.Week})
		}
		w := &weeks[len(weeks)-1]
		section := topOf(c.Node)
		if k := len(w.Sections); k == 0 || topOf(r.Recent[i-1].Node) != section {
			w.Sections = append(w.Sections, theme.RecentSection{Title: r.short(section), URL: section.URL})
		}
		s := &w.Sections[len(w.Sections)-1]
		s.Changes = append(s.Changes, r.recentChange(c))
		w.Count++
	}
	return weeks
}

func (r *renderer) recentChange(c review.Recent) theme.RecentChange {
	row := theme.RecentChange{Title: c.Node.Title, URL: c.Node.URL, Label: r.label(c.Node), Day: c.Last.Day, New: c.New}
	for _, name := range c.By {
		row.By = append(row.By, r.who(name))
	}
	switch {
	case c.New:
		row.Summary = c.Node.Summary
	case c.Before != nil && c.After != nil:
		row.Diff = &theme.Diff{Title: c.Node.Title, URL: c.Node.URL, Was: r.words.RecentBefore, Is: r.words.RecentAfter, Day: c.Week, Most: recentRows,
			Old: review.Passages(c.Before, ""), New: review.Passages(c.After, "")}
	default:
		row.History = r.sourceLink(r.Book.Site.HistoryURL, c.Node.Page.Path)
	}
	return row
}
