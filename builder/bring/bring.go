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
	"cmp"
	"fmt"
	"io/fs"
	"slices"
	"strconv"
	"strings"
)

// Export is what a tool gave, before it has a place.
type Export struct {
	Tool  string // "confluence"
	Docs  []*Doc // parents before children, siblings in their order
	notes notes
}

// Doc is one document of an export.
type Doc struct {
	ID     string // in the tool, by which it is known again
	Parent string // ID of the document that it stands below; "" for none
	Title  string
	Front  []Key    // frontmatter behind the title, in order
	Old    []string // its addresses in the tool, below the root: "/display/PAY/Refunds/"
	Files  []File   // what is attached to it

	file   string                    // its own in the export
	text   func(links *links) string // its Markdown
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
}

// Note tells of something that was not understood, or not brought.
type Note struct {
	What  string // "the macro `jira`"
	Count int
	First string // the title of the document with the first one; "" for none
	Help  string
}

type notes struct {
	list []Note
	at   map[string]int
}

func (n *notes) add(what, first, help string) {
	i, ok := n.at[what]
	if !ok {
		if n.at == nil {
			n.at = map[string]int{}
		}
		i = len(n.list)
		n.at[what] = i
		n.list = append(n.list, Note{What: what, First: first, Help: help})
	}
	n.list[i].Count++
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
	Source string // the document's or attachment's id, with the tool: "confluence:12345"
	Data   []byte
}

// Write places the documents below a folder of the content, and gives their files. known are the paths at which documents of earlier
// imports lie, by Source, so that a new title moves nothing.
func (e *Export) Write(archive fs.FS, into string, known map[string]string) ([]Output, error) {
	e.place(into, known)
	links := newLinks(e)
	var all []Output
	for _, d := range e.Docs {
		links.from = d
		text := d.text(links)
		all = append(all, Output{d.path, e.Tool + ":" + d.ID, page(d, text)})
		for _, f := range d.Files {
			data, err := readFile(archive, f.From)
			if err != nil {
				e.notes.add("attachments that cannot be read", d.Title, "look at "+f.From+" in the export")
				continue
			}
			all = append(all, Output{f.path, e.Tool + ":" + d.ID + "/" + f.Name, data})
		}
	}
	return all, nil
}

// page writes a document as a file.
func page(d *Doc, text string) []byte {
	var b strings.Builder
	b.WriteString("---\ntitle: " + quoted(d.Title) + "\n")
	for _, k := range d.Front {
		switch {
		case len(k.Values) == 0:
		case k.List || len(k.Values) > 1:
			all := make([]string, len(k.Values))
			for i, v := range k.Values {
				all[i] = quoted(v)
			}
			fmt.Fprintf(&b, "%s: [%s]\n", k.Name, strings.Join(all, ", "))
		default:
			value := k.Values[0]
			if !isNumber(value) {
				value = quoted(value)
			}
			fmt.Fprintf(&b, "%s: %s\n", k.Name, value)
		}
	}
	if len(d.Old) > 0 {
		b.WriteString("aliases:\n")
		for _, old := range d.Old {
			b.WriteString("  - " + quoted(old) + "\n")
		}
	}
	b.WriteString("---\n")
	if text = strings.TrimSpace(text); text != "" {
		b.WriteString(text + "\n")
	}
	return []byte(b.String())
}

// quoted writes a value of YAML, in quotes where it could mean anything else than its text.
func quoted(s string) string {
	s = strings.Join(strings.Fields(strings.ToValidUTF8(s, "�")), " ")
	if plainYAML(s) {
		return s
	}
	return `"` + strings.NewReplacer(`\`, `\\`, `"`, `\"`).Replace(strings.Map(printable, s)) + `"`
}

// plainYAML reports whether a text is a plain scalar that is read as itself: a day, or words that begin with a letter and hold no mark.
func plainYAML(s string) bool {
	if isDay(s) {
		return true
	}
	if s == "" || !isLetter(s[0]) || strings.ContainsAny(s, ":#[]{},&*!|>'\"%@`\\\t=?") {
		return false
	}
	switch strings.ToLower(s) {
	case "true", "false", "yes", "no", "on", "off", "null", "y", "n":
		return false
	}
	return strings.IndexFunc(s, func(r rune) bool { return printable(r) < 0 }) < 0
}

func isLetter(c byte) bool { return 'a' <= c|0x20 && c|0x20 <= 'z' || c >= 0x80 }

// isNumber tells a number that is written as YAML writes it.
func isNumber(s string) bool {
	f, err := strconv.ParseFloat(s, 64)
	return err == nil && strconv.FormatFloat(f, 'f', -1, 64) == s
}

// isDay tells YYYY-MM-DD.
func isDay(s string) bool {
	if len(s) != 10 || s[4] != '-' || s[7] != '-' {
		return false
	}
	for i := range len(s) {
		if i != 4 && i != 7 && (s[i] < '0' || s[i] > '9') {
			return false
		}
	}
	return true
}

func printable(r rune) rune {
	if r < ' ' || r == 0x7f || 0x80 <= r && r < 0xa0 || r == 0xfeff || r == 0x2028 || r == 0x2029 {
		return -1
	}
	return r
}
