package owners

import (
	"strings"
	"unicode/utf8"
)

// pattern is a path with wildcards, taken apart at the slashes. "**" as a whole segment stands for any number of
// segments, none included.
type pattern []segment

// segment is one part of a pattern between slashes.
type segment struct {
	deep bool   // "**"
	text string // without escapes when literal
	glob []atom // nil when literal
}

// atom is one element of a segment with wildcards.
type atom struct {
	kind   byte // 'c' a character, '?' any one, '*' any number of any, '[' one of a set
	char   rune
	set    []span
	negate bool
}

type span struct{ from, to rune }

var (
	anything = segment{glob: []atom{{kind: '*'}}}
	anyDepth = segment{deep: true}
)

// compile turns a pattern as written into one for whole paths, by the service's rules. ok is false when the pattern
// can match no file.
func compile(text string, f Flavour) (p pattern, ok bool) {
	body, anchored := strings.CutPrefix(text, "/")
	body, below := strings.CutSuffix(body, "/")
	if body == "" || strings.Contains(body, "//") || strings.HasPrefix(body, "/") || strings.HasSuffix(body, "/") {
		return nil, false
	}
	parts := strings.Split(body, "/")
	for _, part := range parts {
		if part == "." || part == ".." {
			return nil, false
		}
	}
	if f == GitHub && len(parts) > 1 {
		anchored = true
	}
	if !anchored && parts[0] != "**" {
		p = append(p, anyDepth)
	}
	for i, part := range parts {
		s := parseSegment(part, f)
		// Ruby's fnmatch, which GitLab uses, takes "**" for more than "*" only before a slash.
		if s.deep && f == GitLab && i == len(parts)-1 && !below {
			s = anything
		}
		p = append(p, s)
	}
	end := p[len(p)-1]
	switch {
	case below, end.deep:
		return append(p, anything, anyDepth), true // something below it; for GitHub, "docs/**" says the same
	case f == GitLab:
		return p, true // a file of exactly this path
	case parts[len(parts)-1] == "*" && (anchored || len(parts) > 1):
		return p, true // GitHub: "docs/*" does not go deeper
	}
	return append(p, anyDepth), true // a file, or a folder with all it holds
}

func parseSegment(text string, f Flavour) segment {
	if text == "**" {
		return segment{deep: true}
	}
	var glob []atom
	var literal strings.Builder
	wild := false
	for rest := text; rest != ""; {
		r, size := utf8.DecodeRuneInString(rest)
		next := rest[size:]
		switch {
		case r == '\\' && next != "":
			r, size = utf8.DecodeRuneInString(next)
			literal.WriteString(next[:size])
			glob = append(glob, atom{kind: 'c', char: r})
			rest = next[size:]
			continue
		case r == '*':
			wild = true
			if len(glob) == 0 || glob[len(glob)-1].kind != '*' {
				glob = append(glob, atom{kind: '*'})
			}
		case r == '?':
			wild = true
			glob = append(glob, atom{kind: '?'})
		case r == '[' && f == GitLab:
			if set, after, ok := parseSet(next); ok {
				wild = true
				glob = append(glob, set)
				rest = after
				continue
			}
			fallthrough
		default:
			literal.WriteString(rest[:size])
			glob = append(glob, atom{kind: 'c', char: r})
		}
		rest = next
	}
	if !wild {
		return segment{text: literal.String()}
	}
	return segment{text: text, glob: glob}
}

// parseSet reads what follows "[" up to "]".
func parseSet(text string) (set atom, rest string, ok bool) {
	set = atom{kind: '['}
	if text != "" && (text[0] == '!' || text[0] == '^') {
		set.negate = true
		text = text[1:]
	}
	for first := true; text != ""; first = false {
		if text[0] == ']' && !first {
			return set, text[1:], true
		}
		from, after := setChar(text)
		to := from
		if len(after) > 1 && after[0] == '-' && after[1] != ']' {
			to, after = setChar(after[1:])
		}
		set.set = append(set.set, span{from, to})
		text = after
	}
	return set, "", false
}

func setChar(text string) (rune, string) {
	if text[0] == '\\' && len(text) > 1 {
		text = text[1:]
	}
	r, size := utf8.DecodeRuneInString(text)
	return r, text[size:]
}

