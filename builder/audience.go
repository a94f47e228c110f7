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
	"handbook/builder/memo"
	"handbook/builder/page"
	"handbook/builder/people"
	"handbook/builder/review"
	"handbook/builder/schema"
	"handbook/builder/source"
)

// AudienceError says that no page is for those for whom a handbook was to be built.
type AudienceError struct {
	Audience string
	Help     string
}

func (e *AudienceError) Error() string {
	return fmt.Sprintf("no page is for %q; %s", e.Audience, e.Help)
}

// slice is what of a handbook is for an audience. What they are not told of is written out of the files that refer to it before
// those are parsed, so that nothing made of them can hold it.
type slice struct {
	audience []string
	inside   bool // they work here

	keep    book.Only
	name    func(name string) string // a person's or team's name as written; "" where it is not to be known
	hides   func(text string) bool   // whether a text is the name of what is away
	alive   map[string]bool          // addresses of folders and tags that are there because of shown pages
	awayIDs map[string]bool
	shown   int
	doubt   map[string]bool // paths of pages that rely on something that has changed and is not named
}

// forAudience makes the handbook that is for the audience of a handbook of everything.
func (s *Session) forAudience(ctx context.Context, job Job, whole Result) (Result, error) {
	in, err := s.sliceOf(ctx, whole, job.Audience)
	if err != nil {
		return Result{}, err
	}
	r, err := s.resolve(ctx, job, in)
	if err != nil {
		return Result{}, err
	}
	away := map[string]bool{}
	for _, n := range whole.Book.Nodes {
		if n.Page != nil && in.slice.keep.Away[n.Page.Path] {
			away[n.Page.File] = true
		}
	}
	r.Messages = diag.Only(whole.Messages, func(m diag.Located) bool { return !away[m.File] || m.Rule == diag.UnknownAudience })
	r.Prepared, r.Work.Pages = whole.Prepared, in.slice.shown
	return r, nil
}

// isFor reports whether a page is for one of an audience.
func isFor(n *book.Node, audience []string) bool {
	return slices.ContainsFunc(n.Audience, func(a string) bool { return slices.Contains(audience, a) })
}

// sliceOf works out what an audience sees.
func (s *Session) sliceOf(ctx context.Context, whole Result, audience []string) (*inputs, error) {
	b := whole.Book
	p := &slice{audience: audience, inside: slices.Contains(audience, schema.Inside), awayIDs: map[string]bool{}, doubt: map[string]bool{},
		keep: book.Only{Away: map[string]bool{}, Owners: map[string]bool{}, Untold: map[string]book.Untold{}}}
	shown := map[string]*book.Node{} // by path
	heard := map[string]bool{}
	for _, n := range b.Nodes {
		if n.Page == nil {
			continue
		}
		for _, a := range n.Audience {
			heard[a] = true
		}
		if isFor(n, audience) {
			shown[n.Page.Path] = n
		} else {
			p.awayIDs[n.ID] = true
		}
	}
	for _, a := range audience {
		if !heard[a] {
			return nil, &AudienceError{a, audienceHelp(a, b.Site, heard)}
		}
	}
	p.shown = len(shown)
	types := map[string]bool{"page": true}
	for _, n := range shown {
		types[n.Type] = true
	}
	site := b.Site.For(audience, func(typ string) bool { return types[typ] })
	for _, one := range whole.in.pages { // what is in no book, because of an error, is for nobody
		if shown[one.Path] == nil {
			p.keep.Away[one.Path] = true
		}
	}
	p.name, p.hides = p.names(b)
	p.alive = alive(b, shown)
	w := s.writeOut(ctx, p, whole, shown)
	pages, snap := s.rewrite(ctx, p, whole, site, w)
	for path := range w.failed {
		p.keep.Away[path] = true
	}
	snap.Assets = p.assets(whole, shown)
	in := &inputs{lost: whole.in.lost, config: memo.Of(ctx, s.looks, dressing, dressingArgs{site, snap}), snap: snap, parser: whole.in.parser, pages: pages, text: page.PagesOf(pages),
		reviews: p.named(whole.in.reviews), acks: p.named(whole.in.acks), owners: whole.in.owners, former: whole.in.former, around: whole.in.around, slice: p}
	in.sum = sumOf(audience, in.reviews, in.acks)
	in.past = func() (review.Past, memo.Sum, diag.List) {
		if whole.past == nil {
			return nil, memo.Sum{}, nil
		}
		return nameless{whole.past, p.name}, sumOf(whole.known, audience), nil
	}
	return in, nil
}

