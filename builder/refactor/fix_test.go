package refactor

import (
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"regexp"
	"strings"
	"testing"

	"handbook/builder"
	"handbook/builder/change"
	"handbook/builder/diag"
	"handbook/builder/fixture"
	"handbook/builder/page"
	"handbook/builder/review"
	"handbook/builder/schema"
	"handbook/builder/source"
)

// mendable is a handbook of which one page, content/closed.md, was edited: another page has another name since then, and
// another heading. Words of the edited page that say "Opening" said "Open".
func mendable(text string) (now, before map[string]string) {
	const pay = "---\ntitle: Money\nowner: ana\n---\n## How it works\n\nCustomers pay with cards, by invoice, or with the money that they have with us.\n"
	now = map[string]string{
		"content/closed.md":      text,
		"content/payments.md":    strings.ReplaceAll(pay, "How it works", "How customers pay"),
		"content/ana.md":         "---\ntitle: Ana\ntype: person\nowner: ana\naliases: [/old/ana/]\n---\n",
		"content/labs/_index.md": "# Labs\n",
		"content/labs/build.md":  "# Build\n\n## What’s new\n",
		"content/pic.png":        "x",
	}
	before = maps.Clone(now)
	delete(before, "content/payments.md")
	before["content/pay.md"] = pay
	before["content/closed.md"] = strings.ReplaceAll(text, "Opening", "Open")
	return now, before
}

// first shares what it remembers with all sessions: loading a theme is most of a small build.
var first = builder.NewSession()

func dressed() *builder.Session { return first.Another() }

// quick builds once from nothing but the theme.
func quick(t testing.TB, files map[string]string) builder.Result {
	t.Helper()
	r, err := dressed().Build(t.Context(), memory(files))
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// mended runs fix without git.
func mended(t testing.TB, now, before map[string]string) (builder.Result, Edits) {
	t.Helper()
	s := dressed()
	job := memory(now)
	r, err := s.Build(t.Context(), job)
	if err != nil {
		t.Fatal(err)
	}
	c := &change.Change{Result: r}
	if before != nil {
		c = change.Compare(quick(t, before), r)
	}
	e, err := fix(t.Context(), s, job, c, map[string]string{"gone.md": "ana.md"})
	var no *RefusedError
	if errors.As(err, &no) {
		t.Fatalf("%v\n%s", err, fixture.Lines(no.Messages))
	}
	if err != nil {
		t.Fatal(err)
	}
	return r, e
}

// wordsOf are those that a page's readers see.
func wordsOf(p *page.Page, without int) string {
	text := regexp.MustCompile(`<[^>]*>`).ReplaceAllString(p.Reads(without), " ")
	return strings.Join(strings.Fields(text), " ")
}

// checkFix mends a page: its text is the same afterwards but for a heading that said its title, there are fewer problems and
// none of another kind, and there is nothing left to mend.
func checkFix(t testing.TB, text string) (string, Edits) {
	t.Helper()
	now, before := mendable(text)
	r, e := mended(t, now, before)
	if len(e.Files) == 0 {
		return text, e
	}
	then := applied(now, e)
	after := quick(t, then)
	pages := change.ByPath(after.Book)
	for path, n := range change.ByPath(r.Book) {
		p, same := pages[path], false
		if p == nil {
			t.Fatalf("%s is gone", path)
		}
		for i := -1; i < len(n.Page.Headings) && !same; i++ {
			said := i < 0 || strings.EqualFold(strings.Trim(n.Page.Headings[i].Text, ".:! "), strings.Trim(n.Page.Title, ".:! "))
			same = said && wordsOf(r.Pages(n.Page), i) == wordsOf(after.Pages(p.Page), -1)
		}
		if !same || p.Title != n.Title {
			t.Errorf("%s said\n%s\nand says\n%s\nafter\n%s", path, wordsOf(r.Pages(n.Page), -1), wordsOf(after.Pages(p.Page), -1), then["content/"+path])
		}
		for i, old := range n.Targets {
			if lead := p.Targets[i]; old.Node != nil && (lead.Node == nil || lead.Node.ID != old.Node.ID) || old.Asset != lead.Asset && old.Asset != "" {
				t.Errorf("%s: %s leads elsewhere now", path, n.Page.Links[i].Target)
			}
		}
	}
	count := func(r builder.Result) map[diag.Rule]int {
		rules := map[diag.Rule]int{}
		for msg := range diag.Each(r.Messages) {
			if msg.Rule == diag.LinkByOtherRules { // a link that cannot be written anew may still be found by an old address
				msg.Rule = diag.BrokenLink
			}
			rules[msg.Rule]++
		}
		return rules
	}
	old, total := count(r), 0
	for rule, n := range count(after) {
		if n > old[rule] && rule != diag.BrokenAnchor {
			t.Errorf("%d × %s, and %d before\n%s", n, rule, old[rule], fixture.Lines(after.Messages))
		}
		total += n - old[rule]
	}
	if len(r.Messages) == 0 && total > 0 {
		t.Errorf("new problems\n%s", fixture.Lines(after.Messages))
	}
	if _, again := mended(t, then, before); len(again.Files) > 0 {
		t.Errorf("a second time there is more to mend:\n%q\n%q", again.Files[0].Before, again.Files[0].After)
	}
	return then["content/closed.md"], e
}

// FuzzFix mends any page.
func FuzzFix(f *testing.F) {
	for i, c := range fixes() {
		if i < 40 && !testing.Short() || i%12 == 0 { // the rest are tests; a fuzzer that begins with all of them finds nothing new in time
			f.Add(c.before)
		}
	}
	f.Fuzz(func(t *testing.T, text string) { checkFix(t, text) })
}

func TestFixNeverChangesWhatIsSaid(t *testing.T) {
	for i, c := range fixes() {
		if testing.Short() && i%8 != 0 {
			continue
		}
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			if got, e := checkFix(t, c.before); got != c.after {
				t.Errorf("got  %q\nwant %q\n%v", got, c.after, e.Notes)
			}
		})
	}
}

