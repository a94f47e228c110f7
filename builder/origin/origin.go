// Package origin says which generator a folder of Markdown was written for, why it thinks so, and at which addresses that
// generator published the pages. It reads files and runs nothing: what a program would configure is not known.
package origin

import (
	"errors"
	"io/fs"
	"maps"
	"path"
	"slices"
	"strings"
)

// Generator is a tool that makes sites of folders of Markdown.
type Generator string

// The generators that are known.
const (
	None       Generator = ""
	MkDocs     Generator = "MkDocs"
	MdBook     Generator = "mdBook"
	GitBook    Generator = "GitBook"
	Docusaurus Generator = "Docusaurus"
	VitePress  Generator = "VitePress"
	Starlight  Generator = "Starlight"
	Hugo       Generator = "Hugo"
	Jekyll     Generator = "Jekyll"
	Nextra     Generator = "Nextra"
	Rspress    Generator = "Rspress"
	AzureWiki  Generator = "Azure DevOps"
	GovUK      Generator = "GOV.UK Tech Docs"
	Obsidian   Generator = "Obsidian"
	DocFX      Generator = "DocFX"
	MyST       Generator = "MyST"
)

// Fills reports whether a generator, or what is usual beside it, works out what stands between {{ and }} in a page.
func (g Generator) Fills() bool {
	return slices.Contains([]Generator{MkDocs, MdBook, GitBook, VitePress, Jekyll}, g)
}

// Reason is one thing that speaks for a generator.
type Reason struct {
	File string // in the file system that was asked, with slashes
	Says string // what it is there: "configures MkDocs"
	Sure bool   // only that generator's sites have it; otherwise somebody may write so for another
}

// Of says for which generator the pages in a folder were written, and what speaks for it, the strongest first. It looks at the
// folder and at those above it, up to the top of the file system; None where nothing speaks for any.
func Of(fsys fs.FS, content string) (Generator, []Reason) { return In(folder{fsys}, content) }

// Files are those of a folder, by their paths below it.
type Files interface {
	// Read gives what an ordinary file holds.
	Read(name string) ([]byte, error)
	// Each calls do for each file in a folder and in those below it.
	Each(dir string, do func(name string))
}

// Map is a few files by their paths, each with what reads it.
type Map map[string]func() ([]byte, error)

func (m Map) Read(name string) ([]byte, error) {
	if read := m[name]; read != nil {
		return read()
	}
	return nil, fs.ErrNotExist
}

func (m Map) Each(dir string, do func(name string)) {
	for _, name := range slices.Sorted(maps.Keys(m)) {
		if dir == "." || strings.HasPrefix(name, dir+"/") {
			do(name)
		}
	}
}

// In is Of for files that lie anywhere.
func In(files Files, content string) (Generator, []Reason) {
	content = path.Clean(content)
	for dir := content; ; dir = path.Dir(dir) {
		for _, m := range marks {
			if name := m.in(files, dir); name != "" {
				return m.of, append([]Reason{{name, "configures " + string(m.of), true}}, navigation(files, content, m.of)...)
			}
		}
		if dir == "." {
			break
		}
	}
	if Pages(content) {
		return Starlight, []Reason{{content, "is where Starlight looks for pages", true}}
	}
	for _, of := range []Generator{MkDocs, Docusaurus, Nextra, AzureWiki, GitBook} {
		if found := navigation(files, content, of); len(found) > 0 {
			return of, found
		}
	}
	return frontmatter(files, content)
}

// Pages reports whether a folder is called as only Starlight calls one of pages.
func Pages(content string) bool { return strings.HasSuffix("/"+content, "/src/content/docs") }

// Sure reports whether one of the reasons can mean nothing else.
func Sure(reasons []Reason) bool {
	return slices.ContainsFunc(reasons, func(r Reason) bool { return r.Sure })
}

// mark is a file that configures a generator, below the folder of its site.
type mark struct {
	of    Generator
	names []string
	holds []string // one of these stands in it, in lower case; empty for anything
	lacks string   // this does not
}

