package main

import (
	"cmp"
	"fmt"
	"io"

	"handbook/builder/agenda"
	"handbook/builder/diag"
	"handbook/builder/people"
	"handbook/builder/review"

	"github.com/spf13/cobra"
)

func staleCommand() *cobra.Command {
	var (
		site   siteFlags
		within withinFlag
		format string
		owner  string
	)
	cmd := command("stale", &cobra.Command{
		RunE: func(cmd *cobra.Command, args []string) error {
			a, err := askAgenda(cmd, &site, within, owner)
			if err != nil {
				return err
			}
			switch format {
			case "json":
				return printJSON(cmd, staleRows(a))
			case "markdown":
				_, err = cmd.OutOrStdout().Write(agenda.MarkdownTable(a))
				return err
			}
			return printStale(cmd.OutOrStdout(), a)
		},
	})
	site.add(cmd)
	within.add(cmd)
	addOwner(cmd, &site, &owner, "list the pages of this `owner` only")
	addChoice(cmd, &format, "format", "how the list is printed: `text, json, markdown`", "text", "json", "markdown")
	return cmd
}

// askAgenda builds the handbook and collects what an owner should look at; everybody for "".
func askAgenda(cmd *cobra.Command, site *siteFlags, within withinFlag, owner string) (agenda.Agenda, error) {
	job, err := site.job()
	if err != nil {
		return agenda.Agenda{}, err
	}
	until, err := within.until(job.Today)
	if err != nil {
		return agenda.Agenda{}, err
	}
	_, result, err := ask(cmd, site)
	if err != nil {
		return agenda.Agenda{}, err
	}
	tellErrors(cmd, result)
	if owner == "" && !cmd.Flags().Changed("owner") {
		return agenda.New(result.Book, result.Verdicts, nil, job.Today, until), nil
	}
	node, help := people.Owner(result.Book, owner)
	if node == nil {
		return agenda.Agenda{}, misuse("--owner %s: no owner of that name; %s", owner, help)
	}
	return agenda.New(result.Book, result.Verdicts, node, job.Today, until).With(result.Views.Duties()), nil
}

// staleRow is one page in the JSON list.
type staleRow struct {
	Page       string         `json:"page"`
	Title      string         `json:"title"`
	URL        string         `json:"url"`
	Owner      *string        `json:"owner"`
	States     []review.State `json:"states"`
	Reason     string         `json:"reason"`
	AsOf       string         `json:"as_of"` // the day of the states and the reason
	Reviewed   *string        `json:"reviewed"`
	DueFrom    *string        `json:"due_from"`
	NextReview *string        `json:"next_review"`
}

func staleRows(a agenda.Agenda) []staleRow {
	rows := []staleRow{} // an empty list, not null
	for _, t := range a.Tasks {
		v := t.Verdict
		rows = append(rows, staleRow{t.Node.Name(), t.Node.Title, a.Address(t.Node), diag.OrNull(people.OwnerName(t.Node.Owner)),
			t.States(), v.Told(v.Reasons[0], &a.Site.Phrases),
			a.Today.String(), diag.OrNull(v.Reviewed.String()), diag.OrNull(v.Warn.String()), diag.OrNull(v.Next.String())})
	}
	return rows
}

func printStale(w io.Writer, a agenda.Agenda) error {
	var rows [][]string
	for _, t := range a.Tasks {
		owner, v := people.OwnerName(t.Node.Owner), t.Verdict
		rows = append(rows, []string{t.StatesText(), cmp.Or(v.Next.String(), "-"), t.Node.Name(), cmp.Or(owner, "-"), v.Reasons[0].Sentence})
	}
	if err := printTable(w, rows); err != nil {
		return err
	}
	all, until := count(a.Pages, "page"), review.Words(a.Until)
	line := fmt.Sprintf("%d of %s %s somebody by %s", len(a.Tasks), all, agree(len(a.Tasks), "needs", "need"), until)
	if len(a.Tasks) == 0 {
		line = fmt.Sprintf("none of %s needs anybody by %s", all, until)
	}
	if a.Owner != nil {
		line += "; of their own"
	} else {
		line += ";"
	}
	_, err := fmt.Fprintln(w, line+" "+relied(a.Stand))
	return err
}

// relied says how many pages can be relied on: the number that the site tells too.
func relied(s review.Standing) string {
	if s.Needed == 0 {
		return "no page has to be reviewed"
	}
	return fmt.Sprintf("%d of %s can be relied on (%d %%)", s.Relied, count(s.Needed, "page"), s.Share())
}
