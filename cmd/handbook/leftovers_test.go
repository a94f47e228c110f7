package main

import (
	"regexp"
	"strings"
	"testing"

	"golang.org/x/net/html"
)

// leftover is a construct of some dialect of Markdown that readers must not see.
type leftover struct {
	name string
	is   *regexp.Regexp
}

// object stands in a text for what is no text: code, a picture, a formula.
const object = '\uFFFC'

// leftovers are looked for in the text of each block of a page. They know nothing of how the program reads Markdown. What
// prose may hold is none of them: each begins where words do not, or has an end too.
var leftovers = []leftover{
	{"!!!", lines(`\s*(?:!!!|\?\?\?)\+?[ \t]+["“]?\w`)},
	{"===", lines(`\s*===[!+]?[ \t]+["“”]`)},
	{":::", lines(`\s*:{3,}`)},
	{"::", lines(`\s*::[a-z][\w-]*[\[{]`)},
	{":name[]", regexp.MustCompile(`(?:^|\s):[a-z][\w-]*\[[^\]\n]*\]`)},
	{"{{<", regexp.MustCompile(`\{\{[<%]`)},
	{"{{", regexp.MustCompile(`\{\{-?\s*[\w.$"'#/>^@:(\[!` + string(object) + `]`)},
	{"{%", regexp.MustCompile(`(?:^|[^{])\{%`)},
	{"<%", regexp.MustCompile(`<%`)},
	{"%%", regexp.MustCompile(`(?m)^\s*%%(?:\s|$)|%%[^%\n]+%%`)},
	{"^id", regexp.MustCompile(`(?:^|\s)\^[A-Za-z][\w-]*\s*$`)},
	{"import", lines(`\s*import\s+(?:[\w${*][^\n]*\sfrom\s+)?["'“‘”’][^"'“‘”’\n]+["'“‘”’];?\s*$`)},
	{"import", lines(`\s*import\s+\{[^}]*\}\s+from\s`)},
	{"export", lines(`\s*export\s+(?:const|let|default|function|async)\s+\w`)},
	{"JSX", regexp.MustCompile(`(?:^|[\s(>])<(?:/?[A-Z][\w.]*\s*/?>|[A-Z][\w.]*\s+[\w:@{.#-]+(?:[=\s/>]|$)|/?>\S)`)},
	{"JSX comment", regexp.MustCompile(`\{/\*`)},
	{"JSX value", regexp.MustCompile(`\{(?:props|frontmatter|frontMatter|site|page|Astro)\.\w`)},
	{"HTML", regexp.MustCompile(`</(?:[a-z][\w-]*)>|<(?:[a-z][\w-]*)\s+[\w:@-]+=["'“”]|<!--`)},
	{"[TOC]", lines(`\s*(?:\[\[?_?(?:TOC|toc|TOSP)_?\]?\]|\{:toc\}|@\[toc\])\s*$`)},
	{"--8<--", regexp.MustCompile(`-{1,}8<-{1,}|–8<|—8<`)},
	{"<<<", lines(`\s*(?:<<<\s*[@\w./]|@\[code)`)},
	{"{: }", regexp.MustCompile(`(?:^|[^{])\{:?[ \t]*(?:[.#][A-Za-z][\w-]*|:?[a-z][\w-]*=["'“”‘’\w])[^{}\n]*\}|(?:^|[^{])\{:[ \t]`)},
	{"++k++", regexp.MustCompile(`(?:^|[^\w+])\+\+[a-z0-9"“][\w"”+-]*\+\+`)},
	{"==m==", regexp.MustCompile(`(?:^|[\s(])==[^\s=][^=\n]*==(?:[\s.,;:)]|$)`)},
	{"critic", regexp.MustCompile(`\{(?:\+\+|--|~~|==|>>)[^\n]+?(?:\+\+|--|~~|==|<<)\}`)},
	{":emoji:", regexp.MustCompile(`(?:^|[\s(])[:](?:[a-z][a-z0-9_+-]{1,60}|\+1|-1|100):(?:[\s.,;!)]|$)`)},
	{"$math$", regexp.MustCompile(`(?:^|[^$])\$\$(?:[^$]|$)|(?:^|[\s(])\$(?:[A-Za-z]|[^\s$` + string(object) + `][^$\n` + string(object) + `]*[\\^_={}][^$\n` + string(object) + `]*)\$(?:[\s.,;:)?]|$)|\\[(\[]\S|\\(?:frac|begin|sum|alpha|mathbb|text)\b`)},
	{"[!NOTE]", lines(`\s*\[![A-Za-z]+\]`)},
	{"[[ ]]", regexp.MustCompile(`\[\[[^\[\]\n]+\]\]`)},
	{"[^1]", regexp.MustCompile(`\[\^[\w-]+\]`)},
	{"*[HTML]:", lines(`\s*\*\[[^\]\n]+\]:`)},
	{".. note::", lines(`\s*\.\.\s+[\w-]+::`)},
	{"{role}", regexp.MustCompile(`\{[a-z][a-z:-]*\}` + string(object))},
	{"```", lines(`\s*(?:` + "```" + `|~~~)`)},
	{"[text](link)", regexp.MustCompile(`\]\([^\s()]+(?:\s+["“][^"”\n]*["”])?\)`)},
	{"| table |", lines(`\s*\|?\s*:?-{3,}:?\s*\|[\s|:-]*$`)},
	{"**bold**", regexp.MustCompile(`(?:^|[\s(])\*\*[^\s*](?:[^*\n]*[^\s*])?\*\*`)},
	{"# heading", lines(`#{2,6}\s+\w`)},
}

func lines(pattern string) *regexp.Regexp { return regexp.MustCompile(`(?m)^` + pattern) }

