package bring

import (
	"fmt"
	"strings"
	"testing"
	"testing/fstest"

	"handbook/builder/page"
	"handbook/builder/schema"
)

// thing is an object of an export as XML: its class, its id, and its properties, of which "Page:parent" is one that names another object.
func thing(class, id string, properties ...string) string {
	var b strings.Builder
	key := "id"
	if class == "ConfluenceUserImpl" {
		key = "key"
	}
	fmt.Fprintf(&b, `<object class="%s" package="com.atlassian.confluence">`+"\n"+`<id name="%s"><![CDATA[%s]]></id>`, class, key, id)
	for i := 0; i < len(properties); i += 2 {
		name, value := properties[i], properties[i+1]
		if of, inner, ok := strings.Cut(name, ":"); ok {
			key := "id"
			if of == "ConfluenceUserImpl" {
				key = "key"
			}
			fmt.Fprintf(&b, `<property name="%s" class="%s" package="com.atlassian.confluence"><id name="%s">%s</id>`+"\n</property>", inner, of, key, value)
		} else if value == "" {
			fmt.Fprintf(&b, `<property name="%s"/>`, name)
		} else {
			fmt.Fprintf(&b, "<property name=\"%s\"><![CDATA[%s]]></property>\n", name, value)
		}
	}
	b.WriteString(`<collection name="labellings" class="java.util.Collection"><element class="Labelling" package="x"><id name="id">1</id></element></collection></object>`)
	return b.String()
}

// spaceXML is an export as XML of the space PAY.
func spaceXML(things ...string) fstest.MapFS {
	return exported(map[string]string{
		"exportDescriptor.properties": "exportType=space\n",
		"entities.xml": "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<hibernate-generic datetime=\"2026-03-03 10:00:00\">\n" +
			thing("Space", "77", "name", "Payments", "key", "PAY", "Page:homePage", "1") + strings.Join(things, "\n") + "</hibernate-generic>",
	})
}

func pageXML(id, title, body string, more ...string) string {
	return thing("Page", id, append([]string{"title", title, "Space:space", "77", "contentStatus", "current", "originalVersionId", ""}, more...)...) +
		thing("BodyContent", "9"+id, "body", strings.ReplaceAll(body, "]]>", "]] >"), "Page:content", id, "bodyType", "2")
}

