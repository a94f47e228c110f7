package schema

import (
	"bytes"
	"slices"
	"strconv"

	"go.yaml.in/yaml/v3"
)

// WriteTypes writes types as handbook.yaml declares them, all or those named, with the fields that all types have. Read
// gives the same types for it.
func (s *Site) WriteTypes(names ...string) ([]byte, error) {
	top := mapNode()
	if len(names) == 0 && len(s.Fields) > 0 {
		top.add("fields", fieldsNode(s.Fields, Default().Fields))
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

func (n *node) list(key string, values []string) {
	if len(values) > 0 {
		n.add(key, listNode(values))
	}
}

// Quoted is a text as YAML has it, in quotes where it needs them.
func Quoted(text string) string {
	data, err := yaml.Marshal((*yaml.Node)(scalar(text)))
	if err != nil {
		return strconv.Quote(text) // texts can always be written
	}
	return string(bytes.TrimSuffix(data, []byte("\n")))
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
	base := Default().Type(t.Name) // what is written is read over this
	if base == nil {
		base = &Type{}
	}
	n := mapNode()
	n.text("label", t.Label)
	n.text("plural", t.Plural)
	n.text("help", t.Help)
	n.text("folder", t.Folder)
	n.text("every", t.Every)
	n.listOver("ended", t.Ended, base.Ended)
	if !slices.Equal(t.Unready, unready) || len(base.Unready) > 0 && !slices.Equal(base.Unready, unready) {
		n.listOver("unfinished", t.Unready, base.Unready)
	}
	if t.Notice != NoticeBanner {
		n.text("notice", string(t.Notice))
	}
	if len(t.Statuses) > 0 {
		n.add("statuses", statusesNode(t.Statuses))
	}
	own := withoutFields(t.Fields, s.Fields)
	if over := withoutFields(base.Fields, s.Fields); len(own)+len(over) > 0 {
		n.add("fields", fieldsNode(own, over))
	}
	n.listOver("headings", t.Headings, base.Headings)
	n.text("decide_within", t.Decide)
	n.listOver("stopped_by", t.Stops, base.Stops)
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

// fieldsNode writes fields. What they are read over may say more than they do, which has to be taken back.
func fieldsNode(fields, over []Field) *node {
	n := mapNode()
	for _, f := range fields {
		var old Field
		if i := slices.IndexFunc(over, func(o Field) bool { return o.Name == f.Name }); i >= 0 {
			old = over[i]
		}
		n.add(f.Name, fieldNode(f, old))
	}
	for _, o := range over {
		if !slices.ContainsFunc(fields, func(f Field) bool { return f.Name == o.Name }) {
			n.add(o.Name, flagNode(false))
		}
	}
	return n
}

func flagNode(value bool) *node {
	return &node{Kind: yaml.ScalarNode, Tag: "!!bool", Value: strconv.FormatBool(value)}
}

// listOver writes a list, or an empty one where there was something.
func (n *node) listOver(key string, values, old []string) {
	if len(values)+len(old) > 0 {
		n.add(key, listNode(values))
	}
}

// withoutFields leaves out the fields that others have the names of: those of all types.
func withoutFields(fields, common []Field) []Field {
	return slices.DeleteFunc(slices.Clone(fields), func(f Field) bool {
		return slices.ContainsFunc(common, func(c Field) bool { return c.Name == f.Name })
	})
}

// flagOver writes a flag that is set, or that is taken back.
func (n *node) flagOver(key string, value, old bool) {
	if value || old {
		n.add(key, flagNode(value))
	}
}

// fieldNode writes a field as shortly as it can be read.
func fieldNode(f, old Field) *node {
	n := mapNode()
	if f.Label != readable(f.Name) || old.Label != "" && old.Label != f.Label {
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
	if !implied || old.Kind != "" && old.Kind != f.Kind {
		n.text("kind", kind)
	}
	if f.Kind == KindReference && len(f.To) == 0 {
		n.text("to", "any")
	}
	n.list("to", f.To)
	n.list("options", f.Options)
	n.flagOver("many", many, old.Many && !f.Many)
	n.text("back", f.Back)
	n.flagOver("required", f.Required, old.Required)
	n.flagOver("carries", f.Carries, old.Carries)
	n.list("met_by", f.MetBy)
	n.text("help", f.Help)
	if len(f.Fields) > 0 {
		n.add("fields", fieldsNode(f.Fields, old.Fields))
	}
	switch {
	case len(n.Content) == 0:
		return scalar(kind)
	case len(n.Content) == 2 && n.Content[0].Value == "kind":
		return scalar(n.Content[1].Value)
	}
	return n
}
