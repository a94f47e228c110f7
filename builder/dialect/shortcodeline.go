package dialect

import (
	"bytes"
	"cmp"
	"regexp"
	"strings"

	"github.com/yuin/goldmark/ast"
	"github.com/yuin/goldmark/parser"
	gtext "github.com/yuin/goldmark/text"
)

// What Middleman's pages say of themselves, and its box.
var (
	rubyValue   = regexp.MustCompile(`^=[ \t]*current_page\.data\.([a-z_]\w*)[ \t]*$`)
	rubyWarning = regexp.MustCompile(`^=[ \t]*warning_text\(?[ \t]*["']([^\n]*)["'][ \t]*\)?[ \t\n]*$`)
)

// tagInlines reads tags in a line of text.
type tagInlines struct{ begins }

func (tagInlines) Parse(_ ast.Node, block gtext.Reader, pc parser.Context) ast.Node {
	all := tagsOf(pc)
	if all == nil {
		return nil
	}
	_, at := block.PeekLine()
	g := all.at(at.Start)
	if g == nil {
		return nil
	}
	src := all.Source
	k := g.duty(src)
	if g.prose(src) {
		return nil
	}
	if k == doesButton {
		if n := all.button(g); n != nil && moveTo(block, g.other.end) {
			return n
		}
	}
	stop := g.end
	if g.raw() && g.other != nil && !g.closing && k != doesVerbatim {
		stop = g.other.end
	}
	if !moveTo(block, stop) {
		return nil
	}
	whole := gtext.NewSegment(g.start, stop)
	switch {
	case g.escaped:
		return phrase("", Words("{{"+string(src[g.start+2])+" "+strings.TrimSpace(strings.Trim(strings.TrimSpace(string(g.inner.Value(src))), "/*"))+" "+string(src[g.end-3])+"}}"))
	case g.closing && g.other != nil, k == doesVerbatim, k == doesNothing:
		return &InlineGap{Segment: whole}
	case k == doesAside && g.other != nil:
		return &InlineGap{Segment: whole, Remark: true}
	case k == doesCode && g.other != nil:
		span := ast.NewCodeSpan()
		span.AppendChild(span, ast.NewTextSegment(gtext.NewSegment(g.end, g.other.start)))
		return span
	case k == doesValue && g.language == output && !valueForm.MatchString(g.name): // it may be meant to be seen
		m := &Mention{Construct: g.construct(src)}
		m.Construct.Shown = true
		if all.Filled {
			m.AppendChild(m, phrase("var", Words(g.name)))
		} else {
			m.AppendChild(m, ast.NewTextSegment(whole))
		}
		return m
	case k == doesValue:
		return g.said(src)
	case k == doesReference:
		if at, ok := g.page(); ok && at.Len() > 0 {
			return &PageLink{Written: at}
		}
	case k == doesPicture:
		if n := g.image(src); n != nil {
			return n
		}
	case k == doesFilm, k == doesLayout && g.other == nil:
		if n := g.link(src); n != nil {
			return n
		}
	}
	m := &Mention{Construct: g.construct(src)}
	if words := g.words(); g.other == nil && k == doesUnknown && words.Len() > 0 {
		m.Construct.Shown = true
		m.AppendChild(m, ast.NewTextSegment(words))
	}
	return m
}

// prose reports whether a tag that stands in a line is no more than words: "write {% x %} there".
func (g *shortcode) prose(src []byte) bool {
	return g.language == liquid && g.other == nil && (g.duty(src) <= doesAside || g.closing)
}

// moveTo goes to an offset, which may be in a later line. It stays where it is if that is not there.
func moveTo(block gtext.Reader, offset int) bool {
	line, at := block.Position()
	for {
		text, here := block.PeekLine()
		switch {
		case text == nil || here.Start > offset:
			block.SetPosition(line, at)
			return false
		case offset <= here.Stop:
			block.Advance(offset - here.Start)
			return true
		}
		block.AdvanceLine()
	}
}

