package theme

import (
	"cmp"
	"slices"
	"strings"
	"unicode"

	"handbook/builder/diag"

	"github.com/aymanbagabas/go-udiff/lcs"
)

// Limits of a diff. What is beyond them is marked as a whole, or only counted.
const (
	diffContext = 1      // unchanged paragraphs that are shown beside a change
	diffRows    = 400    // rows that are shown
	diffPairs   = 1_000  // comparisons of paragraphs within one change
	diffBlock   = 20_000 // bytes of a paragraph whose words are compared
)

// DiffRow is one row of a text beside its older self: a paragraph that is the same, a number of those that are left
// out, a paragraph that is not the same, or the number of rows that are not shown.
type DiffRow struct {
	Same     string
	Skipped  int
	Old, New []Span // one of them is empty where the other is new or gone
	More     int
}

// Span is a stretch of a paragraph.
type Span struct {
	Text    string
	Changed bool
}

// Rows lays the old text beside the new. It is empty when no word differs.
func (d Diff) Rows() []DiffRow {
	var rows []DiffRow
	at := 0
	for _, c := range lcs.DiffLines(d.Old, d.New) {
		rows = append(rows, sameRows(d.Old[at:c.Start], at > 0, true)...)
		rows = append(rows, changedRows(d.Old[c.Start:c.End], d.New[c.ReplStart:c.ReplEnd])...)
		at = c.End
	}
	if len(rows) == 0 {
		return nil
	}
	rows = append(rows, sameRows(d.Old[at:], true, false)...)
	most := cmp.Or(d.Most, diffRows)
	if more := len(rows) - most; more > 0 {
		rows = append(rows[:most], DiffRow{More: more})
	}
	return rows
}

// sameRows shows unchanged paragraphs next to the changes around them and counts the others.
func sameRows(blocks []string, changeBefore, changeAfter bool) []DiffRow {
	head, tail := 0, 0
	if changeBefore {
		head = diffContext
	}
	if changeAfter {
		tail = diffContext
	}
	var rows []DiffRow
	for i, b := range blocks {
		switch skipped := len(blocks) - head - tail; {
		case i < head || i >= len(blocks)-tail || skipped == 1:
			rows = append(rows, DiffRow{Same: b})
		case i == head:
			rows = append(rows, DiffRow{Skipped: skipped})
		}
	}
	return rows
}

// changedRows puts each old paragraph beside the new one that it became, as far as that can be told from their words.
func changedRows(old, new []string) []DiffRow {
	var rows []DiffRow
	unlike := func(old, new []string) { // side by side, since they stand in the same place
		for i := range max(len(old), len(new)) {
			var row DiffRow
			if i < len(old) {
				row.Old = []Span{{old[i], true}}
			}
			if i < len(new) {
				row.New = []Span{{new[i], true}}
			}
			rows = append(rows, row)
		}
	}
	if len(old)*len(new) > diffPairs {
		unlike(old, new)
		return rows
	}
	for i := 0; i < len(old); {
		j := 0
		for j < len(new) && !alike(old[i], new[j]) {
			j++
		}
		if j == len(new) {
			i++
			continue
		}
		unlike(old[:i], new[:j])
		a, b := compare(old[i], new[j])
		rows = append(rows, DiffRow{Old: a, New: b})
		old, new, i = old[i+1:], new[j+1:], 0
	}
	unlike(old, new)
	return rows
}

// alike reports whether two paragraphs have at least half of their words in common.
func alike(a, b string) bool {
	if len(a) > diffBlock || len(b) > diffBlock {
		return false
	}
	x, y := words(a), words(b)
	return 2*diag.Common(x, y) >= max(len(x), len(y))
}

// words are the tokens of a text without the spaces.
func words(s string) []string {
	return slices.DeleteFunc(tokens(s), func(t string) bool { return strings.TrimSpace(t) == "" })
}

// compare marks the words that differ between two paragraphs.
func compare(a, b string) (old, new []Span) {
	x, y := tokens(a), tokens(b)
	var changes []lcs.Diff
	for _, c := range lcs.DiffLines(x, y) {
		// What stands between two changed words is marked with them if it is only a space.
		if last := len(changes) - 1; last >= 0 && blank(x[changes[last].End:c.Start]) {
			changes[last].End, changes[last].ReplEnd = c.End, c.ReplEnd
			continue
		}
		changes = append(changes, c)
	}
	i, j := 0, 0
	for _, c := range changes {
		old = add(add(old, x[i:c.Start], false), x[c.Start:c.End], true)
		new = add(add(new, y[j:c.ReplStart], false), y[c.ReplStart:c.ReplEnd], true)
		i, j = c.End, c.ReplEnd
	}
	return add(old, x[i:], false), add(new, y[j:], false)
}

// add appends a stretch. Spaces at its ends are not marked.
func add(to []Span, tokens []string, changed bool) []Span {
	text := strings.Join(tokens, "")
	middle := strings.TrimLeftFunc(text, unicode.IsSpace)
	if !changed || middle == "" {
		return join(to, text, changed)
	}
	to = join(to, text[:len(text)-len(middle)], false)
	text = strings.TrimRightFunc(middle, unicode.IsSpace)
	return join(join(to, text, true), middle[len(text):], false)
}

func join(to []Span, text string, changed bool) []Span {
	last := len(to) - 1
	switch {
	case text == "":
	case last >= 0 && to[last].Changed == changed:
		to[last].Text += text
	default:
		to = append(to, Span{text, changed})
	}
	return to
}

func blank(tokens []string) bool { return strings.TrimSpace(strings.Join(tokens, "")) == "" }

// tokens cuts a text into words, spaces and single signs. Scripts that write no spaces are cut at every character.
func tokens(s string) []string {
	var out []string
	start, last := 0, -1
	for i, r := range s {
		class := classOf(r)
		if class != last || class == sign {
			if i > start {
				out = append(out, s[start:i])
			}
			start = i
		}
		last = class
	}
	if start < len(s) {
		out = append(out, s[start:])
	}
	return out
}

// The classes of characters. Characters of one class make up a token together, but for signs.
const (
	space = iota
	letter
	sign
)

func classOf(r rune) int {
	switch {
	case unicode.IsSpace(r):
		return space
	case unicode.In(r, unicode.Han, unicode.Hiragana, unicode.Katakana, unicode.Thai, unicode.Lao, unicode.Khmer, unicode.Myanmar):
		return sign
	case unicode.IsLetter(r), unicode.IsDigit(r), unicode.IsMark(r):
		return letter
	}
	return sign
}
