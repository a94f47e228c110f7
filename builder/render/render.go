// Package render turns a book, its verdicts and a theme into outputs: what stands at which address, a key that says
// whether it is the same as before, and a function that makes the bytes.
//
// Rendering is lazy. Of each output only the address is worked out at once. Its view, the struct that its template will
// see, is made and hashed field by field when somebody asks for the key, and the template runs when somebody asks for
// the bytes. So a key cannot forget an input, since what is not in the view cannot reach the page; and of a thousand
// pages the one that is looked at costs no more than itself.
//
// The package does not resolve links, judge freshness, or write files.
package render

import (
	"cmp"
	"html/template"
	"net/url"
	"slices"
	"strings"
	"sync"
	"sync/atomic"

	"handbook/builder/book"
	"handbook/builder/diag"
	"handbook/builder/page"
	"handbook/builder/people"
	"handbook/builder/query"
	"handbook/builder/review"
	"handbook/builder/schema"
	"handbook/builder/search"
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
	Search   *search.Memory  // of the session; nil when nothing need be remembered
	Order    *Order          // likewise

	// Source reads the file of a page, as it was parsed: ok is false when it is another by now. A nil Source leaves out what
	// is made of it.
	Source func(p *page.Page) (data []byte, ok bool, err error)
}

// Asset is a file of the content folder that is published as it is.
type Asset struct {
	Path string // below the content folder and below the output folder
	Key  uint64 // equal keys mean equal bytes
	Read func() ([]byte, error)
}

// Output is one file of the site.
type Output struct {
	Path  string     // below the output folder, with slashes: "specs/checkout/index.html"
	URL   string     // "/specs/checkout/"; "" for files that are not pages
	Asset bool       // a file that is published as it is; its key is known already
	Aside bool       // nobody reads it by itself, such as a part of the search index: that it changed is not worth telling
	Node  *book.Node // nil for generated lists
	made  *made
}

// maker makes an output. Both functions are pure, and safe for concurrent use.
type maker interface {
	data() ([]byte, error)
	from() []Input // what data makes its bytes of
}

// Data renders the output. It is safe for concurrent use.
func (o Output) Data() ([]byte, error) { return o.made.by.data() }

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
	m.once.Do(func() {
		m.from = m.by.from()
		m.key = newHasher(nil).inputs(m.from)
		m.known.Store(true)
	})
	return m
}

// functions is a maker for what there is little of.
type functions struct {
	bytes func() ([]byte, error)
	of    func() []Input
}

func (f functions) data() ([]byte, error) { return f.bytes() }
func (f functions) from() []Input         { return f.of() }

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
	r.place()
	pages := r.pageOutputs()
	return job.Order.sorted(pages, r.files(pages), r.viewFiles()), r.msgs
}

// Order remembers the order of a build's outputs by their paths. It may be nil, and is used by one Pages at a time.
type Order struct {
	paths []string // as they came
	at    []int32  // in paths, for each output in the order of paths
}

// sorted puts all outputs in one list, in the order of their paths. Most builds have the paths of the last one.
func (o *Order) sorted(lists ...[]Output) []Output {
	all := slices.Concat(lists...)
	if o == nil {
		o = &Order{}
	}
	if !slices.EqualFunc(o.paths, all, func(path string, out Output) bool { return path == out.Path }) {
		o.paths, o.at = make([]string, len(all)), make([]int32, len(all))
		for i := range all {
			o.paths[i], o.at[i] = all[i].Path, int32(i)
		}
		slices.SortFunc(o.at, func(a, b int32) int { return strings.Compare(o.paths[a], o.paths[b]) })
	}
	sorted := make([]Output, len(all))
	for i, k := range o.at {
		sorted[i] = all[k]
	}
	return sorted
}

// plan is an output of which there are few: where it goes, and how its view is made.
type plan struct {
	path, url string
	node      *book.Node
	view      func(h *hasher) *theme.View // a nil hasher leaves sums out, which templates do not look at
}

// largeHandbook is the number of pages from which on a handbook is large.
const largeHandbook = 500

// renderer holds what the views of one build share. It is not changed once the first view is made, but for what is
// guarded by a sync.Once, a sync.Map or a sync.Pool.
type renderer struct {
	Job
	site  *theme.Site
	words *theme.Words
	base  string // the base path

	facts    []facts // by the numbers of the nodes
	owners   bool    // some page has an owner
	reviews  bool    // some page has to be reviewed, so freshness means something here
	reviewed bool    // most were, so one that never was stands out
	small    bool    // the whole tree fits in the navigation
	large    bool    // what is repeated on every page would be most of the site
	people   people.Index
	branches sync.Map  // branchKey to *branch
	hashers  sync.Pool // of *hasher
	shared   map[any]uint64
	lists    lists
	asks     asks

	unlisted map[string]bool // addresses that are not for search engines
	msgs     diag.List
	taken    map[string]bool // paths of generated outputs, so that no two are the same
	changes  string          // the address of the list of changes; "" without a history
	ofHealth book.Node       // stands for the health page in the navigation
	ofAll    book.Node       // stands for the list of all pages there
	builtIn  []*book.Node    // built-in pages, which are no part of the book
}

