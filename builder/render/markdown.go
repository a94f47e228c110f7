package render

import (
	"bytes"
	"cmp"
	"fmt"
	"net/url"
	"path"
	"regexp"
	"slices"
	"strings"

	"handbook/builder/book"
	"handbook/builder/diag"
	"handbook/builder/page"
	"handbook/builder/people"
	"handbook/builder/review"
)

// placeCopies gives the Markdown of each page its place: its own address with .md, so that who knows the one knows the
// other. What the content has put there stays, and the page has no Markdown.
func (r *renderer) placeCopies() {
	if !r.Book.Site.Outputs.Markdown || r.Source == nil {
		return
	}
	for _, n := range r.Book.Nodes {
		if n.Page == nil || n.URL == "" {
			continue
		}
		path := "index.md"
		if dir := strings.TrimSuffix(n.Out, "/index.html"); dir != n.Out {
			if path = n.Page.Path; strings.TrimSuffix(path, ".md") != dir { // of most pages it is the path of the file too
				path = dir + ".md"
			}
		}
		why := "where something else is already"
		if len(path)-strings.LastIndexByte(path, '/') > 256 {
			why = "a name longer than file systems take"
		} else if key := strings.ToLower(path); r.Book.Free(path) && !r.taken[key] {
			if r.at(n).copy = path; n == r.Book.Home || n.Page.Meta.Slug != "" { // no other two can want the same
				r.taken[key] = true
			}
			continue
		}
		at := diag.Place{File: n.Page.File}
		if n.Page.Meta.Slug != "" {
			at = n.Page.Place("slug")
		}
		r.msgs.Add(diag.SameAddress, at, fmt.Sprintf("the Markdown of this page would be published at %s, %s", r.base+book.EscapePath(path), why),
			"give the page or the other file another name; until then the page has no Markdown for programs")
	}
}

// copyURL is the address of a page's Markdown; "" where it is not published.
func (r *renderer) copyURL(n *book.Node) string {
	path := r.at(n).copy
	if path == "" {
		return ""
	}
	return r.base + book.EscapePath(path)
}

// copies are the Markdown of the pages.
func (r *renderer) copies() []Output {
	copies := make([]copyPage, len(r.Book.Nodes))
	list := make([]Output, 0, len(copies))
	for i, n := range r.Book.Nodes {
		if path := r.at(n).copy; path != "" {
			c := &copies[i]
			c.by, c.r, c.node = c, r, n
			list = append(list, Output{Path: path, Aside: true, made: &c.made})
		}
	}
	return list
}

// copyPage makes the Markdown of a page.
type copyPage struct {
	made
	r    *renderer
	node *book.Node
}

func (c *copyPage) data() ([]byte, error) { return c.r.copy(c.node) }

func (c *copyPage) from() []Input {
	h := c.r.hashers.Get().(*hasher)
	defer c.r.hashers.Put(h)
	return []Input{{"its text", c.r.text(c.node).Text.Sum}, {"its review", h.sum(c.r.copyHead(c.node))}, {"its links", h.sum(c.r.leads(c.node))}}
}

// lead is a link of a page that reads otherwise in its Markdown.
type lead struct {
	Link int
	To   string // without the part behind the #; "" for nowhere
}

// leads are the links that must be written otherwise for the page's Markdown to lead to the Markdown of others: it does
// not lie where the file does, and neither do they. A wikilink keeps the name that the page shows too.
func (r *renderer) leads(n *book.Node) []lead {
	var list []lead
	from := r.copyURL(n)
	for i := range n.Page.Links {
		link := &n.Page.Links[i]
		if link.Kind != page.LinkPath && link.Kind != page.LinkImage || link.Target == "" || i >= len(n.Targets) {
			continue
		}
		t := n.Targets[i]
		to := t.Asset
		if t.Node != nil {
			to = cmp.Or(r.copyURL(t.Node), t.Node.URL)
		}
		if to != "" {
			to = relative(from, to)
			if plain, err := url.PathUnescape(to); err == nil && plain == path.Clean(link.Target) {
				continue
			}
		}
		list = append(list, lead{i, to})
	}
	return list
}

// relative is the address to as it is written at the address from.
func relative(from, to string) string {
	at := strings.LastIndexByte(from, '/') + 1
	up := ""
	for !strings.HasPrefix(to, from[:at]) {
		up += "../"
		at = strings.LastIndexByte(from[:at-1], '/') + 1
	}
	return strings.ReplaceAll(cmp.Or(up+to[at:], "./"), "&", "%26") // it may stand in HTML
}

