package page

import (
	"bytes"
	"fmt"
	"html"
	"regexp"
	"strings"
	"sync"

	"github.com/yuin/goldmark/ast"
	"github.com/yuin/goldmark/parser"
	gtext "github.com/yuin/goldmark/text"

	"handbook/builder/diag"
	"handbook/builder/dialect"
)

// Spot is where a reference stands in its file, to the byte: what it names, and the part of it behind the #. Both are
// offsets; Fragment is equal to FragmentEnd where there is none.
type Spot struct {
	Start, End            int
	Fragment, FragmentEnd int
}

var definitionForm = regexp.MustCompile(`^\[(?:[^\[\]\\]|\\.)+\]:[ \t\n]*(?:<([^<>\n]*)>|(\S+))`)

// Spot finds the bytes of the page's file that a reference is written in. It gives false where they say something else
// than the reference, as they do when a file has changed since.
func (l Link) Spot(data []byte) (Spot, bool) { return (&Spotter{Data: data}).Spot(l) }

// Spotter finds where the references of one file are written.
type Spotter struct {
	Data    []byte
	defined map[string][2]int // where what each label stands for is written; nil until it is asked for
}

// definition is where it is written what a label stands for: the first time counts. Only Markdown tells a definition, in
// whatever it lies, from what looks like one.
func (s *Spotter) definition(label string) ([2]int, bool) {
	if label == "" {
		return [2]int{}, false
	}
	if s.defined == nil {
		s.define()
	}
	at, ok := s.defined[plainLabel(label)]
	return at, ok
}

func (s *Spotter) define() {
	s.defined = map[string][2]int{}
	var msgs diag.List
	t := readText("", s.Data, &msgs)
	base := min(readFront(t, &msgs).body, len(t.data))
	src := t.data[base:]
	pc := parser.NewContext()
	pc.Set(notesKey, newNotes())
	tags := dialect.ReadTags(src)
	tags.Enter(pc)
	doc := blockMarkdown().Parse(gtext.NewReader(tags.Source), parser.WithContext(pc))
	_ = ast.Walk(doc, func(n ast.Node, entering bool) (ast.WalkStatus, error) { // nothing in it fails
		d, ok := n.(*ast.LinkReferenceDefinition)
		if !ok || !entering || s.defined[plainLabel(string(d.Label))] != [2]int{} {
			return ast.WalkContinue, nil
		}
		var text []byte
		var at []int // for each byte, where it stands
		for i := range d.Lines().Len() {
			line := d.Lines().At(i)
			for k := line.Start; k < line.Stop; k++ {
				text, at = append(text, src[k]), append(at, k)
			}
			text, at = append(text, '\n'), append(at, line.Stop)
		}
		if m := definitionForm.FindSubmatchIndex(text); m != nil {
			from, to := max(m[2], m[4]), max(m[3], m[5])
			s.defined[plainLabel(string(d.Label))] = [2]int{t.offset(base + at[from]), t.offset(base + at[to])}
		}
		return ast.WalkContinue, nil
	})
}

var blockMarkdown = sync.OnceValue(func() parser.Parser { return newMarkdown(false, true, dialect.Parts()) })

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

// Reads is what a page says to its readers, with its marks, but without ids and without where links lead: two versions of a
// file that differ in those alone read the same. The heading of that index in Headings, which is one of the text itself, is
// left out; -1 for none.
func (p *Page) Reads(without int) string {
	body := p.Body()
	from, to := -1, -1
	for _, s := range p.Sections {
		if s.Heading != without || without < 0 {
			continue
		}
		if s.Below < s.End { // and the end of the line
			from, to = s.Start, s.Below+1
		}
	}
	var b strings.Builder
	at := 0
	skip := func(start, end int) {
		if start >= at {
			b.WriteString(body.HTML[at:start])
			at = end
		}
	}
	for _, h := range p.Holes {
		start := int(h.At)
		if from >= 0 && start >= from {
			skip(from, to)
		}
		switch h.Kind {
		case HoleID:
			skip(start, int(h.End))
		case HoleLocal:
			skip(start, start+strings.IndexByte(body.HTML[start:], '"'))
		case HoleOpen, HoleTitle, HoleSrc, HoleEmbed, HoleView:
			skip(start, start)
			fmt.Fprintf(&b, "{%d}", h.Kind)
		}
	}
	if from >= 0 {
		skip(from, to)
	}
	b.WriteString(body.HTML[at:])
	return b.String()
}

// LineEnd is where the line of an offset ends, and where the next one begins. Lines end as they do in Markdown: in a line
// feed, a carriage return, or both.
func LineEnd(data []byte, at int) (end, next int) {
	n := bytes.IndexAny(data[at:], "\r\n")
	if n < 0 {
		return len(data), len(data)
	}
	end = at + n
	if bytes.HasPrefix(data[end:], []byte("\r\n")) {
		return end, end + 2
	}
	return end, end + 1
}

// Cut replaces some bytes of a file.
type Cut struct {
	Start, End int
	Text       string
}

// Apply makes cuts, which are in the order of their starts. One that begins within another is left out; all says that none was.
func Apply(data []byte, cuts []Cut) (text []byte, all bool) {
	size := len(data)
	for _, c := range cuts {
		size += len(c.Text)
	}
	text, all = make([]byte, 0, size), true
	at := 0
	for _, c := range cuts {
		if c.Start < at || c.End > len(data) {
			all = false
			continue
		}
		text = append(append(text, data[at:c.Start]...), c.Text...)
		at = c.End
	}
	return append(text, data[at:]...), all
}
