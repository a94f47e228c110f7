package builder

import (
	"cmp"
	"maps"
	"slices"

	"handbook/builder/book"
	"handbook/builder/diag"
	"handbook/builder/glossary"
	"handbook/builder/history"
	"handbook/builder/page"
	"handbook/builder/query"
	"handbook/builder/render"
	"handbook/builder/review"
	"handbook/builder/source"
)

// latest is the last build that was finished, and what it was made of.
type latest struct {
	job           Job
	parser        *page.Parser
	result        Result
	snap          source.Snapshot
	files         map[string]parsed
	records, acks []review.Record
	said          explained
	pages         render.Job // what its pages were made of
}

// Early gives one page as the next build will make it, long before that is done, where its file, by its path below the
// content folder, is all that has changed since the last, and what it is called, how it reads and its headings are all that
// has changed of it. The page that it was parsed to is nil where more may have changed. It may be called while a build is
// under way, and changes nothing that the session remembers; what it gives is good until the next build is done.
func (s *Session) Early(job Job, path string) (render.Output, *page.Page) {
	last := s.last.Load()
	if last == nil || len(job.Audience) > 0 || last.job.Today != job.Today {
		return render.Output{}, nil
	}
	snap := last.snap
	if job.load != nil {
		snap, _ = job.load()
	}
	i := slices.IndexFunc(snap.Pages, func(f source.File) bool { return f.Path == path })
	old, known := last.files[path]
	if i < 0 || !known {
		return render.Output{}, nil
	}
	file := snap.Pages[i]
	data, err := file.Read()
	if err != nil || last.parser.Sum(file.Path, data) == old.page.Sum {
		return render.Output{}, nil
	}
	now := parsed{}
	now.page, now.msgs = last.parser.Parse(file.Name, file.Path, data)
	if job.load == nil {
		now.text = history.SumOf(data)
	}
	n, ok := last.result.Book.Lookup(old.page.ID)
	wrong := slices.ContainsFunc(now.msgs, func(m diag.Message) bool { return m.Severity == diag.Error })
	if wrong || now.page.Broken || !ok || n.Page != old.page || n.Out == "" {
		return render.Output{}, nil
	}
	var o render.Output
	if now.page.SameFace(old.page) && alone(n) && last.judgesAlike(old, now) {
		o, ok = last.retext(n, now.page)
	} else {
		o, ok = last.remake(n, now)
	}
	if !ok {
		return render.Output{}, nil
	}
	return o, now.page
}

// alone reports whether nothing but the text itself on a page is made of the text.
func alone(n *book.Node) bool {
	relies := func(on *book.Node) bool {
		return slices.ContainsFunc(on.Depends, func(d book.Dependency) bool { return d.Target.Node == n })
	}
	if len(n.Questions) > 0 || relies(n) || slices.ContainsFunc(n.Backlinks, func(l book.Backlink) bool { return relies(l.From) }) {
		return false // answers have places in the text, and what relies on the page may be suspect now
	}
	if len(n.Page.Views) > 0 || n.Schema != nil && len(n.Schema.Views) > 0 {
		return false // what is asked there may count the words of the page
	}
	for i, l := range n.Page.Links {
		if l.Kind == page.LinkEmbed && n.Targets[i].Node != nil {
			return false // what is shown in place may show the page again
		}
	}
	return true
}

// retext gives the last build's page with another text.
func (l *latest) retext(n *book.Node, now *page.Page) (render.Output, bool) {
	i, ok := slices.BinarySearchFunc(l.result.Outputs, n.Out, func(o render.Output, path string) int { return cmp.Compare(o.Path, path) })
	if !ok || l.result.Outputs[i].Node != n {
		return render.Output{}, false
	}
	return l.result.Outputs[i].With(now, l.terms(n, now))
}

// terms finds the terms that another text of a page says.
func (l *latest) terms(n *book.Node, now *page.Page) []glossary.Mention {
	if n.NoGlossary || l.said.finder == nil {
		return nil
	}
	return l.said.finder.Find(now.Body)
}

// remake makes the page of a book in which it is another. What is made of all pages is made anew; what depends on one is
// the last build's.
func (l *latest) remake(n *book.Node, now parsed) (render.Output, bool) {
	b := l.result.Book.With(n.Page, now.page)
	if b == nil {
		return render.Output{}, false
	}
	job := l.pages
	names := job.Terms.Names
	job.Book, job.Terms, job.Search, job.Order = b, render.NewTerms(b), nil, nil
	if !slices.Equal(job.Terms.Names, names) {
		return render.Output{}, false
	}
	if len(names) > 0 {
		job.Terms.Said = maps.Clone(l.pages.Terms.Said)
		job.Terms.Said[now.page] = l.terms(n, now.page)
	}
	var known review.Past
	before, ok := l.result.past.(*past)
	if ok {
		before = before.with(now)
		known = before
	} else if l.result.past != nil {
		return render.Output{}, false
	}
	job.Verdicts, _ = review.Judge(review.Input{Book: b, Today: job.Today, Records: l.records, Acks: l.acks, Past: known, Silent: true})
	if ok && before.missed {
		return render.Output{}, false
	}
	job.Recent = slices.Clone(job.Recent)
	for i := range job.Recent {
		r := &job.Recent[i]
		if to, ok := b.Lookup(r.Node.ID); ok && !r.Deleted {
			r.Node = to
		} else {
			r.Node = b.Gone(r.Node.Page)
		}
	}
	job.Views = query.New(query.Input{Book: b, Verdicts: job.Verdicts, Today: job.Today, Recent: job.Recent, BuiltIn: job.BuiltIn})
	remade, _ := b.Lookup(n.ID)
	return render.Page(job, remade)
}

// judgesAlike reports whether a page's verdict and its acknowledgements are the same for another text of it. They ask of a
// text only whether it is one that somebody has read, one that was committed, or none of these.
func (l *latest) judgesAlike(old, now parsed) bool {
	was, is := review.TextSum(old.page), review.TextSum(now.page)
	differs := func(known review.Sum) bool { return (known == was) != (known == is) }
	if slices.ContainsFunc(slices.Concat(l.records, l.acks), func(r review.Record) bool { return differs(r.Text) }) {
		return false
	}
	if l.result.past == nil {
		return true
	}
	p, ok := l.result.past.(*past)
	if !ok || len(now.page.Meta.Tracks) > 0 { // it may track its own file
		return false
	}
	committed, ok := p.history.Files[now.page.Path]
	if ok && (old.text == committed.Sum) != (now.text == committed.Sum) {
		return false
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	for v, text := range p.versions {
		if v.path == now.page.Path && differs(review.TextSum(text)) {
			return false
		}
	}
	return true
}