// What Confluence writes into its storage format comes out as what handbook reads, and what cannot is told.
func TestStorageForms(t *testing.T) {
	macro := func(name, inner string) string {
		return `<ac:structured-macro ac:name="` + name + `" ac:schema-version="1" ac:macro-id="5c1b">` + inner + `</ac:structured-macro>`
	}
	param := func(name, value string) string {
		return `<ac:parameter ac:name="` + name + `">` + value + `</ac:parameter>`
	}
	rich := func(s string) string { return `<ac:rich-text-body>` + s + `</ac:rich-text-body>` }
	plain := func(s string) string { return `<ac:plain-text-body><![CDATA[` + s + `]]></ac:plain-text-body>` }
	for name, c := range map[string]struct{ body, want, told string }{
		"a box with code in it, whose lines are those of the box": {
			macro("note", param("title", "On *call*")+rich(`<p>Run:</p>`+macro("code", param("language", "bash")+param("title", "up.sh")+plain("a\n\n\nb")))),
			"> [!IMPORTANT] On \\*call\\*\n> Run:\n>\n> ```bash title=\"up.sh\"\n> a\n>\n>\n> b\n> ```", ""},
		"code as it is": {
			macro("code", param("language", "c#")+plain("if (a < b && `c`) {\n\n\n\treturn \"&lt;\"; // ``` ]] \n}")),
			"````csharp\nif (a < b && `c`) {\n\n\n\treturn \"&lt;\"; // ``` ]] \n}\n````", ""},
		"code that would be something else": {
			macro("code", param("language", "handbook")+param("title", "a `b` \"c\"")+plain("from: page")) + macro("code", param("language", "a`b {1}")+plain("x")),
			"``` title=\"a 'b' 'c'\"\nfrom: page\n```\n\n```ab1\nx\n```", ""},
		"words that would be links":               {`<p><ac:image ac:alt="a](b) [c"><ri:attachment ri:filename="flow.png"/></ac:image> <a href="https://example.com/a b(c)">x]y</a></p>`, "![a\\](b) \\[c](home/flow.png) [x\\]y](https://example.com/a%20b%28c%29)", ""},
		"an old macro":                            {`<ac:macro ac:name="expand"><ac:parameter ac:name="title">All</ac:parameter><ac:rich-text-body><p>x</p></ac:rich-text-body></ac:macro>`, "> [!NOTE]- All\n> x", ""},
		"a cloud panel":                           {`<ac:adf-extension><ac:adf-node type="panel"><ac:adf-attribute key="panel-type">warning</ac:adf-attribute><ac:adf-content><p>Once.</p></ac:adf-content></ac:adf-node><ac:adf-fallback><div class="panel"><p>Once.</p></div></ac:adf-fallback></ac:adf-extension>`, "> [!WARNING]\n> Once.", ""},
		"a decision":                              {`<ac:adf-extension><ac:adf-node type="decision-list"><ac:adf-attribute key="local-id">1</ac:adf-attribute></ac:adf-node><ac:adf-fallback><ul><li>We pay.</li></ul></ac:adf-fallback></ac:adf-extension>`, "> [!NOTE] Confluence: decision-list\n> - We pay.", "the macro `decision-list` 1 Home"},
		"a macro of text":                         {macro("sv-translation", param("language", "fr")+rich("<p>Bonjour</p>")), "> [!NOTE] Confluence: sv-translation (language: fr)\n> Bonjour", "the macro `sv-translation` 1 Home"},
		"a macro alone":                           {macro("roadmap", param("source", "x")+param("pages", `<ac:link><ri:page ri:content-title="Refunds"/></ac:link>`)), "```confluence-roadmap title=\"Confluence: roadmap\"\nsource: x\npages: Refunds\n```", "the macro `roadmap` 1 Home"},
		"a macro among words":                     {`<p>Fixed by ` + macro("jira", param("key", "PAY-1")) + ` today.</p>`, "Fixed by PAY-1 today.", "the macro `jira` 1 Home"},
		"lists of the site":                       {macro("toc", "") + macro("children", "") + `<p>x</p>`, "x", "the macro `toc` 1 Home; the macro `children` 1 Home"},
		"another page in its place":               {`<p>` + macro("include", param("", `<ac:link><ri:page ri:content-title="Refunds"/></ac:link>`)) + `</p>`, "![[wiki/refunds]]", ""},
		"a part of another page":                  {macro("excerpt-include", param("", `<ac:link><ri:page ri:content-title="Refunds"/></ac:link>`)), "[Refunds](refunds.md)", "the macro `excerpt-include` 1 Home"},
		"a file":                                  {`<p>` + macro("view-file", param("name", `<ri:attachment ri:filename="a b (1).pdf"/>`)) + `</p>`, "[a b (1).pdf](home/a%20b%20%281%29.pdf)", ""},
		"all files":                               {macro("attachments", ""), "- [a b (1).pdf](home/a%20b%20%281%29.pdf)\n- [flow.png](home/flow.png)", ""},
		"a drawing":                               {macro("drawio", param("diagramName", "flow")), "![flow](home/flow.png)", "the macro `drawio` 1 Home"},
		"a caption":                               {`<ac:image ac:alt="Flow"><ri:attachment ri:filename="flow.png"/><ac:caption><p>How <em>it</em> goes</p></ac:caption></ac:image>`, "![Flow](home/flow.png)\n\nHow *it* goes", ""},
		"a picture that is a link":                {`<p><ac:link><ri:page ri:content-title="Refunds"/><ac:link-body><ac:image><ri:attachment ri:filename="flow.png"/></ac:image></ac:link-body></ac:link></p>`, "[![flow](home/flow.png)](refunds.md)", ""},
		"a link with a mark":                      {`<p><ac:link><ri:page ri:content-title="refunds"/><ac:link-body>the <strong>rules</strong></ac:link-body></ac:link></p>`, "[the **rules**](refunds.md)", ""},
		"a link to a heading":                     {`<p><ac:link ac:anchor="How-long%3F"><ri:page ri:content-title="Refunds"/></ac:link> <ac:link ac:anchor="Howlong?"><ri:page ri:content-title="Refunds"/></ac:link></p>`, "[Refunds](refunds.md#how-long) [Refunds](refunds.md#how-long)", ""},
		"a link to a second heading of that name": {`<p><ac:link ac:anchor="Twice"><ri:page ri:content-title="Refunds"/></ac:link> <ac:link ac:anchor="top"><ri:page ri:content-title="Refunds"/></ac:link></p>`, "[Refunds](refunds.md#twice) [Refunds](refunds.md#top)", ""},
		"a link to a place that is not there":     {`<p><ac:link ac:anchor="gone"><ri:page ri:content-title="Refunds"/></ac:link></p>`, "[Refunds](refunds.md)", "links to places that are not on their page 1 Home"},
		"a link to an anchor on the page":         {`<p>` + macro("anchor", param("", "Fine print")) + `See <ac:link ac:anchor="Fine print"><ac:plain-text-link-body><![CDATA[below]]></ac:plain-text-link-body></ac:link>.</p>`, `<a id="fine-print"></a>See [below](#fine-print).`, ""},
		"links by address": {`<p><a href="https://acme.atlassian.net/wiki/spaces/PAY/pages/2/Refunds">https://acme.atlassian.net/wiki/spaces/PAY/pages/2/Refunds</a> <a href="/pages/viewpage.action?pageId=2">a</a> <a href="https://w/display/PAY/Refunds">b</a> <a href="https://w/x/AgAAAA">c</a> <a href="https://w/pages/viewpage.action?spaceKey=PAY&amp;title=Refunds">d</a> <a href="/display/OPS/Else">e</a> <a href="https://example.com/x/y">f</a></p>`,
			"[Refunds](refunds.md) [a](refunds.md) [b](refunds.md) [c](refunds.md) [d](refunds.md) e [f](https://example.com/x/y)", "links to pages that are not in the export 1 Home"},
		"people":      {`<p><ac:link><ri:user ri:account-id="712020:aa11bb22-cc33-dd44-ee55-ff6677889900"/></ac:link> <ac:link><ri:user ri:userkey="ff8080815ccf0d80"/></ac:link></p>`, "ana.diaz somebody", "mentions of people whose names are not in the export 1 Home"},
		"other links": {`<p><ac:link><ri:space ri:space-key="OPS"/></ac:link> <ac:link><ri:shortcut ri:key="jira" ri:parameter="PAY-2"/></ac:link></p>`, "OPS PAY-2", "links to pages that are not in the export 2 Home"},
		"signs":       {`<p><ac:emoticon ac:name="tick"/> <ac:emoticon ac:emoji-id="1f642"/> <ac:emoticon ac:name="blue-star" ac:emoji-fallback="🚀"/> <ac:emoticon ac:emoji-shortname=":party_parrot:" ac:emoji-id="custom-77"/> <ac:emoticon ac:emoji-fallback=":cross_mark:" ac:emoji-id="atlassian-cross_mark"/></p>`, "✅ 🙂 🚀 :party\\_parrot: ❌", ""},
		"tasks in tasks": {`<ac:task-list><ac:task><ac:task-id>1</ac:task-id><ac:task-uuid>u</ac:task-uuid><ac:task-status>incomplete</ac:task-status><ac:task-body><span class="placeholder-inline-tasks">Ask <time datetime="2026-05-01"/></span><ac:task-list><ac:task><ac:task-id>2</ac:task-id><ac:task-status>complete</ac:task-status><ac:task-body>Told</ac:task-body></ac:task></ac:task-list></ac:task-body></ac:task></ac:task-list>`,
			"- [ ] Ask 2026-05-01\n  \n  - [x] Told", ""},
		"a table with everything in its cells": {`<table><colgroup><col/></colgroup><tbody><tr><th><p>Step</p></th><th><p>Who</p></th></tr><tr><td><ul><li><p>a</p><ul><li>b</li></ul></li></ul><ol><li>c</li><li>d</li></ol><p><code>x | y</code></p></td><td>` + macro("info", rich("<p>Ana</p>")) + macro("code", plain("1\n2|3")) + `<ac:task-list><ac:task><ac:task-status>complete</ac:task-status><ac:task-body>ok</ac:task-body></ac:task></ac:task-list><h3>H</h3></td></tr></tbody></table>`,
			"| Step | Who |\n|---|---|\n| • a  <br />◦ b  <br />1\\. c  <br />2\\. d  <br />`x \\| y` | Ana  <br />`1`  <br />`2\\|3`  <br />☑ ok  <br />**H** |", ""},
		"a table that names its rows": {`<table><tbody><tr><th>Owner</th><td>Ana</td></tr><tr><th>Since</th><td>2025</td></tr></tbody></table>`, "|  |  |\n|---|---|\n| **Owner** | Ana |\n| **Since** | 2025 |", ""},
		"a table in a table":          {`<table><tbody><tr><th>A</th></tr><tr><td><table><tbody><tr><td>1</td><td>2</td></tr><tr><td>3</td><td>4</td></tr></tbody></table></td></tr></tbody></table>`, "| A |\n|---|\n| 1 · 2  <br />3 · 4 |", ""},
		"small and raised":            {`<p>H<sub>2</sub>O, 10<sup>2</sup>, <u>u</u></p>`, "H<sub>2</sub>O, 10<sup>2</sup>, <u>u</u>", ""},
		"a film":                      {macro("html", plain("<b>x</b>")) + `<p><iframe src="https://example.com/film"></iframe></p>`, "```confluence-html title=\"Confluence: html\"\n<b>x</b>\n```\n\n[https://example.com/film](https://example.com/film)", "the macro `html` 1 Home; the element `iframe` 1 Home"},
		"placeholders":                {`<p>x<ac:placeholder>Write here</ac:placeholder></p>`, "x", "placeholders in texts 1 Home"},
		"an element of tomorrow":      {`<p><ac:future>Words</ac:future></p>`, "Words", "the element `ac:future` 1 Home"},
		"characters that XML has not": {"<p>a\x08b&#8;c\x1f</p>", "abc", ""},
		"a text that breaks off":      {`<p>begun</p><p>and &lt; a <`, "begun\n\nand &lt; a", "pages whose text cannot be read to its end 1 Home"},
	} {
		files := spaceXML(
			pageXML("1", "Home", c.body),
			pageXML("2", "Refunds", `<h2>How long?</h2><h2>`+macro("status", param("colour", "Red")+param("title", "Twice"))+`</h2><h2>Twice</h2><p>`+macro("anchor", param("", "top"))+`x</p>`),
			thing("ConfluenceUserImpl", "k1", "name", "ana.diaz", "atlassianAccountId", "712020:aa11bb22-cc33-dd44-ee55-ff6677889900"),
			thing("Attachment", "80", "title", "a b (1).pdf", "version", "1", "Page:containerContent", "1"), thing("Attachment", "81", "title", "flow.png", "version", "1", "Page:containerContent", "1"),
		)
		files["attachments/1/80/1"], files["attachments/1/81/1"] = &fstest.MapFile{Data: []byte("PDF")}, &fstest.MapFile{Data: []byte("PNG")}
		e, err := Confluence(files, nil)
		got := written(t, e, err, files)["wiki/home.md"]
		_, got, _ = strings.Cut(got, "---\n")
		_, got, _ = strings.Cut(got, "---\n")
		got, _, _ = strings.Cut(got, "\n\n**Attachments**")
		if got = strings.TrimSpace(got); got != c.want {
			t.Errorf("%s is\n%s\nwant\n%s", name, got, c.want)
		}
		if told := tells(e); told != c.told {
			t.Errorf("%s: told is %q, want %q", name, told, c.told)
		}
	}
}

