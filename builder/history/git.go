package history

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"slices"
	"strconv"
	"strings"
	"time"

	"handbook/builder/diag"
	"handbook/builder/ending"
	"handbook/builder/memo"
)

// git runs the git command in one folder. It only reads: no hook, pager, external diff, file system monitor or
// signature check that a repository configures is started, nothing is fetched, and no lock is taken.
type git struct {
	bin string
	dir string
	env []string
}

var (
	errShallow = errors.New("shallow clone")
	errPartial = errors.New("clone without the contents of old versions")

	errUntracked = errors.New("shallow clone, of which the dates are known")
)

// gitError is a command that git refused or could not finish.
type gitError struct {
	dir    string
	stderr string
}

func (e *gitError) Error() string { return "git: " + e.stderr }

// findGit returns false when there is no git on this machine.
func findGit(dir string) (git, bool) {
	bin, err := exec.LookPath("git")
	if err != nil {
		return git{}, false
	}
	return git{bin: bin, dir: dir, env: environment(os.Environ())}, true
}

// environment drops the variables that point git at another repository, as a hook that runs handbook sets them, and
// those that start programs. Configuration stays readable, the system's too: safe.directory is often set there.
func environment(all []string) []string {
	env := slices.DeleteFunc(slices.Clone(all), func(kv string) bool {
		name, _, _ := strings.Cut(kv, "=")
		switch {
		case name == "LANGUAGE" || strings.HasPrefix(name, "LC_"):
			return true
		case strings.HasPrefix(name, "GIT_CONFIG") || name == "GIT_CEILING_DIRECTORIES" || name == "GIT_DISCOVERY_ACROSS_FILESYSTEM":
			return false
		}
		return strings.HasPrefix(name, "GIT_")
	})
	return append(env,
		"LC_ALL=C",             // messages are told apart by their English text
		"GIT_OPTIONAL_LOCKS=0", // a build may run beside other git commands
		"GIT_TERMINAL_PROMPT=0",
		"GIT_NO_LAZY_FETCH=1", // a partial clone must not fetch file after file during a build;
		"GIT_ALLOW_PROTOCOL=", // versions of git before 2.45 know only this way to say so
	)
}

func (g git) command(ctx context.Context, args ...string) *exec.Cmd {
	fixed := []string{"--no-pager", "--literal-pathspecs",
		"-c", "core.hooksPath=/dev/null", "-c", "core.fsmonitor=false", "-c", "log.showSignature=false",
		"-c", "log.showRoot=true", "-c", "log.diffMerges=separate"}
	cmd := exec.CommandContext(ctx, g.bin, append(fixed, args...)...)
	cmd.Dir, cmd.Env = g.dir, g.env
	cmd.WaitDelay = time.Second // a cancelled build does not wait for a grandchild that holds the pipe
	return cmd
}

// output runs a command to its end.
func (g git) output(ctx context.Context, args ...string) ([]byte, error) {
	return g.pipe(ctx, nil, args...)
}

func (g git) pipe(ctx context.Context, stdin io.Reader, args ...string) ([]byte, error) {
	var stdout, stderr bytes.Buffer
	cmd := g.command(ctx, args...)
	cmd.Stdin, cmd.Stdout, cmd.Stderr = stdin, &stdout, &stderr
	if err := cmd.Run(); err != nil {
		return stdout.Bytes(), g.failed(err, stderr.String())
	}
	return stdout.Bytes(), nil
}

func (g git) failed(err error, stderr string) error {
	if stderr = strings.TrimSpace(stderr); stderr == "" {
		stderr = err.Error()
	}
	return &gitError{g.dir, stderr}
}

// stream hands on what a command prints while it runs. An error of read ends it.
func (g git) stream(ctx context.Context, read func(*bufio.Reader) error, args ...string) error {
	cmd := g.command(ctx, args...)
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	out, err := cmd.StdoutPipe()
	if err == nil {
		err = cmd.Start()
	}
	if err != nil {
		return g.failed(err, "")
	}
	if err := read(bufio.NewReaderSize(out, 1<<18)); err != nil {
		cmd.Process.Kill()
		cmd.Wait()
		return err
	}
	if err := cmd.Wait(); err != nil {
		return g.failed(err, stderr.String())
	}
	return nil
}

