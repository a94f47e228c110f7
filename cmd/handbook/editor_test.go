package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestAnEditorIsOpenedAtThePlace(t *testing.T) {
	for _, c := range []struct{ flag, visual, want string }{
		{"code", "", "vscode://file/site/a%20b%23.md:3:7"},
		{"cursor", "", "cursor://file/site/a%20b%23.md:3:7"},
		{"zed", "", "zed://file/site/a%20b%23.md:3:7"},
		{"idea", "", "idea://open?file=%2Fsite%2Fa+b%23.md&line=3&column=7"},
		{"", "code --wait", "vscode://file/site/a%20b%23.md:3:7"},
		{"", "/usr/bin/codium -w", "vscodium://file/site/a%20b%23.md:3:7"},
		{"zed", "code", "zed://file/site/a%20b%23.md:3:7"},
		{"none", "code", ""},
		{"", "", ""},
		{"", "vim", ""},
		{"", "emacs -nw", ""},
		{"", "my-editor {file}", ""},
		{"", "gvim -f", "gvim|-f|+3|/site/a b#.md"},
		{"kate", "", "kate|--line|3|--column|7|/site/a b#.md"},
		{"subl -n", "", "subl|-n|/site/a b#.md:3:7"},
		{"sh -x {line} {file}", "", "sh|-x|3|/site/a b#.md"},
		{"sh", "", "sh|/site/a b#.md"},
		{"sh --at {file}:{line}:{column} +{line}", "", "sh|--at|/site/a b#.md:3:7|+3"},
	} {
		e, err := newEditor(c.flag, c.visual)
		if err != nil {
			t.Errorf("--editor %q, VISUAL=%q: %v", c.flag, c.visual, err)
			continue
		}
		const path = "/site/a b#.md"
		got := ""
		if e.address != "" {
			got = e.at(path, 3, 7)
		} else if e.command != nil {
			got = strings.Join(e.words(path, 3, 7), "|")
		}
		if got != c.want {
			t.Errorf("--editor %q, VISUAL=%q: %s, want %s", c.flag, c.visual, got, c.want)
		}
	}
	if _, err := newEditor("no-such-editor-here", ""); err == nil {
		t.Error("a program that is not there is taken as an editor")
	}
}

// The command is started as it is: nothing in a file's name is a word of its own or means anything to a shell.
func TestNoShellIsInvolvedInOpening(t *testing.T) {
	dir := t.TempDir()
	script := filepath.Join(dir, "editor")
	told := filepath.Join(dir, "told")
	if err := os.WriteFile(script, []byte("#!/bin/sh\nfor a; do echo \"<$a>\"; done > "+told+".new\nmv "+told+".new "+told+"\n"), 0o755); err != nil {
		t.Fatal(err)
	}
	e, err := newEditor(script+" {file} {line}", "")
	if err != nil {
		t.Fatal(err)
	}
	if err := e.open("/site/$(touch x); `y` 'z'.md", 3, 7); err != nil {
		t.Fatal(err)
	}
	for {
		data, err := os.ReadFile(told)
		if err != nil {
			continue // not yet; the test has a time limit
		}
		if got := string(data); got != "</site/$(touch x); `y` 'z'.md>\n<3>\n" {
			t.Errorf("told %s", got)
		}
		break
	}
	for _, bad := range []string{"", "-rf", "content/a.md"} {
		if e.open(bad, 1, 1) == nil {
			t.Errorf("opens %q", bad)
		}
	}
}
