package page

import (
	"bytes"
	"cmp"
	"fmt"
	"regexp"
	"slices"
	"sort"
	"strings"

	"github.com/microcosm-cc/bluemonday"
	"github.com/yuin/goldmark/ast"
	gtext "github.com/yuin/goldmark/text"
	"golang.org/x/net/html"

	"handbook/builder/diag"
)

// rawElement is an element of raw HTML that is open.
type rawElement struct {
	name  string
	close string // what closes it; "" when the link's hole does
	link  int    // in links; -1 for none
	leads bool   // it is a link: there is none within it
	html  int    // where its content begins in what is written
	dest  string // of a link to another site
}

// rawHTML is how the writer handles the HTML that authors paste. Each tag is sanitised alone, and what a container
// opens is closed at its end, so that no fragment reaches beyond its place.
type rawHTML struct {
	raw  []rawElement
	base int    // the elements of the innermost container begin here
	skip string // the element whose content is left out: "script"
}

// policy is what raw HTML may hold: what users of forums may write, and a few elements that documents need. Links
// and ids are taken out before, and judged as those of Markdown are. Words in attributes pass whatever their characters
// are: they are escaped when they are written.
func policy() *bluemonday.Policy {
	p := bluemonday.UGCPolicy()
	p.RequireNoFollowOnLinks(false)
	p.AllowElements("kbd", "picture", "center")
	p.AllowAttrs("class").Matching(bluemonday.SpaceSeparatedTokens).Globally()
	p.AllowAttrs("title", "aria-label", "aria-description").Globally()
	p.AllowAttrs("alt").OnElements("img")
	p.AllowAttrs("summary").OnElements("table")
	p.AllowAttrs("abbr").OnElements("td", "th")
	p.AllowAttrs("label", "kind", "srclang", "default").OnElements("track")
	p.AllowAttrs("datetime").Matching(moment).OnElements("time", "del", "ins")
	p.AllowAttrs("dir").Matching(regexp.MustCompile(`(?i)^auto$`)).Globally()
	p.AllowAttrs("width", "height").Matching(regexp.MustCompile(`^[0-9]+(\.[0-9]+)?(px)?$`)).OnElements("img", "table", "td", "th", "col", "colgroup")
	p.AllowAttrs("controls", "loop", "muted", "preload", "width", "height").OnElements("video", "audio")
	p.AllowAttrs("type", "media").OnElements("source")
	p.AllowAttrs("start").Matching(bluemonday.Integer).OnElements("ol")
	p.AllowAttrs("span").Matching(bluemonday.Integer).OnElements("col", "colgroup")
	p.AllowNoAttrs().OnElements("a", "img", "video", "audio", "source", "track", "span", "col", "picture")
	return p
}

// moment is the form of a date, a time, both, or a length of time.
var moment = regexp.MustCompile(`^[0-9TZWPYMDHS:.+\- ]+$`)

// openRaw begins a container; closeRaw ends it with what openRaw returned.
func (w *writer) openRaw() int {
	outer := w.raw.base
	w.raw.base = len(w.raw.raw)
	return outer
}

func (w *writer) closeRaw(outer int) {
	w.closeOpen()
	w.raw.base = outer
}

// closeOpen closes what the innermost container has open.
func (w *writer) closeOpen() {
	for len(w.raw.raw) > w.raw.base {
		w.pop()
	}
	w.raw.skip = ""
}

// trusts reports whether HTML passes as it is.
func (w *writer) trusts() bool { return w.site.Markdown.RawHTML && !w.wordless }

func (w *writer) pop() {
	top := len(w.raw.raw) - 1
	e := w.raw.raw[top]
	w.raw.raw = w.raw.raw[:top]
	if e.leads {
		w.nameTarget(e.html, e.link, e.dest)
	}
	w.tag(e.close)
	if e.link >= 0 {
		w.hole(HoleClose, e.link)
		w.closeLink(e.link)
	}
	if e.leads {
		w.inLink = false
	}
}

func (w *writer) htmlBlock(n *ast.HTMLBlock) {
	w.beginBlock()
	segments := n.Lines().Sliced(0, n.Lines().Len())
	if n.HasClosure() {
		segments = append(slices.Clip(segments), n.ClosureLine)
	}
	w.fragment(segments, false)
	w.raw.skip = ""
	if !bytes.HasSuffix(w.html, []byte("\n")) {
		w.tag("\n")
	}
	w.endBlock('\n')
}

