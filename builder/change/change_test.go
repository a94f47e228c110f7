package change

import (
	"errors"
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"handbook/builder"
	"handbook/builder/diag"
	"handbook/builder/fixture"
	"handbook/builder/review"
	"handbook/builder/schema"
)

// whatIsTold is a change as the tests compare it.
func whatIsTold(c *Change) string {
	var b strings.Builder
	fmt.Fprintf(&b, "%d edited, %d renamed, %d added, %d removed\n", c.Edited, c.Renamed, c.Added, c.Removed)
	b.WriteString(fixture.Lines(c.New))
	for _, m := range c.Mended {
		fmt.Fprintf(&b, "mended: %s: %s [%s]\n", m.File, m.Message, m.Rule)
	}
	for _, d := range c.Doubt {
		owner := "nobody"
		if d.Node.Owner != nil {
			owner = d.Node.Owner.ID
		}
		fmt.Fprintf(&b, "%s: %s: %s: %s\n", d.Reason.State, d.Node.ID, owner, d.Reason.Sentence)
	}
	for _, r := range c.Reread {
		fmt.Fprintf(&b, "reread: %s: %d\n", r.Node.ID, len(r.Readers))
	}
	return b.String()
}

func (r repo) since(rev string) *Change {
	r.T.Helper()
	c, err := Since(r.T.Context(), r.job(), rev)
	if err != nil {
		r.T.Fatal(err)
	}
	return c
}

// doc is a page that owner ops answers for.
func doc(title, text string) string {
	return "---\ntitle: " + title + "\nowner: ops\n---\n" + text + "\n"
}

