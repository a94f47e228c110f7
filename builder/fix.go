package builder

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"fmt"
	"path"
	"slices"
	"strings"

	"handbook/builder/book"
	"handbook/builder/diag"
	"handbook/builder/history"
	"handbook/builder/page"
	"handbook/builder/people"
)

// Fix finds the problems of a handbook that have one right answer, and mends them. rev is the revision that renamed
// pages and headings are looked up in; "" for where this branch left the main one, or for the commit that is checked out,
// if there is one.
//
// These are the kinds of edits: where a reference leads, the part of it behind the #, an ending that it lacks, an old address
// that it takes (fixReference); the id of a renamed heading (keepHeadings); the old address of a page (keepAddress, keepVanished);
// a first heading that says the title once more (fixTitle); an owner or another person whose page has another name (fixOwner, nobody). None of them changes what a page says: see keepsWords.
func Fix(ctx context.Context, job Job, rev string) (Edits, error) {
	s := NewSession()
	change, err := Since(ctx, job, cmp.Or(rev, mainBranch(ctx, job.Content)))
	var wrong *SinceError
	switch {
	case err == nil:
	case rev == "" && errors.As(err, &wrong):
		now, err := s.Build(ctx, job)
		if err != nil {
			return Edits{}, err
		}
		change = &Change{Result: now}
	default:
		return Edits{}, err
	}
	past, err := history.Renames(ctx, job.Content)
	if err != nil {
		return Edits{}, err
	}
	return fix(ctx, s, job, change, past)
}