// audienceHelp is the next step after an audience for whom there is nothing.
func audienceHelp(name string, site *schema.Site, heard map[string]bool) string {
	known := slices.Clone(site.Audience.Known)
	for a := range heard {
		known = append(known, a)
	}
	slices.Sort(known)
	if near := diag.Nearest(name, known); near != "" && near != name {
		return fmt.Sprintf("did you mean %q?", near)
	}
	return fmt.Sprintf("write `audience: [internal, %s]` into those that are", name)
}

// away reports whether a node is a page that the audience is not told of.
func (p *slice) away(n *book.Node) bool { return n != nil && n.Page != nil && p.keep.Away[n.Page.Path] }

// names says who may be named: those whose own pages are shown. Of others, who work here, only readers within the house are told.
// It also says which texts are nothing but the name of what is away.
func (p *slice) names(b *book.Book) (name func(string) string, hides func(string) bool) {
	people, pages := map[string]*book.Node{}, map[string]bool{}
	for _, n := range b.Nodes {
		person := n.Type == "person" || n.Type == "team"
		if !person && !p.away(n) {
			continue
		}
		for i, called := range book.Called(n) {
			called = nameIn(called)
			if person && (people[called] == nil || !p.away(people[called])) {
				people[called] = n // whoever is not to be known goes before one of the same name who is
			}
			pages[called] = pages[called] || p.away(n) && (i == 0 && strings.Contains(called, "/"))
			pages["[["+called] = pages["[["+called] || p.away(n)
		}
	}
	name = func(written string) string {
		switch n := people[nameIn(written)]; {
		case n != nil && p.away(n), n == nil && !p.inside:
			return ""
		}
		return written
	}
	one := func(text string) bool {
		bare, _, _ := strings.Cut(nameIn(text), "|")
		bare, _, _ = strings.Cut(bare, "#")
		bare = strings.TrimSuffix(strings.TrimLeft(strings.TrimSpace(bare), "./~"), ".md")
		return bare != "" && (people[bare] != nil && p.away(people[bare]) || pages[bare] || strings.HasPrefix(strings.TrimSpace(text), "[[") && pages["[["+bare])
	}
	// People write several names in one text, what somebody does and mail addresses behind them.
	hides = func(text string) bool {
		return one(text) || slices.ContainsFunc(strings.FieldsFunc(text, func(r rune) bool { return strings.ContainsRune(",;<>()\n", r) }),
			func(part string) bool { return one(strings.TrimPrefix(strings.TrimSpace(part), "mailto:")) })
	}
	return name, hides
}

// nameIn is a name without what surrounds it where people write it.
func nameIn(written string) string {
	return strings.ToLower(strings.Trim(strings.TrimSpace(written), "@#[]/ "))
}

// alive are the addresses of folders and tags that are there because of shown pages.
func alive(b *book.Book, shown map[string]*book.Node) map[string]bool {
	there := map[string]bool{b.Home.URL: true}
	for _, n := range shown {
		for up := n.Parent; up != nil && !there[up.URL]; up = up.Parent {
			there[up.URL] = true
		}
		for _, t := range n.Tags {
			there[t.URL] = true
		}
	}
	return there
}

// gone reports whether a reference leads to nothing that the audience is told of. What leads nowhere may name a draft.
func (p *slice) gone(b *book.Book, t book.Target) bool {
	switch n := t.Node; {
	case t.Broken != "" || p.away(n):
		return true
	case n != nil && n.Kind == book.KindOwner:
		return !p.shows(n)
	case n != nil && n.Kind == book.KindFolder:
		return !p.alive[n.URL]
	}
	return t.Asset != "" && slices.ContainsFunc(b.Tags, func(tag *book.Tag) bool { return tag.URL == t.Asset }) && !p.alive[t.Asset]
}

