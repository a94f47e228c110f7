package page

import (
	"fmt"
	"strconv"
	"strings"

	"handbook/builder/schema"
)

// kind is what a frontmatter value is, in whichever of the three formats it was written.
type kind uint8

const (
	kindNull kind = iota
	kindText
	kindWhole
	kindReal
	kindTruth
	kindDate
	kindList
	kindTable
)

// value is one frontmatter value with its place, in bytes of the text.
type value struct {
	kind       kind
	raw        string // a scalar as written, without quotes
	date       Date
	items      []value
	pairs      []pair
	start, end int
}

// pair is one key of a table and its value.
type pair struct {
	key        string
	start, end int // of the key
	value      value
}

// any is the value as Field.Value holds it.
func (v value) any() any {
	switch v.kind {
	case kindText:
		return v.raw
	case kindWhole:
		if n, err := strconv.ParseInt(strings.ReplaceAll(v.raw, "_", ""), 0, 64); err == nil {
			return n
		}
		return v.raw
	case kindReal:
		if n, err := strconv.ParseFloat(strings.ReplaceAll(v.raw, "_", ""), 64); err == nil {
			return n
		}
		return v.raw
	case kindTruth:
		return strings.EqualFold(v.raw, "true")
	case kindDate:
		return v.date
	case kindList:
		list := make([]any, len(v.items))
		for i, item := range v.items {
			list[i] = item.any()
		}
		return list
	case kindTable:
		table := make(map[string]any, len(v.pairs))
		for _, p := range v.pairs {
			table[p.key] = p.value.any()
		}
		return table
	}
	return nil
}

// isScalar tells whether the value is one word, number, truth or day.
func (v value) isScalar() bool { return v.kind != kindNull && v.kind < kindList }

// line is a scalar as one line of text, white space collapsed.
func (v value) line() string { return strings.Join(strings.Fields(v.raw), " ") }

// day reads a scalar that is a day and nothing but a day, with or without the time. Microsoft's ms.date may leave
// out leading zeros.
func day(s string) (Date, bool) {
	if parts := strings.Split(s, "/"); len(parts) == 3 && len(s) < 10 {
		s = fmt.Sprintf("%02s/%02s/%s", parts[0], parts[1], parts[2])
	}
	if n := len(s); n < 10 || n > 40 || n > 10 && s[10] != 'T' && s[10] != 't' && (n < 16 || s[10] != ' ' || s[13] != ':') {
		return Date{}, false
	}
	d, err := schema.ParseDate(s)
	return d, err == nil
}
