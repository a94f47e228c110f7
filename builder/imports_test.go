package builder

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// The rooms and what each may import of the others. Imports go one way, so that a room can be read with only those
// before it in mind.
var rooms = []struct {
	name    string
	imports string
}{
	{"builder/memo", ""},
	{"builder/diag", ""},
	{"builder/stamp", ""},
	{"builder/ending", ""},
	{"builder/origin", "builder/ending"},
	{"builder/source", "builder/ending builder/diag builder/stamp builder/origin"},
	{"builder/schema", "builder/diag"},
	{"builder/colour", ""},
	{"builder/dialect", ""},
	{"builder/formula", ""},
	{"builder/page", "builder/ending builder/formula builder/memo builder/diag builder/schema builder/colour builder/dialect"},
	{"builder/book", "builder/ending builder/memo builder/diag builder/schema builder/page"},
	{"builder/menu", "builder/diag builder/origin builder/book"},
	{"builder/history", "builder/ending builder/memo builder/diag"},
	{"builder/owners", "builder/diag"},
	{"builder/glossary", "builder/memo builder/page"},
	{"builder/people", "builder/diag builder/schema builder/page builder/book"},
	{"builder/review", "builder/memo builder/diag builder/schema builder/page builder/book builder/people"},
	{"builder/atom", "builder/diag builder/schema"},
	{"builder/query", "builder/memo builder/diag builder/schema builder/page builder/book builder/people builder/review"},
	{"builder/agenda", "builder/diag builder/schema builder/book builder/people builder/review builder/query builder/atom"},
	{"builder/search", "builder/memo builder/schema builder/page"},
	{"builder/stencil", ""},
	{"builder/theme", "builder/diag builder/schema builder/stencil"},
	{"builder/signs", "builder/schema builder/book builder/people builder/review builder/agenda builder/theme"},
	{"builder/blocks", "builder/schema builder/book builder/query builder/review builder/theme builder/signs"},
	{"builder/export", "builder/diag builder/schema builder/page builder/book builder/people builder/review builder/atom builder/agenda builder/signs"},
	{"builder/render", "builder/memo builder/diag builder/schema builder/page builder/book builder/glossary builder/review builder/agenda builder/query builder/search builder/theme builder/signs builder/blocks builder/export"},
	{"builder/bring", "builder/ending builder/page builder/schema"},
	{"builder/external", ""},
	{"builder/publish", "builder/memo builder/diag builder/stamp"},
	{"builder/preview", "builder/memo builder/diag"},
	{"builder/browser", ""},
	{"builder/fixture", "builder/diag"},
	{"themes", ""},
	{"builder", "builder/memo builder/diag builder/origin builder/menu builder/source builder/schema builder/page builder/book builder/glossary builder/history builder/owners builder/people builder/review builder/query builder/search builder/theme builder/render builder/publish builder/external themes"},
	{"builder/change", "builder builder/book builder/diag builder/history builder/page builder/query builder/review builder/source"},
	{"builder/refactor", "builder/ending builder builder/book builder/change builder/diag builder/history builder/owners builder/page builder/people builder/query builder/review builder/schema builder/source"},
	{"cmd/handbook", "builder/ending builder builder/bring builder/change builder/refactor builder/agenda builder/book builder/diag builder/schema builder/people builder/review builder/publish builder/preview builder/page builder/query builder/source builder/origin builder/theme themes content builder/external"},
	{"content", ""},
}

// Outside packages that belong to one room, or a few.
var outside = map[string]string{
	"github.com/yuin/goldmark":                        "builder/page builder/dialect",
	"github.com/yuin/goldmark-emoji":                  "builder/page",
	"github.com/alecthomas/chroma/v2":                 "builder/colour",
	"github.com/dlclark/regexp2/v2":                   "builder/colour",
	"github.com/dop251/goja":                          "builder/formula",
	"github.com/pelletier/go-toml/v2":                 "builder/page builder/menu builder/origin",
	"github.com/adrg/frontmatter":                     "builder/page",
	"github.com/microcosm-cc/bluemonday":              "builder/page",
	"github.com/aymanbagabas/go-udiff":                "builder/theme cmd/handbook",
	"golang.org/x/text/collate":                       "builder/book",
	"github.com/tdewolff/minify/v2":                   "builder/theme",
	"go.yaml.in/yaml/v3":                              "builder/page builder/schema builder/theme builder/bring builder/menu builder/origin",
	"github.com/bmatcuk/doublestar/v4":                "builder/schema builder/history builder/owners",
	"github.com/expr-lang/expr":                       "builder/query",
	"github.com/fsnotify/fsnotify":                    "builder/preview",
	"net/http":                                        "builder/preview builder/external",
	"html/template":                                   "builder/stencil builder/theme builder/signs builder/blocks builder/render",
	"github.com/JohannesKaufmann/html-to-markdown/v2": "builder/bring",
	"github.com/spf13/cobra":                          "cmd/handbook",
	"github.com/spf13/pflag":                          "cmd/handbook",
	"github.com/mattn/go-runewidth":                   "builder/diag",
	"golang.org/x/term":                               "cmd/handbook",
	"github.com/chromedp/chromedp":                    "builder/browser",
	"github.com/chromedp/cdproto":                     "builder/browser",
	"os":                                              "builder/bring builder/memo builder/source builder/publish builder/preview builder/history builder/owners cmd/handbook builder/external builder/browser builder/fixture",
	"os/exec":                                         "builder/history cmd/handbook builder/preview builder/browser builder/fixture",
	"time":                                            "builder/bring builder/memo builder/schema builder/page builder/review builder/agenda builder/render builder/stamp builder/source builder/history builder/publish builder/preview cmd/handbook builder/external builder/browser",
}

