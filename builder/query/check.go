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
			what, help := e.lacks(&d)
			msgs.Add(diag.MissingDocument, d.At, fmt.Sprintf("the document %q was due on %s and %s", d.Title, d.Due, what),
				help+"; or waive it with `waiver: {owner: …, until: …, reason: …}`")
		}
	}
	e.checkPlanTypes(&msgs)
	departments := e.departments()
	open := map[*book.Node][]finding{} // by spec
	for _, r := range e.rows() {
		n := r.node
		e.checkDays(n, &msgs)
		e.checkRetired(n, &msgs)
		e.checkSuperseded(n, &msgs)
		e.checkLeft(n, &msgs)
		if n.Schema == nil || n.Schema.Name != "beta-report" {
			if v, ok := n.Value("department"); ok && n.Type == "term" {
				checkDepartment(departments, v, &msgs)
			}
			continue
		}
		list, _ := n.Value("findings")
		for k := range list.List {
			f := finding{&list.List[k]}
			if len(f.Keys) == 0 {
				continue
			}
			e.checkFinding(n.Schema, f, &msgs)
			if v, ok := f.Value.Value("department"); ok && !slices.Contains([]string{"closed", "rejected"}, f.text("status")) {
				checkDepartment(departments, v, &msgs)
			}
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

// lacks says why an overdue document does not do, and what to do.
func (e *Engine) lacks(d *Document) (what, help string) {
	switch {
	case d.Page != nil && d.Page.Draft:
		return "is still a draft", "finish it, and take `draft: true` out of its frontmatter"
	case d.Page != nil:
		what = fmt.Sprintf("is still %q", d.Page.Status)
		t := typeOf(d.Page)
		next := t.StatusNames()
		if s := t.Status(d.Page.Status); s != nil && s.Next != nil {
			next = slices.Concat(s.Next, next)
		}
		if i := slices.IndexFunc(next, func(s string) bool { return t.Finished(s) }); i >= 0 {
			return what, fmt.Sprintf("finish it, and write `status: %s`", next[i])
		}
		return what, "finish it, and give it the status of a finished one"
	case d.Near != nil:
		return "does not exist", fmt.Sprintf("did you mean %q? Write `page: %s`", d.Near.Title, d.Near.ID)
	case !e.mayName(d.Type, d.Product):
		return "does not exist", fmt.Sprintf("write it and name it here: `page: ID`; a page of type %s has no field for the product", d.Type)
	case d.Owner != nil:
		return "does not exist", d.Owner.Title + " writes it and names the product in its frontmatter"
	}
	return "does not exist", "write it and name the product in its frontmatter"
}

// mayName reports whether pages of a type have a field that may lead to a page.
func (e *Engine) mayName(typ string, n *book.Node) bool {
	t, _ := e.Book.Site.TypeNamed(typ)
	return slices.ContainsFunc(t.Fields, func(f schema.Field) bool {
		return f.Kind == schema.KindReference && f.Name != "compare" && f.Name != "supersedes" && (len(f.To) == 0 || slices.Contains(f.To, n.Type))
	})
}

// checkPlanTypes tells of plans that ask for documents of a type that is nearly one of ours. No page would ever be one.
func (e *Engine) checkPlanTypes(msgs *diag.List) {
	told := map[diag.Place]bool{} // a cascade's plan is told once
	for _, r := range e.rows() {
		if r.node.Schema == nil || r.node.Schema.Field("requires") == nil {
			continue
		}
		requires, _ := r.node.Value("requires")
		for _, record := range requires.List {
			typ, ok := record.Value("type")
			if !ok || told[typ.At] || slices.Contains(e.types(), typ.Text) {
				continue
			}
			told[typ.At] = true
			if typ.Text == "" {
				continue
			}
			help := fmt.Sprintf("declare it in handbook.yaml: `types: {%s: {}}`", typ.Text)
			if near := diag.Nearest(typ.Text, e.types()); near != "" {
				help = fmt.Sprintf("did you mean `type: %s`? A type of your own is declared in handbook.yaml: `types: {%s: {}}`", near, typ.Text)
			}
			msgs.Add(diag.UnknownType, typ.At, fmt.Sprintf("there is no type %q, so the document can never be there", typ.Text), help)
		}
	}
}

// departments are those that teams and people are of, each as first written.
func (e *Engine) departments() (names []string) {
	seen := map[string]bool{}
	for _, typ := range []string{"team", "person"} {
		for _, r := range e.table().of(typ) {
			department, _ := r.node.Value("department")
			for _, v := range department.Each() {
				if folded := strings.ToLower(v.Text); v.Text != "" && !seen[folded] {
					seen[folded] = true
					names = append(names, v.Text)
				}
			}
		}
	}
	return names
}

// checkDepartment tells of a department that is none. Where nobody says of which they are, any will do.
func checkDepartment(known []string, v book.Value, msgs *diag.List) {
	for _, one := range v.Each() {
		if one.Text == "" || len(known) == 0 || slices.ContainsFunc(known, func(name string) bool { return strings.EqualFold(name, one.Text) }) {
			continue
		}
		help := "there is " + diag.Names(one.Text, known) + "; or write the new department on the page of a team or person of it"
		if near := diag.NearestName(one.Text, known); near != "" {
			help = fmt.Sprintf("did you mean %q?", near)
		}
		msgs.Add(diag.UnknownDepartment, one.At, fmt.Sprintf("no team or person is of the department %q", one.Text), help)
	}
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
