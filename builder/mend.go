package builder

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"fmt"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"handbook/builder/book"
	"handbook/builder/diag"
	"handbook/builder/history"
	"handbook/builder/page"
	"handbook/builder/source"
)

// Edit is one file as it is to be. Nothing is written by this package.
type Edit struct {
	Old, New string // as messages name it: "content/a.md", "handbook.yaml"; equal where the file stays
	Before   []byte
	After    []byte // equal to Before where the file only moves
	Why      []string
}

// Edits is what is to be done to the files of a handbook, all of it or none.
type Edits struct {
	Files []Edit // by old name
	Notes []Note // what else follows, for people
}

// RefusedError is a change that cannot be made rightly, and the next step.
type RefusedError struct {
	Text     string
	Messages []diag.Located // what would be wrong with it
}

func (e *RefusedError) Error() string { return e.Text }

// mender gathers edits to files.
type mender struct {
	now   Result
	texts map[string][]byte // by name; read once
	cuts  map[string][]cut  // by name
	names map[string]string // new names of files that move, by old name
	alias map[string][]string
	why   map[string][]string
	err   error

	pages   map[string]*book.Node    // by name of the file
	renamed func(path string) string // what becomes of a path below the content folder
	moving  map[string]bool          // addresses of assets that move

	twin   func(*book.Node) *book.Node // a node in the handbook as it would be
	prefix string                      // of the content folder in the repository, ending in a slash
	people map[string]string           // names of people as they will read, by how they do
	pinned map[string]bool             // headings that keep their old id, by the page's id and that
	past   map[string]string           // paths that pages had in earlier commits, to those that they have
	code   string                      // what messages call CODEOWNERS; "" where there is none that counts
	notes  []Note
}

// cut replaces some bytes of a file.
type cut struct {
	start, end int
	text       string
}

func newMender(now Result) *mender {
	return &mender{now: now, texts: map[string][]byte{}, cuts: map[string][]cut{}, names: map[string]string{}, alias: map[string][]string{}, why: map[string][]string{}, moving: map[string]bool{}, pages: map[string]*book.Node{}, people: map[string]string{}, pinned: map[string]bool{}}
}

func (m *mender) text(name string) []byte {
	data, ok := m.texts[name]
	if !ok {
		var err error
		if data, err = m.now.snap.Read(name); err != nil && m.err == nil {
			m.err = fmt.Errorf("%s: %s", name, source.Reason(err))
		}
		m.texts[name] = data
	}
	return data
}

// cut replaces bytes, once: two references may be one link definition.
func (m *mender) cut(name string, start, end int, text, why string) {
	c := cut{start, end, text}
	if string(m.text(name)[start:end]) == text || slices.Contains(m.cuts[name], c) {
		return
	}
	m.cuts[name] = append(m.cuts[name], c)
	m.why[name] = append(m.why[name], why)
}

// reference gives what is written where a reference stands.
func (m *mender) reference(r *book.Reference) (page.Spot, bool) {
	data := m.text(r.Link.At.File)
	if r.Link.Kind == page.LinkField && r.Link.Target == "" {
		link, ok := page.ReferenceIn(data, r.Link.At)
		if !ok {
			return page.Spot{}, false
		}
		r.Link = link
	}
	return r.Link.Spot(data)
}

// changes are the edits so far, as a snapshot takes them.
func (m *mender) changes() ([]source.Changed, error) {
	touched := map[string]bool{}
	for name := range m.cuts {
		touched[name] = true
	}
	for name := range m.alias {
		touched[name] = true
	}
	for name := range m.names {
		touched[name] = true
	}
	var all []source.Changed
	for name := range touched {
		c := source.Changed{Old: name, New: cmp.Or(m.names[name], name)}
		if len(m.cuts[name])+len(m.alias[name]) > 0 {
			data, err := m.after(name)
			if err != nil {
				return nil, err
			}
			c.Data = data
		}
		all = append(all, c)
	}
	slices.SortFunc(all, func(a, b source.Changed) int { return strings.Compare(a.Old, b.Old) })
	return all, m.err
}

