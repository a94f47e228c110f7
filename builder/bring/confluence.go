package bring

import (
	"bytes"
	"cmp"
	"fmt"
	"io/fs"
	"net/url"
	"path"
	"regexp"
	"slices"
	"strings"

	"github.com/JohannesKaufmann/html-to-markdown/v2/converter"
	"golang.org/x/net/html"
)

// Confluence reads an export of a space, as HTML or as XML.
func Confluence(files fs.FS, refused []Note) (*Export, error) {
	list, err := names(files)
	if err != nil {
		return nil, err
	}
	e := &Export{Tool: "confluence"}
	e.notes.took(refused)
	for _, name := range list {
		if path.Base(name) == "entities.xml" {
			return e, e.storage(files, list, name)
		}
	}
	return e, e.pages(files, list)
}

// pageFile is the name of a page in an export as HTML: "Refunds_12345.html", "12345.html".
var pageFile = regexp.MustCompile(`^(?:(.*)_)?([0-9]+)\.html$`)

// htmlSpace is an export as HTML.
type htmlSpace struct {
	export *Export
	files  fs.FS
	list   []string
	byFile map[string]*Doc
	above  map[*Doc]string // the file of the page above, by what the page says itself
	name   string          // of the space
	conv   *converter.Converter
}

// pages reads an export as HTML.
func (e *Export) pages(files fs.FS, list []string) error {
	s := &htmlSpace{export: e, files: files, list: list, byFile: map[string]*Doc{}, above: map[*Doc]string{}, conv: converting()}
	var index *html.Node
	for _, name := range list {
		if path.Base(name) == "index.html" && index == nil {
			index, _ = s.read(name) // without it pages say themselves where they stand
		}
	}
	space, cloud := "", false
	if index != nil {
		for _, row := range all(index, func(n *html.Node) bool { return n.Data == "tr" }) {
			if th, td := child(row, "th"), child(row, "td"); th != nil && td != nil {
				switch text(th) {
				case "Key":
					space = text(td)
				case "Name":
					s.name = text(td)
				}
			}
		}
	}
	for _, name := range list {
		base := path.Base(name)
		if path.Ext(base) != ".html" || base == "index.html" || strings.Contains(name, "attachments/") {
			continue
		}
		cloud = s.page(name) || cloud
	}
	if len(s.byFile) == 0 {
		return fmt.Errorf("there are no pages of Confluence in it; export the space as HTML or XML, with all its pages")
	}
	s.tree(index)
	e.Tool += strings.TrimRight("-"+hyphened(cmp.Or(space, s.name)), "-")
	for _, d := range e.Docs {
		d.Space = space
		if d.Old = addresses(d, cloud); d.Old == nil {
			d.Old = []string{"/" + path.Base(d.file)}
		}
		d.text = func(l *links) string { return s.text(d, l) }
		d.places = func() map[string]string {
			if main := s.main(d); main != nil {
				return places(main)
			}
			return nil
		}
	}
	return nil
}

// read parses a file of the export.
func (s *htmlSpace) read(name string) (*html.Node, error) {
	data, err := readFile(s.files, name)
	if err != nil {
		return nil, err
	}
	return parseHTML(bytes.ToValidUTF8(data, []byte("�"))), nil
}

// main is the text of a page. It is read again for each use: all pages of a space at once would fill the memory.
func (s *htmlSpace) main(d *Doc) *html.Node {
	root, err := s.read(d.file)
	if err != nil {
		return nil
	}
	return byID(root, "main-content")
}

