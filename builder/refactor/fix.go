package refactor

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"fmt"
	"maps"
	"path"
	"slices"
	"strings"

	"handbook/builder"
	"handbook/builder/book"
	"handbook/builder/change"
	"handbook/builder/diag"
	"handbook/builder/ending"
	"handbook/builder/history"
	"handbook/builder/page"
	"handbook/builder/people"
)

// Fix finds the problems of a handbook that have one right answer, and mends them. rev is the revision that renamed
// pages and headings are looked up in; "" for where this branch left the main one, or for the commit that is checked out,
// if there is one.
//
// These are the kinds of edits: where a reference leads, the part of it behind the #, an ending that it lacks, an old address
// that it takes (fixReference); the id of a renamed heading (keepHeadings); the old address of a page (keepAddress,
// keepVanished); a first heading that says the title once more (fixTitle); an owner or another person whose page has another
// name (fixOwner, nobody). None of them changes what a page says: see keepsWords.
func Fix(ctx context.Context, job builder.Job, rev string) (Edits, error) {
	s := builder.NewSession()
	c, err := change.Since(ctx, job, cmp.Or(rev, mainBranch(ctx, job.Content)))
	var wrong *change.Error
	if rev == "" && errors.As(err, &wrong) {
		c = &change.Change{}
		c.Result, err = s.Build(ctx, job)
	}
	if err != nil {
		return Edits{}, err
	}
	past, err := history.Renames(ctx, job.Content)
	if err != nil {
		return Edits{}, err
	}
	return fix(ctx, s, job, c, past)
}

// fix is Fix of a handbook that was built, with what git knows of it: what changed, and which paths files had.
func fix(ctx context.Context, s *builder.Session, job builder.Job, c *change.Change, past map[string]string) (Edits, error) {
	f := newFixer(c, past)
	f.propose(c)
	edits, err := f.edits()
	for err == nil && len(edits.Files) > 0 {
		if err := f.rebuild(ctx, s, job); err != nil {
			return Edits{}, err
		}
		if !f.takeBackAstray() {
			return f.again(ctx, s, job, c)
		}
		edits, err = f.edits()
	}
	return edits, err
}

// again proves the edits. What is mended may show what else can be: a page that is found, the heading on it.
func (f *fixer) again(ctx context.Context, s *builder.Session, job builder.Job, c *change.Change) (Edits, error) {
	if err := f.worse(diag.BrokenAnchor); err != nil { // the page is found, and its heading is gone: that is better than no page
		return Edits{}, err
	}
	f.followRecords()
	f.tellEdited()
	edits, err := f.edits()
	if err != nil {
		return Edits{}, err
	}
	changes, err := f.changes()
	if err != nil {
		return Edits{}, err
	}
	after := f.then.With(changes)
	next := &change.Change{Result: after}
	if c.Old.Book != nil {
		next = change.Compare(c.Old, after)
	}
	more, err := fix(ctx, s, job.With(changes, nil), next, f.past)
	if err != nil {
		return Edits{}, err
	}
	return edits.then(more), nil
}

// fixer mends what has one right answer.
type fixer struct {
	*mender
	before *book.Book            // the handbook as it was
	old    *change.Moves         // what became of the pages that there were
	past   map[string]string     // paths that pages had in earlier commits, to those that they have
	pages  map[string]*book.Node // by name of the file
	linked map[string]bool       // addresses of headings that somebody links to: the page's id and theirs
	pinned map[string]bool       // those of headings that keep their old id
}

func newFixer(c *change.Change, past map[string]string) *fixer {
	old, now := c.Old, c.Result.Book
	if old.Book == nil {
		old.Book = &book.Book{} // nothing is known of what was
	}
	f := &fixer{newMender(c.Result), old.Book, change.NewMoves(old, c.Result), past, map[string]*book.Node{}, map[string]bool{},
		map[string]bool{}}
	for _, n := range now.Nodes {
		if n.Page != nil {
			f.pages[n.Page.File] = n
		}
		for _, t := range n.Targets {
			if t.Node != nil && t.Fragment != "" {
				f.linked[t.Node.ID+"#"+t.Fragment] = true
			}
			if t.Node != nil && t.Mend != nil && t.Mend.Heading != "" {
				f.linked[t.Node.ID+"#"+t.Mend.Heading] = true
			}
		}
	}
	return f
}

