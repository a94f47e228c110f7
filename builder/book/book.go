// Package book puts pages together: the tree, addresses, links and backlinks, owners, tags, and every collision
// between them. Resolve is a function of pages, assets and configuration; a Book is read-only afterwards. The
// package does not judge freshness, know the date, or write HTML.
//
// Resolve runs these steps, one file each: tree (nodes and their addresses), inherit (cascade, types, intervals), owner,
// tag, alias, link (with suggest), embed, field (what pages say in the fields of their type), form (whether that is what the
// type asks for), relate (backlinks and related pages).
//
// A Book is made of faces alone, so words that are typed in a text make no other one. A test keeps page.Text and page.Marks out
// of this package.
//
// One rule says who gives way. Each thing that wants an address has a rank (address.go): the site's own file, a page, a folder, a
// file, an alias. What loses moves or is left out, and its author is told.
package book

import (
	"cmp"
	"strings"
	"sync"

	"handbook/builder/diag"
	"handbook/builder/memo"
	"handbook/builder/page"
	"handbook/builder/schema"
)

// Book is the whole handbook, linked.
type Book struct {
	Site      *schema.Site
	Titles    *Collation // the order of titles and other texts in the site's language
	Nodes     []*Node    // every node in reading order (depth first); Nodes[0] is Home
	Home      *Node
	Tags      []*Tag            // sorted by Name
	Owners    []*Node           // nodes that own at least one page, or are of type team or person; sorted by Title
	Assets    map[string]string // asset path below content to its URL, both with slashes
	Beside    []string          // those of Assets that lie beside the content folder, in any order; see Input.Beside
	Redirects []Redirect        // sorted by From
	OtherCase []Redirect        // old addresses that differ from a page's in letter case alone, so that only a host can tell them apart
	BuiltIn   []string          // built-in pages that have something to show

	FormerAddresses int // how many of Redirects are there because another generator published a page so

	OwnersUsual bool // most pages have an owner, so one without stands out; see diag.Most

	byID    map[string]*Node
	claims  *claims
	folders func(folder string) []string
}

// Node is one address of the handbook: a page, a folder without a page of its own, or an owner without a page.
type Node struct {
	ID   string     // "specs/checkout", "" for home
	URL  string     // site-absolute with the base path: "/specs/checkout/"
	Out  string     // below the output folder: "specs/checkout/index.html"; "" for a folder whose index.html is an asset
	Page *page.Face // nil for a generated node
	Kind NodeKind

	Title, NavTitle string
	Summary         string
	Type            string       // resolved: frontmatter, cascade, folder, "page"
	Schema          *schema.Type // what is declared of the type; nil when nothing is
	Status          string
	Tags            []*Tag
	Draft           bool
	Weight          int
	Weighted        bool

	Owner       *Node      // nil: nobody
	OwnerName   string     // as written; "" when nobody
	OwnerAt     diag.Place // where it is written
	OwnerAway   bool       // somebody answers for it who is not named to this audience; Owner is nil
	Untold      Untold     // what else it has that is not told to this audience
	Reviewed    page.Date
	ReviewedBy  string
	ReviewEvery page.Interval // resolved: page, cascade, type, site

	Questions   []Question        // of an FAQ, in the order of the text
	NoGlossary  bool              // terms are not explained on it
	Audience    []string          // who it is for: the page, else the cascade, else the site says so
	Acknowledge *page.Acknowledge // who is asked to read it; nil for nobody
	Values      []Value           // what it says in the declared fields that are set, in the order of the type
	Relations   []Relation        // its references in fields, in that order
	Relating    []Relation        // references to it in fields of other pages, by name from this side, then by title
	Depends     []Dependency      // what it relies on: depends_on, then relations that carry freshness

	Section    bool // has children, or is an index page
	Parent     *Node
	Children   []*Node    // pages and folders below, in order: as a Menu says, then weight, then title
	Outside    []Outside  // entries of the navigation among the children that are no pages
	Hidden     bool       // the navigation of another generator does not show it
	Prev, Next *Node      // reading order within the top-level section
	Targets    []Target   // one for each Page.Links
	Backlinks  []Backlink // sorted by From.Title, then place; one for each linking page
	Related    []*Node    // "you may also be interested in", at most 5
	Owns       []*Node    // for an owner: what it owns, sorted by Title

	tags   []string     // as written, or inherited
	named  bool         // the page or a cascade says its type
	fields []page.Field // of the cascades above: defaults for the fields of its type
	facts  *facts       // of its page; nil for a generated node
	index  int          // in the resolver's list of all nodes, which is sorted by id
	rank   int          // in the order of titles, then ids
	order  string       // the key of the title of a node without facts
}

// Name is how commands and messages call the page: its id, "_index" for the home page.
func (n *Node) Name() string { return cmp.Or(n.ID, "_index") }

