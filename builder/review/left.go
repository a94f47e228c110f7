package review

import (
	"fmt"

	"handbook/builder/book"
	"handbook/builder/diag"
	"handbook/builder/page"
	"handbook/builder/people"
	"handbook/builder/schema"
)

// left tells of people who have left and still own pages: once for each place that names them, which may be the
// cascade of many pages.
func (j *judge) left() {
	type naming struct {
		at    diag.Place
		owner *book.Node
	}
	first := map[naming]*book.Node{}
	count := map[naming]int{}
	var order []naming
	days := map[*book.Node]schema.Date{}
	for _, n := range j.Book.Nodes {
		owner := n.Owner
		if n.Page == nil || owner == nil || owner == n || owner.Type != "person" || owner.Page == nil {
			continue
		}
		day, known := days[owner]
		if !known {
			day = j.leftOn(owner)
			days[owner] = day
		}
		if day.IsZero() || j.Today.Before(day) {
			continue
		}
		k := naming{n.OwnerAt, owner}
		if first[k] == nil {
			first[k] = n
			order = append(order, k)
		}
		count[k]++
	}
	for _, k := range order {
		owns := fmt.Sprintf("%q", first[k].Title)
		if more := count[k] - 1; more > 0 {
			owns += " and " + diag.Count(more, "more page")
		}
		j.msgs.Add(diag.OwnerLeft, k.at, fmt.Sprintf("%s left on %s and still owns %s", k.owner.Title, days[k.owner], owns),
			"name the team or person who answers for it now")
	}
}

// leftOn is Left, with a message where the day cannot be read.
func (j *judge) leftOn(person *book.Node) schema.Date {
	if f := people.LeftField(person); f != nil {
		if _, ok := f.Value.(page.Date); !ok {
			j.msgs.Add(diag.InvalidValue, f.At, "left is not a day of the calendar", "write the day as YYYY-MM-DD, such as 2026-03-01")
		}
	}
	return people.Left(person)
}
