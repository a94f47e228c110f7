package publish

import (
	"errors"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"runtime"
	"strings"
)

// checkPaths refuses files that cannot lie in one folder together.
func checkPaths(files []File) error {
	seen := make(map[string]bool, len(files))
	for _, f := range files {
		local := filepath.IsLocal(filepath.FromSlash(f.Path)) && (runtime.GOOS != "windows" || !strings.Contains(f.Path, `\`))
		switch {
		case !fs.ValidPath(f.Path) || f.Path == "." || strings.ContainsAny(f.Path, "\x00\n\r") || !local:
			return &RefusedError{f.Path, "not a path below the output folder", "give the page or file another name"}
		case path.Base(f.Path) == manifestName || path.Base(f.Path) == keysName:
			return &RefusedError{f.Path, "the name is taken by handbook's own list of files", "give the file another name"}
		case seen[f.Path]:
			return &RefusedError{f.Path, "two files of the site have this path", "rename one of them"}
		}
		seen[f.Path] = true
	}
	for _, f := range files {
		for p := path.Dir(f.Path); p != "."; p = path.Dir(p) {
			if seen[p] {
				return &RefusedError{p, "a file, and a folder that holds " + f.Path, "rename one of them"}
			}
		}
	}
	return nil
}

// settle returns the real path of the output folder, which need not exist, and refuses the wrong ones.
func settle(dir string, protect []string) (string, error) {
	given := dir
	dir, err := filepath.Abs(dir)
	if err != nil {
		return "", err
	}
	_, err = os.Lstat(dir)
	if errors.Is(err, fs.ErrNotExist) {
		if err := os.MkdirAll(filepath.Dir(dir), 0o777); err != nil {
			return "", err
		}
		parent, err := filepath.EvalSymlinks(filepath.Dir(dir))
		return filepath.Join(parent, filepath.Base(dir)), err
	}
	if err != nil {
		return "", err
	}
	real, err := filepath.EvalSymlinks(dir)
	if err != nil {
		return "", &RefusedError{given, "a symbolic link that leads nowhere", "make the folder it points at, or delete the link"}
	}
	info, err := os.Stat(real)
	if err != nil {
		return "", err
	}
	if !info.IsDir() {
		return "", &RefusedError{given, "a file, not a folder", "name another folder with --out"}
	}
	for _, p := range protect {
		if holds(info, p) {
			return "", &RefusedError{given, "the site would replace the folder it is made from", "name another folder with --out"}
		}
	}
	return real, nil
}

// holds says whether the folder is p or has p somewhere below it. It compares the folders themselves, because one
// folder can have two names: by links, and by letter case.
func holds(folder fs.FileInfo, p string) bool {
	p, err := filepath.Abs(p)
	if err != nil {
		return true
	}
	if real, err := filepath.EvalSymlinks(p); err == nil {
		p = real
	}
	for {
		if info, err := os.Stat(p); err == nil && os.SameFile(info, folder) {
			return true
		}
		up := filepath.Dir(p)
		if up == p {
			return false
		}
		p = up
	}
}
