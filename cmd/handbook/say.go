package main

// What the program says to people stands here, with its rules:
//
//   - An answer goes to standard output. What is said about it goes to standard error: notes, progress, the messages of a
//     build that was asked for something else.
//   - A line is lower case without a full stop. It says what is so, then behind a semicolon what to do about it.
//   - What files, git and people say is plain before it is printed, so that nothing steers the terminal.
//   - What an answer leaves out is a line that begins with "note: ".
//   - A name that nobody knows gets the nearest one that somebody does, or else the names there are.
//   - For programs there is --format json: the same rows, with null for what is not there.

import (
	"fmt"
	"io"
	"strings"
	"text/tabwriter"
	"time"

	"handbook/builder/diag"

	"github.com/spf13/cobra"
)

// plain keeps a hostile title from writing to the terminal or beginning a line.
func plain(s string) string { return diag.Plain(s) }

// plainLines is plain for a text of several lines. Tabs and the ends of lines stay: patch compares them.
func plainLines(text string) string {
	var b strings.Builder
	for line := range strings.Lines(text) {
		end := "\n"
		line, ended := strings.CutSuffix(line, end)
		if said, ok := strings.CutSuffix(line, "\r"); ok && ended {
			line, end = said, "\r\n"
		}
		b.WriteString(plainCells(strings.Split(line, "\t")))
		if ended {
			b.WriteString(end)
		}
	}
	return b.String()
}

func plainCells(cells []string) string {
	for i := range cells {
		cells[i] = plain(cells[i])
	}
	return strings.Join(cells, "\t")
}

// count is a number of things in words: "1 page", "2 pages".
func count(n int, thing string) string { return diag.Count(n, thing) }

// agree is the form of a verb that goes with a number of things.
func agree(n int, one, many string) string {
	if n == 1 {
		return one
	}
	return many
}

// meant is the next step for a name that is not known: the nearest one, else what there is to say otherwise.
func meant(name string, known []string, otherwise string) string {
	return diag.Meant("did you mean %s?", name, known, otherwise)
}

// sentence begins with a capital letter.
func sentence(s string) string {
	if s == "" {
		return s
	}
	return strings.ToUpper(s[:1]) + s[1:]
}

// took is a duration as a person reads it: "85 ms", "1.4 s".
func took(d time.Duration) string {
	if d < time.Second {
		return fmt.Sprintf("%d ms", d.Milliseconds())
	}
	return fmt.Sprintf("%.1f s", d.Seconds())
}

// note says something beside the answer.
func note(cmd *cobra.Command, format string, a ...any) {
	fmt.Fprintf(cmd.ErrOrStderr(), "note: %s\n", plain(fmt.Sprintf(format, a...)))
}

// printTable writes rows in columns.
func printTable(w io.Writer, rows [][]string) error {
	table := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	for _, row := range rows {
		fmt.Fprintln(table, plainCells(row))
	}
	return table.Flush()
}

// printJSON writes a value as indented JSON.
func printJSON(cmd *cobra.Command, v any) error { return diag.WriteJSON(cmd.OutOrStdout(), v, "  ") }

// orDash is what a table shows for null.
func orDash(s *string) string {
	if s == nil {
		return "-"
	}
	return *s
}
