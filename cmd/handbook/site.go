package main

import (
	"io"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"handbook/builder"
	"handbook/builder/diag"
	"handbook/builder/schema"

	"github.com/spf13/cobra"
)

// siteFlags are the flags of every command that reads a handbook.
type siteFlags struct {
	dir     string // -C
	content string
	asOf    string
}

func (f *siteFlags) add(cmd *cobra.Command) {
	flags := cmd.Flags()
	flags.StringVarP(&f.dir, "dir", "C", ".", "the `folder` that holds handbook.yaml and content/")
	flags.StringVar(&f.content, "content", "", "the `folder` of pages (default DIR/content)")
	flags.StringVar(&f.asOf, "as-of", "", "judge review dates as on this `date` (YYYY-MM-DD; default $SOURCE_DATE_EPOCH, else today)")
	cobra.CheckErr(cmd.MarkFlagDirname("dir"))
	cobra.CheckErr(cmd.MarkFlagDirname("content"))
	cobra.CheckErr(cmd.RegisterFlagCompletionFunc("as-of", cobra.NoFileCompletions))
}

// job is what the builder is asked for.
func (f *siteFlags) job() (builder.Job, error) {
	job := builder.Job{Root: f.dir, Content: f.content}
	if info, err := os.Stat(f.dir); err != nil || !info.IsDir() {
		return job, misuse("-C %s: there is no such folder; name the one that holds content/", f.dir)
	}
	if job.Content == "" {
		job.Content = filepath.Join(f.dir, "content")
	}
	if info, err := os.Stat(job.Content); err != nil || !info.IsDir() {
		return job, misuse("there is no folder %s; make it, or name your folder of Markdown with --content%s", job.Content, f.other())
	}
	if cache, err := os.UserCacheDir(); err == nil {
		job.CacheDir = filepath.Join(cache, "handbook")
	}
	day, err := today(f.asOf, os.Getenv("SOURCE_DATE_EPOCH"), time.Now())
	job.Today = day
	return job, err
}

// other is the folder that holds the most Markdown, for those who have theirs elsewhere.
func (f *siteFlags) other() string {
	if f.content != "" {
		return ""
	}
	best, most := "", 0
	folders, _ := os.ReadDir(f.dir) // what cannot be read is no suggestion
	for _, folder := range folders {
		if !folder.IsDir() || strings.HasPrefix(folder.Name(), ".") {
			continue
		}
		count := 0
		files, _ := os.ReadDir(filepath.Join(f.dir, folder.Name()))
		for _, file := range files {
			if strings.EqualFold(filepath.Ext(file.Name()), ".md") {
				count++
			}
		}
		if count > most {
			best, most = folder.Name(), count
		}
	}
	if best == "" {
		return ""
	}
	name := filepath.Join(f.dir, best)
	if strings.Contains(name, " ") {
		name = strconv.Quote(name)
	}
	return ", such as --content " + name
}

// today is the day that review dates are judged by: the flag, else the epoch that reproducible builds set, else now.
func today(asOf, epoch string, now time.Time) (schema.Date, error) {
	if asOf != "" {
		day, err := schema.ParseDate(asOf)
		if err != nil {
			return day, misuse("--as-of %s: not a date; write it like 2026-11-22", asOf)
		}
		return day, nil
	}
	if epoch != "" {
		seconds, err := strconv.ParseInt(epoch, 10, 64)
		if err != nil {
			return schema.Date{}, misuse("SOURCE_DATE_EPOCH=%s: not a number of seconds since 1970", epoch)
		}
		return schema.DateOf(time.Unix(seconds, 0).UTC()), nil
	}
	return schema.DateOf(now), nil
}

// reach turns a message's file into a path from the working directory.
func reach(job builder.Job) func(string) string {
	return func(file string) string {
		if rest, ok := strings.CutPrefix(file, "content/"); ok {
			return filepath.ToSlash(filepath.Join(job.Content, rest))
		}
		if file == "content" {
			return filepath.ToSlash(filepath.Clean(job.Content))
		}
		return filepath.ToSlash(filepath.Join(job.Root, file))
	}
}

// formatFlag is --format with its values.
type formatFlag struct{ value string }

func (f *formatFlag) add(cmd *cobra.Command, values ...string) {
	cmd.Flags().Var(&choice{&f.value, values}, "format", "how messages are printed: `"+strings.Join(values, " or ")+"`")
	f.value = values[0]
	cobra.CheckErr(cmd.RegisterFlagCompletionFunc("format", cobra.FixedCompletions(values, cobra.ShellCompDirectiveNoFileComp)))
}

// choice is a flag that takes one of a few words.
type choice struct {
	value *string
	words []string
}

func (c *choice) String() string { return *c.value }
func (c *choice) Type() string   { return strings.Join(c.words, "|") }
func (c *choice) Set(s string) error {
	for _, w := range c.words {
		if s == w {
			*c.value = s
			return nil
		}
	}
	return misuse("it is one of %s", strings.Join(c.words, ", "))
}

// print writes messages in the form asked for.
func (f *formatFlag) print(w io.Writer, job builder.Job, messages []diag.Located) error {
	if f.value == "json" {
		return diag.JSON(w, messages, reach(job))
	}
	return printMessages(w, job, messages, false)
}

// isTerminal reports whether somebody looks at what is written.
func isTerminal(w io.Writer) bool {
	file, ok := w.(*os.File)
	if !ok || os.Getenv("TERM") == "dumb" {
		return false
	}
	info, err := file.Stat()
	return err == nil && info.Mode()&os.ModeCharDevice != 0
}
