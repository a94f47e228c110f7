package schema

import (
	"encoding/json"
	"slices"
	"strings"

	"handbook/builder/diag"
)

// draft is the JSON Schema that editors' YAML language server reads best.
const draft = "http://json-schema.org/draft-07/schema#"

// Patterns of what is written as text.
const (
	dayPattern      = `^([0-9]{4}-[0-9]{2}-[0-9]{2}([Tt ].*)?|[0-9]{1,2}/[0-9]{1,2}/[0-9]{4})$`
	intervalPattern = `^ *([Nn]ever|[0-9]{1,6}[ -]?(d|days?|w|weeks?|m|mo|months?|y|years?)) *$`
	webPattern      = `^https?://`
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
	files := map[string]object{"frontmatter.schema.json": s.frontmatterSchema(), "handbook.yaml.schema.json": s.configSchema()}
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
		rules = append(rules, object{"if": object{"properties": object{"type": object{"const": t.Name}}, "required": []string{"type"}}, "then": then})
	}
	return object{"$schema": draft, "title": "Frontmatter of a handbook page", "type": "object", "properties": s.properties(nil), "allOf": rules}
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
	props := commonProperties()
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
	props["cascade"] = object{"type": []string{"object", "array"}, "properties": cascade, "description": "Defaults for every page below this one."}
	return props
}

