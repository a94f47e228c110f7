package builder

import (
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"handbook/builder/diag"
	"handbook/builder/ending"
	"handbook/builder/fixture"
	"handbook/builder/review"
	"handbook/builder/schema"
)

// repo is a repository with a site in docs/.
type repo struct{ fixture.Repo }

func newRepo(t testing.TB) repo { return repo{fixture.NewRepo(t)} }

func (r repo) job() Job {
	return Job{Root: filepath.Join(r.Dir, "docs"), Content: filepath.Join(r.Dir, "docs/content"), Today: today}
}

// want builds in the session and in a new one, which must agree, and compares all that is said of one page.
func (r repo) want(s *Session, page string, lines ...string) Result {
	r.T.Helper()
	built := checkSame(r.T, s, r.job())
	var got []string
	for line := range strings.Lines(verdictsOf(built)) {
		if rest, ok := strings.CutPrefix(line, page+": "); ok {
			got = append(got, strings.TrimSpace(rest))
		} else if len(got) > 0 && strings.HasPrefix(line, "\t") {
			got = append(got, strings.TrimSpace(line))
		} else if len(got) > 0 {
			break
		}
	}
	if !slices.Equal(got, lines) {
		r.T.Errorf("%s:\n%s\nwant\n%s", page, strings.Join(got, "\n"), strings.Join(lines, "\n"))
	}
	return built
}