// facts is what is known of a node.
type facts struct {
	r       *renderer
	node    *book.Node // nil for one that is not in the book
	verdict *review.Verdict
	judged  bool
	pages   int // in a section: pages below it
	place   int // in its parent's Children
	*places
	copy  string // where its Markdown is; "" where that is not published
	shown atomic.Pointer[shown]
}

// places are addresses beside a node's own, which few nodes have.
type places struct {
	list    []part              // where the pages of the list on it are, when there are several; the first is where the node is
	changes part                // where it is shown what changed since the review; its path is empty when that is not known
	print   part                // where it is one document to print, with the pages below it; likewise
	worst   func() []*book.Node // of an owner: what it owns, the worst first
}

// own are the places of one node alone.
func (f *facts) own() *places {
	if f.places == &noPlaces {
		f.places = &places{}
	}
	return f.places
}

// noPlaces are those of most nodes.
var noPlaces places

// shown is what other pages show of a node.
type shown struct {
	badge theme.Badge
	mark  *theme.Badge // the one thing to warn of in a narrow place
	link  string       // the word beside a link: the state, or ""
	ages  bool         // time alone can change the mark
}

func newRenderer(job Job) *renderer {
	r := &renderer{Job: job, facts: make([]facts, len(job.Book.Nodes)), unlisted: map[string]bool{}, taken: map[string]bool{}}
	site := job.Book.Site
	r.base = cmp.Or(site.BasePath, "/")
	r.site = &theme.Site{
		Name: site.Name, Description: site.Description, Language: cmp.Or(site.Language, "en"),
		Home: job.Book.Home.URL, Base: r.base, Today: job.Today, Built: job.Built,
	}
	if u, err := url.Parse(site.BaseURL); err == nil && u.Host != "" {
		r.site.Origin = u.Scheme + "://" + u.Host
	}
	if site.Outputs.Feed {
		r.site.Feed = r.base + "feed.xml"
	}
	job.Theme.Prepare(r.site)
	r.words = r.site.Words
	r.small = len(job.Book.Nodes) <= navUsual.limit
	r.judge()
	r.large = r.of(job.Book.Home).pages > largeHandbook
	r.reviewed = job.Verdicts.ReviewUsual()
	r.people = people.NewIndex(r.Book.Owners)
	r.collectAsks()
	return r
}

// judge collects what is known of every node.
func (r *renderer) judge() {
	for _, n := range r.Book.Nodes {
		v, judged := r.Verdicts[n]
		f := &r.facts[n.Number()]
		f.r, f.node, f.places, f.verdict, f.judged = r, n, &noPlaces, v, judged
		r.owners = r.owners || n.Owner != nil
		if !judged {
			f.verdict = &review.Verdict{}
			continue
		}
		r.reviews = r.reviews || v.State != review.Exempt
	}
	for _, n := range r.Book.Nodes {
		for i, c := range n.Children {
			r.of(c).place = i
		}
	}
	for i := len(r.Book.Nodes) - 1; i >= 0; i-- {
		n := r.Book.Nodes[i]
		f := r.of(n)
		if n.Page != nil {
			f.pages++
		}
		r.of(n.Parent).pages += f.pages
	}
}

// of is what is known of a node; of one that is not in the book, nothing.
func (r *renderer) of(n *book.Node) *facts {
	if n != nil && n.Number() < len(r.facts) {
		if f := &r.facts[n.Number()]; f.node == n {
			return f
		}
	}
	return &facts{r: r, verdict: &review.Verdict{}, places: &noPlaces}
}

// shows is what other pages show of the node. It is worked out when somebody asks, which of most nodes nobody does.
func (f *facts) shows() *shown {
	s := f.shown.Load()
	if s == nil {
		s = &shown{}
		if f.judged {
			f.r.show(f.node, f.verdict, s)
		}
		f.shown.Store(s)
	}
	return s
}

func (r *renderer) show(n *book.Node, v *review.Verdict, s *shown) {
	if n.Draft {
		s.badge = r.state("draft")
		s.mark = &s.badge
		return
	}
	s.badge = r.badge(v)
	if r.notice(n) == schema.NoticeQuiet {
		return
	}
	s.ages = v.State != review.Overdue && v.State != review.Exempt && !v.Next.IsZero()
	unowned := r.unowned(n)
	mark := &s.badge
	switch v.State {
	case review.Overdue, review.Suspect:
		s.link = string(v.State)
	case review.Changed, review.Due:
		if unowned {
			mark = r.nobodys()
		}
	default:
		switch {
		case unowned:
			mark = r.nobodys()
		case v.State != review.Unreviewed || !r.reviewed:
			return
		}
	}
	s.mark = mark
	if s.link == "" && unowned {
		s.link = "unowned"
	}
}

// nobodys is the mark of a page without an owner.
func (r *renderer) nobodys() *theme.Badge {
	b := r.state("unowned")
	return &b
}

