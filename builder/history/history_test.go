package history

import (
	"context"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"handbook/builder/diag"
	"handbook/builder/fixture"
	"handbook/builder/memo"
)

func TestAPageKnowsItsLastChangeItsFirstAndItsAuthors(t *testing.T) {
	r := newRepo(t)
	r.Edit("2026-01-05", "Ana", "content/specs/checkout.md", "One.\n")
	r.Edit("2026-02-06", "Ben", "content/specs/checkout.md", "One. Two.\n")
	last := r.Edit("2026-03-07", "Ben", "content/specs/checkout.md", "One. Two. Three.\n")
	r.Edit("2026-04-08", "Cleo", "content/faq.md", "Why?\n")
	r.Edit("2026-04-09", "Cleo", "main.go", "package main\n")
	r.want(map[string]string{
		"specs/checkout.md": "2026-03-07 Ben, 3 changes since 2026-01-05",
		"faq.md":            "2026-04-08 Cleo, new",
	})
	h, _ := r.read()
	f := h.Files["specs/checkout.md"]
	if got := strings.Join(f.Authors, " "); got != "Ben Ana" {
		t.Errorf("authors %q, want the one with most changes first", got)
	}
	if f.Last().Commit != last || f.Last().Author != "Ben" {
		t.Errorf("last change %+v", f.Last())
	}
	if h.Prefix != "content/" || h.Head != r.Git("rev-parse", "HEAD") {
		t.Errorf("read %q at %s", h.Prefix, h.Head)
	}
}

func TestFrontmatterAloneIsNoChangeOfTheText(t *testing.T) {
	for _, c := range []struct{ name, before, after string }{
		{"YAML", "---\nreviewed: 2026-01-01\n---\n\nText.\n", "---\nreviewed: 2026-02-02\nowner: ana\n---\n\nText.\n"},
		{"TOML", "+++\ndate = 2026-01-01\n+++\nText.\n", "+++\ndate = 2026-02-02\n+++\nText.\n"},
		{"JSON", "{\n \"a\": [\n  {\n   \"b\": 1\n  }\n ],\n \"c\": 1\n}\n\nText.\n", "{\n \"a\": [\n  {\n   \"b\": 2\n  }\n ],\n \"c\": 2\n}\n\nText.\n"},
		{"from YAML to TOML", "---\ntitle: A\n---\nText.\n", "+++\ntitle = \"A\"\n+++\nText.\n"},
		{"added", "Text.\n", "---\nowner: ana\n---\nText.\n"},
		{"removed", "---\nowner: ana\n---\nText.\n", "Text.\n"},
		{"behind a byte order mark", "\uFEFF---\na: 1\n---\nText.\n", "---\na: 2\n---\nText.\n"},
	} {
		t.Run(c.name, func(t *testing.T) {
			r := newRepo(t)
			r.Edit("2026-01-01", "Ana", "content/a.md", c.before)
			r.Edit("2026-02-02", "Ben", "content/a.md", c.after)
			r.want(map[string]string{"a.md": "2026-01-01 Ana, new"})
			r.Edit("2026-03-03", "Cleo", "content/a.md", strings.Replace(c.after, "Text", "Other text", 1))
			r.want(map[string]string{"a.md": "2026-03-03 Cleo, 2 changes since 2026-01-01"})
		})
	}
}

func TestARuleInTheTextIsNotFrontmatter(t *testing.T) {
	r := newRepo(t)
	r.Edit("2026-01-01", "Ana", "content/a.md", "Intro.\n\n---\n\nOne.\n\n---\n\nEnd.\n")
	r.Edit("2026-02-02", "Ben", "content/a.md", "Intro.\n\n---\n\nTwo.\n\n---\n\nEnd.\n")
	r.Edit("2026-01-01", "Ana", "content/open.md", "---\nnever closed: 1\n")
	r.Edit("2026-02-02", "Ben", "content/open.md", "---\nnever closed: 2\n")
	r.want(map[string]string{
		"a.md":    "2026-02-02 Ben, 2 changes since 2026-01-01",
		"open.md": "2026-02-02 Ben, 2 changes since 2026-01-01",
	})
}

func TestWhiteSpaceAndWrappingAreNoChangeOfTheText(t *testing.T) {
	r := newRepo(t)
	r.Edit("2026-01-01", "Ana", "content/a.md", "# Title\n\nOne two three.\n")
	r.Edit("2026-02-02", "Ben", "content/a.md", "# Title\r\n\r\n\r\nOne  two\r\n\tthree.   \r\n\r\n")
	r.want(map[string]string{"a.md": "2026-01-01 Ana, new"})
	r.Edit("2026-03-03", "Cleo", "content/a.md", "# Title\n\nOne twothree.\n")
	r.want(map[string]string{"a.md": "2026-03-03 Cleo, 2 changes since 2026-01-01"})
}

func TestRenamesAreFollowed(t *testing.T) {
	long := "# Checkout\n\nThe checkout takes a card.\nIt asks for an address.\nIt sends a receipt.\n"
	r := newRepo(t)
	r.Edit("2026-01-01", "Ana", "docs/checkout.md", long)
	r.Edit("2026-02-02", "Ben", "docs/checkout.md", long+"Refunds take a week.\n")
	r.Must(os.MkdirAll(filepath.Join(r.Dir, "content/specs"), 0o777))
	r.Git("mv", "docs/checkout.md", "content/specs/pay.md")
	r.Commit("2026-03-03", "Mover")
	r.want(map[string]string{"specs/pay.md": "2026-02-02 Ben, 2 changes since 2026-01-01"})

	// A rename with an edit of the frontmatter is none of the text either.
	r.Git("mv", "content/specs/pay.md", "content/specs/payment.md")
	r.Edit("2026-04-04", "Mover", "content/specs/payment.md", "---\nowner: ana\n---\n"+long+"Refunds take a week.\n")
	r.want(map[string]string{"specs/payment.md": "2026-02-02 Ben, 2 changes since 2026-01-01"})

	// A rename with an edit of the text is.
	r.Git("mv", "content/specs", "content/products")
	r.Edit("2026-05-05", "Cleo", "content/products/payment.md", "---\nowner: ana\n---\n"+long+"Refunds take a day.\n")
	r.want(map[string]string{"products/payment.md": "2026-05-05 Cleo, 3 changes since 2026-01-01"})
}