// page takes in what a page says of itself, and whether it is one of the cloud.
func (s *htmlSpace) page(name string) (cloud bool) {
	root, err := s.read(name)
	if err != nil {
		s.export.unreadable(name)
		return false
	}
	main := byID(root, "main-content")
	if main == nil {
		return false
	}
	d := &Doc{ID: strings.TrimSuffix(path.Base(name), ".html"), file: name}
	if m := pageFile.FindStringSubmatch(path.Base(name)); m != nil {
		d.ID = m[2]
	}
	crumbs := byID(root, "breadcrumbs")
	if t := byID(root, "title-text"); t != nil {
		d.Title = s.title(text(t), crumbs)
	}
	d.Title = cmp.Or(strings.TrimSpace(d.Title), d.ID)
	if meta := byClass(root, "page-metadata"); meta != nil {
		who := func(class string) string {
			if n := byClass(meta, class); n != nil {
				return strings.TrimSpace(text(n))
			}
			return ""
		}
		last := ""
		if days := day.FindAllString(text(meta), -1); len(days) > 0 {
			last = days[len(days)-1]
		}
		if d.Front = edited(who("author"), who("editor"), last); last == "" && strings.ContainsAny(text(meta), "0123456789") {
			s.export.notes.add("days of edits that cannot be read", d.Title, "export the space with English as your language, or write `last_edited`")
		}
	}
	if crumbs != nil {
		for _, a := range all(crumbs, func(n *html.Node) bool { return n.Data == "a" }) {
			s.above[d] = fileOf(attr(a, "href"))
		}
	}
	if l := byClass(root, "label-list"); l != nil {
		for _, a := range all(l, func(n *html.Node) bool { return n.Data == "a" && strings.TrimSpace(text(n)) != "" }) {
			d.label(strings.TrimSpace(text(a)))
		}
	}
	if at := byID(root, "attachments"); at != nil && main.Parent != nil {
		section := at.Parent
		for section != nil && !hasClass(section, "pageSection") {
			section = section.Parent
		}
		for _, a := range all(cmp.Or(section, at.Parent), func(n *html.Node) bool { return n.Data == "a" && strings.Contains(attr(n, "href"), "attachments/") }) {
			from, _ := url.PathUnescape(attr(a, "href"))
			s.attach(d, strings.TrimSpace(text(a)), path.Join(path.Dir(name), from))
		}
	}
	each(main, func(n *html.Node) { // pictures that the list leaves out
		cloud = cloud || strings.Contains(attr(n, "href"), "/wiki/spaces/") || attr(n, "data-account-id") != ""
		for _, key := range []string{"data-image-src", "src", "href"} {
			if at := attachment(attr(n, key)); at != "" {
				s.attach(d, cmp.Or(attr(n, "data-linked-resource-default-alias"), path.Base(at)), path.Join(path.Dir(name), at))
				break
			}
		}
	})
	if c := byID(root, "comments"); c != nil {
		for section := c; section != nil; section = section.Parent {
			if hasClass(section, "pageSection") {
				for range all(section, func(n *html.Node) bool { return n.Data == "a" && strings.HasPrefix(attr(n, "name"), "comment-") }) {
					s.export.comment(d)
				}
				break
			}
		}
	}
	s.byFile[path.Base(name)] = d
	s.export.Docs = append(s.export.Docs, d)
	return cloud
}

// title is the title of a page, before which exports write the name of the space.
func (s *htmlSpace) title(written string, crumbs *html.Node) string {
	written = strings.Join(strings.Fields(written), " ")
	if s.name == "" && crumbs != nil {
		if first := find(crumbs, func(n *html.Node) bool { return n.Data == "a" && fileOf(attr(n, "href")) == "index.html" }); first != nil {
			s.name = text(first)
		}
	}
	if s.name != "" {
		if rest, ok := strings.CutPrefix(written, strings.Join(strings.Fields(s.name), " ")+" : "); ok {
			return rest
		}
		return written
	}
	if space, title, ok := strings.Cut(written, " : "); ok && space != "" {
		return title
	}
	return written
}

// attach notes a file once.
func (s *htmlSpace) attach(d *Doc, name, from string) {
	if name == "" || slices.ContainsFunc(d.Files, func(f File) bool { return f.From == from || f.Name == name }) {
		return
	}
	if _, found := slices.BinarySearch(s.list, from); !found {
		s.export.notes.add("attachments that are not in the export", d.Title, "export the space with attachments")
		return
	}
	d.Files = append(d.Files, File{Name: name, From: from})
}

// attachment is the path of an attachment that an address of an export leads to; "" for another address.
func attachment(address string) string {
	address, _, _ = strings.Cut(address, "?")
	if i := strings.Index(address, "attachments/"); i >= 0 && !strings.Contains(address, "://") && !strings.Contains(address, "download/") {
		from, _ := url.PathUnescape(strings.TrimPrefix(address[i:], "/"))
		return from
	}
	return ""
}