// Order is the key by which the node's title is put in order, see Collation.
func (n *Node) Order() string {
	if n.facts != nil {
		return n.facts.order
	}
	return n.order
}

// NodeKind tells generated nodes apart.
type NodeKind uint8

const (
	KindPage   NodeKind = iota
	KindFolder          // a folder without index page
	KindOwner           // an owner without a page: /owners/NAME/
)

// Target is where a link leads.
type Target struct {
	Node     *Node  // nil when broken, or an asset
	Asset    string // URL of an asset, or of a generated page that is no node: a tag's, "/health/"
	Fragment string // as it must be written in the href, "" when none; for a wikilink the heading's id
	Broken   string // why it leads nowhere, for the reader; "" when it does lead somewhere
	Mend     *Mend  // what is known of a reference that is wrong; nil when it is right
	Old      bool   // it was found by an old address of Node
	Cycle    bool   // an embed that would embed itself: shown as a link
}

// Mend is what is known of a reference that leads nowhere, or to no heading.
type Mend struct {
	Missing string // the path below the content folder, or the name, that leads nowhere
	Sure    string // what to write instead where there is no doubt, without the part behind the #; "" where there is
	Heading string // likewise, the id of the heading that was meant
}

// Backlink is the other end of a reference.
type Backlink struct {
	From *Node
	Link int // index in its Page.Links of the first that leads here, of one with a sentence if there is one; -1 when there is none

	Relation *Relation // the first reference in a field that leads here, when no link does
}

// Number is the place of a node among those of its book in the order of their ids, from 0: what is known of each node can
// lie in a slice. A node that is in no book has a number too, so whoever looks there makes sure which node it is about.
func (n *Node) Number() int { return n.index }

// Tag is one tag and its pages.
type Tag struct {
	Name, Slug, URL, Out string
	Nodes                []*Node // sorted by title
}

// Redirect is an old address that leads to a page.
type Redirect struct {
	From string // "/tpm/"
	Out  string // "tpm/index.html"
	To   *Node
}

// Lookup returns the node with the id.
func (b *Book) Lookup(id string) (*Node, bool) { n, ok := b.byID[id]; return n, ok }

// Taken reports whether a page, an asset or a redirect is published at this path below the output folder, so that
// nothing generated may be written there. Letter case does not count.
func (b *Book) Taken(out string) bool { return b.claims.taken(out) }

// Free reports whether a generated file can be published at this path below the output folder: nothing is there, below
// it, or where one of its folders would be.
func (b *Book) Free(out string) bool { return b.claims.free(out) }

// Input is what Resolve puts together.
type Input struct {
	Site    *schema.Site
	Pages   []*page.Face // in any order
	Assets  []string     // paths below the content folder, with slashes, in any order
	Aside   []string     // those of the assets that are published only where a page refers to them
	Unread  []string     // what lies in the content folder and is no page, which has been told
	BuiltIn []BuiltIn    // pages that the handbook has without writing them
	Own     []Generated  // files that are published beside the pages, in any order
	Drafts  bool         // publish drafts too; otherwise they are left out, and a link to one is broken

	// Mount is the path of the content folder in its repository, with slashes: "website/docs". Other tools let links begin with
	// it or with the end of it. It is asked when a link leads nowhere. May be nil.
	Mount func() string

	// Beside finds the folder beside or above the content folder that holds a file at a path, of those that other tools publish
	// at the top of a site. May be nil.
	Beside func(path string) (folder string, ok bool)

	// Menu is the order of the pages as another generator would have it; nil for none.
	Menu *Menu

	// Former is where another generator published the pages; nil for none.
	Former *Former

	// Only holds a build for some audience to what that may know; nil for all there is.
	Only *Only

	// CodeOwners says who owns a page by CODEOWNERS, by the page's path below the content folder. May be nil.
	CodeOwners func(path string) []Named

	Set *memo.Set // remembers what follows from one page, and which pages are related; may be nil
}

// Former is where another generator published the pages.
type Former struct {
	Addresses func(*page.Face) []string // of a page, from the top of the host
	Moved     map[string]string         // what it redirected itself, to paths of pages below the content folder
}

// Only is what an audience may know of a handbook.
type Only struct {
	Away   map[string]bool // paths of pages that are left out
	Owners map[string]bool // paths of pages whose owner is not named
	Untold map[string]Untold
}

// Untold is what a page has and an audience is not told, so that nobody says that it is missing.
type Untold struct {
	Fields []string        // as "needs", and "findings.0.owner" of the first record
	Back   []*schema.Field // relations to it from pages that are away
}

// BuiltIn is a page that a handbook has at /NAME/ as soon as a page of the type has the field; always, when it names none.
type BuiltIn struct{ Name, Type, Field string }

