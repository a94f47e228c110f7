package main

import (
	"cmp"
	"fmt"
	"io"
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

func ownersCommand() *cobra.Command {
	var (
		site   siteFlags
		format string
	)
	cmd := command("owners", &cobra.Command{
		Args: cobra.ArbitraryArgs,
		RunE: func(cmd *cobra.Command, args []string) error {
			job, result, err := read(cmd, &site)
			if err != nil {
				return err
			}
			tellErrors(cmd, result)
			if len(args) == 0 {
				rows := ownerRows(result, job.Today)
				if format == "json" {
					return printJSON(cmd, rows)
				}
				return printOwners(cmd.OutOrStdout(), rows)
			}
			found, err := pagesNamed(result, job, args)
			if err != nil {
				return err
			}
			if unreadable := problemsOf(result, found); len(unreadable) > 0 {
				return cmp.Or(printMessages(cmd.ErrOrStderr(), job, unreadable), errProblems)
			}
			rows := answers(result, found, reach(job))
			if format == "json" {
				return printJSON(cmd, rows)
			}
			return printAnswers(cmd.OutOrStdout(), rows)
		},
		ValidArgsFunction: completePages(&site, anyPage),
	})
	site.add(cmd)
	addChoice(cmd, &format, "format", "how the answer is printed: `text, json`", "text", "json")
	return cmd
}

// ownerRow is one owner in the list.
type ownerRow struct {
	Owner      *string              `json:"owner"` // null for nobody
	Title      string               `json:"title"`
	Type       string               `json:"type"` // team or person; "" for an owner without a page and for nobody
	URL        string               `json:"url"`
	Pages      int                  `json:"pages"`
	Needed     int                  `json:"needed"` // of these, pages that somebody has to review
	Relied     int                  `json:"relied"` // of these, pages that can be relied on
	States     map[review.State]int `json:"states"` // pages by their worst state
	AsOf       string               `json:"as_of"`  // the day of the states
	NextReview *string              `json:"next_review"`
	Left       *string              `json:"left"`
	needs      int
}

// ownerRows lists who has the most to do first, and nobody last.
func ownerRows(result builder.Result, today schema.Date) []ownerRow {
	rows := []ownerRow{}
	for _, o := range result.Book.Owners {
		row := countPages(result, o.Owns, today)
		row.Owner, row.Title, row.URL = diag.OrNull(people.OwnerName(o)), o.Title, o.URL
		if o.Page != nil {
			row.Type = o.Type
		}
		if left := people.Left(o); !left.IsZero() && !today.Before(left) {
			row.Left = diag.OrNull(left.String())
		}
		rows = append(rows, row)
	}
	slices.SortStableFunc(rows, func(a, b ownerRow) int {
		return cmp.Or(cmp.Compare(b.needs, a.needs), cmp.Compare(b.Pages, a.Pages))
	})
	var nobodys []*book.Node
	for _, n := range result.Book.Nodes {
		if n.Page != nil && n.Owner == nil {
			nobodys = append(nobodys, n)
		}
	}
	if len(nobodys) > 0 {
		rows = append(rows, countPages(result, nobodys, today))
	}
	return rows
}

func countPages(result builder.Result, pages []*book.Node, today schema.Date) ownerRow {
	stand := result.Verdicts.Stand(pages)
	row := ownerRow{Pages: len(pages), Needed: stand.Needed, Relied: stand.Relied, AsOf: today.String(), States: stand.States}
	var next schema.Date
	for _, n := range pages {
		v, ok := result.Verdicts[n]
		if !ok {
			continue
		}
		if v.State.Rank() <= review.Due.Rank() {
			row.needs++
		}
		if !v.Next.IsZero() && (next.IsZero() || v.Next.Before(next)) {
			next = v.Next
		}
	}
	row.NextReview = diag.OrNull(next.String())
	return row
}

func printOwners(w io.Writer, rows []ownerRow) error {
	var table [][]string
	for _, r := range rows {
		name := "nobody"
		if r.Owner != nil {
			name = *r.Owner
		}
		var need []string
		for _, s := range []review.State{review.Overdue, review.Suspect, review.Changed, review.Unreviewed, review.Due} {
			if n := r.States[s]; n > 0 {
				need = append(need, fmt.Sprintf("%d %s", n, s))
			}
		}
		if r.Left != nil {
			need = append(need, "left on "+*r.Left)
		}
		stand := "-"
		if r.Needed > 0 {
			stand = fmt.Sprintf("%d of %d relied on", r.Relied, r.Needed)
		}
		table = append(table, []string{name, count(r.Pages, "page"), stand, orDash(r.NextReview), cmp.Or(strings.Join(need, ", "), "-")})
	}
	if len(rows) == 0 {
		_, err := fmt.Fprintln(w, "there is no page yet")
		return err
	}
	return printTable(w, table)
}

// answer tells who answers for one page.
type answer struct {
	Page   string  `json:"page"`
	Title  string  `json:"title"`
	Owner  *string `json:"owner"`  // null for nobody
	File   *string `json:"file"`   // where it is written, as reachable from the working directory; null for nobody
	Line   int     `json:"line"`   // from 1; 0 for nobody
	Column int     `json:"column"` // from 1; 0 for nobody
}

func answers(result builder.Result, found []knownPage, reach func(file string) string) []answer {
	places := make([]diag.Place, len(found))
	for i, p := range found {
		places[i] = result.Book.Nodes[p.node].OwnerAt
	}
	rows := make([]answer, len(found))
	for i, at := range result.Locate(places) {
		n := result.Book.Nodes[found[i].node]
		rows[i] = answer{Page: found[i].id, Title: n.Title, Owner: diag.OrNull(people.OwnerName(n.Owner))}
		if n.Owner != nil {
			rows[i].File, rows[i].Line, rows[i].Column = diag.OrNull(reach(at.File)), at.Line, at.Column
		}
	}
	return rows
}

func printAnswers(w io.Writer, rows []answer) error {
	var table [][]string
	for _, r := range rows {
		owner, where := "nobody", "no page, folder or CODEOWNERS names an owner"
		if r.Owner != nil {
			owner, where = *r.Owner, fmt.Sprintf("%s:%d:%d", *r.File, r.Line, r.Column)
		}
		table = append(table, []string{r.Page, owner, where})
	}
	return printTable(w, table)
}
