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
	e.notes.list = slices.Clone(refused)
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
	byFile map[string]*Doc
	main   map[*Doc]*html.Node // the text of a page
	conv   *converter.Converter
}

// pages reads an export as HTML.
func (e *Export) pages(files fs.FS, list []string) error {
	s := &htmlSpace{export: e, byFile: map[string]*Doc{}, main: map[*Doc]*html.Node{}, conv: converting()}
	var index string
	for _, name := range list {
		base := path.Base(name)
		if base == "index.html" && index == "" {
			index = name
		}
		if path.Ext(base) != ".html" || base == "index.html" || strings.Contains(name, "attachments/") {
			continue
		}
		if err := s.page(files, name); err != nil {
			return err
		}
	}
	if len(s.byFile) == 0 {
		return fmt.Errorf("there are no pages of Confluence in it; export the space as HTML or XML, with all its pages")
	}
	s.tree(files, index, list)
	for _, d := range e.Docs {
		d.text = func(l *links) string { return s.text(d, l) }
	}
	return nil
}

func (s *htmlSpace) page(files fs.FS, name string) error {
	data, err := readFile(files, name)
	if err != nil {
		return err
	}
	root := parseHTML(bytes.ToValidUTF8(data, []byte("�")))
	main := byID(root, "main-content")
	if main == nil {
		return nil
	}
	d := &Doc{ID: strings.TrimSuffix(path.Base(name), ".html")}
	if m := pageFile.FindStringSubmatch(path.Base(name)); m != nil {
		d.ID = m[2]
	}
	if t := byID(root, "title-text"); t != nil {
		d.Title = text(t)
		if space, title, ok := strings.Cut(d.Title, " : "); ok && space != "" {
			d.Title = title
		}
	}
	d.Title = cmp.Or(strings.TrimSpace(d.Title), d.ID)
	d.Old = []string{"/" + path.Base(name)}
	if meta := byClass(root, "page-metadata"); meta != nil {
		who := func(class string) string {
			if n := byClass(meta, class); n != nil {
				return strings.TrimSpace(text(n))
			}
			return ""
		}
		last := day.FindString(text(meta))
		d.Front = edited(who("author"), who("editor"), last)
	}
	if l := byClass(root, "label-list"); l != nil {
		k := Key{Name: "tags", List: true}
		for _, a := range all(l, func(n *html.Node) bool { return n.Data == "a" && strings.TrimSpace(text(n)) != "" }) {
			k.Values = append(k.Values, strings.TrimSpace(text(a)))
		}
		d.Front = append(d.Front, k)
	}
	if at := byID(root, "attachments"); at != nil {
		section := at.Parent
		for section != nil && !hasClass(section, "pageSection") {
			section = section.Parent
		}
		if section == nil {
			section = at.Parent
		}
		for _, a := range all(section, func(n *html.Node) bool { return n.Data == "a" && strings.Contains(attr(n, "href"), "attachments/") }) {
			from, _ := url.PathUnescape(attr(a, "href"))
			d.attach(strings.TrimSpace(text(a)), path.Join(path.Dir(name), from))
		}
	}
	each(main, func(n *html.Node) { // pictures that the list leaves out
		for _, key := range []string{"src", "href"} {
			if at := s.attachment(attr(n, key)); at != "" {
				d.attach(cmp.Or(attr(n, "data-linked-resource-default-alias"), path.Base(at)), path.Join(path.Dir(name), at))
			}
		}
	})
	s.byFile[path.Base(name)] = d
	s.main[d] = main
	s.export.Docs = append(s.export.Docs, d)
	return nil
}

// attach notes a file once.
func (d *Doc) attach(name, from string) {
	if name == "" || slices.ContainsFunc(d.Files, func(f File) bool { return f.From == from }) {
		return
	}
	d.Files = append(d.Files, File{Name: name, From: from})
}

// attachment is the path of an attachment that an address of an export leads to; "" for another address.
func (s *htmlSpace) attachment(address string) string {
	address, _, _ = strings.Cut(address, "?")
	if i := strings.Index(address, "attachments/"); i >= 0 && !strings.Contains(address, "://") {
		from, _ := url.PathUnescape(strings.TrimPrefix(address[i:], "/"))
		return from
	}
	return ""
}

// day is a day as Confluence writes it.
var day = regexp.MustCompile(`[A-Z][a-z]{2} [0-9]{1,2}, [0-9]{4}|[A-Z][a-z]{2,8} [0-9]{1,2}, [0-9]{4}|[0-9]{4}-[0-9]{2}-[0-9]{2}`)

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

