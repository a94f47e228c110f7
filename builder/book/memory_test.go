package book_test

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"handbook/builder/book"
	"handbook/builder/memo"
	"handbook/builder/page"
	"handbook/builder/schema"
)

// TestWhatIsRememberedOfABookChangesNothing resolves handbooks with one memory, each after one from which it differs in
// something that related pages are chosen by, or in nothing of that.
func TestWhatIsRememberedOfABookChangesNothing(t *testing.T) {
	base := map[string]string{}
	for i := range 12 {
		base[fmt.Sprintf("p%d.md", i)] = fmt.Sprintf("---\ntitle: Page %d\ntags: [t%d, t%d]\n---\nSee [one](p%d.md) and [two](p%d.md).\n", i, i%3, i%4, (i*5+1)%12, (i*7+3)%12)
	}
	edit := func(name, old, new string) map[string]string {
		files := map[string]string{}
		for path, text := range base {
			files[path] = text
		}
		if files[name] = strings.Replace(files[name], old, new, 1); files[name] == base[name] {
			t.Fatalf("the edit of %s changes nothing", name)
		}
		return files
	}
	gone := edit("p3.md", "See", "Look at")
	delete(gone, "p9.md")
	memory := memo.NewSet()
	for _, files := range []map[string]string{
		base,
		edit("p0.md", "title: Page 0", "title: Zebra"),
		edit("p0.md", "p1.md", "p8.md"),
		edit("p4.md", "tags: [t1, t0]", "tags: [t3, t2]"),
		edit("p5.md", "tags:", "type: spec\ntags:"),
		edit("p6.md", "tags:", "related: [p2, p11]\ntags:"),
		edit("p6.md", "tags:", "related: [p11, p2]\ntags:"),
		edit("p7.md", "tags:", "draft: true\ntags:"),
		gone,
	} {
		resolveBoth(t, memory, base)
		resolveBoth(t, memory, files)
	}
}

func resolveBoth(t *testing.T, memory *memo.Set, files map[string]string) {
	t.Helper()
	site := schema.Default()
	parser := page.NewParser(site)
	in := book.Input{Site: site, Drafts: true}
	for path, text := range files {
		p, _ := parser.Parse("content/"+path, path, []byte(text))
		in.Pages = append(in.Pages, p.Face)
	}
	want, _ := book.Resolve(in)
	in.Set = memory
	got, _ := book.Resolve(in)
	for i, n := range want.Nodes {
		if a, b := ids(n.Related), ids(got.Nodes[i].Related); a != b {
			t.Errorf("%s is related to %s, and with what was remembered to %s", n.ID, a, b)
		}
	}
}

// TestAMemoryOfOtherPagesChangesNothing resolves one handbook after another with one memory: pages go, come back, get other
// titles, become drafts and lose their headings, and a folder's page takes the pages below it along.
func TestAMemoryOfOtherPagesChangesNothing(t *testing.T) {
	in, snap := everyArchive(t)
	in.Drafts = false
	all, parser := in.Pages, page.NewParser(in.Site)
	random := rand.New(rand.NewPCG(5, 6))
	memory := memo.NewSet()
	for step := range 40 {
		in.Pages = slices.Clone(all)
		for range random.IntN(8) {
			i := random.IntN(len(in.Pages))
			p := in.Pages[i]
			text := []string{"", "---\ntitle: The same\n---\n", "---\ndraft: true\n---\n", "---\ncascade: {draft: true, owner: ana, tags: [one]}\n---\n[[index]]\n",
				fmt.Sprintf("---\ntitle: %d\nalso_known_as: [checkout, \"%d\"]\nslug: /\n---\n", step, step), "---\ntitle: \"\n---\n"}[random.IntN(6)]
			if text == "" {
				in.Pages = slices.Delete(in.Pages, i, i+1)
			} else {
				now, _ := parser.Parse(p.File, p.Path, []byte(text))
				in.Pages[i] = now.Face
			}
		}
		if step%3 == 0 { // some changes stay
			all = in.Pages
		}
		in.Set = nil
		want := everything(t, in, snap)
		in.Set = memory
		if got := everything(t, in, snap); got != want {
			t.Fatalf("at step %d there is\n%s\nand without a memory\n%s", step, got, want)
		}
	}
}