var marks = []mark{
	{MkDocs, []string{"mkdocs.yml", "mkdocs.yaml"}, nil, ""},
	{MdBook, []string{"book.toml"}, nil, ""},
	{Docusaurus, []string{"docusaurus.config.js", "docusaurus.config.ts", "docusaurus.config.mjs", "docusaurus.config.cjs"}, nil, ""},
	{Docusaurus, []string{"sidebars.json", "sidebars.js", "sidebars.ts"}, nil, ""},
	{Docusaurus, []string{"website/docusaurus.config.js", "website/docusaurus.config.ts"}, nil, ""}, // beside the pages
	{Docusaurus, []string{"website/sidebars.json", "website/sidebars.js", "website/sidebars.ts"}, nil, ""},
	{VitePress, []string{".vitepress/config.js", ".vitepress/config.ts", ".vitepress/config.mjs", ".vitepress/config.mts", ".vitepress/config/index.ts", ".vitepress/config/index.js"}, nil, ""},
	{Starlight, []string{"astro.config.mjs", "astro.config.ts", "astro.config.js"}, []string{"starlight"}, ""},
	{Rspress, []string{"rspress.config.ts", "rspress.config.js"}, nil, ""},
	{Nextra, []string{"theme.config.jsx", "theme.config.tsx", "theme.config.js"}, nil, ""},
	{Nextra, []string{"next.config.js", "next.config.mjs", "next.config.ts"}, []string{"nextra"}, ""},
	{Hugo, hugoNames, nil, ""},
	{Hugo, []string{"config.toml", "config.yaml", "config.yml"}, []string{"baseurl", "languagecode"}, ""},
	{GovUK, []string{"config/tech-docs.yml"}, nil, ""},
	{GitBook, []string{".gitbook.yaml", ".gitbook.yml"}, nil, ""},
	{GitBook, []string{"book.json"}, []string{"\"root\"", "\"plugins\"", "\"gitbook\""}, ""},
	{MyST, []string{"myst.yml", "_toc.yml"}, nil, ""},                     // the latter beside a _config.yml
	{Jekyll, []string{"_config.yml", "_config.yaml"}, nil, "public_dir:"}, // which Hexo has
	{DocFX, []string{"docfx.json"}, nil, ""},
	{Obsidian, []string{".obsidian/app.json", ".obsidian/workspace.json"}, nil, ""},
}

var hugoNames = []string{"hugo.toml", "hugo.yaml", "hugo.yml", "hugo.json", "config/_default/hugo.toml", "config/_default/hugo.yaml",
	"config/_default/config.toml", "config/_default/config.yaml"}

// in finds the file in a folder; "" for none.
func (m mark) in(files Files, dir string) string {
	for _, name := range m.names {
		name = path.Join(dir, name)
		data, err := files.Read(name)
		if err != nil {
			continue
		}
		text := strings.ToLower(string(data))
		holds := len(m.holds) == 0 || slices.ContainsFunc(m.holds, func(word string) bool { return strings.Contains(text, word) })
		if holds && (m.lacks == "" || !strings.Contains(text, m.lacks)) {
			return name
		}
	}
	return ""
}

// ordering are files that say the order of the pages in their folder, by name.
var ordering = map[string]Generator{
	".pages": MkDocs, ".nav.yml": MkDocs, "_category_.json": Docusaurus, "_category_.yml": Docusaurus, "_category_.yaml": Docusaurus,
	"_meta.json": Nextra, "_meta.js": Nextra, "_meta.ts": Nextra, "_meta.jsx": Nextra, "_meta.tsx": Nextra, ".order": AzureWiki, "SUMMARY.md": GitBook,
}

// Orders reports whether a file of this name says the order of the pages in its folder, and is neither a page nor an asset.
func Orders(name string) bool { return ordering[name] != None && name != "SUMMARY.md" }

// Above lists the files that are looked for in the folder of pages and in those above it, below each of them.
func Above() []string {
	names := []string{"config/_default/menus.toml", "config/_default/menus.yaml", "config/_default/menu.toml", "config/_default/menu.yaml"}
	for _, m := range marks {
		names = append(names, m.names...)
	}
	return names
}

// maxLooked is how many files and folders are looked at before the search for a reason ends.
const maxLooked = 20_000

var errEnough = errors.New("enough")

