package book

import (
	"cmp"
	"runtime"
	"slices"
	"strings"
	"sync"

	"handbook/builder/page"
	"handbook/builder/schema"
)

// facts are what Resolve asks of a page again and again. They follow from that page alone, so that a session remembers
// them for as long as the page is the same.
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

	asked    []schema.Field      // the fields of the type that answers are to
	answers  []answer            // see answersTo; made when asked for
	headings []string            // see headingWords; likewise
	named    map[string]string   // see headingsOf; likewise
	loose    map[string][]string // see heading; likewise

	// Where things were in the last book that it was in; used for where to look first in the next.
	build int     // of the memory when that was
	index int     // the Node.index
	rank  int     // in the order of titles; -1 before
	plain []int32 // for each of Page.Links that resolvePlain found, the index of the node; else -1
}

// newFacts are the facts of a page under an id, which is its own unless another page has that.
func newFacts(p *page.Face, id string, common map[string]bool, titles *Collation) *facts {
	m := &p.Meta
	f := &facts{page: p, folder: parent(id), id: fold(id), title: fold(p.Title), order: titles.Key(p.Title), rank: -1,
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
			if !common[key] {
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

// headingWords are the texts of the page's headings as plainWords.
func (f *facts) headingWords() []string {
	if f.headings == nil {
		f.headings = make([]string, len(f.page.Headings))
		for i, h := range f.page.Headings {
			f.headings[i] = plainWords(h.Text)
		}
	}
	return f.headings
}

// commonKeys are the keys that mean something on a page of any type.
func commonKeys() map[string]bool {
	keys := map[string]bool{}
	for _, key := range schema.CanonicalKeys() {
		keys[key] = true
	}
	return keys
}

// factsOf gives the facts of each page, from memory where the page was in the last book under the same id.
func (r *resolver) factsOf(pages []*page.Face, moved map[*page.Face]string) []*facts {
	var known map[*page.Face]*facts
	if r.Memory != nil {
		known = r.Memory.facts
	}
	all := make([]*facts, len(pages))
	inParts(len(pages), func(from, to int) {
		for i, p := range pages[from:to] {
			id, other := moved[p]
			if !other {
				id = p.ID
			}
			f := known[p]
			if f == nil || f.node.ID != id {
				f = newFacts(p, id, r.common, r.book.Titles)
			}
			all[from+i] = f
		}
	})
	if r.Memory != nil {
		r.Memory.facts = make(map[*page.Face]*facts, len(pages))
		for _, f := range all {
			r.Memory.facts[f.page] = f
		}
	}
	return all
}

// inParts calls do for parts of the numbers below n, on all processors.
func inParts(n int, do func(from, to int)) {
	var all sync.WaitGroup
	size := 1 + n/runtime.GOMAXPROCS(0)
	for from := 0; from < n; from += size {
		all.Go(func() { do(from, min(n, from+size)) })
	}
	all.Wait()
}