func (w *writer) rawInline(n *ast.RawHTML) {
	w.fragment(n.Segments.Sliced(0, n.Segments.Len()), true)
}

// piece says where a stretch of a fragment stands in the body.
type piece struct{ at, source int }

// fragment writes one piece of raw HTML.
func (w *writer) fragment(segments []gtext.Segment, inline bool) {
	var all []byte
	var pieces []piece
	for _, s := range segments {
		value := s.Value(w.tags.Source)
		pieces = append(pieces, piece{len(all) + s.Padding, s.Start})
		all = append(all, value...)
	}
	w.blankTags(all, pieces)
	from := len(w.html)
	defer func() { w.special |= specialIn(w.html[min(from, len(w.html)):]) }()
	z := html.NewTokenizer(bytes.NewReader(all))
	z.SetMaxBuf(0)
	at, within := 0, ""
	for {
		kind := z.Next()
		if kind == html.ErrorToken {
			return
		}
		raw := slices.Clone(z.Raw())
		place := tagPlace{bodyOffset(pieces, at), bodyOffset(pieces, at+len(raw)-1) + 1}
		at += len(raw)
		token := z.Token()
		if w.raw.skip != "" && !(kind == html.EndTagToken && token.Data == w.raw.skip) {
			w.hide(place.start, place.end)
			continue
		}
		switch kind {
		case html.TextToken:
			if w.trusts() && within != "script" && bytes.IndexByte(raw, '<') >= 0 { // in SVG, what stands in <style> or <title> is more than text
				if dest := scriptInText(string(raw), 0); dest != "" {
					w.refuse(dest, w.text.place(w.base+place.start, w.base+place.end))
					continue
				}
			}
			w.rawText(token.Data, raw)
		case html.StartTagToken, html.SelfClosingTagToken:
			within = token.Data
			w.openTag(token, raw, place, inline)
		case html.EndTagToken:
			w.endTag(token.Data, raw, inline)
		default: // comments and declarations are for the author
			w.hide(place.start, place.end)
			if kind == html.CommentToken {
				w.ignore(token.Data, w.base+place.start, w.base+place.end)
			}
			if w.trusts() {
				w.html = append(w.html, raw...)
			} else if bytes.HasPrefix(raw, []byte("<?")) || bytes.HasPrefix(raw, []byte("<![")) {
				w.leftOut("programs between "+string(raw[:2])+" and >", place, "what stands between these marks is left out", "write it in Markdown")
			}
		}
	}
}

// blankTags takes the tags of templates out of a fragment that shows no code.
func (w *writer) blankTags(all []byte, pieces []piece) {
	if len(pieces) == 0 || w.isOpen([]string{"pre", "code"}) || bytes.Contains(all, []byte("<pre")) || bytes.Contains(all, []byte("<code")) {
		return
	}
	start := pieces[0].source
	constructs, places := w.tags.Between(start, bodyOffset(pieces, len(all)))
	for i, c := range constructs {
		from, to := fragmentOffset(pieces, places[i].Start), fragmentOffset(pieces, places[i].Stop)
		if bytes.HasPrefix(all[from:], []byte("{")) || bytes.HasPrefix(all[from:], []byte("<%")) {
			w.notRead(c)
			for k := from; k < to; k++ {
				all[k] = ' '
			}
		}
	}
}

// fragmentOffset is where a byte of the body stands in a fragment.
func fragmentOffset(pieces []piece, source int) int {
	i := sort.Search(len(pieces), func(i int) bool { return pieces[i].source > source })
	p := pieces[max(0, i-1)]
	return p.at + source - p.source
}

// tagPlace is where a tag stands in the body.
type tagPlace struct{ start, end int }

func bodyOffset(pieces []piece, at int) int {
	i := sort.Search(len(pieces), func(i int) bool { return pieces[i].at > at })
	p := pieces[max(0, i-1)]
	return p.source + max(0, at-p.at)
}

func (w *writer) rawText(s string, raw []byte) {
	if w.trusts() {
		w.html = append(w.html, raw...)
	} else {
		w.escape(s)
	}
	for _, word := range strings.Fields(s) {
		w.plainBlank()
		w.plain = append(w.plain, word...)
	}
	if s != "" && strings.TrimRight(s, " \t\n") != s {
		w.plainBlank()
	}
	w.hash.words([]byte(s))
}

// plainBlank parts words in the plain text.
func (w *writer) plainBlank() {
	if n := len(w.plain); n > w.blockStart && w.plain[n-1] != ' ' {
		w.plain = append(w.plain, ' ')
	}
}

