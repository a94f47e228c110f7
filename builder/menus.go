package builder

import (
	"context"
	"path"
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

// summary is the page in which mdBook and GitBook look for the order of pages, by its name: SUMMARY.md, or what .gitbook.yaml names.
func summary(snap source.Snapshot) string {
	for _, f := range snap.Origin {
		if !strings.HasPrefix(path.Base(f.Path), ".gitbook.y") {
			continue
		}
		if data, err := f.Read(); err == nil {
			if below, ok := strings.CutPrefix("/"+origin.Summary(f.Path, data), strings.TrimSuffix("/"+snap.Mount, "/")+"/"); ok {
				return "content/" + below
			}
		}
	}
	return "content/SUMMARY.md"
}

// former reads what another generator's files say. Of these, SUMMARY.md is no page.
func (s *Session) former(ctx context.Context, in *inputs) {
	list, isPage := in.snap.File(summary(in.snap))
	files := in.snap.Origin
	if isPage {
		as := list
		as.Path = path.Join(path.Dir(in.snap.Below(as.Path)), "SUMMARY.md") // whatever its name is
		files = append(slices.Clone(files), as)
	}
	if slices.ContainsFunc(files, func(f source.File) bool { return path.Base(f.Path) == "docfx.json" || path.Base(f.Path) == "myst.yml" }) {
		files = slices.Clone(files)
		for _, f := range in.snap.Assets {
			if path.Base(f.Path) == "toc.yml" {
				f.Path = in.snap.Below(f.Path)
				files = append(files, f)
			}
		}
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
