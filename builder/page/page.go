// Package page turns one Markdown file into a Page: frontmatter with places, headings, sections with
// fingerprints, links, plain text, and HTML with a hole wherever another file decides what stands there.
//
// Parse looks at one file only and never fails: what is wrong is a message. The package does not know where a
// link leads, what the time is, or what the site looks like.
//
// The HTML has holes. Where a link leads and what its target is called are the only things in a body that other files decide. So
// the parser leaves a hole for each, and the renderer fills it: parsing depends on one file, and nothing shared is changed. The
// colours of code are a hole too, because colouring takes long: a check needs none, and a preview those of one page.
//
// A file is parsed without its type, because a folder may decide that. The page keeps each frontmatter value with its place, and
// the book reads it by kind once the type is known. So a declared type costs no special case here.
//
// Fingerprints are the same on every machine, because records and caches hold them.
package page

import (
	"slices"
	"strings"

	"handbook/builder/diag"
	"handbook/builder/memo"
	"handbook/builder/schema"
)

// Page is one parsed file, in three values. An edit of the words of a paragraph gives another Text and other Marks, and the
// same Face: so nothing that is made of faces alone has to be made again. A Page is never changed after Parse.
type Page struct {
	*Face
	*Text
	Marks Marks

	body func() *Body
}

// Body is the page's HTML. It may have to be read from disk, so who asks again and again keeps it.
func (p *Page) Body() *Body {
	if p.body == nil {
		return &Body{}
	}
	return p.body()
}

// WithBody is the page with its HTML somewhere else.
func (p *Page) WithBody(body func() *Body) *Page {
	next := *p
	next.body = body
	return &next
}

// Face is what others may see of a page. It holds no offset behind the frontmatter: what stands in the text has places that
// name it, see Marks.
type Face struct {
	File  string   // as messages name it: "content/specs/checkout.md"
	Path  string   // below the content folder: "specs/checkout.md"
	ID    string   // "specs/checkout"; an index page has its folder's: "specs"; the home page ""
	Index bool     // _index.md, index.md or README.md
	Sum   memo.Sum // of all else, see Seal

	Meta   Meta
	Fields []Field // every frontmatter key, in the file's order, canonical names
	Broken bool    // the frontmatter has an error; the page must not be published as it is
	TextAt int     // offset in the file behind the frontmatter

	Title    string    // frontmatter title, else the first H1, else the file's name made readable
	Titled   bool      // the text begins with the title, in a heading of its own that is not written once more
	Summary  string    // frontmatter description, else the first paragraph as plain text, at most 240 characters
	Headings []Heading // every heading that is shown, in order
	Outline  []Part    // what others ask of each of Sections
	Links    []Link    // every reference of the text and of frontmatter `related`, in the order of the file
	IDs      []string  // every id that exists in the rendered text, headings included, sorted

	// Every build asks this of every page, so it lies together.
	Own      []int  // indexes in Fields of keys that mean nothing on every page, and of date, which says what its type makes of it
	Views    []View // the fenced blocks named "handbook", in order
	Diagrams bool   // it has blocks of code that are drawn
}

// Seal makes the Sum of a face that was changed since it was parsed.
func (f *Face) Seal() {
	f.Sum = memo.Sum{}
	var h memo.Hash
	h.Value(f)
	f.Sum = h.End()
}

// Seal makes the Prints of a text whose sections were changed since it was parsed.
func (t *Text) Seal() {
	var h memo.Hash
	h.Uint(t.Sum)
	for _, s := range t.Sections {
		h.Uint(s.Fingerprint)
	}
	t.Prints = h.End()
}

// Text is what only the page itself shows but for its HTML, and what is counted and measured of it.
type Text struct {
	Sum      uint64     // of the file's bytes and path, and of the configuration that parsing depends on
	Prints   memo.Sum   // of Sum and the fingerprints of Sections, see Seal
	Sections []Section  // the text by section; the first is what stands before the first heading
	Anchors  []Anchor   // for each of Links, how it reads
	External []External // links to other sites, in the order of the text
	Ignores  []Ignore   // comments that silence a rule
	Words    int        // words of the text
	Italic   bool       // some words of the text are in italics
	Titles   bool       // titles of other pages stand in it
	Blocks   []Stretch  // blocks that have ids of their own, in the order of the text
	Remarks  [][2]int   // offsets in the file of comments that are for its authors alone
	Holes    []Hole     // of Body.HTML
	Size     int        // of Body.HTML, in bytes
	Bare     bool       // nothing of it is seen
	Special  Special    // what it has that Markdown itself has no words for
	Rare     bool       // it has what few texts have, and what a stylesheet of its own is for
}

// Part is what others ask of a section.
type Part struct {
	Heading int  // index in Headings; -1 for what stands before the first
	Bulk    int  // bytes of its HTML, rounded up so far that typing seldom changes it
	Bare    bool // nothing stands below its heading
}

// Marks is where the things of a text stand in its file: the offset of each of Links, then of Headings, then of Views. A
// diag.Place with a Mark counts from one of them.
type Marks []int32

