package render

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"handbook/builder/book"
	"handbook/builder/page"
	"handbook/builder/review"
	"handbook/builder/signs"
	"handbook/builder/theme"
)

// Limits of what is said of pages that ask to be read.
const (
	readersLimit  = 200 // readers of a page
	missingLimit  = 10  // readers that are missing, in a list of pages
	toReadLimit   = 200 // pages that somebody has to read
	readingsLimit = 20  // earlier texts of a page that its readers know
)

// collectAsks finds by person and team the pages that they have to read.
func (m *around) collectAsks() {
	m.asks = map[*book.Node][]*book.Node{}
	for _, n := range m.signs.Book.Nodes {
		s := m.signs.Of(n).Verdict.SignOff
		if s == nil || n.URL == "" {
			continue
		}
		for _, reader := range s.Readers {
			for _, who := range slices.Concat(reader.Of, []*book.Node{reader.Node}) {
				if all := m.asks[who]; len(all) == 0 || all[len(all)-1] != n {
					m.asks[who] = append(all, n)
				}
			}
		}
	}
	for _, pages := range m.asks {
		slices.SortStableFunc(pages, m.byDeadline)
	}
}

// byDeadline puts those pages first that somebody is still to read, and of these those that are to be read soonest.
func (m *around) byDeadline(a, b *book.Node) int {
	x, y := m.signs.Of(a).Verdict.SignOff, m.signs.Of(b).Verdict.SignOff
	if x.Missing() == 0 || y.Missing() == 0 {
		rank := func(s *review.SignOff) int { return 1 - min(1, s.Missing()) }
		return cmp.Or(cmp.Compare(rank(x), rank(y)), book.ByTitle(a, b))
	}
	return cmp.Or(signs.OrLast(x.Until).Compare(signs.OrLast(y.Until)), book.ByTitle(a, b))
}

func (m *around) deadline(d page.Date) theme.Deadline {
	return theme.Deadline{Day: d, Passed: !d.IsZero() && d.Before(m.signs.Today)}
}

func readingID(i int) string { return fmt.Sprintf("hb:read-%d", i+1) }

// addSignOff says who has to read a page and who has, and what an owner has to read.
func (m *around) addSignOff(v *theme.View, n *book.Node) {
	if pages := m.asks[n]; len(pages) > 0 && signs.IsOwner(n) {
		v.ToRead = m.toRead(n, pages)
	}
	f := m.signs.Of(n)
	s := f.Verdict.SignOff
	if s == nil {
		return
	}
	all := len(s.Readers)
	v.SignOff = &theme.SignOff{Until: m.deadline(s.Until), All: all, Done: all - s.Missing(), More: max(0, all-readersLimit),
		Command: "handbook ack " + n.Name()}
	for _, reader := range s.Readers[:min(all, readersLimit)] {
		row := theme.Reader{Who: signs.To(reader.Node), Day: reader.Last.Date, Open: reader.Open, Diff: m.places.sinceRead(n, reader)}
		if len(reader.Of) > 0 {
			row.Of = m.signs.Short(reader.Of[0])
		}
		if reader.Open {
			v.SignOff.Missing = append(v.SignOff.Missing, row)
		} else {
			v.SignOff.Read = append(v.SignOff.Read, row)
		}
	}
}

// toRead lists what a person has to read, or what the members of a team have.
func (m *around) toRead(who *book.Node, pages []*book.Node) *theme.ToRead {
	t := &theme.ToRead{More: max(0, len(pages)-toReadLimit)}
	for _, n := range pages[:min(len(pages), toReadLimit)] {
		all := m.signs.Of(n).Verdict.SignOff.Readers
		var row theme.Reading
		if i := slices.IndexFunc(all, func(reader review.Reader) bool { return reader.Node == who }); i >= 0 {
			row = m.reading(n, all[i:i+1])
			row.Missing, row.Day, row.Diff = nil, all[i].Last.Date, m.places.sinceRead(n, all[i])
		} else {
			t.Team = true
			row = m.reading(n, slices.DeleteFunc(slices.Clone(all), func(reader review.Reader) bool { return !slices.Contains(reader.Of, who) }))
		}
		if row.Done < row.All {
			t.Open = append(t.Open, row)
		} else {
			t.Done = append(t.Done, row)
		}
	}
	return t
}

// readingDiffs show what has changed since people read a page.
func (m *around) readingDiffs(n *book.Node) []theme.Diff {
	var diffs []theme.Diff
	for i, d := range m.places.readings(n) {
		var names []string
		var day page.Date
		for _, reader := range m.signs.Of(n).Verdict.SignOff.Readers {
			if reader.Diff == d {
				day = reader.Last.Date
				names = append(names, reader.Node.Title)
			}
		}
		if more := len(names) - missingLimit; more > 0 {
			names = append(names[:missingLimit], m.signs.NotShown(more))
		}
		say := strings.NewReplacer("{people}", strings.Join(names, ", "), "{date}", m.signs.Words.Day(day))
		diffs = append(diffs, theme.Diff{ID: readingID(i), Title: n.Title, URL: n.URL, Sentence: say.Replace(m.signs.Words.DiffReadBy),
			Was: m.signs.Words.DiffRead, Day: day, Old: d.Old, New: d.New})
	}
	return diffs
}

// reading is a page that asks some readers to read it.
func (m *around) reading(n *book.Node, readers []review.Reader) theme.Reading {
	row := theme.Reading{Title: n.Title, URL: n.URL, Label: m.signs.Label(n), Owner: signs.OwnerOf(n), Until: m.deadline(m.signs.Of(n).Verdict.SignOff.Until), All: len(readers)}
	for _, reader := range readers {
		switch {
		case !reader.Open:
			row.Done++
		case len(row.Missing) < missingLimit:
			row.Missing = append(row.Missing, signs.To(reader.Node))
		default:
			row.More++
		}
	}
	return row
}
