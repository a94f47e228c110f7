package publish_test

import (
	"fmt"
	"path/filepath"
	"strings"
	"testing"

	"handbook/builder/publish"
)

// BenchmarkWrite publishes a site of ten thousand pages: to a new folder, with one page changed, with none.
func BenchmarkWrite(b *testing.B) {
	const pages = 10_000
	text := []byte(strings.Repeat("a line of a page\n", 900))
	version := 0
	var files []publish.File
	for i := range pages {
		files = append(files, publish.File{Path: fmt.Sprintf("part-%d/page-%d/index.html", i/100, i), Data: func() ([]byte, error) {
			if i == 0 {
				return fmt.Appendf(nil, "version %d", version), nil
			}
			return text, nil
		}})
	}
	write := func(b *testing.B, out string) {
		if _, err := publish.Write(b.Context(), out, files); err != nil {
			b.Fatal(err)
		}
	}
	b.Run("new", func(b *testing.B) {
		dir := b.TempDir()
		for i := 0; b.Loop(); i++ {
			write(b, filepath.Join(dir, fmt.Sprint(i)))
		}
	})
	b.Run("one changed", func(b *testing.B) {
		out := filepath.Join(b.TempDir(), "public")
		write(b, out)
		for b.Loop() {
			version++
			write(b, out)
		}
	})
	b.Run("none changed", func(b *testing.B) {
		out := filepath.Join(b.TempDir(), "public")
		write(b, out)
		b.ReportAllocs()
		for b.Loop() {
			write(b, out)
		}
	})
}
