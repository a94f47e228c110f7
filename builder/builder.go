// Package builder turns a folder of Markdown into a handbook.
//
// A build is a function from a snapshot (files, theme, configuration, today's date) to outputs and messages. It runs
// in phases, each a function of the values before it:
//
//	source.Load    folders to a Snapshot: which files there are
//	schema.Read    handbook.yaml to a Site
//	page.Parse     one file to one Page           remembered by the file's bytes
//	book.Resolve   Pages to a Book: tree, addresses, links, owners
//	history.Read   a git log to when each text changed and by whom; beside the phases above
//	review.Judge   Book, records of reviews, history and date to Verdicts
//	query.Read     what blocks in the text ask; its rows are looked for when asked for
//	render.Pages   Book and Verdicts to Outputs   made when asked for, remembered by what each is made of
//	publish.Write  Outputs to a folder, or preview serves them from memory
//
// Every phase also gives messages; nobody logs. There is no "rebuild": watching is building again in the same
// Session, which remembers what parsing and rendering gave for the same input. What a build did not use is
// forgotten, so there is nothing to invalidate.
package builder

import (
	"context"
	"fmt"
	"hash/fnv"
	"io/fs"
	"regexp"
	"runtime"
	"slices"
	"sync"
	"sync/atomic"

	"handbook/builder/book"
	"handbook/builder/diag"
	"handbook/builder/history"
	"handbook/builder/page"
	"handbook/builder/query"
	"handbook/builder/render"
	"handbook/builder/review"
	"handbook/builder/schema"
	"handbook/builder/search"
	"handbook/builder/source"
	"handbook/builder/theme"
	"handbook/themes"
)

// Job is what one build is asked for.
type Job struct {
	Root    string      // the folder that holds handbook.yaml and themes/
	Content string      // the folder of pages
	BaseURL string      // the address that the site is built for; "" for what handbook.yaml says
	Today   schema.Date // the day that review dates are judged by
	Once    bool        // the session builds only once, so nothing need be remembered for the next build

	// CacheDir is where what git knows of one commit is remembered from run to run; "" for nowhere. Safe to delete.
	CacheDir string

	// KeepGood takes the last good version of a page whose frontmatter cannot be read, if the session has seen one, so
	// that a preview does not flicker while somebody types. The message is given all the same.
	KeepGood bool

	// Progress is told how far a phase is, from any goroutine; nil for nobody.
	Progress func(what string, done, total int)

	// Audience are those for whom the handbook is built: what is not for one of them is left out, and all that follows from
	// it. None for everybody's handbook, which holds every page.
	Audience []string

	part *part // of what is built, the part for an audience; nil for all

	drafts bool // drafts are pages like others

	change func(source.Snapshot) source.Snapshot // what is built is what it makes of the folders; nil for the folders as they are

	codeOwners []byte // what CODEOWNERS says; nil for what it does

	at *history.Revision // instead of the folders, as they were committed; nil for the folders

	load func() (source.Snapshot, diag.List) // instead of the folders; for tests
	past review.Past                         // instead of git, with load
	repo fs.FS                               // instead of the repository's top folder, with load; content/ lies in it
}

// Result is one build: what it found and what it would write.
type Result struct {
	Site     *schema.Site
	Book     *book.Book
	Verdicts review.Verdicts
	Views    *query.Engine   // answers what views ask
	Outputs  []render.Output // sorted by path; what has an error is not among them
	Messages []diag.Located  // sorted by file and place
	Work     Work
	Prepared bool     // it has a handbook.yaml, be it a wrong one
	Kept     []string // files that cannot be read, and whose last good version is taken in their place; see Job.KeepGood

	past       review.Past // nil without history
	snap       source.Snapshot
	read       func(name string) ([]byte, error) // a file by the name that messages give it
	pages      []*page.Page                      // that were parsed
	codeOwners func(page string) []book.Named
	around     surroundings
	today      schema.Date
}

// Work counts what a build did, so that a test can tell remembering from doing again.
type Work struct {
	Pages  int // pages of the handbook
	Parsed int // files that were parsed, not remembered
	Read   int // pages that were searched for terms, not remembered
}

// Count returns how many errors and warnings there are.
func (r Result) Count() (errors, warnings int) {
	for _, m := range r.Messages {
		if m.Severity == diag.Error {
			errors++
		} else {
			warnings++
		}
	}
	return errors, warnings
}

// Failed reports whether something keeps the site from being published.
func (r Result) Failed() bool {
	errors, _ := r.Count()
	return errors > 0
}

