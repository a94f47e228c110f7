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
	"text/tabwriter"

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
	cmd := &cobra.Command{
		Use:   "query QUESTION | FILE | -",
		Short: "Ask for pages by what they say",
		Long: `query answers what a fenced block named handbook asks, for people and for scripts. The question is written in
one line with commas between its keys, or as in a page, in a file or at the standard input (-).

The answer has every row that fits, as far as limit does not say otherwise. The exit status is 0 whether there
are many or none, and 2 when the question cannot be read.`,
		Example: `  handbook query 'from: spec, where: freshness == "overdue", columns: [title, owner]'
  handbook query 'from: beta-report.findings, where: status == "open", sort: -severity'
  handbook query 'from: plan, where: state == "overdue"' --format json
  handbook query 'from: spec, where: owner == this' --page teams/payments
  handbook query - --format csv < question.txt`,
		Args: func(cmd *cobra.Command, args []string) error {
			if len(args) != 1 {
				return misuse("one question, please, in quotes; see `%s --help`", cmd.CommandPath())
			}
			return nil
		},
		ValidArgsFunction: func(cmd *cobra.Command, args []string, typed string) ([]string, cobra.ShellCompDirective) {
			if len(args) > 0 || strings.Contains(typed, ",") {
				return nil, cobra.ShellCompDirectiveNoFileComp
			}
			_, result, err := read(cmd, &site)
			if err != nil {
				return nil, cobra.ShellCompDirectiveDefault
			}
			var words []string
			for _, t := range result.Site.Types {
				if word := "from: " + t.Name; strings.HasPrefix(word, typed) {
					words = append(words, word+"\t"+plain(t.Plural))
				}
			}
			return words, cobra.ShellCompDirectiveNoSpace
		},
		RunE: func(cmd *cobra.Command, args []string) error {
			question, err := readQuestion(cmd.InOrStdin(), args[0])
			if err != nil {
				return err
			}
			job, result, err := read(cmd, &site)
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
	}
	site.add(cmd)
	addChoice(cmd, &format, "format", "how the answer is printed", "table", "json", "csv")
	cmd.Flags().StringVar(&on, "page", "", "the `page` that the question calls this")
	completeNames(cmd, "page", &site, func(r builder.Result) [][2]string {
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
	if err := (styleOn(w, nil)).Text(w, located); err != nil {
		return err
	}
	return misuse("the question cannot be answered")
}

func printAnswer(cmd *cobra.Command, today schema.Date, result builder.Result, a *query.Answer, format string) error {
	address := func(n *book.Node) string {
		if base := result.Site.BaseURL; base != "" {
			return strings.TrimSuffix(base, "/") + "/" + strings.TrimPrefix(n.URL, result.Site.BasePath)
		}
		return n.URL
	}
	w := cmd.OutOrStdout()
	if a.Layout == query.Count || a.Layout == query.Chart {
		return printCounts(cmd, today, a, format)
	}
	switch format {
	case "csv":
		_, err := w.Write(a.CSV(address))
		return err
	case "json":
		return printJSON(cmd, answerRows(a, address))
	}
	return printTable(w, a)
}

// printCounts prints how many rows there are, by what they are grouped.
func printCounts(cmd *cobra.Command, today schema.Date, a *query.Answer, format string) error {
	type count struct {
		Value *string `json:"value"`
		Count int     `json:"count"`
		AsOf  string  `json:"as_of"`
	}
	counts := []count{}
	for _, g := range a.Groups {
		if a.Group != nil {
			counts = append(counts, count{orNull(g.Value.String()), g.Total, today.String()})
		}
	}
	if a.Group == nil {
		counts = append(counts, count{nil, a.Total, today.String()})
	}
	switch format {
	case "json":
		return printJSON(cmd, counts)
	case "csv":
		rows := [][]string{{"value", "count", "as_of"}}
		for _, c := range counts {
			rows = append(rows, []string{deref(c.Value), strconv.Itoa(c.Count), c.AsOf})
		}
		_, err := cmd.OutOrStdout().Write(query.CSV(rows))
		return err
	}
	table := tabwriter.NewWriter(cmd.OutOrStdout(), 0, 0, 2, ' ', 0)
	for _, c := range counts {
		if a.Group == nil {
			fmt.Fprintln(table, c.Count)
		} else {
			fmt.Fprintf(table, "%s\t%d\n", cmp.Or(plain(deref(c.Value)), "-"), c.Count)
		}
	}
	return table.Flush()
}

func deref(s *string) string {
	if s == nil {
		return ""
	}
	return *s
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
			for i, part := range []any{name, v} {
				if i > 0 {
					b.WriteByte(':')
				}
				e := json.NewEncoder(&b)
				e.SetEscapeHTML(false)
				_ = e.Encode(part)      // a text, a number or a list of these
				b.Truncate(b.Len() - 1) // its newline
			}
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

func printTable(w io.Writer, a *query.Answer) error {
	table := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	var heads []string
	if a.Rows != nil {
		heads = append(heads, plain(a.Rows.Name))
	}
	for _, f := range a.Columns {
		heads = append(heads, plain(f.Name))
	}
	shown := 0
	a.Each(func(r query.Row) bool {
		if a.Limit > 0 && shown == a.Limit {
			return false
		}
		if shown == 0 {
			fmt.Fprintln(table, strings.ToUpper(strings.Join(heads, "\t")))
		}
		shown++
		var cells []string
		if a.Rows != nil {
			cells = append(cells, cmp.Or(plain(r.Head.String()), "-"))
		}
		for _, v := range r.Cells {
			cells = append(cells, cmp.Or(plain(v.String()), "-"))
		}
		fmt.Fprintln(table, strings.Join(cells, "\t"))
		return true
	})
	if err := table.Flush(); err != nil {
		return err
	}
	rows := "rows"
	if shown == 1 {
		rows = "row"
	}
	line := fmt.Sprintf("%d %s", shown, rows)
	switch {
	case shown == 0:
		line = "nothing fits"
	case shown < a.Total && a.Rows == nil:
		line = fmt.Sprintf("%d of %d rows", shown, a.Total)
	}
	_, err := fmt.Fprintln(w, line)
	return err
}
