package builder

import (
	"bytes"
	"encoding/json"
	"io/fs"
	"os"
	"slices"
	"strings"
	"testing"

	"handbook/builder/fixture"
	"handbook/builder/schema"

	"github.com/santhosh-tekuri/jsonschema/v6"
	"go.yaml.in/yaml/v3"
)

// compile reads the schemas of a site with a library that knows nothing of us.
func compile(t *testing.T, site *schema.Site) map[string]*jsonschema.Schema {
	t.Helper()
	c := jsonschema.NewCompiler()
	files := site.JSONSchemasFor(map[string][]string{"team": {"teams/payments"}, "person": {"people/ana"}, "product": {"products/bookings"}})
	for name, text := range files {
		doc, err := jsonschema.UnmarshalJSON(bytes.NewReader(text))
		if err != nil {
			t.Fatal(name, err)
		}
		if err := c.AddResource(name, doc); err != nil {
			t.Fatal(name, err)
		}
	}
	out := map[string]*jsonschema.Schema{}
	for name := range files {
		s, err := c.Compile(name)
		if err != nil {
			t.Fatal(name, err)
		}
		out[strings.TrimSuffix(name, ".schema.json")] = s
	}
	return out
}

// valueOf reads YAML as editors do: a day is text.
func valueOf(t *testing.T, text string) any {
	t.Helper()
	var doc yaml.Node
	if err := yaml.Unmarshal([]byte(text), &doc); err != nil {
		t.Fatal(err, text)
	}
	var days func(n *yaml.Node)
	days = func(n *yaml.Node) {
		if n.Tag == "!!timestamp" {
			n.Tag = "!!str"
		}
		for _, c := range n.Content {
			days(c)
		}
	}
	days(&doc)
	var v any
	if err := doc.Decode(&v); err != nil {
		t.Fatal(err, text)
	}
	data, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err, text)
	}
	again, err := jsonschema.UnmarshalJSON(bytes.NewReader(data))
	if err != nil {
		t.Fatal(err)
	}
	return again
}

// Every page of the handbook in this repository holds against the schema of its type, and handbook.yaml against its own.
func TestTheSchemasTakeTheExample(t *testing.T) {
	config, err := os.ReadFile("../handbook.yaml")
	if err != nil {
		t.Fatal(err)
	}
	site, _ := schema.Read("handbook.yaml", config)
	schemas := compile(t, site)
	if err := schemas["handbook.yaml"].Validate(valueOf(t, string(config))); err != nil {
		t.Error("handbook.yaml:", err)
	}
	builtin, err := site.WriteTypes()
	if err != nil {
		t.Fatal(err)
	}
	if err := schemas["handbook.yaml"].Validate(valueOf(t, string(builtin))); err != nil {
		t.Error("the types as they are printed:", err)
	}
	pages := 0
	content := os.DirFS("../content")
	err = fs.WalkDir(content, ".", func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || !strings.HasSuffix(path, ".md") {
			return err
		}
		data, err := fs.ReadFile(content, path)
		if err != nil {
			return err
		}
		front, _, ok := strings.Cut(strings.TrimPrefix(string(data), "---\n"), "\n---\n")
		if !ok || !bytes.HasPrefix(data, []byte("---\n")) {
			return nil
		}
		value := valueOf(t, front)
		pages++
		name := "frontmatter"
		keys, _ := value.(map[string]any)
		folder, file, _ := strings.Cut(path, "/")
		if typ, _ := keys["type"].(string); site.Type(typ) != nil {
			name = typ
		} else if i := slices.IndexFunc(site.Types, func(t schema.Type) bool { return t.Folder == folder }); i >= 0 && file != "_index.md" {
			name = site.Types[i].Name
		}
		for _, name := range []string{name, "frontmatter"} {
			if err := schemas[name].Validate(value); err != nil {
				t.Errorf("content/%s does not hold against %s: %v", path, name, err)
			}
		}
		return nil
	})
	if err != nil || pages < 60 {
		t.Errorf("%d pages, %v", pages, err)
	}
}

