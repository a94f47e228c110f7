package menu_test

import (
	"testing"

	"handbook/builder/book"
	"handbook/builder/diag"
	"handbook/builder/menu"
	"handbook/builder/origin"
)

// FuzzRead holds every reader to the law that it never panics, that its places lie inside the file, and that nothing leads out
// of the content folder or to a program.
func FuzzRead(f *testing.F) {
	names := []string{"mkdocs.yml", "docs/.pages", "docs/SUMMARY.md", "docs/a/_category_.json", "sidebars.json", "docs/_meta.json", "docs/.order", "hugo.toml", "hugo.yaml", "sidebars.js", "docs/_meta.js", ".vitepress/config.ts", "docs/toc.yml", "_toc.yml"}
	of := []origin.Generator{origin.MkDocs, origin.MkDocs, origin.MdBook, origin.Docusaurus, origin.Docusaurus, origin.Nextra, origin.AzureWiki, origin.Hugo, origin.Hugo, origin.Docusaurus, origin.Nextra, origin.VitePress, origin.DocFX, origin.MyST}
	for i, text := range []string{
		"nav:\n- A: a.md\n- B:\n  - ../x.md\n  - https://x.example\n- javascript:alert(1)\n", "title: x\nnav:\n- ...\n- &a [*a]\n",
		"# S\n\n- [A](a.md)\n\t- [B](<b c.md> \"t\")\n- [D]()\n# P\n---\n[x](y", "{\"label\": \"L\", \"position\": 1.5, \"link\": {\"type\": \"doc\", \"id\": \"a/b\"}}",
		"{\"a\": [\"b\", {\"type\": \"category\", \"label\": \"c\", \"items\": []}, {\"c\": [\"d\"]}]}", "{\"a\": \"A\", \"b\": {\"href\": \"/x\"}, \"c\": {\"type\": \"separator\", \"title\": \"t\"}}",
		"a\r\nb\n\n../c", "[[menu.main]]\nname='a'\nparent='a'\n", "menus:\n  main:\n  - {name: a, weight: 1, pageRef: /a}\n",
		"export default {a: ['b', {label: \"c\", items: [`d`, ...e, f(')')]}] /* g */} as H;", "const x = {\"a\": {title: <B c='d' />, href: '/x'}} // y\nexport default x\n",
		"{ sidebar: { '/a/': { base: '/a/', items: [{ text: 'b', link: \"c.md\", }] } } }", "- name: a\n  href: ~/b.md\n  items:\n  - {name: c, href: https://x.example}\n- glob: '*'\n",
	} {
		f.Add(byte(i), text)
	}
	f.Fuzz(func(t *testing.T, which byte, text string) {
		i := int(which) % len(names)
		m, msgs := menu.Read(of[i], []menu.File{{Path: names[i], Name: names[i], Data: []byte(text)}}, "docs")
		for _, msg := range msgs {
			inside(t, msg.Place, len(text))
		}
		if m != nil {
			for _, l := range m.Lists {
				check(t, l.Entries, len(text))
			}
		}
	})
}

func check(t *testing.T, entries []book.MenuEntry, size int) {
	for _, e := range entries {
		inside(t, e.At, size)
		if len(e.URL) > 0 && e.URL[:4] != "http" {
			t.Errorf("%q is an address", e.URL)
		}
		check(t, e.Children, size)
	}
}

func inside(t *testing.T, at diag.Place, size int) {
	if at.Start < 0 || at.End < at.Start || at.End > size {
		t.Errorf("place %v in %d bytes", at, size)
	}
}