// Session remembers between builds what depends on one input only. It is used by one build at a time; Render and Early may
// be called at any time, from any goroutine.
type Session struct {
	config  config
	site    *schema.Site
	parser  *page.Parser
	files   map[string]parsed     // by path: what the last build parsed
	good    map[string]*page.Page // by path: the last version that could be read, for KeepGood
	kept    []string              // the files in whose place such a version stands now
	sourced map[string]sourced    // by path: whether an HTML file begins as the source of a page does
	theme   lookOf
	seen    map[review.Kind]records
	owners  codeOwners
	git     remembered
	said    explained
	places  placed // messages of the last build, so that their files are not read again
	pages   rendered
	search  search.Memory
	order   render.Order
	book    book.Memory
	last    atomic.Pointer[latest] // nil before the first build, and when there is only one
	ready   map[string]*page.Page  // built-in pages by name, as readyBy parsed them
	readyBy *page.Parser
	shown   *Session           // builds what is for an audience; nil before that
	without map[string]written // by path: pages as an audience sees them
}

// parsed is a page with what tells whether its file is still the same.
type parsed struct {
	stamp source.Stamp
	page  *page.Page
	msgs  diag.List
	text  history.Sum // of the file, to be compared with what is committed

	asides asides
}

// lookOf is a theme with what tells whether its files are still the same.
type lookOf struct {
	key   uint64
	theme *theme.Theme
	msgs  diag.List
}

// NewSession starts with nothing remembered.
func NewSession() *Session { return &Session{} }

// Build builds the handbook. The error is only ever the context's: what is wrong with the handbook is a message.
func (s *Session) Build(ctx context.Context, job Job) (Result, error) {
	if len(job.Audience) > 0 && job.part == nil {
		return s.buildFor(ctx, job)
	}
	var msgs diag.List
	add := func(more diag.List) { msgs = append(msgs, more...) }

	git := s.readHistory(ctx, job)
	defer git.wait()
	root := source.Folder{Root: job.Root, Content: job.Content}
	load := job.load
	if job.at != nil {
		load = func() (source.Snapshot, diag.List) { return committed(ctx, job) }
	}
	if job.narrow() {
		load = func() (source.Snapshot, diag.List) { return job.part.snap, nil }
	} else if load == nil {
		load = func() (source.Snapshot, diag.List) { return source.Load(root) }
	}
	snap, more := load()
	add(more)
	if job.change != nil && !job.narrow() {
		snap = job.change(snap)
	}

	site, more := s.readSite(snap)
	if job.narrow() {
		site, more = job.part.site, nil
	}
	add(more)
	if job.BaseURL != "" {
		if there, err := site.At(job.BaseURL); err == nil { // who asks has seen to it that it is an address
			site = there
		}
	}
	if len(site.Ignore) > 0 {
		snap = snap.Without(site.Ignores)
	}
	look, more := s.look(snap, site)
	add(more)
	look.Speak(site)
	site.OwnClasses = themes.Classes()
	if s.site == nil || s.site.Sum != site.Sum {
		s.parser, s.files, s.git.versions = page.NewParser(site), nil, nil
	}
	s.site = site

	pages, files, work, more, err := s.parse(ctx, snap, job)
	if err != nil {
		return Result{}, err
	}
	add(more)
	if !job.narrow() {
		snap = beside(s.sources(snap), files, site.Ignores)
		add(unread(snap, msgs))
	}
	recorded, more := s.readRecords(snap, review.Reviews)
	add(more)
	acks, more := s.readRecords(snap, review.Acknowledgements)
	add(more)

	codeOwners, more := s.readCodeOwners(job, git)
	add(more)
	if job.narrow() {
		codeOwners, recorded, acks = job.part.codeOwners, job.part.named(recorded), job.part.named(acks)
	}
	input := book.Input{Site: site, Pages: pages, CodeOwners: codeOwners, Drafts: job.drafts, Only: job.part.only(), Own: render.Own(site, look)}
	if !job.Once {
		input.Memory = &s.book
	}
	for _, p := range query.BuiltIns() {
		input.BuiltIn = append(input.BuiltIn, book.BuiltIn(p))
	}
	for _, a := range snap.Assets {
		input.Assets = append(input.Assets, a.Path)
		if a.Aside {
			input.Aside = append(input.Aside, a.Path)
		}
	}
	for _, f := range snap.Unread {
		input.Unread = append(input.Unread, f.Path)
	}
	around := besideOf(job, git)
	if job.narrow() {
		around = job.part.around
	}
	around.ask(&input)
	b, more := book.Resolve(input)
	add(more)
	if err := ctx.Err(); err != nil {
		return Result{}, err
	}
	add(job.part.missed(b))
	past, more := s.past(ctx, job, git, b, recorded, files)
	add(more)
	verdicts, more := review.Judge(review.Input{Book: b, Today: job.Today, Records: recorded, Acks: acks, Past: past})
	add(more)
	recent := review.Recently(b, past, job.Today)
	s.git.close()
	if job.narrow() {
		recent = job.part.narrow(b, verdicts, recent)
	}
	terms, searchedFor := s.terms(b, job)
	work.Read = searchedFor
	builtIn := s.builtIn(b, job)
	engine := query.New(query.Input{Narrow: job.narrow(), Book: b, Verdicts: verdicts, Today: job.Today, Recent: recent, BuiltIn: builtIn})
	add(engine.Read())
	add(engine.Check())
	searched, order := &s.search, &s.order
	if job.Once {
		searched, order = nil, nil
	}
	made := render.Job{Book: b, Verdicts: verdicts, Views: engine, BuiltIn: builtIn, Theme: look, Today: job.Today, Assets: append(assets(snap), around.assets(b)...), Source: s.source(job, snap), Search: searched, Order: order, Terms: terms, History: past != nil, Recent: recent, Narrow: job.narrow()}
	outputs, more := render.Pages(made)
	add(more)
	if err := ctx.Err(); err != nil {
		return Result{}, err
	}

	add(hugePictures(site, snap.Assets))
	msgs = settle(msgs, site, pages, b)
	msgs.Sort()
	read := s.owners.reader(snap.Read)
	located := diag.Sum(s.locate(msgs, snap, read))
	result := Result{Site: site, Book: b, Verdicts: verdicts, Views: engine, Outputs: outputs, Messages: located, Work: work, Prepared: prepared(snap, located), Kept: s.kept, past: past, snap: snap, read: read, pages: pages, codeOwners: codeOwners, around: around, today: job.Today}
	if !job.Once {
		s.last.Store(&latest{job, s.parser, result, snap, files, recorded, acks, s.said, made})
	}
	return result, nil
}

