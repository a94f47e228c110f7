package query

import (
	"fmt"
	"slices"
	"strings"

	"handbook/builder/book"
	"handbook/builder/diag"
	"handbook/builder/schema"
)

// Check tells what the documents of products lack: documents that are due, findings that nobody takes care of, and
// specs that shipped in spite of them.
func (e *Engine) Check() diag.List {
	var msgs diag.List
	for _, d := range e.Plan() {
		if d.State == PlanOverdue {
			what := "does not exist"
			if d.Page != nil {
				what = "is still a draft"
			}
			help := "write it and name the product in its frontmatter, or waive it with `waiver: {owner: …, until: …, reason: …}`"
			if d.Owner != nil {
				help = fmt.Sprintf("%s writes it and names the product in its frontmatter; or waive it with `waiver: {owner: …, until: …, reason: …}`", d.Owner.Title)
			}
			msgs.Add(diag.MissingDocument, d.At, fmt.Sprintf("the document %q was due on %s and %s", d.Title, d.Due, what), help)
		}
	}
	open := map[*book.Node][]finding{} // by spec
	for _, r := range e.rows() {
		n := r.node
		if n.Schema == nil || n.Schema.Name != "beta-report" {
			continue
		}
		list, _ := n.Value("findings")
		for k := range list.List {
			f := finding{&list.List[k]}
			if len(f.Keys) == 0 {
				continue
			}
			e.checkFinding(n.Schema, f, &msgs)
			if spec, ok := n.Value("spec"); ok && f.open() && spec.Target.Node != nil {
				open[spec.Target.Node] = append(open[spec.Target.Node], f)
			}
		}
	}
	for _, r := range e.rows() {
		if n := r.node; n.Status == "shipped" && n.Schema != nil && len(n.Schema.Stops) > 0 {
			e.checkShipped(n, open[n], &msgs)
		}
	}
	return msgs
}

// finding is one record of a beta report.
type finding struct{ *book.Value }

func (f finding) text(name string) string { v, _ := f.Value.Value(name); return v.Text }

func (f finding) day(name string) schema.Date { v, _ := f.Value.Value(name); return v.Date }

func (f finding) open() bool {
	return slices.Contains([]string{"open", "accepted"}, f.text("status"))
}

func (f finding) name() string {
	if id := f.text("id"); id != "" {
		return "finding " + id
	}
	return "this finding"
}

// place is the value of a field, or the record's first key where the field is not set.
func (f finding) place(field string) diag.Place {
	for _, name := range []string{field, "id", "title"} {
		if v, ok := f.Value.Value(name); ok {
			return v.At
		}
	}
	return f.Keys[0].At
}

// checkFinding tells of a finding that nobody takes care of.
func (e *Engine) checkFinding(t *schema.Type, f finding, msgs *diag.List) {
	if _, owned := f.Value.Value("owner"); !owned && f.open() {
		msgs.Add(diag.FindingUnowned, f.place("owner"), f.name()+" has no owner", "write `owner:` and the person or team that solves it")
	}
	if found := f.day("found"); f.text("status") == "open" && !found.IsZero() && tooLong(found, e.Today, t.Decide) {
		msgs.Add(diag.FindingUndecided, f.place("status"), fmt.Sprintf("%s was found on %s and nobody has decided about it", f.name(), found),
			"write `status: accepted` if it will be solved, or `status: rejected`, and say why in the text")
	}
	if f.text("status") == "fixed" && f.day("retested").IsZero() {
		msgs.Add(diag.FindingUntested, f.place("status"), f.name()+" is fixed, and nobody has tested it again",
			"test it, then write `status: closed` or the day as `retested:`")
	}
}

// tooLong reports whether more than an interval has passed since a day.
func tooLong(since, today schema.Date, interval string) bool {
	i, err := schema.ParseInterval(interval)
	return err == nil && !i.IsZero() && i.Unit != schema.Never && since.Add(i).Before(today)
}

// checkShipped tells of a spec that shipped although findings against it are open.
func (e *Engine) checkShipped(spec *book.Node, findings []finding, msgs *diag.List) {
	for _, f := range findings {
		if !slices.Contains(spec.Schema.Stops, f.text("severity")) {
			continue
		}
		if waiver, ok := f.Value.Value("waiver"); ok {
			if until, _ := waiver.Value("until"); e.Today.Before(until.Date) {
				continue
			}
		}
		msgs.Add(diag.ShippedOpen, spec.Page.Place("status"), fmt.Sprintf("this %s is shipped, and %s of severity %s is open: %s",
			strings.ToLower(spec.Schema.Label), f.name(), f.text("severity"), f.text("title")),
			"close the finding, or give it `waiver: {owner: …, until: …, reason: …}`",
			diag.Note{Place: f.place("id"), Text: "the finding stands here"})
	}
}
