package main

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"text/tabwriter"

	"handbook/builder"
	"handbook/builder/diag"

	"github.com/spf13/cobra"
)

func rulesCommand() *cobra.Command {
	var (
		dir    string
		format string
	)
	cmd := &cobra.Command{
		Use:   "rules [RULE]",
		Short: "List the rules, or explain one",
		Long: `rules lists every rule that check and build know: its name, its severity, and what it means. The severity is
the one that handbook.yaml gives it, if it does.

With the name of a rule it says why there is the rule, what is wrong, what is right, and how to silence it.`,
		Example: `  handbook rules
  handbook rules broken-link
  handbook rules --format json`,
		Args: cobra.MaximumNArgs(1),
		ValidArgsFunction: func(cmd *cobra.Command, args []string, typed string) ([]string, cobra.ShellCompDirective) {
			var words []string
			for _, d := range diag.Rules() {
				if len(args) == 0 && strings.HasPrefix(string(d.Rule), typed) {
					words = append(words, string(d.Rule)+"\t"+d.Sentence)
				}
			}
			return words, cobra.ShellCompDirectiveNoFileComp
		},
		RunE: func(cmd *cobra.Command, args []string) error {
			if info, err := os.Stat(dir); err != nil || !info.IsDir() {
				return misuse("-C %s: there is no such folder; name the one that holds handbook.yaml", dir)
			}
			site, msgs := builder.ReadSite(filepath.Clean(dir))
			if len(msgs) > 0 {
				fmt.Fprintf(cmd.ErrOrStderr(), "note: handbook.yaml has errors; `handbook check` shows them\n")
			}
			type row struct {
				Rule     diag.Rule `json:"rule"`
				Severity string    `json:"severity"`
				Default  string    `json:"default"`
				Sentence string    `json:"sentence"`
				Why      string    `json:"why"`
				Wrong    string    `json:"wrong"`
				Right    string    `json:"right"`
				Silence  string    `json:"silence"`
			}
			rows := []row{}
			for _, d := range diag.Rules() {
				if len(args) > 0 && string(d.Rule) != args[0] {
					continue
				}
				severity := d.Default
				if s, ok := site.Rules[d.Rule]; ok {
					severity = s
				}
				e := d.Rule.Explain()
				r := row{d.Rule, severity.String(), d.Default.String(), d.Sentence, e.Why, e.Wrong, e.Right, e.Silence}
				if len(site.RulesIn[d.Rule]) > 0 {
					r.Severity = "by path"
				}
				rows = append(rows, r)
			}
			if len(rows) == 0 {
				var names []string
				for _, d := range diag.Rules() {
					names = append(names, string(d.Rule))
				}
				help := "`handbook rules` lists them"
				if near := diag.Nearest(args[0], names); near != "" {
					help = fmt.Sprintf("did you mean %s?", near)
				}
				return misuse("there is no rule %q: %s", args[0], help)
			}
			if format == "json" {
				return printJSON(cmd, rows)
			}
			out := cmd.OutOrStdout()
			if len(args) > 0 {
				doc, _ := diag.Known(args[0])
				_, err := fmt.Fprintf(out, "%s: %s (default: %s)\n\n%s\n\n%s", doc.Rule, rows[0].Severity, doc.Default, doc.Sentence, doc.Markdown())
				return err
			}
			table := tabwriter.NewWriter(out, 0, 0, 2, ' ', 0)
			for _, r := range rows {
				fmt.Fprintf(table, "%s\t%s\t%s\n", r.Rule, r.Severity, r.Sentence)
			}
			return table.Flush()
		},
	}
	cmd.Flags().StringVarP(&dir, "dir", "C", ".", "the `folder` that holds handbook.yaml")
	cobra.CheckErr(cmd.MarkFlagDirname("dir"))
	addChoice(cmd, &format, "format", "how the list is printed", "text", "json")
	return cmd
}