// What stands beside the pages of a space is brought, or counted with its page.
func TestWhatASpaceHasBesidePages(t *testing.T) {
	version := func(class, id, of string, more ...string) string {
		return thing(class, id, append([]string{"title", "Refunds", class + ":originalVersion", of, "contentStatus", "current", "Page:containerContent", "2"}, more...)...)
	}
	files := spaceXML(
		// An earlier version lies before its page, and newer exports name the page in another way.
		version("Page", "3", "2"), thing("Page", "4", "title", "Refunds", "originalVersionId", "2", "contentStatus", "current"),
		thing("Page", "5", "title", "Old", "contentStatus", "archived"), thing("Page", "6", "title", "Half", "contentStatus", "draft", "originalVersionId", "2"), thing("Page", "7", "title", "Bin", "contentStatus", "deleted"),
		pageXML("2", "Refunds", `<p>x</p>`, "Page:parent", "1", "ConfluenceUserImpl:creator", "ff80808100000000", "ConfluenceUserImpl:lastModifier", "k1", "lastModificationDate", "2026-03-03 10:11:12.123"),
		pageXML("1", "Home", `<p>x</p>`),
		pageXML("8", "b second", ``, "Page:parent", "1"), pageXML("9", "A first", ``, "Page:parent", "1"), pageXML("10", "Placed", ``, "Page:parent", "1", "position", "1"),
		thing("BlogPost", "20", "title", "We moved", "contentStatus", "current", "creationDate", "2025-06-07 08:00:00.000", "Space:space", "77"), thing("BodyContent", "920", "body", "<p>News</p>", "BlogPost:content", "20", "bodyType", "2"),
		thing("Comment", "30", "title", "", "contentStatus", "current", "Page:containerContent", "2"), thing("Comment", "31", "contentStatus", "current", "Page:owner", "2"), version("Comment", "32", "30"),
		thing("ContentPermissionSet", "40", "type", "View", "Page:owningContent", "2"), thing("ContentPermissionSet", "41", "type", "Edit", "Page:owningContent", "2"), thing("ContentPermissionSet", "42", "type", "Edit", "Page:owningContent", "3"),
		thing("PageTemplate", "50", "name", "T"),
		thing("ConfluenceUserImpl", "k1", "name", "bo.lin", "lowerName", "bo.lin", "email", "bo@example.com"), thing("ConfluenceUserImpl", "ff80808100000000", "name", "402816d68f060145018f0602bd350000"),
		thing("Label", "60", "name", "money", "namespace", "global"), thing("Label", "61", "name", "favourite", "namespace", "my"),
		thing("Labelling", "62", "Label:label", "60", "Page:content", "2"), thing("Labelling", "63", "Label:label", "61", "Page:content", "2"),
		thing("Attachment", "70", "title", "a.png", "version", "2", "Page:containerContent", "2"), version("Attachment", "71", "70", "title", "a.png", "version", "1"), thing("Attachment", "72", "title", "lost.png", "version", "1", "Page:containerContent", "2"),
	)
	files["attachments/2/70/2"] = &fstest.MapFile{Data: []byte("NEW")}
	files["attachments/2/70/1"] = &fstest.MapFile{Data: []byte("OLD")}
	e, err := Confluence(files, nil)
	got := written(t, e, err, files)
	if page := got["wiki/home/refunds.md"]; page != "---\ntitle: Refunds\nweight: 4\nlast_edited: 2026-03-03\nlast_edited_by: bo.lin\ntags: [money]\naliases:\n  - /display/PAY/Refunds/\n  - /spaces/PAY/pages/2/Refunds/\n---\nx\n\n**Attachments**\n\n- [a.png](refunds/a.png)\n" {
		t.Errorf("the page is\n%s", page)
	}
	if post := got["wiki/blog/we-moved.md"]; !strings.Contains(post, "date: 2025-06-07\n") || !strings.HasSuffix(post, "---\nNews\n") || got["wiki/blog/_index.md"] == "" {
		t.Errorf("the post is\n%s", post)
	}
	if got["wiki/home/refunds/a.png"] != "NEW" {
		t.Errorf("the attachment is %q", got["wiki/home/refunds/a.png"])
	}
	var order []string
	for _, d := range e.Docs {
		order = append(order, d.Title)
	}
	if all := strings.Join(order, ", "); all != "Home, Blog, Placed, A first, b second, Refunds, We moved" {
		t.Errorf("the order is %s", all)
	}
	if told, want := tells(e), "earlier versions of pages 2; drafts and deleted pages 2 Half, Bin; comments 2 Refunds; archived pages 1 Old; templates 1; pages that only some may read 1 Refunds; pages that only some may write 1 Refunds; "+
		"earlier versions of attachments 1 Refunds; attachments that are not in the export 1 Refunds"; told != want {
		t.Errorf("told is %s\nwant    %s", told, want)
	}
}

