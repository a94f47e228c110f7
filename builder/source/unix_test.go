//go:build unix

package source_test

import (
	"os"
	"path/filepath"
	"syscall"
	"testing"

	"handbook/builder/source"
)

func TestAnUnreadableFileOrFolderLeavesTheRest(t *testing.T) {
	folder := site(t, map[string]string{
		"content/a.md": "a", "content/closed.md": "", "content/closed.png": "", "content/sub/x.md": "", "content/other/y.md": "",
	})
	for _, p := range []string{"closed.md", "closed.png", "sub"} {
		p = filepath.Join(folder.Content, p)
		must(t, os.Chmod(p, 0))
		t.Cleanup(func() { _ = os.Chmod(p, 0o755) })
	}
	asOrdinaryUser(t, folder.Root)
	snap, list := source.Load(folder)
	equal(t, "files", listing(snap), "page a.md\npage other/y.md\n")
	equal(t, "messages", messages(list), `
content/closed.md: error: cannot be read: permission denied [unreadable-file]
content/closed.png: error: cannot be read: permission denied [unreadable-file]
content/sub: error: cannot be read: permission denied [unreadable-file]
`)
}

// asOrdinaryUser lets the rest of a test run without the rights of root, for whom every file can be read.
func asOrdinaryUser(t *testing.T, dir string) {
	t.Helper()
	if os.Geteuid() != 0 {
		return
	}
	for d := dir; d != os.TempDir() && d != filepath.Dir(d); d = filepath.Dir(d) {
		must(t, os.Chmod(d, 0o755))
	}
	must(t, syscall.Seteuid(65534))
	t.Cleanup(func() { must(t, syscall.Seteuid(0)) })
}

func TestWhatIsNoFileIsNeverOpened(t *testing.T) {
	folder := site(t, map[string]string{"content/a.md": "a", "content/b.md": "b"})
	// Opening a pipe for reading waits for somebody to write to it: the test would not end.
	must(t, syscall.Mkfifo(filepath.Join(folder.Content, "pipe.md"), 0o600))
	must(t, syscall.Mkfifo(filepath.Join(folder.Content, "pipe"), 0o644))
	snap, list := source.Load(folder)
	equal(t, "files", listing(snap), "page a.md\npage b.md\n")
	equal(t, "messages", messages(list), `
content/pipe: warning: a named pipe is not a file that can be read to its end [unreadable-file]
content/pipe.md: error: a named pipe is not a file that can be read to its end [unreadable-file]
`)
	b := filepath.Join(folder.Content, "b.md")
	must(t, os.Remove(b))
	must(t, syscall.Mkfifo(b, 0o644))
	if data, err := snap.Pages[1].Read(); err == nil {
		t.Errorf("read %q from a pipe", data)
	}
}

func TestANameThatCannotBeAnAddressIsReported(t *testing.T) {
	folder := site(t, map[string]string{
		"content/a b#c%d?é.md": "fine", "content/new\nline.md": "", "content/bell\a.png": "", "content/bad\xff.md": "", "content/tab\tin/x.md": "",
	})
	snap, list := source.Load(folder)
	equal(t, "files", listing(snap), "page a b#c%d?é.md\n")
	equal(t, "messages", messages(list), `
content/bad�.md: error: the name holds bytes that are not UTF-8, so it has no address [unreadable-file]
content/bell�.png: warning: the name holds a control character, so it has no address [unreadable-file]
content/new�line.md: error: the name holds a line break, so it has no address [unreadable-file]
content/tab�in: warning: the name holds a control character, so it has no address [unreadable-file]
`)
}
