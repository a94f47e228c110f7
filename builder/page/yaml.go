package page

import (
	"bytes"
	"fmt"
	"regexp"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v3"

	"handbook/builder/diag"
)

// maxNodes bounds what aliases may unfold to.
const maxNodes = 20_000

func decodeYAML(d *decoder) []pair {
	if len(bytes.TrimSpace(d.data)) == 0 {
		return nil
	}
	var doc yaml.Node
	if err := yaml.Unmarshal(d.data, &doc); err != nil {
		d.explainYAML(err)
		return nil
	}
	if doc.Kind == 0 || len(doc.Content) == 0 {
		return nil
	}
	r := yamlReader{d: d, lines: diag.NewLines(d.data)}
	v := r.value(doc.Content[0], 0)
	switch {
	case d.broken:
		return nil
	case v.kind == kindNull:
		return nil
	case v.kind != kindTable:
		start, end := max(0, v.start), v.start+lineLen(d.data[min(v.start, len(d.data)):])
		d.fail(diag.InvalidFrontmatter, start, max(start, end-1), "frontmatter is a list of keys and values, and this is neither",
			`write a line as "title: …"`)
		return nil
	}
	return v.pairs
}

// tooMuch says that there is more than anybody writes.
func (d *decoder) tooMuch(at int, help string) {
	if !d.broken {
		d.fail(diag.InvalidFrontmatter, at, at+1, "frontmatter nests too deep or unfolds to too much", help)
	}
}

// yamlReader turns YAML nodes into values with places.
type yamlReader struct {
	d     *decoder
	lines diag.Lines
	nodes int
}

func (r *yamlReader) value(n *yaml.Node, depth int) value {
	start := r.lines.Offset(n.Line, n.Column)
	if r.nodes++; r.nodes > maxNodes || depth > maxDepth {
		r.d.tooMuch(start, "write the value out, without aliases")
		return value{}
	}
	v := value{start: start, end: start}
	switch n.Kind {
	case yaml.AliasNode:
		v = r.value(n.Alias, depth+1)
		v.start, v.end = start, start+1+len(n.Value)
	case yaml.ScalarNode:
		r.scalar(n, &v)
	case yaml.SequenceNode:
		v.kind = kindList
		for _, c := range n.Content {
			v.items = append(v.items, r.value(c, depth+1))
			v.end = max(v.end, v.items[len(v.items)-1].end)
		}
		v.end = r.closeFlow(n, v.end, ']')
	case yaml.MappingNode:
		v.kind = kindTable
		r.table(n, &v, depth)
		v.end = r.closeFlow(n, v.end, '}')
	}
	return v
}

func (r *yamlReader) table(n *yaml.Node, v *value, depth int) {
	var merged []pair
	for i := 0; i+1 < len(n.Content) && r.nodes <= maxNodes; i += 2 {
		k, c := n.Content[i], n.Content[i+1]
		if k.Kind != yaml.ScalarNode {
			at := r.lines.Offset(k.Line, k.Column)
			if k.Kind == yaml.MappingNode && at > 0 && r.d.data[at-1] == '{' {
				at-- // {{ … }} is a map as the key of a map
			}
			r.d.fail(diag.InvalidFrontmatter, at, at+1, "this reads as a table where a value is meant", "put the value in quotes")
			return
		}
		item := r.value(c, depth+1)
		v.end = max(v.end, item.end)
		if k.ShortTag() == "!!merge" {
			merged = append(merged, item.pairs...)
			for _, m := range item.items {
				merged = append(merged, m.pairs...)
			}
			continue
		}
		start := r.lines.Offset(k.Line, k.Column)
		v.pairs = append(v.pairs, pair{key: k.Value, start: start, end: r.scalarEnd(k, start), value: item})
	}
	if r.nodes > maxNodes {
		return
	}
	v.pairs = r.d.only(v.pairs)
	if len(merged) == 0 {
		return
	}
	own := make(map[string]bool, len(v.pairs))
	for _, p := range v.pairs {
		own[p.key] = true
	}
	for _, m := range merged { // a key of the table itself comes before a merged one
		if !own[m.key] {
			own[m.key] = true
			v.pairs = append(v.pairs, m)
		}
	}
}

func (r *yamlReader) scalar(n *yaml.Node, v *value) {
	v.raw, v.end = n.Value, r.scalarEnd(n, v.start)
	switch n.ShortTag() {
	case "!!null":
		v.kind = kindNull
	case "!!bool":
		v.kind = kindTruth
	case "!!int":
		v.kind = kindWhole
	case "!!float":
		v.kind = kindReal
	default:
		v.kind = kindText
		if d, ok := day(n.Value); ok {
			v.kind, v.date = kindDate, d
		}
	}
}