func TestCommitsInBlameIgnoreRevsDoNotCount(t *testing.T) {
	r := newRepo(t)
	first := r.Edit("2026-01-01", "Ana", "content/a.md", "colour\n")
	bulk := r.Edit("2026-02-02", "Bot", "content/a.md", "color\n")
	other := r.Edit("2026-03-03", "Bot", "content/a.md", "Color\n")
	r.want(map[string]string{"a.md": "2026-03-03 Bot, 3 changes since 2026-01-01"})

	// The list counts before it is committed, as it does for git blame.
	r.Write(".git-blame-ignore-revs", "# spelling\n"+strings.ToUpper(bulk)+"\n\nnot an id\n"+other[:10]+"  # sentence case\r\n")
	r.want(map[string]string{"a.md": "2026-01-01 Ana, new"})

	// The commit that brought a page is its beginning, whatever the list says.
	r.Write(".git-blame-ignore-revs", first+"\n")
	r.want(map[string]string{"a.md": "2026-03-03 Bot, 3 changes since 2026-01-01"})
}

const fourLines = "One.\n\nTwo.\n\nThree.\n\nFour.\n"

func TestACleanMergeIsNobodysEdit(t *testing.T) {
	r := newRepo(t)
	r.Edit("2026-01-01", "Ana", "content/a.md", fourLines)
	r.Git("checkout", "--quiet", "-b", "branch")
	r.Edit("2026-02-02", "Ben", "content/a.md", strings.Replace(fourLines, "One.", "One, by Ben.", 1))
	r.Edit("2026-02-03", "Ben", "content/only-branch.md", "New.\n")
	r.Git("checkout", "--quiet", "main")
	r.Edit("2026-02-04", "Cleo", "content/a.md", strings.Replace(fourLines, "Four.", "Four, by Cleo.", 1))
	r.Edit("2026-02-05", "Cleo", "content/only-main.md", "New.\n")
	r.merge("2026-03-03", "Merger", "branch", "", "")
	r.want(map[string]string{
		"a.md":           "2026-02-04 Cleo, 3 changes since 2026-01-01",
		"only-branch.md": "2026-02-03 Ben, new",
		"only-main.md":   "2026-02-05 Cleo, new",
	})
}

func TestOfTwoSidesEditsTheOneCommittedLaterIsTheLast(t *testing.T) {
	r := newRepo(t)
	r.Edit("2026-01-01", "Ana", "content/a.md", fourLines)
	r.Git("checkout", "--quiet", "-b", "branch")
	r.Write("content/a.md", strings.Replace(fourLines, "One.", "One, by Ben.", 1))
	r.As("Ben", "2026-02-05", "commit", "--quiet", "-am", "rebased", "--date=2026-01-20T12:00:00+0000")
	r.Git("checkout", "--quiet", "main")
	r.Edit("2026-02-04", "Cleo", "content/a.md", strings.Replace(fourLines, "Four.", "Four, by Cleo.", 1))
	r.merge("2026-03-03", "Merger", "branch", "", "")
	r.want(map[string]string{"a.md": "2026-01-20 Ben, 3 changes since 2026-01-01"})
}

func TestAMergeThatSaysSomethingOfItsOwnCounts(t *testing.T) {
	for _, c := range []struct{ name, result string }{
		{"a conflict solved with new words", "Two of both.\n\nTwo.\n\nThree.\n\nFour.\n"},
		{"a line that both sides had, left out", "One, by Ben.\n\nTwo.\n\nThree.\n"},
	} {
		t.Run(c.name, func(t *testing.T) {
			r := newRepo(t)
			r.Edit("2026-01-01", "Ana", "content/a.md", fourLines)
			r.Git("checkout", "--quiet", "-b", "branch")
			r.Edit("2026-02-02", "Ben", "content/a.md", strings.Replace(fourLines, "One.", "One, by Ben.", 1))
			r.Git("checkout", "--quiet", "main")
			r.Edit("2026-02-04", "Cleo", "content/a.md", strings.Replace(fourLines, "One.", "One, by Cleo.", 1))
			r.merge("2026-03-03", "Merger", "branch", "content/a.md", c.result)
			r.want(map[string]string{"a.md": "2026-03-03 Merger, 4 changes since 2026-01-01"})
		})
	}
}

func TestWhatAMergeGaveUpDoesNotCount(t *testing.T) {
	r := newRepo(t)
	r.Edit("2026-01-01", "Ana", "content/a.md", fourLines)
	r.Git("checkout", "--quiet", "-b", "branch")
	r.Edit("2026-02-02", "Ben", "content/a.md", strings.Replace(fourLines, "One.", "One, by Ben.", 1))
	r.Git("checkout", "--quiet", "main")
	r.Edit("2026-01-15", "Cleo", "content/other.md", "x\n")
	r.merge("2026-03-03", "Merger", "branch", "", "", "--strategy=ours")
	r.want(map[string]string{"a.md": "2026-01-01 Ana, new", "other.md": "2026-01-15 Cleo, new"})

	// The same the other way round: main's change gave way to the branch's.
	r.Git("checkout", "--quiet", "-b", "next")
	r.Edit("2026-04-04", "Ben", "content/other.md", "by Ben\n")
	r.Git("checkout", "--quiet", "main")
	r.Edit("2026-04-05", "Cleo", "content/other.md", "by Cleo\n")
	r.merge("2026-05-05", "Merger", "next", "content/other.md", "---\nowner: ben\n---\nby Ben\n")
	r.want(map[string]string{"a.md": "2026-01-01 Ana, new", "other.md": "2026-04-04 Ben, 2 changes since 2026-01-15"})
}

