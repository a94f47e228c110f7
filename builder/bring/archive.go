package bring

import (
	"archive/zip"
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
	"slices"
	"strings"
)

// Bounds of an archive. Exports of large companies stay below; bombs do not.
const (
	maxFile    = 512 << 20
	maxAll     = 8 << 30
	maxRatio   = 300 // of a file that is larger than freeSize
	freeSize   = 16 << 20
	maxEntries = 500_000
)

// Open opens an export: a folder, an archive, or an archive that holds parts of one. close is to be called at the end.
func Open(name string) (files fs.FS, refused []Note, close func() error, err error) {
	info, err := os.Stat(name)
	if err != nil {
		return nil, nil, nil, err
	}
	if info.IsDir() {
		root, err := os.OpenRoot(name)
		if err != nil {
			return nil, nil, nil, err
		}
		return root.FS(), nil, root.Close, nil
	}
	r, err := zip.OpenReader(name)
	if errors.Is(err, zip.ErrFormat) {
		return nil, nil, nil, fmt.Errorf("%s is no zip archive", name)
	}
	if err != nil {
		return nil, nil, nil, err
	}
	all := &archive{files: map[string]*zip.File{}}
	err = all.add(&r.Reader, 0)
	if err != nil {
		r.Close()
		return nil, nil, nil, fmt.Errorf("%s: %w", name, err)
	}
	return all, all.notes.list, r.Close, nil
}

// archive is what archives hold, by name. It is a file system without folders, which readers list.
type archive struct {
	files map[string]*zip.File
	size  uint64
	notes notes
}

// add takes in the files of an archive; of one that holds archives alone, as some tools cut a large export, what they hold.
func (a *archive) add(r *zip.Reader, depth int) error {
	parts := depth == 0 && !slices.ContainsFunc(r.File, func(f *zip.File) bool {
		return !strings.HasSuffix(f.Name, "/") && !junk(f.Name) && !strings.HasSuffix(strings.ToLower(f.Name), ".zip")
	})
	for _, f := range r.File {
		name := strings.ReplaceAll(f.Name, `\`, "/")
		switch {
		case strings.HasSuffix(name, "/") || junk(name):
			continue
		case !fs.ValidPath(name) || f.Mode()&fs.ModeType != 0:
			a.notes.add("files whose names lead out of the archive, or that are none", "", "they are left out")
			continue
		case f.UncompressedSize64 > freeSize && f.UncompressedSize64/maxRatio > f.CompressedSize64:
			return fmt.Errorf("%s in it would take %d MB, which is more than it can honestly hold", path.Base(name), f.UncompressedSize64>>20)
		case f.UncompressedSize64 > maxFile:
			a.notes.add(fmt.Sprintf("files of more than %d MB", maxFile>>20), "", "they are left out; put them where large files belong, and link to them")
			continue
		}
		if a.size += f.UncompressedSize64; a.size > maxAll || len(a.files) >= maxEntries {
			return fmt.Errorf("it holds more than %d files or %d GB", maxEntries, maxAll>>30)
		}
		if parts {
			data, err := readZip(f)
			if err != nil {
				return err
			}
			inner, err := zip.NewReader(bytes.NewReader(data), int64(len(data)))
			if err != nil {
				return fmt.Errorf("%s in it: %w", path.Base(name), err)
			}
			if err := a.add(inner, depth+1); err != nil {
				return err
			}
			continue
		}
		if a.files[name] == nil {
			a.files[name] = f
		}
	}
	return nil
}

// junk reports whether a file is one that systems leave in folders.
func junk(name string) bool {
	base := path.Base(name)
	return strings.HasPrefix(name, "__MACOSX/") || strings.HasPrefix(base, "._") || base == ".DS_Store" || base == "Thumbs.db" || base == "desktop.ini"
}

func readZip(f *zip.File) ([]byte, error) {
	r, err := f.Open()
	if err != nil {
		return nil, err
	}
	defer r.Close()
	return bounded(r, int64(f.UncompressedSize64), f.Name)
}

// bounded reads as much as was announced, and fails where there is more.
func bounded(r io.Reader, most int64, name string) ([]byte, error) {
	data, err := io.ReadAll(io.LimitReader(r, min(most, maxFile)+1))
	if err == nil && int64(len(data)) > min(most, maxFile) {
		err = fmt.Errorf("%s is larger than it says, or than %d MB", path.Base(name), maxFile>>20)
	}
	return data, err
}

// Open opens a file.
func (a *archive) Open(name string) (fs.File, error) {
	if f := a.files[name]; f != nil {
		r, err := f.Open()
		if err != nil {
			return nil, err
		}
		return zipped{struct {
			io.Reader
			io.Closer
		}{io.LimitReader(r, int64(f.UncompressedSize64)+1), r}, f.FileInfo()}, nil
	}
	return nil, &fs.PathError{Op: "open", Path: name, Err: fs.ErrNotExist}
}

type zipped struct {
	io.ReadCloser
	info fs.FileInfo
}

func (z zipped) Stat() (fs.FileInfo, error) { return z.info, nil }

// readFile reads a file of an export, as far as one may be long.
func readFile(files fs.FS, name string) ([]byte, error) {
	f, err := files.Open(name)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	return bounded(f, maxFile, name)
}

// names lists the files of an export in order.
func names(files fs.FS) ([]string, error) {
	var list []string
	if a, ok := files.(*archive); ok {
		for name := range a.files {
			list = append(list, name)
		}
		slices.Sort(list)
		return list, nil
	}
	err := fs.WalkDir(files, ".", func(name string, e fs.DirEntry, err error) error {
		if err == nil && e.Type().IsRegular() && !junk(name) {
			list = append(list, name)
		}
		return err
	})
	slices.Sort(list)
	return list, err
}
