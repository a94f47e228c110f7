//go:build unix

package main

import (
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
)

// TestTheBrowserIsOpenedAtThePreview puts a program in the place of what opens a browser. It writes down what it was asked
// for, into a pipe that the test waits at.
func TestTheBrowserIsOpenedAtThePreview(t *testing.T) {
	bin := t.TempDir()
	pipe := filepath.Join(bin, "asked")
	if err := syscall.Mkfifo(pipe, 0o600); err != nil {
		t.Skip("no named pipes here: ", err)
	}
	for _, name := range []string{"xdg-open", "open"} { // of Linux and of macOS
		if err := os.WriteFile(filepath.Join(bin, name), []byte("#!/bin/sh\necho \"$#\" \"$1\" > '"+pipe+"'\n"), 0o755); err != nil {
			t.Fatal(err)
		}
	}
	t.Setenv("PATH", bin+string(os.PathListSeparator)+os.Getenv("PATH"))
	d := newDesk(t, "content/_index.md", "# Home\n")
	_, until := serveProcess(t, "-C", d.root, "--addr", "127.0.0.1:0", "--open")
	address := until("http://127.0.0.1:")
	asked, err := os.ReadFile(pipe)
	if err != nil || strings.TrimSpace(string(asked)) != "1 "+address {
		t.Errorf("the browser was asked for %q, want %q (%v)", asked, address, err)
	}
}
