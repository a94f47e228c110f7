package main

import (
	"errors"
	"fmt"
	"path/filepath"
	"runtime/debug"
	"time"

	"handbook/builder"
	"handbook/builder/diag"
	"handbook/builder/publish"
	"handbook/builder/schema"

	"github.com/spf13/cobra"
)

func buildCommand() *cobra.Command {
	var (
		site      siteFlags
		format    formatFlag
		audience  audienceFlag
		out       string
		keepGoing bool
		baseURL   string
	)
	cmd := &cobra.Command{
		Use:   "build",
		Short: "Write the site to public/",
		Long: `build writes the whole site. It is made in a new folder and swapped in, so a build that fails or is killed
leaves the last site whole, and a file whose bytes did not change is not touched.

With errors nothing is written and the exit status is 1. Warnings are reported and the site is written. A folder without a
handbook.yaml, which nobody has prepared yet, is written without the pages that have errors, as with --keep-going.

With --audience every page is left out that is not for those who are named, and all that follows from it. What refers to
such a page is reported.`,
		Example: `  handbook build
  handbook build -C docs --out /srv/handbook
  handbook build --content ../wiki --out /tmp/site --as-of 2026-12-24
  handbook build --audience customer --out public-customers
  handbook build --base-url https://preview-7.example.com/`,
		RunE: func(cmd *cobra.Command, args []string) error {
			start := time.Now()
			job, err := site.job()
			if err != nil {
				return err
			}
			if err := audience.ask(cmd, &job); err != nil {
				return err
			}
			if baseURL != "" {
				if _, err := schema.Default().At(baseURL); err != nil {
					return misuse("--base-url: %v", err)
				}
				job.BaseURL = baseURL
			}
			if out == "" {
				out = filepath.Join(site.dir, "public")
			}
			// A build lives for seconds and holds every page once: half the memory is worth a few more collections.
			debug.SetGCPercent(50)
			done := progress(cmd.ErrOrStderr(), &job)
			defer func() { done() }()
			result, err := builder.NewSession().Build(cmd.Context(), job)
			if err != nil {
				return heard(err)
			}
			failed := result.Failed()
			var stats publish.Stats
			keepGoing = keepGoing || !result.Prepared
			if !failed || keepGoing {
				stats, err = result.Publish(cmd.Context(), out, job.Content, filepath.Join(job.Root, "themes"))
			}
			done()
			done = func() {}
			messages := cmd.ErrOrStderr()
			if format.value == "json" {
				messages = cmd.OutOrStdout()
			}
			if e := format.print(messages, job, result.Messages); e != nil {
				return e
			}
			if err != nil {
				var refused *publish.RefusedError
				if errors.As(err, &refused) {
					return misuse("%v; %s", err, refused.Help)
				}
				if cmd.Context().Err() != nil {
					return err
				}
				return fmt.Errorf("%w; %s is as it was", err, out)
			}
			if format.value == "text" {
				line := fmt.Sprintf("%s: %s", pages(result.Work.Pages), diag.Summary(result.Messages))
				if failed && !keepGoing {
					line += fmt.Sprintf("; nothing was written to %s (--keep-going writes the pages that are right)", out)
				} else {
					if failed && !result.Prepared && result.Work.Pages > 0 {
						line += "; the pages that are right were written all the same, because there is no handbook.yaml yet"
					}
					line += fmt.Sprintf("; %d of %d files changed in %s, %s", stats.Written+stats.Removed, stats.Written+stats.Same, out, took(time.Since(start)))
				}
				fmt.Fprintln(cmd.OutOrStdout(), line)
			}
			if failed {
				return errProblems
			}
			return nil
		},
	}
	site.add(cmd)
	audience.add(cmd, &site)
	format.add(cmd, "text", "json")
	cmd.Flags().StringVar(&out, "out", "", "the `folder` to write (default DIR/public)")
	cmd.Flags().StringVar(&baseURL, "base-url", "", "the `address` that the site is built for (default: base_url of handbook.yaml)")
	cobra.CheckErr(cmd.RegisterFlagCompletionFunc("base-url", cobra.NoFileCompletions))
	cmd.Flags().BoolVar(&keepGoing, "keep-going", false, "write the site without the pages that have errors")
	cobra.CheckErr(cmd.MarkFlagDirname("out"))
	return cmd
}

// took is a duration as a person reads it: "85 ms", "1.4 s".
func took(d time.Duration) string {
	if d < time.Second {
		return fmt.Sprintf("%d ms", d.Milliseconds())
	}
	return fmt.Sprintf("%.1f s", d.Seconds())
}
