//go:build unix

package page

import (
	"os"
	"path/filepath"
	"runtime"
	"syscall"
	"testing"
	"time"

	"handbook/builder/dialect"
	"handbook/builder/schema"
)

// BenchmarkDialects parses the same pages in turn with the parsers of other generators' Markdown and without them, and reports how much
// more of the processor's time it takes with them where they have nothing to read. Parsing is a quarter of a cold build. The pages
// are made up, or those of the folder that HANDBOOK_BENCH_PAGES names.
func BenchmarkDialects(b *testing.B) {
	var pages [][]byte
	for i := range 100 {
		pages = append(pages, samplePage(i))
	}
	if dir := os.Getenv("HANDBOOK_BENCH_PAGES"); dir != "" {
		pages = nil
		names, err := filepath.Glob(filepath.Join(dir, "*.md"))
		if err != nil || len(names) == 0 {
			b.Fatal("no pages in ", dir, err)
		}
		for _, name := range names {
			data, err := os.ReadFile(name)
			if err != nil {
				b.Fatal(err)
			}
			pages = append(pages, data)
		}
	}
	best := [2]time.Duration{time.Hour, time.Hour}
	for b.Loop() {
		for i, parts := range [][]dialect.Part{nil, dialect.Parts()} {
			p := NewParser(schema.Default())
			p.markdown = newMarkdown(true, true, parts)
			runtime.GC()
			before := spent(b)
			for _, data := range pages {
				p.Parse("content/x.md", "specs/x.md", data)
			}
			best[i] = min(best[i], spent(b)-before)
		}
	}
	b.ReportMetric(100*float64(best[1]-best[0])/float64(best[0]), "%-more")
}

// spent is the time of the processor that this process has had.
func spent(b *testing.B) time.Duration {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		b.Fatal(err)
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}
