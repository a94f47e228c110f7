package main

import (
	"bytes"
	"cmp"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"slices"
	"strconv"
	"strings"

	"handbook/builder"
	"handbook/builder/book"
	"handbook/builder/diag"
	"handbook/builder/query"
	"handbook/builder/schema"

	"github.com/spf13/cobra"
)

func queryCommand() *cobra.Command {
	var (
		site   siteFlags
		format string
		on     string
	)
	cmd := command("query", &cobra.Command{
		Args: between(1, 1, "one question, please, in quotes"),
		ValidArgsFunction: func(cmd *cobra.Command, args []string, typed string) ([]string, cobra.ShellCompDirective) {
			if len(args) > 0 || strings.Contains(typed, ",") {
				return nil, cobra.ShellCompDirectiveNoFileComp
			}
			_, result, err := ask(cmd, &site)
			if err != nil {
				return nil, cobra.ShellCompDirectiveDefault
			}
			var words [][2]string
			for _, t := range result.Site.Types {
				words = append(words, [2]string{"from: " + t.Name, t.Plural})
			}
			return described(words, typed), cobra.ShellCompDirectiveNoSpace
		},
		RunE: func(cmd *cobra.Command, args []string) error {
			question, err := readQuestion(cmd.InOrStdin(), args[0])
			if err != nil {
				return err
			}
			job, result, err := ask(cmd, &site)
			if err != nil {
				return err
			}
			tellErrors(cmd, result)
			var this *book.Node
			if on != "" {
				p, err := findPage(knownPages(result), job, result.Site, on)
				if err != nil {
					return err
				}
				if p.node >= 0 {
					this = result.Book.Nodes[p.node]
				}
			}
			answer := result.Views.Answer(query.Unfold(question), this)
			if len(answer.Mistakes) > 0 {
				return tellMistakes(cmd.ErrOrStderr(), question, answer.Mistakes)
			}
			return printAnswer(cmd, job.Today, result, answer, format)
		},
	})
	site.add(cmd)
	addChoice(cmd, &format, "format", "how the answer is printed: `table, json, csv`", "table", "json", "csv")
	cmd.Flags().StringVar(&on, "page", "", "the `page` that the question calls this")
	suggestNames(cmd, "page", &site, func(r builder.Result) [][2]string {
		var names [][2]string
		for _, p := range knownPages(r) {
			names = append(names, [2]string{p.id, p.title})
		}
		return names
	})
	return cmd
}

// maxQuestion is more than anybody writes.
const maxQuestion = 1 << 16

// readQuestion takes the argument as a question, or reads one from the file or the input that it names.
func readQuestion(in io.Reader, arg string) (string, error) {
	if arg != "-" && strings.Contains(arg, ":") {
		if _, err := os.Stat(arg); err != nil {
			return arg, nil
		}
	}
	if arg != "-" {
		file, err := os.Open(arg)
		if err != nil {
			return "", misuse(`%q is neither a question nor a file; write it like 'from: spec, where: status == "open"'`, arg)
		}
		defer file.Close()
		in = file
	}
	data, err := io.ReadAll(io.LimitReader(in, maxQuestion))
	if err != nil {
		return "", misuse("the question cannot be read: %v", err)
	}
	// A block can be piped in as it stands in a page.
	lines := strings.Split(strings.ReplaceAll(string(data), "\r\n", "\n"), "\n")
	return strings.Join(slices.DeleteFunc(lines, func(line string) bool { return strings.HasPrefix(line, "```") }), "\n"), nil
}

// tellMistakes shows what is wrong with a question, at its place.
func tellMistakes(w io.Writer, question string, mistakes []query.Mistake) error {
	var msgs diag.List
	for _, m := range mistakes {
		msgs.Add(diag.InvalidView, diag.Place{File: "question", Start: m.Start, End: m.End}, m.Text, m.Help)
		msgs[len(msgs)-1].Severity = diag.Error
	}
	msgs.Sort()
	located := diag.Locate(msgs, func(string) ([]byte, error) { return []byte(question), nil })
	if err := printerFor(w, nil).Text(w, located); err != nil {
		return err
	}
	return misuse("the question cannot be answered")
}