// propose gathers the edits that do not change what pages say.
func (f *fixer) propose(c *change.Change) {
	f.keepHeadings()
	for _, n := range f.now.Book.Nodes {
		for _, r := range n.References() {
			f.fixReference(r)
		}
		if n.Page != nil {
			f.fixOwner(n)
			f.followPeople(n, f.nobody, "reviewers", "reviewed_by")
		}
	}
	for msg := range diag.Each(f.now.Messages) {
		if msg.Rule == diag.RepeatedTitle {
			f.fixTitle(msg)
		}
	}
	f.keepVanished(c.New)
	for _, file := range slices.Sorted(maps.Keys(f.pages)) {
		f.keepsWords(f.now.Pages(f.pages[file].Page))
	}
}

// then are edits and others of what these make.
func (e Edits) then(more Edits) Edits {
	for _, f := range more.Files {
		if i := slices.IndexFunc(e.Files, func(known Edit) bool { return known.New == f.Old }); i >= 0 {
			e.Files[i].New, e.Files[i].After, e.Files[i].Why = f.New, f.After, append(e.Files[i].Why, f.Why...)
		} else {
			e.Files = append(e.Files, f)
		}
	}
	slices.SortFunc(e.Files, func(a, b Edit) int { return strings.Compare(a.Old, b.Old) })
	for _, n := range more.Notes {
		if !slices.Contains(e.Notes, n) {
			e.Notes = append(e.Notes, n)
		}
	}
	return e
}

// keepsWords takes back those edits of a page after which it would say something else, or lose an address. How Markdown
// reads a line is decided by what stands around it: quotes, lists, notes, tables, code. So the page is read again, and no rule
// about lines is trusted.
func (f *fixer) keepsWords(p *page.Page) {
	file := f.files[p.File]
	if file == nil || len(file.cuts)+len(file.aliases) == 0 || f.readsAlike(p) {
		return
	}
	cuts, aliases := file.cuts, file.aliases
	file.cuts, file.aliases = nil, nil
	for _, e := range cuts {
		if file.cuts = append(file.cuts, e); !f.readsAlike(p) {
			file.cuts = file.cuts[:len(file.cuts)-1]
			f.note(diag.Place{File: p.File, Start: e.Start, End: e.End},
				"%s, which is to be mended by hand: the text around it would read otherwise", e.why)
		}
	}
	for _, alias := range aliases {
		if file.aliases = append(file.aliases, alias); !f.readsAlike(p) {
			file.aliases = file.aliases[:len(file.aliases)-1]
			f.note(diag.Place{File: p.File}, "write `aliases: [%s]` into its frontmatter by hand", alias)
		}
	}
}

// readsAlike reports whether a page with its edits says what it does, but for a heading that is taken out, and keeps its ids,
// but for those of headings that are edited.
func (f *fixer) readsAlike(before *page.Page) bool {
	data, err := f.after(before.File)
	if err != nil {
		return false
	}
	after, _ := f.parser.Parse(before.File, before.Path, data)
	gone := -1
	lost := map[string]bool{}
	for i, h := range before.Headings {
		at := before.At(before.HeadingAt(i)).Start
		end, _ := page.LineEnd(f.text(before.File), at)
		for _, e := range f.file(before.File).cuts {
			if e.Start <= end && e.End >= at {
				lost[h.ID] = true
			}
			if e.Start <= at && e.End >= end {
				gone = i
			}
		}
	}
	missing := func(id string) bool { return !lost[id] && !slices.Contains(after.IDs, id) }
	return !after.Broken && after.Title == before.Title && len(after.Links) == len(before.Links) &&
		len(after.External) == len(before.External) && len(after.Ignores) == len(before.Ignores) &&
		slices.Equal(keysOf(after), keysOf(before)) && len(after.Meta.Aliases) == len(before.Meta.Aliases)+len(f.file(before.File).aliases) &&
		!slices.ContainsFunc(before.IDs, missing) && after.Reads(-1) == before.Reads(gone)
}

