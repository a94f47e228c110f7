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
		"PAY/index.html": `<html><body><div class="pageSection"><h2>Available Pages:</h2><ul><li><a href="Home_1.html">Home</a><ul><li><a href="Refunds_2.html">Refunds</a></li><li><a href="3.html">Fees &amp; taxes</a></li></ul></li></ul></div></body></html>`,
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
  - /Home_1.html
---
See [how long](refunds.md#how-long) and [fees](fees-taxes.md); away.
`,
		"wiki/home/refunds.md": `---
title: Refunds
weight: 1
aliases:
  - /Refunds_2.html
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

` + "```confluence-roadmap\nQ1: refunds\n```\n",
		"wiki/home/refunds/flow chart.png": "PNG",
	} {
		if got[path] != want {
			t.Errorf("%s is\n%s\nwant\n%s", path, got[path], want)
		}
	}
	if !strings.Contains(got["wiki/home/fees-taxes.md"], "tags: [money]") {
		t.Errorf("the labels are gone:\n%s", got["wiki/home/fees-taxes.md"])
	}
	if told := tells(e); told != "links to pages that are not in the export 1 Home; the macro `roadmap` 1 Refunds" {
		t.Errorf("told is %s", told)
	}
}

func tells(e *Export) string {
	var all []string
	for _, n := range e.Notes() {
		all = append(all, strings.TrimSpace(n.What+" "+number(n.Count)+" "+n.First))
	}
	return strings.Join(all, "; ")
}

func TestConfluenceXML(t *testing.T) {
	page := func(id, title, parent, more string) string {
		if parent != "" {
			parent = `<property name="parent" class="Page" package="com.atlassian.confluence.pages"><id name="id">` + parent + `</id></property>`
		}
		return `<object class="Page" package="com.atlassian.confluence.pages"><id name="id">` + id + `</id><property name="title"><![CDATA[` + title + `]]></property>` + parent + more + `</object>`
	}
	body := func(id, text string) string {
		return `<object class="BodyContent" package="x"><id name="id">9` + id + `</id><property name="body"><![CDATA[` + text + `]]></property><property name="content" class="Page" package="x"><id name="id">` + id + `</id></property></object>`
	}
	files := exported(map[string]string{
		"entities.xml": `<?xml version="1.0" encoding="UTF-8"?><hibernate-generic datetime="2026-03-03">` +
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
		"wiki/home/_index.md": "---\ntitle: Home\nweight: 1\naliases:\n  - /pages/1/\n---\nHome über [the refunds](refunds.md)\n",
		"wiki/home/refunds.md": "---\ntitle: Refunds\nweight: 2\nowner: Ana Diaz\nlast_edited: 2026-03-03\nlast_edited_by: Ana Diaz\ntags: [money]\naliases:\n  - /pages/2/\n---\n" +
			"> [!NOTE] Note\n> Once.\n\n```sql\nselect <a>\nfrom b\n```\n\n- [x] Done\n\n![Flow](refunds/flow.png) Ana Diaz ✅ 2026-04-01\n\n```confluence-jira\nkey: PAY-1\n```\n",
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
	if told := tells(e); told != "drafts and deleted pages 1 Draft; the macro `jira` 1 Refunds" {
		t.Errorf("told is %s", told)
	}
}
