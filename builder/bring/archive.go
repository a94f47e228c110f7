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

// add takes in the files of an archive, and of archives in it, as some tools cut a large export.
func (a *archive) add(r *zip.Reader, depth int) error {
	for _, f := range r.File {
		name := strings.ReplaceAll(f.Name, `\`, "/")
		switch {
		case strings.HasSuffix(name, "/"):
			continue
		case !fs.ValidPath(name) || f.Mode()&fs.ModeType != 0:
			a.notes.add("files whose names lead out of the archive, or that are none", "", "they are left out")
			continue
		case f.UncompressedSize64 > maxFile || f.UncompressedSize64 > freeSize && f.UncompressedSize64 > maxRatio*f.CompressedSize64:
			return fmt.Errorf("%s in it would take %d MB, which is more than it can honestly hold", path.Base(name), f.UncompressedSize64>>20)
		}
		if a.size += f.UncompressedSize64; a.size > maxAll || len(a.files) >= maxEntries {
			return fmt.Errorf("it holds more than %d files or %d GB", maxEntries, maxAll>>30)
		}
		if strings.HasSuffix(strings.ToLower(name), ".zip") && depth == 0 && !strings.Contains(name, "attachments/") {
			data, err := readZip(f)
			if err != nil {
				return err
			}
			inner, err := zip.NewReader(bytes.NewReader(data), int64(len(data)))
			if err == nil {
				if err := a.add(inner, depth+1); err != nil {
					return err
				}
				continue
			}
		}
		if a.files[name] == nil {
			a.files[name] = f
		}
	}
	return nil
}

func readZip(f *zip.File) ([]byte, error) {
	r, err := f.Open()
	if err != nil {
		return nil, err
	}
	defer r.Close()
	return io.ReadAll(io.LimitReader(r, maxFile))
}

// Open opens a file.
func (a *archive) Open(name string) (fs.File, error) {
	if f := a.files[name]; f != nil {
		r, err := f.Open()
		if err != nil {
			return nil, err
		}
		return zipped{r, f.FileInfo()}, nil
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
	return io.ReadAll(io.LimitReader(f, maxFile))
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
		if err == nil && e.Type().IsRegular() {
			list = append(list, name)
		}
		return err
	})
	slices.Sort(list)
	return list, err
}
