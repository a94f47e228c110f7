package blocks

import (
	"fmt"
	"strconv"

	"handbook/builder/query"
	"handbook/builder/review"
	"handbook/builder/schema"
	"handbook/builder/theme"
)

// Pictures are laid out here, where their letters are not: what lies across is in thousandths of the width, and what lies down in
// pixels, so that a picture is as legible on a phone as on a desk. What has no end is cut, with a sentence.
const (
	across   = 1000
	boxHigh  = 44 // three lines of the smallest letters
	boxGap   = 10
	rowHigh  = 18 // a line of letters
	maxBoxes = 40 // of a network, rows of a flow or a launch
	maxTies  = 80 // lines of a network
)

// pct is a number of thousandths as a share.
func pct(n int) string { return strconv.FormatFloat(float64(n)/10, 'f', -1, 64) + "%" }

// page is the kind of box of a thing that most have a page of.
const page = "page"

// ref is a field whose values lead to pages.
var ref = &query.Field{Kind: query.Ref}

// full is what is shown of a name to who points at it, where it may be too long for its box.
func full(name string) string {
	if len(name) < 20 {
		return ""
	}
	return name
}

// box is a box with a value in it.
func (m *maker) box(x, w, y int, kind string, v query.Value) theme.PictureBox {
	return theme.PictureBox{X: pct(x), W: pct(w), Y: y, H: boxHigh, Kind: kind, Item: m.item(ref, v), Title: full(v.Text)}
}

// bend is a line from one place to another that leaves and comes level.
func bend(x1, y1, x2, y2 int) string {
	half := (x1 + x2) / 2
	return fmt.Sprintf("M%d %dC%d %d %d %d %d %d", x1, y1, half, y1, half, y2, x2, y2)
}

// cut says how much of a whole is drawn, and where all of it stands.
func (m *maker) cut(b *theme.Block, sentence string, n, all int) {
	if n >= all {
		return
	}
	rows := 0
	for _, g := range b.Groups {
		rows += len(g.Rows)
	}
	where := m.words.Pictures.CutTable
	if b.File != "" && rows >= query.MaxRows {
		where = m.words.Pictures.CutFile
	}
	b.Picture.Cut = schema.Fill(sentence, "n", strconv.Itoa(n), "all", strconv.Itoa(all)) + " " + where
}

// blank is a view that has rows and nothing to draw of them.
func (m *maker) blank(b *theme.Block, a *query.Answer) {
	b.Empty, b.Total = m.nothing(a, m.noun(a)), theme.Number{}
}

// tabulate adds rows of a table; the first cell of each is its head.
func tabulate(b *theme.Block, heads []string, rows [][]theme.Item) {
	b.Columns, b.Groups = nil, []theme.BlockGroup{{}}
	for _, h := range heads {
		b.Columns = append(b.Columns, theme.Column{Label: h})
	}
	for _, r := range rows[:min(len(rows), query.MaxRows)] {
		row := theme.BlockRow{}
		for i, item := range r {
			c := theme.Cell{Label: heads[i]}
			if item.Text != "" || item.Badge != nil || !item.Day.IsZero() {
				c.Items = []theme.Item{item}
			}
			row.Cells = append(row.Cells, c)
		}
		b.Groups[0].Rows = append(b.Groups[0].Rows, row)
	}
}

// states are those of pages from the best to the worst, as bars have them.
func states() []review.State {
	return []review.State{review.Fresh, review.Due, review.Changed, review.Suspect, review.Overdue, review.Unreviewed, review.Exempt}
}
