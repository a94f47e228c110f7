package refactor

import (
	"bytes"
	"cmp"
	"encoding/json"
	"fmt"
	"maps"
	"path"
	"regexp"
	"slices"
	"strings"

	"handbook/builder/book"
	"handbook/builder/diag"
	"handbook/builder/ending"
	"handbook/builder/history"
	"handbook/builder/owners"
	"handbook/builder/page"
	"handbook/builder/people"
	"handbook/builder/query"
	"handbook/builder/review"
	"handbook/builder/schema"
)

// What names a page without being a reference follows a move too: people by their names, views by what they compare with,
// patterns of paths in handbook.yaml, `tracks` and CODEOWNERS, and records. What has more than one right answer is left as
// it is and told.

// follow gives a pattern of paths as it is to read once what it begins with has moved. It gives false where the pattern
// does not begin with the old path, or where a path would mean something else as a pattern.
func follow(pattern, from, to string) (string, bool) {
	below := strings.TrimLeft(pattern, "/")
	rest, ok := strings.CutPrefix(below, from)
	if !ok || rest != "" && rest[0] != '/' || strings.ContainsAny(from+to, "*?[]{}\\ #!") {
		return "", false
	}
	return pattern[:len(pattern)-len(below)] + to + rest, true
}

// followConfig rewrites the patterns of handbook.yaml.
func (m *mover) followConfig() {
	config := m.snap.Config
	if config == nil {
		return
	}
	for _, p := range schema.Paths(config.Name, m.text(config.Name)) {
		if p.Kind == schema.PathView {
			m.tellView(p)
			continue
		}
		everywhere := p.Kind == schema.PathIgnored && !strings.Contains(strings.TrimSuffix(p.Text, "/"), "/") // it holds in every folder
		if text, ok := follow(p.Text, m.from, m.to); ok && p.Sure && !everywhere {
			m.cut(config.Name, p.At.Start, p.At.End, text, fmt.Sprintf("%s is %s now", p.Text, text))
			continue
		}
		switch p.Kind {
		case schema.PathIgnored:
			m.tellMatches(p.At, p.Text, (&schema.Site{Ignore: []string{p.Text}}).Ignores)
		case schema.PathRule:
			in := []schema.SeverityIn{{Pattern: strings.TrimPrefix(p.Text, "/")}}
			site := &schema.Site{RulesIn: map[diag.Rule][]schema.SeverityIn{diag.BrokenLink: in}}
			m.tellMatches(p.At, p.Text, func(path string) bool { _, ok := site.Severity(diag.BrokenLink, path); return ok })
		}
	}
}

// tellView notes what a view of handbook.yaml names that has another name after the move.
func (m *mover) tellView(p schema.Path) {
	later := m.later.Mentions(p.Text)
	for i, mention := range m.engine.Mentions(p.Text) {
		if old := mention.Node; old != nil && i < len(later) && later[i].Node != m.twin(old) {
			m.note(p.At, "a view of this type names %q, which is %q now; write it so", mention.Text, m.later.Name(later[i], m.twin(old)))
		}
	}
}

// tellMatches notes a pattern that means other files than before. matches takes paths below the content folder.
func (m *mover) tellMatches(at diag.Place, pattern string, matches func(path string) bool) {
	for _, old := range m.moving() {
		was := strings.TrimPrefix(old, "content/")
		is := m.pathNow(was)
		switch before, now := matches(was), matches(is); {
		case before && !now:
			m.note(at, "%q matched %s and does not match %s", pattern, was, is)
			return
		case now && !before:
			m.note(at, "%q matches %s, and did not match %s", pattern, is, was)
			return
		}
	}
}

// followTracks rewrites the paths of files that pages track, which count from the repository's top folder.
func (m *mover) followTracks(n *book.Node) {
	for _, f := range listed(n.Page, "tracks") {
		if text, ok := follow(f.Raw, m.prefix+m.from, m.prefix+m.to); ok {
			m.replace(n.Page.File, f.At, f.Raw, text)
			continue
		}
		m.tellMatches(f.At, f.Raw, func(path string) bool { return history.Matches(f.Raw, m.prefix+path) })
	}
}