// parse gives the snapshot's pages, from memory where the file is the same.
func (s *Session) parse(ctx context.Context, snap source.Snapshot, job Job) ([]*page.Page, map[string]parsed, Work, diag.List, error) {
	if job.narrow() {
		return job.part.pages, nil, Work{Pages: job.part.shown}, nil, nil
	}
	all := make([]parsed, len(snap.Pages))
	var done, fresh atomic.Int64
	each(len(all), func(i int) {
		f := snap.Pages[i]
		defer func() {
			if n := int(done.Add(1)); job.Progress != nil && n%64 == 0 {
				job.Progress("reading page", n, len(all))
			}
		}()
		if ctx.Err() != nil {
			return
		}
		old, known := s.files[f.Path]
		if known && old.stamp == f.Stamp && !f.Stamp.Racy {
			all[i] = old
			return
		}
		data, err := f.Read()
		if err != nil {
			all[i].msgs = diag.List{f.Problem(err)}
			return
		}
		if known && old.page != nil && old.page.Sum == s.parser.Sum(f.Path, data) {
			all[i] = old
			all[i].stamp = f.Stamp
			return
		}
		fresh.Add(1)
		p, msgs := s.parser.Parse(f.Name, f.Path, data)
		all[i] = parsed{stamp: f.Stamp, page: p, msgs: msgs, asides: asidesOf(p)}
		if job.load == nil {
			all[i].text = history.SumOf(data)
		}
	})
	if err := ctx.Err(); err != nil {
		return nil, nil, Work{}, nil, err
	}
	files := make(map[string]parsed, len(all))
	pages := make([]*page.Page, 0, len(all))
	var msgs diag.List
	good := make(map[string]*page.Page)
	s.kept = nil
	for i, f := range snap.Pages {
		msgs = append(msgs, all[i].msgs...)
		p := all[i].page
		if p == nil {
			continue
		}
		files[f.Path] = all[i]
		if job.KeepGood {
			if last := s.good[f.Path]; p.Broken && last != nil {
				p = last
				s.kept = append(s.kept, p.File)
			}
			good[f.Path] = p
		}
		pages = append(pages, p)
	}
	s.good = good
	if !job.Once {
		s.files = files
	}
	return pages, files, Work{Pages: len(pages), Parsed: int(fresh.Load())}, msgs, nil
}

