package bring

import (
	"fmt"
	"io/fs"
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
func written(t *testing.T, e *Export, err error, files fs.FS) map[string]string {
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
	if notes := e.Notes(); len(notes) != 1 || !strings.Contains(notes[0].What, "not in the export") || notes[0].Pages[0] != "Refunds & returns" {
		t.Errorf("told is %+v", notes)
	}
}

// id is an id as Notion writes it.
func id(n int) string { return fmt.Sprintf("%032x", 0x152bb52e0000+n) }

// What Notion writes comes out as what handbook reads, by way of the forms that its exports have.
func TestNotionForms(t *testing.T) {
	space := func(s string) string { return strings.ReplaceAll(s, " ", "%20") }
	for name, c := range map[string]struct{ text, want, told string }{
		"a callout, with its icon":      {"<aside>\n<img src=\"https://www.notion.so/icons/info-alternate_blue.svg\" alt=\"i\" width=\"40px\" />\n\nOnce.\n\n</aside>\n\nAfter", "> [!NOTE]\n>\n>\n> Once.\n\nAfter", ""},
		"a callout in a list":           {"- One\n    \n    <aside>\n    💡 Two\n    \n    ```go\n    a\n    ```\n    \n    </aside>\n    \n- Three", "- One\n    \n    > [!NOTE]\n    > 💡 Two\n    >\n    > ```go\n    > a\n    > ```\n    \n- Three", ""},
		"an icon of its own":            {"<img src=\"" + space("Home "+id(1)+"/icon 1.png") + "\" alt=\"x\" width=\"40px\" />", "<img src=\"icon%201.png\" alt=\"x\" width=\"40px\" />", ""},
		"what unfolds":                  {"<details>\n<summary>More</summary>\n\nInside\n\n</details>", "<details>\n<summary>More</summary>\n\nInside\n\n</details>", ""},
		"a page whose name was cut":     {"[Fees](" + space("Home "+id(1)+"/A very long name that was cut somewhere el "+id(2)+".md") + ")", "[Fees](fees.md)", ""},
		"a view, whose file is another": {"[Fees](" + space("Home "+id(1)+"/Fees "+id(2)+".csv") + ")", "[Fees](fees.md)", ""},
		"a link without words":          {"See [](" + space("Home "+id(1)+"/Fees "+id(2)+".md") + ").", "See [Fees \\*](fees.md).", ""},
		"links by address":              {"[a](https://www.notion.so/acme/Fees-" + id(2) + "?pvs=21#" + id(9) + ") [b](https://www.notion.so/" + id(2) + ") [c](https://acme.notion.site/Else-" + id(8) + ") [d](https://example.com/Fees-" + id(2) + ") [e](mailto:a@example.com) [f](https://acme.notion.site/Fees-" + id(2) + ")", "[a](fees.md) [b](fees.md) [c](https://acme.notion.site/Else-" + id(8) + ") [d](https://example.com/Fees-" + id(2) + ") [e](mailto:a@example.com) [f](fees.md)", ""},
		"a block of a page":             {"[x](" + space("Home "+id(1)+"/Fees "+id(2)+".md") + "#" + id(7) + ")", "[x](fees.md)", ""},
		"a page that is not there":      {"[gone](" + space("Home "+id(1)+"/Gone "+id(5)+".md") + ") ![p](gone.png)", "gone p", "links to pages that are not in the export 2 Home"},
		"what is no link":               {"```\n[x](" + space("Home "+id(1)+"/Fees "+id(2)+".md") + ")\n```", "```\n[x](" + space("Home "+id(1)+"/Fees "+id(2)+".md") + ")\n```", ""},
		"windows' ends of lines":        {"a\r\n\r\nb\r\n", "a\n\nb", ""},
	} {
		files := exported(map[string]string{
			"Export-1b/Home " + id(1) + ".md":                    "# Home\n\n" + c.text,
			"Export-1b/Home " + id(1) + "/Fees " + id(2) + ".md": "# Fees *\n\nx",
			"Export-1b/Home " + id(1) + "/icon 1.png":            "PNG",
			"Export-1b/index.html":                               "<html></html>",
			"__MACOSX/Export-1b/Home.md":                         "junk",
		})
		e, err := Notion(files, nil)
		got := written(t, e, err, files)["wiki/home/_index.md"]
		if len(e.Docs) != 2 {
			t.Errorf("%s: there are %d pages", name, len(e.Docs))
		}
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

// The rows of a database are pages; what is only in its table is told, and what Notion verified is not taken for a review.
func TestNotionDatabases(t *testing.T) {
	dir := "Räume " + id(1)
	files := exported(map[string]string{
		dir + ".csv":                        "\ufeffName,Tags\nA,x\n",
		dir + "_all.csv":                    "\ufeffName,Tags,Verification,Owner,Due,Range,Notes,Needs,Files,Created time,Type,Weight,Review in\n\"A, b\",\"x, y\",Verified,Ana Diaz,\"May 1, 2025 6:31 AM\",\"May 1, 2025 → May 3, 2025\",\"two\nlines\",B (x.md),f.pdf,\"May 1, 2025\",t,3\nUntitled,,,,,,,,,,,\nOnly here,,,,,,,,,,,\n",
		dir + "/A, b " + id(2) + ".md":      "# A, b\n\nTags: x, y\nVerification: Verified\nOwner: Ana Diaz\nDue: May 1, 2025 6:31 AM\nRange: May 1, 2025 → May 3, 2025\nNeeds: Un (titled), too (" + strings.ReplaceAll("Räume "+id(1)+"/Untitled "+id(3)+".md", " ", "%20") + "), Else (https://www.notion.so/Else-" + id(8) + "?pvs=21)\nFiles: " + strings.ReplaceAll("A, b "+id(2)+"/f 1.pdf", " ", "%20") + "\nCreated time: May 1, 2025\nType: t\nWeight: 3\nReview in: 2 weeks\nNote: not a column\n",
		dir + "/A, b " + id(2) + "/f 1.pdf": "PDF",
		dir + "/Untitled " + id(3) + ".md":  "# Untitled\n\n",
	})
	e, err := Notion(files, nil)
	got := written(t, e, err, files)
	want := "---\ntitle: A, b\ntags: [x, y]\nverification: Verified\nowner: Ana Diaz\ndue: 2025-05-01 06:31\nrange: May 1, 2025 → May 3, 2025\nneeds: [wiki/räume/untitled, Else]\nfiles: /wiki/räume/a-b/f 1.pdf\ncreated: 2025-05-01\nnotion_type: t\nnotion_weight: 3\nnotion_review_in: 2 weeks\naliases:\n  - /A-b-" + id(2) + "/\n---\nNote: not a column\n\n**Attachments**\n\n- [f 1.pdf](a-b/f%201.pdf)\n"
	if got["wiki/räume/a-b.md"] != want {
		t.Errorf("the row is\n%s\nwant\n%s", got["wiki/räume/a-b.md"], want)
	}
	if db := got["wiki/räume/_index.md"]; !strings.Contains(db, `where: folder == "wiki/räume"`) || !strings.Contains(db, "[The whole table, as it was exported](R%C3%A4ume.csv)") {
		t.Errorf("the database is\n%s", db)
	}
	if told := tells(e); told != "rows of databases that have no page in the export 1 Räume; the property `Verification` 1 A, b" {
		t.Errorf("told is %s", told)
	}
}

func TestNotionExportsOfAnotherKind(t *testing.T) {
	for name, want := range map[string]string{"Home " + id(1) + ".html": "as Markdown & CSV", "a.png": "no pages of Notion"} {
		if _, err := Notion(exported(map[string]string{name: "x"}), nil); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v, want %s", name, err, want)
		}
	}
}