// keysOf are the keys of a page's frontmatter, but for the one that edits may add.
func keysOf(p *page.Page) (names []string) {
	for _, f := range p.Fields {
		if f.Key != "aliases" {
			names = append(names, f.Key)
		}
	}
	return names
}

// takeBackAstray takes back the edits of pages on which a reference that led somewhere would lead elsewhere, and reports whether
// there are any.
func (f *fixer) takeBackAstray() bool {
	found := false
	for name, n := range f.pages {
		file := f.files[name]
		if file == nil || len(file.cuts) == 0 {
			continue
		}
		if now := f.twin(n); now == nil || !slices.EqualFunc(n.Targets, now.Targets, f.sameTarget) {
			file.cuts, file.aliases, found = nil, nil, true
			f.note(diag.Place{File: name}, "its links are to be mended by hand: one of them would lead elsewhere")
		}
	}
	return found
}

// sameTarget reports whether a reference leads where it led, or led nowhere.
func (f *fixer) sameTarget(old, now book.Target) bool {
	switch {
	case old.Node == nil && old.Asset == "":
		return true
	case old.Node == nil:
		return now.Node == nil && now.Asset == old.Asset && now.Fragment == old.Fragment
	}
	return now.Node == f.twin(old.Node) && (now.Fragment == old.Fragment || old.Mend != nil && old.Fragment == "")
}

// keepVanished writes old addresses of pages that a change took away.
func (f *fixer) keepVanished(fresh []diag.Located) {
	for msg := range diag.Each(fresh) {
		if _, rest, ok := strings.Cut(msg.Help, "aliases: ["); ok && msg.Rule == diag.VanishedAddress && msg.File != "" {
			alias, _, _ := strings.Cut(rest, "]")
			f.keep(msg.File, alias)
		}
	}
}

// fixReference mends a reference that leads nowhere, or the long way round.
func (f *fixer) fixReference(r book.Reference) {
	spot, ok := f.reference(&r)
	if !ok {
		return
	}
	w := wrong{f, r, spot}
	target, t := r.Link.Target, r.Target
	switch {
	case t.Node != nil && t.Node.Kind == book.KindOwner && r.Link.Kind == page.LinkField: // a name that nobody has
		text := f.nobody(target)
		w.write(text, "%s is %s now", target, text)
	case t.Node == nil && t.Asset == "" && t.Mend != nil:
		w.missing()
	case t.Mend != nil && t.Mend.Sure != "":
		w.write(t.Mend.Sure, "%s can only mean %s", target, t.Mend.Sure)
		w.heading(t.Mend.Heading, "#%s can only mean #%s")
	case t.Node != nil && t.Mend != nil && spot.Fragment < spot.FragmentEnd:
		w.renamedHeading(t.Node, t.Mend.Heading)
	case t.Old && t.Node.Page != nil:
		if r.Link.Kind == page.LinkPath {
			w.Link.Target = ".md" // as a file from the page's folder, whatever was written
		}
		w.write(f.now.Book.Rewrite(w.Reference, r.From, t.Node, ""), "%s is an old address of %s", w.written(), t.Node.Page.Path)
	case r.Link.Kind == page.LinkPath && t.Node != nil && t.Node.Page != nil && !t.Node.Page.Index && bare(target):
		if ext := path.Ext(t.Node.Page.Path); path.Join(path.Dir(r.From.Page.Path), target)+ext == t.Node.Page.Path {
			w.write(w.written()+ext, "%s lacks its ending", target)
		}
	}
}

