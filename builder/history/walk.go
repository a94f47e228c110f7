package history

import (
	"bufio"
	"bytes"
	"context"
	"io"
	"maps"
	"slices"
	"strings"
)

// The walk goes from the newest commit to the oldest, every child before its parents, and carries with each commit
// the pages that are to be followed into it and the names they had there. That is what makes merges come out right:
//
//   - A page that a merge took unchanged from one of its parents is followed into that parent only, the first such.
//     What the other side did to it was given up or is the same, and is no part of how the text came to be. This is
//     the rule of "git log -- FILE", page by page, and compares texts, not bytes.
//   - A page that differs from every parent is followed into all of them, so that both sides' edits count. The merge
//     itself counts only when it says something that no parent says: a clean merge is nobody's edit. Of the two sides'
//     edits, the one that was committed later is the last.
//
// Hence "-m": one diff for each parent. "-c" would leave out which parent a file came from, "--first-parent" would
// name the person who pressed the merge button as the author.

// page is one page and what happened to it. Texts and commits are numbers of what the walker knows.
type page struct {
	Path  string // now, from the repository's root
	Text  int    // its content now
	Steps []step // the newest first
}

// step is a commit that touched a page.
type step struct {
	Commit   int
	From, To int  // contents; From is 0 where the page begins
	undone   bool `memo:"-"` // the page only came back as it was before it was deleted
}

// trail is a page on its way into the past, under the name it had there.
type trail struct {
	page *page
	// begun is the index of the step that brought the page, -1 before it is met. A trail that has begun waits for the
	// deletion of an older file of the same name: with the same text, the page was restored and its history goes on.
	begun int
}

// names holds the trails of one commit by the path in it.
type names map[string][]trail

// record is one changed file between a commit and one of its parents.
type record struct {
	status           byte // A, C, D, M, R or T
	regular          bool // the file was a regular file in the parent
	before, after    string
	oldPath, newPath string // the same unless the status is C or R
}

// commit is one commit with its differences.
type commit struct {
	id      string
	parents []string
	changed []map[string]record // for each parent, by newPath; only what the trails touch
	single  map[string]record   // for a commit with at most one parent
}

// walk goes from head to a base of which all is known, or to the first commits for no base.
func (g git) walk(ctx context.Context, head, prefix, base string, known walked) (walked, error) {
	texts := newTexts(ctx, g)
	defer texts.Close()
	pages, err := g.pages(ctx, head, prefix)
	if err != nil {
		return walked{}, err
	}
	args := []string{"-l1000", "--no-mailmap", "--no-abbrev-commit", "--parents", "--format=short", head, "--"}
	if base != "" {
		args = slices.Insert(args, len(args)-1, "^"+base)
	}
	w := newWalker(known, prefix, head, pages, texts)
	err = g.stream(ctx, w.read, plainLog(append([]string{"-m", "-M"}, args...)...)...)
	if err != nil && ctx.Err() == nil {
		// Finding renames of edited files reads contents, of other files too, and fails when one is missing. Renames
		// without an edit show in the ids alone.
		w = newWalker(known, prefix, head, pages, texts)
		w.rough = true
		err = g.stream(ctx, w.read, plainLog(append([]string{"-m", "-M100%"}, args...)...)...)
	}
	if err == nil {
		err = w.load(w.Texts...)
	}
	if err != nil {
		return walked{}, g.whyMissing(ctx, err)
	}
	if err := w.join(w.at[base], known); err != nil {
		return walked{}, err
	}
	return w.walked, g.name(ctx, w.Commits[max(1, len(known.Commits)):])
}

type walker struct {
	walked
	prefix  string
	texts   *Texts
	numbers map[string]int   // of Texts and Commits, by id
	lost    map[gone]bool    // the paths in Gone, with a commit or without one
	at      map[string]names // commits that were not met yet
}

// newWalker knows the texts and commits that are known already, and stands at the head with its pages.
func newWalker(known walked, prefix, head string, pages []Entry, texts *Texts) *walker {
	w := &walker{prefix: prefix, texts: texts, numbers: map[string]int{}, lost: map[gone]bool{}, at: map[string]names{head: {}}}
	w.Texts, w.Commits = slices.Clone(known.Texts), slices.Clone(known.Commits)
	if len(w.Texts) == 0 {
		w.Texts, w.Commits = []Version{{}}, []By{{}}
	}
	for i, v := range w.Texts {
		w.numbers[v.Blob] = i
	}
	for i, by := range w.Commits {
		w.numbers[by.Commit] = i
	}
	for _, e := range pages {
		w.Pages = append(w.Pages, page{Path: e.Path, Text: w.text(e.ID)})
	}
	for i := range w.Pages {
		w.at[head].add(w.Pages[i].Path, trail{&w.Pages[i], -1})
	}
	return w
}

