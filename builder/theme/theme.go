// Package theme reads the templates, styles, assets and interface words that turn views into HTML. A site's theme
// overrides the built-in one file by file, and a file with a mistake is reported and left out.
//
// The package does not know the book or decide what a page shows: that is render's.
//
// A type of page has a template, not a program: types/NAME.html shows what a reader of that type needs first, from the same view as
// every page. Styles and scripts that few pages need are files of their own. A page is painted once its age is known: handbook.js
// blocks rendering, because what time has made of a page moves its text.
//
// Math stays as it is written. It would need a converter to MathML in Go that is kept by more than one person.
package theme

import (
	"bytes"
	"cmp"
	"compress/gzip"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"html/template"
	"io"
	"io/fs"
	"maps"
	"path"
	"slices"
	"strings"
	"sync"

	"handbook/builder/diag"
	"handbook/builder/schema"
)

// Theme is a complete, tried set of templates and assets. It is safe for concurrent use.
type Theme struct {
	Sum    uint64 // of all bytes and names
	Assets []Asset

	pages   map[string]func() (*templates, error) // by kind
	words   *Words
	fonts   bool              // the typefaces in assets/fonts/ are used
	types   []string          // names of the files in types/, sorted
	layouts []string          // of views: names of the files in partials/views
	named   map[string]string // the assets' paths in the output, by name in assets/

	pieces  pieces
	buffers sync.Pool // of *bytes.Buffer: one that has grown to the size of a page is worth keeping
}

// Asset is one file that the theme adds to the output. Its path carries a sum of its bytes, so that browsers may
// keep it for ever.
type Asset struct {
	Path   string // "assets/handbook.3f2a9c81.css"
	Data   []byte
	Packed bool // Data is gzipped: the theme's file ends in ".gz", which Path does not
}

// ForDiagrams reports whether only pages with diagrams ask for the file.
func (a Asset) ForDiagrams() bool { return strings.HasPrefix(a.Path, "assets/diagrams/") }

// Bytes are the file as it is published.
func (a Asset) Bytes() ([]byte, error) {
	if !a.Packed {
		return a.Data, nil
	}
	r, err := gzip.NewReader(bytes.NewReader(a.Data))
	if err != nil {
		return nil, err
	}
	return io.ReadAll(r)
}

// Files are the files of a theme, by path.
type Files map[string]func() ([]byte, error)

// Load reads the built-in theme and lays the site's own over it, file by file; over may be nil. It takes the site's
// language, its choice of typefaces and the name of its theme from the configuration. A file of the site's theme that
// cannot be used gives an InvalidTheme message, and the built-in one stands in.
func Load(base fs.FS, over Files, site *schema.Site) (*Theme, diag.List) {
	var msgs diag.List
	files := read(base, "default", &msgs)
	for _, p := range slices.Sorted(maps.Keys(over)) {
		if strings.HasPrefix(path.Base(p), ".") {
			continue
		}
		if f := readFile("themes/"+site.Theme+"/"+p, over[p], &msgs); f != nil {
			f.own, f.base = true, files[p]
			files[p] = f
		}
	}
	for {
		t, bad := build(files, site)
		if bad == nil {
			lacks(files, site.Language, &msgs)
			t.lacksTypes(site, &msgs)
			return t, msgs
		}
		bad = culprit(files, bad, site)
		msgs = append(msgs, bad.message())
		if !fallBack(files, bad) {
			return t, msgs
		}
	}
}

// Execute renders a view with the template of its kind.
func (t *Theme) Execute(v *View) ([]byte, error) {
	page, ok := t.pages[v.Kind]
	if !ok {
		return nil, fmt.Errorf("the theme has no template %s.html", v.Kind)
	}
	b := t.buffer()
	of, err := page()
	if err == nil {
		err = of.Execute(b, of.root, v)
	}
	if err != nil {
		return nil, err
	}
	return b.Bytes(), nil
}

// Free takes back what Execute gave, from whoever does not look at it any more: the next page is written in its place.
func (t *Theme) Free(page []byte) { t.buffers.Put(bytes.NewBuffer(page[:0])) }

func (t *Theme) buffer() *bytes.Buffer {
	b, ok := t.buffers.Get().(*bytes.Buffer)
	if !ok {
		b = new(bytes.Buffer)
	}
	b.Reset()
	return b
}

// Nav renders partials/nav.html.
func (t *Theme) Nav(n *Nav) (string, error) {
	html, err := t.made("partials/nav.html", n)
	return string(html), err
}

// Prepare fills in what the theme knows of the site: the interface's words and the addresses of the assets.
func (t *Theme) Prepare(s *Site) {
	s.Words = t.words
	s.Dir = cmp.Or(s.Words.Dir, "ltr")
	if schema.Direction(s.Language) == "rtl" { // the text is, whatever the language of the interface's words
		s.Dir = "rtl"
	}
	s.assets = t.named
	s.Fonts = t.fonts
	for name, f := range s.once() {
		*f = Fragment{Make: sync.OnceValues(func() (template.HTML, error) {
			return t.made("partials/"+name+".html", s)
		})}
	}
}

