package history

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"handbook/builder/diag"
	"handbook/builder/memo"
)

// Reader reads the history of one folder as often as it is asked, and goes through it again only when the repository
// has moved on. It is for one goroutine at a time.
type Reader struct {
	dir  string
	opts Options

	place   *place // nil until the folder was found in a repository
	state   state  // of which the history is
	known   bool
	history History
	msgs    diag.List
}

// NewReader reads the pages in a folder, which may be any folder of a repository.
func NewReader(contentDir string, opts Options) *Reader {
	dir, err := filepath.Abs(contentDir)
	if err == nil {
		dir, err = filepath.EvalSymlinks(dir)
	}
	if err != nil {
		dir = ""
	}
	return &Reader{dir: dir, opts: opts}
}

// place is where a folder lies in its repository.
type place struct {
	git    git
	found  string // the .git above the folder that was seen first
	root   string // top folder of the work tree
	prefix string // of the folder below root, with slashes, ending in one
	dir    string // the repository itself
	common string // the same but for what each work tree has for itself
}

// state is everything in a repository that the history of the pages depends on.
type state struct {
	head             string
	shallow          string // ids of the commits whose parents this clone leaves out; "" for none
	ignored, mailmap string // contents of the files
}

// Where returns the top folder of the repository's work tree, as an operating system path without symbolic links, and
// the content folder below it, with slashes, ending in one; "" and "" where there is no repository. It is quick.
func (r *Reader) Where(ctx context.Context) (root, prefix string) {
	if err := r.locate(ctx); err != nil || r.place == nil {
		return "", ""
	}
	return r.place.root, r.place.prefix
}

// Read returns the history of the pages at the commit that is checked out. A folder outside any repository, an untracked
// one, a repository without commits and a machine without git give no dates and no message. At most one message comes
// back: the reason why a repository that is there gives no dates.
func (r *Reader) Read(ctx context.Context) (History, diag.List) {
	err := r.locate(ctx)
	if err != nil || r.place == nil {
		r.known = false
		if ctx.Err() != nil {
			err = nil
		}
		return History{}, explain(err)
	}
	now := r.place.state(ctx)
	if r.opts.At != "" {
		now.head = r.opts.At
	}
	if r.known && r.state == now {
		return r.history, r.msgs
	}
	h, err := r.read(ctx, now)
	if ctx.Err() != nil {
		return History{}, nil
	}
	r.known, r.state, r.history, r.msgs = true, now, h, explain(err)
	return r.history, r.msgs
}

// locate asks git about the folder, unless the same .git still lies above it.
func (r *Reader) locate(ctx context.Context) error {
	found := dotGit(r.dir)
	if r.place != nil && r.place.found == found {
		return nil
	}
	r.place, r.known = nil, false
	if found == "" {
		return nil
	}
	g, ok := findGit(r.dir)
	if !ok {
		return nil
	}
	// The prefix comes last because it may hold a line break.
	out, err := g.output(ctx, "rev-parse", "--is-inside-work-tree", "--absolute-git-dir", "--git-common-dir", "--show-cdup", "--show-prefix")
	if err != nil {
		return err
	}
	facts := strings.SplitN(string(out), "\n", 5)
	if len(facts) < 5 || facts[0] != "true" {
		return nil
	}
	p := &place{git: g, found: found, dir: facts[1], common: facts[2], prefix: strings.TrimSuffix(facts[4], "\n")}
	if !filepath.IsAbs(p.common) {
		p.common = filepath.Join(r.dir, p.common)
	}
	if info, err := os.Stat(p.common); err != nil || !info.IsDir() {
		return nil // a line break in a folder's name
	}
	p.root = filepath.Join(r.dir, filepath.FromSlash(facts[3]))
	r.place = p
	return nil
}

// dotGit returns the first .git above a folder or in it; "" where there is none, and nothing to ask git.
func dotGit(dir string) string {
	if info, err := os.Stat(dir); dir == "" || err != nil || !info.IsDir() {
		return ""
	}
	for {
		file := filepath.Join(dir, ".git")
		if _, err := os.Lstat(file); err == nil {
			return file
		}
		parent := filepath.Dir(dir)
		if parent == dir {
			return ""
		}
		dir = parent
	}
}

// state looks at a few small files. Git is started only where the branch's commit does not stand in a file of its own.
func (p *place) state(ctx context.Context) state {
	var s state
	if s.head = p.checkedOut(); s.head == "" {
		out, err := p.git.output(ctx, "rev-parse", "--verify", "--quiet", "HEAD^{commit}")
		if err == nil {
			s.head = strings.TrimSpace(string(out))
		}
	}
	shallow, _ := os.ReadFile(filepath.Join(p.common, "shallow"))
	ignored, _ := os.ReadFile(filepath.Join(p.root, ".git-blame-ignore-revs"))
	mailmap, _ := os.ReadFile(filepath.Join(p.root, ".mailmap"))
	s.shallow, s.ignored, s.mailmap = string(shallow), string(ignored), string(mailmap)
	return s
}

// checkedOut reads the commit that is checked out; "" where git has to be asked.
func (p *place) checkedOut() string {
	data, err := os.ReadFile(filepath.Join(p.dir, "HEAD"))
	if err != nil {
		return ""
	}
	head := strings.TrimSpace(string(data))
	if ref, ok := strings.CutPrefix(head, "ref: "); ok {
		if !strings.HasPrefix(ref, "refs/heads/") || !filepath.IsLocal(ref) {
			return ""
		}
		data, err := os.ReadFile(filepath.Join(p.common, filepath.FromSlash(ref)))
		if err != nil {
			return ""
		}
		head = strings.TrimSpace(string(data))
	}
	if !isID(head) {
		return ""
	}
	return head
}

// isID reports whether the text is the whole id of a commit or content.
func isID(s string) bool {
	return (len(s) == 40 || len(s) == 64) && strings.Trim(s, "0123456789abcdef") == ""
}

func (r *Reader) read(ctx context.Context, s state) (History, error) {
	p := r.place
	h := History{Head: s.head, Root: p.root, Prefix: p.prefix, Shallow: s.shallow != "", from: walking{place: p, state: s, set: r.opts.Set, walk: walk}}
	if h.Head == "" {
		return h, nil // no commit yet
	}
	h.all = memo.Of(ctx, r.opts.Set, walks, h.from)
	var key memo.Hash
	for _, part := range []string{s.head, p.prefix, s.mailmap, s.ignored, fmt.Sprint(h.all.err)} {
		key.String(part)
	}
	h.Key = key.End()
	if err := h.all.err; err != nil {
		h.Shallow = h.Shallow || err == errPartial
		return h, err
	}
	h.Files = h.all.files(p.prefix, parseIgnored(s.ignored))
	return h, nil
}
