package builder

import (
	"context"
	"slices"

	"handbook/builder/diag"
	"handbook/builder/memo"
	"handbook/builder/owners"
	"handbook/builder/publish"
	"handbook/builder/source"
)

// account is what a build said that wrote a site, for whoever builds the same into the same folder again.
type account struct {
	Messages []diag.Located
	Pages    int
	Prepared bool
	Former   Former
	Site     memo.Sum // as publish.Untouched gives it
}

// telling is everything that a build is made of and what it said; the latter is nil for who only asks.
type telling struct {
	of   memo.Sum
	said *account
}

var tellings = &memo.Func[telling, account]{
	Name: "site",
	Sum:  func(t telling) memo.Sum { return t.of },
	Make: func(_ context.Context, t telling) account {
		if t.said == nil {
			return account{}
		}
		return *t.said
	},
	Keep:  func(t account) bool { return t.Site != memo.Sum{} },
	Codec: memo.CodecOf[account](),
}

// Same reports whether a folder holds the site that a build of the job would write into it, because an earlier run wrote it of
// the same and nobody has touched it since. Then it gives what that build said. It parses nothing, and asks for no output.
func (s *Session) Same(ctx context.Context, job Job, dir string) (Result, publish.Stats, bool) {
	site, files, ok := publish.Untouched(dir)
	if !ok {
		return Result{}, publish.Stats{}, false
	}
	of, ok := s.everything(ctx, job, nil)
	if !ok {
		return Result{}, publish.Stats{}, false
	}
	t := memo.Of(ctx, s.set, tellings, telling{of: sumOf(of, site)})
	if t.Site != site || publish.Recover(ctx, dir) != nil { // which takes away what a build left that was killed
		return Result{}, publish.Stats{}, false
	}
	return Result{Messages: t.Messages, Work: Work{Pages: t.Pages}, Prepared: t.Prepared, Former: t.Former}, publish.Stats{Same: files}, true
}

// Tell remembers what a build said that wrote a site into a folder.
func (s *Session) Tell(ctx context.Context, job Job, r Result, dir string) {
	site, _, ok := publish.Untouched(dir)
	if !ok || r.in.asked > 0 || slices.ContainsFunc(r.in.snap.Assets, func(f source.File) bool { return f.Aside }) {
		return // files that only a book knows of are in no sum
	}
	if of, ok := s.everything(ctx, job, r.in); ok {
		memo.Of(ctx, s.set, tellings, telling{sumOf(of, site), &account{r.Messages, r.Work.Pages, r.Prepared, r.Former, site}})
	}
}

// everything is the sum of all that a build of the folders is made of, but for files that only a book asks for. It reports false
// where that is not known for sure, or is not what a build was made of.
func (s *Session) everything(ctx context.Context, job Job, was *inputs) (memo.Sum, bool) {
	d, ok := job.world().(Disk)
	if !ok || s.store == nil || len(job.Audience) > 0 {
		return memo.Sum{}, false
	}
	git := s.history(ctx, d)
	defer git.wait()
	snap, msgs := d.Files(ctx)
	if len(msgs) > 0 || was != nil && len(snap.Differs(was.all)) > 0 {
		return memo.Sum{}, false
	}
	files := slices.Concat(snap.Pages, snap.Assets, snap.Theme, snap.Records, snap.Origin)
	if snap.Config != nil {
		files = append(files, *snap.Config)
	}
	sums := make([]held, len(files))
	memo.Each(len(files), func(i int) {
		if p := (parsing{File: files[i], set: s.set, once: &reading{}}); p.Stamp.Racy {
			sums[i].err = context.Canceled // by whoever may be writing it
		} else {
			sums[i] = memo.Of(ctx, s.set, stamps, p)
		}
	})
	var h memo.Hash
	h.Value([]any{job.Today, job.Drafts, job.BaseURL, len(files)})
	for i, f := range files {
		if sums[i].err != nil {
			return memo.Sum{}, false
		}
		h.String(f.Name)
		h.Sum(sums[i].Sum)
	}
	h.String(snap.Mount)
	for _, f := range snap.Unread {
		h.String(f.Name)
	}
	code, top, prefix, err := d.CodeOwners(git)
	if err != nil && !owners.IsNone(err) {
		return memo.Sum{}, false
	}
	h.Value([]any{code, top, prefix, err == nil, d.Around(git).mount()})
	git.wait()
	if was != nil && (git.history.Key != was.git.history.Key || string(code.Data) != string(was.owners.file.Data)) {
		return memo.Sum{}, false
	}
	h.Value([]any{git.history.Key, git.history.Shallow, len(git.msgs)})
	return h.End(), ctx.Err() == nil
}
