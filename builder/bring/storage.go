package bring

import (
	"bytes"
	"cmp"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"path"
	"slices"
	"strconv"
	"strings"

	"golang.org/x/net/html"
)

// object is a thing of an export as XML: a page, the body of one, an attachment, a label, somebody.
type object struct {
	Class string `xml:"class,attr"`
	IDs   []struct {
		Name  string `xml:"name,attr"`
		Value string `xml:",chardata"`
	} `xml:"id"`
	Properties []struct {
		Name  string `xml:"name,attr"`
		Class string `xml:"class,attr"`
		Value string `xml:",chardata"`
		ID    string `xml:"id"`
	} `xml:"property"`
}

func (o *object) id() string {
	for _, id := range o.IDs {
		return strings.TrimSpace(id.Value)
	}
	return ""
}

// value is a property; of one that names another object its id.
func (o *object) value(name string) string {
	for _, p := range o.Properties {
		if p.Name == name {
			return cmp.Or(strings.TrimSpace(p.ID), strings.TrimSpace(p.Value))
		}
	}
	return ""
}

// space is an export as XML.
type space struct {
	export  *Export
	docs    map[string]*Doc
	bodies  map[string]string // by id of the page
	people  map[string]string // names, by key
	at      map[*Doc]int      // among its siblings
	version map[string]int    // of attachments, by page and name
}

// storage reads an export as XML, whose texts are in Confluence's storage format.
func (e *Export) storage(files fs.FS, list []string, entities string) error {
	f, err := files.Open(entities)
	if err != nil {
		return err
	}
	defer f.Close()
	s := &space{e, map[string]*Doc{}, map[string]string{}, map[string]string{}, map[*Doc]int{}, map[string]int{}}
	var later []object // which speak of pages that may come behind them
	labels := map[string]string{}
	in := xml.NewDecoder(f)
	in.Strict, in.Entity = false, xml.HTMLEntity
	for {
		t, err := in.Token()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return fmt.Errorf("%s cannot be read: %w", entities, err)
		}
		start, ok := t.(xml.StartElement)
		if !ok || start.Name.Local != "object" {
			continue
		}
		var o object
		if err := in.DecodeElement(&o, &start); err != nil {
			return fmt.Errorf("%s cannot be read: %w", entities, err)
		}
		switch o.Class {
		case "Page":
			s.page(&o)
		case "BodyContent":
			s.bodies[o.value("content")] = o.value("body")
		case "ConfluenceUserImpl", "ConfluenceUser":
			s.people[o.id()] = cmp.Or(o.value("fullName"), o.value("name"))
		case "Label":
			labels[o.id()] = o.value("name")
		case "Attachment", "Labelling":
			later = append(later, o)
		}
	}
	if len(e.Docs) == 0 {
		return fmt.Errorf("%s holds no page that is published", entities)
	}
	for i := range later {
		o := &later[i]
		if o.Class == "Labelling" {
			if d := s.docs[cmp.Or(o.value("content"), o.value("contentId"))]; d != nil && labels[o.value("label")] != "" {
				d.label(labels[o.value("label")])
			}
			continue
		}
		s.attachment(o, path.Dir(entities), list)
	}
	slices.SortStableFunc(e.Docs, func(a, b *Doc) int { return cmp.Or(cmp.Compare(s.depth(a), s.depth(b)), cmp.Compare(s.at[a], s.at[b])) })
	at := map[string]int{}
	for _, d := range e.Docs {
		at[d.Parent]++
		for i, k := range d.Front {
			for j, v := range k.Values {
				d.Front[i].Values[j] = cmp.Or(s.people[v], v)
			}
		}
		d.Front = append([]Key{{Name: "weight", Values: []string{number(at[d.Parent])}}}, d.Front...)
		body := s.bodies[d.ID]
		d.text = func(l *links) string { return s.text(d, body, l) }
	}
	return nil
}

func (d *Doc) label(name string) {
	for i := range d.Front {
		if d.Front[i].Name == "tags" {
			d.Front[i].Values = append(d.Front[i].Values, name)
			return
		}
	}
	d.Front = append(d.Front, Key{"tags", []string{name}, true})
}

func (s *space) depth(d *Doc) (n int) {
	for n < maxDepth && s.docs[d.Parent] != nil {
		d = s.docs[d.Parent]
		n++
	}
	return n
}

// page takes in a page as it is now: versions of earlier days, drafts and what is in the bin are left out.
func (s *space) page(o *object) {
	switch {
	case o.value("originalVersion") != "":
		return
	case o.value("contentStatus") != "" && o.value("contentStatus") != "current":
		s.export.notes.add("drafts and deleted pages", o.value("title"), "they are left out; publish or restore what you want")
		return
	}
	d := &Doc{ID: o.id(), Parent: o.value("parent"), Title: cmp.Or(o.value("title"), o.id())}
	last, _, _ := strings.Cut(o.value("lastModificationDate"), " ")
	d.Front = edited(cmp.Or(o.value("creator"), o.value("creatorName")), cmp.Or(o.value("lastModifier"), o.value("lastModifierName")), last)
	d.Old = []string{"/pages/" + d.ID + "/"}
	s.at[d], _ = strconv.Atoi(o.value("position"))
	s.docs[d.ID] = d
	s.export.Docs = append(s.export.Docs, d)
}

