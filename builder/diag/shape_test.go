package diag

import (
	"encoding/json"
	"encoding/xml"
	"errors"
	"io"
	"slices"
	"strings"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"
)

// element is what may stand in an element of a JUnit report, as Ant began and Jenkins reads it. file and line of a test case
// are what PHPUnit added and GitLab and annotating actions read.
type element struct{ required, optional, inside string }

var junit = map[string]element{
	"testsuites": {"", "name time tests failures errors disabled", "testsuite"},
	"testsuite":  {"name tests failures errors", "time skipped timestamp hostname id package file log url group", "properties testcase system-out system-err testsuite"},
	"testcase":   {"name", "time classname group assertions status file line", "skipped error failure system-out system-err"},
	"failure":    {"", "type message", ""},
	"system-out": {"", "", ""},
}

func TestJUnitHasTheShapeThatReadersKnow(t *testing.T) {
	for name, list := range map[string][]Located{"messages": sample(), "none": nil} {
		out := write(t, func(w io.Writer) error { return JUnit(w, list, func(f string) string { return f }, Error) })
		dec := xml.NewDecoder(strings.NewReader(out))
		var open []string
		for {
			token, err := dec.Token()
			if errors.Is(err, io.EOF) {
				break
			}
			if err != nil {
				t.Fatalf("%s: %v\n%s", name, err, out)
			}
			switch tok := token.(type) {
			case xml.StartElement:
				e, known := junit[tok.Name.Local]
				if !known {
					t.Fatalf("%s: no reader knows <%s>", name, tok.Name.Local)
				}
				if len(open) == 0 && tok.Name.Local != "testsuites" || len(open) > 0 && !slices.Contains(strings.Fields(junit[open[len(open)-1]].inside), tok.Name.Local) {
					t.Errorf("%s: <%s> stands in %v", name, tok.Name.Local, open)
				}
				var has []string
				for _, a := range tok.Attr {
					has = append(has, a.Name.Local)
					if !slices.Contains(strings.Fields(e.required+" "+e.optional), a.Name.Local) {
						t.Errorf("%s: no reader knows %s of <%s>", name, a.Name.Local, tok.Name.Local)
					}
				}
				for _, want := range strings.Fields(e.required) {
					if !slices.Contains(has, want) {
						t.Errorf("%s: <%s> has no %s", name, tok.Name.Local, want)
					}
				}
				open = append(open, tok.Name.Local)
			case xml.EndElement:
				open = open[:len(open)-1]
			}
		}
	}
}

// codeQuality is what GitLab documents of a code quality report, in the words of JSON Schema.
const codeQuality = `{
	"type": "array",
	"items": {
		"type": "object",
		"required": ["description", "check_name", "fingerprint", "severity", "location"],
		"properties": {
			"description": {"type": "string", "minLength": 1},
			"check_name": {"type": "string", "minLength": 1},
			"fingerprint": {"type": "string", "minLength": 1},
			"severity": {"enum": ["info", "minor", "major", "critical", "blocker"]},
			"location": {
				"type": "object",
				"required": ["path", "lines"],
				"properties": {
					"path": {"type": "string", "minLength": 1, "not": {"pattern": "^(\\./|/)"}},
					"lines": {"type": "object", "required": ["begin"], "properties": {"begin": {"type": "integer", "minimum": 1}}}
				}
			}
		}
	}
}`

// line is what the manual says of one line of --format json.
const line = `{
	"type": "object",
	"required": ["rule", "severity", "file", "line", "column", "message", "help", "fingerprint"],
	"additionalProperties": false,
	"properties": {
		"rule": {"type": "string", "pattern": "^[a-z-]+$"},
		"severity": {"enum": ["error", "warning"]},
		"file": {"type": "string"},
		"line": {"type": "integer", "minimum": 0},
		"column": {"type": "integer", "minimum": 0},
		"message": {"type": "string", "minLength": 1},
		"help": {"type": "string", "minLength": 1},
		"fingerprint": {"type": "string", "pattern": "^[0-9a-f]{16,}$"},
		"notes": {
			"type": "array",
			"minItems": 1,
			"items": {"type": "object", "additionalProperties": false, "required": ["file", "line", "column", "message"],
				"properties": {"file": {"type": "string"}, "line": {"type": "integer"}, "column": {"type": "integer"}, "message": {"type": "string"}}}
		}
	}
}`

func compiled(t *testing.T, text string) *jsonschema.Schema {
	t.Helper()
	doc, err := jsonschema.UnmarshalJSON(strings.NewReader(text))
	if err != nil {
		t.Fatal(err)
	}
	c := jsonschema.NewCompiler()
	if err := c.AddResource("form.json", doc); err != nil {
		t.Fatal(err)
	}
	schema, err := c.Compile("form.json")
	if err != nil {
		t.Fatal(err)
	}
	return schema
}

func TestGitLabFitsWhatIsDocumented(t *testing.T) {
	schema := compiled(t, codeQuality)
	for name, list := range map[string][]Located{"messages": sample(), "none": nil} {
		out := write(t, func(w io.Writer) error { return GitLab(w, list, nil) })
		report, err := jsonschema.UnmarshalJSON(strings.NewReader(out))
		if err != nil {
			t.Fatal(err)
		}
		if err := schema.Validate(report); err != nil {
			t.Errorf("%s: %v\n%s", name, err, out)
		}
	}
	if schema.Validate([]any{map[string]any{"description": "x"}}) == nil {
		t.Error("the schema takes everything")
	}
}

func TestJSONSaysWhatTheManualLists(t *testing.T) {
	schema := compiled(t, line)
	out := write(t, func(w io.Writer) error { return JSON(w, sample(), nil) })
	prints := map[string]bool{}
	for text := range strings.Lines(out) {
		object, err := jsonschema.UnmarshalJSON(strings.NewReader(text))
		if err != nil {
			t.Fatalf("%v: %q", err, text)
		}
		if err := schema.Validate(object); err != nil {
			t.Errorf("%v\n%s", err, text)
		}
		var l struct{ Fingerprint string }
		if err := json.Unmarshal([]byte(text), &l); err != nil {
			t.Fatal(err)
		}
		prints[l.Fingerprint] = true
	}
	if len(prints) != len(sample()) {
		t.Errorf("%d fingerprints for %d messages", len(prints), len(sample()))
	}
}
