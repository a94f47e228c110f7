package main

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"handbook/builder"
	"handbook/builder/change"
	"handbook/builder/diag"
	"handbook/builder/source"

	"github.com/spf13/cobra"
)

// checking is the command check.
type checking struct {
	site     siteFlags
	report   reportFlags
	known    baselineFlags
	web      externalFlags
	audience audienceFlag
	failOn   string
	since    string
}

func checkCommand() *cobra.Command {
	var c checking
	cmd := command("check", &cobra.Command{
		Args: cobra.ArbitraryArgs,
		RunE: c.run,
	})
	c.site.add(cmd)
	c.audience.add(cmd, &c.site)
	c.report.add(cmd)
	c.known.add(cmd)
	c.web.add(cmd)
	cmd.Flags().StringVar(&c.since, "since", "", "report what changed since this `revision`, such as origin/main")
	addChoice(cmd, &c.failOn, "fail-on", "what makes the exit status 1: `error or warning`", "error", "warning")
	return cmd
}

func (c *checking) run(cmd *cobra.Command, args []string) error {
	job, err := c.site.job()
	if err != nil {
		return err
	}
	if err := c.audience.ask(cmd, &job); err != nil {
		return err
	}
	if err := c.report.ready(c.since); err != nil {
		return err
	}
	only, err := below(job, args)
	if err != nil {
		return err
	}
	if err := c.known.read(args); err != nil {
		return err
	}
	found := findings{job: job, failOn: diag.Error}
	if c.failOn == "warning" {
		found.failOn = diag.Warning
	}
	if cmd.Flags().Changed("since") {
		return c.compare(cmd, found, only)
	}
	result, err := buildOnce(cmd, &job)
	if err != nil {
		return heard(err)
	}
	if c.web.on {
		if result.Messages, err = c.web.check(cmd, job, result); err != nil {
			return err
		}
	}
	if c.known.write != "" {
		return c.known.save(cmd.OutOrStdout(), result.Messages)
	}
	fresh, note := c.known.compare(job, diag.Only(result.Messages, only), args)
	found.messages, found.summary = fresh, fmt.Sprintf("%s: %s%s", count(result.Work.Pages, "page"), diag.Summary(fresh), note)
	return c.tell(cmd, found)
}

// compare tells what a change does.
func (c *checking) compare(cmd *cobra.Command, found findings, only func(diag.Located) bool) error {
	if c.web.on {
		return misuse("--since and --external do not go together: what other sites do is no part of a change")
	}
	if c.known.file != "" || c.known.write != "" {
		return misuse("--since and a baseline do not go together: both say which problems are new")
	}
	done := progress(cmd.ErrOrStderr(), &found.job)
	change, err := change.Since(cmd.Context(), found.job, c.since)
	done()
	if err != nil {
		return heard(err)
	}
	found.messages = diag.Only(change.New, only)
	found.change = &changeReport{change, c.since, found.messages}
	found.summary = found.change.summary()
	return c.tell(cmd, found)
}

// tell writes what was found; it fails when that is bad enough.
func (c *checking) tell(cmd *cobra.Command, found findings) error {
	if err := c.report.write(cmd.Context(), cmd.OutOrStdout(), found); err != nil {
		return err
	}
	if slices.ContainsFunc(found.messages, func(m diag.Located) bool { return m.Severity <= found.failOn }) {
		return errProblems
	}
	return nil
}

// below tells which messages stand in what the arguments name; all for none.
func below(job builder.Job, args []string) (func(diag.Located) bool, error) {
	var names []string
	for _, arg := range args {
		name, err := belowOne(job, arg)
		if err != nil {
			return nil, err
		}
		names = append(names, name)
	}
	return func(m diag.Located) bool {
		return len(args) == 0 || slices.ContainsFunc(names, func(name string) bool { return m.File == name || strings.HasPrefix(m.File, name+"/") })
	}, nil
}

// belowOne is what messages call a file or folder of the handbook.
func belowOne(job builder.Job, arg string) (string, error) {
	name := filepath.FromSlash(strings.ReplaceAll(arg, `\`, "/"))
	if exists(arg) {
		name = arg
	} else if !exists(name) {
		return "", misuse("there is no file or folder %s", arg)
	}
	if below, ok := fileBelow(job.Content, name); ok {
		return path.Join("content", below), nil
	}
	if source.RealPath(name) != source.RealPath(filepath.Join(job.Root, "handbook.yaml")) {
		return "", misuse("%s is no part of the handbook; name files and folders below %s", arg, filepath.ToSlash(filepath.Clean(job.Content)))
	}
	return "handbook.yaml", nil
}

// baselineFlags hold the problems that are known already.
type baselineFlags struct {
	file, write string
	known       []diag.Problem
}

func (f *baselineFlags) add(cmd *cobra.Command) {
	cmd.Flags().StringVar(&f.file, "baseline", "", "report only problems that this `file` does not know")
	cmd.Flags().StringVar(&f.write, "write-baseline", "", "write all problems that there are into this `file`, and report none")
}

// read reads the file before anything takes time.
func (f *baselineFlags) read(args []string) error {
	if f.write != "" && f.file != "" {
		return misuse("--baseline and --write-baseline do not go together: the one reads, the other writes")
	}
	if f.write != "" && len(args) > 0 {
		return misuse("--write-baseline takes the whole handbook; leave out %s", strings.Join(args, " "))
	}
	if f.file == "" {
		return nil
	}
	data, err := os.ReadFile(f.file)
	if errors.Is(err, fs.ErrNotExist) {
		return misuse("there is no baseline %s; write it with `handbook check --write-baseline %s`", f.file, f.file)
	}
	if err == nil {
		f.known, err = diag.ReadBaseline(data)
	}
	if err != nil {
		return misuse("the baseline %s cannot be read: %v", f.file, err)
	}
	return nil
}

// save writes the baseline and says so.
func (f *baselineFlags) save(w io.Writer, messages []diag.Located) error {
	var all strings.Builder
	if err := diag.WriteBaseline(&all, messages); err != nil {
		return err
	}
	if err := writeFile(f.write, []byte(all.String())); err != nil {
		return err
	}
	_, err := fmt.Fprintf(w, "%s: %s; `handbook check --baseline %s` reports only others\n", f.write, diag.Summary(messages), f.write)
	return err
}

// compare leaves what is new. The note tells of what the baseline need not hold any more.
func (f *baselineFlags) compare(job builder.Job, messages []diag.Located, args []string) (fresh []diag.Located, note string) {
	if f.file == "" {
		return messages, ""
	}
	at := reach(job)
	fresh, fixed := diag.Compare(f.known, messages, func(file string) bool { return exists(filepath.FromSlash(at(file))) })
	if hidden := len(messages) - len(fresh); hidden > 0 {
		note = fmt.Sprintf("; %d known from %s", hidden, f.file)
	}
	if len(fixed) > 0 && len(args) == 0 { // a part of the handbook says nothing about the rest
		var lines strings.Builder
		for i, k := range fixed {
			if i == maxFixed {
				fmt.Fprintf(&lines, "\n  and %d more", len(fixed)-i)
				break
			}
			lines.WriteString("\n  " + knownProblem(k, at))
		}
		note += fmt.Sprintf("\n%s of %s %s mended; shrink it with `handbook check --write-baseline %s`:%s",
			count(len(fixed), "problem"), f.file, agree(len(fixed), "is", "are"), f.file, lines.String())
	}
	return fresh, note
}

// maxFixed is how many mended problems are listed.
const maxFixed = 10