// skipped are the elements whose content is no text.
func skipped(name string) bool {
	switch name {
	case "script", "style", "iframe", "object", "noscript", "noembed", "noframes", "template", "title", "textarea", "select",
		"svg", "math", "canvas", "applet", "head", "xmp", "frameset":
		return true
	}
	return false
}

func isVoid(name string) bool {
	switch name {
	case "br", "hr", "img", "wbr", "area", "col", "source", "track", "input", "embed", "link", "meta", "base":
		return true
	}
	return false
}

// isPhrasing tells whether an element may stand in a line of text.
func isPhrasing(name string) bool {
	switch name {
	case "a", "abbr", "acronym", "audio", "b", "bdi", "bdo", "br", "cite", "code", "del", "dfn", "em", "i", "img", "ins", "kbd", "map",
		"area", "mark", "meter", "picture", "pre", "progress", "q", "rp", "rt", "ruby", "s", "samp", "small", "source", "span", "strike",
		"strong", "sub", "sup", "time", "track", "tt", "u", "var", "video", "wbr":
		return name != "pre"
	}
	return false
}

func isMediaElement(name string) bool {
	return slices.Contains([]string{"img", "picture", "source", "track", "video", "audio"}, name)
}

// parents are the elements that another makes sense in only.
func parents(name string) []string {
	switch name {
	case "li":
		return []string{"ul", "ol"}
	case "dt", "dd":
		return []string{"dl"}
	case "tr", "td", "th", "thead", "tbody", "tfoot", "caption", "col", "colgroup":
		return []string{"table"}
	case "source", "track":
		return []string{"video", "audio", "picture"}
	case "summary":
		return []string{"details"}
	case "figcaption":
		return []string{"figure"}
	}
	return nil
}

func (w *writer) isOpen(names []string) bool {
	return slices.ContainsFunc(w.raw.raw, func(e rawElement) bool { return slices.Contains(names, e.name) })
}

func (w *writer) openTag(token html.Token, raw []byte, at tagPlace, inline bool) {
	name := token.Data
	if w.trusts() {
		w.unsanitised(token, raw, at)
		return
	}
	if dest := shownInPlace(token); dest != "" {
		w.standIn(token, dest, at, inline)
	}
	if skipped(name) {
		if token.Type == html.StartTagToken && (!inline || name == "script" || name == "style") {
			w.raw.skip = name
		}
		w.leftOutElement(token, raw, at)
		return
	}
	t := takeLinks(token)
	allowed := w.allowed(t.rest)
	need := parents(name)
	switch {
	case allowed == nil || name == "area":
		w.leftOutElement(token, raw, at)
		return
	case inline && w.phrasing && !isPhrasing(name):
		w.hide(at.start, at.end)
		w.leftOut("<"+name+"> in a paragraph", at, fmt.Sprintf("<%s> cannot stand in a paragraph and %s", name, wordsStay(name)),
			"begin a line with it, below a blank line")
		return
	case need != nil && !w.isOpen(need):
		w.hide(at.start, at.end)
		w.leftOut("<"+name+"> that stands alone", at, fmt.Sprintf("<%s> stands in no <%s> and %s", name, strings.Join(need, "> or <"), wordsStay(name)),
			fmt.Sprintf("write <%s> around it", need[0]))
		return
	case len(w.raw.raw) > maxInline:
		w.hide(at.start, at.end)
		w.leftOut("HTML that nests too deep", at, fmt.Sprintf("elements nest too deep here, and <%s> %s", name, wordsStay(name)), "write it with fewer levels")
		return
	}
	w.leftOutAttributes(t.rest, allowed, at)
	t.rest.Attr = w.ownClasses(token.Data, allowed, at)
	w.hideAttributes(token, raw, t, at)
	if !isPhrasing(name) || name == "br" {
		w.parted(inline)
	}
	if w.wordless && name != "a" && !isMediaElement(name) { // around words that stand elsewhere, or a break in them
		if t.id != "" && w.ids.claim(t.id) {
			w.tag("<span")
			w.id(t.id)
			w.tag("></span>")
		}
		return
	}
	w.writeTag(t, at)
}

// parted keeps words of two elements apart in the plain text.
func (w *writer) parted(inline bool) {
	w.hash.blank = true
	if inline {
		w.plainBlank()
	} else if len(w.links) == w.blockLink || !w.inLink {
		w.endBlock('\n')
		w.beginBlock()
	}
}

