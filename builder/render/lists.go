package render

import (
	"cmp"
	"slices"
	"strings"
	"unicode"

	"handbook/builder/book"
	"handbook/builder/page"
	"handbook/builder/review"
	"handbook/builder/theme"
)

// Limits of the health page.
const (
	worstLimit = 50  // pages that need someone
	tallyLimit = 100 // owners, and sections
)

// lists are the addresses of generated pages. They are given out before any view is made, since every page links
// to some of them.
type lists struct {
	tags, owners, health, all part
}

// addresses gives generated pages their places.
func (r *renderer) addresses() {
	get := func(name string) part {
		url, path := r.address(name)
		return part{url, path}
	}
	if len(r.Book.Tags) > 0 {
		r.lists.tags = get("tags")
		r.site.Tags = r.lists.tags.url
	}
	r.lists.owners = get("owners")
	r.lists.health = get("health")
	r.lists.all = get("all")
	r.site.Health, r.site.All = r.lists.health.url, r.lists.all.url
}

// listPlans are the pages that are made for no single node.
func (r *renderer) listPlans() []plan {
	l := &r.lists
	plans := []plan{
		{path: l.owners.path, url: l.owners.url, view: func(*hasher) *theme.View { return r.ownersView() }},
		{path: l.health.path, url: l.health.url, view: func(*hasher) *theme.View { return r.healthView() }},
	}
	if len(r.Book.Tags) > 0 {
		plans = append(plans, plan{path: l.tags.path, url: l.tags.url, view: func(*hasher) *theme.View { return r.tagsView() }})
	}
	for _, t := range r.Book.Tags {
		pages := r.pages(strings.TrimSuffix(t.Out, "/index.html"), part{t.URL, t.Out}, len(t.Nodes))
		for i, p := range pages {
			plans = append(plans, plan{path: p.path, url: p.url, view: func(*hasher) *theme.View {
				v := r.tagView(t, cut(t.Nodes, i))
				r.page(v, pages, i, len(t.Nodes))
				return v
			}})
		}
	}
	plans = append(plans, r.allPlans()...)
	if !r.Book.Taken("404.html") {
		plans = append(plans, plan{path: "404.html", view: func(*hasher) *theme.View { return r.missingView() }})
	}
	return plans
}

// list begins the view of a generated page.
func (r *renderer) list(kind, title, summary, url string) *theme.View {
	return &theme.View{
		Site: r.site, Kind: kind, Title: title, Summary: summary, Description: summary, URL: url, Canonical: r.canonical(url),
		Nav: r.nav(nil), Crumbs: []theme.Link{{Title: r.words.Home, URL: r.Book.Home.URL}},
	}
}

func (r *renderer) tagsView() *theme.View {
	v := r.list("tags", r.words.Tags, r.words.TagsNote, r.lists.tags.url)
	for _, t := range r.Book.Tags {
		v.Tags = append(v.Tags, theme.Link{Title: t.Name, URL: t.URL, Count: len(t.Nodes)})
	}
	return v
}

func (r *renderer) tagView(t *book.Tag, nodes []*book.Node) *theme.View {
	v := r.list("tag", strings.ReplaceAll(r.words.TagTitle, "{tag}", t.Name), "", t.URL)
	v.Crumbs = append(v.Crumbs, theme.Link{Title: r.words.Tags, URL: r.lists.tags.url})
	v.Groups = []theme.Group{{ID: "hb:list", Rows: r.rows(nodes)}}
	return v
}

func (r *renderer) ownersView() *theme.View {
	v := r.list("section", r.words.Owners, r.words.OwnersNote, r.lists.owners.url)
	rows := make([]theme.Row, 0, len(r.Book.Owners))
	for _, n := range r.Book.Owners {
		rows = append(rows, theme.Row{Title: n.Title, URL: n.URL, Label: r.label(n), Summary: n.Summary, Pages: len(n.Owns)})
	}
	if len(rows) > 0 {
		v.Groups = []theme.Group{{ID: "hb:list", Rows: rows}}
	}
	return v
}

func (r *renderer) missingView() *theme.View {
	v := r.list("404", r.words.NotFound, r.words.NotFoundNote, "")
	v.Crumbs = nil
	rows := r.rows(r.Book.Home.Children)
	v.Groups = []theme.Group{{ID: "hb:list", Rows: rows[:min(len(rows), 20)]}}
	return v
}

// addOwner turns the view of a team's or person's page into an owner's: who it is, and what they own.
func (r *renderer) addOwner(v *theme.View, n *book.Node) {
	card := &theme.OwnerCard{
		Initials: theme.Initials(n.Title), Department: field(n, "department"), Channel: field(n, "channel"), Email: field(n, "email"),
		Owns: len(n.Owns),
	}
	if n.Page != nil {
		for _, f := range n.Page.Fields {
			if f.Key == "members" {
				card.Members = r.members(f.Value)
			}
		}
	}
	v.Owner = card
	if len(n.Owns) > 0 {
		bar := r.bar(n.Owns)
		v.Bar = &bar
	}
}

