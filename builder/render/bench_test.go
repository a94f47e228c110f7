package render

import (
	"fmt"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/txtar"

	"handbook/builder/memo"
)

func BenchmarkPages(b *testing.B) {
	for _, n := range []int{1000, 10000} {
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			job := makeJob(b, corpus(n))
			job.Set = memo.NewSet()
			b.ReportAllocs()
			for b.Loop() {
				outputs, _ := Pages(job)
				if len(outputs) < n {
					b.Fatal(len(outputs))
				}
			}
		})
	}
}

// BenchmarkKeys sums the views of all pages.
func BenchmarkKeys(b *testing.B) {
	job := makeJob(b, corpus(1000))
	b.ReportAllocs()
	for b.Loop() {
		outputs, _ := Pages(job)
		for _, o := range outputs {
			if o.Node != nil {
				o.Key()
			}
		}
	}
}

func BenchmarkData(b *testing.B) {
	outputs, _ := Pages(makeJob(b, corpus(1000)))
	b.ReportAllocs()
	pages, size := 0, 0
	for b.Loop() {
		for _, o := range outputs {
			if o.Node == nil {
				continue
			}
			data, err := o.Data()
			if err != nil {
				b.Fatal(err)
			}
			pages++
			size += len(data)
		}
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(pages), "ns/page")
	b.ReportMetric(float64(size)/float64(pages), "bytes/page")
}

// corpus is a handbook of n pages in folders of up to 100, each with ten links, four headings and an owner.
func corpus(n int) []txtar.File {
	files := []txtar.File{
		{Name: "handbook.yaml", Data: []byte("name: Large\nreview: {every: 1 year}\n")},
		{Name: "_index.md", Data: []byte("# Large\n")},
	}
	for i := range 20 {
		files = append(files, txtar.File{Name: fmt.Sprintf("teams/t%d.md", i), Data: fmt.Appendf(nil, "---\ntitle: Team %d\ntype: team\nowner: t%d\n---\nText.\n", i, i)})
	}
	name := func(i int) string { return fmt.Sprintf("s%d/p%d", i/100, i) }
	for i := range n {
		var t strings.Builder
		fmt.Fprintf(&t, "---\ntitle: Page %d of the handbook\ndescription: What page %d is about, in one sentence.\nowner: t%d\nreviewed: 2026-%02d-10\ntags: [tag%d, tag%d]\n---\n", i, i, i%20, 1+i%11, i%50, i%7)
		for s := range 4 {
			fmt.Fprintf(&t, "## Section %d\n\nSome words that stand here as they would in a handbook, with `code` and *stress*. ", s)
			for l := range 3 {
				fmt.Fprintf(&t, "See [page %d](/%s/) for more of it. ", l, name((i*7+s*31+l*101)%n))
			}
			t.WriteString("\n\n- one\n- two\n- three\n\n")
		}
		files = append(files, txtar.File{Name: name(i) + ".md", Data: []byte(t.String())})
	}
	return files
}
