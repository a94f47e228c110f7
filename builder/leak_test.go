package builder

import (
	"bytes"
	"compress/gzip"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"html"
	"io"
	"net/url"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"handbook/builder/review"
	"handbook/builder/schema"
)

// leaks marks everything that can be written with a secret of its own, a word that is nowhere else, and knows which of them an
// audience may read.
type leaks struct {
	t     *testing.T
	words map[string]string // by what is marked
	known map[string]rule   // likewise
}

// rule is what an audience may know of what is marked.
type rule uint8

const (
	hidden rule = iota // it is in no output
	shown              // it must be in one, or this test could not fail
	free               // it may be in one: only where somebody asks for it
)

// mark is the secret of what is so called.
func (l *leaks) mark(what string, r rule) string {
	if w := l.words[what]; w != "" {
		return w
	}
	n := len(l.words)
	w := fmt.Sprintf("qz%c%c%cvk", 'a'+n/676%26, 'a'+n/26%26, 'a'+n%26)
	l.words[what], l.known[what] = w, r
	return w
}

// pageOf is where a page of a type lies, on one side: open for the audience, shut for the house, draft for nobody.
func pageOf(side, typ string) string { return side + "/" + typ }

// value is what a page of one side says in a field. Each reference is to what the audience does not know, but for the second of
// several.
func (l *leaks) value(side, typ, path string, f *schema.Field) any {
	what := side + " " + typ + "." + path
	r := shown
	plan := typ == "product" && strings.HasPrefix(path, "requires.") // of a document that is there, and shut
	if side != "open" || plan {
		r = hidden
	}
	var one any
	switch f.Kind {
	case schema.KindText, schema.KindPeriod:
		one = l.mark(what, r)
	case schema.KindNumber:
		one = 7
	case schema.KindDate:
		one = "2026-10-01"
	case schema.KindBoolean:
		one = true
	case schema.KindEnum:
		one = f.Options[0]
	case schema.KindReference:
		to := "page"
		if len(f.To) > 0 {
			to = f.To[0]
		}
		if plan && f.Name == "page" {
			return pageOf("shut", to)
		}
		away := []any{pageOf("shut", to), pageOf("draft", to), l.mark(what+" who has no page", hidden)}
		if f.Many {
			return append(away, pageOf("open", to))
		}
		return away[len(l.words)%2]
	case schema.KindRecords:
		record := map[string]any{}
		for i := range f.Fields {
			record[f.Fields[i].Name] = l.value(side, typ, path+"."+f.Fields[i].Name, &f.Fields[i])
		}
		if f.Many {
			return []any{record}
		}
		return record
	default:
		l.t.Fatalf("there is a new kind of field, %q: say here what a page writes in it, and who may read it", f.Kind)
	}
	if f.Many {
		return []any{one}
	}
	return one
}

// common is what a page says in each key that means something on every page.
func (l *leaks) common(side, typ string) map[string]any {
	r := shown
	if side != "open" {
		r = hidden
	}
	m := func(key string) string { return l.mark(side+" "+typ+" "+key, r) }
	secret := func(key string) string { return l.mark(side+" "+typ+" "+key, hidden) }
	all := map[string]any{
		"acknowledge": map[string]any{"by": []any{pageOf("shut", "person"), secret("acknowledge"), pageOf("open", "person")}, "until": "2026-12-01"},
		"aliases":     []any{"/" + m("aliases") + "/"}, "also_known_as": []any{m("also_known_as")}, "audience": []any{"internal", "customer", secret("audience")},
		"date": "2026-10-01", "depends_on": []any{pageOf("shut", typ) + "#" + secret("depends_on"), pageOf("draft", typ)},
		"description": m("description"), "glossary": true, "layout": "wide", "nav_title": "Nav " + m("nav_title"), "owner": secret("owner"),
		"related": []any{pageOf("shut", typ), pageOf("draft", typ), secret("related")}, "review_every": "6 months", "reviewed": "2026-10-02",
		"reviewed_by": secret("reviewed_by"), "reviewers": []any{pageOf("shut", "person"), secret("reviewers")},
		"supersedes": []any{pageOf("shut", typ), secret("supersedes")}, "tags": []any{m("tags")}, "title": "The " + m("title"),
		"tracks": []any{"services/" + secret("tracks") + "/**"}, "type": typ, "weight": 3,
		"cascade": map[string]any{"owner": secret("cascade owner"), "reviewed_by": secret("cascade reviewed_by"), "tags": []any{secret("cascade tag")}},
		"draft":   side == "draft",
	}
	declared, _ := schema.Default().TypeNamed(typ)
	if len(declared.Statuses) > 0 {
		all["status"] = declared.Statuses[0].Name
	} else {
		all["status"] = m("status")
	}
	if all["slug"] = any(nil); typ == "decision" { // the others are found by their names
		all["slug"] = m("slug")
	}
	if side == "shut" {
		all["audience"] = []any{"internal"}
	}
	for _, key := range schema.CanonicalKeys() {
		if _, ok := all[key]; !ok {
			l.t.Errorf("there is a new key for every page, %q: say here what a page writes in it, and who may read it", key)
		}
	}
	return all
}

