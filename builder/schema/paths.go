package schema

import (
	"slices"

	"handbook/builder/diag"

	"go.yaml.in/yaml/v3"
)

// PathKind is what a path in handbook.yaml is for.
type PathKind uint8

// The kinds.
const (
	PathIgnored PathKind = iota // a pattern of `ignore`
	PathRule                    // a pattern below a rule
	PathFolder                  // the folder of a type
	PathView                    // no path but a view of a type, which may name pages
)

// Path is a path or a pattern of paths, below the content folder, in handbook.yaml.
type Path struct {
	Kind PathKind
	Text string
	At   diag.Place // of the text without its quotes
	Sure bool       // the bytes at the place are the text; not where it is written with escapes, or over several lines
}

// Paths lists what handbook.yaml names by its path, in the order of the file. name is the file as messages call it.
func Paths(name string, data []byte) []Path {
	var doc yaml.Node
	if yaml.Unmarshal(data, &doc) != nil || len(doc.Content) == 0 {
		return nil
	}
	r := reader{site: &Site{}, file: name, data: data}
	var found []Path
	add := func(kind PathKind, v *yaml.Node) {
		if v.Kind != yaml.ScalarNode || v.Value == "" {
			return
		}
		at := r.line(v.Line)
		at.Start = min(r.lines.Offset(v.Line, v.Column), at.End)
		if v.Style&(yaml.DoubleQuotedStyle|yaml.SingleQuotedStyle) != 0 {
			at.Start++
		}
		p := Path{Kind: kind, Text: v.Value, At: at}
		if end := at.Start + len(v.Value); end <= at.End && string(data[at.Start:end]) == v.Value {
			p.At.End, p.Sure = end, true
		}
		found = append(found, p)
	}
	pairs(doc.Content[0], func(key, value *yaml.Node) {
		switch key.Value {
		case "ignore":
			for _, item := range r.list(value) {
				add(PathIgnored, item)
			}
		case "rules":
			pairs(value, func(_, in *yaml.Node) {
				pairs(in, func(pattern, _ *yaml.Node) { add(PathRule, pattern) })
			})
		case "types":
			pairs(value, func(_, typ *yaml.Node) {
				pairs(typ, func(key, value *yaml.Node) {
					switch key.Value {
					case "folder":
						add(PathFolder, value)
					case "views":
						for _, item := range r.list(value) {
							add(PathView, item)
						}
					}
				})
			})
		}
	})
	slices.SortStableFunc(found, func(a, b Path) int { return a.At.Start - b.At.Start })
	return found
}

// pairs calls f for each key of a map with its value; for none of what is no map.
func pairs(node *yaml.Node, f func(key, value *yaml.Node)) {
	if node.Kind != yaml.MappingNode {
		return
	}
	for i := 0; i+1 < len(node.Content); i += 2 {
		f(node.Content[i], node.Content[i+1])
	}
}
