package render

import (
	"slices"
	"strings"
	"unicode"

	"handbook/builder/book"
	"handbook/builder/schema"
	"handbook/builder/signs"
	"handbook/builder/theme"
)

// Limits of a comparison.
const (
	comparedLimit = 6   // pages side by side
	compareRows   = 100 // of each field
)

// addComparison lays pages side by side, field by field, where a page asks for it.
func (m *around) addComparison(v *theme.View, n *book.Node) {
	asked, _ := n.Value("compare")
	var pages []*book.Node
	for _, to := range asked.Nodes() {
		if to.URL != "" && !slices.Contains(pages, to) && len(pages) < comparedLimit {
			pages = append(pages, to)
		}
	}
	if len(pages) < 2 {
		return
	}
	c := &theme.Comparison{}
	for _, to := range pages {
		c.Pages = append(c.Pages, signs.To(to))
	}
	for _, f := range comparedFields(pages) {
		said := make([][]theme.Said, len(pages))
		for i, to := range pages {
			if value, ok := to.Value(f.Name); ok {
				said[i] = m.said(value)
			}
		}
		if rows := alignRows(said); len(rows) > 0 {
			c.Fields = append(c.Fields, theme.ComparedField{Label: f.Label, Rows: rows[:min(len(rows), compareRows)], More: max(0, len(rows)-compareRows)})
		}
	}
	v.Compare = c
}

// comparedFields are the fields that some of the pages set, in the order of their types.
func comparedFields(pages []*book.Node) []*schema.Field {
	var fields []*schema.Field
	for _, n := range pages {
		if n.Schema == nil {
			continue
		}
		for i := range n.Schema.Fields {
			f := &n.Schema.Fields[i]
			sets := func(n *book.Node) bool { v, ok := n.Value(f.Name); return ok && v.Field != nil }
			known := func(had *schema.Field) bool { return had.Name == f.Name }
			if f.Name != "compare" && !(f.Kind == schema.KindRecords && f.Many) && slices.ContainsFunc(pages, sets) && !slices.ContainsFunc(fields, known) {
				fields = append(fields, f)
			}
		}
	}
	return fields
}

// alignRows puts beside each other what several pages say, first what all of them do; what one says alone follows, the
// first of each page in one row, then the second.
func alignRows(said [][]theme.Said) []theme.ComparedRow {
	rows := map[string]*theme.ComparedRow{} // by what is said
	count := map[string]int{}
	var order []string
	for i, list := range said {
		for _, s := range list {
			key := saidKey(s)
			if rows[key] == nil {
				order, rows[key] = append(order, key), &theme.ComparedRow{Cells: make([]theme.Said, len(said))}
			}
			if cell := &rows[key].Cells[i]; *cell == (theme.Said{}) {
				*cell = s
				count[key]++
			}
		}
	}
	var shared, some []theme.ComparedRow
	alone := make([][]theme.Said, len(said))
	most := 0
	for _, key := range order {
		switch row := rows[key]; {
		case count[key] == len(said):
			row.Shared = true
			shared = append(shared, *row)
		case count[key] > 1:
			some = append(some, *row)
		default:
			i := slices.IndexFunc(row.Cells, func(s theme.Said) bool { return s != theme.Said{} })
			alone[i] = append(alone[i], row.Cells[i])
			most = max(most, len(alone[i]))
		}
	}
	all := append(shared, some...)
	for k := range min(most, compareRows+1) {
		row := theme.ComparedRow{Cells: make([]theme.Said, len(said))}
		for i := range alone {
			if k < len(alone[i]) {
				row.Cells[i] = alone[i][k]
			}
		}
		all = append(all, row)
	}
	return all
}

// saidKey is the same for what readers take for the same: letter case and a full stop do not count.
func saidKey(s theme.Said) string {
	if s.URL != "" {
		return s.URL
	}
	text := strings.TrimRightFunc(strings.Join(strings.Fields(s.Text), " "), unicode.IsPunct)
	return s.Label + "\x00" + strings.ToLower(text) + "\x00" + s.Day.String()
}
