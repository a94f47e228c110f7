package render

import (
	"html"
	"slices"
	"strconv"
	"strings"

	"handbook/builder/book"
	"handbook/builder/glossary"
	"handbook/builder/page"
)

// termsLimit is how many terms are explained on one page.
const termsLimit = 60

// Terms are the terms of the glossary, and where pages say them first.
type Terms struct {
	Names []string                            // of all terms, each once in each way of writing it
	Said  func(*page.Page) []glossary.Mention // nil where there are none

	means [][]*book.Node // by index of the name: the terms that have it
}

// NewTerms lists the names of a book's terms. A term without a sentence that explains it is none.
func NewTerms(b *book.Book) Terms {
	var t Terms
	at := map[string]int{}
	for _, n := range b.Nodes {
		if n.Type != "term" || n.Page == nil || n.Summary == "" || n.URL == "" {
			continue
		}
		for _, name := range append([]string{n.Title}, n.Page.Meta.AlsoKnownAs...) {
			i, known := at[name]
			if !known {
				i = len(t.Names)
				at[name] = i
				t.Names, t.means = append(t.Names, name), append(t.means, nil)
			}
			if !slices.Contains(t.means[i], n) {
				t.means[i] = append(t.means[i], n)
			}
		}
	}
	return t
}

// holeTerm stands for the mention of a term, whose words lie between At and End. Link is its index in body.Terms.
const holeTerm page.HoleKind = 255

// term is what a mention in the text shows.
type term struct {
	Start, End int32
	Meanings   []meaning
}

// meaning is one thing that a word means.
type meaning struct{ Title, URL, Text, Department string }

// explain adds the terms that the text of a page says first. A term that the text links to before it says it without a link is
// explained already.
func (m *texts) explain(n *book.Node, b *body) {
	if m.terms.Said == nil || n.NoGlossary || !m.signs.Has(n) { // a built-in page stands in no book
		return
	}
	said := m.terms.Said(m.text(n))
	if len(said) == 0 {
		return
	}
	done := map[*book.Node]bool{n: true}
	holes := make([]page.Hole, 0, len(b.Holes)+len(said))
	at := 0
	pass := func(offset int) {
		for ; at < len(b.Holes) && int(b.Holes[at].At) < offset; at++ {
			h := b.Holes[at]
			if i := int(h.Link); h.Kind == page.HoleOpen && i >= 0 && i < len(n.Targets) && n.Targets[i].Node != nil {
				done[n.Targets[i].Node] = true
			}
			holes = append(holes, h)
		}
	}
	for _, word := range said {
		pass(word.Start)
		if len(b.Terms) == termsLimit {
			break
		}
		means := m.meant(n, m.terms.means[word.Name])
		if slices.ContainsFunc(means, func(n *book.Node) bool { return done[n] }) {
			continue
		}
		t := term{Start: int32(word.Start), End: int32(word.End)}
		for _, to := range means {
			done[to] = true
			w := meaning{Title: to.Title, URL: to.URL, Text: to.Summary}
			if len(means) > 1 {
				w.Department = m.signs.Department(to)
			}
			t.Meanings = append(t.Meanings, w)
		}
		holes = append(holes, page.Hole{Kind: holeTerm, At: t.Start, End: t.End, Link: int32(len(b.Terms))})
		b.Terms = append(b.Terms, t)
	}
	pass(b.from.len() + 1)
	b.Holes = holes
}

// meant picks of the terms with one name those of the page's own department, or all where it has none among them.
func (m *texts) meant(n *book.Node, terms []*book.Node) []*book.Node {
	if len(terms) < 2 {
		return terms
	}
	mine := strings.ToLower(m.signs.Department(n))
	if mine == "" && n.Owner != nil {
		mine = strings.ToLower(m.signs.Department(n.Owner))
	}
	var own []*book.Node
	for _, t := range terms {
		if d := strings.ToLower(m.signs.Department(t)); d == mine && d != "" {
			own = append(own, t)
		}
	}
	if len(own) > 0 {
		return own
	}
	return terms
}

// term writes the i-th mention in a text: a link to the term, and what it means for those who point at it or come to it by keyboard.
func (m *texts) term(w *strings.Builder, text string, i int, t *term) {
	esc := html.EscapeString
	id := "hb:term-" + strconv.Itoa(i+1)
	w.WriteString(`<span class="term"><a href="` + esc(t.Meanings[0].URL) + `" aria-describedby="` + id + `">`)
	w.WriteString(text[t.Start:t.End])
	w.WriteString(`</a><span class="meaning" id="` + id + `" role="tooltip">`)
	for i, means := range t.Meanings {
		if i > 0 {
			w.WriteString("<br>")
		}
		if means.Department != "" {
			w.WriteString("<b>" + esc(means.Title) + ", " + esc(means.Department) + ".</b> ")
		} else {
			w.WriteString("<b>" + esc(means.Title) + ".</b> ")
		}
		w.WriteString(esc(means.Text))
	}
	w.WriteString(`</span></span>`)
}
