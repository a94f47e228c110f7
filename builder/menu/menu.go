// Package menu reads the files in which other generators say the order of pages: one reader a format, and one value for all of
// them, book.Menu. It runs nothing. A file that is a program is told, and the pages keep the order that they have without it.
package menu

import (
	"fmt"
	"path"
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"

	"handbook/builder/book"
	"handbook/builder/diag"
	"handbook/builder/origin"
)

// File is a file of another generator.
type File struct {
	Path string // from the top of the repository, with slashes
	Name string // as messages name it
	Data []byte
}

// Deep and long lists are cut off, because an alias in YAML can stand for any number of them.
const (
	maxDepth   = 16
	maxEntries = 20_000
)

// Read gives the order of the pages in a folder, which is mount below the top of the repository, as the files of a generator say
// it; nil where they say nothing.
func Read(of origin.Generator, files []File, mount string) (*book.Menu, diag.List) {
	r := &reader{mount: mount, menu: &book.Menu{Numbered: of == origin.Docusaurus, Parents: of == origin.Jekyll}}
	switch of {
	case origin.Docusaurus:
		r.menu.Exclude = "unlisted"
	case origin.Jekyll:
		r.menu.Exclude = "nav_exclude"
	case origin.Starlight:
		r.menu.Exclude = "sidebar.hidden"
	case origin.Hugo:
		r.menu.Weight = []string{"menus.main.weight", "menu.main.weight"}
	}
	files = slices.Clone(files)
	slices.SortStableFunc(files, func(a, b File) int { return strings.Count(b.Path, "/") - strings.Count(a.Path, "/") }) // the nearest counts first
	for _, w := range wholes {                                                                                           // what orders everything comes before what orders one folder
		for i := range files {
			if w.of == of && slices.Contains(w.names, path.Base(files[i].Path)) {
				r.read(&files[i], w.read)
			}
		}
	}
	for i := range files {
		if read := readers[path.Base(files[i].Path)]; read != nil {
			r.read(&files[i], read)
		}
	}
	if r.menu.Empty() {
		return nil, r.msgs
	}
	return r.menu, r.msgs
}

// readers are those of files that order their own folder, by name.
var readers = map[string]func(*reader){
	".pages": (*reader).pages, ".nav.yml": (*reader).pages,
	"_category_.json": (*reader).category, "_category_.yml": (*reader).category, "_category_.yaml": (*reader).category,
	"_meta.json": (*reader).meta, "_meta.js": (*reader).meta, "_meta.ts": (*reader).meta, "_meta.jsx": (*reader).meta, "_meta.tsx": (*reader).meta,
	".order": (*reader).order, "toc.yml": (*reader).toc,
}

// wholes are those of files that order a whole site of a generator.
var wholes = []struct {
	of    origin.Generator
	names []string
	read  func(*reader)
}{
	{origin.MkDocs, []string{"mkdocs.yml", "mkdocs.yaml"}, (*reader).mkdocs},
	{origin.MkDocs, []string{"SUMMARY.md"}, (*reader).summary},
	{origin.MdBook, []string{"SUMMARY.md"}, (*reader).summary},
	{origin.GitBook, []string{"SUMMARY.md"}, (*reader).summary},
	{origin.Docusaurus, []string{"sidebars.json"}, (*reader).sidebars},
	{origin.Docusaurus, []string{"sidebars.js", "sidebars.ts"}, (*reader).sidebars},
	{origin.VitePress, []string{"config.js", "config.ts", "config.mjs", "config.mts", "index.ts", "index.js"}, (*reader).sidebarOf},
	{origin.Starlight, []string{"astro.config.mjs", "astro.config.ts", "astro.config.js"}, (*reader).sidebarOf},
	{origin.Rspress, []string{"rspress.config.ts", "rspress.config.js"}, (*reader).sidebarOf},
	{origin.MyST, []string{"myst.yml", "_toc.yml"}, (*reader).mystToc},
	{origin.Hugo, []string{"hugo.toml", "hugo.yaml", "hugo.yml", "config.toml", "config.yaml", "config.yml", "menus.toml", "menus.yaml", "menu.toml", "menu.yaml"}, (*reader).hugo},
}

// reader reads one file after the other.
type reader struct {
	mount string
	menu  *book.Menu
	msgs  diag.List

	file    *File
	dir     string // in which it lies, from the top
	lines   *diag.Lines
	entries int
}

func (r *reader) read(f *File, read func(*reader)) {
	r.file, r.lines, r.dir = f, nil, path.Dir(f.Path)
	read(r)
}

// below is a path from the top as one below the content folder.
func (r *reader) below(p string) (string, bool) {
	p = path.Clean(p)
	if r.mount == "" || r.mount == "." {
		return p, !strings.HasPrefix(p, "..")
	}
	if p == r.mount {
		return ".", true
	}
	return strings.CutPrefix(p, r.mount+"/")
}

