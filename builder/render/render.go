// Package render turns a book, its verdicts and a theme into outputs: what stands at which address, a key that says
// whether it is the same as before, and a function that makes the bytes.
//
// Rendering is lazy. Of each output only the address is worked out at once. Its view, the struct that its template will
// see, is made and hashed field by field when somebody asks for the key, and the template runs when somebody asks for
// the bytes. So a key cannot forget an input, since what is not in the view cannot reach the page; and of a thousand
// pages the one that is looked at costs no more than itself.
//
// The package does not resolve links, judge freshness, or write files.
//
// What every page has lies in slices. Nodes are numbered, what is known of each lies under its number, and the outputs of one kind
// are one slice with what makes them. So listing the outputs of 10,000 pages allocates 10,000 times; closures and maps did 300,000:
//
// go test -run '^$' -bench Pages ./builder/render
//
// Files about everything (handbook.json, feeds, the tree, documents to print) are made of what pages are made of: their keys are
// sums of the pages' keys. What is the same on every page is made once for a build.
package render

import (
	"cmp"
	"net/url"
	"slices"
	"strings"
	"sync"
	"sync/atomic"

	"handbook/builder/book"
	"handbook/builder/diag"
	"handbook/builder/export"
	"handbook/builder/memo"
	"handbook/builder/page"
	"handbook/builder/query"
	"handbook/builder/review"
	"handbook/builder/signs"
	"handbook/builder/theme"
)

// Job is what one build renders.
type Job struct {
	Book     *book.Book
	Pages    page.Pages              // the texts of the book's pages
	Code     func(page.Block) string // a block of code in its colours
	Verdicts review.Verdicts
	Views    *query.Engine         // answers the views in the text of pages; nil for none
	BuiltIn  map[string]*page.Page // pages that the handbook has without writing them, by name: "findings"
	Theme    *theme.Theme
	Today    page.Date
	Built    string // what the site was built from, such as "4c1f2ab"; "" when it is not known
	Assets   []Asset
	Terms    Terms
	History  bool            // whether git knows when pages changed
	Recent   []review.Recent // what has changed lately, the newest first
	Narrow   bool            // it is for some audience, and destinations that are not for it read page.Away
	Sum      memo.Sum        // of all that the book and the verdicts are made of
	Set      *memo.Set       // of the session; nil when nothing need be remembered

	// Source reads the file of a page, as it was parsed: ok is false when it is another by now. A nil Source leaves out what
	// is made of it.
	Source func(p *page.Page) (data []byte, ok bool, err error)
}

// Asset is a file of the content folder that is published as it is.
type Asset struct {
	Path     string // below the content folder and below the output folder
	Key      uint64 // equal keys mean equal bytes
	Fleeting bool   // in this run alone: another one may find another file with the same key
	Read     func() ([]byte, error)
}

// Output is one file of the site.
type Output struct {
	Path  string     // below the output folder, with slashes: "specs/checkout/index.html"
	URL   string     // "/specs/checkout/"; "" for files that are not pages
	Asset bool       // a file that is published as it is; its key is known already
	Aside bool       // nobody reads it by itself, such as a part of the search index: that it changed is not worth telling
	Node  *book.Node // nil for generated lists
	made  *made

	Fleeting bool // its key means nothing in another run
}

// maker makes an output. Both functions are pure, and safe for concurrent use.
type maker interface {
	data(m *made) ([]byte, error) // and notes in m what the bytes are made of, where it finds that out anyway
	from() []Input                // what data makes its bytes of
}

// Data renders the output. It is safe for concurrent use.
func (o Output) Data() ([]byte, error) { return o.made.by.data(o.made) }

// Free takes back what Data gave, from whoever looks at it no more: what is written next may be written in its place.
func (o Output) Free(data []byte) {
	if by, ok := o.made.by.(interface{ free([]byte) }); ok {
		by.free(data)
	}
}

// From is what the bytes are made of. The view is made when it is asked first. It is safe for concurrent use.
func (o Output) From() []Input { return o.made.get().from }

// Key is such that equal keys mean equal bytes. It is made of From.
func (o Output) Key() uint64 { return o.made.get().key }