// after is a file with its edits.
func (m *mender) after(name string) ([]byte, error) {
	cuts := slices.Clone(m.cuts[name])
	slices.SortFunc(cuts, func(a, b cut) int { return cmp.Or(cmp.Compare(a.start, b.start), cmp.Compare(a.end, b.end)) })
	data := m.text(name)
	var out bytes.Buffer
	at := 0
	for _, c := range cuts {
		if c.start < at {
			return nil, &RefusedError{Text: fmt.Sprintf("two edits of %s touch the same bytes; make one of them by hand", name)}
		}
		out.Write(data[at:c.start])
		out.WriteString(c.text)
		at = c.end
	}
	out.Write(data[at:])
	text := out.Bytes()
	for _, alias := range m.alias[name] {
		// Places in frontmatter may have moved, so the file is read again.
		p, _ := page.NewParser(m.now.Site).Parse(name, strings.TrimPrefix(name, "content/"), text)
		grown, ok := p.AddAlias(text, alias)
		if !ok {
			return nil, &RefusedError{Text: fmt.Sprintf("the frontmatter of %s cannot be read, so its old address cannot be written into it; mend it first", name)}
		}
		text = grown
	}
	return text, nil
}

// edits are the files as they are to be.
func (m *mender) edits() (Edits, error) {
	changes, err := m.changes()
	if err != nil {
		return Edits{}, err
	}
	var e Edits
	for _, c := range changes {
		before := m.text(c.Old)
		f := Edit{Old: c.Old, New: c.New, Before: before, After: c.Data, Why: m.why[c.Old]}
		if c.Data == nil {
			f.After = before
		}
		e.Files = append(e.Files, f)
	}
	return e, m.err
}

// rebuilt is the handbook as it would be.
func (m *mender) rebuilt(ctx context.Context, s *Session, job Job) (Result, error) {
	changes, err := m.changes()
	if err != nil {
		return Result{}, err
	}
	job.change = func(snap source.Snapshot) source.Snapshot { return snap.With(changes) }
	job.Once = false
	for _, c := range changes {
		if c.Old == m.code && m.code != "" {
			job.codeOwners = c.Data
		}
	}
	return s.Build(ctx, job)
}

// Fix finds the problems of a handbook that have one right answer, and mends them. rev is the revision that renamed
// pages and headings are looked up in; "" for where this branch left the main one, or for the commit that is checked out,
// if there is one.
func Fix(ctx context.Context, job Job, rev string) (Edits, error) {
	s := NewSession()
	change, err := Since(ctx, job, cmp.Or(rev, mainBranch(ctx, job.Content)))
	var wrong *SinceError
	switch {
	case err == nil:
	case rev == "" && errors.As(err, &wrong):
		job.Once = false
		now, err := s.Build(ctx, job)
		if err != nil {
			return Edits{}, err
		}
		change = &Change{Result: now}
	default:
		return Edits{}, err
	}
	now := change.Result
	m := newMender(now)
	var moved *moves
	if change.Old.Book != nil {
		moved = newMoves(change.Old.Book, now.Book)
	}
	var renames error
	if m.past, renames = history.Renames(ctx, job.Content); renames != nil {
		return Edits{}, renames
	}
	linked := map[string]bool{} // addresses of headings that somebody links to
	for _, n := range now.Book.Nodes {
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
		if n.Page == nil {
			continue
		}
		for _, r := range n.References() {
			m.fixReference(r, moved)
		}
		m.pages[n.Page.File] = n
	}
	for msg := range diag.Each(now.Messages) {
		if msg.Rule == diag.RepeatedTitle {
			m.fixTitle(msg, linked)
		}
	}
	for msg := range diag.Each(change.New) {
		if msg.Rule == diag.VanishedAddress && msg.File != "" {
			if _, rest, ok := strings.Cut(msg.Help, "aliases: ["); ok {
				alias, _, _ := strings.Cut(rest, "]")
				m.alias[msg.File] = append(m.alias[msg.File], alias)
				m.why[msg.File] = append(m.why[msg.File], "keep the old address "+alias)
			}
		}
	}
	edits, err := m.edits()
	if err != nil || len(edits.Files) == 0 {
		return edits, err
	}
	after, err := m.rebuilt(ctx, s, job)
	if err != nil {
		return Edits{}, err
	}
	return edits, worse(now, after, nil, diag.BrokenAnchor) // the page is found, and its heading is gone: that is better than no page
}

