// Package render turns a book, its verdicts and a theme into outputs: what stands at which address, a key that says
// whether it is the same as before, and a function that makes the bytes.
//
// Rendering is lazy. For each output a view is made, the struct that its template will see, and hashed field by
// field; the template runs only when somebody asks for the bytes. So a key cannot forget an input: what is not in
// the view cannot reach the page.
//
// The package does not resolve links, judge freshness, or write files.
package render

import (
	"cmp"
	"html/template"
	"net/url"
	"runtime"
	"slices"
	"strings"
	"sync"
	"sync/atomic"

	"handbook/builder/book"
	"handbook/builder/diag"
	"handbook/builder/page"
	"handbook/builder/query"
	"handbook/builder/review"
	"handbook/builder/schema"
	"handbook/builder/theme"
)

// Job is what one build renders.
type Job struct {
	Book     *book.Book
	Verdicts review.Verdicts
	Answers  query.Answers // to the views in the text of pages
	Theme    *theme.Theme
	Today    page.Date
	Built    string // what the site was built from, such as "4c1f2ab"; "" when it is not known
	Assets   []Asset

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
	Path string                 // below the output folder, with slashes: "specs/checkout/index.html"
	URL  string                 // "/specs/checkout/"; "" for files that are not pages
	Key  uint64                 // equal keys mean equal bytes
	From []Input                // what Key is made of
	Node *book.Node             // nil for generated lists
	Data func() ([]byte, error) // renders; pure, and safe for concurrent use
}

// Input is one part of what an output is made of, for explaining why it changed.
type Input struct {
	Name string // "its text", "its branch", "backlinks", "site", "theme"
	Sum  uint64
}

// Pages lists every output of the site, sorted by path. It makes and hashes views; it renders nothing.
func Pages(job Job) ([]Output, diag.List) {
	r := newRenderer(job)
	plans := r.plan()
	outputs := make([]Output, len(plans))
	r.each(len(plans), func(h *hasher, i int) { outputs[i] = r.output(h, plans[i]) })
	outputs = append(outputs, r.files(outputs)...)
	outputs = append(outputs, r.viewFiles()...)
	slices.SortFunc(outputs, func(a, b Output) int { return cmp.Compare(a.Path, b.Path) })
	return outputs, nil
}

// plan is an output before it is hashed: where it goes, and how its view is made.
type plan struct {
	path, url string
	node      *book.Node
	view      func(h *hasher) *theme.View // a nil hasher leaves sums out, which templates do not look at
}

// renderer holds what the views of one build share. It is not changed once the first view is made, but for what is
// guarded by a sync.Once.
type renderer struct {
	Job
	site  *theme.Site
	words *theme.Words
	base  string // the base path

	facts    map[*book.Node]*facts
	owners   bool // some page has an owner, so a page without one stands out
	reviews  bool // some page has to be reviewed, so freshness means something here
	reviewed bool // some page has been, so one that never was stands out
	small    bool // the whole tree fits in the navigation
	people   map[string]*book.Node
	branches map[branchKey]*branch
	shared   map[any]uint64
	lists    lists
	unlisted map[string]bool // addresses that are not for search engines
	taken    map[string]bool // paths of generated outputs, so that no two are the same
	csvFiles map[*page.View]string
}

// facts is what other pages say of a node.
type facts struct {
	verdict review.Verdict
	badge   theme.Badge
	mark    *theme.Badge      // the one thing to warn of in a narrow place
	link    string            // the word beside a link: the state, or ""
	dates   template.HTMLAttr // by which a mark in a narrow place ages
	judged  bool
	pages   int // in a section: pages below it
	place   int // in its parent's Children

	changes part  // where it is shown what changed since the review; its path is empty when that is not known
	feeds   feeds // of an owner
	copy    part  // where its Markdown is; empty where it is not published
}

func newRenderer(job Job) *renderer {
	r := &renderer{Job: job, facts: make(map[*book.Node]*facts, len(job.Book.Nodes)), branches: map[branchKey]*branch{}, unlisted: map[string]bool{}, taken: map[string]bool{}, csvFiles: map[*page.View]string{}}
	site := job.Book.Site
	r.base = cmp.Or(site.BasePath, "/")
	r.site = &theme.Site{
		Name: site.Name, Description: site.Description, Language: cmp.Or(site.Language, "en"),
		Home: job.Book.Home.URL, Base: r.base, Today: job.Today, Built: job.Built,
	}
	if u, err := url.Parse(site.BaseURL); err == nil && u.Host != "" {
		r.site.Origin = u.Scheme + "://" + u.Host
	}
	if site.Outputs.Feed && !job.Book.Taken("feed.xml") {
		r.site.Feed = r.base + "feed.xml"
	}
	job.Theme.Prepare(r.site)
	r.words = r.site.Words
	r.small = len(job.Book.Nodes) <= navLimit
	r.judge()
	r.findPeople()
	return r
}

