package builder

import (
	"context"
	"slices"
	"strings"

	"handbook/builder/book"
	"handbook/builder/diag"
	"handbook/builder/memo"
	"handbook/builder/menu"
	"handbook/builder/origin"
	"handbook/builder/page"
	"handbook/builder/source"
)

// former is what the files of another generator say of the pages.
type former struct {
	of   origin.Generator
	why  []origin.Reason
	site *origin.Site // nil where it is not known
	menu *book.Menu
	sum  memo.Sum
	msgs diag.List
}

type formerArgs struct {
	files []source.File
	mount string
}

var readFormer = &memo.Func[formerArgs, former]{
	Name: "other generator",
	Sum: func(a formerArgs) memo.Sum {
		var h memo.Hash
		h.String(a.mount)
		for _, f := range a.files {
			h.String(f.Path)
			holding(&h, f)
		}
		return h.End()
	},
	Make: func(_ context.Context, a formerArgs) former {
		var f former
		known := origin.Map{}
		var files []menu.File
		var all memo.Hash
		all.String(a.mount)
		for _, file := range a.files {
			data, err := file.Read()
			if err != nil {
				f.msgs = append(f.msgs, file.Problem(err))
				continue
			}
			known[file.Path] = func() ([]byte, error) { return data, nil }
			files = append(files, menu.File{Path: file.Path, Name: file.Name, Data: data})
			all.String(file.Path)
			all.Bytes(data)
		}
		f.of, f.why = origin.In(known, a.mount)
		f.site = origin.SiteOf(known, a.mount, f.of)
		if f.site == nil && origin.Publishes(f.of) {
			f.of = origin.None // its pages lie elsewhere
		}
		read, msgs := menu.Read(f.of, files, a.mount)
		f.menu, f.msgs, f.sum = read, append(f.msgs, msgs...), all.End()
		return f
	},
	Keep: func(f former) bool { return readable(f.msgs) },
}

// addresses are those at which the other generator published pages; nil for none.
func (f former) addresses() *book.Former {
	if f.site == nil {
		return nil
	}
	return &book.Former{Moved: f.site.Moved(), Addresses: func(p *page.Face) []string {
		return f.site.Addresses(p.Path, func(key string) string {
			if key == "slug" {
				return p.Meta.Slug
			}
			return p.Word(key)
		})
	}}
}

// summary is where mdBook and GitBook look for the order of pages.
const summary = "content/SUMMARY.md"

// former reads what another generator's files say. Of these, SUMMARY.md is no page.
func (s *Session) former(ctx context.Context, in *inputs) {
	list, isPage := in.snap.File(summary)
	files := in.snap.Origin
	if isPage {
		as := list
		as.Path = in.snap.Below(as.Path)
		files = append(slices.Clone(files), as)
	}
	if len(files) == 0 && !origin.Pages(in.snap.Mount) {
		return
	}
	in.former = memo.Of(ctx, s.set, readFormer, formerArgs{files, in.snap.Mount})
	in.msgs = append(in.msgs, in.former.msgs...)
	if of := in.former.of; isPage && (of == origin.MdBook || of == origin.GitBook) {
		in.snap = in.snap.Without(func(path string) bool { return path == list.Path })
		in.snap.Origin = files
		slices.SortFunc(in.snap.Origin, func(a, b source.File) int { return strings.Compare(a.Name, b.Name) })
	}
}
