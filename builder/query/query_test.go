package query

import (
	"fmt"
	"maps"
	"runtime"
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
	var pages []*page.Page
	for _, name := range slices.Sorted(maps.Keys(files)) {
		parsed, msgs := p.Parse("content/"+name, name, []byte(files[name]))
		if len(msgs) > 0 {
			t.Fatal(name, msgs)
		}
		in.Pages, pages = append(in.Pages, parsed.Face), append(pages, parsed)
	}
	b, _ := book.Resolve(in)
	verdicts, _ := review.Judge(t.Context(), review.Input{Book: b, Pages: page.PagesOf(pages), Today: today})
	return New(Input{Book: b, Words: func(f *page.Face) int { return page.PagesOf(pages)(f).Words }, Verdicts: verdicts, Today: today})
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

// What time alone adds to a view and takes out of it is known at the build. Issue 5.
func TestRowsAge(t *testing.T) {
	e := example(t)
	when := func(block string) string {
		var out []string
		for _, g := range e.Answer(block, nil).Groups {
			for _, r := range g.Rows {
				out = append(out, strings.TrimSpace(fmt.Sprintf("%s %s %s", r.Node.ID, r.From, r.Until)))
			}
		}
		return strings.Join(out, ", ")
	}
	for block, want := range map[string]string{
		"from: spec\nwhere: freshness == \"overdue\"\nsort: next_review": "specs/refunds, specs/offline 2026-12-01, specs/checkout 2027-04-28",
		"from: spec\nwhere: freshness in [\"fresh\", \"due\"]":           "specs/checkout  2027-04-28, specs/offline  2026-12-01",
		"from: spec\nwhere: status == \"shipped\"":                       "specs/checkout",
	} {
		if got := when(block); got != want {
			t.Errorf("%s:\n got  %s\n want %s", block, got, want)
		}
	}
	if a := e.Answer("from: spec\nwhere: freshness == \"overdue\"", nil); a.Total != 1 || a.Shown != 1 {
		t.Errorf("%d of %d rows fit today, want 1 of 1", a.Shown, a.Total)
	}
}

// One block serves every page that it stands on. Issue 5.
func TestThisIsThePageThatTheViewStandsOn(t *testing.T) {
	e := example(t)
	for page, want := range map[string]int{"teams/payments": 2, "teams/support": 1, "people/ana": 0} {
		this, _ := e.Book.Lookup(page)
		if got := e.Answer("from: spec\nwhere: owner == this and status != \"\"", this).Total; got != want {
			t.Errorf("%s owns %d specs, want %d", page, got, want)
		}
	}
	if got := e.Answer("from: spec\nwhere: owner == this", nil).Total; got != 0 {
		t.Errorf("without a page %d rows fit", got)
	}
	this, _ := e.Book.Lookup("teams/support")
	if got := e.Answer("from: team\nwhere: department != this.department", this).Total; got != 1 {
		t.Errorf("%d other departments, want 1", got)
	}
}

// Groups stand in the order of their options or words, what has none last; a matrix of pages begins with most gaps.
func TestOrder(t *testing.T) {
	e := example(t)
	groups := func(block string) string {
		var out []string
		for _, g := range e.Answer(block, nil).Groups {
			var ids []string
			for _, r := range g.Rows {
				ids = append(ids, r.Node.ID[strings.LastIndexByte(r.Node.ID, '/')+1:])
			}
			out = append(out, fmt.Sprintf("%s(%d): %s", g.Value.String(), g.Total, strings.Join(ids, " ")))
		}
		return strings.Join(out, "; ")
	}
	for block, want := range map[string]string{
		"from: spec\ngroup: status":                                  "proposed(1): offline; building(1): refunds; shipped(1): checkout",
		"from: spec\ngroup: tags\nsort: title":                       "money(2): checkout refunds; web(1): checkout; (1): offline",
		"from: runbook\nsort: -minutes":                              "(3): rotate deploy wake",
		"from: runbook\nsort: rehearsed":                             "(3): wake deploy rotate",
		"from: spec\nsort: [owner, -title]\nlimit: 2":                "(3): refunds checkout",
		"from: runbook\nview: matrix\ncolumns: [minutes, rehearsed]": "(3): rotate wake deploy",
		"from: spec\nview: count\ngroup: owner":                      "Payments(2): ; Support(1): ",
	} {
		if got := groups(block); got != want {
			t.Errorf("%s:\n got  %s\n want %s", block, got, want)
		}
	}
}

// The built-in pages say the same in every language: only words differ. Issue 5.
func TestBuiltInPagesAskTheSameInEveryLanguage(t *testing.T) {
	p := page.NewParser(schema.Default())
	for _, b := range BuiltIns() {
		english, _ := p.Parse(b.Name, b.Name+".md", b.Text("en"))
		german, _ := p.Parse(b.Name, b.Name+".md", b.Text("de-AT"))
		if english.Title == german.Title || len(english.Views) != len(german.Views) || len(english.Headings) != len(german.Headings) || string(b.Text("fr")) != string(b.Text("en")) {
			t.Errorf("%s: the languages differ in more than words", b.Name)
			continue
		}
		for i := range english.Views {
			x, wrong := Parse(english.Views[i].Source)
			y, _ := Parse(german.Views[i].Source)
			if len(wrong) > 0 || x.Where.Text != y.Where.Text || x.View != y.View || len(x.From) != len(y.From) || x.From[0].Text != y.From[0].Text {
				t.Errorf("%s: view %d asks for something else in German: %v", b.Name, i, wrong)
			}
		}
	}
}

// Twice as many types cost twice as much, whatever their fields are called and wherever they lead.
func TestTypesCostWhatTheyAre(t *testing.T) {
	allocated := func(types int) (objects, bytes uint64) {
		var config strings.Builder
		config.WriteString("types:\n")
		for i := range types {
			fmt.Fprintf(&config, "  kind%d:\n    label: Kind %[1]d\n    folder: kinds/%[1]d\n    statuses: [draft%[1]d, done]\n    fields:\n"+
				"      next%[1]d: {to: kind%[2]d, back: Back %[1]d}\n      any%[1]d: {to: any, back: From %[1]d}\n"+
				"      shared: {to: kind%[1]d, back: Shared by}\n      colour: {options: [red%[1]d, blue]}\n", i, (i+1)%types)
		}
		site, msgs := schema.Read("handbook.yaml", []byte(config.String()))
		if len(msgs) > 0 {
			t.Fatal(msgs)
		}
		b, _ := book.Resolve(book.Input{Site: site})
		e := New(Input{Book: b, Today: today})
		e.types()
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		s, mistakes := e.source([]Word{{Text: everything}})
		if last := fmt.Sprintf("from_%d", types-1); len(mistakes) > 0 || s.fields[last] == nil || len(s.fields["colour"].Options) != types+1 || len(s.fields["shared"].to) != types {
			t.Fatalf("%d types: %v, %v", types, mistakes, s.order)
		}
		runtime.ReadMemStats(&after)
		return after.Mallocs - before.Mallocs, after.TotalAlloc - before.TotalAlloc
	}
	objects, bytes := allocated(300)
	more, larger := allocated(600)
	if float64(more) > 2.3*float64(objects) || float64(larger) > 2.3*float64(bytes) {
		t.Errorf("twice the types cost %d objects of %d bytes instead of %d of %d", more, larger, objects, bytes)
	}
}

// TestASpreadsheetRunsNothing: a cell that it would take for a formula is text, also where lines are parted at semicolons.
func TestASpreadsheetRunsNothing(t *testing.T) {
	got := string(CSV([][]string{{"=cmd|' /C calc'!A0", " @SUM(1)", "+1 2", "-5.5", "＝1+1", "a; =1+1;b", "two\nlines \x1b[31m", "a - b = c"}}))
	if want := "'=cmd|' /C calc'!A0,'@SUM(1),'+1 2,-5.5,'＝1+1,a; '=1+1;b,two lines [31m,a - b = c\n"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}

// Every key that a page may have can be asked for, whatever type it is of.
func TestEveryKeyCanBeAskedFor(t *testing.T) {
	e := engine(t, map[string]string{
		"people/ana.md": "---\ntitle: Ana\n---\n",
		"specs/pay.md": "---\ntitle: Pay\ndepends_on: [specs/shop#how]\nrelated: shop\nacknowledge: {by: [ana], until: 2026-12-01}\ntracks: [src/**]\n" +
			"reviewers: [ana]\naliases: [/old/]\nalso_known_as: [Paying]\naudience: [internal]\nnav_title: Money\n---\n",
		"specs/shop.md": "---\ntitle: Shop\n---\n## How\n",
	})
	for _, key := range schema.CanonicalKeys() {
		if a := e.Answer("from: all\ncolumns: [title, "+key+"]", nil); len(a.Mistakes) > 0 {
			t.Errorf("%s: %v", key, a.Mistakes)
		}
	}
	a := e.Answer("from: spec\nwhere: \"ana\" in acknowledge\ncolumns: [depends_on, related, acknowledge, tracks, reviewers, aliases, also_known_as, audience, nav_title]", nil)
	var said []string
	a.Each(func(r Row) bool {
		for _, c := range r.Cells {
			said = append(said, c.String())
		}
		return true
	})
	if got := strings.Join(said, "; "); len(a.Mistakes) > 0 || got != "Shop; Shop; Ana; src/**; Ana; /old/; Paying; internal; Money" {
		t.Errorf("%q, %v", got, a.Mistakes)
	}
}
