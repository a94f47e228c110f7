package page

import "bytes"

// Special is a set of what a text may have that Markdown itself has no words for.
type Special uint8

// The members of Special.
const (
	Boxes Special = 1 << iota
	Tabs
	Definitions
	Abbreviations
	Formulas
)

var specials = []struct {
	of   Special
	name string
	mark string // in raw HTML
}{
	{Tabs, "tabs", `data-kind="tab"`},
	{Definitions, "definition lists", "<dl"},
	{Abbreviations, "abbreviations", "<abbr"},
	{Formulas, "formulas", "<math"},
}

// Names are what people call the members.
func (s Special) Names() (names []string) {
	if s&Boxes != 0 {
		names = append(names, "boxes")
	}
	for _, each := range specials {
		if s&each.of != 0 {
			names = append(names, each.name)
		}
	}
	return names
}

// specialIn is what raw HTML has of it. The writer knows of all else what it writes.
func specialIn(html []byte) (s Special) {
	for _, each := range specials {
		if bytes.Contains(html, []byte(each.mark)) {
			s |= each.of
		}
	}
	boxes := bytes.Count(html, []byte(`class="callout"`))
	if boxes > 0 && (s&Tabs == 0 || boxes > bytes.Count(html, []byte(`data-kind="tab"`))) { // a tab is a box too
		s |= Boxes
	}
	return s
}
