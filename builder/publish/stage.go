package publish

import (
	"context"
	"crypto/rand"
	"errors"
	"io"
	"io/fs"
	"maps"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"sync"
)

// The folders that handbook makes beside DIR/NAME while it works. All start with a dot.
//
//	.NAME.handbook-new-XXXX   the new site, unfinished; after the swap the old one, being deleted
//	.NAME.handbook-ready      the new site, finished } only where the system cannot
//	.NAME.handbook-old        the old site           } swap two folders in one step
func beside(dir, what string) string {
	return filepath.Join(filepath.Dir(dir), "."+filepath.Base(dir)+".handbook-"+what)
}

// stage is the folder in which the new site is built. It is made when the first file needs it.
type stage struct {
	dir  string // the output folder
	mode fs.FileMode

	mu   sync.Mutex
	root string // "" until made
	made sync.Map
}

func (s *stage) open() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.root != "" {
		return nil
	}
	root := beside(s.dir, "new-"+strings.ToLower(rand.Text()[:10]))
	if err := os.Mkdir(root, 0o777); err != nil {
		return err
	}
	s.root = root
	// The empty manifest marks the folder as handbook's from the first moment on.
	if err := os.WriteFile(filepath.Join(root, manifestName), nil, 0o644); err != nil {
		return err
	}
	return os.Chmod(root, s.mode|0o700)
}

// place returns where a file of the new site is to be written, in a folder that exists.
func (s *stage) place(p string) (string, error) {
	if err := s.open(); err != nil {
		return "", err
	}
	if err := s.folder(path.Dir(p)); err != nil {
		return "", err
	}
	return s.onDisk(p), nil
}

func (s *stage) onDisk(p string) string { return filepath.Join(s.root, filepath.FromSlash(p)) }

// folder makes a folder and those above it, with one call to the system for each.
func (s *stage) folder(p string) error {
	if _, ok := s.made.Load(p); ok || p == "." {
		return nil
	}
	if err := s.folder(path.Dir(p)); err != nil {
		return err
	}
	if err := os.Mkdir(s.onDisk(p), 0o777); err != nil && !errors.Is(err, fs.ErrExist) {
		return err
	}
	s.made.Store(p, true)
	return nil
}

func (s *stage) write(p string, data []byte) error {
	disk, err := s.place(p)
	if err != nil {
		return err
	}
	// O_EXCL: where letter case does not tell names apart, two files must not become one.
	file, err := os.OpenFile(disk, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o666)
	if errors.Is(err, fs.ErrExist) {
		return &RefusedError{p, "another file of the site has this path but for letter case", "rename one of them"}
	}
	if err != nil {
		return err
	}
	_, err = file.Write(data)
	return errors.Join(err, file.Close())
}

// keep takes a file of the old site over: by a link to the same file, or where that cannot be, as a copy.
func (s *stage) keep(p string) error {
	to, err := s.place(p)
	if err != nil {
		return err
	}
	from := filepath.Join(s.dir, filepath.FromSlash(p))
	info, err := os.Lstat(from)
	if err != nil {
		return err
	}
	if info.Mode()&fs.ModeSymlink != 0 {
		target, err := os.Readlink(from)
		if err != nil {
			return err
		}
		return os.Symlink(target, to)
	}
	if os.Link(from, to) == nil {
		return nil
	}
	if !info.Mode().IsRegular() {
		return &RefusedError{p, "it lies in the output folder and can be neither linked nor copied", "move it away"}
	}
	return copyFile(from, to, info)
}

func copyFile(from, to string, info fs.FileInfo) error {
	in, err := os.Open(from)
	if err != nil {
		return err
	}
	defer in.Close()
	out, err := os.OpenFile(to, os.O_WRONLY|os.O_CREATE|os.O_EXCL, info.Mode().Perm())
	if err != nil {
		return err
	}
	_, err = io.Copy(out, in)
	if err := errors.Join(err, out.Close()); err != nil {
		return err
	}
	return os.Chtimes(to, info.ModTime(), info.ModTime())
}

// keepFolder makes a folder that is not handbook's own with the mode it had; its files are in it already.
func (s *stage) keepFolder(p string) error {
	if err := s.open(); err != nil {
		return err
	}
	if err := s.folder(p); err != nil {
		return err
	}
	info, err := os.Stat(filepath.Join(s.dir, filepath.FromSlash(p)))
	if err != nil {
		return err
	}
	return os.Chmod(s.onDisk(p), info.Mode().Perm()|0o700)
}

// remove deletes the stage, if it was made.
func (s *stage) remove() error {
	if s.root == "" {
		return nil
	}
	return removeSite(s.root)
}

// removeOld deletes the stage once it holds the old site. The files are known, so folders need not be listed, and
// each processor takes its part.
func (s *stage) removeOld(old *site) error {
	files := slices.Collect(maps.Keys(old.ours))
	folders := map[string]bool{}
	for _, p := range files {
		for up := path.Dir(p); up != "." && !folders[up]; up = path.Dir(up) {
			folders[up] = true
		}
	}
	_ = each(context.Background(), len(files), func(i int) error { return os.Remove(s.onDisk(files[i])) })
	deepest := slices.SortedFunc(maps.Keys(folders), func(a, b string) int { return strings.Count(b, "/") - strings.Count(a, "/") })
	for _, p := range deepest {
		_ = os.Remove(s.onDisk(p)) // not when it holds what is not ours
	}
	return removeSite(s.root) // the rest, and whatever went wrong so far
}

// removeSite deletes a folder, its manifest last: a folder half deleted must still be known as handbook's.
func removeSite(root string) error {
	entries, err := os.ReadDir(root)
	if err != nil {
		return err
	}
	for _, e := range entries {
		if e.Name() != manifestName {
			if err := os.RemoveAll(filepath.Join(root, e.Name())); err != nil {
				return err
			}
		}
	}
	return os.RemoveAll(root)
}