func TestAMergeOfAnEditAndAReviewIsTheEdit(t *testing.T) {
	r := newRepo(t)
	r.Edit("2026-01-01", "Ana", "content/a.md", "---\nreviewed: 2026-01-01\n---\n\n"+fourLines)
	r.Git("checkout", "--quiet", "-b", "branch")
	edited := strings.Replace(fourLines, "Four.", "Four, by Ben.", 1)
	r.Edit("2026-02-02", "Ben", "content/a.md", "---\nreviewed: 2026-01-01\n---\n\n"+edited)
	r.Git("checkout", "--quiet", "main")
	r.Edit("2026-02-04", "Cleo", "content/a.md", "---\nreviewed: 2026-02-04\n---\n\n"+fourLines)
	r.merge("2026-03-03", "Merger", "branch", "", "")
	r.want(map[string]string{"a.md": "2026-02-02 Ben, 2 changes since 2026-01-01"})
}

func TestARenameOnOneSideAndAnEditOnTheOther(t *testing.T) {
	r := newRepo(t)
	r.Edit("2026-01-01", "Ana", "content/old.md", fourLines)
	r.Git("checkout", "--quiet", "-b", "branch")
	r.Edit("2026-02-02", "Ben", "content/old.md", strings.Replace(fourLines, "One.", "One, by Ben.", 1))
	r.Git("checkout", "--quiet", "main")
	r.Git("mv", "content/old.md", "content/new.md")
	r.Commit("2026-02-04", "Mover")
	r.merge("2026-03-03", "Merger", "branch", "", "")
	r.want(map[string]string{"new.md": "2026-02-02 Ben, 2 changes since 2026-01-01"})

	// And with an edit on both sides.
	r.Git("checkout", "--quiet", "-b", "branch2")
	r.Git("mv", "content/new.md", "content/newer.md")
	r.Edit("2026-04-04", "Dan", "content/newer.md", "One, by Ben.\n\nTwo.\n\nThree.\n\nFour, by Dan.\n")
	r.Git("checkout", "--quiet", "main")
	r.Edit("2026-04-03", "Cleo", "content/new.md", "One, by Cleo.\n\nTwo.\n\nThree.\n\nFour.\n")
	r.merge("2026-05-05", "Merger", "branch2", "", "")
	r.want(map[string]string{"newer.md": "2026-04-04 Dan, 4 changes since 2026-01-01"})
}

// One side wrote another page under the name; the other side's history goes on all the same.
func TestAMergeOfAPageAndItsNamesake(t *testing.T) {
	r := newRepo(t)
	r.Edit("2026-01-01", "Ana", "content/a.md", fourLines)
	r.Git("checkout", "--quiet", "-b", "branch")
	r.Git("mv", "content/a.md", "content/b.md")
	r.Commit("2026-02-05", "Mover")
	r.Edit("2026-02-06", "Ben", "content/a.md", "A page about something else.\n")
	r.Git("checkout", "--quiet", "main")
	r.Edit("2026-02-02", "Cleo", "content/a.md", strings.Replace(fourLines, "One.", "One, by Cleo.", 1))
	r.merge("2026-03-03", "Merger", "branch", "content/a.md", "Neither one nor the other.\n")
	h, _ := r.read()
	if got, want := seen(h.Files["a.md"]), "2026-03-03 Merger, 4 changes since 2026-01-01"; got != want {
		t.Errorf("%s; want %s", got, want)
	}
}

func TestAMergeOfThreeBranches(t *testing.T) {
	r := newRepo(t)
	r.Edit("2026-01-01", "Ana", "content/a.md", fourLines)
	for i, word := range []string{"One", "Two", "Three"} {
		r.Git("checkout", "--quiet", "-b", word, "main")
		r.Edit(fmt.Sprintf("2026-02-0%d", i+1), word, "content/a.md", strings.Replace(fourLines, word+".", word+"!", 1))
		r.Edit(fmt.Sprintf("2026-02-1%d", i+1), word, "content/"+word+".md", word)
	}
	r.Git("checkout", "--quiet", "main")
	r.As("Merger", "2026-03-03", "merge", "--no-ff", "--quiet", "-m", "all", "One", "Three") // lines apart: clean
	r.want(map[string]string{"a.md": "2026-02-03 Three, 3 changes since 2026-01-01", "One.md": "2026-02-11 One, new", "Three.md": "2026-02-13 Three, new"})
}

func TestAPageDeletedAndWrittenAnewIsNew(t *testing.T) {
	r := newRepo(t)
	r.Edit("2026-01-01", "Ana", "content/a.md", "An old page about something else entirely.\n")
	r.Git("rm", "--quiet", "content/a.md")
	r.Edit("2026-02-02", "Ben", "other.txt", "x")
	r.Edit("2026-03-03", "Cleo", "content/a.md", "New words.\n")
	r.Edit("2026-04-04", "Dan", "content/a.md", "Newer words.\n")
	r.want(map[string]string{"a.md": "2026-04-04 Dan, 2 changes since 2026-03-03"})
}

