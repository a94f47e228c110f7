package main

import (
	"context"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"handbook/builder"
	"handbook/builder/book"
	"handbook/builder/diag"
	"handbook/builder/people"
	"handbook/builder/review"
	"handbook/builder/schema"

	"github.com/spf13/cobra"
)

func reviewCommand() *cobra.Command {
	var (
		site         siteFlags
		by, on, note string
		format       string
	)
	cmd := &cobra.Command{
		Use:   "review PAGE...",
		Short: "Record that somebody has read a page and vouches for it",
		Long: `review records that somebody competent has read pages and found them true as they now read. It adds a line for
each to content/_records/reviews.jsonl: the page, the day, who, and fingerprints of its text and of what it relies
on. The page's own file is not touched. Commit the records like any other file; git merges those of two branches
by itself.

A page is named by its id (specs/checkout), the end of one that is no other's (checkout), its file or its address.
Either all are recorded or none.`,
		Example: `  handbook review specs/checkout --by ana
  handbook review content/specs/*.md --by ana --note "read before the launch"
  handbook review checkout --by payments --on 2026-11-20`,
		Args: func(cmd *cobra.Command, args []string) error {
			if len(args) == 0 {
				return misuse("which page? name one or more; see `%s --help`", cmd.CommandPath())
			}
			return nil
		},
		RunE: func(cmd *cobra.Command, args []string) error {
			job, result, err := read(cmd, &site)
			if err != nil {
				return err
			}
			day, err := dayOf(on, job.Today)
			if err != nil {
				return err
			}
			found, err := pagesNamed(result, job, args)
			if err != nil {
				return err
			}
			who, err := reader(cmd, result, job, "--by", by)
			if err != nil {
				return err
			}
			if err := readable(cmd, job, result, found); err != nil {
				return err
			}
			rows, lines := vouch(result, found, who, day, note)
			if err := record(cmd.ErrOrStderr(), job, review.Reviews, lines); err != nil {
				return err
			}
			if format == "json" {
				return printJSON(cmd, rows)
			}
			for _, r := range rows {
				fmt.Fprintf(cmd.OutOrStdout(), "%s: reviewed by %s on %s; %s\n", plain(r.Page), plain(who), review.Words(day), plain(r.why))
			}
			return nil
		},
		ValidArgsFunction: completePages(&site, func(*book.Node) bool { return true }),
	}
	site.add(cmd)
	cmd.Flags().StringVar(&by, "by", "", "`who` has read it: a person or team (default the person whose page has git's user.email)")
	cmd.Flags().StringVar(&on, "on", "", "the `date` of the review (YYYY-MM-DD; default today)")
	cmd.Flags().StringVar(&note, "note", "", "a `text` to keep with the review")
	completeNames(cmd, "by", &site, func(r builder.Result) [][2]string { return people.Reviewers(r.Book) })
	cobra.CheckErr(cmd.RegisterFlagCompletionFunc("on", cobra.NoFileCompletions))
	cobra.CheckErr(cmd.RegisterFlagCompletionFunc("note", cobra.NoFileCompletions))
	addChoice(cmd, &format, "format", "how the answer is printed", "text", "json")
	return cmd
}

// completePages offers the ids of pages.
func completePages(site *siteFlags, fits func(*book.Node) bool) cobra.CompletionFunc {
	return func(cmd *cobra.Command, args []string, typed string) ([]string, cobra.ShellCompDirective) {
		_, result, err := read(cmd, site)
		if err != nil {
			return nil, cobra.ShellCompDirectiveDefault
		}
		var ids []string
		for _, p := range knownPages(result) {
			if p.node >= 0 && strings.HasPrefix(p.id, typed) && fits(result.Book.Nodes[p.node]) {
				ids = append(ids, p.id+"\t"+plain(p.title))
			}
		}
		if len(ids) == 0 {
			return nil, cobra.ShellCompDirectiveDefault // a file may be meant
		}
		return ids, cobra.ShellCompDirectiveNoFileComp
	}
}

// reviewRow is one page of the answer.
type reviewRow struct {
	Page       string  `json:"page"`
	Title      string  `json:"title"`
	Date       string  `json:"date"`
	By         string  `json:"by"`
	NextReview *string `json:"next_review"`
	why        string
}

// vouch makes the answer, and the lines to record, for reviews by one person on one day.
func vouch(result builder.Result, found []knownPage, who string, day schema.Date, note string) (rows []reviewRow, lines []byte) {
	rows = []reviewRow{}
	for _, p := range found {
		n := result.Book.Nodes[p.node]
		lines = append(lines, result.Review(n, who, day, note).Line()...)
		v := *result.Verdicts.Of(n)
		rows = append(rows, reviewRow{Page: p.id, Title: n.Title, Date: day.String(), By: who, NextReview: orNull(next(v, day).String()), why: because(v, day)})
	}
	return rows, lines
}

// dayOf is the day on which a page was read, which is not after today.
func dayOf(on string, today schema.Date) (schema.Date, error) {
	if on == "" {
		return today, nil
	}
	day, err := schema.ParseDate(on)
	if err != nil {
		return day, misuse("--on %s: not a date; write it like 2026-11-22", on)
	}
	if today.Before(day) {
		return day, misuse("--on %s: that day has not come yet, today is %s; name the day on which the page was read", on, today)
	}
	return day, nil
}

// pagesNamed finds every page that was named, each once.
func pagesNamed(result builder.Result, job builder.Job, names []string) ([]knownPage, error) {
	known := knownPages(result)
	var found []knownPage
	seen := map[string]bool{}
	for _, name := range names {
		p, err := findPage(known, job, result.Site, name)
		if err != nil {
			return nil, err
		}
		if !seen[p.path] {
			seen[p.path] = true
			found = append(found, p)
		}
	}
	return found, nil
}

