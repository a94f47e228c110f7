package main

import (
	"fmt"

	"handbook/builder/refactor"

	"github.com/spf13/cobra"
)

func handoverCommand() *cobra.Command {
	var (
		site   siteFlags
		only   string
		dryRun bool
	)
	cmd := command("handover", &cobra.Command{
		Args: between(2, 2, "handbook handover takes who leaves and who takes over"),
		RunE: func(cmd *cobra.Command, args []string) error {
			job, err := site.job()
			if err != nil {
				return err
			}
			below := ""
			if only != "" {
				var ok bool
				if below, ok = located(job, only); !ok {
					return misuse("--only %s: there is no page or folder of that name", only)
				}
			}
			done := progress(cmd.ErrOrStderr(), &job)
			edits, err := refactor.Handover(cmd.Context(), job, args[0], args[1], below)
			done()
			if err != nil {
				return refused(cmd.ErrOrStderr(), job, err)
			}
			out := cmd.OutOrStdout()
			if dryRun {
				err = printEdits(out, edits, reach(job))
			} else {
				err = applyEdits(job.Content, reach(job), edits)
			}
			if err != nil {
				return err
			}
			printNotes(out, job, edits)
			verb := "edited"
			if dryRun {
				verb = "would edit"
			}
			_, err = fmt.Fprintf(out, "%s %s\n", verb, count(len(edits.Files), "file"))
			return err
		},
	})
	site.add(cmd)
	cmd.Flags().StringVar(&only, "only", "", "a page or `folder`: what is not in it keeps the old name")
	cmd.Flags().BoolVar(&dryRun, "dry-run", false, "show what would be done, as a diff, and do nothing")
	return cmd
}
