package history

import (
	"context"
	"errors"
	"strings"
	"sync"
)

// Errors of At, beside those that git gives.
var (
	ErrNoRepository = errors.New("the content folder is in no git repository")
	ErrNoCommit     = errors.New("the repository has no commit yet")
	ErrNoRevision   = errors.New("there is no such revision")
	ErrShallow      = errors.New("this clone leaves out old commits")
)

// Revision is a commit of the repository that the content folder lies in. It reads git's own objects; nothing is checked
// out.
type Revision struct {
	Commit  string // full id
	Root    string // the top folder of the work tree, as an operating system path
	Prefix  string // the content folder below it, with slashes, ending in one
	Forked  bool   // the commit is where the branch that is checked out left the revision, not the revision itself
	Shallow bool   // where that is cannot be known

	git   git
	mu    sync.Mutex
	texts *Texts
}

// At finds a revision, such as "origin/main", "HEAD~3" or a commit's id. Where the branch that is checked out has left it,
// the commit at which it did is meant: what others did since is not what this branch does.
func At(ctx context.Context, contentDir, rev string) (*Revision, error) {
	r := NewReader(contentDir, Options{})
	if err := r.locate(ctx); err != nil {
		return nil, err
	}
	if r.place == nil {
		return nil, ErrNoRepository
	}
	at := &Revision{Root: r.place.root, Prefix: r.place.prefix, git: r.place.git}
	state := r.place.state(ctx)
	if state.head == "" {
		return nil, ErrNoCommit
	}
	commit, err := at.one(ctx, "rev-parse", "--verify", "--quiet", "--end-of-options", rev+"^{commit}")
	if err != nil || commit == "" {
		if ctx.Err() != nil {
			return nil, ctx.Err()
		}
		if state.shallow != "" {
			return nil, ErrShallow
		}
		return nil, ErrNoRevision
	}
	at.Commit = commit
	base, err := at.one(ctx, "merge-base", state.head, commit)
	switch {
	case err == nil && base != "":
		at.Forked = base != commit
		at.Commit = base
	case ctx.Err() != nil:
		return nil, ctx.Err()
	default:
		at.Shallow = state.shallow != ""
	}
	return at, nil
}

// one is a command that prints an id.
func (r *Revision) one(ctx context.Context, args ...string) (string, error) {
	out, err := r.git.output(ctx, args...)
	id, _, _ := strings.Cut(string(out), "\n")
	if err != nil || !isID(id) {
		return "", err
	}
	return id, nil
}

// Files lists the ordinary files below some folders, or files, of the revision; all of it for none. Symbolic links and
// submodules are none.
func (r *Revision) Files(ctx context.Context, below ...string) ([]Entry, error) {
	entries, err := r.git.tree(ctx, r.Commit, []string{"-l"}, below...)
	var list []Entry
	for _, e := range entries {
		if e.regular {
			list = append(list, e.Entry)
		}
	}
	return list, err
}

// Read returns a content. It may be called from several goroutines at once.
func (r *Revision) Read(ctx context.Context, id string) ([]byte, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.texts == nil {
		r.texts = newTexts(ctx, r.git)
	}
	return r.texts.Text(id)
}

// Close ends git.
func (r *Revision) Close() {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.texts != nil {
		r.texts.Close()
		r.texts = nil
	}
}
