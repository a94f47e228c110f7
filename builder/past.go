package builder

import (
	"cmp"
	"context"
	"maps"
	"path"
	"slices"
	"strings"
	"sync"

	"handbook/builder/book"
	"handbook/builder/diag"
	"handbook/builder/history"
	"handbook/builder/page"
	"handbook/builder/review"
	"handbook/builder/schema"
)

// remembered is what a session keeps of the repository between builds.
type remembered struct {
	content, cache string
	reader         *history.Reader
	versions       map[version]*page.Page // what the last build looked at
	texts          *history.Texts         // open while judging

	key     string // of the history that tracked is of
	since   string
	tracked map[string]*history.Tracked // by pattern

	goneKey string // of the history and the day that gone is of
	gone    []history.Deleted
}

// version is a page as it once was: the same text under another name is another page. Frontmatter does not matter to who
// asks for old versions.
type version struct {
	path string
	text history.Sum
}

// close ends what runs for the judge.
func (r *remembered) close() {
	if r.texts != nil {
		r.texts.Close()
		r.texts = nil
	}
}

// reading is the history that is being read while the pages are parsed.
type reading struct {
	located, done chan struct{}
	root, prefix  string // after located
	history       history.History
	msgs          diag.List // both after done
}

func (r *reading) wait() { <-r.done }

// readHistory begins to read the history of the content folder.
func (s *Session) readHistory(ctx context.Context, job Job) *reading {
	r := &reading{located: make(chan struct{}), done: make(chan struct{})}
	if job.load != nil || job.narrow() {
		close(r.located)
		close(r.done)
		return r
	}
	if g := &s.git; g.reader == nil || g.content != job.Content || g.cache != job.CacheDir {
		options := history.Options{CacheDir: job.CacheDir}
		if job.at != nil {
			options.At = job.at.Commit
		}
		s.git = remembered{content: job.Content, cache: job.CacheDir, reader: history.NewReader(job.Content, options)}
	}
	reader := s.git.reader
	go func() {
		defer close(r.done)
		r.root, r.prefix = reader.Where(ctx)
		close(r.located)
		r.history, r.msgs = reader.Read(ctx)
	}()
	return r
}

// past is the history as the judge asks for it.
type past struct {
	history history.History
	today   schema.Date
	parser  *page.Parser
	files   map[string]parsed
	pages   map[string]*page.Page // by path
	tracked map[string]*history.Tracked
	gone    func(since string) ([]history.Deleted, error)

	mu       sync.Mutex
	texts    *history.Texts
	before   map[version]*page.Page // what the last build looked at
	versions map[version]*page.Page // and this one
	missed   bool                   // somebody asked for a version that is not known
}

// with is the history of a folder in which one page's file is another. It knows the versions that were looked at, and asks
// git for no more.
func (p *past) with(now parsed) *past {
	next := &past{history: p.history, today: p.today, parser: p.parser, files: maps.Clone(p.files), pages: maps.Clone(p.pages),
		tracked: p.tracked, texts: &history.Texts{}, versions: map[version]*page.Page{}}
	p.mu.Lock()
	next.before = maps.Clone(p.versions)
	p.mu.Unlock()
	path := now.page.Path
	next.before[version{path, p.files[path].text}] = p.files[path].page
	next.files[path], next.pages[path] = now, now.page
	return next
}

// past waits for the history and makes it ready for the judge; nil where nothing is known.
func (s *Session) past(ctx context.Context, job Job, r *reading, b *book.Book, records []review.Record, files map[string]parsed) (review.Past, diag.List) {
	r.wait()
	if job.narrow() {
		return job.part.history(), nil
	}
	if job.past != nil {
		return job.past, nil
	}
	if r.history.Head == "" {
		return nil, r.msgs
	}
	p := &past{history: r.history, today: job.Today, parser: s.parser, files: files, pages: map[string]*page.Page{},
		texts: r.history.Texts(ctx), before: s.git.versions, versions: map[version]*page.Page{}}
	s.git.versions, s.git.texts = p.versions, p.texts
	p.gone = func(since string) ([]history.Deleted, error) { return s.git.deleted(ctx, r.history, since) }
	var patterns []string
	for _, n := range b.Nodes {
		if n.Page != nil {
			p.pages[n.Page.Path] = n.Page
			patterns = append(patterns, n.Page.Meta.Tracks...)
		}
	}
	if len(patterns) == 0 {
		return p, r.msgs
	}
	tracked, err := s.git.track(ctx, r.history, patterns, firstReview(b, records))
	if err != nil {
		return nil, append(r.msgs, history.Unreadable(err)...)
	}
	p.tracked = tracked
	return p, r.msgs
}

// firstReview is the earliest day after which a tracked file may matter; "" for none.
func firstReview(b *book.Book, records []review.Record) string {
	var first schema.Date
	take := func(d schema.Date) {
		if !d.IsZero() && (first.IsZero() || d.Before(first)) {
			first = d
		}
	}
	for _, n := range b.Nodes {
		if n.Page != nil && len(n.Page.Meta.Tracks) > 0 {
			take(n.Reviewed)
		}
	}
	for _, r := range records {
		take(r.Date)
	}
	return first.String()
}

