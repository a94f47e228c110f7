package bring

import (
	"net/url"
	"path"
	"strings"
)

// links finds where what a document points at will lie.
type links struct {
	from    *Doc
	export  *Export
	byID    map[string]*Doc
	byTitle map[string]*Doc // in lower case; the first of those with one title
}

func newLinks(e *Export) *links {
	l := &links{export: e, byID: map[string]*Doc{}, byTitle: map[string]*Doc{}}
	for _, d := range e.Docs {
		l.byID[d.ID] = d
		key := strings.ToLower(strings.TrimSpace(d.Title))
		if l.byTitle[key] == nil {
			l.byTitle[key] = d
		}
	}
	return l
}

// to is the address of a document as the present one writes it; "" for one that is not brought.
func (l *links) to(d *Doc) string {
	if d == nil {
		return ""
	}
	return l.relative(d.path)
}

// titled is the document with a title.
func (l *links) titled(title string) *Doc {
	return l.byTitle[strings.ToLower(strings.TrimSpace(title))]
}

// file is the address of an attachment of a document, which is the present one for nil; "" for one that is not brought.
func (l *links) file(d *Doc, name string) string {
	if d == nil {
		d = l.from
	}
	for _, f := range d.Files {
		if f.Name == name {
			return l.relative(f.path)
		}
	}
	return ""
}

// lost notes a link that leads to nothing in the export.
func (l *links) lost() {
	l.export.notes.add("links to pages that are not in the export", l.from.Title, "their words are kept; export those pages too, or link to where they are now")
}

func (l *links) relative(to string) string {
	from := strings.Split(path.Dir(l.from.path), "/")
	parts := strings.Split(to, "/")
	for len(from) > 0 && len(parts) > 1 && from[0] == parts[0] {
		from, parts = from[1:], parts[1:]
	}
	if len(from) == 1 && from[0] == "." {
		from = nil
	}
	for i := range parts {
		parts[i] = strings.ReplaceAll(url.PathEscape(parts[i]), "(", "%28")
		parts[i] = strings.ReplaceAll(parts[i], ")", "%29")
	}
	return strings.Repeat("../", len(from)) + strings.Join(parts, "/")
}