// worse refuses what would make new problems, but for some rules. names are the new names of files that move.
func worse(before, after Result, names map[string]string, but ...diag.Rule) error {
	type kind struct {
		rule diag.Rule
		file string
	}
	var known []diag.Problem
	more := map[kind]int{} // problems than before; a path that leads nowhere reads otherwise from another folder
	for msg := range diag.Each(before.Messages) {
		file := cmp.Or(names[msg.File], msg.File)
		known = append(known, diag.Problem{Rule: msg.Rule, File: file, Message: msg.Text})
		more[kind{msg.Rule, file}]--
	}
	for msg := range diag.Each(after.Messages) {
		more[kind{msg.Rule, msg.File}]++
	}
	fresh, _ := diag.Compare(known, after.Messages, func(string) bool { return false })
	fresh = slices.DeleteFunc(fresh, func(m diag.Located) bool {
		return more[kind{m.Rule, m.File}] <= 0 || slices.Contains(but, m.Rule) || !slices.Contains([]diag.Rule{diag.BrokenLink, diag.BrokenAnchor, diag.AmbiguousLink, diag.UnknownOwner, diag.UnknownReader, diag.NoOwner,
			diag.SameAddress, diag.SamePage, diag.TwoIndexPages, diag.InvalidFrontmatter, diag.DuplicateKey, diag.InvalidValue, diag.WrongType}, m.Rule)
	})
	if len(fresh) > 0 {
		return &RefusedError{"it would make new problems, so nothing was changed", fresh}
	}
	return nil
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
	switch {
	case t.Node == nil && t.Mend != nil:
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
		if t.Mend.Sure != "" {
			write(t.Mend.Sure, fmt.Sprintf("%s can only mean %s", r.Link.Target, t.Mend.Sure))
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
			r.Link.Target = "" // as a path from the page, whatever was written
		}
		write(m.now.Book.Rewrite(r, n, t.Node, ""), fmt.Sprintf("%s is an old address of %s", string(m.text(name)[spot.Start:spot.End]), t.Node.Page.Path))
	case r.Link.Kind == page.LinkPath && t.Node != nil && t.Node.Page != nil && !t.Node.Page.Index && bare(r.Link.Target):
		if dir := path.Dir(n.Page.Path); path.Join(dir, r.Link.Target)+path.Ext(t.Node.Page.Path) == t.Node.Page.Path {
			write(string(m.text(name)[spot.Start:spot.End])+path.Ext(t.Node.Page.Path), fmt.Sprintf("%s lacks its ending", r.Link.Target))
		}
	}
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
			to := likelyHeading(old.Page, n.Page, h)
			if to == nil || taken[to.At] || linked[n.ID+"#"+to.ID] {
				continue
			}
			data := m.text(n.Page.File)
			line, _, _ := bytes.Cut(data[to.At:], []byte("\n"))
			line = bytes.TrimRight(line, " \t\r")
			if last := len(line) - 1; !bytes.HasPrefix(line, []byte("#")) || line[last] == '#' || line[last] == '}' {
				continue // underlined, closed, or with an id of its own
			}
			taken[to.At] = true
			m.pinned[n.ID+"#"+h.ID] = true
			m.cut(n.Page.File, to.At+len(line), to.At+len(line), " {#"+h.ID+"}", fmt.Sprintf("%q keeps the address #%s", to.Text, h.ID))
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
	m.why[file] = append(m.why[file], "keep the old address "+alias)
}

// bare reports whether a link names a file without its ending.
func bare(target string) bool {
	return target != "" && !strings.ContainsAny(target[:1], "/~@") && !strings.HasSuffix(target, "/") && path.Ext(target) == ""
}

// fixTitle takes out a first heading that says the title once more, unless somebody links to it.
func (m *mender) fixTitle(msg diag.Located, linked map[string]bool) {
	n := m.pages[msg.File]
	if n == nil || len(n.Page.Headings) == 0 || linked[n.ID+"#"+n.Page.Headings[0].ID] {
		return
	}
	data := m.text(msg.File)
	if !bytes.HasPrefix(data[msg.Start:], []byte("#")) {
		return // underlined: two lines, which a person sees at once
	}
	end := msg.Start
	for i := range 2 { // the line, and the blank one below
		n := bytes.IndexByte(data[end:], '\n') + 1
		if n == 0 {
			n = len(data) - end
		}
		if i == 1 && len(bytes.TrimSpace(data[end:end+n])) > 0 {
			break
		}
		end += n
	}
	m.cut(msg.File, msg.Start, end, "", "the first heading says the title once more")
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
		if to := likelyHeading(old.Page, n.Page, h); to != nil {
			if l.Kind == page.LinkWiki || l.Kind == page.LinkEmbed {
				return to.Text
			}
			return to.ID
		}
	}
	return ""
}