// track asks git about all patterns at once, unless it was asked about them before.
func (g *remembered) track(ctx context.Context, h history.History, patterns []string, since string) (map[string]*history.Tracked, error) {
	slices.Sort(patterns)
	patterns = slices.Compact(patterns)
	asked := g.key == h.Key && (since == "" || g.since != "" && g.since <= since)
	for _, p := range patterns {
		_, ok := g.tracked[p]
		asked = asked && ok
	}
	if asked {
		return g.tracked, nil
	}
	tracked, err := h.Track(ctx, patterns, since)
	if err != nil {
		return nil, err
	}
	for _, p := range patterns {
		if tracked[p] == nil {
			tracked[p] = &history.Tracked{} // no pattern
		}
	}
	g.key, g.since, g.tracked = h.Key, since, tracked
	return tracked, nil
}

// deleted asks git for deleted pages, unless it was asked before.
func (g *remembered) deleted(ctx context.Context, h history.History, since string) ([]history.Deleted, error) {
	if key := h.Key + since; g.goneKey != key {
		gone, err := h.Deleted(ctx, since)
		if err != nil {
			return nil, err
		}
		g.goneKey, g.gone = key, gone
	}
	return g.gone, nil
}

func (p *past) Edits(path string) []review.Edit {
	f, ok := p.history.Files[path]
	if !ok {
		return nil
	}
	edits := make([]review.Edit, 0, len(f.Changes)+1)
	if p.edited(path, f) {
		edits = append(edits, review.Edit{Day: p.today})
	}
	for _, c := range f.Changes {
		edits = append(edits, review.Edit{Day: day(c.Day()), By: c.Author, Commit: c.Commit, New: c.Before.Blob == ""})
	}
	return edits
}

// edited reports whether the text in the working folder is not the committed one.
func (p *past) edited(path string, f history.File) bool {
	file, ok := p.files[path]
	return ok && file.text != f.Sum
}

func day(s string) schema.Date {
	d, err := schema.ParseDate(s)
	if err != nil {
		return schema.Date{}
	}
	return d
}

func (p *past) Versions(path string, e review.Edit) (before, after *page.Page, ok bool) {
	f := p.history.Files[path]
	if e.Commit == "" {
		before, ok = p.version(path, f.Version)
		return before, p.pages[path], ok && p.pages[path] != nil
	}
	i := slices.IndexFunc(f.Changes, func(c history.Change) bool { return c.Commit == e.Commit })
	if i < 0 {
		return nil, nil, false
	}
	c := f.Changes[i]
	if after, ok = p.version(path, c.After); !ok || c.Before.Blob == "" {
		return nil, after, ok
	}
	before, ok = p.version(path, c.Before)
	return before, after, ok
}

func (p *past) Alike(path string) []*page.Page {
	f, ok := p.history.Files[path]
	if !ok || p.edited(path, f) {
		return nil
	}
	var alike []*page.Page
	for _, v := range f.Alike {
		if old, ok := p.version(path, v); ok {
			alike = append(alike, old)
		}
	}
	return alike
}

// version gives a page as it once was: as it is, where it reads the same, else from memory when this build or the last
// one looked at it.
func (p *past) version(path string, v history.Version) (*page.Page, bool) {
	if now := p.pages[path]; now != nil && p.files[path].text == v.Sum && p.files[path].page == now {
		return now, true
	}
	key := version{path, v.Sum}
	p.mu.Lock()
	old := cmp.Or(p.versions[key], p.before[key])
	var data []byte
	var err error
	if old == nil {
		data, err = p.texts.Text(v.Blob)
	}
	if err != nil {
		p.missed = true
	}
	p.mu.Unlock()
	if err != nil {
		return nil, false
	}
	if old == nil {
		old, _ = p.parser.Parse(path, path, data)
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	p.versions[key] = old
	return old, true
}

func (p *past) Tracked(pattern string, after schema.Date) (edits []review.Edit, sums []review.Sum, ok bool) {
	t := p.tracked[pattern]
	if t == nil || t.Files == 0 {
		return nil, nil, false
	}
	for _, c := range t.Changes {
		if d := day(c.Day); after.Before(d) {
			edits = append(edits, review.Edit{Day: d, By: c.Author, Commit: c.Commit, File: c.File})
		}
	}
	for _, s := range t.Sums {
		sums = append(sums, review.Sum(s))
	}
	return edits, sums, true
}

func (p *past) Deleted(since schema.Date) []review.Deleted {
	gone, err := p.gone(since.String())
	if err != nil {
		return nil // what git cannot tell is left out
	}
	var list []review.Deleted
	for _, d := range gone {
		name := path.Base(d.Path)
		if (strings.HasPrefix(name, "_") || strings.HasPrefix(name, ".")) && name != "_index.md" {
			continue
		}
		p.mu.Lock()
		data, err := p.texts.Text(d.Blob)
		p.mu.Unlock()
		if err != nil {
			continue
		}
		old, _ := p.parser.Parse(d.Path, d.Path, data)
		list = append(list, review.Deleted{Page: old, Edit: review.Edit{Day: day(d.Day), By: d.Author, Commit: d.Commit}})
	}
	return list
}