// text is the number of a content.
func (w *walker) text(id string) int {
	n, ok := w.numbers[id]
	if !ok {
		n = len(w.Texts)
		w.numbers[id], w.Texts = n, append(w.Texts, Version{Blob: id})
	}
	return n
}

// commit is the number of a commit.
func (w *walker) commit(id string) int {
	n, ok := w.numbers[id]
	if !ok {
		n = len(w.Commits)
		w.numbers[id], w.Commits = n, append(w.Commits, By{Commit: id})
	}
	return n
}

// load makes the sums of contents that have none yet.
func (w *walker) load(versions ...Version) error {
	var ids []string
	for _, v := range versions {
		if v.Blob != "" && v.Sum == (Sum{}) {
			ids = append(ids, v.Blob)
		}
	}
	return w.texts.each(ids, func(id string, data []byte) { w.Texts[w.numbers[id]].Sum = SumOf(data) })
}

// lose notes a deletion, unless a newer one of that path was noted.
func (w *walker) lose(d gone) {
	key := gone{Path: d.Path, Commit: min(d.Commit, 1)}
	if !w.lost[key] {
		w.lost[key] = true
		w.Gone = append(w.Gone, d)
	}
}

// read takes git's output apart. Each commit begins with "commit ID PARENT… (from PARENT)", repeated for every parent
// of a merge that differs; the first record follows the message in the same piece.
func (w *walker) read(r *bufio.Reader) error {
	var c commit
	var here names
	var into map[string]record
	for {
		piece, err := r.ReadBytes(0)
		switch {
		case err == io.EOF && len(piece) == 0:
			return w.enter(c, here)
		case err != nil && err != io.EOF: // nothing follows the last commit if it changed nothing
			return err
		}
		piece = bytes.TrimSuffix(piece, []byte{0})
		if bytes.HasPrefix(piece, []byte("commit ")) {
			line, message, _ := bytes.Cut(piece, []byte("\n"))
			id, parents, from := parseHeader(string(line))
			if id != c.id {
				if err := w.enter(c, here); err != nil {
					return err
				}
				c, here = commit{id: id, parents: parents}, w.at[id]
				delete(w.at, id)
				c.changed = make([]map[string]record, len(parents))
			}
			into = c.open(from)
			i := bytes.LastIndex(message, []byte("\n:")) // the lines of a message are indented
			if i < 0 {
				continue
			}
			piece = message[i+1:]
		}
		f := bytes.Fields(piece) // :OLDMODE NEWMODE OLDID NEWID STATUS
		if len(f) != 5 || piece[0] != ':' {
			continue
		}
		oldPath, err := r.ReadBytes(0)
		if err != nil {
			return err
		}
		newPath := oldPath
		if status := f[4][0]; status == 'R' || status == 'C' {
			if newPath, err = r.ReadBytes(0); err != nil {
				return err
			}
		}
		oldPath, newPath = oldPath[:len(oldPath)-1], newPath[:len(newPath)-1]
		mode := string(f[0][1:])
		if f[4][0] == 'D' && regular(mode) && isPage(w.prefix, string(oldPath)) {
			d := gone{Path: string(oldPath), Blob: string(f[2])}
			if len(c.parents) < 2 {
				d.Commit = w.commit(c.id)
			}
			w.lose(d)
		}
		if _, followed := here[string(newPath)]; followed {
			into[string(newPath)] = record{f[4][0], regular(mode), string(f[2]), string(f[3]), string(oldPath), string(newPath)}
		}
	}
}

func parseHeader(line string) (id string, parents []string, from string) {
	f := strings.Fields(line)
	if len(f) > 1 {
		id = f[1]
	}
	for i := 2; i < len(f); i++ {
		if f[i] == "(from" && i+1 < len(f) {
			return id, parents, strings.TrimSuffix(f[i+1], ")")
		}
		parents = append(parents, f[i])
	}
	return id, parents, ""
}

// open returns where to put the differences from one parent.
func (c *commit) open(from string) map[string]record {
	if len(c.parents) < 2 {
		c.single = map[string]record{}
		return c.single
	}
	if i := slices.Index(c.parents, from); i >= 0 {
		c.changed[i] = map[string]record{}
		return c.changed[i]
	}
	return map[string]record{} // a merge that differs from no parent
}

// enter handles a commit whose differences are complete.
func (w *walker) enter(c commit, here names) error {
	if len(here) == 0 {
		return nil
	}
	if len(c.parents) > 1 {
		return w.merge(c, here)
	}
	parent := ""
	if len(c.parents) == 1 {
		parent = c.parents[0]
	}
	moved := names{}
	for _, path := range slices.Sorted(maps.Keys(c.single)) {
		rec := c.single[path]
		trails := here[path]
		delete(here, path)
		for _, tr := range trails {
			old, tr, goesOn, err := w.step(c.id, rec, tr)
			if err != nil {
				return err
			}
			if goesOn {
				moved.add(old, tr)
			}
		}
	}
	if parent == "" {
		return nil
	}
	w.pass(parent, here)
	w.pass(parent, moved)
	return nil
}