// What the schemas refuse is what a build tells of: an editor and `handbook check` do not contradict each other.
func TestTheSchemasRefuseWhatIsWrong(t *testing.T) {
	schemas := compile(t, schema.Default())
	const beta = "product: p\nfindings:\n- id: C-1\n  title: A\n  severity: low\n  status: open\n"
	for _, c := range []struct{ typ, wrong string }{
		{"spec", "product: [{a: b}]"},
		{"spec", "status: shipd\nproduct: p"},
		{"spec", "title: no product"},
		{"spec", "product: p\nstage: soon"},
		{"spec", "product: p\nneeds: {a: b}"},
		{"spec", "product: p\napprovers: [{name: ana}]"},
		{"spec", "product: {id: p}"},
		{"demand", "title: no customer"},
		{"demand", "customer: c\nverdict: perhaps"},
		{"demand", "customer: c\nanswer_due: soon"},
		{"demand", "customer: c\nanswer_due: 2026-13-1"},
		{"demand", "customer: [[a]]"},
		{"beta-report", "product: p\nparticipants: a dozen"},
		{"beta-report", "product: p\nparticipants: true"},
		{"beta-report", "product: p\nfindings: [some text]"},
		{"beta-report", beta + "  colour: red"},
		{"beta-report", beta + "  found: yesterday"},
		{"beta-report", strings.Replace(beta, "id: C-1", "no: C-1", 1)},
		{"beta-report", strings.Replace(beta, "low", "mild", 1)},
		{"beta-report", strings.Replace(beta, "open", "shut", 1)},
		{"beta-report", beta + "  link: {a: b}"},
		{"product", "requires:\n- due: 2026-01-01"},
		{"product", "requires:\n- type: spec\n  tier: huge"},
		{"product", "requires:\n- type: spec\n  optional: perhaps"},
		{"product", "requires:\n- type: spec\n  waiver: {owner: ana}"},
		{"product", "requires:\n- type: spec\n  waiver: soon"},
		{"product", "tier: 1"},
		{"technology", "quadrant: tools\nring: adopted"},
		{"technology", "ring: adopt"},
		{"release", "title: no day"},
		{"release", "date: in spring"},
		{"role", "responsibilities: {a: b}"},
		{"person", "left: last year"},
		{"proposal", "decide_by: 2026-12-01"},
		{"page", "reviewed: 2026-02"},
		{"page", "review_every: often"},
		{"page", "draft: perhaps"},
		{"page", "weight: heavy"},
		{"page", "tags: {a: b}"},
		{"page", "title: [a, b]"},
		{"page", "acknowledge: {until: 2026-01-01}"},
		{"page", "acknowledge: {by: ana, untl: 2026-01-01}"},
	} {
		value := valueOf(t, c.wrong)
		if schemas[c.typ].Validate(value) == nil {
			t.Errorf("%s: the schema takes\n%s", c.typ, c.wrong)
		}
		value.(map[string]any)["type"] = c.typ
		if schemas["frontmatter"].Validate(value) == nil {
			t.Errorf("%s: the schema of all frontmatter takes\n%s", c.typ, c.wrong)
		}
		r := build(t, map[string]string{
			"content/_index.md":       "---\ntitle: Home\nowner: ana\n---\n",
			"content/people/ana.md":   "---\ntitle: Ana\nowner: ana\n---\n",
			"content/products/p.md":   "---\ntitle: P\nowner: ana\n---\n",
			"content/wrong/x.md":      "---\ntype: " + c.typ + "\nowner: ana\n" + c.wrong + "\n---\n## Problem\n\n## Requirements\n\n## Rollout\n",
			"content/wrong/_index.md": "---\ntitle: Wrong\nowner: ana\n---\n",
		})
		if !strings.Contains(fixture.Lines(r.Messages), "content/wrong/x.md") {
			t.Errorf("%s: a build says nothing of\n%s\nbut\n%s", c.typ, c.wrong, fixture.Lines(r.Messages))
		}
	}
	for _, wrong := range []string{
		"nmae: x", "review: {evry: 1 year}", "review: {every: often}", "review: {alone: 0}", "base_url: example.com", "theme: ../x", "presets: [obsidan]",
		"rules: {broken-lnik: off}", "rules: {broken-link: fatal}", "types: {memo: {fold: x}}", "types: {memo: {notice: loud}}",
		"types: {memo: {fields: {a: numbr}}}", "types: {memo: {fields: {a: {requird: true}}}}", "types: [memo]", "frontmatter: {reviwed: x}",
		"markdown: {raw_html: perhaps}", "name: [a]", "font: comic",
	} {
		if schemas["handbook.yaml"].Validate(valueOf(t, wrong)) == nil {
			t.Errorf("the schema of handbook.yaml takes %s", wrong)
		}
		if _, msgs := schema.Read("handbook.yaml", []byte(wrong)); len(msgs) == 0 {
			t.Errorf("a build says nothing of %s", wrong)
		}
	}
}
