package page

import (
	"fmt"
	"slices"
	"strings"

	"golang.org/x/net/html"

	"handbook/builder/diag"
)

// leftOut tells of a construct of raw HTML that is not on the page, once a page, and once a site where it is on many.
func (w *writer) leftOut(construct string, at tagPlace, what, help string) {
	if !w.asked[diag.RemovedHTML] || w.told[construct] || w.site.Markdown.RawHTML {
		return
	}
	if w.told == nil {
		w.told = map[string]bool{}
	}
	w.told[construct] = true
	w.msgs.AddTo(diag.Group{Text: "pages hold " + construct + ", which is left out"}, diag.RemovedHTML, w.text.place(w.base+at.start, w.base+at.end), what, help)
}

const trusted = "write it in Markdown, or set `markdown: {raw_html: true}` in handbook.yaml if you trust everybody who writes"

// leftOutElement tells of an element that pages may not hold.
func (w *writer) leftOutElement(token html.Token, raw []byte, at tagPlace) {
	what := wordsStay(token.Data)
	if shownInPlace(token) == "" {
		w.hide(at.start, at.end)
	}
	switch {
	case shownInPlace(token) != "":
		what = "is left out; a link to what it shows stands in its place"
	case w.raw.skip == token.Data:
		what = "is left out, with what is in it"
	}
	name := "<" + shortened(string(raw[1:1+len(token.Data)])) + ">"
	w.leftOut(name, at, name+" "+what, trusted)
}

// wordsStay says that an element is left out, and its content is not.
func wordsStay(name string) string {
	if isVoid(name) {
		return "is left out"
	}
	return "is left out; its words stay"
}

// dress are the attributes that say how something looks, which is the theme's to say.
var dress = strings.Fields("style align valign bgcolor background border bordercolor cellpadding cellspacing hspace vspace color face size width height noshade clear class")

// silent are those whose absence no reader notices.
var silent = strings.Fields("markdown id name rel target cite decoding loading fetchpriority crossorigin referrerpolicy tabindex")

// leftOutAttributes tells of the attributes of a tag that are not among those that may stay.
func (w *writer) leftOutAttributes(token html.Token, stay []html.Attribute, at tagPlace) {
	for _, a := range token.Attr {
		stays := slices.ContainsFunc(stay, func(s html.Attribute) bool { return s.Key == a.Key })
		switch {
		case stays, slices.Contains(silent, a.Key), strings.HasPrefix(a.Key, "data-"):
		case slices.Contains(dress, a.Key):
			w.leftOut("HTML that says how it looks", at, fmt.Sprintf("%s of <%s> is left out: the theme says how things look", a.Key, token.Data),
				"give it a class and let the theme say how that looks, or set `markdown: {raw_html: true}` in handbook.yaml if you trust everybody who writes")
		case strings.HasPrefix(a.Key, "on"):
			w.leftOut("HTML that would run a script", at, fmt.Sprintf("%s of <%s> would run a script and is left out", a.Key, token.Data), trusted)
		default:
			w.leftOut("HTML with "+shortened(a.Key), at, fmt.Sprintf("%s of <%s> is left out", shortened(a.Key), token.Data), trusted)
		}
	}
}

// shownInPlace is the address of what an element would show on the page and pages may not: a film, a form, a map.
func shownInPlace(token html.Token) string {
	key := "src"
	switch token.Data {
	case "iframe", "frame", "embed":
	case "object":
		key = "data"
	default:
		return ""
	}
	for _, a := range token.Attr {
		if kind := classify(a.Val, false); a.Key == key && (kind == internal || kind == external) {
			return strings.TrimSpace(a.Val)
		}
	}
	return ""
}

// standIn writes a link to what an element would have shown.
func (w *writer) standIn(token html.Token, dest string, at tagPlace, inline bool) {
	label := dest
	for _, a := range token.Attr {
		if (a.Key == "title" || a.Key == "aria-label") && strings.TrimSpace(a.Val) != "" {
			label = strings.TrimSpace(a.Val)
		}
	}
	block := !inline && !slices.ContainsFunc(w.raw.raw, func(e rawElement) bool {
		return isPhrasing(e.name) || slices.Contains([]string{"p", "pre", "summary", "dt", "h1", "h2", "h3", "h4", "h5", "h6", "caption"}, e.name)
	})
	if block {
		w.tag("<p>")
	}
	w.plainBlank()
	w.writeAnchor(openingTag{rest: html.Token{Type: html.StartTagToken, Data: "a"}, href: dest, hasHref: true}, at)
	w.show([]byte(label))
	w.pop()
	if block {
		w.tag("</p>")
	}
}
