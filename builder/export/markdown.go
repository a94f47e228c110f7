// Package export writes what programs read of a handbook: handbook.json, the list of pages for bots, the feed of changes, the
// sitemap, llms.txt, and each page as Markdown. What it says of a page is true of any day that it is read on: days, not ages.
package export

import (
	"bytes"
	"cmp"
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
	"handbook/builder/signs"
)

// Book is a handbook to be read by programs.
type Book struct {
	Signs *signs.Book
	Copy  func(n *book.Node) string                              // the address of a page's Markdown; "" where it is not published
	Text  func(n *book.Node) *page.Page                          // nil for a node without a page
	File  func(p *page.Page) (data []byte, same bool, err error) // that a page was parsed from; it is another by now where it is not the same
}

// Lead is a link of a page that reads otherwise in its Markdown.
type Lead struct {
	Link int
	To   string // without the part behind the #; "" for nowhere
}

// Leads are the links that must be written otherwise for the page's Markdown to lead to the Markdown of others: it does
// not lie where the file does, and neither do they. A wikilink keeps the name that the page shows too.
func (x *Book) Leads(n *book.Node) []Lead {
	var list []Lead
	from := x.Copy(n)
	for i := range n.Page.Links {
		link := &n.Page.Links[i]
		if link.Kind != page.LinkPath && link.Kind != page.LinkImage || link.Target == "" || i >= len(n.Targets) {
			continue
		}
		t := n.Targets[i]
		to := t.Asset
		if t.Node != nil {
			to = cmp.Or(x.Copy(t.Node), t.Node.URL)
		}
		if to != "" {
			to = relative(from, to)
			if plain, err := url.PathUnescape(to); err == nil && plain == path.Clean(link.Target) {
				continue
			}
		}
		list = append(list, Lead{i, to})
	}
	return list
}

// relative is the address to as it is written at the address from.
func relative(from, to string) string {
	way := book.Relative(strings.Trim(path.Dir(from), "/"), strings.TrimPrefix(to, "/"))
	return strings.ReplaceAll(cmp.Or(way, "./"), "&", "%26") // it may stand in HTML
}

// awayForm is a destination that is written out, with the title behind it.
var awayForm = regexp.MustCompile(`<?` + regexp.QuoteMeta(page.Away) + `>?(?:[ \t\n]+(?:"[^"]*"|'[^']*'|\([^)]*\)))?`)

// Markdown is the text of a page's file with what is known of the page at its head. Links that lead nowhere lose their
// destination, as they do on the page: it may name what is not published.
func (x *Book) Markdown(n *book.Node) ([]byte, error) {
	p := x.Text(n)
	data, same, err := x.File(p)
	if err != nil {
		return nil, err
	}
	var cuts []page.Cut
	at := 0
	if same {
		at, cuts = min(n.Page.TextAt, len(data)), x.cuts(n, p, data)
	}
	for at < len(data) && (data[at] == '\r' || data[at] == '\n') {
		at++
	}
	text, _ := page.Apply(data, append([]page.Cut{{End: at, Text: x.Head(n)}}, cuts...)) // one definition serves several links
	if x.Signs.Narrow {                                                                  // its destinations are written out
		text = awayForm.ReplaceAll(text, []byte("<>"))
	}
	return diag.PlainText(text), nil
}

// cuts are what stands otherwise in the Markdown of a page than in its file, in the order of the file.
func (x *Book) cuts(n *book.Node, p *page.Page, data []byte) []page.Cut {
	var cuts []page.Cut
	written := page.Spotter{Data: data}
	for _, l := range x.Leads(n) {
		link := p.Link(l.Link)
		spot, ok := written.Spot(link)
		switch end := max(spot.End, spot.FragmentEnd); {
		case ok && l.To != "":
			cuts = append(cuts, page.Cut{Start: spot.Start, End: spot.End, Text: l.To})
		case ok && strings.IndexByte("<\"'", data[spot.Start-1]) >= 0:
			cuts = append(cuts, page.Cut{Start: spot.Start, End: end, Text: ""})
		case ok:
			cuts = append(cuts, page.Cut{Start: spot.Start, End: end, Text: "<>"})
		case l.To == "":
			cuts = append(cuts, page.Cut{Start: link.At.Start, End: link.At.End, Text: p.Anchors[l.Link].Label})
		}
	}
	for _, r := range p.Remarks {
		if r[1] <= len(data) {
			cuts = append(cuts, page.Cut{Start: r[0], End: r[1]})
		}
	}
	if x.Signs.Narrow {
		cuts = append(cuts, viewsIn(p, data)...)
	}
	slices.SortFunc(cuts, func(a, b page.Cut) int { return cmp.Or(cmp.Compare(a.Start, b.Start), cmp.Compare(b.End, a.End)) })
	return cuts
}

// viewsIn are the views of a page with their fences, in whose place stands nothing: what one asks may name what is away.
func viewsIn(p *page.Page, data []byte) []page.Cut {
	var cuts []page.Cut
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
		cuts = append(cuts, page.Cut{Start: start, End: end, Text: ""})
	}
	return cuts
}

// Head is the frontmatter of a page's Markdown: what a reader without the site must know to judge it. Values are
// written as JSON, which is YAML too.
func (x *Book) Head(n *book.Node) string {
	s := x.Signs
	v := s.Of(n).Verdict
	var b strings.Builder
	b.WriteString("---\n")
	line := func(key, value string) {
		if value != "" {
			b.WriteString(key + ": " + string(diag.AsJSON(value, "")) + "\n")
		}
	}
	line("title", n.Title)
	line("description", cmp.Or(n.Page.Meta.Description, n.Summary))
	line("url", s.Whole(n.URL))
	line("type", n.Type)
	line("status", n.Status)
	line("owner", cmp.Or(people.OwnerName(n.Owner), n.OwnerName))
	day := func(key string, d page.Date) {
		if !d.IsZero() {
			b.WriteString(key + ": " + d.String() + "\n")
		}
	}
	day("as_of", s.Today)
	day("reviewed", v.Reviewed)
	line("reviewed_by", v.Reviewer())
	if v.State != review.Exempt {
		line("review_every", v.Every.String())
	}
	day("due_from", v.Warn)
	day("next_review", v.Next)
	for _, d := range doubts(v) {
		day(d.key, d.day)
	}
	line("reason", x.reasons(v))
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
func doubts(v *review.Verdict) []doubt {
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
func (x *Book) reasons(v *review.Verdict) string {
	var list []string
	for _, why := range v.Reasons {
		if s := v.Told(why, &x.Signs.Book.Site.Phrases); s != "" && !slices.Contains(list, s) {
			list = append(list, s)
		}
	}
	return strings.Join(list, " ")
}