// awayForm is a destination that is written out, with the title behind it.
var awayForm = regexp.MustCompile(`<?` + regexp.QuoteMeta(page.Away) + `>?(?:[ \t\n]+(?:"[^"]*"|'[^']*'|\([^)]*\)))?`)

// copy is the text of a page's file with what is known of the page at its head. Links that lead nowhere lose their
// destination, as they do on the page: it may name what is not published.
func (r *renderer) copy(n *book.Node) ([]byte, error) {
	p := r.text(n)
	data, same, err := r.Source(p)
	if err != nil {
		return nil, err
	}
	var cuts []stretch
	at := 0
	if same {
		at = min(n.Page.TextAt, len(data))
		written := page.Spotter{Data: data}
		for _, l := range r.leads(n) {
			link := p.Link(l.Link)
			spot, ok := written.Spot(link)
			switch end := max(spot.End, spot.FragmentEnd); {
			case ok && l.To != "":
				cuts = append(cuts, stretch{spot.Start, spot.End, l.To})
			case ok && strings.IndexByte("<\"'", data[spot.Start-1]) >= 0:
				cuts = append(cuts, stretch{spot.Start, end, ""})
			case ok:
				cuts = append(cuts, stretch{spot.Start, end, "<>"})
			case l.To == "":
				cuts = append(cuts, stretch{link.At.Start, link.At.End, p.Anchors[l.Link].Label})
			}
		}
		if r.Narrow {
			cuts = append(cuts, viewsIn(p, data)...)
		}
		slices.SortFunc(cuts, func(a, b stretch) int { return cmp.Or(cmp.Compare(a.start, b.start), cmp.Compare(b.end, a.end)) })
	}
	var b bytes.Buffer
	b.Grow(len(data) + 512)
	b.WriteString(r.copyHead(n))
	for at < len(data) && (data[at] == '\r' || data[at] == '\n') {
		at++
	}
	for _, c := range cuts {
		if c.start >= at && c.end <= len(data) { // one definition serves several links
			b.Write(data[at:c.start])
			b.WriteString(c.text)
			at = c.end
		}
	}
	b.Write(data[at:])
	text := b.Bytes()
	if r.Narrow { // its destinations are written out
		text = awayForm.ReplaceAll(text, []byte("<>"))
	}
	return diag.PlainText(text), nil
}

// stretch is what stands in a text instead of some of its bytes.
type stretch struct {
	start, end int
	text       string
}

// viewsIn are the views of a page with their fences, in whose place stands nothing: what one asks may name what is away.
func viewsIn(p *page.Page, data []byte) []stretch {
	var cuts []stretch
	lineEnd := func(at int) int {
		if n := bytes.IndexByte(data[at:], '\n'); n >= 0 {
			return at + n + 1
		}
		return len(data)
	}
	for i := range p.Views {
		at := p.At(p.Views[i].At)
		if at.Start < 1 || at.End > len(data) || p.Views[i].Source == "" {
			continue
		}
		start := bytes.LastIndexByte(data[:at.Start], '\n') + 1
		start = bytes.LastIndexByte(data[:max(0, start-1)], '\n') + 1 // where it is opened
		end := at.End
		if data[end-1] != '\n' {
			end = lineEnd(end)
		}
		last := lineEnd(end)
		if fence := bytes.TrimLeft(data[end:last], "> \t"); bytes.HasPrefix(fence, []byte("```")) || bytes.HasPrefix(fence, []byte("~~~")) {
			end = last
		}
		cuts = append(cuts, stretch{start, end, ""})
	}
	return cuts
}

// copyHead is the frontmatter of a page's Markdown: what a reader without the site must know to judge it. Values are
// written as JSON, which is YAML too.
func (r *renderer) copyHead(n *book.Node) string {
	v := r.signs.Of(n).Verdict
	var b strings.Builder
	b.WriteString("---\n")
	line := func(key, value string) {
		if value != "" {
			b.WriteString(key + ": " + string(diag.AsJSON(value, "")) + "\n")
		}
	}
	line("title", n.Title)
	line("description", cmp.Or(n.Page.Meta.Description, n.Summary))
	line("url", r.signs.Whole(n.URL))
	line("type", n.Type)
	line("status", n.Status)
	line("owner", cmp.Or(people.OwnerName(n.Owner), n.OwnerName))
	day := func(key string, d page.Date) {
		if !d.IsZero() {
			b.WriteString(key + ": " + d.String() + "\n")
		}
	}
	day("as_of", r.Today)
	day("reviewed", v.Reviewed)
	line("reviewed_by", v.Reviewer())
	if v.State != review.Exempt {
		line("review_every", v.Every.String())
	}
	day("due_from", v.Warn)
	day("next_review", v.Next)
	for _, d := range r.doubts(v) {
		day(d.key, d.day)
	}
	line("reason", r.reasons(v))
	day("changed", v.Changed.Day)
	if n.Draft {
		b.WriteString("draft: true\n")
	}
	if fields := fieldsOf(n.Values); len(fields) > 0 {
		b.WriteString("fields: " + string(diag.AsJSON(fields, "")) + "\n")
	}
	b.WriteString("---\n\n")
	if n.Page.Meta.Title != "" && !n.Page.Titled {
		b.WriteString("# " + diag.OneLine(n.Title) + "\n\n")
	}
	return b.String()
}

