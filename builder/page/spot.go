package page

import (
	"bytes"
	"html"
	"regexp"
	"strings"

	"handbook/builder/diag"
)

// Spot is where a reference stands in its file, to the byte: what it names, and the part of it behind the #. Both are
// offsets; Fragment is equal to FragmentEnd where there is none.
type Spot struct {
	Start, End            int
	Fragment, FragmentEnd int
}

var definitionForm = regexp.MustCompile(`(?m)^[ \t>]{0,12}\[((?:[^\[\]\\]|\\.)+)\]:[ \t]*(?:\r?\n[ \t]*)?<?([^\s<>]+)`)

// Spot finds the bytes of the page's file that a reference is written in. It gives false where they say something else
// than the reference, as they do when a file has changed since.
func (l Link) Spot(data []byte) (Spot, bool) { return (&Spotter{Data: data}).Spot(l) }

// Spotter finds where the references of one file are written.
type Spotter struct {
	Data    []byte
	defined map[string][2]int // where what each label stands for is written; nil until it is asked for
}

// definition is where it is written what a label stands for: the first time counts.
func (s *Spotter) definition(label string) ([2]int, bool) {
	if s.defined == nil {
		s.defined = map[string][2]int{}
		for _, m := range definitionForm.FindAllSubmatchIndex(s.Data, -1) {
			if name := plainLabel(string(s.Data[m[2]:m[3]])); s.defined[name] == [2]int{} {
				s.defined[name] = [2]int{m[4], m[5]}
			}
		}
	}
	at, ok := s.defined[plainLabel(label)]
	return at, ok && label != ""
}

// Spot is Link.Spot for a reference of the file.
func (s *Spotter) Spot(l Link) (Spot, bool) {
	data := s.Data
	start, end := l.At.Start, l.At.End
	if start < 0 || end > len(data) || start >= end {
		return Spot{}, false
	}
	switch l.Kind {
	case LinkWiki, LinkEmbed:
		if at := spotAt(data, start, end); strings.TrimSpace(string(data[at.Start:at.End])) == l.Target {
			return at, true
		}
		return Spot{}, false
	case LinkRelated, LinkDepends, LinkField:
		return l.spotInValue(data, start, end)
	}
	if l.written(data[start:end]) {
		return spotAt(data, start, end), true
	}
	if at, ok := s.definition(referenceLabel(data[start:end])); ok && l.written(data[at[0]:at[1]]) {
		return spotAt(data, at[0], at[1]), true
	}
	return Spot{}, false
}

// ReferenceIn reads the reference that stands at a place of frontmatter.
func ReferenceIn(data []byte, at diag.Place) (Link, bool) {
	if at.Start < 0 || at.End > len(data) || at.Start >= at.End {
		return Link{}, false
	}
	raw := strings.Trim(string(data[at.Start:at.End]), "\"' \t")
	return Reference(Field{Raw: strings.Join(strings.Fields(raw), " "), At: at})
}

// written reports whether a destination as it is in the file is the reference's.
func (l Link) written(raw []byte) bool {
	for _, text := range []string{unescapeString(raw), html.UnescapeString(string(raw))} {
		if target, query, fragment := split(text); target == l.Target && query == l.Query && fragment == l.Fragment {
			return true
		}
	}
	return false
}

// spotAt parts a destination at its first # and ?, but for those of entities.
func spotAt(data []byte, start, end int) Spot {
	s := Spot{start, end, end, end}
	for i := start; i < end; i++ {
		switch c := data[i]; {
		case c == '&' && i+1 < end && data[i+1] == '#':
			i++
		case c == '?' && s.End == end:
			s.End = i
		case c == '#':
			s.End = min(s.End, i)
			s.Fragment = i + 1
			return s
		}
	}
	return s
}

// spotInValue finds a reference within a value of frontmatter, between quotes and brackets.
func (l Link) spotInValue(data []byte, start, end int) (Spot, bool) {
	raw := data[start:end]
	i := bytes.Index(raw, []byte(l.Target))
	if i < 0 || l.Target == "" || i > 0 && strings.IndexByte("\"'[ ", raw[i-1]) < 0 {
		return Spot{}, false
	}
	s := Spot{Start: start + i, End: start + i + len(l.Target)}
	s.Fragment, s.FragmentEnd = s.End, s.End
	rest := raw[i+len(l.Target):]
	if len(rest) > 0 && rest[0] == '#' {
		n := bytes.IndexAny(rest, "\"'|]")
		if n < 0 {
			n = len(rest)
		}
		s.Fragment, s.FragmentEnd = s.End+1, s.End+n
	} else if len(rest) > 0 && strings.IndexByte("\"'|] ", rest[0]) < 0 {
		return Spot{}, false
	}
	return s, true
}

// referenceLabel is the label of "[text][label]", "[label][]" or "[label]".
func referenceLabel(raw []byte) string {
	s := strings.TrimSuffix(string(raw), "[]")
	if !strings.HasSuffix(s, "]") {
		return ""
	}
	depth := 0
	for i := len(s) - 1; i >= 0; i-- {
		switch s[i] {
		case ']':
			depth++
		case '[':
			if depth--; depth == 0 {
				return s[i+1 : len(s)-1]
			}
		}
	}
	return ""
}

func plainLabel(s string) string { return strings.ToLower(strings.Join(strings.Fields(s), " ")) }
