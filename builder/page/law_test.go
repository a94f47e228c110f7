package page

import (
	"cmp"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"golang.org/x/net/html"

	"handbook/builder/diag"
	"handbook/builder/schema"
)

// FuzzParse holds the law of this package: whatever the bytes, there is a page; its places lie in the file, its holes
// match its links, its ids are those of its HTML, and nothing in it breaks out of the element it is put in.
func FuzzParse(f *testing.F) {
	for _, seed := range seeds() {
		f.Add([]byte(seed))
	}
	p := NewParser(schema.Default())
	wild := schema.Default()
	wild.Markdown = schema.Markdown{Typographer: true, RawHTML: true, HardWraps: true, Mentions: "https://github.com/a/b"}
	q := NewParser(wild)
	f.Fuzz(func(t *testing.T, data []byte) {
		page, msgs := p.Parse("content/x.md", "x.md", data)
		if err := lawful(page, msgs, data); err != nil {
			t.Error(err)
		}
		if err := contained(page); err != nil {
			t.Error(err)
		}
		page, msgs = p.Parse("content/x.mdx", "x.mdx", data)
		if err := cmp.Or(lawful(page, msgs, data), contained(page)); err != nil {
			t.Errorf("as MDX: %v", err)
		}
		page, msgs = q.Parse("content/x.md", "x.md", data)
		if err := lawful(page, msgs, data); err != nil {
			t.Errorf("with raw HTML: %v", err)
		}
	})
}

// seeds has something of every kind.
func seeds() []string {
	return []string{
		"Code[^1] at the end of a note.\n\n[^1]:\n    ```go\n    x := 1\n    ```\n",
		"", "\n", "# A\n\ntext *em* **strong** `code` ~~gone~~\n\n## A\n", "\xef\xbb\xbf# BOM\r\n\r\ntext\r\n", "a\rb\r\rc\x00d\xff\xfe",
		"---\ntitle: \"A: b\"\ntags: [a, b]\nreviewed: 2026-02-30\nrelated: [\"[[a]]\", b.md#c]\ncascade: {owner: x}\n---\n\nbody",
		"---\ntitle: a: b\n---\n", "---\ntitle: x\ntitle: y\n---\n", "---\nnever: closed\n\ntext", "---\n\n# rule\n\n---\n", "---\n{{ x }}\n---\n",
		"+++\ntitle = \"a\"\ntags = [\"b\"]\n[extra]\nx = 1\n+++\nbody", "{\n\"title\": \"a\",\n\"tags\": [\"b\"]\n}\n\nbody", "---json\n{\"a\":[{}]}\n---\n", ";;;\n{}\n;;;\n", "{ prose }\n",
		"[a](b.md#c \"t\") ![i](j.png) [r] <https://x.y> http://a.bc a@b.cd [e]() [f](#g)\n\n[r]: <z z.md>\n", "![alone](a.png \"caption\")\n",
		"[[a]] [[a#B|c]] [[#B]] ![[a#B]] ![[img.png|300]] x ![[b]] y\n\n| a |\n|---|\n| [[a\\|c]] `x\\|y` |\n",
		"> [!NOTE]- Title *em*\n> body\n> > [!tip]\n", "- [x] done\n- [ ] open\n  - nested\n\n1. one\n", "a\n: b\n\n: c\n", "x[^1] y[^1] [^2]\n\n[^1]: n[^2]\n[^2]: m\n",
		"```go title=\"m.go\" {1,3-4} linenos=7 ins={2}\nfunc x() {\n}\n```\n", "~~~diff\n+a\n-b\n@@\n~~~\n", "    indented\n",
		"<details><summary>s</summary>\n\nin [a](b)\n\n</details>\n</main></div>", "a <b>c <a href=\"d.md\" id=e>f *g</b>* </i> <script>x</script> <img src=q.png> <a name=n></a>\n",
		"<div><p><ul><li>x<table><tr><td>y\n\n# h\n\n<b\n", "[x](javascript:alert) <a href=\" java&#x09;script:a\">b</a> ![x](data:text/html,x) <javascript:a>", "[x]({{ ref }}) {% y %}",
		"## h {#id .c}\n## h {#id}\n### *\n====\n# [l](m.md)\n", strings.Repeat("> ", 100) + "x", strings.Repeat("[", 300) + "](", strings.Repeat("*a ", 300), "<!-- c -->\n<?p?>\n<![CDATA[x]]>\n&amp;&#0;&#x110000;&copy \\& \\\\\n",
		"<table>\n<tr>\n\n- <li>\n\n</table>", "<a href=x>\n\n[y](z)\n\n</a>", "<h1 id=a>b</h1>\n\n# a\n", "# T <a id=\"x\"></a>[l](m)\n\ntext", "\t- a\n\t\t- b\n\n>\t> c\n", "中文。[链](x.md)。日本語", "![[a]]\n![[b]]",
		"> ```handbook\r\n> from: spec\r\n>\twhere: a == \"b\xff\"\n> ```\n\n- ```handbook\n  from: faq\n\n```handbook\n```\n", ":::note[*a*]\nb\n::::tip\n```\n:::\n:::\n::: code-group\n```js [a]\nx\n```\n", "!!! note inline \"T [l](m)\"\n    a\nb\n\n=== \"x\"\n\n    ??? y\n\t\tz\n\n=== \"w\"\n", "++ctrl+\"a\"++ ==b== ^^c^^ d^2^ :material-x:{ .e #f }\n{: #g }\n\n*[b]: c\n", "import a from 'b'\n\nexport const c = {\n\n d\n}\n\n<Tabs items={['e', \"f\"]}>\n\t<Tabs.Tab>g</Tabs.Tab>\n\t<Tab label=\"h\"\n i={`j`}>\n\n# k <Badge text=\"l\"/> {m.n} {'o'}\n</Tab>\n</Tabs>\n<Card title=\"p\" href=\"q.md\" />\n<Link\n to=\"r\"\n>\ns</Link>\n<Foo>\n{/* t\n*/}\n{u(\n)}\n",
		"See #1, a/b#2 @c.\n\n<!--* freshness: {owner: 'a' reviewed: '2026-01-01'} *-->\n\n::include{file=d.md}\n\n[[_TOSP_]]\n", "%%a%% b %%c\nd%% e ^f\n\n%%\ng\n\nh\n%% i\n\n- j ^k\n\n| l |\n|-|\n\n^m\n\nn:: o\n\n![[p.canvas]] ![[q#^f]]\n\n%%\n",
		"--8<-- \"./a.md\"\n--8<--\nb.md\nc\n--8<--\n<!--@include: d.md-->\n<<< @/e.js\n",
		"[[\v'\x1dE]] ![[\u00a0a ]] [[ \f#b\v]]",
	}
}

