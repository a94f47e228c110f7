package history

import (
	"context"
	"errors"
	"slices"
	"strings"

	"handbook/builder/memo"
)

// walked is what git says of the pages below a prefix as one commit has them. It depends on the commit, the prefix and
// .mailmap alone, so it is remembered from run to run and from machine to machine. Texts and commits stand in it once.
type walked struct {
	Pages   []page
	Gone    []gone    // the newest first
	Texts   []Version // the first stands for none
	Commits []By      // the first stands for none

	err   error `memo:"-"`
	rough bool  `memo:"-"` // renames of edited files could not be found
}

// gone is the last deletion of a page at a path. That of a merge may be the other side's, and stands beside it with no commit.
type gone struct {
	Path, Blob string // Path is from the repository's root
	Commit     int    // its number
}

// walking is a question for what was walked.
type walking struct {
	*place
	state
	set  *memo.Set
	walk func(context.Context, walking) (walked, error) // nil for what is remembered alone
}

var walks = &memo.Func[walking, walked]{
	Name:    "history",
	Version: "1", // another one when the same commits have another history
	Sum: func(w walking) memo.Sum {
		return memo.SumOf([]byte(w.head), []byte(w.prefix), []byte(w.mailmap))
	},
	Make: func(ctx context.Context, w walking) walked {
		if w.walk == nil {
			return walked{err: errUnknown}
		}
		all, err := w.walk(ctx, w)
		all.err = err
		return all
	},
	Keep:  func(w walked) bool { return w.err == nil && !w.rough },
	Codec: memo.CodecOf[walked](),
}

var (
	errUnknown = errors.New("nothing is remembered")
	errApart   = errors.New("what is remembered does not tell all")
)

// walk goes back to a commit of which all is known, or to the first ones.
func walk(ctx context.Context, w walking) (walked, error) {
	var known walked
	base := w.base(ctx, w.state, w.set, func(id string) bool {
		then := w
		then.head, then.walk = id, nil
		known = memo.Of(ctx, w.set, walks, then)
		return known.err == nil
	})
	if base != "" {
		all, err := w.git.walk(ctx, w.head, w.prefix, base, known)
		if err != errApart {
			return all, err
		}
	}
	if w.shallow != "" {
		return walked{}, errShallow
	}
	return w.git.walk(ctx, w.head, w.prefix, "", walked{})
}

// maxSince is how many commits may have been made since one that is known.
const maxSince = "1000"

// base finds the newest commit behind the head that is known and through which every way into the past leads, so that
// what was before is that commit's past alone, in the same order; "" for none. A way that ends where a clone leaves out the
// rest leads nowhere.
func (p *place) base(ctx context.Context, s state, set *memo.Set, known func(id string) bool) string {
	if set == nil {
		return ""
	}
	out, err := p.git.output(ctx, "rev-list", "--topo-order", "--parents", "--max-count="+maxSince, s.head, "--")
	if err != nil {
		return ""
	}
	open := map[string]bool{s.head: true} // the ways that have not come to their end: children come before their parents
	for line := range strings.Lines(string(out)) {
		ids := strings.Fields(line) // a commit, then its parents
		switch id := ids[0]; {
		case id != s.head && len(open) == 1 && open[id] && known(id):
			return id
		case strings.Contains(s.shallow, id):
			return ""
		}
		delete(open, ids[0])
		for _, parent := range ids[1:] {
			open[parent] = true
		}
	}
	return ""
}

// files are the histories of the pages, by path below the prefix.
func (w walked) files(prefix string, ignored ignoreList) map[string]File {
	files := make(map[string]File, len(w.Pages))
	for _, p := range w.Pages {
		if f := w.file(p, ignored); len(f.Changes) > 0 {
			files[strings.TrimPrefix(p.Path, prefix)] = f
		}
	}
	return files
}

// file leaves out the steps that did not change the text. The one that brought the page always counts.
func (w walked) file(p page, ignored ignoreList) File {
	f := File{Version: w.Texts[p.Text]}
	now := f.Sum // and what it was before the ignored commits, as long as one follows the other
	var names []string
	for _, s := range p.Steps {
		by, from, to := w.Commits[s.Commit], w.Texts[s.From], w.Texts[s.To]
		switch {
		case s.From != 0 && from.Sum == to.Sum:
		case s.From == 0 || !ignored.has(by.Commit):
			f.Changes = append(f.Changes, Change{by, from, to})
			names = append(names, by.Author)
		case len(f.Changes) == 0 && to.Sum == now:
			f.Alike = append(f.Alike, from)
			now = from.Sum
		}
	}
	f.Authors = byFrequency(names)
	return f
}

// join lets the trails that were followed to a commit of which all is known go on there. That must be all there is to know of
// them: one that comes from elsewhere, or is of a page that had several pasts at once, is refused.
func (w *walker) join(here names, known walked) error {
	for i := range w.Pages {
		p := &w.Pages[i]
		p.Steps = slices.DeleteFunc(p.Steps, func(s step) bool { return s.undone })
	}
	had, deleted := map[string]*page{}, map[string]bool{}
	for i := range known.Pages {
		had[known.Pages[i].Path] = &known.Pages[i]
	}
	for _, d := range known.Gone {
		deleted[d.Path] = true
	}
	before := map[*page]*page{}
	for path, trails := range here {
		for _, tr := range trails {
			switch {
			case tr.begun < 0:
				if had[path] == nil || before[tr.page] != nil || tr.page.begins() {
					return errApart
				}
				before[tr.page] = had[path]
			case deleted[path] || !isPage(w.prefix, path): // what was there may have had the same text
				return errApart
			}
		}
	}
	for p, old := range before {
		p.Steps = append(p.Steps, old.Steps...)
	}
	for _, d := range known.Gone {
		w.lose(d)
	}
	return nil
}

// begins reports whether one of the steps brought the page.
func (p *page) begins() bool {
	return slices.ContainsFunc(p.Steps, func(s step) bool { return s.From == 0 })
}
