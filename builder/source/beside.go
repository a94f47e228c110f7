package source

import (
	"os"
	slashpath "path"
	"path/filepath"
	"strings"
	"time"

	"handbook/builder/stamp"
)

// Published are the folders that other tools publish at the top of a site. The last is where Docusaurus lies beside the pages.
var Published = []string{"static", "public", "website/static"}

// Beside finds files in the folders that other tools publish at the top of a site, and in those named assets, where these lie
// beside the content folder or beside one above it, up to the top folder. Nothing is looked at before somebody asks for a file.
type Beside struct {
	content, top string
	folders      []besideFolder
	looked       bool
	known        map[string]found // by path
}

type besideFolder struct {
	name string // below the top, with slashes
	from string // likewise, what its paths count from
	base string
	has  map[string]bool // names of what lies in it
}

type found struct {
	file   File
	folder string
	ok     bool
}

// NewBeside looks beside a content folder, and beside those above it that lie in top.
func NewBeside(content, top string) *Beside {
	return &Beside{content: RealPath(content), top: RealPath(top)}
}

// Find gives the file that would be published at a path, and the folder it lies in.
func (b *Beside) Find(path string) (file File, folder string, ok bool) {
	if !b.looked {
		b.look()
	}
	if len(b.folders) == 0 || path == "" || hiddenInTheme(path) || badName(path) != "" {
		return File{}, "", false
	}
	f, known := b.known[path]
	if !known {
		f = b.find(path)
		b.known[path] = f
	}
	return f.file, f.folder, f.ok
}

func (b *Beside) find(path string) found {
	first, _, _ := strings.Cut(path, "/")
	for _, dir := range b.folders {
		if !dir.has[first] {
			continue
		}
		real, err := filepath.EvalSymlinks(filepath.Join(dir.base, filepath.FromSlash(path)))
		if err != nil {
			continue
		}
		below, err := filepath.Rel(dir.base, real)
		if err != nil || !filepath.IsLocal(below) || hiddenInTheme(filepath.ToSlash(below)) {
			continue
		}
		if info, err := os.Stat(real); err == nil && info.Mode().IsRegular() {
			return found{File{Path: path, Name: slashpath.Join(dir.from, path), Stamp: stamp.Of(info, time.Now()), base: dir.base, disk: filepath.ToSlash(below)}, dir.name, true}
		}
	}
	return found{}
}

func (b *Beside) look() {
	b.looked, b.known = true, map[string]found{}
	for dir := b.content; dir != b.top; {
		up := filepath.Dir(dir)
		below, err := filepath.Rel(b.top, up)
		if up == dir || err != nil || !filepath.IsLocal(below) {
			return
		}
		dir = up
		for _, name := range Published {
			folder := filepath.Join(dir, filepath.FromSlash(name))
			if !isFolder(folder) || folder == b.content || strings.HasPrefix(b.content, folder+string(filepath.Separator)) || isSite(folder) {
				continue
			}
			from := slashpath.Join(filepath.ToSlash(below), name)
			f := besideFolder{from, from, folder, map[string]bool{}}
			entries, _ := os.ReadDir(folder) // one that cannot be read has nothing to take
			for _, e := range entries {
				f.has[e.Name()] = true
			}
			b.folders = append(b.folders, f)
		}
		if assets := filepath.Join(dir, "assets"); isFolder(assets) {
			from := filepath.ToSlash(below)
			b.folders = append(b.folders, besideFolder{slashpath.Join(from, "assets"), from, dir, map[string]bool{"assets": true}})
		}
	}
}

func isFolder(path string) bool {
	info, err := os.Lstat(path)
	return err == nil && info.IsDir()
}

// isSite reports whether a folder is what some tool has made of pages, and not what one is to take.
func isSite(folder string) bool {
	for _, name := range []string{manifestName, "index.html"} {
		if _, err := os.Lstat(filepath.Join(folder, name)); err == nil {
			return true
		}
	}
	return false
}
