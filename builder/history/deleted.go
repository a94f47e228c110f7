package history

import (
	"bufio"
	"bytes"
	"context"
	"fmt"
	"io"
	"strings"
	"time"
)

// Deleted is a page that Head no longer has.
type Deleted struct {
	Path   string // below the content folder, as it last was
	Blob   string // id of its last content
	Commit string // full id of the commit that deleted it
	Author string // as .mailmap has it
	Day    string // the author's calendar day, "2026-03-02"
}

// Deleted lists the pages that commits deleted since a day, "2026-03-02", the newest first, each once. A page that was
// renamed, or is there again, is none; nor is one that a commit in .git-blame-ignore-revs deleted. It asks git once, and git
// looks at the commits since that day alone.
func (h History) Deleted(ctx context.Context, since string) ([]Deleted, error) {
	g, ok := findGit(h.Root)
	first, err := time.Parse(time.DateOnly, since)
	if !ok || h.Head == "" || h.Shallow || err != nil {
		return nil, nil
	}
	// Every option is named that a user's configuration could otherwise set, as in Track. A rename is looked for among all
	// files that a commit touches: a page may have moved into the folder or out of it.
	cmd := g.command(ctx, "log", "--raw", "-z", "-M", "-l1000", "--diff-filter=D", "-O/dev/null", "--no-abbrev", "--no-relative", "--no-ext-diff", "--no-textconv",
		"--no-show-signature", "--no-notes", "--no-decorate", "--no-color", "--encoding=UTF-8", "--ignore-submodules=none", "--date=raw", "--date-order",
		fmt.Sprintf("--max-age=%d", max(0, first.Unix())), "--format=tformat:%H%x00%aN%x00%ad", h.Head, "--")
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	out, err := cmd.StdoutPipe()
	if err != nil {
		return nil, g.failed(err, "")
	}
	if err := cmd.Start(); err != nil {
		return nil, g.failed(err, "")
	}
	list, read := h.readDeleted(bufio.NewReaderSize(out, 1<<18), since)
	if read != nil {
		cmd.Process.Kill()
	}
	if err := cmd.Wait(); err != nil && read == nil {
		return nil, g.failed(err, stderr.String())
	}
	return list, read
}

// readDeleted takes git's output apart: for each commit its id, author and date, then for each file what it was and its name.
func (h History) readDeleted(r *bufio.Reader, since string) ([]Deleted, error) {
	ignored := parseIgnored(h.ignored)
	var list []Deleted
	var c Deleted
	seen := map[string]bool{}
	for {
		piece, err := next(r)
		if err == io.EOF {
			return list, nil
		}
		if err != nil {
			return nil, err
		}
		if about := strings.TrimPrefix(piece, "\n"); strings.HasPrefix(about, ":") { // :OLDMODE NEWMODE OLDID NEWID D
			name, err := next(r)
			if err != nil {
				return nil, err
			}
			path, inside := strings.CutPrefix(name, h.Prefix)
			_, there := h.Files[path]
			f := strings.Fields(about)
			if !inside || there || len(f) != 5 || !regular(f[0][1:]) || !strings.HasSuffix(path, ".md") || seen[path] {
				continue
			}
			seen[path] = true // what was deleted before that is another page
			if c.Day >= since && !ignored.has(c.Commit) {
				c.Path, c.Blob = path, f[2]
				list = append(list, c)
			}
			continue
		}
		author, err := next(r)
		if err != nil {
			return nil, err
		}
		date, err := next(r)
		if err != nil {
			return nil, err
		}
		c = Deleted{Commit: piece, Author: clean(author), Day: Change{When: parseTime(date)}.Day()}
	}
}