// button is a link whose words stand between two tags; nil where it leads nowhere or other tags are in it.
func (t *Tags) button(g *shortcode) ast.Node {
	to, ok := g.arg(-1, "href", "url", "link", "relref", "ref", "page")
	if !ok || to.Len() == 0 || g.other == nil {
		return nil
	}
	words := gtext.NewSegment(g.end, g.other.start)
	if words = words.TrimLeftSpace(t.Source); words.Len() > maxShortcode || bytes.ContainsAny(words.Value(t.Source), "{}<>[]") || bytes.Contains(words.Value(t.Source), []byte("\n\n")) {
		return nil
	}
	if page, is := g.arg(-1, "relref", "ref", "page"); is && page == to {
		t.named[to.Start] = to
	}
	return linkTo(to.Value(t.Source), to, ast.NewTextSegment(words.TrimRightSpace(t.Source)))
}

// words are what a shortcode would show in a line, if it says so.
func (g *shortcode) words() gtext.Segment {
	place := -1
	if g.name == "badge" || g.name == "label" || g.name == "kbd" {
		place = 0
	}
	at, _ := g.arg(place, "text", "label", "content")
	return at
}

// said is a value that the page says of itself.
func (g *shortcode) said(src []byte) ast.Node {
	v := &Value{Construct: g.construct(src)}
	switch g.language {
	case output:
		v.Key = valueForm.FindStringSubmatch(g.name)[1]
	case ruby:
		v.Key = string(rubyValue.FindSubmatch(g.inner.Value(src))[1])
	default:
		v.Key = g.value(src, 0, "name")
	}
	return v
}

// image is the picture that a tag shows; nil where it names none.
func (g *shortcode) image(src []byte) ast.Node {
	at, ok := g.arg(0, "src", "link")
	if !ok || at.Len() == 0 {
		return nil
	}
	words := func(keys ...string) string { return g.value(src, -1, keys...) }
	link := ast.NewLink()
	link.Destination = at.Value(src)
	img := ast.NewImage(link)
	SetSpan(img, at)
	caption := words("caption", "title")
	if alt := cmp.Or(words("alt"), caption); alt != "" {
		img.AppendChild(img, Words(alt))
	}
	for _, key := range []string{"width", "height"} {
		if v := words(key); v != "" {
			img.SetAttributeString(key, v)
		}
	}
	to, linked := g.arg(-1, "link")
	if !linked || to == at || to.Len() == 0 {
		img.Title = []byte(caption)
		return img
	}
	around := linkTo(to.Value(src), to, img)
	if caption == "" {
		return around
	}
	both := phrase("", around)
	both.AppendChild(both, Words(" "+caption))
	return both
}

// The addresses of films and the like, in which # stands for what the tag names.
var films = map[string]string{
	"youtube": "https://www.youtube.com/watch?v=#", "vimeo": "https://vimeo.com/#", "gist": "https://gist.github.com/#",
	"x": "https://x.com/#", "tweet": "https://x.com/#", "instagram": "https://www.instagram.com/p/#/",
}

// link is a link to what a tag would show; nil where it names nothing.
func (g *shortcode) link(src []byte) ast.Node {
	at, ok := g.arg(0, "url", "src", "id", "link", "href")
	name := strings.TrimSpace(string(at.Value(src)))
	if !ok || name == "" {
		return nil
	}
	base := films[g.name]
	switch {
	case g.name == "gist":
		if next := g.value(src, 1, "gist"); next != "" {
			name += "/" + next
		}
	case g.name == "x" || g.name == "tweet":
		name = cmp.Or(g.value(src, -1, "user"), "i") + "/status/" + name
	case base != "" && strings.Contains(name, "://"):
		base = ""
	case g.name == "content-ref" && !strings.Contains(name, ":"):
		return &PageLink{Written: at, Path: true}
	}
	dest := strings.ReplaceAll(cmp.Or(base, "#"), "#", name)
	words := g.value(src, -1, "title", "label")
	if words == "" && g.name == "file" {
		words = name[strings.LastIndexByte(name, '/')+1:]
	}
	words = cmp.Or(words, dest)
	escaped := strings.NewReplacer(`\`, `\\`, "&", "&amp;").Replace(dest) // so that nothing of it is read as Markdown
	return linkTo([]byte(escaped), at, Words(words))
}