func TestAPageThatWasRestoredKeepsItsHistory(t *testing.T) {
	r := newRepo(t)
	r.Edit("2026-01-01", "Ana", "content/a.md", "Text.\n")
	r.Edit("2026-01-02", "Ben", "content/a.md", "More text.\n")
	r.Git("rm", "--quiet", "content/a.md")
	r.Edit("2026-02-02", "Mistake", "other.txt", "x")
	r.Edit("2026-03-03", "Rescue", "content/a.md", "---\nowner: ana\n---\nMore text.\n")
	r.want(map[string]string{"a.md": "2026-01-02 Ben, 2 changes since 2026-01-01"})

	// Also when deletion and rescue came in by merges.
	r.Git("checkout", "--quiet", "-b", "deletion")
	r.Git("rm", "--quiet", "content/a.md")
	r.Edit("2026-04-04", "Mistake", "other.txt", "y")
	r.Git("checkout", "--quiet", "main")
	r.merge("2026-04-05", "Merger", "deletion", "", "")
	r.Git("checkout", "--quiet", "-b", "rescue")
	r.Edit("2026-04-06", "Rescue", "content/a.md", "More text.\n")
	r.Git("checkout", "--quiet", "main")
	r.merge("2026-04-07", "Merger", "rescue", "", "")
	r.want(map[string]string{"a.md": "2026-01-02 Ben, 2 changes since 2026-01-01"})
}

func TestAFileThatWasALinkOrAFolder(t *testing.T) {
	r := newRepo(t)
	r.Write("content/target.md", "Target.\n")
	r.Must(os.Symlink("target.md", filepath.Join(r.Dir, "content/a.md")))
	r.Commit("2026-01-01", "Ana")
	r.Must(os.Remove(filepath.Join(r.Dir, "content/a.md")))
	r.Edit("2026-02-02", "Ben", "content/a.md", "A page now.\n")
	r.Must(os.Symlink("target.md", filepath.Join(r.Dir, "content/link.md")))
	r.Edit("2026-03-03", "Cleo", "content/b.md/page.md", "In an odd folder.\n")
	r.want(map[string]string{
		"target.md":    "2026-01-01 Ana, new",
		"a.md":         "2026-02-02 Ben, new",
		"b.md/page.md": "2026-03-03 Cleo, new",
	})
}

func TestAShallowCloneGivesNoDatesAndOneMessage(t *testing.T) {
	r := newRepo(t)
	r.Edit("2026-01-01", "Ana", "content/a.md", "One.\n")
	r.Edit("2026-02-02", "Ben", "content/b.md", "Two.\n")
	clone := repo{fixture.Repo{T: t, Dir: filepath.Join(t.TempDir(), "clone")}}
	r.Git("clone", "--quiet", "--depth=1", "file://"+r.Dir, clone.Dir)
	h, list := clone.read()
	if !h.Shallow || len(h.Files) != 0 {
		t.Errorf("shallow %v with %d dates, want true with none", h.Shallow, len(h.Files))
	}
	oneMessage(t, list, diag.ShallowHistory, "fetch-depth: 0", "GIT_DEPTH: 0")

	clone.Git("fetch", "--quiet", "--unshallow")
	clone.want(map[string]string{"a.md": "2026-01-01 Ana, new", "b.md": "2026-02-02 Ben, new"})
}

func TestACloneWithoutOldContentsGivesNoDatesAndOneMessage(t *testing.T) {
	r := newRepo(t)
	r.Edit("2026-01-01", "Ana", "content/a.md", "One.\n")
	r.Edit("2026-02-02", "Ben", "content/a.md", "Two.\n")
	r.Git("config", "uploadpack.allowFilter", "true")
	clone := repo{fixture.Repo{T: t, Dir: filepath.Join(t.TempDir(), "clone")}}
	r.Git("clone", "--quiet", "--filter=blob:none", "file://"+r.Dir, clone.Dir)
	before := clone.Git("count-objects", "-v")
	h, list := clone.read()
	if !h.Shallow || len(h.Files) != 0 {
		t.Errorf("shallow %v with %d dates, want true with none", h.Shallow, len(h.Files))
	}
	oneMessage(t, list, diag.ShallowHistory, "--filter")
	if after := clone.Git("count-objects", "-v"); after != before {
		t.Errorf("reading fetched objects:\n%s\nbefore:\n%s", after, before)
	}
}

func oneMessage(t *testing.T, list diag.List, rule diag.Rule, help ...string) {
	t.Helper()
	if len(list) != 1 {
		t.Fatalf("%d messages, want 1: %v", len(list), list)
	}
	if list[0].Rule != rule {
		t.Errorf("rule %s, want %s: %s", list[0].Rule, rule, list[0].Text)
	}
	for _, h := range help {
		if !strings.Contains(list[0].Help, h) {
			t.Errorf("help %q does not say %q", list[0].Help, h)
		}
	}
}

func TestWhereThereIsNoHistoryNothingIsSaid(t *testing.T) {
	check := func(t *testing.T, dir string) {
		t.Helper()
		h, list := Read(context.Background(), dir, Options{Set: memo.NewSet()})
		if len(h.Files) != 0 || len(list) != 0 || h.Shallow {
			t.Errorf("%d dates, messages %v, shallow %v; want nothing", len(h.Files), list, h.Shallow)
		}
	}
	t.Run("no repository", func(t *testing.T) {
		newRepo(t)
		check(t, t.TempDir())
	})
	t.Run("no commit", func(t *testing.T) {
		r := newRepo(t)
		r.Write("content/a.md", "One.\n")
		check(t, r.content())
	})
	t.Run("no page committed", func(t *testing.T) {
		r := newRepo(t)
		r.Edit("2026-01-01", "Ana", "main.go", "package main\n")
		r.Write("content/a.md", "One.\n")
		check(t, r.content())
	})
	t.Run("an ignored folder", func(t *testing.T) {
		r := newRepo(t)
		r.Write("content/a.md", "One.\n")
		r.Edit("2026-01-01", "Ana", ".gitignore", "content/\n")
		check(t, r.content())
	})
	t.Run("no such folder", func(t *testing.T) {
		r := newRepo(t)
		check(t, filepath.Join(r.Dir, "gone"))
		r.Write("file", "")
		check(t, filepath.Join(r.Dir, "file"))
	})
	t.Run("within .git", func(t *testing.T) {
		r := newRepo(t)
		r.Edit("2026-01-01", "Ana", "content/a.md", "One.\n")
		check(t, filepath.Join(r.Dir, ".git"))
	})
	t.Run("no git", func(t *testing.T) {
		r := newRepo(t)
		r.Edit("2026-01-01", "Ana", "content/a.md", "One.\n")
		t.Setenv("PATH", t.TempDir())
		check(t, r.content())
	})
}

