package history

import (
	"bytes"
	"cmp"
	"crypto/sha256"
	"slices"
	"sync"
)

// Sum stands for a text: equal sums mean that a reader sees no difference.
type Sum [16]byte

// SumOf is of what follows the frontmatter, with every run of white space as one space.
func SumOf(data []byte) Sum {
	room := rooms.Get().(*[]byte)
	defer rooms.Put(room)
	*room = squeeze((*room)[:0], body(data))
	all := sha256.Sum256(*room)
	return Sum(all[:16])
}

// rooms are buffers, since every text of a handbook is squeezed.
var rooms = sync.Pool{New: func() any { return new([]byte) }}

// body returns what follows the frontmatter block; all of it when there is none.
func body(data []byte) []byte {
	data = bytes.TrimPrefix(data, []byte("\uFEFF"))
	rest := bytes.TrimLeft(data, " \t\r\n")
	opening, rest := cutLine(rest)
	var closing string
	switch string(opening) {
	case "---", "---yaml", "---toml", "---json":
		closing = "---"
	case "+++", ";;;":
		closing = string(opening)
	case "{":
		closing = "}"
	default:
		return data
	}
	for len(rest) > 0 {
		inner := closing == "}" && rest[0] != '}' // the end of an object within the JSON
		var line []byte
		if line, rest = cutLine(rest); string(line) == closing && !inner {
			return rest
		}
	}
	return data
}

// cutLine returns the first line without the white space around it, and what follows the line.
func cutLine(data []byte) (line, rest []byte) {
	i := bytes.IndexAny(data, "\r\n")
	if i < 0 {
		return bytes.TrimSpace(data), nil
	}
	line, rest = data[:i], data[i+1:]
	if data[i] == '\r' && len(rest) > 0 && rest[0] == '\n' {
		rest = rest[1:]
	}
	return bytes.TrimSpace(line), rest
}

// squeeze appends data without white space at its ends and with one space for each run of it inside.
func squeeze(out, data []byte) []byte {
	out = slices.Grow(out, len(data))
	for _, c := range data {
		switch c {
		case ' ', '\t', '\n', '\v', '\f', '\r':
			if len(out) > 0 && out[len(out)-1] != ' ' {
				out = append(out, ' ')
			}
		default:
			out = append(out, c)
		}
	}
	return bytes.TrimSuffix(out, []byte(" "))
}

// ownText reports whether a merge says something that none of its parents says, or leaves out what all of them say. A
// merge that only puts the lines of its parents together, as git does on its own, is nobody's edit.
func ownText(merge []byte, parents [][]byte) bool {
	own := lineSet(merge)
	said := map[string]int{} // by how many parents
	for _, p := range parents {
		for line := range lineSet(p) {
			said[line]++
		}
	}
	for line := range own {
		if said[line] == 0 {
			return true
		}
	}
	for line, n := range said {
		if n == len(parents) && !own[line] {
			return true
		}
	}
	return false
}

func lineSet(data []byte) map[string]bool {
	set := map[string]bool{}
	for rest := body(data); len(rest) > 0; {
		var line []byte
		line, rest = cutLine(rest)
		set[string(squeeze(nil, line))] = true
	}
	delete(set, "")
	return set
}

// byFrequency returns the distinct names, the most frequent first.
func byFrequency(names []string) []string {
	count := map[string]int{}
	for _, n := range names {
		count[n]++
	}
	distinct := slices.Compact(slices.Sorted(slices.Values(names)))
	slices.SortStableFunc(distinct, func(a, b string) int { return cmp.Compare(count[b], count[a]) })
	return distinct
}