// members finds the pages of people that are named by id, by the end of their id or by title.
func (r *renderer) members(value any) []theme.Link {
	list, ok := value.([]any)
	if !ok {
		list = []any{value}
	}
	var links []theme.Link
	for _, item := range list {
		name, ok := item.(string)
		if !ok || name == "" {
			continue
		}
		link := theme.Link{Title: name}
		if n := r.people[strings.ToLower(name)]; n != nil {
			link = theme.Link{Title: n.Title, URL: n.URL}
		}
		links = append(links, link)
	}
	return links
}

// findPeople indexes owners by what frontmatter may call them. Of two with the same short name, the first stands.
func (r *renderer) findPeople() {
	r.people = map[string]*book.Node{}
	for _, n := range r.Book.Owners {
		for _, name := range []string{n.ID, n.ID[strings.LastIndexByte(n.ID, '/')+1:], n.Title} {
			if name = strings.ToLower(name); r.people[name] == nil {
				r.people[name] = n
			}
		}
	}
}

// worstFirst orders pages by state, then by the day of the next review, then by title.
func (r *renderer) worstFirst(nodes []*book.Node) []*book.Node {
	list := slices.Clone(nodes)
	slices.SortStableFunc(list, func(a, b *book.Node) int {
		x, y := r.of(a), r.of(b)
		return cmp.Or(cmp.Compare(x.rank(), y.rank()), x.next().Compare(y.next()), cmp.Compare(a.Title, b.Title), cmp.Compare(a.ID, b.ID))
	})
	return list
}

func (f *facts) rank() int {
	if !f.judged {
		return len(review.States())
	}
	return f.verdict.State.Rank()
}

// next is the day of the next review; the end of time for none.
func (f *facts) next() page.Date {
	if f.verdict.Next.IsZero() {
		return page.Date{Year: 9999, Month: 12, Day: 31}
	}
	return f.verdict.Next
}

// bar counts pages by state, and what time will make of them.
func (r *renderer) bar(nodes []*book.Node) theme.Bar {
	var b theme.Bar
	counts := map[review.State]int{}
	moves := map[theme.Move]int{}
	move := func(day page.Date, from, to review.State) {
		if !day.IsZero() && r.Today.Before(day) {
			moves[theme.Move{Day: day, From: string(from), To: string(to)}]++
		}
	}
	for _, n := range nodes {
		f := r.of(n)
		if !f.judged {
			continue
		}
		state := f.verdict.State
		b.Total++
		counts[state]++
		if r.owners && n.Owner == nil {
			b.Unowned++
		}
		switch state {
		case review.Exempt, review.Overdue:
		case review.Fresh:
			move(f.verdict.Warn, review.Fresh, review.Due)
			move(f.verdict.Next, review.Due, review.Overdue)
		default:
			move(f.verdict.Next, state, review.Overdue)
		}
	}
	b.Needed = b.Total - counts[review.Exempt]
	b.Overdue = counts[review.Overdue]
	b.Inside = b.Needed - counts[review.Overdue] - counts[review.Unreviewed]
	b.Counts = r.counts(counts, b.Total)
	for m, n := range moves {
		m.N = n
		b.Moves = append(b.Moves, m)
	}
	slices.SortFunc(b.Moves, func(x, y theme.Move) int {
		return cmp.Or(x.Day.Compare(y.Day), -cmp.Compare(x.From, y.From), cmp.Compare(x.To, y.To))
	})
	return b
}

// counts lays the states out along the bar, the best first.
func (r *renderer) counts(counts map[review.State]int, total int) []theme.Count {
	order := []review.State{review.Fresh, review.Due, review.Changed, review.Suspect, review.Overdue, review.Unreviewed, review.Exempt}
	list := make([]theme.Count, 0, len(order))
	sum := 0
	for _, s := range order {
		c := theme.Count{Badge: r.state(string(s)), N: counts[s]}
		if total > 0 {
			c.X = sum * 1000 / total
			sum += c.N
			c.W = sum*1000/total - c.X
		}
		list = append(list, c)
	}
	return list
}

func (r *renderer) healthView() *theme.View {
	v := r.list("health", r.words.HealthTitle, "", r.lists.health.url)
	v.Bar = r.whole()
	if !r.reviews && !r.owners {
		return v
	}
	v.Groups = []theme.Group{r.needs()}
	v.Tallies = []theme.TallyList{r.byOwner(), r.bySection()}
	v.Tallies = slices.DeleteFunc(v.Tallies, func(t theme.TallyList) bool { return len(t.Rows) == 0 })
	return v
}

// whole counts every page of the handbook.
func (r *renderer) whole() *theme.Bar {
	bar := r.bar(r.Book.Nodes)
	return &bar
}