// config is a configuration as it was read, with what tells whether its file is still the same.
type config struct {
	stamp source.Stamp // zero without a file
	site  *schema.Site // nil before the first build
	msgs  diag.List
}

// readSite gives the configuration, from memory where its file is the same and could be read. Each build has a copy of its
// own, to which the theme adds its words.
func (s *Session) readSite(snap source.Snapshot) (*schema.Site, diag.List) {
	var stamp source.Stamp
	if snap.Config != nil {
		stamp = snap.Config.Stamp
	}
	known := s.config.site != nil && s.config.stamp == stamp && !stamp.Racy
	if known = known && !slices.ContainsFunc(s.config.msgs, func(m diag.Message) bool { return m.Rule == diag.UnreadableFile }); !known {
		site, msgs := readSite(snap)
		s.config = config{stamp, site, msgs}
	}
	site := *s.config.site
	return &site, s.config.msgs
}

func readSite(snap source.Snapshot) (*schema.Site, diag.List) {
	if snap.Config == nil {
		return schema.Default(), nil
	}
	data, err := snap.Config.Read()
	if err != nil {
		return schema.Default(), diag.List{snap.Config.Problem(err)}
	}
	return schema.Read(snap.Config.Name, data)
}

// look gives the theme, from memory where its files and the configuration are the same.
func (s *Session) look(snap source.Snapshot, site *schema.Site) (*theme.Theme, diag.List) {
	h := fnv.New64a()
	fmt.Fprint(h, site.Sum)
	racy := false
	for _, f := range snap.Theme {
		fmt.Fprint(h, f.Name, f.Stamp.Key())
		racy = racy || f.Stamp.Racy
	}
	if key := h.Sum64(); s.theme.theme == nil || s.theme.key != key || racy {
		over := snap.ThemeFS(site.Theme)
		look, msgs := theme.Load(themes.Default(), over, site)
		if site.Theme != "" && over == nil {
			msgs.Add(diag.InvalidConfig, diag.Place{File: snap.Config.Name}, fmt.Sprintf("there is no theme %q", site.Theme),
				fmt.Sprintf("make the folder themes/%s, or take `theme` out for the built-in one", site.Theme))
		}
		s.theme = lookOf{key, look, msgs}
	}
	return s.theme.theme, s.theme.msgs
}

func assets(snap source.Snapshot) []render.Asset {
	list := make([]render.Asset, len(snap.Assets))
	for i, f := range snap.Assets {
		list[i] = render.Asset{Path: f.Path, Key: f.Stamp.Key(), Read: f.Read}
	}
	return list
}

// builtIn parses the built-in pages that the handbook shows, by their names.
func (s *Session) builtIn(b *book.Book, job Job) map[string]*page.Page {
	if s.readyBy != s.parser {
		s.readyBy, s.ready = s.parser, map[string]*page.Page{}
	}
	shown := map[string]*page.Page{}
	for _, p := range query.BuiltIns() {
		if slices.Contains(b.BuiltIn, p.Name) && b.Own(p.Name) == nil {
			if s.ready[p.Name] == nil {
				text := p.Text(b.Site.Language)
				if job.narrow() {
					text = saysEmpty.ReplaceAll(text, nil)
				}
				s.ready[p.Name], _ = s.parser.Parse("built-in/"+p.Name+".md", p.Name+".md", text)
			}
			shown[p.Name] = s.ready[p.Name]
		}
	}
	return shown
}

// saysEmpty is what a view says when it has nothing to show. What the built-in ones say ("Every page has an owner") is true of the whole
// handbook only: an audience may see nothing because it is not told.
var saysEmpty = regexp.MustCompile(`(?m)^empty: .*\n`)

// source reads the file of a page again, and says whether it is still what was parsed.
func (s *Session) source(job Job, snap source.Snapshot) func(p *page.Page) ([]byte, bool, error) {
	parser := s.parser
	if job.narrow() {
		parser = job.part.parser
	}
	return func(p *page.Page) ([]byte, bool, error) {
		data, err := snap.Read(p.File)
		return data, err == nil && parser.Sum(p.Path, data) == p.Sum, err
	}
}

// each calls f for 0 to n-1 from as many goroutines as there are processors.
func each(n int, f func(i int)) {
	var next atomic.Int64
	var wait sync.WaitGroup
	for range min(n, runtime.GOMAXPROCS(0)) {
		wait.Go(func() {
			for i := int(next.Add(1)) - 1; i < n; i = int(next.Add(1)) - 1 {
				f(i)
			}
		})
	}
	wait.Wait()
}
