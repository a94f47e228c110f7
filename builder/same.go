package builder

import (
	"context"
	"maps"
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
	Hidden   asides
	Asked    []string // paths that the book looked for beside the content folder
	Beside   []beside // what was there of both
}

// beside is a file that only a book knows of, because it asked for it.
type beside struct {
	Path, Folder string // the latter for one beside the content folder; "" for what is not there
	Key          uint64
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
	of, around, ok := s.everything(ctx, job, nil)
	if !ok {
		return Result{}, publish.Stats{}, false
	}
	t := memo.Of(ctx, s.set, tellings, telling{of: sumOf(of, site)})
	if t.Site != site {
		return Result{}, publish.Stats{}, false
	}
	if now, ok := around.both(t.Hidden, t.Asked); !ok || !slices.Equal(now, t.Beside) || publish.Recover(ctx, dir) != nil { // which takes away what a build left that was killed
		return Result{}, publish.Stats{}, false
	}
	return Result{Messages: t.Messages, Work: Work{Pages: t.Pages}, Prepared: t.Prepared, Former: t.Former}, publish.Stats{Same: files}, true
}

// Tell remembers what a build said that wrote a site into a folder.
func (s *Session) Tell(ctx context.Context, job Job, r Result, dir string) {
	site, _, ok := publish.Untouched(dir)
	if !ok {
		return
	}
	of, around, ok := s.everything(ctx, job, r.in)
	if !ok {
		return
	}
	asked := slices.Sorted(maps.Keys(r.in.asked))
	if there, ok := around.both(r.in.asides, asked); ok {
		memo.Of(ctx, s.set, tellings, telling{sumOf(of, site), &account{r.Messages, r.Work.Pages, r.Prepared, r.Former, site, r.in.asides, asked, there}})
	}
}

// nearby is where files lie that only a book knows of: hidden ones in the content folder, and those beside it.
type nearby struct {
	snap   source.Snapshot
	around surroundings
}

// both are the files that a book asked for, with what tells them from others. It reports false where that is not known for sure.
func (n nearby) both(hidden asides, asked []string) (there []beside, sure bool) {
	for _, path := range asked {
		a, folder, ok := n.around.find(path)
		if ok && a.Fleeting {
			return nil, false
		}
		there = append(there, beside{path, folder, a.Key})
	}
	for _, f := range n.snap.Beside(hidden.of(n.snap)).Assets {
		if f.Aside {
			if !f.Stamp.Lasts() {
				return nil, false
			}
			there = append(there, beside{f.Path, "", f.Stamp.Key()})
		}
	}
	return there, true
}

// everything is the sum of all that a build of the folders is made of, but for files that only a book asks for, and where those
// lie. It reports false where that is not known for sure, or is not what a build was made of.
func (s *Session) everything(ctx context.Context, job Job, was *inputs) (memo.Sum, nearby, bool) {
	d, ok := job.world().(Disk)
	if !ok || s.store == nil || len(job.Audience) > 0 {
		return memo.Sum{}, nearby{}, false
	}
	git := s.history(ctx, d)
	defer git.wait()
	snap, msgs := d.Files(ctx)
	if len(msgs) > 0 || was != nil && len(snap.Differs(was.all)) > 0 {
		return memo.Sum{}, nearby{}, false
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
			return memo.Sum{}, nearby{}, false
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
		return memo.Sum{}, nearby{}, false
	}
	around := d.Around(git)
	h.Value([]any{code, top, prefix, err == nil, around.mount()})
	git.wait()
	if was != nil && (git.history.Key != was.git.history.Key || string(code.Data) != string(was.owners.file.Data)) {
		return memo.Sum{}, nearby{}, false
	}
	h.Value([]any{git.history.Key, git.history.Shallow, len(git.msgs)})
	return h.End(), nearby{snap, around}, ctx.Err() == nil
}