// scalarEnd is behind a scalar as written. YAML nodes tell only where they start.
func (r *yamlReader) scalarEnd(n *yaml.Node, start int) int {
	rest := r.d.data[start:]
	switch {
	case n.Style&yaml.DoubleQuotedStyle != 0, n.Style&yaml.SingleQuotedStyle != 0:
		if i := bytes.IndexAny(rest[:lineLen(rest)], `"'`); i >= 0 {
			return quoteEnd(r.d.data, start+i)
		}
	case bytes.HasPrefix(rest, []byte(n.Value)):
		return start + len(n.Value)
	}
	return start + len(bytes.TrimRight(rest[:lineLen(rest)], " \t\n"))
}

// quoteEnd is behind the closing quote of the YAML string that opens at from.
func quoteEnd(data []byte, from int) int {
	quote := data[from]
	for at := from + 1; at < len(data); at++ {
		switch {
		case data[at] == '\\' && quote == '"':
			at++
		case data[at] == quote && quote == '\'' && at+1 < len(data) && data[at+1] == quote:
			at++
		case data[at] == quote:
			return at + 1
		}
	}
	return len(data)
}

func (r *yamlReader) closeFlow(n *yaml.Node, end int, bracket byte) int {
	if n.Style&yaml.FlowStyle == 0 {
		return end
	}
	rest := r.d.data[min(end, len(r.d.data)):]
	if i := bytes.IndexByte(rest, bracket); i >= 0 && len(bytes.Trim(rest[:i], " ,\t\n[{")) == 0 {
		return end + i + 1
	}
	return end
}

func lineStarts(data []byte) []int {
	starts := []int{0}
	for i, c := range data {
		if c == '\n' {
			starts = append(starts, i+1)
		}
	}
	return starts
}

// explainYAML places a syntax error. YAML's own line is where its reader gave up, often far below the mistake, so
// each entry of the top table is tried alone, and the first that fails is looked at closely.
func (d *decoder) explainYAML(err error) {
	var anchors map[string]bool
	for at := 0; at < len(d.data); {
		end := entryEnd(d.data, at)
		entry := d.data[at:end]
		var node yaml.Node
		failed := yaml.Unmarshal(entry, &node)
		if failed != nil && strings.Contains(failed.Error(), "unknown anchor") {
			if anchors == nil {
				anchors = anchorsOf(d.data)
			}
			if _, name, _ := strings.Cut(failed.Error(), "'"); anchors[strings.TrimSuffix(name, "' referenced")] {
				failed = nil
			}
		}
		if failed != nil || isStray(&node) {
			start, stop, what, help := faultIn(entry, failed)
			d.fail(diag.InvalidFrontmatter, at+start, at+stop, what, help)
			return
		}
		at = end
	}
	line := 0
	if m := regexp.MustCompile(`line (\d+):`).FindStringSubmatch(err.Error()); m != nil {
		line, _ = strconv.Atoi(m[1])
	}
	starts := lineStarts(d.data)
	start := starts[max(0, min(line, len(starts))-1)]
	end := start + len(bytes.TrimRight(d.data[start:start+lineLen(d.data[start:])], "\n"))
	d.fail(diag.InvalidFrontmatter, start, end, yamlText(err), "check the indentation and quotes here and on the line before")
}

// entryEnd is where the entry of the top table that starts at from ends: before the next line that is not indented.
func entryEnd(data []byte, from int) int {
	at := from + lineLen(data[from:])
	for at < len(data) && strings.IndexByte(" \t\n-]}", data[at]) >= 0 {
		at += lineLen(data[at:])
	}
	return at
}

var anchorForm = regexp.MustCompile(`&([^\s,\[\]{}]+)`)

func anchorsOf(data []byte) map[string]bool {
	names := map[string]bool{}
	for _, m := range anchorForm.FindAllSubmatch(data, -1) {
		names[string(m[1])] = true
	}
	return names
}

// isStray tells whether an entry stands alone well and yet is no key with a value.
func isStray(node *yaml.Node) bool {
	return len(node.Content) > 0 && node.Content[0].Kind != yaml.MappingNode
}

// faultIn finds the likely mistake in an entry that cannot be read.
func faultIn(entry []byte, failed error) (start, end int, what, help string) {
	for at := 0; at < len(entry); {
		n := lineLen(entry[at:])
		line := bytes.TrimRight(entry[at:at+n], " \t\n")
		if from, to, what, help := faultOnLine(line); what != "" {
			return at + from, at + to, what, help
		}
		at += n
	}
	end = len(bytes.TrimRight(entry[:lineLen(entry)], " \t\n"))
	if failed == nil {
		return 0, end, "this line is not a key and a value", `write it as "key: value"`
	}
	if m := regexp.MustCompile(`line (\d+):`).FindStringSubmatch(failed.Error()); m != nil {
		line, _ := strconv.Atoi(m[1])
		starts := lineStarts(entry)
		if line = min(line, len(starts)); line > 0 && starts[line-1] < len(entry) {
			start = starts[line-1]
			end = start + len(bytes.TrimRight(entry[start:start+lineLen(entry[start:])], " \t\n"))
		}
	}
	return start, end, yamlText(failed), "check the indentation and quotes of this entry"
}

