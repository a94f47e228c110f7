package render

import (
	"bytes"
	"fmt"
	"iter"
	"net/url"
	"path"
	"slices"
	"strings"
	"testing"

	"golang.org/x/net/html"
)

// checkSite reads every page of a site as a browser would and reports what would annoy one: links to nothing, ids
// that are there twice or not at all, headings that skip a level, landmarks and buttons without a name.
func checkSite(t testing.TB, outputs []Output) {
	t.Helper()
	for _, problem := range crawl(outputs) {
		t.Error(problem)
	}
}

// document is what a crawl knows of one file.
type document struct {
	ids   map[string]int
	links []string // href and src, as written
	heads []int    // levels, in order
	notes []string // what is wrong in the file itself
}

func crawl(outputs []Output) []string {
	var problems []string
	docs := map[string]*document{}
	for _, o := range outputs {
		data, err := o.Data()
		if err != nil {
			problems = append(problems, fmt.Sprintf("%s: %v", o.Path, err))
			continue
		}
		docs[o.Path] = &document{}
		if strings.HasSuffix(o.Path, ".html") && o.Node == nil && o.URL == "" && !bytes.Contains(data, []byte("<main")) {
			continue // an asset
		}
		if strings.HasSuffix(o.Path, ".html") {
			docs[o.Path] = readDocument(data)
		}
	}
	for file, d := range docs {
		for _, note := range d.notes {
			problems = append(problems, file+": "+note)
		}
		for id, n := range d.ids {
			if n > 1 {
				problems = append(problems, fmt.Sprintf("%s: the id %q is there %d times", file, id, n))
			}
		}
		for _, link := range d.links {
			if why := follow(docs, file, link); why != "" {
				problems = append(problems, fmt.Sprintf("%s: %q %s", file, link, why))
			}
		}
	}
	slices.Sort(problems)
	return problems
}

// follow says what is wrong with a link; "" for nothing.
func follow(docs map[string]*document, from, link string) string {
	u, err := url.Parse(link)
	if err != nil {
		return err.Error()
	}
	if u.Scheme != "" || u.Host != "" {
		return ""
	}
	target := from
	if u.Path != "" {
		if !strings.HasPrefix(u.Path, "/") {
			return "is not an address from the top of the site"
		}
		target = strings.TrimPrefix(path.Clean(u.Path), "/")
		if strings.HasSuffix(u.Path, "/") {
			target = path.Join(target, "index.html")
		}
	}
	d, ok := docs[target]
	if !ok {
		return "leads to nothing"
	}
	if u.Fragment != "" && d.ids[u.Fragment] == 0 {
		return "leads to no such id"
	}
	return ""
}

func readDocument(data []byte) *document {
	d := &document{ids: map[string]int{}}
	root, err := html.Parse(bytes.NewReader(data))
	if err != nil {
		d.notes = append(d.notes, err.Error())
		return d
	}
	titles := map[string]int{}
	for n := range nodes(root) {
		if n.Type != html.ElementNode {
			continue
		}
		attrs := map[string]string{}
		for _, a := range n.Attr {
			if _, twice := attrs[a.Key]; twice {
				d.notes = append(d.notes, fmt.Sprintf("<%s> has two attributes %s", n.Data, a.Key))
			}
			attrs[a.Key] = a.Val
		}
		if id, ok := attrs["id"]; ok {
			d.ids[id]++
		}
		if attrs["style"] != "" || n.Data == "style" || n.Data == "script" && n.FirstChild != nil && attrs["type"] != "application/ld+json" {
			d.notes = append(d.notes, fmt.Sprintf("<%s> has a style or script in the page", n.Data))
		}
		if href, ok := attrs["href"]; ok {
			d.links = append(d.links, href)
		}
		if src, ok := attrs["src"]; ok && src != "data:," {
			d.links = append(d.links, src)
		}
		if role := attrs["role"]; role == "region" || role == "doc-endnotes" {
			name := role + " " + attrs["aria-label"] + attrs["aria-labelledby"]
			if titles[name]++; titles[name] == 2 {
				d.notes = append(d.notes, fmt.Sprintf("<%s> is not named apart from the others: %q", n.Data, name))
			}
		}
		switch n.Data {
		case "h1", "h2", "h3", "h4", "h5", "h6":
			d.heads = append(d.heads, int(n.Data[1]-'0'))
		case "nav":
			if titles[attrs["aria-label"]]++; attrs["aria-label"] == "" || titles[attrs["aria-label"]] > 1 {
				d.notes = append(d.notes, fmt.Sprintf("<nav> is not named apart from the others: %q", attrs["aria-label"]))
			}
		case "a", "button", "summary":
			if strings.TrimSpace(textOf(n)) == "" && attrs["aria-label"] == "" {
				d.notes = append(d.notes, fmt.Sprintf("<%s> has no name", n.Data))
			}
		case "p":
			if n.FirstChild == nil {
				d.notes = append(d.notes, "an empty <p>, so a block stood inside a paragraph")
			}
		}
	}
	before := 0
	for i, level := range d.heads {
		if level == 1 && i > 0 || level > before+1 {
			d.notes = append(d.notes, fmt.Sprintf("a heading of level %d comes after level %d", level, before))
		}
		before = level
	}
	if len(d.heads) == 0 {
		d.notes = append(d.notes, "no heading")
	}
	return d
}

func textOf(n *html.Node) string {
	var b strings.Builder
	for c := range nodes(n) {
		if c.Type == html.TextNode {
			b.WriteString(c.Data)
		}
	}
	return b.String()
}

// nodes are a node and all below it, in the order of the text.
func nodes(n *html.Node) iter.Seq[*html.Node] {
	return func(yield func(*html.Node) bool) { walk(n, yield) }
}

func walk(n *html.Node, yield func(*html.Node) bool) bool {
	if !yield(n) {
		return false
	}
	for c := n.FirstChild; c != nil; c = c.NextSibling {
		if !walk(c, yield) {
			return false
		}
	}
	return true
}
