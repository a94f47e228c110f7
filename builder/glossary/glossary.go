// Package glossary finds where a page first says the name of a term. It looks at the HTML of the page's body and never
// finds anything in code, links, headings and what else must stay as it is. It does not know what a term means, or
// which of several meanings a page has in mind.
//
// It looks at finished HTML, once for each page and set of names, so an edit searches one page. What a term means is an input only of
// the pages that say it.
package glossary

import (
	"hash/fnv"
	"html"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"

	"handbook/builder/page"
)

// Finder finds names in pages. It is safe for concurrent use.
type Finder struct {
	Sum uint64 // of the names: the same for Finders that find the same

	entries map[uint32][]entry // by the sum of the name's first word, the longest name first
	seen    [64]uint64         // a bit for each sum, so that most words cost no look into the map
}

// Mention is the first place where a page says a name.
type Mention struct {
	Name       int // index in the names that New was given
	Start, End int // in Body.HTML
}

// entry is a name, cut at its first word.
type entry struct {
	name   int
	before string // what stands before the first word: "." of ".NET"
	text   string // from the first word on, as HTML; in lower case unless exact
	exact  bool
}

// New makes a Finder of names as people write them. Letter case does not count, but for names with capitals beyond the
// first letter of a word, such as "IT" and "iPad". Empty names and single characters are never found.
func New(names []string) *Finder {
	f := &Finder{entries: map[uint32][]entry{}}
	h := fnv.New64a()
	for i, name := range names {
		h.Write([]byte(name))
		h.Write([]byte{0})
		text := html.EscapeString(strings.Join(strings.Fields(norm.NFC.String(name)), " "))
		text = strings.ReplaceAll(text, "&#39;", "'")
		start := strings.IndexFunc(text, isWord)
		if start < 0 || utf8.RuneCountInString(text) < 2 || start > 0 && text[start-1] == '&' {
			continue
		}
		e := entry{name: i, before: text[:start], text: text[start:], exact: hasCapitals(name)}
		_, sum := firstWord(e.text)
		if !e.exact {
			e.text = strings.ToLower(e.text)
		}
		f.entries[sum] = append(f.entries[sum], e)
		f.seen[sum>>6&63] |= 1 << (sum & 63)
	}
	for _, list := range f.entries {
		slices.SortStableFunc(list, func(a, b entry) int { return len(b.before) + len(b.text) - len(a.before) - len(a.text) })
	}
	f.Sum = h.Sum64()
	return f
}

// hasCapitals reports whether a name has capitals beyond the first letter of a word.
func hasCapitals(name string) bool {
	inside := false
	for _, r := range name {
		if inside && unicode.IsUpper(r) {
			return true
		}
		inside = isWord(r)
	}
	return false
}

func isWord(r rune) bool {
	return r == '_' || unicode.IsLetter(r) || unicode.IsDigit(r) || unicode.IsMark(r)
}

// alone reports whether a character is a word by itself: these scripts write no spaces between words.
func alone(r rune) bool {
	return r >= 0x0E00 && unicode.In(r, unicode.Han, unicode.Hiragana, unicode.Katakana, unicode.Thai, unicode.Lao, unicode.Khmer,
		unicode.Myanmar)
}

// lower holds for each ASCII character that words are made of the character in lower case, 0 for the others, and 1 for
// the bytes of characters that are not ASCII.
var lower = func() (t [256]byte) {
	for c := range t {
		switch {
		case c >= utf8.RuneSelf:
			t[c] = 1
		case isWord(rune(c)):
			t[c] = byte(unicode.ToLower(rune(c)))
		}
	}
	return t
}()

// firstWord is the length of the word that a text begins with, and a sum of it in lower case.
func firstWord(s string) (n int, sum uint32) {
	sum = 2166136261
	for n < len(s) {
		c := lower[s[n]]
		if c > 1 {
			sum = (sum ^ uint32(c)) * 16777619
			n++
			continue
		}
		if c == 0 {
			break
		}
		r, size := utf8.DecodeRuneInString(s[n:])
		if !isWord(r) || n > 0 && alone(r) {
			break
		}
		sum = (sum ^ uint32(unicode.ToLower(r))) * 16777619
		n += size
		if alone(r) {
			break
		}
	}
	return n, sum ^ sum>>12
}

// Find returns the first mention of each name, in the order of the text.
func (f *Finder) Find(p *page.Page) []Mention {
	if len(f.entries) == 0 {
		return nil
	}
	s := scan{Finder: f, text: p.Body().HTML, holes: p.Holes}
	s.run()
	return s.found
}

// scan goes through one text.
type scan struct {
	*Finder
	text  string
	holes []page.Hole // those that are still ahead
	found []Mention
}

func (s *scan) run() {
	at := 0
	for at < len(s.text) {
		end := len(s.text)
		if i := strings.IndexByte(s.text[at:], '<'); i >= 0 {
			end = at + i
		}
		if next := s.nextHole(at, end); next >= 0 {
			s.words(at, next)
			at = s.closeLink(next)
			continue
		}
		s.words(at, end)
		if end == len(s.text) {
			return
		}
		at = s.tag(end)
	}
}

