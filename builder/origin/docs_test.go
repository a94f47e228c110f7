package origin

import (
	"strings"
	"testing"
	"testing/fstest"
)

// A repository is a list of files; one with "=" holds what stands behind it.
func repository(list string) fstest.MapFS {
	files := fstest.MapFS{}
	for _, name := range strings.Split(list, " ") {
		name, text, _ := strings.Cut(name, "=")
		files[name] = &fstest.MapFile{Data: []byte(text)}
	}
	return files
}

func TestTheFolderOfPagesIsFound(t *testing.T) {
	for _, c := range []struct{ files, want, why string }{
		{"README.md mkdocs.yml manual/a.md docs/b.md", "docs", "mkdocs.yml says so"},
		{"README.md guide/book.toml guide/src/a.md other/b.md other/c.md", "guide/src", "guide/book.toml says so"},
		{"README.md website/docusaurus.config.js website/docs/a.mdx website/blog/b.md", "website/docs", "website/docusaurus.config.js says so"},
		{"README.md site/hugo.toml site/content/en/a.md", "site/content/en", "site/hugo.toml says so"},
		{"docs/astro.config.mjs=starlight docs/src/content/docs/a.mdx", "docs/src/content/docs", "docs/astro.config.mjs says so"},
		{"docs/.vitepress/config.mts docs/en/a.md docs/en/b.md", "docs/en", "docs/.vitepress/config.mts says so"},
		{"README.md docs/a.md docs/b/c.md src/d.md main.go", "docs", "2 of 4"},
		{"README.md content/de/a.md", "content/de", "1 of 2"},
		{"README.md CHANGELOG.md docs/a.md", "docs", "1 of 3"},
		{"deep/er/a.md deep/er/b.md", "deep/er", "2 of 2"},
		{"a.md b.md docs/c.md", ".", ""},
		{"api/a.md faq/b.md", ".", ""},
		{"README.md main.go", ".", ""},
		{"node_modules/x/docs/a.md .github/b.md main.go", ".", ""},
		{"mkdocs.yml", ".", ""},
	} {
		dir, why := Docs(repository(c.files))
		if dir != c.want || !strings.Contains(why, c.why) || c.why == "" && why != "" {
			t.Errorf("%s: the pages lie in %q (%s), want %q (%s)", c.files, dir, why, c.want, c.why)
		}
	}
	dir, _ := Docs(fstest.MapFS{"mkdocs.yml": {Data: []byte("docs_dir: manual\n")}, "manual/a.md": {}, "docs/b.md": {}, "docs/c.md": {}})
	if dir != "manual" {
		t.Errorf("the pages lie in %q, but mkdocs.yml names manual", dir)
	}
	dir, _ = Docs(fstest.MapFS{"x/mkdocs.yml": {Data: []byte("docs_dir: ../../..\n")}, "docs/b.md": {}})
	if dir != "docs" {
		t.Errorf("a configuration leads out of the repository, to %q", dir)
	}
}

func TestASiteIsCalledWhatItsConfigurationCallsIt(t *testing.T) {
	for config, want := range map[string]string{
		"site_name: Our handbook\nnav:\n":               "Our handbook",
		"[book]\ntitle = \"The guide\"\n":               "The guide",
		"module.exports = {\n  title: 'Marram',\n}":     "Marram",
		"export default defineConfig({})":               "",
		"title: ${process.env.TITLE}\n":                 "",
		"baseURL = 'https://a.b/'\ntitle = 'My site'\n": "My site",
	} {
		if got := Name(config); got != want {
			t.Errorf("%q calls the site %q, want %q", config, got, want)
		}
	}
}
