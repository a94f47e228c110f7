package main

import (
	"cmp"
	"fmt"
	"path/filepath"
	"slices"
	"time"

	"handbook/builder"
	"handbook/builder/diag"
	"handbook/builder/external"

	"github.com/spf13/cobra"
)

// externalFlags are for looking at other sites.
type externalFlags struct {
	on     bool
	inside bool
}

func (f *externalFlags) add(cmd *cobra.Command) {
	cmd.Flags().BoolVar(&f.on, "external", false, "also ask other sites whether the pages that are linked to are there")
	cmd.Flags().BoolVar(&f.inside, "external-inside", false, "with --external, also ask addresses of this machine and its own network")
}

// check adds what other sites say to the messages of a build.
func (f *externalFlags) check(cmd *cobra.Command, job builder.Job, result builder.Result) ([]diag.Located, error) {
	o := external.Options{Agent: "handbook/" + version + " (link check)", Now: time.Now(), Inside: f.inside}
	if job.CacheDir != "" {
		o.CacheFile = filepath.Join(job.CacheDir, "external.json")
	}
	if w := cmd.ErrOrStderr(); isTerminal(w) {
		o.Progress = func(done, total int) { fmt.Fprintf(w, "\r\x1b[Kasking other sites %d of %d", done, total) }
		defer fmt.Fprint(w, "\r\x1b[K")
	}
	dead, err := result.DeadExternals(cmd.Context(), o)
	if err != nil {
		return nil, err
	}
	all := append(slices.Clone(result.Messages), dead...)
	slices.SortStableFunc(all, func(a, b diag.Located) int { return cmp.Or(cmp.Compare(a.File, b.File), cmp.Compare(a.Start, b.Start)) })
	return all, nil
}