func TestSinceTellsWhatAChangeDoes(t *testing.T) {
	r := newRepo(t)
	r.Write("docs/content/ops.md", "---\ntitle: Ops\ntype: team\nowner: ops\n---\n")
	r.Write("docs/content/specs/checkout.md", doc("Checkout", "## Goals\n\nFast.\n\n## Rollout\n\nFrom Monday, in one country only."))
	r.Write("docs/content/specs/pay.md", doc("Pay", "Customers pay with cards, by invoice, or with the money that they have with us. See [x](x.md)."))
	r.Write("docs/content/old.md", doc("Old", "Nobody knows why this is here, and nobody asked.\n\nSee [y](y.md) and [y](y.md)."))
	r.Write("docs/content/terms.pdf", "not really")
	r.Write("docs/content/specs/launch.md", "---\ntitle: Launch\nowner: ops\nreviewed: 2026-04-02\nreview_every: 1 year\ndepends_on: [\"checkout#rollout\"]\n---\nWe launch.\n")
	r.Commit("2026-04-01", "Ana")
	base := r.Git("rev-parse", "HEAD")

	// A branch renames a page and edits it, renames a heading that another page relies on, mends a link, breaks one, and
	// takes a page and a file away. Somebody else breaks a link on main in the meantime.
	r.Git("checkout", "--quiet", "-b", "topic")
	r.Git("mv", "docs/content/specs/pay.md", "docs/content/specs/payments.md")
	r.Write("docs/content/specs/payments.md", doc("Payments", "A line more.\n\nCustomers pay with cards, by invoice, or with the money that they have with us. See [x](x.md)."))
	r.Write("docs/content/specs/checkout.md", doc("Checkout", "## Goals\n\nFast. See [z](z.md).\n\n## Release\n\nFrom Monday, in two countries only."))
	r.Git("rm", "--quiet", "docs/content/old.md", "docs/content/terms.pdf")
	r.Commit("2026-05-01", "Ben")
	r.Git("checkout", "--quiet", "main")
	r.Edit("2026-05-02", "Cleo", "docs/content/ops.md", "---\ntitle: Ops\ntype: team\nowner: ops\n---\n[gone](gone.md)\n")
	r.Git("checkout", "--quiet", "topic")

	c := r.since("main")
	want := `1 edited, 1 renamed, 0 added, 1 removed
: warning: /old/ was published and leads nowhere now [vanished-address]
	help: add ` + "`aliases: [/old/]`" + ` to the page that readers should find instead
: warning: /terms.pdf was published and leads nowhere now [vanished-address]
	help: put the file back, or see who links to it from elsewhere
content/specs/checkout.md: warning: /specs/checkout/#rollout was published and leads to the top of the page now [vanished-anchor]
	help: the heading seems to be "Release" now: write ` + "`{#rollout}`" + ` behind it to keep the address; ` + "`handbook fix --since`" + ` does it
content/specs/checkout.md:7:15: warning: no page "z.md" [broken-link]
	help: write the page content/specs/z.md, or take out the link
content/specs/launch.md:6:14: warning: no heading "#rollout" on specs/checkout [broken-anchor]
	help: link to the page alone, or give the heading the id: ` + "`## Heading {#rollout}`" + `
content/specs/payments.md: warning: /specs/pay/ was published and leads nowhere now [vanished-address]
	help: its page seems to be here now: add ` + "`aliases: [/specs/pay/]`; `handbook fix --since`" + ` does it
mended: content/old.md: no page "y.md" [broken-link]
mended: content/old.md: no page "y.md" [broken-link]
`
	got := whatIsTold(c)
	if head, _, _ := strings.Cut(got, "suspect: "); head != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
	if !strings.Contains(got, "\nsuspect: specs/launch: ops: ") {
		t.Errorf("the page that relied on the heading is not told of:\n%s", got)
	}
	if c.Commit != base || !c.Forked {
		t.Errorf("compared with %s, want %s, where the branch left main", c.Commit, base)
	}
	if c.Result.Work.Parsed != 2 {
		t.Errorf("%d pages were parsed twice, want the 2 that differ and the renamed one once", c.Result.Work.Parsed)
	}

	// The alias and the ids make it good, and what is not committed counts.
	r.Write("docs/content/specs/payments.md", "---\ntitle: Payments\nowner: ops\naliases: [/specs/pay/]\n---\nCustomers pay.\n")
	r.Write("docs/content/specs/checkout.md", doc("Checkout", "## Goals\n\nFast.\n\n## Release {#rollout}\n\nFrom Monday, in one country only."))
	r.Write("docs/content/old.md", doc("Old", "Back."))
	r.Write("docs/content/terms.pdf", "back")
	c = r.since("main")
	if len(c.New) > 0 || len(c.Mended) != 3 {
		t.Errorf("still told:\n%s", whatIsTold(c))
	}
}

// Pages of people often say all they have to say at the top.
func TestSincePagesWithoutTextAreKnownByTheirTitle(t *testing.T) {
	r := newRepo(t)
	r.Write("docs/content/ops.md", "---\ntitle: Ops\ntype: team\nowner: ops\n---\n")
	r.Write("docs/content/ana.md", "---\ntitle: Ana Sol\ntype: person\nowner: ops\n---\n")
	r.Write("docs/content/ben.md", "---\ntitle: Ben Ray\ntype: person\nowner: ops\n---\n")
	r.Commit("2026-04-01", "Ana")
	r.Git("mv", "docs/content/ana.md", "docs/content/ana-sol.md")
	r.Git("rm", "--quiet", "docs/content/ben.md")
	r.Write("docs/content/cleo.md", "---\ntitle: Cleo Fox\ntype: person\nowner: ops\n---\n")

	want := `0 edited, 1 renamed, 1 added, 1 removed
: warning: /ben/ was published and leads nowhere now [vanished-address]
	help: add ` + "`aliases: [/ben/]`" + ` to the page that readers should find instead
content/ana-sol.md: warning: /ana/ was published and leads nowhere now [vanished-address]
	help: its page seems to be here now: add ` + "`aliases: [/ana/]`; `handbook fix --since`" + ` does it
`
	if got := whatIsTold(r.since("HEAD")); got != want {
		t.Errorf("told:\n%s\nwant:\n%s", got, want)
	}
}

