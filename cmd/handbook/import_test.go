package main

import (
	"fmt"
	"maps"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"
)

// An import that is stopped or killed leaves whole files, and the next one ends where one that nobody stopped would have.
func TestAStoppedImportLeavesWholeFiles(t *testing.T) {
	if testing.Short() {
		t.Skip("short: the binary is started some thirty times")
	}
	t.Parallel()
	program, err := os.Executable() // which is handbook under that name
	if err != nil {
		t.Fatal(err)
	}
	export := t.TempDir()
	for i := range 60 {
		page := fmt.Sprintf(`<html><body><h1><span id="title-text">Page %d</span></h1><div id="main-content"><p>%s</p></div></body></html>`, i, strings.Repeat("Words of it. ", 500))
		if err := os.WriteFile(filepath.Join(export, fmt.Sprintf("Page_%d.html", i+1)), []byte(page), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	bring := func(dir string) *exec.Cmd {
		return &exec.Cmd{Path: program, Args: []string{"handbook", "import", "confluence", export, "--into", "wiki"}, Dir: dir}
	}
	fresh := func() string {
		dir := t.TempDir()
		if err := os.Mkdir(filepath.Join(dir, "content"), 0o755); err != nil {
			t.Fatal(err)
		}
		return dir
	}
	tree := func(dir string) map[string]string {
		files := map[string]string{}
		for path, text := range filesOf(t, filepath.Join(dir, "content")) {
			rel, err := filepath.Rel(dir, path)
			if err != nil {
				t.Fatal(err)
			}
			if strings.HasSuffix(path, ".jsonl") { // in whichever order it was written
				lines := strings.Split(strings.TrimSpace(text), "\n")
				slices.Sort(lines)
				text = strings.Join(lines, "\n")
			}
			files[rel] = text
		}
		return files
	}
	whole := fresh()
	start := time.Now()
	if out, err := bring(whole).CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	took := time.Since(start)
	want := tree(whole)
	stopped := 0
	for i := range 12 {
		dir := fresh()
		cmd := bring(dir)
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		kill := time.AfterFunc(time.Duration(rand.Int64N(int64(took))), func() {
			if i%2 == 0 {
				cmd.Process.Signal(os.Interrupt) // where a process cannot be asked it goes on
			} else {
				cmd.Process.Kill()
			}
		})
		if err := cmd.Wait(); err != nil {
			stopped++
		}
		kill.Stop()
		for path, text := range tree(dir) {
			if strings.HasSuffix(path, ".md") && text != want[path] {
				t.Fatalf("after it was stopped %s is\n%.200s", path, text)
			}
		}
		if out, err := bring(dir).CombinedOutput(); err != nil {
			t.Fatalf("%v\n%s", err, out)
		}
		got := tree(dir)
		maps.DeleteFunc(got, func(path, _ string) bool { return strings.Contains(path, ".import-") }) // what was half written when it was killed
		if !maps.Equal(got, want) {
			t.Fatalf("the import after it gives %d files, want %d", len(got), len(want))
		}
	}
	if stopped == 0 {
		t.Error("no import was still running when it was to be stopped")
	}
}
