package diag

import (
	"cmp"
	"fmt"
	"iter"
	"slices"
	"strconv"
	"strings"
)

// Group is what messages of one rule have in common, which are then told as one: a fault of one kind at a thousand places
// is one thing to know and to do. The zero Group is none: such a message stands for itself. A phase that gives messages
// gives each of them, with its own place, words and next step, and all of a kind the same Group; what is ignored or
// silenced at its place is then not counted, and what stays is summed up by Sum. A message that is alone with its group is
// told as it is.
type Group struct {
	Text string // a plural without its number, which stands before it: `links differ from the file's name in letter case`
	Help string // the next step for all of them; "" for that of the first

	// Whole says that it is a matter of the site as a whole, and not of the first place. Text is then a sentence in which {n}
	// stands for the number; one without it holds of a single message too.
	Whole bool
}

// alone reports whether a group of one message is told as that message.
func (g Group) alone() bool { return !g.Whole || strings.Contains(g.Text, "{n}") }

// Most reports whether so many of all are most of them, so that what they have in common is a matter of the site as a
// whole: more than half, and more than anybody reads one by one.
func Most(n, all int) bool { return n > few && 2*n > all }

const few = 20

// Sum makes one message of those of one rule, group and severity: at the first place in the order of list, with all of
// them as its Members. Everything else stays as it is. Messages that were summed up before are taken apart first, so a part
// of a list, or two lists, are summed up rightly.
func Sum(list []Located) []Located {
	if !slices.ContainsFunc(list, func(m Located) bool { return m.Group != Group{} }) {
		return list
	}
	type key struct {
		rule     Rule
		group    Group
		severity Severity
	}
	of := func(m Located) key { return key{m.Rule, m.Group, m.Severity} }
	count := map[key]int{}
	for m := range Each(list) {
		count[of(m)]++
	}
	at := map[key]int{}
	var out []Located
	for m := range Each(list) {
		k := of(m)
		if m.Group == (Group{}) || count[k] == 1 && m.Group.alone() {
			out = append(out, m)
			continue
		}
		i, ok := at[k]
		if !ok {
			i = len(out)
			at[k] = i
			out = append(out, m)
			out[i].Notes, out[i].Members = nil, make([]Located, 0, count[k])
		}
		out[i].Members = append(out[i].Members, m)
	}
	for _, i := range at {
		out[i].told()
	}
	slices.SortStableFunc(out, func(a, b Located) int { return a.Compare(b.Message) })
	return out
}

// told gives a message that stands for its members its words and place.
func (m *Located) told() {
	m.Help = cmp.Or(m.Group.Help, m.Help)
	if m.Group.Whole {
		text := strings.ReplaceAll(m.Group.Text, "{n}", strconv.Itoa(len(m.Members)))
		*m = Located{Message: Message{Severity: m.Severity, Rule: m.Rule, Text: text, Help: m.Help, Group: m.Group}, Members: m.Members}
		return
	}
	files := map[string]bool{}
	for _, each := range m.Members {
		files[each.File] = true
	}
	m.Text = fmt.Sprintf("%d %s", len(m.Members), m.Group.Text)
	if len(files) < len(m.Members) {
		m.Text += ", in " + Count(len(files), "file")
	}
}

// Each gives every message of a list by itself, those that others stand for too.
func Each(list []Located) iter.Seq[Located] {
	return func(yield func(Located) bool) {
		for _, m := range list {
			if len(m.Members) == 0 {
				if !yield(m) {
					return
				}
				continue
			}
			for _, each := range m.Members {
				if !yield(each) {
					return
				}
			}
		}
	}
}

// Only gives the messages of a list that fit, summed up anew.
func Only(list []Located, fits func(Located) bool) []Located {
	var out []Located
	for m := range Each(list) {
		if fits(m) {
			out = append(out, m)
		}
	}
	return Sum(out)
}

// Also are the notes of a message, and where it stands for others their places: at most so many of those, and how many more
// there are. A negative number gives all.
func (m Located) Also(most int) []LocatedNote {
	notes := slices.Clip(m.Notes)
	members := m.Members
	if len(members) > 0 && !m.Group.Whole {
		members = members[1:] // the first is the place of the message itself
	}
	for i, each := range members {
		if i == most {
			return append(notes, LocatedNote{Note: Note{Text: fmt.Sprintf("and %d more", len(members)-i)}})
		}
		notes = append(notes, LocatedNote{Note{each.Place, each.Text}, each.Line, each.Column})
	}
	return notes
}

// Beside are the notes and places that people are shown with a message: of what is a matter of the whole site no place says
// more than another.
func (m Located) Beside(most int) []LocatedNote {
	if m.Group.Whole && len(m.Members) > 0 {
		return m.Notes
	}
	return m.Also(most)
}
