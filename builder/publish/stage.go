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

	"handbook/builder/stamp"
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

	files    []made // of the new site, in the order of their paths
	manifest []byte

	mu   sync.Mutex
	root string // "" until made
	made sync.Map
}

// made is a file of the new site.
type made struct {
	note
	seen stamp.Stamp // as it was found or written
	same bool        // it is the old one
	made bool        // its bytes were made
	read bool        // the old one was read
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

func (s *stage) write(p string, data []byte) (seen stamp.Stamp, err error) {
	disk, err := s.place(p)
	if err != nil {
		return seen, err
	}
	// O_EXCL: where letter case does not tell names apart, two files must not become one.
	file, err := os.OpenFile(disk, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o666)
	if errors.Is(err, fs.ErrExist) {
		return seen, &RefusedError{p, "another file of the site has this path but for letter case", "rename one of them"}
	}
	if err != nil {
		return seen, err
	}
	_, err = file.Write(data)
	if info, e := file.Stat(); e == nil {
		seen = stampOf(info)
	}
	return seen, errors.Join(err, file.Close())
}

// keep takes a file of the old site over: by a link to the same file, or where that cannot be, as a copy.
func (s *stage) keep(p string) error {
	from := filepath.Join(s.dir, filepath.FromSlash(p))
	info, err := os.Lstat(from)
	if err != nil {
		return err
	}
	to, err := s.place(p)
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
	info, err := os.Stat(filepath.Join(s.dir, filepath.FromSlash(p)))
	if err != nil {
		return err
	}
	if err := s.open(); err != nil {
		return err
	}
	if err := s.folder(p); err != nil {
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

// removeOld deletes the stage once it holds the old site, and carries over what others have written into it since the survey. The files of
// the old site are known, so folders need not be listed for them, and each processor takes its part.
func (s *stage) removeOld(old *site) error {
	files := slices.Collect(maps.Keys(old.ours))
	_ = each(context.Background(), len(files), func(i int) error { return os.Remove(s.onDisk(files[i])) })
	for _, p := range deepest(slices.Collect(maps.Keys(old.made))) {
		_ = os.Remove(s.onDisk(p)) // not when it holds what is not ours
	}
	if err := old.carry(s.root, s.dir); err != nil {
		return err
	}
	_ = removeSite(s.root) // should that fail, the next build tries again and says so
	return nil
}

func deepest(folders []string) []string {
	slices.SortFunc(folders, func(a, b string) int { return strings.Count(b, "/") - strings.Count(a, "/") })
	return folders
}

// carry brings into dir what others have done at from, where the old site lies now, since it was surveyed: files and folders that came, were
// replaced, or were deleted. Where the new site has a file of its own, that stays.
func (s *site) carry(from, dir string) error {
	there := func(folder, p string) (fs.FileInfo, error) {
		return os.Lstat(filepath.Join(folder, filepath.FromSlash(p)))
	}
	known := make(map[string]bool, len(s.foreign))
	for _, p := range s.foreign {
		known[p] = true
	}
	for _, p := range slices.Concat(s.foreign, deepest(slices.Clone(s.folders))) {
		if _, err := there(from, p); errors.Is(err, fs.ErrNotExist) {
			_ = os.Remove(filepath.Join(dir, filepath.FromSlash(p))) // not when a folder is in use again
		}
	}
	return filepath.WalkDir(from, func(disk string, e fs.DirEntry, err error) error {
		if err != nil || disk == from {
			return err
		}
		below, err := filepath.Rel(from, disk)
		if err != nil {
			return err
		}
		p, to := filepath.ToSlash(below), filepath.Join(dir, below)
		if p == manifestName || p == keysName || s.ours[p] != nil || s.made[p] {
			return nil
		}
		in, err := there(dir, p)
		switch {
		case err == nil && (e.IsDir() || !known[p]):
			return nil
		case err == nil:
			if info, err := e.Info(); err != nil || os.SameFile(info, in) {
				return err
			}
		case e.IsDir():
			return os.MkdirAll(to, 0o777)
		}
		if err := os.MkdirAll(filepath.Dir(to), 0o777); err != nil {
			return err
		}
		return os.Rename(disk, to)
	})
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