func TestImportsGoOneWay(t *testing.T) {
	root := os.DirFS("..")
	known := map[string]string{}
	for _, r := range rooms {
		known[r.name] = r.imports
	}
	err := fs.WalkDir(root, ".", func(p string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if d.IsDir() && (p == ".git" || p == "content" || p == "public" || d.Name() == "testdata") {
			return fs.SkipDir
		}
		if !strings.HasSuffix(p, ".go") {
			return nil
		}
		room := path.Dir(p)
		allowed, ok := known[room]
		if !ok {
			t.Errorf("%s: the room %s is not in the table", p, room)
			return nil
		}
		src, err := fs.ReadFile(root, p)
		if err != nil {
			return err
		}
		file, err := parser.ParseFile(token.NewFileSet(), p, src, parser.ImportsOnly)
		if err != nil {
			return err
		}
		for _, spec := range file.Imports {
			name, _ := strconv.Unquote(spec.Path.Value)
			if strings.HasSuffix(p, "_test.go") { // a test may import what it likes, but a browser has one harness
				if strings.HasPrefix(name, "github.com/chromedp/") {
					t.Errorf("%s imports %s, which belongs to builder/browser", p, name)
				}
				continue
			}
			if inner, ours := strings.CutPrefix(name, "handbook/"); ours && !slices.Contains(strings.Fields(allowed), inner) {
				t.Errorf("%s imports %s, which its room may not", p, inner)
			}
			for prefix, homes := range outside {
				if (name == prefix || strings.HasPrefix(name, prefix+"/") && prefix != "os") && !slices.Contains(strings.Fields(homes), room) {
					t.Errorf("%s imports %s, which belongs to %s", p, name, homes)
				}
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

// Clocks that rooms of the build may look at, and why no output depends on them.
var clocks = map[string]string{
	"builder/memo/store.go":      "what was never written to its end is taken away after an hour: less disk, the same bytes",
	"builder/source/load.go":     "a file that was changed as it was looked at is read again: more work, the same bytes",
	"builder/source/beside.go":   "as in load.go",
	"builder/source/update.go":   "as in load.go",
	"builder/source/source.go":   "as in load.go",
	"builder/source/origin.go":   "as in load.go",
	"builder/stamp/stamp.go":     "a stamp tells two versions of a file apart",
	"builder/publish/keys.go":    "as in publish.go",
	"builder/publish/lock.go":    "a build waits for another one to end, or does not begin",
	"builder/publish/stage.go":   "what is copied keeps its time",
	"builder/publish/publish.go": "a file that was written just now is read before it is believed: more work, the same bytes",
}

// TestNoClockInTheBuild is a part of law 2: what is given up when some time has passed is there on one machine and not on
// another. The preview, the asking of other sites and the commands are about time.
func TestNoClockInTheBuild(t *testing.T) {
	ticks := strings.Fields("time.Now time.Since time.Until time.After time.AfterFunc time.NewTimer time.NewTicker time.Tick time.Sleep " +
		"context.WithTimeout context.WithTimeoutCause context.WithDeadline context.WithDeadlineCause")
	found := map[string]bool{}
	for _, room := range rooms {
		if slices.Contains([]string{"builder/preview", "builder/external", "builder/browser", "cmd/handbook"}, room.name) {
			continue
		}
		files, err := filepath.Glob(filepath.Join("..", filepath.FromSlash(room.name), "*.go"))
		if err != nil {
			t.Fatal(err)
		}
		for _, name := range files {
			if strings.HasSuffix(name, "_test.go") {
				continue
			}
			file, err := parser.ParseFile(token.NewFileSet(), name, nil, 0)
			if err != nil {
				t.Fatal(err)
			}
			path := strings.TrimPrefix(filepath.ToSlash(name), "../")
			ast.Inspect(file, func(n ast.Node) bool {
				s, ok := n.(*ast.SelectorExpr)
				if !ok {
					return true
				}
				of, _ := s.X.(*ast.Ident)
				if s.Sel.Name != "MatchTimeout" && s.Sel.Name != "ModTime" && (of == nil || !slices.Contains(ticks, of.Name+"."+s.Sel.Name)) {
					return true
				}
				if found[path] = true; clocks[path] == "" {
					t.Errorf("%s looks at a clock: %s", path, s.Sel.Name)
				}
				return true
			})
		}
	}
	for path := range clocks {
		if !found[path] {
			t.Errorf("%s looks at no clock any more", path)
		}
	}
}