// readable fails, and prints why, when one of the pages is not what people read.
func readable(cmd *cobra.Command, job builder.Job, result builder.Result, found []knownPage) error {
	unreadable := problemsOf(result, found)
	if len(unreadable) == 0 {
		return nil
	}
	if err := (&formatFlag{"text"}).print(cmd.ErrOrStderr(), job, unreadable); err != nil {
		return err
	}
	fmt.Fprintln(cmd.ErrOrStderr(), "nothing was recorded")
	return errProblems
}

// problemsOf gives the messages for which a review would not be of what people read: those of pages that cannot be
// read, and of a handbook.yaml that cannot.
func problemsOf(result builder.Result, found []knownPage) []diag.Located {
	unreadable := map[string]bool{}
	for _, p := range found {
		if p.node < 0 {
			unreadable["content/"+p.path] = true
		}
	}
	var list []diag.Located
	for m := range diag.Each(result.Messages) {
		if unreadable[m.File] || m.Severity == diag.Error && m.File == "handbook.yaml" {
			list = append(list, m)
		}
	}
	return list
}

// reader is the name under which it is recorded that somebody has read a page; flag is how it was given.
func reader(cmd *cobra.Command, result builder.Result, job builder.Job, flag, by string) (string, error) {
	by = strings.Join(strings.Fields(by), " ")
	if by == "" {
		who, why := committer(cmd.Context(), result, job)
		if why != "" {
			return "", misuse("who has read it? %s; name the person or team with %s", why, flag)
		}
		return who, nil
	}
	n, help := people.Reviewer(result.Book, by)
	switch {
	case n != nil:
		return people.ShortName(result.Book, n), nil
	case people.Any(result.Book):
		return "", misuse("%s %s: no person or team of that name; %s", flag, by, help)
	}
	fmt.Fprintf(cmd.ErrOrStderr(), "note: %s has no page; a page like %s would say who that is\n", plain(by), plain(reach(job)("content/people/"+path.Base(filepath.ToSlash(by))+".md")))
	return by, nil
}

// committer is who commits here, by the name under which reviews are recorded, or why that is not known.
func committer(ctx context.Context, result builder.Result, job builder.Job) (who, why string) {
	email := gitEmail(ctx, job.Root)
	if n := people.WithMail(result.Book, email); n != nil {
		return people.ShortName(result.Book, n), ""
	}
	if email == "" {
		return "", "git knows no user.email"
	}
	return "", "no person's page gives git's user.email, " + email
}

// gitEmail is the mail address under which whoever is here commits; "" when git does not know.
func gitEmail(ctx context.Context, dir string) string {
	cmd := exec.CommandContext(ctx, "git", "config", "user.email")
	cmd.Dir = dir
	out, err := cmd.Output()
	if err != nil {
		return ""
	}
	return strings.TrimSpace(string(out))
}

// next is the day of the next review after one on a day; zero when there is none.
func next(v review.Verdict, day schema.Date) schema.Date {
	if v.State == review.Exempt {
		return schema.Date{}
	}
	if laterCounts(v, day) {
		day = v.Reviewed
	}
	return day.Add(v.Every)
}

// laterCounts reports whether a review of what stands there now, on a day, is not the one that counts: a later one is of the
// same.
func laterCounts(v review.Verdict, day schema.Date) bool {
	return day.Before(v.Reviewed) && !slices.ContainsFunc(v.Reasons, func(why review.Reason) bool {
		return why.State == review.Changed || why.State == review.Suspect
	})
}

// because says when the next review is due, or why none is.
func because(v review.Verdict, day schema.Date) string {
	due := next(v, day)
	switch {
	case due.IsZero() && v.Every.IsZero():
		return "nobody has said when to look again (`review_every`)"
	case due.IsZero():
		return "no next review: " + v.Reasons[0].Sentence
	case laterCounts(v, day):
		return fmt.Sprintf("the review on %s is later and counts, the next is due on %s", review.Words(v.Reviewed), review.Words(due))
	}
	return "the next review is due on " + review.Words(due)
}

// record appends lines to the handbook's records of a kind, all of them or none and none that is there, and then sets git up
// to merge them.
func record(messages io.Writer, job builder.Job, kind review.Kind, lines []byte) error {
	folder, err := os.OpenRoot(job.Content)
	if err != nil {
		return fmt.Errorf("nothing was recorded: %w", err)
	}
	defer folder.Close()
	if err := folder.MkdirAll(path.Dir(kind.File()), 0o755); err != nil {
		return fmt.Errorf("nothing was recorded: %w", err)
	}
	added, err := disk{}.add(folder, kind.File(), func(old []byte) []byte { return review.Unrecorded(kind, old, lines) })
	if err != nil {
		return fmt.Errorf("nothing was recorded: %w", err)
	}
	file := filepath.ToSlash(filepath.Join(job.Content, kind.File()))
	if added {
		fmt.Fprintf(messages, "recorded in %s; commit it\n", file)
	} else {
		fmt.Fprintf(messages, "already recorded in %s\n", file)
	}
	attributes, line, err := mergeByLine(job.Root, job.Content)
	switch {
	case err != nil: // which is no reason to say that nothing was recorded
		fmt.Fprintf(messages, "note: .gitattributes cannot be written: %v; add `%s` to it, so that git merges the records of two branches\n", err, line)
	case attributes != "":
		fmt.Fprintf(messages, "wrote `%s` to %s, so that git merges the records of two branches; commit it too\n", line, filepath.ToSlash(attributes))
	}
	return nil
}