// Move renames a page, a file or a folder and rewrites every reference to it, and those in it. from and to are paths
// below the content folder, with slashes, of files or of folders; nothing is at to. Old addresses become aliases.
func Move(ctx context.Context, job Job, from, to string) (Edits, error) {
	s := NewSession()
	job.Once, job.drafts = false, true
	var all source.Snapshot // what is ignored moves with its folder too
	job.change = func(snap source.Snapshot) source.Snapshot {
		all = snap
		return snap
	}
	before, err := s.Build(ctx, job)
	if err != nil {
		return Edits{}, err
	}
	before.snap = all
	if before.Failed() {
		return Edits{}, &RefusedError{"the handbook has errors, so references cannot be followed; mend them first", onlyErrors(before.Messages)}
	}
	m := newMender(before)
	m.prefix, m.code = s.below(ctx, job), s.owners.name
	code := s.owners
	var pages []*book.Node
	inside := func(file string) (string, bool) {
		if file == from {
			return to, true
		}
		below, ok := strings.CutPrefix(file, from+"/")
		return to + "/" + below, ok
	}
	m.renamed = func(file string) string {
		if now, ok := inside(file); ok {
			return now
		}
		return file
	}
	for _, list := range [][]source.File{before.snap.Pages, before.snap.Assets} {
		for _, f := range list {
			if now, ok := inside(f.Path); ok {
				m.names[f.Name] = "content/" + now
				m.text(f.Name)
			}
		}
	}
	if len(m.names) == 0 {
		return Edits{}, &RefusedError{Text: fmt.Sprintf("there is no page or file of the handbook at %s", from)}
	}
	for _, n := range before.Book.Nodes {
		if n.Page != nil && m.names[n.Page.File] != "" {
			pages = append(pages, n)
		}
	}

	// The first step moves the files and keeps their old addresses. What then leads elsewhere is rewritten, in the words
	// that the new handbook has for it, until nothing does.
	after, err := m.rebuilt(ctx, s, job)
	if err != nil {
		return Edits{}, err
	}
	m.twin = m.twins(after)
	twin := m.twin
	for _, n := range pages {
		if now := twin(n); now != nil && now.URL != n.URL {
			m.alias[n.Page.File] = append(m.alias[n.Page.File], "/"+strings.TrimPrefix(n.URL, before.Book.Site.BasePath))
			m.why[n.Page.File] = append(m.why[n.Page.File], "keep its old address")
		}
	}
	kept := map[string]bool{}
	for _, r := range after.Book.Redirects {
		kept[r.From] = true
	}
	for _, r := range before.Book.Redirects { // an alias that counts from its page's folder means another address now
		if name := m.names[r.To.Page.File]; name != "" && !kept[r.From] {
			m.alias[r.To.Page.File] = append(m.alias[r.To.Page.File], "/"+strings.TrimPrefix(r.From, before.Book.Site.BasePath))
			m.why[r.To.Page.File] = append(m.why[r.To.Page.File], "keep an old address")
		}
	}
	assetNow := map[string]string{} // URL to the path that the asset will have
	for file, url := range before.Book.Assets {
		assetNow[url] = strings.TrimPrefix(cmp.Or(m.names["content/"+file], file), "content/")
		m.moving[url] = m.names["content/"+file] != ""
	}
	var stuck []string
	for _, n := range before.Book.Nodes {
		if n.Page == nil {
			continue
		}
		now := twin(n)
		if now == nil {
			continue
		}
		for _, r := range n.References() {
			m.moveReference(r, now, twin, assetNow, after, &stuck)
		}
		m.moveOwner(n, now, after)
		m.followCascades(n, now, after)
		m.followPeople(n, after)
		m.followTracks(n, from, to)
	}
	engine, then := m.engine(before), m.engine(after)
	for _, n := range before.Book.Nodes {
		if n.Page != nil && len(n.Page.Views) > 0 {
			m.followViews(n, engine, then, from, to)
		}
	}
	m.followConfig(after, from, to)
	m.followCodeOwners(code, from, to)
	if len(stuck) > 0 {
		slices.Sort(stuck)
		return Edits{}, &RefusedError{Text: "these references cannot be rewritten; write them in a plainer way first:\n  " + strings.Join(slices.Compact(stuck), "\n  ")}
	}
	if after, err = m.rebuilt(ctx, s, job); err != nil {
		return Edits{}, err
	}
	m.twin = m.twins(after)
	if err := m.same(before, after); err != nil {
		return Edits{}, err
	}
	if err := worse(before, after, m.names); err != nil {
		return Edits{}, err
	}
	m.followRecords(after)
	m.tellOther(before, after)
	m.tellEdited(after)
	edits, err := m.edits()
	edits.Notes = m.notes
	return edits, err
}

