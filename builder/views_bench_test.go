//go:build unix

package builder

import (
	"fmt"
	"strings"
	"testing"

	"handbook/builder/memo"
	"handbook/builder/query"
)

// BenchmarkViews measures 40 views over all of 10,000 pages: reading and answering them, the pages that show them and
// their files, as a share of a cold build of the same in processor time.
func BenchmarkViews(b *testing.B) {
	files := corpus(10_000)
	blocks := []string{
		"from: all\nwhere: status == \"active\"\ncolumns: [title, owner, status, freshness]\nsort: -next_review",
		"from: all\nwhere: freshness in [\"overdue\", \"due\"]\ngroup: owner\ncolumns: [title, reviewed, next_review]",
		"from: all\nwhere: next_review < today + \"60d\" and \"team\" not in tags\nview: list",
		"from: all\nview: count\ngroup: freshness",
		"from: all\nview: chart\ngroup: owner",
		"from: all\nview: matrix\nrows: owner\ncolumns: freshness\nwhere: words > 1300",
		"from: all\nview: board\ngroup: freshness\nwhere: title contains \"a\"",
		"from: all\nview: timeline\nwhere: reviewed > \"2026-06-01\"\nsort: reviewed",
	}
	for i := range 40 {
		files[fmt.Sprintf("content/views/v%02d.md", i)] = fmt.Sprintf("---\ntitle: View %02d\n---\n```handbook\ntitle: View %02d\n%s\n```\n", i, i, blocks[i%len(blocks)])
	}
	start := processorTime(b)
	r, err := NewSession().Build(b.Context(), memory(files))
	if err != nil {
		b.Fatal(err)
	}
	render := func(wanted func(path string) bool) (bytes int64) {
		sizes := make([]int64, len(r.Outputs))
		memo.Each(len(r.Outputs), func(i int) {
			if o := r.Outputs[i]; wanted(o.Path) {
				o.Key()
				data, err := o.Data()
				if err != nil {
					b.Error(err)
				}
				sizes[i] = int64(len(data))
			}
		})
		for _, n := range sizes {
			bytes += n
		}
		return bytes
	}
	ours := func(path string) bool { return strings.HasPrefix(path, "views/v") }
	render(func(string) bool { return true })
	cold := processorTime(b) - start
	var spent float64
	var bytes int64
	runs := 0
	for b.Loop() {
		start = processorTime(b)
		engine := query.New(query.Input{Book: r.Book, Verdicts: r.Verdicts, Today: today})
		if msgs := engine.Read(); len(msgs) > 0 {
			b.Fatal(msgs)
		}
		for _, n := range r.Book.Nodes {
			if n.Page != nil {
				for i := range n.Page.Views {
					engine.View(n, &n.Page.Views[i]).Answer()
				}
			}
		}
		bytes = render(ours)
		spent += (processorTime(b) - start).Seconds()
		runs++
	}
	spent /= float64(runs)
	b.ReportMetric(spent*1000, "cpu-ms/op")
	b.ReportMetric(float64(bytes)/1e6, "MB")
	b.ReportMetric(100*spent/cold.Seconds(), "%-of-cold-build")
}