func TestSinceNothingChangedTellsNothing(t *testing.T) {
	r := launched(t)
	r.Git("tag", "v1")
	if c := r.since("v1"); whatIsTold(c) != "0 edited, 0 renamed, 0 added, 0 removed\n" || c.Result.Work.Parsed != 0 {
		t.Errorf("told %s, parsed %d", whatIsTold(c), c.Result.Work.Parsed)
	}
	// Another handbook.yaml edits no page, but it changes what is told.
	r.Write("docs/handbook.yaml", "rules: {no-owner: off}\n")
	if got := whatIsTold(r.since("v1")); got != "0 edited, 0 renamed, 0 added, 0 removed\nmended: content/specs/checkout.md: nobody answers for \"Checkout\" [no-owner]\nmended: content/specs/launch.md: nobody answers for \"Launch\" [no-owner]\n" {
		t.Errorf("with another handbook.yaml:\n%s", got)
	}
}

func TestSinceATrackedFileMakesPagesSuspect(t *testing.T) {
	r := launched(t)
	base := r.Git("rev-parse", "HEAD")
	r.Edit("2026-05-03", "Dan", "services/checkout/main.go", "package main // new\n")
	got := whatIsTold(r.since(base))
	if !strings.Contains(got, "suspect: specs/launch: nobody: services/checkout/main.go, which this page tracks, was changed on 3 May 2026 by Dan") {
		t.Errorf("the page that tracks the file is not told of:\n%s", got)
	}
}

func TestSinceOpensSignOffsAgain(t *testing.T) {
	r := newRepo(t)
	policy := func(text string) string {
		return "---\ntitle: Policy\nowner: ana\nacknowledge: {by: [ana]}\n---\n" + text + "\n"
	}
	r.Write("docs/content/ana.md", "---\ntitle: Ana\ntype: person\nowner: ana\n---\n")
	r.Write("docs/content/policy.md", policy("Be kind."))
	r.Commit("2026-04-01", "Ana")
	s := builder.NewSession()
	built, err := s.Build(t.Context(), r.job())
	if err != nil {
		t.Fatal(err)
	}
	n, _ := built.Book.Lookup("policy")
	sum := built.Verdicts[n]
	if sum.SignOff == nil || sum.SignOff.Missing() != 1 {
		t.Fatalf("nobody is asked: %+v", sum.SignOff)
	}
	day, _ := schema.ParseDate("2026-04-02")
	r.Write("docs/content/"+review.Acknowledgements.File(), string(built.Acknowledge(n, "ana", day, "").Line()))
	r.Commit("2026-04-02", "Ana")
	base := r.Git("rev-parse", "HEAD")
	r.Edit("2026-05-01", "Ben", "docs/content/policy.md", policy("Be kind, and say so."))
	if got := whatIsTold(r.since(base)); !strings.Contains(got, "reread: policy: 1\n") {
		t.Errorf("the sign-off is not told of:\n%s", got)
	}
}

func TestSinceSaysWhatItCannotCompareWith(t *testing.T) {
	fail := func(job builder.Job, rev string) string {
		t.Helper()
		_, err := Since(t.Context(), job, rev)
		var wrong *Error
		if !errors.As(err, &wrong) || wrong.Help == "" {
			t.Fatalf("%s: %v, want a mistake in use with a next step", rev, err)
		}
		return err.Error()
	}
	r := newRepo(t)
	r.Write("docs/content/a.md", "# A\n")
	if got := fail(r.job(), "HEAD"); !strings.Contains(got, "no commit yet") {
		t.Error(got)
	}
	r.Commit("2026-04-01", "Ana")
	r.Edit("2026-04-02", "Ana", "docs/content/a.md", "# B\n")
	first := r.Git("rev-parse", "HEAD^")
	for _, rev := range []string{"nowhere", "", "--output=x", "HEAD:docs", "HEAD~99"} {
		if got := fail(r.job(), rev); !strings.Contains(got, "git knows no such revision") {
			t.Error(rev, got)
		}
	}
	clone := repo{fixture.Repo{T: t, Dir: filepath.Join(t.TempDir(), "clone")}}
	r.Git("clone", "--quiet", "--depth=1", "file://"+r.Dir, clone.Dir)
	if got := fail(clone.job(), first); !strings.Contains(got, "fetch-depth: 0") {
		t.Error(got)
	}
	outside := t.TempDir()
	if got := fail(builder.Job{Root: outside, Content: outside, Today: today}, "HEAD"); !strings.Contains(got, "needs a git repository") {
		t.Error(got)
	}
}

