// Package search writes the index that the search in the browser reads.
//
// The index is many small files, of which a query fetches only those that it needs: the list of pieces, the pieces
// that hold its words, and what is to be shown of the pages found. Each file is a script that hands its data to
// the function handbookSearch, so a browser fetches it in the same way from a server and from a folder.
//
//	index.js    what pieces there are, and the words of the interface
//	t0.js …     words in the order of the alphabet, each with the pages that have it and how much it says about them
//	n0.js …     words by their ends, for what was mistyped at its beginning
//	c0.js …     cards: title, address, owner and dates of four pages each
//	dates.js    the review dates of all pages, for the filter `is:`
//	x….js       the text of one page by section, to show the words in their sentence; of a page whose Markdown is read for
//	            that there is none
//
// Words are indexed as they are written, without stemming: which forms belong together is decided in the browser, by
// comparing the words of a piece. So one index serves any language, and only the browser knows its grammar.
//
// How a page ranks for a word does not depend on other pages. What is found for a page is remembered by the sum of
// what is searched of it, and putting an index together is counting and sorting.
//
// The package does not know the book, and does not decide which pages may be found.
//
// Pages are numbered by how long they can be relied on, so an equal score needs no date to be put in order. Scripts rather than JSON,
// because hosts compress those. MiniSearch was measured and left: its serialised form is loaded whole, which for 10,000 pages is
// megabytes before the first result.
package search

import (
	"cmp"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"math"
	"path"
	"slices"
	"strconv"
	"strings"
	"sync"

	"handbook/builder/memo"
	"handbook/builder/page"
	"handbook/builder/schema"
)

// Page is what the search knows of one page.
type Page struct {
	URL   string // below the base path: "specs/checkout/"
	Title string
	Also  []string // other names
	About string   // the description
	Tags  []string
	Text  *page.Page // nil for a page without a text
	// Markdown is where its text is read from, below the base path: "specs/checkout.md"; "" for a file of the index.
	Markdown string
	// Fill gives what stands in a hole for a title, by the index of the link; nil for nothing.
	Fill func(link int) string

	Type   string   // "spec"
	Label  string   // "Spec"; "" for a plain page
	Owner  string   // as shown
	Owners []string // names by which `owner:` finds it
	Owned  bool     // somebody answers for it, named or not
	Status string
	In     []string // the sections it is in, from the top: their titles
	Paths  []string // the same as ids, for `in:`

	Draft bool // only found when asked for
	State string
	Warn  schema.Date
	Next  schema.Date
}

// Site is what all pages share.
type Site struct {
	Language string // decides which forms of a word belong together: "en"; "" for none
	About    []byte // a JSON object that index.js carries for the interface
	Base     string // what addresses are below: "/team/"
	Folder   string // what the files are below: "search/data/"
}

// File is one file of the index.
type File struct {
	Path   string // "search/data/index.js"
	ix     *index
	kind   kind
	number int // among those of its kind
}

// kind is what a file holds.
type kind uint8

const (
	isList kind = iota
	isDates
	isPiece // of words
	isNear  // of words by their ends
	isCards
	isText
)

// Key is such that equal keys mean equal bytes of the file at this path.
func (f File) Key() uint64 {
	if f.kind == isText {
		return f.ix.given()[f.number].textSum()
	}
	return f.ix.key()
}

// Data makes the file.
func (f File) Data() ([]byte, error) {
	ix, name := f.ix, strings.TrimSuffix(path.Base(f.Path), ".js")
	if f.kind == isText {
		return ix.given()[f.number].textFile(name), nil
	}
	ix.make()
	switch f.kind {
	case isCards:
		return ix.cards(name, f.number), nil
	case isPiece:
		return ix.piece(f.number), nil
	case isNear:
		return ix.near(f.number), nil
	case isDates:
		return ix.dates(), nil
	}
	return ix.list(), nil
}

// piecesEach is how many words of text there are to each piece of the index, which is of about 2 KB then once it is
// compressed. A word costs a reader two pieces, and all of them are listed in index.js: with 10,000 pages smaller ones
// would cost more there than they save.
const piecesEach = 5_000

// Pages are what is searched. Make is called when somebody asks for the key or the bytes of a file.
type Pages struct {
	URLs  []string      // of the pages, in any order
	Texts []int         // which of them have no Markdown
	Words int           // in all their texts
	Make  func() []Page // in the order of URLs
}

