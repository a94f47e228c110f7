package query

import (
	"fmt"
	"slices"
	"strings"

	"handbook/builder/book"
	"handbook/builder/diag"
	"handbook/builder/schema"
)

// checkDays tells of days by which something had to be done, and that have passed without it: answers, decisions, tests.
func (e *Engine) checkDays(n *book.Node, msgs *diag.List) {
	for i := range n.Values {
		v := &n.Values[i]
		due, until := n.DueBy(v), v.Until()
		switch _, concluded := n.Value("verdict"); {
		case until.IsZero() || !until.Before(e.Today):
		case v.Kind == schema.KindPeriod && due == until:
			msgs.Add(diag.BetaOverdue, v.At, fmt.Sprintf("this %s was to end on %s, and it is still %q", noun(n), until, n.Status),
				"write what came of it and the status that it has now, or the new day as `until:`")
		case v.Kind == schema.KindPeriod && !concluded && n.Schema != nil && n.Schema.Field("verdict") != nil && !n.Draft:
			msgs.Add(diag.BetaOverdue, v.At, fmt.Sprintf("this %s ended on %s, and it has no verdict", noun(n), until), "write `verdict:` and what you concluded, in one sentence")
		case due == until:
			e.passed(n, v, msgs)
		}
	}
}

// passed tells of one day that has passed.
func (e *Engine) passed(n *book.Node, v *book.Value, msgs *diag.List) {
	done := slices.DeleteFunc(slices.Concat(v.Field.MetBy, n.Schema.Ended), func(s string) bool { return s == "draft" })
	then := "write `status: " + strings.Join(done, "` or `status: ") + "`"
	switch v.Name {
	case "answer_due":
		customer, _ := n.Value("customer")
		who := customer.Text
		if who == "" {
			who = "the client"
		}
		msgs.Add(diag.AnswerOverdue, v.At, fmt.Sprintf("%s was to have an answer by %s, and this %s is not answered", who, v.Date, noun(n)), "answer, and "+then+"; or agree on another day with them")
	case "decide_by":
		msgs.Add(diag.DecisionOverdue, v.At, fmt.Sprintf("this %s was to be decided by %s, and it is still open", noun(n), v.Date), "decide, and "+then+"; or write a day that holds")
	default:
		msgs.Add(diag.DayOverdue, v.At, fmt.Sprintf("%q of this %s was %s, and its status is %q", v.Field.Label, noun(n), v.Date, n.Status), then+", or write a day that holds")
	}
}

func noun(n *book.Node) string {
	if label := typeOf(n).Label; label != strings.ToUpper(label) {
		return strings.ToLower(label)
	}
	return typeOf(n).Label
}

// aging is a day with what time makes of it, as long as something has to be done by then.
func (e *Engine) aging(n *book.Node, v *book.Value) Value {
	out := day(v.Until())
	switch due := n.DueBy(v); {
	case due.IsZero():
	case due.Before(e.Today):
		out.State, out.Word = string(PlanOverdue), "late"
	default:
		out.Later = []Change{{due.AddDays(1), "late", string(PlanOverdue)}}
	}
	return out
}

// checkRetired tells of work for a product that is no longer there.
func (e *Engine) checkRetired(n *book.Node, msgs *diag.List) {
	if n.Schema == nil || n.Draft || !n.Schema.Working(n.Status) {
		return
	}
	for _, rel := range n.Relations {
		if rel.Record == nil && rel.To.Type == "product" && rel.To.Schema != nil && rel.To.Schema.Ends(rel.To.Status) {
			msgs.Add(diag.WorkOnRetired, rel.At, fmt.Sprintf("this %s is %q, and %s is %s", noun(n), n.Status, rel.To.Title, rel.To.Status),
				"name the product that takes its place, or end this page: "+ending(n.Schema))
		}
	}
}

// checkSuperseded tells of pages whose place another has taken and that are still as if nothing had.
func (e *Engine) checkSuperseded(n *book.Node, msgs *diag.List) {
	if n.Schema == nil || len(n.Schema.Ended) == 0 || n.Schema.Ends(n.Status) {
		return
	}
	for _, rel := range n.Relating {
		if rel.Field.Name == "supersedes" && rel.Record == nil && rel.From.Schema != nil && !isDraft(rel.From) && !rel.From.Schema.Ends(rel.From.Status) {
			at := n.Page.Place("status")
			if n.Status == "" {
				at = diag.Place{File: n.Page.File}
			}
			what := "has no status"
			if n.Status != "" {
				what = fmt.Sprintf("is still %q", n.Status)
			}
			msgs.Add(diag.SupersededLive, at, fmt.Sprintf("%q supersedes this %s, which %s", rel.From.Title, noun(n), what), ending(n.Schema),
				diag.Note{Place: rel.At, Text: "it says so here"})
		}
	}
}

// ending says how a page of a type is ended.
func ending(t *schema.Type) string {
	return "write `status: " + strings.Join(t.Ended, "` or `status: ") + "`"
}
