package book_test

import (
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/txtar"

	"handbook/builder/book"
	"handbook/builder/page"
	"handbook/builder/schema"
	"handbook/builder/source"
)

// The order in which pages and assets are given, and that of Go's maps, does not show.
func TestAnyOrderGivesTheSameBook(t *testing.T) {
	in, snap := everyArchive(t)
	text := func() string { return everything(t, in, snap) }
	want := text()
	random := rand.New(rand.NewPCG(3, 4))
	for range 20 {
		random.Shuffle(len(in.Pages), func(i, j int) { in.Pages[i], in.Pages[j] = in.Pages[j], in.Pages[i] })
		random.Shuffle(len(in.Assets), func(i, j int) { in.Assets[i], in.Assets[j] = in.Assets[j], in.Assets[i] })
		if got := text(); got != want {
			t.Fatalf("the same pages in another order give\n%s\nnot\n%s", got, want)
		}
	}
}

// everyArchive is one handbook of all archives, each in its folder, full of collisions.
func everyArchive(t *testing.T) (book.Input, source.Snapshot) {
	t.Helper()
	names, err := filepath.Glob("testdata/*.txtar")
	if err != nil {
		t.Fatal(err)
	}
	var in book.Input
	in.Site, in.Drafts = schema.Default(), true
	parser := page.NewParser(in.Site)
	files := map[string]string{}
	for _, name := range names {
		data, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		for _, f := range txtar.Parse(data).Files {
			if below, ok := strings.CutPrefix(f.Name, "content/"); ok {
				files["content/"+filepath.Base(name)+"/"+below] = string(f.Data)
			}
		}
	}
	snap := source.Memory(files)
	for _, f := range snap.Pages {
		data, err := f.Read()
		if err != nil {
			t.Fatal(err)
		}
		p, _ := parser.Parse(f.Name, f.Path, data)
		in.Pages = append(in.Pages, p.Face)
	}
	for _, a := range snap.Assets {
		in.Assets = append(in.Assets, a.Path)
	}
	return in, snap
}

// everything is all that a book says.
func everything(t *testing.T, in book.Input, snap source.Snapshot) string {
	t.Helper()
	b, msgs := book.Resolve(in)
	all := ""
	for _, v := range []string{"messages", "nodes", "reading order", "inherited", "owners", "links", "backlinks", "related", "tags", "redirects", "assets"} {
		all += show(t, v, b, msgs, snap)
	}
	return all
}