// What a page says of itself in a table of properties is frontmatter, and stays in its text. An edit is no review.
func TestPageProperties(t *testing.T) {
	table := `<table><tbody><tr><th>Owner</th><td><ac:link><ri:user ri:userkey="k1"/></ac:link></td></tr><tr><th>Last reviewed</th><td><time datetime="2026-02-01"/></td></tr><tr><th>Next review</th><td>soon</td></tr>` +
		`<tr><th>Type</th><td>Runbook</td></tr><tr><th>Teams</th><td><ul><li>Pay</li><li>Risk</li></ul></td></tr><tr><th>Empty</th><td></td></tr></tbody></table>`
	files := spaceXML(
		pageXML("1", "Home", `<ac:structured-macro ac:name="details"><ac:rich-text-body>`+table+`</ac:rich-text-body></ac:structured-macro><p>x</p>`, "ConfluenceUserImpl:creator", "k2", "lastModificationDate", "2026-03-03 10:11:12.123"),
		thing("ConfluenceUserImpl", "k1", "name", "ana"), thing("ConfluenceUserImpl", "k2", "name", "bo"),
	)
	e, err := Confluence(files, nil)
	got := written(t, e, err, files)["wiki/home.md"]
	want := "---\ntitle: Home\nweight: 1\nlast_edited: 2026-03-03\nlast_edited_by: bo\nowner: ana\nreviewed: 2026-02-01\nnext_review: soon\nconfluence_type: Runbook\nteams: [Pay, Risk]\naliases:\n  - /display/PAY/Home/\n  - /spaces/PAY/pages/1/Home/\n---\n" +
		"|  |  |\n|---|---|\n| **Owner** | ana |\n| **Last reviewed** | 2026-02-01 |\n| **Next review** | soon |\n| **Type** | Runbook |\n| **Teams** | • Pay  <br />• Risk |\n| **Empty** |  |\n\nx\n"
	if got != want {
		t.Errorf("it is\n%s\nwant\n%s", got, want)
	}
}