// listed are the entries of a key's list, or its one value.
func listed(p *page.Face, key string) []page.Field {
	f := p.Field(key)
	switch {
	case f == nil:
		return nil
	case f.Raw != "":
		return []page.Field{*f}
	}
	return f.Entries
}

// followPeople rewrites the names of people and teams on a page: in some keys, and of who is asked to read it.
func (m *mender) followPeople(n *book.Node, is func(name string) string, keys ...string) {
	rename := func(name string, at diag.Place) {
		if text := is(name); text != name {
			m.replace(n.Page.File, at, page.BareName(name), text)
		}
	}
	for _, key := range keys {
		for _, f := range listed(n.Page, key) {
			rename(f.Raw, f.At)
		}
		for _, f := range n.Page.Meta.CascadeSet {
			if f.Key == key && f.Raw != "" {
				rename(f.Raw, f.At)
			}
		}
	}
	for _, meta := range []*page.Meta{&n.Page.Meta, n.Page.Meta.Cascade} {
		if meta == nil || meta.Acknowledge == nil {
			continue
		}
		for _, name := range meta.Acknowledge.By {
			rename(name.Text, name.At)
		}
	}
}

// reads is how the name of somebody will read, which is worked out once.
func (m *mender) reads(name string, find func() string) string {
	text, known := m.people[name]
	if !known {
		text = find()
		m.people[name] = text
	}
	return text
}

// person is how a name of somebody has to read after an edit: as it is, unless it would mean somebody else.
func (m *mender) person(name string) string {
	return m.reads(name, func() string {
		who, _ := people.Reviewer(m.now.Book, name)
		if who == nil || who.Page == nil {
			return name
		}
		to := m.twin(who)
		if now, _ := people.Reviewer(m.then.Book, name); to != nil && (now != to || outdated(name, who, to)) {
			return personText(m.then.Book, name, to)
		}
		return name
	})
}

// personText names somebody as a name did: by the whole id, or by the end of it.
func personText(b *book.Book, written string, to *book.Node) string {
	if strings.Contains(page.BareName(written), "/") {
		return to.ID
	}
	return people.ShortName(b, to)
}

// followViews rewrites what the views of a page compare with.
func (m *mover) followViews(n *book.Node) {
	if n.Page == nil {
		return
	}
	for i := range n.Page.Views {
		v := &n.Page.Views[i]
		later := m.later.Mentions(v.Source)
		for k, mention := range m.engine.Mentions(v.Source) {
			if k >= len(later) {
				break
			}
			if text := m.mention(mention, later[k]); text != mention.Text {
				m.replace(n.Page.File, m.now.At(v.Place(mention.Start, mention.End)), mention.Text, text)
			}
		}
	}
}

// mention is how something that a view compares with has to read after the move.
func (m *mover) mention(now, later query.Mention) string {
	if now.Whole {
		id, _ := followID(now.Text, m.from, m.to)
		return cmp.Or(id, now.Text)
	}
	if now.Node != nil {
		if to := m.twin(now.Node); to != nil && (later.Node != to || outdated(now.Text, now.Node, to)) {
			return m.later.Name(later, to)
		}
	}
	return now.Text
}

// followID is an id, or the beginning of one, of a page that moves.
func followID(id, from, to string) (string, bool) {
	rest, ok := strings.CutPrefix(id, ending.Stem(from))
	if !ok || rest != "" && rest[0] != '/' {
		return "", false
	}
	return ending.Stem(to) + rest, true
}

