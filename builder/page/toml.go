package page

import (
	"bytes"
	"cmp"
	"errors"
	"fmt"
	"slices"
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
			v := d.tomlValue(table[name], k.valueStart, k.valEnd)
			if k.table {
				d.placeTables(name, &v)
			}
			pairs = append(pairs, pair{key: name, start: k.start, end: k.end, value: v})
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
	case Date: // read before
		out.kind, out.date, out.raw = kindDate, v, v.String()
	case []any:
		out.kind = kindList
		at := start
		for _, item := range v {
			from, to := start, end
			switch item := item.(type) {
			case string:
				if i := bytes.Index(d.data[at:max(at, end)], []byte(item)); i >= 0 {
					from, to = at+i, at+i+len(item)
					at = to
				}
			case map[string]any:
				from, to = d.braces(at, end)
				at = to
			}
			out.items = append(out.items, d.tomlValue(item, from, to))
		}
	case map[string]any:
		out.kind = kindTable
		for _, key := range sortedKeys(v) {
			out.pairs = append(out.pairs, d.inlinePair(key, v[key], start, end))
		}
		slices.SortStableFunc(out.pairs, func(a, b pair) int { return cmp.Compare(a.start, b.start) })
	case []map[string]any:
		out.kind = kindList
		at := start
		for _, item := range v {
			from, to := d.braces(at, end)
			at = to
			out.items = append(out.items, d.tomlValue(item, from, to))
		}
	}
	return out
}

// braces is where the next inline table of a list stands; the whole list when there is none.
func (d *decoder) braces(at, end int) (from, to int) {
	if i := bytes.IndexByte(d.data[at:max(at, end)], '{'); i >= 0 {
		return at + i, min(end, tomlValueEnd(d.data, at+i))
	}
	return at, end
}

// inlinePair places a key of an inline table that stands between two offsets.
func (d *decoder) inlinePair(key string, v any, start, end int) pair {
	for at := start; at < end; {
		i := bytes.Index(d.data[at:end], []byte(key))
		if i < 0 {
			break
		}
		from := at + i
		at = from + len(key)
		rest := bytes.TrimLeft(d.data[at:end], "\"' \t")
		if before := d.data[max(0, from-1)]; len(rest) == 0 || rest[0] != '=' || strings.IndexByte("{,\"' \t\n", before) < 0 {
			continue
		}
		value := end - len(rest) + 1
		value += len(d.data[value:end]) - len(bytes.TrimLeft(d.data[value:end], " \t"))
		return pair{key: key, start: from, end: from + len(key), value: d.tomlValue(v, value, d.inlineEnd(value, end))}
	}
	return pair{key: key, start: start, end: end, value: d.tomlValue(v, start, end)}
}

// inlineEnd is where a value inside an inline table ends.
func (d *decoder) inlineEnd(from, end int) int {
	if from < end && strings.IndexByte("\"'[{", d.data[from]) >= 0 {
		return min(end, tomlValueEnd(d.data, from))
	}
	if i := bytes.IndexAny(d.data[from:end], ",}\n"); i >= 0 {
		end = from + i
	}
	return from + len(bytes.TrimRight(d.data[from:end], " \t"))
}

// placeTables places what stands below the headers [name] and [[name]].
func (d *decoder) placeTables(name string, v *value) {
	tables := []*value{v}
	if v.kind == kindList {
		tables = tables[:0]
		for i := range v.items {
			tables = append(tables, &v.items[i])
		}
	}
	for at := 0; at < len(d.data) && len(tables) > 0; {
		next := at + lineLen(d.data[at:])
		header := string(bytes.TrimSpace(d.data[at:next]))
		if header, _, _ = strings.Cut(header, "#"); strings.Trim(header, "[] \t") != name || !strings.HasPrefix(header, "[") {
			at = next
			continue
		}
		end := next
		for end < len(d.data) && !bytes.HasPrefix(bytes.TrimLeft(d.data[end:], " \t"), []byte("[")) {
			end += lineLen(d.data[end:])
		}
		t := tables[0]
		tables = tables[1:]
		t.start = at + bytes.Index(d.data[at:next], []byte(name))
		t.end = t.start + len(name)
		for _, k := range tomlKeys(d.data[next:end]) {
			for i := range t.pairs {
				if p := &t.pairs[i]; p.key == k.name {
					p.start, p.end = next+k.start, next+k.end
					p.value = d.tomlValue(p.value.any(), next+k.valueStart, next+k.valEnd)
				}
			}
		}
		slices.SortStableFunc(t.pairs, func(a, b pair) int { return cmp.Compare(a.start, b.start) })
		at = end
	}
}