func TestTheContentFolderMayBeAnywhere(t *testing.T) {
	r := newRepo(t)
	r.Edit("2026-01-01", "Ana", "README.md", "Top.\n")
	r.Edit("2026-02-02", "Ben", "web/my docs/content/a.md", "Deep.\n")
	r.Edit("2026-02-02", "Ben", "web/my docs/contents/not.md", "A neighbour with almost the same name.\n")
	for _, c := range []struct{ dir, prefix, path string }{
		{"web/my docs/content", "web/my docs/content/", "a.md"},
		{"web/my docs/content/", "web/my docs/content/", "a.md"},
		{"", "", "web/my docs/content/a.md"},
	} {
		h, list := Read(context.Background(), filepath.Join(r.Dir, c.dir), Options{})
		if got := seen(h.Files[c.path]); got != "2026-02-02 Ben, new" || h.Prefix != c.prefix || len(list) != 0 {
			t.Errorf("%q: %s, prefix %q, messages %v", c.dir, got, h.Prefix, list)
		}
		if top, err := filepath.EvalSymlinks(r.Dir); err != nil || h.Root != top {
			t.Errorf("%q: root %q, want %q", c.dir, h.Root, top)
		}
	}
	h, _ := Read(context.Background(), filepath.Join(r.Dir, "web/my docs/content"), Options{})
	checkPages(t, h, map[string]string{"a.md": "2026-02-02 Ben, new"})
	link := filepath.Join(t.TempDir(), "link")
	r.Must(os.Symlink(filepath.Join(r.Dir, "web/my docs/content"), link))
	h, _ = Read(context.Background(), link, Options{})
	checkPages(t, h, map[string]string{"a.md": "2026-02-02 Ben, new"})
}

func TestFileNamesMayBeOdd(t *testing.T) {
	r := newRepo(t)
	want := map[string]string{}
	for _, name := range []string{"--help.md", "-.md", ":(glob)*.md", ":100644.md", "a b.md", "tab\there.md", "new\nline.md", `"quoted".md`,
		"commit abc.md", "Übergröße.md", "文書.MD", "*.md", "[a].md", "bad\xff.md", "back\\slash.md"} {
		if err := os.WriteFile(filepath.Join(r.content(), name), []byte("Text of "+name), 0o666); err != nil {
			t.Logf("this file system refuses %q: %v", name, err)
			continue
		}
		want[name] = "2026-01-01 Ana, new"
	}
	r.Commit("2026-01-01", "Ana")
	r.want(want)

	// The same from the cache.
	cache := t.TempDir()
	for range 2 {
		h, _ := r.readWith(cache)
		checkPages(t, h, want)
	}
}

func TestASubmoduleDoesNotDisturb(t *testing.T) {
	inner := newRepo(t)
	inner.Edit("2026-01-01", "Ana", "page.md", "Inner.\n")
	r := newRepo(t)
	r.Edit("2026-02-02", "Ben", "content/a.md", "Outer.\n")
	r.Git("-c", "protocol.file.allow=always", "submodule", "--quiet", "add", inner.Dir, "content/inner")
	r.Commit("2026-03-03", "Cleo")
	r.want(map[string]string{"a.md": "2026-02-02 Ben, new"})
	h, _ := Read(context.Background(), filepath.Join(r.Dir, "content/inner"), Options{})
	checkPages(t, h, map[string]string{"page.md": "2026-01-01 Ana, new"})
}

func TestARepositoryOfSomebodyElse(t *testing.T) {
	if os.Geteuid() != 0 {
		t.Skip("only root can give a folder to another user")
	}
	r := newRepo(t)
	r.Edit("2026-01-01", "Ana", "content/a.md", "One.\n")
	r.Must(filepath.Walk(r.Dir, func(path string, _ os.FileInfo, err error) error {
		if err != nil {
			return err
		}
		return syscall.Lchown(path, 12345, 12345)
	}))
	h, list := r.read()
	if len(h.Files) != 0 {
		t.Errorf("%d dates", len(h.Files))
	}
	oneMessage(t, list, diag.UnreadableHistory, "git config --global --add safe.directory "+r.Dir)
}

