// Package bring makes pages of what other tools export: Confluence's spaces, Notion's archives, tables as CSV.
//
// Each reader gives documents: what they are called, below which they stand, what is known of them, and how their text reads once
// links lead to where the documents will lie. Then they get their places, are written as Markdown, and are compared with what lies
// there already (see Plan). HTML becomes Markdown by github.com/JohannesKaufmann/html-to-markdown; own code is what is the tools' own.
//
// An export is hostile: its names are not paths, its archives may be bombs, its HTML may be broken. Nothing of it is run.
// What is not understood is kept as text in a marked block and told; nothing is dropped in silence. Who edited a document has not
// reviewed it, so the day of an edit is never one of a review.
package bring

import (
	"bytes"
	"cmp"
	"errors"
	"io/fs"
	"path"
	"regexp"
	"slices"
	"strings"
	"unicode"

	"go.yaml.in/yaml/v3"
)

// Export is what a tool gave, before it has a place.
type Export struct {
	Tool  string // and what of it was exported, as far as it says: "confluence-pay"
	Docs  []*Doc // parents before children, siblings in their order
	notes notes
}

// Doc is one document of an export.
type Doc struct {
	ID     string // in the tool, by which it is known again
	Parent string // ID of the document that it stands below; "" for none
	Space  string // its key, of Confluence
	Title  string
	Front  []Key    // frontmatter behind the title, in order
	Old    []string // its addresses in the tool, below the root: "/display/PAY/Refunds/"
	Files  []File   // what is attached to it

	file   string                    // its own in the export
	text   func(links *links) string // its Markdown
	places func() map[string]string  // where links may lead to in it, with the ids on its page; nil for nowhere
	folder string                    // below which its children lie; set by place
	path   string                    // set by place
}

// Key is a line of frontmatter.
type Key struct {
	Name   string
	Values []string
	List   bool // it is a list, be it of one
}

// File is an attachment.
type File struct {
	Name string // as its document calls it
	From string // in the export
	path string // set by place

	shown bool // a text leads to it
}

// Note tells of something that was not understood, or not brought.
type Note struct {
	What  string   `json:"what"` // "the macro `jira`"
	Count int      `json:"count"`
	Pages []string `json:"pages,omitempty"` // the titles of the documents that have it
	Help  string   `json:"help"`
}

type notes struct {
	list []Note
	at   map[string]int
}

// add counts what a document has; page is "" for what is of none.
func (n *notes) add(what, page, help string) {
	i, ok := n.at[what]
	if !ok {
		if n.at == nil {
			n.at = map[string]int{}
		}
		i = len(n.list)
		n.at[what] = i
		n.list = append(n.list, Note{What: what, Help: help})
	}
	note := &n.list[i]
	note.Count++
	if last := len(note.Pages) - 1; page != "" && (last < 0 || note.Pages[last] != page) {
		note.Pages = append(note.Pages, page)
	}
}

// took takes over notes that were made before.
func (n *notes) took(list []Note) {
	for _, note := range list {
		n.add(note.What, "", note.Help)
		n.list[n.at[note.What]].Count = note.Count
	}
}

func (e *Export) unreadable(name string) {
	e.notes.add("pages that cannot be read", path.Base(name), "they are left out; export them again")
}

// Notes are told most often first.
func (e *Export) Notes() []Note {
	list := slices.Clone(e.notes.list)
	slices.SortStableFunc(list, func(a, b Note) int { return cmp.Compare(b.Count, a.Count) })
	return list
}

// Output is a file as it is to be written: below the content folder, with slashes.
type Output struct {
	Path   string
	Source string                 // the document's or attachment's id, with the tool: "confluence-pay:12345"
	Data   func() ([]byte, error) // asked for one by one: attachments may be larger than the memory
}

// Write places the documents below a folder of the content, and gives their files. known are the paths at which documents of earlier
// imports lie, by Source, so that a new title moves nothing.
func (e *Export) Write(archive fs.FS, into string, known map[string]string) []Output {
	e.place(into, known)
	links := newLinks(e)
	var all []Output
	old := map[string]bool{}
	for _, d := range e.Docs {
		links.from = d
		d.Old = slices.DeleteFunc(d.Old, func(address string) bool {
			was := old[strings.ToLower(address)]
			old[strings.ToLower(address)] = true
			return was
		})
		text := d.text(links) // which may add to what is known of it
		data := file(d, text+links.rest())
		all = append(all, Output{d.path, e.Tool + ":" + d.ID, func() ([]byte, error) { return data, nil }})
		for _, f := range d.Files {
			if ext := strings.ToLower(path.Ext(f.path)); ext == ".html" || ext == ".htm" || ext == ".xhtml" {
				e.notes.add("attachments that a browser runs", d.Title, "they are published as they are; see what they do, or delete them")
			}
			all = append(all, Output{f.path, e.Tool + ":" + d.ID + "/" + f.Name, func() ([]byte, error) { return readFile(archive, f.From) }})
		}
	}
	return all
}

// file writes a document as a file.
func file(d *Doc, text string) []byte {
	front := &yaml.Node{Kind: yaml.MappingNode}
	add := func(key string, value *yaml.Node) {
		front.Content = append(front.Content, scalar(key), value)
	}
	add("title", words(d.Title))
	for _, k := range d.Front {
		switch {
		case k.List || len(k.Values) > 1:
			add(k.Name, list(yaml.FlowStyle, k.Values))
		case len(k.Values) == 1:
			add(k.Name, scalar(k.Values[0]))
		}
	}
	if len(d.Old) > 0 {
		add("aliases", list(0, d.Old))
	}
	var b bytes.Buffer
	b.WriteString("---\n")
	out := yaml.NewEncoder(&b)
	out.SetIndent(2)
	if err := errors.Join(out.Encode(front), out.Close()); err != nil {
		panic(err) // texts can always be written
	}
	b.WriteString("---\n")
	if text = strings.TrimSpace(text); text != "" {
		b.WriteString(text + "\n")
	}
	return b.Bytes()
}

// plain is a number or a day, which means itself without quotes.
var plain = regexp.MustCompile(`^(?:0|-?[1-9][0-9]{0,14}|[0-9]{4}-[0-9]{2}-[0-9]{2})$`)

// scalar is a value of frontmatter.
func scalar(s string) *yaml.Node {
	if plain.MatchString(s) {
		return &yaml.Node{Kind: yaml.ScalarNode, Value: s}
	}
	return words(s)
}

// words are a text on one line.
func words(s string) *yaml.Node {
	s = strings.Map(func(r rune) rune {
		if unicode.IsControl(r) || unicode.In(r, unicode.Zl, unicode.Zp) || r == '\ufeff' {
			return ' '
		}
		return r
	}, strings.ToValidUTF8(s, "�"))
	return &yaml.Node{Kind: yaml.ScalarNode, Tag: "!!str", Value: strings.Join(strings.Fields(s), " ")}
}

func list(style yaml.Style, values []string) *yaml.Node {
	n := &yaml.Node{Kind: yaml.SequenceNode, Style: style}
	for _, v := range values {
		n.Content = append(n.Content, words(v))
	}
	return n
}
