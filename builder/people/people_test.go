package people

import (
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/txtar"

	"handbook/builder/book"
	"handbook/builder/page"
	"handbook/builder/schema"
)

const handbook = `
-- teams/payments.md --
---
{title: Payments, type: team, members: [people/ana, "[[bo]]", nobody, cy]}
---
-- teams/cy.md --
---
{title: Crew, type: team, members: ana sol}
---
-- people/ana.md --
---
{title: Ana Sol, type: person, email: Ana@example.com}
---
-- people/bo.md --
---
{title: Bo, type: person, email: [b@example.com, bo@example.com], left: 2026-11-01}
---
-- people/cy.md --
---
{title: Cy, type: person}
---
`

func resolved(t *testing.T, archive string) *book.Book {
	t.Helper()
	site := schema.Default()
	parser := page.NewParser(site)
	var pages []*page.Page
	for _, f := range txtar.Parse([]byte(archive)).Files {
		p, msgs := parser.Parse("content/"+f.Name, f.Name, f.Data)
		if len(msgs) > 0 {
			t.Fatalf("%s: %v", f.Name, msgs)
		}
		pages = append(pages, p)
	}
	b, _ := book.Resolve(book.Input{Site: site, Pages: page.Faces(pages)})
	return b
}

func TestANameFindsItsOwner(t *testing.T) {
	b := resolved(t, handbook)
	for _, c := range []struct{ name, id, help string }{
		{"teams/payments", "teams/payments", ""},
		{"payments", "teams/payments", ""},
		{"@Payments", "teams/payments", ""},
		{"ana sol", "people/ana", ""},
		{"[[people/ana]]", "people/ana", ""},
		{"paymnets", "", "did you mean teams/payments?"},
		{"cy", "", "it may be teams/cy or people/cy"},
		{"zzz", "", "there is people/ana, people/bo"},
	} {
		n, help := Reviewer(b, c.name)
		if c.id != "" && (n == nil || n.ID != c.id) || c.id == "" && (n != nil || !strings.Contains(help, c.help)) {
			t.Errorf("%s: %v, %q; want %s%s", c.name, n, help, c.id, c.help)
		}
	}
	if n := WithMail(b, "ana@EXAMPLE.com"); n == nil || n.ID != "people/ana" {
		t.Errorf("the mail address finds %v", n)
	}
	if n := WithMail(b, ""); n != nil {
		t.Errorf("no mail address finds %v", n)
	}
	ana, _ := Reviewer(b, "people/ana")
	cy, _ := Reviewer(b, "people/cy")
	if a, c := ShortName(b, ana), ShortName(b, cy); a != "ana" || c != "people/cy" {
		t.Errorf("they are recorded as %s and %s", a, c)
	}
}

// A name that means nobody, or two, makes nobody a member.
func TestATeamHasWhomItsPageNames(t *testing.T) {
	b := resolved(t, handbook)
	for team, want := range map[string]string{"teams/payments": "people/ana people/bo", "teams/cy": "people/ana", "people/ana": ""} {
		n, _ := b.Lookup(team)
		var got []string
		for _, m := range Members(b, n) {
			got = append(got, m.ID)
		}
		if strings.Join(got, " ") != want {
			t.Errorf("%s has %q, want %q", team, got, want)
		}
	}
	bo, _ := b.Lookup("people/bo")
	if found := WithMail(b, "bo@example.com"); found != bo || Left(bo).String() != "2026-11-01" {
		t.Errorf("the second address of Bo finds %v, who left on %s", found, Left(bo))
	}
}