// shows reports whether what somebody is named by may be seen: their page is, or they have none and the reader works here.
func (p *slice) shows(n *book.Node) bool {
	return n != nil && !p.away(n) && (n.Page != nil || p.inside)
}

// only is what the book may know; nil for all.
func (p *slice) only() *book.Only {
	if p == nil {
		return nil
	}
	return &p.keep
}

// named leaves the records of pages that are shown, without the names of people who are not.
func (p *slice) named(records []review.Record) []review.Record {
	var kept []review.Record
	for _, r := range records {
		if !p.awayIDs[r.Page] {
			r.By, r.Note = p.name(r.By), "" // a note is written for those who review
			kept = append(kept, r)
		}
	}
	return kept
}

// missed tells an audience's references to what is not for them.
func missed(b *book.Book, audience []string) diag.List {
	if len(audience) == 0 {
		return nil
	}
	var msgs diag.List
	tell := func(from *book.Node, to *book.Node, at diag.Place, text bool) {
		rule, verb := diag.HiddenRelation, "take it out"
		if text {
			rule, verb = diag.HiddenLink, "take out the link"
		}
		msgs.Add(rule, at, fmt.Sprintf("%s is not for %s, and this page is", nameOfPage(to), strings.Join(audience, " or ")),
			fmt.Sprintf("%s, or write `audience: [%s]` into %s", verb, strings.Join(union(to.Audience, from.Audience), ", "), to.Page.File))
	}
	for _, n := range b.Nodes {
		if n.Page == nil || !isFor(n, audience) {
			continue
		}
		for i, t := range n.Targets {
			if l := &n.Page.Links[i]; t.Node != nil && t.Node.Page != nil && !isFor(t.Node, audience) {
				tell(n, t.Node, l.At, l.Kind != page.LinkRelated && l.Kind != page.LinkDepends)
			}
		}
		for _, r := range n.Relations {
			if r.To.Page != nil && !isFor(r.To, audience) && r.At.File == n.Page.File {
				tell(n, r.To, r.At, false)
			}
		}
	}
	return msgs
}

func nameOfPage(n *book.Node) string {
	if n.ID == "" {
		return "the home page"
	}
	return n.ID
}

func union(a, b []string) []string {
	all := slices.Clone(a)
	for _, s := range b {
		if !slices.Contains(all, s) {
			all = append(all, s)
		}
	}
	return all
}

// writing is what is written out of the files of the handbook.
type writing struct {
	cuts   map[string][]page.Cut          // by name of the file: of its text
	gone   map[string]map[diag.Place]bool // likewise: values of frontmatter
	texts  map[string][]byte
	failed map[string]bool // paths of pages whose files could not be read as they were parsed
}

// writeOut finds all that shown pages say of what is away, of those who are not named and to their authors alone: links, embeds,
// values of frontmatter, those of cascades too, and comments.
func (s *Session) writeOut(ctx context.Context, p *slice, whole Result, shown map[string]*book.Node) *writing {
	w := &writing{cuts: map[string][]page.Cut{}, gone: map[string]map[diag.Place]bool{}, texts: map[string][]byte{}, failed: map[string]bool{}}
	hidden := whole.Site.Text.Hidden
	for _, one := range whole.in.pages {
		p.values(w, one.Meta.CascadeSet)
	}
	for _, n := range whole.Book.Nodes {
		if n.Page == nil || shown[n.Page.Path] == nil {
			continue
		}
		var untold book.Untold
		untold.Fields = p.values(w, n.Page.Fields)
		p.keep.Owners[n.Page.Path] = !p.shows(n.Owner)
		if at := n.Page.Place("owner"); at.End > 0 {
			w.value(at, !p.shows(n.Owner))
		}
		for _, why := range whole.Verdicts.Of(n).Reasons {
			if why.State == review.Suspect && (why.On == nil || p.away(why.On)) {
				p.doubt[n.Page.Path] = true
			}
		}
		for i, t := range n.Targets {
			if p.gone(whole.Book, t) {
				l := whole.Pages(n.Page).Link(i)
				w.link(whole.in.snap, n.Page, l, hidden)
				switch l.Kind {
				case page.LinkRelated:
					untold.Fields = append(untold.Fields, "related")
				case page.LinkDepends:
					untold.Fields = append(untold.Fields, "depends_on")
				}
			}
		}
		for i := range n.Values {
			v := &n.Values[i]
			untold.Fields = append(untold.Fields, p.references(whole.Book, w, v, v.Name)...)
		}
		for i := range n.Relating {
			if rel := &n.Relating[i]; p.away(rel.From) {
				untold.Back = append(untold.Back, rel.Field)
			}
		}
		p.keep.Untold[n.Page.Path] = untold
		for _, at := range s.unseen(ctx, whole.in, whole.Pages(n.Page), w) {
			w.cut(n.Page.File, at.Start, at.End, "")
		}
	}
	p.plans(w, whole)
	return w
}