// split takes a path apart at the slashes.
func split(path string) []string { return strings.Split(strings.Trim(path, "/"), "/") }

// match reports whether the pattern stands for the whole path. A failed attempt goes back to the last "**" only, so
// the work is at most the product of the two lengths.
func (p pattern) match(path []string) bool {
	i, j := 0, 0
	back, from := -1, 0
	for j < len(path) {
		switch {
		case i < len(p) && p[i].deep:
			back, from = i, j
			i++
		case i < len(p) && p[i].match(path[j]):
			i++
			j++
		case back >= 0:
			from++
			i, j = back+1, from
		default:
			return false
		}
	}
	for i < len(p) && p[i].deep {
		i++
	}
	return i == len(p)
}

// match is the same within a segment, with "*" for "**".
func (s segment) match(name string) bool {
	if s.glob == nil {
		return s.text == name
	}
	i, j := 0, 0
	back, from := -1, 0
	for j < len(name) {
		r, size := utf8.DecodeRuneInString(name[j:])
		switch {
		case i < len(s.glob) && s.glob[i].kind == '*':
			back, from = i, j
			i++
		case i < len(s.glob) && s.glob[i].matches(r):
			i++
			j += size
		case back >= 0:
			_, size := utf8.DecodeRuneInString(name[from:])
			from += size
			i, j = back+1, from
		default:
			return false
		}
	}
	for i < len(s.glob) && s.glob[i].kind == '*' {
		i++
	}
	return i == len(s.glob)
}

func (a atom) matches(r rune) bool {
	switch a.kind {
	case 'c':
		return a.char == r
	case '?':
		return true
	}
	for _, s := range a.set {
		if s.from <= r && r <= s.to {
			return !a.negate
		}
	}
	return a.negate
}

// index finds the rules that can match a path without trying them all. Each rule is kept under one thing that a path
// must have to match.
type index struct {
	folder map[string][]int // by the literal segments it begins with, joined by slashes
	name   map[string][]int // by a literal segment anywhere in it
	ending map[string][]int // by the letters after the last "*" of a segment, from the last dot on: ".md"
	rest   []int
}

func newIndex(rules []rule) index {
	x := index{map[string][]int{}, map[string][]int{}, map[string][]int{}, nil}
	for i, r := range rules {
		if prefix := r.pattern.literalPrefix(); prefix != "" {
			x.folder[prefix] = append(x.folder[prefix], i)
		} else if name := r.pattern.longestName(); name != "" {
			x.name[name] = append(x.name[name], i)
		} else if ending := r.pattern.ending(); ending != "" {
			x.ending[ending] = append(x.ending[ending], i)
		} else {
			x.rest = append(x.rest, i)
		}
	}
	return x
}

// candidates calls try with the rules that can match. Within one list the last rule comes first.
func (x *index) candidates(segments []string, try func(int)) {
	all := func(list []int) {
		for k := len(list) - 1; k >= 0; k-- {
			try(list[k])
		}
	}
	path := strings.Join(segments, "/")
	end := 0
	for _, s := range segments {
		end += len(s)
		all(x.folder[path[:end]])
		end++
		all(x.name[s])
		if dot := strings.LastIndexByte(s, '.'); dot >= 0 {
			all(x.ending[s[dot:]])
		}
	}
	all(x.rest)
}

func (p pattern) literalPrefix() string {
	var names []string
	for _, s := range p {
		if s.deep || s.glob != nil {
			break
		}
		names = append(names, s.text)
	}
	return strings.Join(names, "/")
}

func (p pattern) longestName() string {
	longest := ""
	for _, s := range p {
		if !s.deep && s.glob == nil && len(s.text) > len(longest) {
			longest = s.text
		}
	}
	return longest
}

func (p pattern) ending() string {
	for _, s := range p {
		tail := ""
		for i := len(s.glob) - 1; i >= 0 && s.glob[i].kind == 'c'; i-- {
			tail = string(s.glob[i].char) + tail
			if s.glob[i].char == '.' {
				return tail
			}
		}
	}
	return ""
}
