package export

import (
	"cmp"
	"fmt"
	"strings"

	"handbook/builder/book"
	"handbook/builder/diag"
	"handbook/builder/page"
	"handbook/builder/review"
)

// Llms is the list of all pages for language models (llmstxt.org): by top-level section, each with its summary, and with
// what to know before one relies on it.
func (x *Book) Llms() []byte {
	s := x.Signs
	var b strings.Builder
	fmt.Fprintf(&b, "# %s\n\n", diag.OneLine(s.Site.Name))
	if about := cmp.Or(s.Site.Description, s.Book.Home.Summary); about != "" {
		fmt.Fprintf(&b, "> %s\n\n", diag.OneLine(about))
	}
	fmt.Fprintf(&b, "%s\n\nas_of: %s\n", diag.OneLine(s.Words.LlmsNote), s.Today)
	parts := []*book.Node{s.Book.Home}
	pages := map[*book.Node][]*book.Node{}
	for _, n := range s.Book.Nodes {
		if n.Page == nil || n.URL == "" || n.Draft {
			continue
		}
		top := topOf(n)
		if pages[top] == nil && top != s.Book.Home {
			parts = append(parts, top)
		}
		pages[top] = append(pages[top], n)
	}
	for _, top := range parts {
		if len(pages[top]) == 0 {
			continue
		}
		fmt.Fprintf(&b, "\n## %s\n\n", diag.OneLine(s.Short(top)))
		for _, n := range pages[top] {
			x.llmsEntry(&b, n)
		}
	}
	return []byte(b.String())
}

func (x *Book) llmsEntry(b *strings.Builder, n *book.Node) {
	s := x.Signs
	address := cmp.Or(x.Copy(n), n.URL)
	fmt.Fprintf(b, "- [%s](%s)", strings.NewReplacer("[", "(", "]", ")").Replace(diag.OneLine(n.Title)), s.Whole(address))
	if n.Summary != "" {
		b.WriteString(": " + diag.OneLine(n.Summary))
	}
	var days []string
	day := func(key string, d page.Date) {
		if !d.IsZero() {
			days = append(days, key+": "+d.String())
		}
	}
	f := s.Of(n)
	day("reviewed", f.Verdict.Reviewed)
	day("next_review", f.Verdict.Next)
	for _, d := range doubts(f.Verdict) {
		day(d.key, d.day)
	}
	if s.Unowned(n) {
		days = append(days, s.State("unowned").Word)
	}
	if len(days) > 0 {
		b.WriteString(" (" + strings.Join(days, ", ") + ")")
	}
	if mark := f.Signs().Mark; mark != nil && f.Verdict.State.Rank() <= review.Due.Rank() && len(f.Verdict.Reasons) > 0 {
		b.WriteString(" " + diag.OneLine(x.reasons(f.Verdict)))
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
