package main

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"handbook/builder"
	"handbook/builder/agenda"
	"handbook/builder/diag"
	"handbook/builder/query"
	"handbook/builder/review"

	"github.com/spf13/cobra"
)

// departments lists the departments that findings, teams and people name, each as first written.
func departments(result builder.Result) []string {
	var names []string
	add := func(name string) {
		if name != "" && !slices.ContainsFunc(names, func(n string) bool { return strings.EqualFold(n, name) }) {
			names = append(names, name)
		}
	}
	for _, n := range result.Book.Nodes {
		if v, ok := n.Value("department"); ok && (n.Type == "team" || n.Type == "person") {
			add(v.Text)
		}
		list, _ := n.Value("findings")
		for _, finding := range list.List {
			department, _ := finding.Value("department")
			add(department.Text)
		}
	}
	slices.Sort(names)
	return names
}

// departmentDigest is a message about the findings that a department has to solve.
func departmentDigest(cmd *cobra.Command, site *siteFlags, name string) (*agenda.Message, error) {
	job, result, err := ask(cmd, site)
	if err != nil {
		return nil, err
	}
	tellErrors(cmd, result)
	known := departments(result)
	at := slices.IndexFunc(known, func(n string) bool { return strings.EqualFold(n, name) })
	if at < 0 {
		help := "the departments are " + diag.Names(name, known)
		if len(known) == 0 {
			help = "write `department:` into teams and findings"
		}
		return nil, misuse("--department %s: no department of that name; %s", name, meant(name, known, help))
	}
	name = known[at]
	m := &agenda.Message{Site: result.Site, Today: job.Today, About: "findings " + name, Whom: "the department " + name,
		Nothing: "No finding waits for this department."}
	a := result.Views.Answer(fmt.Sprintf("from: beta-report.findings\nwhere: lower(department) == lower(%q) and status in [\"open\", \"accepted\", \"fixed\"]\n"+
		"columns: [id, title, severity, status, owner, found]\nsort: [-severity, found]\n", name), nil)
	if len(a.Mistakes) > 0 {
		return m, fmt.Errorf("findings cannot be read: %s", a.Mistakes[0].Text)
	}
	c := agenda.Chapter{Each: true}
	a.Each(func(r query.Row) bool {
		cell := func(i int) string { return r.Cells[i].String() }
		why := []string{cmp.Or(cell(4), "No owner")}
		if found := r.Cells[5]; found.Set {
			why = append(why, "found "+review.Words(found.Day))
		}
		c.Entries = append(c.Entries, agenda.Entry{Key: []string{r.Node.ID + " " + cell(0) + " " + cell(3)},
			Title: strings.TrimSpace(cell(0) + " " + cell(1)),
			Link:  result.Site.Whole(r.Node.URL), Path: result.Site.Whole(r.Node.URL), State: cell(3), Label: cell(2) + ", " + cell(3), Why: strings.Join(why, ", ") + ", in " + r.Node.Title})
		return true
	})
	m.Headline = name + ": " + count(len(c.Entries), "finding") + " to solve"
	if len(c.Entries) > 0 {
		m.Chapters = []agenda.Chapter{c}
	}
	for _, n := range result.Book.Nodes {
		department, _ := n.Value("department")
		if n.Type == "team" && strings.EqualFold(department.Text, name) && m.To == nil {
			m.To = agenda.Address(n)
		}
	}
	return m, nil
}
