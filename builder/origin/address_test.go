package origin_test

import (
	"strings"
	"testing"
	"testing/fstest"

	"handbook/builder/origin"
)

func TestEachGeneratorPublishedAPageAtAnAddressOfItsOwn(t *testing.T) {
	for _, c := range []struct {
		of            origin.Generator
		config        string // name=text, with | for line breaks
		content, page string
		front         string // key=value
		want          string
	}{
		{origin.MkDocs, "mkdocs.yml=site_url: https://x.example/project/", "docs", "a/b.md", "", "/project/a/b/"},
		{origin.MkDocs, "mkdocs.yml=site_url: !ENV [URL, https://x.example/p/]", "docs", "a/index.md", "", "/a/"},
		{origin.MkDocs, "mkdocs.yml=use_directory_urls: false", "docs", "a/b.md", "", "/a/b.html"},
		{origin.MkDocs, "mkdocs.yml=docs_dir: docs", "docs/en", "a.md", "", "/en/a/"},
		{origin.MdBook, "book.toml=[output.html]|site-url = \"/book/\"", "src", "a/b.md", "", "/book/a/b.html /a/b.html"},
		{origin.MdBook, "book.toml=[book]", "src", "a/README.md", "", "/a/"},
		{origin.GitBook, "", ".", "Some Folder/Page.md", "", "/some-folder/page/"},
		{origin.Docusaurus, "website/docusaurus.config.js=  baseUrl: '/p/',", "website/docs", "01-guide/02-a.md", "", "/p/docs/guide/a/"},
		{origin.Docusaurus, "docusaurus.config.js=x", "docs", "guide/a.md", "slug=/start", "/docs/start/"},
		{origin.Docusaurus, "docusaurus.config.js=x", "docs", "guide/a.md", "slug=other", "/docs/guide/other/"},
		{origin.Docusaurus, "docusaurus.config.js=x", "docs", "guide/a.md", "id=given", "/docs/guide/given/"},
		{origin.Docusaurus, "docusaurus.config.js=docs: { routeBasePath: '/' }", "docs", "guide/guide.md", "", "/guide/"},
		{origin.Docusaurus, "docusaurus.config.js=x", "docs", "2024-01-02-news.md", "", "/docs/2024-01-02-news/"},
		{origin.VitePress, ".vitepress/config.ts=  base: '/v/',", ".", "a/b.md", "", "/v/a/b.html /a/b.html"},
		{origin.Starlight, "astro.config.mjs=starlight()", "src/content/docs", "Guides/My Page.md", "", "/guides/my-page/"},
		{origin.Starlight, "astro.config.mjs=starlight()", "src/content/docs", "Two words/index.md", "", "/two-words/"},
		{origin.GitBook, "", ".", "Two words/README.md", "", "/two-words/"},
		{origin.Docusaurus, "website/docusaurus.config.js=x", "docs", "guide/a.md", "", "/docs/guide/a/"},
		{origin.Hugo, "hugo.toml=baseURL = \"https://x.example/h/\"", "content", "Docs/A page.md", "", "/h/docs/a-page/"},
		{origin.Hugo, "hugo.yaml=uglyURLs: true", "content", "docs/a.md", "", "/docs/a.html"},
		{origin.Hugo, "hugo.yaml=x: y", "content", "docs/a.md", "url=/elsewhere/", "/elsewhere/"},
		{origin.Hugo, "hugo.yaml=x: y", "content", "docs/a.md", "slug=b", "/docs/b/"},
		{origin.Hugo, "hugo.toml=[permalinks]|posts = '/:year/:month/:slug/'", "content", "posts/Big news.md", "date=2026-03-04", "/2026/03/big-news/"},
		{origin.Hugo, "hugo.yaml=permalinks: {page: {posts: /blog/:sections/:contentbasename}}", "content", "posts/old/a.md", "", "/blog/posts/old/a/"},
		{origin.Hugo, "hugo.yaml=permalinks: {posts: /:year/:slug/}", "content", "posts/a.md", "", ""},
		{origin.Hugo, "hugo.yaml=permalinks: {posts: '/x/:slugs[1:]'}", "content", "posts/_index.md", "", "/posts/"},
		{origin.DocFX, "docfx.json={}", "docs", "a/b.md", "", "/docs/a/b.html"},
		{origin.Jekyll, "_config.yml=baseurl: /j", ".", "a/b.md", "", "/j/a/b.html /a/b.html"},
		{origin.Jekyll, "_config.yml=permalink: pretty", ".", "a/b.md", "", "/a/b/"},
		{origin.Jekyll, "_config.yml=x: y", ".", "a.md", "permalink=/docs/a", "/docs/a"},
		{origin.Hugo, "hugo.yaml=x: y", "content/en", "docs/a.md", "", "/docs/a/"},
		{origin.VitePress, "docs/.vitepress/config.ts=x", "docs/en", "a.md", "", "/en/a.html"},
		{origin.Jekyll, "_config.yml=x: y", "posts", "2020-03-04-news.md", "", "/2020/03/04/news.html"},
		{origin.Jekyll, "_config.yml=x: y", ".", "news/_posts/2020-03-04-big.md", "", "/news/2020/03/04/big.html"},
		{origin.Jekyll, "_config.yml=x: y", ".", "_guides/a.md", "", "/guides/a.html"},
		{origin.Jekyll, "_config.yml=permalink: /blog/:year/:title/", "posts", "2020-03-04-news.md", "", "/blog/2020/news/"},
	} {
		files := fstest.MapFS{}
		if name, text, ok := strings.Cut(c.config, "="); ok {
			files[name] = &fstest.MapFile{Data: []byte(strings.ReplaceAll(text, "|", "\n"))}
		}
		key, value, _ := strings.Cut(c.front, "=")
		got := origin.SiteOf(origin.OnDisk(files), c.content, c.of).Addresses(c.page, func(k string) string {
			if k == key {
				return value
			}
			return ""
		})
		if strings.Join(got, " ") != c.want {
			t.Errorf("%s with %s: %s is at %q, want %q", c.of, c.config, c.page, got, c.want)
		}
	}
}