// wrong is a reference that is to be mended.
type wrong struct {
	*fixer
	book.Reference
	page.Spot
}

func (w wrong) written() string { return string(w.text(w.From.Page.File)[w.Start:w.End]) }

func (w wrong) write(text, why string, about ...any) {
	w.cut(w.From.Page.File, w.Start, w.End, text, fmt.Sprintf(why, about...))
}

// heading writes the part behind the #, if there is one.
func (w wrong) heading(id, why string) {
	if id != "" && w.Fragment < w.FragmentEnd {
		w.cut(w.From.Page.File, w.Fragment, w.FragmentEnd, id, fmt.Sprintf(why, w.Link.Fragment, id))
	}
}

// renamedHeading follows a heading of a page that has another name now, unless it keeps the id that the link names. Where it is
// not known which one that is, the headings that the page had may tell.
func (w wrong) renamedHeading(n *book.Node, id string) {
	if id == "" && n.Page != nil {
		id = w.old.Heading(n, w.Link)
	}
	byID := w.Link.Kind != page.LinkWiki && w.Link.Kind != page.LinkEmbed
	if !byID || !w.pinned[n.ID+"#"+w.Link.Fragment] {
		w.heading(id, "#%s is #%s now")
	}
}

// missing finds the page that is meant by a path or a name that leads nowhere: by the last state that is known, else by what
// earlier commits renamed.
func (w wrong) missing() {
	name, from := w.Target.Mend.Missing, w.From
	write := func(to *book.Node) {
		w.write(w.now.Book.Rewrite(w.Reference, from, to, ""), "%s is %s now", w.Link.Target, to.Page.Path)
	}
	if to := w.old.Missing(name); to != nil {
		write(to)
		w.renamedHeading(to, "")
	} else if to := w.renamedTo(name); to != nil {
		write(to)
		w.keepAddress(name, to)
	}
}

// fixOwner names the owner of a page who has no page of the name any more, because it was renamed or has another title.
func (f *fixer) fixOwner(n *book.Node) {
	if n.Owner == nil || n.Owner.Page != nil {
		return
	}
	to := f.old.Missing(page.BareName(n.OwnerName))
	if old := f.old.Before(n); old != nil && old.Owner != nil && old.Owner.Page != nil && old.OwnerName == n.OwnerName {
		to = f.old.After(old.Owner)
	}
	if to != nil {
		written, text := page.BareName(n.OwnerName), ownerText(f.now.Book, n.OwnerName, to)
		f.nameOwner(n, text, fmt.Sprintf("%s is %s now", written, text))
	}
}

// nobody is how the name of somebody reads who is nobody by it any more.
func (f *fixer) nobody(name string) string {
	return f.reads(name, func() string {
		if now, _ := people.Reviewer(f.now.Book, name); now != nil {
			return name
		}
		if who, _ := people.Reviewer(f.before, name); who != nil && who.Page != nil {
			if to := f.old.After(who); to != nil {
				return personText(f.now.Book, name, to)
			}
		}
		return name
	})
}

// mainBranch is the branch that others publish from, as far as git knows; the commit that is checked out where it does not.
func mainBranch(ctx context.Context, content string) string {
	for _, rev := range []string{"origin/HEAD", "origin/main", "origin/master", "main", "master"} {
		if at, err := history.At(ctx, content, rev); err == nil {
			at.Close()
			if !at.Shallow {
				return rev
			}
		}
	}
	return "HEAD"
}

