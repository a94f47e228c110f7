package main

import (
	"context"
	"fmt"
	"io"
	"net"
	"net/url"
	"os"
	"os/signal"
	"path/filepath"
	"slices"
	"syscall"
	"time"

	"handbook/builder"
	"handbook/builder/origin"
	"handbook/builder/preview"
	"handbook/builder/source"

	"github.com/spf13/cobra"
)

func serveCommand() *cobra.Command {
	var (
		site siteFlags
		s    serving
		open bool
		edit string

		audience audienceFlag
	)
	cmd := command("serve", &cobra.Command{
		RunE: func(cmd *cobra.Command, args []string) error {
			job, err := site.job()
			if err != nil {
				return err
			}
			if err := audience.ask(cmd, &job); err != nil {
				return err
			}
			host, _, err := net.SplitHostPort(s.addr)
			if err != nil {
				return misuse("--addr %s: write it like 127.0.0.1:4321", s.addr)
			}
			if s.editor, err = newEditor(edit, os.Getenv("VISUAL")); err != nil {
				return err
			}
			ctx, stop := signal.NotifyContext(cmd.Context(), os.Interrupt, syscall.SIGTERM)
			defer stop()
			out := cmd.OutOrStdout()
			if !isLoopback(host) {
				fmt.Fprintf(out, "%s can be reached from other machines: whoever reaches it reads the whole handbook.\n", s.addr)
			}
			s.listening = func(address string) {
				if u, err := url.Parse(address); err == nil && !samePort(u.Host, s.addr) {
					fmt.Fprintf(out, "%s is taken, so this is the next free port.\n", s.addr)
				}
				fmt.Fprintf(out, "%s\nPress Ctrl-C to stop.\n", address)
				if open {
					openBrowser(address)
				}
			}
			return heard(s.run(ctx, site, job, out))
		},
	})
	site.add(cmd)
	audience.add(cmd, &site)
	flags := cmd.Flags()
	flags.StringVar(&s.addr, "addr", "127.0.0.1:4321", "the `address` to listen on; the next free port is taken when this one is not")
	flags.BoolVar(&open, "open", false, "open the browser")
	flags.BoolVar(&s.navigate, "navigate", false, "let the browser go to the page that is being edited")
	flags.StringVar(&edit, "editor", "", "what opens at a mistake that is clicked: code, cursor, zed, idea, a `command`, or none (default $VISUAL if it has a window)")
	flags.DurationVar(&s.poll, "poll", 0, "look at every file this often instead of waiting for the system to tell, for network folders: `1s`")
	suggest(cmd, "editor", "code", "cursor", "idea", "none", "zed")
	return cmd
}

// serving is how a handbook is served.
type serving struct {
	addr      string
	poll      time.Duration
	navigate  bool
	check     auditing // see live
	editor    editor
	listening func(url string)
	built     func(preview.Report) // called after each build, when that has been told; may be nil
}

// run serves until ctx ends. What it has to say goes to out.
func (s serving) run(ctx context.Context, flags siteFlags, job builder.Job, out io.Writer) error {
	status := &status{out: out, job: job, now: time.Now}
	handbook := newLive(flags, job)
	defer handbook.session.Close()
	handbook.follow = s.navigate
	if isTerminal(out) {
		status.size = func() (columns, rows int) { return terminalSize(out.(*os.File)) }
		status.color = os.Getenv("NO_COLOR") == ""
		handbook.first = func(job *builder.Job) func() { return progress(out, job) }
	}
	handbook.check = s.check
	trees, files := repositoryFiles(ctx, job.Content)
	files = append(files, codeOwners(job.Root)...)
	files = append(files, source.Around(source.Folder{Root: job.Root, Content: job.Content})...)
	cfg := preview.Config{
		Build:     handbook.build,
		Addr:      s.addr,
		Trees:     slices.Concat([]string{job.Content, filepath.Join(job.Root, "themes")}, trees),
		Files:     append(files, filepath.Join(job.Root, "handbook.yaml")),
		Ignore:    source.Dropping,
		Heed:      origin.Orders,
		Poll:      s.poll,
		Listening: s.listening,
		Built: func(r preview.Report) {
			status.built(r)
			handbook.session.Flush() // while nobody waits
			if s.built != nil {
				s.built(r)
			}
		},
		Notice: func(text string) { status.say("%s", text) },
		Reach:  reach(job),
		Gone:   handbook.left,
	}
	if s.editor.address != "" {
		cfg.Editor = func(file string, line, column int) string { return s.editor.at(fileOf(job, file), line, column) }
	}
	if s.editor.command != nil {
		cfg.Open = func(file string, line, column int) error { return s.editor.open(fileOf(job, file), line, column) }
	}
	if err := preview.Run(ctx, cfg); err != nil {
		return err
	}
	if status.size != nil {
		fmt.Fprintln(out) // behind the ^C
	}
	return nil
}

// samePort compares the ports of two addresses; any port is as good as 0.
func samePort(a, b string) bool {
	_, one, _ := net.SplitHostPort(a)
	_, two, _ := net.SplitHostPort(b)
	return one == two || two == "0"
}

func isLoopback(host string) bool {
	ip := net.ParseIP(host)
	return host == "localhost" || ip != nil && ip.IsLoopback()
}