// folder is below for a folder that a list orders: one above the content folder is the content folder itself.
func (r *reader) folder(p string) string {
	below, ok := r.below(p)
	if !ok || below == "." {
		return ""
	}
	return below
}

func (r *reader) add(l book.MenuList) {
	l.At.File = r.file.Name
	r.menu.Lists = append(r.menu.Lists, l)
}

// leads reads where an entry leads: elsewhere, or to what lies below a folder. What is neither, and lies outside the content
// folder, is no entry.
func (r *reader) leads(e *book.MenuEntry, to, base string) bool {
	to = strings.TrimSpace(to)
	if strings.HasPrefix(to, "https://") || strings.HasPrefix(to, "http://") {
		e.URL = to
		return true
	}
	to, _, _ = strings.Cut(to, "#")
	if scheme, _, ok := strings.Cut(to, ":"); to == "" || ok && !strings.Contains(scheme, "/") {
		return false
	}
	below, ok := r.below(path.Join(base, to))
	e.Path = below
	return ok
}

// more counts entries, and says whether one more may be read.
func (r *reader) more() bool {
	r.entries++
	return r.entries <= maxEntries
}

// yaml parses the file, JSON and what a program exports included; nil for what cannot be read, which is told.
func (r *reader) yaml() *yaml.Node {
	if ext := path.Ext(r.file.Path); strings.HasPrefix(ext, ".js") && ext != ".json" || strings.HasPrefix(ext, ".ts") {
		n := r.writtenOut(exportForm)
		if n == nil {
			r.program()
		}
		return n
	}
	data := r.file.Data
	if path.Ext(r.file.Path) == ".json" {
		data = []byte(strings.ReplaceAll(string(data), "\t", " ")) // which YAML does not take
	}
	var doc yaml.Node
	if err := yaml.Unmarshal(data, &doc); err != nil {
		line := 1
		if _, after, ok := strings.Cut(err.Error(), "line "); ok {
			_, _ = fmt.Sscanf(after, "%d", &line)
		}
		start, end := r.index().Line(line)
		r.tell(diag.Place{File: r.file.Name, Start: start, End: end}, "this cannot be read, so pages are not ordered by this file: "+strings.TrimPrefix(err.Error(), "yaml: "),
			"look at this line and the one before it for a missing quote or bracket, or a wrong indent")
		return nil
	}
	if len(doc.Content) == 0 {
		return nil
	}
	return alias(doc.Content[0])
}

func alias(n *yaml.Node) *yaml.Node {
	for i := 0; n.Kind == yaml.AliasNode && i < maxDepth; i++ {
		n = n.Alias
	}
	return n
}

// child is the value of a key in a map; nil for none.
func child(n *yaml.Node, key string) *yaml.Node {
	if n == nil || n.Kind != yaml.MappingNode {
		return nil
	}
	for i := 0; i+1 < len(n.Content); i += 2 {
		if n.Content[i].Value == key {
			return alias(n.Content[i+1])
		}
	}
	return nil
}

// word is a single value in a map; "" for none, and for one with a tag that a program would have to work out.
func word(n *yaml.Node, key string) string { return value(child(n, key)) }

func value(n *yaml.Node) string {
	if n == nil || n.Kind != yaml.ScalarNode || n.Tag == "!!null" || !strings.HasPrefix(n.Tag, "!!") || strings.HasPrefix(n.Tag, "!!python") {
		return ""
	}
	return strings.TrimSpace(n.Value)
}

func (r *reader) index() *diag.Lines {
	if r.lines == nil {
		lines := diag.NewLines(r.file.Data)
		r.lines = &lines
	}
	return r.lines
}

// at is the place of a value.
func (r *reader) at(n *yaml.Node) diag.Place {
	start, end := r.index().Line(n.Line)
	place := diag.Place{File: r.file.Name, Start: min(r.index().Offset(n.Line, n.Column), end), End: end}
	length := len(n.Value)
	if n.Style&(yaml.DoubleQuotedStyle|yaml.SingleQuotedStyle) != 0 {
		length += 2
	}
	if n.Kind == yaml.ScalarNode && place.Start+length <= end {
		place.End = place.Start + length
	}
	place.Start = max(start, place.Start)
	return place
}

func (r *reader) tell(at diag.Place, text, help string) { r.msgs.Add(diag.Navigation, at, text, help) }

// program tells of a file that would have to be run.
func (r *reader) program() {
	text := string(r.file.Data)
	at := 0
	if strings.HasPrefix(path.Base(r.file.Path), "sidebars.") {
		if strings.Contains(text, "autogenerated") && !strings.Contains(text, "items") {
			return // which is the order of the files
		}
	} else if at = strings.Index(text, "sidebar"); at < 0 && !strings.HasPrefix(path.Base(r.file.Path), "_meta.") {
		return
	}
	at = max(at, 0)
	start, end := r.index().Line(1 + strings.Count(text[:at], "\n"))
	r.tell(diag.Place{File: r.file.Name, Start: start, End: end}, "the navigation in this file is a program, which handbook does not run, so pages are in the order of their titles", programHelp)
}
