package query

import (
	"fmt"

	"handbook/builder/book"
	"handbook/builder/diag"
	"handbook/builder/people"
)

// checkLeft tells of a person who has left and whom fields still name for something: once, with all places.
func (e *Engine) checkLeft(person *book.Node, msgs *diag.List) {
	day := people.Left(person)
	if day.IsZero() || e.Today.Before(day) {
		return
	}
	var notes []diag.Note
	for _, rel := range person.Relating {
		if e.Asks(rel) {
			notes = append(notes, diag.Note{Place: rel.At, Text: fmt.Sprintf("%s of %q", rel.Field.Label, rel.From.Title)})
		}
	}
	if len(notes) > 0 {
		msgs.Add(diag.LeftAndNeeded, person.Page.Place("left"), fmt.Sprintf("%s left on %s and is still named in %s", person.Title, day, diag.Count(len(notes), "place")),
			"name somebody who is here in each; `handbook owners` tells who there is", notes...)
	}
}

// Asks reports whether a reference asks something of whom it names: what is done, decided or rejected does not.
func (e *Engine) Asks(rel book.Relation) bool {
	from, r := rel.From, rel.Record
	switch {
	case r != nil && r.Name == "findings": // which outlive their report
		status, _ := r.Value("status")
		return status.Text != "closed" && status.Text != "rejected"
	case r != nil && r.Name == "waiver":
		until, _ := r.Value("until")
		return !until.Date.Before(e.Today)
	case from.Schema != nil && rel.Field.Met(from.Schema, from.Status), rel.Field.Name == "supersedes", rel.Field.Name == "compare":
		return false
	}
	return r == nil || !e.present()[r.At]
}

// presentLines are the lines of plans whose document is there, by their places.
func (e *Engine) presentLines() map[diag.Place]bool {
	lines, plan := map[diag.Place]bool{}, e.Plan()
	for i := range plan {
		if plan[i].State == PlanPresent {
			lines[plan[i].Record] = true
		}
	}
	return lines
}
