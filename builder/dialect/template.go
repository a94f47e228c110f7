package dialect

import (
	"bytes"
	"regexp"
	"slices"
	"strings"

	"github.com/yuin/goldmark/ast"
	"github.com/yuin/goldmark/parser"
	gtext "github.com/yuin/goldmark/text"
)

// Tags are what stands between the marks of a template: the shortcodes of Hugo, the tags of Jekyll and GitBook, the programs of
// Middleman. They are found before anything is parsed, because only then is it known what closes what.
type Tags struct {
	// Source is the text for the parser of Markdown, byte for byte as long as the file's: where an address holds tags, what they
	// stand for is there, with blanks around it.
	Source []byte
	// Filled says that a generator works out what stands between {{ and }}, so that nobody means it to be seen.
	Filled bool

	list  []*shortcode          // in the order of the text
	named map[int]gtext.Segment // where names of pages begin in Source, and stand in the file
	nodes map[ast.Node]*begun
	sizes map[int][2]string // of pictures, by where their addresses begin
}

// The languages of tags.
type language byte

const (
	hugo   language = iota // {{< name >}} and {{% name %}}
	liquid                 // {% name %}
	ruby                   // <%= name %>
	output                 // {{ page.name }}
)

// shortcode is one of Tags.
type shortcode struct {
	language   language
	start, end int
	inner      gtext.Segment // what stands between the marks
	name       string        // in lower case
	args       []arg
	closing    bool
	single     bool       // it says itself that nothing closes it
	escaped    bool       // it is shown as a tag
	coded      bool       // it says itself that what is in it is code, as a card of Docsy may
	other      *shortcode // what closes it, or what it closes
}

// arg is one argument of a tag.
type arg struct {
	key string // in lower case; "" for one that has its meaning from its place
	at  gtext.Segment
}

var tagsKey = parser.NewContextKey()

func tagsOf(pc parser.Context) *Tags {
	t, _ := pc.Get(tagsKey).(*Tags)
	return t
}

// maxShortcode is how long a tag may be. No shortcode that anybody writes is longer.
const maxShortcode = 4000

// ReadTags finds the tags of a text. It is to be given to the parser with Enter.
func ReadTags(source []byte) *Tags {
	t := &Tags{Source: source}
	t.takeSizes(source)
	t.takeIcons(source)
	if !bytes.Contains(source, []byte("{{")) && !bytes.Contains(source, []byte("{%")) && !bytes.Contains(source, []byte("<%")) {
		return t
	}
	t.named = map[int]gtext.Segment{}
	s := scanner{tags: t, src: source, unclosed: map[string]bool{}}
	s.scan()
	t.pair()
	t.keepCells(source)
	t.fillAddresses(source)
	return t
}

// Enter tells the parsers of the tags.
func (t *Tags) Enter(pc parser.Context) {
	if len(t.list) > 0 {
		t.nodes = map[ast.Node]*begun{}
		pc.Set(tagsKey, t)
	}
}

// Named is where the name of a page is written that begins an address in Source, if a tag names it: by the end of its path.
func (t *Tags) Named(start int) (at gtext.Segment, ok bool) {
	at, ok = t.named[start]
	return at, ok
}

// at is the tag that begins at an offset.
func (t *Tags) at(start int) *shortcode {
	i, ok := slices.BinarySearchFunc(t.list, start, func(g *shortcode, start int) int { return g.start - start })
	if !ok {
		return nil
	}
	return t.list[i]
}

// Between gives what is not read of the tags in a stretch of the text, and where they stand.
func (t *Tags) Between(start, stop int) (constructs []Construct, at []gtext.Segment) {
	i, _ := slices.BinarySearchFunc(t.list, start, func(g *shortcode, start int) int { return g.start - start })
	for ; i < len(t.list) && t.list[i].end <= stop; i++ {
		if g := t.list[i]; !g.escaped && (g.language != output || t.Filled) && !g.prose(t.Source) {
			constructs, at = append(constructs, g.construct(t.Source)), append(at, gtext.NewSegment(g.start, g.end))
		}
	}
	return constructs, at
}

