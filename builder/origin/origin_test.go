package origin_test

import (
	"strings"
	"testing"
	"testing/fstest"

	"handbook/builder/origin"
)

func TestAFolderIsKnownByWhatItsGeneratorLeavesThere(t *testing.T) {
	for _, c := range []struct {
		files   string // name, or name=text
		content string
		want    origin.Generator
		because string // a file
	}{
		{"mkdocs.yml docs/a.md", "docs", origin.MkDocs, "mkdocs.yml"},
		{"docs/a.md docs/.pages=nav:", "docs", origin.MkDocs, "docs/.pages"},
		{"guide/book.toml guide/src/SUMMARY.md=-[A](a.md)", "guide/src", origin.MdBook, "guide/book.toml"},
		{"docs/SUMMARY.md=*[A](a.md)", "docs", origin.GitBook, "docs/SUMMARY.md"},
		{"docs/SUMMARY.md=Prose,and[A](a.md)", "docs", origin.None, ""},
		{"website/docusaurus.config.ts website/docs/a.md", "website/docs", origin.Docusaurus, "website/docusaurus.config.ts"},
		{"docs/x/_category_.json docs/x/a.md", "docs", origin.Docusaurus, "docs/x/_category_.json"},
		{"docs/a.md=---\nsidebar_position:1\n---", "docs", origin.Docusaurus, "docs/a.md"},
		{"docs/.vitepress/config.mts docs/a.md", "docs", origin.VitePress, "docs/.vitepress/config.mts"},
		{"astro.config.mjs=starlight() src/content/docs/a.md", "src/content/docs", origin.Starlight, "astro.config.mjs"},
		{"astro.config.mjs=blog() src/pages/a.md", "src/pages", origin.None, ""},
		{"config.toml=baseURL='x' content/a.md", "content", origin.Hugo, "config.toml"},
		{"config.toml=other=1 content/a.md", "content", origin.None, ""},
		{"_config.yml a.md", ".", origin.Jekyll, "_config.yml"},
		{"wiki/.order=A wiki/A.md", "wiki", origin.AzureWiki, "wiki/.order"},
		{"content/a.md content/guide.md", "content", origin.None, ""},
	} {
		fsys := fstest.MapFS{}
		for _, f := range strings.Split(c.files, " ") {
			name, text, _ := strings.Cut(f, "=")
			fsys[name] = &fstest.MapFile{Data: []byte(text)}
		}
		got, reasons := origin.Of(fsys, c.content)
		because := ""
		if len(reasons) > 0 {
			because = reasons[0].File
		}
		if got != c.want || because != c.because {
			t.Errorf("%s: %q because of %q, want %q because of %q", c.files, got, because, c.want, c.because)
		}
	}
}
