package bring

import (
	"bytes"
	"cmp"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"path"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode"

	"golang.org/x/net/html"
	"golang.org/x/text/runes"
	"golang.org/x/text/transform"
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

// earlier reports whether it is a version of an earlier day.
func (o *object) earlier() bool {
	return cmp.Or(o.value("originalVersion"), o.value("originalVersionId")) != "" && o.value("contentStatus") != "draft"
}

// space is an export as XML.
type space struct {
	export  *Export
	docs    map[string]*Doc
	bodies  map[string]*object // by id of the page
	people  map[string]string  // names, by key
	keys    map[string]string  // of spaces, by id
	in      map[*Doc]string    // the id of its space
	at      map[*Doc]int       // among its siblings
	version map[string]int     // of attachments, by page and name
	labels  map[string]string
	later   []*object // which speak of pages that may come behind them
	cloud   bool
}

// objects reads the things of an export of the classes that are wanted. Characters that XML does not have, which exports do, are left out.
func objects(files fs.FS, entities string, wanted func(class string) bool, found func(*object)) error {
	f, err := files.Open(entities)
	if err != nil {
		return err
	}
	defer f.Close()
	in := xml.NewDecoder(transform.NewReader(f, transform.Chain(runes.ReplaceIllFormed(), runes.Remove(runes.Predicate(func(r rune) bool { return legible(r) < 0 })))))
	in.Strict, in.Entity = false, xml.HTMLEntity
	for {
		t, err := in.Token()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return fmt.Errorf("%s cannot be read: %w", entities, err)
		}
		start, ok := t.(xml.StartElement)
		if !ok || start.Name.Local != "object" {
			continue
		}
		if i := slices.IndexFunc(start.Attr, func(a xml.Attr) bool { return a.Name.Local == "class" }); i < 0 || !wanted(start.Attr[i].Value) {
			err = in.Skip()
		} else {
			o := &object{}
			if err = in.DecodeElement(o, &start); err == nil {
				found(o)
			}
		}
		if err != nil {
			return fmt.Errorf("%s cannot be read: %w", entities, err)
		}
	}
}

// storage reads an export as XML, whose texts are in Confluence's storage format.
func (e *Export) storage(files fs.FS, list []string, entities string) error {
	s := &space{export: e, docs: map[string]*Doc{}, bodies: map[string]*object{}, people: map[string]string{}, keys: map[string]string{}, in: map[*Doc]string{}, at: map[*Doc]int{}, version: map[string]int{}, labels: map[string]string{}}
	err := objects(files, entities, func(class string) bool { return class != "BodyContent" }, s.object)
	if len(e.Docs) == 0 {
		return cmp.Or(err, fmt.Errorf("%s holds no page that is published", entities))
	}
	// Bodies are read last, and only those of pages: earlier versions may be many times as much.
	again := objects(files, entities, func(class string) bool { return class == "BodyContent" }, func(o *object) {
		if id := o.value("content"); s.docs[id] != nil {
			s.bodies[id] = o
		}
	})
	if err = cmp.Or(err, again); err != nil {
		e.notes.add("an export that breaks off", "", "what stands before is brought; "+err.Error())
	}
	for _, o := range s.later {
		s.about(o, path.Dir(entities), list)
	}
	s.blog()
	slices.SortStableFunc(e.Docs, func(a, b *Doc) int {
		return cmp.Or(cmp.Compare(depth(s.docs, a), depth(s.docs, b)), cmp.Compare(s.at[a], s.at[b]), strings.Compare(strings.ToLower(a.Title), strings.ToLower(b.Title)))
	})
	for _, key := range slices.Sorted(maps.Values(s.keys)) {
		e.Tool += "-" + hyphened(key)
	}
	at := map[string]int{}
	for _, d := range e.Docs {
		at[d.Parent]++
		front := []Key{{Name: "weight", Values: []string{number(at[d.Parent])}}}
		for _, k := range d.Front {
			if k.Name == "owner" || k.Name == "last_edited_by" {
				if k.Values[0] = s.who(k.Values[0]); k.Values[0] == "" {
					continue
				}
			}
			front = append(front, k)
		}
		d.Front, d.Space = front, s.keys[s.in[d]]
		d.Old = addresses(d, s.cloud)
		d.text = func(l *links) string { return s.text(d, l) }
		d.places = func() map[string]string {
			root, _ := parseStorage(s.body(d)) // what is wrong with it is told when its text is made
			return places(root)
		}
	}
	return nil
}