// next reads up to the next zero byte.
func next(r *bufio.Reader) (string, error) {
	piece, err := r.ReadString(0)
	if err == io.EOF && piece != "" {
		err = io.ErrUnexpectedEOF
	}
	return strings.TrimSuffix(piece, "\x00"), err
}

// plainLog are the options of git log that a user's configuration could otherwise set. Without "-m" a merge shows no files.
func plainLog(more ...string) []string {
	return append([]string{"log", "--raw", "-z", "-O/dev/null", "--no-abbrev", "--no-relative", "--no-ext-diff", "--no-textconv",
		"--no-show-signature", "--no-notes", "--no-decorate", "--no-color", "--ignore-submodules=none", "--date-order"}, more...)
}

// edit is what a commit did to one file.
type edit struct {
	By
	mode          string // that the file had
	before, after string // ids of its contents
	file          string // below the repository's top folder
}

// edits goes through the commits from a day on, the newest first. What was made after that day, wherever on earth, was not
// committed before it began in Greenwich.
func (g git) edits(ctx context.Context, first time.Time, use func(edit), which, below []string) error {
	args := plainLog("--encoding=UTF-8", "--date=raw", fmt.Sprintf("--max-age=%d", max(0, first.Unix())), "--format=tformat:%H%x00%aN%x00%ad")
	args = slices.Concat(args, which, []string{"--"}, below)
	return g.stream(ctx, func(r *bufio.Reader) error {
		var e edit
		for {
			piece, err := next(r)
			if err == io.EOF {
				return nil
			}
			about := strings.TrimPrefix(piece, "\n")
			if err == nil && strings.HasPrefix(about, ":") { // :OLDMODE NEWMODE OLDID NEWID STATUS, then the name
				e.file, err = next(r)
				if f := strings.Fields(about); err == nil && len(f) == 5 {
					e.mode, e.before, e.after = f[0][1:], f[2], f[3]
					use(e)
				}
			} else if err == nil { // a commit's id, then its author and date
				var author, date string
				if author, err = next(r); err == nil {
					date, err = next(r)
				}
				e = edit{By: By{piece, clean(author), dayOf(date)}}
			}
			if err != nil {
				return err
			}
		}
	}, args...)
}

// Entry is a file of a commit.
type Entry struct {
	Path string // below the repository's top folder, with slashes
	ID   string // of the content
	Size int64
}

// tree lists the files of a commit below some folders, or files; all of it for none. With sizes it looks at each of them.
func (g git) tree(ctx context.Context, commit string, options []string, below ...string) ([]treeEntry, error) {
	out, err := g.output(ctx, slices.Concat([]string{"ls-tree", "-r", "-z", "--full-tree"}, options, []string{commit, "--"}, below)...)
	if err != nil {
		return nil, err
	}
	var list []treeEntry
	for line := range strings.SplitSeq(string(out), "\x00") {
		about, name, ok := strings.Cut(line, "\t") // "100644 blob ID", perhaps the size, then the name
		f := append(strings.Fields(about), "")
		if !ok || len(f) < 4 {
			continue
		}
		size, _ := strconv.ParseInt(f[3], 10, 64)
		list = append(list, treeEntry{Entry{name, f[2], size}, regular(f[0])})
	}
	return list, nil
}

type treeEntry struct {
	Entry
	regular bool // no symbolic link and no submodule, which have no text of their own here
}

// pages lists the .md files below the prefix at a commit.
func (g git) pages(ctx context.Context, head, prefix string) ([]Entry, error) {
	var below []string
	if prefix != "" {
		below = []string{prefix}
	}
	entries, err := g.tree(ctx, head, nil, below...)
	var pages []Entry
	for _, e := range entries {
		if e.regular && isPage(prefix, e.Path) {
			pages = append(pages, e.Entry)
		}
	}
	return pages, err
}

func isPage(prefix, name string) bool {
	return strings.HasPrefix(name, prefix) && ending.Of(name) != ""
}

func regular(mode string) bool { return strings.HasPrefix(mode, "100") }