type fixCase struct{ name, before, after string }

// fixes are each kind of mending at each kind of place.
func fixes() []fixCase {
	const top = "---\ntitle: Closed\nowner: ana\n---\n"
	same := func(name, text string) fixCase { return fixCase{name, text, text} }
	all := []fixCase{
		same("title in a callout", "> [!WARNING]\n> # Closed\n> The plant is closed today.\n\nMore text.\n"),
		same("title in a callout, and in frontmatter", top+"> [!WARNING]\n> # Closed\n> The plant is closed today.\n\nMore text.\n"),
		same("title in a list", "1. # Step one\n\n   Do it.\n\n2. # Step two\n"),
		same("title in a list, and in frontmatter", top+"1. # Closed\n\n   Do it.\n"),
		same("title in a note", top+"Text.[^1]\n\n[^1]: # Closed\n\n    More.\n"),
		same("title underlined", top+"CLOSED\n======\n\nText.\n"),
		same("title with an id", top+"## Closed {#shut}\n\nText.\n"),
		same("title with a link", top+"## [Closed](https://tides.example)\n\nText.\n"),
		same("title with a note", top+"## Closed[^1]\n\nText.\n\n[^1]: Since May.\n"),
		same("title that parts two lists", top+"- one\n\n## Closed\n\n- two\n"),
		same("title that ends a list item", top+"- one\n\n## Closed\n\n  two\n"),
		{"title that parts two quotes", top + "> one\n# closed\n> two\n", top + "> one\n\n> two\n"},
		same("title that parts code", top+"    one\n## Closed\n    two\n"),
		same("title whose id another would take", top+"## Closed\n\nText.\n\n### Closed\n\nMore. [x](#closed-1)\n"),
		same("title in a fence", top+"```\n## Closed\n```\n"),
		same("one byte more makes it text", "- One\n  - Two [x](gone.md)\n\n"+strings.Repeat("\xec", 17)+"e.md)\n"),
		{"title", top + "## Closed\n\nText.\n", top + "Text.\n"},
		{"title in other case", top + "# CLOSED.\n\nText.\n", top + "Text.\n"},
		{"title without a blank line", top + "## Closed\nText.\n", top + "Text.\n"},
		{"title between paragraphs", top + "One\n## Closed\nTwo\n", top + "One\n\nTwo\n"},
		{"title between paragraphs with blank lines", top + "One\n\n## Closed\n\nTwo\n", top + "One\n\nTwo\n"},
		{"title indented", top + "   ## Closed\n\nText.\n", top + "Text.\n"},
		{"title closed with signs", top + "## Closed ##\t\n\nText.\n", top + "Text.\n"},
		{"title in bold", top + "## **Closed**\n\nText.\n", top + "Text.\n"},
		{"title at the end", top + "## Closed", top},
		{"title with Windows line ends", "---\r\ntitle: Closed\r\n---\r\n## Closed\r\n\r\nText.\r\n", "---\r\ntitle: Closed\r\n---\r\nText.\r\n"},
		{"title with old line ends", "---\rtitle: Closed\r---\r## Closed\r\rText.\r", "---\rtitle: Closed\r---\rText.\r"},
		{"title behind a mark", "\uFEFF" + top + "## Closed\n\nText.\n", "\uFEFF" + top + "Text.\n"},
		{"title below a quote", top + "> # One\n\n## Closed\n\nText.\n", top + "> # One\n\nText.\n"},
		{"title in HTML", top + "<div>\n\n## Closed\n\n</div>\n", top + "<div>\n\n## Closed\n\n</div>\n"},

		{"renamed heading", "# A\n\n## Opening hours\n\nWe open at nine and close at five on every day.\n", "# A\n\n## Opening hours {#open-hours}\n\nWe open at nine and close at five on every day.\n"},
		{"renamed heading with old line ends", "# A\r\r## Opening hours\r\rWe open at nine and close at five on every day.\r", "# A\r\r## Opening hours {#open-hours}\r\rWe open at nine and close at five on every day.\r"},
		{"renamed heading in a quote", "# A\n\n> ## Opening hours\n>\n> We open at nine and close at five on every day.\n", "# A\n\n> ## Opening hours\n>\n> We open at nine and close at five on every day.\n"},
		same("renamed heading, underlined", "# A\n\nOpening hours\n---\n\nWe open at nine and close at five on every day.\n"),
		same("renamed heading, closed", "# A\n\n## Opening hours ##\n\nWe open at nine and close at five on every day.\n"),
	}
	// A reference of each kind at each kind of place. What is mended is between brackets of another kind.
	links := []struct{ before, after string }{
		{"[x](pay.md)", "[x](payments.md)"},
		{"[x](pay.md#how-it-works \"t\")", "[x](payments.md#how-it-works \"t\")"}, // the heading keeps its id
		{"[x](pay.md#hoW-it-works)", "[x](payments.md#how-it-works)"},
		{"[x](Labs\\Build.md#what-s-new)", "[x](labs/build.md#whats-new)"},
		{"![x](/content/PIC.png)", "![x](/pic.png)"},
		{"[x](<pay.md>)", "[x](<payments.md>)"},
		{"[[pay|x]]", "[[payments|x]]"},
		{"[x](/old/ana/)", "[x](ana.md)"},
		{"[x](gone.md)", "[x](ana.md)"},
		{"[x](ana)", "[x](ana.md)"},
		{"<a href=\"pay.md\">x</a>", "<a href=\"payments.md\">x</a>"},
	}
	places := []struct{ name, text string }{
		{"line", "Text @ text.\n"},
		{"quote", "> > Text\n> > @ text.\n"},
		{"callout", "> [!NOTE] Title @\n> text @.\n"},
		{"list", "- One\n  - Two @\n\n    three @\n"},
		{"tabs", "-\tOne\n\t\n\ttwo\t@\n"},
		{"note", "Text.[^1]\n\n[^1]: One @\n\n    two @.\n"},
		{"definition list", "Word\n: Text @ text.\n"},
		{"heading", "# A\n\n## Two @ three {#x}\n\n> Four @\n> ----\n"},
		{"HTML", "<div>\n\nText @ text.\n\n</div>\n"},
		{"windows", "One\r\n@\r\ntwo @"},
		{"old", "One\r@\rtwo @"},
		{"mark", "\uFEFFOne @"},
		{"frontmatter", "---\ntitle: B\n---\n\n@\n"},
	}
	for _, l := range links {
		for _, p := range places {
			all = append(all, fixCase{p.name + " " + l.before, strings.ReplaceAll(p.text, "@", l.before), strings.ReplaceAll(p.text, "@", l.after)})
		}
		if !strings.Contains(l.before, "|") {
			const table = "| A | B |\n|---|---|\n| @ | b |\n"
			all = append(all, fixCase{"table " + l.before, strings.ReplaceAll(table, "@", l.before), strings.ReplaceAll(table, "@", l.after)})
		}
		for _, code := range []string{"`@`\n", "```\n@\n```\n", "    @\n", "<!-- @ -->\n", "\\@\n"} {
			if text := strings.ReplaceAll(code, "@", l.before); code != "\\@\n" {
				all = append(all, same("code "+text, text))
			}
		}
	}
	for _, p := range places { // definitions
		text := strings.ReplaceAll(p.text, "@", "[x][y]")
		if p.name == "old" || p.name == "windows" || p.name == "mark" {
			continue
		}
		all = append(all,
			fixCase{p.name + " definition", text + "\n[y]: pay.md \"t\"\n", text + "\n[y]: payments.md \"t\"\n"},
			fixCase{p.name + " definition in a quote", text + "\n\n> [y]: pay.md\n", text + "\n\n> [y]: payments.md\n"},
			fixCase{p.name + " definition in a list", text + "\n\n- a\n\n  [y]: <pay.md>\n", text + "\n\n- a\n\n  [y]: <payments.md>\n"},
			fixCase{p.name + " definition that code shows too", "```\n[y]: pay.md\n```\n\n" + text + "\n[y]: pay.md\n", "```\n[y]: pay.md\n```\n\n" + text + "\n[y]: payments.md\n"},
		)
	}
	for i, front := range []string{"related: [pay]", "related: [ 'pay', \"pay#How it works\" ]", "related:\n  - pay # one\n  - ./pay.md", "depends_on: '[[pay]]'"} {
		for _, end := range []string{"\n", "\r\n", "\r"} {
			text := strings.ReplaceAll("---\ntitle: B\n"+front+"\n---\nText.\n", "\n", end)
			want := strings.NewReplacer("pay", "payments", "How it works", "how-customers-pay").Replace(text)
			all = append(all, fixCase{"frontmatter " + string(rune('a'+i)) + strings.NewReplacer("\r", "r", "\n", "n").Replace(end), text, want})
		}
	}
	return all
}

