package refactor

import (
	"cmp"
	"context"
	"fmt"
	"path"
	"slices"
	"strings"

	"handbook/builder"
	"handbook/builder/book"
	"handbook/builder/diag"
	"handbook/builder/page"
	"handbook/builder/query"
)

// Move renames a page, a file or a folder and rewrites every reference to it, and those in it. from and to are paths
// below the content folder, with slashes, of files or of folders; nothing is at to. Old addresses become aliases.
//
// The first step moves the files and keeps their old addresses. What then leads elsewhere is rewritten, in the words that the
// new handbook has for it. The handbook is then built once more, and nothing is done unless every reference leads to where it
// led before.
func Move(ctx context.Context, job builder.Job, from, to string) (Edits, error) {
	s := builder.NewSession()
	job.Drafts = true
	m, err := newMover(ctx, s, job, from, to)
	if err != nil {
		return Edits{}, err
	}
	if err := m.rebuild(ctx, s, job); err != nil {
		return Edits{}, err
	}
	m.keepAddresses()
	if err := m.rewrite(); err != nil {
		return Edits{}, err
	}
	if err := m.rebuild(ctx, s, job); err != nil {
		return Edits{}, err
	}
	if err := m.same(); err != nil {
		return Edits{}, err
	}
	if err := m.worse(); err != nil {
		return Edits{}, err
	}
	m.followRecords()
	m.tellOther()
	m.tellEdited()
	return m.edits()
}

// mover moves files and what refers to them.
type mover struct {
	*mender
	from, to string
	prefix   string            // of the content folder in the repository, ending in a slash
	assets   map[string]string // the files that are no pages, by their URLs
	stuck    []string          // references that cannot be rewritten

	engine, later *query.Engine // of the handbook as it is, and as it would be
}

// newMover builds the handbook as it is and names the files that move.
func newMover(ctx context.Context, s *builder.Session, job builder.Job, from, to string) (*mover, error) {
	now, err := s.Build(ctx, job)
	if err != nil {
		return nil, err
	}
	if now.Failed() {
		errors := diag.Only(now.Messages, func(m diag.Located) bool { return m.Severity == diag.Error })
		return nil, &RefusedError{"the handbook has errors, so references cannot be followed; mend them first", errors}
	}
	m := &mover{mender: newMender(now), from: from, to: to, prefix: now.Prefix(), assets: map[string]string{}}
	m.snap = now.AllFiles() // what is ignored moves with its folder too
	m.code, _, _ = now.CodeOwners()
	m.renamed = m.pathNow
	for _, f := range slices.Concat(m.snap.Pages, m.snap.Assets) {
		if to := m.pathNow(f.Path); to != f.Path {
			m.file(f.Name).name = "content/" + to
		}
	}
	if len(m.files) == 0 {
		return nil, &RefusedError{Text: fmt.Sprintf("there is no page or file of the handbook at %s", from)}
	}
	for file, url := range now.Book.Assets {
		if !slices.Contains(now.Book.Beside, file) {
			m.assets[url] = file
		}
	}
	return m, nil
}

// pathNow is where a path below the content folder lies after the move.
func (m *mover) pathNow(path string) string {
	if below, inside := strings.CutPrefix(path, m.from); inside && (below == "" || below[0] == '/') {
		return m.to + below
	}
	return path
}

// moves reports whether the file of a page moves.
func (m *mover) moves(n *book.Node) bool {
	return n != nil && n.Page != nil && m.movesTo(n.Page.File) != ""
}

// twinOf is what becomes of a page; nil for what is none.
func (m *mover) twinOf(n *book.Node) *book.Node {
	if n.Page == nil {
		return nil
	}
	return m.twin(n)
}

// keepAddresses writes the addresses that pages have, and the aliases that would mean another address, into those that move.
func (m *mover) keepAddresses() {
	base := m.now.Book.Site.BasePath
	for _, n := range m.now.Book.Nodes {
		if twin := m.twinOf(n); twin != nil && m.moves(n) && twin.URL != n.URL {
			m.keep(n.Page.File, "/"+strings.TrimPrefix(n.URL, base))
		}
	}
	kept := map[string]bool{}
	for _, r := range m.then.Book.Redirects {
		kept[r.From] = true
	}
	for _, r := range m.now.Book.Redirects {
		if m.moves(r.To) && !kept[r.From] {
			m.keep(r.To.Page.File, "/"+strings.TrimPrefix(r.From, base))
		}
	}
}

// rewrite gathers what has to read otherwise after the move.
func (m *mover) rewrite() error {
	m.engine = query.New(query.Input{Book: m.now.Book, Verdicts: m.now.Verdicts})
	m.later = query.New(query.Input{Book: m.then.Book, Verdicts: m.then.Verdicts})
	for _, n := range m.now.Book.Nodes {
		now := m.twinOf(n)
		if now == nil {
			continue
		}
		for _, r := range n.References() {
			m.moveReference(r, now)
		}
		m.moveOwner(n, now)
		m.followCascades(n, now)
		m.followPeople(n, m.person, "reviewers", "reviewed_by")
		m.followTracks(n)
	}
	for _, n := range m.now.Book.Nodes {
		m.followViews(n)
	}
	m.followConfig()
	m.followCodeOwners()
	if len(m.stuck) > 0 {
		slices.Sort(m.stuck)
		lines := strings.Join(slices.Compact(m.stuck), "\n  ")
		return &RefusedError{Text: "these references cannot be rewritten; write them in a plainer way first:\n  " + lines}
	}
	return nil
}