// lawful checks what holds for every page.
func lawful(p *Page, msgs diag.List, data []byte) error {
	in := func(what string, at diag.Place) error {
		if at.File != p.File || at.Start < 0 || at.Start > at.End || at.End > len(data) {
			return fmt.Errorf("%s at %d to %d is not in a file of %d bytes", what, at.Start, at.End, len(data))
		}
		return nil
	}
	var errs []error
	check := func(ok bool, format string, args ...any) {
		if !ok {
			errs = append(errs, fmt.Errorf(format, args...))
		}
	}
	for _, m := range msgs {
		errs = append(errs, in("message "+m.Text, m.Place))
		check(m.Help != "" && m.Text != "" && utf8.ValidString(m.Text+m.Help), "message without text or help: %+v", m)
		for _, n := range m.Notes {
			errs = append(errs, in("note", n.Place))
		}
	}
	for _, f := range p.Fields {
		errs = append(errs, in("key "+f.Key, f.KeyAt), in("value of "+f.Key, f.At))
	}
	check(len(p.Anchors) == len(p.Links), "%d anchors of %d links", len(p.Anchors), len(p.Links))
	for i, a := range p.Anchors {
		l := p.Links[i]
		errs = append(errs, in("link "+l.Target, p.At(l.At)))
		check(a.Mark[0] >= 0 && a.Mark[0] <= a.Mark[1] && a.Mark[1] <= len(a.Sentence), "mark %v in %q", a.Mark, a.Sentence)
		check(utf8.ValidString(a.Sentence+a.Label+l.Target+l.Fragment), "link is not text: %+v %+v", l, a)
		check(l.Quoted == (a.Sentence != ""), "link is quoted: %v, and its sentence is %q", l.Quoted, a.Sentence)
		check(utf8.RuneCountInString(a.Sentence) <= maxSentence, "sentence of %d characters", utf8.RuneCountInString(a.Sentence))
	}
	for i := range p.Links {
		l := p.Link(i)
		check(isExact(l, data), "link to %q %q %q is placed at %q", l.Target, l.Query, l.Fragment, data[l.At.Start:l.At.End])
	}
	for i, v := range p.Views {
		errs = append(errs, in("view", p.At(v.At)))
		for at := range len(v.Source) + 1 {
			errs = append(errs, in(fmt.Sprintf("byte %d of view %d", at, i), p.At(v.Place(at, len(v.Source)))))
		}
	}
	for i, h := range p.Headings {
		errs = append(errs, in("heading "+h.Text, p.At(p.HeadingAt(i))))
		check(slices.Contains(p.IDs, h.ID), "heading id %q is not among %q", h.ID, p.IDs)
	}
	check(utf8.ValidString(p.Title+p.Summary+p.Body().HTML), "text is not text")
	check(utf8.RuneCountInString(p.Summary) <= maxSentence, "summary of %d characters", utf8.RuneCountInString(p.Summary))
	check(slices.IsSorted(p.IDs) && len(slices.Compact(slices.Clone(p.IDs))) == len(p.IDs), "ids %q are not sorted or not unique", p.IDs)
	errs = append(errs, holesMatch(p), sectionsCover(p))
	for _, err := range errs {
		if err != nil {
			return err
		}
	}
	return nil
}

