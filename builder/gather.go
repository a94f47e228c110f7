package builder

import (
	"context"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"sync/atomic"

	"handbook/builder/book"
	"handbook/builder/diag"
	"handbook/builder/glossary"
	"handbook/builder/history"
	"handbook/builder/memo"
	"handbook/builder/page"
	"handbook/builder/query"
	"handbook/builder/render"
	"handbook/builder/review"
	"handbook/builder/schema"
	"handbook/builder/source"
	"handbook/builder/theme"
	"handbook/themes"
)

// holding adds what a file holds: by its stamp, or by its bytes where a change may hide behind the same stamp.
func holding(h *memo.Hash, f source.File) {
	h.String(f.Name)
	if !f.Stamp.Racy {
		for _, n := range f.Stamp.Parts() {
			h.Uint(n)
		}
		return
	}
	data, err := f.Read()
	h.Bytes(data)
	h.Value(err == nil)
}

// readable says whether a result is worth remembering: a file that could not be read may be read the next time.
func readable(msgs diag.List) bool {
	return !slices.ContainsFunc(msgs, func(m diag.Message) bool { return m.Rule == diag.UnreadableFile })
}

// config is what handbook.yaml and the theme say. It is never changed.
type config struct {
	site *schema.Site // with the theme's words
	look *theme.Theme
	msgs diag.List
	sum  memo.Sum
}

type configArgs struct {
	snap    source.Snapshot
	baseURL string
}

var configuring = &memo.Func[configArgs, config]{
	Name: "configuration",
	Sum: func(a configArgs) memo.Sum {
		var h memo.Hash
		h.String(a.baseURL)
		if a.snap.Config != nil {
			holding(&h, *a.snap.Config)
		}
		for _, f := range a.snap.Theme {
			holding(&h, f)
		}
		return h.End()
	},
	Make: func(_ context.Context, a configArgs) config {
		site, msgs := readSite(a.snap)
		if a.baseURL != "" {
			if there, err := site.At(a.baseURL); err == nil { // who asks has seen to it that it is an address
				site = there
			}
		}
		c := configured(site, a.snap)
		c.msgs = append(msgs, c.msgs...)
		return c
	},
	Keep: func(c config) bool { return readable(c.msgs) },
}

// configured is a configuration with its theme.
func configured(site *schema.Site, snap source.Snapshot) config {
	over := snap.ThemeFiles(site.Theme)
	look, msgs := theme.Load(themes.Default(), over, site)
	if site.Theme != "" && over == nil {
		msgs.Add(diag.InvalidConfig, diag.Place{File: snap.Config.Name}, fmt.Sprintf("there is no theme %q", site.Theme),
			fmt.Sprintf("make the folder themes/%s, or take `theme` out for the built-in one", site.Theme))
	}
	look.Speak(site)
	site.OwnClasses = themes.Classes()
	return config{site, look, msgs, sumOf(site.Sum, look.Sum, site.BaseURL)}
}

type dressingArgs struct {
	site *schema.Site
	snap source.Snapshot
}

