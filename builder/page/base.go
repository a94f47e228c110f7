package page

import (
	"fmt"
	"regexp"
	"strings"

	"go.yaml.in/yaml/v3"
)

// obsidianBase is what a base of Obsidian says.
type obsidianBase struct {
	Filters yaml.Node
	Views   []struct {
		Type, Name string
		Filters    yaml.Node
		Order      []string
		Sort       []struct{ Property, Direction string }
		GroupBy    struct{ Property string } `yaml:"groupBy"`
		Limit      int
	}
}

// baseView says what a base of Obsidian asks in the words of a view, if it is one table or list and can be said so.
func baseView(source []byte) (view string, ok bool) {
	var b obsidianBase
	if yaml.Unmarshal(source, &b) != nil || len(b.Views) != 1 {
		return "", false
	}
	v := b.Views[0]
	kind, known := map[string]string{"table": "table", "list": "list", "": "table"}[v.Type]
	both, sayable := baseFilters(" && ", &b.Filters, &v.Filters)
	if !known || !sayable {
		return "", false
	}
	var w strings.Builder
	line := func(key, value string) {
		if value != "" {
			fmt.Fprintf(&w, "%s: %s\n", key, value)
		}
	}
	fields := func(names []string) string {
		var all []string
		for _, name := range names {
			field := baseField(name)
			ok = ok && field != ""
			all = append(all, field)
		}
		return strings.Join(all, ", ")
	}
	ok = !strings.ContainsAny(v.Name, "\n#")
	line("title", v.Name)
	line("from", "all")
	line("where", both)
	if columns := fields(v.Order); columns != "" {
		line("columns", "["+columns+"]")
	}
	if v.GroupBy.Property != "" {
		line("group", fields([]string{v.GroupBy.Property}))
	}
	var sorts []string
	for _, s := range v.Sort {
		sign := ""
		if strings.EqualFold(s.Direction, "DESC") {
			sign = "-"
		}
		sorts = append(sorts, sign+fields([]string{s.Property}))
	}
	line("sort", strings.Join(sorts, ", "))
	if v.Limit > 0 {
		line("limit", fmt.Sprint(v.Limit))
	}
	line("view", kind)
	return w.String(), ok
}

// baseProperties are what Obsidian knows of a file, by the names that views have for it.
var baseProperties = map[string]string{"file.name": "title", "file.basename": "title", "file.folder": "folder", "file.tags": "tags", "file.mtime": "changed", "file.backlinks": "backlinks"}

var basePropertyForm = regexp.MustCompile(`^(?:note\.)?([A-Za-z_]\w*)$`)

// baseField is the field of a view for a property; "" for one that there is none for.
func baseField(property string) string {
	if field := baseProperties[property]; field != "" {
		return field
	}
	if m := basePropertyForm.FindStringSubmatch(property); m != nil {
		return m[1]
	}
	return ""
}

var (
	baseComparedForm = regexp.MustCompile(`^([\w.]+)\s*(==|!=|>=|<=|>|<)\s*("[^"\\\n#]*"|-?\d+(?:\.\d+)?|true|false)$`)
	baseAskedForm    = regexp.MustCompile(`^file\.(hasTag|inFolder)\("([^"\\\n#]*)"\)$`)
)

// baseFilters joins what filters ask; those that are not there ask nothing.
func baseFilters(by string, filters ...*yaml.Node) (string, bool) {
	var all []string
	for _, f := range filters {
		said, ok := baseFilter(f, 0)
		if !ok {
			return "", false
		}
		if said != "" {
			all = append(all, said)
		}
	}
	return strings.Join(all, by), true
}

// baseFilter says a filter as a condition of a view.
func baseFilter(n *yaml.Node, depth int) (string, bool) {
	switch {
	case n.Kind == 0:
		return "", true
	case n.Kind == yaml.MappingNode && len(n.Content) == 2 && n.Content[1].Kind == yaml.SequenceNode && depth < 10:
		var all []string
		for _, c := range n.Content[1].Content {
			said, ok := baseFilter(c, depth+1)
			if !ok || said == "" {
				return "", false
			}
			all = append(all, said)
		}
		switch n.Content[0].Value {
		case "and":
			return "(" + strings.Join(all, " && ") + ")", len(all) > 0
		case "or":
			return "(" + strings.Join(all, " || ") + ")", len(all) > 0
		case "not":
			return "!(" + strings.Join(all, " || ") + ")", len(all) > 0
		}
		return "", false
	case n.Kind != yaml.ScalarNode:
		return "", false
	}
	text := strings.TrimSpace(n.Value)
	if m := baseAskedForm.FindStringSubmatch(text); m != nil {
		if m[1] == "hasTag" {
			return fmt.Sprintf("%q in tags", strings.ToLower(m[2])), true
		}
		folder := strings.Trim(m[2], "/")
		return fmt.Sprintf("id startsWith %q", folder+"/"), folder != ""
	}
	if text == `file.ext == "md"` {
		return "true", true
	}
	m := baseComparedForm.FindStringSubmatch(text)
	if m == nil || baseField(m[1]) == "" {
		return "", false
	}
	return baseField(m[1]) + " " + m[2] + " " + m[3], true
}
