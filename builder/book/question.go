package book

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"handbook/builder/diag"
	"handbook/builder/page"
)

// Question is a heading of an FAQ that asks something, with what stands below it.
type Question struct {
	Heading    int // index in Page.Headings
	Start, End int // of the answer in Page.Body.HTML, without the heading and what is asked further below
	Answered   bool
}

// questions finds what FAQs ask.
func (r *resolver) questions() {
	for _, n := range r.nodes {
		if n.Page == nil {
			continue
		}
		n.Questions = questionsOf(n, n.Page)
		for _, q := range n.Questions {
			if h := n.Page.Headings[q.Heading]; !q.Answered {
				r.msgs.Add(diag.UnansweredQuestion, diag.Place{File: n.Page.File, Start: h.At, End: h.At}, fmt.Sprintf("nobody has answered %q", h.Text),
					"write the answer below the heading, or take the question out")
			}
		}
	}
}

// questionsOf finds what a version of an FAQ asks: headings of the second and third level that end in a question mark.
func questionsOf(n *Node, p *page.Page) (list []Question) {
	if n.Type != "faq" {
		return nil
	}
	for i, s := range p.Sections {
		if s.Heading < 0 || !asks(p.Headings[s.Heading]) {
			continue
		}
		h := p.Headings[s.Heading]
		q := Question{Heading: s.Heading, Start: s.End, End: s.End}
		if at := strings.Index(p.Body.HTML[s.Start:s.End], "</h"); at >= 0 {
			q.Start = s.Start + at + len("</h2>")
		}
		for _, below := range p.Sections[i+1:] {
			deeper := p.Headings[below.Heading]
			if deeper.Level <= h.Level || asks(deeper) {
				q.Answered = q.Answered || deeper.Level > h.Level // it is a theme, and its questions have the answers
				break
			}
			q.End = below.End
		}
		q.Answered = q.Answered || strings.TrimSpace(p.Body.HTML[q.Start:q.End]) != "" || embeds(p, q.Start, q.End)
		list = append(list, q)
	}
	return list
}

// asks reports whether a heading of an FAQ is a question.
func asks(h page.Heading) bool {
	text := strings.TrimSpace(h.Text)
	return (h.Level == 2 || h.Level == 3) && (strings.HasSuffix(text, "?") || strings.HasSuffix(text, "？") || strings.HasSuffix(text, "؟"))
}

// embeds reports whether something else is shown in a stretch of a page.
func embeds(p *page.Page, start, end int) bool {
	holes := p.Body.Holes
	at, _ := slices.BinarySearchFunc(holes, start, func(h page.Hole, start int) int { return cmp.Compare(int(h.At), start) })
	for ; at < len(holes) && int(holes[at].At) <= end; at++ {
		if k := holes[at].Kind; k == page.HoleEmbed || k == page.HoleView {
			return true
		}
	}
	return false
}