// leftIn finds what is left in a text of one block, each with the words around it.
func leftIn(text string) (found []string) {
	for _, l := range leftovers {
		for _, at := range l.is.FindAllStringIndex(text, -1) {
			from, to := max(0, at[0]-20), min(len(text), at[1]+40)
			words := strings.Join(strings.Fields(strings.ToValidUTF8(text[from:to], "")), " ")
			found = append(found, l.name+"\t"+words)
		}
	}
	return found
}

// apart are elements whose text stands by itself, and silent those that hold no text for readers.
var (
	apart = words("address article aside blockquote br caption dd details dialog div dl dt figcaption figure footer h1 h2 h3 h4 h5 h6 header hr " +
		"li main nav ol p section summary table tbody td tfoot th thead tr ul")
	silent = words("pre code script style kbd samp math svg textarea template noscript object iframe img video audio")
)

func words(list string) map[string]bool {
	all := map[string]bool{}
	for word := range strings.FieldsSeq(list) {
		all[word] = true
	}
	return all
}

// blocks are the texts of the blocks below an element.
func blocks(top *html.Node) []string {
	var all []string
	var now strings.Builder
	end := func() {
		if strings.TrimSpace(now.String()) != "" {
			all = append(all, now.String())
		}
		now.Reset()
	}
	var walk func(*html.Node)
	walk = func(n *html.Node) {
		switch {
		case n.Type == html.TextNode:
			now.WriteString(n.Data)
		case n.Type == html.ElementNode && silent[n.Data]:
			now.WriteRune(object)
			return
		}
		if n.Type == html.ElementNode && apart[n.Data] {
			if n.Data == "br" {
				now.WriteByte('\n')
			} else {
				end()
				defer end()
			}
		}
		for c := range n.ChildNodes() {
			walk(c)
		}
	}
	walk(top)
	end()
	return all
}

// TestLeftoversAreToldFromProse keeps the detector honest: what it finds is no prose, and what prose says it does not find.
func TestLeftoversAreToldFromProse(t *testing.T) {
	t.Parallel()
	left := []string{
		`!!! warning "Refunds"`, `??? note`, `???+ tip`, `=== "Guests"`, `=== “Guests”`, ":::note[Refunds]", "::: tip", ":::", `::youtube{id=1}`,
		`See [limits]({{< ref "limits.md" >}})`, "{{% note %}}", "Version {{ version }} is out", "{{#include a.md}}", `{% hint style="info" %}`,
		"<%= title %>", "%% for authors %%", "%%\nhidden\n%%", "Four days. ^fourdays", "import Tabs from '@theme/Tabs';", "import { A } from “b”",
		"import './a.css'", "export const a = 1", "<Tabs>", "<>Words", "Ask <Owner name=\"payments\" /> first.", "</TabItem>", "<Card\n  title=\"Refunds\"\n/>",
		"{/* hidden */}", "{frontmatter.title}", `<div class="a">`, "</details>", "<!-- hidden -->", "[TOC]", "[[_TOC_]]", `--8<-- "a.md"`, "<<< @/a.js",
		"A title{#together}", "![](a){ width=300 }", "{: .note }", "{: toc }", "Press ++ctrl+c++ now", "This is ==marked== so", "{++added++}",
		"All done :tada:", ":material-check: yes", "Let $x^2$ be", "$$", "the point $x$.", `\(a+b\)`, "[!NOTE]", "see [[refunds]]", "![[plan.canvas]]",
		"as said[^1]", "*[HTML]: Hyper", ".. note::", "{ref}\uFFFC", "```js", "[words](page.md)", "|---|---|", "**bold** words", "## Heading",
	}
	for _, text := range left {
		if len(leftIn(text)) == 0 {
			t.Errorf("%q passes as prose", text)
		}
	}
	prose := []string{
		"Stop!!! Do not refund.", "Really??? Yes.", "a === b", "It costs $5, or $10 for two.", "between $100 and $200.", "Set $HOME and $PATH.", "US$ and A$",
		"C++ and ++i", "50 %% of", "5 < 6 and 7 > 6", "a <- b", "x == y == z", "std::vector and a::b", "At 10:30: we meet; 12:00:00.", "Note: this: that",
		"import the data from the other system", "We export default settings.", "import goods from China", "export control", "Use {name} here",
		"{ a, b }", "the set {1, 2}", "an array[1](see below)"[:8], "e.g. [1] and [sic]", "2^10", "x^2", "List<String> and Map<K, V>", "—", "a | b", "1 * 2 ** 3",
		"\uFFFC and \uFFFC", "# 1 in sales", "<https://example.org>", "10% off", "100%", "a/b: c", "Re: your mail", "(see: above)", "#general", "@ana", "**Not bold: **in Markdown", "sales <> support", "for a lot of $$$ today", "a key {:lang} behind code", "[ ] open",
		"Q: why? A: so.", "foo::bar[0]", "Who? What?? ", "== Title", "the ... rest", "~5 days ~ 6 days", "The \\ key", "a `b", "{}", "ratio 1:2:3",
	}
	for _, text := range prose {
		if found := leftIn(text); len(found) > 0 {
			t.Errorf("%q is prose, but taken for %v", text, found)
		}
	}
	doc, err := html.Parse(strings.NewReader(`<p>See <code>!!! note</code></p><pre>::: tip</pre><div>a<p>b</p><br>[TOC]</div>`))
	if err != nil {
		t.Fatal(err)
	}
	var found []string
	for _, text := range blocks(doc) {
		found = append(found, leftIn(text)...)
	}
	if len(found) != 1 || !strings.HasPrefix(found[0], "[TOC]") {
		t.Errorf("found %q, want [TOC] alone", found)
	}
}
