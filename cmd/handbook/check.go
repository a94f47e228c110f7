package main

import (
	"fmt"

	"handbook/builder"
	"handbook/builder/diag"

	"github.com/spf13/cobra"
)

func checkCommand() *cobra.Command {
	var (
		site   siteFlags
		format formatFlag
		failOn string
	)
	cmd := &cobra.Command{
		Use:   "check",
		Short: "Report every problem, write nothing",
		Long: `check builds the handbook in memory and reports what it finds: broken links and anchors, frontmatter
that cannot be read, pages without an owner, reviews that are overdue. Nothing is written.

With --format json each message is one object a line: rule, severity, file, line, column, message, help.
It exits 1 when there are errors, or with --fail-on warning when there is anything at all.`,
		Example: `  handbook check
  handbook check --fail-on warning
  handbook check --content docs --format json`,
		RunE: func(cmd *cobra.Command, args []string) error {
			job, err := site.job()
			if err != nil {
				return err
			}
			done := progress(cmd.ErrOrStderr(), &job)
			result, err := builder.NewSession().Build(cmd.Context(), job)
			done()
			if err != nil {
				return err
			}
			if err := format.print(cmd.OutOrStdout(), job, result.Messages); err != nil {
				return err
			}
			if format.value == "text" {
				fmt.Fprintf(cmd.OutOrStdout(), "%s: %s\n", pages(result.Work.Pages), diag.Summary(result.Messages))
			}
			errors, warnings := result.Count()
			if errors > 0 || warnings > 0 && failOn == "warning" {
				return errProblems
			}
			return nil
		},
	}
	site.add(cmd)
	format.add(cmd, "text", "json")
	failOn = "error"
	cmd.Flags().Var(&choice{&failOn, []string{"error", "warning"}}, "fail-on", "what makes the exit status 1: `error or warning`")
	cobra.CheckErr(cmd.RegisterFlagCompletionFunc("fail-on", cobra.FixedCompletions([]string{"error", "warning"}, cobra.ShellCompDirectiveNoFileComp)))
	return cmd
}

func pages(n int) string {
	if n == 1 {
		return "1 page"
	}
	return fmt.Sprintf("%d pages", n)
}