// day is a day as Confluence writes it.
var day = regexp.MustCompile(`[A-Z][a-z]{2,8}\.? [0-9]{1,2}, [0-9]{4}|[0-9]{1,2}\.? [A-Z][a-z]{2,8}\.? [0-9]{4}|[0-9]{4}-[0-9]{2}-[0-9]{2}`)

// edited is who wrote a page, and who edited it last and when. That is no review.
func edited(author, editor, on string) (front []Key) {
	if author != "" {
		front = append(front, Key{Name: "owner", Values: []string{author}})
	}
	if d, ok := dayOf(on); ok {
		front = append(front, Key{Name: "last_edited", Values: []string{d}})
	}
	if editor = cmp.Or(editor, author); editor != "" {
		front = append(front, Key{Name: "last_edited_by", Values: []string{editor}})
	}
	return front
}

// tree reads the tree of pages from the index, and puts the documents in its order. A page that the index leaves out says itself where
// it stands.
func (s *htmlSpace) tree(index *html.Node) {
	var order []*Doc
	seen := map[*Doc]bool{}
	if index != nil {
		above := map[*html.Node]*Doc{} // by the item of the list that names it
		each(index, func(n *html.Node) {
			d := s.byFile[fileOf(attr(n, "href"))]
			if n.Data != "a" || d == nil || seen[d] {
				return
			}
			seen[d] = true
			order = append(order, d)
			own := true
			for up := n.Parent; up != nil; up = up.Parent {
				switch p := above[up]; {
				case up.Data != "li":
				case p != nil:
					d.Parent = p.ID
					return
				case own:
					above[up], own = d, false
				}
			}
		})
	}
	for _, d := range s.export.Docs {
		if !seen[d] {
			if up := s.byFile[s.above[d]]; up != nil && up != d {
				d.Parent = up.ID
			}
			order = append(order, d)
		}
	}
	byID := map[string]*Doc{}
	for _, d := range order {
		byID[d.ID] = d
	}
	slices.SortStableFunc(order, func(a, b *Doc) int { return cmp.Compare(depth(byID, a), depth(byID, b)) })
	at := map[string]int{}
	for _, d := range order {
		at[d.Parent]++
		d.Front = append([]Key{{Name: "weight", Values: []string{number(at[d.Parent])}}}, d.Front...)
	}
	s.export.Docs = order
}

func fileOf(href string) string {
	href, _, _ = strings.Cut(href, "#")
	href, _, _ = strings.Cut(href, "?")
	name, err := url.PathUnescape(href)
	if err != nil {
		name = href
	}
	return path.Base(name)
}

// boxes are the kinds of callouts, by what Confluence calls them.
var boxes = map[string]string{"information": "NOTE", "info": "NOTE", "note": "IMPORTANT", "tip": "TIP", "success": "TIP", "warning": "WARNING", "error": "CAUTION", "panel": "NOTE", "custom": "NOTE"}

// text is the Markdown of a page.
func (s *htmlSpace) text(d *Doc, l *links) string {
	main := s.main(d)
	if main == nil {
		return ""
	}
	walk(main, func(n *html.Node) { s.element(n, d, l) })
	d.properties(main)
	return markdown(s.conv, main)
}

// rendered are macros of which an export as HTML shows what they showed, in elements that are read for themselves.
var rendered = wordSet("info note tip warning panel code noformat expand status excerpt section column anchor attachments view-file viewpdf gallery details jira toc-zone div span center include excerpt-include " +
	"contentbylabel content-by-label recently-updated profile")