// values takes out of the common keys who may not be named, for whom else a page is, and where files are kept. Any other value
// that is the name of somebody goes too. It says which of the common keys name somebody.
func (p *slice) values(w *writing, fields []page.Field) (untold []string) {
	for _, f := range fields {
		switch f.Key {
		case "title", "nav_title", "description", "type", "status", "tags", "slug", "aliases", "also_known_as", "cascade", "related", "depends_on", "owner":
		case "tracks":
			w.value(f.At, !p.inside)
		case "acknowledge":
			if !p.inside { // how many of those who are asked have read it would be told of the others too
				w.value(f.At, true)
				untold = append(untold, f.Key)
				continue
			}
			fallthrough
		case "reviewers", "reviewed_by":
			texts(f, func(v page.Field) {
				if p.name(v.Raw) == "" {
					w.value(v.At, true)
					untold = append(untold, f.Key)
				}
			})
		case "audience":
			texts(f, func(v page.Field) { w.value(v.At, !slices.Contains(p.audience, v.Raw)) })
		default:
			texts(f, func(v page.Field) { w.value(v.At, p.hides(v.Raw)) })
		}
	}
	return untold
}

// texts calls f for each single value in a field that is a text.
func texts(field page.Field, f func(page.Field)) {
	if _, text := field.Value.(string); text && field.Raw != "" {
		f(field)
	}
	for _, e := range field.Entries {
		texts(e, f)
	}
}

// references takes out what leads to no page that is shown, and says where it stood.
func (p *slice) references(b *book.Book, w *writing, v *book.Value, name string) (untold []string) {
	for i := range v.List {
		one := name
		if v.Kind == schema.KindRecords {
			one = fmt.Sprintf("%s.%d", name, i)
		}
		untold = append(untold, p.references(b, w, &v.List[i], one)...)
	}
	for i := range v.Keys {
		untold = append(untold, p.references(b, w, &v.Keys[i], name+"."+v.Keys[i].Name)...)
	}
	if v.Kind == schema.KindReference && !v.Many && p.gone(b, v.Target) {
		w.value(v.At, true)
		untold = append(untold, name)
	}
	return untold
}

// plans takes out of the plans of products the documents that are there and away: a plan without their pages would call them
// missing.
func (p *slice) plans(w *writing, whole Result) {
	for _, d := range whole.Views.Plan() {
		if !p.away(d.Product) && p.away(d.Page) {
			w.value(d.Record, true)
		}
	}
}

func (w *writing) text(snap source.Snapshot, name string) []byte {
	data, known := w.texts[name]
	if !known {
		data, _ = snap.Read(name)
		w.texts[name] = data
	}
	return data
}

func (w *writing) cut(name string, start, end int, text string) {
	if c := (page.Cut{Start: start, End: end, Text: text}); !slices.Contains(w.cuts[name], c) {
		w.cuts[name] = append(w.cuts[name], c)
	}
}

