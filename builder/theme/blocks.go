package theme

import (
	"html/template"
	"reflect"
	"strings"
)

// Block is what partials/view.html sees: a view that stands in the text of a page, in place of a fenced block named
// "handbook".
type Block struct {
	Site     *Site
	Layout   string   // "table", "list", "board", "matrix", "radar", "timeline", "count" or "chart"
	Title    string   // often empty
	Heading  string   // of a view below the text of a page: its title, as a heading; often empty
	Label    string   // what the view is, for screen readers; never empty
	Mistakes []string // why it cannot be shown, one sentence each; then the rest is empty
	Empty    string   // what stands in place of rows when there are none
	Total    int      // rows that fit
	Shown    int      // of these, rows that are shown
	File     string   // the address of the same rows as CSV; empty when there are none
	Sortable bool     // whether the browser may sort the rows

	Columns  []Column
	Groups   []BlockGroup
	Bars     []BlockBar // of a chart
	Radar    *Radar
	Timeline *Timeline
}

// Column is the head of a column.
type Column struct {
	Label string
	Num   bool // what stands below are numbers
}

// BlockGroup is rows under a heading of their own.
type BlockGroup struct {
	Head  Item // its Text is empty where there is one group
	Total int  // also rows that are not shown
	Rows  []BlockRow
	Ages  template.HTMLAttr // when the group shows, as BlockRow.Ages
}

// BlockRow is one row, card or entry.
type BlockRow struct {
	Cells []Cell            // one for each column
	Ages  template.HTMLAttr // for the tag of the row: when it belongs here; see Badge.Before
}

// First is the cell by which people know the row.
func (r BlockRow) First() Cell {
	if len(r.Cells) == 0 {
		return Cell{}
	}
	return r.Cells[0]
}

// Rest are the other cells that say something.
func (r BlockRow) Rest() []Cell {
	var rest []Cell
	for _, c := range r.Cells[min(1, len(r.Cells)):] {
		if len(c.Items) > 0 {
			rest = append(rest, c)
		}
	}
	return rest
}

// Cell is what one row says in one column.
type Cell struct {
	Label string // of its column
	Items []Item // none for a gap; several where a row may have several
	Num   bool
	Gap   bool   // something is missing here that is waited for
	Sort  string // by what the browser sorts it; empty for what it says
}

// Item is one thing in a cell. One of its fields says what it is.
type Item struct {
	Text  string
	URL   string            // where Text leads; often empty
	Mark  *Badge            // beside a link: what to warn of
	Dates template.HTMLAttr // for the tag of that link, as Badge.Dates
	Note  string            // a few small words behind it; often empty
	Badge *Badge            // a state, in place of Text
	Ages  template.HTMLAttr // when Badge shows; see Badge.Before
	Later []AgedBadge       // what stands in its place later
	Day   Day               // a day, in place of Text
}

// AgedBadge is a badge that shows between two days.
type AgedBadge struct {
	Badge
	Ages template.HTMLAttr
}

// BlockBar is one bar of a chart.
type BlockBar struct {
	Head Item
	N    int
	W    int // its length in thousandths of the longest
}

// Radar is a radar of technologies: a disc in quadrants and rings. Its coordinates are those of a square of 800.
type Radar struct {
	Rings     []RadarRing // from the middle outwards
	Quadrants []RadarQuadrant
}

// RadarRing is one band of a radar.
type RadarRing struct {
	Name string
	R    int // its outer radius
	Y    int // where its name stands above the middle
}

// RadarQuadrant is a quarter of a radar with its entries, by ring and then by title.
type RadarQuadrant struct {
	Name  string
	X, Y  int    // where its name stands
	Align string // "start" or "end"
	Blips []Blip
}

// Blip is one entry of a radar.
type Blip struct {
	N     int // its number, on the disc and in the list
	X, Y  int
	Item  Item // the page
	Ring  string
	Moved string // "in", "out", "new" or ""
	Since Day    // when it came into its ring; none when that is not known
	Badge *Badge // how far the page can be trusted
}

// Timeline is a line of days. Its coordinates are those of a strip of 1000 by 64.
type Timeline struct {
	Ticks  []Tick
	Points []Point
	Today  int // where the day of the build is; below zero when it is off the line
}

// Tick is the beginning of a month, quarter or year.
type Tick struct {
	X    int
	Name string
}

// Point is one row on the line.
type Point struct {
	X, Y  int
	N     int // its number, on the line and in the list
	Title string
	URL   string
}

// Block renders partials/view.html.
func (t *Theme) Block(b *Block) (template.HTML, error) {
	var w strings.Builder
	of, err := t.part("partials/view.html")
	if err == nil {
		err = of.Execute(&w, b)
	}
	return template.HTML(w.String()), err
}

// SampleBlocks are views with every field filled, for trying the template on.
func SampleBlocks(site *Site) []*Block {
	var list []*Block
	for _, layout := range []string{"table", "list", "board", "matrix", "radar", "timeline", "count", "chart"} {
		full := &Block{Site: site}
		fill(reflect.ValueOf(full).Elem(), 0)
		full.Layout, full.Mistakes, full.Empty = layout, nil, ""
		list = append(list, full, &Block{Site: site, Layout: layout, Label: "Sample", Empty: "Nothing."})
	}
	return append(list, &Block{Site: site, Mistakes: []string{"This is wrong."}})
}
