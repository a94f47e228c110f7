package main

import (
	"cmp"
	"fmt"
	"io"
	"os"
	"slices"
	"strconv"
	"strings"

	"handbook/builder"
	"handbook/builder/diag"
)

// firstShown is how many messages a terminal shows of more: what does not fit on some screens nobody reads.
const firstShown = 20

// printer writes messages for people. A terminal shows of many what they are, by rule, and the first of them, errors before
// warnings; a file or a pipe gets all, and so does a terminal when it is not to be brief.
type printer struct {
	diag.Style
	columns int // of the terminal; 0 for what is none
}

// printerFor writes to whoever reads w, briefly.
func printerFor(w io.Writer, reach func(string) string) printer {
	if !isTerminal(w) {
		return printer{Style: diag.Style{Reach: reach}}
	}
	columns, _ := terminalSize(w.(*os.File))
	return printer{diag.Style{Color: os.Getenv("NO_COLOR") == "", Reach: reach, Brief: true}, columns}
}

func printMessages(w io.Writer, job builder.Job, messages []diag.Located) error {
	return printerFor(w, reach(job)).print(w, messages)
}

func (p printer) print(w io.Writer, messages []diag.Located) error {
	if p.columns == 0 {
		return p.Text(w, messages)
	}
	shown := slices.Clone(messages)
	if p.Brief && len(messages) > firstShown {
		if _, err := io.WriteString(w, strings.Join(append(overview(messages, p.Style, p.columns), "", ""), "\n")); err != nil {
			return err
		}
		slices.SortStableFunc(shown, func(a, b diag.Located) int { return cmp.Compare(a.Severity, b.Severity) })
		shown = shown[:firstShown]
	}
	for i := range shown {
		shown[i] = narrow(shown[i], p.columns-9)
	}
	if err := p.Text(w, shown); err != nil {
		return err
	}
	if more := len(messages) - len(shown); more > 0 {
		_, err := fmt.Fprintf(w, "… and %d more: `handbook check --all` prints them\n\n", more)
		return err
	}
	return nil
}

// overview is a table of the rules in messages: how many places, the first of them, and the next step there.
func overview(messages []diag.Located, style diag.Style, columns int) []string {
	rows := [][4]string{{"places", "rule", "first place", "next step there"}}
	list := diag.Tallies(messages)
	for _, t := range list {
		place := cmp.Or(style.At(t.First.File, t.First.Line, t.First.Column), "the whole site")
		rows = append(rows, [4]string{strconv.Itoa(t.Places), string(t.Rule), place, plain(diag.Sentence(style.Reach, t.First.Help))})
	}
	var widths [4]int
	for _, row := range rows {
		for i, cell := range row {
			widths[i] = max(widths[i], width(cell))
		}
	}
	left := max(20, columns-widths[0]-widths[1]-6) // for the place and the next step
	places := min(widths[2], max(12, left*2/5))
	pad := func(s string, to int) string { return s + strings.Repeat(" ", max(0, to-width(s))) }
	var lines []string
	for i, row := range rows {
		number := strings.Repeat(" ", widths[0]-width(row[0])) + row[0]
		line := strings.Join([]string{number, pad(row[1], widths[1]), pad(end(row[2], places), places), cut(row[3], max(8, left-places))}, "  ")
		line = cut(strings.TrimRight(line, " "), columns)
		switch {
		case i == 0:
			line = style.Paint("2", line)
		case list[i-1].Severity == diag.Error:
			line = strings.Replace(line, row[1], style.Paint("31", row[1]), 1)
		default:
			line = strings.Replace(line, row[1], style.Paint("33", row[1]), 1)
		}
		lines = append(lines, line)
	}
	return lines
}
