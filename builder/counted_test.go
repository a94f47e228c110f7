package builder

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"math/rand/v2"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
)

// The engine's laws: what is typed in a text makes no book, whatever kind of page it is on; and a session answers whoever asks, in
// any order, as a new one does.

// TestTypingMakesNoBook counts what a build after an edit makes.
func TestTypingMakesNoBook(t *testing.T) {
	files := small()
	files["content/specs/plan.md"] = "---\ntype: spec\nproduct: booking\nreviewed: 2026-10-01\nreview_every: 90d\ndepends_on: [checkout#goals]\n---\n## Problem\n\nFirst.\n\nMany more.\n"
	files["content/products/booking.md"] = "---\ntype: product\npm: ana\n---\nSeats.\n\nAnd more.\n"
	files["content/faq/money.md"] = "---\ntype: faq\n---\n## Why?\n\nBecause.\n\nIt is so.\n"
	files["content/views.md"] = "Views.\n\nAnd more.\n\n```handbook\nfrom: all\ncolumns: [title, words]\n```\n"
	files["content/terms/seat.md"] = "---\ntype: term\ntitle: Seat\ndescription: A place.\n---\nA place.\n\nTo sit.\n"
	edit := func(name, old, now string) map[string]string {
		text := files[name]
		if !strings.Contains(text, old) {
			t.Fatalf("%s does not hold %q", name, old)
		}
		next := make(map[string]string, len(files))
		for k, v := range files {
			next[k] = v
		}
		next[name] = strings.Replace(text, old, now, 1)
		return next
	}
	for what, c := range map[string]struct {
		files          map[string]string
		book, verdicts int // made at most
	}{
		"a word on a page that another relies on": {edit("content/specs/checkout.md", "Slowly, see", "Slowly, then see"), 0, 2},
		"a word on a spec":                        {edit("content/specs/plan.md", "Many more.", "Many, many more."), 0, 1},
		"a word on a product's page":              {edit("content/products/booking.md", "And more.", "And much more."), 0, 1},
		"a word of an answer":                     {edit("content/faq/money.md", "It is so.", "It is always so."), 0, 1},
		"a word on a page that counts words":      {edit("content/views.md", "And more.", "And much more."), 0, 1},
		"a word of a term's text":                 {edit("content/terms/seat.md", "To sit.", "To sit on."), 0, 1},
		"a line above everything else":            {edit("content/specs/plan.md", "## Problem\n\n", "## Problem\n\n\n\n"), 0, 1},
		"a title":                                 {edit("content/specs/checkout.md", "title: Checkout", "title: Paying"), 1, 100},
		"a link":                                  {edit("content/guides/a/b/deep.md", "_index.md", "specs/refunds.md"), 1, 100},
		"nothing":                                 {files, 0, 0},
	} {
		s := dressed()
		if _, err := s.Build(t.Context(), memory(files)); err != nil {
			t.Fatal(err)
		}
		r := checkSame(t, s, memory(c.files))
		parsed := 1
		if what == "nothing" {
			parsed = 0
		}
		if got := r.Work.Made["book"].Made; r.Work.Parsed != parsed || got > c.book || r.Work.Made["verdict"].Made > c.verdicts {
			t.Errorf("%s: parsed %d, made %d books and gave %d verdicts", what, r.Work.Parsed, got, r.Work.Made["verdict"].Made)
		}
	}
}

// TestAnyOrderOfAsking edits a handbook again and again, and lets eight ask one session for everything, each in another order.
func TestAnyOrderOfAsking(t *testing.T) {
	random := rand.New(rand.NewPCG(4, 2))
	files, s := small(), dressed()
	for step := range 6 {
		name := []string{"content/specs/checkout.md", "content/_index.md", "content/people/ana.md"}[step%3]
		files[name] = strings.Replace(files[name], "\n---\n", fmt.Sprintf("\n---\nEdit %d of [[refunds]].\n\n", step), 1)
		if step%2 == 1 {
			files[name] = strings.Replace(files[name], "title: ", fmt.Sprintf("title: %d ", step), 1)
		}
		kept, err := s.Build(t.Context(), memory(files))
		if err != nil {
			t.Fatal(err)
		}
		fresh, err := dressed().Build(t.Context(), memory(files))
		if err != nil {
			t.Fatal(err)
		}
		want := bytesOf(t, fresh)
		var all sync.WaitGroup
		for range 8 {
			order := random.Perm(len(kept.Outputs))
			all.Go(func() {
				for _, i := range order {
					o := kept.Outputs[i]
					if got, err := s.Render(o); err != nil || string(got) != want[o.Path] {
						t.Errorf("after edit %d %s is\n%s\nand of a new session\n%s\n%v", step, o.Path, got, want[o.Path], err)
						return
					}
				}
			})
		}
		all.Wait()
	}
}

// A book, and what views ask of it, is made of faces alone: so neither can depend on what is typed in a text.
func TestABookNamesNoText(t *testing.T) {
	for _, room := range []string{"book", "query"} {
		files, err := filepath.Glob(room + "/*.go")
		if err != nil || len(files) == 0 {
			t.Fatal(room, err)
		}
		for _, name := range files {
			if strings.HasSuffix(name, "_test.go") {
				continue
			}
			file, err := parser.ParseFile(token.NewFileSet(), name, nil, 0)
			if err != nil {
				t.Fatal(err)
			}
			ast.Inspect(file, func(n ast.Node) bool {
				if s, ok := n.(*ast.SelectorExpr); ok {
					if of, ok := s.X.(*ast.Ident); ok && of.Name == "page" && slices.Contains([]string{"Page", "Pages", "Text", "Marks", "Body", "Anchor", "Section"}, s.Sel.Name) {
						t.Errorf("%s names page.%s", name, s.Sel.Name)
					}
				}
				return true
			})
		}
	}
}