func TestABrokenRepositoryGivesOneMessage(t *testing.T) {
	t.Run("configuration", func(t *testing.T) {
		r := newRepo(t)
		r.Edit("2026-01-01", "Ana", "content/a.md", "One.\n")
		r.Write(".git/config", "[core\n")
		_, list := r.read()
		oneMessage(t, list, diag.UnreadableHistory)
	})
	t.Run("a content is missing", func(t *testing.T) {
		r := newRepo(t)
		r.Edit("2026-01-01", "Ana", "content/a.md", "One.\n")
		id := r.Git("rev-parse", "HEAD:content/a.md")
		r.Edit("2026-02-02", "Ben", "content/a.md", "Two.\n")
		r.Must(os.Remove(filepath.Join(r.Dir, ".git/objects", id[:2], id[2:])))
		h, list := r.read()
		oneMessage(t, list, diag.UnreadableHistory, "git fsck")
		if len(h.Files) != 0 {
			t.Errorf("%d dates", len(h.Files))
		}
	})
	t.Run("a content that is no page's is missing", func(t *testing.T) {
		r := newRepo(t)
		r.Edit("2026-01-01", "Ana", "content/a.md", "One.\n")
		r.Edit("2026-01-02", "Ana", "big.bin", "a large file that this clone has not got\n")
		id := r.Git("rev-parse", "HEAD:big.bin")
		r.Git("rm", "--quiet", "big.bin")
		r.Git("mv", "content/a.md", "content/b.md")
		r.Edit("2026-02-02", "Ben", "big2.bin", "another large file that this clone has not got\n")
		r.Must(os.Remove(filepath.Join(r.Dir, ".git/objects", id[:2], id[2:])))
		r.want(map[string]string{"b.md": "2026-01-01 Ana, new"})
	})
	t.Run("a commit is missing", func(t *testing.T) {
		r := newRepo(t)
		id := r.Edit("2026-01-01", "Ana", "content/a.md", "One.\n")
		r.Edit("2026-02-02", "Ben", "content/a.md", "Two.\n")
		r.Must(os.Remove(filepath.Join(r.Dir, ".git/objects", id[:2], id[2:])))
		h, list := r.read()
		oneMessage(t, list, diag.UnreadableHistory)
		if len(h.Files) != 0 {
			t.Errorf("%d dates", len(h.Files))
		}
	})
}

func TestADayIsTheAuthorsDayEverywhere(t *testing.T) {
	r := newRepo(t)
	r.Write("content/a.md", "One.\n")
	r.Commit("2026-03-02T00:30:00+1300", "Auckland") // still 1 March in Greenwich, and in Honolulu
	r.Write("content/b.md", "Two.\n")
	r.Commit("2026-03-02T23:30:00-1000", "Honolulu") // already 3 March in Greenwich
	want := map[string]string{"a.md": "2026-03-02 Auckland, new", "b.md": "2026-03-02 Honolulu, new"}
	local := time.Local
	defer func() { time.Local = local }()
	for zone, offset := range map[string]int{"Pacific/Auckland": 13, "Pacific/Honolulu": -10, "UTC": 0} {
		t.Setenv("TZ", zone)
		time.Local = time.FixedZone(zone, offset*3600)
		cache := t.TempDir()
		for _, when := range []string{"computed", "from the cache"} {
			h, _ := r.readWith(cache)
			t.Run(zone+", "+when, func(t *testing.T) { checkPages(t, h, want) })
		}
	}
}

func TestNonsenseDatesAreLeftOut(t *testing.T) {
	for date, want := range map[string]string{
		"253402400000 +0000":  "",
		"9999999999999 +0000": "",
		"1700000000 +9999":    "2023-11-14",
		"1700000000 -0000":    "2023-11-14",
		"1700000000 +1300":    "2023-11-15",
		"0 +0000":             "",
		"x":                   "",
		"":                    "",
	} {
		if got := dayOf(date); got != want {
			t.Errorf("%q: %q, want %q", date, got, want)
		}
	}
	r := newRepo(t)
	r.Edit("2026-01-01", "Ana", "content/a.md", "One.\n")
	tree := r.Git("rev-parse", "HEAD^{tree}")
	r.Write("raw", "tree "+tree+"\nauthor Bad <bad> 99999999999999999999 +9999999\ncommitter Bad <bad> oops\n\nmessage\n")
	r.Git("reset", "--quiet", "--hard", r.Git("hash-object", "-t", "commit", "--literally", "-w", "raw"))
	r.want(map[string]string{"a.md": " Bad, new"})
}

func TestMailmapNamesTheAuthors(t *testing.T) {
	r := newRepo(t)
	r.Edit("2026-01-01", "ana_old", "content/a.md", "One.\n")
	r.Edit("2026-02-02", "Ana", "content/a.md", "Two.\n")
	r.Edit("2026-03-03", "Ben", ".mailmap", "Ana Ng <ana@example.com> <ana_old@example.com>\nAna Ng <ana@example.com> <ana@example.com>\n")
	h, _ := r.read()
	if f := h.Files["a.md"]; strings.Join(f.Authors, ",") != "Ana Ng" {
		t.Errorf("authors %q", f.Authors)
	}
}

// A repository and its user may set anything; none of it may run a program or change what is read.
func TestConfigurationDoesNotInterfere(t *testing.T) {
	r := newRepo(t)
	r.Edit("2026-01-01", "Ana", "content/a.md", fourLines)
	r.Git("checkout", "--quiet", "-b", "branch")
	r.Git("mv", "content/a.md", "content/b.md")
	r.Edit("2026-02-02", "Zoë", "content/b.md", strings.Replace(fourLines, "One.", "One, by Zoë.", 1))
	r.Git("checkout", "--quiet", "main")
	r.Edit("2026-02-04", "Cleo", "content/c.md", "New.\n")
	r.merge("2026-03-03", "Merger", "branch", "", "")
	want := map[string]string{"b.md": "2026-02-02 Zoë, 2 changes since 2026-01-01", "c.md": "2026-02-04 Cleo, new"}
	r.want(want)

	ran := filepath.Join(t.TempDir(), "ran")
	program := filepath.Join(t.TempDir(), "program")
	r.Must(os.WriteFile(program, []byte("#!/bin/sh\necho \"$0 $@\" >> "+ran+"\nexit 1\n"), 0o777))
	hooks := t.TempDir()
	for _, hook := range []string{"post-index-change", "reference-transaction", "fsmonitor-watchman"} {
		r.Must(os.Symlink(program, filepath.Join(hooks, hook)))
	}
	r.Write(".gitattributes", "*.md diff=odd filter=odd\n")
	for _, kv := range []string{"core.hooksPath=" + hooks, "core.fsmonitor=" + program, "core.pager=" + program, "pager.log=true", "diff.external=" + program,
		"diff.odd.textconv=" + program, "diff.odd.command=" + program, "filter.odd.clean=" + program, "filter.odd.smudge=" + program, "gpg.program=" + program,
		"log.showSignature=true", "log.showRoot=false", "log.diffMerges=first-parent", "log.abbrevCommit=true", "log.decorate=full", "log.date=relative",
		"log.follow=true", "log.mailmap=false", "diff.renames=false", "diff.renameLimit=1", "diff.relative=true", "diff.orderFile=/gone", "diff.noprefix=true",
		"diff.ignoreSubmodules=all", "diff.wsErrorHighlight=all", "core.abbrev=4", "core.quotePath=true", "color.ui=always", "format.pretty=%B", "format.notes=true",
		"i18n.logOutputEncoding=ISO-8859-1", "core.attributesFile=/gone"} {
		key, value, _ := strings.Cut(kv, "=")
		r.Git("config", key, value)
	}
	t.Setenv("GIT_EXTERNAL_DIFF", program)
	t.Setenv("GIT_PAGER", program)
	t.Setenv("PAGER", program)
	r.want(want)
	if data, err := os.ReadFile(ran); err == nil {
		t.Errorf("programs were started:\n%s", data)
	}
}

