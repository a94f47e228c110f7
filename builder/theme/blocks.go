package theme

import (
	"fmt"
	"html/template"
	"reflect"
	"slices"

	"handbook/builder/schema"
)

// Block is what partials/view.html sees: a view that stands in the text of a page, in place of a fenced block named
// "handbook".
type Block struct {
	Site     *Site
	Layout   string   // "table", "list", "board"…: the name of the file in partials/views that shows the rows
	Title    string   // often empty
	Heading  Head     // of a view below the text of a page: its title, as a heading; often empty
	Label    string   // what the view is, for screen readers; never empty
	Mistakes []string // why it cannot be shown, one sentence each; then the rest is empty
	Empty    string   // what stands in place of rows when there are none
	Total    Number   // rows that fit
	Shown    int      // of these, rows that are shown
	Cut      Day      // from this day on there are more than are kept ready; none for never
	File     string   // the address of the same rows as CSV; empty when there are none
	Sortable bool     // whether the browser may sort the rows
	Folded   int      // rows that show when somebody asks for them; each says so

	Columns []Column
	Groups  []BlockGroup
	Bars    []BlockBar // of a chart
	Bar     *Bar       // of health and weeks without groups
	Weeks   Weeks      // of weeks
	Tallies []Tally    // of health by groups
	More    int        // of these that are not shown
	Radar   *Radar
	Picture *Picture // of a layout that is drawn; Columns and Groups are the same as a table, of a timeline as a list
}

// Column is the head of a column.
type Column struct {
	Label string
	Num   bool // what stands below are numbers
}

// BlockGroup is rows under a heading of their own.
type BlockGroup struct {
	Head  Item   // its Text is empty where there is one group
	Total Number // also rows that are not shown
	Rows  []BlockRow
	Ages  template.HTMLAttr // when the group shows, as Number.Some
}

// Folded reports whether all rows of the group are.
func (g BlockGroup) Folded() bool { return folded(g.Rows) }

func folded(rows []BlockRow) bool { return len(rows) > 0 && rows[0].Folded }

// Changes reports whether some row tells what was changed.
func (b *Block) Changes() bool {
	for _, g := range b.Groups {
		for _, r := range g.Rows {
			if len(r.Changes()) > 0 {
				return true
			}
		}
	}
	return false
}

// Parts are the rows under their second headings; one part when there are none.
func (g BlockGroup) Parts() []BlockPart {
	var parts []BlockPart
	for _, r := range g.Rows {
		if len(parts) == 0 || r.Under.Text != "" {
			parts = append(parts, BlockPart{Head: r.Under})
		}
		p := &parts[len(parts)-1]
		p.Rows = append(p.Rows, r)
	}
	return parts
}

// BlockPart is rows of a group that have something more in common.
type BlockPart struct {
	Head Item // its Text is empty where there is one part
	Rows []BlockRow
}

// Folded reports whether all rows of the part are.
func (p BlockPart) Folded() bool { return folded(p.Rows) }

// Number is a number of rows, which time may change.
type Number struct {
	N     int
	Later []NumberFrom // in the order of the days
}

// NumberFrom is a number from a day on.
type NumberFrom struct {
	Day Day
	N   int
}

// Any reports whether the number is ever more than 0.
func (n Number) Any() bool {
	return n.N > 0 || slices.ContainsFunc(n.Later, func(s NumberFrom) bool { return s.N > 0 })
}

// Least is the smallest that the number will be.
func (n Number) Least() int {
	least := n.N
	for _, s := range n.Later {
		least = min(least, s.N)
	}
	return least
}

// Data is for the tag of an element that holds nothing but the number.
func (n Number) Data() template.HTMLAttr { return n.attr("n", false) }

// AfterCut are the attributes of what says, from the day of Cut on, that a view does not show all.
func (b *Block) AfterCut() template.HTMLAttr { return Ages("from", b.Cut, true) }

// HTML is the number, which the script keeps true.
func (n Number) HTML() template.HTML {
	return template.HTML(fmt.Sprintf("<b%s>%d</b>", n.Data(), n.N))
}

// Some is for the tag of an element that shows while the number is above 0, None for one that shows while it is not.
func (n Number) Some() template.HTMLAttr { return n.attr("some", n.N == 0) }

// None is explained at Some.
func (n Number) None() template.HTMLAttr { return n.attr("none", n.N != 0) }

func (n Number) attr(name string, hidden bool) template.HTMLAttr {
	if len(n.Later) == 0 {
		return ""
	}
	s := fmt.Sprintf(` data-%s="%d`, name, n.N)
	for _, l := range n.Later {
		s += fmt.Sprintf(" %s=%d", l.Day, l.N)
	}
	if s += `"`; hidden {
		s += " hidden"
	}
	return template.HTMLAttr(s)
}