// text is what a page of one side says below its frontmatter, in every form that refers to another page, shows something, or is
// for its author alone.
func (l *leaks) text(side, typ string) string {
	r := shown
	if side != "open" {
		r = hidden
	}
	m := func(key string) string { return l.mark(side+" "+typ+" text "+key, r) }
	secret := func(key string) string { return l.mark(side+" "+typ+" text "+key, hidden) }
	shut := "../shut/" + typ
	return strings.NewReplacer("{shut}", shut, "{type}", typ).Replace(strings.Join([]string{
		"Words " + m("words") + ", [words](" + "{shut}.md \"" + secret("title of a link") + "\"), [[shut/{type}]], [[shut/{type}|" + m("label") + "]], [r][ref] and [draft](../draft/{type}.md).",
		"![[shut/{type}]]", "![[draft/{type}]]", "![" + m("alt") + "](../" + side + "/" + side + ".png)",
		"## " + m("heading") + " [[shut/{type}]]", "`" + m("code") + "`", "> " + m("quote"), "- " + m("list"), "| a |\n|---|\n| " + m("cell") + " |",
		"```go\n// " + m("comment in code") + "\n```", "A note.[^n]", "[^n]: " + m("footnote"),
		"<!-- " + secret("comment") + " -->", "In <!-- " + secret("comment in a line") + " --> a line.", "<div data-x=\"" + secret("attribute") + "\">In a div.</div>",
		"<script>" + secret("script") + "</script>", "<a href=\"{shut}.md\" title=\"" + m("title of an anchor") + "\">anchor</a>", "Missing: [m](" + secret("missing") + ".md), [[" + secret("missing wikilink") + "]].",
		"![missing](" + secret("missing picture") + ".png)", "[^u]: " + secret("footnote without use"),
		"[ref]: {shut}.md \"" + secret("title of a definition") + "\"", "[unused]: https://example.com/" + secret("definition") + " \"" + secret("its title") + "\"",
		"```handbook\ntitle: View " + m("title of a view") + "\nfrom: all\nwhere: owner != \"" + secret("condition") + "\"\ncolumns: [title, type, owner, reviewed_by, changed_by, status, tags, related_to]\n```",
		"```handbook\nfrom: " + typ + "\nwhere: title == \"" + secret("condition that nothing fits") + "\"\n```",
		"```handbook\nfrom: secrets\ncolumns: [title, hush]\n```", "```handbook\nview: chart\nfrom: all\ngroup: type\n```", "```handbook\nview: board\nfrom: all\ngroup: status\n```",
		"[tag](/tags/" + l.mark("shut "+typ+" tags", hidden) + "/) and [folder](../shut/).",
	}, "\n\n") + "\n")
}

