package source

import (
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"handbook/builder/origin"
)

// above finds what configures another generator in the content folder and in those above it, up to the site's folder or the top
// of the repository. It gives the way from that top to the content folder too.
func above(content, root string) (files []File, mount string) {
	top := topOf(content, root)
	mount, _ = Below(top, content)
	now := time.Now()
	for dir := content; ; dir = filepath.Dir(dir) {
		has := namesIn(dir)
		for _, name := range origin.Above() {
			first, _, _ := strings.Cut(name, "/")
			if !has[first] {
				continue
			}
			disk := filepath.Join(dir, filepath.FromSlash(name))
			info, err := os.Lstat(disk)
			if err != nil || !info.Mode().IsRegular() {
				continue // what it would say is not known, as if it were not there
			}
			t := &tree{base: dir, name: "content", limit: func(string) int64 { return MaxPage }, now: now}
			for _, f := range t.add(nil, name, name, info) {
				f.Path, _ = Below(top, disk)
				if dir != content {
					if below, err := filepath.Rel(root, disk); err == nil {
						f.Name = filepath.ToSlash(below)
					}
				}
				files = append(files, f)
			}
		}
		if dir == top || dir == filepath.Dir(dir) {
			return files, mount
		}
	}
}

// withCollections shows the collections of Jekyll, which its configuration in the content folder names.
func withCollections(hidden func(string) bool, read func(name string) ([]byte, error)) func(string) bool {
	var folders []string
	for _, name := range []string{"_config.yml", "_config.yaml"} {
		if data, err := read(name); err == nil {
			folders = origin.Collections(data)
			break
		}
	}
	if len(folders) == 0 {
		return hidden
	}
	return func(p string) bool {
		top, below, _ := strings.Cut(p, "/")
		if slices.Contains(folders, top) && top != records {
			return below != "" && Hidden(below)
		}
		return hidden(p)
	}
}

// topOf is the folder up to which files of other generators count.
func topOf(content, root string) string {
	top := content
	for dir := content; ; dir = filepath.Dir(dir) {
		if dir == root {
			top = dir
		}
		if _, err := os.Lstat(filepath.Join(dir, ".git")); err == nil {
			return dir
		}
		if dir == filepath.Dir(dir) {
			return top
		}
	}
}

func namesIn(dir string) map[string]bool {
	has := map[string]bool{}
	f, err := os.Open(dir)
	if err != nil {
		return has
	}
	defer f.Close()
	names, _ := f.Readdirnames(-1) // what cannot be listed is not there
	for _, name := range names {
		has[name] = true
	}
	return has
}

// Around lists the files that other generators would read in the content folder and in those above it, whether or not they are
// there.
func Around(f Folder) []string {
	content := RealPath(f.Content)
	top := topOf(content, RealPath(f.Root))
	var names []string
	for dir := content; ; dir = filepath.Dir(dir) {
		for _, name := range origin.Above() {
			if !strings.Contains(name, "/") {
				names = append(names, filepath.Join(dir, name))
			}
		}
		if dir == top || dir == filepath.Dir(dir) {
			return names
		}
	}
}

// orders reports whether a path below the content folder is one of a file that orders the pages beside it.
func orders(p string) bool {
	return origin.Orders(path.Base(p)) && (path.Dir(p) == "." || !Hidden(path.Dir(p)))
}

// OriginFiles are the files of other generators, by their paths below the top of the repository.
func (s Snapshot) OriginFiles() origin.Map {
	files := origin.Map{}
	for _, f := range s.Origin {
		files[f.Path] = f.Read
	}
	return files
}
