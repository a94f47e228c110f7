package history

import (
	"context"
	"handbook/builder/fixture"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestChangesHoldTheTextBeforeAndAfter(t *testing.T) {
	r := newRepo(t)
	r.Edit("2026-01-01", "Ana", "content/old.md", "One.\n")
	r.Edit("2026-02-02", "Ben", "content/old.md", "One. Two.\n")
	r.Git("mv", "content/old.md", "content/a.md")
	r.Commit("2026-02-03", "Mover")
	r.Edit("2026-02-04", "Mover", "content/a.md", "---\nowner: ana\n---\nOne. Two.\n")
	r.Edit("2026-03-03", "Cleo", "content/a.md", "---\nowner: ana\n---\nOne. Two. Three.\n")
	cache := t.TempDir()
	for _, when := range []string{"computed", "from the cache"} {
		h, _ := r.readWith(cache)
		texts := h.Texts(context.Background())
		var got []string
		text := func(id string) string {
			if id == "" {
				return "nothing"
			}
			data, err := texts.Text(id)
			if err != nil {
				t.Error(err)
			}
			return strings.TrimSpace(string(body(data)))
		}
		f := h.Files["a.md"]
		for _, c := range f.Changes {
			got = append(got, c.Author+": "+text(c.Before.Blob)+" to "+text(c.After.Blob))
		}
		want := "Cleo: One. Two. to One. Two. Three.; Ben: One. to One. Two.; Ana: nothing to One."
		if s := strings.Join(got, "; "); s != want {
			t.Errorf("%s: %s\nwant %s", when, s, want)
		}
		if text(f.Blob) != "One. Two. Three." || len(f.Alike) != 0 {
			t.Errorf("%s: today it is %q, alike are %v", when, text(f.Blob), f.Alike)
		}
		for _, id := range []string{"", "x", strings.Repeat("0", 40), strings.Repeat("0", 39) + "\n", h.Head + "\n" + h.Head} {
			if _, err := texts.Text(id); err == nil {
				t.Errorf("%q has a text", id)
			}
		}
		if text(f.Blob) != "One. Two. Three." {
			t.Error("after a question for what is not there the next one fails")
		}
		texts.Close()
		texts.Close()
	}
}

func TestAlikeGoesBackOverIgnoredCommitsOnly(t *testing.T) {
	r := newRepo(t)
	alike := func(want ...string) {
		t.Helper()
		h, _ := r.read()
		texts := h.Texts(context.Background())
		defer texts.Close()
		var got []string
		for _, v := range h.Files["a.md"].Alike {
			data, err := texts.Text(v.Blob)
			r.Must(err)
			got = append(got, strings.TrimSpace(string(data)))
		}
		if strings.Join(got, "|") != strings.Join(want, "|") {
			t.Errorf("alike are %q, want %q", got, want)
		}
	}
	r.Edit("2026-01-01", "Ana", "content/a.md", fourLines)
	first := r.Edit("2026-02-02", "Bot", "content/a.md", strings.ToLower(fourLines))
	second := r.Edit("2026-02-03", "Bot", "content/a.md", strings.ToUpper(fourLines))
	alike()
	r.Write(".git-blame-ignore-revs", second)
	alike(strings.TrimSpace(strings.ToLower(fourLines)))
	r.Write(".git-blame-ignore-revs", second+"\n"+first)
	alike(strings.TrimSpace(strings.ToLower(fourLines)), strings.TrimSpace(fourLines))

	// An edit on another branch is missing from what stood before the ignored commit.
	r.Git("checkout", "--quiet", "-b", "branch")
	r.Edit("2026-03-01", "Ben", "content/a.md", strings.Replace(strings.ToUpper(fourLines), "ONE.", "ONE, BY BEN.", 1))
	r.Git("checkout", "--quiet", "main")
	bulk := r.Edit("2026-03-02", "Bot", "content/a.md", strings.Replace(strings.ToUpper(fourLines), "FOUR.", "four.", 1))
	r.merge("2026-03-03", "Merger", "branch", "", "")
	r.Write(".git-blame-ignore-revs", bulk)
	alike()
	r.Edit("2026-04-04", "Ana", "content/a.md", "Other.\n")
	alike()
}

// Between two builds git is asked nothing as long as the repository stays where it is.
func TestAReaderAsksGitOnlyWhenTheRepositoryMoved(t *testing.T) {
	r := newRepo(t)
	r.Edit("2026-01-01", "Ana", "content/a.md", "One.\n")
	asked := counting(t)
	reader := NewReader(r.content(), Options{})
	step := func(what, git, want string) {
		t.Helper()
		asked()
		h, list := reader.Read(context.Background())
		if got := asked(); (got != "") != (git != "") {
			t.Errorf("%s: asked git to %q, want %q", what, got, git)
		}
		for _, m := range list {
			t.Errorf("%s: %s", what, m.Text)
		}
		if got := seen(h.Files["a.md"]); got != want {
			t.Errorf("%s: %s, want %s", what, got, want)
		}
	}
	step("at first", "log", "2026-01-01 Ana, new")
	step("again", "", "2026-01-01 Ana, new")
	r.Write("content/a.md", "Two.\n")
	step("with an edit", "", "2026-01-01 Ana, new")
	bulk := r.Commit("2026-02-02", "Ben")
	step("with a commit", "log", "2026-02-02 Ben, 2 changes since 2026-01-01")
	r.Git("pack-refs", "--all")
	step("with packed refs", "rev-parse", "2026-02-02 Ben, 2 changes since 2026-01-01")
	r.Git("checkout", "--quiet", "--detach", "HEAD^")
	step("at an old commit", "log", "2026-01-01 Ana, new")
	step("and again", "", "2026-01-01 Ana, new")
	r.Git("checkout", "--quiet", "main")
	r.Write(".git-blame-ignore-revs", bulk)
	step("with an ignored commit", "log", "2026-01-01 Ana, new")
	r.Must(os.Remove(filepath.Join(r.Dir, ".git-blame-ignore-revs")))
	r.Write(".mailmap", "Benjamin <ben@example.com>\n")
	step("with other names", "log", "2026-02-02 Benjamin, 2 changes since 2026-01-01")

	tree := repo{fixture.Repo{T: t, Dir: filepath.Join(t.TempDir(), "tree")}}
	r.Git("worktree", "add", "--quiet", "-b", "side", tree.Dir)
	reader = NewReader(tree.content(), Options{})
	step("another work tree", "log", "2026-02-02 Ben, 2 changes since 2026-01-01")
	step("that again", "", "2026-02-02 Ben, 2 changes since 2026-01-01")
	tree.Edit("2026-03-03", "Cleo", "content/a.md", "Three.\n")
	step("with a commit there", "log", "2026-03-03 Cleo, 3 changes since 2026-01-01")
	if root, prefix := reader.Where(context.Background()); prefix != "content/" || filepath.Base(root) != "tree" {
		t.Errorf("it lies in %q, %q", root, prefix)
	}
}

func TestAReaderSeesARepositoryComeAndGo(t *testing.T) {
	r := newRepo(t)
	r.Must(os.RemoveAll(filepath.Join(r.Dir, ".git")))
	r.Write("content/a.md", "One.\n")
	reader := NewReader(r.content(), Options{})
	count := func(what string, want int) {
		t.Helper()
		if h, list := reader.Read(context.Background()); len(h.Files) != want || len(list) != 0 {
			t.Errorf("%s: %d dates, messages %v", what, len(h.Files), list)
		}
	}
	count("without one", 0)
	r.Git("init", "--quiet", "--initial-branch=main")
	count("without a commit", 0)
	r.Commit("2026-01-01", "Ana")
	count("with a commit", 1)
	r.Must(os.RemoveAll(filepath.Join(r.Dir, ".git")))
	count("gone", 0)
}
