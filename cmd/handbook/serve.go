package main

import (
	"context"
	"fmt"
	"io"
	"net"
	"os"
	"os/signal"
	"path/filepath"
	"strings"
	"syscall"
	"time"

	"handbook/builder"
	"handbook/builder/diag"
	"handbook/builder/preview"
	"handbook/builder/source"

	"github.com/spf13/cobra"
)

func serveCommand() *cobra.Command {
	var (
		site siteFlags
		addr string
		open bool
		poll time.Duration
	)
	cmd := &cobra.Command{
		Use:   "serve",
		Short: "Preview the handbook and reload on save",
		Long: `serve builds the handbook in memory, prints its address and shows it in the browser. When a file is saved the
pages that show it change in place. A mistake is shown in the browser and here; the last good page stays.

It listens on this machine only. What it serves is what build would write, with a script added that reloads.`,
		Example: `  handbook serve
  handbook serve -C docs --addr 127.0.0.1:8000
  handbook serve --content ../wiki --open`,
		RunE: func(cmd *cobra.Command, args []string) error {
			job, err := site.job()
			if err != nil {
				return err
			}
			host, _, err := net.SplitHostPort(addr)
			if err != nil {
				return misuse("--addr %s: write it like 127.0.0.1:4321", addr)
			}
			ctx, stop := signal.NotifyContext(cmd.Context(), os.Interrupt, syscall.SIGTERM)
			defer stop()
			out := cmd.OutOrStdout()
			if !isLoopback(host) {
				fmt.Fprintf(out, "%s can be reached from other machines: whoever reaches it reads the whole handbook.\n", addr)
			}
			return preview.Run(ctx, preview.Config{
				Build:  building(site, job),
				Addr:   addr,
				Trees:  []string{job.Content, filepath.Join(job.Root, "themes")},
				Files:  []string{filepath.Join(job.Root, "handbook.yaml")},
				Ignore: source.Dropping,
				Poll:   poll,
				Listening: func(url string) {
					fmt.Fprintf(out, "%s\nPress Ctrl-C to stop.\n", url)
					if open {
						openBrowser(url)
					}
				},
				Built:  func(r preview.Report) { report(out, job, r) },
				Notice: func(text string) { fmt.Fprintln(out, text) },
				Reach:  reach(job),
			})
		},
	}
	site.add(cmd)
	cmd.Flags().StringVar(&addr, "addr", "127.0.0.1:4321", "the `address` to listen on; the next free port is taken when this one is not")
	cmd.Flags().BoolVar(&open, "open", false, "open the browser")
	cmd.Flags().DurationVar(&poll, "poll", 0, "look at every file this often instead of waiting for the system to tell, for network folders: `1s`")
	cobra.CheckErr(cmd.RegisterFlagCompletionFunc("addr", cobra.NoFileCompletions))
	cobra.CheckErr(cmd.RegisterFlagCompletionFunc("poll", cobra.NoFileCompletions))
	return cmd
}

// building is how the preview builds: in one session, on the day it is then.
func building(flags siteFlags, first builder.Job) func(context.Context, []string) (preview.Result, error) {
	session := builder.NewSession()
	return func(ctx context.Context, changed []string) (preview.Result, error) {
		job := first
		day, err := today(flags.asOf, os.Getenv("SOURCE_DATE_EPOCH"), time.Now())
		if err != nil {
			return preview.Result{}, err
		}
		job.Today, job.KeepGood = day, true
		r, err := session.Build(ctx, job)
		if err != nil {
			return preview.Result{}, err
		}
		result := preview.Result{Messages: r.Messages, BasePath: r.Site.BasePath}
		for _, o := range r.Outputs {
			result.Outputs = append(result.Outputs, preview.Output{Path: o.Path, Key: o.Key, Data: func() ([]byte, error) { return session.Render(o) }})
		}
		return result, nil
	}
}

// report writes one line for a build, and what it has to say.
func report(w io.Writer, job builder.Job, r preview.Report) {
	if r.Err != nil {
		fmt.Fprintf(w, "handbook: %v\n", r.Err)
		return
	}
	reach := reach(job)
	if len(r.Result.Messages) > 0 {
		diag.Style{Color: isTerminal(w) && os.Getenv("NO_COLOR") == "", Reach: reach}.Text(w, r.Result.Messages)
	}
	what := "built"
	if r.Number > 1 {
		what = fmt.Sprintf("%s: %d of %d files changed", changedFiles(job, r.Changed), len(r.Pages), len(r.Result.Outputs))
	}
	fmt.Fprintf(w, "%s %s in %s, %s\n", time.Now().Format("15:04:05"), what, took(r.Took), diag.Summary(r.Result.Messages))
}

// changedFiles names what was saved, at most three of it.
func changedFiles(job builder.Job, changed []string) string {
	var names []string
	for _, path := range changed {
		if content, err := filepath.Abs(job.Content); err == nil {
			if rel, err := filepath.Rel(content, path); err == nil {
				path = filepath.ToSlash(rel)
			}
		}
		names = append(names, path)
	}
	switch {
	case len(names) == 0:
		return "a new day"
	case len(names) > 3:
		return fmt.Sprintf("%s and %d more", strings.Join(names[:3], ", "), len(names)-3)
	}
	return strings.Join(names, ", ")
}

func isLoopback(host string) bool {
	ip := net.ParseIP(host)
	return host == "localhost" || ip != nil && ip.IsLoopback()
}
