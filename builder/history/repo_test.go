package history

import (
	"context"
	"fmt"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"testing"

	"handbook/builder/diag"
	"handbook/builder/fixture"
	"handbook/builder/memo"
)

// repo is a repository whose pages are below content/.
type repo struct{ fixture.Repo }

func newRepo(t testing.TB) repo {
	r := repo{fixture.NewRepo(t)}
	r.Must(os.MkdirAll(r.content(), 0o777))
	return r
}

// merge merges a branch; resolve, when given, says what the page must read.
func (r repo) merge(day, author, branch, path, resolve string, options ...string) {
	r.T.Helper()
	args := append([]string{"merge", "--no-ff", "--no-commit", "--quiet"}, options...)
	cmd := exec.Command("git", append(args, branch)...)
	cmd.Dir = r.Dir
	cmd.Env = append(os.Environ(), "GIT_COMMITTER_NAME=c", "GIT_COMMITTER_EMAIL=c")
	out, err := cmd.CombinedOutput()
	if err != nil && resolve == "" {
		r.T.Fatalf("git merge: %v\n%s", err, out)
	}
	if resolve != "" {
		r.Write(path, resolve)
	}
	r.Commit(day, author)
}

func (r repo) content() string { return filepath.Join(r.Dir, "content") }

// read reads the history of content/ without a cache.
func (r repo) read() (History, diag.List) {
	r.T.Helper()
	return Read(context.Background(), r.content(), Options{})
}

// readWith reads it with what earlier readings left in a folder.
func (r repo) readWith(cache string) (History, diag.List) {
	r.T.Helper()
	store := memo.Open(cache, 1<<30, r.T.Name())
	defer store.Close()
	return Read(context.Background(), r.content(), Options{Set: store.NewSet()})
}

// want checks what a reader would see of each page: "2026-03-02 Ana, 2 changes since 2026-01-05".
func (r repo) want(pages map[string]string) {
	r.T.Helper()
	h, list := r.read()
	for _, m := range list {
		r.T.Errorf("unexpected message: %s", m.Text)
	}
	checkPages(r.T, h, pages)
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
