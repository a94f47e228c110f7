package dialect

import (
	"bytes"
	"regexp"
	"slices"

	gtext "github.com/yuin/goldmark/text"
)

// The tags that stand for an address, and what filters make of text alone.
var (
	rootForm   = regexp.MustCompile(`^(?:site\.(?:baseurl|url|github\.url)|\.Site\.BaseURL)$`)
	filterForm = regexp.MustCompile(`^["']([^"'|]*)["'][ \t]*\|[ \t]*(?:relative_url|absolute_url|relURL|absURL|relLangURL|prepend:[ \t]*site\.baseurl|prepend:[ \t]*site\.url)\b`)
	outputForm = regexp.MustCompile(`^\$?[A-Za-z_][\w-]*(?:[.:][A-Za-z_][\w-]*)*$`)
	valueForm  = regexp.MustCompile(`^(?:page|\$?frontmatter)\.([A-Za-z_][\w-]*)$`)
)

// fillAddresses writes what tags stand for into the addresses that they stand in, and takes away the tags of the kind output
// that stand anywhere else, but for those that are names of what a generator knows.
func (t *Tags) fillAddresses(source []byte) {
	before := -1 // where the last tag of an address ends
	inTag := false
	for _, g := range t.list {
		link, attribute := addressBefore(source, g.start)
		if before == g.start {
			link, attribute = !inTag, inTag
		}
		within := !link && !attribute && inAddress(t.Source, g.start)
		if g.escaped || g.closing || g.language == ruby || !link && !attribute && !within {
			continue
		}
		t.own(source)
		if within {
			t.join(g)
			continue
		}
		before, inTag = g.end, attribute
		t.fill(g, source, link)
	}
	t.list = slices.DeleteFunc(t.list, func(g *shortcode) bool { return g.language == output && !outputForm.MatchString(g.name) })
}

// own makes Source bytes of its own.
func (t *Tags) own(source []byte) {
	if &t.Source[0] == &source[0] {
		t.Source = slices.Clone(source)
	}
}

// sizeForm is the size of a picture behind its address, as Azure DevOps and others write it: "![a](b.png =300x200)".
var sizeForm = regexp.MustCompile(`\]\(([^()\s<>]+)([ \t]+=(\d{0,4})(?:%|px)?x?(\d{0,4})[ \t]*)\)`)

// sizeBegin reports whether a size may stand anywhere.
func sizeBegin(source []byte) bool {
	for {
		i := bytes.IndexByte(source, '=')
		if i < 0 || i+1 == len(source) {
			return false
		}
		if next := source[i+1]; i > 0 && (source[i-1] == ' ' || source[i-1] == '\t') && (next == 'x' || '0' <= next && next <= '9') {
			return true
		}
		source = source[i+1:]
	}
}

// takeSizes takes the sizes of pictures out of Source.
func (t *Tags) takeSizes(source []byte) {
	if !sizeBegin(source) {
		return
	}
	for _, m := range sizeForm.FindAllSubmatchIndex(source, -1) {
		t.own(source)
		for i := m[4]; i < m[5]; i++ {
			t.Source[i] = ' '
		}
		if t.sizes == nil {
			t.sizes = map[int][2]string{}
		}
		t.sizes[m[2]] = [2]string{string(source[m[6]:m[7]]), string(source[m[8]:m[9]])}
	}
}

// iconInside is the name of an icon that GitBook writes into the element that draws it: `<i class="fa-book">:book:</i>`.
var iconInside = regexp.MustCompile(`<i class="fa-[^"<>\n]*"[^<>\n]*>(:[a-z0-9-]+:)</i>`)

// takeIcons takes such names out of Source: they are no words.
func (t *Tags) takeIcons(source []byte) {
	if !bytes.Contains(source, []byte(`<i class="fa-`)) {
		return
	}
	for _, m := range iconInside.FindAllSubmatchIndex(source, -1) {
		t.own(source)
		for i := m[2]; i < m[3]; i++ {
			t.Source[i] = ' '
		}
	}
}

// Size is the width and height, in pixels, that are written behind the address that begins there; "" for none.
func (t *Tags) Size(start int) (width, height string) { return t.sizes[start][0], t.sizes[start][1] }