// twins finds what became of a node of the handbook as it is.
func (m *mender) twins(after Result) func(*book.Node) *book.Node {
	moved := byPath(after.Book)
	return func(n *book.Node) *book.Node {
		if n.Page == nil {
			found, _ := after.Book.Lookup(m.renamed(n.ID))
			return found
		}
		return moved[strings.TrimPrefix(cmp.Or(m.names[n.Page.File], n.Page.File), "content/")]
	}
}

// below is the content folder in its repository, ending in a slash; in the site's folder where there is no repository.
func (s *Session) below(ctx context.Context, job Job) string {
	if job.load != nil {
		return "content/"
	}
	if _, prefix := s.git.reader.Where(ctx); prefix != "" {
		return prefix
	}
	if below, err := filepath.Rel(realPath(job.Root), realPath(job.Content)); err == nil && filepath.IsLocal(below) && below != "." {
		return filepath.ToSlash(below) + "/"
	}
	return ""
}

func onlyErrors(messages []diag.Located) []diag.Located {
	return diag.Only(messages, func(m diag.Located) bool { return m.Severity == diag.Error })
}

// moveReference rewrites a reference that a move would make lead elsewhere.
func (m *mender) moveReference(r book.Reference, now *book.Node, twin func(*book.Node) *book.Node, assetNow map[string]string, after Result, stuck *[]string) {
	n, t := r.From, r.Target
	name := n.Page.File
	pageMoves := m.names[name] != ""
	targetMoves := t.Node != nil && t.Node.Page != nil && m.names[t.Node.Page.File] != ""
	asset := assetNow[t.Asset]
	if t.Node == nil && t.Asset != "" && asset != "" {
		targetMoves = m.moving[t.Asset]
	}
	if r.Link.Target == "" && r.Link.Kind != page.LinkField || !pageMoves && !targetMoves {
		return
	}
	spot, ok := m.reference(&r)
	if !ok {
		if targetMoves || pageMoves && strings.HasPrefix(r.Link.Target, ".") {
			*stuck = append(*stuck, fmt.Sprintf("%s: %s", name, cmp.Or(r.Link.Target, "a reference in frontmatter")))
		}
		return
	}
	write := func(text string) {
		if text != "" {
			m.cut(name, spot.Start, spot.End, text, fmt.Sprintf("%s is %s from here", r.Link.Target, text))
		}
	}
	byName := r.Link.Kind == page.LinkWiki || r.Link.Kind == page.LinkEmbed ||
		(r.Link.Kind != page.LinkPath && r.Link.Kind != page.LinkImage && !strings.ContainsAny(r.Link.Target[:1], "./~@"))
	switch {
	case byName:
		// Most names survive: the end of the id, a title. Only those that would mean something else are written anew.
		if lead := resolvesIn(after, now, r); lead == nil || t.Node == nil || lead.Node != twin(t.Node) || lead.Asset != "" && asset == "" || lead.Old {
			if t.Node != nil && t.Node.Page != nil {
				write(after.Book.Rewrite(r, now, twin(t.Node), ""))
			} else if asset != "" && targetMoves {
				write(after.Book.Rewrite(r, now, nil, asset))
			}
		}
	case t.Node != nil && t.Node.Page != nil:
		write(after.Book.Rewrite(r, now, twin(t.Node), ""))
	case asset != "":
		write(after.Book.Rewrite(r, now, nil, asset))
	case pageMoves: // it leads nowhere, or to a page that handbook makes: as it did before
		text, ok := r.Relocate(n, now, m.renamed)
		if ok {
			write(text)
		}
	}
}

// resolvesIn is where a reference leads on the moved page, if it reads as before; nil when it stands there no more.
func resolvesIn(after Result, now *book.Node, r book.Reference) *book.Target {
	for _, other := range now.References() {
		if other.Link.Kind == r.Link.Kind && other.Link.At.Start == r.Link.At.Start && other.Link.At.End == r.Link.At.End {
			return &other.Target
		}
	}
	return nil
}