// file is one file of a theme, and the built-in one that it hides.
type file struct {
	name string // as messages name it: "themes/acme/page.html"
	data []byte
	own  bool // of the site's theme
	base *file
}

// fault is a mistake in one file.
type fault struct {
	path       string // below the theme's folder; "" when it is not known which file is to blame
	name       string
	start, end int
	text, help string
}

func (f *fault) message() diag.Message {
	return diag.Message{
		Place:    diag.Place{File: f.name, Start: f.start, End: f.end},
		Severity: diag.InvalidTheme.Severity(), Rule: diag.InvalidTheme,
		Text: f.text, Help: f.help,
	}
}

// culprit finds which of the site's files is to blame for a fault that shows in another one, or nowhere: the file
// without which it is gone.
func culprit(files map[string]*file, bad *fault, site *schema.Site) *fault {
	if f := files[bad.path]; f != nil && f.own {
		return bad
	}
	for _, p := range slices.Sorted(maps.Keys(files)) {
		f := files[p]
		if !f.own {
			continue
		}
		without := maps.Clone(files)
		restore(without, p)
		if _, still := build(without, site); still == nil || still.text != bad.text || still.path != bad.path {
			return &fault{path: p, name: f.name, text: bad.text, help: "compare it with the built-in " + p + "; until then that one is used"}
		}
	}
	return bad
}

// fallBack puts the built-in file in place of the one at fault; when no file of the site is to blame, in place of
// all of them. It reports whether anything changed.
func fallBack(files map[string]*file, bad *fault) bool {
	if f := files[bad.path]; f != nil && f.own {
		restore(files, bad.path)
		return true
	}
	changed := false
	for _, p := range slices.Sorted(maps.Keys(files)) {
		if files[p].own {
			restore(files, p)
			changed = true
		}
	}
	return changed
}

func restore(files map[string]*file, p string) {
	if b := files[p].base; b != nil {
		files[p] = b
	} else {
		delete(files, p)
	}
}

// read takes every file of a theme, by path.
func read(from fs.FS, theme string, msgs *diag.List) map[string]*file {
	files := map[string]*file{}
	err := fs.WalkDir(from, ".", func(p string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || strings.HasPrefix(path.Base(p), ".") {
			return err
		}
		if f := readFile("themes/"+theme+"/"+p, func() ([]byte, error) { return fs.ReadFile(from, p) }, msgs); f != nil {
			files[p] = f
		}
		return nil
	})
	if err != nil {
		msgs.Add(diag.InvalidTheme, diag.Place{File: "themes/" + theme}, "this theme cannot be read", "check that the folder is there and that you may read it")
	}
	return files
}

func readFile(name string, read func() ([]byte, error), msgs *diag.List) *file {
	data, err := read()
	if err != nil {
		msgs.Add(diag.InvalidTheme, diag.Place{File: name}, "this file of the theme cannot be read", "check that it is a file that you may read")
		return nil
	}
	return &file{name: name, data: data}
}

// build makes a theme and tries it. The first mistake that it finds comes back with what could be made.
func build(files map[string]*file, site *schema.Site) (*Theme, *fault) {
	t := &Theme{pages: map[string]func() (*templates, error){}, named: map[string]string{}, fonts: site.Font != schema.FontSystem}
	paths := make([]string, 0, len(files))
	for p := range files {
		paths = append(paths, p)
	}
	slices.Sort(paths)

	h := sha256.New()
	for _, p := range paths {
		data := files[p].data
		fmt.Fprintf(h, "%d %s %d ", len(p), p, len(data))
		h.Write(data)
		if name, ok := strings.CutPrefix(p, "assets/"); ok && (t.fonts || !strings.HasPrefix(name, "fonts/")) {
			t.asset(name, data)
		}
	}
	fmt.Fprint(h, site.Language, " ", site.Font)
	t.Sum = binary.LittleEndian.Uint64(h.Sum(nil))
	if bad := t.readWords(site.Language, files); bad != nil {
		return t, bad
	}
	if bad := t.parse(paths, files); bad != nil {
		return t, bad
	}
	if bad := t.join(paths, files); bad != nil {
		return t, bad
	}
	slices.SortFunc(t.Assets, func(a, b Asset) int { return strings.Compare(a.Path, b.Path) })
	if !needsTrial(files) {
		return t, nil
	}
	return t, t.try(files)
}

func (t *Theme) asset(name string, data []byte) {
	sum := sha256.Sum256(data)
	name, packed := strings.CutSuffix(name, ".gz")
	ext := path.Ext(name)
	out := "assets/" + strings.TrimSuffix(name, ext) + "." + hex.EncodeToString(sum[:4]) + ext
	t.named[name] = out
	t.Assets = append(t.Assets, Asset{Path: out, Data: data, Packed: packed})
}