// spoken are the keys of arguments that a page shows or is made by.
var spoken = words("type kind style color context level title header heading name summary label caption text open lang language codelang " +
	"src link href url id file path alt width height")

// Unspoken is where the values of arguments stand that no page shows.
func (t *Tags) Unspoken() (at []gtext.Segment) {
	for _, g := range t.list {
		for _, a := range g.args {
			if a.key != "" && !spoken[a.key] {
				at = append(at, a.at)
			}
		}
	}
	return at
}

// ended reports whether a node is one that a tag opened and another closed.
func (t *Tags) ended(n ast.Node) bool {
	return t != nil && t.nodes[n] != nil && t.nodes[n].ended
}

// scanner goes through a text once.
type scanner struct {
	tags     *Tags
	src      []byte
	unclosed map[string]bool // names that nothing closes from here on
}

var (
	fenceForm = regexp.MustCompile("^[ \t>]*(?:(?:[-*+]|\\d{1,9}[.)])[ \t]+)*(`{3,}|~{3,})([^\n]*)")
	nameForm  = regexp.MustCompile(`^[A-Za-z_][\w./-]*`)
)

// maxFences is after how many fences that nothing closes the rest is taken for text.
const maxFences = 10

func (s *scanner) scan() {
	fences, begins := 0, true
	for i := 0; i < len(s.src); {
		if begins && fences < maxFences {
			if end, open := s.fence(i); end > i {
				i = end
				continue
			} else if open {
				fences++
			}
		}
		begins = s.src[i] == '\n'
		next := 0
		switch s.src[i] {
		case '\\':
			next = i + 2
		case '`':
			next = s.codeSpan(i)
		case '<':
			next = s.angle(i)
		case '{':
			next = s.brace(i)
		}
		if next > i {
			begins = s.src[min(next, len(s.src))-1] == '\n'
			i = next
		} else {
			i++
		}
	}
}

// fence is the end of a block of code that begins with this line; open says that it does and nothing ends it.
func (s *scanner) fence(at int) (end int, open bool) {
	line, _, _ := bytes.Cut(s.src[at:], []byte("\n"))
	if !bytes.Contains(line[:min(len(line), 200)], []byte("```")) && !bytes.Contains(line[:min(len(line), 200)], []byte("~~~")) {
		return at, false
	}
	m := fenceForm.FindSubmatch(line)
	if m == nil || m[1][0] == '`' && bytes.IndexByte(m[2], '`') >= 0 {
		return at, false
	}
	for i := at + len(line) + 1; i < len(s.src); {
		line, _, _ := bytes.Cut(s.src[i:], []byte("\n"))
		text := bytes.Trim(line, " \t>\r")
		if len(text) >= len(m[1]) && len(bytes.Trim(text, string(m[1][:1]))) == 0 {
			return min(i+len(line)+1, len(s.src)), false
		}
		i += len(line) + 1
	}
	return at, true
}

// codeSpan is the end of code in a line of text; where it is none, of the marks.
func (s *scanner) codeSpan(at int) int {
	n := len(s.src[at:]) - len(bytes.TrimLeft(s.src[at:min(len(s.src), at+maxShortcode)], "`")) - len(s.src[min(len(s.src), at+maxTag):])
	rest := s.src[at+n : min(len(s.src), at+n+maxShortcode)]
	if blank := bytes.Index(rest, []byte("\n\n")); blank >= 0 {
		rest = rest[:blank]
	}
	for i := 0; i < len(rest); {
		next := bytes.IndexByte(rest[i:], '`')
		if next < 0 {
			break
		}
		i += next
		run := len(rest[i:]) - len(bytes.TrimLeft(rest[i:], "`"))
		if run == n {
			return at + n + i + run
		}
		i += run
	}
	return at + n
}