// fix is Fix of a handbook that was built, with what git knows of it: what changed, and which paths files had.
func fix(ctx context.Context, s *Session, job Job, change *Change, past map[string]string) (Edits, error) {
	now := change.Result
	m := newMender(now)
	m.past, m.renamed = past, func(path string) string { return path }
	var moved *moves
	if change.Old.Book != nil {
		moved = newMoves(change.Old, now)
	}
	linked := map[string]bool{} // addresses of headings that somebody links to
	for _, n := range now.Book.Nodes {
		if n.Page != nil {
			m.pages[n.Page.File] = n
		}
		for _, t := range n.Targets {
			if t.Node != nil && t.Fragment != "" {
				linked[t.Node.ID+"#"+t.Fragment] = true
			}
			if t.Node != nil && t.Mend != nil && t.Mend.Heading != "" {
				linked[t.Node.ID+"#"+t.Mend.Heading] = true
			}
		}
	}
	if moved != nil {
		m.keepHeadings(moved, linked)
	}
	for _, n := range now.Book.Nodes {
		for _, r := range n.References() {
			m.fixReference(r, moved)
		}
		if moved != nil && n.Page != nil {
			m.fixOwner(n, moved)
			m.followPeople(n, func(name string) string { return m.nobody(name, moved) })
		}
	}
	for msg := range diag.Each(now.Messages) {
		if msg.Rule == diag.RepeatedTitle {
			m.fixTitle(msg, linked)
		}
	}
	m.keepVanished(change.New)
	for _, file := range slices.Sorted(keysOf(m.pages)) {
		m.keepsWords(m.pages[file])
	}
	for {
		edits, err := m.edits()
		if err != nil || len(edits.Files) == 0 {
			edits.Notes = m.notes
			return edits, err
		}
		after, err := m.rebuilt(ctx, s, job)
		if err != nil {
			return Edits{}, err
		}
		m.twin = m.twins(after)
		if m.takeBackAstray() {
			continue
		}
		if err := worse(now, after, nil, diag.BrokenAnchor); err != nil { // the page is found, and its heading is gone: that is better than no page
			return Edits{}, err
		}
		m.followRecords(after)
		m.tellEdited(after)
		if edits, err = m.edits(); err != nil {
			return Edits{}, err
		}
		edits.Notes = m.notes
		changes, err := m.changes()
		if err != nil {
			return Edits{}, err
		}
		// What is mended may show what else can be: a page that is found, the heading on it.
		after.in = after.in.with(changes)
		next := &Change{Result: after}
		if change.Old.Book != nil {
			next = compare(&history.Revision{}, change.Old, after)
		}
		more, err := fix(ctx, s, job.with(changes), next, past)
		if err != nil {
			return Edits{}, err
		}
		return edits.then(more), nil
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
func (m *mender) keepsWords(n *book.Node) {
	name := n.Page.File
	cuts, aliases := m.cuts[name], m.alias[name]
	if len(cuts)+len(aliases) == 0 || m.readsAlike(m.now.Pages(n.Page)) {
		return
	}
	m.takeBack(name)
	for _, e := range cuts {
		had := m.cuts[name]
		if m.cuts[name] = append(had[:len(had):len(had)], e); !m.readsAlike(m.now.Pages(n.Page)) {
			m.cuts[name] = had
			m.note(diag.Place{File: name, Start: e.start, End: e.end}, "%s, which is to be mended by hand: the text around it would read otherwise", e.why)
		}
	}
	for _, alias := range aliases {
		had := m.alias[name]
		if m.alias[name] = append(had[:len(had):len(had)], alias); !m.readsAlike(m.now.Pages(n.Page)) {
			m.alias[name] = had
			m.note(diag.Place{File: name}, "write `aliases: [%s]` into its frontmatter by hand", alias)
		}
	}
	if len(m.cuts[name])+len(m.alias[name]) == 0 {
		m.takeBack(name)
	}
}

// takeBack forgets the edits of a file.
func (m *mender) takeBack(name string) {
	delete(m.cuts, name)
	delete(m.alias, name)
}

// readsAlike reports whether a page with its edits says what it does, but for a heading that is taken out, and keeps its ids,
// but for those of headings that are edited.
func (m *mender) readsAlike(before *page.Page) bool {
	data, err := m.after(before.File)
	if err != nil {
		return false
	}
	after, _ := m.parser.Parse(before.File, before.Path, data)
	gone := -1
	lost := map[string]bool{}
	for i, h := range before.Headings {
		at := before.At(before.HeadingAt(i)).Start
		end, _ := page.LineEnd(m.text(before.File), at)
		for _, e := range m.cuts[before.File] {
			if e.start <= end && e.end >= at {
				lost[h.ID] = true
			}
			if e.start <= at && e.end >= end {
				gone = i
			}
		}
	}
	keys := func(p *page.Page) (names []string) {
		for _, f := range p.Fields {
			if f.Key != "aliases" {
				names = append(names, f.Key)
			}
		}
		return names
	}
	switch {
	case after.Broken, after.Title != before.Title, len(after.Links) != len(before.Links), len(after.External) != len(before.External), len(after.Ignores) != len(before.Ignores):
	case !slices.Equal(keys(after), keys(before)), len(after.Meta.Aliases) != len(before.Meta.Aliases)+len(m.alias[before.File]):
	case slices.ContainsFunc(before.IDs, func(id string) bool { return !lost[id] && !slices.Contains(after.IDs, id) }):
	default:
		return after.Reads(-1) == before.Reads(gone)
	}
	return false
}

// takeBackAstray takes back the edits of pages on which a reference that led somewhere would lead elsewhere, and reports whether
// there are any.
func (m *mender) takeBackAstray() bool {
	found := false
	for file, n := range m.pages {
		now := m.twin(n)
		if len(m.cuts[file]) == 0 {
			continue
		}
		if now == nil || !slices.EqualFunc(n.Targets, now.Targets, m.sameTarget) {
			m.takeBack(file)
			m.note(diag.Place{File: file}, "its links are to be mended by hand: one of them would lead elsewhere")
			found = true
		}
	}
	return found
}

// sameTarget reports whether a reference leads where it led, or led nowhere.
func (m *mender) sameTarget(old, now book.Target) bool {
	switch {
	case old.Node == nil && old.Asset == "":
		return true
	case old.Node == nil:
		return now.Node == nil && now.Asset == old.Asset && now.Fragment == old.Fragment
	case old.Mend != nil && old.Fragment == "":
		return now.Node == m.twin(old.Node)
	}
	return now.Node == m.twin(old.Node) && now.Fragment == old.Fragment
}

// keepVanished writes old addresses of pages that a change took away.
func (m *mender) keepVanished(fresh []diag.Located) {
	for msg := range diag.Each(fresh) {
		if msg.Rule == diag.VanishedAddress && msg.File != "" {
			if _, rest, ok := strings.Cut(msg.Help, "aliases: ["); ok {
				alias, _, _ := strings.Cut(rest, "]")
				if !slices.Contains(m.alias[msg.File], alias) {
					m.alias[msg.File] = append(m.alias[msg.File], alias)
				}
			}
		}
	}
}

// fixReference mends a reference that leads nowhere, or the long way round.
func (m *mender) fixReference(r book.Reference, moved *moves) {
	n, t := r.From, r.Target
	name := n.Page.File
	spot, ok := m.reference(&r)
	if !ok {
		return
	}
	write := func(text, why string) { m.cut(name, spot.Start, spot.End, text, why) }
	if t.Node != nil && t.Node.Kind == book.KindOwner && r.Link.Kind == page.LinkField && moved != nil { // a name that nobody has
		if text := m.nobody(r.Link.Target, moved); text != r.Link.Target {
			write(text, fmt.Sprintf("%s is %s now", r.Link.Target, text))
		}
		return
	}
	switch {
	case t.Node == nil && t.Asset == "" && t.Mend != nil:
		if moved != nil {
			if to := moved.missing(t.Mend.Missing); to != nil {
				write(m.now.Book.Rewrite(r, n, to, ""), fmt.Sprintf("%s is %s now", r.Link.Target, to.Page.Path))
				if heading := moved.heading(to, r.Link); heading != "" && !m.keeps(to, r.Link) && spot.Fragment < spot.FragmentEnd {
					m.cut(name, spot.Fragment, spot.FragmentEnd, heading, fmt.Sprintf("#%s is #%s now", r.Link.Fragment, heading))
				}
				return
			}
		}
		if to := m.renamedTo(t.Mend.Missing); to != nil {
			write(m.now.Book.Rewrite(r, n, to, ""), fmt.Sprintf("%s is %s now", r.Link.Target, to.Page.Path))
			m.keepAddress(t.Mend.Missing, to)
			return
		}
	case t.Mend != nil && t.Mend.Sure != "":
		write(t.Mend.Sure, fmt.Sprintf("%s can only mean %s", r.Link.Target, t.Mend.Sure))
		if t.Mend.Heading != "" && spot.Fragment < spot.FragmentEnd {
			m.cut(name, spot.Fragment, spot.FragmentEnd, t.Mend.Heading, fmt.Sprintf("#%s can only mean #%s", r.Link.Fragment, t.Mend.Heading))
		}
	case t.Node != nil && t.Mend != nil && spot.Fragment < spot.FragmentEnd:
		heading := t.Mend.Heading
		if moved != nil && heading == "" && t.Node.Page != nil {
			heading = moved.heading(t.Node, r.Link)
		}
		if m.keeps(t.Node, r.Link) {
			return
		}
		if heading != "" {
			m.cut(name, spot.Fragment, spot.FragmentEnd, heading, fmt.Sprintf("#%s is #%s now", r.Link.Fragment, heading))
		}
	case t.Old && t.Node.Page != nil:
		if r.Link.Kind == page.LinkPath {
			r.Link.Target = ".md" // as a file from the page's folder, whatever was written
		}
		write(m.now.Book.Rewrite(r, n, t.Node, ""), fmt.Sprintf("%s is an old address of %s", string(m.text(name)[spot.Start:spot.End]), t.Node.Page.Path))
	case r.Link.Kind == page.LinkPath && t.Node != nil && t.Node.Page != nil && !t.Node.Page.Index && bare(r.Link.Target):
		if dir := path.Dir(n.Page.Path); path.Join(dir, r.Link.Target)+path.Ext(t.Node.Page.Path) == t.Node.Page.Path {
			write(string(m.text(name)[spot.Start:spot.End])+path.Ext(t.Node.Page.Path), fmt.Sprintf("%s lacks its ending", r.Link.Target))
		}
	}
}

// fixOwner names the owner of a page who has no page of the name any more, because it was renamed or has another title.
func (m *mender) fixOwner(n *book.Node, moved *moves) {
	old, name := moved.before(n), n.OwnerAt.File
	if n.Owner == nil || n.Owner.Page != nil || !strings.HasPrefix(name, "content/") {
		return
	}
	to := moved.missing(page.BareName(n.OwnerName))
	if old != nil && old.Owner != nil && old.Owner.Page != nil && old.OwnerName == n.OwnerName {
		to = moved.after(old.Owner)
	}
	written := page.BareName(n.OwnerName)
	if i := bytes.Index(m.text(name)[n.OwnerAt.Start:n.OwnerAt.End], []byte(written)); to != nil && i >= 0 && written != "" {
		text := ownerText(m.now.Book, n.OwnerName, to)
		m.cut(name, n.OwnerAt.Start+i, n.OwnerAt.Start+i+len(written), text, fmt.Sprintf("%s is %s now", written, text))
	}
}

// nobody is how the name of somebody reads who is nobody by it any more.
func (m *mender) nobody(name string, moved *moves) string {
	known, ok := m.people[name]
	if ok {
		return known
	}
	text := name
	if now, _ := people.Reviewer(m.now.Book, name); now == nil {
		if who, _ := people.Reviewer(moved.oldBook, name); who != nil && who.Page != nil {
			if to := moved.after(who); to != nil {
				text = personText(m.now.Book, name, to)
			}
		}
	}
	m.people[name] = text
	return text
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
func (m *mender) keepHeadings(moved *moves, linked map[string]bool) {
	for _, n := range m.now.Book.Nodes {
		if n.Page == nil || n.Page.Broken {
			continue
		}
		old := moved.before(n)
		if old == nil || old.Page == n.Page {
			continue
		}
		taken := map[int]bool{}
		for _, h := range old.Page.Headings {
			if _, there := slices.BinarySearch(n.Page.IDs, h.ID); there {
				continue
			}
			i := moved.likelyHeading(old, n, h)
			if i < 0 || taken[i] || linked[n.ID+"#"+n.Page.Headings[i].ID] {
				continue
			}
			to, at := n.Page.Headings[i], m.now.in.at(n.Page.HeadingAt(i)).Start
			data := m.text(n.Page.File)
			end, _ := page.LineEnd(data, at)
			line := bytes.TrimRight(data[at:end], " \t")
			if last := len(line) - 1; !bytes.HasPrefix(line, []byte("#")) || line[last] == '#' || line[last] == '}' {
				continue // underlined, closed, or with an id of its own
			}
			taken[i] = true
			m.pinned[n.ID+"#"+h.ID] = true
			m.cut(n.Page.File, at+len(line), at+len(line), " {#"+h.ID+"}", fmt.Sprintf("%q keeps the address #%s", to.Text, h.ID))
		}
	}
}

// keeps reports whether a link leads to a heading that keeps the id it names.
func (m *mender) keeps(n *book.Node, l page.Link) bool {
	return m.pinned[n.ID+"#"+l.Fragment] && l.Kind != page.LinkWiki && l.Kind != page.LinkEmbed
}

// renamedTo is the page that an earlier commit renamed from a path that leads nowhere now; nil when none did.
func (m *mender) renamedTo(missing string) *book.Node {
	for _, file := range []string{missing, missing + ".md", strings.TrimSuffix(missing, "/") + "/_index.md"} {
		if to := m.past[file]; to != "" {
			return byPath(m.now.Book)[to]
		}
	}
	return nil
}

// keepAddress adds the address that a page had under an earlier path, unless it leads somewhere.
func (m *mender) keepAddress(was string, to *book.Node) {
	for _, ending := range []string{".md", "/_index", "/index", "/README", "/"} {
		was = strings.TrimSuffix(was, ending)
	}
	file, alias := to.Page.File, "/"+was+"/"
	if m.now.Book.Taken(was+"/index.html") || slices.Contains(m.alias[file], alias) {
		return
	}
	m.alias[file] = append(m.alias[file], alias)
}

// bare reports whether a link names a file without its ending.
func bare(target string) bool {
	return target != "" && !strings.ContainsAny(target[:1], "/~@") && !strings.HasSuffix(target, "/") && path.Ext(target) == ""
}

// fixTitle takes out a first heading that says the title once more, unless somebody links to it or it has an id that somebody
// chose.
func (m *mender) fixTitle(msg diag.Located, linked map[string]bool) {
	n := m.pages[msg.File]
	if n == nil {
		return
	}
	i := len(n.Page.Headings) - 1
	for i >= 0 && m.now.in.at(n.Page.HeadingAt(i)).Start != msg.Start {
		i--
	}
	data := m.text(msg.File)
	if i < 0 || linked[n.ID+"#"+n.Page.Headings[i].ID] || data[msg.Start] != '#' || bytes.HasSuffix(bytes.TrimSpace(data[msg.Start:msg.End]), []byte("}")) {
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
	m.cut(msg.File, start, end, "", "the first heading says the title once more")
}

// blankEnd reports whether a text ends in a blank line.
func blankEnd(text []byte) bool {
	line := bytes.TrimSuffix(bytes.TrimSuffix(text, []byte("\n")), []byte("\r"))
	if len(line) == len(text) {
		return false
	}
	return len(bytes.TrimSpace(line[bytes.LastIndexAny(line, "\r\n")+1:])) == 0
}

// missing is the page that took the place of one that is gone, by the path or the name that leads nowhere.
func (m *moves) missing(name string) *book.Node {
	for _, file := range []string{name, name + ".md", strings.TrimSuffix(name, "/") + "/_index.md"} {
		if old := m.old[file]; old != nil && m.new[file] == nil {
			return m.became[old]
		}
	}
	var found *book.Node
	for old, now := range m.became { // a wikilink: the end of an id
		if old.ID == name || strings.HasSuffix(old.ID, "/"+name) {
			if found != nil {
				return nil
			}
			found = now
		}
	}
	return found
}

// heading is what a reference has to say of the heading that took another's place on a page, its id or for a wikilink its
// words; "" when that is not clear.
func (m *moves) heading(n *book.Node, l page.Link) string {
	id, old := l.Fragment, m.before(n)
	if old == nil {
		return ""
	}
	for _, h := range old.Page.Headings {
		if h.ID != id && !strings.EqualFold(h.Text, id) {
			continue
		}
		if _, there := slices.BinarySearch(n.Page.IDs, h.ID); there {
			return ""
		}
		if i := m.likelyHeading(old, n, h); i >= 0 {
			to := n.Page.Headings[i]
			if l.Kind == page.LinkWiki || l.Kind == page.LinkEmbed {
				return to.Text
			}
			return to.ID
		}
	}
	return ""
}
