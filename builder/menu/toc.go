package menu

import (
	"path"
	"strings"

	"go.yaml.in/yaml/v3"

	"handbook/builder/book"
)

// toc reads the toc.yml of DocFX, which orders its folder, and that of MyST.
func (r *reader) toc() {
	doc := r.yaml()
	if project := child(doc, "project"); project != nil {
		doc = child(project, "toc") // a part of a myst.yml
	}
	if doc != nil {
		r.add(book.MenuList{Folder: r.folder(r.dir), Entries: r.contents(doc, 0)})
	}
}

// mystToc reads the _toc.yml of Jupyter Book and the `toc` in myst.yml.
func (r *reader) mystToc() {
	doc := r.yaml()
	if path.Base(r.file.Path) == "myst.yml" {
		doc = child(child(doc, "project"), "toc")
	}
	if doc != nil {
		r.add(book.MenuList{Folder: r.folder(r.dir), Entries: r.contents(doc, 0)})
	}
}

// below are the keys of what stands below an entry, in a table of contents of any of these.
var below = []string{"items", "children", "sections", "chapters", "parts", "entries", "subtrees"}

// contents reads a list of entries, or what stands below one.
func (r *reader) contents(n *yaml.Node, depth int) (all []book.MenuEntry) {
	if depth > maxDepth {
		return nil
	}
	if n.Kind == yaml.MappingNode {
		for _, key := range below {
			if list := child(n, key); list != nil {
				all = append(all, r.contents(list, depth+1)...)
			}
		}
		return all
	}
	for _, item := range n.Content {
		item = alias(item)
		if item.Kind != yaml.MappingNode || !r.more() {
			continue
		}
		if word(item, "glob")+word(item, "pattern") != "" {
			all = append(all, book.MenuEntry{Rest: true})
			continue
		}
		e := book.MenuEntry{Label: word(item, "name") + word(item, "title") + word(item, "caption"), At: r.at(item)}
		for _, key := range []string{"url", "file", "topicHref", "href"} { // the last one counts
			if to := child(item, key); to != nil {
				e.At = r.at(to)
				href := strings.TrimSuffix(strings.TrimSuffix(value(to), "toc.yml"), "TOC.yml")
				base := r.dir
				if top, ok := strings.CutPrefix(href, "~/"); ok {
					href, base = top, "."
				}
				r.leads(&e, href, base)
			}
		}
		e.Children = r.contents(item, depth+1)
		if e.Label != "" || e.Path != "" {
			all = append(all, e)
		}
	}
	return all
}