// Made reports whether From is known already, so that asking takes no time.
func (o Output) Made() bool { return o.made.known.Load() }

// made is what makes an output, with what it makes it of, which is worked out once, when it is asked for first. A build
// has tens of thousands, so those of one kind lie in one slice, each with what its maker needs.
type made struct {
	by    maker
	once  sync.Once
	known atomic.Bool
	from  []Input
	key   uint64
}

func (m *made) get() *made {
	m.note(m.by.from)
	return m
}

// note keeps what the output is made of, unless that is known.
func (m *made) note(from func() []Input) {
	m.once.Do(func() {
		m.from = from()
		m.key = newHasher(nil).sum(m.from)
		m.known.Store(true)
	})
}

// functions is a maker for what there is little of.
type functions struct {
	bytes func() ([]byte, error)
	of    func() []Input
}

func (f functions) data(*made) ([]byte, error) { return f.bytes() }
func (f functions) from() []Input              { return f.of() }

// madeBy is an output that functions make.
func (o Output) madeBy(bytes func() ([]byte, error), of func() []Input) Output {
	o.made = &made{by: functions{bytes, of}}
	return o
}

// Input is one part of what an output is made of, for explaining why it changed.
type Input struct {
	Name string // "its text", "its branch", "backlinks", "site", "theme"
	Sum  uint64
}

// Pages lists every output of the site, sorted by path. It makes no view and renders nothing.
func Pages(job Job) ([]Output, diag.List) {
	r := newRenderer(job)
	pages := r.pageOutputs()
	all := slices.Concat(pages, r.files(pages), r.viewFiles())
	slices.SortFunc(all, func(a, b Output) int { return strings.Compare(a.Path, b.Path) })
	return all, r.places.msgs
}

// plan is an output of which there are few: where it goes, and how its view is made.
type plan struct {
	path, url string
	node      *book.Node
	view      func(h *hasher) *theme.View
}

// largeHandbook is the number of pages from which on a handbook is large.
const largeHandbook = 500

// renderer makes the outputs of one build, of what makes their parts. Nothing of it is changed once the first view is made,
// but for what is guarded by a sync.Once, a sync.Map or a sync.Pool.
type renderer struct {
	Job
	signs  *signs.Book
	places *places
	sums   *sums
	texts  *texts
	navs   *navs
	around *around
	lists  *lister
	search *searcher
	export *export.Book
}

// sums are hashers that know the sum of the site, which every view holds.
type sums struct{ pool sync.Pool }

func newSums(site *theme.Site) *sums {
	shared := map[any]uint64{site: newHasher(nil).sum(site)}
	s := &sums{}
	s.pool.New = func() any { return newHasher(shared) }
	return s
}

// with lends a hasher.
func (s *sums) with(f func(h *hasher)) {
	h := s.pool.Get().(*hasher)
	defer s.pool.Put(h)
	h.answers = h.answers[:0]
	f(h)
}

func newRenderer(job Job) *renderer {
	site := siteOf(job)
	r := &renderer{Job: job}
	r.signs = signs.New(signs.Input{Book: job.Book, Verdicts: job.Verdicts, Site: site, Today: job.Today, Narrow: job.Narrow, History: job.History})
	r.places = newPlaces(r.signs, job)
	r.sums = newSums(site)
	r.texts = &texts{signs: r.signs, places: r.places, theme: job.Theme, views: job.Views, terms: job.Terms, pages: job.Pages, builtIn: job.BuiltIn, code: job.Code, pictures: pictures{set: job.Set, sum: job.Sum}, sizes: sizes{job.Set, map[string]Asset{}}}
	for _, a := range job.Assets {
		if url, ok := job.Book.Assets[a.Path]; ok && picture(a.Path) {
			r.texts.sizes.of[url] = a
		}
	}
	r.navs = &navs{signs: r.signs, places: r.places, sums: r.sums, theme: job.Theme}
	r.navs.boards = sync.OnceValue(func() []theme.Board { return boardsOf(r.signs, r.places, job.Views) })
	r.around = newAround(r.signs, r.places, job.Recent, r.navs.boards)
	r.lists = &lister{signs: r.signs, places: r.places, navs: r.navs, texts: r.texts}
	r.search = &searcher{signs: r.signs, places: r.places, texts: r.texts, set: job.Set}
	r.export = &export.Book{Signs: r.signs, Copy: r.places.copyURL, Text: r.texts.text, File: job.Source}
	return r
}

