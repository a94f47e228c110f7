package builder

import (
	"sync/atomic"

	"handbook/builder/book"
	"handbook/builder/glossary"
	"handbook/builder/page"
	"handbook/builder/render"
)

// explained is what a session keeps of the terms that pages say: for each page of the last build its mentions, as long
// as the names of the terms are the same.
type explained struct {
	names  uint64
	finder *glossary.Finder // nil where there are no terms
	found  map[*page.Page][]glossary.Mention
}

// terms finds in every page the terms that it says first, from memory where the page is the same. It counts the pages
// that were searched.
func (s *Session) terms(b *book.Book, job Job) (render.Terms, int) {
	terms := render.NewTerms(b)
	if len(terms.Names) == 0 {
		s.said = explained{}
		return terms, 0
	}
	finder := glossary.New(terms.Names)
	old := s.said.found
	if s.said.names != finder.Sum {
		old = nil
	}
	var searched atomic.Int64
	all := make([][]glossary.Mention, len(b.Nodes))
	each(len(b.Nodes), func(i int) {
		n := b.Nodes[i]
		if n.Page == nil || n.NoGlossary {
			return
		}
		found, known := old[n.Page]
		if !known {
			searched.Add(1)
			found = finder.Find(n.Page.Body)
		}
		all[i] = found
	})
	terms.Said = make(map[*page.Page][]glossary.Mention, len(b.Nodes))
	for i, n := range b.Nodes {
		if n.Page != nil && !n.NoGlossary {
			terms.Said[n.Page] = all[i]
		}
	}
	if !job.Once {
		s.said = explained{finder.Sum, finder, terms.Said}
	}
	return terms, int(searched.Load())
}
