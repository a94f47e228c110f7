package main

import (
	"io/fs"
	"maps"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// TestAKilledBuildLeavesAWholeSite kills real builds at random moments while it replaces one site by another and
// back. After each kill the folder must be one of the two, whole.
func TestAKilledBuildLeavesAWholeSite(t *testing.T) {
	if testing.Short() {
		t.Skip("short: the binary is started more than fifty times")
	}
	t.Parallel()
	program, err := os.Executable() // which is handbook under that name
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	write := func(content, word string) {
		for i := range 150 {
			path := filepath.Join(dir, content, "area", "page-"+string(rune('a'+i/26))+string(rune('a'+i%26))+".md")
			if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
				t.Fatal(err)
			}
			if err := os.WriteFile(path, []byte("# "+word+"\n\n"+strings.Repeat(word+" and more. ", 40)), 0o644); err != nil {
				t.Fatal(err)
			}
		}
	}
	write("one", "Ebb")
	write("two", "Flow")
	out := filepath.Join(dir, "public")
	build := func(content string) *exec.Cmd {
		args := []string{"handbook", "build", "--content", filepath.Join(dir, content), "--out", out, "--as-of", "2026-11-22"}
		return &exec.Cmd{Path: program, Args: args}
	}
	sites := map[string]map[string]string{}
	var took time.Duration
	for _, content := range []string{"one", "two", "one"} {
		start := time.Now()
		if out, err := build(content).CombinedOutput(); err != nil {
			t.Fatalf("%v\n%s", err, out)
		}
		took = time.Since(start)
		sites[content] = filesOf(t, out)
	}

	kills := 0
	for i := 0; kills < 50; i++ {
		if i > 500 {
			t.Fatalf("only %d of %d builds were still running when they were to be killed", kills, i)
		}
		content := []string{"two", "one"}[i%2]
		cmd := build(content)
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		kill := time.AfterFunc(time.Duration(rand.Int64N(int64(took))), func() { cmd.Process.Kill() })
		if err := cmd.Wait(); err != nil {
			kills++
		}
		kill.Stop()
		got := filesOf(t, out)
		if !maps.Equal(got, sites["one"]) && !maps.Equal(got, sites["two"]) {
			t.Fatalf("after kill %d the site is neither the old nor the new one: %d files, of %d and %d", kills, len(got), len(sites["one"]), len(sites["two"]))
		}
	}

	if out, err := build("two").CombinedOutput(); err != nil {
		t.Fatalf("the build after the kills fails: %v\n%s", err, out)
	}
	if !maps.Equal(filesOf(t, out), sites["two"]) {
		t.Error("the build after the kills does not give its site")
	}
	left, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range left {
		if name := e.Name(); name != "one" && name != "two" && name != "public" && !strings.HasSuffix(name, ".lock") {
			t.Errorf("%s was left behind by a killed build", name)
		}
	}
}

// filesOf reads a folder whole, but for what the next build is told of how the files looked on disk.
func filesOf(t *testing.T, dir string) map[string]string {
	t.Helper()
	files := map[string]string{}
	err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || d.Name() == ".handbook-keys" {
			return err
		}
		data, err := os.ReadFile(path)
		files[path] = string(data)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return files
}