func printAnswer(cmd *cobra.Command, today schema.Date, result builder.Result, a *query.Answer, format string) error {
	address := func(n *book.Node) string { return cmp.Or(result.Site.Whole(n.URL), n.URL) }
	w := cmd.OutOrStdout()
	if a.Layout.Counts {
		return printCounts(cmd, today, a, format)
	}
	switch format {
	case "csv":
		_, err := w.Write(a.CSV(address))
		return err
	case "json":
		return printJSON(cmd, answerRows(a, address))
	}
	return printRows(w, a)
}

// printCounts prints how many rows there are, by what they are grouped.
func printCounts(cmd *cobra.Command, today schema.Date, a *query.Answer, format string) error {
	type count struct {
		Value *string `json:"value"`
		Count int     `json:"count"`
		AsOf  string  `json:"as_of"`
	}
	counts, sheet, table := []count{}, [][]string{{"value", "count", "as_of"}}, [][]string(nil)
	for _, g := range a.Groups {
		if a.Group != nil {
			value := g.Value.String()
			counts = append(counts, count{diag.OrNull(value), g.Total, today.String()})
			sheet = append(sheet, []string{value, strconv.Itoa(g.Total), today.String()})
			table = append(table, []string{cmp.Or(value, "-"), strconv.Itoa(g.Total)})
		}
	}
	if a.Group == nil {
		counts = append(counts, count{nil, a.Total, today.String()})
		sheet = append(sheet, []string{"", strconv.Itoa(a.Total), today.String()})
		table = append(table, []string{strconv.Itoa(a.Total)})
	}
	switch format {
	case "json":
		return printJSON(cmd, counts)
	case "csv":
		_, err := cmd.OutOrStdout().Write(query.CSV(sheet))
		return err
	}
	return printTable(cmd.OutOrStdout(), table)
}

// answerRows are objects with the columns of the question in their order, and the page behind each.
func answerRows(a *query.Answer, address func(*book.Node) string) []json.RawMessage {
	rows := []json.RawMessage{} // an empty list, not null
	a.Each(func(r query.Row) bool {
		if a.Limit > 0 && len(rows) == a.Limit {
			return false
		}
		var b bytes.Buffer
		b.WriteByte('{')
		put := func(name string, v any) {
			if b.Len() > 1 {
				b.WriteByte(',')
			}
			b.Write(append(diag.AsJSON(name, ""), ':'))
			b.Write(diag.AsJSON(v, ""))
		}
		if a.Rows != nil {
			put(a.Rows.Name, a.Rows.JSON(*r.Head))
		}
		for i, f := range a.Columns {
			put(f.Name, f.JSON(r.Cells[i]))
		}
		dated := a.Dated(r)
		for i, f := range a.Dates {
			put(f.Name, f.JSON(dated[i]))
		}
		if r.Node != nil {
			put("page", pageID(r.Node.ID))
			put("url", address(r.Node))
		}
		b.WriteByte('}')
		rows = append(rows, b.Bytes())
		return true
	})
	return rows
}

func printRows(w io.Writer, a *query.Answer) error {
	var heads []string
	if a.Rows != nil {
		heads = append(heads, a.Rows.Name)
	}
	for _, f := range a.Columns {
		heads = append(heads, f.Name)
	}
	for i := range heads {
		heads[i] = strings.ToUpper(heads[i])
	}
	rows := [][]string{heads}
	a.Each(func(r query.Row) bool {
		if a.Limit > 0 && len(rows) > a.Limit {
			return false
		}
		var cells []string
		if a.Rows != nil {
			cells = append(cells, cmp.Or(r.Head.String(), "-"))
		}
		for _, v := range r.Cells {
			cells = append(cells, cmp.Or(v.String(), "-"))
		}
		rows = append(rows, cells)
		return true
	})
	shown := len(rows) - 1
	line := count(shown, "row")
	switch {
	case shown == 0:
		rows, line = nil, "nothing fits"
	case shown < a.Total && a.Rows == nil:
		line = fmt.Sprintf("%d of %d rows", shown, a.Total)
	}
	if err := printTable(w, rows); err != nil {
		return err
	}
	_, err := fmt.Fprintln(w, line)
	return err
}
