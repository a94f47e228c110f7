package origin

import (
	"cmp"
	"fmt"
	"io/fs"
	"path"
	"regexp"
	"slices"
	"strings"

	"github.com/pelletier/go-toml/v2"
	"go.yaml.in/yaml/v3"

	"handbook/builder/ending"
)

// Docs finds the folder of pages in a repository that nobody prepared, and says why it is that one: a generator is configured so,
// or it has a usual name, or all Markdown lies there. It is "." where the repository itself is that folder, and where there is no
// Markdown at all.
func Docs(fsys fs.FS) (dir, why string) {
	t := count(fsys)
	if dir, why := t.configured(folder{fsys}); dir != "" {
		return t.down(dir), why
	}
	dir, most := ".", t.direct["."]
	for _, name := range usual {
		if n := t.below[name]; n > most {
			dir, most = name, n
		}
	}
	if dir = t.down(dir); dir == "." && t.direct["."] == 0 {
		dir = t.deepest()
	}
	if dir != "." {
		why = fmt.Sprintf("it holds %d of %d Markdown files", t.below[dir], t.below["."]+t.notes)
	}
	return dir, why
}

// usual are names of folders of pages. The folder that holds the most Markdown is taken, the first of several.
var usual = []string{"docs", "content", "doc", "documentation", "handbook", "wiki", "website/docs", "website/content", "site/docs", "site/content",
	"src/content/docs", "src", "source", "pages", "guide"}

// elsewhere are folders that hold Markdown which is no page: made by programs, or fetched by them.
var elsewhere = []string{"node_modules", "vendor", "target", "dist", "build", "public", "_site", "testdata"}

// tally is how much Markdown there is in the folders of a repository.
type tally struct {
	direct, below map[string]int
	children      map[string][]string
	notes         int // README.md and its like at the top, which tell of the repository
}

// note is a name of a file that tells of a repository and is no page of a handbook.
var note = regexp.MustCompile(`^[A-Z_]+\.md$`)

func count(fsys fs.FS) *tally {
	t := &tally{direct: map[string]int{}, below: map[string]int{}, children: map[string][]string{}}
	looked := 0
	_ = fs.WalkDir(fsys, ".", func(p string, d fs.DirEntry, err error) error { // what cannot be read holds no pages
		looked++
		switch name := path.Base(p); {
		case looked > maxCounted:
			return errEnough
		case err != nil:
			return fs.SkipDir
		case p == ".":
		case d.IsDir() && (name[0] == '.' || slices.Contains(elsewhere, name)):
			return fs.SkipDir
		case d.IsDir():
			t.children[path.Dir(p)] = append(t.children[path.Dir(p)], p)
		case ending.Of(name) == "" || !d.Type().IsRegular():
		case path.Dir(p) == "." && note.MatchString(name):
			t.notes++
		default:
			t.direct[path.Dir(p)]++
			for dir := path.Dir(p); ; dir = path.Dir(dir) {
				t.below[dir]++
				if dir == "." {
					break
				}
			}
		}
		return nil
	})
	if t.below["."] == 0 && t.notes > 0 { // a README.md alone is the handbook
		t.direct["."], t.below["."], t.notes = t.notes, t.notes, 0
	}
	return t
}

// maxCounted is how many files and folders are looked at for Markdown.
const maxCounted = 200_000

// maxSites is how many folders are looked through for a configuration.
const maxSites = 300

// configured is the folder of pages that the configuration of a generator names, of the site that is nearest to the top.
func (t *tally) configured(files folder) (dir, why string) {
	level := []string{"."}
	for depth, looked := 0, 0; depth < 3 && looked < maxSites; depth++ {
		var next []string
		for _, site := range level {
			if looked++; looked > maxSites {
				break
			}
			for _, m := range marks {
				name := m.in(files, site)
				if name == "" {
					continue
				}
				data, _ := files.Read(name) // which was read a moment ago
				for _, pages := range m.of.pages(string(data)) {
					if pages = path.Join(site, pages); t.below[pages] > 0 && !strings.HasPrefix(pages, "..") {
						return pages, name + " says so"
					}
				}
			}
			next = append(next, t.children[site]...)
		}
		level = next
	}
	return "", ""
}

// pages are the folders in which a generator looks for pages, from the folder of its configuration, the likeliest first.
func (g Generator) pages(config string) []string {
	switch g {
	case MkDocs:
		var c struct {
			Docs string `yaml:"docs_dir"`
		}
		_ = yaml.Unmarshal([]byte(config), &c) // a tag that a program would work out says nothing of this
		return []string{cmp.Or(c.Docs, "docs")}
	case MdBook:
		var c struct{ Book struct{ Src string } }
		_ = toml.Unmarshal([]byte(config), &c)
		return []string{cmp.Or(c.Book.Src, "src")}
	case Docusaurus:
		return []string{cmp.Or(literal(config, "path"), "docs"), "docs", "../docs"}
	case Starlight:
		return []string{"src/content/docs"}
	case VitePress, Rspress:
		return []string{cmp.Or(literal(config, "srcDir"), "."), cmp.Or(literal(config, "root"), "docs")}
	case Nextra:
		return []string{"content", "src/content", "pages", "src/pages", "app"}
	case Hugo:
		return []string{cmp.Or(keyed(config, "contentDir"), "content")}
	case GovUK:
		return []string{"source"}
	case GitBook:
		return []string{cmp.Or(keyed(config, "root"), ".")}
	case Jekyll, Obsidian, DocFX, MyST:
		return []string{"."}
	}
	return nil
}

// keyed is the text of a key in YAML or TOML, at the beginning of a line.
func keyed(config, key string) string {
	m := regexp.MustCompile(`(?mi)^\s*"?` + key + `"?\s*[:=]\s*["']?([^"'#\n]*)`).FindStringSubmatch(config)
	if m == nil {
		return ""
	}
	return strings.TrimSpace(m[1])
}

// Name is what a generator's configuration calls the site; "" where it does not.
func Name(config string) string {
	for _, key := range []string{"site_name", "title", "service_name"} {
		if name := cmp.Or(literal(config, key), keyed(config, key)); name != "" && !strings.ContainsAny(name, "{}[]$`<>") {
			return strings.TrimSuffix(name, ",")
		}
	}
	return ""
}

// language is the name of a folder that holds the pages of one language.
var language = regexp.MustCompile(`^[a-z]{2}(-[A-Za-z]{2,4})?$`)

// down leads into the only folder that holds pages, where it is one of a usual name or of a language.
func (t *tally) down(dir string) string {
	for {
		only := t.only(dir)
		if only == "" || !language.MatchString(path.Base(only)) && !slices.Contains([]string{"src", "content", "docs"}, path.Base(only)) {
			return dir
		}
		dir = only
	}
}

// deepest leads down as far as one folder holds all pages.
func (t *tally) deepest() string {
	for dir := "."; ; {
		only := t.only(dir)
		if only == "" {
			return dir
		}
		dir = only
	}
}

// only is the folder in another that holds all its pages; "" where there are several, or pages beside it.
func (t *tally) only(dir string) string {
	for _, child := range t.children[dir] {
		if t.below[child] > 0 && t.below[child] == t.below[dir] {
			return child
		}
	}
	return ""
}
