package theme

import (
	"bytes"
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"path"
	"regexp"
	"slices"
	"strings"

	"handbook/builder/diag"

	"github.com/tdewolff/minify/v2"
	"github.com/tdewolff/minify/v2/css"
	"github.com/tdewolff/minify/v2/js"
	"github.com/tdewolff/parse/v2"
)

// join makes one file each of the parts in styles/ and scripts/, in the order of their names. The parts in a folder
// below, such as styles/charts/, are a file of their own, charts.css, for the pages that ask for it.
func (t *Theme) join(paths []string, files map[string]*file) *fault {
	m := minify.New()
	m.AddFunc(".css", css.Minify)
	m.AddFunc(".js", js.Minify)
	for _, kind := range []struct{ folder, ext string }{{"styles/", ".css"}, {"scripts/", ".js"}} {
		parts := map[string][]string{}
		for _, p := range paths {
			if part, ok := strings.CutPrefix(p, kind.folder); ok && path.Ext(p) == kind.ext {
				folder := strings.TrimSuffix(path.Dir(part), ".")
				parts[folder] = append(parts[folder], p)
			}
		}
		folders := slices.Sorted(maps.Keys(parts))
		for _, folder := range slices.Backward(folders) { // what stands in none is last: it names the others
			var whole []byte
			if folder == "" && kind.ext == ".js" {
				whole = t.said()
			}
			for _, p := range parts[folder] {
				data, bad := t.addresses(p, files[p])
				if bad != nil {
					return bad
				}
				data, err := m.Bytes(kind.ext, bytes.Clone(data)) // which writes into what it reads
				if err != nil {
					return blamePart(err, p, files[p])
				}
				if kind.ext == ".js" {
					data = append(data, ';') // a part is a statement, however it ends
				}
				whole = append(append(whole, data...), '\n')
			}
			t.asset(cmp.Or(folder, "handbook")+kind.ext, whole)
		}
	}
	return nil
}

// said is the first part of handbook.js: the words of the scripts, and the address that those of other files are below.
func (t *Theme) said() []byte {
	w := t.words
	words, _ := json.Marshal(map[string]string{ // texts: this cannot fail
		"due": w.States["due"], "overdue": w.States["overdue"], "mark": w.Marks["overdue"], "copy": w.Copy, "copied": w.Copied, "zoom": w.Zoom,
		"close": w.Close, "diagram": w.Diagram, "open": w.OpenSection, "heading": w.Text.LinkTo, "unnamed": w.Text.ThisHeading, "light": w.SchemeLight, "dark": w.SchemeDark,
	})
	return fmt.Appendf(nil, "const handbookTheme={words:%s,base:document.currentScript.src};\n", words)
}

var (
	assetURL = regexp.MustCompile(`["'(]((?:\.\./)+assets/([^"')\n]+))`)
	fontFace = regexp.MustCompile(`@font-face\s*\{[^}]*\}`)
)

// addresses is a part of a stylesheet or script in which "../assets/NAME" is the address that the file is published at, as
// seen from the part's file. Where the reader's own typefaces are wanted, those of the theme are left out.
func (t *Theme) addresses(p string, f *file) ([]byte, *fault) {
	data := f.data
	if !t.fonts && path.Ext(p) == ".css" {
		data = fontFace.ReplaceAll(data, nil)
	}
	var out []byte
	at := 0
	for _, m := range assetURL.FindAllSubmatchIndex(data, -1) {
		name := string(data[m[4]:m[5]])
		to, ok := t.named[name]
		if !ok {
			bad := &fault{path: p, name: f.name, text: "no file \"" + name + "\" in the theme's assets", help: "put it into assets/ or mend the name"}
			if start := bytes.Index(f.data, data[m[2]:m[3]]); start >= 0 {
				bad.start, bad.end = start, start+m[3]-m[2]
			}
			if near := diag.Nearest(name, slices.Collect(maps.Keys(t.named))); near != "" {
				bad.help = "did you mean \"" + near + "\"?"
			}
			return nil, bad
		}
		out = append(append(out, data[at:m[2]]...), strings.TrimPrefix(to, "assets/")...)
		at = m[3]
	}
	return append(out, data[at:]...), nil
}

// blamePart is the fault of a style or script that cannot be read.
func blamePart(err error, p string, f *file) *fault {
	bad := &fault{path: p, name: f.name, text: err.Error(), help: "mend it; until then the built-in one is used"}
	if where := (*parse.Error)(nil); errors.As(err, &where) {
		bad.text = where.Message
		bad.start, bad.end = lineAt(f.data, where.Line)
	}
	return bad
}
