package book

import (
	"cmp"
	"context"
	"runtime"
	"slices"
	"strings"
	"sync"

	"handbook/builder/memo"
	"handbook/builder/page"
	"handbook/builder/schema"
)

// facts are what Resolve asks of a page again and again. They follow from that page alone, so they are remembered by its sum.
type facts struct {
	page    *page.Face
	node    Node     // what it is before it inherits anything, at the address that its id gives it on a site without a base path
	folder  string   // in which its id lies
	id, end string   // its id and the last segment of that, folded
	claim   string   // its file in the output, folded
	title   string   // folded
	order   string   // the key of its title, see Collation
	names   []string // its title and also_known_as, folded; none is empty

	broken   bool     // its frontmatter cannot be read
	slug     bool     // it has one
	cascade  bool     // it has one
	draft    bool     // its frontmatter has the key, or says that it is one
	tags     bool     // its frontmatter has the key
	glossary bool     // likewise
	audience bool     // likewise, or its cascade has
	aliases  []string // old addresses
	own      []int    // indexes in Page.Fields of the keys that are not common ones
	links    int      // how many it has
	embeds   []int    // indexes in Page.Links of those of this kind
	depends  []int    // likewise
	related  []int    // likewise

	// Made when asked for:
	headings lazy[[]string]            // the texts of the page's headings as plainWords
	named    lazy[map[string]string]   // see headingsOf
	loose    lazy[map[string][]string] // see looseHeadings
}

// lazy is what is made of a page when somebody asks for it first.
type lazy[T any] struct {
	once  sync.Once
	value T
}

func (l *lazy[T]) of(p *page.Face, make func(*page.Face) T) T {
	l.once.Do(func() { l.value = make(p) })
	return l.value
}

// facing is a page under an id, which is its own unless another page has that, in the language of a site.
type facing struct {
	face     *page.Face
	id       string
	language string
}

var factsOf = &memo.Func[facing, *facts]{
	Name: "facts",
	Sum: func(f facing) memo.Sum {
		var h memo.Hash
		h.Sum(f.face.Sum)
		h.String(f.id)
		h.String(f.language)
		return h.End()
	},
	Make: func(_ context.Context, f facing) *facts { return newFacts(f.face, f.id, CollationOf(f.language)) },
}

func newFacts(p *page.Face, id string, titles *Collation) *facts {
	m := &p.Meta
	f := &facts{page: p, folder: parent(id), id: fold(id), title: fold(p.Title), order: titles.Key(p.Title),
		broken: p.Broken, slug: strings.TrimSpace(m.Slug) != "", cascade: m.Cascade != nil, draft: m.Draft, aliases: m.Aliases, links: len(p.Links)}
	f.node = Node{ID: id, Page: p, Title: p.Title, NavTitle: cmp.Or(m.NavTitle, p.Title), Summary: p.Summary, Type: m.Type, Status: m.Status, Draft: m.Draft,
		Weight: m.Weight, Weighted: m.Weighted, OwnerName: m.Owner, OwnerAt: p.Place("owner"), Reviewed: m.Reviewed, ReviewedBy: m.ReviewedBy,
		ReviewEvery: m.ReviewEvery, NoGlossary: m.NoGlossary, Acknowledge: m.Acknowledge, Section: p.Index && id == p.ID, tags: m.Tags, facts: f}
	below, out := address(id)
	f.node.URL, f.node.Out = "/"+below, out
	f.end, f.claim = last(f.id), fold(out)
	for _, name := range append([]string{p.Title}, m.AlsoKnownAs...) {
		if name = fold(strings.TrimSpace(name)); name != "" {
			f.names = append(f.names, name)
		}
	}
	for i := range p.Fields {
		switch key := p.Fields[i].Key; key {
		case "draft":
			f.draft = true
		case "tags":
			f.tags = true
		case "glossary":
			f.glossary = true
		case "audience":
			f.audience = true
		default:
			if !common()[key] {
				f.own = append(f.own, i)
			}
		}
	}
	f.audience = f.audience || slices.ContainsFunc(m.CascadeSet, func(c page.Field) bool { return c.Key == "audience" })
	for i := range p.Links {
		switch p.Links[i].Kind {
		case page.LinkEmbed:
			f.embeds = append(f.embeds, i)
		case page.LinkDepends:
			f.depends = append(f.depends, i)
		case page.LinkRelated:
			f.related = append(f.related, i)
		}
	}
	return f
}

// headingWords are the texts of a page's headings as plainWords.
func headingWords(p *page.Face) []string {
	words := make([]string, len(p.Headings))
	for i, h := range p.Headings {
		words[i] = plainWords(h.Text)
	}
	return words
}

// common are the keys that mean something on a page of any type.
var common = sync.OnceValue(func() map[string]bool {
	keys := map[string]bool{}
	for _, key := range schema.CanonicalKeys() {
		keys[key] = true
	}
	return keys
})

// facts gives the facts of each page.
func (r *resolver) facts(pages []*page.Face, moved map[*page.Face]string) []*facts {
	all := make([]*facts, len(pages))
	memo.Each(len(pages), func(i int) {
		p := pages[i]
		id, other := moved[p]
		if !other {
			id = p.ID
		}
		all[i] = memo.Of(context.Background(), r.Set, factsOf, facing{p, id, r.Site.Language})
	})
	return all
}

// inParts calls do for parts of the numbers below n, one for each processor.
func inParts(n int, do func(from, to int)) {
	size := 1 + n/runtime.GOMAXPROCS(0)
	memo.Each((n+size-1)/size, func(i int) { do(i*size, min(n, (i+1)*size)) })
}
