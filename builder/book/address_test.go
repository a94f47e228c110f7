package book_test

import (
	"testing"

	"handbook/builder/book"
	"handbook/builder/page"
	"handbook/builder/schema"
)

// A page's file is written inside the output folder on any system, whatever its slug says.
func TestOutStaysInside(t *testing.T) {
	for slug, want := range map[string]string{
		"checkout":        "specs/checkout/index.html",
		"a b%e":           "specs/a b%e/index.html",
		"a#b":             "specs/a/index.html",
		"/x//y/":          "x/y/index.html",
		"/./x":            "x/index.html",
		"..":              "specs/a/index.html",
		"/../../etc":      "specs/a/index.html",
		"x/../../../etc":  "specs/a/index.html",
		`..\..\etc`:       "specs/..%5C..%5Cetc/index.html",
		`/C:\Windows`:     "%43:%5CWindows/index.html",
		"/c:/x":           "%63:/x/index.html",
		"/10:30":          "10:30/index.html",
		"/nul":            "%6Eul/index.html",
		"/Com1.txt":       "%43om1.txt/index.html",
		"/com":            "com/index.html",
		"/console":        "console/index.html",
		"/a\x00b\nc":      "a%00b%0Ac/index.html",
		"/...":            "%2E%2E%2E/index.html",
		"https://x.y/z":   "specs/a/index.html",
		"//x.y/z":         "x.y/z/index.html",
		"   ":             "specs/a/index.html",
		"/tags/x":         "tags/x/index.html",
		"ＣＯＮ":             "specs/ＣＯＮ/index.html",
		longName(201):     "specs/a/index.html",
		longName(200):     "specs/" + longName(200) + "/index.html",
		"/health":         "health/index.html",
		"/sub/index.html": "sub/index.html",
	} {
		p := &page.Face{File: "content/specs/a.md", Path: "specs/a.md", ID: "specs/a", Title: "A"}
		p.Meta.Slug = slug
		b, _ := book.Resolve(book.Input{Site: schema.Default(), Pages: []*page.Face{p}})
		n, ok := b.Lookup("specs/a")
		if !ok || n.Out != want {
			t.Errorf("slug %q is written to %q, not %q", slug, n.Out, want)
		}
	}
}

func longName(length int) string {
	name := make([]byte, length)
	for i := range name {
		name[i] = 'x'
	}
	return string(name)
}

// Generated files ask whether a file of the content stands where they want to be.
func TestTaken(t *testing.T) {
	files := map[string]string{"content/health.md": "# Health insurance", "content/404.html": "<p>Lost", "content/a.md": "---\naliases: [/old/]\ntags: [x]\n---\n"}
	b, msgs, _ := resolve(t, files, false)
	if errors, _ := msgs.Count(); errors > 0 {
		t.Fatal(msgs)
	}
	for out, want := range map[string]bool{
		"health/index.html": true, "Health/index.html": true, "404.html": true, "a/index.html": true, "old/index.html": true,
		"tags/index.html": false, "sitemap.xml": false, "tags/x/index.html": false, "nothing": false,
	} {
		if b.Taken(out) != want {
			t.Errorf("Taken(%q) is %v", out, !want)
		}
	}
}
