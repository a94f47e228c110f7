package source

import (
	"bytes"
	"io/fs"
	"path"
	"slices"
	"strings"
	"time"
)

// ThemeFS is one theme of the site as a file system to read from; nil when the site has no theme of that name.
func (s Snapshot) ThemeFS(name string) fs.FS {
	theme := themeFS{}
	for _, f := range s.Theme {
		if name == "" || f.Name != "themes/"+name+"/"+f.Path {
			continue
		}
		theme[f.Path] = &themeEntry{name: path.Base(f.Path), file: f}
		for p := f.Path; p != "."; p = path.Dir(p) {
			in := theme[path.Dir(p)]
			if in == nil {
				in = &themeEntry{name: path.Base(path.Dir(p)), folder: true}
				theme[path.Dir(p)] = in
			}
			if !slices.ContainsFunc(in.holds, func(e fs.DirEntry) bool { return e.Name() == path.Base(p) }) {
				in.holds = append(in.holds, theme[p])
			}
		}
	}
	if len(theme) == 0 {
		return nil
	}
	for _, e := range theme {
		slices.SortFunc(e.holds, func(a, b fs.DirEntry) int { return strings.Compare(a.Name(), b.Name()) })
	}
	return theme
}

// themeFS holds the files and folders of a theme by path; "." is the theme itself.
type themeFS map[string]*themeEntry

func (t themeFS) Open(name string) (fs.File, error) {
	e, err := t.find("open", name)
	if err != nil {
		return nil, err
	}
	open := &themeFile{themeEntry: e}
	if !e.folder {
		data, err := e.file.Read()
		if err != nil {
			return nil, err
		}
		open.Reader.Reset(data)
	}
	return open, nil
}

func (t themeFS) ReadFile(name string) ([]byte, error) {
	e, err := t.find("read", name)
	if err != nil {
		return nil, err
	}
	if e.folder {
		return nil, &fs.PathError{Op: "read", Path: name, Err: fs.ErrInvalid}
	}
	return e.file.Read()
}

func (t themeFS) ReadDir(name string) ([]fs.DirEntry, error) {
	e, err := t.find("readdir", name)
	if err != nil {
		return nil, err
	}
	return slices.Clone(e.holds), nil
}

func (t themeFS) find(op, name string) (*themeEntry, error) {
	if !fs.ValidPath(name) {
		return nil, &fs.PathError{Op: op, Path: name, Err: fs.ErrInvalid}
	}
	e, ok := t[name]
	if !ok {
		return nil, &fs.PathError{Op: op, Path: name, Err: fs.ErrNotExist}
	}
	return e, nil
}

// themeEntry is one file or folder.
type themeEntry struct {
	name   string
	folder bool
	file   File
	holds  []fs.DirEntry
}

func (e *themeEntry) Name() string               { return e.name }
func (e *themeEntry) IsDir() bool                { return e.folder }
func (e *themeEntry) Type() fs.FileMode          { return e.Mode().Type() }
func (e *themeEntry) Info() (fs.FileInfo, error) { return e, nil }
func (e *themeEntry) Size() int64                { return e.file.Stamp.Size }
func (e *themeEntry) ModTime() time.Time         { return time.Unix(0, e.file.Stamp.ModTime) }
func (e *themeEntry) Sys() any                   { return nil }
func (e *themeEntry) Mode() fs.FileMode {
	if e.folder {
		return fs.ModeDir | 0o555
	}
	return 0o444
}

// themeFile is an open themeEntry.
type themeFile struct {
	*themeEntry
	bytes.Reader
}

func (f *themeFile) Size() int64                { return f.themeEntry.Size() }
func (f *themeFile) Stat() (fs.FileInfo, error) { return f.themeEntry, nil }
func (f *themeFile) Close() error               { return nil }
