package book

import (
	"cmp"
	"slices"
	"strings"
)

// collectTags gathers the pages of each tag. Letter case does not tell tags apart; the commonest spelling is shown.
func (r *resolver) collectTags() {
	type tagged struct {
		tag  *Tag
		last *Node // that has it
	}
	type spelling struct {
		of    *tagged // nil for nothing
		name  string
		count int
	}
	tags, spelled := map[string]*tagged{}, map[string]*spelling{}
	read := func(written string) *spelling {
		s := &spelling{name: strings.Trim(strings.TrimLeft(strings.TrimSpace(written), "#"), "/ ")}
		spelled[written] = s
		key := fold(s.name)
		if key != "" && tags[key] == nil {
			tags[key] = &tagged{tag: &Tag{}}
			r.book.Tags = append(r.book.Tags, tags[key].tag)
		}
		s.of = tags[key]
		return s
	}
	for _, n := range r.nodes {
		for _, written := range n.tags {
			s := spelled[written]
			if s == nil {
				s = read(written)
			}
			if s.of == nil {
				continue
			}
			s.count++
			if n.Tags == nil {
				n.Tags = make([]*Tag, 0, len(n.tags))
			}
			if s.of.last != n {
				s.of.last = n
				n.Tags = append(n.Tags, s.of.tag)
			}
		}
	}
	for _, n := range r.byTitle {
		for _, t := range n.Tags {
			t.Nodes = append(t.Nodes, n)
		}
	}
	spellings := map[*Tag]map[string]int{}
	for _, s := range spelled {
		if s.of == nil {
			continue
		}
		if spellings[s.of.tag] == nil {
			spellings[s.of.tag] = map[string]int{}
		}
		spellings[s.of.tag][s.name] += s.count
	}
	for _, t := range r.book.Tags {
		t.Name = commonest(spellings[t])
	}
	order := map[*Tag]string{}
	for _, t := range r.book.Tags {
		order[t] = r.book.Titles.Key(t.Name)
	}
	slices.SortFunc(r.book.Tags, func(a, b *Tag) int { return cmp.Or(cmp.Compare(order[a], order[b]), cmp.Compare(a.Name, b.Name)) })
	for _, exact := range []bool{true, false} { // "c" keeps /tags/c/, and "C++" gets /tags/c-2/
		for _, t := range r.book.Tags {
			if s := tagSlug(t.Name); t.Slug == "" && exact == (s == fold(t.Name)) {
				r.addressTag(t, s)
			}
		}
	}
	if len(r.book.Tags) > 0 {
		r.urls["tags"] = r.Site.BasePath + "tags/"
	}
	r.urls["all"] = r.Site.BasePath + "all/"
	if !r.Site.Search.Off {
		r.urls["search"] = r.Site.BasePath + "search/"
	}
	r.findBuiltIn()
	for _, g := range r.Own {
		if !strings.HasSuffix(g.Out, "/") && !strings.ContainsAny(g.Out[:1], "._") {
			r.urls[g.Out] = r.Site.BasePath + g.Out
		}
	}
}

// findBuiltIn sees which built-in pages have something to show. A page of the handbook's own that shows views stands in the
// place of a built-in one; another only keeps its address. A folder without a page of its own shows the built-in page.
func (r *resolver) findBuiltIn() {
	shown := make([]bool, len(r.BuiltIn))
	for _, n := range r.nodes {
		for i := range shown {
			shown[i] = shown[i] || r.BuiltIn[i].shows(n)
		}
	}
	for i, b := range r.BuiltIn {
		if !shown[i] {
			continue
		}
		r.book.BuiltIn = append(r.book.BuiltIn, b.Name)
		if r.ids[b.Name] == nil && !r.claims.taken(b.Name+"/index.html") && !r.claims.taken(b.Name) {
			r.urls[b.Name] = r.Site.BasePath + b.Name + "/"
		}
	}
}

// shows reports whether a node is such that the built-in page has something to show.
func (b *BuiltIn) shows(n *Node) bool {
	switch b.Field {
	case "":
		return true
	case "acknowledge":
		return n.Acknowledge != nil
	case "questions":
		return len(n.Questions) > 0
	}
	if n.Type != b.Type { // it is asked of every node, so the cheaper question comes first
		return false
	}
	_, ok := n.Value(b.Field)
	return ok
}

// Own is the handbook's own page in the place of a built-in one; nil when there is none.
func (b *Book) Own(name string) *Node {
	if n := b.byID[name]; n != nil && n.Page != nil && len(n.Page.Views) > 0 {
		return n
	}
	return nil
}

func (r *resolver) addressTag(t *Tag, slug string) {
	for path := r.free("tags/" + slug); ; path = r.claims.beside(t.Out) {
		t.Slug = strings.TrimPrefix(path, "tags/")
		t.URL, t.Out = r.address(path)
		if _, ok := r.claims.claim(t.Out, claim{what: "the page of the tag " + t.Name, url: t.URL, own: true}); ok {
			r.urls[path] = t.URL
			return
		}
	}
}

// tagLevels is how many levels of a tag are levels of its address too.
const tagLevels = 8

// tagSlug keeps the levels of a tag such as "plugin/filter".
func tagSlug(name string) string {
	parts := strings.SplitN(name, "/", tagLevels)
	for i, p := range parts {
		parts[i] = Slug(p, "tag")
	}
	return strings.Join(parts, "/")
}

func commonest(spellings map[string]int) string {
	best := ""
	for name, n := range spellings {
		if m := spellings[best]; n > m || n == m && name < best {
			best = name
		}
	}
	return best
}
