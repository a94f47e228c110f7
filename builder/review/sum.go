package review

import (
	"encoding/binary"
	"hash/fnv"
	"slices"

	"handbook/builder/page"
)

// TextSum is the fingerprint of a page's text. The order of its sections does not count: a section that moved within
// the page is the same text.
func TextSum(p *page.Page) Sum { return sumOf(p.Sections) }

// SectionSum is the fingerprint of the section with the heading id, with the sections below it; the whole text for
// no id. It reports whether the page has such a section.
func SectionSum(p *page.Page, id string) (Sum, bool) {
	if id == "" {
		return TextSum(p), true
	}
	sections := p.Section(id)
	return sumOf(sections), len(sections) > 0
}

func sumOf(sections []page.Section) Sum {
	var sums []uint64
	for _, s := range sections {
		if s.Fingerprint != 0 { // an empty section is no text
			sums = append(sums, s.Fingerprint)
		}
	}
	slices.Sort(sums)
	h := fnv.New64a()
	var b [8]byte
	for _, s := range sums {
		binary.LittleEndian.PutUint64(b[:], s)
		h.Write(b[:])
	}
	return Sum(h.Sum64())
}
