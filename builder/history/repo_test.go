package history

import (
	"context"
	"fmt"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"handbook/builder/diag"
	"handbook/builder/memo"
)

// repo is a repository in a temporary folder, made by real git. Its pages are below content/.
type repo struct {
	t   testing.TB
	dir string
}

// newRepo makes an empty repository and takes the user's own configuration out of the way.
func newRepo(t testing.TB) repo {
	t.Helper()
	if _, err := exec.LookPath("git"); err != nil {
		t.Skip("no git on this machine, and these tests read repositories that git made")
	}
	t.Setenv("GIT_CONFIG_GLOBAL", "/dev/null")
	t.Setenv("GIT_CONFIG_NOSYSTEM", "1")
	t.Setenv("GIT_CEILING_DIRECTORIES", filepath.Dir(t.TempDir())) // a repository around the temporary folder is not meant
	r := repo{t, filepath.Join(t.TempDir(), "handbook")}
	r.must(os.MkdirAll(filepath.Join(r.dir, "content"), 0o777))
	r.git("init", "--quiet", "--initial-branch=main")
	return r
}

func (r repo) must(err error) {
	r.t.Helper()
	if err != nil {
		r.t.Fatal(err)
	}
}

// git runs a command that must work, and returns its output.
func (r repo) git(args ...string) string {
	r.t.Helper()
	return r.gitAs("Tester", "2026-01-01", args...)
}

// gitAs runs a command that may commit. A day alone means noon in Greenwich.
func (r repo) gitAs(author, day string, args ...string) string {
	r.t.Helper()
	if !strings.Contains(day, "T") {
		day += "T12:00:00+0000"
	}
	email := strings.ToLower(author) + "@example.com"
	cmd := exec.Command("git", args...)
	cmd.Dir = r.dir
	cmd.Env = append(os.Environ(), "GIT_AUTHOR_DATE="+day, "GIT_COMMITTER_DATE="+day, "GIT_AUTHOR_NAME="+author, "GIT_AUTHOR_EMAIL="+email,
		"GIT_COMMITTER_NAME=Committer", "GIT_COMMITTER_EMAIL=committer@example.com")
	out, err := cmd.CombinedOutput()
	if err != nil {
		r.t.Fatalf("git %s: %v\n%s", strings.Join(args, " "), err, out)
	}
	return strings.TrimSpace(string(out))
}

// write puts a text at a path below the repository.
func (r repo) write(path, text string) {
	r.t.Helper()
	full := filepath.Join(r.dir, filepath.FromSlash(path))
	r.must(os.MkdirAll(filepath.Dir(full), 0o777))
	r.must(os.WriteFile(full, []byte(text), 0o666))
}

// commit records everything as it is now and returns the commit's id.
func (r repo) commit(day, author string) string {
	r.t.Helper()
	r.git("add", "--all")
	r.gitAs(author, day, "commit", "--quiet", "--allow-empty", "--message", author+" on "+day)
	return r.git("rev-parse", "HEAD")
}

// edit is write and commit.
func (r repo) edit(day, author, path, text string) string {
	r.t.Helper()
	r.write(path, text)
	return r.commit(day, author)
}

// merge merges a branch; resolve, when given, says what the page must read.
func (r repo) merge(day, author, branch, path, resolve string, options ...string) {
	r.t.Helper()
	args := append([]string{"merge", "--no-ff", "--no-commit", "--quiet"}, options...)
	cmd := exec.Command("git", append(args, branch)...)
	cmd.Dir = r.dir
	cmd.Env = append(os.Environ(), "GIT_COMMITTER_NAME=c", "GIT_COMMITTER_EMAIL=c")
	out, err := cmd.CombinedOutput()
	if err != nil && resolve == "" {
		r.t.Fatalf("git merge: %v\n%s", err, out)
	}
	if resolve != "" {
		r.write(path, resolve)
	}
	r.commit(day, author)
}

func (r repo) content() string { return filepath.Join(r.dir, "content") }

// read reads the history of content/ without a cache.
func (r repo) read() (History, diag.List) {
	r.t.Helper()
	return Read(context.Background(), r.content(), Options{})
}

// readWith reads it with what earlier readings left in a folder.
func (r repo) readWith(cache string) (History, diag.List) {
	r.t.Helper()
	store := memo.Open(cache, 1<<30, r.t.Name())
	defer store.Close()
	return Read(context.Background(), r.content(), Options{Set: store.NewSet()})
}

// want checks what a reader would see of each page: "2026-03-02 Ana, 2 changes since 2026-01-05".
func (r repo) want(pages map[string]string) {
	r.t.Helper()
	h, list := r.read()
	for _, m := range list {
		r.t.Errorf("unexpected message: %s", m.Text)
	}
	checkPages(r.t, h, pages)
}

func checkPages(t testing.TB, h History, pages map[string]string) {
	t.Helper()
	for _, path := range slices.Sorted(maps.Keys(pages)) {
		got := "nothing"
		if f, ok := h.Files[path]; ok {
			got = seen(f)
		}
		if got != pages[path] {
			t.Errorf("%q: %s; want %s", path, got, pages[path])
		}
	}
	for path := range h.Files {
		if _, ok := pages[path]; !ok {
			t.Errorf("%q has a history that was not expected", path)
		}
	}
}

func seen(f File) string {
	s := fmt.Sprintf("%s %s", f.Last().Day, f.Last().Author)
	if len(f.Changes) == 1 {
		return s + ", new"
	}
	return s + fmt.Sprintf(", %d changes since %s", len(f.Changes), f.First().Day)
}

// Read reads a history once.
func Read(ctx context.Context, contentDir string, opts Options) (History, diag.List) {
	return NewReader(contentDir, opts).Read(ctx)
}
