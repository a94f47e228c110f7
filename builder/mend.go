package builder

import (
	"bytes"
	"cmp"
	"context"
	"fmt"
	"path"
	"slices"
	"strings"

	"handbook/builder/book"
	"handbook/builder/diag"
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
	spots map[string]*page.Spotter
	cuts  map[string][]edit // by name
	names map[string]string // new names of files that move, by old name
	alias map[string][]string
	err   error

	pages   map[string]*book.Node    // by name of the file
	renamed func(path string) string // what becomes of a path below the content folder
	moving  map[string]bool          // addresses of assets that move

	parser *page.Parser
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

// edit is a cut with its reason, for people.
type edit struct {
	cut
	why string
}

func newMender(now Result) *mender {
	return &mender{now: now, parser: page.NewParser(now.Site), texts: map[string][]byte{}, spots: map[string]*page.Spotter{}, cuts: map[string][]edit{}, names: map[string]string{}, alias: map[string][]string{}, moving: map[string]bool{}, pages: map[string]*book.Node{}, people: map[string]string{}, pinned: map[string]bool{}}
}

func (m *mender) text(name string) []byte {
	data, ok := m.texts[name]
	if !ok {
		var err error
		if data, err = m.now.in.snap.Read(name); err != nil && m.err == nil {
			m.err = fmt.Errorf("%s: %s", name, source.Reason(err))
		}
		m.texts[name] = data
	}
	return data
}

// cut replaces bytes, once: two references may be one link definition.
func (m *mender) cut(name string, start, end int, text, why string) {
	c := cut{start, end, text}
	if string(m.text(name)[start:end]) == text || slices.ContainsFunc(m.cuts[name], func(e edit) bool { return e.cut == c }) {
		return
	}
	m.cuts[name] = append(m.cuts[name], edit{c, why})
}

// reference gives what is written where a reference stands.
func (m *mender) reference(r *book.Reference) (page.Spot, bool) {
	r.Link.At = m.now.in.at(r.Link.At)
	data := m.text(r.Link.At.File)
	if r.Link.Kind == page.LinkField && r.Link.Target == "" {
		link, ok := page.ReferenceIn(data, r.Link.At)
		if !ok {
			return page.Spot{}, false
		}
		r.Link = link
	}
	if m.spots[r.Link.At.File] == nil {
		m.spots[r.Link.At.File] = &page.Spotter{Data: data}
	}
	return m.spots[r.Link.At.File].Spot(r.Link)
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
	slices.SortFunc(cuts, func(a, b edit) int { return cmp.Or(cmp.Compare(a.start, b.start), cmp.Compare(a.end, b.end)) })
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
		p, _ := m.parser.Parse(name, strings.TrimPrefix(name, "content/"), text)
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
		f := Edit{Old: c.Old, New: c.New, Before: before, After: c.Data}
		for _, e := range m.cuts[c.Old] {
			f.Why = append(f.Why, e.why)
		}
		for _, alias := range m.alias[c.Old] {
			f.Why = append(f.Why, "keep the old address "+alias)
		}
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
	job = job.with(changes)
	for _, c := range changes {
		if c.Old == m.code && m.code != "" {
			job.World = Edited{World: job.World, CodeOwnersAs: c.Data}
		}
	}
	return s.Build(ctx, job)
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

// with is the job with files changed.
func (j Job) with(changes []source.Changed) Job {
	j.World = Edited{World: j.world(), Edit: func(snap source.Snapshot) source.Snapshot { return snap.With(changes) }}
	return j
}

// Move renames a page, a file or a folder and rewrites every reference to it, and those in it. from and to are paths
// below the content folder, with slashes, of files or of folders; nothing is at to. Old addresses become aliases.
func Move(ctx context.Context, job Job, from, to string) (Edits, error) {
	s := NewSession()
	job.Drafts = true
	before, err := s.Build(ctx, job)
	if err != nil {
		return Edits{}, err
	}
	before.in.snap = before.in.all // what is ignored moves with its folder too
	if before.Failed() {
		return Edits{}, &RefusedError{"the handbook has errors, so references cannot be followed; mend them first", onlyErrors(before.Messages)}
	}
	m := newMender(before)
	m.prefix, m.code = s.below(ctx, job), before.in.owners.name
	code := before.in.owners
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
	for _, list := range [][]source.File{before.in.snap.Pages, before.in.snap.Assets} {
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
		}
	}
	kept := map[string]bool{}
	for _, r := range after.Book.Redirects {
		kept[r.From] = true
	}
	for _, r := range before.Book.Redirects { // an alias that counts from its page's folder means another address now
		if name := m.names[r.To.Page.File]; name != "" && !kept[r.From] {
			m.alias[r.To.Page.File] = append(m.alias[r.To.Page.File], "/"+strings.TrimPrefix(r.From, before.Book.Site.BasePath))
		}
	}
	assetNow := map[string]string{} // URL to the path that the asset will have
	for file, url := range before.Book.Assets {
		if slices.Contains(before.Book.Beside, file) {
			continue
		}
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
		m.followPeople(n, func(name string) string { return m.person(name, after) })
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
	d, ok := job.world().(Disk)
	if !ok {
		return "content/"
	}
	if _, prefix := s.git.reader.Where(ctx); prefix != "" {
		return prefix
	}
	if below, ok := d.below(); ok {
		return below + "/"
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
		lead := resolvesIn(after, now, r)
		if lead == nil || t.Node == nil || lead.Node != twin(t.Node) || lead.Asset != "" && asset == "" || lead.Old || r.Link.Kind == page.LinkField && outdated(r.Link.Target, t.Node, twin(t.Node)) {
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
		at := after.in.at(other.Link.At)
		if other.Link.Kind == r.Link.Kind && at.Start == r.Link.At.Start && at.End == r.Link.At.End {
			return &other.Target
		}
	}
	return nil
}

// moveOwner rewrites the name of an owner who would be somebody else, or nobody.
func (m *mender) moveOwner(n, now *book.Node, after Result) {
	if n.Owner == nil || n.Owner.Page == nil || now.OwnerName != n.OwnerName {
		return
	}
	to, name := m.twin(n.Owner), n.OwnerAt.File
	if now.Owner == to && !outdated(n.OwnerName, n.Owner, to) {
		return
	}
	if to == nil || !strings.HasPrefix(name, "content/") || now.OwnerAt.File != cmp.Or(m.names[name], name) {
		return
	}
	written := page.BareName(n.OwnerName)
	if i := bytes.Index(m.text(name)[n.OwnerAt.Start:n.OwnerAt.End], []byte(written)); i >= 0 && written != "" {
		m.cut(name, n.OwnerAt.Start+i, n.OwnerAt.Start+i+len(written), ownerText(after.Book, n.OwnerName, to), "its owner's page has a new name")
	}
}

// outdated reports whether a name of a page is that of its file, or what its title says, and the file has another name now.
// The title will follow, so a name that still means the page by its title alone will not for long.
func outdated(written string, old, now *book.Node) bool {
	if now == nil || old.Page == nil || path.Base(old.ID) == path.Base(now.ID) {
		return false
	}
	name := strings.ToLower(strings.TrimSuffix(page.BareName(written), ".md"))
	is := func(other string) bool { return name == strings.ToLower(strings.TrimSpace(other)) }
	ends := func(id string) bool { return strings.HasSuffix("/"+strings.ToLower(id), "/"+name) }
	return name != "" && !ends(now.ID) && (ends(old.ID) || is(old.Title) || slices.ContainsFunc(old.Page.Meta.AlsoKnownAs, is))
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
