package main

import (
	"os"
	"path/filepath"
	"testing"
)

func TestGitattributesKeepWhatTheySay(t *testing.T) {
	const line = "content/_records/*.jsonl merge=union"
	for _, c := range []struct{ name, old, want string }{
		{"none", "", line + "\n"},
		{"other lines", "*.png binary\n", "*.png binary\n" + line + "\n"},
		{"no end of line", "*.png binary", "*.png binary\n" + line + "\n"},
		{"ends of lines as on Windows", "*.png binary\r\n", "*.png binary\r\n" + line + "\r\n"},
		{"it is there", "# ours\n" + line + "\n*.png binary", "# ours\n" + line + "\n*.png binary"},
		{"it is there with more", "content/_records/*.jsonl\ttext eol=lf merge=union\n", "content/_records/*.jsonl\ttext eol=lf merge=union\n"},
		{"somebody wants it otherwise", "content/_records/*.jsonl -merge\n", "content/_records/*.jsonl -merge\n"},
		{"something else of these files", "content/_records/*.jsonl text\n", "content/_records/*.jsonl text\n" + line + "\n"},
		{"a longer name", "content/_records/*.jsonl.bak merge=union\n", "content/_records/*.jsonl.bak merge=union\n" + line + "\n"},
		{"a comment", "# " + line + "\n", "# " + line + "\n" + line + "\n"},
	} {
		t.Run(c.name, func(t *testing.T) {
			dir := t.TempDir()
			file := filepath.Join(dir, ".gitattributes")
			if c.old != "" {
				write(t, file, c.old)
			}
			if err := os.Mkdir(filepath.Join(dir, "content"), 0o755); err != nil {
				t.Fatal(err)
			}
			for range 2 { // a second time adds nothing
				if _, _, err := mergeByLine(dir, filepath.Join(dir, "content")); err != nil {
					t.Fatal(err)
				}
				if got := string(filesOf(t, dir)[file]); got != c.want {
					t.Errorf("%q, want %q", got, c.want)
				}
			}
		})
	}
}

func write(t *testing.T, file, text string) {
	t.Helper()
	if err := os.WriteFile(file, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
}
