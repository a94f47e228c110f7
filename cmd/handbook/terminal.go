package main

import (
	"io"
	"os"
	"regexp"
	"strings"

	"handbook/builder/diag"

	"golang.org/x/term"
)

// isTerminal reports whether somebody looks at what is written.
func isTerminal(w io.Writer) bool {
	file, ok := w.(*os.File)
	return ok && os.Getenv("TERM") != "dumb" && term.IsTerminal(int(file.Fd()))
}

// terminalSize is how many columns and rows the terminal behind a file has; 80 and 24 when it does not say.
func terminalSize(f *os.File) (columns, rows int) {
	columns, rows, err := term.GetSize(int(f.Fd()))
	if err != nil || columns == 0 || rows == 0 {
		return 80, 24
	}
	return columns, rows
}

var colours = regexp.MustCompile(`\x1b\[[0-9;]*m`)

// width is how many columns a text takes on a terminal. Sequences that colour it take none; a tab, which goes on to the
// next multiple of eight, is counted in full.
func width(s string) int {
	return diag.Columns.StringWidth(colours.ReplaceAllString(s, "")) + 8*strings.Count(s, "\t")
}

// end shortens a path to fit: its end tells more than its beginning, and the line of a message stands behind it.
func end(path string, columns int) string { return diag.Columns.TruncatePrefix(path, columns, "…") }

// cut shortens a line to fit.
func cut(line string, columns int) string { return diag.Columns.Truncate(line, columns, "…") }

// wrap breaks a line between words so that each part fits; the parts after the first are indented.
func wrap(line string, columns, indent int) []string {
	if width(line) <= columns || columns < 2*indent+10 {
		return []string{line}
	}
	var lines []string
	now, used, begun := "", 0, false
	for _, word := range strings.SplitAfter(line, " ") {
		w := width(strings.TrimRight(word, " "))
		if begun && used+w > columns {
			lines = append(lines, strings.TrimRight(now, " "))
			now, used = strings.Repeat(" ", indent), indent
		}
		now += word
		used += width(word)
		begun = begun || w > 0
	}
	return append(lines, now)
}