const (
	freshLaunch = "fresh: It was reviewed on 2 April 2026. The next review is due on 2 April 2027."
	launch      = "---\ntitle: Launch\nreviewed: 2026-04-02\nreview_every: 1 year\ndepends_on: [\"checkout#rollout\"]\ntracks: [services/checkout]\n---\nWe launch.\n"
	checkout    = "---\ntitle: Checkout\n---\n## Goals\n\nFast.\n\n## Rollout\n\nFrom Monday, in one country.\n"
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

func TestSuspectNamesWhatChangedWhenAndByWhom(t *testing.T) {
	r, s := launched(t), NewSession()
	r.want(s, "specs/launch", freshLaunch)

	r.Edit("2026-05-02", "Ben", "docs/content/specs/checkout.md", strings.Replace(checkout, "Fast.", "Fast and pretty.", 1))
	r.want(s, "specs/launch", freshLaunch)

	r.Edit("2026-05-03", "Cleo Ng", "docs/content/specs/checkout.md", strings.Replace(checkout, "one country", "all countries", 1))
	section := []string{
		"suspect: The section “Rollout” of Checkout, which this page relies on, was changed on 3 May 2026 by Cleo Ng, after this page's review on 2 April 2026.",
		"- From Monday, in one country.", "+ From Monday, in all countries.",
	}
	r.want(s, "specs/launch", append(section, freshLaunch)...)

	r.Edit("2026-06-01", "Dan", "services/checkout/main.go", "package main // new\n")
	r.want(s, "specs/launch", append(section,
		"suspect: services/checkout/main.go, which this page tracks, was changed on 1 June 2026 by Dan, after this page's review on 2 April 2026.", freshLaunch)...)

	// Changed back, and the file's change is one that does not count.
	r.Edit("2026-06-02", "Cleo Ng", "docs/content/specs/checkout.md", checkout)
	r.Write(".git-blame-ignore-revs", r.Git("rev-parse", "HEAD^")+"\n")
	r.want(s, "specs/launch", freshLaunch)

	r.Edit("2026-06-03", "Ana", "docs/content/specs/launch.md", launch+"\nAnd land.\n")
	r.want(s, "specs/launch", "changed: Its text was changed on 3 June 2026 by Ana, after the review on 2 April 2026.", "+ And land.", freshLaunch)
}

func TestWhatIsNoEditChangesNothing(t *testing.T) {
	r, s := launched(t), NewSession()
	r.want(s, "specs/launch", freshLaunch)
	r.Edit("2026-05-01", "Bot", "docs/content/specs/launch.md", strings.Replace(launch, "title: Launch\n", "title: Launch\ntags: [x]\n", 1))
	r.Edit("2026-05-02", "Bot", "docs/content/specs/launch.md", strings.Replace(launch, "We launch.", "*We*\nlaunch.", 1))
	r.Edit("2026-05-03", "Bot", "docs/content/specs/checkout.md", "---\ntitle: Checkout\nowner: ana\n---\n## Rollout\n\nFrom **Monday**,\nin one country.\n\n## Goals\n\nSlow.\n")
	r.want(s, "specs/launch", freshLaunch)

	r.Write("docs/content/specs/launch.md", strings.Replace(launch, "---\n", "---\n# a comment\n", 1))
	r.want(s, "specs/launch", freshLaunch)
}

func TestAnEditThatIsNotCommittedCountsAtOnce(t *testing.T) {
	r, s := launched(t), NewSession()
	r.want(s, "specs/launch", freshLaunch)
	r.Write("docs/content/specs/launch.md", launch+"\nAnd land.\n")
	r.Write("docs/content/specs/checkout.md", strings.Replace(checkout, "one country", "all countries", 1))
	r.want(s, "specs/launch",
		"suspect: The section “Rollout” of Checkout, which this page relies on, was changed by an edit that is not committed yet, after this page's review on 2 April 2026.",
		"- From Monday, in one country.", "+ From Monday, in all countries.",
		"changed: Its text was changed by an edit that is not committed yet, after the review on 2 April 2026.", "+ And land.", freshLaunch)

	// Who reviews and edits on one day has read the edit.
	r.Write("docs/content/specs/launch.md", strings.Replace(launch, "2026-04-02", "2026-11-22", 1)+"\nAnd land.\n")
	r.want(s, "specs/launch", "fresh: It was reviewed on 22 November 2026. The next review is due on 22 November 2027.")
}

// record writes a review of the page as it now reads.
func (r repo) record(s *Session, page string, on schema.Date) {
	r.T.Helper()
	built, err := s.Build(r.T.Context(), r.job())
	if err != nil {
		r.T.Fatal(err)
	}
	n, ok := built.Book.Lookup(page)
	if !ok {
		r.T.Fatal("no page", page)
	}
	file := filepath.Join(r.Dir, "docs/content", review.Reviews.File())
	old, _ := os.ReadFile(file)
	r.Write("docs/content/"+review.Reviews.File(), string(old)+string(built.Review(n, "ana", on, "").Line()))
}

func TestARecordedReviewKnowsWhatWasRead(t *testing.T) {
	r, s := launched(t), NewSession()
	r.Edit("2026-05-03T09:00:00+0000", "Cleo", "docs/content/specs/checkout.md", strings.Replace(checkout, "one country", "two countries", 1))
	r.record(s, "specs/launch", schema.Date{Year: 2026, Month: 5, Day: 3})
	const fresh = "fresh: It was reviewed on 3 May 2026 by ana. The next review is due on 3 May 2027."
	r.want(s, "specs/launch", fresh)

	// Of the same day, and yet after the review.
	r.Edit("2026-05-03T17:00:00+0000", "Dan", "docs/content/specs/checkout.md", strings.Replace(checkout, "one country", "all countries", 1))
	r.Edit("2026-05-04", "Eve", "docs/content/specs/checkout.md", strings.Replace(strings.Replace(checkout, "one country", "all countries", 1), "Fast", "Slow", 1))
	r.want(s, "specs/launch",
		"suspect: The section “Rollout” of Checkout, which this page relies on, was changed on 3 May 2026 by Dan, after this page's review on 3 May 2026.",
		"- From Monday, in two countries.", "+ From Monday, in all countries.", fresh)

	r.record(s, "specs/launch", schema.Date{Year: 2026, Month: 5, Day: 5})
	const again = "fresh: It was reviewed on 5 May 2026 by ana. The next review is due on 5 May 2027."
	r.want(s, "specs/launch", again)

	// A mechanical commit changes the texts and the files. It is an edit until it is listed.
	r.Write("services/checkout/main.go", "package  main\n")
	r.Write("docs/content/specs/launch.md", strings.Replace(launch, "We launch", "The team launches", 1))
	r.Write("docs/content/specs/checkout.md", strings.Replace(strings.Replace(checkout, "one country", "all lands", 1), "Fast", "Slow", 1))
	bulk := r.Commit("2026-06-01", "Bot")
	if got := r.want(NewSession(), "nothing"); len(got.Verdicts) == 0 || !strings.Contains(verdictsOf(got), "specs/launch: suspect") {
		t.Errorf("the mechanical commit is no edit:\n%s", verdictsOf(got))
	}
	r.Write(".git-blame-ignore-revs", bulk+"\n")
	r.want(s, "specs/launch", again)

	r.Edit("2026-06-02", "Dan", "services/checkout/main.go", "package main // new\n")
	r.want(s, "specs/launch",
		"suspect: services/checkout/main.go, which this page tracks, was changed on 2 June 2026 by Dan, after this page's review on 5 May 2026.", again)
}

func TestARenamedPageKeepsItsReviews(t *testing.T) {
	r, s := launched(t), NewSession()
	r.Write("docs/content/specs/launch.md", strings.Replace(launch, "reviewed: 2026-04-02\n", "", 1))
	r.record(s, "specs/launch", schema.Date{Year: 2026, Month: 5, Day: 3})
	r.Commit("2026-05-03", "Ana")
	r.Git("mv", "docs/content/specs/launch.md", "docs/content/specs/start.md")
	r.Commit("2026-05-04", "Ana")
	const fresh = "fresh: It was reviewed on 3 May 2026 by ana. The next review is due on 3 May 2027."
	built := r.want(s, "specs/start", fresh)
	if said := fixture.Lines(built.Messages); !strings.Contains(said, `_records/reviews.jsonl:1:1: warning: the page "specs/launch" that was reviewed here is now "specs/start" [moved-record]`) {
		t.Errorf("the new name is not told:\n%s", said)
	}

	// With the alias nothing need be told, and later edits are found under the old name and the new.
	moved := strings.Replace(strings.Replace(launch, "reviewed: 2026-04-02\n", "aliases: [/specs/launch/]\n", 1), "We launch.", "We start.", 1)
	r.Edit("2026-05-05", "Ben", "docs/content/specs/start.md", moved)
	built = r.want(s, "specs/start", "changed: Its text was changed on 5 May 2026 by Ben, after the review on 3 May 2026.", "- We launch.", "+ We start.", fresh)
	if said := fixture.Lines(built.Messages); strings.Contains(said, "record]") {
		t.Errorf("told although the alias stands:\n%s", said)
	}
}

func TestDaysAreTheSameEverywhere(t *testing.T) {
	r := launched(t)
	r.Edit("2026-04-02T23:30:00-1000", "Honolulu", "docs/content/specs/checkout.md", strings.Replace(checkout, "one country", "two countries", 1)) // 3 April in Greenwich
	r.Edit("2026-04-02T00:30:00+1300", "Auckland", "services/checkout/main.go", "package main // new\n")                                           // 1 April in Greenwich
	r.Write("docs/content/specs/later.md", strings.Replace(launch, "2026-04-02", "2026-04-01", 1))
	r.Commit("2026-04-01", "Ana")
	local := time.Local
	defer func() { time.Local = local }()
	want := ""
	for zone, offset := range map[string]int{"UTC": 0, "Pacific/Auckland": 13, "Pacific/Honolulu": -10} {
		t.Setenv("TZ", zone)
		time.Local = time.FixedZone(zone, offset*3600)
		built := r.want(NewSession(), "specs/launch", freshLaunch)
		r.want(NewSession(), "specs/later",
			"suspect: The section “Rollout” of Checkout, which this page relies on, was changed on 2 April 2026 by Honolulu, after this page's review on 1 April 2026.",
			"- From Monday, in one country.", "+ From Monday, in two countries.",
			"suspect: services/checkout/main.go, which this page tracks, was changed on 2 April 2026 by Auckland, after this page's review on 1 April 2026.",
			"fresh: It was reviewed on 1 April 2026. The next review is due on 1 April 2027.")
		var all strings.Builder
		out := bytesOf(t, built)
		for _, p := range pathsOf(built) {
			all.WriteString(p + "\n" + out[p])
		}
		if want == "" {
			want = all.String()
		} else if all.String() != want {
			t.Errorf("in %s the bytes differ", zone)
		}
	}
}

func TestWhatGitCannotTellIsSaid(t *testing.T) {
	said := func(t *testing.T, s *Session, r repo) string {
		built := checkSame(t, s, r.job())
		for n, v := range built.Verdicts {
			if !v.Changed.Day.IsZero() {
				t.Errorf("%s shows a day, %s", n.ID, v.Changed.Day)
			}
		}
		return fixture.Lines(built.Messages)
	}
	t.Run("a shallow clone", func(t *testing.T) {
		r := launched(t)
		r.Edit("2026-05-03", "Cleo", "docs/content/specs/checkout.md", strings.Replace(checkout, "one country", "two countries", 1))
		clone, s := repo{fixture.Repo{T: t, Dir: filepath.Join(t.TempDir(), "clone")}}, NewSession()
		r.Git("clone", "--quiet", "--depth=1", "file://"+r.Dir, clone.Dir)
		if got := said(t, s, clone); strings.Count(got, "["+string(diag.ShallowHistory)+"]") != 1 || !strings.Contains(got, "fetch-depth: 0") {
			t.Errorf("said\n%s", got)
		}
		clone.Git("fetch", "--quiet", "--unshallow")
		if got := fixture.Lines(checkSame(t, s, clone.job()).Messages); strings.Contains(got, "history]") {
			t.Errorf("said with the whole history\n%s", got)
		}
	})
	t.Run("a broken repository", func(t *testing.T) {
		r := launched(t)
		id := r.Git("rev-parse", "HEAD:docs/content/specs/checkout.md")
		r.Edit("2026-05-03", "Cleo", "docs/content/specs/checkout.md", "Other.\n")
		if err := os.Remove(filepath.Join(r.Dir, ".git/objects", id[:2], id[2:])); err != nil {
			t.Fatal(err)
		}
		if got := said(t, NewSession(), r); strings.Count(got, "["+string(diag.UnreadableHistory)+"]") != 1 || !strings.Contains(got, "git fsck") {
			t.Errorf("said\n%s", got)
		}
	})
	t.Run("no repository", func(t *testing.T) {
		r := launched(t)
		if err := os.RemoveAll(filepath.Join(r.Dir, ".git")); err != nil {
			t.Fatal(err)
		}
		if got := said(t, NewSession(), r); strings.Contains(got, "history]") {
			t.Errorf("said\n%s", got)
		}
	})
}

// TestAShallowCloneWithACacheBuildsTheSameSite lets a full clone build first. What it left tells the dates, and the texts and
// tracked files behind the reasons, in a clone that has one commit.
func TestAShallowCloneWithACacheBuildsTheSameSite(t *testing.T) {
	r := launched(t)
	r.Edit("2026-05-03", "Cleo", "docs/content/specs/checkout.md", strings.Replace(checkout, "one country", "all countries", 1))
	r.Edit("2026-06-01", "Dan", "services/checkout/main.go", "package main // new\n")
	r.Edit("2026-06-03", "Ana", "docs/content/specs/launch.md", launch+"\nAnd land.\n")
	r.Edit("2026-11-09", "Eve", "docs/content/specs/old.md", "---\ntitle: Old\n---\nOld.\n")
	r.Git("rm", "--quiet", "docs/content/specs/old.md")
	r.Commit("2026-11-17", "Eve")
	cache := filepath.Join(t.TempDir(), "cache")
	in := func(r repo, s *Session) (map[string]string, string) {
		defer s.Close()
		built, err := s.Build(t.Context(), r.job())
		if err != nil {
			t.Fatal(err)
		}
		return bytesOf(t, built), fixture.Lines(built.Messages)
	}
	clone := func(depth string) repo {
		clone := repo{fixture.Repo{T: t, Dir: filepath.Join(t.TempDir(), "acme")}}
		r.Git("clone", "--quiet", "--depth="+depth, "file://"+r.Dir, clone.Dir)
		return clone
	}
	same := func(what, depth, program string) {
		t.Helper()
		want, said := in(r, OpenSession(cache, "1"))
		got, says := in(clone(depth), OpenSession(cache, program))
		if says != said {
			t.Errorf("%s: said\n%swant\n%s", what, says, said)
		}
		for path := range want {
			if got[path] != want[path] {
				t.Errorf("%s: %s:\n%s\nwant\n%s", what, path, got[path], want[path])
			}
		}
		for _, words := range []string{"3 May 2026 by Cleo", "1 June 2026 by Dan", "3 June 2026 by Ana"} {
			if !strings.Contains(got["specs/launch/index.html"], words) {
				t.Errorf("%s: no %q", what, words)
			}
		}
	}
	same("one commit", "1", "1")
	same("another program", "1", "2")
	r.Edit("2026-11-18", "Fay", "docs/content/specs/new.md", "---\ntitle: New\n---\nNew.\n")
	if _, says := in(clone("1"), OpenSession(cache, "1")); !strings.Contains(says, "["+string(diag.ShallowHistory)+"]") {
		t.Errorf("a clone without the commit that is remembered says\n%s", says)
	}
	got, says := in(clone("2"), OpenSession(cache, "1"))
	want, said := in(r, NewSession())
	if says != said || got["specs/launch/index.html"] != want["specs/launch/index.html"] || got["changes/index.html"] != want["changes/index.html"] {
		t.Errorf("after a commit it says\n%swant\n%s%s\nwant\n%s", says, said, got["specs/launch/index.html"], want["specs/launch/index.html"])
	}
}

func TestCodeOwnersLieAtTheTopOfTheRepository(t *testing.T) {
	r, s := launched(t), NewSession()
	owner := func() string {
		built := checkSame(t, s, r.job())
		n, _ := built.Book.Lookup("specs/launch")
		if n.Owner == nil {
			return fixture.Lines(built.Messages)
		}
		return n.Owner.Title + "\n" + fixture.Lines(built.Messages)
	}
	if got := owner(); !strings.HasPrefix(got, "docs") && !strings.Contains(got, "[no-owner]") {
		t.Errorf("without CODEOWNERS: %s", got)
	}
	r.Write("CODEOWNERS", "docs/content/specs/ @acme/payments\nnot-an-owner oops\n")
	got := owner()
	if !strings.HasPrefix(got, "payments\n") || !strings.Contains(got, "../CODEOWNERS:1:21: warning: no team or person") || !strings.Contains(got, "../CODEOWNERS:2:14: warning") {
		t.Errorf("with CODEOWNERS: %s", got)
	}
	r.Write("CODEOWNERS", "docs/content/specs/ @acme/search\n")
	if got := owner(); !strings.HasPrefix(got, "search\n") {
		t.Errorf("after an edit of CODEOWNERS: %s", got)
	}
	if err := os.RemoveAll(filepath.Join(r.Dir, ".git")); err != nil {
		t.Fatal(err)
	}
	r.Write("docs/CODEOWNERS", "/content/specs/ @acme/refunds\n")
	if got := owner(); !strings.HasPrefix(got, "refunds\n") || !strings.Contains(got, "\nCODEOWNERS:1:17: ") {
		t.Errorf("without a repository: %s", got)
	}
}

// countGit tells how often git was run since it was last asked.
func countGit(t *testing.T) func() int {
	real, err := exec.LookPath("git")
	if err != nil {
		t.Fatal(err)
	}
	dir, note := t.TempDir(), filepath.Join(t.TempDir(), "asked")
	script := "#!/bin/sh\necho \"$@\" >> '" + note + "'\nexec '" + real + "' \"$@\"\n"
	if err := os.WriteFile(filepath.Join(dir, "git"), []byte(script), 0o777); err != nil {
		t.Fatal(err)
	}
	t.Setenv("PATH", dir+string(os.PathListSeparator)+os.Getenv("PATH"))
	return func() int {
		data, _ := os.ReadFile(note)
		os.Remove(note)
		return strings.Count(string(data), "\n")
	}
}

func TestASiteThatIsThereAsksGitForTheCommitAlone(t *testing.T) {
	r, cache, asked := launched(t), t.TempDir(), countGit(t)
	s := OpenSession(cache, "test")
	if _, err := s.Build(t.Context(), r.job()); err != nil {
		t.Fatal(err)
	}
	s.Close()
	asked()
	s = OpenSession(cache, "test")
	defer s.Close()
	s.everything(t.Context(), r.job(), nil)
	if n := asked(); n != 1 {
		t.Errorf("git was asked %d times", n)
	}
}

func TestASecondBuildAsksGitNothing(t *testing.T) {
	r := launched(t)
	r.Edit("2026-05-03", "Cleo", "docs/content/specs/checkout.md", strings.Replace(checkout, "one country", "all countries", 1))
	r.Edit("2026-06-01", "Dan", "services/checkout/main.go", "package main // new\n")
	asked := countGit(t)
	s := NewSession()
	build := func() Result {
		built, err := s.Build(t.Context(), r.job())
		if err != nil {
			t.Fatal(err)
		}
		return built
	}
	first := verdictsOf(build())
	if n := asked(); n == 0 || n > 10 {
		t.Errorf("the first build asked git %d times", n)
	}
	r.Write("docs/content/specs/new.md", "A new page.\n")
	if built := build(); built.Work.Parsed != 1 || !strings.Contains(verdictsOf(built), "specs/launch: suspect") || !strings.Contains(first, "specs/launch: suspect") {
		t.Errorf("parsed %d pages, and says\n%s", built.Work.Parsed, verdictsOf(built))
	}
	if n := asked(); n != 0 {
		t.Errorf("the second build asked git %d times", n)
	}
}

// A page that went is among the changes: its title as it last was, when and by whom. One that moved, is back, or went
// long ago is not.
func TestChangesListDeletedPages(t *testing.T) {
	r, s := newRepo(t), NewSession()
	r.Write("docs/content/_index.md", "---\ntitle: Home\n---\n")
	for _, name := range []string{"specs/old", "specs/moved", "specs/back", "specs/kept", "long/ago"} {
		r.Write("docs/content/"+name+".md", "---\ntitle: The page "+name+"\n---\nAbout "+name+" there is much to say.\n")
	}
	r.Write("docs/content/specs/hidden.md", "---\ntitle: The draft\ndraft: true\n---\n")
	r.Write("docs/content/specs/flow.png", "")
	r.Write("README.md", "This is no page of the handbook.\n")
	r.Commit("2026-05-01", "Ana")
	remove := func(when, author string, paths ...string) {
		for _, p := range paths {
			if err := os.Remove(filepath.Join(r.Dir, p)); err != nil {
				t.Fatal(err)
			}
		}
		r.Commit(when, author)
	}
	remove("2026-06-01", "Ana", "docs/content/long/ago.md")
	r.Edit("2026-11-10", "Ben", "docs/content/specs/old.md", "---\ntitle: The last title\n---\nAbout it there is much to say.\n")
	r.Git("mv", "docs/content/specs/moved.md", "docs/content/specs/here.md")
	remove("2026-11-17", "Ben", "docs/content/specs/old.md", "docs/content/specs/back.md", "docs/content/specs/hidden.md", "docs/content/specs/flow.png", "README.md")
	r.Edit("2026-11-18", "Ana", "docs/content/specs/back.md", "---\ntitle: Back\n---\nAnother text.\n")

	built := checkSame(t, s, r.job())
	text := textOf(t, built, "changes/index.html")
	for _, want := range []string{"<li><div>The last title<p class=\"small\"><span>deleted</span>", `<time datetime="2026-11-17">17 Nov 2026</time></span><span>Ben</span>`} {
		if !strings.Contains(text, want) {
			t.Errorf("no %q in\n%s", want, text)
		}
	}
	if n := strings.Count(text, ">deleted<"); n != 1 {
		t.Errorf("%d pages are deleted, want 1:\n%s", n, text)
	}
}

// TestGitKnowsPagesOfAnyEnding holds what git is asked about to what is a page.
func TestGitKnowsPagesOfAnyEnding(t *testing.T) {
	r := newRepo(t)
	for _, end := range ending.All {
		r.Write("docs/content/a"+strings.ReplaceAll(end, ".", "-")+end, "Text.\n")
	}
	r.Commit("2026-04-01", "Ana")
	built, err := NewSession().Build(t.Context(), r.job())
	if err != nil {
		t.Fatal(err)
	}
	for _, n := range built.Book.Nodes {
		if v := built.Verdicts[n]; n.Page != nil && (v == nil || v.Changed.Day.String() != "2026-04-01") {
			t.Errorf("git knows nothing of %s", n.Page.Path)
		}
	}
}