// step follows a trail across one difference. It returns the name and the trail in the parent.
func (w *walker) step(id string, rec record, tr trail) (string, trail, bool, error) {
	switch {
	case tr.begun >= 0 && rec.status == 'D':
		same, err := w.sameText(w.text(rec.before), tr.page.Steps[tr.begun].To)
		if err != nil || !same || !rec.regular {
			return "", tr, false, err
		}
		tr.page.Steps[tr.begun].undone = true
		tr.begun = -1
	case tr.begun >= 0:
		// the file of that name is another one
		return "", tr, false, nil
	case rec.status == 'A' || rec.status == 'T' || !rec.regular:
		tr.page.Steps = append(tr.page.Steps, step{Commit: w.commit(id), To: w.text(rec.after)})
		tr.begun = len(tr.page.Steps) - 1
	case rec.before != rec.after:
		tr.page.Steps = append(tr.page.Steps, step{Commit: w.commit(id), From: w.text(rec.before), To: w.text(rec.after)})
	}
	return rec.oldPath, tr, true, nil
}

// merge decides for each page into which parents it is followed.
func (w *walker) merge(c commit, here names) error {
	moved := make([]names, len(c.parents))
	for i := range moved {
		moved[i] = names{}
	}
	for _, path := range slices.Sorted(maps.Keys(c.changed[0])) {
		trails := here[path]
		delete(here, path)
		for _, tr := range trails {
			if err := w.mergeStep(c, path, tr, moved); err != nil {
				return err
			}
		}
	}
	w.pass(c.parents[0], here)
	for i, m := range moved {
		w.pass(c.parents[i], m)
	}
	return nil
}

// mergeStep is step for a page that a merge changed against its first parent.
func (w *walker) mergeStep(c commit, path string, tr trail, moved []names) error {
	var after string
	var has []int // the parents that have the page, each with another content
	for i := range c.parents {
		rec, differs := c.changed[i][path]
		if !differs || rec.before == rec.after && rec.status != 'T' { // nothing, or a rename, or a file mode
			if !differs {
				rec.oldPath = path
			}
			moved[i].add(rec.oldPath, tr)
			return nil
		}
		if after = rec.after; rec.regular && rec.status != 'A' {
			has = append(has, i)
		}
	}
	if tr.begun >= 0 { // the merge deleted a file of this name that every parent had
		old, tr, goesOn, err := w.step(c.id, c.changed[0][path], tr)
		if goesOn {
			moved[0].add(old, tr)
		}
		return err
	}
	if len(has) == 0 {
		old, tr, goesOn, err := w.step(c.id, record{status: 'A', after: after, oldPath: path, newPath: path}, tr)
		if goesOn {
			moved[0].add(old, tr)
		}
		return err
	}
	for _, i := range has {
		rec := c.changed[i][path]
		same, err := w.sameText(w.text(rec.before), w.text(after))
		if err != nil {
			return err
		}
		if same {
			moved[i].add(rec.oldPath, tr)
			return nil
		}
	}
	ids := []string{after}
	for _, i := range has {
		rec := c.changed[i][path]
		ids = append(ids, rec.before)
		moved[i].add(rec.oldPath, tr)
	}
	var contents [][]byte
	if err := w.texts.each(ids, func(_ string, data []byte) { contents = append(contents, bytes.Clone(data)) }); err != nil {
		return err
	}
	if ownText(contents[0], contents[1:]) {
		tr.page.Steps = append(tr.page.Steps, step{Commit: w.commit(c.id), From: w.text(ids[1]), To: w.text(after)})
	}
	return nil
}

func (w *walker) sameText(a, b int) (bool, error) {
	if a == b {
		return true, nil
	}
	err := w.load(w.Texts[a], w.Texts[b])
	return w.Texts[a].Sum == w.Texts[b].Sum, err
}

// pass hands trails to a commit that is met later. The big set moves along the first parents; only what a branch
// touched is copied.
func (w *walker) pass(id string, ns names) {
	have := w.at[id]
	if len(have) < len(ns) {
		have, ns = ns, have
	}
	for path, trails := range ns {
		for _, tr := range trails {
			have.add(path, tr)
		}
	}
	if have != nil {
		w.at[id] = have
	}
}

// add puts a trail at a path. A page that came by two ways is followed once, and as long as either way goes on.
func (ns names) add(path string, tr trail) {
	for i, have := range ns[path] {
		if have.page == tr.page {
			if tr.begun < 0 {
				ns[path][i].begun = -1
			}
			return
		}
	}
	ns[path] = append(ns[path], tr)
}
