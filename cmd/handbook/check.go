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
	"handbook/builder/diag"

	"github.com/spf13/cobra"
)

func checkCommand() *cobra.Command {
	var (
		site   siteFlags
		report reportFlags
		known  baselineFlags
		failOn string
		rev    string
		web    externalFlags

		audience audienceFlag
	)
	cmd := &cobra.Command{
		Use:   "check [PATH…]",
		Short: "Report every problem, write nothing",
		Long: `check builds the handbook in memory and reports what it finds: broken links and anchors, frontmatter
that cannot be read, pages without an owner, reviews that are overdue. No page is written.

With a PATH, a file or folder of the content, it reports only the problems that stand there; the whole
handbook is read all the same, so that links are judged rightly.

Problems are written as text, as JSON (one object a line), as annotations for GitHub, or as a SARIF log, a
JUnit report or a GitLab code quality report. Several forms may be written in one run.

With --since it compares with a revision of the repository, read from git's objects: the problems that this
change adds or mends, the addresses that vanish, and the pages that somebody should look at again because of
it. --format markdown is a comment for a pull request.

With --audience it looks at the handbook as those see it who are named, and reports what refers to pages that are
not for them.

With --external it also asks other sites whether the pages that are linked to are there; what was there is
believed for a week. Nothing else does.

It exits 1 when there are errors, or with --fail-on warning when there is anything at all. With --baseline or
--since only new problems count.`,
		Example: `  handbook check
  handbook check --fail-on warning content/specs
  handbook check --format github --format sarif=handbook.sarif
  handbook check --since origin/main --format markdown
  handbook check --audience customer --fail-on warning
  handbook check --external --fail-on warning
  handbook check --write-baseline baseline.jsonl
  handbook check --baseline baseline.jsonl --fail-on warning`,
		Args: cobra.ArbitraryArgs,
		RunE: func(cmd *cobra.Command, args []string) error {
			job, err := site.job()
			if err != nil {
				return err
			}
			if err := audience.ask(cmd, &job); err != nil {
				return err
			}
			if err := report.ready(rev); err != nil {
				return err
			}
			only, err := below(job, args)
			if err != nil {
				return err
			}
			if err := known.read(args); err != nil {
				return err
			}
			threshold := diag.Error
			if failOn == "warning" {
				threshold = diag.Warning
			}
			if cmd.Flags().Changed("since") {
				if web.on {
					return misuse("--since and --external do not go together: what other sites do is no part of a change")
				}
				if known.file != "" || known.write != "" {
					return misuse("--since and a baseline do not go together: both say which problems are new")
				}
				done := progress(cmd.ErrOrStderr(), &job)
				change, err := since(cmd.Context(), job, rev)
				done()
				if err != nil {
					return heard(err)
				}
				told := &changeReport{Change: change, rev: rev, messages: diag.Only(change.New, func(m diag.Located) bool { return only(m.File) })}
				summary := fmt.Sprintf("%s: %s; new: %s", told.compared(), told.edits(), diag.Summary(told.messages))
				return verdict(told.messages, threshold, report.write(cmd.Context(), cmd.OutOrStdout(), job, told.messages, threshold, summary, told))
			}
			done := progress(cmd.ErrOrStderr(), &job)
			result, err := builder.NewSession().Build(cmd.Context(), job)
			done()
			if err != nil {
				return heard(err)
			}
			if web.on {
				if result.Messages, err = web.check(cmd, job, result); err != nil {
					return err
				}
			}
			if known.write != "" {
				return known.save(cmd.OutOrStdout(), result.Messages)
			}
			messages := diag.Only(result.Messages, func(m diag.Located) bool { return only(m.File) })
			messages, note := known.compare(job, messages, len(args) == 0)
			summary := fmt.Sprintf("%s: %s%s", pages(result.Work.Pages), diag.Summary(messages), note)
			return verdict(messages, threshold, report.write(cmd.Context(), cmd.OutOrStdout(), job, messages, threshold, summary, nil))
		},
	}
	site.add(cmd)
	audience.add(cmd, &site)
	report.add(cmd)
	known.add(cmd)
	web.add(cmd)
	cmd.Flags().StringVar(&rev, "since", "", "report what changed since this `revision`, such as origin/main")
	cobra.CheckErr(cmd.RegisterFlagCompletionFunc("since", cobra.NoFileCompletions))
	failOn = "error"
	cmd.Flags().Var(&choice{&failOn, []string{"error", "warning"}}, "fail-on", "what makes the exit status 1: `error or warning`")
	cobra.CheckErr(cmd.RegisterFlagCompletionFunc("fail-on", cobra.FixedCompletions([]string{"error", "warning"}, cobra.ShellCompDirectiveNoFileComp)))
	return cmd
}

