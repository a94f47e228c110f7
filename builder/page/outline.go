package page

import (
	"cmp"
	"math/bits"
	"slices"
	"strings"
)

// outline is what others ask of each section.
func (t *Text) outline() []Part {
	parts := make([]Part, len(t.Sections))
	for i, s := range t.Sections {
		parts[i] = Part{Heading: s.Heading, Bulk: bulk(s.End - s.Start), Bare: t.bare(i)}
	}
	return parts
}

// placeEmbeds notes the section in which each embed's hole stands. Holes and sections are in the order of the page.
func (p *Page) placeEmbeds() {
	at := 0
	for _, h := range p.Body.Holes {
		for at+1 < len(p.Sections) && p.Sections[at+1].Start <= int(h.At) {
			at++
		}
		if h.Kind == HoleEmbed && h.Link >= 0 && int(h.Link) < len(p.Links) {
			p.Links[h.Link].Section = at
		}
	}
}

// Below is the stretch of Body.HTML that stands below the heading of one section and in those that follow, up to the section
// end, which is not part of it.
func (t *Text) Below(section, end int) (from, to int) {
	s := t.Sections[section]
	from = s.End
	if at := strings.Index(t.Body.HTML[s.Start:s.End], "</h"); at >= 0 {
		from = s.Start + at + len("</h2>")
	}
	return from, t.Sections[end-1].End
}

// bulk rounds up to a power of two.
func bulk(n int) int {
	if n == 0 {
		return 0
	}
	return 1 << bits.Len(uint(n-1))
}

// bare reports whether nothing stands below the heading of a section.
func (t *Text) bare(section int) bool {
	from, to := t.Below(section, section+1)
	return strings.TrimSpace(t.Body.HTML[from:to]) == "" && !t.Body.shows(from, to)
}

// shows reports whether something else is shown in a stretch of a text: what is embedded, or a view.
func (b *Body) shows(start, end int) bool {
	at, _ := slices.BinarySearchFunc(b.Holes, start, func(h Hole, start int) int { return cmp.Compare(int(h.At), start) })
	for ; at < len(b.Holes) && int(b.Holes[at].At) <= end; at++ {
		if k := b.Holes[at].Kind; k == HoleEmbed || k == HoleView {
			return true
		}
	}
	return false
}