func TestSinceReadsASiteThatIsTheRepository(t *testing.T) {
	r := newRepo(t)
	r.Write("handbook.yaml", "name: Acme\n")
	r.Write("themes/acme/styles/x.css", "a{}")
	r.Write("a.md", "---\ntitle: A\n---\n[b](b.md)\n")
	r.Write("CODEOWNERS", "* @ana\n")
	r.Commit("2026-04-01", "Ana")
	job := builder.Job{Root: r.Dir, Content: r.Dir, Today: today}
	c, err := Since(t.Context(), job, "HEAD")
	if err != nil || whatIsTold(c) != "0 edited, 0 renamed, 0 added, 0 removed\n" {
		t.Fatal(err, whatIsTold(c))
	}
	if !slices.Equal(rulesOf(c.Old.Messages), rulesOf(c.Result.Messages)) || len(c.Old.Messages) == 0 {
		t.Errorf("before %v, now %v", rulesOf(c.Old.Messages), rulesOf(c.Result.Messages))
	}
}

func rulesOf(messages []diag.Located) []diag.Rule {
	var rules []diag.Rule
	for _, m := range messages {
		rules = append(rules, m.Rule)
	}
	return rules
}

// BenchmarkSince compares a branch that edits 20 of 1,000 pages with main: what a check of a pull request costs.
func BenchmarkSince(b *testing.B) {
	r := newRepo(b)
	write := func(i int, more string) {
		text := strings.Repeat(fmt.Sprintf("Sentence of page %d, which links to [another](page-%04d.md#part-two).\n\n", i, (i*7)%1000), 12)
		r.Write(fmt.Sprintf("docs/content/s/page-%04d.md", i), fmt.Sprintf("---\ntitle: Page %d\nowner: ops\nreviewed: 2026-04-02\nreview_every: 1 year\n---\n## Part one\n\n%s\n## Part two\n\n%s%s", i, text, text, more))
	}
	for i := range 1000 {
		write(i, "")
	}
	r.Commit("2026-04-01", "Ana")
	r.Git("tag", "base")
	for i := range 20 {
		write(i*50, "A sentence more.\n")
	}
	r.Commit("2026-05-01", "Ben")
	parsed := 0
	for b.Loop() {
		c, err := Since(b.Context(), r.job(), "base")
		if err != nil || c.Edited != 20 {
			b.Fatal(err, c)
		}
		parsed = c.Old.Work.Parsed + c.Result.Work.Parsed
	}
	b.ReportMetric(float64(parsed), "parsed/op")
}

