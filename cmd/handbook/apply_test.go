package main

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"handbook/builder/refactor"
)

// TestEditsAreMadeWholeOrNotAtAll applies edits of which the last cannot be made, and looks for what is left of the others.
func TestEditsAreMadeWholeOrNotAtAll(t *testing.T) {
	for name, last := range map[string]refactor.Edit{
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
			err := applyEdits(dir, func(name string) string { return filepath.Join(dir, name) }, refactor.Edits{Files: []refactor.Edit{
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
	if err := applyEdits(dir, func(name string) string { return filepath.Join(dir, name) }, refactor.Edits{Files: []refactor.Edit{{Old: "one/two/a.md", New: "three/a.md", Before: []byte("a"), After: []byte("b")}}}); err != nil {
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

// TestEditsAreShownAsADiffThatPatchTakes has changes near each other and far apart, in a file with Windows line ends.
func TestEditsAreShownAsADiffThatPatchTakes(t *testing.T) {
	var before, after strings.Builder
	for n := 1; n <= 20; n++ {
		fmt.Fprintf(&before, "%d\r\n", n)
		switch n {
		case 3, 16:
			fmt.Fprintf(&after, "%d!\r\n", n)
		case 6: // taken out
		default:
			fmt.Fprintf(&after, "%d\r\n", n)
		}
	}
	var out strings.Builder
	err := printEdits(&out, refactor.Edits{Files: []refactor.Edit{
		{Old: "a.md", New: "a.md", Before: []byte(before.String()), After: []byte(after.String())},
		{Old: "b.md", New: "b.md", After: []byte("new\n")},
		{Old: "c.md", New: "c.md", Before: []byte("old\x1b[m\n")},
	}}, func(name string) string { return name })
	if err != nil {
		t.Fatal(err)
	}
	want := strings.ReplaceAll(`--- a.md
+++ a.md
@@ -1,9 +1,8 @@
 1
 2
-3
+3!
 4
 5
-6
 7
 8
 9
@@ -13,7 +12,7 @@
 13
 14
 15
-16
+16!
 17
 18
 19
`, "\n", "\r\n")
	for _, line := range []string{"--- a.md", "+++ a.md", "@@ -1,9 +1,8 @@", "@@ -13,7 +12,7 @@"} { // what is no line of the file
		want = strings.Replace(want, line+"\r", line, 1)
	}
	want += "--- b.md\n+++ b.md\n@@ -0,0 +1,1 @@\n+new\n--- c.md\n+++ c.md\n@@ -1,1 +0,0 @@\n-old [m\n"
	if out.String() != want {
		t.Errorf("printed\n%q\nwant\n%q", out.String(), want)
	}
}
