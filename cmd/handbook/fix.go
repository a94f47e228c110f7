package main

import (
	"fmt"

	"handbook/builder/refactor"

	"github.com/spf13/cobra"
)

func fixCommand() *cobra.Command {
	var (
		site  siteFlags
		rev   string
		write bool
	)
	cmd := command("fix", &cobra.Command{
		RunE: func(cmd *cobra.Command, args []string) error {
			job, err := site.job()
			if err != nil {
				return err
			}
			done := progress(cmd.ErrOrStderr(), &job)
			edits, err := refactor.Fix(cmd.Context(), job, rev)
			done()
			if err != nil {
				return refused(cmd.ErrOrStderr(), job, err)
			}
			out := cmd.OutOrStdout()
			defer printNotes(out, job, edits)
			if len(edits.Files) == 0 {
				_, err := fmt.Fprintln(out, "nothing has one right answer that is not there already")
				return err
			}
			changes := 0
			for _, f := range edits.Files {
				changes += len(f.Why)
			}
			if !write {
				if err := printEdits(out, edits, reach(job)); err != nil {
					return err
				}
				fmt.Fprintf(out, "\n%s in %s; `handbook fix --write` makes them\n", count(changes, "change"), count(len(edits.Files), "file"))
				return errProblems
			}
			if err := applyEdits(job.Content, reach(job), edits); err != nil {
				return err
			}
			for _, f := range edits.Files {
				for _, why := range f.Why {
					fmt.Fprintf(out, "%s: %s\n", plain(reach(job)(f.New)), plain(why))
				}
			}
			_, err = fmt.Fprintf(out, "%s in %s\n", count(changes, "change"), count(len(edits.Files), "file"))
			return err
		},
	})
	site.add(cmd)
	cmd.Flags().StringVar(&rev, "since", "", "find what was renamed since this `revision` (default where the branch left main, else the last commit)")
	cmd.Flags().BoolVar(&write, "write", false, "make the changes")
	return cmd
}
