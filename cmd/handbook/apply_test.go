package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"handbook/builder"
)

// TestEditsAreMadeWholeOrNotAtAll applies edits of which the last cannot be made, and looks for what is left of the others.
func TestEditsAreMadeWholeOrNotAtAll(t *testing.T) {
	for name, last := range map[string]builder.Edit{
		"changed in the meantime": {Old: "c.md", New: "c.md", Before: []byte("other"), After: []byte("x")},
		"is there already":        {Old: "c.md", New: "b.md", Before: []byte("c"), After: []byte("c")},
		"no such file":            {Old: "gone.md", New: "gone.md", After: []byte("x")},
		"is a link":               {Old: "link.md", New: "link.md", Before: []byte("b"), After: []byte("x")},
		"not a directory":         {Old: "c.md", New: "b.md/c.md", Before: []byte("c"), After: []byte("c")},
	} {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			for _, f := range []string{"a", "b", "c"} {
				if err := os.WriteFile(filepath.Join(dir, f+".md"), []byte(f), 0o640); err != nil {
					t.Fatal(err)
				}
			}
			if err := os.Symlink("b.md", filepath.Join(dir, "link.md")); err != nil {
				t.Skip("no symbolic links here: ", err)
			}
			err := applyEdits(dir, func(name string) string { return filepath.Join(dir, name) }, builder.Edits{Files: []builder.Edit{
				{Old: "a.md", New: "new/er/a.md", Before: []byte("a"), After: []byte("A")},
				{Old: "b.md", New: "b.md", Before: []byte("b"), After: []byte("B")},
				last,
			}})
			if err == nil || !strings.Contains(err.Error(), name) {
				t.Errorf("%v, want %q", err, name)
			}
			var left []string
			filepath.WalkDir(dir, func(p string, d os.DirEntry, err error) error {
				if d.Type().IsRegular() {
					data, _ := os.ReadFile(p)
					left = append(left, filepath.Base(p)+"="+string(data))
				} else if p != dir && d.IsDir() {
					left = append(left, p)
				}
				return err
			})
			if got := strings.Join(left, " "); got != "a.md=a b.md=b c.md=c" {
				t.Errorf("left behind: %s", got)
			}
		})
	}
}

func TestEditsKeepTheModeAndTakeEmptyFoldersAway(t *testing.T) {
	dir := t.TempDir()
	old := filepath.Join(dir, "one", "two", "a.md")
	if err := os.MkdirAll(filepath.Dir(old), 0o777); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(old, []byte("a"), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := applyEdits(dir, func(name string) string { return filepath.Join(dir, name) }, builder.Edits{Files: []builder.Edit{{Old: "one/two/a.md", New: "three/a.md", Before: []byte("a"), After: []byte("b")}}}); err != nil {
		t.Fatal(err)
	}
	info, err := os.Stat(filepath.Join(dir, "three", "a.md"))
	if err != nil || info.Mode().Perm() != 0o600 {
		t.Error(info, err)
	}
	if _, err := os.Stat(filepath.Join(dir, "one")); err == nil {
		t.Error("an empty folder stayed")
	}
}