func TestWhatAGeneratorRedirectedItselfLeadsOn(t *testing.T) {
	files := fstest.MapFS{"mkdocs.yml": {Data: []byte("plugins:\n- search\n- redirects:\n    redirect_maps:\n      old.md: new.md#part\n      gone/index.md: https://example.com/\n")},
		"book/book.toml": {Data: []byte("[output.html.redirect]\n\"/format/config.html\" = \"configuration/index.html\"\n")}}
	moved := origin.SiteOf(origin.OnDisk(files), "docs", origin.MkDocs).Moved()
	if len(moved) != 1 || moved["/old/"] != "new.md" {
		t.Errorf("MkDocs: %v", moved)
	}
	moved = origin.SiteOf(origin.OnDisk(files), "book/src", origin.MdBook).Moved()
	if len(moved) != 1 || moved["/format/config.html"] != "format/configuration/index.md" {
		t.Errorf("mdBook: %v", moved)
	}
}

func TestASiteBesideTheHandbookIsNotIts(t *testing.T) {
	files := fstest.MapFS{"mkdocs.yml": {Data: []byte("site_name: x\n")}, "docusaurus.config.js": {Data: []byte("docs: {\n  path: 'guides',\n}")}, "book.toml": {Data: []byte("[book]\n")}}
	for _, of := range []origin.Generator{origin.MkDocs, origin.Docusaurus, origin.MdBook} {
		if origin.SiteOf(origin.OnDisk(files), "handbook/content", of) != nil {
			t.Errorf("%s is said to have published what lies elsewhere", of)
		}
	}
	if origin.SiteOf(origin.OnDisk(files), "guides", origin.Docusaurus) == nil {
		t.Error("Docusaurus' pages lie where it is configured to look")
	}
}
