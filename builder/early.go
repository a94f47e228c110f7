package builder

import (
	"slices"

	"handbook/builder/diag"
	"handbook/builder/history"
	"handbook/builder/page"
	"handbook/builder/render"
	"handbook/builder/review"
	"handbook/builder/source"
)

// latest is the last build that was finished, and what it was made of.
type latest struct {
	job    Job
	parser *page.Parser
	result Result
	snap   source.Snapshot
	files  map[string]parsed
	sums   []review.Sum // of every text that somebody reviewed or acknowledged
}

// Early gives one page as the next build will make it, long before that is done, where the text of its file, by its path
// below the content folder, is all that has changed since the last: everything else on the page is what that build found.
// The page that it was parsed to is nil where more may have changed. It may be called while a build is under way, and
// changes nothing that the session remembers; what it gives is good until the next build is done.
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
	now, msgs := last.parser.Parse(file.Name, file.Path, data)
	wrong := slices.ContainsFunc(msgs, func(m diag.Message) bool { return m.Severity == diag.Error })
	if wrong || now.Broken || !now.SameFace(old.page) || !last.judgesAlike(old, now, data) {
		return render.Output{}, nil
	}
	for _, o := range last.result.Outputs {
		if o.Node != nil && o.Node.Page == old.page && o.Node.Out == o.Path {
			if o, ok := o.With(now); ok {
				return o, now
			}
		}
	}
	return render.Output{}, nil
}

// judgesAlike reports whether a page's verdict and its acknowledgements are the same for another text of it. They ask of a
// text only whether it is one that somebody has read, one that was committed, or none of these.
func (l *latest) judgesAlike(old parsed, now *page.Page, data []byte) bool {
	was, is := review.TextSum(old.page), review.TextSum(now)
	differs := func(known review.Sum) bool { return (known == was) != (known == is) }
	if slices.ContainsFunc(l.sums, differs) {
		return false
	}
	if l.result.past == nil {
		return true
	}
	p, ok := l.result.past.(*past)
	if !ok || len(now.Meta.Tracks) > 0 { // it may track its own file
		return false
	}
	committed, ok := p.history.Files[now.Path]
	if ok && (old.text == committed.Sum) != (history.SumOf(data) == committed.Sum) {
		return false
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	for v, text := range p.versions {
		if v.path == now.Path && differs(review.TextSum(text)) {
			return false
		}
	}
	return true
}
