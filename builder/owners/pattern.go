package owners

import (
	"slices"
	"strings"

	"github.com/bmatcuk/doublestar/v4"
)

// pattern is a path with wildcards as doublestar reads it, "**" standing for any number of folders. It holds from the
// repository's top folder.
type pattern string

func (p pattern) match(path string) bool { return doublestar.MatchUnvalidated(string(p), path) }

// compile turns a pattern as written into one for whole paths, by the service's rules. ok is false when the pattern
// can match no file.
func compile(text string, f Flavour) (p pattern, ok bool) {
	body, anchored := strings.CutPrefix(text, "/")
	body, below := strings.CutSuffix(body, "/")
	parts := strings.Split(body, "/")
	for i, part := range parts {
		if part == "" || part == "." || part == ".." {
			return "", false
		}
		parts[i] = plainBrackets(part, f)
	}
	last := len(parts) - 1
	deep := parts[last] == "**"
	// Ruby's fnmatch, which GitLab uses, takes "**" for more than "*" only before a slash.
	if deep && f == GitLab && !below {
		parts[last], deep = "*", false
	}
	if !anchored && parts[0] != "**" && (f == GitLab || last == 0) {
		parts = append([]string{"**"}, parts...)
	}
	glob := strings.Join(parts, "/")
	switch {
	case below || deep:
		return pattern(glob + "/*/**"), true // something below it; for GitHub, "docs/**" says the same
	case f == GitLab:
		return pattern(glob), true // a file of exactly this path
	case parts[len(parts)-1] == "*" && (anchored || last > 0):
		return pattern(glob), true // GitHub: "docs/*" does not go deeper
	}
	return pattern(glob + "/**"), true // a file, or a folder with all it holds
}

// plainBrackets takes from brackets the meaning that they have for doublestar and not for the service. GitLab knows sets of
// characters. A backslash at the end of a name stands for itself.
func plainBrackets(part string, f Flavour) string {
	part = strings.NewReplacer(`\\`, `\\`, `\{`, `\{`, `\}`, `\}`, "{", `\{`, "}", `\}`).Replace(part)
	if (len(part)-len(strings.TrimRight(part, `\`)))%2 == 1 {
		part += `\`
	}
	if f == GitHub || !doublestar.ValidatePattern(part) {
		part = strings.NewReplacer(`\\`, `\\`, `\[`, `\[`, "[", `\[`).Replace(part)
	}
	return part
}

// index finds the rules that can match a path without trying them all. Each rule is kept under one thing that a path
// must have to match.
type index struct {
	folder map[string][]int // by the names it begins with, joined by slashes
	name   map[string][]int // by a name anywhere in it
	ending map[string][]int // by the letters after the last wildcard of a name, from the last dot on: ".md"
	rest   []int
}

func newIndex(rules []rule) index {
	x := index{map[string][]int{}, map[string][]int{}, map[string][]int{}, nil}
	for i, r := range rules {
		parts := strings.Split(string(r.pattern), "/")
		names := parts
		if n := slices.IndexFunc(parts, wild); n >= 0 {
			names = parts[:n]
		}
		if len(names) > 0 {
			x.folder[strings.Join(names, "/")] = append(x.folder[strings.Join(names, "/")], i)
		} else if name := longestName(parts); name != "" {
			x.name[name] = append(x.name[name], i)
		} else if ending := ending(parts); ending != "" {
			x.ending[ending] = append(x.ending[ending], i)
		} else {
			x.rest = append(x.rest, i)
		}
	}
	return x
}

// candidates calls try with the rules that can match. Within one list the last rule comes first.
func (x *index) candidates(path string, try func(int)) {
	all := func(list []int) {
		for _, i := range slices.Backward(list) {
			try(i)
		}
	}
	end := 0
	for name := range strings.SplitSeq(path, "/") {
		end += len(name)
		all(x.folder[path[:end]])
		end++
		all(x.name[name])
		if dot := strings.LastIndexByte(name, '.'); dot >= 0 {
			all(x.ending[name[dot:]])
		}
	}
	all(x.rest)
}

// wild reports whether a part of a pattern may stand for several names, or is not written as the name is.
func wild(part string) bool { return strings.ContainsAny(part, `*?[\`) }

func longestName(parts []string) string {
	longest := ""
	for _, part := range parts {
		if !wild(part) && len(part) > len(longest) {
			longest = part
		}
	}
	return longest
}

func ending(parts []string) string {
	for _, part := range parts {
		tail := part[strings.LastIndexAny(part, `*?]\`)+1:]
		if dot := strings.LastIndexByte(tail, '.'); dot >= 0 && wild(part) && strings.LastIndexByte(part, '\\') < 0 {
			return tail[dot:]
		}
	}
	return ""
}