// followCodeOwners rewrites the patterns of CODEOWNERS that begin with what moves, and tells of owners that change.
func (m *mover) followCodeOwners() {
	name, file, had := m.now.CodeOwners()
	if name == "" {
		return
	}
	m.files[name] = &draft{spots: page.Spotter{Data: file.Data}}
	for _, p := range had.Patterns() {
		if text, ok := follow(p.Text, m.prefix+m.from, m.prefix+m.to); ok && p.Anchored {
			if !strings.HasPrefix(text, "/") && !strings.Contains(strings.TrimSuffix(text, "/"), "/") {
				text = "/" + text
			}
			m.cut(name, p.At.Start, p.At.End, text, fmt.Sprintf("%s is %s now", p.Text, text))
		}
	}
	data, err := m.after(name)
	if err != nil {
		return
	}
	rules, _ := owners.Parse(name, data, file.Flavour)
	for _, old := range m.moving() {
		was := strings.TrimPrefix(old, "content/")
		is := m.pathNow(was)
		before, after := had.Owners(m.prefix+was), rules.Owners(m.prefix+is)
		if a, b := namesOf(before), namesOf(after); a != b {
			at := diag.Place{File: name}
			if len(before) > 0 {
				at = before[0].At
			}
			m.note(at, "%s was %s's here, and is %s's as %s", was, a, b, is)
			return
		}
	}
}

func namesOf(list []owners.Owner) string {
	var names []string
	for _, o := range list {
		names = append(names, o.Name)
	}
	return cmp.Or(strings.Join(names, " "), "nobody")
}

// followRecords carries records of reviews and acknowledgements along. The references that were rewritten lead where they
// led, so who vouched for a text or has read it has done so for the new one too.
func (m *mender) followRecords() {
	ids := map[string]*book.Node{} // by the id that a record may have
	for _, r := range m.now.Book.Redirects {
		ids[idOf(m.now.Book, r)] = r.To
	}
	for _, n := range m.now.Book.Nodes {
		if n.Page != nil {
			ids[n.ID] = n
		}
	}
	ids["_index"] = ids[""]
	kept := map[string]bool{} // the old addresses that the handbook will have
	for _, r := range m.then.Book.Redirects {
		kept[idOf(m.then.Book, r)] = true
	}
	for _, kind := range review.Kinds() {
		name := "content/" + kind.File()
		if _, ok := m.snap.File(name); !ok {
			continue
		}
		data := m.text(name)
		records, _ := review.ReadRecords(kind, name, data)
		for _, r := range records {
			line := string(data[r.At.Start:r.At.End])
			if text := m.record(r, line, ids, kept); text != line {
				m.cut(name, r.At.Start, r.At.End, text, "a record follows")
			}
		}
	}
}

// idOf is an old address as the id of a page.
func idOf(b *book.Book, r book.Redirect) string {
	return strings.Trim(strings.TrimPrefix(r.From, strings.TrimSuffix(b.Site.BasePath, "/")), "/")
}

// record is one line of records as it reads after the move. Only what names the page or its text is written anew, because
// nothing of what somebody recorded may be lost, be it a key that this version does not know.
func (m *mender) record(r review.Record, line string, ids map[string]*book.Node, kept map[string]bool) string {
	if n, now := m.pair(ids[r.Page]); now != nil {
		if r.Page == n.ID && now.ID != n.ID && !kept[n.ID] {
			line = inLine(line, `"page"\s*:\s*`, n.ID, now.ID, "")
		}
		if was, is := review.TextSum(m.now.Pages(n.Page)), review.TextSum(m.then.Pages(now.Page)); r.Text == was && was != is {
			line = inLine(line, `"text"\s*:\s*`, hex(was), hex(is), "")
		}
	}
	if by := m.person(r.By); by != r.By {
		line = inLine(line, `"by"\s*:\s*`, r.By, by, "")
	}
	for _, key := range slices.Sorted(maps.Keys(r.Relies)) {
		id, fragment, _ := strings.Cut(key, "#")
		n, now := m.pair(ids[id])
		if now == nil || strings.HasPrefix(key, "file:") {
			continue
		}
		was, had := review.SectionSum(m.now.Pages(n.Page), fragment)
		is, has := review.SectionSum(m.then.Pages(now.Page), fragment)
		if r.Relies[key] == was && had && has && was != is {
			line = inLine(line, quoted(key)+`\s*:\s*`, hex(was), hex(is), "")
		}
		if renamed := review.Reliance(book.Target{Node: now, Fragment: fragment}); renamed != key {
			line = inLine(line, "", key, renamed, `\s*:`)
		}
	}
	return line
}

