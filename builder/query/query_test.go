package query

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"handbook/builder/book"
	"handbook/builder/page"
	"handbook/builder/review"
	"handbook/builder/schema"
)

var today = schema.Date{Year: 2026, Month: 11, Day: 22}

// engine makes a small handbook of the files and what is asked of it.
func engine(t testing.TB, files map[string]string) *Engine {
	t.Helper()
	site := schema.Default()
	p := page.NewParser(site)
	in := book.Input{Site: site}
	for _, name := range slices.Sorted(maps.Keys(files)) {
		parsed, msgs := p.Parse("content/"+name, name, []byte(files[name]))
		if len(msgs) > 0 {
			t.Fatal(name, msgs)
		}
		in.Pages = append(in.Pages, parsed)
	}
	b, _ := book.Resolve(in)
	verdicts, _ := review.Judge(review.Input{Book: b, Today: today})
	return New(Input{Book: b, Verdicts: verdicts, Today: today})
}

func example(t testing.TB) *Engine {
	return engine(t, map[string]string{
		"_index.md":          "---\ntitle: Home\n---\n",
		"teams/payments.md":  "---\ntitle: Payments\ndepartment: engineering\nmembers: [ana]\n---\n",
		"teams/support.md":   "---\ntitle: Support\ndepartment: service\n---\n",
		"people/ana.md":      "---\ntitle: Ana\n---\n",
		"specs/checkout.md":  "---\ntitle: Checkout\nowner: payments\nstatus: shipped\nproduct: bookings\nreviewed: 2026-10-28\nreview_every: 6 months\ntags: [money, web]\n---\n",
		"specs/refunds.md":   "---\ntitle: Fast refunds\nowner: payments\nstatus: building\nproduct: bookings\nreviewed: 2026-03-01\nreview_every: 6 months\ntags: [money]\n---\n",
		"specs/offline.md":   "---\ntitle: Offline\nowner: support\nstatus: proposed\nproduct: bookings\nreviewed: 2026-06-01\nreview_every: 6 months\n---\n",
		"runbooks/deploy.md": "---\ntype: runbook\nminutes: 20\nrehearsed: 2026-11-01\n---\n# Deploy\n",
		"runbooks/rotate.md": "---\ntype: runbook\nminutes: 90\n---\n# Rotate keys\n",
		"runbooks/wake.md":   "---\ntype: runbook\nrehearsed: 2026-01-01\n---\n# Wake\n",
	})
}

func TestWhere(t *testing.T) {
	e := example(t)
	for _, c := range []struct{ from, where, want string }{
		{"spec", `status != "shipped"`, "specs/offline specs/refunds"},
		{"spec", `status in ["shipped", "building"] and "web" in tags`, "specs/checkout"},
		{"spec", `freshness == "overdue"`, "specs/refunds"},
		{"spec", `owner == "support"`, "specs/offline"},
		{"spec", `owner in ["teams/payments"]`, "specs/checkout specs/refunds"},
		{"spec", `owner.department == "engineering"`, "specs/checkout specs/refunds"},
		{"spec", `section == "specs" && title startsWith "Fast"`, "specs/refunds"},
		{"spec", `next_review < today`, "specs/refunds"},
		{"spec", `next_review < today + "30d"`, "specs/offline specs/refunds"},
		{"spec", `reviewed >= "2026-06-01"`, "specs/checkout specs/offline"},
		{"spec", `today - reviewed > 100`, "specs/offline specs/refunds"},
		{"spec", `not (any(tags, # == "money"))`, "specs/offline"},
		{"spec", `len(tags) == 0 or len(tags) > 1`, "specs/checkout specs/offline"},
		{"runbook", `minutes < 60`, "runbooks/deploy"}, // one that says nothing is neither short nor long
		{"runbook", `minutes > 60`, "runbooks/rotate"},
		{"runbook", `rehearsed < "2026-06-01"`, "runbooks/wake"},
		{"runbook", `rehearsed == ""`, "runbooks/rotate"},
		{"all", `type == "team" or owner == "payments"`, "specs/checkout specs/refunds teams/payments teams/support"},
		{"team", `"ana" in members`, "teams/payments"},
	} {
		a := e.Answer("from: "+c.from+"\nwhere: "+c.where, nil)
		if len(a.Mistakes) > 0 {
			t.Errorf("%s: %+v", c.where, a.Mistakes)
			continue
		}
		var ids []string
		a.Each(func(r Row) bool { ids = append(ids, r.Node.ID); return true })
		slices.Sort(ids)
		if got := strings.Join(ids, " "); got != c.want {
			t.Errorf("%s %s: got %s, want %s", c.from, c.where, got, c.want)
		}
	}
}

