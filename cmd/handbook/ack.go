package main

import (
	"fmt"

	"handbook/builder"
	"handbook/builder/book"
	"handbook/builder/people"
	"handbook/builder/review"
	"handbook/builder/schema"

	"github.com/spf13/cobra"
)

func ackCommand() *cobra.Command {
	var (
		site         siteFlags
		as, on, note string
		format       string
	)
	cmd := &cobra.Command{
		Use:   "ack PAGE...",
		Short: "Record that you have read a page that asks for it",
		Long: `ack records that somebody has read pages as they now read. It adds a line for each to
content/_records/acknowledgements.jsonl: the page, the day, who, and a fingerprint of its text. When the text changes
later, they are asked again. The page's own file is not touched. Commit the records like any other file; git merges
those of two branches by itself.

A page asks for it with ` + "`acknowledge: {by: [TEAM, PERSON], until: DATE}`" + `. It is named by its id, the end of one that is
no other's, its file or its address. Either all are recorded or none. To have read a page is not to vouch for it: see
` + "`handbook review`" + `.`,
		Example: `  handbook ack how-we-work/running-a-beta --as ana
  handbook ack running-a-beta document-plan
  handbook ack running-a-beta --as ana --on 2026-11-20`,
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
			who, err := reader(cmd, result, job, "--as", as)
			if err != nil {
				return err
			}
			person, _ := people.Reviewer(result.Book, who)
			if names := members(result, person); names != "" {
				return misuse("--as %s: a team reads with the eyes of its members; name one of them: %s", who, names)
			}
			if err := readable(cmd, job, result, found); err != nil {
				return err
			}
			rows, lines := acknowledge(result, found, person, who, day, note)
			if err := record(cmd.ErrOrStderr(), job, review.Acknowledgements, lines); err != nil {
				return err
			}
			if format == "json" {
				return printJSON(cmd, rows)
			}
			for _, r := range rows {
				fmt.Fprintf(cmd.OutOrStdout(), "%s: read by %s on %s; %s\n", plain(r.Page), plain(who), review.Words(day), r.why)
			}
			return nil
		},
		ValidArgsFunction: completePages(&site, func(n *book.Node) bool { return n.Acknowledge != nil }),
	}
	site.add(cmd)
	cmd.Flags().StringVar(&as, "as", "", "`who` has read it: a person (default the one whose page has git's user.email)")
	cmd.Flags().StringVar(&on, "on", "", "the `date` on which they read it (YYYY-MM-DD; default today)")
	cmd.Flags().StringVar(&note, "note", "", "a `text` to keep with the record")
	completeNames(cmd, "as", &site, func(r builder.Result) [][2]string { return people.Reviewers(r.Book) })
	cobra.CheckErr(cmd.RegisterFlagCompletionFunc("on", cobra.NoFileCompletions))
	cobra.CheckErr(cmd.RegisterFlagCompletionFunc("note", cobra.NoFileCompletions))
	addChoice(cmd, &format, "format", "how the answer is printed", "text", "json")
	return cmd
}

// ackRow is one page of the answer.
type ackRow struct {
	Page    string `json:"page"`
	Title   string `json:"title"`
	Date    string `json:"date"`
	By      string `json:"by"`
	Asked   bool   `json:"asked"`   // the page asks them
	Readers int    `json:"readers"` // who have to read it
	Missing int    `json:"missing"` // of these, who have not, once this is recorded
	why     string
}

// acknowledge makes the answer, and the lines to record, for one reader on one day.
func acknowledge(result builder.Result, found []knownPage, person *book.Node, who string, day schema.Date, note string) (rows []ackRow, lines []byte) {
	rows = []ackRow{}
	for _, p := range found {
		n := result.Book.Nodes[p.node]
		lines = append(lines, result.Acknowledge(n, who, day, note).Line()...)
		row := ackRow{Page: p.id, Title: n.Title, Date: day.String(), By: who}
		if s := result.Verdicts.Of(n).SignOff; s != nil {
			row.Readers, row.Missing = len(s.Readers), s.Missing()
			for _, r := range s.Readers {
				if r.Node == person {
					row.Asked = true
					if r.Open {
						row.Missing--
					}
				}
			}
		}
		switch {
		case row.Readers == 0:
			row.why = "the page asks nobody to read it (`acknowledge`)"
		case !row.Asked:
			row.why = fmt.Sprintf("the page does not ask them; %d of %d have read it", row.Readers-row.Missing, row.Readers)
		case row.Missing == 0:
			row.why = "everybody who was asked has now read it"
		default:
			row.why = fmt.Sprintf("%d of %d have now read it", row.Readers-row.Missing, row.Readers)
		}
		rows = append(rows, row)
	}
	return rows, lines
}

// members are the names of a team's people, for a message; "" for a person and for a team that names nobody.
func members(result builder.Result, who *book.Node) string {
	if who == nil {
		return ""
	}
	const most = 8
	list := ""
	for i, m := range people.Members(result.Book, who) {
		switch {
		case i == most:
			return list + " …"
		case i > 0:
			list += ", "
		}
		list += people.ShortName(result.Book, m)
	}
	return list
}
