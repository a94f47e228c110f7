package main

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
)

func root(t *testing.T, dir string) *os.Root {
	t.Helper()
	folder, err := os.OpenRoot(dir)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { folder.Close() })
	return folder
}

// these adds the same lines whatever is in a file.
func these(lines string) func([]byte) []byte { return func([]byte) []byte { return []byte(lines) } }

func TestRecordsOfManyAtOnceStayWhole(t *testing.T) {
	dir := t.TempDir()
	file := filepath.Join(dir, "reviews.jsonl")
	write(t, file, "no end of line")
	folder := root(t, dir)
	if added, err := (disk{}).add(folder, "reviews.jsonl", these("first\n")); err != nil || !added {
		t.Fatal(added, err)
	}
	line := func(i int) string { return fmt.Sprintf("%d %s\n", i, strings.Repeat("x", 5000)) }
	var wait sync.WaitGroup
	for i := range 50 {
		wait.Go(func() {
			d := disk{}
			if i%5 == 0 { // some have no luck, and spoil nobody else's
				d.write = func(f *os.File, lines []byte) (int, error) {
					n, _ := f.Write(lines[:len(lines)/2])
					return n, errors.New("full")
				}
			}
			if added, err := d.add(folder, "reviews.jsonl", these(line(i))); added == (i%5 == 0) || (err == nil) != added {
				t.Error(i, added, err)
			}
		})
	}
	wait.Wait()
	got := map[string]bool{}
	for l := range strings.Lines(filesOf(t, dir)[file]) {
		got[l] = true
	}
	for i := range 50 {
		if got[line(i)] != (i%5 != 0) {
			t.Errorf("line %d is there: %t", i, got[line(i)])
		}
	}
	if len(got) != 42 || !got["no end of line\n"] || !got["first\n"] {
		t.Errorf("%d lines, want 42", len(got))
	}
}

// Whatever fails, a file is as it was, and one that was not there is not there.
func TestAFailedAppendLeavesTheFileAsItWas(t *testing.T) {
	for _, old := range []string{"", "one\n", "one\ntwo"} {
		for written := range len("three\nfour\n") + 1 {
			dir := t.TempDir()
			file := filepath.Join(dir, "reviews.jsonl")
			if old != "" {
				write(t, file, old)
			}
			full := disk{write: func(f *os.File, lines []byte) (int, error) {
				n, _ := f.Write(lines[:written])
				return n, errors.New("no space left on device")
			}}
			if added, err := full.add(root(t, dir), "reviews.jsonl", these("three\nfour\n")); added || err == nil {
				t.Fatal(added, err)
			}
			if got, ok := filesOf(t, dir)[file]; got != old || ok != (old != "") {
				t.Fatalf("%d bytes behind %q: %q", written, old, got)
			}
			if added, err := (disk{}).add(root(t, dir), "reviews.jsonl", these("")); added || err != nil {
				t.Fatal(added, err)
			}
			if got, ok := filesOf(t, dir)[file]; got != old || ok != (old != "") {
				t.Fatalf("nothing behind %q: %q", old, got)
			}
		}
	}
}