// link takes away where a link leads. Its words stay; one without words says that there is something.
func (w *writing) link(snap source.Snapshot, p *page.Face, l page.Link, hidden string) {
	data := w.text(snap, p.File)
	switch l.Kind {
	case page.LinkRelated, page.LinkDepends:
		w.value(l.At, true)
		return
	case page.LinkWiki, page.LinkEmbed:
		if l.At.End <= len(data) {
			if start, end, address := shortcodeAround(data, l.At); l.Kind == page.LinkWiki && end > start {
				if address {
					w.cut(p.File, start, end, page.Away)
				} else {
					w.cut(p.File, start, end, hidden)
				}
				return
			}
			start, end := bytes.LastIndex(data[:l.At.Start], []byte("[[")), bytes.Index(data[l.At.End:], []byte("]]"))
			if l.Kind == page.LinkEmbed && !bytes.HasSuffix(bytes.TrimSpace(data[:l.At.Start]), []byte("[[")) { // as another generator writes it
				start = bytes.LastIndexAny(data[:l.At.Start], "\r\n") + 1
				end, _ = page.LineEnd(data, l.At.End)
				w.cut(p.File, start, end, "")
				return
			}
			if start >= 0 && end >= 0 {
				inner := data[l.At.End : l.At.End+end]
				words := hidden
				if _, label, ok := bytes.Cut(inner, []byte("|")); ok && l.Kind == page.LinkWiki && len(bytes.TrimSpace(label)) > 0 {
					words = string(label)
				}
				if start > 0 && data[start-1] == '!' {
					start--
				}
				w.cut(p.File, start, l.At.End+end+2, words)
				return
			}
		}
	default:
		if spot, ok := l.Spot(data); ok {
			w.cut(p.File, spot.Start, max(spot.End, spot.FragmentEnd), page.Away)
			return
		}
	}
	w.failed[p.Path] = true // better no page than one that says too much
}

// shortcodeAround is the shortcode that a reference is written in, with what stands behind it in the address of a link;
// nothing for one that is written otherwise.
func shortcodeAround(data []byte, at diag.Place) (start, end int, address bool) {
	before := data[:at.Start]
	start = max(bytes.LastIndex(before, []byte("{{")), bytes.LastIndex(before, []byte("{%")))
	n := bytes.IndexByte(data[at.End:], '}')
	if start < 0 || n < 0 || bytes.ContainsAny(before[start:], "[]}") {
		return 0, 0, false
	}
	for end = at.End + n; end < len(data) && data[end] == '}'; end++ {
	}
	before = bytes.TrimRight(bytes.TrimRight(data[:start], " \t"), "<")
	address = bytes.HasSuffix(before, []byte("](")) || bytes.HasSuffix(before, []byte("]:"))
	for address && end < len(data) && bytes.IndexByte([]byte(" \t\r\n)>"), data[end]) < 0 {
		end++
	}
	return start, end, address
}

// value takes a value out of frontmatter.
func (w *writing) value(at diag.Place, gone bool) {
	if !gone {
		return
	}
	if w.gone[at.File] == nil {
		w.gone[at.File] = map[diag.Place]bool{}
	}
	w.gone[at.File][at] = true
}

// unseenArgs is a page and its file.
type unseenArgs struct {
	in   *inputs
	page *page.Page
	w    *writing
}

// unseen lists what stands in the file of a page and is not on it.
var unseen = &memo.Func[unseenArgs, []diag.Place]{
	Name: "unseen",
	Sum:  func(a unseenArgs) memo.Sum { return sumOf(a.page.Path, a.page.Text.Sum) },
	Make: func(_ context.Context, a unseenArgs) []diag.Place {
		return a.in.parser.Unseen(a.page.File, a.page.Path, a.w.text(a.in.snap, a.page.File))
	},
}

func (s *Session) unseen(ctx context.Context, in *inputs, p *page.Page, w *writing) []diag.Place {
	return memo.Of(ctx, s.set, unseen, unseenArgs{in, p, w})
}