// Resolve links the pages into a book. It takes every page as it is: what is wrong with one is a message, and of two that want
// one address the type rank says who gives way.
func Resolve(in Input) (*Book, diag.List) {
	r := newResolver(in)
	r.plant()
	r.inherit()
	r.assignOwners()
	r.rankTitles()
	r.order()
	r.questions()
	r.collectTags()
	r.redirect()
	r.resolveLinks()
	r.cutCycles()
	r.readFields()
	r.dropAsides()
	var related sync.WaitGroup
	related.Go(r.relate) // which tells nothing, and looks at nothing that forms set
	r.checkForms()
	related.Wait()
	r.lint()
	r.msgs.Sort()
	return r.book, r.msgs
}

// resolver carries the lookup tables from step to step.
type resolver struct {
	Input
	book    *Book
	msgs    diag.List
	content string  // what message names put before paths: "content/"
	nodes   []*Node // sorted by id; owner pages that are generated come last
	byTitle []*Node // the same in the order of rank

	heritage *heritage
	menu     *menu // nil where there is no Menu

	files    map[string]*Node      // a page's path to its node
	ids      map[string]*Node      // an id or folder path to its node
	folded   map[string]*Node      // the same without regard to letter case
	ends     map[string][]*Node    // the folded last segment of an id to all nodes that have it
	names    map[string][]*Node    // a folded title or other name to all nodes that have it
	urls     map[string]string     // the path of a generated page that is no node to its URL: "tags/design"
	moved    map[string]*Node      // the path of a page that has a slug, and of an alias, to its node
	formerly map[string]*Node      // the path, without .html, at which another generator published a page, to its node
	assets   map[string]string     // an asset's path to its URL
	slugs    map[*Node]string      // what pages with a slug want to be shown at
	leftOut  map[string]*page.Face // path and id of what is left out
	spelled  map[string]string     // see spelling; made when a path leads nowhere
	doubles  map[string][]string   // likewise, where several paths are the same but for letter case
	beside   map[string]string     // paths of files beside the content folder that are published, to their URLs
	claims   *claims

	types     map[string]bool       // undeclared ones that have been looked at
	strangers map[string]*Node      // owners without a page, by folded name
	absent    map[*Node]int         // of those that are to have one, the message that says so
	nearOf    map[string]*suggester // names of pages of some types, by those

	near, nearFile, nearImage *suggester            // names of pages, files and pictures; made when something is broken
	guessed                   map[string][]nameKey  // what was suggested for each missing name
	budget                    *int                  // comparisons that are left for suggestions
	assetEnds                 map[string][]string   // assets by folded file name; made when a wikilink asks for one
	leftOutNames              map[string]*page.Face // what was left out, by title and every end of its id; likewise
	choices                   map[string]choice     // by name
	tries                     map[string]int        // for each slug, how many have it

	outs, ins [][]int32 // for each node, the indexes of the nodes it links to and that link to it, each once
}

func newResolver(in Input) *resolver {
	if in.Site == nil {
		in.Site = &schema.Site{}
	}
	if in.Site.BasePath == "" {
		site := *in.Site
		site.BasePath = "/"
		in.Site = &site
	}
	n := len(in.Pages) + len(in.Pages)/8 // and folders
	r := &resolver{
		Input: in, claims: newClaims(n + len(in.Assets)),
		files: make(map[string]*Node, n), ids: make(map[string]*Node, n), folded: make(map[string]*Node, n),
		ends: make(map[string][]*Node, n), names: make(map[string][]*Node, n),
		urls: map[string]string{}, moved: map[string]*Node{}, assets: make(map[string]string, len(in.Assets)),
		slugs: map[*Node]string{}, leftOut: map[string]*page.Face{}, beside: map[string]string{}, choices: map[string]choice{},
		tries: map[string]int{}, strangers: map[string]*Node{}, absent: map[*Node]int{}, nearOf: map[string]*suggester{},
	}
	r.book = &Book{Site: in.Site, Titles: CollationOf(in.Site.Language), Assets: make(map[string]string, len(in.Assets)), byID: r.ids, claims: r.claims}
	for _, p := range in.Pages {
		if name, ok := strings.CutSuffix(p.File, p.Path); ok {
			r.content = name
			break
		}
	}
	return r
}

// Gone stands for a page that is no longer there. It has no address, and the nearest folder that is there is its parent.
func (b *Book) Gone(p *page.Face) *Node {
	id := strings.TrimSuffix(p.Path, ".md")
	n := &Node{ID: id, Title: p.Title, Summary: p.Meta.Description, Type: cmp.Or(p.Meta.Type, "page"), Page: p, Parent: b.Home}
	for i := strings.LastIndexByte(id, '/'); i > 0; i = strings.LastIndexByte(id[:i], '/') {
		if folder := b.byID[id[:i]]; folder != nil {
			n.Parent = folder
			break
		}
	}
	return n
}