// dressing is configured for a configuration that an audience may know.
var dressing = &memo.Func[dressingArgs, config]{
	Name: "configuration for an audience",
	Sum:  func(a dressingArgs) memo.Sum { return sumOf(a.site.Sum, configuring.Sum(configArgs{snap: a.snap})) },
	Make: func(_ context.Context, a dressingArgs) config { return configured(a.site, a.snap) },
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

// sumOf is the sum of a few values.
func sumOf(values ...any) memo.Sum {
	var h memo.Hash
	for _, v := range values {
		h.Value(v)
	}
	return h.End()
}

// parsed is what a file of the content folder gave.
type parsed struct {
	page   *page.Page
	msgs   diag.List
	text   history.Sum // of the file, to be compared with what is committed
	asides asides
}

// parsing is a file with its parser.
type parsing struct {
	source.File
	parser *page.Parser
	by     memo.Sum // of the parser
	set    *memo.Set
	shelf  *memo.Shelf[page.Body]
	lost   *atomic.Pointer[source.File] // the file that is not what was parsed any more, once its text is asked for
	once   *reading                     // while it is parsed, so that its bytes are read once
}

// reading is the bytes of a file, once they were asked for.
type reading struct {
	data []byte
	err  error
	done bool
}

func (p parsing) read() ([]byte, error) {
	if !p.once.done {
		p.once.data, p.once.err = p.Read()
		p.once.done = true
	}
	return p.once.data, p.once.err
}

// files gives what a file gave as long as its stamp says that it is the same. Where the stamp does not help, what it holds does.
var files = &memo.Func[parsing, parsed]{
	Name: "file",
	Sum: func(p parsing) memo.Sum {
		var h memo.Hash
		h.Sum(p.by)
		h.String(p.Path)
		holding(&h, p.File)
		return h.End()
	},
	Make: func(ctx context.Context, p parsing) parsed {
		p.once = &reading{}
		sum, err := p.contents(ctx)
		if err != nil {
			return parsed{msgs: diag.List{p.Problem(err)}}
		}
		k := memo.Of(ctx, p.set, pages, parsingOf{p, sum})
		one := &page.Page{Face: k.Face, Text: k.Text, Marks: k.Marks}
		p.once = nil
		return parsed{one.WithBody(k.body(p)), k.Msgs, k.Sum, k.Asides}
	},
	Keep: func(p parsed) bool { return p.page != nil },
}

// contents is the sum of a file's bytes.
func (p parsing) contents(ctx context.Context) (memo.Sum, error) {
	if p.Stamp.Racy {
		data, err := p.read()
		return memo.SumOf(data), err
	}
	h := memo.Of(ctx, p.set, stamps, p)
	return h.Sum, h.err
}

// stamps remembers from run to run what files hold, so that those whose stamp is the same need not be read.
var stamps = &memo.Func[parsing, held]{
	Name: "stamp",
	Sum: func(p parsing) memo.Sum {
		var h memo.Hash
		holding(&h, p.File)
		return h.End()
	},
	Make: func(_ context.Context, p parsing) held {
		data, err := p.read()
		return held{memo.SumOf(data), err}
	},
	Keep:  func(h held) bool { return h.err == nil },
	Codec: memo.CodecOf[held](),
}

type held struct {
	Sum memo.Sum
	err error `memo:"-"`
}

// parsingOf is a file that is known to hold something.
type parsingOf struct {
	parsing
	sum memo.Sum // of its bytes
}

// keptPage is what is remembered of a page from run to run. Its HTML is not: it is asked of the few pages that have changed.
type keptPage struct {
	Face   *page.Face
	Text   *page.Text
	Marks  page.Marks
	Msgs   diag.List
	Sum    history.Sum
	Asides asides
	made   func() (*page.Body, bool) `memo:"-"` // in the run that parsed it
	other  bool                      `memo:"-"` // the file was changed before it was parsed
}

var pages = &memo.Func[parsingOf, keptPage]{
	Name: "page",
	Sum: func(p parsingOf) memo.Sum {
		var h memo.Hash
		h.Sum(p.by)
		h.String(p.Name)
		h.String(p.Path)
		h.Sum(p.sum)
		return h.End()
	},
	Make: func(_ context.Context, p parsingOf) keptPage {
		data, err := p.read()
		other := err != nil || memo.SumOf(data) != p.sum
		if other {
			p.lost.Store(&p.File)
		}
		one, msgs := p.parser.Parse(p.Name, p.Path, data)
		return keptPage{one.Face, one.Text, one.Marks, msgs, history.SumOf(data), asidesOf(one), p.shelf.Put(one.Body()), other}
	},
	Keep:  func(k keptPage) bool { return !k.other },
	Codec: memo.CodecOf[keptPage](schema.Date{}),
}

// body gives the HTML of a page, which is parsed again if this run did not parse it.
func (k keptPage) body(p parsing) func() *page.Body {
	var made atomic.Pointer[func() (*page.Body, bool)]
	if k.made != nil {
		made.Store(&k.made)
	}
	return func() *page.Body {
		if get := made.Load(); get != nil {
			if b, ok := (*get)(); ok {
				return b
			}
		}
		b := k.again(p)
		if p.shelf != nil {
			get := p.shelf.Put(b)
			made.Store(&get)
		}
		return b
	}
}

// again parses a page again.
func (k keptPage) again(p parsing) *page.Body {
	data, err := p.Read()
	if err != nil || p.parser.Sum(p.Path, data) != k.Text.Sum {
		p.lost.Store(&p.File)
		last := page.Section{}
		if n := len(k.Text.Sections); n > 0 {
			last = k.Text.Sections[n-1]
		}
		return &page.Body{HTML: strings.Repeat(" ", last.End)} // nobody is shown it
	}
	one, _ := p.parser.Parse(p.Name, p.Path, data)
	return one.Body()
}

// makingParser gives the parser of a site.
var makingParser = &memo.Func[parserArgs, *page.Parser]{
	Name: "parser",
	Sum:  func(a parserArgs) memo.Sum { return sumOf(a.site.Sum, a.site.OwnClasses, a.site.Text, a.filled) },
	Make: func(_ context.Context, a parserArgs) *page.Parser {
		if a.filled {
			return page.FilledIn(a.site)
		}
		return page.NewParser(a.site)
	},
}

type parserArgs struct {
	site   *schema.Site
	filled bool // by the generator that the pages were written for
}

// parsedBy is what tells parsers apart.
func (in *inputs) parsedBy() parserArgs { return parserArgs{in.site, in.former.of.Fills()} }

// parse gives the snapshot's pages, and the hidden files that they may mean.
func (s *Session) parse(ctx context.Context, in *inputs, job Job) (asides, error) {
	in.parser = memo.Of(ctx, s.set, makingParser, in.parsedBy())
	by := makingParser.Sum(in.parsedBy())
	all := make([]parsed, len(in.snap.Pages))
	var done atomic.Int64
	memo.Each(len(all), func(i int) {
		if ctx.Err() != nil {
			return
		}
		all[i] = memo.Of(ctx, s.set, files, parsing{in.snap.Pages[i], in.parser, by, s.set, s.shelf, in.lost, nil})
		if n := int(done.Add(1)); job.Progress != nil && n%64 == 0 {
			job.Progress("reading page", n, len(all))
		}
	})
	if err := ctx.Err(); err != nil {
		return asides{}, err
	}
	in.files = make(map[string]parsed, len(all))
	in.pages = make([]*page.Page, 0, len(all))
	var hidden asides
	good := make(map[string]*page.Page)
	for i, f := range in.snap.Pages {
		in.msgs = append(in.msgs, all[i].msgs...)
		p := all[i].page
		if p == nil {
			continue
		}
		in.files[f.Path] = all[i]
		hidden.add(all[i].asides)
		if job.KeepGood {
			if last := s.good[f.Path]; p.Broken && last != nil {
				p = last
				in.kept = append(in.kept, p.File)
			}
			good[f.Path] = p
		}
		in.pages = append(in.pages, p)
	}
	s.good = good
	in.text = page.PagesOf(in.pages)
	return hidden, nil
}

// records are what a file of records holds.
type records struct {
	list []review.Record
	msgs diag.List
}

type recordsArgs struct {
	kind review.Kind
	file source.File
}

var recorded = &memo.Func[recordsArgs, records]{
	Name: "records",
	Sum: func(a recordsArgs) memo.Sum {
		var h memo.Hash
		h.Value(a.kind)
		holding(&h, a.file)
		return h.End()
	},
	Make: func(_ context.Context, a recordsArgs) records {
		data, err := a.file.Read()
		if err != nil {
			return records{msgs: diag.List{a.file.Problem(err)}}
		}
		list, msgs := review.ReadRecords(a.kind, a.file.Name, data)
		return records{list, msgs}
	},
	Keep: func(r records) bool { return readable(r.msgs) },
}

// records gives the records of a kind.
func (s *Session) records(ctx context.Context, in *inputs, kind review.Kind) []review.Record {
	for _, f := range in.snap.Records {
		if f.Path == kind.File() {
			r := memo.Of(ctx, s.set, recorded, recordsArgs{kind, f})
			in.msgs = append(in.msgs, r.msgs...)
			in.sum = sumOf(in.sum, r.list)
			return r.list
		}
	}
	return nil
}

// resolved is a book with what is told of it.
type resolved struct {
	book  *book.Book
	msgs  diag.List
	asked map[string]string // which files beside the content folder it asked for, and the folder where each is; "" for nowhere
}

type resolving struct {
	book.Input
	sum memo.Sum
}

var resolve = &memo.Func[resolving, resolved]{
	Name: "book",
	Sum:  func(r resolving) memo.Sum { return r.sum },
	Make: func(_ context.Context, r resolving) resolved {
		asked := map[string]string{}
		if find := r.Beside; find != nil {
			r.Beside = func(path string) (string, bool) {
				folder, ok := find(path)
				asked[path] = folder
				return folder, ok
			}
		}
		b, msgs := book.Resolve(r.Input)
		return resolved{b, msgs, asked}
	},
}

// book resolves the pages. What a book is told of the files beside the content folder is not in the sum of what it is made of,
// because it asks for few of them: what is remembered holds as long as the answers are the same.
func (s *Session) book(ctx context.Context, job Job, in *inputs) (*book.Book, memo.Sum, diag.List) {
	a := resolving{Input: in.bookInput(job)}
	a.Set = s.set
	base := in.bookSum(job, a.Input)
	a.sum = base
	for {
		r := memo.Of(ctx, s.set, resolve, a)
		same, answers := true, map[string]string{}
		for path, folder := range r.asked {
			answers[path], _ = a.Beside(path)
			same = same && answers[path] == folder
		}
		if same {
			in.asked = r.asked
			return r.book, a.sum, r.msgs
		}
		a.sum = sumOf(base, answers)
	}
}

// bookInput is what a book is made of.
func (in *inputs) bookInput(job Job) book.Input {
	input := book.Input{Site: in.site, Pages: page.Faces(in.pages), CodeOwners: in.owners.of, Drafts: job.Drafts, Only: in.slice.only(), Own: render.Own(in.site, in.look)}
	for _, p := range query.BuiltIns() {
		input.BuiltIn = append(input.BuiltIn, book.BuiltIn{Name: p.Name, Type: p.Type, Field: p.Field})
	}
	for _, a := range in.snap.Assets {
		input.Assets = append(input.Assets, a.Path)
		if a.Aside {
			input.Aside = append(input.Aside, a.Path)
		}
	}
	for _, f := range in.snap.Unread {
		input.Unread = append(input.Unread, f.Path)
	}
	input.Menu, input.Former = in.former.menu, in.former.addresses()
	in.around.ask(&input)
	return input
}

// bookSum is the sum of all that a book is made of.
func (in *inputs) bookSum(job Job, input book.Input) memo.Sum {
	var h memo.Hash
	h.Sum(in.config.sum)
	h.Sum(in.owners.sum)
	h.Sum(in.former.sum)
	h.Value(job.Drafts)
	h.Value(input.Only)
	h.Value(input.Own)
	for _, list := range [][]string{input.Assets, input.Aside, input.Unread, {input.Mount()}} {
		h.Uint(uint64(len(list)))
		for _, s := range list {
			h.String(s)
		}
	}
	h.Uint(uint64(len(input.Pages)))
	for _, f := range input.Pages {
		h.Sum(f.Sum)
	}
	return h.End()
}

// recently lists what has changed lately. No text that is not committed counts.
var recently = &memo.Func[review.Input, []review.Recent]{
	Name: "recent changes",
	Sum:  func(in review.Input) memo.Sum { return in.Sum },
	Make: func(_ context.Context, in review.Input) []review.Recent {
		return review.Recently(in.Book, in.Past, in.Today)
	},
}

// terms finds in a page the terms that it says first, when somebody asks.
func (s *Session) terms(ctx context.Context, b *book.Book) render.Terms {
	terms := render.NewTerms(b)
	if len(terms.Names) == 0 {
		return terms
	}
	finder := memo.Of(ctx, s.set, finders, terms.Names)
	terms.Said = func(p *page.Page) []glossary.Mention { return memo.Of(ctx, s.set, said, saying{finder, p}) }
	return terms
}

var finders = &memo.Func[[]string, *glossary.Finder]{
	Name: "glossary",
	Sum:  func(names []string) memo.Sum { return sumOf(names) },
	Make: func(_ context.Context, names []string) *glossary.Finder { return glossary.New(names) },
}

type saying struct {
	finder *glossary.Finder
	page   *page.Page
}

var said = &memo.Func[saying, []glossary.Mention]{
	Name:  "terms",
	Sum:   func(s saying) memo.Sum { return sumOf(s.finder.Sum, s.page.Path, s.page.Text.Sum) },
	Make:  func(_ context.Context, s saying) []glossary.Mention { return s.finder.Find(s.page) },
	Codec: memo.CodecOf[[]glossary.Mention](),
}

type builtInArgs struct {
	in   *inputs
	page query.BuiltIn
	lang string
	told query.Told
}

// builtIns parses built-in pages.
var builtIns = &memo.Func[builtInArgs, *page.Page]{
	Name: "built-in page",
	Sum: func(a builtInArgs) memo.Sum {
		return sumOf(a.page.Name, a.lang, a.told.String(), a.in.slice != nil, makingParser.Sum(a.in.parsedBy()))
	},
	Make: func(_ context.Context, a builtInArgs) *page.Page {
		text := a.page.For(a.lang, a.told)
		if a.in.slice != nil {
			text = saysEmpty.ReplaceAll(text, nil)
		}
		p, _ := a.in.parser.Parse("built-in/"+a.page.Name+".md", a.page.Name+".md", text)
		return p
	},
}

// builtIn gives the built-in pages that the handbook shows, by their names.
func (s *Session) builtIn(ctx context.Context, b *book.Book, in *inputs, verdicts review.Verdicts) map[string]*page.Page {
	shown := map[string]*page.Page{}
	told := query.Told{Owners: true, Dates: true} // of an audience, who may not be told who owns what
	if in.slice == nil {
		told.Owners = slices.ContainsFunc(b.Nodes, func(n *book.Node) bool { return n.Owner != nil })
		told.Dates = verdicts.Stand(b.Nodes).Needed > 0
	}
	for _, p := range query.BuiltIns() {
		if slices.Contains(b.BuiltIn, p.Name) && b.Own(p.Name) == nil {
			shown[p.Name] = memo.Of(ctx, s.set, builtIns, builtInArgs{in, p, b.Site.Language, told})
		}
	}
	return shown
}

// saysEmpty is what a view says when it has nothing to show. What the built-in ones say ("Every page has an owner") is true of the whole
// handbook only: an audience may see nothing because it is not told.
var saysEmpty = regexp.MustCompile(`(?m)^empty: .*\n`)

func faces(pages map[string]*page.Page) map[string]*page.Face {
	found := make(map[string]*page.Face, len(pages))
	for name, p := range pages {
		found[name] = p.Face
	}
	return found
}

// words is how many words the text of a page has.
func (in *inputs) words(f *page.Face) int { return in.text(f).Words }

// source reads the file of a page again, and says whether it is still what was parsed.
func (in *inputs) source(p *page.Page) ([]byte, bool, error) {
	data, err := in.snap.Read(p.File)
	same := err == nil && in.parser.Sum(p.Path, data) == p.Text.Sum
	if f, ok := in.snap.File(p.File); ok && !same {
		in.lost.Store(&f)
	}
	return data, same, err
}

// read reads a file by the name that messages give it.
func (in *inputs) read(name string) ([]byte, error) { return in.owners.reader(in.snap.Read)(name) }

// at is a place of a page, counted from the beginning of its file.
func (in *inputs) at(place diag.Place) diag.Place {
	if place.Mark == 0 {
		return place
	}
	if f, ok := in.snap.File(place.File); ok {
		if p := in.text(&page.Face{Path: f.Path}); p != nil {
			return p.At(place)
		}
	}
	return place
}

// with are the inputs once files have changed, for whoever reads them.
func (in *inputs) with(changes []source.Changed) *inputs {
	next := *in
	next.snap = in.snap.With(changes)
	return &next
}

// placed are messages with places that count from the beginnings of files.
func (in *inputs) placed(msgs diag.List, builtIn map[string]*page.Page) diag.List {
	msgs = slices.Clone(msgs)
	for i := range msgs {
		m := &msgs[i]
		m.Place = in.at(m.Place)
		for k := range m.Notes {
			if m.Notes[k].Mark != 0 {
				m.Notes = slices.Clone(m.Notes)
				m.Notes[k].Place = in.at(m.Notes[k].Place)
			}
		}
	}
	return msgs
}

func assets(snap source.Snapshot) []render.Asset {
	list := make([]render.Asset, len(snap.Assets))
	for i, f := range snap.Assets {
		list[i] = asset(f.Path, f)
	}
	return list
}

func asset(path string, f source.File) render.Asset {
	return render.Asset{Path: path, Key: f.Stamp.Key(), Fleeting: !f.Stamp.Lasts(), Read: f.Read}
}
