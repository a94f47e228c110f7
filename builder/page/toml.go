package page

import (
	"bytes"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/BurntSushi/toml"

	"handbook/builder/diag"
	"handbook/builder/schema"
)

func decodeTOML(d *decoder) []pair {
	if d.repeatedTOML() {
		return nil
	}
	var table map[string]any
	meta, err := toml.Decode(string(d.data), &table)
	var bad toml.ParseError
	switch {
	case errors.As(err, &bad):
		d.fail(diag.InvalidFrontmatter, bad.Position.Start, bad.Position.Start+max(1, bad.Position.Len),
			"this is not TOML: "+strings.TrimSuffix(bad.Message, "."), `write a line as key = "value"`)
		return nil
	case err != nil:
		d.fail(diag.InvalidFrontmatter, 0, len(d.data), "this is not TOML: "+err.Error(), `write a line as key = "value"`)
		return nil
	}
	places := map[string]tomlKey{}
	for _, k := range tomlKeys(d.data) {
		if _, ok := places[k.name]; !ok {
			places[k.name] = k
		}
	}
	var pairs []pair
	seen := map[string]bool{}
	for _, key := range meta.Keys() {
		if name := key[0]; !seen[name] {
			seen[name] = true
			k := places[name]
			pairs = append(pairs, pair{key: name, start: k.start, end: k.end, value: d.tomlValue(table[name], k.valueStart, k.valEnd)})
		}
	}
	return pairs
}

// tomlKey is a key of the top table as the lines show it; the decoder itself tells no places.
type tomlKey struct {
	name               string
	start, end         int // of the key
	valueStart, valEnd int
	table              bool // written as [name], or in parts: name.more = …
}

// tomlKeys finds the top-level keys of a table that is known to be TOML, or nearly.
func tomlKeys(data []byte) []tomlKey {
	var keys []tomlKey
	inTable := false
	for at := 0; at < len(data); {
		lineEnd := at + lineLen(data[at:])
		line := bytes.TrimRight(data[at:lineEnd], " \t\n")
		indent := len(line) - len(bytes.TrimLeft(line, " \t"))
		key := tomlKey{start: at + indent}
		at = lineEnd
		if len(line) == indent || line[indent] == '#' {
			continue
		}
		rest := line[indent:]
		brackets := len(rest) - len(bytes.TrimLeft(rest, "["))
		inTable = inTable || brackets > 0
		if inTable && brackets == 0 {
			continue
		}
		key.start += brackets
		name := bareKey(rest[brackets:])
		key.name, key.end = strings.Trim(name, `"'`), key.start+len(name)
		key.table = brackets > 0
		key.valueStart, key.valEnd = key.start, key.start+len(bytes.TrimRight(rest[brackets:], "]"))
		if brackets == 0 {
			eq := bytes.IndexByte(data[key.end:lineEnd], '=')
			if eq < 0 {
				continue
			}
			key.table = bytes.HasPrefix(bytes.TrimSpace(data[key.end:key.end+eq]), []byte("."))
			key.valueStart = key.end + eq + 1
			for key.valueStart < lineEnd && strings.IndexByte(" \t", data[key.valueStart]) >= 0 {
				key.valueStart++
			}
			key.valEnd = tomlValueEnd(data, key.valueStart)
			if key.valEnd > lineEnd {
				at = key.valEnd + lineLen(data[key.valEnd:])
			}
		}
		keys = append(keys, key)
	}
	return keys
}

func bareKey(s []byte) string {
	if len(s) > 0 && (s[0] == '"' || s[0] == '\'') {
		if i := bytes.IndexByte(s[1:], s[0]); i >= 0 {
			return string(s[:i+2])
		}
	}
	if i := bytes.IndexAny(s, " \t=.]"); i >= 0 {
		s = s[:i]
	}
	return string(s)
}

// tomlValueEnd finds where the value that starts at from ends: behind its quotes or brackets, or before a comment.
func tomlValueEnd(data []byte, from int) int {
	depth := 0
	for at := from; at < len(data); at++ {
		switch c := data[at]; c {
		case '"', '\'':
			at = stringEnd(data, at) - 1
			if depth == 0 {
				return at + 1
			}
		case '[', '{':
			depth++
		case ']', '}':
			if depth--; depth <= 0 {
				return at + 1
			}
		case '#', '\n':
			if depth == 0 {
				return from + len(bytes.TrimRight(data[from:at], " \t"))
			}
			if c == '#' {
				at += lineLen(data[at:]) - 1
			}
		}
	}
	return len(data)
}

// stringEnd is behind the quotes of the string that starts at from: one of them, or three.
func stringEnd(data []byte, from int) int {
	quote := data[from : from+1]
	if triple := bytes.Repeat(quote, 3); bytes.HasPrefix(data[from:], triple) {
		if i := bytes.Index(data[from+3:], triple); i >= 0 {
			return from + i + 6
		}
		return len(data)
	}
	for at := from + 1; at < len(data) && data[at] != '\n'; at++ {
		if data[at] == quote[0] {
			return at + 1
		}
		if data[at] == '\\' && quote[0] == '"' {
			at++
		}
	}
	return min(len(data), from+lineLen(data[from:]))
}

func (d *decoder) repeatedTOML() bool {
	first := map[string]tomlKey{}
	for _, k := range tomlKeys(d.data) {
		if p, ok := first[k.name]; ok && !k.table && !p.table {
			d.fail(diag.DuplicateKey, k.start, k.end, fmt.Sprintf("the key %q is here a second time", k.name), "keep one of the two",
				diag.Note{Place: d.text.place(d.base+p.start, d.base+p.end), Text: "the first is here"})
			return true
		} else if !ok {
			first[k.name] = k
		}
	}
	return false
}

// tomlValue places a decoded value at the bytes from start to end; items of a list at their own strings.
func (d *decoder) tomlValue(v any, start, end int) value {
	out := value{start: start, end: end}
	switch v := v.(type) {
	case string:
		out.kind, out.raw = kindText, v
		if d, ok := day(v); ok {
			out.kind, out.date = kindDate, d
		}
	case bool:
		out.kind, out.raw = kindTruth, fmt.Sprint(v)
	case int64:
		out.kind, out.raw = kindWhole, fmt.Sprint(v)
	case float64:
		out.kind, out.raw = kindReal, fmt.Sprint(v)
	case time.Time:
		out.kind, out.date = kindDate, schema.DateOf(v)
		out.raw = out.date.String()
	case []any:
		out.kind = kindList
		at := start
		for _, item := range v {
			from, to := start, end
			if s, ok := item.(string); ok {
				if i := bytes.Index(d.data[at:max(at, end)], []byte(s)); i >= 0 {
					from, to = at+i, at+i+len(s)
					at = to
				}
			}
			out.items = append(out.items, d.tomlValue(item, from, to))
		}
	case map[string]any:
		out.kind = kindTable
		for _, key := range sortedKeys(v) {
			out.pairs = append(out.pairs, pair{key: key, start: start, end: end, value: d.tomlValue(v[key], start, end)})
		}
	case []map[string]any:
		out.kind = kindList
		for _, item := range v {
			out.items = append(out.items, d.tomlValue(item, start, end))
		}
	}
	return out
}
