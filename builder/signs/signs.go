// Package signs is what a handbook shows of its pages wherever one is named: titles, badges, marks, rows, and counts by
// state. Whatever lists pages, links to them or counts them asks here, so that a page looks the same everywhere.
//
// The package knows no addresses but those of pages, makes no outputs and writes no HTML.
package signs

import (
	"cmp"
	"html/template"
	"sync"
	"sync/atomic"

	"handbook/builder/book"
	"handbook/builder/people"
	"handbook/builder/review"
	"handbook/builder/schema"
	"handbook/builder/theme"
)

// Input is what signs are made of.
type Input struct {
	Book     *book.Book
	Verdicts review.Verdicts
	Site     *theme.Site
	Today    schema.Date
	Narrow   bool // it is for some audience
	History  bool // git knows when pages changed
}

// Book is a book as its readers see it on a day. It is safe for concurrent use.
type Book struct {
	Input
	Words   *theme.Words
	People  people.Index
	Owned   bool // some page has an owner
	Reviews bool // some page has to be reviewed, so freshness means something here

	reviewed bool          // most were, so one that never was stands out
	pages    []Page        // by the numbers of the nodes
	ills     func() []ills // by the numbers of the nodes
}

// Page is what is known of a node.
type Page struct {
	Verdict *review.Verdict // an empty one where there is none
	Judged  bool            // there is one
	Below   int             // in a section: pages below it, its own among them
	Place   int             // in its parent's Children

	of    *Book
	node  *book.Node // nil for one that is not in the book
	signs atomic.Pointer[Signs]
}

// Signs is what other pages show of a page.
type Signs struct {
	Badge theme.Badge
	Mark  *theme.Badge // the one thing to warn of in a narrow place
	Link  string       // the word beside a link: the state, or ""
	Ages  bool         // time alone can change the mark
}

// New collects what is known of every node.
func New(in Input) *Book {
	s := &Book{Input: in, Words: in.Site.Words, People: people.NewIndex(in.Book.Owners), reviewed: in.Verdicts.ReviewUsual(), pages: make([]Page, len(in.Book.Nodes))}
	s.ills = sync.OnceValue(s.countIlls)
	for _, n := range in.Book.Nodes {
		p := &s.pages[n.Number()]
		p.of, p.node, p.Verdict = s, n, in.Verdicts[n]
		p.Judged = p.Verdict != nil
		s.Owned = s.Owned || n.Owner != nil
		if !p.Judged {
			p.Verdict = &review.Verdict{}
			continue
		}
		s.Reviews = s.Reviews || p.Verdict.State != review.Exempt
	}
	for _, n := range in.Book.Nodes {
		for i, c := range n.Children {
			s.Of(c).Place = i
		}
	}
	for i := len(in.Book.Nodes) - 1; i >= 0; i-- {
		n := in.Book.Nodes[i]
		p := s.Of(n)
		if n.Page != nil {
			p.Below++
		}
		s.Of(n.Parent).Below += p.Below
	}
	return s
}

// Of is what is known of a node; of one that is not in the book, nothing.
func (s *Book) Of(n *book.Node) *Page {
	if s.Has(n) {
		return &s.pages[n.Number()]
	}
	return &Page{of: s, Verdict: &review.Verdict{}}
}

// Has reports whether a node is in the book.
func (s *Book) Has(n *book.Node) bool {
	return n != nil && n.Number() < len(s.pages) && s.pages[n.Number()].node == n
}

// Signs are worked out when somebody asks, which of most nodes nobody does.
func (p *Page) Signs() *Signs {
	known := p.signs.Load()
	if known == nil {
		known = &Signs{}
		if p.Judged {
			p.of.show(p.node, p.Verdict, known)
		}
		p.signs.Store(known)
	}
	return known
}

func (s *Book) show(n *book.Node, v *review.Verdict, to *Signs) {
	if n.Draft {
		to.Badge = s.State("draft")
		to.Mark = &to.Badge
		return
	}
	to.Badge = s.State(string(v.State))
	to.Badge.Reviewed, to.Badge.Warn, to.Badge.Next = v.Reviewed, v.Warn, v.Next
	to.Badge.Arc = arc(v, s.Today)
	if Notice(n) == schema.NoticeQuiet {
		return
	}
	to.Ages = ages(v)
	switch mark := s.mark(n, v); mark {
	case "":
	case "unowned":
		to.Mark, to.Link = s.nobodys(), mark
	default:
		to.Mark = &to.Badge
		if v.State == review.Overdue || v.State == review.Suspect {
			to.Link = mark
		}
	}
}

// mark is the state of which a page is marked in narrow places; "" where there is nothing to warn of.
func (s *Book) mark(n *book.Node, v *review.Verdict) string {
	switch {
	case n.Draft:
		return "draft"
	case Notice(n) == schema.NoticeQuiet:
		return ""
	case v.State != review.Overdue && v.State != review.Suspect && s.Unowned(n):
		return "unowned"
	case v.State == review.Fresh, v.State == review.Exempt, v.State == review.Unreviewed && !s.reviewed:
		return ""
	}
	return string(v.State)
}

// ages reports whether time alone makes a page worse.
func ages(v *review.Verdict) bool {
	return v.State != review.Overdue && v.State != review.Exempt && !v.Next.IsZero()
}

// nobodys is the mark of a page without an owner.
func (s *Book) nobodys() *theme.Badge {
	b := s.State("unowned")
	return &b
}

// Dates are those by which a mark in a narrow place ages; "" for one that does not.
func (s *Signs) Dates() template.HTMLAttr {
	if !s.Ages {
		return ""
	}
	return theme.Badge{State: s.Badge.State, Warn: s.Badge.Warn, Next: s.Badge.Next}.Dates()
}

// State is the badge of a state by its name.
func (s *Book) State(name string) theme.Badge {
	return theme.Badge{State: name, Word: cmp.Or(s.Words.States[name], name)}
}

// arc is how much of the review period is left, in eighths rounded up, as the length of an arc of 48. In eighths,
// because a finer one would change every page every day.
func arc(v *review.Verdict, today schema.Date) int {
	if v.Next.IsZero() || v.Reviewed.IsZero() {
		return 0
	}
	whole, left := v.Reviewed.DaysUntil(v.Next), today.DaysUntil(v.Next)
	if whole <= 0 || left <= 0 {
		return 0
	}
	return 6 * min(8, (left*8+whole-1)/whole)
}

// Unowned reports whether a page is shown to lack an owner: in a handbook most of whose pages have one.
func (s *Book) Unowned(n *book.Node) bool { return s.Book.OwnersUsual && LacksOwner(n) }

// LacksOwner reports whether nobody answers for a page.
func LacksOwner(n *book.Node) bool { return n.Owner == nil && !n.OwnerAway }

// IsOwner reports whether a node is a team, a person, or somebody without a page who owns one.
func IsOwner(n *book.Node) bool {
	return n.Kind == book.KindOwner || n.Type == "team" || n.Type == "person"
}

// Notice is how loudly a page says that it may not hold.
func Notice(n *book.Node) schema.Notice {
	if n.Schema == nil {
		return schema.NoticeBanner
	}
	return cmp.Or(n.Schema.Notice, schema.NoticeBanner)
}
