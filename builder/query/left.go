package query

import (
	"fmt"

	"handbook/builder/book"
	"handbook/builder/diag"
	"handbook/builder/people"
)

// checkLeft tells of a person who has left and whom fields still name for something: once, with all places.
func (e *Engine) checkLeft(person *book.Node, present map[diag.Place]bool, msgs *diag.List) {
	day := people.Left(person)
	if day.IsZero() || e.Today.Before(day) {
		return
	}
	var notes []diag.Note
	for _, rel := range person.Relating {
		if e.needs(rel, present) {
			notes = append(notes, diag.Note{Place: rel.At, Text: fmt.Sprintf("%s of %q", rel.Field.Label, rel.From.Title)})
		}
	}
	if len(notes) > 0 {
		msgs.Add(diag.LeftAndNeeded, person.Page.Place("left"), fmt.Sprintf("%s left on %s and is still named in %s", person.Title, day, diag.Count(len(notes), "place")),
			"name somebody who is here in each; `handbook owners` tells who there is", notes...)
	}
}

// needs reports whether a reference asks something of whom it names. present are the lines of plans whose document is there.
func (e *Engine) needs(rel book.Relation, present map[diag.Place]bool) bool {
	from := rel.From
	if from.Schema != nil && rel.Field.Met(from.Schema, from.Status) || rel.Field.Name == "supersedes" || rel.Field.Name == "compare" {
		return false
	}
	r := rel.Record
	switch {
	case r == nil:
		return true
	case present[r.At]:
		return false
	case r.Name == "waiver":
		until, _ := r.Value("until")
		return !until.Date.Before(e.Today)
	}
	if status, ok := r.Value("status"); ok && r.Name == "findings" {
		return status.Text != "closed" && status.Text != "rejected"
	}
	return true
}

// presentLines are the lines of plans whose document is there, by their places.
func presentLines(plan []Document) map[diag.Place]bool {
	lines := map[diag.Place]bool{}
	for i := range plan {
		if plan[i].State == PlanPresent {
			lines[plan[i].Record] = true
		}
	}
	return lines
}
