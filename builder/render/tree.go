package render

import (
	"strings"

	"handbook/builder/book"
	"handbook/builder/diag"
	"handbook/builder/theme"
)

// treeList is how many entries of one list the tree holds; a longer one ends with a link to the whole list.
const treeList = 200

// treeEntry is an entry of the navigation: its title, its address below its folder's ("checkout" for
// /specs/checkout/, or a whole address), what it holds, its mark, and Badge.Due. What is empty at the end is
// left out.
type treeEntry []any

// tree is the navigation of the whole handbook for the script, which asks for it when somebody opens a section that the
// page does not show.
func (m *navs) tree() []byte {
	marks := map[string]string{}
	tree := struct {
		Base  string            `json:"base"`
		Marks map[string]string `json:"marks"` // by state, as HTML
		Tree  []treeEntry       `json:"tree"`
	}{m.signs.Site.Base, marks, m.treeBelow(m.signs.Book.Home, marks)}
	return append(diag.AsJSON(tree, ""), '\n')
}

func (m *navs) treeBelow(folder *book.Node, marks map[string]string) []treeEntry {
	list := []treeEntry{}
	for _, n := range folder.Children {
		if n.URL == "" {
			continue
		}
		if len(list) == treeList {
			return append(list, treeEntry{m.signs.AllOf(folder), folder.URL})
		}
		f := m.signs.Of(n).Signs()
		e := treeEntry{m.signs.Short(n), below(folder.URL, n.URL), m.treeBelow(n, marks), "", ""}
		if f.Mark != nil {
			e[3] = f.Mark.State
			if _, ok := marks[f.Mark.State]; !ok {
				html, _ := m.theme.Mark(theme.Badge{State: f.Mark.State, Word: f.Mark.Word}) // it was tried when it was loaded
				marks[f.Mark.State] = html
			}
		}
		if f.Ages {
			e[4] = f.Badge.Due()
		}
		for len(e) > 2 && empty(e[len(e)-1]) {
			e = e[:len(e)-1]
		}
		list = append(list, e)
	}
	return list
}

// below is an address as seen from its folder's: one segment where it stands right below it.
func below(folder, url string) string {
	if rest, ok := strings.CutPrefix(url, folder); ok && strings.HasSuffix(rest, "/") && strings.Count(rest, "/") == 1 {
		return strings.TrimSuffix(rest, "/")
	}
	return url
}

func empty(v any) bool {
	list, ok := v.([]treeEntry)
	return ok && len(list) == 0 || v == ""
}
