//go:build unix

package builder

import (
	"fmt"
	"io"
	"runtime"
	"runtime/debug"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"handbook/builder/diag"
	"handbook/builder/menu"
	"handbook/builder/origin"
	"handbook/builder/owners"
	"handbook/builder/page"
	"handbook/builder/query"
	"handbook/builder/review"
	"handbook/builder/schema"
)

// Sizes of the law that a size that doubles costs no more than 2.3 times as much. Four times the size tell a line from a
// square better than twice.
const (
	costSize  = 16 << 10
	costTimes = 4
	costMost  = 2.3 * 2.3
	costFree  = 20 * time.Millisecond // what four times the size may cost without a second look
	costTries = 6
)

// cost is the processor's time of this process, which does not pass while another one runs.
func cost(f func()) time.Duration {
	runtime.GC()
	defer debug.SetGCPercent(debug.SetGCPercent(-1)) // when it runs is not the pass's
	before := spent()
	f()
	return spent() - before
}

func spent() time.Duration {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		panic(err)
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

// growsInLine runs a pass over a text and one four times as long. What disturbs a measurement only ever makes it longer, so
// the shortest of several count.
func growsInLine(text func(size int) string, pass func(string)) error {
	small, large := text(costSize), text(costTimes*costSize)
	once := cost(func() { pass(large) })
	if once < costFree {
		return nil
	}
	var a, b []time.Duration
	for b = append(b, once); len(a) < costTries; {
		a = append(a, cost(func() { pass(small) }))
		if float64(slices.Min(b)) <= costMost*float64(slices.Min(a)) {
			return nil
		}
		b = append(b, cost(func() { pass(large) }))
	}
	return fmt.Errorf("%d bytes cost %v, %d bytes cost %v", len(small), slices.Min(a), len(large), slices.Min(b))
}

// repeated is a text of one unit again and again; each # in it is a number of its own.
func repeated(head, unit, tail string) func(int) string {
	return func(size int) string {
		var b strings.Builder
		for b.WriteString(head); b.Len() < size; {
			b.WriteString(strings.ReplaceAll(unit, "\x00", fmt.Sprint(b.Len())))
		}
		b.WriteString(tail)
		return b.String()
	}
}

// passes are all that read a text that somebody else may have written.
func passes() map[string]func(string) {
	file := func(name string, raw bool) func(string) {
		return func(s string) {
			site := schema.Default()
			site.Markdown = schema.Markdown{Typographer: raw, RawHTML: raw, Mentions: "https://gitlab.com/a/b"}
			p, msgs := page.NewParser(site).Parse("content/"+name, name, []byte(s))
			msgs.Sort()
			list := diag.Locate(msgs, func(string) ([]byte, error) { return []byte(s), nil })
			same := func(file string) string { return file }
			for _, err := range []error{
				diag.Style{Color: raw}.Text(io.Discard, list), diag.JSON(io.Discard, list, same), diag.GitHub(io.Discard, list, same),
				diag.GitLab(io.Discard, list, same), diag.SARIF(io.Discard, list, same, ""), diag.JUnit(io.Discard, list, same, diag.Error),
			} {
				if err != nil {
					panic(err)
				}
			}
			for _, h := range p.Holes {
				if h.Kind == page.HoleCode {
					p.Body().Blocks[h.Link].HTML()
				}
			}
		}
	}
	parse := func(raw bool) func(string) { return file("a.md", raw) }
	in := func(open, close string) func(string) {
		return func(s string) { parse(false)(open + "\n" + s + "\n" + close + "\n") }
	}
	return map[string]func(string){
		"page":          parse(false),
		"page, raw":     parse(true),
		"MDX":           file("a.mdx", false),
		"YAML":          in("---", "---"),
		"YAML unclosed": in("---\ntitle: x", ""),
		"TOML":          in("+++", "+++"),
		"JSON":          in("---json", "---"),
		"fence":         in("```yaml", "```"),
		"view":          in("```handbook", "```"),
		"base":          in("```base", "```"),
		"reviews":       func(s string) { review.ReadRecords(review.Reviews, review.Reviews.File(), []byte(s)) },
		"handbook.yaml": func(s string) { schema.Read("handbook.yaml", []byte(s)) },
		"mkdocs.yml":    navigation(origin.MkDocs, "mkdocs.yml"), "SUMMARY.md": navigation(origin.MdBook, "content/SUMMARY.md"),
		"sidebars.json": navigation(origin.Docusaurus, "sidebars.json"), ".order": navigation(origin.AzureWiki, "content/.order"),
		"sidebars.js": navigation(origin.Docusaurus, "sidebars.js"), "config.ts": navigation(origin.VitePress, ".vitepress/config.ts"),
		"toc.yml": navigation(origin.DocFX, "content/toc.yml"),
		"query":   func(s string) { query.Parse(s) },
		"CODEOWNERS": func(s string) {
			rules, _ := owners.Parse("CODEOWNERS", []byte(s), owners.GitLab)
			rules.Owners("content/a/b/c.md")
		},
	}
}

// navigation reads a text as a file in which another generator orders pages.
func navigation(of origin.Generator, path string) func(string) {
	return func(s string) { menu.Read(of, []menu.File{{Path: path, Name: path, Data: []byte(s)}}, "content") }
}

// TestNoPassCostsTheSquare is the law that no small input hangs: table of what has, or looks as if it could.
func TestNoPassCostsTheSquare(t *testing.T) {
	if testing.Short() {
		t.Skip("short: it measures processor time, which takes seconds")
	}
	all := passes()
	for _, c := range []struct{ passes, head, unit, tail string }{
		{"page", "", "[x](y) ", ""},
		{"page", "", "[[a#b|c]] ", ""},
		{"page", "", "![](a.png) <img src=b.png> ", ""},
		{"page/page, raw", "", "<div>\n", ""},
		{"page/page, raw", "", "<a href=b.md><b id=x\x00>", ""},
		{"page/page, raw", "<table>", "<tr><td>x", ""},
		{"page/page, raw", "", "<!-- handbook-ignore dead-link: y -->", ""},
		{"page/page, raw", "", "<!-- handbook-ignore dead-link: y -->\n", ""},
		{"page", "", "[a]: b\n[a]\n", ""},
		{"page", "", "[a\x00]: b\n[a\x00]\n", ""},
		{"page", "", "[^\x00]: n\n\nx[^\x00]\n\n", ""},
		{"page", "", "# a\n", ""},
		{"page", "", "# a {#b\x00 .c}\n", ""},
		{"page", "", "[](a)", ""},
		{"page", "", "*a **b ", ""},
		{"page", "", "> > [!note]\n", ""},
		{"page", "", "- a\n  - b\n", ""},
		{"page", "", "a\n: b\n\n", ""},
		{"page", "| a |\n|---|\n", "| [[a\\|b]] |\n", ""},
		{"page", "", "a@b.cd http://a.bc ", ""},
		{"page", "", "{{ a }} {% b %} ", ""},
		{"page", "", "é漢🙂[x](y)", ""},
		{"page", "", "```go\nx\n```\n", ""},
		{"page", "", ":::note\n", ""},
		{"page", "", ":::note[a]\nb\n:::\n", ""},
		{"page", "", "::: code-group\n```js [a]\n```\n", ""},
		{"page", "", "!!! note \"a\"\n    b\n", ""},
		{"page", "", "!!! a\n\n", ""},
		{"page", "!!! note\n    a\n", "b\n", ""},
		{"page", "", "=== \"a\"\n    b\n", ""},
		{"page", "", "--8<--\na.md\n", ""},
		{"page", "", "==a^^b==c ", ""},
		{"page", "", "x^2^ ++ctrl+a++ ++a+", ""},
		{"page", "", "`a`{.b} {: .c", ""},
		{"page", "", "a\n{: .b }\n", ""},
		{"page", "", "*[A\x00]: b\n\nA\x00 A0 ", ""},
		{"page", "", "/// note | a\n", ""},
		{"page", "", "/// tab | a\n    b: c\n///\n\n", ""},
		{"page", "", "$a $b$ $`c ", ""},
		{"page", "", "\\(a $$b$$ ", ""},
		{"page", "", "$$\n\\[\n", ""},
		{"page", "", "%%a%% %%b ", ""},
		{"page", "", "%%a\n", ""},
		{"page", "", "%% a\n\n%% b\n\n", ""},
		{"page", "", "{/* a ", ""},
		{"page", "", "a %%b\n\nc%% d\n\n", ""},
		{"page", "", "a %%b `c\n\n", ""},
		{"page", "", "a %%b `c ``d ", "\n\n%%"},
		{"page", "", "a %%b\n\n%%c\n\n", ""},
		{"page", "", "a %%b\nc %%\n\n{/*\n\n", ""},
		{"page", "", "a ^b\x00\n\n", ""},
		{"page", "", "a\n\n^b\n\n", ""},
		{"page", "", "k:: v\n\n", ""},
		{"page", "", "a/b#1 #2 @c ", ""},
		{"page", "", "a/b/c/d", "#1"},
		{"page", "<!--* freshness: {", "owner: 'a' ", ""},
		{"page", "", "{{< a >}}\n", ""},
		{"page", "", "{{< note >}}b{{< /note >}}\n", ""},
		{"page", "", "{{< a\x00 >}} {{< /b\x00 >}}", ""},
		{"page", "", "{{< a \"b ", ""},
		{"page", "", "{{< highlight >}}\n", ""},
		{"page", "", "{{< a\n{% raw %}", ""},
		{"page", "", "[x]({{< ref \"y\" >}}#z) {{ page.q }}", ""},
		{"page", "", "{% if a %}\n{% hint %}\n```\n", ""},
		{"page", "", "~~~\n````x\n{% a %}", ""},
		{"page", "", "` `` <!-- {{<x>}}", ""},
		{"page/page, raw", "<div>\n", "{{< a >}}<b>\n", ""},
		{"page", "", "<% a %>\n<%= b ", ""},
		{"page", "", "- TOC\n{:toc}\n\n", ""},
		{"page", "", "[!include[a](b.md)]\n<xref:a>\n", ""},
		{"page", "", "{{< button href=a >}}b{{< /button >}} ", ""},
		{"page", "", "&#39;#1 ", ""},
		{"page", "", "=== \"a\"\n", ""},
		{"page", "", "```{note}\n", ""},
		{"page", "", "````{tab-set}\n```{tab-item} a\n:b: c\nd\n```\n````\n", ""},
		{"page", "", ":::{a} b\n---\n", ""},
		{"page", "", "{a}`b {c}``d` {e}`f <g>` ", ""},
		{"page", "", "(a\x00)=\n+++\n", ""},
		{"page", "", "a\n{: .note }\nb\n", ""},
		{"page", "", "{: .note-title }\n> a\n\n", ""},
		{"page", "", "# [a](#tab/b)\n\nc\n\n", ""},
		{"page", "", "<p markdown=\"1\">\n{.a}\n", ""},
		{"page", "", "<i class=\"fa-a\">:b:</i> :c-d: ", ""},
		{"page", "[a](b", "{{< c >}}{{% d %}}", ")"},
		{"page", "", "https://a.b/{{< c >}} ", ""},
		{"page", "", "::: zone\n![a](b =1x2)](c =", ""},
		{"page/MDX", "", "<A b={c} d=\"e\" />\n\n", ""},
		{"page/MDX", "", "<A ", ""},
		{"page/MDX", "", "<a b={c}> ", ""},
		{"page/MDX", "", "<a\n\n", ""},
		{"page/MDX", "", "<Details>\n<summary>a</summary>\n\n</Details>\n", ""},
		{"page/MDX", "", "x <A b={{", ""},
		{"page/MDX", "", "<Card title=\"\n", ""},
		{"page/MDX", "", "<A>\n", ""},
		{"page/MDX", "", "<Tabs>\n<Tab label=\"a\">\nb\n</Tab>\n</Tabs>\n", ""},
		{"page/MDX", "", "<Card>a</Card>\n", ""},
		{"page/MDX", "", "<Card>\n\n", "</Card>"},
		{"page/MDX", "", "<Link to=\"a\">b</Link> <B>", ""},
		{"page/MDX", "", "</A>\n", ""},
		{"page/MDX", "", "{a {b ", ""},
		{"page/MDX", "", "{\n\n", ""},
		{"page/MDX", "", "import a from 'b'\n\n# c\n", ""},
		{"page/MDX", "", "export const a = {\n\n", ""},
		{"YAML/YAML unclosed", "", "k\x00: x\n", ""},
		{"YAML/handbook.yaml", "", "k: x\n", ""},
		{"YAML/handbook.yaml", "a: {", "k\x00: 'x', ", "}"},
		{"YAML/handbook.yaml", "a: &a 1\nb: [", "*a, ", "]"},
		{"YAML/handbook.yaml", "", "k\x00: *x\n", "y: &x 1\nz: [\n"},
		{"YAML/handbook.yaml", "", "k: [\n", ""},
		{"YAML/handbook.yaml", "aliases:\n", "- /a\x00/\n", ""},
		{"YAML/handbook.yaml", "tags:\n", "- 漢\x00\n", ""},
		{"YAML/handbook.yaml", "ignore:\n", "- a\x00/**/b\n", ""},
		{"YAML/handbook.yaml", "rules:\n", "  r\x00: off\n", ""},
		{"handbook.yaml", "fields:\n", "  f\x00: text\n", ""},
		{"TOML", "", "k\x00 = 'x'\n", ""},
		{"TOML", "a", ".a", " = 1"},
		{"TOML", "", "[t.a.b\x00]\n", ""},
		{"TOML", "", "[[t]]\na = 1\n", ""},
		{"TOML", "a = [", "\"x\", # x\n", "]"},
		{"TOML", "a = ", "{a=", ""},
		{"TOML", "a = ", "[", ""},
		{"JSON", "{\"a\": [", "1, ", "1]}"},
		{"JSON", "{", "\"k\x00\": {}, ", "\"z\": 1}"},
		{"JSON", "{\"a\": ", "[", ""},
		{"fence", "", "k: \"x\"\n", ""},
		{"base", "views: [{order: [", "a, ", "]}]"},
		{"base", "filters: ", "{and: [", ""},
		{"view/query", "from: spec\n", "where: a == \"b\"\n", ""},
		{"view/query", "from: spec\ncolumns: ", "a, ", ""},
		{"view/query", "from: spec\nwhere: ", "a && ", "b"},
		{"reviews", "", "x\n", ""},
		{"reviews", "", `{"page":"a","date":"2026-11-20","by":"ana","text":"0000000000000001"}` + "\n", ""},
		{"CODEOWNERS", "", "*a*b/**/c @x\n", ""},
		{"CODEOWNERS", "", "[a\x00] @x\nb @y\n", ""},
		{"CODEOWNERS", "", "**/", " @x"},
		{"CODEOWNERS", "", "x\n", ""},
		{"mkdocs.yml", "docs_dir: content\nnav:\n", "- Page: a\x00.md\n", ""}, {"mkdocs.yml", "nav: ", "[a: ", ""}, {"mkdocs.yml", "nav: ", "[", ""},
		{"SUMMARY.md", "", "- [a](a\x00.md)\n", ""}, {"SUMMARY.md", "", "[", ""}, {"SUMMARY.md", "", " - [a](\n", ""}, {"SUMMARY.md", "", "<!--", ""}, {"SUMMARY.md", "- [", "\\\\", ""},
		{"sidebars.js", "export default {a: [", "'b\x00', f(), ...c, ", "]}"}, {"sidebars.js", "export default ", "[", ""}, {"sidebars.js", "export default ", "{a: `${", ""},
		{"sidebars.js", "export default [", "a ? 'b' : \"c\n", "]"}, {"sidebars.js", "export default ", "/* ", ""}, {"config.ts", "", "sidebar: {a: ", ""}, {"toc.yml", "", "- name: a\x00\n  href: b.md\n", ""},
		{"sidebars.json", `{"a": [`, `"b\x00", `, `"c"]}`}, {"sidebars.json", "", `{"a":[`, ""}, {".order", "", "a\x00\n", ""},
	} {
		for name := range strings.SplitSeq(c.passes, "/") {
			if err := growsInLine(repeated(c.head, c.unit, c.tail), all[name]); err != nil {
				t.Errorf("%s of %q: %v", name, c.unit, err)
			}
		}
	}
}

// TestNoBuildCostsTheSquare does the same for what is known of the whole handbook only.
func TestNoBuildCostsTheSquare(t *testing.T) {
	if testing.Short() {
		t.Skip("short: it measures processor time, which takes seconds")
	}
	for name, c := range map[string]struct{ head, unit, nav string }{
		"links":        {"", "[x](b.md) ", ""},
		"dead":         {"", "[x](y) [[a#b|c]] ", ""},
		"embeds":       {"", "![[b]]\n\n", ""},
		"terms":        {"", "The goals of refunds. ", ""},
		"words":        {"", "word\x00 ", ""},
		"views":        {"", "```handbook\nfrom: pages\n```\n\n", ""},
		"headings":     {"", "## H\x00\n\n[[#h\x00]]\n\n", ""},
		"questions":    {"---\ntype: faq\n---\n", "## H\x00?\n\n", ""},
		"navigation":   {"", "- S\x00:\n  - b.md\n  - g.md\n", "yes"},
		"lost entries": {"", "- no\x00.md\n", "yes"},
	} {
		pass := func(s string) {
			files := map[string]string{
				"content/_index.md": "# Home\n", "content/a.md": c.head + s, "content/b.md": "Text.\n",
				"mkdocs.yml":   "docs_dir: content\nnav:\n" + strings.ReplaceAll(c.nav, "\x01", s),
				"content/g.md": "---\ntype: term\ntitle: Goals\nalso_known_as: [refunds]\n---\nWhat we want.\n",
			}
			if c.nav != "" {
				files["mkdocs.yml"] = "docs_dir: content\nnav:\n" + s
			}
			r, err := dressed().Build(t.Context(), memory(files))
			if err != nil {
				t.Fatal(err)
			}
			for _, o := range r.Outputs {
				if o.Asset {
					continue
				}
				if _, err := o.Data(); err != nil {
					t.Fatal(err)
				}
			}
		}
		if err := growsInLine(repeated("", c.unit, ""), pass); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// FuzzRepeat repeats whatever the fuzzer thinks of.
func FuzzRepeat(f *testing.F) {
	f.Add("page", "[x](y) ")
	f.Add("TOML", "a.b\x00=1\n")
	f.Add("page", ":::note\n!!! a\n    === \"b\"\n")
	f.Add("page", "%%a ^b\n\n%%\n")
	f.Add("MDX", "<Tabs>\n\t<Tab a={b}>{c} <D/>\n")
	f.Add("page", "==a++b^^{: .c}\n")
	f.Add("page", "{{< a \"b\" >}}\n{% c %}{{< /a >}}<%= d %>\n")
	all := passes()
	f.Fuzz(func(t *testing.T, name, unit string) {
		pass := all[name]
		if pass == nil || unit == "" || len(unit) > 200 {
			return
		}
		if err := growsInLine(repeated("", unit, ""), pass); err != nil {
			t.Errorf("%s of %q: %v", name, unit, err)
		}
	})
}
