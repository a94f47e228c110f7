//go:build unix

package builder

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"handbook/builder/memo"
	"handbook/builder/page"
	"handbook/builder/review"
	"handbook/builder/schema"
)

// edited is a past in which every page was edited five times, one in ten of them since its review.
type edited struct{ pages map[string]*page.Page }

func (e edited) Edits(path string) []review.Edit {
	edits := make([]review.Edit, 5)
	for i := range edits {
		edits[i] = review.Edit{Day: schema.Date{Year: 2025, Month: 10 - i, Day: 1}, By: "Ana", Commit: "c", New: i == 4}
		if strings.HasSuffix(path, "0.md") && i == 0 {
			edits[i].Day = schema.Date{Year: 2026, Month: 11, Day: 21}
		}
	}
	return edits
}

func (e edited) Versions(path string, _ review.Edit) (before, after *page.Page, ok bool) {
	return e.pages["guides/area-0006/page-000240.md"], e.pages[path], true
}

func (e edited) Deleted(schema.Date) []review.Deleted { return nil }

func (e edited) Alike(string) []*page.Page { return nil }

func (e edited) Tracked(string, schema.Date) ([]review.Edit, []review.Sum, bool) {
	return nil, []review.Sum{0}, true
}

// BenchmarkJudge measures judging 10,000 pages, each with two pages that it depends on and half of them with a record, and
// reports its share of a cold build of the same, in processor time: what else the machine does does not count.
func BenchmarkJudge(b *testing.B) {
	const n = 10_000
	files := corpus(n)
	for i, name := range slices.Sorted(maps.Keys(files)) {
		files[name] = strings.Replace(files[name], "status: active\n", fmt.Sprintf("status: active\ndepends_on: [page-%06d, page-%06d]\ntracks: [services/%d/**]\n", i*7%n, i*13%n, i%50), 1)
	}
	s := NewSession()
	r, err := s.Build(b.Context(), memory(files))
	if err != nil {
		b.Fatal(err)
	}
	in := review.Input{Book: r.Book, Pages: r.Pages, Today: today}
	past := edited{map[string]*page.Page{}}
	for _, node := range r.Book.Nodes {
		if node.Page == nil {
			continue
		}
		past.pages[node.Page.Path] = r.Pages(node.Page)
		if len(in.Records) < n/2 {
			in.Records = append(in.Records, r.Review(node, "team-1", schema.Date{Year: 2026, Month: 10, Day: 1}, ""))
		}
	}
	in.Past = past
	var lines strings.Builder
	for _, record := range in.Records {
		lines.Write(record.Line())
	}
	files["content/"+review.Reviews.File()] = lines.String()

	job := given(files, past, nil)
	start := processorTime(b)
	r, err = NewSession().Build(b.Context(), job)
	if err != nil {
		b.Fatal(err)
	}
	memo.Each(len(r.Outputs), func(i int) {
		if _, err := r.Outputs[i].Data(); err != nil {
			b.Error(err)
		}
	})
	cold := processorTime(b) - start
	start = processorTime(b)
	judged := 0
	for b.Loop() {
		review.Judge(b.Context(), in)
		judged++
	}
	judge := (processorTime(b) - start).Seconds() / float64(judged)
	b.ReportMetric(judge*1000, "cpu-ms/op")
	b.ReportMetric(100*judge/cold.Seconds(), "%-of-cold-build")
}

func processorTime(b *testing.B) time.Duration {
	var used syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &used); err != nil {
		b.Skip(err)
	}
	return time.Duration(used.Utime.Nano() + used.Stime.Nano())
}