// isExact tells whether a link's place holds its destination as written, or the link that refers to it.
func isExact(l Link, data []byte) bool {
	written := strings.ReplaceAll(strings.ReplaceAll(string(data[l.At.Start:l.At.End]), "\r\n", "\n"), "\r", "\n")
	switch {
	case l.Kind == LinkRelated || l.Kind == LinkDepends:
		return true
	case !utf8.ValidString(written) || strings.Contains(written, "\x00"):
		return true
	case l.Kind == LinkWiki || l.Kind == LinkEmbed:
		target, fragment, _ := strings.Cut(written, "#")
		return strings.TrimSpace(target) == l.Target && strings.HasSuffix(fragment, l.Fragment)
	case strings.HasPrefix(written, "[") && strings.HasSuffix(written, "]"), strings.HasPrefix(written, "![") && strings.HasSuffix(written, "]"):
		return true
	case strings.HasPrefix(written, "<") && strings.HasSuffix(written, ">"):
		return true // a tag of raw HTML whose address is written with entities
	}
	for _, dest := range []string{written, unescapeString([]byte(written)), html.UnescapeString(written)} {
		if target, query, fragment := split(dest); target == l.Target && query == l.Query && fragment == l.Fragment {
			return true
		}
	}
	return false
}

// plainCode is a block of code without elements.
func plainCode(html string) string { return elements.ReplaceAllString(html, "") }

var elements = regexp.MustCompile("<[^>]*>")

