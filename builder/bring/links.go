package bring

import (
	"cmp"
	"encoding/base64"
	"encoding/binary"
	"net/url"
	"path"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"golang.org/x/net/html"
)

// links finds where what a document points at will lie.
type links struct {
	from    *Doc
	export  *Export
	byID    map[string]*Doc
	byTitle map[string]*Doc // in lower case, with its space and without; the first of those with one title
	places  map[*Doc]map[string]string
}

func newLinks(e *Export) *links {
	l := &links{export: e, byID: map[string]*Doc{}, byTitle: map[string]*Doc{}, places: map[*Doc]map[string]string{}}
	for _, d := range e.Docs {
		l.byID[d.ID] = d
		for _, key := range []string{titleKey(d.Title, ""), titleKey(d.Title, d.Space)} {
			if l.byTitle[key] == nil {
				l.byTitle[key] = d
			}
		}
	}
	return l
}

func titleKey(title, space string) string {
	return strings.ToLower(strings.Join(strings.Fields(title), " ") + "\x00" + space)
}

// to is the address of a document as the present one writes it; "" for one that is not brought.
func (l *links) to(d *Doc) string {
	if d == nil {
		return ""
	}
	return l.relative(d.path)
}

// titled is the document with a title, in the space that is named or in that of the present one.
func (l *links) titled(title, space string) *Doc {
	if space != "" {
		return l.byTitle[titleKey(title, space)]
	}
	if d := l.byTitle[titleKey(title, l.from.Space)]; d != nil {
		return d
	}
	return l.byTitle[titleKey(title, "")]
}

// place is the address of a place in a document, or of the document where there is no such place.
func (l *links) place(d *Doc, name string) string {
	to := l.to(d)
	if d == l.from {
		to = ""
	}
	if name == "" {
		return l.to(d)
	}
	if l.places[d] == nil {
		l.places[d] = map[string]string{}
		if d.places != nil {
			l.places[d] = d.places()
		}
	}
	at := l.places[d]
	if plain, err := url.PathUnescape(name); err == nil {
		name = plain
	}
	name = squeeze(name)
	id := cmp.Or(at[name], at[strings.TrimPrefix(name, squeeze(d.Title))]) // "Refunds-How-long" has the title of the page in front
	if id == "" {
		l.export.notes.add("links to places that are not on their page", l.from.Title, "they lead to the page")
		return l.to(d)
	}
	return to + "#" + id
}

// file is the address of an attachment of a document, which is the present one for nil; "" for one that is not brought.
func (l *links) file(d *Doc, name string) string {
	if d == nil {
		d = l.from
	}
	for i := range d.Files {
		if f := &d.Files[i]; f.Name == name {
			f.shown = true
			return l.relative(f.path)
		}
	}
	return ""
}

// attached is a list of the attachments of a document.
func (l *links) attached(d *Doc) *html.Node {
	list := element("ul")
	for i := range d.Files {
		d.Files[i].shown = true
		item := element("li")
		item.AppendChild(linkTo(l.relative(d.Files[i].path), d.Files[i].Name))
		list.AppendChild(item)
	}
	return list
}

// rest is a list of the attachments that the text of the present document does not show, which nobody would find.
func (l *links) rest() string {
	var b strings.Builder
	for _, f := range l.from.Files {
		if !f.shown {
			b.WriteString("\n- [" + literal(f.Name) + "](" + l.relative(f.path) + ")")
		}
	}
	if b.Len() == 0 {
		return ""
	}
	return "\n\n**Attachments**\n" + b.String()
}

// lost notes a link that leads to nothing in the export.
func (l *links) lost() {
	l.export.notes.add("links to pages that are not in the export", l.from.Title, "their words are kept; export those pages too, or link to where they are now")
}

func (l *links) relative(to string) string {
	from := strings.Split(path.Dir(l.from.path), "/")
	parts := strings.Split(to, "/")
	for len(from) > 0 && len(parts) > 1 && from[0] == parts[0] {
		from, parts = from[1:], parts[1:]
	}
	if len(from) == 1 && from[0] == "." {
		from = nil
	}
	for i := range parts {
		parts[i] = addressed.Replace(url.PathEscape(parts[i]))
	}
	return strings.Repeat("../", len(from)) + strings.Join(parts, "/")
}

