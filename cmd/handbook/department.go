package main

import (
	"cmp"
	"fmt"
	"net/mail"
	"slices"
	"strings"

	"handbook/builder"
	"handbook/builder/diag"
	"handbook/builder/query"
	"handbook/builder/review"
	"handbook/builder/schema"
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
func departmentDigest(result builder.Result, today schema.Date, name string) (review.Message, error) {
	known := departments(result)
	at := slices.IndexFunc(known, func(n string) bool { return strings.EqualFold(n, name) })
	if at < 0 {
		help := "the departments are " + diag.Names(name, known)
		if len(known) == 0 {
			help = "write `department:` into teams and findings"
		}
		return review.Message{}, misuse("--department %s: no department of that name; %s", name, meant(name, known, help))
	}
	name = known[at]
	m := review.Message{Site: result.Site, Today: today, About: "findings " + name, Nothing: "No finding waits for this department."}
	a := result.Views.Answer(fmt.Sprintf("from: beta-report.findings\nwhere: lower(department) == lower(%q) and status in [\"open\", \"accepted\", \"fixed\"]\n"+
		"columns: [id, title, severity, status, owner, found]\nsort: [-severity, found]\n", name), nil)
	if len(a.Mistakes) > 0 {
		return m, fmt.Errorf("findings cannot be read: %s", a.Mistakes[0].Text)
	}
	a.Each(func(r query.Row) bool {
		cell := func(i int) string { return r.Cells[i].String() }
		why := []string{cell(2), cell(3), cmp.Or(cell(4), "no owner")}
		if found := r.Cells[5]; found.Set {
			why = append(why, "found "+review.Words(found.Day))
		}
		e := review.Entry{Key: r.Node.ID + " " + cell(0) + " " + cell(3), Title: strings.TrimSpace(cell(0) + " " + cell(1)),
			Why: strings.Join(why, ", ") + ", in " + r.Node.Title}
		if result.Site.BaseURL != "" {
			e.Link = addressOf(result.Site, r.Node)
		}
		m.Entries = append(m.Entries, e)
		return true
	})
	m.Headline = name + ": " + count(len(m.Entries), "finding") + " to solve"
	for _, n := range result.Book.Nodes {
		department, _ := n.Value("department")
		if n.Type == "team" && strings.EqualFold(department.Text, name) && m.To == nil {
			addresses, _ := n.Value("email")
			for _, address := range addresses.Each() {
				if to, err := mail.ParseAddress(address.Text); err == nil {
					to.Name = n.Title
					m.To = to
					break
				}
			}
		}
	}
	return m, nil
}