// nextHole is where the first link or embed before the end begins; -1 when none does.
func (s *scan) nextHole(at, end int) int {
	for len(s.holes) > 0 {
		h := s.holes[0]
		if int(h.At) >= end && (int(h.At) > end || h.Kind != page.HoleOpen) {
			return -1
		}
		if h.Kind == page.HoleOpen && int(h.At) >= at {
			return int(h.At)
		}
		s.holes = s.holes[1:]
	}
	return -1
}

// closeLink takes the holes up to the end of the link that begins at an offset, and returns where that is.
func (s *scan) closeLink(at int) int {
	link := s.holes[0].Link
	for len(s.holes) > 0 {
		h := s.holes[0]
		s.holes = s.holes[1:]
		if h.Kind == page.HoleClose && h.Link == link {
			return int(h.At)
		}
	}
	return at
}

// tag takes the tag at an offset, and the whole element where no name is looked for in it.
func (s *scan) tag(at int) int {
	if strings.HasPrefix(s.text[at:], "<!--") {
		return s.after(at, "-->")
	}
	end := s.tagEnd(at)
	name := s.text[at+1 : end]
	if i := strings.IndexAny(name, " \t\n/>"); i > 0 {
		name = name[:i]
	}
	if skipped(name) {
		return s.after(end, "</"+name+">")
	}
	return end
}

func (s *scan) after(at int, mark string) int {
	if i := strings.Index(s.text[at:], mark); i >= 0 {
		return at + i + len(mark)
	}
	return len(s.text)
}

// tagEnd is what follows the tag at an offset. A ">" in a quoted value does not end it.
func (s *scan) tagEnd(at int) int {
	quote := byte(0)
	for i := at + 1; i < len(s.text); i++ {
		switch c := s.text[i]; {
		case quote != 0:
			if c == quote {
				quote = 0
			}
		case c == '"' || c == '\'':
			quote = c
		case c == '>':
			return i + 1
		}
	}
	return len(s.text)
}

// skipped are the elements whose text stays as it is.
func skipped(name string) bool {
	switch name {
	case "a", "abbr", "audio", "button", "code", "dfn", "h1", "h2", "h3", "h4", "h5", "h6", "iframe", "kbd", "math", "object", "pre",
		"samp", "script", "select", "style", "summary", "svg", "textarea", "title", "var", "video":
		return true
	}
	return false
}

// words looks at each word of a stretch of text.
func (s *scan) words(at, end int) {
	for at < end {
		if c := s.text[at]; lower[c] == 0 {
			if i := strings.IndexByte(s.text[at:min(end, at+12)], ';'); c == '&' && i > 0 { // a character written by its name
				at += i
			}
			at++
			continue
		}
		n, sum := firstWord(s.text[at:end])
		if n == 0 {
			_, n = utf8.DecodeRuneInString(s.text[at:end])
			at += n
			continue
		}
		if s.seen[sum>>6&63]&(1<<(sum&63)) != 0 {
			if to := s.match(at, end, sum); to > 0 {
				at = to
				continue
			}
		}
		at += n
	}
}

// match notes the longest name that begins with the word at an offset, and returns what follows it; 0 for none.
func (s *scan) match(at, end int, sum uint32) int {
	for _, e := range s.entries[sum] {
		start := at - len(e.before)
		if start < 0 || s.text[start:at] != e.before || !s.begins(start) {
			continue
		}
		n := same(s.text[at:end], e.text, e.exact)
		if n == 0 || !s.ends(at+n, end) {
			continue
		}
		if !slices.ContainsFunc(s.found, func(m Mention) bool { return m.Name == e.name }) {
			s.found = append(s.found, Mention{e.name, start, at + n})
		}
		return at + n
	}
	return 0
}

// begins reports whether a name may begin at an offset: it is not the rest of "pre-payout" or of "example.com/payout".
func (s *scan) begins(at int) bool {
	if at == 0 {
		return true
	}
	return strings.IndexByte(`-/\@#.&`, s.text[at-1]) < 0
}

// ends reports whether a name may end at an offset: no word goes on there, nor does "payout-day" or "payout.csv".
func (s *scan) ends(at, end int) bool {
	if at >= end {
		return true
	}
	last, _ := utf8.DecodeLastRuneInString(s.text[:at])
	next, size := utf8.DecodeRuneInString(s.text[at:end])
	if isWord(next) {
		return !isWord(last) || alone(last) || alone(next)
	}
	if strings.ContainsRune(`-./\_@`, next) {
		after, _ := utf8.DecodeRuneInString(s.text[at+size : end])
		return !isWord(after)
	}
	return true
}

// same is the length of the stretch of text that says a name; 0 when it does not. Any white space is as good as a space.
func same(text, name string, exact bool) int {
	at := 0
	for i := 0; i < len(name); {
		if at >= len(text) {
			return 0
		}
		if name[i] == ' ' {
			from := at
			for at < len(text) && (text[at] == ' ' || text[at] == '\n' || text[at] == '\t') {
				at++
			}
			if at == from {
				return 0
			}
			i++
			continue
		}
		want, n := utf8.DecodeRuneInString(name[i:])
		have, m := utf8.DecodeRuneInString(text[at:])
		if have != want && (exact || unicode.ToLower(have) != want) {
			return 0
		}
		i += n
		at += m
	}
	return at
}