func (s *scanner) angle(at int) int {
	rest := s.src[at:]
	switch {
	case bytes.HasPrefix(rest, []byte("<!--")) && !s.unclosed["<!--"]:
		if end := bytes.Index(rest, []byte("-->")); end >= 0 {
			return at + end + 3
		}
		s.unclosed["<!--"] = true
	case bytes.HasPrefix(rest, []byte("<%")):
		end := s.closing(at, 2, "%>")
		if end < 0 {
			return 0
		}
		s.tags.list = append(s.tags.list, &shortcode{language: ruby, start: at, end: end, inner: gtext.NewSegment(at+2, end-2)})
		return end
	}
	return 0
}

// closing is behind the mark that ends a tag; -1 where none does. In Hugo's what stands in quotes does not count, if they are closed.
func (s *scanner) closing(at, skip int, mark string) int {
	window := s.src[at+skip : min(len(s.src), at+maxShortcode)]
	for _, again := range []string{"{{", "{%", "<%"} {
		if i := bytes.Index(window, []byte(again)); i >= 0 {
			window = window[:i]
		}
	}
	if blank := bytes.Index(window, []byte("\n\n")); blank >= 0 {
		window = window[:blank]
	}
	first := bytes.Index(window, []byte(mark))
	if first < 0 {
		return -1
	}
	if len(mark) < 3 {
		return at + skip + first + len(mark) // only Hugo reads quotes
	}
	for i := 0; i < len(window); i++ {
		switch c := window[i]; {
		case c == '"' || c == '`':
			end := quoteEnd(window, i)
			if end < 0 {
				return at + skip + first + len(mark)
			}
			i = end
		case bytes.HasPrefix(window[i:], []byte(mark)):
			return at + skip + i + len(mark)
		}
	}
	return at + skip + first + len(mark)
}

// quoteEnd is where the quote ends that begins there; -1 where it does not. Only one of backticks may go over lines.
func quoteEnd(text []byte, at int) int {
	for i := at + 1; i < len(text); i++ {
		switch {
		case text[i] == text[at]:
			return i
		case text[at] == '`':
		case text[i] == '\\':
			i++
		case text[i] == '\n':
			return -1
		}
	}
	return -1
}

type tagMark struct {
	language    language
	open, close string
}

// tagMarks are what the tags in braces stand between.
var tagMarks = []tagMark{{hugo, "{{<", ">}}"}, {hugo, "{{%", "%}}"}, {liquid, "{%", "%}"}, {output, "{{", "}}"}}

func (s *scanner) brace(at int) int {
	i := slices.IndexFunc(tagMarks, func(m tagMark) bool { return bytes.HasPrefix(s.src[at:], []byte(m.open)) })
	if i < 0 {
		return 0
	}
	m := tagMarks[i]
	end := s.closing(at, len(m.open), m.close)
	g := &shortcode{language: m.language, start: at, end: end, inner: gtext.NewSegment(at+len(m.open), end-len(m.close))}
	if end < 0 || !g.read(s.src) {
		return 0
	}
	s.tags.list = append(s.tags.list, g)
	if g.raw() && !g.closing && !g.single && !g.escaped {
		return s.rest(g)
	}
	return g.end
}

// rest goes on behind what a tag says is no text: to what closes it.
func (s *scanner) rest(g *shortcode) int {
	if s.unclosed[g.name] {
		return g.end
	}
	form := `(?i)\{\{[<%][ \t]*/[ \t]*` + regexp.QuoteMeta(g.name) + `[ \t]*[>%]\}\}`
	if g.language == liquid {
		form = `(?i)\{%-?[ \t]*end` + regexp.QuoteMeta(g.name) + `[ \t]*-?%\}`
	}
	if at := regexp.MustCompile(form).FindIndex(s.src[g.end:]); at != nil {
		return g.end + at[0]
	}
	s.unclosed[g.name] = true
	return g.end
}

