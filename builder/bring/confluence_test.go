package bring

import (
	"strings"
	"testing"
	"testing/fstest"
)

func exported(files map[string]string) fstest.MapFS {
	all := fstest.MapFS{}
	for name, data := range files {
		all[name] = &fstest.MapFile{Data: []byte(data)}
	}
	return all
}

// htmlPage is a page as an export of a space writes it.
func htmlPage(title, meta, body, attachments string) string {
	return `<!DOCTYPE html><html><head><title>Payments : ` + title + `</title></head><body class="theme-default aui-theme-default"><div id="page"><div id="main" class="aui-page-panel">
<div id="main-header"><h1 id="title-heading" class="pagetitle"><span id="title-text"> Payments : ` + title + ` </span></h1></div>
<div id="content" class="view"><div class="page-metadata">` + meta + `</div><div id="main-content" class="wiki-content group">` + body + `</div>` + attachments + `</div></div></div></body></html>`
}

func TestConfluenceHTML(t *testing.T) {
	files := exported(map[string]string{
		"PAY/index.html": `<html><body><div id="main-content" class="pageSection"><table class="confluenceTable"><tr><th class="confluenceTh">Key</th><td class="confluenceTd">PAY</td></tr><tr><th class="confluenceTh">Name</th><td class="confluenceTd">Payments</td></tr></table></div><div class="pageSection"><h2>Available Pages:</h2><ul><li><a href="Home_1.html">Home</a><ul><li><a href="Refunds_2.html">Refunds</a></li><li><a href="3.html">Fees &amp; taxes</a></li></ul></li></ul></div></body></html>`,
		"PAY/Home_1.html": htmlPage("Home", `Created by <span class='author'> Ana Diaz</span>, last modified by <span class='editor'> Bo Lin</span> on Mar 03, 2026`,
			`<div class="toc-macro"><ul><li>x</li></ul></div><p>See <a href="Refunds_2.html#Refunds-Howlong?">how long</a> and <a href="/wiki/spaces/PAY/pages/3/Fees">fees</a>; <a href="Away_9.html">away</a>.</p>`, ""),
		"PAY/Refunds_2.html": htmlPage("Refunds", "", `<h2 id="Refunds-Howlong?">How long?</h2>
<div class="confluence-information-macro confluence-information-macro-warning"><p class="title">Careful</p><span class="aui-icon aui-icon-small"></span><div class="confluence-information-macro-body"><p>Never <strong>twice</strong>.</p></div></div>
<div class="panel"><div class="panelHeader"><b>Who</b></div><div class="panelContent"><p>Payments.</p></div></div>
<div class="code panel pdl"><div class="codeContent panelContent pdl"><pre class="syntaxhighlighter-pre" data-syntaxhighlighter-params="brush: go; gutter: false; theme: Confluence">if a &lt; b {
	return
}</pre></div></div>
<div id="expander-1" class="expand-container"><div class="expand-control"><span class="expand-control-icon"></span><span class="expand-control-text">Details</span></div><div class="expand-content"><p>Folded.</p></div></div>
<ul class="inline-task-list"><li class="checked" data-inline-task-id="1">Pay</li><li data-inline-task-id="2">Tell <a class="confluence-userlink user-mention" href="x">Ana Diaz</a></li></ul>
<p><img class="confluence-embedded-image" src="attachments/2/77.png?version=1" data-linked-resource-default-alias="flow chart.png"/> <span class="status-macro aui-lozenge">DONE</span></p>
<table class="confluenceTable"><tbody><tr><th>Country</th><th>Days</th></tr><tr><td>DE | AT</td><td><p>3</p><p>or 4</p></td></tr></tbody></table>
<div class="conf-macro output-block" data-hasbody="true" data-macro-name="roadmap"><p>Q1: refunds</p></div>`,
			`<div class="pageSection group"><h2 id="attachments">Attachments:</h2><div class="greybox"><a href="attachments/2/77.png">flow chart.png</a> (image/png)<br/></div></div>`),
		"PAY/3.html":               htmlPage("Fees &amp; taxes", "", `<p>None.</p><div class="labels-section"><ul class="label-list"><li><a class="aui-label-split-main" href="x">money</a></li></ul></div>`, ""),
		"PAY/attachments/2/77.png": "PNG",
	})
	e, err := Confluence(files, nil)
	got := written(t, e, err, files)
	for path, want := range map[string]string{
		"wiki/home/_index.md": `---
title: Home
weight: 1
owner: Ana Diaz
last_edited: 2026-03-03
last_edited_by: Bo Lin
aliases:
  - /wiki/spaces/PAY/pages/1/Home/
---
See [how long](refunds.md#how-long) and [fees](fees-taxes.md); away.
`,
		"wiki/home/refunds.md": `---
title: Refunds
weight: 1
aliases:
  - /wiki/spaces/PAY/pages/2/Refunds/
---
## How long?

> [!WARNING] Careful
> Never **twice**.

> [!NOTE] Who
> Payments.

` + "```go\nif a < b {\n\treturn\n}\n```" + `

> [!NOTE]- Details
> Folded.

- [x] Pay
- [ ] Tell Ana Diaz

![flow chart](refunds/flow%20chart.png) **DONE**

| Country | Days |
|---|---|
| DE \| AT | 3  <br />or 4 |

> [!NOTE] Confluence: roadmap
> Q1: refunds
`,
		"wiki/home/refunds/flow chart.png": "PNG",
	} {
		if got[path] != want {
			t.Errorf("%s is\n%s\nwant\n%s", path, got[path], want)
		}
	}
	if !strings.Contains(got["wiki/home/fees-taxes.md"], "tags: [money]") {
		t.Errorf("the labels are gone:\n%s", got["wiki/home/fees-taxes.md"])
	}
	if told := tells(e); told != "the macro `toc` 1 Home; links to pages that are not in the export 1 Home; the macro `roadmap` 1 Refunds" {
		t.Errorf("told is %s", told)
	}
}

