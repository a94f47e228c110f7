package menu

import (
	"cmp"
	"path"
	"strings"

	"go.yaml.in/yaml/v3"

	"handbook/builder/book"
)

// mkdocs reads `nav` of mkdocs.yml.
func (r *reader) mkdocs() {
	doc := r.yaml()
	nav := child(doc, "nav")
	if nav == nil || nav.Kind != yaml.SequenceNode {
		return
	}
	docs := path.Join(r.dir, cmp.Or(word(doc, "docs_dir"), "docs"))
	if _, ok := r.below(docs); !ok && !strings.HasPrefix(r.mount, docs+"/") {
		return // it is the navigation of other pages
	}
	r.add(book.MenuList{Folder: r.folder(docs), Entries: r.nav(nav, docs, 0)})
}

// nav reads a list of paths, of titles with paths, and of titles with lists.
func (r *reader) nav(list *yaml.Node, base string, depth int) []book.MenuEntry {
	var all []book.MenuEntry
	if depth > maxDepth {
		return nil
	}
	for _, item := range list.Content {
		switch item = alias(item); item.Kind {
		case yaml.ScalarNode:
			all = r.navItem(all, "", item, item, base, depth)
		case yaml.MappingNode:
			for i := 0; i+1 < len(item.Content); i += 2 {
				all = r.navItem(all, item.Content[i].Value, item.Content[i], alias(item.Content[i+1]), base, depth)
			}
		}
	}
	return all
}

func (r *reader) navItem(all []book.MenuEntry, label string, key, to *yaml.Node, base string, depth int) []book.MenuEntry {
	if !r.more() {
		return all
	}
	e := book.MenuEntry{Label: label, At: r.at(to)}
	switch text := value(to); {
	case to.Kind == yaml.SequenceNode && to.Tag == "!!seq": // "!ENV [NAME, index.md]" is none
		e.At = r.at(key)
		e.Children = r.nav(to, base, depth+1)
	case strings.HasPrefix(text, "...") || text == "*" || strings.HasPrefix(text, "*."):
		e = book.MenuEntry{Rest: true}
	case text == "" || !r.leads(&e, text, base):
		return all
	}
	return append(all, e)
}

// pages reads the .pages of the plugin awesome-pages, and what came after it.
func (r *reader) pages() {
	doc := r.yaml()
	if doc == nil {
		return
	}
	l := book.MenuList{Folder: r.folder(r.dir), Label: word(doc, "title"), Hidden: word(doc, "hide") == "true", Reverse: word(doc, "order") == "desc"}
	for _, key := range []string{"nav", "arrange"} {
		if nav := child(doc, key); nav != nil && nav.Kind == yaml.SequenceNode && l.Entries == nil {
			l.Entries = r.nav(nav, r.dir, 0)
		}
	}
	r.add(l)
}
