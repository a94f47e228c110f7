package theme

import (
	"bytes"
	"cmp"
	"errors"
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
	whole := map[string][]byte{}
	for _, kind := range []struct{ folder, ext string }{{"styles/", ".css"}, {"scripts/", ".js"}} {
		var names []string
		for _, p := range paths {
			part, ok := strings.CutPrefix(p, kind.folder)
			if !ok || path.Ext(p) != kind.ext {
				continue
			}
			name := cmp.Or(strings.TrimSuffix(path.Dir(part), "."), "handbook") + kind.ext
			if !slices.Contains(names, name) {
				names = append(names, name)
			}
			data, bad := files[p].data, (*fault)(nil)
			if kind.ext == ".css" {
				if data, bad = t.style(p, files[p]); bad != nil {
					return bad
				}
			}
			data, err := m.Bytes(kind.ext, bytes.Clone(data)) // which writes into what it reads
			if err != nil {
				return blamePart(err, p, files[p])
			}
			if kind.ext == ".js" {
				data = append(data, ';') // a part is a statement, however it ends
			}
			whole[name] = append(append(whole[name], data...), '\n')
		}
		for _, name := range names {
			t.asset(name, whole[name])
		}
	}
	return nil
}

var (
	assetURL = regexp.MustCompile(`url\(["']?(?:\.\./)+assets/([^"')]+)["']?\)`)
	fontFace = regexp.MustCompile(`@font-face\s*\{[^}]*\}`)
)

// style is a part of a stylesheet in which url("../assets/NAME") is the address that the file is published at. Where
// the reader's own typefaces are wanted, those of the theme are left out.
func (t *Theme) style(p string, f *file) ([]byte, *fault) {
	data := f.data
	if !t.fonts {
		data = fontFace.ReplaceAll(data, nil)
	}
	var out []byte
	at := 0
	for _, m := range assetURL.FindAllSubmatchIndex(data, -1) {
		name := string(data[m[2]:m[3]])
		to, ok := t.named[name]
		if !ok {
			bad := &fault{path: p, name: f.name, text: "no file \"" + name + "\" in the theme's assets", help: "put it into assets/ or mend the name"}
			if start := bytes.Index(f.data, data[m[0]:m[1]]); start >= 0 {
				bad.start, bad.end = start, start+m[1]-m[0]
			}
			if near := diag.Nearest(name, slices.Collect(maps.Keys(t.named))); near != "" {
				bad.help = "did you mean \"" + near + "\"?"
			}
			return nil, bad
		}
		out = append(append(out, data[at:m[0]]...), `url("`+strings.TrimPrefix(to, "assets/")+`")`...)
		at = m[1]
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