// openingTag is a tag with its id and addresses set apart.
type openingTag struct {
	rest         html.Token
	id           string
	href, poster string
	src          string
	hasHref      bool
}

func takeLinks(token html.Token) openingTag {
	t := openingTag{rest: token}
	t.rest.Attr = nil
	name := ""
	for _, a := range token.Attr {
		switch {
		case a.Key == "id":
			t.id = a.Val
		case a.Key == "name" && token.Data == "a":
			name = a.Val
		case a.Key == "href" && (token.Data == "a" || token.Data == "area"):
			t.href, t.hasHref = a.Val, true
		case a.Key == "src":
			t.src = strings.TrimSpace(a.Val)
		case a.Key == "poster":
			t.poster = a.Val
		default:
			t.rest.Attr = append(t.rest.Attr, a)
		}
	}
	if t.id == "" {
		t.id = name
	}
	if strings.ContainsAny(t.id, " \t\n\"'<>") {
		t.id = ""
	}
	return t
}

// allowed is which attributes of a tag may stay; nil when the element itself may not.
func (w *writer) allowed(token html.Token) []html.Attribute {
	token.Type = html.StartTagToken
	clean := w.policy.Sanitize(token.String())
	z := html.NewTokenizer(strings.NewReader(clean))
	if z.Next() != html.StartTagToken {
		return nil
	}
	attrs := []html.Attribute{}
	for _, a := range z.Token().Attr {
		switch a.Key {
		case "style", "align", "valign", "bgcolor", "border", "rel", "target", "name", "id", "hspace", "vspace", "cite", "usemap":
		default:
			attrs = append(attrs, a)
		}
	}
	return attrs
}

func (w *writer) writeTag(t openingTag, at tagPlace) {
	name := t.rest.Data
	place := w.text.place(w.base+at.start, w.base+at.end)
	if t.id != "" && !w.ids.claim(t.id) {
		t.id = ""
	}
	switch name {
	case "a":
		w.writeAnchor(t, at)
		return
	case "h1": // the page's title is its only H1
		name = "h2"
		t.rest.Attr = append(t.rest.Attr, html.Attribute{Key: "class", Val: "h1"})
	case "img":
		if t.src == "" || classify(t.src, true) == unsafe || classify(t.src, true) == leftovers {
			if classify(t.src, true) == unsafe {
				w.refuse(t.src, place)
			} else {
				w.leftOut("<img> without an address", at, "this <img> has no address and is left out", `write where the picture lies: src="rota.png"`)
			}
			return
		}
	case "center":
		name = "div"
	}
	w.tag("<" + name)
	if t.id != "" {
		w.id(t.id)
	}
	w.attributes(t.rest.Attr)
	if name == "img" {
		w.imageDefaults(t.rest.Attr)
		if !slices.ContainsFunc(t.rest.Attr, func(a html.Attribute) bool { return a.Key == "alt" }) { // an empty one says that it is decoration
			w.noAlt(nil, t.src, place)
		}
	}
	links := len(w.anchors)
	w.source("src", t.src, at)
	if len(w.anchors) > links {
		w.anchors[links].Asked = -1
		if name == "img" {
			w.anchors[links].Asked = Asked(attribute(t.rest.Attr, "width"), attribute(t.rest.Attr, "height"))
		}
	}
	w.source("poster", t.poster, at)
	w.tag(">")
	switch {
	case isVoid(name):
	case t.rest.Type == html.SelfClosingTagToken:
		w.tag("</" + name + ">")
	default:
		w.raw.raw = append(w.raw.raw, rawElement{name: t.rest.Data, close: "</" + name + ">", link: -1})
	}
}

func (w *writer) attributes(attrs []html.Attribute) {
	seen := map[string]bool{}
	for _, a := range attrs {
		if seen[a.Key] {
			continue
		}
		seen[a.Key] = true
		w.tag(" " + a.Key + `="`)
		w.escape(a.Val)
		w.tag(`"`)
	}
}

func attribute(attrs []html.Attribute, key string) string {
	if i := slices.IndexFunc(attrs, func(a html.Attribute) bool { return a.Key == key }); i >= 0 {
		return attrs[i].Val
	}
	return ""
}

func (w *writer) imageDefaults(attrs []html.Attribute) {
	alt := slices.IndexFunc(attrs, func(a html.Attribute) bool { return a.Key == "alt" })
	if alt < 0 {
		w.tag(` alt=""`)
	} else {
		w.plainBlank()
		w.plain = append(w.plain, attrs[alt].Val...)
		w.hash.words([]byte(attrs[alt].Val))
	}
	if !slices.ContainsFunc(attrs, func(a html.Attribute) bool { return a.Key == "loading" }) {
		w.tag(` loading="lazy"`)
	}
}