func TestMistakesStandAtTheirPlace(t *testing.T) {
	e := example(t)
	for _, c := range []struct{ block, want string }{
		{"from: spec\nwhere: statsu == \"shipped\"", `statsu: a row of spec has no "statsu"; did you mean "status"?`},
		{"from: spec\nwhere: |\n  status == \"shipped\" and\n  ownr == \"x\"", `ownr: a row of spec has no "ownr"; did you mean "owner"?`},
		{"from: spec\nwhere: freshness == \"overdu\"", `"overdu": freshness is never "overdu"; did you mean "overdue"?`},
		{"from: spec\nwhere: owner == \"paymens\"", `"paymens": there is no page "paymens" that owner could lead to; did you mean "payments"?`},
		{"from: spec\nwhere: next_review < 3", `<: < cannot stand between a day and a number; compare a text with a text, a number with a number, a day with a day such as "2026-03-01"`},
		{"from: spec\nwhere: next_review < \"soon\"", `"soon": "soon" is not a day of the calendar; write the day as "2026-03-01"`},
		{"from: spec\nwhere: today + \"30 moons\" > reviewed", `"30 moons": "30 moons" is no length of time; write it as "30d", "12w" or "6 months"`},
		{"from: spec\nwhere: title", `title: this is neither true nor false; compare it with something, such as: status == "open"`},
		{"from: spec\nwhere: status = \"x\"", `=: one = sets something, and a view sets nothing; compare with ==`},
		{"from: spec\nwhere: status == \"x", `"x: this quote is never closed; end the text with the same quote`},
		{"from: spec\nwhere: reviewed < now()", `now: now is no function of views; write today, which is the day of the build`},
		{"from: spec\nwhere: all(1..1000000, true)", `..: a view cannot count from one number to another; compare with both ends: a >= 1 and a <= 9`},
		{"from: spec\nwhere: lenn(tags) > 1", `lenn: there is no function "lenn"; did you mean "len"?`},
		{"from: specs", `specs: there is no type of page "specs"; did you mean "spec"?`},
		{"from: spec\ncolumns: [title, ownr]", `ownr: a row of spec has no "ownr"; did you mean "owner"?`},
		{"from: spec\ncolumns: [title, owner.chanel]", `owner.chanel: `},
		{"from: spec\nview: tabel", `tabel: there is no view "tabel"; did you mean "table"?`},
		{"from: spec\nsort: -nextreview", `nextreview: a row of spec has no "nextreview"; did you mean "next_review"?`},
		{"from: spec\nlimit: few", `few: "few" is not a number of rows; write a whole number such as 20`},
		{"form: spec", `form: a view has no "form"; did you mean "from"?`},
		{"where: true", `where: true: this view does not say which pages it shows; write a line such as "from: spec"`},
		{"from: spec\nfrom: faq", `from: from is written twice; leave one of the two out`},
		{"from: spec\nview: radar", `spec: a radar needs the field "quadrant", which a row of spec has not; choose another view, or rows that have it`},
		{"from: spec\njust words", `just words: this line is not a key and what it takes; write it as "from: spec"`},
	} {
		a := e.Answer(c.block, nil)
		var got []string
		for _, m := range a.Mistakes {
			got = append(got, fmt.Sprintf("%s: %s; %s", c.block[m.Start:m.End], m.Text, m.Help))
		}
		if len(got) != 1 || !strings.HasPrefix(got[0], c.want) {
			t.Errorf("%q:\n got  %s\n want %s", c.block, strings.Join(got, "\n      "), c.want)
		}
	}
}
