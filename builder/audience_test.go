package builder

import (
	"errors"
	"maps"
	"strings"
	"testing"

	"handbook/builder/fixture"
)

// A page for nobody but the house, named in every way that there is: none of them may be seen outside.
func closed() map[string]string {
	return map[string]string{
		"handbook.yaml":          "audience: {known: [internal, customer, partner], default: [customer]}\ntypes: {spec: {fields: {mates: {to: any, many: true}}}}\n",
		"content/_index.md":      "---\ntitle: Home\ncascade: {owner: xenia, mates: [zyx]}\n---\nAll.\n",
		"content/toml.md":        "+++\ntype = \"spec\"\nmates = [\"zyx\", \"json\"]\nowner = \"xenia\"\n+++\nOne [w](zyx.md \"Zyx again\").\n",
		"content/json.md":        ";;;\n{\"type\": \"spec\", \"mates\": \"[[zyx|it]]\", \"reviewed\": \"2026-01-01\", \"reviewed_by\": \"Xenia Orlok\", \"review_every\": \"1 year\"}\n;;;\n# Two [[zyx]]\n\nTwo ![[zyx]] three.\n",
		"content/yaml.md":        "---\ntype: spec\nmates:\n  - [[zyx]]\n  - \"json\"\n---\n| a | b |\n|---|---|\n| [[zyx\\|here]] | [x]( <zyx.md> ) |\n",
		"content/inherits.md":    "---\ntype: spec\n---\nIts mates are inherited. <a title=x href='zyx.md#top'>y</a>\n",
		"content/zyx.md":         "---\ntitle: Zyxomancy\naudience: internal\n---\nHush.\n",
		"content/people/x.md":    "---\ntitle: Xenia Orlok\ntype: person\naudience: [internal]\nalso_known_as: [xenia]\n---\nHer.\n",
		"content/people/team.md": "---\ntitle: Tea\ntype: team\nmembers: [xenia, json]\naudience: [customer, internal]\n---\nUs.\n",
		"content/broken.md":      "---\ntitle: Zyxomancy: two\n---\nHush\n",
		"content/nobody.md":      "---\naudience: []\n---\nHush too\n",
		"content/_records/reviews.jsonl": `{"page":"toml","date":"2026-10-01","by":"Xenia Orlok","text":"1111111111111111"}
{"page":"zyx","date":"2026-10-01","by":"Xenia Orlok","text":"1111111111111111"}
`,
	}
}

func closedJob(files map[string]string, audience ...string) Job {
	job := memory(files)
	job.Audience = audience
	return job
}

func TestWhatIsNotForAnAudienceIsNamedNowhere(t *testing.T) {
	r, err := NewSession().Build(t.Context(), closedJob(closed(), "customer"))
	if err != nil {
		t.Fatal(err)
	}
	out := bytesOf(t, r)
	for path, text := range out {
		for _, word := range []string{"zyx", "xenia", "orlok", "hush", "{{away", "people/x"} {
			if strings.Contains(strings.ToLower(path+"\n"+text), word) && !strings.HasPrefix(path, "assets/") {
				t.Errorf("%s holds %q", path, word)
			}
		}
	}
	for _, path := range []string{"toml/index.html", "json/index.html", "yaml/index.html", "inherits/index.html", "people/team/index.html"} {
		if out[path] == "" {
			t.Errorf("there is no %s", path)
		}
	}
	for path, text := range map[string]string{"toml/index.html": "One w.", "yaml/index.html": "<td>here</td>", "inherits/index.html": "inherited. y<", "json/index.html": "Two a page that is not shown here"} {
		if !strings.Contains(out[path], text) {
			t.Errorf("%s does not hold %q: %s", path, text, out[path])
		}
	}
	if strings.Contains(out["toml/index.html"], "No owner") || !strings.Contains(out["toml/index.html"], ">json<") && !strings.Contains(out["toml/index.html"], ">Two a page") {
		t.Error("the owner is not named, and is not said to be missing either; the other mate is shown:\n", out["toml/index.html"])
	}
}

func TestEverybodysHandbookHoldsEverything(t *testing.T) {
	out := bytesOf(t, build(t, closed()))
	for path, text := range map[string]string{"zyx/index.html": "Hush.", "nobody/index.html": "Hush too", "toml/index.html": "Zyxomancy"} {
		if !strings.Contains(out[path], text) {
			t.Errorf("%s does not hold %q", path, text)
		}
	}
}

func TestAnAudienceForWhomThereIsNothingIsAnError(t *testing.T) {
	var nobody *AudienceError
	if _, err := NewSession().Build(t.Context(), closedJob(closed(), "custmer")); !errors.As(err, &nobody) || nobody.Help != `did you mean "customer"?` {
		t.Errorf("a slip gives %v", err)
	}
	if _, err := NewSession().Build(t.Context(), closedJob(closed(), "customer", "partner")); !errors.As(err, &nobody) || nobody.Audience != "partner" {
		t.Errorf("an audience without a page gives %v", err)
	}
}

// Law 1 holds for an audience too, and what is shown follows what it is made of.
func TestAnAudienceSeesEdits(t *testing.T) {
	files := closed()
	s := NewSession()
	for _, edit := range []struct{ name, text string }{
		{"", ""},
		{"content/zyx.md", "---\ntitle: Zyxomancy\naudience: [internal, customer]\n---\nHush.\n"},
		{"content/zyx.md", "---\ntitle: Zyxomancy, renamed\naudience: [internal]\n---\nHush.\n"},
		{"content/toml.md", "+++\ntype = \"spec\"\n+++\nOnly [words](zyx.md).\n"},
		{"content/people/x.md", "---\ntitle: Xenia Orlok\ntype: person\nalso_known_as: [xenia]\n---\nHer.\n"},
		{"content/zyx.md", "---\naudience: internal\n"},
	} {
		if edit.name != "" {
			files = maps.Clone(files)
			files[edit.name] = edit.text
		}
		job := closedJob(files, "customer")
		r, err := s.Build(t.Context(), job)
		if err != nil {
			t.Fatal(err)
		}
		anew, err := NewSession().Build(t.Context(), job)
		if err != nil {
			t.Fatal(err)
		}
		if a, b := fixture.Lines(r.Messages), fixture.Lines(anew.Messages); a != b {
			t.Errorf("after %s the session says\n%sand a new one\n%s", edit.name, a, b)
		}
		want := bytesOf(t, anew)
		for path, got := range bytesOf(t, r) {
			if got != want[path] {
				t.Errorf("after %s %s differs", edit.name, path)
			}
			delete(want, path)
		}
		for path := range want {
			t.Errorf("after %s there is no %s", edit.name, path)
		}
	}
}
