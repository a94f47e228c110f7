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

// recording is a command that records that somebody has read pages: review vouches for them, ack does not.
type recording struct {
	kind   review.Kind
	flag   string // says who has read them: "by"
	verb   string // "reviewed"
	site   siteFlags
	who    string
	on     string
	note   string
	format string
}

func reviewCommand() *cobra.Command {
	r := &recording{kind: review.Reviews, flag: "by", verb: "reviewed"}
	cmd := command("review", &cobra.Command{
		ValidArgsFunction: completePages(&r.site, anyPage),
	})
	cmd.Flags().StringVar(&r.who, r.flag, "", "`who` has read it: a person or team (default the person whose page has git's user.email)")
	cmd.Flags().StringVar(&r.on, "on", "", "the `date` of the review (YYYY-MM-DD; default today)")
	cmd.Flags().StringVar(&r.note, "note", "", "a `text` to keep with the review")
	return r.complete(cmd)
}

func ackCommand() *cobra.Command {
	r := &recording{kind: review.Acknowledgements, flag: "as", verb: "read"}
	cmd := command("ack", &cobra.Command{
		ValidArgsFunction: completePages(&r.site, func(n *book.Node) bool { return n.Acknowledge != nil }),
	})
	cmd.Flags().StringVar(&r.who, r.flag, "", "`who` has read it: a person (default the one whose page has git's user.email)")
	cmd.Flags().StringVar(&r.on, "on", "", "the `date` on which they read it (YYYY-MM-DD; default today)")
	cmd.Flags().StringVar(&r.note, "note", "", "a `text` to keep with the record")
	return r.complete(cmd)
}

// complete adds what both commands have.
func (r *recording) complete(cmd *cobra.Command) *cobra.Command {
	cmd.Args, cmd.RunE = between(1, anyNumber, "which page? name one or more"), r.run
	r.site.add(cmd)
	suggestNames(cmd, r.flag, &r.site, func(result builder.Result) [][2]string { return people.Reviewers(result.Book) })
	addChoice(cmd, &r.format, "format", "how the answer is printed: `text, json`", "text", "json")
	return cmd
}

func (r *recording) run(cmd *cobra.Command, args []string) error {
	job, result, err := read(cmd, &r.site)
	if err != nil {
		return err
	}
	day, err := dayOf(r.on, job.Today)
	if err != nil {
		return err
	}
	found, err := pagesNamed(result, job, args)
	if err != nil {
		return err
	}
	who, err := r.reader(cmd, result, job)
	if err != nil {
		return err
	}
	if broken := problemsOf(result, found); len(broken) > 0 {
		if err := printMessages(cmd.ErrOrStderr(), job, broken); err != nil {
			return err
		}
		fmt.Fprintln(cmd.ErrOrStderr(), "nothing was recorded")
		return errProblems
	}
	rows, lines, said := []any{}, []byte(nil), ""
	for _, p := range found {
		got := reading{r.kind, who, day, r.note}.of(result, result.Book.Nodes[p.node])
		rows, lines = append(rows, got.row), append(lines, got.line...)
		said += fmt.Sprintf("%s: %s by %s on %s; %s\n", plain(p.id), r.verb, plain(who), review.Words(day), plain(got.why))
	}
	if err := record(cmd.ErrOrStderr(), job, r.kind, lines); err != nil {
		return err
	}
	if r.format == "json" {
		return printJSON(cmd, rows)
	}
	_, err = io.WriteString(cmd.OutOrStdout(), said)
	return err
}

