// Package builder turns a folder of Markdown into a handbook.
//
// A build is a function from a World (files, theme, configuration, records, history, today's date) to outputs and messages.
// It runs in phases, each a function of the values before it:
//
//	World.Files    folders to a Snapshot: which files there are
//	schema.Read    handbook.yaml to a Site
//	page.Parse     one file to one Page: what others see of it (Face), what only it shows (Text), and where that stands (Marks)
//	book.Resolve   Faces to a Book: tree, addresses, links, owners
//	history.Read   a git log to when each text changed and by whom; beside the phases above
//	review.Judge   Book, records of reviews, fingerprints, history and date to Verdicts
//	query.Read     what blocks in the text ask; its rows are looked for when asked for
//	render.Pages   Book, Texts and Verdicts to Outputs, made when asked for
//	publish.Write  Outputs to a folder, or preview serves them from memory
//
// Every phase also gives messages; nobody logs. There is no "rebuild": watching is building again in the same Session, whose
// memo.Set remembers what the phases gave for the same input. Words that are typed in a text change no Face, so of all phases
// only parsing has something to do. What a build did not use is forgotten, so there is nothing to invalidate.
package builder

import (
	"context"
	"slices"
	"sync/atomic"

	"handbook/builder/book"
	"handbook/builder/diag"
	"handbook/builder/memo"
	"handbook/builder/origin"
	"handbook/builder/page"
	"handbook/builder/query"
	"handbook/builder/render"
	"handbook/builder/review"
	"handbook/builder/schema"
	"handbook/builder/source"
)

// Job is what one build is asked for.
type Job struct {
	Root    string      // the folder that holds handbook.yaml and themes/
	Content string      // the folder of pages
	World   World       // what is built; nil for these folders as they are
	BaseURL string      // the address that the site is built for; "" for what handbook.yaml says
	Today   schema.Date // the day that review dates are judged by
	Drafts  bool        // drafts are pages like others

	// CacheDir is where who builds has sessions opened, and keeps what other sites said; "" for nowhere. Safe to delete.
	CacheDir string

	// KeepGood takes the last good version of a page whose frontmatter cannot be read, if the session has seen one, so
	// that a preview does not flicker while somebody types. The message is given all the same.
	KeepGood bool

	// Progress is told how far a phase is, from any goroutine; nil for nobody.
	Progress func(what string, done, total int)

	// Unplaced leaves out where in their files messages stand, for who shows none: that takes reading each file that has one.
	Unplaced bool

	// Told are the files, by absolute paths, that may have changed since the session's last build of the same folders; nil for
	// any. It saves looking at the others.
	Told []string

	// Audience are those for whom the handbook is built: what is not for one of them is left out, and all that follows from
	// it. None for everybody's handbook, which holds every page.
	Audience []string
}

// Result is one build: what it found and what it would write.
type Result struct {
	Site     *schema.Site
	Book     *book.Book
	Pages    page.Pages // of the faces in the book
	Verdicts review.Verdicts
	Views    *query.Engine   // answers what views ask
	Outputs  []render.Output // sorted by path; what has an error is not among them
	Messages []diag.Located  // sorted by file and place
	Work     Work
	Prepared bool     // it has a handbook.yaml, be it a wrong one
	Kept     []string // files that cannot be read, and whose last good version is taken in their place; see Job.KeepGood
	Today    schema.Date
	Former   Former

	program string
	in      *inputs
	past    review.Past // nil without history
	known   memo.Sum    // of past
}

// Former is the generator that published the pages before, and how many of its addresses lead on.
type Former struct {
	Generator string // "" for none
	Reasons   []origin.Reason
	Addresses int
}

// Work counts what a build did, so that a test can tell remembering from doing again.
type Work struct {
	Pages  int                   // pages of the handbook
	Parsed int                   // files that were parsed, not remembered
	Made   map[string]memo.Count // what else was asked for and made, by the names of memo.Funcs
}

