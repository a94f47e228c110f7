package bring

import (
	"strings"
	"testing"
	"testing/fstest"
)

const (
	home, refunds, specs, check = "00000000000000000000000000000001", "00000000000000000000000000000002", "00000000000000000000000000000003", "00000000000000000000000000000004"
)

func notionExport() fstest.MapFS {
	file := func(s string) *fstest.MapFile { return &fstest.MapFile{Data: []byte(s)} }
	return fstest.MapFS{
		"Team home " + home + ".md":                 file("# Team home\n\n[Specs](Team%20home/Specs%20" + specs + ".csv)\n\n[Refunds & returns](Team%20home/Refunds%20" + refunds + ".md)\n\n![plan](Team%20home/plan%20(1).png)\n"),
		"Team home/plan (1).png":                    file("PNG"),
		"Team home/Refunds " + refunds + ".md":      file("# Refunds & returns\n\nSee [the spec](Specs/Checkout%20" + check + ".md) and https://example.com.\n\n<aside>\n💡 Ask payments.\n\n</aside>\n\n```\n[not](a%20link.md)\n```\n\n[gone](Away%20" + home[:31] + "9.md)\n[here](https://www.notion.so/acme/Team-home-" + home + ")\n"),
		"Team home/Specs " + specs + ".csv":         file("\ufeffName,Owner,Last reviewed,Last edited time,Status,Needs,Type\nCheckout,Ana,\"October 3, 2026\",\"November 1, 2026 3:04 PM\",Draft,,x\n"),
		"Team home/Specs/Checkout " + check + ".md": file("# Checkout\n\nOwner: Ana Diaz\nLast reviewed: October 3, 2026\nLast edited time: November 1, 2026 3:04 PM\nStatus: Draft\nNeeds: Refunds & returns (../Refunds%20" + refunds + ".md)\nType: x\n\nNote: a sentence.\n"),
	}
}

// written runs an import and gives its files.
func written(t *testing.T, e *Export, err error, files fstest.MapFS) map[string]string {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
	all := map[string]string{}
	for _, o := range e.Write(files, "wiki", nil) {
		data, err := o.Data()
		if err != nil {
			t.Fatal(err)
		}
		if all[o.Path] != "" {
			t.Errorf("%s is written twice", o.Path)
		}
		all[o.Path] = string(data)
	}
	return all
}

func TestNotion(t *testing.T) {
	files := notionExport()
	e, err := Notion(files, nil)
	got := written(t, e, err, files)
	for path, want := range map[string]string{
		"wiki/team-home/_index.md": `---
title: Team home
aliases:
  - /Team-home-` + home + `/
---
[Specs](specs/_index.md)

[Refunds & returns](refunds-returns.md)

![plan](plan%20%281%29.png)
`,
		"wiki/team-home/refunds-returns.md": `---
title: Refunds & returns
weight: 2
aliases:
  - /Refunds-` + refunds + `/
---
See [the spec](specs/checkout.md) and https://example.com.

> [!NOTE]
> 💡 Ask payments.

` + "```\n[not](a%20link.md)\n```" + `

gone
[here](_index.md)
`,
		"wiki/team-home/specs/checkout.md": `---
title: Checkout
owner: Ana Diaz
reviewed: 2026-10-03
last_edited: 2026-11-01
status: Draft
needs: wiki/team-home/refunds-returns
notion_type: x
aliases:
  - /Checkout-` + check + `/
---
Note: a sentence.
`,
		"wiki/team-home/plan (1).png": "PNG",
	} {
		if got[path] != want {
			t.Errorf("%s is\n%s\nwant\n%s", path, got[path], want)
		}
	}
	if db := got["wiki/team-home/specs/_index.md"]; !strings.Contains(db, "from: page\nwhere: folder == \"wiki/team-home/specs\"\ncolumns: [title, owner, reviewed, last_edited, status, needs]") || !strings.Contains(db, "(Specs.csv)") {
		t.Errorf("the database is\n%s", db)
	}
	if notes := e.Notes(); len(notes) != 1 || !strings.Contains(notes[0].What, "not in the export") || notes[0].First != "Refunds & returns" {
		t.Errorf("told is %+v", notes)
	}
}