// At is a place of the page, counted from the beginning of the file.
func (p *Page) At(at diag.Place) diag.Place {
	if i := at.Mark - 1; i >= 0 && i < len(p.Marks) {
		at.Start, at.End = at.Start+int(p.Marks[i]), at.End+int(p.Marks[i])
	}
	at.Mark = 0
	return at
}

// Link is one of Links, with its place counted from the beginning of the file.
func (p *Page) Link(i int) Link {
	l := p.Links[i]
	l.At = p.At(l.At)
	return l
}

// HeadingAt is where a heading stands.
func (f *Face) HeadingAt(i int) diag.Place {
	return diag.Place{File: f.File, Mark: 1 + len(f.Links) + i}
}

// mark notes where the things of the text stand, and makes their places count from there.
func (p *Page) mark(headings []int) {
	p.Marks = make(Marks, 0, len(p.Links)+len(headings)+len(p.Views))
	put := func(at *diag.Place) {
		p.Marks = append(p.Marks, int32(at.Start))
		*at = diag.Place{File: at.File, Mark: len(p.Marks), End: at.End - at.Start}
	}
	for i := range p.Links {
		put(&p.Links[i].At)
	}
	for _, at := range headings {
		p.Marks = append(p.Marks, int32(at))
	}
	for i := range p.Views {
		v := &p.Views[i]
		for k := range v.lines {
			v.lines[k] -= v.At.Start
		}
		put(&v.At)
	}
}

// View is a fenced block named "handbook": what it asks of the handbook stands in its place. What it says is not read
// here.
type View struct {
	Source string     // the lines between the fences
	At     diag.Place // of these lines in the file
	Under  int        // index in Headings of the heading that it stands below; -1 for none
	lines  []int      // for each line of Source, where it begins behind At
}

// Place is where the bytes from start to end of the Source stand in the file.
func (v *View) Place(start, end int) diag.Place {
	at := diag.Place{File: v.At.File, Mark: v.At.Mark, Start: v.offset(start), End: v.offset(end)}
	at.End = max(at.Start, at.End)
	return at
}

func (v *View) offset(i int) int {
	i = max(0, min(i, len(v.Source)))
	line := strings.Count(v.Source[:i], "\n")
	if line >= len(v.lines) {
		return v.At.End
	}
	return min(v.lines[line]+i-1-strings.LastIndexByte(v.Source[:i], '\n'), v.At.End)
}

// Meta is the frontmatter that every type shares. Zero values mean "not set".
type Meta struct {
	Title       string
	NavTitle    string // sidebar_label and friends; "" means Title
	Description string
	Type        string
	Owner       string
	Reviewers   []string
	Reviewed    Date
	ReviewedBy  string
	ReviewEvery Interval
	Status      string
	Tags        []string
	Aliases     []string // old URLs: "/tpm/"
	AlsoKnownAs []string
	Draft       bool
	Audience    []string
	Weight      int
	Weighted    bool // weight was set; 0 is a weight
	TheirWeight bool // weight was set by a key of another tool, such as sidebar_position
	Slug        string
	Layout      string
	Cascade     *Meta // an index page's defaults for everything below it; nil when there is none
	CascadeSet  []Field
	DependsOn   []string
	Tracks      []string
	Supersedes  []string
	NoGlossary  bool         // terms are not explained
	Acknowledge *Acknowledge // who is asked to read the page; nil when nothing is said
	places      []keyPlace   // by key; a list, since most pages have a handful
}

// keyPlace is where in its file the value of a key stands.
type keyPlace struct {
	key        string
	start, end int
}

// place is where the value of a key stands; nil for a key that is not set.
func (m *Meta) place(key string) *keyPlace {
	for i := range m.places {
		if m.places[i].key == key {
			return &m.places[i]
		}
	}
	return nil
}

// Acknowledge asks people to read a page.
type Acknowledge struct {
	By    []Name // teams and persons; empty for nobody
	Until Date   // the last day to do so; zero for no day
	At    diag.Place
}

// Name is a name of somebody, as written.
type Name struct {
	Text string
	At   diag.Place
}

// Place returns where the value of a canonical key stands, or the file as a whole.
func (f *Face) Place(key string) diag.Place {
	if at := f.Meta.place(key); at != nil {
		return diag.Place{File: f.File, Start: at.start, End: at.end}
	}
	return diag.Place{File: f.File}
}

// Field is one frontmatter key as written, under its canonical name; or an entry of a list, which has no key, or a key
// inside a table, under the name that it has there.
type Field struct {
	Key       string
	Value     any    // string, int64, float64, bool, Date, []any, map[string]any, nil
	Raw       string // one word, number, truth or day as written, white space collapsed; "" for the rest
	KeyAt, At diag.Place
	Entries   []Field // of a list or a table, in the order of the file; nil for common keys such as tags
}