// name fills in who made the commits, and when.
func (g git) name(ctx context.Context, commits []By) error {
	if len(commits) == 0 {
		return nil // without a commit git would take HEAD
	}
	byID := make(map[string]*By, len(commits))
	var ids strings.Builder
	for i := range commits {
		byID[commits[i].Commit] = &commits[i]
		ids.WriteString(commits[i].Commit + "\n")
	}
	out, err := g.pipe(ctx, strings.NewReader(ids.String()), "log", "--stdin", "--no-walk=unsorted",
		"--no-patch", "--no-notes", "--no-color", "--encoding=UTF-8", "--date=raw", "-z", "--format=tformat:%H%x00%aN%x00%ad")
	f := strings.Split(strings.TrimSuffix(string(out), "\x00"), "\x00")
	for ; len(f) >= 3; f = f[3:] {
		if by := byID[f[0]]; by != nil {
			by.Author, by.Day = clean(f[1]), dayOf(f[2])
		}
	}
	return err
}

func clean(s string) string { return strings.ToValidUTF8(s, "\uFFFD") }

// dayOf is the day of "1700000000 +0130", as the calendar had it where that was written down. Commits made by broken programs
// carry years and zones that do not exist; where git cannot read a date it says 0.
func dayOf(s string) string {
	seconds, zone, _ := strings.Cut(s, " ")
	unix, err := strconv.ParseInt(seconds, 10, 64)
	if err != nil || unix <= 0 || unix > 253402128000 { // the year 9999, less a day for the zone
		return ""
	}
	hhmm, err := strconv.Atoi(zone)
	offset := (hhmm/100*60 + hhmm%100) * 60
	if err != nil || offset <= -86400 || offset >= 86400 {
		offset = 0
	}
	return time.Unix(unix+int64(offset), 0).UTC().Format(time.DateOnly)
}

// maxText is the size of a content, in bytes, above which only its id is compared: no page is that large.
const maxText = 64 << 20

// Texts reads contents of files by their ids. Git runs from the first question on to which it alone has the answer, "cat-file
// --batch"; Close ends it. It is for one goroutine at a time.
type Texts struct {
	ctx context.Context
	git git
	set *memo.Set

	cmd    *exec.Cmd
	in     io.WriteCloser
	out    *bufio.Reader
	stderr bytes.Buffer
}

func newTexts(ctx context.Context, g git) *Texts { return &Texts{ctx: ctx, git: g} }

// each reads contents in order. The data is gone when use returns.
func (t *Texts) each(ids []string, use func(id string, data []byte)) error {
	if len(ids) == 0 {
		return nil
	}
	if err := t.start(); err != nil {
		return err
	}
	go io.WriteString(t.in, strings.Join(ids, "\n")+"\n") // beside reading, or both pipes fill up; a failure shows below
	var buf []byte
	for i, id := range ids {
		header, err := t.out.ReadString('\n') // "ID blob SIZE" or "ID missing"
		if err != nil {
			return t.fail(err)
		}
		f := strings.Fields(header)
		if len(f) != 3 || f[0] != id {
			err := fmt.Errorf("unable to read %s", id)
			if i == len(ids)-1 && len(f) == 2 && f[1] == "missing" {
				return t.git.failed(err, "") // git waits for the next question
			}
			return t.fail(err)
		}
		size, err := strconv.Atoi(f[2])
		if err != nil || size < 0 {
			return t.fail(fmt.Errorf("unable to read %s", id))
		}
		if size > maxText {
			if _, err := io.CopyN(io.Discard, t.out, int64(size)+1); err != nil {
				return t.fail(err)
			}
			use(id, []byte(id))
			continue
		}
		buf = slices.Grow(buf[:0], size)[:size]
		if _, err := io.ReadFull(t.out, buf); err != nil {
			return t.fail(err)
		}
		if _, err := t.out.Discard(1); err != nil { // the line feed after the content
			return t.fail(err)
		}
		use(id, buf)
	}
	return nil
}

func (t *Texts) start() error {
	if t.cmd != nil {
		return nil
	}
	t.stderr.Reset()
	cmd := t.git.command(t.ctx, "cat-file", "--batch")
	cmd.Stderr = &t.stderr
	in, err := cmd.StdinPipe()
	if err != nil {
		return t.git.failed(err, "")
	}
	out, err := cmd.StdoutPipe()
	if err != nil {
		return t.git.failed(err, "")
	}
	if err := cmd.Start(); err != nil {
		return t.git.failed(err, "")
	}
	t.cmd, t.in, t.out = cmd, in, bufio.NewReaderSize(out, 1<<16)
	return nil
}

func (t *Texts) fail(err error) error {
	t.Close()
	return t.git.failed(err, t.stderr.String())
}