// Two pages of one title stay apart, and one of them has the address of the title.
func TestTwoPagesOfOneTitle(t *testing.T) {
	files := spaceXML(pageXML("1", "A", `<p><ac:link><ri:page ri:content-title="A"/></ac:link></p>`), pageXML("2", "a", "<p>x</p>"))
	e, err := Confluence(files, nil)
	got := written(t, e, err, files)
	if !strings.Contains(got["wiki/a.md"], "/display/PAY/A/") || strings.Contains(got["wiki/a-2.md"], "/display/") || !strings.Contains(got["wiki/a-2.md"], "/spaces/PAY/pages/2/a/") {
		t.Errorf("there are %v", got)
	}
}

// An export of before Confluence 4 has another markup, which is kept and told.
func TestWikiMarkupIsKept(t *testing.T) {
	files := spaceXML(thing("Page", "1", "title", "Home"), thing("BodyContent", "91", "body", "h1. Old\n* one", "Page:content", "1", "bodyType", "0"))
	e, err := Confluence(files, nil)
	if got := written(t, e, err, files)["wiki/home.md"]; !strings.HasSuffix(got, "---\n```confluence-wiki\nh1. Old\n* one\n```\n") {
		t.Errorf("it is\n%s", got)
	}
	if told := tells(e); !strings.HasPrefix(told, "pages in the wiki markup") {
		t.Errorf("told is %s", told)
	}
}