// keepHeadings writes the old id behind a heading that was renamed, so that its published address holds. Where somebody
// links to the new one already, links follow instead: a heading has one address.
func (f *fixer) keepHeadings() {
	for _, n := range f.now.Book.Nodes {
		if n.Page == nil || n.Page.Broken {
			continue
		}
		old := f.old.Before(n)
		if old == nil || old.Page == n.Page {
			continue
		}
		taken := map[int]bool{}
		for _, h := range old.Page.Headings {
			if _, there := slices.BinarySearch(n.Page.IDs, h.ID); there {
				continue
			}
			if i := f.old.LikelyHeading(old, n, h); i >= 0 && !taken[i] && !f.linked[n.ID+"#"+n.Page.Headings[i].ID] {
				taken[i] = f.pin(n, i, h.ID)
			}
		}
	}
}

// pin writes an id behind a heading. It gives false for one that is underlined, closed, or has an id of its own.
func (f *fixer) pin(n *book.Node, heading int, id string) bool {
	data, at := f.text(n.Page.File), f.now.At(n.Page.HeadingAt(heading)).Start
	end, _ := page.LineEnd(data, at)
	line := bytes.TrimRight(data[at:end], " \t")
	if last := len(line) - 1; !bytes.HasPrefix(line, []byte("#")) || line[last] == '#' || line[last] == '}' {
		return false
	}
	f.pinned[n.ID+"#"+id] = true
	f.cut(n.Page.File, at+len(line), at+len(line), " {#"+id+"}", fmt.Sprintf("%q keeps the address #%s", n.Page.Headings[heading].Text, id))
	return true
}

// renamedTo is the page that an earlier commit renamed from a path that leads nowhere now; nil when none did.
func (f *fixer) renamedTo(missing string) *book.Node {
	for _, file := range change.PlacesOf(missing) {
		if to := f.past[file]; to != "" {
			return f.pages["content/"+to]
		}
	}
	return nil
}

// keepAddress adds the address that a page had under an earlier path, unless it leads somewhere.
func (f *fixer) keepAddress(was string, to *book.Node) {
	was = ending.Stem(was)
	for _, end := range []string{"/_index", "/index", "/README", "/"} {
		was = strings.TrimSuffix(was, end)
	}
	if !f.now.Book.Taken(was + "/index.html") {
		f.keep(to.Page.File, "/"+was+"/")
	}
}

// bare reports whether a link names a file without its ending.
func bare(target string) bool {
	return target != "" && !strings.ContainsAny(target[:1], "/~@") && !strings.HasSuffix(target, "/") && path.Ext(target) == ""
}

// fixTitle takes out a first heading that says the title once more, unless somebody links to it or it has an id that somebody
// chose.
func (f *fixer) fixTitle(msg diag.Located) {
	n := f.pages[msg.File]
	if n == nil {
		return
	}
	i := len(n.Page.Headings) - 1
	for i >= 0 && f.now.At(n.Page.HeadingAt(i)).Start != msg.Start {
		i--
	}
	data := f.text(msg.File)
	if i < 0 || f.linked[n.ID+"#"+n.Page.Headings[i].ID] || data[msg.Start] != '#' ||
		bytes.HasSuffix(bytes.TrimSpace(data[msg.Start:msg.End]), []byte("}")) {
		return // or it is underlined: two lines, which a person sees at once
	}
	start := bytes.LastIndexAny(data[:msg.Start], "\r\n") + 1
	end, next := page.LineEnd(data, msg.Start)
	above := bytes.TrimRight(data[n.Page.TextAt:max(start, n.Page.TextAt)], " \t")
	switch below, after := page.LineEnd(data, next); {
	case len(above) > 1 && !blankEnd(above): // the blank line that is left parts what stands around it
	case len(bytes.TrimSpace(data[next:below])) == 0:
		end = after
	default:
		end = next
	}
	f.cut(msg.File, start, end, "", "the first heading says the title once more")
}

// blankEnd reports whether a text ends in a blank line.
func blankEnd(text []byte) bool {
	line := bytes.TrimSuffix(bytes.TrimSuffix(text, []byte("\n")), []byte("\r"))
	if len(line) == len(text) {
		return false
	}
	return len(bytes.TrimSpace(line[bytes.LastIndexAny(line, "\r\n")+1:])) == 0
}