func tells(e *Export) string {
	var all []string
	for _, n := range e.Notes() {
		all = append(all, strings.TrimSpace(n.What+" "+number(n.Count)+" "+strings.Join(n.Pages, ", ")))
	}
	return strings.Join(all, "; ")
}

func TestConfluenceXML(t *testing.T) {
	page := func(id, title, parent, more string) string {
		if parent != "" {
			parent = `<property name="parent" class="Page" package="com.atlassian.confluence.pages"><id name="id">` + parent + `</id></property>`
		}
		more += `<property name="space" class="Space" package="com.atlassian.confluence.spaces"><id name="id">77</id></property>`
		return `<object class="Page" package="com.atlassian.confluence.pages"><id name="id">` + id + `</id><property name="title"><![CDATA[` + title + `]]></property>` + parent + more + `</object>`
	}
	body := func(id, text string) string {
		return `<object class="BodyContent" package="x"><id name="id">9` + id + `</id><property name="body"><![CDATA[` + text + `]]></property><property name="content" class="Page" package="x"><id name="id">` + id + `</id></property></object>`
	}
	files := exported(map[string]string{
		"entities.xml": `<?xml version="1.0" encoding="UTF-8"?><hibernate-generic datetime="2026-03-03"><object class="Space" package="com.atlassian.confluence.spaces"><id name="id">77</id><property name="key"><![CDATA[PAY]]></property></object>` +
			page("2", "Refunds", "1", `<property name="position">2</property><property name="contentStatus">current</property><property name="creator" class="ConfluenceUserImpl" package="x"><id name="key">k1</id></property><property name="lastModificationDate">2026-03-03 10:11:12.123</property>`) +
			page("1", "Home", "", "") + page("3", "Fees", "1", `<property name="position">1</property>`) + page("4", "Old", "1", `<property name="originalVersion" class="Page"><id name="id">2</id></property>`) +
			page("5", "Draft", "1", `<property name="contentStatus">draft</property>`) +
			body("1", `<p>Home &uuml;ber <ac:link><ri:page ri:content-title="Refunds" /><ac:plain-text-link-body><![CDATA[the refunds]] ></ac:plain-text-link-body></ac:link></p>`) +
			body("2", `<ac:layout><ac:layout-section><ac:layout-cell><ac:structured-macro ac:name="info"><ac:parameter ac:name="title">Note</ac:parameter><ac:rich-text-body><p>Once.</p></ac:rich-text-body></ac:structured-macro>`+
				`<ac:structured-macro ac:name="code"><ac:parameter ac:name="language">sql</ac:parameter><ac:plain-text-body><![CDATA[select <a>
from b]] ></ac:plain-text-body></ac:structured-macro><ac:task-list><ac:task><ac:task-id>1</ac:task-id><ac:task-status>complete</ac:task-status><ac:task-body>Done</ac:task-body></ac:task></ac:task-list>`+
				`<p><ac:image ac:alt="Flow"><ri:attachment ri:filename="flow.png" /></ac:image> <ac:link><ri:user ri:userkey="k1" /></ac:link> <ac:emoticon ac:name="tick" ac:emoji-fallback="✅" /> <time datetime="2026-04-01" /></p>`+
				`<ac:structured-macro ac:name="jira"><ac:parameter ac:name="key">PAY-1</ac:parameter></ac:structured-macro></ac:layout-cell></ac:layout-section></ac:layout>`) +
			body("3", `<p>Broken <b>bold</p></td> &nosuch; end`) +
			`<object class="ConfluenceUserImpl" package="x"><id name="key"><![CDATA[k1]]></id><property name="name"><![CDATA[Ana Diaz]]></property></object>` +
			`<object class="Label" package="x"><id name="id">70</id><property name="name"><![CDATA[money]]></property></object><object class="Labelling" package="x"><id name="id">71</id><property name="label" class="Label"><id name="id">70</id></property><property name="content" class="Page"><id name="id">2</id></property></object>` +
			`<object class="Attachment" package="x"><id name="id">80</id><property name="title"><![CDATA[flow.png]]></property><property name="version">2</property><property name="containerContent" class="Page"><id name="id">2</id></property></object>` +
			`</hibernate-generic>`,
		"attachments/2/80/2": "PNG2",
	})
	e, err := Confluence(files, nil)
	got := written(t, e, err, files)
	for path, want := range map[string]string{
		"wiki/home/_index.md": "---\ntitle: Home\nweight: 1\naliases:\n  - /display/PAY/Home/\n  - /spaces/PAY/pages/1/Home/\n---\nHome über [the refunds](refunds.md)\n",
		"wiki/home/refunds.md": "---\ntitle: Refunds\nweight: 2\nowner: Ana Diaz\nlast_edited: 2026-03-03\nlast_edited_by: Ana Diaz\ntags: [money]\naliases:\n  - /display/PAY/Refunds/\n  - /spaces/PAY/pages/2/Refunds/\n---\n" +
			"> [!NOTE] Note\n> Once.\n\n```sql\nselect <a>\nfrom b\n```\n\n- [x] Done\n\n![Flow](refunds/flow.png) Ana Diaz ✅ 2026-04-01\n\nPAY-1\n",
		"wiki/home/refunds/flow.png": "PNG2",
	} {
		if got[path] != want {
			t.Errorf("%s is\n%s\nwant\n%s", path, got[path], want)
		}
	}
	if fees := got["wiki/home/fees.md"]; !strings.Contains(fees, "Broken **bold**") || !strings.Contains(fees, "end") || !strings.Contains(fees, "weight: 1\n") {
		t.Errorf("what is broken reads\n%s", fees)
	}
	if got["wiki/home/old.md"] != "" || got["wiki/home/draft.md"] != "" {
		t.Error("what is not published is brought")
	}
	if told := tells(e); told != "earlier versions of pages 1; drafts and deleted pages 1 Draft; the macro `jira` 1 Refunds" {
		t.Errorf("told is %s", told)
	}
}

