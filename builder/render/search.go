package render

import (
	"cmp"
	"encoding/json"
	"path"
	"slices"
	"strings"

	"handbook/builder/book"
	"handbook/builder/memo"
	"handbook/builder/search"
	"handbook/builder/signs"
	"handbook/builder/theme"
)

// searchFolder is where the files of the index are, unless the content has a page or a file there.
const searchFolder = "search/data/"

func (m *lister) searchView() *theme.View {
	return m.list("search", m.signs.Words.Search.Title, m.signs.Words.Search.Note, m.places.lists.search.url)
}

// searcher makes the search index.
type searcher struct {
	signs  *signs.Book
	places *places
	texts  *texts
	set    *memo.Set
}

// searchFiles are the index. It holds what is published and nothing else: a page that is left out is no node of the book. Built-in
// pages are found by what they say of themselves; what their views show is found at the pages that it is taken from.
func (m *searcher) searchFiles() []Output {
	if m.places.lists.index.path == "" {
		return nil
	}
	all := slices.Concat(m.signs.Book.Nodes, m.places.builtIn, []*book.Node{
		{ID: "all", URL: m.places.lists.all.url, Out: m.places.lists.all.path, Title: m.signs.Words.AllPages, Summary: m.signs.Words.AllNote},
		{ID: "tags", URL: m.places.lists.tags.url, Out: m.places.lists.tags.path, Title: m.signs.Words.Tags, Summary: m.signs.Words.TagsNote},
	})
	nodes := make([]*book.Node, 0, len(all))
	from := search.Pages{URLs: make([]string, 0, len(all))}
	types := map[string]int{}
	for _, n := range all {
		if n.URL == "" || n.Out == "" {
			continue
		}
		if b := m.texts.inFolder(n); b != nil {
			n = b
		}
		if n.Page != nil {
			types[n.Type]++
			from.Words += m.texts.text(n).Words
		}
		if m.searchMarkdown(n) == "" {
			from.Texts = append(from.Texts, len(nodes))
		}
		nodes, from.URLs = append(nodes, n), append(from.URLs, m.searchURL(n))
	}
	from.Make = func() []search.Page {
		pages := make([]search.Page, len(nodes))
		for i, n := range nodes {
			pages[i] = m.searchPage(n)
		}
		return pages
	}
	site := search.Site{Language: m.searchLanguage(), About: m.searchAbout(types), Base: m.signs.Site.Base, Folder: m.places.lists.index.path}
	files := search.Files(site, from, m.set)
	makers := make([]searchFile, len(files))
	list := make([]Output, len(files))
	for i := range files {
		f := &makers[i]
		f.by, f.File = f, files[i]
		list[i] = Output{Path: f.Path, Aside: true, made: &f.made}
	}
	return list
}

// searchFile makes a file of the index.
type searchFile struct {
	made
	search.File
}

func (f *searchFile) data(*made) ([]byte, error) { return f.File.Data() }

func (f *searchFile) from() []Input {
	return []Input{{"every page", f.File.Key()}, {"its name", newHasher(nil).sum(path.Base(f.Path))}}
}

// searchLanguage is the language whose grammar the search follows.
func (m *searcher) searchLanguage() string {
	language, _, _ := strings.Cut(cmp.Or(m.signs.Book.Site.Search.Stemming, m.signs.Site.Language), "-")
	return strings.ToLower(language)
}

// searchAbout is what the search in the browser needs to know of the interface.
func (m *searcher) searchAbout(types map[string]int) []byte {
	type choice struct{ Name, Label string }
	chips := []choice{}
	for _, t := range m.signs.Book.Site.Types {
		if types[t.Name] > 0 && t.Name != "page" {
			chips = append(chips, choice{t.Name, t.Label})
		}
	}
	// The first few are offered as filters: what there is most of, but people, teams and words are found by their names.
	who := []string{"person", "team"} // what a question with "who" asks for
	last := func(c choice) int { return slices.Index(append(who, "term"), c.Name) }
	slices.SortStableFunc(chips, func(a, b choice) int {
		return cmp.Or(cmp.Compare(last(a), last(b)), cmp.Compare(types[b.Name], types[a.Name]))
	})
	start := [][2]string{}
	for _, n := range m.signs.Book.Home.Children {
		if n.URL != "" && !n.Draft && len(start) < 6 {
			start = append(start, [2]string{m.signs.Short(n), strings.TrimPrefix(n.URL, m.signs.Site.Base)})
		}
	}
	about, err := json.Marshal(map[string]any{
		"words": m.signs.Words.Search, "states": m.signs.Words.States, "types": chips, "start": start, "who": who,
		"reviews": m.signs.Reviews, "owners": m.signs.Owned, "all": strings.TrimPrefix(m.places.lists.all.url, m.signs.Site.Base),
	})
	if err != nil {
		return nil // texts and lists of them can always be written
	}
	return about
}

// searchURL is how the index calls a page.
func (m *searcher) searchURL(n *book.Node) string {
	return strings.TrimPrefix(n.URL, m.signs.Site.Base)
}

// searchMarkdown is where the search reads a page's text, as the index calls it. In a large handbook that is its Markdown,
// where it is published: a third copy of every text would be a quarter of the site.
func (m *searcher) searchMarkdown(n *book.Node) string {
	if !isLarge(m.signs) {
		return ""
	}
	return strings.TrimPrefix(m.places.copyURL(n), m.signs.Site.Base)
}

func (m *searcher) searchPage(n *book.Node) search.Page {
	f := m.signs.Of(n)
	p := search.Page{
		URL: m.searchURL(n), Markdown: m.searchMarkdown(n), Title: n.Title, About: n.Summary, Type: n.Type, Label: m.signs.Label(n), Status: n.Status, Draft: n.Draft, Text: m.texts.text(n),
	}
	if n.Page != nil {
		p.Also, p.About = n.Page.Meta.AlsoKnownAs, n.Page.Meta.Description
		p.Fill = func(link int) string {
			if link < len(n.Targets) && n.Targets[link].Node != nil {
				return n.Targets[link].Node.Title
			}
			return ""
		}
	}
	for _, t := range n.Tags {
		p.Tags = append(p.Tags, t.Name)
	}
	p.Owned = !signs.LacksOwner(n) || !m.signs.Has(n)
	if o := n.Owner; o != nil {
		p.Owner = o.Title
		p.Owners = []string{o.ID[strings.LastIndexByte(o.ID, '/')+1:], o.Title}
	}
	for up := n.Parent; up != nil && up != m.signs.Book.Home; up = up.Parent {
		p.In = append(p.In, m.signs.Short(up))
		p.Paths = append(p.Paths, up.ID)
	}
	slices.Reverse(p.In)
	if n.Section && n.ID != "" {
		p.Paths = append(p.Paths, n.ID)
	}
	if f.Judged && m.signs.Reviews {
		p.State, p.Warn, p.Next = string(f.Verdict.State), f.Verdict.Warn, f.Verdict.Next
	}
	return p
}
