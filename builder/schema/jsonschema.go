package schema

import (
	_ "embed"
	"encoding/json"
	"slices"
	"strings"

	"handbook/builder/diag"

	"go.yaml.in/yaml/v3"
)

// draft is the JSON Schema that editors' YAML language server reads best.
const draft = "http://json-schema.org/draft-07/schema#"

// Patterns of what is written as text.
const (
	dayPattern      = `^([0-9]{4}-[0-9]{2}-[0-9]{2}([Tt ].*)?|[0-9]{1,2}/[0-9]{1,2}/[0-9]{4})$`
	intervalPattern = `^ *([Nn]ever|[0-9]{1,6}[ -]?(d|days?|w|weeks?|m|mo|months?|y|years?)) *$`
)

type object = map[string]any

// maxIDs is how many ids an editor is offered for one field.
const maxIDs = 500

// JSONSchemasFor are JSONSchemas in which fields that refer to pages offer the ids that there are of each type. Any other name
// that leads to a page will do as well.
func (s *Site) JSONSchemasFor(ids map[string][]string) map[string][]byte {
	known := *s
	known.ids = ids
	return known.JSONSchemas()
}

// JSONSchemas are the JSON Schemas for editors, by file name: one for the frontmatter of each type, one for
// frontmatter of any type, and one for handbook.yaml.
func (s *Site) JSONSchemas() map[string][]byte {
	_, config := editorSchemas()
	files := map[string]object{"frontmatter.schema.json": s.frontmatterSchema(), "handbook.yaml.schema.json": config}
	for i := range s.Types {
		t := &s.Types[i]
		schema := object{"$schema": draft, "title": t.Label, "type": "object", "properties": s.properties(t)}
		describe(schema, t.Help)
		require(schema, t.Fields)
		files[t.Name+".schema.json"] = schema
	}
	out := make(map[string][]byte, len(files))
	for name, schema := range files {
		out[name], _ = json.MarshalIndent(schema, "", "  ") // maps, lists and text can always be written
		out[name] = append(out[name], '\n')
	}
	return out
}

func describe(schema object, text string) {
	if text != "" {
		schema["description"] = text
	}
}

func require(schema object, fields []Field) {
	var names []string
	for _, f := range fields {
		if f.Required {
			names = append(names, f.Name)
		}
	}
	if len(names) > 0 {
		schema["required"] = names
	}
}

// frontmatterSchema holds for a page of any type. A page that says its type is held against that.
func (s *Site) frontmatterSchema() object {
	var rules []any
	for i := range s.Types {
		t := &s.Types[i]
		then := object{"properties": s.ownProperties(t)}
		require(then, t.Fields)
		rules = append(rules, object{"if": object{"properties": object{"type": object{"const": t.Name}}, "required": []string{"type"}},
			"then": then})
	}
	return object{"$schema": draft, "title": "Frontmatter of a handbook page", "type": "object", "properties": s.properties(nil),
		"allOf": rules}
}

// ownProperties are the keys that differ from type to type.
func (s *Site) ownProperties(t *Type) object {
	props := object{}
	for i := range t.Fields {
		props[t.Fields[i].Name] = s.fieldSchema(&t.Fields[i])
	}
	if len(t.Statuses) > 0 {
		props["status"] = object{"enum": t.StatusNames(), "description": "Where the document stands."}
	}
	return props
}

// properties are the keys of a page of the type, or those of all types for nil.
func (s *Site) properties(t *Type) object {
	props, _ := editorSchemas()
	if owner := s.offer(object{"type": []string{"string", "number", "boolean"}}, "team", "person"); owner["anyOf"] != nil {
		describe(owner, "The team or person who answers for the page.")
		props["owner"] = owner
	}
	props["type"] = object{"type": "string", "description": "What kind of document this is.", "examples": s.TypeNames()}
	for i := range s.Fields {
		props[s.Fields[i].Name] = s.fieldSchema(&s.Fields[i])
	}
	if t != nil {
		for key, schema := range s.ownProperties(t) {
			props[key] = schema
		}
	}
	for written, key := range s.Keys { // names of other tools for the same keys
		if props[written] == nil && !strings.Contains(written, ".order") && !strings.Contains(written, ".label") {
			props[written] = props[key]
		}
	}
	cascade := object{}
	for key, schema := range props {
		if key != "cascade" {
			cascade[key] = schema
		}
	}
	props["cascade"] = object{"type": []string{"object", "array"}, "properties": cascade,
		"description": "Defaults for every page below this one."}
	return props
}