// needs lists the pages that cannot be relied on, the most linked ones first: most readers come there by a link.
func (r *renderer) needs() theme.Group {
	g := theme.Group{ID: "hb:needs", Title: r.words.Needs, Note: r.words.NeedsNote}
	var list []*book.Node
	for _, n := range r.Book.Nodes {
		f := r.of(n)
		if !f.judged {
			continue
		}
		switch f.verdict.State {
		case review.Overdue, review.Suspect, review.Changed, review.Unreviewed:
			list = append(list, n)
		default:
			if r.owners && n.Owner == nil {
				list = append(list, n)
			}
		}
	}
	if len(list) == 0 {
		g.Note = r.words.NeedsNothing
		return g
	}
	list = r.worstFirst(list)
	slices.SortStableFunc(list, func(a, b *book.Node) int { return cmp.Compare(len(b.Backlinks), len(a.Backlinks)) })
	for _, n := range list[:min(len(list), worstLimit)] {
		row := r.row(n)
		row.Summary, row.Links = "", len(n.Backlinks)
		if n.Owner != nil {
			row.Owner = theme.Link{Title: n.Owner.Title, URL: n.Owner.URL}
		}
		g.Rows = append(g.Rows, row)
	}
	g.More = len(list) - len(g.Rows)
	return g
}

func (r *renderer) byOwner() theme.TallyList {
	t := theme.TallyList{ID: "hb:owners", Title: r.words.ByOwner, Head: r.words.Owner}
	for _, n := range r.Book.Owners {
		if len(n.Owns) > 0 {
			t.Rows = append(t.Rows, theme.Tally{Title: n.Title, URL: n.URL, Bar: r.bar(n.Owns)})
		}
	}
	return shorten(t)
}

func (r *renderer) bySection() theme.TallyList {
	t := theme.TallyList{ID: "hb:sections", Title: r.words.BySection, Head: r.words.Section}
	rest := []*book.Node{r.Book.Home}
	for _, n := range r.Book.Home.Children {
		below := descend(nil, n)
		if len(n.Children) == 0 {
			rest = append(rest, n)
			continue
		}
		t.Rows = append(t.Rows, theme.Tally{Title: r.short(n), URL: n.URL, Bar: r.bar(below)})
	}
	if bar := r.bar(rest); bar.Total > 0 {
		t.Rows = append(t.Rows, theme.Tally{Title: r.words.HomeSection, URL: r.Book.Home.URL, Bar: bar})
	}
	return shorten(t)
}

// shorten puts those first who have most to do.
func shorten(t theme.TallyList) theme.TallyList {
	slices.SortStableFunc(t.Rows, func(a, b theme.Tally) int {
		return cmp.Or(cmp.Compare(b.Bar.Overdue, a.Bar.Overdue), cmp.Compare(a.Title, b.Title))
	})
	n := min(len(t.Rows), tallyLimit)
	t.More, t.Rows = len(t.Rows)-n, t.Rows[:n]
	for i := range t.Rows {
		bar := &t.Rows[i].Bar // the script keeps only the large bar true: these are many
		bar.Moves = nil
		bar.Counts = slices.DeleteFunc(bar.Counts, func(c theme.Count) bool { return c.N == 0 })
	}
	return t
}

func descend(list []*book.Node, n *book.Node) []*book.Node {
	list = append(list, n)
	for _, c := range n.Children {
		list = descend(list, c)
	}
	return list
}

// allPlans are the list of every page, from A to Z.
func (r *renderer) allPlans() []plan {
	type entry struct {
		node        *book.Node
		letter, key string
	}
	var nodes []entry
	for _, n := range r.Book.Nodes {
		if n.Page != nil && n.URL != "" {
			nodes = append(nodes, entry{n, r.letter(n), strings.ToLower(n.Title)})
		}
	}
	slices.SortFunc(nodes, func(a, b entry) int {
		return cmp.Or(cmp.Compare(a.letter, b.letter), cmp.Compare(a.key, b.key), cmp.Compare(a.node.ID, b.node.ID))
	})
	pages := r.pages(strings.TrimSuffix(r.lists.all.path, "/index.html"), r.lists.all, len(nodes))
	var letters []theme.Link
	for i, e := range nodes {
		if l := e.letter; len(letters) == 0 || letters[len(letters)-1].Title != l {
			letters = append(letters, theme.Link{Title: l, URL: pages[i/listLimit].url + "#" + letterID(l)})
		}
	}
	var plans []plan
	for i, p := range pages {
		plans = append(plans, plan{path: p.path, url: p.url, view: func(*hasher) *theme.View {
			v := r.list("all", r.words.AllPages, r.words.AllNote, p.url)
			v.Letters = letters
			for _, e := range cut(nodes, i) {
				n, l := e.node, e.letter
				if k := len(v.Groups); k == 0 || v.Groups[k-1].Title != l {
					v.Groups = append(v.Groups, theme.Group{ID: letterID(l), Title: l})
				}
				row := r.row(n)
				row.Summary, row.Label, row.Pages = "", r.label(n), 0
				g := &v.Groups[len(v.Groups)-1]
				g.Rows = append(g.Rows, row)
			}
			r.page(v, pages, i, len(nodes))
			return v
		}})
	}
	return plans
}

// letter is what a page stands under in the list of all pages.
func (r *renderer) letter(n *book.Node) string {
	for _, c := range n.Title {
		if unicode.IsLetter(c) {
			return string(unicode.ToUpper(c))
		}
		if unicode.IsDigit(c) {
			break
		}
	}
	return r.words.OtherLetters
}

func letterID(letter string) string { return "letter-" + strings.ToLower(letter) }