// dates are those by which a mark in a narrow place ages; "" for one that does not.
func (s *shown) dates() template.HTMLAttr {
	if !s.ages {
		return ""
	}
	return theme.Badge{State: s.badge.State, Warn: s.badge.Warn, Next: s.badge.Next}.Dates()
}

func (r *renderer) badge(v *review.Verdict) theme.Badge {
	b := r.state(string(v.State))
	b.Reviewed, b.Warn, b.Next = v.Reviewed, v.Warn, v.Next
	b.Arc = arc(v, r.Today)
	return b
}

func (r *renderer) state(state string) theme.Badge {
	return theme.Badge{State: state, Word: cmp.Or(r.words.States[state], state)}
}

// arc is how much of the review period is left, in eighths rounded up, as the length of an arc of 48. In eighths,
// because a finer one would change every page every day.
func arc(v *review.Verdict, today page.Date) int {
	if v.Next.IsZero() || v.Reviewed.IsZero() {
		return 0
	}
	whole, left := v.Reviewed.DaysUntil(v.Next), today.DaysUntil(v.Next)
	if whole <= 0 || left <= 0 {
		return 0
	}
	return 6 * min(8, (left*8+whole-1)/whole)
}

// text is the page of a node, with its text; nil without.
func (r *renderer) text(n *book.Node) *page.Page {
	switch {
	case n.Page == nil:
		return nil
	case r.BuiltIn[n.ID] != nil && r.BuiltIn[n.ID].Face == n.Page:
		return r.BuiltIn[n.ID]
	}
	return r.Pages(n.Page)
}

// place gives generated pages their addresses. Who comes first gets the address that it wants, so the order matters.
func (r *renderer) place() {
	for _, n := range r.Book.Nodes {
		if n.Kind != book.KindPage { // where pages are, the book knows
			r.taken[strings.ToLower(n.Out)] = true
		}
	}
	for _, t := range r.Book.Tags {
		r.taken[strings.ToLower(t.Out)] = true
	}
	r.addresses()
	r.placeCopies()
	r.placePrints()
	for _, n := range r.Book.Nodes {
		if n.Out != "" {
			r.placeChanges(n)
			r.placeList(n)
		}
	}
	for _, t := range r.Book.Tags {
		r.lists.ofTags = append(r.lists.ofTags, r.pages(strings.TrimSuffix(t.Out, "/index.html"), part{t.URL, t.Out}, len(t.Nodes)))
	}
	r.placeAll()
	r.shared = map[any]uint64{r.site: newHasher(nil).sum(r.site)}
	r.hashers.New = func() any { return newHasher(r.shared) }
}

// pageOutputs are the outputs that have views: nodes in reading order, then lists and redirects.
func (r *renderer) pageOutputs() []Output {
	count := 0
	for _, n := range r.Book.Nodes {
		count += max(1, len(r.of(n).list))
	}
	pages := make([]nodePage, count)
	outputs := make([]Output, 0, count)
	add := func(p plan) { outputs = append(outputs, r.output(p)) }
	for _, n := range r.Book.Nodes {
		if n.Out == "" {
			continue
		}
		f := r.of(n)
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
	for _, p := range r.listPlans() {
		add(p)
	}
	for _, red := range r.Book.Redirects {
		add(plan{path: red.Out, url: red.From, view: func(*hasher) *theme.View { return r.redirect(red) }})
	}
	return outputs
}

// output is what a plan makes.
func (r *renderer) output(p plan) Output {
	return Output{Path: p.path, URL: p.url, Node: p.node}.madeBy(
		func() ([]byte, error) { return r.Theme.Execute(p.view(nil)) },
		func() []Input { return r.inputs(p.view) })
}

// inputs are what a view is made of.
func (r *renderer) inputs(view func(h *hasher) *theme.View) []Input {
	h := r.hashers.Get().(*hasher)
	defer r.hashers.Put(h)
	h.answers = h.answers[:0]
	return append(h.view(view(h)), Input{"theme", r.Theme.Sum})
}

// address makes the URL and path of a generated page from the parts of its path. What the content has put there
// already moves it to the next free one.
func (r *renderer) address(parts ...string) (url, path string) {
	dir := strings.Join(parts, "/")
	for {
		i := r.blocked(dir)
		if i < 0 {
			break
		}
		dir = dir[:i] + "-list" + dir[i:]
	}
	path = dir + "/index.html"
	r.taken[strings.ToLower(path)] = true
	return r.base + dir + "/", path
}

// blocked is the length of the part of a folder's path that keeps a page from being generated there, because it is
// a file or has a page already; -1 when nothing does.
func (r *renderer) blocked(dir string) int {
	for i, c := range dir + "/" {
		if c == '/' && r.Book.Taken(dir[:i]) {
			return i
		}
	}
	path := dir + "/index.html"
	if r.taken[strings.ToLower(path)] || !r.Book.Free(path) {
		return len(dir)
	}
	return -1
}