func lineSchema() object { return object{"type": []string{"string", "number", "boolean"}} }

func flagSchema(help string) object {
	schema := object{"enum": []any{true, false, "yes", "no", "on", "off"}}
	describe(schema, help)
	return schema
}

// listOf is a list, or one entry alone.
func listOf(item object, help string) object {
	schema := object{"anyOf": []any{object{"type": "array", "items": item}, item}}
	describe(schema, help)
	return schema
}

// fieldSchema is what a field takes.
func (s *Site) fieldSchema(f *Field) object {
	help := f.Help
	var schema object
	switch f.Kind {
	case KindNumber:
		schema = object{"type": []string{"number", "string"}, "pattern": `^ *-?[0-9][0-9_]*(\.[0-9]+)? *$`}
	case KindDate:
		schema = object{"type": "string", "pattern": dayPattern}
	case KindBoolean:
		schema = flagSchema("")
	case KindEnum:
		schema = object{"enum": f.Options}
	case KindReference:
		schema = object{"type": []string{"string", "number"}}
		if len(f.To) > 0 {
			help = strings.TrimSpace(help + " The id of a page of type " + strings.Join(f.To, " or ") + ".")
			schema = s.offer(schema, f.To...)
		}
	case KindPeriod:
		day := object{"type": "string", "pattern": dayPattern}
		schema = object{"anyOf": []any{lineSchema(), object{"type": "object", "properties": object{"from": day, "until": day}, "required": []string{"until"}, "additionalProperties": false}}}
	case KindRecords:
		props := object{}
		for i := range f.Fields {
			props[f.Fields[i].Name] = s.fieldSchema(&f.Fields[i])
		}
		schema = object{"type": "object", "properties": props, "additionalProperties": false}
		require(schema, f.Fields)
	default:
		schema = lineSchema()
	}
	if f.Many && f.Kind == KindRecords {
		schema = object{"type": "array", "items": schema}
	} else if f.Many {
		return listOf(schema, help)
	}
	describe(schema, help)
	return schema
}

// offer adds the ids of pages of some types to what a value may be, for an editor to complete.
func (s *Site) offer(schema object, types ...string) object {
	var ids []string
	for _, t := range types {
		ids = append(ids, s.ids[t]...)
	}
	if len(ids) == 0 {
		return schema
	}
	return object{"anyOf": []any{object{"enum": ids[:min(len(ids), maxIDs)]}, schema}}
}

//go:embed editor.yaml
var editorWords []byte

// editorSchemas are the fixed parts of the schemas, made anew each time: whoever takes them adds to them.
func editorSchemas() (frontmatter, config object) {
	var all struct{ Frontmatter, Config object }
	if err := yaml.Unmarshal(editorWords, &all); err != nil {
		panic(err) // it is part of the program
	}
	var names, kinds []any
	for _, p := range presets() {
		names = append(names, p.name)
	}
	for _, k := range Kinds() {
		kinds = append(kinds, k)
	}
	kinds = append([]any{"list", "record"}, kinds...)
	words := listOf(object{"type": "string"}, "")
	severity := object{"enum": []any{"error", "warning", "off", false}}
	keys, rules := object{}, object{}
	for _, key := range CanonicalKeys() {
		keys[key] = words
	}
	for _, d := range diag.Rules() {
		rules[string(d.Rule)] = object{"description": d.Sentence, "anyOf": []any{severity,
			object{"type": "object", "additionalProperties": severity}}}
	}
	known := object{"$draft": draft, "$day": dayPattern, "$interval": intervalPattern, "$presets": names,
		"$stemming": append([]string{"none"}, Stemmed()...),
		"$kinds":    kinds, "$kindsOrNone": slices.Concat(kinds, []any{false}), "$keys": keys, "$rules": rules}
	return fill(all.Frontmatter, known).(object), fill(all.Config, known).(object)
}

// fill puts what is known in the places of a schema.
func fill(schema any, known object) any {
	switch v := schema.(type) {
	case object:
		for key, value := range v {
			v[key] = fill(value, known)
		}
	case []any:
		for i := range v {
			v[i] = fill(v[i], known)
		}
	case string:
		if value, ok := known[v]; ok {
			return value
		}
	}
	return schema
}
