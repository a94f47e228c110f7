//go:build unix

package builder

import (
	"fmt"
	"strings"
	"testing"

	"handbook/builder/memo"
	"handbook/builder/page"
	"handbook/builder/review"
)

// BenchmarkTerms measures what 200 terms cost on 2,000 pages, as a share of a cold build of the same in processor time, and what
// the list of changes costs where every tenth page changed.
func BenchmarkTerms(b *testing.B) {
	files := corpus(2_000)
	syllables := strings.Fields("al be cor dan el fi gra hol im jus kel lo mar ne or pel qui ras sol tan um ver wil xen yor zel")
	for i := range 200 { // names of one and of two words as they are in the corpus
		name := syllables[i%26] + syllables[(1+i/26)%26]
		if i%4 == 0 {
			name += " " + syllables[i%7]
		}
		files[fmt.Sprintf("content/terms/t%d.md", i)] = fmt.Sprintf("---\ntitle: %s\ntype: term\ndescription: What is meant by %s.\n---\n", name, name)
	}
	start := processorTime(b)
	r, err := NewSession().Build(b.Context(), memory(files))
	if err != nil {
		b.Fatal(err)
	}
	memo.Each(len(r.Outputs), func(i int) {
		if _, err := r.Outputs[i].Data(); err != nil {
			b.Error(err)
		}
	})
	cold := processorTime(b) - start
	past := edited{map[string]*page.Page{}}
	for _, n := range r.Book.Nodes {
		if n.Page != nil {
			past.pages[n.Page.Path] = r.Pages(n.Page)
		}
	}
	took, changed, n := 0.0, 0.0, 0
	for b.Loop() {
		start := processorTime(b)
		said := NewSession().terms(b.Context(), r.Book).Said
		memo.Each(len(r.in.pages), func(i int) { said(r.in.pages[i]) })
		middle := processorTime(b)
		review.Recently(r.Book, past, today)
		took += (middle - start).Seconds()
		changed += (processorTime(b) - middle).Seconds()
		n++
	}
	b.ReportMetric(100*took/float64(n)/cold.Seconds(), "terms-%-of-cold-build")
	b.ReportMetric(100*changed/float64(n)/cold.Seconds(), "changes-%-of-cold-build")
}