// That a page is gone is told once, with all who name it, also where another page has a name like it.
func TestSinceAPageThatIsGoneIsOneMatter(t *testing.T) {
	r := newRepo(t)
	r.Write("docs/content/ops.md", "---\ntitle: Ops\ntype: team\nowner: ops\n---\n")
	r.Write("docs/content/products/trellis.md", "---\ntitle: Trellis\nowner: ops\npm: ana\ntpm: ben\n---\n")
	r.Write("docs/content/people/ana.md", "---\ntitle: Ana\nowner: ops\n---\n")
	r.Write("docs/content/people/ben.md", "---\ntitle: Ben\nowner: ops\n---\n")
	r.Write("docs/content/faq/trellis.md", "---\ntitle: Questions on Trellis\nowner: ops\nproduct: trellis\n---\nSee [it](../products/trellis.md).\n")
	r.Write("docs/content/faq/other.md", "---\ntitle: More questions\nowner: ops\nproduct: products/trellis\n---\n")
	for _, name := range []string{"a", "b", "c"} {
		r.Write("docs/content/needs/"+name+".md", "---\ntitle: Need "+name+"\nowner: ops\nproduct: trellis\n---\n")
	}
	r.Commit("2026-04-01", "Ana")
	r.Git("rm", "--quiet", "docs/content/products/trellis.md")
	r.Write("docs/content/needs/c.md", "---\ntitle: Need c\nowner: ops\nstatus: open\nproduct: trellis\n---\nMore, and [nothing](nothing.md).\n")
	want := `1 edited, 0 renamed, 0 added, 1 removed
: warning: /products/trellis/ was published and leads nowhere now, and 6 references still name it [vanished-address]
	note: content/faq/other.md:4: named here
	note: content/faq/trellis.md:4: named here
	note: content/faq/trellis.md:6: named here
	note: content/needs/a.md:4: named here
	note: content/needs/b.md:4: named here
	note: content/needs/c.md:5: named here
	help: add ` + "`aliases: [/products/trellis/]`" + ` to the page that readers should find instead, and take out what names it
content/needs/c.md:7:21: warning: no page "nothing.md" [broken-link]
	help: write the page content/needs/nothing.md, or take out the link
`
	if got := whatIsTold(r.since("HEAD")); got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
}

// A change is told of a page without an owner where most have one, and is not where most have none; and whoever gives owners is
// not told of the pages that wait.
func TestSinceTellsOfAPageWithoutAnOwner(t *testing.T) {
	r := newRepo(t)
	put := func(without int) {
		for name, text := range fixture.OwnedBy(without) {
			r.Write("docs/"+name, text)
		}
	}
	fresh := func() string {
		return strings.Join(fixture.SaidBy(builder.Result{Messages: r.since("HEAD").New}.Messages, diag.NoOwner), "\n")
	}

	put(25)
	r.Commit("2026-04-01", "Ana")
	r.Write("docs/content/new.md", "# New\n")
	if got := fresh(); got != "" {
		t.Errorf("one more where most have none: %s", got)
	}
	put(15)
	if got := fresh(); got != `content/new.md: nobody answers for "New"` {
		t.Errorf("where most had none and now have one: %s", got)
	}
	r.Commit("2026-04-02", "Ana")
	r.Write("docs/content/newer.md", "# Newer\n")
	if got := fresh(); got != `content/newer.md: nobody answers for "Newer"` {
		t.Errorf("one more where most have one: %s", got)
	}
}

// repo is a repository with a site in docs/.
type repo struct{ fixture.Repo }

func newRepo(t testing.TB) repo { return repo{fixture.NewRepo(t)} }

func (r repo) job() builder.Job {
	return builder.Job{Root: filepath.Join(r.Dir, "docs"), Content: filepath.Join(r.Dir, "docs/content"), Today: today}
}

const (
	launch   = "---\ntitle: Launch\nreviewed: 2026-04-02\nreview_every: 1 year\ndepends_on: [\"checkout#rollout\"]\ntracks: [services/checkout]\n---\nWe launch.\n"
	checkout = "---\ntitle: Checkout\n---\n## Goals\n\nFast.\n\n## Rollout\n\nFrom Monday, in one country.\n"
)

// launched is a repository with a page that was reviewed on 2 April and relies on a section and on files.
func launched(t testing.TB) repo {
	r := newRepo(t)
	r.Write("services/checkout/main.go", "package main\n")
	r.Write("docs/content/specs/checkout.md", checkout)
	r.Write("docs/content/specs/launch.md", launch)
	r.Commit("2026-04-01", "Ana")
	return r
}

// today is the day on which every test is run.
var today = schema.Date{Year: 2026, Month: 11, Day: 22}
