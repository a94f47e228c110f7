package search

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// longest is how many letters of a word count.
const longest = 24

// words calls f for each word of a text as it is written. Of writing without spaces it gives each two neighbouring
// characters; a name such as review_every and a number such as 5.1.0 are given as a whole too. What a language elides before an apostrophe, as in
// "l'équipe", is no word. The search in the browser divides what is asked for in the same way.
func words(text []byte, elides map[string]bool, f func(raw []byte, folded bool)) {
	joined := -1 // where a name of several words began
	for i := 0; i < len(text); {
		c := text[i]
		if c < utf8.RuneSelf && !letters[c] {
			i++
			continue
		}
		start := i
		plain := true // lower case without accents
		for i < len(text) && text[i] < utf8.RuneSelf && letters[text[i]] {
			plain = plain && (text[i] < 'A' || text[i] > 'Z')
			i++
		}
		if i < len(text) && (text[i] >= utf8.RuneSelf || text[i] == '\'') {
			i = longWord(text, start, elides, f)
			joined = -1
			continue
		}
		f(text[start:i], plain)
		on := i+1 < len(text) && text[i+1] < utf8.RuneSelf && letters[text[i+1]] && (text[i] == '_' || text[i] == '.' && digit(text[i-1]) && digit(text[i+1]))
		switch {
		case on && joined < 0:
			joined = start
		case !on && joined >= 0:
			f(text[joined:i], false)
			joined = -1
		}
	}
}

func digit(c byte) bool { return c >= '0' && c <= '9' }

// joined calls f for each two words of a text that stand side by side with one of these characters between them, as one word:
// "check-in" is found as "checkin" too.
type joined struct {
	between string
	end     int // of the word before; 0 for none
	buf     []byte
	f       func(raw []byte, folded bool)
}

// next takes the next word, which is a part of the text.
func (j *joined) next(text, raw []byte, folded bool) {
	start := cap(text) - cap(raw)
	if len(j.buf) > 0 && start == j.end+1 && strings.IndexByte(j.between, text[j.end]) >= 0 && len(j.buf)+len(raw) <= 2*longest {
		j.f(append(j.buf, raw...), false)
	}
	if start >= j.end {
		j.buf, j.end = append(j.buf[:0], raw...), start+len(raw)
	}
}

var letters = func() (is [utf8.RuneSelf]bool) {
	for c := range is {
		is[c] = c >= '0' && c <= '9' || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z'
	}
	return is
}()

// longWord gives a word that is not plain ASCII, and returns where it ends.
func longWord(text []byte, start int, elides map[string]bool, f func([]byte, bool)) int {
	i := start
	var last rune
	lastAt := 0
	run := 0 // characters of writing without spaces
	flush := func(end int) {
		if run == 0 && end > start {
			f(text[start:end], false)
		} else if run == 1 {
			f(text[lastAt:end], false)
		}
	}
	for i < len(text) {
		r, n := utf8.DecodeRune(text[i:])
		switch {
		case unspaced(r):
			if run == 0 && i > start {
				f(text[start:i], false)
			}
			if run > 0 {
				f(text[lastAt:i+n], false)
			}
			run++
			lastAt = i
			last = r
		case run > 0 && last != 0 && unicode.Is(unicode.M, r): // belongs to the character before
		case run > 0:
			flush(i)
			return i
		case unicode.IsLetter(r) || unicode.IsDigit(r) || unicode.Is(unicode.M, r) && i > start:
		case (r == '\'' || r == '’') && i > start:
			next, _ := utf8.DecodeRune(text[i+n:])
			switch {
			case !unicode.IsLetter(next):
				flush(i)
				return i + n
			case i-start <= longestElided && elides[strings.ToLower(string(text[start:i]))]:
				start = i + n
			}
		default:
			flush(i)
			return i + n
		}
		i += n
	}
	if run == 1 {
		flush(lastAt + utf8.RuneLen(last))
	} else if run == 0 {
		flush(i)
	}
	return i
}

// elided are the words that a language shortens before a vowel, and writes with an apostrophe right before the next word.
var elided = map[string]string{
	"ca": "d l m n s t",
	"fr": "c d j jusqu l lorsqu m n puisqu qu quoiqu s t",
	"it": "all alcun anch bell c ciascun com coll cos d dall dell dov gl l m mezz n nell nessun quell quest s sant senz sull t tutt un v",
	"oc": "c d j l m n qu s t",
}

const longestElided = 7

// elides is the set of those of a language.
func elides(language string) map[string]bool {
	set := map[string]bool{}
	for _, word := range strings.Fields(elided[language]) {
		set[word] = true
	}
	return set
}

// unspaced tells the characters of languages that are written without spaces between words, or with words that are
// found by their parts.
func unspaced(r rune) bool {
	return r == 'ー' || r >= 0x0E00 && unicode.In(r, unicode.Han, unicode.Hiragana, unicode.Katakana, unicode.Hangul, unicode.Thai, unicode.Lao, unicode.Khmer, unicode.Myanmar) &&
		!unicode.IsDigit(r)
}

var others = strings.NewReplacer("ß", "ss", "æ", "ae", "œ", "oe", "ø", "o", "ł", "l", "đ", "d", "ð", "d", "þ", "th", "ı", "i", "ς", "σ")

// fold makes a word comparable: lower case, without accents, apostrophes and a possessive s.
func fold(word string) string {
	s := strings.ToLower(norm.NFKD.String(word))
	s = strings.Map(func(r rune) rune {
		if r >= 0x300 && r <= 0x36F {
			return -1
		}
		return r
	}, s)
	s = others.Replace(norm.NFC.String(s))
	if i := strings.IndexAny(s, "'’"); i > 0 {
		s = strings.TrimSuffix(strings.TrimSuffix(s, "'s"), "’s")
		s = strings.NewReplacer("'", "", "’", "").Replace(s)
	}
	return short(s)
}

func short(s string) string {
	if len(s) <= longest {
		return s
	}
	n := 0
	for i := range s {
		if n == longest {
			return s[:i]
		}
		n++
	}
	return s
}

// name is how a filter's value is written: "Payments team" is found by owner:payments-team.
func name(s string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsSpace(r) {
			return '-'
		}
		return r
	}, fold(strings.TrimSpace(s)))
}