func TestAHooksVariablesDoNotLeadElsewhere(t *testing.T) {
	other := newRepo(t)
	other.Edit("2026-01-01", "Other", "content/a.md", "Other.\n")
	r := newRepo(t)
	r.Edit("2026-02-02", "Ana", "content/a.md", "One.\n")
	t.Setenv("GIT_DIR", filepath.Join(other.Dir, ".git"))
	t.Setenv("GIT_WORK_TREE", other.Dir)
	t.Setenv("GIT_INDEX_FILE", filepath.Join(other.Dir, ".git/index"))
	r.want(map[string]string{"a.md": "2026-02-02 Ana, new"})
}

func TestEditedComparesTheTextOnDisk(t *testing.T) {
	r := newRepo(t)
	r.Edit("2026-01-01", "Ana", "content/a.md", "---\na: 1\n---\nOne two.\n")
	cache := t.TempDir()
	for range 2 {
		h, _ := r.readWith(cache)
		f := h.Files["a.md"]
		for data, want := range map[string]bool{
			"---\na: 1\n---\nOne two.\n":    false,
			"---\na: 2\n---\r\nOne\r\ntwo.": false,
			"---\na: 1\n---\nOne three.\n":  true,
			"":                              true,
		} {
			if got := f.Edited([]byte(data)); got != want {
				t.Errorf("%q: edited %v, want %v", data, got, want)
			}
		}
	}
}

// counting puts a git before the real one that notes what it is asked to do.
func counting(t *testing.T) (asked func() string) {
	t.Helper()
	real, err := exec.LookPath("git")
	if err != nil {
		t.Skip("no git on this machine")
	}
	dir, note := t.TempDir(), filepath.Join(t.TempDir(), "asked")
	script := "#!/bin/sh\nfor word; do case $word in log|cat-file|rev-parse|ls-tree) echo $word >> '" + note + "';; esac; done\nexec '" + real + "' \"$@\"\n"
	if err := os.WriteFile(filepath.Join(dir, "git"), []byte(script), 0o777); err != nil {
		t.Fatal(err)
	}
	t.Setenv("PATH", dir+string(os.PathListSeparator)+os.Getenv("PATH"))
	return func() string {
		data, _ := os.ReadFile(note)
		os.Remove(note)
		return strings.Join(strings.Fields(string(data)), " ")
	}
}

func TestTheCacheSavesTheLog(t *testing.T) {
	r := newRepo(t)
	r.Edit("2026-01-01", "Ana", "content/a.md", "One.\n")
	r.Edit("2026-01-02", "Ben", "other/b.md", "Two.\n")
	cache := filepath.Join(t.TempDir(), "deep/cache")
	asked := counting(t)
	step := func(what, dir, want string) {
		t.Helper()
		asked()
		store := memo.Open(cache, 1<<20, t.Name())
		h, list := Read(context.Background(), filepath.Join(r.Dir, dir), Options{Set: store.NewSet()})
		store.Close()
		if len(list) != 0 || len(h.Files) != 1 {
			t.Errorf("%s: %d dates, messages %v", what, len(h.Files), list)
		}
		got := "remembered"
		if strings.Contains(asked(), "log") {
			got = "computed"
		}
		if got != want {
			t.Errorf("%s: %s, want %s", what, got, want)
		}
	}
	step("the first time", "content", "computed")
	step("the second time", "content", "remembered")
	r.Write("content/a.md", "Edited, not committed.\n")
	step("with an edit", "content", "remembered")
	r.Commit("2026-02-02", "Cleo")
	step("at another commit", "content", "computed")
	step("of another folder", "other", "computed")
	step("of that folder again", "other", "remembered")
	r.Write(".git-blame-ignore-revs", r.Git("rev-parse", "HEAD"))
	step("with another list of ignored commits", "other", "remembered")
	r.Write(".mailmap", "Ana Ng <ana@example.com>")
	step("with other names", "other", "computed")
	r.Must(os.RemoveAll(cache))
	step("deleted", "other", "computed")
}

func TestACancelledReadSaysNothing(t *testing.T) {
	r := newRepo(t)
	r.Edit("2026-01-01", "Ana", "content/a.md", "One.\n")
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	h, list := Read(ctx, r.content(), Options{})
	if len(h.Files) != 0 || len(list) != 0 {
		t.Errorf("%d dates, messages %v", len(h.Files), list)
	}
}

