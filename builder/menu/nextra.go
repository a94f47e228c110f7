package menu

import (
	"cmp"
	"path"
	"strings"

	"go.yaml.in/yaml/v3"

	"handbook/builder/book"
	"handbook/builder/diag"
)

// meta reads the _meta.json and _meta.js of Nextra, a map by names of files, and of Rspress, a list of names and maps.
func (r *reader) meta() {
	doc := r.yaml()
	if doc == nil {
		return
	}
	l := book.MenuList{Folder: r.folder(r.dir)}
	switch doc.Kind {
	case yaml.MappingNode:
		r.metaMap(&l, doc, r.dir, 0)
	case yaml.SequenceNode:
		for _, item := range doc.Content {
			if item = alias(item); !r.more() {
				break
			}
			e := book.MenuEntry{Label: word(item, "label"), At: r.at(item)}
			kind := word(item, "type")
			r.metaEntry(&l, r.dir, e, value(item)+word(item, "name"), kind == "section-header" || kind == "divider" || kind == "dir-section-header", word(item, "link"))
		}
	}
	r.add(l)
}

// metaMap reads a map by names of files in a folder. What is below one of them may stand in it.
func (r *reader) metaMap(l *book.MenuList, n *yaml.Node, dir string, depth int) {
	for i := 0; i+1 < len(n.Content) && r.more() && depth < maxDepth; i += 2 {
		key, v := n.Content[i], alias(n.Content[i+1])
		if key.Value == "*" {
			continue
		}
		e := book.MenuEntry{Label: value(v), At: r.at(key)}
		if v.Kind == yaml.MappingNode {
			e.Label = word(v, "title")
			e.Hidden = word(v, "display") == "hidden"
		}
		if items := child(v, "items"); items != nil && items.Kind == yaml.MappingNode && word(v, "type") != "menu" {
			below := book.MenuList{}
			r.metaMap(&below, items, path.Join(dir, key.Value), depth+1)
			e.Children = below.Entries
		}
		r.metaEntry(l, dir, e, key.Value, word(v, "type") == "separator", cmp.Or(word(v, "href"), word(v, "url")))
	}
}

// metaEntry adds an entry by the name of a file or folder, or by the address where it leads.
func (r *reader) metaEntry(l *book.MenuList, dir string, e book.MenuEntry, name string, words bool, href string) {
	switch {
	case words:
		if e.Label == "" {
			return // a line
		}
	case strings.HasPrefix(href, "/"):
		e.Path = strings.Trim(href, "/")
	case href != "":
		if !r.leads(&e, href, dir) {
			return
		}
	case name == "" || !r.leads(&e, name, dir):
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