// source writes the address of an image or film.
func (w *writer) source(key, dest string, at tagPlace) {
	dest = strings.TrimSpace(dest)
	if dest == "" {
		return
	}
	w.hash.mark(markImage, dest)
	place := w.destination(dest, at)
	switch kind := classify(dest, true); kind {
	case internal:
		w.tag(" " + key + `="`)
		number := w.addLink(LinkImage, dest, place)
		w.hole(HoleSrc, number)
		w.closeLink(number)
		w.tag(`"`)
	case external:
		w.tag(" " + key + `="`)
		w.href(dest)
		w.tag(`"`)
	case unsafe:
		w.refuse(dest, place)
	}
}

func (w *writer) writeAnchor(t openingTag, at tagPlace) {
	place := w.destination(t.href, at)
	kind := classify(t.href, false)
	if t.hasHref && kind == unsafe {
		w.refuse(t.href, place)
	}
	if !t.hasHref || kind == unsafe || kind == leftovers || w.inLink {
		e := rawElement{name: "a", link: -1}
		if t.id != "" {
			w.tag("<span")
			w.id(t.id)
			w.tag(">")
			e.close = "</span>"
		}
		w.push(t, e)
		return
	}
	if t.id != "" {
		w.tag("<span")
		w.id(t.id)
		w.tag("></span>")
	}
	w.hash.mark(markLink, t.href)
	e := rawElement{name: "a", close: "</a>", link: -1, leads: true}
	title := ""
	if i := slices.IndexFunc(t.rest.Attr, func(a html.Attribute) bool { return a.Key == "title" }); i >= 0 {
		title = t.rest.Attr[i].Val
	}
	if kind == internal {
		e.close, e.link = "", w.addLink(LinkPath, t.href, place)
		w.anchors[e.link].Title = title
		w.hole(HoleOpen, e.link)
	} else {
		e.dest = strings.TrimSpace(t.href)
		w.external(e.dest, place)
		w.openExternal(e.dest, kind, title)
	}
	w.inLink = true
	e.html = len(w.html)
	w.push(t, e)
}

func (w *writer) push(t openingTag, e rawElement) {
	w.raw.raw = append(w.raw.raw, e)
	if t.rest.Type == html.SelfClosingTagToken {
		w.pop()
	}
}

// addressForm finds the attributes of a tag that hold addresses.
var addressForm = regexp.MustCompile(`(?is)\b(?:href|src|poster|data)\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s>"']+))`)

// destination is where an address stands in its tag, or the tag.
func (w *writer) destination(dest string, at tagPlace) diag.Place {
	tag := w.src[at.start:min(at.end, len(w.src))]
	for _, m := range addressForm.FindAllSubmatchIndex(tag, 10) {
		for i := 2; i < len(m); i += 2 {
			if m[i] >= 0 && strings.TrimSpace(decodeHTML(string(tag[m[i]:m[i+1]]))) == strings.TrimSpace(dest) {
				return w.text.place(w.base+at.start+m[i], w.base+at.start+m[i+1])
			}
		}
	}
	return w.text.place(w.base+at.start, w.base+at.end)
}

func (w *writer) endTag(name string, raw []byte, inline bool) {
	if w.raw.skip == name {
		w.raw.skip = ""
		return
	}
	open := w.raw.raw[w.raw.base:]
	i := len(open) - 1
	for i >= 0 && open[i].name != name {
		i--
	}
	if i < 0 {
		if w.trusts() {
			w.html = append(w.html, raw...)
		}
		return
	}
	for len(w.raw.raw) > w.raw.base+i {
		w.pop()
	}
	if !isPhrasing(name) {
		w.parted(inline)
	}
}

