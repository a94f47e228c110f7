package history

import (
	"path"
	"slices"
	"strings"

	"github.com/bmatcuk/doublestar/v4"
)

// pattern names files of the repository. "*" and "?" stand for letters of a name, "**" for any number of folders. A folder's
// name means everything below it.
type pattern struct {
	glob   string
	prefix string // the folder or file that everything it names lies in; "" for the top folder
}

// compile reads a pattern as people write it: "services/checkout", "services/checkout/", "/services/*/main.go",
// "**/*.proto". One that leads out of the repository matches nothing. No character has a meaning to git or to a shell.
func compile(written string) (pattern, bool) {
	written = strings.TrimSpace(written)
	if written == "" || slices.Contains(strings.Split(written, "/"), "..") {
		return pattern{}, false
	}
	clean := path.Clean("/" + written)[1:]
	if clean == "" {
		return pattern{glob: "**"}, true // "/" or ".": everything
	}
	glob := strings.NewReplacer(`\`, `\\`, "[", `\[`, "{", `\{`, "}", `\}`).Replace(clean)
	if !wild(path.Base(clean)) || strings.HasSuffix(written, "/") {
		glob += "/**" // which is the file itself too
	}
	names := strings.Split(clean, "/")
	if i := slices.IndexFunc(names, wild); i >= 0 {
		names = names[:i]
	}
	return pattern{glob, strings.Join(names, "/")}, true
}

func wild(name string) bool { return strings.ContainsAny(name, "*?") }

func (p pattern) match(path string) bool {
	return strings.HasPrefix(path, p.prefix) && doublestar.MatchUnvalidated(p.glob, path)
}

// Matches reports whether a pattern as people write it names a path of the repository.
func Matches(written, path string) bool {
	p, ok := compile(written)
	return ok && p.match(path)
}