// read reads what stands between the marks.
func (g *shortcode) read(src []byte) bool {
	text := g.inner.Value(src)
	if g.language == output {
		g.name = string(bytes.TrimSpace(bytes.Trim(text, "-")))
		return g.name != "" && strings.IndexByte(g.name, '\n') < 0
	}
	if trimmed := bytes.TrimSpace(text); g.language == hugo && bytes.HasPrefix(trimmed, []byte("/*")) && bytes.HasSuffix(trimmed, []byte("*/")) && len(trimmed) > 3 {
		g.escaped = true
		return true
	}
	if g.language == liquid {
		g.inner = gtext.NewSegment(g.inner.Start+len(text)-len(bytes.TrimLeft(text, "-")), g.inner.Stop-len(text)+len(bytes.TrimRight(text, "-")))
	}
	at := g.inner.TrimLeftSpace(src)
	if at.Len() > 0 && g.language == hugo && src[at.Start] == '/' {
		g.closing = true
		at = at.WithStart(at.Start + 1)
		at = at.TrimLeftSpace(src)
	}
	name := nameForm.Find(at.Value(src))
	if len(name) == 0 || len(name) > 60 {
		return false
	}
	g.name = strings.ToLower(string(name))
	if g.language == liquid && strings.HasPrefix(g.name, "end") && len(g.name) > 3 {
		g.closing, g.name = true, g.name[3:]
	}
	at = at.WithStart(at.Start + len(name))
	at = at.TrimRightSpace(src)
	if g.language == hugo && at.Len() > 0 && src[at.Stop-1] == '/' {
		g.single = true
		at.Stop--
	}
	if g.language == hugo && strings.HasSuffix(g.name, "/") {
		g.name, g.single = g.name[:len(g.name)-1], true
	}
	g.args = readArgs(src, at)
	g.coded = g.language == hugo && g.duty(src) == doesLayout && g.value(src, -1, "code") == "true"
	return true
}

// argForm is one argument: a key, and a value in quotes of some kind or in none.
var argForm = regexp.MustCompile("^[ \t\r\n,]*(?:([A-Za-z_][\\w-]*)[ \t]*[=:][ \t]*)?(?:\"((?:[^\"\\\\]|\\\\.)*)\"|`([^`]*)`|'([^']*)'|([^\\s\"'`,]+))")

func readArgs(src []byte, at gtext.Segment) (args []arg) {
	text := at.Value(src)
	for i := 0; i < len(text) && len(args) < 50; {
		m := argForm.FindSubmatchIndex(text[i:])
		if m == nil {
			i++ // a quote that nothing closes
			continue
		}
		a := arg{}
		if m[2] >= 0 {
			a.key = strings.ToLower(string(text[i+m[2] : i+m[3]]))
		}
		for k := 4; k < len(m); k += 2 {
			if m[k] >= 0 {
				a.at = gtext.NewSegment(at.Start+i+m[k], at.Start+i+m[k+1])
			}
		}
		args = append(args, a)
		i += m[1]
	}
	return args
}

// arg is the first argument of one of these names; else the one at this place among those without names, -1 for none.
func (g *shortcode) arg(place int, keys ...string) (gtext.Segment, bool) {
	for _, key := range keys {
		for _, a := range g.args {
			if a.key == key {
				return a.at, true
			}
		}
	}
	for _, a := range g.args {
		if a.key != "" {
			continue
		}
		if place == 0 {
			return a.at, true
		}
		place--
	}
	return gtext.Segment{}, false
}

// value is arg as text; "" for none.
func (g *shortcode) value(src []byte, place int, keys ...string) string {
	at, ok := g.arg(place, keys...)
	if !ok {
		return ""
	}
	return string(at.Value(src))
}

// key is what a tag has in common with what closes it.
func (g *shortcode) key() string { return string(rune('0'+g.language)) + g.name }

// pair finds what closes what. Tags that stand open between two that belong together are closed by nothing.
func (t *Tags) pair() {
	var open []*shortcode
	last := map[string][]int{} // by name, where in open
	for _, g := range t.list {
		key := g.key()
		switch {
		case g.language == ruby || g.language == output || g.single || g.escaped:
		case !g.closing:
			last[key] = append(last[key], len(open))
			open = append(open, g)
		case len(last[key]) > 0:
			i := last[key][len(last[key])-1]
			open[i].other, g.other = g, open[i]
			for _, between := range open[i:] {
				k := between.key()
				last[k] = last[k][:len(last[k])-1]
			}
			open = open[:i]
		}
	}
}