func holesMatch(p *Page) error {
	last, open := int32(0), int32(-1)
	views, blocks, count := 0, 0, map[[2]int32]int{}
	for i, h := range p.Holes {
		if h.At < last || h.End < h.At || int(h.End) > len(p.Body().HTML) || h.Kind != HoleID && h.Kind != HoleCode && h.At != h.End {
			return fmt.Errorf("hole %d %+v follows %d", i, h, last)
		}
		last = h.End
		if h.Kind == HoleID {
			s := p.Body().HTML[h.At:h.End]
			id := html.UnescapeString(strings.TrimSuffix(strings.TrimPrefix(s, ` id="`), `"`))
			if _, ok := slices.BinarySearch(p.IDs, id); !ok || !strings.HasPrefix(s, ` id="`) {
				return fmt.Errorf("hole %q is no id of %q", s, p.IDs)
			}
		}
		if h.Kind == HoleID || h.Kind == HoleLocal {
			if h.Link != -1 {
				return fmt.Errorf("hole %+v has a link", h)
			}
			continue
		}
		if h.Kind == HoleCode {
			if int(h.Link) != blocks || blocks >= len(p.Body().Blocks) || plainCode(p.Body().Blocks[blocks].HTML()) != plainCode(p.Body().HTML[h.At:h.End]) {
				return fmt.Errorf("hole %+v is not that of block %d of %d", h, blocks, len(p.Body().Blocks))
			}
			blocks++
			continue
		}
		if h.Kind == HoleView {
			if int(h.Link) != views || views >= len(p.Views) {
				return fmt.Errorf("hole %+v is not that of view %d of %d", h, views, len(p.Views))
			}
			views++
			continue
		}
		if h.Link < 0 || int(h.Link) >= len(p.Links) {
			return fmt.Errorf("hole %+v has no link", h)
		}
		count[[2]int32{int32(h.Kind), h.Link}]++
		switch h.Kind {
		case HoleOpen:
			if open >= 0 {
				return fmt.Errorf("link %d opens in link %d", h.Link, open)
			}
			open = h.Link
		case HoleClose:
			if open != h.Link {
				return fmt.Errorf("link %d closes, %d is open", h.Link, open)
			}
			open = -1
		}
	}
	if open >= 0 {
		return fmt.Errorf("link %d stays open", open)
	}
	if blocks != len(p.Body().Blocks) {
		return fmt.Errorf("%d holes for %d blocks of code", blocks, len(p.Body().Blocks))
	}
	if views != len(p.Views) {
		return fmt.Errorf("%d holes for %d views", views, len(p.Views))
	}
	for i, l := range p.Links {
		n := int32(i)
		opens, closes := count[[2]int32{int32(HoleOpen), n}], count[[2]int32{int32(HoleClose), n}]
		sources, embeds := count[[2]int32{int32(HoleSrc), n}], count[[2]int32{int32(HoleEmbed), n}]
		shown := map[LinkKind]int{LinkPath: opens, LinkWiki: opens, LinkImage: sources, LinkEmbed: embeds}[l.Kind]
		if opens != closes || opens+sources+embeds != shown || shown > 1 {
			return fmt.Errorf("link %d %+v has %d, %d, %d and %d holes", i, l, opens, closes, sources, embeds)
		}
	}
	return nil
}

func sectionsCover(p *Page) error {
	if len(p.Sections) == 0 || p.Sections[0].Heading != -1 {
		return fmt.Errorf("no section before the first heading: %+v", p.Sections)
	}
	end := 0
	for i, s := range p.Sections {
		if s.Start < end || s.End < s.Start || s.End > len(p.Body().HTML) || i > 0 && (s.Heading < 0 || s.Heading >= len(p.Headings)) {
			return fmt.Errorf("section %d %+v after %d", i, s, end)
		}
		end = s.End
		for _, h := range p.Holes {
			if int(h.At) < s.Start && int(h.End) > s.Start {
				return fmt.Errorf("section %d cuts hole %+v", i, h)
			}
		}
	}
	return nil
}

// contained checks that a sanitised page stays in its element, with every id that it claims and no other.
func contained(p *Page) error {
	doc, err := html.Parse(strings.NewReader(`<!doctype html><body><main id="the page">` + fill(p) + `</main><footer id="the end"></footer>`))
	if err != nil {
		return err
	}
	var main *html.Node
	for _, n := range descendants(doc) {
		switch {
		case n.Type == html.ElementNode && n.Data == "main" && main == nil:
			main = n
		case n.Type == html.ElementNode && slices.Contains([]string{"script", "style", "iframe", "object", "form", "main"}, n.Data):
			return fmt.Errorf("element %s", n.Data)
		}
		for _, a := range n.Attr {
			if strings.HasPrefix(a.Key, "on") || a.Key == "style" || (a.Key == "href" || a.Key == "src") && classify(a.Val, true) == unsafe {
				return fmt.Errorf("attribute %s=%q", a.Key, a.Val)
			}
		}
	}
	next := main.NextSibling
	if next == nil || next.Data != "footer" || next.NextSibling != nil && next.NextSibling.Type == html.ElementNode || main.PrevSibling != nil {
		return fmt.Errorf("the page breaks out of its element: %s", p.Body().HTML)
	}
	return nil
}

func descendants(root *html.Node) []*html.Node {
	var all []*html.Node
	for open := []*html.Node{root}; len(open) > 0; {
		n := open[len(open)-1]
		open = open[:len(open)-1]
		all = append(all, n)
		for c := n.LastChild; c != nil; c = c.PrevSibling {
			open = append(open, c)
		}
	}
	return all
}
