package main

import (
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"handbook/builder"
	"handbook/builder/diag"
	"handbook/builder/ending"
	"handbook/builder/schema"

	"github.com/spf13/cobra"
)

// siteFlags are the flags of every command that reads a handbook.
type siteFlags struct {
	dir     string // -C
	content string
	asOf    string
	cache   string
}

func (f *siteFlags) add(cmd *cobra.Command) {
	flags := cmd.Flags()
	flags.StringVarP(&f.dir, "dir", "C", ".", "the `folder` that holds handbook.yaml and content/")
	flags.StringVar(&f.content, "content", "", "the `folder` of pages (default DIR/content)")
	flags.StringVar(&f.asOf, "as-of", "", "judge review dates as on this `date` (YYYY-MM-DD; default $SOURCE_DATE_EPOCH, else today)")
	flags.StringVar(&f.cache, "cache", "", "the `folder` that holds what earlier runs found out, safe to delete; off for none (default DIR/.handbook)")
}

// job is what the builder is asked for.
func (f *siteFlags) job() (builder.Job, error) {
	job := builder.Job{Root: f.dir, Content: f.content}
	if !isFolder(f.dir) {
		return job, misuse("-C %s: there is no such folder; name the one that holds content/", f.dir)
	}
	if job.Content == "" {
		job.Content = filepath.Join(f.dir, "content")
	}
	if !isFolder(job.Content) {
		return job, misuse("there is no folder %s; make it, or name your folder of Markdown with --content%s", job.Content, f.other())
	}
	job.CacheDir = f.cacheDir()
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
			if ending.Of(file.Name()) != "" {
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

// exists reports whether there is a file or folder of a name.
func exists(name string) bool {
	_, err := os.Stat(name)
	return err == nil
}

func isFolder(name string) bool {
	info, err := os.Stat(name)
	return err == nil && info.IsDir()
}

// read builds the handbook for a command that asks something of it.
func read(cmd *cobra.Command, site *siteFlags) (builder.Job, builder.Result, error) {
	return build(cmd, site, false)
}

// ask is read for a command that shows no messages.
func ask(cmd *cobra.Command, site *siteFlags) (builder.Job, builder.Result, error) {
	return build(cmd, site, true)
}

func build(cmd *cobra.Command, site *siteFlags, unplaced bool) (builder.Job, builder.Result, error) {
	job, err := site.job()
	if err != nil {
		return job, builder.Result{}, err
	}
	job.Unplaced = unplaced
	result, err := buildOnce(cmd, &job)
	return job, result, err
}

// buildOnce builds the handbook for a command that ends then, and shows how far it is.
func buildOnce(cmd *cobra.Command, job *builder.Job) (builder.Result, error) {
	defer progress(cmd.ErrOrStderr(), job)()
	spareMemory()
	s := openSession(*job)
	defer s.Close()
	s.Forgetful()
	return s.Build(cmd.Context(), *job)
}

// tellErrors says that the answer leaves something out.
func tellErrors(cmd *cobra.Command, result builder.Result) {
	files := map[string]bool{}
	for m := range diag.Each(result.Messages) {
		if m.Severity == diag.Error {
			files[m.File] = true
		}
	}
	if n := len(files); n > 0 {
		note(cmd, "%s %s errors and may be left out; `handbook check` shows them", count(n, "file"), agree(n, "has", "have"))
	}
}