// attachment takes in the newest version of an attachment.
func (s *space) attachment(o *object, root string, list []string) {
	d := s.docs[cmp.Or(o.value("containerContent"), o.value("content"))]
	name := cmp.Or(o.value("title"), o.value("fileName"))
	if d == nil || name == "" || o.value("originalVersion") != "" || o.value("contentStatus") == "deleted" {
		return
	}
	version := cmp.Or(o.value("version"), o.value("attachmentVersion"), "1")
	from := path.Join(root, "attachments", d.ID, o.id(), version)
	if _, found := slices.BinarySearch(list, from); !found {
		s.export.notes.add("attachments that are not in the export", d.Title, "export the space with attachments")
		return
	}
	n, _ := strconv.Atoi(version)
	key := d.ID + "/" + name
	if n <= s.version[key] {
		return
	}
	s.version[key] = n
	d.Files = append(slices.DeleteFunc(d.Files, func(f File) bool { return f.Name == name }), File{Name: name, From: from})
}

// text is the Markdown of a page.
func (s *space) text(d *Doc, body string, l *links) string {
	root, err := parseStorage(body)
	if err != nil {
		s.export.notes.add("pages whose text cannot be read to its end", d.Title, "compare the page with the one in Confluence")
	}
	for _, n := range all(root, func(*html.Node) bool { return true }) {
		if n.Parent != nil {
			s.element(n, d, l)
		}
	}
	return markdown(converting(), root)
}

// parseStorage reads the storage format, which is XML, as a tree of HTML. What stands before an error is kept.
func parseStorage(source string) (*html.Node, error) {
	root := element("div")
	in := xml.NewDecoder(bytes.NewReader([]byte("<div>" + strings.ReplaceAll(source, "]] >", "]]>") + "</div>")))
	in.Strict, in.Entity = false, xml.HTMLEntity
	at, depth := root, 0
	for {
		t, err := in.RawToken()
		if errors.Is(err, io.EOF) {
			return root, nil
		}
		if err != nil {
			return root, err
		}
		switch t := t.(type) {
		case xml.StartElement:
			if depth++; depth > 20*maxDepth {
				return root, errors.New("it nests too deep")
			}
			n := element(qualified(t.Name))
			for _, a := range t.Attr {
				n.Attr = append(n.Attr, html.Attribute{Key: qualified(a.Name), Val: a.Value})
			}
			at.AppendChild(n)
			at = n
		case xml.EndElement:
			for up := at; up != root; up = up.Parent { // an end that was never begun ends nothing
				if up.Data == qualified(t.Name) {
					at = up.Parent
					break
				}
			}
			depth--
		case xml.CharData:
			at.AppendChild(textNode(string(t)))
		}
	}
}

func qualified(n xml.Name) string {
	if n.Space == "" {
		return n.Local
	}
	return n.Space + ":" + n.Local
}

// child is the first child of that name.
func child(n *html.Node, name string) *html.Node {
	for c := n.FirstChild; c != nil; c = c.NextSibling {
		if c.Data == name && c.Type == html.ElementNode {
			return c
		}
	}
	return nil
}

// parameter is a parameter of a macro.
func parameter(n *html.Node, name string) string {
	for c := n.FirstChild; c != nil; c = c.NextSibling {
		if c.Data == "ac:parameter" && attr(c, "ac:name") == name {
			return strings.TrimSpace(text(c))
		}
	}
	return ""
}

// element makes of an element of the storage format one of HTML.
func (s *space) element(n *html.Node, d *Doc, l *links) {
	switch n.Data {
	case "ac:structured-macro", "ac:macro":
		s.macro(n, d)
	case "ac:link":
		s.link(n, d, l)
	case "ac:image":
		s.image(n, d, l)
	case "ac:task-list":
		n.Data = "div"
	case "ac:task":
		checked, body := "no", child(n, "ac:task-body")
		if status := child(n, "ac:task-status"); status != nil && text(status) == "complete" {
			checked = "yes"
		}
		replace(n, task, cmp.Or(body, n), "checked", checked)
	case "ac:emoticon", "ac:emoji":
		n.Parent.InsertBefore(textNode(cmp.Or(attr(n, "ac:emoji-fallback"), ":"+attr(n, "ac:name")+":")), n)
		n.Parent.RemoveChild(n)
	case "time":
		n.Parent.InsertBefore(textNode(attr(n, "datetime")), n)
		n.Parent.RemoveChild(n)
	case "ac:placeholder", "ac:parameter":
		n.Parent.RemoveChild(n)
	case "ac:layout", "ac:layout-section", "ac:layout-cell", "ac:rich-text-body", "ac:inline-comment-marker", "ac:adf-extension", "ac:adf-node", "ac:adf-content":
		unwrap(n)
	}
}

