package page

import (
	"cmp"
	"strconv"
	"strings"
	"unicode"
)

// slug makes a heading's id as GitHub does: lower case, letters, marks, digits, '-' and '_' kept, a blank becomes
// '-', everything else is dropped.
func slug(heading string) string {
	heading = strings.TrimSpace(heading)
	var b strings.Builder
	b.Grow(len(heading))
	runes := []rune(heading)
	for i, r := range runes {
		switch {
		case r == ' ' || r == '-':
			b.WriteByte('-')
		case r < unicode.MaxASCII:
			if 'A' <= r && r <= 'Z' {
				r += 'a' - 'A'
			}
			if 'a' <= r && r <= 'z' || '0' <= r && r <= '9' || r == '_' {
				b.WriteByte(byte(r))
			}
		case r == 'İ': // the only letter whose lower case is two characters
			b.WriteString("i̇")
		case r == 'Σ' && i > 0 && unicode.IsLetter(runes[i-1]) && (i+1 == len(runes) || !unicode.IsLetter(runes[i+1])):
			b.WriteRune('ς') // at the end of a word
		case unicode.In(r, unicode.L, unicode.M, unicode.Nd, unicode.Nl, unicode.Pc):
			b.WriteRune(unicode.ToLower(r))
		}
	}
	return b.String()
}

// HeadingIDs are the ids of headings on a page that has these and no ids of its own, for who writes links to a page before it is there.
func HeadingIDs(texts []string) []string {
	ids := newIDs()
	all := make([]string, len(texts))
	for i, text := range texts {
		all[i] = ids.unique(headingID(text))
	}
	return all
}

// headingID is the id of a heading by its text, before it is made unique.
func headingID(text string) string { return cmp.Or(slug(text), "section") }

// idSet hands out ids that are unique on a page.
type idSet struct {
	taken map[string]bool
	last  map[string]int // the last number given to a base
}

func newIDs() *idSet {
	return &idSet{taken: map[string]bool{}, last: map[string]int{}}
}

// unique returns the id, or the id with the first free number: "setup", "setup-1", "setup-2".
func (s *idSet) unique(id string) string {
	base := id
	for s.taken[id] {
		s.last[base]++
		id = base + "-" + strconv.Itoa(s.last[base])
	}
	s.taken[id] = true
	return id
}

// ownID begins the ids of what handbook says on a page beside its text; scripts and links look for those.
const ownID = "hb:"

// claim takes the id as it is, if it is free.
func (s *idSet) claim(id string) bool {
	if s.taken[id] || strings.HasPrefix(id, ownID) {
		return false
	}
	s.taken[id] = true
	return true
}
