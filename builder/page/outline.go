package page

import (
	"cmp"
	"math/bits"
	"slices"
	"strings"
)

// outline is what others ask of each section.
func (b *Body) outline(sections []Section) []Part {
	parts := make([]Part, len(sections))
	for i, s := range sections {
		parts[i] = Part{Heading: s.Heading, Bulk: bulk(s.End - s.Start), Bare: b.bare(s)}
	}
	return parts
}

// placeEmbeds notes the section in which each embed's hole stands. Holes and sections are in the order of the page.
func (p *Page) placeEmbeds(b *Body) {
	at := 0
	for _, h := range b.Holes {
		for at+1 < len(p.Sections) && p.Sections[at+1].Start <= int(h.At) {
			at++
		}
		if h.Kind == HoleEmbed && h.Link >= 0 && int(h.Link) < len(p.Links) {
			p.Links[h.Link].Section = at
		}
	}
}

// Section is the section with the heading id and those with deeper headings that follow it; none where there is no such
// heading.
func (p *Page) Section(id string) []Section {
	for i, s := range p.Sections {
		if s.Heading < 0 || p.Headings[s.Heading].ID != id {
			continue
		}
		end := i + 1
		for end < len(p.Sections) && p.Headings[p.Sections[end].Heading].Level > p.Headings[s.Heading].Level {
			end++
		}
		return p.Sections[i:end]
	}
	return nil
}

// Block is the block that has an id, which may be escaped as in an address.
func (p *Page) Block(id string) (Stretch, bool) {
	id = percentDecode(id)
	i := slices.IndexFunc(p.Blocks, func(s Stretch) bool { return s.ID == id })
	if i < 0 {
		return Stretch{}, false
	}
	return p.Blocks[i], true
}

// Heading is the text of the heading with the id; the id itself where there is none, or no page.
func (f *Face) Heading(id string) string {
	if f != nil {
		for _, h := range f.Headings {
			if h.ID == id {
				return h.Text
			}
		}
	}
	return id
}

// Field is what the frontmatter says under a key; nil where it has none.
func (f *Face) Field(key string) *Field {
	for i := range f.Fields {
		if f.Fields[i].Key == key {
			return &f.Fields[i]
		}
	}
	return nil
}

// Below is the stretch of Body.HTML that stands below the heading of one section and in those that follow, up to the section
// end, which is not part of it.
func (p *Page) Below(section, end int) (from, to int) {
	return p.Body().below(p.Sections[section]), p.Sections[end-1].End
}

// below is where a section begins behind its heading.
func (b *Body) below(s Section) int {
	if at := strings.Index(b.HTML[s.Start:s.End], "</h"); at >= 0 {
		return s.Start + at + len("</h2>")
	}
	return s.End
}

// bulk rounds up to a power of two, and to a thousand at least.
func bulk(n int) int {
	if n == 0 {
		return 0
	}
	return max(1<<10, 1<<bits.Len(uint(n-1)))
}

// bare reports whether nothing stands below the heading of a section.
func (b *Body) bare(s Section) bool {
	from := b.below(s)
	return strings.TrimSpace(b.HTML[from:s.End]) == "" && !b.shows(from, s.End)
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