// navigation finds files in a folder that only pages of this generator lie beside, one of each name.
func navigation(files Files, content string, of Generator) (found []Reason) {
	files.Each(content, func(p string) {
		name := path.Base(p)
		switch by := ordering[name]; {
		case by != of && (by != GitBook || of != MdBook) && (by != Nextra || of != Rspress) || by == None:
			return
		case name == "SUMMARY.md" && (path.Dir(p) != content || !isSummary(files, p)):
			return
		case slices.ContainsFunc(found, func(r Reason) bool { return path.Base(r.File) == name }):
			return
		}
		found = append(found, Reason{p, "orders pages for " + string(of), true})
	})
	return found
}

// OnDisk are the files of a file system.
func OnDisk(fsys fs.FS) Files { return folder{fsys} }

// folder is a file system as Files.
type folder struct{ fs.FS }

func (f folder) Read(name string) ([]byte, error) {
	if info, err := fs.Stat(f, name); err != nil || !info.Mode().IsRegular() {
		return nil, fs.ErrNotExist
	}
	return fs.ReadFile(f, name)
}

// Each leaves out what a dot hides, and ends at a limit.
func (f folder) Each(dir string, do func(name string)) {
	looked := 0
	_ = fs.WalkDir(f, dir, func(p string, d fs.DirEntry, err error) error { // what cannot be read is no reason
		if looked++; looked > maxLooked {
			return errEnough
		}
		switch {
		case err != nil:
			return fs.SkipDir
		case d.IsDir() && p != dir && (strings.HasPrefix(d.Name(), ".") || d.Name() == "node_modules"):
			return fs.SkipDir
		case d.Type().IsRegular():
			do(p)
		}
		return nil
	})
}

func isSummary(files Files, p string) bool {
	data, err := files.Read(p)
	return err == nil && IsSummary(string(data))
}

// IsSummary reports whether a text is a list of links under headings and nothing else, as mdBook and GitBook have it.
func IsSummary(text string) bool {
	links := 0
	for line := range strings.Lines(text) {
		line = strings.TrimSpace(strings.TrimPrefix(line, "\uFEFF"))
		item := strings.TrimLeft(line, "-*+ \t")
		switch {
		case line == "" || line[0] == '#' || item == "" || strings.HasPrefix(line, "<!--") || strings.Trim(line, "=_") == "":
		case strings.HasPrefix(item, "[") && strings.Contains(item, "](") && strings.HasSuffix(item, ")"):
			links++
		case item != line: // a heading that is written as an item
		default:
			return false
		}
	}
	return links > 0
}

// habits are keys of frontmatter that one generator's pages have.
var habits = map[string]Generator{
	"sidebar_position": Docusaurus, "sidebar_label": Docusaurus, "pagination_next": Docusaurus, "hide_table_of_contents": Docusaurus,
	"nav_order": Jekyll, "has_children": Jekyll, "grand_parent": Jekyll, "permalink": Jekyll,
	"linkTitle": Hugo, "last_reviewed_on": GovUK, "review_in": GovUK,
}

// maxRead is how many pages are read for their frontmatter.
const maxRead = 200

// frontmatter counts whose keys the pages have, where no file tells more.
func frontmatter(files Files, content string) (Generator, []Reason) {
	first, count, read := map[Generator]Reason{}, map[Generator]int{}, 0
	files.Each(content, func(p string) {
		if !strings.HasSuffix(p, ".md") || read >= maxRead {
			return
		}
		read++
		data, err := files.Read(p)
		text, begins := strings.CutPrefix(string(data), "---\n")
		if err != nil || !begins {
			return
		}
		text, _, _ = strings.Cut(text, "\n---")
		for line := range strings.Lines(text) {
			key, _, _ := strings.Cut(line, ":")
			if of := habits[key]; of != None {
				if count[of]++; count[of] == 1 {
					first[of] = Reason{p, "has the key " + key + ", as pages of " + string(of) + " do", false}
				}
			}
		}
	})
	best := None
	for of, n := range count {
		if best == None || n > count[best] || n == count[best] && of < best {
			best = of
		}
	}
	if best == None {
		return None, nil
	}
	return best, []Reason{first[best]}
}
