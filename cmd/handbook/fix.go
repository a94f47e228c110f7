package main

import (
	"fmt"

	"handbook/builder"

	"github.com/spf13/cobra"
)

func fixCommand() *cobra.Command {
	var (
		site  siteFlags
		rev   string
		write bool
	)
	cmd := &cobra.Command{
		Use:   "fix",
		Short: "Mend what has one right answer",
		Long: `fix mends the problems that have one right answer: a link to a page that was renamed, to a heading that was, by
an old address or as another tool would write it; a link to a page's file without its ending; an old address
that a renamed page does not keep, and that of a renamed heading; the name of an owner, reviewer or reader
who has another now; a first heading that says the title once more. What a page says is never changed: an
edit after which it would read otherwise is left to you and told. Reviews that are recorded hold.

What was renamed is found by comparing with where this branch left the main one, else with the last commit,
or with --since with another revision. What older commits renamed is looked up for links that lead nowhere. A
renamed heading gets its old id, ` + "`{#old-id}`" + `, unless something links to the new one already. Without
--write the changes are shown as a diff and nothing is written. Nothing else of a file changes, to the byte.

It exits 1 if there is something to mend and --write is not given.`,
		Example: `  handbook fix
  handbook fix --write
  handbook fix --since origin/main --write`,
		RunE: func(cmd *cobra.Command, args []string) error {
			job, err := site.job()
			if err != nil {
				return err
			}
			done := progress(cmd.ErrOrStderr(), &job)
			edits, err := builder.Fix(cmd.Context(), job, rev)
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
	}
	site.add(cmd)
	cmd.Flags().StringVar(&rev, "since", "", "find what was renamed since this `revision` (default where the branch left main, else the last commit)")
	cmd.Flags().BoolVar(&write, "write", false, "make the changes")
	return cmd
}
