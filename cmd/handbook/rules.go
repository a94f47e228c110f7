package main

import (
	"fmt"
	"path/filepath"

	"handbook/builder"
	"handbook/builder/diag"
	"handbook/builder/schema"

	"github.com/spf13/cobra"
)

func rulesCommand() *cobra.Command {
	var (
		dir    string
		format string
	)
	cmd := command("rules", &cobra.Command{
		Args: cobra.MaximumNArgs(1),
		ValidArgsFunction: firstArgument(func() [][2]string {
			var words [][2]string
			for _, d := range diag.Rules() {
				words = append(words, [2]string{string(d.Rule), d.Sentence})
			}
			return words
		}),
		RunE: func(cmd *cobra.Command, args []string) error {
			if !isFolder(dir) {
				return misuse("-C %s: there is no such folder; name the one that holds handbook.yaml", dir)
			}
			site, msgs := builder.ReadSite(filepath.Clean(dir))
			if len(msgs) > 0 {
				note(cmd, "handbook.yaml has errors; `handbook check` shows them")
			}
			rows, err := ruleRows(site, args)
			switch out := cmd.OutOrStdout(); {
			case err != nil:
				return err
			case format == "json":
				return printJSON(cmd, rows)
			case len(args) > 0:
				r := rows[0]
				_, err := fmt.Fprintf(out, "%s: %s (default: %s)\n\n%s\n\n%s", r.Rule, r.Severity, r.Default, r.Sentence, r.doc.Markdown())
				return err
			default:
				var table [][]string
				for _, r := range rows {
					table = append(table, []string{string(r.Rule), r.Severity, r.Sentence})
				}
				return printTable(out, table)
			}
		},
	})
	addConfigDir(cmd, &dir)
	addChoice(cmd, &format, "format", "how the list is printed: `text, json`", "text", "json")
	return cmd
}

// ruleRow is one rule of the answer.
type ruleRow struct {
	Rule     diag.Rule `json:"rule"`
	Severity string    `json:"severity"`
	Default  string    `json:"default"`
	Sentence string    `json:"sentence"`
	Why      string    `json:"why"`
	Wrong    string    `json:"wrong"`
	Right    string    `json:"right"`
	Silence  string    `json:"silence"`
	doc      diag.Doc
}

// ruleRows are all rules, or the one that is named, in the severities of a site.
func ruleRows(site *schema.Site, args []string) ([]ruleRow, error) {
	rows, names := []ruleRow{}, []string{}
	for _, d := range diag.Rules() {
		names = append(names, string(d.Rule))
		if len(args) > 0 && string(d.Rule) != args[0] {
			continue
		}
		severity := d.Default
		if s, ok := site.Rules[d.Rule]; ok {
			severity = s
		}
		r := ruleRow{d.Rule, severity.String(), d.Default.String(), d.Sentence, d.Why, d.Wrong, d.Right, d.Silence, d}
		if len(site.RulesIn[d.Rule]) > 0 {
			r.Severity = "by path"
		}
		rows = append(rows, r)
	}
	if len(rows) == 0 {
		return nil, misuse("there is no rule %q: %s", args[0], meant(args[0], names, "`handbook rules` lists them"))
	}
	return rows, nil
}
