package render

import (
	"bytes"
	"cmp"
	"encoding/json"
	"fmt"
	"net/url"
	"regexp"
	"slices"
	"strings"

	"handbook/builder/book"
	"handbook/builder/page"
	"handbook/builder/review"
)

// copyPath is where the Markdown of a page is: at the path of its file, so that links from one file to another lead to the
// other's Markdown; "" where it is not published.
func (r *renderer) copyPath(n *book.Node) string {
	if !r.Book.Site.Outputs.Markdown || r.Source == nil || n.Page == nil || n.URL == "" || !r.Book.Free(n.Page.Path) {
		return ""
	}
	return n.Page.Path
}

// copyURL is the address of that.
func (r *renderer) copyURL(n *book.Node) string {
	path := r.copyPath(n)
	if path == "" {
		return ""
	}
	return r.base + escapePath(path)
}

// copies are the Markdown of the pages.
func (r *renderer) copies() []Output {
	if !r.Book.Site.Outputs.Markdown || r.Source == nil {
		return nil
	}
	copies := make([]copyPage, len(r.Book.Nodes))
	list := make([]Output, 0, len(copies))
	for i, n := range r.Book.Nodes {
		if path := r.copyPath(n); path != "" {
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
	return []Input{{"its text", c.node.Page.Sum}, {"its review", h.sum(c.r.copyHead(c.node))}, {"its links", h.sum(nowhere(c.node))}}
}

// nowhere are the numbers of a page's links that lead nowhere.
func nowhere(n *book.Node) []int {
	var list []int
	for i := range n.Page.Links {
		if i < len(n.Targets) && n.Targets[i].Node == nil && n.Targets[i].Asset == "" {
			list = append(list, i)
		}
	}
	return list
}

// awayForm is a destination that is written out, with the title behind it.
var awayForm = regexp.MustCompile(`<?` + regexp.QuoteMeta(page.Away) + `>?(?:[ \t\n]+(?:"[^"]*"|'[^']*'|\([^)]*\)))?`)

// copy is the text of a page's file with what is known of the page at its head. Links that lead nowhere lose their
// destination, as they do on the page: it may name what is not published.
func (r *renderer) copy(n *book.Node) ([]byte, error) {
	data, same, err := r.Source(n.Page)
	if err != nil {
		return nil, err
	}
	if r.Narrow && same {
		data = withoutViews(n.Page, data)
	}
	var b bytes.Buffer
	b.Grow(len(data) + 512)
	b.WriteString(r.copyHead(n))
	var defined []string // how definitions of links begin that lead nowhere
	at := 0
	if same {
		at = min(n.Page.TextAt, len(data))
		for _, i := range nowhere(n) {
			link := &n.Page.Links[i]
			if link.Kind == page.LinkWiki || link.Kind == page.LinkEmbed || link.At.Start < at || link.At.End > len(data) {
				continue // a wikilink's name is what the page shows too
			}
			b.Write(data[at:link.At.Start])
			at = link.At.End
			switch written := data[link.At.Start:at]; {
			case bytes.HasPrefix(written, []byte("[")), bytes.HasPrefix(written, []byte("![")): // its destination stands elsewhere
				b.WriteString(link.Label)
				open := bytes.LastIndexByte(bytes.TrimSuffix(written, []byte("[]")), '[')
				defined = append(defined, strings.ToLower(string(bytes.TrimSuffix(written[open:], []byte("[]"))))+":")
			case link.At.Start > 0 && data[link.At.Start-1] == '(':
				b.WriteString("<>")
			}
		}
	}
	b.Write(bytes.TrimLeft(data[at:], "\r\n"))
	if r.Narrow { // its destinations are written out
		text := bytes.ReplaceAll(awayForm.ReplaceAll(b.Bytes(), []byte("<>")), []byte{0}, nil)
		b.Reset()
		b.Write(text)
	}
	text := bytes.ToValidUTF8(b.Bytes(), []byte("\uFFFD"))
	if len(defined) == 0 {
		return text, nil
	}
	b.Reset()
	for line := range bytes.Lines(text) {
		start := strings.ToLower(string(bytes.TrimLeft(line, " ")))
		if !slices.ContainsFunc(defined, func(name string) bool { return strings.HasPrefix(start, name) }) {
			b.Write(line)
		}
	}
	return b.Bytes(), nil
}

// withoutViews has nothing, zeros, in the place of each view: what it asks may name what is away.
func withoutViews(p *page.Page, data []byte) []byte {
	data = bytes.Clone(data)
	lineEnd := func(at int) int {
		if n := bytes.IndexByte(data[at:], '\n'); n >= 0 {
			return at + n + 1
		}
		return len(data)
	}
	for i := range p.Views {
		at := p.Views[i].At
		if at.Start < 1 || at.End > len(data) || p.Views[i].Source == "" {
			continue
		}
		start := bytes.LastIndexByte(data[:at.Start], '\n') + 1
		start = bytes.LastIndexByte(data[:max(0, start-1)], '\n') + 1 // where it is opened
		end := at.End
		if data[end-1] != '\n' {
			end = lineEnd(end)
		}
		if last := lineEnd(end); bytes.HasPrefix(bytes.TrimLeft(data[end:last], "> \t"), []byte("```")) || bytes.HasPrefix(bytes.TrimLeft(data[end:last], "> \t"), []byte("~~~")) {
			end = last
		}
		clear(data[start:end])
	}
	return data
}

// copyHead is the frontmatter of a page's Markdown: what a reader without the site must know to judge it. Values are
// written as JSON, which is YAML too.
func (r *renderer) copyHead(n *book.Node) string {
	v := r.of(n).verdict
	var b strings.Builder
	b.WriteString("---\n")
	line := func(key, value string) {
		if value != "" {
			b.WriteString(key + ": " + jsonLine(value) + "\n")
		}
	}
	line("title", n.Title)
	line("description", cmp.Or(n.Page.Meta.Description, n.Summary))
	line("url", cmp.Or(r.canonical(n.URL), n.URL))
	line("type", n.Type)
	line("status", n.Status)
	line("owner", cmp.Or(review.OwnerName(n.Owner), n.OwnerName))
	line("freshness", string(v.State))
	if len(v.Reasons) > 0 {
		line("reason", v.Reasons[0].Sentence)
	}
	day := func(key string, d page.Date) {
		if !d.IsZero() {
			b.WriteString(key + ": " + d.String() + "\n")
		}
	}
	day("changed", v.Changed.Day)
	day("reviewed", v.Reviewed)
	day("next_review", v.Next)
	if n.Draft {
		b.WriteString("draft: true\n")
	}
	if fields := fieldsOf(n.Values); len(fields) > 0 {
		b.WriteString("fields: " + jsonLine(fields) + "\n")
	}
	b.WriteString("---\n\n")
	if n.Page.Meta.Title != "" {
		b.WriteString("# " + strings.Join(strings.Fields(n.Title), " ") + "\n\n")
	}
	return b.String()
}

func jsonLine(v any) string {
	var b strings.Builder
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	_ = enc.Encode(v) // texts, numbers and lists of them: this cannot fail
	return strings.TrimSuffix(b.String(), "\n")
}

// llms is the list of all pages for language models (llmstxt.org): by top-level section, each with its summary, and with
// what to know before one relies on it.
func (r *renderer) llms() []byte {
	var b strings.Builder
	fmt.Fprintf(&b, "# %s\n\n", oneLine(r.site.Name))
	if about := cmp.Or(r.site.Description, r.Book.Home.Summary); about != "" {
		fmt.Fprintf(&b, "> %s\n\n", oneLine(about))
	}
	fmt.Fprintf(&b, "%s\n", strings.ReplaceAll(r.words.LlmsNote, "{date}", r.words.Day(r.Today)))
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
		fmt.Fprintf(&b, "\n## %s\n\n", oneLine(r.short(top)))
		for _, n := range pages[top] {
			r.llmsEntry(&b, n)
		}
	}
	return []byte(b.String())
}

func (r *renderer) llmsEntry(b *strings.Builder, n *book.Node) {
	address := cmp.Or(r.copyURL(n), n.URL)
	fmt.Fprintf(b, "- [%s](%s)", strings.NewReplacer("[", "(", "]", ")").Replace(oneLine(n.Title)), cmp.Or(r.canonical(address), address))
	if n.Summary != "" {
		b.WriteString(": " + oneLine(n.Summary))
	}
	if mark := r.of(n).shows().mark; mark != nil {
		b.WriteString(" (" + mark.Word + ")")
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

func oneLine(s string) string { return strings.Join(strings.Fields(s), " ") }

// escapePath percent-encodes each segment of a path.
func escapePath(p string) string {
	segments := strings.Split(p, "/")
	for i, s := range segments {
		segments[i] = url.PathEscape(s)
	}
	return strings.Join(segments, "/")
}