// element makes of an element of Confluence one that the converter knows.
func (s *htmlSpace) element(n *html.Node, d *Doc, l *links) {
	macro := attr(n, "data-macro-name")
	switch {
	case n.Data == "script", n.Data == "style", n.Data == "fieldset" && hasClass(n, "hidden"), hasClass(n, "aui-icon"), hasClass(n, "expand-control-icon"):
		n.Parent.RemoveChild(n)
	case hasClass(n, "toc-macro"), hasClass(n, "childpages-macro"), hasClass(n, "plugin_pagetree"), own[macro]:
		name := cmp.Or(macro, "children")
		if hasClass(n, "toc-macro") {
			name = "toc"
		}
		s.export.macro(name, d, "it is left out; the site has such lists of its own")
		n.Parent.RemoveChild(n)
	case hasClass(n, "confluence-information-macro"):
		kind := "information"
		for k := range boxes {
			if hasClass(n, "confluence-information-macro-"+k) {
				kind = k
			}
		}
		title := ""
		if t := byClass(n, "title"); t != nil {
			title = strings.TrimSpace(text(t))
		}
		replace(n, callout, cmp.Or(byClass(n, "confluence-information-macro-body"), n), "kind", boxes[kind], "title", title)
	case hasClass(n, "code") && hasClass(n, "panel"), n.Data == "pre" && (hasClass(n, "syntaxhighlighter-pre") || attr(n, "data-syntaxhighlighter-params") != ""), hasClass(n, "preformatted") && hasClass(n, "panel"):
		pre := find(n, func(n *html.Node) bool { return n.Data == "pre" })
		if pre == nil {
			return
		}
		of, title := "", ""
		if _, brush, ok := strings.Cut(attr(pre, "data-syntaxhighlighter-params"), "brush:"); ok {
			of, _, _ = strings.Cut(brush, ";")
		}
		if h := cmp.Or(byClass(n, "codeHeader"), byClass(n, "preformattedHeader")); h != nil {
			title = text(h)
		}
		put(code(language(of), title, rawText(pre)), n)
	case hasClass(n, "panel") && byClass(n, "panelContent") != nil:
		title := ""
		if h := byClass(n, "panelHeader"); h != nil {
			title = strings.TrimSpace(text(h))
		}
		replace(n, callout, byClass(n, "panelContent"), "kind", "NOTE", "title", title)
	case hasClass(n, "expand-container"):
		title := "More"
		if t := byClass(n, "expand-control-text"); t != nil {
			title = strings.TrimSpace(text(t))
		}
		replace(n, folded, cmp.Or(byClass(n, "expand-content"), n), "title", title)
	case n.Data == "li" && attr(n, "data-inline-task-id") != "":
		checked := "no"
		if hasClass(n, "checked") {
			checked = "yes"
		}
		replace(n, task, n, "checked", checked)
	case n.Data == "ul" && hasClass(n, "inline-task-list"):
		for c := n.FirstChild; c != nil; c = c.NextSibling {
			set(c, "data-inline-task-id", cmp.Or(attr(c, "data-inline-task-id"), "0"))
		}
		n.Data, n.Attr, n.DataAtom = "div", nil, 0
	case hasClass(n, "plugin_attachments_container"):
		put(l.attached(d), n)
	case hasClass(n, "confluence-anchor-link"):
		name := attr(n, "id")
		put(element(target, "id", slug(name)), n)
	case macro == "details" || hasClass(n, "plugin-tabmeta-details"):
		replace(n, facts, n)
	case hasClass(n, "status-macro"):
		replace(n, "strong", n)
	case n.Data == "time":
		put(textNode(cmp.Or(attr(n, "datetime"), text(n))), n)
	case hasClass(n, "user-mention"):
		s.mention(n, l)
	case n.Data == "a":
		s.link(n, d, l)
	case n.Data == "img":
		s.picture(n, d, l)
	case macro != "" && !rendered[macro]:
		s.unknown(n, macro, d)
	default:
		s.export.plain(n, d)
	}
}

// unknown keeps what a macro showed in a box that names it; among words as it is.
func (s *htmlSpace) unknown(n *html.Node, name string, d *Doc) {
	if among(n) || n.Data == "span" {
		s.export.macro(name, d, "its text is kept as it was shown; see that it still holds")
		return
	}
	s.export.macro(name, d, "its text is kept in a box of that name; write in Markdown what it showed")
	if text(n) == "" && find(n, func(n *html.Node) bool { return n.Data == "img" }) == nil {
		put(marked(name, ""), n)
		return
	}
	replace(n, callout, n, "kind", "NOTE", "title", "Confluence: "+name)
}

