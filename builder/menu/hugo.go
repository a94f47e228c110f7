package menu

import (
	"bytes"
	"cmp"
	"fmt"
	"path"
	"slices"
	"strings"

	"github.com/pelletier/go-toml/v2"
	"go.yaml.in/yaml/v3"

	"handbook/builder/book"
	"handbook/builder/diag"
)

// hugoItem is one entry of a menu in Hugo's configuration.
type hugoItem struct {
	Name, Identifier, Parent, PageRef, URL string
	Weight                                 int
}

// hugo reads the main menu of Hugo's configuration.
func (r *reader) hugo() {
	doc := map[string]any{}
	var err error
	if path.Ext(r.file.Path) == ".toml" {
		err = toml.Unmarshal(r.file.Data, &doc)
	} else {
		err = yaml.Unmarshal(r.file.Data, &doc)
	}
	if err != nil {
		r.tell(diag.Place{File: r.file.Name}, "this cannot be read, so pages are not ordered by this file: "+err.Error(), "mend it, or order pages by `weight`")
		return
	}
	menus := doc
	if base := path.Base(r.file.Path); !strings.HasPrefix(base, "menu") {
		menus = table(doc, "menu", "menus")
	}
	list, _ := menus["main"].([]any)
	var items []hugoItem
	for _, one := range list {
		m, _ := one.(map[string]any)
		word := func(keys ...string) string {
			for _, key := range keys {
				if s, ok := m[key].(string); ok {
					return s
				}
			}
			return ""
		}
		item := hugoItem{word("name"), word("identifier"), word("parent"), word("pageRef", "pageref"), word("url"), 0}
		_, _ = fmt.Sscan(fmt.Sprint(m["weight"]), &item.Weight)
		items = append(items, item)
	}
	slices.SortStableFunc(items, func(a, b hugoItem) int {
		if (a.Weight == 0) != (b.Weight == 0) { // without one an entry comes last
			return cmp.Compare(b.Weight*b.Weight, a.Weight*a.Weight)
		}
		return cmp.Or(cmp.Compare(a.Weight, b.Weight), strings.Compare(a.Name, b.Name))
	})
	if len(items) > 0 {
		r.add(book.MenuList{Entries: r.hugoBelow(items, "", 0)})
	}
}

// table is the first of some tables that is there.
func table(doc map[string]any, keys ...string) map[string]any {
	for _, key := range keys {
		if t, ok := doc[key].(map[string]any); ok {
			return t
		}
	}
	return nil
}

func (r *reader) hugoBelow(items []hugoItem, parent string, depth int) (all []book.MenuEntry) {
	if depth > 4 {
		return nil
	}
	for _, item := range items {
		if item.Parent != parent || !r.more() {
			continue
		}
		to := cmp.Or(item.PageRef, item.URL)
		e := book.MenuEntry{Label: item.Name, At: diag.Place{File: r.file.Name}}
		if i := bytes.Index(r.file.Data, []byte(cmp.Or(to, item.Name))); i >= 0 {
			e.At.Start, e.At.End = i, i+len(cmp.Or(to, item.Name))
		}
		switch {
		case strings.HasPrefix(to, "http://"), strings.HasPrefix(to, "https://"):
			e.URL = to
		case strings.Trim(to, "/#") == "" && to != "":
			e.Path = "."
		default:
			e.Path = strings.Trim(to, "/")
		}
		if id := cmp.Or(item.Identifier, item.Name); id != "" {
			e.Children = r.hugoBelow(items, id, depth+1)
		}
		all = append(all, e)
	}
	return all
}
