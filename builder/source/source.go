// Package source turns folders into a Snapshot: which files there are, and a stamp that says whether a file's
// bytes can have changed. It applies the ignore rules and refuses what leads out of the folder. It does not
// parse anything, and reads a file's bytes only when asked.
//
// A snapshot is a list of stamps. The parser reads the bytes, one file a worker, so a build holds no source text that it does not
// need, and a build after an edit reads one file. A file that was changed within the clock's grain of being looked at is read again.
package source

import (
	"cmp"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"handbook/builder/stamp"
)

// MaxPage is the largest Markdown file that is read, in bytes. A larger one is reported, not read. The same
// limit holds for handbook.yaml and for templates and stylesheets; assets and records have none.
const MaxPage = 8 << 20

// File is one file of a snapshot.
type File struct {
	Path  string // below its root, with slashes: "specs/checkout.md"
	Name  string // as messages name it: "content/specs/checkout.md"
	Stamp Stamp

	Aside bool // it is hidden, and published only because a page refers to it

	base  string                 // the folder that the bytes must come from; "" for a file in memory
	disk  string                 // where below base, symbolic links resolved when the folder was looked at
	limit int64                  // the largest size that is read; 0 for any
	data  []byte                 // a file in memory
	get   func() ([]byte, error) // reads a file that is neither on disk nor in memory
}

// Stamp tells two versions of a file apart without reading them.
type Stamp = stamp.Stamp

// Snapshot is what a build starts from. Each list is sorted by Name.
type Snapshot struct {
	Pages   []File // *.md in the content folder that can be pages, index pages included
	Assets  []File // the other files in the content folder
	Config  *File  // handbook.yaml; nil when there is none
	Theme   []File // the files of every theme of the site, Path relative to themes/NAME
	Records []File // content/_records/*
	Unread  []File // what is hidden in the content folder, and somebody may have meant to be read; Path and Name alone

	// Origin are files that say how another generator would order the pages and where it would publish them. Their Path is from
	// the top folder in which they are looked for, and Mount is the way from there to the content folder.
	Origin []File
	Mount  string

	content string   // the real path of the content folder; "" for a snapshot that is not of the disk
	hidden  []File   // what is hidden there and can be asked for, where it is not of the disk
	names   []string // paths of files that an underscore hides
}

// Beside adds the hidden files at these paths to the assets, as far as they are there and may be published at all: a picture
// that a page shows is meant to be seen wherever it lies. What a dot hides by its own name, such as .env, never is, nor what
// git keeps.
func (s Snapshot) Beside(paths []string) Snapshot {
	var more []File
	slices.Sort(paths)
	for _, p := range slices.Compact(paths) {
		if _, shown := s.File("content/" + p); shown || !askable(p) {
			continue
		}
		if s.content == "" {
			if i := slices.IndexFunc(s.hidden, func(f File) bool { return f.Path == p }); i >= 0 {
				more = append(more, s.hidden[i])
			}
			continue
		}
		t := &tree{base: s.content, name: "content", limit: pageLimit, now: time.Now()}
		if !filepath.IsLocal(filepath.FromSlash(p)) {
			continue
		}
		if real, err := filepath.EvalSymlinks(t.onDisk(p)); err != nil || real != t.onDisk(p) {
			continue // it is not there, or a link
		}
		if info, err := os.Lstat(t.onDisk(p)); err == nil && info.Mode().IsRegular() {
			more = append(more, t.add(nil, p, p, info)...)
		}
	}
	if len(more) == 0 {
		return s
	}
	for i := range more {
		more[i].Aside = true
	}
	s.Assets = slices.Concat(s.Assets, more)
	sortByName(s.Assets)
	return s
}

// Named gives the paths of files that an underscore hides and whose paths end in a name: "flow.png".
func (s Snapshot) Named(name string) []string {
	var found []string
	for _, p := range s.names {
		if strings.HasSuffix(p, name) && (len(p) == len(name) || p[len(p)-len(name)-1] == '/') {
			found = append(found, p)
		}
	}
	return found
}

