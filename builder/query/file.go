package query

import (
	"bytes"
	"encoding/csv"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"handbook/builder/book"
	"handbook/builder/diag"
)

// Dated are the values of the answer's Dates for one of its rows.
func (a *Answer) Dated(r Row) []Value {
	list := make([]Value, len(a.Dates))
	for i, f := range a.Dates {
		list[i] = f.get(r.row)
	}
	return list
}

// CSV is every row that fits as comma-separated values, with the address of its page in the last column. Where what it says
// is true of a day, it says of which, and what is needed to work it out for another.
func (a *Answer) CSV(address func(*book.Node) string) []byte {
	var heads []string
	if a.Rows != nil {
		heads = append(heads, a.Rows.Name)
	}
	for _, f := range slices.Concat(a.Columns, a.Dates) {
		heads = append(heads, f.Name)
	}
	rows := [][]string{append(heads, "url")}
	a.Each(func(r Row) bool {
		var cells []string
		if a.Rows != nil {
			cells = append(cells, r.Head.String())
		}
		for _, v := range r.Cells {
			cells = append(cells, v.String())
		}
		for _, f := range a.Dates {
			cells = append(cells, f.get(r.row).String())
		}
		url := ""
		if r.Node != nil {
			url = address(r.Node)
		}
		rows = append(rows, append(cells, url))
		return true
	})
	return CSV(rows)
}

// CSV writes rows of cells as comma-separated values, each cell in one line of text.
func CSV(rows [][]string) []byte {
	var b bytes.Buffer
	w := csv.NewWriter(&b)
	for _, cells := range rows {
		for i, c := range cells {
			cells[i] = harmless(diag.OneLine(c))
		}
		_ = w.Write(cells) // to memory, which does not fail
	}
	w.Flush()
	return b.Bytes()
}

// formula is how a cell begins that a spreadsheet would work out, also where it parts lines at semicolons.
var formula = regexp.MustCompile(`(^|;)( *)([=+\-@＝＋－＠])`)

// harmless keeps a spreadsheet from running what looks like a formula.
func harmless(cell string) string {
	begins := strings.TrimLeft(cell, " ")
	if begins == "" || begins[0] < 0x80 && !strings.Contains("=+-@", begins[:1]) && !strings.Contains(cell, ";") { // most cells
		return cell
	}
	if _, err := strconv.ParseFloat(cell, 64); err == nil {
		return cell
	}
	return formula.ReplaceAllString(cell, "$1$2'$3")
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