// doubt is what keeps a page from being relied on whatever the day, with the day from which it does.
type doubt struct {
	key string // "suspect_since"
	day page.Date
}

// doubts are those of a page, the worst first. What time alone makes of it follows from its days.
func (r *renderer) doubts(v *review.Verdict) []doubt {
	var list []doubt
	for _, why := range v.Reasons {
		switch why.State {
		case review.Overdue, review.Unreviewed, review.Due, review.Fresh, review.Exempt:
			continue
		}
		key, since := string(why.State)+"_since", v.Since(why)
		if i := slices.IndexFunc(list, func(d doubt) bool { return d.key == key }); i < 0 {
			list = append(list, doubt{key, since})
		} else if since.Before(list[i].day) {
			list[i].day = since
		}
	}
	return list
}

// reasons are why a page is in its state, the worst first.
func (r *renderer) reasons(v *review.Verdict) string {
	var list []string
	for _, why := range v.Reasons {
		if s := v.Told(why, &r.Book.Site.Phrases); s != "" && !slices.Contains(list, s) {
			list = append(list, s)
		}
	}
	return strings.Join(list, " ")
}

// llms is the list of all pages for language models (llmstxt.org): by top-level section, each with its summary, and with
// what to know before one relies on it.
func (r *renderer) llms() []byte {
	var b strings.Builder
	fmt.Fprintf(&b, "# %s\n\n", diag.OneLine(r.site.Name))
	if about := cmp.Or(r.site.Description, r.Book.Home.Summary); about != "" {
		fmt.Fprintf(&b, "> %s\n\n", diag.OneLine(about))
	}
	fmt.Fprintf(&b, "%s\n\nas_of: %s\n", diag.OneLine(r.words.LlmsNote), r.Today)
	parts := []*book.Node{r.Book.Home}
	pages := map[*book.Node][]*book.Node{}
	for _, n := range r.Book.Nodes {
		if n.Page == nil || n.URL == "" || n.Draft {
			continue
		}
		top := topOf(n)
		if pages[top] == nil && top != r.Book.Home {
			parts = append(parts, top)
		}
		pages[top] = append(pages[top], n)
	}
	for _, top := range parts {
		if len(pages[top]) == 0 {
			continue
		}
		fmt.Fprintf(&b, "\n## %s\n\n", diag.OneLine(r.signs.Short(top)))
		for _, n := range pages[top] {
			r.llmsEntry(&b, n)
		}
	}
	return []byte(b.String())
}

func (r *renderer) llmsEntry(b *strings.Builder, n *book.Node) {
	address := cmp.Or(r.copyURL(n), n.URL)
	fmt.Fprintf(b, "- [%s](%s)", strings.NewReplacer("[", "(", "]", ")").Replace(diag.OneLine(n.Title)), r.signs.Whole(address))
	if n.Summary != "" {
		b.WriteString(": " + diag.OneLine(n.Summary))
	}
	var days []string
	day := func(key string, d page.Date) {
		if !d.IsZero() {
			days = append(days, key+": "+d.String())
		}
	}
	f := r.signs.Of(n)
	day("reviewed", f.Verdict.Reviewed)
	day("next_review", f.Verdict.Next)
	for _, d := range r.doubts(f.Verdict) {
		day(d.key, d.day)
	}
	if r.signs.Unowned(n) {
		days = append(days, r.signs.State("unowned").Word)
	}
	if len(days) > 0 {
		b.WriteString(" (" + strings.Join(days, ", ") + ")")
	}
	if mark := f.Signs().Mark; mark != nil && f.Verdict.State.Rank() <= review.Due.Rank() && len(f.Verdict.Reasons) > 0 {
		b.WriteString(" " + diag.OneLine(r.reasons(f.Verdict)))
	}
	b.WriteString("\n")
}

// topOf is the section below the home page that a node stands in; the home page for its own pages.
func topOf(n *book.Node) *book.Node {
	if n.Parent == nil {
		return n
	}
	for n.Parent.Parent != nil {
		n = n.Parent
	}
	if len(n.Children) == 0 {
		return n.Parent
	}
	return n
}
