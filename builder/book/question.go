package book

import (
	"fmt"
	"strings"

	"handbook/builder/diag"
	"handbook/builder/page"
)

// Question is a heading of an FAQ that asks something, with what stands below it.
type Question struct {
	Heading      int // index in Page.Headings
	Section, End int // indexes in Page.Outline of its own section and of the one behind its answer, which ends where more is asked further below
	Answered     bool
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
				r.msgs.Add(diag.UnansweredQuestion, n.Page.HeadingAt(q.Heading), fmt.Sprintf("nobody has answered %q", h.Text),
					"write the answer below the heading, or take the question out")
			}
		}
	}
}

// questionsOf finds what a version of an FAQ asks: headings of the second and third level that end in a question mark.
func questionsOf(n *Node, p *page.Face) (list []Question) {
	if n.Type != "faq" {
		return nil
	}
	for i, s := range p.Outline {
		if s.Heading < 0 || !asks(p.Headings[s.Heading]) {
			continue
		}
		h := p.Headings[s.Heading]
		q := Question{Heading: s.Heading, Section: i, End: i + 1, Answered: !s.Bare}
		for _, below := range p.Outline[i+1:] {
			deeper := p.Headings[below.Heading]
			if deeper.Level <= h.Level || asks(deeper) {
				q.Answered = q.Answered || deeper.Level > h.Level // it is a theme, and its questions have the answers
				break
			}
			q.End++
			q.Answered = true
		}
		list = append(list, q)
	}
	return list
}

// asks reports whether a heading of an FAQ is a question.
func asks(h page.Heading) bool {
	text := strings.TrimSpace(h.Text)
	return (h.Level == 2 || h.Level == 3) && (strings.HasSuffix(text, "?") || strings.HasSuffix(text, "？") || strings.HasSuffix(text, "؟"))
}