// rewriting is a page that an audience sees otherwise.
type rewriting struct {
	in   *inputs // of the whole
	page *page.Page
	data func() []byte // its file
	cuts []page.Cut
	gone map[diag.Place]bool
	away bool   // only what its cascade says is left of it
	name string // of the site, in place of the title; "" for none
}

// rewritten is such a page; its page is nil where the file is not what was parsed.
type rewritten struct {
	page *page.Page
	text []byte
}

// rewrite parses a file again that is written otherwise, and leaves of a page that is away what its cascade says. What is
// reviewed is the text as its authors have it, so a page keeps the fingerprints of its sections.
var rewrite = &memo.Func[rewriting, rewritten]{
	Name: "rewritten",
	Sum: func(r rewriting) memo.Sum {
		var h memo.Hash
		h.Value([]any{r.page.Path, r.page.Text.Sum, len(r.cuts), r.away, r.name})
		for _, c := range r.cuts {
			h.Value(c)
		}
		h.Value(r.gone)
		return h.End()
	},
	Make: func(_ context.Context, r rewriting) rewritten {
		data, one := r.data(), r.page
		if r.in.parser.Sum(one.Path, data) != one.Text.Sum { // it has been saved since, or is the last good version
			return rewritten{}
		}
		text, _ := page.Apply(data, r.cuts) // one within another is made with it
		made := r.in.parser.Without(one.File, one.Path, text, func(at diag.Place) bool { return r.gone[at] })
		if len(made.Sections) == len(one.Sections) {
			for k := range one.Sections {
				made.Sections[k].Fingerprint = one.Sections[k].Fingerprint
			}
		}
		if r.name != "" && made.Title == r.in.site.Name {
			made.Title = r.name
		}
		if r.away {
			m := &made.Meta
			made = &page.Page{Text: &page.Text{}, Face: &page.Face{File: one.File, Path: one.Path, ID: one.ID, Index: one.Index,
				Meta: page.Meta{Cascade: m.Cascade, CascadeSet: m.CascadeSet, Draft: m.Draft}}}
		}
		made.Face.Seal()
		made.Text.Seal()
		return rewritten{made, text}
	},
	Keep: func(r rewritten) bool { return r.page != nil },
}

// rewrite gives the pages as the audience sees them.
func (s *Session) rewrite(ctx context.Context, p *slice, whole Result, site *schema.Site, w *writing) ([]*page.Page, source.Snapshot) {
	var pages []*page.Page
	var changes []source.Changed
	for _, one := range whole.in.pages {
		r := rewriting{in: whole.in, page: one, cuts: w.cuts[one.File], gone: w.gone[one.File], away: p.keep.Away[one.Path]}
		if r.away && one.Meta.Cascade == nil {
			continue
		}
		if one.ID == "" && one.Meta.Title == "" && site.Name != whole.Site.Name {
			r.name = site.Name
		}
		if len(r.cuts) == 0 && len(r.gone) == 0 && !r.away && r.name == "" {
			pages = append(pages, one)
			continue
		}
		slices.SortFunc(r.cuts, func(a, b page.Cut) int { return cmp.Or(cmp.Compare(a.Start, b.Start), cmp.Compare(b.End, a.End)) })
		r.data = func() []byte { return w.text(whole.in.snap, one.File) }
		made := memo.Of(ctx, s.set, rewrite, r)
		if made.page == nil {
			w.failed[one.Path] = true
			continue
		}
		pages = append(pages, made.page)
		if !r.away {
			changes = append(changes, source.Changed{Old: one.File, New: one.File, Data: made.text})
		}
	}
	return pages, whole.in.snap.With(changes)
}

