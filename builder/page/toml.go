package page

import (
	"errors"
	"slices"
	"strings"

	"github.com/pelletier/go-toml/v2"
	"github.com/pelletier/go-toml/v2/unstable"

	"handbook/builder/diag"
)

func decodeTOML(d *decoder) []pair {
	r := tomlReader{decoder: d, data: slices.Clip(d.data)}
	r.Reset(r.data)
	top := &tomlTable{}
	table := top // what the last header named
	depth := 0
	for !d.broken && r.NextExpression() {
		switch n := r.Expression(); n.Kind {
		case unstable.KeyValue:
			r.pair(n, table, depth)
		default:
			table, depth = r.header(n, top)
		}
	}
	if d.broken {
		return nil
	}
	var bad *unstable.ParserError
	if errors.As(r.Error(), &bad) {
		at := r.Range(bad.Highlight)
		if strings.HasSuffix(bad.Message, "levels deep") {
			r.tooMuch(int(at.Offset), flatter)
			return nil
		}
		r.wrong(int(at.Offset), max(1, int(at.Length)), bad.Message)
		return nil
	}
	return top.list()
}

const flatter = "write fewer keys and values, less deep"

// tomlReader turns TOML into values with places.
type tomlReader struct {
	*decoder
	unstable.Parser
	data  []byte
	nodes int
}

// tomlTable is a table that may still grow: TOML writes one in several places.
type tomlTable struct {
	keys  []*tomlKey
	index map[string]*tomlKey
}

// tomlKey is a key of a table with one of a value, a table and a list of tables.
type tomlKey struct {
	pair
	table  *tomlTable
	tables []*tomlTable
	at     []unstable.Range // of the names of tables
	header bool             // the table has a header of its own
	dotted bool             // it is made by keys with dots
}

func (t *tomlTable) list() []pair {
	pairs := make([]pair, len(t.keys))
	for i, k := range t.keys {
		if k.table != nil {
			k.value = value{kind: kindTable, pairs: k.table.list(), start: k.start, end: k.end}
		} else if k.tables != nil {
			k.value = value{kind: kindList, start: k.start, end: k.end}
			for i, t := range k.tables {
				at := k.at[i]
				k.value.items = append(k.value.items, value{kind: kindTable, pairs: t.list(), start: int(at.Offset), end: int(at.Offset + at.Length)})
			}
		}
		pairs[i] = k.pair
	}
	return pairs
}

func (r *tomlReader) wrong(at, length int, what string) {
	r.fail(diag.InvalidFrontmatter, at, at+length, "this is not TOML: "+strings.TrimSuffix(what, "."), `write a line as key = "value"`)
}

// count reports whether there may be one thing more, so deep.
func (r *tomlReader) count(depth, at int) bool {
	if r.nodes++; r.nodes > maxNodes || depth > maxDepth {
		r.tooMuch(at, flatter)
	}
	return !r.broken
}

// header finds or makes the table that a header names, and tells how deep it lies.
func (r *tomlReader) header(n *unstable.Node, top *tomlTable) (*tomlTable, int) {
	t, depth, last := r.walk(n.Key(), top, 0, false)
	if last == nil {
		return t, depth
	}
	k := t.find(last)
	list := n.Kind == unstable.ArrayTable
	switch {
	case k == nil:
		k = t.add(last)
	case list && k.tables == nil, !list && (k.table == nil || k.header || k.dotted):
		r.repeated(last, k)
		return t, depth
	}
	k.header = true
	if list {
		k.tables = append(k.tables, &tomlTable{})
		k.at = append(k.at, last.Raw)
		return k.tables[len(k.tables)-1], depth
	}
	if k.table == nil {
		k.table = &tomlTable{}
	}
	return k.table, depth
}

