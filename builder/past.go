package builder

import (
	"context"
	"path"
	"slices"
	"strings"
	"sync"
	"sync/atomic"

	"handbook/builder/diag"
	"handbook/builder/history"
	"handbook/builder/memo"
	"handbook/builder/page"
	"handbook/builder/review"
	"handbook/builder/schema"
)

// repository is what a session keeps of the repository between builds.
type repository struct {
	set     *memo.Set
	content string
	at      string
	reader  *history.Reader
	texts   *history.Texts // open while judging
}

// close ends what runs for the judge.
func (r *repository) close() {
	if r.texts != nil {
		r.texts.Close()
		r.texts = nil
	}
}

// log is the history that is being read while the pages are parsed.
type log struct {
	located, done chan struct{}
	root, prefix  string // after located
	history       history.History
	msgs          diag.List   // both after done
	given         review.Past // instead of what git knows
}

func newLog() *log { return &log{located: make(chan struct{}), done: make(chan struct{})} }

func (l *log) wait() { <-l.done }

// read begins to read the history of the content folder at a commit; "" for the one that is checked out.
func (r *repository) read(ctx context.Context, content, at string) *log {
	if r.reader == nil || r.content != content || r.at != at {
		*r = repository{set: r.set, content: content, at: at, reader: history.NewReader(content, history.Options{At: at, Set: r.set})}
	}
	reader, l := r.reader, newLog()
	go func() {
		defer close(l.done)
		l.root, l.prefix = reader.Where(ctx)
		close(l.located)
		l.history, l.msgs = reader.Read(ctx)
	}()
	return l
}

// past is the history as the judge asks for it.
type past struct {
	*repository
	ctx     context.Context
	set     *memo.Set
	history history.History
	tracked map[string]*history.Tracked // by pattern
	in      *inputs
	today   schema.Date

	mu sync.Mutex // of texts
}

// givens counts the histories that are given, none of which is known to be another one.
var givens atomic.Uint64

// past waits for the history and makes it ready for the judge; nil where nothing is known. Its sum stands for all that it says
// of what is committed.
func (s *Session) past(ctx context.Context, l *log, in *inputs, today schema.Date) (review.Past, memo.Sum, diag.List) {
	l.wait()
	switch {
	case l.given != nil:
		return l.given, sumOf(givens.Add(1)), nil
	case l.history.Head == "":
		return nil, memo.Sum{}, l.msgs
	}
	p := &past{repository: &s.git, ctx: ctx, set: s.set, history: l.history, in: in, today: today}
	s.git.texts = l.history.Texts(ctx)
	var patterns []string
	for _, one := range in.pages {
		patterns = append(patterns, one.Meta.Tracks...)
	}
	since := firstReview(in.pages, in.reviews)
	var err error
	p.tracked, err = l.history.Track(ctx, patterns, since)
	if err != nil {
		l.msgs = append(l.msgs, history.Unreadable(err)...)
		if p.tracked == nil {
			return nil, memo.Sum{}, l.msgs
		}
	}
	return p, sumOf(l.history.Key, l.history.Shallow, since, err == nil), l.msgs
}

// firstReview is the earliest day after which a tracked file may matter; "" for none.
func firstReview(pages []*page.Page, records []review.Record) string {
	var first schema.Date
	take := func(d schema.Date) {
		if !d.IsZero() && (first.IsZero() || d.Before(first)) {
			first = d
		}
	}
	for _, p := range pages {
		if len(p.Meta.Tracks) > 0 {
			take(p.Meta.Reviewed)
		}
	}
	for _, r := range records {
		take(r.Date)
	}
	return first.String()
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
		edits = append(edits, review.Edit{Day: day(c.Day), By: c.Author, Commit: c.Commit, New: c.Before.Blob == ""})
	}
	return edits
}

// edited reports whether the text in the working folder is not the committed one.
func (p *past) edited(path string, f history.File) bool {
	file, ok := p.in.files[path]
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
		now := p.in.text(&page.Face{Path: path})
		return before, now, ok && now != nil
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

// version is a page as it once was.
type version struct {
	*past
	path string
	history.Version
}

var versions = &memo.Func[version, *page.Page]{
	Name: "version",
	Sum:  func(v version) memo.Sum { return sumOf(v.path, v.Version, makingParser.Sum(v.in.parsedBy())) },
	Make: func(_ context.Context, v version) *page.Page {
		v.mu.Lock()
		data, err := v.texts.Text(v.Blob)
		v.mu.Unlock()
		if err != nil {
			return nil
		}
		old, _ := v.in.parser.Parse(v.path, v.path, data)
		return old
	},
	Keep: func(p *page.Page) bool { return p != nil },
}

// version gives a page as it once was: as it is, where it reads the same.
func (p *past) version(path string, v history.Version) (*page.Page, bool) {
	if now := p.in.files[path]; now.page != nil && now.text == v.Sum {
		return now.page, true
	}
	old := memo.Of(p.ctx, p.set, versions, version{p, path, v})
	return old, old != nil
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
	var list []review.Deleted
	for _, d := range p.history.Deleted(since.String()) {
		name := path.Base(d.Path)
		if (strings.HasPrefix(name, "_") || strings.HasPrefix(name, ".")) && name != "_index.md" {
			continue
		}
		if old, ok := p.version(d.Path, history.Version{Blob: d.Blob}); ok {
			list = append(list, review.Deleted{Page: old, Edit: review.Edit{Day: day(d.Day), By: d.Author, Commit: d.Commit}})
		}
	}
	return list
}
