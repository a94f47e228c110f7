package source_test

import (
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"handbook/builder/source"
)

func BenchmarkLoad(b *testing.B) {
	folder := manyPages(b, 10_000)
	b.ReportAllocs()
	for b.Loop() {
		if snap, _ := source.Load(folder); len(snap.Pages) != 10_000 {
			b.Fatalf("%d pages", len(snap.Pages))
		}
	}
}

func BenchmarkRead(b *testing.B) {
	snap, _ := source.Load(manyPages(b, 1000))
	b.ReportAllocs()
	i := 0
	for b.Loop() {
		if _, err := snap.Pages[i%1000].Read(); err != nil {
			b.Fatal(err)
		}
		i++
	}
}

// manyPages writes n small pages, a hundred to a folder.
func manyPages(tb testing.TB, n int) source.Folder {
	root := tb.TempDir()
	for i := range n {
		dir := filepath.Join(root, "content", "part", fmt.Sprint("s", i/100))
		if i%100 == 0 {
			if err := os.MkdirAll(dir, 0o755); err != nil {
				tb.Fatal(err)
			}
		}
		if err := os.WriteFile(filepath.Join(dir, fmt.Sprintf("page-%d.md", i)), []byte("# Page\n\nText.\n"), 0o644); err != nil {
			tb.Fatal(err)
		}
	}
	return source.Folder{Root: root, Content: filepath.Join(root, "content")}
}
