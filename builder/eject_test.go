package builder

import (
	"io/fs"
	"regexp"
	"slices"
	"strings"
	"testing"

	"handbook/builder/query"
	"handbook/content"
)

// A user's copy of a built-in page shows what the built-in one does, and all that links to the one links to the other.
func TestEjectedPagesShowTheSame(t *testing.T) {
	files := map[string]string{}
	err := fs.WalkDir(content.Files, ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || !strings.HasSuffix(name, ".md") {
			return err
		}
		data, err := fs.ReadFile(content.Files, name)
		files["content/"+name] = string(data)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	before := build(t, files)
	for _, p := range query.BuiltIns() {
		if !slices.Contains(before.Book.BuiltIn, p.Name) {
			t.Errorf("the example does not show /%s/", p.Name)
		}
		files["content/"+p.Name+".md"] = string(p.Text("en"))
	}
	after := build(t, files)
	for _, p := range query.BuiltIns() {
		was, is := textOf(t, before, p.Name+"/index.html"), textOf(t, after, p.Name+"/index.html")
		if len(is) < 100 {
			t.Errorf("a copy of /%s/ shows only %s", p.Name, is)
		} else if p.Name == "health" || p.Name == "owners" { // which count the ten new pages
			numbers := regexp.MustCompile(`[0-9]+|\s+`)
			was, is = numbers.ReplaceAllString(was[:500], ""), numbers.ReplaceAllString(is[:500], "")
		}
		if was != is {
			t.Errorf("/%s/ shows\n%s\nand a copy of it\n%s", p.Name, was, is)
		}
	}
	const foot = `<nav aria-label="Site">`
	_, was, _ := strings.Cut(textOf(t, before, "index.html"), foot)
	_, is, _ := strings.Cut(textOf(t, after, "index.html"), foot)
	if was != is {
		t.Errorf("the foot is\n%s\nand with copies\n%s", was, is)
	}
}

// textOf is the text of a page, or for the home page all of it.
func textOf(t *testing.T, r Result, path string) string {
	t.Helper()
	for _, o := range r.Outputs {
		if o.Path == path {
			data, err := o.Data()
			if err != nil {
				t.Fatal(err)
			}
			_, text, _ := strings.Cut(string(data), `<div class="text">`)
			if path == "index.html" {
				return string(data)
			}
			for _, end := range []string{`<p class="small next"`, `<section class="foot"`, `<nav class="turn"`, `</article>`} {
				text, _, _ = strings.Cut(text, end)
			}
			return strings.Join(strings.Fields(text), " ")
		}
	}
	t.Fatalf("there is no %s", path)
	return ""
}
