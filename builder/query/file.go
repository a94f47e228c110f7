package query

import (
	"encoding/csv"
	"strconv"
	"strings"

	"handbook/builder/book"
)

// CSV is every row that fits as comma-separated values, with the address of its page in the last column.
func (a *Answer) CSV(address func(*book.Node) string) []byte {
	var b strings.Builder
	w := csv.NewWriter(&b)
	write := func(cells []string) {
		for i, c := range cells {
			cells[i] = harmless(c)
		}
		_ = w.Write(cells) // to memory, which does not fail
	}
	var heads []string
	if a.Rows != nil {
		heads = append(heads, a.Rows.Name)
	}
	for _, f := range a.Columns {
		heads = append(heads, f.Name)
	}
	write(append(heads, "url"))
	a.Each(func(r Row) bool {
		var cells []string
		if a.Rows != nil {
			cells = append(cells, r.Head.String())
		}
		for _, v := range r.Cells {
			cells = append(cells, v.String())
		}
		url := ""
		if r.Node != nil {
			url = address(r.Node)
		}
		write(append(cells, url))
		return true
	})
	w.Flush()
	return []byte(b.String())
}

// harmless keeps a spreadsheet from running what looks like a formula.
func harmless(cell string) string {
	if cell == "" || !strings.ContainsRune("=+-@\t\r", rune(cell[0])) {
		return cell
	}
	if _, err := strconv.ParseFloat(cell, 64); err == nil {
		return cell
	}
	return "'" + cell
}

// JSON is the value of a field as a program takes it: a text, a number, true or false, a list of these, or nil. A page
// is its id.
func (f *Field) JSON(v Value) any {
	if f.Many {
		list := []any{}
		one := *f
		one.Many = false
		v.Each(func(item Value) { list = append(list, one.JSON(item)) })
		return list
	}
	switch {
	case !v.Set:
		return nil
	case f.Kind == Number:
		return v.Number
	case f.Kind == Truth:
		return v.True
	case f.Kind == Ref:
		return v.key()
	}
	return v.Text
}
