package review

import (
	"handbook/builder/page"
)

// On is how a page stood on an earlier day, by its reviews and by the changes of its text, the newest first; "" when it was
// not there yet. How often it is to be reviewed is what is written today. What it relied on is not looked at.
func (v *Verdict) On(day page.Date, edits []Edit) State {
	var last, first page.Date // reviews
	for _, r := range v.Reviews {
		if !day.Before(r.Date) && last.Before(r.Date) {
			last = r.Date
		}
		if first.IsZero() || r.Date.Before(first) {
			first = r.Date
		}
	}
	if n := len(edits); n > 0 && day.Before(edits[n-1].Day) && last.IsZero() || n == 0 && day.Before(first) {
		return ""
	}
	if v.State == Exempt {
		return Exempt
	}
	if last.IsZero() {
		return Unreviewed
	}
	next := last.Add(v.Every)
	if !day.Before(next) {
		return Overdue
	}
	for _, e := range edits {
		if last.Before(e.Day) && !day.Before(e.Day) {
			return Changed
		}
	}
	if warn := v.Warn.DaysUntil(v.Next); !day.Before(next.AddDays(-warn)) {
		return Due
	}
	return Fresh
}