// everything is a handbook in which each field, key, setting and record holds a secret.
func (l *leaks) everything() map[string]string {
	settings := map[string]any{
		"name": "Site " + l.mark("name", shown), "description": l.mark("description", hidden), "base_url": "https://" + l.mark("base_url", hidden) + ".example/",
		"language": "en", "edit_url": "https://git.example/" + l.mark("edit_url", hidden) + "/{path}", "history_url": "https://git.example/" + l.mark("history_url", hidden) + "/{path}",
		"ignore": []any{l.mark("ignore", hidden) + "/"}, "theme": "own", "font": "theme", "authors": "all", "review": map[string]any{"warn": "20d"},
		"audience": map[string]any{"known": []any{"internal", "customer", l.mark("known", hidden)}, "for": map[string]any{
			"internal": map[string]any{"description": l.mark("what is said to others", hidden)}, "customer": map[string]any{"history_url": "https://help.example/" + l.mark("what is said to them", shown) + "/{path}"}}},
		"outputs": map[string]any{"print": true}, "markdown": map[string]any{"typographer": true}, "search": map[string]any{"off": false}, "presets": []any{"hugo"},
		"frontmatter": map[string]any{"owner": []any{l.mark("frontmatter", hidden)}},
		"fields":      map[string]any{"anywhere": map[string]any{"label": l.mark("label of a field of all", free), "help": l.mark("help of a field of all", hidden)}},
		"types": map[string]any{
			"need": map[string]any{"fields": map[string]any{"hush": map[string]any{"label": l.mark("label of a field of a type in use", free)}}},
			"secrets": map[string]any{"label": l.mark("label of a type", hidden), "plural": l.mark("plural of a type", hidden), "help": l.mark("help of a type", hidden), "statuses": []any{l.mark("status of a type", hidden), "b"},
				"fields": map[string]any{"hush": map[string]any{"label": l.mark("label of a field", hidden), "options": []any{l.mark("option", hidden)}, "help": l.mark("help of a field", hidden)},
					"near": map[string]any{"to": "any", "back": l.mark("back", hidden)}},
				"headings": []any{l.mark("heading of a type", hidden)}, "template": l.mark("template of a type", hidden), "views": []any{"title: " + l.mark("view of a type", hidden) + "\nfrom: all\n"}},
			"gadget": map[string]any{"label": "Gadget " + l.mark("label of a type in use", shown), "folder": "gadgets", "fields": map[string]any{
				"count": "number", "when": "date", "sure": "boolean", "which": map[string]any{"options": []any{l.mark("option in use", shown)}}, "what": "text", "near": map[string]any{"to": "any", "many": true},
				"parts": map[string]any{"fields": map[string]any{"name": "text", "by": map[string]any{"to": []any{"person"}}}}}},
		},
		"rules": map[string]any{"no-owner": "off"},
	}
	var known struct{ Properties map[string]any }
	if err := json.Unmarshal(schema.Default().JSONSchemas()["handbook.yaml.schema.json"], &known); err != nil {
		l.t.Fatal(err)
	}
	for key := range known.Properties {
		if _, ok := settings[key]; !ok {
			l.t.Errorf("there is a new setting, %q: say here what stands in it, and who may read it", key)
		}
	}
	config, err := json.Marshal(settings)
	if err != nil {
		l.t.Fatal(err)
	}
	files := map[string]string{
		"handbook.yaml":            string(config),
		"CODEOWNERS":               "# " + l.mark("comment of CODEOWNERS", hidden) + "\n* @acme/" + l.mark("CODEOWNERS", hidden) + "\n",
		"themes/own/page.css":      "",
		"content/shut/shut.png":    l.mark("a picture of theirs", hidden),
		"content/draft/draft.png":  l.mark("a picture of a draft", hidden),
		"content/open/open.png":    l.mark("a picture", shown),
		"content/open/later.md":    "---\ndraft: true\naudience: [customer]\n---\n![later](later.png)\n",
		"content/open/later.png":   l.mark("a picture of a draft beside open pages", hidden),
		"content/shut/loose.csv":   l.mark("a file of theirs", hidden),
		"content/open/loose.csv":   l.mark("a file", shown),
		"content/_index.md":        "---\naudience: [internal, customer]\n---\nHome.\n\n## What " + l.mark("heading of the home page", shown) + "?\n",
		"content/shut/_index.md":   "---\ntitle: " + l.mark("shut section", hidden) + "\ncascade: {owner: " + l.mark("cascade of a section", hidden) + "}\n---\n",
		"content/shut/inner.md":    "---\naudience: [customer]\ntitle: Inner " + l.mark("an open page in a shut section", shown) + "\n---\nText.\n",
		"content/shut/secrets.md":  "---\ntype: secrets\n---\n",
		"content/open/_index.md":   "---\naudience: [customer]\ncascade: {audience: [customer]}\n---\n",
		"content/open/own.md":      "---\ntitle: Own\naudience: [customer]\nlead: The " + l.mark("shut person title", hidden) + "\nasked: shut/person, somebody of " + l.mark("a list of names", hidden) + "\nwords: " + l.mark("a key that nobody declares", free) + "\n---\n```handbook\nfrom: all\nwhere: title == \"Own\"\ncolumns: [title, lead, asked, words]\n```\n",
		"content/open/no-owner.md": "---\ntitle: Alone\naudience: [customer]\n---\nText.\n",
		"content/shut/broken.md":   "---\ntitle: [" + l.mark("frontmatter that cannot be read", hidden) + "\n---\n",
	}
	files["mkdocs.yml"] = l.navigation()
	files["content/shut/.pages"] = "title: " + l.mark("title of a shut folder", hidden) + "\n"
	site, _ := schema.Read("handbook.yaml", config)
	for _, side := range []string{"open", "shut", "draft"} {
		for i := range site.Types {
			t := &site.Types[i]
			if t.Name == "secrets" {
				continue
			}
			front := l.common(side, t.Name)
			for k := range t.Fields {
				if f := &t.Fields[k]; front[f.Name] == nil && f.Name != "anywhere" && f.Name != "hush" && f.Name != "left" {
					front[f.Name] = l.value(side, t.Name, f.Name, f)
				}
			}
			if plan, ok := front["requires"].([]any); ok && side == "open" {
				front["requires"] = append(plan, map[string]any{"type": "spec", "title": l.mark("title of a document that is nowhere", shown),
					"waiver": map[string]any{"owner": pageOf("shut", "person"), "until": "2027-01-01", "reason": l.mark("reason of a waiver", shown)}})
			}
			data, err := json.Marshal(front)
			if err != nil {
				l.t.Fatal(err)
			}
			files["content/"+pageOf(side, t.Name)+".md"] = ";;;\n" + string(data) + "\n;;;\n" + l.text(side, t.Name)
		}
	}
	l.records(files)
	return files
}