// addressBefore says whether an address begins there: that of a link, or of an element of HTML.
func addressBefore(source []byte, at int) (link, attribute bool) {
	text := source[max(0, at-50):at]
	attribute = bytes.HasSuffix(text, []byte(`="`)) || bytes.HasSuffix(text, []byte(`='`))
	text = bytes.TrimSuffix(bytes.TrimRight(text, " \t"), []byte("<"))
	return bytes.HasSuffix(text, []byte("](")) || bytes.HasSuffix(text, []byte("]:")), attribute
}

// keepCells takes the bars out of tags in rows of tables, where they would part cells.
func (t *Tags) keepCells(source []byte) {
	for _, g := range t.list {
		if bytes.IndexByte(source[g.start:g.end], '|') < 0 {
			continue
		}
		line := source[max(0, g.start-maxAddress):g.start]
		line = line[bytes.LastIndexByte(line, '\n')+1:]
		if line = bytes.TrimLeft(line, " \t"); len(line) == 0 || line[0] != '|' {
			continue
		}
		t.own(source)
		for i := g.start; i < g.end; i++ {
			if t.Source[i] == '|' {
				t.Source[i] = '_'
			}
		}
	}
}

// maxAddress is how far back the beginning of an address is looked for.
const maxAddress = 500

// inAddress reports whether an address that began before it goes on there: that of a link, or of an element of HTML.
func inAddress(source []byte, at int) bool {
	text := source[max(0, at-maxAddress):at]
	begin := bytes.LastIndexAny(text, " \t\n<>\"'") + 1
	if begin > 1 && text[begin-2] == '=' && (text[begin-1] == '"' || text[begin-1] == '\'') {
		return true
	}
	i := bytes.LastIndex(text[begin:], []byte("]("))
	return i >= 0 && bytes.IndexByte(text[begin+i:], ')') < 0
}

// join takes the blanks out of a tag, so that the address in which it stands is one.
func (t *Tags) join(g *shortcode) {
	for i := g.start; i < g.end; i++ {
		if bytes.IndexByte([]byte(" \t\n\"'<>()"), t.Source[i]) >= 0 {
			t.Source[i] = '_'
		}
	}
}

// fill writes the address that a tag stands for, with blanks around it. One that is not known stays as it is without its
// blanks, so that the link is one and its words are shown.
func (t *Tags) fill(g *shortcode, source []byte, link bool) {
	behind := source[g.end:]
	alone := len(behind) == 0 || bytes.IndexByte([]byte(" \t\n)\"'>"), behind[0]) >= 0
	put := func(at gtext.Segment) {
		for i := g.start; i < g.end; i++ {
			t.Source[i] = ' '
		}
		if alone {
			copy(t.Source[at.Start:], at.Value(source))
			if link && source[max(0, g.start-1)] != '<' && at.Start > g.start && at.Stop < g.end {
				t.Source[at.Start-1], t.Source[at.Stop] = '<', '>' // it may hold blanks
			}
		} else {
			copy(t.Source[g.end-at.Len():], at.Value(source))
		}
	}
	if at, ok := g.page(); ok && at.Len() > 0 {
		put(at)
		if alone {
			t.named[at.Start] = at
		} else {
			t.named[g.end-at.Len()] = at
		}
		return
	}
	if g.language == output {
		if rootForm.MatchString(g.name) {
			put(gtext.NewSegment(g.start, g.start))
			if alone {
				t.Source[g.end-1] = '/'
			}
			if alone && link {
				t.Source[g.start] = ' '
			}
			return
		}
		if m := filterForm.FindStringSubmatchIndex(g.name); m != nil {
			from := g.start + bytes.Index(source[g.start:g.end], []byte(g.name))
			put(gtext.NewSegment(from+m[2], from+m[3]))
			return
		}
	}
	t.join(g)
}

// page is the page that a tag gives the address of.
func (g *shortcode) page() (gtext.Segment, bool) {
	switch {
	case g.language == hugo && (g.name == "ref" || g.name == "relref"):
		return g.arg(0, "path")
	case g.language == liquid && (g.name == "link" || g.name == "post_url"):
		return g.arg(0)
	}
	return gtext.Segment{}, false
}