// reader is the name under which it is recorded that somebody has read a page.
func (r *recording) reader(cmd *cobra.Command, result builder.Result, job builder.Job) (string, error) {
	who := strings.Join(strings.Fields(r.who), " ")
	if who == "" {
		who, why := committer(cmd.Context(), result, job)
		if why != "" {
			return "", misuse("who has read it? %s; name the person or team with --%s", why, r.flag)
		}
		return who, nil
	}
	n, help := people.Reviewer(result.Book, who)
	if n == nil && people.Any(result.Book) {
		return "", misuse("--%s %s: no person or team of that name; %s", r.flag, who, help)
	}
	if n == nil {
		note(cmd, "%s has no page; a page like %s would say who that is", who,
			reach(job)("content/people/"+path.Base(filepath.ToSlash(who))+".md"))
		return who, nil
	}
	who = people.ShortName(result.Book, n)
	if names := members(result, n); r.kind == review.Acknowledgements && names != "" {
		return "", misuse("--%s %s: a team reads with the eyes of its members; name one of them: %s", r.flag, who, names)
	}
	return who, nil
}

// members are the names of a team's people, for a message; "" for a person and for a team that names nobody.
func members(result builder.Result, who *book.Node) string {
	const most = 8
	var names []string
	for _, m := range people.Members(result.Book, who) {
		names = append(names, people.ShortName(result.Book, m))
	}
	if len(names) > most {
		return strings.Join(names[:most], ", ") + " …"
	}
	return strings.Join(names, ", ")
}

// reading is somebody having read pages on a day.
type reading struct {
	kind review.Kind
	who  string
	day  schema.Date
	note string
}

// receipt is what there is to record and to say of one page.
type receipt struct {
	line []byte
	row  any // for --format json
	why  string
}

func (r reading) of(result builder.Result, n *book.Node) receipt {
	if r.kind == review.Acknowledgements {
		return r.acknowledge(result, n)
	}
	v := *result.Verdicts.Of(n)
	return receipt{result.Review(n, r.who, r.day, r.note).Line(), struct {
		Page       string  `json:"page"`
		Title      string  `json:"title"`
		Date       string  `json:"date"`
		By         string  `json:"by"`
		NextReview *string `json:"next_review"`
	}{pageID(n.ID), n.Title, r.day.String(), r.who, diag.OrNull(next(v, r.day).String())}, because(v, r.day)}
}

func (r reading) acknowledge(result builder.Result, n *book.Node) receipt {
	row := struct {
		Page    string `json:"page"`
		Title   string `json:"title"`
		Date    string `json:"date"`
		By      string `json:"by"`
		Asked   bool   `json:"asked"`   // the page asks them
		Readers int    `json:"readers"` // who have to read it
		Missing int    `json:"missing"` // of these, who have not, once this is recorded
	}{Page: pageID(n.ID), Title: n.Title, Date: r.day.String(), By: r.who}
	person, _ := people.Reviewer(result.Book, r.who)
	if s := result.Verdicts.Of(n).SignOff; s != nil {
		row.Readers, row.Missing = len(s.Readers), s.Missing()
		if i := slices.IndexFunc(s.Readers, func(reader review.Reader) bool { return reader.Node == person }); i >= 0 {
			row.Asked = true
			if s.Readers[i].Open {
				row.Missing--
			}
		}
	}
	why := fmt.Sprintf("%d of %d have now read it", row.Readers-row.Missing, row.Readers)
	switch {
	case row.Readers == 0:
		why = "the page asks nobody to read it (`acknowledge`)"
	case !row.Asked:
		why = fmt.Sprintf("the page does not ask them; %d of %d have read it", row.Readers-row.Missing, row.Readers)
	case row.Missing == 0:
		why = "everybody who was asked has now read it"
	}
	return receipt{result.Acknowledge(n, r.who, r.day, r.note).Line(), row, why}
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
	added, err := appendRecords(job, kind, lines)
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
		fmt.Fprintf(messages, "wrote `%s` to %s, so that git merges the records of two branches; commit it too\n", line,
			filepath.ToSlash(attributes))
	}
	return nil
}

func appendRecords(job builder.Job, kind review.Kind, lines []byte) (added bool, err error) {
	folder, err := os.OpenRoot(job.Content)
	if err != nil {
		return false, err
	}
	defer folder.Close()
	if err := folder.MkdirAll(path.Dir(kind.File()), 0o755); err != nil {
		return false, err
	}
	return disk{}.add(folder, kind.File(), func(old []byte) []byte { return review.Unrecorded(kind, old, lines) })
}