// unsanitised writes a tag as it is, but for its references, its ids, and addresses that would run a script.
func (w *writer) unsanitised(token html.Token, raw []byte, at tagPlace) {
	t := takeLinks(token)
	kept := len(t.rest.Attr)
	t.rest.Attr = slices.DeleteFunc(t.rest.Attr, func(a html.Attribute) bool {
		dest := scriptIn(a.Key, a.Val, 0)
		if dest != "" {
			w.refuse(dest, w.text.place(w.base+at.start, w.base+at.end))
		}
		return dest != ""
	})
	if !t.hasHref && t.src == "" && t.poster == "" && t.id == "" && len(t.rest.Attr) == kept {
		w.html = append(w.html, raw...)
		return
	}
	kind := classify(t.href, false)
	if token.Data == "a" && t.hasHref && (kind == internal || kind == unsafe) {
		if t.id != "" && !w.ids.claim(t.id) {
			t.id = ""
		}
		w.writeAnchor(t, at)
		return
	}
	w.tag("<" + token.Data)
	if t.id != "" && w.ids.claim(t.id) {
		w.id(t.id)
	}
	w.attributes(t.rest.Attr)
	if t.hasHref && kind == unsafe {
		w.refuse(t.href, w.destination(t.href, at))
	} else if t.hasHref {
		w.tag(` href="`)
		w.href(t.href)
		w.tag(`"`)
	}
	w.source("src", t.src, at)
	w.source("poster", t.poster, at)
	if token.Type == html.SelfClosingTagToken {
		w.tag("/")
	}
	w.tag(">")
}

// scriptIn is the address in an attribute that would run a script, "" for none. Whatever is not known to be text counts as
// an address, in whichever element it stands: HTML, SVG and MathML have dozens, and will have others.
func scriptIn(key, value string, depth int) string {
	switch {
	case strings.HasPrefix(key, "on"), strings.HasPrefix(key, "data-"), strings.HasPrefix(key, "aria-"), slices.Contains(wordy, key):
		return "" // what a site that trusts its writers lets them do, and words
	case key == "srcdoc":
		return scriptInText(value, depth+1)
	case key == "content": // <meta http-equiv=refresh content="0; url=…">
		if i := strings.Index(strings.ToLower(value), "url"); i >= 0 {
			value = strings.Trim(value[i+len("url"):], " \t\n=\"'")
		}
	}
	parts := []string{value}
	if slices.Contains([]string{"srcset", "imagesrcset", "ping", "archive", "values"}, key) {
		parts = append(parts, strings.FieldsFunc(value, func(r rune) bool { return strings.ContainsRune(" \t\n,;", r) })...)
	}
	for _, p := range parts {
		if classify(p, true) == unsafe && (key != "srcset" && key != "imagesrcset" || !strings.HasPrefix(strings.ToLower(bareStart(p)), "data:")) {
			return p
		}
	}
	return ""
}

// wordy are the attributes that hold text.
var wordy = []string{"alt", "title", "summary", "label", "placeholder", "value", "class", "id", "lang", "name", "abbr", "style"}

// maxScriptDepth is how deep texts within texts are looked into; what nests deeper is not let through.
const maxScriptDepth = 4

// scriptInText looks for such an address in the tags of a text, and in those of the texts in it.
func scriptInText(text string, depth int) string {
	if depth > maxScriptDepth {
		return text
	}
	z := html.NewTokenizer(strings.NewReader(text))
	z.SetMaxBuf(0)
	for {
		kind := z.Next()
		if kind == html.ErrorToken {
			return ""
		}
		dest := ""
		if raw := string(z.Raw()); kind == html.TextToken && strings.Contains(raw, "<") && len(raw) < len(text) {
			dest = scriptInText(raw, depth+1)
		}
		for _, a := range z.Token().Attr {
			dest = cmp.Or(dest, scriptIn(a.Key, a.Val, depth))
		}
		if dest != "" {
			return dest
		}
	}
}

// ownClasses takes classes out of which the theme makes what a page says of itself, so that a text cannot say it.
func (w *writer) ownClasses(element string, attrs []html.Attribute, at tagPlace) []html.Attribute {
	for i, a := range attrs {
		if a.Key != "class" {
			continue
		}
		var own []string
		attrs[i].Val, own = w.classes(a.Val)
		if len(own) > 0 {
			w.leftOut("HTML with a class of handbook's own", at, fmt.Sprintf("the class %s of <%s> is handbook's own and is left out", shortened(own[0]), element),
				"give it a name of your own and let the theme say how that looks")
		}
		if attrs[i].Val == "" {
			return slices.Delete(attrs, i, i+1)
		}
	}
	return attrs
}

// classes parts those that a text may have from those that it may not.
func (w *writer) classes(list string) (stay string, own []string) {
	var all []string
	for class := range strings.FieldsSeq(list) {
		if w.site.OwnClasses[class] {
			own = append(own, class)
		} else {
			all = append(all, class)
		}
	}
	return strings.Join(all, " "), own
}
