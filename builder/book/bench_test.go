package book_test

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"handbook/builder/book"
	"handbook/builder/diag"
	"handbook/builder/memo"
	"handbook/builder/page"
	"handbook/builder/schema"
)

// linkedPages makes pages in folders of fifty with 15 links each: relative paths, wikilinks and headings. One link in
// so many is broken; 0 for none.
func linkedPages(count, brokenEvery int) []*page.Face {
	random := rand.New(rand.NewPCG(1, 2))
	pages := []*page.Face{{File: "content/_index.md", Path: "_index.md", Index: true, Title: "Home"}}
	pages[0].Meta.Owner = "team-1"
	id := func(i int) string { return fmt.Sprintf("area-%d/page-%d", i/50, i) }
	made := 0
	for i := range count {
		p := &page.Face{File: "content/" + id(i) + ".md", Path: id(i) + ".md", ID: id(i), Title: fmt.Sprintf("Page %d of the handbook", i),
			Headings: []page.Heading{{Level: 2, ID: "risks", Text: "Risks"}, {Level: 2, ID: "rollout", Text: "Rollout"}},
			IDs:      []string{"risks", "rollout"}}
		p.Meta.Tags = []string{fmt.Sprintf("topic-%d", i%97), "all"}
		p.Meta.Owner = fmt.Sprintf("team-%d", i%40)
		for j := range 15 {
			to := random.IntN(count)
			l := page.Link{At: diag.Place{File: p.File, Start: 100 * j, End: 100*j + 10}, Quoted: true}
			switch j % 5 {
			case 0:
				l.Kind, l.Target = page.LinkWiki, fmt.Sprintf("page-%d", to)
			case 1:
				l.Target, l.Fragment = "../"+id(to)+".md", "rollout"
			default:
				l.Target = "../" + id(to) + ".md"
			}
			if made++; brokenEvery > 0 && made%brokenEvery == 0 {
				l.Target += "9999"
			}
			p.Links = append(p.Links, l)
		}
		pages = append(pages, p)
	}
	for i := range 40 {
		id := fmt.Sprintf("teams/team-%d", i)
		p := &page.Face{File: "content/" + id + ".md", Path: id + ".md", ID: id, Title: fmt.Sprintf("Team %d", i)}
		p.Meta.Owner = id
		pages = append(pages, p)
	}
	for _, p := range pages {
		p.Seal()
	}
	slices.SortFunc(pages, func(a, b *page.Face) int { return strings.Compare(a.Path, b.Path) })
	return pages
}

// BenchmarkFields is Resolve with nothing in it but fields: each page a spec of one of forty products, with three needs, and one
// page in five a beta report with findings that people own.
func BenchmarkFields(b *testing.B) {
	parser := page.NewParser(schema.Default())
	var pages []*page.Face
	add := func(path, front string) {
		p, _ := parser.Parse("content/"+path, path, []byte("---\nowner: ana\n"+front+"---\n## Problem\n\n## Requirements\n\n## Rollout\n"))
		pages = append(pages, p.Face)
	}
	add("people/ana.md", "title: Ana\n")
	for i := range 40 {
		add(fmt.Sprintf("products/p%d.md", i), "pm: ana\ntpm: ana\n")
		add(fmt.Sprintf("needs/n%d.md", i), "severity: high\n")
	}
	for i := range 10_000 {
		if i%5 == 0 {
			add(fmt.Sprintf("beta-reports/b%d.md", i), fmt.Sprintf("product: p%d\nspec: s%d\nfindings:\n- {id: A, title: It breaks, severity: low, status: open, owner: ana}\n- {id: B, title: It burns, severity: high, status: closed, owner: ana}\n", i%40, i+1))
			continue
		}
		add(fmt.Sprintf("specs/s%d.md", i), fmt.Sprintf("product: p%d\nneeds: [n%d, n%d, n%d]\nstatus: building\n", i%40, i%40, i*7%40, i*3%40))
	}
	b.ReportAllocs()
	for b.Loop() {
		if _, msgs := book.Resolve(book.Input{Site: schema.Default(), Pages: pages}); len(msgs) > 0 {
			b.Fatalf("%d messages, the first: %+v", len(msgs), msgs[0])
		}
	}
}

func BenchmarkResolve(b *testing.B) {
	site := &schema.Site{BasePath: "/", Types: []schema.Type{{Name: "team", Folder: "teams"}}}
	for _, bench := range []struct {
		name               string
		pages, brokenEvery int
	}{{"1000 pages", 1000, 0}, {"10000 pages", 10000, 0}, {"10000 pages, 1 link in 10 broken", 10000, 10}} {
		b.Run(bench.name, func(b *testing.B) {
			in := book.Input{Site: site, Pages: linkedPages(bench.pages, bench.brokenEvery)}
			b.ReportAllocs()
			for b.Loop() {
				result, msgs := book.Resolve(in)
				if broken := len(msgs) > 0; broken != (bench.brokenEvery > 0) {
					b.Fatalf("%d messages, the first: %+v", len(msgs), msgs[0])
				}
				b.ReportMetric(float64(len(result.Nodes)), "nodes")
			}
		})
	}
}

// BenchmarkResolveAgain is Resolve in a session, after the title of one page was changed.
func BenchmarkResolveAgain(b *testing.B) {
	in := book.Input{Site: &schema.Site{BasePath: "/", Types: []schema.Type{{Name: "team", Folder: "teams"}}}, Pages: linkedPages(10_000, 0), Set: memo.NewSet()}
	book.Resolve(in)
	b.ReportAllocs()
	i := 0
	for b.Loop() {
		edited := *in.Pages[5000]
		edited.Title = fmt.Sprintf("Title %d", i)
		edited.Seal()
		in.Set.Next()
		in.Pages[5000] = &edited
		i++
		if _, msgs := book.Resolve(in); len(msgs) > 0 {
			b.Fatalf("%d messages, the first: %+v", len(msgs), msgs[0])
		}
	}
}