// What Confluence shows in an export as HTML comes out as what handbook reads.
func TestHTMLForms(t *testing.T) {
	for name, c := range map[string]struct{ body, want, told string }{
		"code with its title": {`<div class="code panel pdl conf-macro output-block" style="border-width: 1px;" data-hasbody="true" data-macro-name="code"><div class="codeHeader panelHeader pdl"><b>setup.sh</b></div><div class="codeContent panelContent pdl"><pre class="syntaxhighlighter-pre" data-syntaxhighlighter-params="brush: bash; gutter: false; theme: Confluence" data-theme="Confluence">echo &quot;&lt;hi&gt;&quot;</pre></div></div>`, "```bash title=\"setup.sh\"\necho \"<hi>\"\n```", ""},
		"text as it was typed": {`<div class="preformatted panel"><div class="preformattedContent panelContent"><pre>a  b
c</pre></div></div>`, "```\na  b\nc\n```", ""},
		"tasks without numbers":        {`<ul class="inline-task-list" data-inline-tasks-content-id="1"><li class="checked"><span>Ship it</span></li><li><span>Tell people</span></li></ul>`, "- [x] Ship it\n- [ ] Tell people", ""},
		"what unfolds":                 {`<div id="expander-1" class="expand-container conf-macro output-block" data-hasbody="true" data-macro-name="expand"><div id="expander-control-1" class="expand-control" aria-expanded="false"><button><span class="expand-icon aui-icon aui-icon-small">&nbsp;</span><span class="expand-control-text conf-macro-render">All of it</span></button></div><div id="expander-content-1" class="expand-content expand-hidden" style="display: none;"><p>Inside.</p></div></div>`, "> [!NOTE]- All of it\n> Inside.", ""},
		"an issue of Jira":             {`<p>See <span class="jira-issue conf-macro output-inline" data-jira-key="PAY-1" data-macro-name="jira"><a href="https://acme.atlassian.net/browse/PAY-1" class="jira-issue-key"><img class="icon" src="https://acme.atlassian.net/i.svg"/>PAY-1</a> - <span class="summary">Slow refunds</span></span>.</p>`, "See [PAY-1](https://acme.atlassian.net/browse/PAY-1) - Slow refunds.", ""},
		"a macro that is no more":      {`<p>Then <img class="wysiwyg-unknown-macro" src="/wiki/plugins/servlet/confluence/placeholder/unknown-macro?name=gliffy&amp;locale=en_US&amp;version=2"/> it</p>`, "Then `confluence-gliffy` it", "the macro `gliffy` 1 Home"},
		"a macro of an app":            {`<div class="conf-macro output-block" data-hasbody="true" data-macro-name="table-filter"><table><tbody><tr><th>A</th></tr><tr><td>1</td></tr></tbody></table></div>`, "> [!NOTE] Confluence: table-filter\n> | A |\n> |---|\n> | 1 |", "the macro `table-filter` 1 Home"},
		"lists of the site":            {`<p/><style type='text/css'>/*<![CDATA[*/ div.rbtoc1 {padding: 0px;} /*]]>*/</style><div class='toc-macro rbtoc1'><ul class='toc-indentation'><li><a href='#Home-A'>A</a></li></ul></div><p>x</p>`, "x", "the macro `toc` 1 Home"},
		"a picture":                    {`<p><span class="confluence-embedded-file-wrapper confluence-embedded-manual-size"><img class="confluence-embedded-image" draggable="false" height="250" src="attachments/thumbnails/1/77.png" data-image-src="attachments/1/77.png" data-linked-resource-id="77" data-linked-resource-type="attachment" data-linked-resource-default-alias="flow chart.png" data-linked-resource-content-type="image/png"/></span></p>`, "![flow chart](home/flow%20chart.png)", ""},
		"a picture that is not there":  {`<p><img class="confluence-embedded-image" src="attachments/1/99.png" data-linked-resource-default-alias="gone.png"/></p>`, "gone.png", "attachments that are not in the export 1 Home; pictures that are not in the export 1 Home"},
		"signs":                        {`<p><img class="emoticon emoticon-smile" src="images/icons/emoticons/smile.svg" alt="(smile)"/> <img class="emoticon emoticon-blue-star" data-emoji-id="1f600" data-emoji-shortname=":grinning:" data-emoji-fallback="😀" src="https://pf.example/1f600.png" alt=":grinning:"/></p>`, "🙂 😀", ""},
		"the list of files":            {`<div class="plugin_attachments_container conf-macro output-block" data-macro-name="attachments"><form><p>Drag and drop to upload</p></form></div>`, "- [flow chart.png](home/flow%20chart.png)", ""},
		"a link to a heading":          {`<p><a href="Refunds_2.html#Refunds-HowlongisR&amp;R?">a</a> <a href="Refunds_2.html#Refunds-gone">b</a> <a href="#Home-Here">c</a> <a href="#Home-Nowhere">d</a></p><h2 id="Home-Here">Here</h2>`, "[a](refunds.md#how-long-is-rr) [b](refunds.md) [c](#here) d\n\n## Here", "links to places that are not on their page 2 Home"},
		"an anchor":                    {`<p><span class="confluence-anchor-link conf-macro output-inline" id="Home-fine" data-hasbody="false" data-macro-name="anchor"></span>Fine <a href="#Home-fine">print</a></p>`, `<a id="home-fine"></a>Fine [print](#home-fine)`, ""},
		"links by address":             {`<p><a href="https://acme.atlassian.net/wiki/spaces/PAY/pages/2/Refunds" data-linked-resource-id="2">a</a> <a href="/wiki/download/attachments/1/flow%20chart.png?version=1">b</a> <a href="/wiki/spaces/OPS/pages/999/Else">c</a> <a href="mailto:a@example.com">d</a></p>`, "[a](refunds.md) [b](home/flow%20chart.png) c [d](mailto:a@example.com)", "links to pages that are not in the export 1 Home"},
		"a box without a title":        {`<div class="confluence-information-macro confluence-information-macro-tip conf-macro output-block" data-hasbody="true" data-macro-name="tip"><span class="aui-icon aui-icon-small aui-iconfont-approve confluence-information-macro-icon"> </span><div class="confluence-information-macro-body"><p>Do it.</p></div></div>`, "> [!TIP]\n> Do it.", ""},
		"a mark of a comment":          {`<p>Text with <span class="inline-comment-marker" data-ref="abc">a comment</span>, <time datetime="2026-03-26" class="date-upcoming">26 Mar 2026</time>.</p>`, "Text with a comment, 2026-03-26.", ""},
		"boxes to tick, and old forms": {`<p><input type="checkbox" checked="checked"/> done <input type="checkbox"/> open</p><fieldset class="hidden parameters"><input type="hidden" value="x"/></fieldset>`, "☑ done ☐ open", ""},
		"a list of terms":              {`<dl><dt>Refund</dt><dd>Money back</dd></dl>`, "**Refund**\n\n> Money back", ""},
	} {
		files := exported(map[string]string{
			"PAY/index.html":           `<html><body><table><tr><th>Key</th><td>PAY</td></tr><tr><th>Name</th><td>Payments</td></tr></table><ul><li><a href="Home_1.html">Home</a></li><li><a href="Refunds_2.html">Refunds</a></li></ul></body></html>`,
			"PAY/Home_1.html":          htmlPage("Home", "", c.body, `<div class="pageSection group"><div class="pageSectionHeader"><h2 id="attachments" class="pageSectionTitle">Attachments:</h2></div><div class="greybox" align="left"><img src="images/icons/bullet_blue.gif" height="8" width="8" alt=""/> <a href="attachments/1/77.png">flow chart.png</a> (image/png)<br/></div></div>`),
			"PAY/Refunds_2.html":       htmlPage("Refunds", "", `<h2 id="Refunds-HowlongisR&amp;R?">How long is R&amp;R?</h2>`, ""),
			"PAY/attachments/1/77.png": "PNG",
		})
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

// A page that the index leaves out says itself where it stands, a title may look like one of a space, and comments are counted.
func TestWhatAPageSaysOfItself(t *testing.T) {
	page := func(title, crumbs, more string) string {
		return strings.Replace(htmlPage(title, `Created by <span class='author'> Ana Diaz</span>, last modified on `+more, "<p>x</p>", `<div class="pageSection group"><div class="pageSectionHeader"><h2 id="comments" class="pageSectionTitle">Comments:</h2></div><table><tr><td><a name="comment-1"></a><p>Good</p></td></tr><tr><td><a name="comment-2"></a><p>Bad</p></td></tr></table></div>`),
			`<h1 id="title-heading"`, `<div id="breadcrumb-section"><ol id="breadcrumbs"><li class="first"><span><a href="index.html">Payments</a></span></li>`+crumbs+`</ol></div><h1 id="title-heading"`, 1)
	}
	files := exported(map[string]string{
		"Home_1.html":  page("Home", "", "Mar 25, 2022"),
		"Guide_2.html": page("Step 1 : pay", `<li><span><a href="Home_1.html">Home</a></span></li>`, "25. März 2022"),
	})
	e, err := Confluence(files, nil)
	got := written(t, e, err, files)
	if want := "---\ntitle: Home\nweight: 1\nowner: Ana Diaz\nlast_edited: 2022-03-25\nlast_edited_by: Ana Diaz\naliases:\n  - /Home_1.html\n---\nx\n"; got["wiki/home/_index.md"] != want {
		t.Errorf("it is\n%s", got["wiki/home/_index.md"])
	}
	if !strings.Contains(got["wiki/home/step-1-pay.md"], "title: 'Step 1 : pay'\n") || strings.Contains(got["wiki/home/step-1-pay.md"], "reviewed") {
		t.Errorf("there is %v", got)
	}
	if told := tells(e); told != "comments 4 Step 1 : pay, Home; days of edits that cannot be read 1 Step 1 : pay" {
		t.Errorf("told is %s", told)
	}
}

// Words that mean something in a dialect of Markdown meant nothing where they come from, and mean nothing here.
func TestWordsStayWords(t *testing.T) {
	for html, want := range map[string]string{
		"100 %% sure":                   `100 \%% sure`,
		"{{< x >}} {% y %} {#z} {.w}":   `\{{&lt; x &gt;}} \{% y %} \{#z} \{.w}`,
		"a == b, but ==c==":             `a == b, but \==c==`,
		"C++ and ++ctrl++":              `C++ and \++ctrl++`,
		"$5 and $6, $x$ and $$y$$":      `$5 and $6, \$x$ and \$\$y\$$`,
		"[[x]] and a[^1]":               `\[\[x]] and a\[^1]`,
		"~5 days, H~2~O":                `\~5 days, H\~2\~O`,
		"2^10, 10^2^, ^^in^^":           `2^10, 10\^2^, \^\^in^^`,
		"the end ^note":                 `the end \^note`,
		"::: note":                      `\::: note`,
		": a definition":                `\: a definition`,
		"at 12:30: go":                  `at 12:30: go`,
		"!!! note":                      `\!!! note`,
		"why??? ??? because":            `why??? ??? because`,
		"??? note":                      `\??? note`,
		`=== "Tab"`:                     `\=== "Tab"`,
		"[TOC]":                         `\[TOC]`,
		"[[_TOC_]]":                     `\[\[\_TOC\_]]`,
		"*[HTML]: words":                `\*\[HTML]: words`,
		"[!NOTE] words":                 `\[!NOTE] words`,
		"type &amp;lt; for &lt;":        `type &amp;lt; for &lt;`,
		"# no heading, 1. no list":      `\# no heading, 1. no list`,
		"a\u0007b\uf002c":               `abc`,
		"snake_case and *stars* `code`": "snake\\_case and \\*stars* \\`code\\`",
	} {
		got := markdown(converting(), byID(parseHTML([]byte(`<div id="x"><p>`+html+`</p></div>`)), "x"))
		if got != want {
			t.Errorf("%s is\n%q\nwant\n%q", html, got, want)
		}
	}
}