// siteOf is what every page shows of the site.
func siteOf(job Job) *theme.Site {
	site := job.Book.Site
	s := &theme.Site{
		Name: site.Name, Description: site.Description, Language: cmp.Or(site.Language, "en"),
		Home: job.Book.Home.URL, Base: cmp.Or(site.BasePath, "/"), Today: job.Today, Built: job.Built,
	}
	if u, err := url.Parse(site.BaseURL); err == nil && u.Host != "" {
		s.Origin = u.Scheme + "://" + u.Host
	}
	if site.Outputs.Feed {
		s.Feed = s.Base + "feed.xml"
	}
	job.Theme.Prepare(s)
	return s
}

// isLarge reports whether a handbook is so large that what is repeated on every page would be most of the site.
func isLarge(s *signs.Book) bool { return s.Of(s.Book.Home).Below > largeHandbook }

// pageOutputs are the outputs that have views: nodes in reading order, then lists and redirects.
func (r *renderer) pageOutputs() []Output {
	count := 0
	for _, n := range r.Book.Nodes {
		count += max(1, len(r.places.at(n).list))
	}
	pages := make([]nodePage, count)
	outputs := make([]Output, 0, count)
	add := func(p plan) { outputs = append(outputs, r.output(p)) }
	for _, n := range r.Book.Nodes {
		if n.Out == "" {
			continue
		}
		f := r.places.at(n)
		for i := range max(1, len(f.list)) {
			at := part{n.URL, n.Out}
			if i > 0 {
				at = f.list[i]
			}
			p := &pages[0]
			pages = pages[1:]
			p.r, p.node, p.number = r, n, i
			outputs = append(outputs, p.output(at))
		}
		if f.changes.path != "" {
			add(plan{path: f.changes.path, url: f.changes.url, view: func(*hasher) *theme.View { return r.changesView(n) }})
		}
	}
	for _, p := range r.lists.listPlans() {
		add(p)
	}
	for _, red := range r.Book.Redirects {
		add(plan{path: red.Out, url: red.From, view: func(*hasher) *theme.View { return r.redirect(red) }})
	}
	return outputs
}

// output is what a plan makes.
func (r *renderer) output(p plan) Output {
	return Output{Path: p.path, URL: p.url, Node: p.node, made: &made{by: viewed{r, p.view}}}
}

// viewed makes an output of a view.
type viewed struct {
	r    *renderer
	view func(h *hasher) *theme.View // a nil hasher leaves sums out, which templates do not look at
}

func (v viewed) data(m *made) (data []byte, err error) {
	if m.known.Load() {
		return v.r.Theme.Execute(v.view(nil))
	}
	v.r.sums.with(func(h *hasher) {
		view := v.view(h)
		m.note(func() []Input { return v.inputs(h, view) })
		data, err = v.r.Theme.Execute(view)
	})
	return data, err
}

func (v viewed) free(page []byte) { v.r.Theme.Free(page) }

func (v viewed) from() (made []Input) {
	v.r.sums.with(func(h *hasher) { made = v.inputs(h, v.view(h)) })
	return made
}

// inputs are what a view is made of.
func (v viewed) inputs(h *hasher, view *theme.View) []Input {
	return append(h.view(view), Input{"theme", v.r.Theme.Sum})
}

// plain makes an output whose bytes are soon made: their sum is its key.
type plain struct {
	name string // of what they are made of
	make func() []byte
}

func (p plain) data(m *made) ([]byte, error) {
	data := p.make()
	m.note(func() []Input { return p.of(data) })
	return data, nil
}

func (p plain) from() []Input { return p.of(p.make()) }

func (p plain) of(data []byte) []Input { return []Input{{p.name, newHasher(nil).sum(string(data))}} }