// pair puts a key and its value into a table.
func (r *tomlReader) pair(n *unstable.Node, t *tomlTable, depth int) {
	t, depth, last := r.walk(n.Key(), t, depth, true)
	if last == nil {
		return
	}
	if k := t.find(last); k != nil {
		r.repeated(last, k)
		return
	}
	at := r.skip(int(last.Raw.Offset + last.Raw.Length))
	k := t.add(last) // an equal sign is between
	k.value = r.value(n.Value(), r.skip(at+1), depth)
}

// walk follows all of a key but its last part, which it gives; nil when it leads nowhere. Dots add to no table that a
// header made.
func (r *tomlReader) walk(parts unstable.Iterator, t *tomlTable, depth int, dotted bool) (*tomlTable, int, *unstable.Node) {
	for parts.Next() {
		n := parts.Node()
		if depth++; !r.count(depth, int(n.Raw.Offset)) {
			return t, depth, nil
		}
		if parts.IsLast() {
			return t, depth, n
		}
		k := t.find(n)
		switch {
		case k == nil:
			k = t.add(n)
			k.table, k.dotted = &tomlTable{}, dotted
			t = k.table
		case k.table != nil && (k.dotted || !dotted):
			t = k.table
		case k.tables != nil && !dotted:
			t = k.tables[len(k.tables)-1]
		default:
			r.repeated(n, k)
			return t, depth, nil
		}
	}
	return t, depth, nil
}

func (t *tomlTable) find(n *unstable.Node) *tomlKey { return t.index[string(n.Data)] }

func (t *tomlTable) add(n *unstable.Node) *tomlKey {
	k := &tomlKey{pair: pair{key: string(n.Data), start: int(n.Raw.Offset), end: int(n.Raw.Offset + n.Raw.Length)}}
	if t.index == nil {
		t.index = map[string]*tomlKey{}
	}
	t.index[k.key] = k
	t.keys = append(t.keys, k)
	return k
}

func (r *tomlReader) repeated(n *unstable.Node, first *tomlKey) {
	r.repeatedKey(pair{key: first.key, start: int(n.Raw.Offset), end: int(n.Raw.Offset + n.Raw.Length)}, first.pair)
}

// value reads what stands at an offset.
func (r *tomlReader) value(n *unstable.Node, at, depth int) value {
	v := value{start: at, end: at + int(n.Raw.Length), raw: string(n.Data)}
	if !r.count(depth, at) {
		return v
	}
	children := n.Children()
	switch n.Kind {
	case unstable.Array:
		v.kind, v.raw, v.end = kindList, "", at+1
		for children.Next() && !r.broken {
			item := r.value(children.Node(), r.skip(v.end), depth+1)
			v.items, v.end = append(v.items, item), item.end
		}
		v.end = r.skip(v.end) + 1
	case unstable.InlineTable:
		v.kind, v.raw, v.end = kindTable, "", at+1
		t := &tomlTable{}
		for children.Next() && !r.broken {
			n := children.Node()
			r.pair(n, t, depth)
			v.end = int(n.Raw.Offset + n.Raw.Length)
		}
		v.pairs, v.end = t.list(), r.skip(v.end)+1
	case unstable.Bool:
		v.kind = kindTruth
	case unstable.Integer:
		v.kind = kindWhole
		r.check(v)
	case unstable.Float:
		v.kind = kindReal
		r.check(v)
	default:
		if v.kind = kindText; n.Kind != unstable.String {
			r.check(v)
		}
		if d, ok := day(v.raw); ok {
			v.kind, v.date = kindDate, d
		}
	}
	return v
}

// check has the decoder look at a number or a day, which the parser takes as they come.
func (r *tomlReader) check(v value) {
	var alone map[string]any
	if err := toml.Unmarshal([]byte("x = "+v.raw), &alone); err != nil {
		r.wrong(v.start, v.end-v.start, strings.TrimPrefix(err.Error(), "toml: "))
	}
}

// skip moves over what may stand between two values.
func (r *tomlReader) skip(at int) int {
	for at < len(r.data) {
		switch r.data[at] {
		case ' ', '\t', '\n', ',':
			at++
		case '#':
			at += lineLen(r.data[at:])
		default:
			return at
		}
	}
	return at
}
