package main

import (
	"cmp"
	"errors"
	"fmt"
	"path/filepath"
	"time"

	"handbook/builder"
	"handbook/builder/diag"
	"handbook/builder/publish"
	"handbook/builder/schema"

	"github.com/spf13/cobra"
)

// building is the command build.
type building struct {
	site      siteFlags
	audience  audienceFlag
	format    string
	out       string
	baseURL   string
	keepGoing bool
}

func buildCommand() *cobra.Command {
	var b building
	cmd := command("build", &cobra.Command{
		RunE: b.run,
	})
	b.site.add(cmd)
	b.audience.add(cmd, &b.site)
	addChoice(cmd, &b.format, "format", "how messages are printed: `text or json`", "text", "json")
	cmd.Flags().StringVar(&b.out, "out", "", "the `folder` to write (default DIR/public)")
	cmd.Flags().StringVar(&b.baseURL, "base-url", "", "the `address` that the site is built for (default: base_url of handbook.yaml)")
	cmd.Flags().BoolVar(&b.keepGoing, "keep-going", false, "write the site without the pages that have errors")
	return cmd
}

// job is what is to be built.
func (b *building) job(cmd *cobra.Command) (builder.Job, error) {
	job, err := b.site.job()
	if err != nil {
		return job, err
	}
	if err := b.audience.ask(cmd, &job); err != nil {
		return job, err
	}
	if b.baseURL != "" {
		if _, err := schema.Default().At(b.baseURL); err != nil {
			return job, misuse("--base-url: %v", err)
		}
	}
	job.BaseURL = b.baseURL
	b.out = cmp.Or(b.out, filepath.Join(b.site.dir, "public"))
	return job, nil
}

func (b *building) run(cmd *cobra.Command, args []string) error {
	start := time.Now()
	job, err := b.job(cmd)
	if err != nil {
		return err
	}
	spareMemory()
	result, stats, err := b.write(cmd, job)
	if err != nil && result.Book == nil {
		return heard(err)
	}
	if e := b.tell(cmd, job, result.Messages); e != nil {
		return e
	}
	if err != nil {
		return b.notWritten(cmd, err)
	}
	if b.format == "text" {
		wrote := b.wrote(result, stats, time.Since(start))
		fmt.Fprintf(cmd.OutOrStdout(), "%s: %s%s\n", count(result.Work.Pages, "page"), diag.Summary(result.Messages), wrote)
	}
	if result.Failed() {
		return errProblems
	}
	return nil
}

// write builds the site and writes it, unless it has errors that keep it from being written.
func (b *building) write(cmd *cobra.Command, job builder.Job) (result builder.Result, stats publish.Stats, err error) {
	defer progress(cmd.ErrOrStderr(), &job)()
	s := openSession(job)
	defer s.Close()
	s.Sparing()
	result, stats, same := s.Same(cmd.Context(), job, b.out)
	if !same {
		result, err = s.Build(cmd.Context(), job)
	}
	b.keepGoing = b.keepGoing || !result.Prepared
	if err == nil && !same && (b.keepGoing || !result.Failed()) {
		stats, err = result.Publish(cmd.Context(), b.out, job.Content, filepath.Join(job.Root, "themes"))
		if err == nil {
			s.Tell(cmd.Context(), job, result, b.out)
		}
	}
	return result, stats, err
}

// tell prints the messages: for programs they are the answer.
func (b *building) tell(cmd *cobra.Command, job builder.Job, messages []diag.Located) error {
	if b.format == "json" {
		return diag.JSON(cmd.OutOrStdout(), messages, reach(job))
	}
	return printMessages(cmd.ErrOrStderr(), job, messages)
}

// notWritten says why the folder is as it was.
func (b *building) notWritten(cmd *cobra.Command, err error) error {
	var refused *publish.RefusedError
	if errors.As(err, &refused) {
		return misuse("%v; %s", err, refused.Help)
	}
	if cmd.Context().Err() != nil {
		return err
	}
	return fmt.Errorf("%w; %s is as it was", err, b.out)
}

// wrote says what was written.
func (b *building) wrote(result builder.Result, stats publish.Stats, d time.Duration) string {
	if result.Failed() && !b.keepGoing {
		return fmt.Sprintf("; nothing was written to %s (--keep-going writes the pages that are right)", b.out)
	}
	line := ""
	if result.Failed() && !result.Prepared && result.Work.Pages > 0 {
		line = "; the pages that are right were written all the same, because there is no handbook.yaml yet"
	}
	if n := result.Former.Addresses; n > 0 {
		line += fmt.Sprintf("; %d old %s of %s %s on", n, agree(n, "address", "addresses"), result.Former.Generator, agree(n, "leads", "lead"))
	}
	return line + fmt.Sprintf("; %d of %d files changed in %s, %s", stats.Written+stats.Removed, stats.Written+stats.Same, b.out, took(d))
}
