package render

import (
	"cmp"
	"encoding/json"
	"path"
	"slices"
	"strings"

	"handbook/builder/book"
	"handbook/builder/search"
	"handbook/builder/signs"
	"handbook/builder/theme"
)

// searchFolder is where the files of the index are, unless the content has a page or a file there.
const searchFolder = "search/data/"

// searchAddress gives the search page its place, and the files of the index one below it.
func (r *renderer) searchAddress() {
	if r.Book.Site.Search.Off {
		return
	}
	url, path := r.address("search")
	r.lists.search = part{url, path}
	usual := strings.TrimSuffix(path, "index.html") + "data"
	dir := usual
	for r.inUse(dir + "/") {
		dir += "-"
	}
	r.lists.index = part{r.base + dir + "/", dir + "/"}
	if r.site.Search = url; dir != usual {
		r.site.SearchIndex = r.lists.index.url
	}
}

// inUse reports whether the content publishes something below a folder.
func (r *renderer) inUse(dir string) bool {
	for p := range r.Book.Assets {
		if strings.HasPrefix(p, dir) {
			return true
		}
	}
	return slices.ContainsFunc(r.Book.Nodes, func(n *book.Node) bool { return strings.HasPrefix(n.Out, dir) })
}

func (r *renderer) searchView() *theme.View {
	return r.list("search", r.words.Search.Title, r.words.Search.Note, r.lists.search.url)
}

// searchFiles are the index. It holds what is published and nothing else: a page that is left out is no node of the book.
func (r *renderer) searchFiles() []Output {
	if r.lists.index.path == "" {
		return nil
	}
	nodes := make([]*book.Node, 0, len(r.Book.Nodes))
	from := search.Pages{URLs: make([]string, 0, len(r.Book.Nodes))}
	types := map[string]int{}
	for _, n := range r.Book.Nodes {
		if n.URL == "" || n.Out == "" {
			continue
		}
		if n.Page != nil {
			types[n.Type]++
			from.Words += r.text(n).Words
		}
		nodes, from.URLs = append(nodes, n), append(from.URLs, r.searchURL(n))
	}
	from.Make = func() []search.Page {
		pages := make([]search.Page, len(nodes))
		for i, n := range nodes {
			pages[i] = r.searchPage(n)
		}
		return pages
	}
	site := search.Site{Language: r.searchLanguage(), About: r.searchAbout(types), Base: r.base, Folder: r.lists.index.path}
	files := search.Files(site, from, r.Search)
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

func (f *searchFile) data() ([]byte, error) { return f.File.Data() }

func (f *searchFile) from() []Input {
	return []Input{{"every page", f.File.Key()}, {"its name", newHasher(nil).sum(path.Base(f.Path))}}
}

// searchLanguage is the language whose grammar the search follows.
func (r *renderer) searchLanguage() string {
	language, _, _ := strings.Cut(cmp.Or(r.Book.Site.Search.Stemming, r.site.Language), "-")
	return strings.ToLower(language)
}

// searchAbout is what the search in the browser needs to know of the interface.
func (r *renderer) searchAbout(types map[string]int) []byte {
	type choice struct{ Name, Label string }
	chips := []choice{}
	for _, t := range r.Book.Site.Types {
		if types[t.Name] > 0 && t.Name != "page" {
			chips = append(chips, choice{t.Name, t.Label})
		}
	}
	// The first few are offered as filters: what there is most of, but people, teams and words are found by their names.
	last := func(c choice) int { return slices.Index([]string{"person", "team", "term"}, c.Name) }
	slices.SortStableFunc(chips, func(a, b choice) int {
		return cmp.Or(cmp.Compare(last(a), last(b)), cmp.Compare(types[b.Name], types[a.Name]))
	})
	start := [][2]string{}
	for _, n := range r.Book.Home.Children {
		if n.URL != "" && !n.Draft && len(start) < 6 {
			start = append(start, [2]string{r.signs.Short(n), strings.TrimPrefix(n.URL, r.base)})
		}
	}
	about, err := json.Marshal(map[string]any{
		"words": r.words.Search, "states": r.words.States, "types": chips, "start": start,
		"reviews": r.signs.Reviews, "owners": r.signs.Owned, "all": strings.TrimPrefix(r.lists.all.url, r.base),
	})
	if err != nil {
		return nil // texts and lists of them can always be written
	}
	return about
}

// searchURL is how the index calls a page.
func (r *renderer) searchURL(n *book.Node) string { return strings.TrimPrefix(n.URL, r.base) }

func (r *renderer) searchPage(n *book.Node) search.Page {
	f := r.signs.Of(n)
	p := search.Page{
		URL: r.searchURL(n), Title: n.Title, Type: n.Type, Label: r.signs.Label(n), Status: n.Status, Draft: n.Draft, Text: r.text(n),
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
	p.Owned = !signs.LacksOwner(n)
	if o := n.Owner; o != nil {
		p.Owner = o.Title
		p.Owners = []string{o.ID[strings.LastIndexByte(o.ID, '/')+1:], o.Title}
	}
	for up := n.Parent; up != nil && up != r.Book.Home; up = up.Parent {
		p.In = append(p.In, r.signs.Short(up))
		p.Paths = append(p.Paths, up.ID)
	}
	slices.Reverse(p.In)
	if n.Section && n.ID != "" {
		p.Paths = append(p.Paths, n.ID)
	}
	if f.Judged && r.signs.Reviews {
		p.State, p.Warn, p.Next = string(f.Verdict.State), f.Verdict.Warn, f.Verdict.Next
	}
	return p
}
