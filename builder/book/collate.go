package book

import (
	"cmp"
	"strings"
	"sync"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/collate"
	"golang.org/x/text/language"
	"golang.org/x/text/unicode/norm"
)

// Collation is the order in which readers of a language expect texts: "Öl" stands behind "Z" in Swedish and before "Ost" in
// German, and numbers go by value in each. Browsers keep the same order (Intl.Collator with numeric).
type Collation struct {
	whole, letters sync.Pool // of *collator
	turkic         bool      // whose i has a capital of its own
}

type collator struct {
	*collate.Collator
	collate.Buffer
}

// alike are languages that x/text has no order for, by one with the same.
var alike = map[string]string{"nb": "nn", "no": "nn", "bs": "hr", "sr-Latn": "hr", "sh": "hr"}

// collations are those that were asked for, by language: their tables are worth keeping.
var collations sync.Map

// CollationOf is the order of a language, such as "en" or "pt-BR". One that is not known has the order of most.
func CollationOf(name string) *Collation {
	if c, ok := collations.Load(name); ok {
		return c.(*Collation)
	}
	c, _ := collations.LoadOrStore(name, newCollation(name))
	return c.(*Collation)
}

func newCollation(name string) *Collation {
	tag := language.Make(cmp.Or(name, "en"))
	base, _ := tag.Base()
	script, _ := tag.Script()
	for _, name := range []string{base.String(), base.String() + "-" + script.String()} {
		if other := alike[name]; other != "" {
			tag = language.Make(other)
		}
	}
	c := &Collation{turkic: base.String() == "tr" || base.String() == "az"}
	c.whole.New = func() any { return &collator{Collator: collate.New(tag, collate.Numeric)} }
	c.letters.New = func() any { return &collator{Collator: collate.New(tag, collate.Loose)} }
	return c
}

// Key is such that comparing keys byte by byte puts texts in order. It is safe for concurrent use.
func (c *Collation) Key(text string) string { return key(&c.whole, strings.TrimSpace(text)) }

func key(pool *sync.Pool, text string) string {
	k := pool.Get().(*collator)
	defer pool.Put(k)
	k.Reset()
	return string(k.KeyFromString(&k.Buffer, text))
}

// Letter is the letter under which a text stands in an index, and a key that is the same for all spellings of that letter
// and in the order of the alphabet: "É" stands under E, "Ö" under O in German and by itself in Swedish, and "Chata" under Ch
// in Czech. Both are empty for a text that begins with a digit, or has no letter.
func (c *Collation) Letter(text string) (letter, order string) {
	text = norm.NFC.String(text)
	at := strings.IndexFunc(text, func(r rune) bool { return unicode.IsLetter(r) || unicode.IsDigit(r) })
	if at < 0 {
		return "", ""
	}
	text = text[at:]
	first, size := utf8.DecodeRuneInString(text)
	if unicode.IsDigit(first) {
		return "", ""
	}
	one := text[:size]
	order = key(&c.letters, one)
	if next, more := utf8.DecodeRuneInString(text[size:]); more > 0 && unicode.IsLetter(next) {
		// Two characters that are one letter of the alphabet have a key like one.
		if both := key(&c.letters, text[:size+more]); len(both) == len(order) && both != order {
			return c.upper(one) + strings.ToLower(text[size:size+more]), both
		}
	}
	if base, _ := utf8.DecodeRuneInString(norm.NFD.String(one)); base != first && key(&c.letters, string(base)) == order {
		one = string(base)
	}
	return c.upper(one), order
}

// upper is a letter as it stands at the head of a list.
func (c *Collation) upper(s string) string {
	if c.turkic {
		return norm.NFC.String(strings.ToUpperSpecial(unicode.TurkishCase, s))
	}
	return norm.NFC.String(strings.ToUpper(s))
}