// navigation is that of another generator, which says nothing of whom it is for.
func (l *leaks) navigation() string {
	return "site_name: " + l.mark("name of another site", hidden) + "\ndocs_dir: content\nnav:\n" +
		"- " + l.mark("label of an open page", shown) + ": open/own.md\n" +
		"- " + l.mark("label of a shut page", hidden) + ": shut/loose.md\n" +
		"- " + l.mark("label of another shut page", hidden) + ": shut/page.md\n" +
		"- " + l.mark("section of shut pages", hidden) + ":\n  - shut/spec.md\n  - Draft " + l.mark("label of a draft", hidden) + ": draft/page.md\n" +
		"- " + l.mark("section of an open page", shown) + ":\n  - open/no-owner.md\n  - " + l.mark("label of the shut page of an open section", hidden) + ": shut/faq.md\n" +
		"- " + l.mark("label of an address elsewhere", hidden) + ": https://" + l.mark("address elsewhere", hidden) + ".example/\n" +
		"- " + l.mark("section of nothing", hidden) + ":\n  - " + l.mark("label of nothing", hidden) + ": nowhere.md\n"
}

// records are lines about a page that is shown and one that is not, by somebody who is known, not known, and without a page.
func (l *leaks) records(files map[string]string) {
	fields := []string{"Page", "Date", "By", "Text", "Relies", "Note", "At"} // that hold a secret below, or none
	for i := range reflect.TypeFor[review.Record]().NumField() {
		if name := reflect.TypeFor[review.Record]().Field(i).Name; !slices.Contains(fields, name) {
			l.t.Errorf("there is a new field of records, %s: give it a secret here, and say who may read it", name)
		}
	}
	day, _ := schema.ParseDate("2026-11-01")
	for _, kind := range review.Kinds() {
		var b bytes.Buffer
		for _, about := range []string{"open/page", "shut/page", "open/spec"} {
			for _, by := range []string{"open/person", "shut/person", l.mark(kind.String()+" by", hidden)} {
				what := kind.String() + " of " + about + " by " + by
				b.Write(review.Record{Page: about, Date: day, By: by, Text: 1, Relies: map[string]review.Sum{"shut/page#" + l.mark(what+" relies", hidden): 1}, Note: l.mark(what+" note", hidden)}.Line())
			}
		}
		files["content/"+kind.File()] = b.String()
	}
}