// Where no text is merged line by line, a page's changes are those that "git log -- PAGE" lists. The repositories are
// random: many branches, merges that take one side or say something new, texts that come back.
func TestRandomHistoriesAgreeWithGitLog(t *testing.T) {
	for seed := range uint64(6) {
		t.Run(fmt.Sprint("seed ", seed), func(t *testing.T) {
			r := newRepo(t)
			r.importRandom(rand.New(rand.NewPCG(seed, 1)), 80, 4)
			h, list := r.read()
			if len(list) != 0 || len(h.Files) != 4 {
				t.Fatalf("%d dates, messages %v", len(h.Files), list)
			}
			for path, f := range h.Files {
				commits := strings.Fields(r.Git("log", "--date-order", "--format=%H", "--", "content/"+path))
				if len(f.Changes) != len(commits) || f.Last().Commit != commits[0] || f.First().Commit != commits[len(commits)-1] {
					t.Errorf("%s: %d changes, last %.8s; git log has %d, last %.8s", path, len(f.Changes), f.Last().Commit, len(commits), commits[0])
				}
			}
		})
	}
}

// importRandom makes commits with one or two parents among the last few.
func (r repo) importRandom(rnd *rand.Rand, commits, pages int) {
	r.T.Helper()
	texts := make([][]string, commits+1) // by commit, by page
	var stream strings.Builder
	for c := 1; c <= commits; c++ {
		p1, p2 := max(1, c-1-rnd.IntN(4)), 0
		text := make([]string, pages)
		if c == 1 {
			for i := range text {
				text[i] = fmt.Sprintf("page %d", i)
			}
		} else {
			copy(text, texts[p1])
			if rnd.IntN(3) == 0 {
				p2 = max(1, c-1-rnd.IntN(6))
			}
			if p2 == p1 {
				p2 = 0
			}
			for i := range text {
				switch rnd.IntN(4) {
				case 0: // few texts, so that the same one comes up on two branches
					text[i] = fmt.Sprintf("page %d says %d", i, rnd.IntN(4))
					if p2 != 0 && text[i] != texts[p1][i] && text[i] != texts[p2][i] {
						text[i] = fmt.Sprintf("page %d says %d of its own", i, c)
					}
				case 1:
					if p2 != 0 {
						text[i] = texts[p2][i]
					}
				}
			}
		}
		texts[c] = text
		fmt.Fprintf(&stream, "commit refs/heads/main\nmark :%d\ncommitter C <c@example.com> %d +0000\ndata 1\nc", c, 1700000000+c*60)
		if c > 1 {
			fmt.Fprintf(&stream, "\nfrom :%d", p1)
		}
		if p2 != 0 {
			fmt.Fprintf(&stream, "\nmerge :%d", p2)
		}
		for i, s := range text {
			fmt.Fprintf(&stream, "\nM 100644 inline content/p%d.md\ndata %d\n%s", i, len(s), s)
		}
		stream.WriteString("\n\n")
	}
	r.fastImport(stream.String())
}

func (r repo) fastImport(stream string) {
	r.T.Helper()
	cmd := exec.Command("git", "fast-import", "--quiet", "--force")
	cmd.Dir, cmd.Stdin = r.Dir, strings.NewReader(stream)
	if out, err := cmd.CombinedOutput(); err != nil {
		r.T.Fatalf("git fast-import: %v\n%s", err, out)
	}
}

// 13,000 commits, a tenth of them merges, and 300 pages that each grow to about 5 kB.
func BenchmarkRead(b *testing.B) {
	r := newRepo(b)
	var stream strings.Builder
	text := make([]string, 300)
	pageOf := func(c int) int { return (c*7919 + c/300) % 300 }
	page := func(i int) string { return fmt.Sprintf("content/section-%d/page-%d.md", i%20, i) }
	for c := 1; c <= 13000; c++ {
		i := pageOf(c)
		merge := c%10 == 0 && c > 10
		switch {
		case merge:
		case c%3 == 0 && text[i] != "":
			_, rest, _ := strings.Cut(text[i], "---\n\n")
			text[i] = fmt.Sprintf("---\nreviewed: commit %d\n---\n\n%s", c, rest)
		default:
			text[i] += fmt.Sprintf("In commit %d somebody wrote this sentence about page %d, and another one after it, to make a line of usual length.\n", c, i)
		}
		branch := "main"
		if c%10 == 9 {
			branch = "topic"
		}
		fmt.Fprintf(&stream, "commit refs/heads/%s\nmark :%d\ncommitter Author %d <a%[3]d@example.com> %d +0000\ndata 9\nCommit it", branch, c, c%40, 1600000000+c*3600)
		switch {
		case merge:
			fmt.Fprintf(&stream, "\nfrom :%d\nmerge :%d", c-2, c-1)
			i = pageOf(c - 1)
		case c > 1 && c%10 == 9:
			fmt.Fprintf(&stream, "\nfrom :%d", c-1)
		}
		fmt.Fprintf(&stream, "\nM 100644 inline %s\ndata %d\n%s\n\n", page(i), len(text[i]), text[i])
	}
	r.fastImport(stream.String())
	b.Run("cold", func(b *testing.B) {
		for b.Loop() {
			if h, list := r.read(); len(h.Files) != 300 || len(list) != 0 {
				b.Fatalf("%d pages, messages %v", len(h.Files), list)
			}
		}
	})
	b.Run("remembered", func(b *testing.B) {
		cache := b.TempDir()
		r.readWith(cache)
		for b.Loop() {
			r.readWith(cache)
		}
	})
	b.Run("a commit later", func(b *testing.B) {
		before := b.TempDir()
		r.Git("checkout", "--quiet", "--force", "main")
		r.readWith(before)
		r.Edit("2026-01-01", "Ana", "content/section-1/page-1.md", "Another text.\n")
		for b.Loop() {
			b.StopTimer()
			cache := filepath.Join(b.TempDir(), "cache")
			r.Must(os.CopyFS(cache, os.DirFS(before)))
			b.StartTimer()
			r.readWith(cache)
		}
	})
}