// inLine replaces a text of a JSON line that stands between two others, given as regular expressions.
func inLine(line, before, old, text, behind string) string {
	found := regexp.MustCompile(before + "(" + quoted(old) + ")" + behind).FindStringSubmatchIndex(line)
	if found == nil {
		return line
	}
	return line[:found[2]] + jsonText(text) + line[found[3]:]
}

func quoted(s string) string { return regexp.QuoteMeta(jsonText(s)) }

func jsonText(s string) string {
	var b strings.Builder
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	enc.Encode(s) // a string: it cannot fail
	return strings.TrimSuffix(b.String(), "\n")
}

func hex(s review.Sum) string { return fmt.Sprintf("%016x", uint64(s)) }

// pair is a page and what becomes of it; nil for nobody's.
func (m *mender) pair(n *book.Node) (was, now *book.Node) {
	if n == nil {
		return nil, nil
	}
	return n, m.twin(n)
}

// followCascades rewrites references that an index page hands down. They are no references of its own, so they are seen
// only on the pages below.
func (m *mover) followCascades(n, now *book.Node) {
	for _, rel := range n.Relations {
		if rel.At.File == n.Page.File || rel.To.Page == nil || m.moves(n) != (m.movesTo(rel.At.File) != "") {
			continue
		}
		to := m.twin(rel.To)
		if v := valueAt(now.Values, m.called(rel.At.File), rel.At.Start); to == nil || v != nil && v.Target.Node == to && !v.Target.Old {
			continue
		}
		link, ok := page.ReferenceIn(m.text(rel.At.File), rel.At)
		spot, found := link.Spot(m.text(rel.At.File))
		if !ok || !found {
			continue // the comparison at the end refuses it
		}
		text := m.then.Book.Rewrite(book.Reference{From: n, Link: link}, now, to, "")
		m.cut(rel.At.File, spot.Start, spot.End, text, fmt.Sprintf("%s is %s from here", link.Target, text))
	}
}

// valueAt finds what stands at a place among values and what is in them; nil when nothing does.
func valueAt(values []book.Value, file string, start int) *book.Value {
	for i := range values {
		v := &values[i]
		for _, inner := range [][]book.Value{v.List, v.Keys} {
			if found := valueAt(inner, file, start); found != nil {
				return found
			}
		}
		if v.At.File == file && v.At.Start == start {
			return v
		}
	}
	return nil
}

// tellEdited counts the pages whose text reads otherwise after the move, and which were reviewed by their frontmatter.
func (m *mender) tellEdited() {
	if !m.now.Dated() {
		return
	}
	count := 0
	for _, n := range m.now.Book.Nodes {
		if n.Page == nil || n.Reviewed.IsZero() || m.twin(n) == nil {
			continue
		}
		if review.TextSum(m.now.Pages(n.Page)) == review.TextSum(m.then.Pages(m.twin(n).Page)) {
			continue
		}
		if v := m.now.Verdicts.Of(n); v.State == review.Fresh || v.State == review.Due {
			count++
		}
	}
	what := fmt.Sprintf("the texts of %d pages whose reviews stand in frontmatter now say", count)
	switch count {
	case 0:
		return
	case 1:
		what = "the text of 1 page whose review stands in frontmatter now says"
	}
	m.note(diag.Place{}, "%s another address, which git takes for an edit; name the commit of this move in .git-blame-ignore-revs to keep the reviews", what)
}

// nameOwner writes another name where the owner of a page is named.
func (m *mender) nameOwner(n *book.Node, text, why string) {
	name, written := n.OwnerAt.File, page.BareName(n.OwnerName)
	if !strings.HasPrefix(name, "content/") || written == "" {
		return
	}
	if i := bytes.Index(m.text(name)[n.OwnerAt.Start:n.OwnerAt.End], []byte(written)); i >= 0 {
		m.cut(name, n.OwnerAt.Start+i, n.OwnerAt.Start+i+len(written), text, why)
	}
}

// ownerText names an owner as a name did: by the last part of the id where that means them alone, else by the whole.
func ownerText(b *book.Book, written string, to *book.Node) string {
	short := path.Base(to.ID)
	if found, _ := people.Owner(b, short); found == to && !strings.Contains(page.BareName(written), "/") {
		return short
	}
	return to.ID
}