// Without leaves out the pages and assets, by their path below the content folder, that are to be ignored.
func (s Snapshot) Without(ignored func(path string) bool) Snapshot {
	kept := func(files []File) []File {
		return slices.DeleteFunc(slices.Clone(files), func(f File) bool { return ignored(f.Path) })
	}
	s.Pages, s.Assets, s.Unread = kept(s.Pages), kept(s.Assets), kept(s.Unread)
	return s
}

// File returns the file that messages call name: "content/specs/checkout.md", "handbook.yaml".
func (s Snapshot) File(name string) (File, bool) {
	for _, list := range s.lists() {
		i, ok := slices.BinarySearchFunc(list, name, func(f File, name string) int { return cmp.Compare(f.Name, name) })
		if ok {
			return list[i], true
		}
	}
	return File{}, false
}

// Below is a path below the content folder as one from the top of the repository, as those of Origin are.
func (s Snapshot) Below(path string) string { return joined(s.Mount, path) }

// Differs names the files that have other bytes than they had in an older snapshot, or may have, and those that are in one
// of the two alone.
func (s Snapshot) Differs(old Snapshot) map[string]bool {
	changed := map[string]bool{}
	lists, before := s.lists(), old.lists()
	for i, list := range lists {
		was := before[i]
		for _, f := range list {
			for len(was) > 0 && was[0].Name < f.Name {
				changed[was[0].Name] = true
				was = was[1:]
			}
			if len(was) > 0 && was[0].Name == f.Name {
				if was[0].Stamp != f.Stamp || f.Stamp.Racy {
					changed[f.Name] = true
				}
				was = was[1:]
				continue
			}
			changed[f.Name] = true
		}
		for _, f := range was {
			changed[f.Name] = true
		}
	}
	return changed
}

// lists are all files of the snapshot, each list sorted by Name.
func (s Snapshot) lists() [6][]File {
	var config []File
	if s.Config != nil {
		config = []File{*s.Config}
	}
	return [...][]File{config, s.Pages, s.Assets, s.Theme, s.Records, s.Origin}
}

// Read returns the bytes of the file that messages call name.
func (s Snapshot) Read(name string) ([]byte, error) {
	f, ok := s.File(name)
	if !ok {
		return nil, &fs.PathError{Op: "read", Path: name, Err: fs.ErrNotExist}
	}
	return f.Read()
}

func sortByName(files []File) {
	slices.SortFunc(files, func(a, b File) int { return strings.Compare(a.Name, b.Name) })
}

// Changed is a file that is to be other than it is: with other bytes, under another name, or both.
type Changed struct {
	Old, New string // as messages name it; equal where it stays
	Data     []byte // nil for the bytes that it has
}

// With is the snapshot as it would be with some files changed.
func (s Snapshot) With(changes []Changed) Snapshot {
	by := make(map[string]Changed, len(changes))
	for _, c := range changes {
		by[c.Old] = c
	}
	changed := func(f File) File {
		if c, ok := by[f.Name]; ok {
			f.Name = c.New
			if c.Data != nil {
				f.base, f.get, f.data = "", nil, c.Data
				f.Stamp = Stamp{Size: int64(len(c.Data)), Sum: sumOf(string(c.Data))}
			}
		}
		return f
	}
	var out Snapshot
	for _, list := range [][]File{s.Pages, s.Assets, s.Records} {
		for _, f := range list {
			out.add(changed(f), func(string) bool { return false })
		}
	}
	out.Theme, out.Unread, out.Origin, out.Mount = s.Theme, s.Unread, s.Origin, s.Mount
	if s.Config != nil {
		config := changed(*s.Config)
		out.Config = &config
	}
	out.sort()
	return out
}

// ThemeFiles are the files of one theme of the site, by their paths in it; nil when the site has no theme of that name.
func (s Snapshot) ThemeFiles(name string) map[string]func() ([]byte, error) {
	var files map[string]func() ([]byte, error)
	for _, f := range s.Theme {
		if name != "" && f.Name == "themes/"+name+"/"+f.Path {
			if files == nil {
				files = map[string]func() ([]byte, error){}
			}
			files[f.Path] = f.Read
		}
	}
	return files
}