// faultOnLine looks for the mistakes people make most.
func faultOnLine(line []byte) (start, end int, what, help string) {
	const quote = "put the value in quotes"
	indent := len(line) - len(bytes.TrimLeft(line, " "))
	if indent < len(line) && line[indent] == '\t' {
		return indent, indent + 1, "YAML does not take a tab as indentation", "replace the tab with spaces"
	}
	start = indent
	for bytes.HasPrefix(line[start:], []byte("- ")) {
		start += 2
	}
	if colon := keyColon(line[start:]); colon > 0 {
		start += colon + 1
		start += len(line[start:]) - len(bytes.TrimLeft(line[start:], " \t"))
	}
	v, end := line[start:], len(line)
	if len(v) == 0 {
		return 0, 0, "", ""
	}
	var node yaml.Node
	alone := yaml.Unmarshal(append([]byte("k: "), v...), &node)
	switch {
	case v[0] == '"' || v[0] == '\'':
		close := quoteEnd(v, 0)
		after := bytes.TrimSpace(v[close:])
		switch {
		case close == len(v) && (len(v) == 1 || v[close-1] != v[0]):
			return start, end, "this quote is never closed", fmt.Sprintf("end the value with %c", v[0])
		case len(after) > 0 && after[0] != '#':
			other := "'"
			if v[0] == '\'' {
				other = `"`
			}
			return start + close - 1, end, "the value goes on after its closing quote", "put the whole value in " + other + " quotes, or double the quotes inside it"
		case alone != nil:
			return start, end, "this value has an escape that YAML does not know", "write a backslash twice, or use single quotes"
		}
	case bytes.HasPrefix(v, []byte("{{")), bytes.HasPrefix(v, []byte("{%")):
		return start, end, "a value that begins with a brace is read as a table", quote
	case strings.IndexByte("@`%", v[0]) >= 0:
		return start, end, fmt.Sprintf("a value cannot begin with %c", v[0]), quote
	case strings.IndexByte("*&!", v[0]) >= 0 && alone != nil:
		return start, end, fmt.Sprintf("a value that begins with %c is read as a reference, not as text", v[0]), quote
	case strings.IndexByte("[{", v[0]) >= 0:
		if alone != nil && len(v) > 1 {
			if from, to := unreadEntry(v); to > 0 {
				return start + from, start + to, "this entry of the list cannot be read as text", "put the entry in quotes"
			}
			return start, end, fmt.Sprintf("a value that begins with %c is read as a list or table, and this is neither", v[0]), "close the bracket, or " + quote
		}
	case strings.IndexByte("|>", v[0]) >= 0:
		return 0, 0, "", ""
	default:
		if i := bytes.Index(v, []byte(": ")); i >= 0 && start > indent {
			return start + i, start + i + 1, "a value with a colon and a blank in it is read as a second key", quote
		}
		if v[len(v)-1] == ':' && start > indent {
			return end - 1, end, "a value that ends in a colon is read as a second key", quote
		}
	}
	return 0, 0, "", ""
}

// unreadEntry finds the first entry of a list in brackets that YAML does not read by itself: `[how?, "x"]`, `[@ana]`.
func unreadEntry(list []byte) (start, end int) {
	if list[0] != '[' || list[len(list)-1] != ']' {
		return 0, 0
	}
	for at := 1; at < len(list); at = end + 1 {
		for end = at; end < len(list)-1 && list[end] != ','; end++ {
			if (list[end] == '"' || list[end] == '\'') && len(bytes.TrimSpace(list[at:end])) == 0 {
				end = quoteEnd(list, end) - 1
			}
		}
		entry := bytes.TrimSpace(list[at:end])
		var node yaml.Node
		if len(entry) > 0 && !bytes.ContainsAny(entry, "[]{}") && yaml.Unmarshal([]byte("["+string(entry)+"]"), &node) != nil {
			start = at + bytes.Index(list[at:], entry)
			return start, start + len(entry)
		}
	}
	return 0, 0
}

// keyColon finds the colon behind a key that begins a line, or -1.
func keyColon(line []byte) int {
	for i, c := range line {
		if c == ':' && (i+1 == len(line) || line[i+1] == ' ' || line[i+1] == '\t') {
			return i
		}
	}
	return -1
}

// yamlText is YAML's own words without its line number, which is often wrong.
func yamlText(err error) string {
	s := strings.TrimPrefix(err.Error(), "yaml: ")
	if _, after, ok := strings.Cut(s, ": "); ok && strings.HasPrefix(s, "line ") {
		s = after
	}
	return "this cannot be read as YAML: " + s
}