// verdict is how the command ends once everything is written.
func verdict(messages []diag.Located, threshold diag.Severity, written error) error {
	if written != nil {
		return written
	}
	if slices.ContainsFunc(messages, func(m diag.Located) bool { return m.Severity <= threshold }) {
		return errProblems
	}
	return nil
}

// below tells which files the arguments name; all files for none.
func below(job builder.Job, args []string) (func(file string) bool, error) {
	if len(args) == 0 {
		return func(string) bool { return true }, nil
	}
	var names []string
	for _, arg := range args {
		name := filepath.FromSlash(strings.ReplaceAll(arg, `\`, "/"))
		if _, err := os.Stat(arg); err == nil {
			name = arg
		} else if _, err := os.Stat(name); err != nil {
			return nil, misuse("there is no file or folder %s", arg)
		}
		if below, ok := fileBelow(job.Content, name); ok {
			names = append(names, path.Join("content", below))
			continue
		}
		whole, err := realPath(name)
		config, e := realPath(filepath.Join(job.Root, "handbook.yaml"))
		if err != nil || e != nil || whole != config {
			return nil, misuse("%s is no part of the handbook; name files and folders below %s", arg, filepath.ToSlash(filepath.Clean(job.Content)))
		}
		names = append(names, "handbook.yaml")
	}
	return func(file string) bool {
		return slices.ContainsFunc(names, func(name string) bool { return file == name || strings.HasPrefix(file, name+"/") })
	}, nil
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
func (f *baselineFlags) compare(job builder.Job, messages []diag.Located, whole bool) (fresh []diag.Located, note string) {
	if f.file == "" {
		return messages, ""
	}
	at := reach(job)
	fresh, fixed := diag.Compare(f.known, messages, func(file string) bool {
		_, err := os.Stat(filepath.FromSlash(at(file)))
		return err == nil
	})
	if hidden := len(messages) - len(fresh); hidden > 0 {
		note = fmt.Sprintf("; %d known from %s", hidden, f.file)
	}
	if len(fixed) > 0 && whole {
		note += fmt.Sprintf("\n%s of %s %s mended; shrink it with `handbook check --write-baseline %s`:", problems(len(fixed)), f.file, isOrAre(len(fixed)), f.file)
		for i, k := range fixed {
			if i == maxFixed {
				note += fmt.Sprintf("\n  and %d more", len(fixed)-i)
				break
			}
			note += fmt.Sprintf("\n  %s: %s [%s]", plain(at(k.File)), plain(diag.Sentence(at, k.Message)), k.Rule)
		}
	}
	return fresh, note
}

// maxFixed is how many mended problems are listed.
const maxFixed = 10

func problems(n int) string {
	if n == 1 {
		return "1 problem"
	}
	return fmt.Sprintf("%d problems", n)
}

func isOrAre(n int) string {
	if n == 1 {
		return "is"
	}
	return "are"
}

func pages(n int) string {
	if n == 1 {
		return "1 page"
	}
	return fmt.Sprintf("%d pages", n)
}