// Files lists the files of the index, in no order. Nothing is read before somebody asks for the bytes of one of them; the
// first who asks for a file other than a text waits for the whole index.
func Files(site Site, from Pages, set *memo.Set) []File {
	total := from.Words
	ix := &index{site: site, set: set, given: sync.OnceValue(from.Make)}
	ix.number = sync.OnceFunc(func() { ix.pages = numbered(ix.given()) })
	ix.cardsEach = 4 + len(from.URLs)/5000 // results lie apart, so most of what comes with one is not shown; but files are many
	ix.pieces = 1 + total/piecesEach
	ix.nears = 1 + int(math.Sqrt(float64(total)))/60
	ix.key = sync.OnceValue(ix.sum)
	ix.make = sync.OnceFunc(ix.build)
	ix.tie = sync.OnceValue(ix.ties)

	files := make([]File, 0, 2+ix.pieces+ix.nears+len(from.URLs)/ix.cardsEach+1+len(from.Texts))
	files = append(files, File{site.Folder + "index.js", ix, isList, 0}, File{site.Folder + "dates.js", ix, isDates, 0})
	add := func(letter string, kind kind, count int) {
		for i := range count {
			files = append(files, File{site.Folder + letter + strconv.Itoa(i) + ".js", ix, kind, i})
		}
	}
	add("t", isPiece, ix.pieces)
	add("n", isNear, ix.nears)
	add("c", isCards, (len(from.URLs)+ix.cardsEach-1)/ix.cardsEach)
	urls := make([]string, len(from.Texts))
	for i, number := range from.Texts {
		urls[i] = from.URLs[number]
	}
	for i, url := range urls {
		files = append(files, File{site.Folder + textName(url) + ".js", ix, isText, from.Texts[i]})
	}
	return files
}

// textName is what the file with a page's text is called, without its ending. It is made of the address alone, so that it
// stays when other pages come and go.
func textName(url string) string {
	sum := sha256.Sum256([]byte(url))
	return "x" + hex.EncodeToString(sum[:6])
}

// numbered are the pages in the order in which equally good ones are shown: those that can be relied on the longest come
// first, drafts last.
func numbered(pages []Page) []Page {
	return slices.SortedFunc(slices.Values(pages), func(a, b Page) int {
		return cmp.Or(cmp.Compare(b.trust(), a.trust()), strings.Compare(a.URL, b.URL))
	})
}

// trust is a number of days that grows with how far a page can be relied on.
func (p *Page) trust() int {
	if p.Draft {
		return -1 << 21
	}
	days := 1 << 20 // who need not be reviewed
	if !p.Next.IsZero() {
		days = dayNumber(p.Next)
	}
	switch p.State {
	case "changed":
		return days - 400
	case "suspect":
		return days - 800
	case "unreviewed":
		return -1 << 20
	case "overdue":
		if p.Next.IsZero() {
			return 0
		}
	}
	return days
}

func dayNumber(d schema.Date) int { return schema.Date{Year: 2000, Month: 1, Day: 1}.DaysUntil(d) }

// sum is a sum of everything that the index is made of.
func (ix *index) sum() uint64 {
	ix.number()
	h := sha256.New()
	var buf []byte
	text := func(s string) {
		buf = binary.AppendUvarint(buf, uint64(len(s)))
		buf = append(buf, s...)
	}
	text(ix.site.Language)
	text(string(ix.site.About))
	text(ix.site.Base)
	for i := range ix.pages {
		p := &ix.pages[i]
		for _, s := range []string{p.URL, p.Title, p.About, p.Type, p.Label, p.Owner, p.Status, p.State, p.Markdown, p.Warn.String(), p.Next.String()} {
			text(s)
		}
		for _, list := range [][]string{p.Also, p.Tags, p.Owners, p.In, p.Paths} {
			buf = binary.AppendUvarint(buf, uint64(len(list)))
			for _, s := range list {
				text(s)
			}
		}
		if p.Draft {
			buf = append(buf, 1)
		}
		if p.Owned {
			buf = append(buf, 2)
		}
		buf = binary.LittleEndian.AppendUint64(buf, p.textSum())
		h.Write(buf)
		buf = buf[:0]
	}
	h.Write(buf)
	return binary.LittleEndian.Uint64(h.Sum(nil))
}

// textSum is a sum of the page's text with what stands in its holes.
func (p *Page) textSum() uint64 {
	if p.Text == nil {
		return 1
	}
	if p.Fill == nil || !p.Text.Titles {
		return p.Text.Text.Sum
	}
	buf := binary.LittleEndian.AppendUint64(nil, p.Text.Text.Sum)
	for _, h := range p.Text.Holes {
		if h.Kind == page.HoleTitle {
			buf = append(buf, p.Fill(int(h.Link))...)
			buf = append(buf, 0)
		}
	}
	sum := sha256.Sum256(buf)
	return binary.LittleEndian.Uint64(sum[:])
}

func number36(n uint64) string { return strconv.FormatUint(n, 36) }
func number10(n int) string    { return strconv.Itoa(n) }