// assets are the files that go with what is shown: those that it refers to, and of those that nobody refers to the ones in a
// folder whose pages are for the audience unless they say otherwise. The top folder holds what a site needs, such as its
// robots.txt.
func (p *slice) assets(whole Result, shown map[string]*book.Node) []source.File {
	const away, here = 1, 2
	used := map[string]int{} // by URL
	use := func(t book.Target, how int) {
		if t.Asset != "" {
			used[t.Asset] = max(used[t.Asset], how)
		}
	}
	for _, n := range whole.Book.Nodes {
		if n.Page == nil {
			continue
		}
		how := away
		if shown[n.Page.Path] != nil && !p.keep.Away[n.Page.Path] {
			how = here
		}
		for _, t := range n.Targets {
			use(t, how)
		}
		for i := range n.Values {
			targets(&n.Values[i], func(t book.Target) { use(t, how) })
		}
	}
	for _, one := range whole.in.pages { // a draft, and what has an error, stands in no book
		if !p.keep.Away[one.Path] {
			continue
		}
		for i := range one.Links {
			if l := &one.Links[i]; l.Kind == page.LinkPath || l.Kind == page.LinkImage {
				use(book.Target{Asset: whole.Book.Assets[path.Join(path.Dir(one.Path), l.Target)]}, away)
			}
		}
	}
	folders := whole.Book.Folders()
	var kept []source.File
	for _, f := range whole.in.snap.Assets {
		if whole.Book.Assets[f.Path] == "" {
			continue // nobody is shown it
		}
		switch used[whole.Book.Assets[f.Path]] {
		case here:
			kept = append(kept, f)
		case 0:
			if dir := path.Dir(f.Path); dir == "." || slices.ContainsFunc(folders(dir), func(a string) bool { return slices.Contains(p.audience, a) }) {
				kept = append(kept, f)
			}
		}
	}
	return kept
}

func targets(v *book.Value, use func(book.Target)) {
	use(v.Target)
	for i := range v.List {
		targets(&v.List[i], use)
	}
	for i := range v.Keys {
		targets(&v.Keys[i], use)
	}
}

// nameless is the past without the names of people who are not named.
type nameless struct {
	review.Past
	name func(string) string
}

// knownIn names only those who have a page of their own.
func knownIn(b *book.Book) func(string) string {
	known := people.NewIndex(people.Known(b))
	return func(name string) string {
		if known.Find(name) == nil {
			return ""
		}
		return name
	}
}

func (n nameless) Edits(path string) []review.Edit { return n.without(n.Past.Edits(path)) }

func (n nameless) Tracked(pattern string, after schema.Date) ([]review.Edit, []review.Sum, bool) {
	edits, sums, ok := n.Past.Tracked(pattern, after)
	return n.without(edits), sums, ok
}

func (n nameless) without(edits []review.Edit) []review.Edit {
	edits = slices.Clone(edits)
	for i := range edits {
		edits[i].By = n.name(edits[i].By)
	}
	return edits
}

// narrow takes old texts out, which may name anything, and says without a name what an audience is not told of: a page that
// cannot be relied on here cannot be relied on there.
func (p *slice) narrow(b *book.Book, verdicts review.Verdicts, recent []review.Recent) []review.Recent {
	if p == nil {
		return recent
	}
	for _, n := range b.Nodes {
		v, judged := verdicts[n]
		if !judged {
			continue
		}
		reasons := v.Reasons[:0:0]
		for _, why := range v.Reasons {
			why.Diff = nil
			if why.State != review.Suspect || why.On != nil { // files of the repository
				reasons = append(reasons, why)
			}
		}
		if p.doubt[n.Page.Path] {
			say := &b.Site.Phrases
			reasons = append(reasons, review.Reason{State: review.Suspect, Sentence: schema.Fill(say.ReliesAway, "date", say.Day(v.Reviewed))})
		}
		slices.SortStableFunc(reasons, func(a, b review.Reason) int { return cmp.Compare(a.State.Rank(), b.State.Rank()) })
		v.Reasons, v.State = reasons, reasons[0].State
		if v.SignOff != nil {
			open := *v.SignOff
			open.Readers = slices.Clone(open.Readers)
			for i := range open.Readers {
				open.Readers[i].Diff = nil
			}
			v.SignOff = &open
		}
	}
	recent = slices.DeleteFunc(recent, func(c review.Recent) bool { return c.Deleted }) // whom it was for is not known
	for i := range recent {
		recent[i].Before, recent[i].After = nil, nil
	}
	return recent
}