// Close ends git. A later question starts it again.
func (t *Texts) Close() {
	if t.cmd == nil {
		return
	}
	t.in.Close()
	t.cmd.Process.Kill() // it holds nothing that must be finished, and may wait to write what nobody reads
	t.cmd.Wait()
	t.cmd = nil
}

// Texts is for the ids in File and Change.
func (h History) Texts(ctx context.Context) *Texts {
	g, _ := findGit(h.Root)
	return &Texts{ctx: ctx, git: g, set: h.from.set}
}

// Text returns a content, frontmatter included.
func (t *Texts) Text(id string) ([]byte, error) {
	if t.git.bin == "" || !isID(id) {
		return nil, fmt.Errorf("unable to read %q", id)
	}
	text := memo.Of(t.ctx, t.set, olds, old{t, id})
	return []byte(text.Data), text.err
}

type old struct {
	texts *Texts
	id    string
}

type oldText struct {
	Data string
	err  error `memo:"-"`
}

// olds remembers the contents that were asked for, since another clone may leave them out.
var olds = &memo.Func[old, oldText]{
	Name:    "old text",
	Version: "1",
	Sum:     func(o old) memo.Sum { return memo.SumOf([]byte(o.id)) },
	Make: func(_ context.Context, o old) (text oldText) {
		text.err = o.texts.each([]string{o.id}, func(_ string, data []byte) { text.Data = string(data) })
		return text
	},
	Keep:  func(t oldText) bool { return t.err == nil },
	Codec: memo.CodecOf[oldText](),
	Aside: true,
}

// whyMissing tells a clone that left contents out on purpose from a repository that is broken.
func (g git) whyMissing(ctx context.Context, err error) error {
	if out, _ := g.output(ctx, "config", "--get-regexp", `^remote\..*\.partialclonefilter$`); len(out) > 0 {
		return errPartial
	}
	return err
}

// Unreadable is the message for an error of Track; none when it is the context's.
func Unreadable(err error) diag.List { return explain(err) }

const whole = `fetch the whole history: "fetch-depth: 0" for actions/checkout, "GIT_DEPTH: 0" in GitLab CI, or git fetch --unshallow`

// explain makes the one message of a history that cannot be shown; none where there is no repository.
func explain(err error) diag.List {
	var list diag.List
	switch err {
	case errShallow:
		list.Add(diag.ShallowHistory, diag.Place{}, "this is a shallow clone, so no page shows when its text last changed", whole)
		return list
	case errUntracked:
		list.Add(diag.ShallowHistory, diag.Place{}, "this is a shallow clone, so no page shows that the files that it tracks have changed", whole)
		return list
	case errPartial:
		list.Add(diag.ShallowHistory, diag.Place{}, "this clone leaves out old versions of the pages, so no page shows when its text last changed",
			"clone without --filter; for actions/checkout, remove \"filter\" and keep \"fetch-depth: 0\"")
		return list
	}
	failed, ok := err.(*gitError)
	if !ok || strings.Contains(failed.stderr, "not a git repository") {
		return nil
	}
	if top, ok := foreign(failed); ok {
		list.Add(diag.UnreadableHistory, diag.Place{}, "git does not trust this repository, because another user owns it, so no page shows when its text last changed",
			"if you trust it, run: git config --global --add safe.directory "+quote(top))
		return list
	}
	line, _, _ := strings.Cut(failed.stderr, "\n")
	list.Add(diag.UnreadableHistory, diag.Place{}, "git cannot read this repository's history, so no page shows when its text last changed: "+
		strings.TrimPrefix(line, "fatal: "), "run git fsck in the repository and mend what it reports")
	return list
}

// foreign returns the folder that git refuses because of its owner.
func foreign(e *gitError) (top string, ok bool) {
	if !strings.Contains(e.stderr, "dubious ownership") && !strings.Contains(e.stderr, "unsafe repository") {
		return "", false
	}
	if _, rest, found := strings.Cut(e.stderr, "'"); found {
		if top, _, found := strings.Cut(rest, "'"); found {
			return top, true
		}
	}
	return e.dir, true
}

// quote makes a name safe to paste into a shell.
func quote(name string) string {
	plain := func(r rune) bool {
		return r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' || strings.ContainsRune("/._-+", r)
	}
	if name != "" && strings.IndexFunc(name, func(r rune) bool { return !plain(r) }) < 0 {
		return name
	}
	return "'" + strings.ReplaceAll(name, "'", `'\''`) + "'"
}