// moveReference rewrites a reference that a move would make lead elsewhere.
func (m *mover) moveReference(r book.Reference, now *book.Node) {
	t, was := r.Target, ""
	if t.Node == nil {
		was = m.assets[t.Asset]
	}
	asset := m.pathNow(was)
	targetMoves := m.moves(t.Node) || asset != was
	if r.Link.Target == "" && r.Link.Kind != page.LinkField || !m.moves(r.From) && !targetMoves {
		return
	}
	name := r.From.Page.File
	spot, ok := m.reference(&r)
	if !ok {
		if targetMoves || strings.HasPrefix(r.Link.Target, ".") {
			m.stuck = append(m.stuck, name+": "+cmp.Or(r.Link.Target, "a reference in frontmatter"))
		}
		return
	}
	text := ""
	switch {
	case byName(r.Link) && (m.means(r, now) || asset != "" && !targetMoves):
	case t.Node != nil && t.Node.Page != nil:
		text = m.then.Book.Rewrite(r, now, m.twin(t.Node), "")
	case asset != "":
		text = m.then.Book.Rewrite(r, now, nil, asset)
	case !byName(r.Link): // it leads nowhere, or to a page that handbook makes: as it did before
		text, _ = r.Relocate(r.From, now, m.pathNow)
	}
	if text != "" {
		m.cut(name, spot.Start, spot.End, text, fmt.Sprintf("%s is %s from here", r.Link.Target, text))
	}
}

// byName reports whether a reference names what it means, and does not say the way there.
func byName(l page.Link) bool {
	switch l.Kind {
	case page.LinkWiki, page.LinkEmbed:
		return true
	case page.LinkPath, page.LinkImage:
		return false
	}
	return !strings.ContainsAny(l.Target[:1], "./~@")
}

// means reports whether a name on a moved page still means what it did. Most do: the end of the id, a title. Only those that
// would mean something else are written anew.
func (m *mover) means(r book.Reference, now *book.Node) bool {
	was := r.Target.Node
	if was == nil {
		return false
	}
	to := m.twin(was)
	for _, other := range now.References() {
		at := m.then.At(other.Link.At)
		if other.Link.Kind == r.Link.Kind && at.Start == r.Link.At.Start && at.End == r.Link.At.End {
			lead := other.Target
			return lead.Node == to && lead.Asset == "" && !lead.Old && (r.Link.Kind != page.LinkField || !outdated(r.Link.Target, was, to))
		}
	}
	return false
}

// moveOwner rewrites the name of an owner who would be somebody else, or nobody.
func (m *mover) moveOwner(n, now *book.Node) {
	if n.Owner == nil || n.Owner.Page == nil || now.OwnerName != n.OwnerName {
		return
	}
	to := m.twin(n.Owner)
	if to == nil || now.Owner == to && !outdated(n.OwnerName, n.Owner, to) || now.OwnerAt.File != m.called(n.OwnerAt.File) {
		return
	}
	m.nameOwner(n, ownerText(m.then.Book, n.OwnerName, to), "its owner's page has a new name")
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
func (m *mover) same() error {
	there := map[string]bool{}
	for _, n := range m.then.Book.Nodes {
		there[n.URL] = true
	}
	for _, r := range m.then.Book.Redirects {
		there[r.From] = true
	}
	var wrong []string
	for _, r := range m.now.Book.Redirects {
		if !there[r.From] {
			wrong = append(wrong, fmt.Sprintf("the alias %s of %s would be lost: write it from the top", r.From, r.To.Page.File))
		}
	}
	for _, n := range m.now.Book.Nodes {
		if n.Page == nil {
			continue
		}
		if !there[n.URL] {
			wrong = append(wrong, n.URL+" would lead nowhere")
		}
		wrong = append(wrong, m.differs(n)...)
	}
	if len(wrong) > 0 {
		return &RefusedError{Text: "nothing was changed, because\n  " + strings.Join(wrong, "\n  ")}
	}
	return nil
}

// differs says what on a page would lead elsewhere.
func (m *mover) differs(n *book.Node) (wrong []string) {
	file, now := n.Page.File, m.twin(n)
	if now == nil || len(now.Targets) != len(n.Targets) {
		return []string{file + " would read otherwise"}
	}
	for i, t := range n.Targets {
		lead := now.Targets[i]
		if t.Node != nil && t.Node.Page != nil && (lead.Node == nil || lead.Node != m.twin(t.Node) || lead.Fragment != t.Fragment) {
			wrong = append(wrong, fmt.Sprintf("%s: %s would lead elsewhere", file, n.Page.Links[i].Target))
		}
	}
	alike := len(now.Relations) == len(n.Relations)
	switch {
	case !alike && now.Type != n.Type:
		wrong = append(wrong, fmt.Sprintf("%s would be of type %s there, which has not the references of a %s: write `type: %s` into it first",
			file, now.Type, n.Type, n.Type))
	case !alike:
		wrong = append(wrong, file+": its fields would lead elsewhere")
	}
	if m.moves(n.Owner) && now.Owner != m.twin(n.Owner) && now.OwnerAt.File == m.called(n.OwnerAt.File) {
		wrong = append(wrong, file+": its owner would be somebody else")
	}
	for i, rel := range n.Relations {
		if alike && rel.To.Page != nil && now.Relations[i].To != m.twin(rel.To) {
			wrong = append(wrong, fmt.Sprintf("%s: its %s would lead elsewhere", file, rel.Field.Name))
		}
	}
	return wrong
}

// tellOther tells what else becomes other by a move.
func (m *mover) tellOther() {
	for _, n := range m.now.Book.Nodes {
		now := m.twinOf(n)
		if now == nil || !m.moves(n) {
			continue
		}
		if now.Type != n.Type {
			m.note(diag.Place{}, "%s is of type %s now, and was of type %s", now.ID, now.Type, n.Type)
		}
		if a, b := ownerID(n), ownerID(now); a != b && !m.moves(n.Owner) {
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
