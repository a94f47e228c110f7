package schema

import (
	"encoding/json"
	"fmt"
	"os"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"

	"go.yaml.in/yaml/v3"
)

// What is printed of the types is read again as the same types.
func TestTypesAreWrittenAsTheyAreRead(t *testing.T) {
	own, msgs := Read("handbook.yaml", []byte(`
fields: {cost: number}
types:
  memo:
    label: Note
    folder: memos
    every: never
    ended: [old]
    notice: quiet
    statuses: {new: [old], old: , kept: []}
    headings: ["Why: really", Next]
    stopped_by: [high]
    views: ["from: memo\nview: count\n"]
    fields:
      a: number
      b: list
      c: {to: any, back: B of}
      d: {to: [memo, spec], many: true, carries: true, required: true, help: "A: b"}
      e: {options: [x, y], many: true}
      f: {kind: record, fields: {g: date, h: {kind: records, fields: {i: boolean}}}}
    template: |
      ## Why

      Text.
`))
	if len(msgs) > 0 {
		t.Fatal(msgs)
	}
	for name, site := range map[string]*Site{"the built-in types": Default(), "a site's own": own} {
		text, err := site.WriteTypes()
		if err != nil {
			t.Fatal(err)
		}
		again := &Site{}
		r := reader{site: again, data: text, file: "again"}
		r.read()
		again.finish()
		if len(r.msgs) > 0 {
			t.Errorf("%s: %v", name, r.msgs)
		}
		for i := range site.Types {
			site.Types[i].Own = true // which is not written
			if !reflect.DeepEqual(site.Types[i], again.Types[i]) {
				t.Errorf("%s: %s is read as\n%+v\nwant\n%+v", name, site.Types[i].Name, again.Types[i], site.Types[i])
			}
		}
	}
}

func TestATypeIsChangedFieldByField(t *testing.T) {
	s, msgs := Read("handbook.yaml", []byte(`
types:
  spec:
    fields:
      product: {required: false}
      stage: false
      team: {to: team, back: Builds}
    headings: []
    statuses: [idea, done]
`))
	if len(msgs) > 0 {
		t.Fatal(msgs)
	}
	spec := s.Type("spec")
	if p := spec.Field("product"); p == nil || p.Required || p.Back != "Specs" || !slices.Equal(p.To, []string{"product"}) {
		t.Errorf("product is %+v: what is not said must stay", p)
	}
	if spec.Field("stage") != nil || spec.Field("team") == nil || spec.Field("needs") == nil || len(spec.Headings) != 0 {
		t.Errorf("fields %+v, headings %v", spec.Fields, spec.Headings)
	}
	if names := spec.StatusNames(); !slices.Equal(names, []string{"idea", "done", "dropped", "superseded"}) {
		t.Errorf("statuses %v: those that end its life belong to them", names)
	}
	if !spec.MayGo("idea", "done") || Default().Type("spec").MayGo("draft", "shipped") || !Default().Type("spec").MayGo("building", "shipped") {
		t.Error("moves between statuses")
	}
	if f := s.Type("need").Field("supersedes"); f == nil || f.Back != "Superseded by" {
		t.Errorf("a field of all types is %+v", f)
	}
}

func TestWrongTypesAreToldAtTheirPlace(t *testing.T) {
	for _, c := range []struct{ yaml, at, text, help string }{
		{"types: {memo: {fields: {a: numbr}}}", "numbr", "no kind of field", `"number"`},
		{"types: {memo: {fields: {a: {kind: enum}}}}", "a", "no options", "options: [one, two]"},
		{"types: {memo: {fields: {a: records}}}", "a", "have no fields", "`fields:`"},
		{"types: {memo: {fields: {a: {to: prodct}}}}", "prodct", `no type "prodct"`, `"product"`},
		{"types: {memo: {fields: {a: {requird: true}}}}", "requird", `no setting "requird"`, `"required"`},
		{"types: {memo: {fields: {a: {required: perhaps}}}}", "perhaps", "neither true nor false", ""},
		{"types: {memo: {fields: {owner: text}}}", "owner", "cannot be a field", "another name"},
		{"types: {memo: {fields: {two words: text}}}", "two words", "not the name of a field", ""},
		{"types: {memo: {fields: [a, b]}}", "[a, b]", "keys and values", ""},
		{"types: {memo: {statuses: {new: [odl], old: []}}}", "odl", `no status "odl"`, `"old"`},
		{"types: {memo: {statuses: [[a]]}}", "[a]", "one line of text", ""},
		{"types: {memo: {headings: {a: b}}}", "{a: b}", "takes a list", ""},
		{"types: {memo: {template: [a]}}", "[a]", "takes text", "template: |"},
		{"types: {memo: {fields: {a: {fields: {b: datee}}}}}", "datee", "no kind of field", `"date"`},
		{"types: {a/b: {label: x}}", "a/b", "not the name of a type", ""},
		{"types: {one: {folder: x}, two: {folder: x/}}", "x/", `belongs to the type "one"`, ""},
		{"fields: {tags: text}", "tags", "cannot be a field", ""},
	} {
		_, msgs := Read("handbook.yaml", []byte(c.yaml))
		if len(msgs) != 1 {
			t.Errorf("%s: %d messages: %v", c.yaml, len(msgs), msgs)
			continue
		}
		m := msgs[0]
		if got := c.yaml[m.Start:m.End]; !strings.HasPrefix(got, c.at) {
			t.Errorf("%s: the place is %q, want %q", c.yaml, got, c.at)
		}
		if !strings.Contains(m.Text, c.text) || !strings.Contains(m.Help, c.help) || m.Help == "" {
			t.Errorf("%s: says %q, help %q", c.yaml, m.Text, m.Help)
		}
	}
}