var addressed = strings.NewReplacer("(", "%28", ")", "%29", "*", "%2A", "_", "_", "~", "%7E", "'", "%27")

// pageAddress has the id of a page in an address of Confluence; titleAddress its space and title; tinyAddress its id in short.
var (
	pageAddress  = regexp.MustCompile(`(?:[?&]pageId=|/spaces/[^/]+/pages/(?:edit-v2/)?|/spaces/[^/]+/blog/[0-9/]+/)([0-9]+)`)
	titleAddress = regexp.MustCompile(`/display/([^/?#~]+)/([^/?#]+)`)
	tinyAddress  = regexp.MustCompile(`/x/([A-Za-z0-9_-]+)/?$`)
	fileAddress  = regexp.MustCompile(`/download/(?:attachments|thumbnails)/([0-9]+)/([^/?#]+)`)
)

// wiki is the document or attachment of the export that an address of Confluence leads to.
func (l *links) wiki(address string) (d *Doc, file string) {
	if m := fileAddress.FindStringSubmatch(address); m != nil {
		name, err := url.PathUnescape(strings.ReplaceAll(m[2], "+", " "))
		if d := l.byID[m[1]]; d != nil && err == nil && slices.ContainsFunc(d.Files, func(f File) bool { return f.Name == name }) {
			return d, name
		}
		return nil, ""
	}
	if m := pageAddress.FindStringSubmatch(address); m != nil {
		return l.byID[m[1]], ""
	}
	if m := titleAddress.FindStringSubmatch(address); m != nil {
		if title, err := url.QueryUnescape(m[2]); err == nil {
			return l.byTitle[titleKey(title, m[1])], ""
		}
	}
	if u, err := url.Parse(address); err == nil && u.Query().Get("title") != "" && u.Query().Get("spaceKey") != "" {
		return l.byTitle[titleKey(u.Query().Get("title"), u.Query().Get("spaceKey"))], ""
	}
	if m := tinyAddress.FindStringSubmatch(address); m != nil {
		short := m[1] + strings.Repeat("A", max(0, 11-len(m[1])))
		if id, err := base64.URLEncoding.DecodeString(strings.NewReplacer("-", "_", "_", "-").Replace(short) + "="); err == nil && len(id) == 8 {
			return l.byID[strconv.FormatUint(binary.LittleEndian.Uint64(id), 10)], ""
		}
	}
	return nil, ""
}

// mend leads a link that was written as an address to where its page or attachment will lie.
func (l *links) mend(a *html.Node, d *Doc) {
	href := strings.TrimSpace(attr(a, "href"))
	address, fragment, _ := strings.Cut(href, "#")
	doc, file := l.wiki(address)
	switch {
	case file != "":
		set(a, "href", l.file(doc, file))
	case doc != nil:
		set(a, "href", l.place(doc, fragment))
		if strings.TrimSpace(text(a)) == href { // a card, which shows the title
			for c := a.FirstChild; c != nil; c = a.FirstChild {
				a.RemoveChild(c)
			}
			a.AppendChild(textNode(doc.Title))
		}
	case address == "" && fragment != "":
		if to := l.place(d, fragment); strings.HasPrefix(to, "#") {
			set(a, "href", to)
		} else {
			unwrap(a)
		}
	case href == "":
		unwrap(a)
	case strings.HasPrefix(href, "/"):
		l.lost()
		unwrap(a)
	}
}

// addresses are those of a page in Confluence, as far as its titles can stand in one.
func addresses(d *Doc, cloud bool) []string {
	if d.Space == "" {
		return nil
	}
	words := strings.ReplaceAll(d.Title, " ", "+")
	switch plain := !strings.ContainsAny(d.Title, `/\?&#;+%"<>:`); {
	case d.ID == blog:
		return nil
	case cloud && plain:
		return []string{"/wiki/spaces/" + d.Space + "/pages/" + d.ID + "/" + words + "/"}
	case cloud:
		return []string{"/wiki/spaces/" + d.Space + "/pages/" + d.ID + "/"}
	case plain:
		return []string{"/display/" + d.Space + "/" + words + "/", "/spaces/" + d.Space + "/pages/" + d.ID + "/" + words + "/"}
	}
	return []string{"/spaces/" + d.Space + "/pages/" + d.ID + "/"}
}