// told is a history whose every word is secret.
func (l *leaks) past(files map[string]string) review.Past {
	p := told{map[string][]review.Edit{}, map[string][]string{}, nil}
	for name := range files {
		if path, ok := strings.CutPrefix(name, "content/"); ok && strings.HasSuffix(path, ".md") {
			day, _ := schema.ParseDate("2026-11-10")
			p.edits[path] = []review.Edit{{Day: day, By: l.mark("author", hidden), Commit: l.mark("commit", hidden)}}
			p.texts[path] = []string{"# " + l.mark("old text", hidden), files[name]}
		}
	}
	return p
}

// readings are the forms in which an output says something.
func readings(data string) []string {
	all := []string{data, html.UnescapeString(data)}
	if plain, err := url.PathUnescape(strings.ReplaceAll(data, "%", "%25")); err == nil {
		if twice, err := url.PathUnescape(plain); err == nil {
			all = append(all, twice)
		}
	}
	all = append(all, regexp.MustCompile(`\\u[0-9a-fA-F]{4}`).ReplaceAllStringFunc(data, func(s string) string {
		var out string
		_ = json.Unmarshal([]byte(`"`+s+`"`), &out)
		return out
	}))
	all = append(all, regexp.MustCompile(`<[^>]*>`).ReplaceAllString(data, ""), regexp.MustCompile("\r?\n ").ReplaceAllString(data, "")) // calendars fold their lines
	for _, m := range regexp.MustCompile(`[A-Za-z0-9+/_-]{12,}={0,2}`).FindAllString(data, -1) {
		for _, as := range []*base64.Encoding{base64.StdEncoding, base64.RawStdEncoding, base64.URLEncoding, base64.RawURLEncoding} {
			if plain, err := as.DecodeString(m); err == nil {
				all = append(all, string(plain))
			}
		}
	}
	if z, err := gzip.NewReader(strings.NewReader(data)); err == nil {
		if plain, err := io.ReadAll(z); err == nil {
			all = append(all, string(plain))
		}
	}
	for i := range all {
		all[i] = strings.ToLower(all[i])
	}
	return all
}

// TestAnAudienceReadsNothingThatIsNotForIt holds each secret to its rule, in all bytes of all outputs and their names.
func TestAnAudienceReadsNothingThatIsNotForIt(t *testing.T) {
	l := &leaks{t: t, words: map[string]string{}, known: map[string]rule{}}
	files := l.everything()
	job := given(files, l.past(files), fstest.MapFS{"CODEOWNERS": {Data: []byte(files["CODEOWNERS"])}})
	job.Audience = []string{"customer"}
	r, err := NewSession().Build(t.Context(), job)
	if err != nil {
		t.Fatal(err)
	}
	out := bytesOf(t, r)
	found := map[string]string{} // by secret: an output that says it
	word := regexp.MustCompile(`qz[a-z]{3}vk`)
	for path, data := range out {
		for _, text := range readings(path + "\n" + data) {
			for _, w := range word.FindAllString(text, -1) {
				if found[w] == "" || path < found[w] {
					found[w] = path
				}
			}
		}
	}
	for path := range out { // the index of the search is written so that a secret can be read in it
		if strings.Contains(path, "search/data/") && strings.Contains(out[path], l.words["open page text words"]) {
			found["index"] = path
		}
	}
	if found["index"] == "" {
		t.Error("no file of the search holds a word of a page as it is written, so this test would not see one leak there")
	}
	count := 0
	for what, w := range l.words {
		switch at := found[w]; {
		case l.known[what] == hidden && at != "":
			i := strings.Index(strings.ToLower(out[at]), w)
			t.Errorf("%s holds %s (%s): …%s…", at, what, w, out[at][max(0, i-120):min(len(out[at]), max(0, i)+40)])
		case l.known[what] == shown && at == "":
			t.Errorf("no output holds %s (%s), so this test would not see it leak", what, w)
		case at != "":
			count++
		}
	}
	if count < 100 {
		t.Errorf("only %d secrets are seen", count)
	}
	// Of pages that are away not even an address is left.
	for path := range out {
		if strings.HasPrefix(path, "shut/") && !strings.HasPrefix(path, "shut/inner") && path != "shut/index.html" || strings.HasPrefix(path, "draft") || strings.HasPrefix(path, "owners/") && strings.HasSuffix(path, ".html") && path != "owners/index.html" {
			t.Errorf("there is %s", path)
		}
	}

}
