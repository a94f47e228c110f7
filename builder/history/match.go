package history

import (
	"path"
	"slices"
	"strings"
	"unicode/utf8"
)

// pattern names files of the repository, in segments from its top folder. "*" and "?" stand for letters of one
// segment, "**" for any number of segments. A folder's name means everything below it.
type pattern []string

// compile reads a pattern as people write it: "services/checkout", "services/checkout/", "/services/*/main.go",
// "**/*.proto". One that leads out of the repository matches nothing. No character has a meaning to git or to a shell.
func compile(written string) (pattern, bool) {
	written = strings.TrimSpace(written)
	segments := strings.Split(written, "/")
	if written == "" || slices.Contains(segments, "..") {
		return nil, false
	}
	p := pattern(strings.Split(path.Clean("/" + written)[1:], "/"))
	if last := p[len(p)-1]; last == "" {
		p = nil // "/" or ".": everything
	} else if !wild(last) || strings.HasSuffix(written, "/") {
		p = append(p, "**") // of a file's name it stands for no segment
	}
	if p == nil {
		p = pattern{"**"}
	}
	return p, true
}

func wild(segment string) bool { return strings.ContainsAny(segment, "*?") }

// prefix is the folder or file that everything the pattern names lies in; "" for the top folder.
func (p pattern) prefix() string {
	n := slices.IndexFunc(p, wild)
	if n < 0 {
		n = len(p)
	}
	return strings.Join(p[:n], "/")
}

// match takes a path in segments. It goes back to the last "**" only, which is enough: an earlier one that took more
// would leave less to the last.
func (p pattern) match(segments []string) bool {
	at, star, from := 0, -1, 0
	for i := 0; i < len(segments); {
		switch {
		case at < len(p) && p[at] == "**":
			star, from = at, i
			at++
		case at < len(p) && matchSegment(p[at], segments[i]):
			at++
			i++
		case star >= 0:
			from++
			at, i = star+1, from
		default:
			return false
		}
	}
	for at < len(p) && p[at] == "**" {
		at++
	}
	return at == len(p)
}

// matchSegment goes the same way about "*".
func matchSegment(p, s string) bool {
	at, star, from := 0, -1, 0
	for i := 0; i < len(s); {
		_, size := utf8.DecodeRuneInString(s[i:])
		switch {
		case at < len(p) && p[at] == '*':
			star, from = at, i
			at++
		case at < len(p) && p[at] == '?':
			at++
			i += size
		case at < len(p) && p[at] == s[i]:
			at++
			i++
		case star >= 0:
			_, size := utf8.DecodeRuneInString(s[from:])
			from += size
			at, i = star+1, from
		default:
			return false
		}
	}
	return strings.Trim(p[at:], "*") == ""
}

// Matches reports whether a pattern as people write it names a path of the repository.
func Matches(written, path string) bool {
	p, ok := compile(written)
	return ok && p.match(strings.Split(path, "/"))
}
