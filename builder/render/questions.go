package render

import (
	"cmp"
	"encoding/json"
	"html/template"
	"slices"
	"strings"

	"handbook/builder/book"
	"handbook/builder/page"
	"handbook/builder/review"
	"handbook/builder/theme"
)

// holeUnanswered takes a remark in place of an answer.
const holeUnanswered page.HoleKind = 254

// markUnanswered says of each question that nobody has answered that it is so.
func (m *texts) markUnanswered(n *book.Node, b *body) {
	var more []page.Hole
	for _, q := range n.Questions {
		if !q.Answered {
			_, end := m.text(n).Below(q.Section, q.End)
			more = append(more, holeAt(end, holeUnanswered, -1))
		}
	}
	b.Holes = withHoles(b.Holes, more)
}

// holeAt is a hole for something that stands at an offset of the text.
func holeAt(offset int, kind page.HoleKind, link int) page.Hole {
	return page.Hole{Kind: kind, At: int32(offset), End: int32(offset), Link: int32(link)}
}

// withHoles are two lists of holes in one, each in the order of the text.
func withHoles(holes, more []page.Hole) []page.Hole {
	if len(more) == 0 {
		return holes
	}
	all := make([]page.Hole, 0, len(holes)+len(more))
	for _, h := range holes {
		for len(more) > 0 && more[0].At <= h.At {
			all, more = append(all, more[0]), more[1:]
		}
		all = append(all, h)
	}
	return append(all, more...)
}

// holeAnswer takes what is known of an answer's freshness.
const holeAnswer page.HoleKind = 253

// answers is what is said below answers of an FAQ of how far they can be trusted. That is what their page is worth, which its
// badge says, with one exception: where the page's own text has changed since its review, an answer that reads as it did then is
// still good, and says so.
type answers struct {
	Page  theme.Answer // what the page is worth
	Good  string       // the state of an answer that has not changed
	Word  string       // and its word
	Known []string     // passages of the text that was reviewed

	node *book.Node
}

func (m *texts) answers(n *book.Node, t *theme.Trust) *answers {
	if t == nil || t.Badge.Reviewed.IsZero() || t.Badge.State == "exempt" || !slices.ContainsFunc(n.Questions, func(q book.Question) bool { return q.Answered }) {
		return nil
	}
	f := m.signs.Of(n)
	a := &answers{Page: theme.Answer{Badge: t.Badge, By: t.By}, Good: "fresh", node: n}
	if !t.Badge.Warn.IsZero() && !m.signs.Today.Before(t.Badge.Warn) {
		a.Good = "due"
	}
	a.Word = m.signs.Words.States[a.Good]
	for _, why := range f.Verdict.Reasons {
		if f.Verdict.State == review.Changed && why.State == review.Changed && why.Diff != nil {
			a.Known = append(a.Known, why.Diff.Old...)
		}
	}
	if len(a.Known) == 0 {
		return nil
	}
	return a
}

// marked adds to the holes of a text those below answers, and what goes there.
func (b *body) marked(text string) (holes []page.Hole, marks []theme.Answer) {
	a := b.Answers
	if a == nil {
		return b.Holes, nil
	}
	known := map[string]bool{}
	for _, passage := range a.Known {
		known[passage] = true
	}
	var more []page.Hole
	for _, q := range a.node.Questions {
		start, end := b.from.page.Below(q.Section, q.End)
		passages := review.PlainText(text[start:end])
		if !q.Answered || len(passages) == 0 {
			continue
		}
		if !slices.ContainsFunc(append(passages, b.from.page.Headings[q.Heading].Text), func(passage string) bool { return !known[passage] }) {
			mark := a.Page
			mark.Badge.State, mark.Badge.Word = a.Good, a.Word
			marks = append(marks, mark)
			more = append(more, holeAt(end, holeAnswer, len(marks)-1))
		}
	}
	return withHoles(b.Holes, more), marks
}

// faqPage is what schema.org calls a page of questions and answers.
type faqPage struct {
	Context  string        `json:"@context"`
	Type     string        `json:"@type"`
	Entities []faqQuestion `json:"mainEntity"`
}

type faqQuestion struct {
	Type   string    `json:"@type"`
	Name   string    `json:"name"`
	URL    string    `json:"url"`
	Answer faqAnswer `json:"acceptedAnswer"`
}

type faqAnswer struct {
	Type string `json:"@type"`
	Text string `json:"text"`
}

// faq is the questions of a page that are answered, as a block of data for programs. It is made of the page's text and
// links, whose sum is given.
func (m *texts) faq(n *book.Node, sum uint64) theme.Fragment {
	if !slices.ContainsFunc(n.Questions, func(q book.Question) bool { return q.Answered }) {
		return theme.Fragment{}
	}
	return theme.Fragment{Sum: sum, Make: func() (template.HTML, error) {
		p := faqPage{Context: "https://schema.org", Type: "FAQPage"}
		for _, q := range n.Questions {
			h := n.Page.Headings[q.Heading]
			text := strings.Join(review.PlainText(withTitles(n, m.text(n), q)), "\n")
			if text == "" {
				continue // a theme, or a picture
			}
			p.Entities = append(p.Entities, faqQuestion{"Question", h.Text, m.signs.Whole(n.URL) + "#" + h.ID, faqAnswer{"Answer", text}})
		}
		if len(p.Entities) == 0 {
			return "", nil
		}
		data, err := json.Marshal(p) // writes "<" as \u003c, so nothing in it ends the element
		if err != nil {
			return "", err
		}
		return template.HTML(`<script type="application/ld+json">` + string(data) + "</script>\n"), nil
	}}
}

// withTitles is an answer without links, but with the titles that stand for links without a label.
func withTitles(n *book.Node, p *page.Page, q book.Question) string {
	start, end := p.Below(q.Section, q.End)
	body := p.Body()
	var b strings.Builder
	at := start
	for _, h := range p.Holes {
		if h.Kind != page.HoleTitle || int(h.At) < start || int(h.At) > end || int(h.Link) >= len(n.Targets) {
			continue
		}
		b.WriteString(body.HTML[at:h.At])
		at = int(h.At)
		if to := n.Targets[h.Link].Node; to != nil {
			b.WriteString(template.HTMLEscapeString(to.Title))
		} else {
			b.WriteString(template.HTMLEscapeString(cmp.Or(p.Anchors[h.Link].Label, n.Page.Links[h.Link].Target)))
		}
	}
	b.WriteString(body.HTML[at:end])
	return b.String()
}