// macro makes of a macro what Markdown has for it.
func (s *space) macro(n *html.Node, d *Doc) {
	name := attr(n, "ac:name")
	body := child(n, "ac:rich-text-body")
	plain := child(n, "ac:plain-text-body")
	switch name {
	case "info", "note", "tip", "warning", "panel", "success", "error":
		replace(n, callout, cmp.Or(body, element("div")), "kind", boxes[name], "title", parameter(n, "title"))
	case "code", "noformat":
		source := ""
		if plain != nil {
			source = rawText(plain)
		}
		n.Parent.InsertBefore(code(parameter(n, "language"), source), n)
		n.Parent.RemoveChild(n)
	case "expand":
		replace(n, folded, cmp.Or(body, element("div")), "title", cmp.Or(parameter(n, "title"), "More"))
	case "status":
		strong := element("strong")
		strong.AppendChild(textNode(parameter(n, "title")))
		n.Parent.InsertBefore(strong, n)
		n.Parent.RemoveChild(n)
	case "toc", "children", "pagetree", "anchor", "recently-updated", "attachments", "livesearch": // the site has these of itself
		n.Parent.RemoveChild(n)
	case "section", "column", "excerpt", "details", "div":
		replace(n, "div", cmp.Or(body, element("div")))
	default:
		if body != nil {
			s.export.notes.add("the macro `"+name+"`", d.Title, "its text is kept in a box of that name; write in Markdown what it showed")
			replace(n, callout, body, "kind", "NOTE", "title", "Confluence: "+name)
			return
		}
		var said []string
		for c := n.FirstChild; c != nil; c = c.NextSibling {
			if c.Data == "ac:parameter" {
				said = append(said, attr(c, "ac:name")+": "+strings.TrimSpace(text(c)))
			}
		}
		if plain != nil {
			said = append(said, rawText(plain))
		}
		e := element("div")
		e.AppendChild(textNode(strings.Join(said, "\n")))
		n.Parent.InsertBefore(e, n)
		n.Parent.RemoveChild(n)
		s.export.unknown(e, name, d)
	}
}

// link is a link to a page, an attachment or somebody.
func (s *space) link(n *html.Node, d *Doc, l *links) {
	words := child(n, "ac:plain-text-link-body")
	if words == nil {
		words = child(n, "ac:link-body")
	}
	label, to := "", ""
	if words != nil {
		label = strings.TrimSpace(text(words))
	}
	switch {
	case child(n, "ri:page") != nil:
		title := attr(child(n, "ri:page"), "ri:content-title")
		label = cmp.Or(label, title)
		if to = l.to(l.titled(title)); to == "" {
			l.lost()
		} else if anchor := attr(n, "ac:anchor"); anchor != "" {
			to += "#" + slug(anchor)
		}
	case child(n, "ri:attachment") != nil:
		name := attr(child(n, "ri:attachment"), "ri:filename")
		label, to = cmp.Or(label, name), l.file(d, name)
	case child(n, "ri:user") != nil:
		u := child(n, "ri:user")
		key := cmp.Or(attr(u, "ri:userkey"), attr(u, "ri:account-id"), attr(u, "ri:username"))
		label = cmp.Or(label, s.people[key], key)
		to = l.to(l.titled(label))
	case attr(n, "ac:anchor") != "":
		label, to = cmp.Or(label, attr(n, "ac:anchor")), "#"+slug(attr(n, "ac:anchor"))
	}
	e := textNode(label)
	if to != "" {
		a := element("a", "href", to)
		a.AppendChild(e)
		e = a
	}
	n.Parent.InsertBefore(e, n)
	n.Parent.RemoveChild(n)
}

func (s *space) image(n *html.Node, d *Doc, l *links) {
	src, name := "", ""
	if at := child(n, "ri:attachment"); at != nil {
		name = attr(at, "ri:filename")
		src = l.file(d, name)
		if p := child(at, "ri:page"); p != nil {
			src = l.file(l.titled(attr(p, "ri:content-title")), name)
		}
	} else if u := child(n, "ri:url"); u != nil {
		src = attr(u, "ri:value")
	}
	if src == "" {
		s.export.notes.add("pictures that are not in the export", d.Title, "export the space with attachments")
		n.Parent.InsertBefore(textNode(cmp.Or(attr(n, "ac:alt"), name)), n)
		n.Parent.RemoveChild(n)
		return
	}
	replace(n, "img", nil, "src", src, "alt", cmp.Or(attr(n, "ac:alt"), strings.TrimSuffix(name, path.Ext(name))))
}