// Word is what the frontmatter says for a key in one word or line; "" for nothing. A dot reaches into a table: "menu.main.weight".
func (f *Face) Word(key string) string {
	fields := f.Fields
	for {
		name, rest, deeper := strings.Cut(key, ".")
		i := slices.IndexFunc(fields, func(f Field) bool { return f.Key == name })
		switch {
		case i < 0:
			return ""
		case !deeper:
			return fields[i].Raw
		}
		fields, key = fields[i].Entries, rest
	}
}

// Date and Interval, their methods, ParseDate and ParseInterval live in schema/date.go: handbook.yaml needs them too.
type (
	Date     = schema.Date
	Interval = schema.Interval
)

// Heading is one heading of the text.
type Heading struct {
	Level int // 1 to 6
	ID    string
	Text  string // plain
}

// Section is the text from one heading to the next of the same or a higher level… in the flat sense: it ends
// where the next heading of any level begins. Subsections of a section are those that follow with a deeper Level.
type Section struct {
	Heading     int    // index in Headings; -1 for what stands before the first
	Start, End  int    // in Body.HTML, heading included
	Below       int    // where its heading ends; End where it has none
	Sum         uint64 // of that stretch of HTML
	Fingerprint uint64 // of the words, link targets, table cells and code lines; wrapping, emphasis and frontmatter do not count
}

// Stretch is a block of the text that has an id.
type Stretch struct {
	ID         string // with the mark before it: "^refunds"
	Start, End int    // in Body.HTML
}

// LinkKind is how a reference is written, which decides how it resolves.
type LinkKind uint8

const (
	LinkPath    LinkKind = iota // [text](../a.md), [text](/a/), reference links, autolinks to paths, <a href>
	LinkImage                   // ![alt](a.png), <img src>
	LinkWiki                    // [[a#B|c]]
	LinkEmbed                   // ![[a#B]]
	LinkRelated                 // frontmatter `related`
	LinkDepends                 // frontmatter `depends_on`
	LinkField                   // a reference in a field of the page's type; the book finds these, so Page.Links has none
)

// Link is one reference that the book resolves. External addresses and mail are not references.
type Link struct {
	Kind     LinkKind
	Quoted   bool       // its Anchor has a sentence
	Target   string     // as written, without the fragment, percent-decoded: "../a.md", "a", "" for this page
	Fragment string     // decoded, without '#'; "" when there is none
	Query    string     // with its '?'; kept when the link is written
	Section  int        // of an embed, the index in Sections in which it stands; else 0
	At       diag.Place // the destination as written if it is visible at the link, else the link
}

// Anchor is how a link reads.
type Anchor struct {
	Label    string // plain text of the link as shown; "" when the target's title should stand there; what follows the bar of an embed
	Title    string // what stands in quotes behind the destination; "" when there is none
	Sentence string // the sentence around the link, plain, at most 240 characters; "" in frontmatter
	Asked    int    // of a picture: the width that is asked for; 0 for any, below 0 where its height is written too, or its size in other words
	Mark     [2]int // where Label, or the name of an unlabelled wikilink, stands in Sentence, byte offsets; equal when it does not
}

// Body is HTML with a hole wherever another file decides what stands there: Text.Holes, whose offsets ascend. The pieces between
// holes are written as they are.
type Body struct {
	HTML   string
	Blocks []Block // of code that is coloured, in order
}

// HoleKind says what fills a hole.
type HoleKind uint8

const (
	// HoleOpen takes `<a href="…">`, or `<span class="broken" title="…">` where the link leads nowhere.
	HoleOpen HoleKind = iota
	// HoleClose takes `</a>` and the mark of a target that cannot be trusted, or `</span>`.
	HoleClose
	// HoleTitle takes the target's title, for a wikilink without a label.
	HoleTitle
	// HoleSrc takes the address of an image or other file, between quotes that are in the HTML.
	HoleSrc
	// HoleEmbed takes the embedded page or section, or an image when the target is one.
	HoleEmbed
	// HoleID is a stretch of HTML, End > At, holding ` id="…"`: written on the page itself, left out in an embed.
	HoleID
	// HoleLocal takes the address of this page, before a "#fragment" that is in the HTML: empty on the page itself.
	HoleLocal
	// HoleView takes what a view asks for. Its Link is an index in Page.Views.
	HoleView
	// HoleCode is a block of code without colours, End > At. It takes the block with colours, or stays as it is. Its Link is
	// an index in Blocks.
	HoleCode
)

// Hole is one place to fill. At == End but for HoleID and HoleCode.
type Hole struct {
	Kind    HoleKind
	At, End int32
	Link    int32 // index in Page.Links, in Page.Views for HoleView, or among the blocks for HoleCode; -1 for HoleID and HoleLocal
}

// Pages gives the page that a face is of.
type Pages func(*Face) *Page

// PagesOf finds the pages of a list by their faces' paths.
func PagesOf(list []*Page) Pages {
	byPath := make(map[string]*Page, len(list))
	for _, p := range list {
		byPath[p.Path] = p
	}
	return func(f *Face) *Page { return byPath[f.Path] }
}

// Faces are the faces of pages.
func Faces(list []*Page) []*Face {
	faces := make([]*Face, len(list))
	for i, p := range list {
		faces[i] = p.Face
	}
	return faces
}