// A link to a heading leads to the id that the heading gets on its page, whatever its words are.
func TestLinksToHeadingsLand(t *testing.T) {
	headings := []string{"How long?", "A &amp; B", "C++ &lt;T&gt;", "1. First", "<code>a_b</code> in", "Fine 🙂 so", "snake_case *x*", "Über Größe", "a &nbsp; b", "[x] y", "Twice", "Twice", "Twice 1", "$5 ==m== 10^2^", "H<sub>2</sub>O", "—", "<strong>Bold</strong> <em>it</em>", ":smile: :: x", "{{a}} %% b", "<a href=\"https://example.com\">Linked</a>", "İstanbul Σας", "日本語"}
	var html, xml strings.Builder
	for i, h := range headings {
		fmt.Fprintf(&html, `<h2 id="Home-%d">%s</h2><p>x</p>`, i, h)
		fmt.Fprintf(&xml, `<h2>%s</h2><p>x</p>`, h)
	}
	files := exported(map[string]string{"Home_1.html": htmlPage("Home", "", html.String(), "")})
	for _, files := range []fstest.MapFS{files, spaceXML(pageXML("1", "Home", xml.String()))} {
		e, err := Confluence(files, nil)
		got := written(t, e, err, files)["wiki/home.md"]
		p, _ := page.Parse("content/home.md", "home.md", []byte(got), schema.Default()) // what it tells is of no matter here
		if len(p.Headings) != len(headings) {
			t.Fatalf("%d headings came out, of %d:\n%s", len(p.Headings), len(headings), got)
		}
		ids := map[string]bool{}
		for _, h := range p.Headings {
			ids[h.ID] = true
		}
		at := e.Docs[0].places()
		for key, id := range at {
			if !ids[id] {
				t.Errorf("the place %q is to be %q, which no heading has", key, id)
			}
		}
		for i := range headings {
			if id, there := at[squeeze(fmt.Sprintf("Home-%d", i))]; there && id != p.Headings[i].ID {
				t.Errorf("the heading %q is to have the id %q, and has %q", headings[i], id, p.Headings[i].ID)
			}
		}
	}
}