// A new page of any built-in type can be read, and says nothing in fields that may be left out.
func TestANewPageIsReadable(t *testing.T) {
	for _, typ := range Default().Types {
		text := string(typ.NewPage(NewPage{Title: `"It's": #1`, Owner: "ana", Today: Date{2026, 11, 22}}))
		front, body, ok := strings.Cut(strings.TrimPrefix(text, "---\n"), "---\n")
		var got map[string]any
		if err := yaml.Unmarshal([]byte(front), &got); err != nil || !ok {
			t.Fatalf("%s: %v in\n%s", typ.Name, err, text)
		}
		if got["title"] != `"It's": #1` || got["owner"] != "ana" {
			t.Errorf("%s: %v", typ.Name, got)
		}
		for _, f := range typ.Fields {
			if _, set := got[f.Name]; set != f.Required {
				t.Errorf("%s: %s is set: %v, required: %v", typ.Name, f.Name, set, f.Required)
			}
			if !strings.Contains(front, f.Help) {
				t.Errorf("%s: %s is not explained", typ.Name, f.Name)
			}
		}
		for _, h := range typ.Headings {
			if !strings.Contains(body, "\n## "+h+"\n") {
				t.Errorf("%s: no heading %s in\n%s", typ.Name, h, body)
			}
		}
	}
}

// The schema of handbook.yaml has the settings that Read knows, at every level, and no others.
func TestTheSchemaHasEverySetting(t *testing.T) {
	var root map[string]any
	if err := json.Unmarshal(Default().JSONSchemas()["handbook.yaml.schema.json"], &root); err != nil {
		t.Fatal(err)
	}
	at := func(path ...string) map[string]any {
		m := root
		for _, key := range path {
			m, _ = m[key].(map[string]any)
		}
		return m
	}
	field := at("definitions", "fields", "additionalProperties")["anyOf"].([]any)[1].(map[string]any)["properties"].(map[string]any)
	for _, c := range []struct {
		yaml   string
		schema map[string]any
	}{
		{"?: 1", at("properties")},
		{"review: {?: 1}", at("properties", "review", "properties")},
		{"outputs: {?: 1}", at("properties", "outputs", "properties")},
		{"markdown: {?: 1}", at("properties", "markdown", "properties")},
		{"search: {?: 1}", at("properties", "search", "properties")},
		{"types: {memo: {?: 1}}", at("properties", "types", "additionalProperties", "properties")},
		{"types: {memo: {fields: {a: {?: 1}}}}", field},
	} {
		_, msgs := Read("handbook.yaml", []byte(strings.ReplaceAll(c.yaml, "?", "qqqqqqqqqqqq")))
		m := regexp.MustCompile(` knows (.*)$`).FindStringSubmatch(msgs[0].Help)
		if m == nil {
			t.Fatalf("%s: help %q", c.yaml, msgs[0].Help)
		}
		known := strings.Split(m[1], ", ")
		slices.Sort(known)
		var have []string
		for key := range c.schema {
			have = append(have, key)
		}
		slices.Sort(have)
		if !slices.Equal(known, have) {
			t.Errorf("%s: Read knows\n%v, the schema\n%v", c.yaml, known, have)
		}
	}
	props, _ := editorSchemas()
	for _, key := range CanonicalKeys() {
		if props[key] == nil {
			t.Errorf("the schema of frontmatter lacks %s", key)
		}
	}
}

// The manual has a page for each built-in type, which explains every field and every status.
func TestTheManualExplainsEveryType(t *testing.T) {
	for _, typ := range Default().Types {
		if typ.Name == "page" {
			continue
		}
		text, err := os.ReadFile("../../content/manual/types/" + typ.Name + ".md")
		if err != nil {
			t.Error(err)
			continue
		}
		var explain func(prefix string, fields []Field)
		explain = func(prefix string, fields []Field) {
			for _, f := range fields {
				if prefix == "" && named(Default().Fields, f.Name) != nil {
					continue // the manual explains it where it speaks of all types
				}
				if row := "| `" + prefix + f.Name + "` |"; !strings.Contains(string(text), row) || f.Help != "" && !strings.Contains(string(text), f.Help) {
					t.Errorf("the page of %s does not explain %s", typ.Name, prefix+f.Name)
				}
				explain(prefix+f.Name+".", f.Fields)
			}
		}
		explain("", typ.Fields)
		for _, s := range typ.Statuses {
			if !strings.Contains(string(text), "| `"+s.Name+"` |") {
				t.Errorf("the page of %s does not list the status %s", typ.Name, s.Name)
			}
		}
	}
}

// What `handbook types --format yaml` prints can be pasted into handbook.yaml, also where it takes back what a built-in type says.
func TestTypesAsWrittenHoldOverTheBuiltInOnes(t *testing.T) {
	site, msgs := Read("handbook.yaml", []byte(`
types:
  spec: {headings: [], stopped_by: [], fields: {product: {required: false}, needs: false, stage: text}}
  beta-report: {decide_within: 3w, fields: {spec: {carries: false}, findings: {fields: {severity: {required: false}, link: false}}}}
`))
	if len(msgs) > 0 {
		t.Fatal(msgs)
	}
	text, err := site.WriteTypes()
	if err != nil {
		t.Fatal(err)
	}
	again, msgs := Read("handbook.yaml", text)
	if len(msgs) > 0 {
		t.Fatal(msgs)
	}
	for _, name := range []string{"spec", "beta-report"} {
		got, want := *again.Type(name), *site.Type(name)
		if fmt.Sprintf("%v", got) != fmt.Sprintf("%v", want) {
			t.Errorf("%s is read as\n%v\nwant\n%v", name, got, want)
		}
	}
}