// judge collects for every node what others say of it.
func (r *renderer) judge() {
	for _, n := range r.Book.Nodes {
		v, ok := r.Verdicts[n]
		r.owners = r.owners || n.Owner != nil
		r.reviews = r.reviews || ok && v.State != review.Exempt
		r.reviewed = r.reviewed || ok && !v.Reviewed.IsZero()
	}
	all := make([]facts, len(r.Book.Nodes))
	for i, n := range r.Book.Nodes {
		f := &all[i]
		r.facts[n] = f
		f.verdict, f.judged = r.Verdicts[n]
		if !f.judged {
			continue
		}
		f.badge = r.badge(f.verdict)
		if n.Draft {
			f.badge = r.state("draft")
			f.mark = &f.badge
			continue
		}
		if r.notice(n) == schema.NoticeQuiet {
			continue
		}
		state := f.verdict.State
		if state != review.Overdue && state != review.Exempt && !f.badge.Next.IsZero() {
			f.dates = theme.Badge{Warn: f.badge.Warn, Next: f.badge.Next}.Dates()
		}
		unowned := r.owners && n.Owner == nil
		mark := f.badge
		switch state {
		case review.Overdue, review.Suspect:
			f.link = string(state)
		case review.Changed, review.Due:
			if unowned {
				mark = r.state("unowned")
			}
		default:
			switch {
			case unowned:
				mark = r.state("unowned")
			case state != review.Unreviewed || !r.reviewed:
				continue
			}
		}
		f.mark = &mark
		if f.link == "" && unowned {
			f.link = "unowned"
		}
	}
	for _, n := range r.Book.Nodes {
		for i, c := range n.Children {
			if f := r.facts[c]; f != nil {
				f.place = i
			}
		}
	}
	for i := len(r.Book.Nodes) - 1; i >= 0; i-- {
		n := r.Book.Nodes[i]
		f := r.facts[n]
		if n.Page != nil {
			f.pages++
		}
		if p := r.facts[n.Parent]; p != nil {
			p.pages += f.pages
		}
	}
}

// of is what is known of a node; of one that is not in the book, nothing.
func (r *renderer) of(n *book.Node) *facts {
	if f := r.facts[n]; f != nil {
		return f
	}
	return &facts{}
}

func (r *renderer) badge(v review.Verdict) theme.Badge {
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
func arc(v review.Verdict, today page.Date) int {
	if v.Next.IsZero() || v.Reviewed.IsZero() {
		return 0
	}
	whole, left := v.Reviewed.DaysUntil(v.Next), today.DaysUntil(v.Next)
	if whole <= 0 || left <= 0 {
		return 0
	}
	return 6 * min(8, (left*8+whole-1)/whole)
}

// plan lists the outputs that have views.
func (r *renderer) plan() []plan {
	var plans []plan
	for _, n := range r.Book.Nodes {
		r.taken[strings.ToLower(n.Out)] = true
	}
	for _, t := range r.Book.Tags {
		r.taken[strings.ToLower(t.Out)] = true
	}
	r.addresses()
	r.placeFeeds()
	r.placeCopies()
	for _, n := range r.Book.Nodes {
		if n.Out == "" {
			continue
		}
		r.placeChanges(n)
		r.placeFiles(n)
		plans = append(plans, r.nodePlans(n)...)
	}
	plans = append(plans, r.listPlans()...)
	for _, red := range r.Book.Redirects {
		plans = append(plans, plan{path: red.Out, url: red.From, view: func(*hasher) *theme.View { return r.redirect(red) }})
	}
	r.prepareBranches()
	r.shared = map[any]uint64{}
	h := newHasher(nil)
	r.shared[r.site] = h.sum(r.site)
	return plans
}

// output hashes the view of a plan.
func (r *renderer) output(h *hasher, p plan) Output {
	o := Output{Path: p.path, URL: p.url, Node: p.node}
	h.answers = h.answers[:0]
	o.From = append(h.view(p.view(h)), Input{"theme", r.Theme.Sum})
	o.Key = h.inputs(o.From)
	o.Data = func() ([]byte, error) { return r.Theme.Execute(p.view(nil)) }
	return o
}

// each calls f for 0 to n-1 from as many goroutines as there are processors, each with a hasher of its own.
func (r *renderer) each(n int, f func(h *hasher, i int)) {
	const batch = 64
	var next atomic.Int64
	var wait sync.WaitGroup
	for range min(n/batch+1, runtime.GOMAXPROCS(0)) {
		wait.Go(func() {
			h := newHasher(r.shared)
			for {
				end := int(next.Add(batch))
				for i := end - batch; i < min(end, n); i++ {
					f(h, i)
				}
				if end >= n {
					return
				}
			}
		})
	}
	wait.Wait()
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
	if r.taken[strings.ToLower(path)] || r.Book.Taken(path) {
		return len(dir)
	}
	return -1
}
