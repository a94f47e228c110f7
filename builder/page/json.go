package page

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"

	"handbook/builder/diag"
)

// maxDepth is how deep lists and tables in frontmatter may nest.
const maxDepth = 50

// objectEnd is the length of the JSON object that b begins with, or 0 when it begins with none.
func objectEnd(b []byte) int {
	r := jsonReader{dec: json.NewDecoder(bytes.NewReader(b))}
	if v, err := r.value(0); err != nil || v.kind != kindTable {
		return 0
	}
	return int(r.dec.InputOffset())
}

func decodeJSON(d *decoder) []pair {
	r := jsonReader{d: d, data: d.data, dec: json.NewDecoder(bytes.NewReader(d.data))}
	v, err := r.value(0)
	if err == nil {
		r.last = r.skip(int(r.dec.InputOffset()))
		if _, more := r.dec.Token(); more != io.EOF {
			err = errors.New("there is more after the closing brace")
		}
	}
	if errors.Is(err, errTooDeep) {
		d.tooMuch(r.last, flatter)
		return nil
	}
	if err != nil {
		end := r.last
		for end < len(d.data) && strings.IndexByte(" \t\n,:]}", d.data[end]) < 0 {
			end++
		}
		d.fail(diag.InvalidFrontmatter, r.last, max(end, r.last+1), "this is not JSON: "+err.Error(), "check the commas and quotes here and on the line before")
		return nil
	}
	if v.kind != kindTable {
		d.fail(diag.InvalidFrontmatter, v.start, v.end, "frontmatter is a list of keys and values, and this is neither", `write it as {"title": "…"}`)
		return nil
	}
	return d.only(v.pairs)
}

// jsonReader reads values with their places from a stream of tokens.
type jsonReader struct {
	d     *decoder
	data  []byte
	dec   *json.Decoder
	last  int // where the last value starts
	nodes int
}

var errTooDeep = errors.New("it nests too deep, or holds too much")

func (r *jsonReader) value(depth int) (value, error) {
	from := int(r.dec.InputOffset())
	token, err := r.dec.Token()
	if err == io.EOF {
		err = io.ErrUnexpectedEOF
	}
	v := value{start: r.skip(from), end: int(r.dec.InputOffset())}
	r.last = v.start
	if err != nil {
		return v, err
	}
	if r.nodes++; r.nodes > maxNodes || depth > maxDepth {
		return v, errTooDeep
	}
	switch token := token.(type) {
	case json.Delim:
		return r.compound(v, token, depth)
	case string:
		v.kind, v.raw = kindText, token
		if d, ok := day(token); ok {
			v.kind, v.date = kindDate, d
		}
	case bool:
		v.kind, v.raw = kindTruth, fmt.Sprint(token)
	case float64:
		v.kind, v.raw = kindReal, fmt.Sprint(token)
		if token == float64(int64(token)) {
			v.kind, v.raw = kindWhole, fmt.Sprint(int64(token))
		}
	}
	return v, nil
}

func (r *jsonReader) compound(v value, open json.Delim, depth int) (value, error) {
	v.kind = kindList
	if open == '{' {
		v.kind = kindTable
	}
	for r.dec.More() {
		var p pair
		if v.kind == kindTable {
			key, err := r.value(depth + 1)
			if err != nil {
				return v, err
			}
			p = pair{key: key.raw, start: key.start, end: key.end}
		}
		item, err := r.value(depth + 1)
		if err != nil {
			return v, err
		}
		if p.value = item; v.kind == kindTable {
			v.pairs = append(v.pairs, p)
		} else {
			v.items = append(v.items, item)
		}
	}
	_, err := r.dec.Token() // the closing bracket
	v.end = int(r.dec.InputOffset())
	if err == io.EOF {
		err = io.ErrUnexpectedEOF
	}
	return v, err
}

// skip moves over what stands between two tokens.
func (r *jsonReader) skip(at int) int {
	for at < len(r.data) && strings.IndexByte(" \t\n,:", r.data[at]) >= 0 {
		at++
	}
	return at
}

// only drops keys that come a second time, and says so.
func (d *decoder) only(pairs []pair) []pair {
	first := make(map[string]pair, len(pairs))
	out := pairs[:0]
	for _, p := range pairs {
		if q, ok := first[p.key]; ok {
			d.repeatedKey(p, q)
			continue
		}
		first[p.key] = p
		p.value.pairs = d.only(p.value.pairs)
		out = append(out, p)
	}
	return out
}

func (d *decoder) repeatedKey(p, first pair) {
	d.fail(diag.DuplicateKey, p.start, p.end, fmt.Sprintf("the key %q is here a second time", p.key), "keep one of the two",
		diag.Note{Place: d.text.place(d.base+first.start, d.base+first.end), Text: "the first is here"})
}
