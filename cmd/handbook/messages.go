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

// styleOn is how messages are written to whoever reads w.
func styleOn(w io.Writer, reach func(string) string) diag.Style {
	return diag.Style{Color: isTerminal(w) && os.Getenv("NO_COLOR") == "", Reach: reach}
}

// columnsOf is how wide a terminal is; 0 for what is none.
func columnsOf(w io.Writer) int {
	if !isTerminal(w) {
		return 0
	}
	columns, _ := terminalSize(w.(*os.File))
	return columns
}

// printMessages writes messages for people.
func printMessages(w io.Writer, job builder.Job, messages []diag.Located, all bool) error {
	return writeMessages(w, styleOn(w, reach(job)), columnsOf(w), messages, all)
}

// writeMessages writes messages for people. A terminal of so many columns shows of many what they are, by rule, and the first
// of them, errors before warnings; all are written where all are asked for, and to a file or a pipe, which has no columns.
func writeMessages(w io.Writer, style diag.Style, columns int, messages []diag.Located, all bool) error {
	if columns == 0 {
		return style.Text(w, messages)
	}
	style.Brief = !all
	shown := slices.Clone(messages)
	if !all && len(messages) > firstShown {
		if _, err := io.WriteString(w, strings.Join(append(overview(messages, style, columns), "", ""), "\n")); err != nil {
			return err
		}
		slices.SortStableFunc(shown, func(a, b diag.Located) int { return cmp.Compare(a.Severity, b.Severity) })
		shown = shown[:firstShown]
	}
	for i := range shown {
		shown[i] = narrow(shown[i], columns-9)
	}
	if err := style.Text(w, shown); err != nil {
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
	type row struct{ count, rule, place, next string }
	rows := []row{{"places", "rule", "first place", "next step there"}}
	list := diag.Tallies(messages)
	for _, t := range list {
		place := "the whole site"
		if t.First.File != "" {
			place = plain(style.Reach(t.First.File))
			if t.First.Line > 0 {
				place += fmt.Sprintf(":%d:%d", t.First.Line, t.First.Column)
			}
		}
		rows = append(rows, row{strconv.Itoa(t.Places), string(t.Rule), place, plain(diag.Sentence(style.Reach, t.First.Help))})
	}
	counts, rules, places := 0, 0, 0
	for _, r := range rows {
		counts, rules, places = max(counts, width(r.count)), max(rules, width(r.rule)), max(places, width(r.place))
	}
	left := max(20, columns-counts-rules-6) // for the place and the next step
	places = min(places, max(12, left*2/5))
	pad := func(s string, to int) string { return s + strings.Repeat(" ", max(0, to-width(s))) }
	var lines []string
	for i, r := range rows {
		line := strings.Repeat(" ", counts-width(r.count)) + r.count + "  " + pad(r.rule, rules) + "  " + pad(end(r.place, places), places) + "  " + cut(r.next, max(8, left-places))
		line = cut(strings.TrimRight(line, " "), columns)
		switch {
		case !style.Color:
		case i == 0:
			line = "\x1b[2m" + line + "\x1b[0m"
		default:
			tint := "\x1b[33m"
			if list[i-1].Severity == diag.Error {
				tint = "\x1b[31m"
			}
			line = strings.Replace(line, r.rule, tint+r.rule+"\x1b[0m", 1)
		}
		lines = append(lines, line)
	}
	return lines
}
