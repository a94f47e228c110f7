package source

import (
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"handbook/builder/fixture"
)

// What Update finds is what a look at the whole folder finds, or it says that it does not know.
func TestAnUpdateIsALookAtTheWholeFolder(t *testing.T) {
	dir := t.TempDir()
	content := filepath.Join(dir, "content")
	write := func(name, text string) string {
		path := filepath.Join(content, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
		return path
	}
	write("b.md", "B")
	write("picture.png", "P")
	if err := os.Symlink("b.md", filepath.Join(content, "linked.md")); err != nil {
		fixture.Elsewhere(t, err)
	}
	folder := Folder{Root: dir, Content: content}
	for name, c := range map[string]struct {
		do  func() []string
		may bool
	}{
		"a page is saved":         {func() []string { return []string{write("a.md", "longer")} }, true},
		"what a link leads to is": {func() []string { return []string{write("b.md", "B and more")} }, true},
		"an editor was there":     {func() []string { return []string{write("a.md", "one more"), filepath.Join(content, "a.md~")} }, true},
		"nothing is":              {func() []string { return nil }, true},
		"a picture is":            {func() []string { return []string{write("picture.png", "PP")} }, false},
		"a page is new":           {func() []string { return []string{write("new.md", "N")} }, false},
		"a page is gone":          {func() []string { p := write("a.md", "A"); os.Remove(p); return []string{p} }, false},
		"a picture is gone":       {func() []string { p := write("pic.png", "P"); os.Remove(p); return []string{p} }, false},
		"a folder is gone": {func() []string {
			os.RemoveAll(filepath.Join(content, "old"))
			return []string{filepath.Join(content, "old")}
		}, false},
		"a page is too large": {func() []string { return []string{write("a.md", strings.Repeat("x", MaxPage+1))} }, false},
		"a page is a folder": {func() []string {
			os.Remove(filepath.Join(content, "a.md"))
			write("a.md/c.md", "C")
			return []string{filepath.Join(content, "a.md")}
		}, false},
		"something else is changed": {func() []string { return []string{filepath.Join(dir, "handbook.yaml")} }, false},
	} {
		if err := os.RemoveAll(filepath.Join(content, "a.md")); err != nil {
			t.Fatal(err)
		}
		write("a.md", "A")
		write("pic.png", "P")
		write("old/pic.png", "P")
		before, _ := Load(folder)
		got, ok := before.Update(c.do())
		if ok != c.may {
			t.Errorf("%s: it is sure: %t, want %t", name, ok, c.may)
		}
		want, _ := Load(folder)
		for i := range got.Pages { // by when they were looked at
			got.Pages[i].Stamp.Racy = false
		}
		for i := range want.Pages {
			want.Pages[i].Stamp.Racy = false
		}
		if ok && !reflect.DeepEqual(got.Pages, want.Pages) {
			t.Errorf("%s: %+v, want %+v", name, got.Pages, want.Pages)
		}
	}
}