// moveOwner rewrites the name of an owner who would be somebody else, or nobody.
func (m *mender) moveOwner(n, now *book.Node, after Result) {
	if n.Owner == nil || n.Owner.Page == nil || now.Owner == m.twin(n.Owner) || now.OwnerName != n.OwnerName {
		return
	}
	to, name := m.twin(n.Owner), n.OwnerAt.File
	if to == nil || !strings.HasPrefix(name, "content/") || now.OwnerAt.File != cmp.Or(m.names[name], name) {
		return
	}
	written := page.BareName(n.OwnerName)
	if i := bytes.Index(m.text(name)[n.OwnerAt.Start:n.OwnerAt.End], []byte(written)); i >= 0 && written != "" {
		m.cut(name, n.OwnerAt.Start+i, n.OwnerAt.Start+i+len(written), ownerText(after.Book, n.OwnerName, to), "its owner's page has a new name")
	}
}

// same refuses a move after which a reference leads elsewhere, or an old address nowhere.
func (m *mender) same(before, after Result) error {
	moved := byPath(after.Book)
	there := map[string]bool{}
	for _, n := range after.Book.Nodes {
		there[n.URL] = true
	}
	for _, r := range after.Book.Redirects {
		there[r.From] = true
	}
	var wrong []string
	for _, r := range before.Book.Redirects {
		if !there[r.From] {
			wrong = append(wrong, fmt.Sprintf("the alias %s of %s would be lost: write it from the top", r.From, r.To.Page.File))
		}
	}
	for _, n := range before.Book.Nodes {
		if n.Page == nil {
			continue
		}
		if !there[n.URL] {
			wrong = append(wrong, n.URL+" would lead nowhere")
		}
		now := moved[strings.TrimPrefix(cmp.Or(m.names[n.Page.File], n.Page.File), "content/")]
		if now == nil || len(now.Targets) != len(n.Targets) {
			wrong = append(wrong, n.Page.File+" would read otherwise")
			continue
		}
		for i, t := range n.Targets {
			lead := now.Targets[i]
			if t.Node == nil || t.Node.Page == nil {
				continue
			}
			file := strings.TrimPrefix(cmp.Or(m.names[t.Node.Page.File], t.Node.Page.File), "content/")
			if lead.Node == nil || lead.Node.Page == nil || lead.Node.Page.Path != file || lead.Fragment != t.Fragment {
				wrong = append(wrong, fmt.Sprintf("%s: %s would lead elsewhere", n.Page.File, n.Page.Links[i].Target))
			}
		}
		switch {
		case now.Type != n.Type && len(now.Relations) != len(n.Relations):
			wrong = append(wrong, fmt.Sprintf("%s would be of type %s there, which has not the references of a %s: write `type: %s` into it first", n.Page.File, now.Type, n.Type, n.Type))
		case len(now.Relations) != len(n.Relations):
			wrong = append(wrong, n.Page.File+": its fields would lead elsewhere")
		}
		if n.Owner != nil && n.Owner.Page != nil && m.names[n.Owner.Page.File] != "" && now.Owner != m.twin(n.Owner) && now.OwnerAt.File == cmp.Or(m.names[n.OwnerAt.File], n.OwnerAt.File) {
			wrong = append(wrong, n.Page.File+": its owner would be somebody else")
		}
		for i, rel := range n.Relations {
			if len(now.Relations) == len(n.Relations) && rel.To.Page != nil && now.Relations[i].To != m.twin(rel.To) {
				wrong = append(wrong, fmt.Sprintf("%s: its %s would lead elsewhere", n.Page.File, rel.Field.Name))
			}
		}
	}
	if len(wrong) > 0 {
		return &RefusedError{Text: "nothing was changed, because\n  " + strings.Join(wrong, "\n  ")}
	}
	return nil
}

// tellOther tells what else becomes other by a move.
func (m *mender) tellOther(before, after Result) {
	moved := byPath(after.Book)
	for _, n := range before.Book.Nodes {
		if n.Page == nil || m.names[n.Page.File] == "" {
			continue
		}
		now := moved[strings.TrimPrefix(m.names[n.Page.File], "content/")]
		if now == nil {
			continue
		}
		if now.Type != n.Type {
			m.note(diag.Place{}, "%s is of type %s now, and was of type %s", now.ID, now.Type, n.Type)
		}
		if a, b := ownerID(n), ownerID(now); a != b && (n.Owner == nil || n.Owner.Page == nil || m.names[n.Owner.Page.File] == "") {
			m.note(diag.Place{}, "%s belongs to %s now, and did to %s", now.ID, b, a)
		}
	}
}

func ownerID(n *book.Node) string {
	if n.Owner == nil {
		return "nobody"
	}
	return n.Owner.ID
}