// Tally is one group of pages, counted by state.
type Tally struct {
	Head         Item
	Bar          Bar
	Weeks        Weeks // empty where nothing is to be reviewed
	Due, Planned int   // in these weeks
}

// Change is what was changed on a page. One of its fields says it; none for a page that is no longer there.
type Change struct {
	Summary string // of a new page
	Diff    *Diff
	History string // where the change can be read
}

// BlockRow is one row, card or entry.
type BlockRow struct {
	Cells  []Cell            // one for each column
	Under  Item              // the heading that begins with this row; its Text is empty for most
	Ages   template.HTMLAttr // for the tag of the row: when it belongs here; see Badge.Before
	Folded bool              // many come before it, and it shows when somebody asks for the rest
}

// First is the cell by which people know the row.
func (r BlockRow) First() Cell {
	if len(r.Cells) == 0 {
		return Cell{}
	}
	return r.Cells[0]
}

// Changes are what the row says of changes.
func (r BlockRow) Changes() []Change {
	var list []Change
	for _, c := range r.Cells {
		if c.Diff != nil {
			list = append(list, *c.Diff)
		}
	}
	return list
}

// Rest are the other cells that say something in a few words.
func (r BlockRow) Rest() []Cell {
	var rest []Cell
	for _, c := range r.Cells[min(1, len(r.Cells)):] {
		if len(c.Items) > 0 && c.Diff == nil {
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
	Diff  *Change // what was changed; then Items say nothing
	Gap   bool    // something is missing here that is waited for
	Said  string  // its column, where a card has to name it
	Sort  string  // by what the browser sorts it; empty for what it says
}

// Class is for the tag of the cell: a number, a gap, or a text that is never broken.
func (c Cell) Class() string {
	switch {
	case c.Num:
		return "num"
	case c.Gap:
		return "gap"
	case len(c.Items) == 1 && schema.Whole(c.Items[0].Text):
		return "whole"
	}
	return ""
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
	Later []AgedBadge       // what stands in its place later; behind a day, what stands there later
	Day   Day               // a day, in place of Text; Badge stands behind it
}

// AgedBadge is a badge that shows between two days.
type AgedBadge struct {
	Badge
	Ages template.HTMLAttr
}

// BlockBar is one bar of a chart.
type BlockBar struct {
	Head Item
	N    Number
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

// Picture is a drawing without a script. What lies across it is in shares of its width, such as "12.5%", and what lies down it
// in pixels, so that letters are as large at any width.
type Picture struct {
	Height  int
	Caption string // a sentence that says what is seen
	Day     Day    // of which it is true, whenever it is looked at; none where time changes nothing that is drawn
	Cut     string // what is not drawn; often empty
	Plates  []Plate
	Curves  []Curve // in a square of 1000 by Height, which is stretched
	Dots    []Dot
	Letters []Letters
	Boxes   []PictureBox
	Strokes []Stroke // a key to the lines
	Key     []Count  // a key to the states
}

// Plate is a rectangle.
type Plate struct {
	X, W  string
	Y, H  int
	Kind  string
	State string // often empty
	Title string // what it is, for who points at it
}

// Curve is a line or an area.
type Curve struct {
	D     string
	Kind  string
	State string
	Title string
}

// Dot is a point, or the pole of a flag.
type Dot struct {
	X     string
	Y     int
	Kind  string
	Title string
}

// Letters are a few words in one line.
type Letters struct {
	X     string
	Y     int
	Align string // "start", "middle" or "end"
	Kind  string
	Text  string
}

// PictureBox is something that has a name and often a page.
type PictureBox struct {
	X, W  string
	Y, H  int
	Kind  string
	Item  Item
	Title string  // its name in full, for who points at it
	Note  string  // small words behind the name
	Signs []Count // states behind it, with how many are in each
}

// Stroke is a kind of line with its name.
type Stroke struct{ Kind, Text string }

// Block renders partials/view.html.
func (t *Theme) Block(b *Block) (template.HTML, error) { return t.made("partials/view.html", b) }

// layout is what partials/views/NAME.html makes of the rows.
func (t *Theme) layout(b *Block) (template.HTML, error) {
	return t.made("partials/views/"+b.Layout+".html", b)
}

// SampleBlocks are views with every field filled, for trying the template on.
func SampleBlocks(site *Site, layouts []string) []*Block {
	var list []*Block
	for _, layout := range layouts {
		full := &Block{Site: site}
		fill(reflect.ValueOf(full).Elem(), 0)
		full.Layout, full.Mistakes, full.Empty = layout, nil, ""
		list = append(list, full, &Block{Site: site, Layout: layout, Label: "Sample", Empty: "Nothing."})
	}
	return append(list, &Block{Site: site, Mistakes: []string{"This is wrong."}})
}
