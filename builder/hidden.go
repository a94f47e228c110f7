package builder

import (
	"cmp"
	"context"
	"fmt"
	"path"
	"slices"
	"strings"

	"handbook/builder/diag"
	"handbook/builder/memo"
	"handbook/builder/page"
	"handbook/builder/source"
)

// asides are the hidden files that a page may mean.
type asides struct {
	paths []string // below the content folder
	names []string // of files that it calls by their ends
}

// asidesOf finds them among the links of a page. Most pages have none.
func asidesOf(p *page.Page) (a asides) {
	for i := range p.Links {
		l := &p.Links[i]
		switch l.Kind {
		case page.LinkPath, page.LinkImage:
			dir, target := path.Dir(p.Path), l.Target
			if strings.HasPrefix(target, "/") {
				dir = "."
			}
			if to := path.Join(dir, target); source.Hidden(to) && !strings.HasPrefix(to, "..") {
				a.paths = append(a.paths, to)
			}
		case page.LinkWiki, page.LinkEmbed:
			if name := strings.Trim(l.Target, "/ "); path.Ext(name) != "" && !strings.HasSuffix(name, ".md") {
				a.names = append(a.names, name)
			}
		}
	}
	return a
}

func (a *asides) add(b asides) {
	a.paths, a.names = append(a.paths, b.paths...), append(a.names, b.names...)
}

// of are their paths in a snapshot.
func (a asides) of(snap source.Snapshot) []string {
	paths := a.paths
	for _, name := range a.names {
		paths = append(append(paths, name), snap.Named(name)...)
	}
	return paths
}

// begins says whether an HTML file begins with frontmatter: another generator makes pages of such files.
var begins = &memo.Func[source.File, bool]{
	Name: "HTML",
	Sum: func(f source.File) memo.Sum {
		var h memo.Hash
		holding(&h, f)
		return h.End()
	},
	Make: func(_ context.Context, f source.File) bool { return f.Begins("---\n") || f.Begins("---\r\n") },
}

// sources takes those HTML files from the assets of a snapshot that are no pages but what pages are made of.
func (s *Session) sources(ctx context.Context, snap source.Snapshot) source.Snapshot {
	snap.Assets = slices.DeleteFunc(slices.Clone(snap.Assets), func(f source.File) bool {
		ext := strings.ToLower(path.Ext(f.Path))
		is := (ext == ".html" || ext == ".htm") && memo.Of(ctx, s.set, begins, f)
		if is {
			snap.Unread = append(snap.Unread, f)
		}
		return is
	})
	return snap
}

// prepared reports whether somebody has made the folder a handbook's.
func prepared(snap source.Snapshot, msgs []diag.Located) bool {
	return snap.Config != nil || slices.ContainsFunc(msgs, func(m diag.Located) bool { return m.Rule == diag.InvalidConfig || m.File == "handbook.yaml" })
}

// unread tells of what lies in the content folder and is no page, though somebody may have meant it to be one: once for each
// kind. A folder without any page is told of in any case, unless it has been told of.
func unread(snap source.Snapshot, told diag.List) diag.List {
	var msgs diag.List
	for _, f := range snap.Unread {
		at := diag.Place{File: f.Name}
		if base := path.Base(f.Path); base == "handbook.yaml" || base == "handbook.yml" {
			help := "move it to the folder that holds the content folder, as handbook.yaml"
			switch {
			case snap.Config != nil:
				help = "the one that counts is handbook.yaml beside the content folder: take this one away"
			case f.Name == f.Path:
				help = "call it handbook.yaml"
			}
			m := diag.Message{Place: at, Rule: diag.InvalidConfig, Severity: diag.Error, Text: "nothing in this file holds, because handbook does not look for it here", Help: help}
			if snap.Config != nil {
				m.Severity = diag.Warning
			}
			msgs = append(msgs, m)
			continue
		}
		m := diag.Message{Place: at, Rule: diag.NotAPage, Severity: diag.NotAPage.Severity()}
		if name := hiddenBy(f.Path); name != "" {
			m.Text = fmt.Sprintf("this is no page, because %s begins with %q", name, name[:1])
			whole := f.Path[:strings.Index("/"+f.Path, "/"+name)] + name
			if whole != f.Path {
				whole += "/"
			}
			m.Help = fmt.Sprintf("rename %s if it is meant to be read, or write `ignore: [%q]` into handbook.yaml", name, whole)
			m.Group.Text = fmt.Sprintf("Markdown files are no pages, because names that begin with %q are left out", name[:1])
		} else {
			kind := cmp.Or(source.Foreign(path.Base(f.Path)), "HTML with frontmatter")
			ext, pattern := path.Ext(f.Path), "*"+path.Ext(f.Path)
			if f.Stamp != (source.Stamp{}) { // HTML, of which not all is the source of pages
				pattern = f.Path
			}
			m.Text = fmt.Sprintf("this is no page, because it is %s, which handbook does not read", kind)
			m.Help = fmt.Sprintf("write it as Markdown in a file that ends in .md, or write `ignore: [%q]` into handbook.yaml", pattern)
			m.Group.Text = fmt.Sprintf("files that end in %s are no pages, because handbook does not read %s", ext, kind)
		}
		msgs = append(msgs, m)
	}
	whole := func(m diag.Message) bool { return m.File == "content" } // the folder is not there, or cannot be read
	if len(snap.Pages) == 0 && !slices.ContainsFunc(told, whole) {
		help := "write content/_index.md, or name your folder of Markdown with --content"
		if len(msgs) > 0 {
			help = "see what lies there instead, and why it is no page"
		}
		msgs.Add(diag.NoPages, diag.Place{File: "content"}, "there is no page in this folder", help)
	}
	return msgs
}

// hiddenBy is the part of a path that hides it; "" for none.
func hiddenBy(p string) string {
	for name := range strings.SplitSeq(p, "/") {
		if name[0] == '.' || name[0] == '_' {
			return name
		}
	}
	return ""
}
