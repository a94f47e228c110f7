// Package book puts pages together: the tree, addresses, links and backlinks, owners, tags, and every collision
// between them. Resolve is a function of pages, assets and configuration; a Book is read-only afterwards. The
// package does not judge freshness, know the date, or write HTML.
package book

import (
	"handbook/builder/diag"
	"handbook/builder/page"
	"handbook/builder/schema"
)

// Book is the whole handbook, linked.
type Book struct {
	Site      *schema.Site
	Nodes     []*Node // every node in reading order (depth first); Nodes[0] is Home
	Home      *Node
	Tags      []*Tag            // sorted by Name
	Owners    []*Node           // nodes that own at least one page, or are of type team or person; sorted by Title
	Assets    map[string]string // asset path below content to its URL, both with slashes
	Redirects []Redirect        // sorted by From
	byID      map[string]*Node
}

// Node is one address of the handbook: a page, a folder without a page of its own, or an owner without a page.
type Node struct {
	ID   string     // "specs/checkout", "" for home
	URL  string     // site-absolute with the base path: "/specs/checkout/"
	Out  string     // below the output folder: "specs/checkout/index.html"
	Page *page.Page // nil for a generated node
	Kind NodeKind

	Title, NavTitle string
	Summary         string
	Type            string // resolved: frontmatter, cascade, folder, "page"
	Status          string
	Tags            []*Tag
	Draft           bool
	Weight          int
	Weighted        bool

	Owner       *Node      // nil: nobody
	OwnerName   string     // as written; "" when nobody
	OwnerAt     diag.Place // where it is written
	Reviewed    page.Date
	ReviewedBy  string
	ReviewEvery page.Interval // resolved: page, cascade, type, site

	Section    bool // has children, or is an index page
	Parent     *Node
	Children   []*Node    // pages and folders below, in order: weight, then title
	Prev, Next *Node      // reading order within the top-level section
	Targets    []Target   // one for each Page.Links
	Backlinks  []Backlink // sorted by From.Title, then place; one for each linking page
	Related    []*Node    // "you may also be interested in", at most 5
	Owns       []*Node    // for an owner: what it owns
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
	Asset    string // URL of an asset
	Fragment string // as it must be written in the href, "" when none; for a wikilink the heading's id
	Broken   string // why it leads nowhere, for the reader; "" when it does lead somewhere
	Cycle    bool   // an embed that would embed itself: shown as a link
}

// Backlink is the other end of a reference.
type Backlink struct {
	From *Node
	Link *page.Link // the first link of that page that leads here
}

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
