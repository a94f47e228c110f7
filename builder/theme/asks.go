package theme

import "html/template"

// This file holds what templates see of pages that ask to be read.

// SignOff says who has to read a page, and who has read it as it now reads.
type SignOff struct {
	Until   Deadline
	All     int // who have to
	Done    int // of these, who have
	Missing []Reader
	Read    []Reader
	More    int    // who are not listed
	Command string // the command that records it
}

// Reader is somebody who has to read a page.
type Reader struct {
	Who  Link
	Of   string // the team that was asked; empty when the page names them
	Day  Day    // when they last read it; none for never
	Open bool   // they have not read it, or not as it now reads
	Diff string // the address of what has changed since; often empty
}

// Reading is a page that somebody has to read.
type Reading struct {
	Title, URL string
	Label      string // its type
	Owner      Link
	Until      Deadline
	All, Done  int    // who have to, and who have
	Missing    []Link // who have not; at most ten
	More       int    // how many more have not
	Day        Day    // for one person: when they last read it; none for never
	Diff       string // for one person: the address of what has changed since; often empty
}

// ToRead is what a person, or the members of a team, have to read.
type ToRead struct {
	Team bool      // it is a team's: All and Done of a Reading count its members
	Open []Reading // not read as they now read; what is due first comes first
	Done []Reading // read
	More int       // pages that are not listed
}

// Comparison lays pages side by side, a page in each column.
type Comparison struct {
	Pages  []Link
	Fields []ComparedField
}

// ComparedField is what the pages say in one field.
type ComparedField struct {
	Label string
	Rows  []ComparedRow
	More  int // rows that are not shown
}

// ComparedRow has a cell for each page, empty where it says nothing of the kind.
type ComparedRow struct {
	Cells  []Said
	Shared bool // all pages say the same
}

// Proposal is a change of the page that is under discussion, or agreed and not yet written.
type Proposal struct {
	Title, URL string
	Summary    string   // what it would change; often empty
	Section    Link     // the section that it is about; its Title is empty for the whole page
	DecideBy   Deadline // none without a day
	Agreed     Day      // the day on which it was agreed; none while it is under discussion
}

// Deadline is a last day. The zero Deadline is none.
type Deadline struct {
	Day    Day
	Passed bool // on the day of the build
}

// Before are the attributes of an element that shows until the day has passed; After those of one that shows from then
// on.
func (d Deadline) Before() template.HTMLAttr { return d.ages("until", d.Passed) }

// After is explained at Before.
func (d Deadline) After() template.HTMLAttr { return d.ages("from", !d.Passed) }

func (d Deadline) ages(when string, hidden bool) template.HTMLAttr {
	if d.Day.IsZero() {
		return ""
	}
	return Ages(when, d.Day.AddDays(1), hidden)
}