// tree reads the tree of pages from the index, and puts the documents in its order.
func (s *htmlSpace) tree(files fs.FS, index string, list []string) {
	var order []*Doc
	seen := map[*Doc]bool{}
	if data, err := readFile(files, index); err == nil && index != "" {
		above := map[*html.Node]*Doc{} // by the item of the list that names it
		each(parseHTML(data), func(n *html.Node) {
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
			order = append(order, d)
		}
	}
	at := map[string]int{}
	for _, d := range order {
		at[d.Parent]++
		d.Front = append([]Key{{Name: "weight", Values: []string{number(at[d.Parent])}}}, d.Front...)
	}
	s.export.Docs = order
}

func fileOf(href string) string {
	href, _, _ = strings.Cut(href, "#")
	name, err := url.PathUnescape(href)
	if err != nil {
		name = href
	}
	return path.Base(name)
}

// boxes are the kinds of callouts, by what Confluence calls them.
var boxes = map[string]string{"information": "NOTE", "info": "NOTE", "note": "IMPORTANT", "tip": "TIP", "success": "TIP", "warning": "WARNING", "error": "CAUTION", "panel": "NOTE"}

// text is the Markdown of a page.
func (s *htmlSpace) text(d *Doc, l *links) string {
	main := s.main[d]
	for _, n := range all(main, func(*html.Node) bool { return true }) {
		if n.Parent != nil {
			s.element(n, d, l)
		}
	}
	return markdown(s.conv, main)
}

// element makes of an element of Confluence one that the converter knows.
func (s *htmlSpace) element(n *html.Node, d *Doc, l *links) {
	switch {
	case n.Data == "script", n.Data == "style", hasClass(n, "aui-icon"), hasClass(n, "expand-control-icon"):
		n.Parent.RemoveChild(n)
	case hasClass(n, "toc-macro"), hasClass(n, "childpages-macro"), hasClass(n, "plugin_pagetree"): // the site has both of itself
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
	case hasClass(n, "code") && hasClass(n, "panel"), n.Data == "pre" && hasClass(n, "syntaxhighlighter-pre"):
		pre := find(n, func(n *html.Node) bool { return n.Data == "pre" })
		if pre == nil {
			return
		}
		language := ""
		if _, brush, ok := strings.Cut(attr(pre, "data-syntaxhighlighter-params"), "brush:"); ok {
			brush, _, _ = strings.Cut(brush, ";")
			language = strings.TrimSpace(brush)
		}
		n.Parent.InsertBefore(code(language, rawText(pre)), n)
		n.Parent.RemoveChild(n)
	case hasClass(n, "panel"):
		title := ""
		if h := byClass(n, "panelHeader"); h != nil {
			title = strings.TrimSpace(text(h))
		}
		replace(n, callout, cmp.Or(byClass(n, "panelContent"), n), "kind", "NOTE", "title", title)
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
		n.Data, n.Attr, n.DataAtom = "div", nil, 0
	case hasClass(n, "status-macro"):
		replace(n, "strong", n)
	case hasClass(n, "user-mention"):
		s.mention(n, l)
	case n.Data == "a":
		s.link(n, d, l)
	case n.Data == "img":
		if at := s.attachment(attr(n, "src")); at != "" {
			name := cmp.Or(attr(n, "data-linked-resource-default-alias"), path.Base(at))
			if to := l.file(d, name); to != "" {
				set(n, "src", to)
			} else if to := l.file(d, path.Base(at)); to != "" {
				set(n, "src", to)
			}
			set(n, "alt", cmp.Or(attr(n, "alt"), strings.TrimSuffix(name, path.Ext(name))))
		} else if hasClass(n, "emoticon") {
			n.Parent.InsertBefore(textNode(cmp.Or(attr(n, "data-emoji-fallback"), attr(n, "alt"))), n)
			n.Parent.RemoveChild(n)
		}
	case attr(n, "data-macro-name") != "" && !knownMacros[attr(n, "data-macro-name")]:
		s.export.unknown(n, attr(n, "data-macro-name"), d)
	}
}

var knownMacros = wordSet("info note tip warning panel code noformat expand toc children status excerpt section column anchor attachments view-file gallery pagetree")

// unknown keeps the text of a macro that is not understood, in a block that names it.
func (e *Export) unknown(n *html.Node, name string, d *Doc) {
	e.notes.add("the macro `"+name+"`", d.Title, "its text is kept in a block of that name; write in Markdown what it showed")
	pre := code("confluence-"+slug(name), cmp.Or(text(n), "the macro "+name))
	n.Parent.InsertBefore(pre, n)
	n.Parent.RemoveChild(n)
}

// mention is somebody's name: a link to their page, where the export has one.
func (s *htmlSpace) mention(n *html.Node, l *links) {
	name := strings.TrimSpace(text(n))
	if to := l.to(l.titled(name)); to != "" {
		set(n, "href", to)
		return
	}
	n.Parent.InsertBefore(textNode(name), n)
	n.Parent.RemoveChild(n)
}

var pageAddress = regexp.MustCompile(`(?:pageId=|/pages/)([0-9]+)`)

// link leads a link to where its page or attachment will lie.
func (s *htmlSpace) link(n *html.Node, d *Doc, l *links) {
	href := attr(n, "href")
	if at := s.attachment(href); at != "" {
		name := cmp.Or(attr(n, "data-linked-resource-default-alias"), path.Base(at))
		if to := cmp.Or(l.file(d, name), l.file(d, path.Base(at))); to != "" {
			set(n, "href", to)
		}
		return
	}
	_, fragment, _ := strings.Cut(href, "#")
	to := s.byFile[fileOf(href)]
	if to == nil {
		if m := pageAddress.FindStringSubmatch(href); m != nil {
			to = l.byID[m[1]]
		}
	}
	switch {
	case to != nil:
		address := l.to(to)
		if fragment != "" {
			if h := s.heading(to, fragment); h != "" {
				address += "#" + h
			}
		}
		set(n, "href", address)
	case href == "" || strings.HasPrefix(href, "#"):
		unwrap(n)
	case strings.HasSuffix(fileOf(href), ".html") && !strings.Contains(href, "://"), strings.HasPrefix(href, "/"):
		l.lost()
		unwrap(n)
	}
}

// heading is the address of a heading, of which Confluence's has the title of the page in front: "#Refunds-Howlong".
func (s *htmlSpace) heading(to *Doc, fragment string) string {
	squeeze := func(t string) string { return strings.ToLower(strings.Join(strings.Fields(t), "")) }
	want := squeeze(fragment)
	for _, h := range all(s.main[to], func(n *html.Node) bool {
		return len(n.Data) == 2 && n.Data[0] == 'h' && '1' <= n.Data[1] && n.Data[1] <= '6'
	}) {
		if t := text(h); strings.HasSuffix(want, squeeze(t)) || attr(h, "id") == fragment {
			return slug(t)
		}
	}
	return ""
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
