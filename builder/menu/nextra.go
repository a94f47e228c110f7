package menu

import (
	"cmp"
	"path"
	"strings"

	"go.yaml.in/yaml/v3"

	"handbook/builder/book"
	"handbook/builder/diag"
)

// meta reads the _meta.json of Nextra, a map by names of files, and of Rspress, a list of names and maps.
func (r *reader) meta() {
	doc := r.yaml()
	if doc == nil {
		return
	}
	l := book.MenuList{Folder: r.folder(r.dir)}
	switch doc.Kind {
	case yaml.MappingNode:
		for i := 0; i+1 < len(doc.Content) && r.more(); i += 2 {
			key, v := doc.Content[i], alias(doc.Content[i+1])
			if key.Value == "*" {
				continue
			}
			e := book.MenuEntry{Label: value(v), At: r.at(key)}
			if v.Kind == yaml.MappingNode {
				e.Label = word(v, "title")
				e.Hidden = word(v, "display") == "hidden"
			}
			r.metaEntry(&l, e, key.Value, word(v, "type") == "separator", cmp.Or(word(v, "href"), word(v, "url")))
		}
	case yaml.SequenceNode:
		for _, item := range doc.Content {
			if item = alias(item); !r.more() {
				break
			}
			e := book.MenuEntry{Label: word(item, "label"), At: r.at(item)}
			kind := word(item, "type")
			r.metaEntry(&l, e, value(item)+word(item, "name"), kind == "section-header" || kind == "divider" || kind == "dir-section-header", word(item, "link"))
		}
	}
	r.add(l)
}

// metaEntry adds an entry by the name of a file or folder, or by the address where it leads.
func (r *reader) metaEntry(l *book.MenuList, e book.MenuEntry, name string, words bool, href string) {
	switch {
	case words:
		if e.Label == "" {
			return // a line
		}
	case strings.HasPrefix(href, "/"):
		e.Path = strings.Trim(href, "/")
	case href != "":
		if !r.leads(&e, href, r.dir) {
			return
		}
	case name == "" || !r.leads(&e, name, r.dir):
		return
	}
	l.Entries = append(l.Entries, e)
}

// order reads the .order of a wiki of Azure DevOps: names of files, one a line.
func (r *reader) order() {
	l := book.MenuList{Folder: r.folder(r.dir)}
	offset := 0
	for line := range strings.Lines(string(r.file.Data)) {
		name := strings.TrimSpace(strings.TrimPrefix(line, "\uFEFF"))
		at := diag.Place{File: r.file.Name, Start: offset, End: offset + len(strings.TrimRight(line, "\r\n"))}
		offset += len(line)
		if below, ok := r.below(path.Join(r.dir, name)); name != "" && ok && r.more() {
			l.Entries = append(l.Entries, book.MenuEntry{Path: below, At: at})
		}
	}
	r.add(l)
}