func work(pages int, made map[string]memo.Count) Work {
	return Work{Pages: pages, Parsed: made["page"].Made, Made: made}
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

// Session remembers between builds. It is used by one build at a time; Render may be called at any time, from any goroutine.
type Session struct {
	program string      // "" where nothing that an earlier run left is to be believed
	store   *memo.Store // nil for none
	set     *memo.Set
	looks   *memo.Set // configurations with their themes, which are few and take long
	shelf   *memo.Shelf[page.Body]
	once    bool                  // it builds once
	good    map[string]*page.Page // by path: the last version that could be read, for KeepGood
	git     repository
	seen    looked
	places  placed // messages of the last build, so that their files are not read again
	pages   rendered
}

// NewSession starts with nothing remembered.
func NewSession() *Session {
	return &Session{set: memo.NewSet(), looks: memo.NewSet()}
}

// cacheLimit is about how many bytes a cache folder holds from one run to the next.
const cacheLimit = 1 << 30

// OpenSession starts with what earlier sessions of this program left in a folder, which need not be there. program stands for
// all that the program does: another version believes nothing that this one left.
func OpenSession(dir, program string) *Session {
	store := memo.Open(dir, cacheLimit, program)
	return &Session{program: program, store: store, set: store.NewSet(), looks: memo.NewSet()}
}

// Shelve holds the HTML of pages in a file rather than in memory, which grows with each page that is parsed.
func (s *Session) Shelve() { s.shelf = memo.NewShelf(memo.CodecOf[page.Body]()) }

// Sparing is Shelve for a session of one build, which remembers the words of the search for the next run alone.
func (s *Session) Sparing() {
	s.Shelve()
	s.once = true
}

// Forgetful is for a session of one build of which hardly any page is shown: HTML is parsed again for who asks for it.
func (s *Session) Forgetful() { s.shelf, s.once = memo.NoShelf[page.Body](), true }

// words is where the words of the search are remembered.
func (s *Session) words() *memo.Set {
	if s.once && s.store == nil {
		return nil
	}
	return s.set
}

// Flush leaves in the folder what the session made since the last time. Close does too, and ends that.
func (s *Session) Flush() { s.store.Flush() }

// Close leaves what is remembered in the session's folder, if it has one.
func (s *Session) Close() { s.store.Close() }

// inputs are what a book is made of, and what is told of making them.
type inputs struct {
	config
	snap     source.Snapshot
	all      source.Snapshot // with what is ignored
	parser   *page.Parser
	pages    []*page.Page
	text     page.Pages        // of pages
	files    map[string]parsed // by path
	kept     []string
	lost     *atomic.Pointer[source.File] // a file that is not what was parsed any more
	reviews  []review.Record
	acks     []review.Record
	owners   codeOwners
	former   former // of another generator
	around   surroundings
	past     func() (review.Past, memo.Sum, diag.List) // waits for git; nil, and no sum, where nothing is known
	audience []string                                  // that is to be told of what it will miss
	git      *log
	asides   asides            // hidden files that pages may mean
	asked    map[string]string // which files beside the content folder the book asked for
	slice    *slice            // what of a handbook this is; nil for all of it
	sum      memo.Sum          // of all but pages and past
	msgs     diag.List
}

// Build builds the handbook. The error is the context's, or says that there is nothing for the audience: what is wrong with
// the handbook is a message.
func (s *Session) Build(ctx context.Context, job Job) (Result, error) {
	s.set.Next()
	s.looks.Next()
	in, err := s.gather(ctx, job)
	if err != nil {
		return Result{}, err
	}
	whole, err := s.resolve(ctx, job, in)
	if err != nil || len(job.Audience) == 0 {
		return whole, err
	}
	return s.forAudience(ctx, job, whole)
}

func (j Job) world() World {
	if j.World == nil {
		return Disk{j.Root, j.Content}
	}
	return j.World
}

// gather reads what there is.
func (s *Session) gather(ctx context.Context, job Job) (*inputs, error) {
	w := job.world()
	git := s.history(ctx, w)
	snap, msgs := s.look(ctx, w, job)
	in := &inputs{git: git, lost: new(atomic.Pointer[source.File]), snap: snap, all: snap, msgs: msgs, audience: job.Audience}
	in.config = memo.Of(ctx, s.looks, configuring, configArgs{snap, job.BaseURL})
	in.msgs = append(in.msgs, in.config.msgs...)
	if len(in.site.Ignore) > 0 {
		in.snap = in.snap.Without(in.site.Ignores)
	}
	s.former(ctx, in)
	var err error
	if in.asides, err = s.parse(ctx, in, job); err != nil {
		git.wait()
		return nil, err
	}
	in.snap = s.sources(ctx, in.snap).Beside(slices.DeleteFunc(in.asides.of(in.snap), in.site.Ignores))
	in.msgs = append(in.msgs, unread(in.snap, in.msgs)...)
	in.reviews = s.records(ctx, in, review.Reviews)
	in.acks = s.records(ctx, in, review.Acknowledgements)
	in.owners = s.codeOwners(ctx, in, w, git)
	in.around = w.Around(git)
	in.past = func() (review.Past, memo.Sum, diag.List) { return s.past(ctx, git, in, job.Today) }
	return in, nil
}

// history begins to read the history of a world, as far as it is not remembered.
func (s *Session) history(ctx context.Context, w World) *log {
	s.git.set = s.set
	return w.History(ctx, &s.git)
}

// looked is what a session saw when it looked at folders.
type looked struct {
	at   World
	snap source.Snapshot
	msgs diag.List
}

// look lists the files of a world.
func (s *Session) look(ctx context.Context, w World, job Job) (source.Snapshot, diag.List) {
	d, ok := w.(Disk)
	if !ok {
		return w.Files(ctx)
	}
	if job.Told != nil && s.seen.at == d {
		if snap, ok := s.seen.snap.Update(job.Told); ok {
			s.seen.snap = snap
			return snap, s.seen.msgs
		}
	}
	snap, msgs := w.Files(ctx)
	s.seen = looked{d, snap, msgs}
	return snap, msgs
}

// resolve makes the handbook of what there is.
func (s *Session) resolve(ctx context.Context, job Job, in *inputs) (Result, error) {
	msgs := in.msgs
	add := func(more diag.List) { msgs = append(msgs, more...) }
	b, bookSum, more := s.book(ctx, job, in)
	add(more)
	past, pastSum, more := in.past()
	add(more)
	if err := ctx.Err(); err != nil {
		return Result{}, err
	}
	if past != nil && b.Site.Authors == schema.AuthorsKnown {
		past = nameless{past, knownIn(b)}
	}
	add(missed(b, in.audience))
	judging := review.Input{Book: b, Pages: in.text, Today: job.Today, Records: in.reviews, Acks: in.acks, Past: past, Set: s.set}
	judging.Sum = sumOf(bookSum, pastSum, in.sum, job.Today)
	verdicts, more := review.Judge(ctx, judging)
	add(more)
	recent := memo.Of(ctx, s.set, recently, judging)
	s.git.close()
	recent = in.slice.narrow(b, verdicts, recent)
	builtIn := s.builtIn(ctx, b, in, verdicts)
	engine := query.New(query.Input{Narrow: in.slice != nil, Book: b, Words: in.words, Verdicts: verdicts, Today: job.Today, Recent: recent, Past: past, BuiltIn: faces(builtIn)})
	add(engine.Read())
	add(engine.Check())
	outputs, more := render.Pages(render.Job{Book: b, Pages: in.text, Code: in.parser.Code, Verdicts: verdicts, Views: engine, BuiltIn: builtIn, Theme: in.look, Today: job.Today,
		Assets: append(assets(in.snap), in.around.assets(b)...), Source: in.source, Set: s.words(), Terms: s.terms(ctx, b), History: past != nil, Recent: recent, Narrow: in.slice != nil, Sum: judging.Sum})
	add(more)
	if err := ctx.Err(); err != nil {
		return Result{}, err
	}
	add(hugePictures(in.site, in.snap.Assets))
	msgs = settle(in.placed(msgs, builtIn), in.site, in.pages, b)
	msgs.Sort()
	r := Result{Site: b.Site, Book: b, Pages: in.text, Verdicts: verdicts, Views: engine, Outputs: outputs, Messages: diag.Sum(s.locate(msgs, in, job.Unplaced)),
		Work: work(len(in.pages), s.set.Counts()), Kept: in.kept, program: s.program, in: in, past: past, known: pastSum, Today: job.Today, Former: Former{string(in.former.of), in.former.why, b.FormerAddresses}}
	r.Prepared = prepared(in.snap, r.Messages)
	return r, nil
}