// key is how Confluence calls somebody of whom an export knows no more.
var key = regexp.MustCompile(`^(?:[0-9a-f]{16,}|[0-9]+:[0-9a-f-]{20,}|[0-9]{5,})$`)

// who is a name of somebody, by key; "" where the export has none.
func (s *space) who(k string) string {
	if name := s.people[k]; name != "" {
		return name
	}
	if key.MatchString(k) {
		return ""
	}
	return k
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

// object takes in a thing of the export.
func (s *space) object(o *object) {
	switch o.Class {
	case "Page", "BlogPost", "Folder":
		s.page(o)
	case "ConfluenceUserImpl", "ConfluenceUser":
		name := cmp.Or(o.value("fullName"), o.value("name"))
		if key.MatchString(name) {
			name = "" // the cloud gives keys for names
		}
		s.people[o.id()] = name
		if account := o.value("atlassianAccountId"); account != "" {
			s.people[account], s.cloud = name, true
		}
	case "Label":
		if n := o.value("namespace"); n == "" || n == "global" { // others are somebody's own
			s.labels[o.id()] = o.value("name")
		}
	case "Space":
		s.keys[o.id()] = o.value("key")
	case "Attachment", "Labelling", "Comment", "ContentPermissionSet":
		s.later = append(s.later, o)
	case "PageTemplate":
		s.export.notes.add("templates", "", "they are left out; `handbook new` makes pages from types")
	case "Draft":
		s.export.notes.add("drafts and deleted pages", o.value("title"), "they are left out; publish or restore what you want")
	}
}

// page takes in a page as it is now: versions of earlier days, drafts and what is in the bin are left out.
func (s *space) page(o *object) {
	status := o.value("contentStatus")
	switch {
	case o.earlier():
		s.export.notes.add("earlier versions of pages", "", "they are left out; they stay in Confluence")
		return
	case status == "archived":
		s.export.notes.add("archived pages", o.value("title"), "they are left out; restore what you want")
		return
	case status != "" && status != "current":
		s.export.notes.add("drafts and deleted pages", o.value("title"), "they are left out; publish or restore what you want")
		return
	}
	d := &Doc{ID: o.id(), Parent: o.value("parent"), Title: cmp.Or(o.value("title"), o.id())}
	last, _, _ := strings.Cut(o.value("lastModificationDate"), " ")
	d.Front = edited(cmp.Or(o.value("creator"), o.value("creatorName")), cmp.Or(o.value("lastModifier"), o.value("lastModifierName")), last)
	if o.Class == "BlogPost" {
		d.Parent = blog
		if day, ok := dayOf(strings.Split(o.value("creationDate"), " ")[0]); ok {
			d.Front = append(d.Front, Key{Name: "date", Values: []string{day}})
		}
	}
	at, err := strconv.Atoi(o.value("position"))
	if err != nil {
		at = unplaced
	}
	s.at[d], s.in[d] = at, o.value("space")
	s.docs[d.ID] = d
	s.export.Docs = append(s.export.Docs, d)
}

// unplaced is the place of a page that is sorted by its title, behind those that somebody put in order.
const unplaced = 1<<31 - 2

// blog is the id of the page below which posts stand, which Confluence has beside the tree.
const blog = "blog"

func (s *space) blog() {
	if slices.ContainsFunc(s.export.Docs, func(d *Doc) bool { return d.Parent == blog }) {
		d := &Doc{ID: blog, Title: "Blog"}
		s.at[d] = unplaced + 1
		s.docs[blog] = d
		s.export.Docs = append(s.export.Docs, d)
	}
}

// about takes in what belongs to a page.
func (s *space) about(o *object, root string, list []string) {
	d := s.docs[cmp.Or(o.value("containerContent"), o.value("owningContent"), o.value("owner"), o.value("content"), o.value("labelableId"))]
	if d == nil {
		return
	}
	switch o.Class {
	case "Labelling":
		if name := s.labels[o.value("label")]; name != "" {
			d.label(name)
		}
	case "Comment":
		if status := o.value("contentStatus"); !o.earlier() && (status == "" || status == "current") {
			s.export.comment(d)
		}
	case "ContentPermissionSet":
		if what := map[string]string{"View": "read", "Edit": "write"}[o.value("type")]; what != "" {
			s.export.notes.add("pages that only some may "+what, d.Title, "restrictions are left out; see who may read the page here before you publish")
		}
	case "Attachment":
		s.attachment(o, d, root, list)
	}
}

func (e *Export) comment(d *Doc) {
	e.notes.add("comments", d.Title, "they are left out; write into the page what still holds")
}

// attachment takes in the newest version of an attachment.
func (s *space) attachment(o *object, d *Doc, root string, list []string) {
	name := cmp.Or(o.value("title"), o.value("fileName"))
	if name == "" || o.value("contentStatus") == "deleted" {
		return
	}
	if o.earlier() {
		s.export.notes.add("earlier versions of attachments", d.Title, "they are left out; they stay in Confluence")
		return
	}
	version := cmp.Or(o.value("version"), o.value("attachmentVersion"), "1")
	n, _ := strconv.Atoi(version)
	key := d.ID + "/" + name
	if n <= s.version[key] {
		return
	}
	from := path.Join(root, "attachments", d.ID, o.id(), version)
	if _, found := slices.BinarySearch(list, from); !found {
		s.export.notes.add("attachments that are not in the export", d.Title, "export the space with attachments")
		return
	}
	s.version[key] = n
	d.Files = append(slices.DeleteFunc(d.Files, func(f File) bool { return f.Name == name }), File{Name: name, From: from})
}

// body is the text of a page in the storage format.
func (s *space) body(d *Doc) string {
	if o := s.bodies[d.ID]; o != nil && o.value("bodyType") != "0" {
		return o.value("body")
	}
	return ""
}

// text is the Markdown of a page.
func (s *space) text(d *Doc, l *links) string {
	if o := s.bodies[d.ID]; o != nil && o.value("bodyType") == "0" && o.value("body") != "" {
		s.export.notes.add("pages in the wiki markup that Confluence had before its version 4", d.Title, "their text is kept as it is, in a block; export them from a newer version")
		return "```confluence-wiki\n" + strings.ReplaceAll(o.value("body"), "```", "'''") + "\n```"
	}
	root, err := parseStorage(s.body(d))
	if err != nil {
		s.export.notes.add("pages whose text cannot be read to its end", d.Title, "compare the page with the one in Confluence")
	}
	walk(root, func(n *html.Node) { s.element(n, d, l) })
	d.properties(root)
	return markdown(converting(), root)
}

// control is a character that XML does not have, as a number.
var control = regexp.MustCompile(`&#(?:x0*(?:[0-8bcefBCEF]|1[0-9a-fA-F])|0*(?:[0-8]|1[124-9]|2[0-9]|3[01]));`)

// parseStorage reads the storage format, which is XML, as a tree of HTML. What stands before an error is kept.
func parseStorage(source string) (*html.Node, error) {
	root := element("div")
	source = control.ReplaceAllString(strings.ReplaceAll(source, "]] >", "]]>"), "")
	in := xml.NewDecoder(bytes.NewReader([]byte("<div>" + source + "</div>")))
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

// parameter is a parameter of a macro; the one without a name is "".
func (s *space) parameter(n *html.Node, name string) string {
	for c := n.FirstChild; c != nil; c = c.NextSibling {
		if c.Data == "ac:parameter" && attr(c, "ac:name") == name || c.Data == "ac:default-parameter" && name == "" {
			return s.said(c)
		}
	}
	return ""
}

// said is the text of a parameter, with the names of what it points at.
func (s *space) said(n *html.Node) string {
	var words []string
	each(n, func(n *html.Node) {
		said := ""
		switch n.Data {
		case "ri:page", "ri:blog-post":
			said = attr(n, "ri:content-title")
		case "ri:attachment":
			said = attr(n, "ri:filename")
		case "ri:space":
			said = attr(n, "ri:space-key")
		case "ri:url":
			said = attr(n, "ri:value")
		case "ri:user":
			said = s.who(cmp.Or(attr(n, "ri:userkey"), attr(n, "ri:account-id"), attr(n, "ri:username")))
		default:
			if n.Type == html.TextNode {
				said = strings.TrimSpace(n.Data)
			}
		}
		if said != "" {
			words = append(words, said)
		}
	})
	return strings.Join(words, ", ")
}

// element makes of an element of the storage format one of HTML.
func (s *space) element(n *html.Node, d *Doc, l *links) {
	switch n.Data {
	case "ac:structured-macro", "ac:macro":
		s.macro(n, d, l)
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
		put(textNode(emoji(n)), n)
	case "time":
		put(textNode(cmp.Or(attr(n, "datetime"), text(n))), n)
	case "ac:placeholder":
		s.export.notes.add("placeholders in texts", d.Title, "they are left out; they asked for words that nobody wrote")
		n.Parent.RemoveChild(n)
	case "ac:adf-extension":
		s.extension(n, d)
	case "a":
		l.mend(n, d)
	case "ac:layout", "ac:layout-section", "ac:layout-cell", "ac:inline-comment-marker", "ac:caption", "ac:link-body", "ac:rich-text-body":
		unwrap(n)
	default:
		switch prefix, _, foreign := strings.Cut(n.Data, ":"); {
		case foreign && (prefix == "ac" || prefix == "ri" || prefix == "at"):
			s.export.notes.add("the element `"+n.Data+"`", d.Title, "its text is kept; see the page in Confluence for what it showed")
			unwrap(n)
		default:
			s.export.plain(n, d)
		}
	}
}

// emoji is a sign by what the storage format says of it.
func emoji(n *html.Node) string {
	if sign := attr(n, "ac:emoji-fallback"); sign != "" && !strings.HasPrefix(sign, ":") {
		return sign
	}
	var sign []rune
	for part := range strings.SplitSeq(attr(n, "ac:emoji-id"), "-") {
		r, err := strconv.ParseUint(part, 16, 21)
		if err != nil {
			sign = nil
			break
		}
		sign = append(sign, rune(r))
	}
	name := strings.Trim(cmp.Or(attr(n, "ac:emoji-shortname"), attr(n, "ac:emoji-fallback"), attr(n, "ac:name")), ":")
	return cmp.Or(string(sign), signs[attr(n, "ac:name")], signs[name], ":"+strings.ReplaceAll(cmp.Or(name, "emoji"), " ", "_")+":")
}

// signs are those that Confluence has names of its own for.
var signs = map[string]string{
	"smile": "🙂", "sad": "🙁", "cheeky": "😛", "laugh": "😃", "wink": "😉", "thumbs-up": "👍", "thumbs-down": "👎", "information": "ℹ️", "tick": "✅", "cross": "❌", "cross_mark": "❌",
	"check_mark": "✅", "warning": "⚠️", "plus": "➕", "minus": "➖", "question": "❓", "light-on": "💡", "light-off": "💡", "yellow-star": "⭐", "red-star": "⭐", "green-star": "⭐", "blue-star": "⭐",
	"heart": "❤️", "broken-heart": "💔",
}

// extension is what the cloud's editor has beyond the storage format: a panel, or else what the export shows in its place.
func (s *space) extension(n *html.Node, d *Doc) {
	node := child(n, "ac:adf-node")
	fallback := child(n, "ac:adf-fallback")
	if node == nil {
		replace(n, "div", cmp.Or(fallback, n))
		return
	}
	kind, content := attr(node, "type"), child(node, "ac:adf-content")
	of := ""
	for c := node.FirstChild; c != nil; c = c.NextSibling {
		if c.Data == "ac:adf-attribute" && strings.HasSuffix(attr(c, "key"), "panel-type") {
			of = text(c)
		}
	}
	if kind == "panel" {
		replace(n, callout, cmp.Or(content, fallback, element("div")), "kind", cmp.Or(boxes[of], "NOTE"))
		return
	}
	s.export.macro(kind, d, "its text is kept in a box of that name; write in Markdown what it showed")
	replace(n, callout, cmp.Or(content, fallback, element("div")), "kind", "NOTE", "title", "Confluence: "+kind)
}

// own are macros that list what the site lists of itself.
var own = wordSet("toc children pagetree pagetreesearch livesearch recently-updated recently-updated-dashboard index")

// filed are macros that show attachments.
var filed = wordSet("view-file viewfile viewpdf viewdoc viewxls viewppt multimedia")

// drawn are macros whose drawing is attached as a picture, too.
var drawn = wordSet("drawio drawio-sketch inc-drawio gliffy lucidchart")

// macro makes of a macro what Markdown has for it.
func (s *space) macro(n *html.Node, d *Doc, l *links) {
	name := attr(n, "ac:name")
	body := child(n, "ac:rich-text-body")
	plain := child(n, "ac:plain-text-body")
	title := s.parameter(n, "title")
	switch {
	case boxes[name] != "":
		replace(n, callout, cmp.Or(body, element("div")), "kind", boxes[name], "title", title)
	case name == "code" || name == "noformat":
		source := ""
		if plain != nil {
			source = rawText(plain)
		}
		put(code(language(s.parameter(n, "language")), title, source), n)
	case name == "expand":
		replace(n, folded, cmp.Or(body, element("div")), "title", cmp.Or(title, "More"))
	case name == "status":
		e := element("strong")
		e.AppendChild(textNode(title))
		put(e, n)
	case name == "anchor":
		put(element(target, "id", slug(s.parameter(n, ""))), n)
	case own[name]:
		s.export.macro(name, d, "it is left out; the site has such lists of its own")
		n.Parent.RemoveChild(n)
	case name == "attachments" || name == "gallery":
		put(l.attached(d), n)
	case filed[name]:
		file := s.parameter(n, "name")
		if to := l.file(d, file); to != "" {
			put(linkTo(to, file), n)
			return
		}
		s.export.macro(name, d, "the file is not in the export; export the space with attachments")
		put(textNode(file), n)
	case drawn[name]:
		drawing := cmp.Or(s.parameter(n, "diagramName"), s.parameter(n, "name"))
		s.export.macro(name, d, "its picture is kept, where the export has one; the drawing stays in Confluence")
		if to := l.file(d, drawing+".png"); to != "" {
			put(element("img", "src", to, "alt", drawing), n)
			return
		}
		put(textNode(drawing), n)
	case name == "jira" && s.parameter(n, "key") != "":
		s.export.macro(name, d, "the key of the issue is kept; link to the issue")
		put(textNode(s.parameter(n, "key")), n)
	case name == "include" || name == "excerpt-include":
		s.include(n, name, d, l)
	case name == "details" && body != nil:
		replace(n, facts, body)
	case (name == "section" || name == "column" || name == "excerpt" || name == "div" || name == "span" || name == "center" || name == "toc-zone") && body != nil:
		replace(n, "div", body)
	case body != nil:
		s.export.macro(name, d, "its text is kept in a box of that name; write in Markdown what it showed")
		if told := s.told(n); len(told) > 0 {
			title = " (" + strings.Join(told, ", ") + ")"
		}
		replace(n, callout, body, "kind", "NOTE", "title", "Confluence: "+name+title)
	default:
		s.unknown(n, name, plain, d)
	}
}

// unknown keeps what a macro is told, and the text in it, in a block that names it; among words as code.
func (s *space) unknown(n *html.Node, name string, plain *html.Node, d *Doc) {
	said := s.told(n)
	if plain != nil {
		said = append(said, rawText(plain))
	}
	name = cmp.Or(name, "without a name")
	s.export.macro(name, d, "what it says is kept in a block of that name; write in Markdown what it showed")
	if plain == nil && among(n) {
		e := element("code")
		e.AppendChild(textNode(strings.TrimRight("confluence-"+slug(name)+" "+strings.Join(said, ", "), " ")))
		put(e, n)
		return
	}
	put(marked(name, strings.Join(said, "\n")), n)
}

// told are the parameters of a macro.
func (s *space) told(n *html.Node) (all []string) {
	for c := n.FirstChild; c != nil; c = c.NextSibling {
		if c.Data != "ac:parameter" && c.Data != "ac:default-parameter" {
			continue
		}
		line := s.said(c)
		if key := attr(c, "ac:name"); key != "" {
			line = key + ": " + line
		}
		if line != "" {
			all = append(all, line)
		}
	}
	return all
}

// marked is a block that names a macro, and holds what it is told.
func marked(name, said string) *html.Node {
	return code("confluence-"+slug(name), "Confluence: "+name, cmp.Or(said, "the macro "+name))
}

func (e *Export) macro(name string, d *Doc, help string) {
	e.notes.add("the macro `"+name+"`", d.Title, help)
}

// among reports whether an element stands among words.
func among(n *html.Node) bool {
	if n.Parent == nil || n.Parent.Data == "ac:rich-text-body" || n.Parent.Data == "div" {
		return false
	}
	for _, c := range []*html.Node{n.PrevSibling, n.NextSibling} {
		if c != nil && (c.Type == html.TextNode && strings.TrimSpace(c.Data) != "" || c.Type == html.ElementNode && !blocks[c.Data] && strings.TrimSpace(text(c)) != "") {
			return true
		}
	}
	return isHeading(n.Parent)
}

// include is the text of another page: shown in place where it is all of it, else linked to.
func (s *space) include(n *html.Node, name string, d *Doc, l *links) {
	title, key := "", ""
	if p := find(n, func(n *html.Node) bool { return n.Data == "ri:page" || n.Data == "ri:blog-post" }); p != nil {
		title, key = attr(p, "ri:content-title"), attr(p, "ri:space-key")
	} else {
		title = s.parameter(n, "")
	}
	to := l.titled(title, key)
	p := element("p")
	switch {
	case to == nil:
		l.lost()
		s.export.macro(name, d, "what it showed is not in the export; export that page too")
		p.AppendChild(textNode(title))
	case name == "include" && to != d:
		p = element(embed, "of", idOf(to.path))
	default:
		s.export.macro(name, d, "a link leads to the page that it showed a part of")
		p.AppendChild(linkTo(l.to(to), to.Title))
	}
	put(p, n)
}

// language is a language of code as Markdown calls it.
func language(name string) string {
	name = strings.Map(func(r rune) rune {
		if unicode.IsLetter(r) || unicode.IsDigit(r) || strings.ContainsRune("+#-_/.", r) {
			return r
		}
		return -1
	}, strings.ToLower(name))
	switch name {
	case "none", "text", "plain", "handbook": // a block of the last is a view
		return ""
	case "html/xml", "xhtml":
		return "xml"
	case "c#":
		return "csharp"
	case "c++":
		return "cpp"
	case "actionscript3":
		return "actionscript"
	}
	return name
}

func linkTo(to, words string) *html.Node {
	a := element("a", "href", to)
	a.AppendChild(textNode(words))
	return a
}

// link is a link to a page, an attachment or somebody.
func (s *space) link(n *html.Node, d *Doc, l *links) {
	words := cmp.Or(child(n, "ac:plain-text-link-body"), child(n, "ac:link-body"))
	label, to := "", ""
	anchor := attr(n, "ac:anchor")
	thing := find(n, func(n *html.Node) bool { return strings.HasPrefix(n.Data, "ri:") })
	if thing == nil {
		thing = n
	}
	switch thing.Data {
	case "ri:page", "ri:blog-post", "ri:content-entity":
		label = attr(thing, "ri:content-title")
		doc := cmp.Or(l.byID[attr(thing, "ri:content-id")], l.titled(label, attr(thing, "ri:space-key")))
		if doc == nil {
			l.lost()
			break
		}
		label, to = doc.Title, l.place(doc, anchor)
	case "ri:attachment":
		label = attr(thing, "ri:filename")
		of := d
		if p := child(thing, "ri:page"); p != nil {
			of = cmp.Or(l.titled(attr(p, "ri:content-title"), attr(p, "ri:space-key")), d)
		}
		if to = l.file(of, label); to == "" {
			s.export.notes.add("attachments that are not in the export", d.Title, "export the space with attachments")
		}
	case "ri:user":
		if label = s.said(thing); label == "" {
			s.export.notes.add("mentions of people whose names are not in the export", d.Title, "write who they are")
			label = "somebody"
		}
		to = l.to(l.titled(label, ""))
	case "ri:url":
		label, to = attr(thing, "ri:value"), attr(thing, "ri:value")
	case "ri:space", "ri:shortcut":
		label = cmp.Or(attr(thing, "ri:space-key"), attr(thing, "ri:parameter"))
		l.lost()
	case "ac:link":
		label = anchor
		if anchor != "" {
			to = l.place(d, anchor)
		}
	default:
		s.export.notes.add("the element `"+thing.Data+"`", d.Title, "its text is kept; see the page in Confluence for what it showed")
	}
	e := element("span")
	if to != "" {
		e = element("a", "href", to)
	}
	if words != nil {
		for c := words.FirstChild; c != nil; c = words.FirstChild {
			words.RemoveChild(c)
			e.AppendChild(c)
		}
	}
	if e.FirstChild == nil || strings.TrimSpace(text(e)) == "" && find(e, func(n *html.Node) bool { return n.Data == "ac:image" }) == nil {
		e.AppendChild(textNode(label))
	}
	put(e, n)
}

func (s *space) image(n *html.Node, d *Doc, l *links) {
	src, name := "", ""
	if at := child(n, "ri:attachment"); at != nil {
		name = attr(at, "ri:filename")
		src = l.file(d, name)
		if p := child(at, "ri:page"); p != nil {
			if of := l.titled(attr(p, "ri:content-title"), attr(p, "ri:space-key")); of != nil {
				src = l.file(of, name)
			}
		}
	} else if u := child(n, "ri:url"); u != nil {
		src = attr(u, "ri:value")
	}
	caption := child(n, "ac:caption")
	e := textNode(cmp.Or(attr(n, "ac:alt"), name))
	if src == "" {
		s.export.notes.add("pictures that are not in the export", d.Title, "export the space with attachments")
	} else {
		e = element("img", "src", src, "alt", cmp.Or(attr(n, "ac:alt"), strings.TrimSuffix(name, path.Ext(name))))
	}
	if caption != nil && strings.TrimSpace(text(caption)) != "" {
		n.RemoveChild(caption)
		n.Parent.InsertBefore(caption, n.NextSibling)
		if child(caption, "p") != nil {
			caption.Data = "div"
		} else {
			caption.Data = "p"
		}
	}
	put(e, n)
}
