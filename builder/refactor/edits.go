// Package refactor changes the files of a handbook without changing what it says: it mends what has one right answer (Fix), and
// renames pages, files and folders with every reference to them (Move). It works out which bytes to replace, builds the handbook
// as it would be, and refuses an edit after which a reference leads elsewhere. It writes nothing.
package refactor

import (
	"bytes"
	"cmp"
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"

	"handbook/builder"
	"handbook/builder/book"
	"handbook/builder/change"
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

// Note is something that is left to people.
type Note struct {
	File string // as messages name it; "" when it is about no file
	Line int    // from 1; 0 for none
	Text string
}

// RefusedError is a change that cannot be made rightly, and the next step.
type RefusedError struct {
	Text     string
	Messages []diag.Located // what would be wrong with it
}

func (e *RefusedError) Error() string { return e.Text }

// mender gathers edits to the files of a handbook.
type mender struct {
	now     builder.Result           // the handbook as it is
	then    builder.Result           // and as it would be, once it has been rebuilt
	snap    source.Snapshot          // the files as they are
	moved   map[string]*book.Node    // the pages of then, by path
	renamed func(path string) string // what becomes of a path below the content folder

	files  map[string]*draft // by name
	code   string            // what messages call CODEOWNERS; "" where there is none that counts
	people map[string]string // names of people as they will read, by how they do
	parser *page.Parser
	notes  []Note
	err    error // of reading a file
}

// draft is what is to be done to a file.
type draft struct {
	spots   page.Spotter // of the file as it is
	cuts    []edit
	aliases []string // to be written into its frontmatter
	name    string   // the new one; "" where the file stays
}

// edit is a cut with its reason, for people.
type edit struct {
	page.Cut
	why string
}

func newMender(now builder.Result) *mender {
	return &mender{now: now, snap: now.Files(), renamed: func(path string) string { return path },
		files: map[string]*draft{}, people: map[string]string{},
		parser: page.NewParser(now.Site)}
}

// file is read once.
func (m *mender) file(name string) *draft {
	f := m.files[name]
	if f == nil {
		data, err := m.snap.Read(name)
		if err != nil && m.err == nil {
			m.err = fmt.Errorf("%s: %s", name, source.Reason(err))
		}
		f = &draft{spots: page.Spotter{Data: data}}
		m.files[name] = f
	}
	return f
}

func (m *mender) text(name string) []byte { return m.file(name).spots.Data }

// movesTo is the new name of a file; "" where it stays.
func (m *mender) movesTo(name string) string {
	if f := m.files[name]; f != nil {
		return f.name
	}
	return ""
}

// called is what messages will call a file.
func (m *mender) called(name string) string { return cmp.Or(m.movesTo(name), name) }

// moving are the old names of the files that move.
func (m *mender) moving() (names []string) {
	for _, name := range slices.Sorted(maps.Keys(m.files)) {
		if m.files[name].name != "" {
			names = append(names, name)
		}
	}
	return names
}

// cut replaces bytes, once: two references may be one link definition.
func (m *mender) cut(name string, start, end int, text, why string) {
	f, c := m.file(name), page.Cut{Start: start, End: end, Text: text}
	if string(m.text(name)[start:end]) == text || slices.ContainsFunc(f.cuts, func(e edit) bool { return e.Cut == c }) {
		return
	}
	f.cuts = append(f.cuts, edit{c, why})
}

// keep writes an old address into a page.
func (m *mender) keep(name, alias string) {
	if f := m.file(name); !slices.Contains(f.aliases, alias) {
		f.aliases = append(f.aliases, alias)
	}
}

// replace cuts a text out of a value of frontmatter; a value that is written otherwise is left to people.
func (m *mender) replace(name string, at diag.Place, old, text string) {
	if at.End > len(m.text(name)) {
		return
	}
	i := bytes.Index(m.text(name)[at.Start:at.End], []byte(old))
	if i < 0 || old == "" {
		m.note(at, "%q is %q now; write it so", old, text)
		return
	}
	m.cut(name, at.Start+i, at.Start+i+len(old), text, fmt.Sprintf("%s is %s now", old, text))
}

// note tells of a place.
func (m *mender) note(at diag.Place, format string, more ...any) {
	n := Note{File: at.File, Text: fmt.Sprintf(format, more...)}
	if at.File != "" {
		n.Line = 1
	}
	if at.File != "" && at.Start > 0 {
		n.Line += bytes.Count(m.text(at.File)[:at.Start], []byte("\n"))
	}
	if !slices.Contains(m.notes, n) {
		m.notes = append(m.notes, n)
	}
}

// reference gives what is written where a reference stands.
func (m *mender) reference(r *book.Reference) (page.Spot, bool) {
	r.Link.At = m.now.At(r.Link.At)
	name := r.Link.At.File
	if r.Link.Kind == page.LinkField && r.Link.Target == "" {
		link, ok := page.ReferenceIn(m.text(name), r.Link.At)
		if !ok {
			return page.Spot{}, false
		}
		r.Link = link
	}
	return m.file(name).spots.Spot(r.Link)
}

// after is a file with its edits.
func (m *mender) after(name string) ([]byte, error) {
	f := m.file(name)
	cuts := make([]page.Cut, len(f.cuts))
	for i, e := range f.cuts {
		cuts[i] = e.Cut
	}
	slices.SortFunc(cuts, func(a, b page.Cut) int { return cmp.Or(cmp.Compare(a.Start, b.Start), cmp.Compare(a.End, b.End)) })
	text, all := page.Apply(m.text(name), cuts)
	if !all {
		return nil, &RefusedError{Text: fmt.Sprintf("two edits of %s touch the same bytes; make one of them by hand", name)}
	}
	for _, alias := range f.aliases {
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

// changes are the edits so far, as a snapshot takes them.
func (m *mender) changes() ([]source.Changed, error) {
	var all []source.Changed
	for _, name := range slices.Sorted(maps.Keys(m.files)) {
		f, c := m.files[name], source.Changed{Old: name, New: m.called(name)}
		if len(f.cuts)+len(f.aliases) > 0 {
			data, err := m.after(name)
			if err != nil {
				return nil, err
			}
			c.Data = data
		}
		if c.Data != nil || f.name != "" {
			all = append(all, c)
		}
	}
	return all, m.err
}

// edits are the files as they are to be.
func (m *mender) edits() (Edits, error) {
	changes, err := m.changes()
	if err != nil {
		return Edits{}, err
	}
	e := Edits{Notes: m.notes}
	for _, c := range changes {
		f := Edit{Old: c.Old, New: c.New, Before: m.text(c.Old), After: c.Data}
		for _, cut := range m.files[c.Old].cuts {
			f.Why = append(f.Why, cut.why)
		}
		for _, alias := range m.files[c.Old].aliases {
			f.Why = append(f.Why, "keep the old address "+alias)
		}
		if c.Data == nil {
			f.After = f.Before
		}
		e.Files = append(e.Files, f)
	}
	return e, nil
}

// rebuild builds the handbook as it would be.
func (m *mender) rebuild(ctx context.Context, s *builder.Session, job builder.Job) error {
	changes, err := m.changes()
	if err != nil {
		return err
	}
	var owners []byte
	for _, c := range changes {
		if c.Old == m.code && m.code != "" {
			owners = c.Data
		}
	}
	if m.then, err = s.Build(ctx, job.With(changes, owners)); err == nil {
		m.moved = change.ByPath(m.then.Book)
	}
	return err
}

// twin is what becomes of a node; nil when it is gone.
func (m *mender) twin(n *book.Node) *book.Node {
	if n.Page == nil {
		found, _ := m.then.Book.Lookup(m.renamed(n.ID))
		return found
	}
	return m.moved[strings.TrimPrefix(m.called(n.Page.File), "content/")]
}

// worse refuses what would make new problems, but for some rules.
func (m *mender) worse(but ...diag.Rule) error {
	type kind struct {
		rule diag.Rule
		file string
	}
	var known []diag.Problem
	more := map[kind]int{} // problems than before; a path that leads nowhere reads otherwise from another folder
	for msg := range diag.Each(m.now.Messages) {
		file := m.called(msg.File)
		known = append(known, diag.Problem{Rule: msg.Rule, File: file, Message: msg.Text})
		more[kind{msg.Rule, file}]--
	}
	for msg := range diag.Each(m.then.Messages) {
		more[kind{msg.Rule, msg.File}]++
	}
	fresh, _ := diag.Compare(known, m.then.Messages, func(string) bool { return false })
	fresh = slices.DeleteFunc(fresh, func(m diag.Located) bool {
		return more[kind{m.Rule, m.File}] <= 0 || slices.Contains(but, m.Rule) || !slices.Contains(harmful, m.Rule)
	})
	if len(fresh) > 0 {
		return &RefusedError{"it would make new problems, so nothing was changed", fresh}
	}
	return nil
}

// harmful are the rules of problems that no edit may make.
var harmful = []diag.Rule{diag.BrokenLink, diag.BrokenAnchor, diag.AmbiguousLink, diag.UnknownOwner, diag.UnknownReader, diag.NoOwner,
	diag.SameAddress, diag.SamePage, diag.TwoIndexPages, diag.InvalidFrontmatter, diag.DuplicateKey, diag.InvalidValue, diag.WrongType}