// TestFixKeepsReviews mends a link on a page that somebody has vouched for. The link leads where it was meant to, so the
// review holds.
func TestFixKeepsReviews(t *testing.T) {
	now, before := mendable("---\nreview_every: 90d\n---\n# Closed\n\nSee [x](pay.md).\n")
	r := quick(t, now)
	sum := fmt.Sprintf("%016x", review.TextSum(r.Pages(change.ByPath(r.Book)["closed.md"].Page)))
	now["content/_records/reviews.jsonl"] = `{"page":"closed", "seen":{"in": 2},"date":"2026-11-20","by":"ana","text":"` + sum + `"}` + "\n"
	_, e := mended(t, now, before)
	then := applied(now, e)
	if line := then["content/_records/reviews.jsonl"]; line == now["content/_records/reviews.jsonl"] || !strings.HasPrefix(line, `{"page":"closed", "seen":{"in": 2},"date"`) {
		t.Errorf("what somebody recorded is lost, or does not follow: %s", line)
	}
	after := quick(t, then)
	n := change.ByPath(after.Book)["closed.md"]
	if v := after.Verdicts.Of(n); v.Reviewed.IsZero() || v.State != review.Fresh || !strings.Contains(then["content/closed.md"], "payments.md") {
		t.Errorf("after %q the page is %v, with the records %q", then["content/closed.md"], v.State, then["content/_records/reviews.jsonl"])
	}
}

// given is such a job with what is known of earlier days, and with a repository.
func given(files map[string]string, past review.Past, repo fs.FS) builder.Job {
	return builder.Job{Today: today, World: builder.Given{Load: func() (source.Snapshot, diag.List) { return source.Memory(files), nil }, Past: past, Repo: repo}}
}

// memory is a job over files that are nowhere on disk: "content/a.md", "handbook.yaml", "themes/x/page.html".
func memory(files map[string]string) builder.Job {
	return given(files, nil, nil)
}

// build builds once from nothing.
func build(t testing.TB, files map[string]string) builder.Result {
	t.Helper()
	r, err := builder.NewSession().Build(t.Context(), memory(files))
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// today is the day on which every test is run.
var today = schema.Date{Year: 2026, Month: 11, Day: 22}
