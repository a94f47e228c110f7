package builder

import (
	"cmp"
	"encoding/json"
	"fmt"
	"path"
	"regexp"
	"slices"
	"strings"

	"handbook/builder/book"
	"handbook/builder/diag"
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

// Note is something that a move leaves to people.
type Note struct {
	File string // as messages name it; "" when it is about no file
	Line int    // from 1; 0 for none
	Text string
}

// note tells of a place.
func (m *mender) note(at diag.Place, format string, more ...any) {
	line := 0
	if at.File != "" && at.Start > 0 {
		line = 1 + strings.Count(string(m.text(at.File)[:at.Start]), "\n")
	} else if at.File != "" {
		line = 1
	}
	n := Note{at.File, line, fmt.Sprintf(format, more...)}
	if !slices.Contains(m.notes, n) {
		m.notes = append(m.notes, n)
	}
}

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
func (m *mender) followConfig(after Result, from, to string) {
	config := m.now.in.snap.Config
	if config == nil {
		return
	}
	engine, then := m.engine(m.now), m.engine(after)
	for _, p := range schema.Paths(config.Name, m.text(config.Name)) {
		var matches func(path string) bool
		switch p.Kind {
		case schema.PathIgnored:
			matches = (&schema.Site{Ignore: []string{p.Text}}).Ignores
			if !strings.Contains(strings.TrimSuffix(p.Text, "/"), "/") {
				break // it holds in every folder
			}
			fallthrough
		case schema.PathRule, schema.PathFolder:
			if text, ok := follow(p.Text, from, to); ok && p.Sure {
				m.cut(config.Name, p.At.Start, p.At.End, text, fmt.Sprintf("%s is %s now", p.Text, text))
				continue
			}
			if p.Kind == schema.PathRule {
				in := []schema.SeverityIn{{Pattern: strings.TrimPrefix(p.Text, "/")}}
				matches = func(path string) bool {
					_, ok := (&schema.Site{RulesIn: map[diag.Rule][]schema.SeverityIn{diag.BrokenLink: in}}).Severity(diag.BrokenLink, path)
					return ok
				}
			}
		case schema.PathView:
			later := then.Mentions(p.Text)
			for i, mention := range engine.Mentions(p.Text) {
				if old := mention.Node; old != nil && i < len(later) && later[i].Node != m.twin(old) {
					m.note(p.At, "a view of this type names %q, which is %q now; write it so", mention.Text, then.Name(later[i], m.twin(old)))
				}
			}
		}
		if matches != nil {
			m.tellMatches(p.At, p.Text, matches)
		}
	}
}

// tellMatches notes a pattern that means other files than before. matches takes paths below the content folder.
func (m *mender) tellMatches(at diag.Place, pattern string, matches func(path string) bool) {
	for _, old := range slices.Sorted(keysOf(m.names)) {
		was, is := strings.TrimPrefix(old, "content/"), strings.TrimPrefix(m.names[old], "content/")
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

func keysOf[V any](in map[string]V) func(func(string) bool) {
	return func(yield func(string) bool) {
		for k := range in {
			if !yield(k) {
				return
			}
		}
	}
}

// followTracks rewrites the paths of files that pages track, which count from the repository's top folder.
func (m *mender) followTracks(n *book.Node, from, to string) {
	for _, f := range listed(n.Page, "tracks") {
		if text, ok := follow(f.Raw, m.prefix+from, m.prefix+to); ok {
			m.replace(n.Page.File, f.At, f.Raw, text)
			continue
		}
		m.tellMatches(f.At, f.Raw, func(path string) bool { return history.Matches(f.Raw, m.prefix+path) })
	}
}

// listed are the entries of a key's list, or its one value.
func listed(p *page.Face, key string) []page.Field {
	i := slices.IndexFunc(p.Fields, func(f page.Field) bool { return f.Key == key })
	if i < 0 {
		return nil
	}
	if f := p.Fields[i]; f.Raw != "" {
		return []page.Field{f}
	}
	return p.Fields[i].Entries
}

// replace cuts a text out of a value of frontmatter. It reports false where the value is written otherwise.
func (m *mender) replace(name string, at diag.Place, old, text string) bool {
	if at.End > len(m.text(name)) {
		return false
	}
	i := strings.Index(string(m.text(name)[at.Start:at.End]), old)
	if i < 0 || old == "" {
		m.note(at, "%q is %q now; write it so", old, text)
		return false
	}
	m.cut(name, at.Start+i, at.Start+i+len(old), text, fmt.Sprintf("%s is %s now", old, text))
	return true
}

// followPeople rewrites the names of people and teams on a page: who reviews it, who has, who is asked to read it.
func (m *mender) followPeople(n *book.Node, is func(name string) string) {
	rename := func(name string, at diag.Place) {
		if text := is(name); text != name {
			m.replace(n.Page.File, at, page.BareName(name), text)
		}
	}
	for _, key := range []string{"reviewers", "reviewed_by"} {
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

// person is how a name of somebody has to read after the move: as it is, unless it would mean somebody else.
func (m *mender) person(name string, after Result) string {
	if known, ok := m.people[name]; ok {
		return known
	}
	text := name
	if who, _ := people.Reviewer(m.now.Book, name); who != nil && who.Page != nil {
		to := m.twin(who)
		if now, _ := people.Reviewer(after.Book, name); to != nil && (now != to || outdated(name, who, to)) {
			text = personText(after.Book, name, to)
		}
	}
	m.people[name] = text
	return text
}

// personText names somebody as a name did: by the whole id, or by the end of it.
func personText(b *book.Book, written string, to *book.Node) string {
	if strings.Contains(page.BareName(written), "/") {
		return to.ID
	}
	return people.ShortName(b, to)
}

// followViews rewrites what the views of a page compare with.
func (m *mender) followViews(n *book.Node, engine, then *query.Engine, from, to string) {
	for i := range n.Page.Views {
		v := &n.Page.Views[i]
		later := then.Mentions(v.Source)
		for k, mention := range engine.Mentions(v.Source) {
			text := mention.Text
			switch {
			case k >= len(later):
			case mention.Whole:
				if id, ok := followID(text, from, to); ok {
					text = id
				}
			case mention.Node != nil && m.twin(mention.Node) != nil && (later[k].Node != m.twin(mention.Node) || outdated(text, mention.Node, m.twin(mention.Node))):
				text = then.Name(later[k], m.twin(mention.Node))
			}
			if at := m.now.in.at(v.Place(mention.Start, mention.End)); text != mention.Text {
				m.replace(n.Page.File, at, mention.Text, text)
			}
		}
	}
}

// followID is an id, or the beginning of one, of a page that moves.
func followID(id, from, to string) (string, bool) {
	bare := func(path string) string {
		for _, ending := range []string{".md", ".markdown"} {
			path = strings.TrimSuffix(path, ending)
		}
		return path
	}
	rest, ok := strings.CutPrefix(id, bare(from))
	if !ok || rest != "" && rest[0] != '/' {
		return "", false
	}
	return bare(to) + rest, true
}

// followCodeOwners rewrites the patterns of CODEOWNERS that begin with what moves, and tells of owners that change.
func (m *mender) followCodeOwners(c codeOwners, from, to string) {
	if c.name == "" {
		return
	}
	m.texts[c.name] = c.file.Data
	for _, p := range c.rules.Patterns() {
		if text, ok := follow(p.Text, m.prefix+from, m.prefix+to); ok && p.Anchored {
			if !strings.HasPrefix(text, "/") && !strings.Contains(strings.TrimSuffix(text, "/"), "/") {
				text = "/" + text
			}
			m.cut(c.name, p.At.Start, p.At.End, text, fmt.Sprintf("%s is %s now", p.Text, text))
		}
	}
	data, err := m.after(c.name)
	if err != nil {
		return
	}
	rules, _ := owners.Parse(c.name, data, c.file.Flavour)
	say := func(list []owners.Owner) string {
		var names []string
		for _, o := range list {
			names = append(names, o.Name)
		}
		return cmp.Or(strings.Join(names, " "), "nobody")
	}
	for _, old := range slices.Sorted(keysOf(m.names)) {
		was := c.rules.Owners(m.prefix + strings.TrimPrefix(old, "content/"))
		is := rules.Owners(m.prefix + strings.TrimPrefix(m.names[old], "content/"))
		if a, b := say(was), say(is); a != b {
			at := diag.Place{File: c.name}
			if len(was) > 0 {
				at = was[0].At
			}
			m.note(at, "%s was %s's here, and is %s's as %s", strings.TrimPrefix(old, "content/"), a, b, strings.TrimPrefix(m.names[old], "content/"))
			return
		}
	}
}

// followRecords carries records of reviews and acknowledgements along. The references that were rewritten lead where they
// led, so who vouched for a text or has read it has done so for the new one too.
func (m *mender) followRecords(after Result) {
	ids := map[string]*book.Node{} // by the id that a record may have
	for _, r := range m.now.Book.Redirects {
		ids[strings.Trim(strings.TrimPrefix(r.From, strings.TrimSuffix(m.now.Book.Site.BasePath, "/")), "/")] = r.To
	}
	for _, n := range m.now.Book.Nodes {
		if n.Page != nil {
			ids[n.ID] = n
		}
	}
	ids["_index"] = ids[""]
	kept := map[string]bool{} // the old addresses that the handbook will have
	for _, r := range after.Book.Redirects {
		kept[strings.Trim(strings.TrimPrefix(r.From, strings.TrimSuffix(after.Book.Site.BasePath, "/")), "/")] = true
	}
	for _, kind := range review.Kinds() {
		name := "content/" + kind.File()
		if _, ok := m.now.in.snap.File(name); !ok {
			continue
		}
		data := m.text(name)
		records, _ := review.ReadRecords(kind, name, data)
		for _, r := range records {
			line := string(data[r.At.Start:r.At.End])
			text := m.record(r, line, ids, kept, after)
			if text != line {
				m.cut(name, r.At.Start, r.At.End, text, "a record follows")
			}
		}
	}
}

// record is one line of records as it reads after the move.
func (m *mender) record(r review.Record, line string, ids map[string]*book.Node, kept map[string]bool, after Result) string {
	if n := ids[r.Page]; n != nil && m.twin(n) != nil {
		now := m.twin(n)
		if r.Page == n.ID && now.ID != n.ID && !kept[n.ID] {
			line = inLine(line, `"page"\s*:\s*`, n.ID, now.ID, "")
		}
		if was, is := review.TextSum(m.now.Pages(n.Page)), review.TextSum(after.Pages(now.Page)); r.Text == was && was != is {
			line = inLine(line, `"text"\s*:\s*`, hex(was), hex(is), "")
		}
	}
	if by := m.person(r.By, after); by != r.By {
		line = inLine(line, `"by"\s*:\s*`, r.By, by, "")
	}
	for _, key := range slices.Sorted(keysOf(r.Relies)) {
		id, fragment, _ := strings.Cut(key, "#")
		n := ids[id]
		if n == nil || m.twin(n) == nil || strings.HasPrefix(key, "file:") {
			continue
		}
		now := m.twin(n)
		renamed := review.Reliance(book.Target{Node: now, Fragment: fragment})
		was, had := review.SectionSum(m.now.Pages(n.Page), fragment)
		is, has := review.SectionSum(after.Pages(now.Page), fragment)
		if r.Relies[key] == was && had && has && was != is {
			line = inLine(line, quoted(key)+`\s*:\s*`, hex(was), hex(is), "")
		}
		if renamed != key {
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

func (m *mender) engine(r Result) *query.Engine {
	return query.New(query.Input{Book: r.Book, Verdicts: r.Verdicts})
}

// followCascades rewrites references that an index page hands down. They are no references of its own, so they are seen
// only on the pages below.
func (m *mender) followCascades(n, now *book.Node, after Result) {
	for _, rel := range n.Relations {
		if rel.At.File == n.Page.File || rel.To.Page == nil || (m.names[n.Page.File] != "") != (m.names[rel.At.File] != "") {
			continue
		}
		to, file := m.twin(rel.To), cmp.Or(m.names[rel.At.File], rel.At.File)
		if v := valueAt(now.Values, file, rel.At.Start); to == nil || v != nil && v.Target.Node == to && !v.Target.Old {
			continue
		}
		link, ok := page.ReferenceIn(m.text(rel.At.File), rel.At)
		spot, found := link.Spot(m.text(rel.At.File))
		if !ok || !found {
			continue // the comparison at the end refuses it
		}
		ref := book.Reference{From: n, Link: link}
		text := after.Book.Rewrite(ref, now, to, "")
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
func (m *mender) tellEdited(after Result) {
	if m.now.past == nil {
		return
	}
	count := 0
	for _, n := range m.now.Book.Nodes {
		if n.Page == nil || n.Reviewed.IsZero() || m.twin(n) == nil || review.TextSum(m.now.Pages(n.Page)) == review.TextSum(after.Pages(m.twin(n).Page)) {
			continue
		}
		if v := m.now.Verdicts.Of(n); v.State == review.Fresh || v.State == review.Due {
			count++
		}
	}
	if count > 0 {
		what := "the text of 1 page whose review stands in frontmatter now says"
		if count > 1 {
			what = fmt.Sprintf("the texts of %d pages whose reviews stand in frontmatter now say", count)
		}
		m.note(diag.Place{}, "%s another address, which git takes for an edit; name the commit of this move in .git-blame-ignore-revs to keep the reviews", what)
	}
}

// base is the last part of an id where that means the owner alone, else the whole id.
func ownerText(b *book.Book, written string, to *book.Node) string {
	short := path.Base(to.ID)
	if strings.Contains(page.BareName(written), "/") {
		return to.ID
	}
	if found, _ := people.Owner(b, short); found != to {
		return to.ID
	}
	return short
}
