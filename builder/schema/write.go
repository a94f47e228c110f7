package schema

import (
	"bytes"
	"slices"

	"go.yaml.in/yaml/v3"
)

// WriteTypes writes types as handbook.yaml declares them, all or those named, with the fields that all types have. Read
// gives the same types for it.
func (s *Site) WriteTypes(names ...string) ([]byte, error) {
	top := mapNode()
	if len(names) == 0 && len(s.Fields) > 0 {
		top.add("fields", fieldsNode(s.Fields))
	}
	types := mapNode()
	for i := range s.Types {
		if t := &s.Types[i]; len(names) == 0 || slices.Contains(names, t.Name) {
			types.add(t.Name, s.typeNode(t))
		}
	}
	top.add("types", types)
	var out bytes.Buffer
	enc := yaml.NewEncoder(&out)
	enc.SetIndent(2)
	if err := enc.Encode((*yaml.Node)(top)); err != nil {
		return nil, err
	}
	return out.Bytes(), enc.Close()
}

// node is a YAML map that keeps the order of its keys.
type node yaml.Node

func mapNode() *node { return &node{Kind: yaml.MappingNode} }

func (n *node) add(key string, value *node) {
	n.Content = append(n.Content, (*yaml.Node)(scalar(key)), (*yaml.Node)(value))
}

func (n *node) text(key, value string) {
	if value != "" {
		n.add(key, scalar(value))
	}
}

func (n *node) flag(key string, value bool) {
	if value {
		n.add(key, &node{Kind: yaml.ScalarNode, Tag: "!!bool", Value: "true"})
	}
}

func (n *node) list(key string, values []string) {
	if len(values) > 0 {
		n.add(key, listNode(values))
	}
}

func scalar(value string) *node {
	n := &node{}
	(*yaml.Node)(n).SetString(value)
	return n
}

func listNode(values []string) *node {
	list := &node{Kind: yaml.SequenceNode, Style: yaml.FlowStyle}
	for _, v := range values {
		list.Content = append(list.Content, (*yaml.Node)(scalar(v)))
	}
	return list
}

func (s *Site) typeNode(t *Type) *node {
	n := mapNode()
	n.text("label", t.Label)
	n.text("plural", t.Plural)
	n.text("help", t.Help)
	n.text("folder", t.Folder)
	n.text("every", t.Every)
	n.list("ended", t.Ended)
	if t.Notice != NoticeBanner {
		n.text("notice", string(t.Notice))
	}
	if len(t.Statuses) > 0 {
		n.add("statuses", statusesNode(t.Statuses))
	}
	own := slices.DeleteFunc(slices.Clone(t.Fields), func(f Field) bool { // the others are those of all types
		return slices.ContainsFunc(s.Fields, func(c Field) bool { return c.Name == f.Name })
	})
	if len(own) > 0 {
		n.add("fields", fieldsNode(own))
	}
	n.list("headings", t.Headings)
	n.list("stopped_by", t.Stops)
	if len(t.Views) > 0 {
		views := &node{Kind: yaml.SequenceNode}
		for _, v := range t.Views {
			views.Content = append(views.Content, (*yaml.Node)(scalar(v)))
		}
		n.add("views", views)
	}
	n.text("template", t.Template)
	return n
}

func statusesNode(statuses []Status) *node {
	n := mapNode()
	free := true
	for _, s := range statuses {
		free = free && s.Next == nil
		if s.Next == nil {
			n.add(s.Name, &node{Kind: yaml.ScalarNode, Tag: "!!null"})
		} else {
			n.add(s.Name, listNode(s.Next))
		}
	}
	if free {
		var names []string
		for _, s := range statuses {
			names = append(names, s.Name)
		}
		return listNode(names)
	}
	return n
}

func fieldsNode(fields []Field) *node {
	n := mapNode()
	for _, f := range fields {
		n.add(f.Name, fieldNode(f))
	}
	return n
}

// fieldNode writes a field as shortly as it can be read.
func fieldNode(f Field) *node {
	n := mapNode()
	if f.Label != readable(f.Name) {
		n.text("label", f.Label)
	}
	kind, many := string(f.Kind), f.Many
	switch {
	case f.Kind == KindText && f.Many:
		kind, many = "list", false
	case f.Kind == KindRecords:
		many = false
		if !f.Many {
			kind = "record"
		}
	}
	implied := f.Kind == KindText && !f.Many || f.Kind == KindEnum || f.Kind == KindReference || f.Kind == KindRecords && f.Many
	if !implied {
		n.text("kind", kind)
	}
	if f.Kind == KindReference && len(f.To) == 0 {
		n.text("to", "any")
	}
	n.list("to", f.To)
	n.list("options", f.Options)
	n.flag("many", many)
	n.text("back", f.Back)
	n.flag("required", f.Required)
	n.flag("carries", f.Carries)
	n.text("help", f.Help)
	if len(f.Fields) > 0 {
		n.add("fields", fieldsNode(f.Fields))
	}
	switch {
	case len(n.Content) == 0:
		return scalar(kind)
	case len(n.Content) == 2 && n.Content[0].Value == "kind":
		return scalar(n.Content[1].Value)
	}
	return n
}