func (s *htmlSpace) picture(n *html.Node, d *Doc, l *links) {
	_, query, _ := strings.Cut(attr(n, "src"), "placeholder/unknown-macro?")
	if values, err := url.ParseQuery(query); query != "" && err == nil { // a macro of an app that is no more
		name := values.Get("name")
		s.export.macro(name, d, "the export shows nothing of it; write in Markdown what it showed")
		e := element("code")
		e.AppendChild(textNode("confluence-" + slug(name)))
		put(e, n)
		return
	}
	switch at := cmp.Or(attachment(attr(n, "data-image-src")), attachment(attr(n, "src"))); {
	case at != "":
		name := cmp.Or(attr(n, "data-linked-resource-default-alias"), path.Base(at))
		to := cmp.Or(l.file(d, name), l.file(d, path.Base(at)))
		if to == "" {
			s.export.notes.add("pictures that are not in the export", d.Title, "export the space with attachments")
			put(textNode(cmp.Or(attr(n, "alt"), name)), n)
			return
		}
		set(n, "src", to)
		set(n, "alt", cmp.Or(attr(n, "alt"), strings.TrimSuffix(name, path.Ext(name))))
	case hasClass(n, "emoticon"):
		sign := cmp.Or(attr(n, "data-emoji-fallback"), attr(n, "alt"))
		for c := range strings.FieldsSeq(attr(n, "class")) {
			if own := signs[strings.TrimPrefix(c, "emoticon-")]; own != "" && (sign == "" || strings.HasPrefix(sign, "(") || strings.HasPrefix(sign, ":")) {
				sign = own
			}
		}
		put(textNode(sign), n)
	case hasClass(n, "icon") || strings.HasPrefix(attr(n, "src"), "images/"):
		n.Parent.RemoveChild(n)
	case !strings.Contains(attr(n, "src"), "://"):
		s.export.notes.add("pictures that are not in the export", d.Title, "export the space with attachments")
		put(textNode(attr(n, "alt")), n)
	}
}

// plain makes of an element of HTML that Markdown has not one that it has.
func (e *Export) plain(n *html.Node, d *Doc) {
	switch n.Data {
	case "iframe", "embed", "object", "video", "audio", "source":
		src := cmp.Or(attr(n, "src"), attr(n, "data"))
		if src == "" {
			return
		}
		e.notes.add("the element `"+n.Data+"`", d.Title, "a link leads to what it showed")
		p := element("p")
		p.AppendChild(linkTo(src, cmp.Or(attr(n, "title"), src)))
		put(p, n)
	case "input":
		switch attr(n, "type") {
		case "checkbox", "radio":
			sign := "☐ "
			if slices.ContainsFunc(n.Attr, func(a html.Attribute) bool { return a.Key == "checked" }) {
				sign = "☑ "
			}
			put(textNode(sign), n)
		case "text", "":
			put(textNode(attr(n, "value")), n)
		}
	case "textarea":
		n.Data, n.DataAtom = "p", 0
	case "noscript":
		n.Data, n.DataAtom = "div", 0
	case "dt":
		wrap(n, "strong")
		n.Data, n.DataAtom = "p", 0
	case "dd":
		n.Data, n.DataAtom = "blockquote", 0
	}
}

// mention is somebody's name: a link to their page, where the export has one.
func (s *htmlSpace) mention(n *html.Node, l *links) {
	name := strings.TrimSpace(text(n))
	if to := l.to(l.titled(name, "")); to != "" && n.Data == "a" {
		set(n, "href", to)
		return
	}
	put(textNode(name), n)
}

// link leads a link to where its page or attachment will lie.
func (s *htmlSpace) link(n *html.Node, d *Doc, l *links) {
	href := attr(n, "href")
	if at := attachment(href); at != "" {
		name := cmp.Or(attr(n, "data-linked-resource-default-alias"), path.Base(at))
		if to := cmp.Or(l.file(d, name), l.file(d, path.Base(at))); to != "" {
			set(n, "href", to)
			return
		}
		unwrap(n) // it was noted as it was looked for
		return
	}
	address, fragment, _ := strings.Cut(href, "#")
	if to := s.byFile[fileOf(href)]; to != nil && address != "" && !strings.Contains(href, "://") {
		set(n, "href", l.place(to, fragment))
		return
	}
	if strings.HasSuffix(fileOf(href), ".html") && !strings.Contains(href, "://") {
		l.lost()
		unwrap(n)
		return
	}
	l.mend(n, d)
}

func rawText(n *html.Node) string {
	var b strings.Builder
	each(n, func(n *html.Node) {
		if n.Type == html.TextNode {
			b.WriteString(n.Data)
		} else if n.Data == "br" {
			b.WriteString("\n")
		}
	})
	return b.String()
}
