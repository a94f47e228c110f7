// Package diag holds messages: what handbook tells an author about a place in a file.
//
// A message carries byte offsets; lines, columns and excerpts are made when it is printed (see Locate).
// The package does not read files, decide severities per site, or know what a page is.
//
// Many messages of one kind are told as one. Each stays a message of its own until the end of a build, so that severities, comments
// and baselines know it; Sum then makes one of each group. A rule is explained once, in rules.md: the manual, `handbook rules` and the
// help in SARIF are made of that.
package diag

import (
	"cmp"
	"slices"
)

// Severity says what a message means for a build.
type Severity uint8

const (
	// Error keeps a page from being made honestly; build writes nothing.
	Error Severity = iota
	// Warning is a problem of a page that can still be shown.
	Warning
	// Off marks a rule that the site silenced; such messages are dropped before printing.
	Off
)

// String is "error", "warning" or "off", as printed and as written in handbook.yaml.
func (s Severity) String() string {
	switch s {
	case Error:
		return "error"
	case Warning:
		return "warning"
	}
	return "off"
}

// Place is a range of bytes in a file. File is the name of a file in the snapshot, with slashes, from the
// site's root: "content/specs/checkout.md", "handbook.yaml", "themes/acme/page.html". An empty file means the
// site as a whole; Start == End == 0 means the file as a whole.
type Place struct {
	File       string
	Mark       int // of what stands in the text of a page, the number of the thing that the offsets count from, see page.Marks; else 0
	Start, End int // byte offsets, Start <= End <= size of the file
}

// Note is a second place or thought that belongs to a message: "the other page is here".
type Note struct {
	Place
	Text string
}

// Message is one thing to tell the author.
type Message struct {
	Place
	Severity Severity
	Rule     Rule   // one of the constants in rules.go
	Text     string // one sentence without a full stop, in lower case: `no page "escalation"`
	Help     string // the next step: "did you mean ../ops/escalations.md?"; never empty
	Notes    []Note
	Group    Group // messages that are told as one; see Group
}

// List is messages in any order; Sort gives the order in which they are shown.
type List []Message

// AddTo appends a message of a group with the rule's default severity.
func (l *List) AddTo(group Group, rule Rule, at Place, text, help string, notes ...Note) {
	l.Add(rule, at, text, help, notes...)
	(*l)[len(*l)-1].Group = group
}

// Add appends a message with the rule's default severity.
func (l *List) Add(rule Rule, at Place, text, help string, notes ...Note) {
	*l = append(*l, Message{Place: at, Severity: rule.Severity(), Rule: rule, Text: text, Help: help, Notes: notes})
}

// Sort orders as Compare does, and drops exact repetitions.
func (l *List) Sort() {
	slices.SortStableFunc(*l, Message.Compare)
	*l = slices.CompactFunc(*l, func(a, b Message) bool {
		return a.Place == b.Place && a.Rule == b.Rule && a.Text == b.Text
	})
}

// Compare orders messages as they are shown: by file, offset, rule and text.
func (m Message) Compare(other Message) int {
	switch {
	case m.File != other.File:
		return cmp.Compare(m.File, other.File)
	case m.Mark != other.Mark:
		return cmp.Compare(m.Mark, other.Mark)
	case m.Start != other.Start:
		return cmp.Compare(m.Start, other.Start)
	}
	return cmp.Or(cmp.Compare(m.End, other.End), cmp.Compare(m.Rule, other.Rule), cmp.Compare(m.Text, other.Text))
}

// Equal reports whether two messages say the same of the same place.
func (m Message) Equal(other Message) bool {
	return m.Place == other.Place && m.Severity == other.Severity && m.Rule == other.Rule && m.Text == other.Text &&
		m.Help == other.Help && m.Group == other.Group && slices.Equal(m.Notes, other.Notes)
}

// Count returns how many errors and warnings the list holds.
func (l List) Count() (errors, warnings int) {
	for _, m := range l {
		switch m.Severity {
		case Error:
			errors++
		case Warning:
			warnings++
		}
	}
	return errors, warnings
}