// commonProperties are the keys that mean something on a page of any type.
func commonProperties() object {
	line := func(help string) object {
		return object{"type": []string{"string", "number", "boolean"}, "description": help}
	}
	day := func(help string) object { return object{"type": "string", "pattern": dayPattern, "description": help} }
	list := func(help string) object { return listOf(lineSchema(), help) }
	return object{
		"title":         line("The title; else the first heading, else the file's name."),
		"nav_title":     line("A shorter title for the navigation."),
		"description":   line("The sentence under the title and in lists."),
		"owner":         line("The team or person who answers for the page."),
		"reviewers":     list("Who else may review it."),
		"reviewed":      day("The day of the last review."),
		"reviewed_by":   line("Who reviewed it."),
		"review_every":  object{"type": "string", "pattern": intervalPattern, "description": "How long a review holds: 90d, 12w, 6 months, 1 year or never."},
		"status":        line("Where the document stands."),
		"tags":          list("Words by which pages are grouped."),
		"aliases":       list("Old addresses that lead here."),
		"also_known_as": list("Other names that links and search accept."),
		"draft":         flagSchema("Leave the page out of the site."),
		"audience":      list("Who may read it: internal, partner, customer."),
		"weight":        object{"type": []string{"integer", "string"}, "pattern": `^ *-?[0-9]+ *$`, "description": "Where it stands among its neighbours; the lowest first."},
		"slug":          line("Another address than the file's."),
		"layout":        line("The template of the theme that shows it."),
		"date":          day("The day of the document."),
		"related":       list("Pages to show first as related."),
		"depends_on":    list("Pages and sections whose change puts this page in doubt."),
		"supersedes":    list("Pages that this one takes the place of."),
		"glossary":      flagSchema("Explain the terms of the glossary where the text mentions them."),
		"tracks":        list("Files of the repository whose change puts this page in doubt."),
		"cascade":       object{},
		"type":          object{},
		"acknowledge": object{
			"description": "Who has to have read the page, and by when.",
			"anyOf": []any{
				object{"const": false},
				lineSchema(),
				object{"type": "array", "items": lineSchema()},
				object{"type": "object", "properties": object{"by": list("Teams and people."), "until": day("The day by which they have read it.")},
					"required": []string{"by"}, "additionalProperties": false},
			},
		},
	}
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

// configSchema is the schema of handbook.yaml.
func (s *Site) configSchema() object {
	text := func(help string) object { return object{"type": "string", "description": help} }
	flag := func(help string) object { return object{"type": "boolean", "description": help} }
	every := func(help string) object {
		return object{"type": "string", "pattern": intervalPattern, "description": help}
	}
	closed := func(help string, props object) object {
		return object{"type": "object", "description": help, "properties": props, "additionalProperties": false}
	}
	address := object{"type": "string", "pattern": webPattern, "description": "An address with {path} in it."}
	words := listOf(object{"type": "string"}, "")
	var presetNames []string
	for _, p := range presets() {
		presetNames = append(presetNames, p.name)
	}
	severity := object{"enum": []any{"error", "warning", "off", false}}
	rules := object{}
	for _, d := range diag.Rules() {
		rules[string(d.Rule)] = object{"description": d.Sentence, "anyOf": []any{severity, object{"type": "object", "additionalProperties": severity}}}
	}
	keys := object{}
	for _, key := range CanonicalKeys() {
		keys[key] = words
	}
	kinds := []any{"list", "record"}
	for _, k := range Kinds() {
		kinds = append(kinds, k)
	}
	field := object{"anyOf": []any{
		object{"enum": slices.Concat(kinds, []any{false})},
		closed("", object{
			"label":    text("What readers see."),
			"kind":     object{"enum": kinds, "description": "What it holds; options, to and fields imply it."},
			"many":     flag("It is a list."),
			"options":  words,
			"to":       listOf(object{"type": "string"}, "The types that a reference may lead to, or any."),
			"back":     text("What a reference is called on the page that it leads to."),
			"required": flag("Each page has to have it."),
			"carries":  flag("A change of the page referred to puts this one in doubt."),
			"fields":   object{"$ref": "#/definitions/fields"},
			"help":     text("What to write, one sentence."),
		}),
	}}
	statuses := object{"description": "Names, or names with those that may follow each.", "anyOf": []any{
		words,
		object{"type": "object", "additionalProperties": object{"anyOf": []any{words, object{"type": "null"}}}},
	}}
	return object{
		"$schema": draft, "title": "handbook.yaml", "type": []string{"object", "null"}, "additionalProperties": false,
		"definitions": object{"fields": object{"type": "object", "additionalProperties": field}},
		"properties": object{
			"name":        text("What the site is called."),
			"description": text("One sentence about it."),
			"base_url":    object{"type": "string", "pattern": webPattern, "description": "Where it will be."},
			"language":    text("The language of the interface: en."),
			"theme":       object{"type": "string", "pattern": `^[^/\\:.][^/\\:]*$`, "description": "A folder below themes/."},
			"font":        object{"enum": []any{"theme", "system"}, "description": "Whose typefaces are used."},
			"edit_url":    address,
			"history_url": address,
			"ignore":      listOf(object{"type": "string"}, "Files below content/ that are no part of the handbook."),
			"review": closed("How often pages are reviewed.", object{
				"every": every("For pages that say nothing else."),
				"warn":  every("How long before that day a page counts as due."),
				"alone": object{"type": "integer", "minimum": 1, "description": "A person who answers alone for more pages than this is told of."},
			}),
			"audience": closed("Who pages are for.", object{
				"known":   listOf(object{"type": "string"}, "The names that pages may use: internal, partner, customer."),
				"default": listOf(object{"type": "string"}, "Who a page is for that does not say."),
				"for": object{"type": "object", "description": "What the site says of itself to an audience.", "additionalProperties": closed("", object{
					"name": text("What the site is called."), "description": text("One sentence about it."),
					"base_url": object{"type": "string", "pattern": webPattern, "description": "Where it will be."}, "edit_url": address, "history_url": address,
				})},
			}),
			"outputs": closed("What is published beside the pages.", object{
				"markdown": flag("The Markdown of each page."), "model": flag("handbook.json."), "feed": flag("feed.xml."),
				"print": object{"enum": []any{true, false, "auto"}, "description": "Each section on one page, to print; auto: unless the handbook is large."},
			}),
			"markdown": closed("How text is read.", object{
				"typographer": flag("Curly quotes and dashes."), "raw_html": flag("Let raw HTML through as it is."), "hard_wraps": flag("A line break in the source is one on the page."),
			}),
			"search": closed("The search.", object{
				"off":      flag("There is none."),
				"stemming": object{"enum": append([]string{"none"}, Stemmed()...), "description": "The language whose forms of a word belong together."},
			}),
			"presets":     listOf(object{"enum": presetNames}, "Conventions of other tools that frontmatter may follow."),
			"frontmatter": closed("Other names for frontmatter keys.", keys),
			"fields":      object{"$ref": "#/definitions/fields", "description": "Fields of every type."},
			"types": object{"type": "object", "description": "Types of documents, declared or changed.", "additionalProperties": closed("", object{
				"label": text("What readers see."), "plural": text("The same for several."), "help": text("What such a document is for."),
				"folder": text("Pages below it are of this type."), "every": every("How long a review holds."), "ended": words, "unfinished": words,
				"notice":   object{"enum": []any{NoticeBanner, NoticeBadge, NoticeQuiet}, "description": "How readers are told that a page may not hold."},
				"statuses": statuses, "fields": object{"$ref": "#/definitions/fields"}, "headings": words,
				"page_template": text("What the theme shows above the text of its pages: the name of a file in types/."),
				"template":      text("The text that a new page begins with."),
				"decide_within": every("How long a finding of such a report may wait for a decision."),
				"stopped_by":    listOf(object{"type": "string"}, "Severities of open findings with which such a document cannot be shipped."),
				"views":         listOf(object{"type": "string"}, "Views shown below the text of each page."),
			})},
			"rules": closed("The severity of each rule, for all files or by pattern.", rules),
		},
	}
}
