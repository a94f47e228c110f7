package source

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"sync"
	"time"

	"handbook/builder/diag"
	"handbook/builder/stamp"
)

// Folder says where a site lies on disk.
type Folder struct {
	Root    string // holds handbook.yaml and themes/
	Content string // the content folder; messages call it "content" wherever it lies
}

// Load looks at every file of the site and reads none. What cannot be part of the site is a message; the rest loads.
func Load(f Folder) (Snapshot, diag.List) {
	var snap Snapshot
	var list diag.List

	content := &tree{base: RealPath(f.Content), name: "content", hidden: Hidden, limit: pageLimit}
	if RealPath(f.Root) == content.base {
		// The content folder is the site's folder itself: what belongs to the site is no asset.
		content.hidden = hiddenTogether
	}
	content.hidden = withCollections(content.hidden, content.readSmall)
	files, found := content.walk()
	list = append(list, found...)
	snap.Pages = make([]File, 0, len(files))
	for _, file := range files {
		switch {
		case strings.HasPrefix(file.Path, records+"/"):
			snap.Records = append(snap.Records, file)
		case isPage(file.Path):
			snap.Pages = append(snap.Pages, file)
		default:
			snap.Assets = append(snap.Assets, file)
		}
	}

	snap.Unread = content.unreadFiles(len(snap.Pages) == 0)
	snap.content, snap.names = content.base, content.names
	slices.Sort(snap.names)
	root := RealPath(f.Root)
	if root == content.base {
		snap.Unread = slices.DeleteFunc(snap.Unread, func(f File) bool { return f.Path == configName })
	} else if _, err := os.Lstat(filepath.Join(root, misspelled)); err == nil {
		snap.Unread = append(snap.Unread, File{Path: misspelled, Name: misspelled})
	}
	themes := &tree{base: RealPath(filepath.Join(root, "themes")), name: "themes", hidden: hiddenInTheme, limit: themeLimit, optional: true}
	snap.Theme, found = themes.walk()
	list = append(list, found...)
	for i := range snap.Theme {
		_, snap.Theme[i].Path, _ = strings.Cut(snap.Theme[i].Path, "/")
	}

	snap.Origin, snap.Mount = above(content.base, root)
	for _, f := range content.orders {
		f.Path = joined(snap.Mount, f.Path)
		snap.Origin = append(snap.Origin, f)
	}
	sortByName(snap.Origin)

	config, found := loadConfig(root)
	snap.Config, list = config, append(list, found...)

	list.Sort()
	return snap, list
}

// readSmall reads an ordinary file that lies in the folder itself.
func (t *tree) readSmall(name string) ([]byte, error) {
	info, err := os.Lstat(t.onDisk(name))
	if err != nil || !info.Mode().IsRegular() || info.Size() > MaxPage {
		return nil, fs.ErrNotExist
	}
	return os.ReadFile(t.onDisk(name))
}

const configName = "handbook.yaml"

// How many symbolic links to folders are followed, and how many files they may lead to. Links to folders that hold
// links to folders multiply, and a build must end.
const (
	maxLinks  = 1000
	maxLinked = 100_000
)

// tree walks one folder.
type tree struct {
	base     string // real path
	name     string // how messages call it: "content"
	hidden   func(path string) bool
	limit    func(path string) int64 // the largest size that is read; 0 for any
	optional bool                    // need not be there

	now   time.Time
	slots chan struct{} // how many folders are looked at at a time
	group sync.WaitGroup

	mu     sync.Mutex
	runs   [][]File // of each folder that has some, its files sorted by Name
	count  int      // of all these files
	links  []folder // links to folders, which are followed one by one after the rest
	aside  []folder // folders whose names begin with a dot
	found  []File   // what is hidden and may have been meant to be read
	names  []string // paths of other files that an underscore hides
	orders []File   // hidden files by which other generators order pages
	list   diag.List
}

// folder is one folder to look at: its path below base, and where it really is.
type folder struct {
	path  string   // "" for base
	disk  string   // path below base without symbolic links; "" for base
	above []string // the real folders that led here through links
	aside bool     // it is hidden, and only looked through for what may have been meant to be read
}

// walk returns the files sorted by Name.
func (t *tree) walk() ([]File, diag.List) {
	info, err := os.Stat(t.base)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		if !t.optional {
			t.list.Add(diag.UnreadableFile, diag.Place{File: t.name}, "there is no content folder",
				"make the folder and put a Markdown file into it, or name another one with --content")
		}
		return nil, t.list
	case err != nil:
		t.unreadable("", err)
		return nil, t.list
	case !info.IsDir():
		t.list.Add(diag.UnreadableFile, diag.Place{File: t.name}, "not a folder", "move the file away and make a folder of that name")
		return nil, t.list
	}
	t.now = time.Now() // compared with the file system's clock only; see stamp.Racy
	t.slots = make(chan struct{}, 2*runtime.GOMAXPROCS(0))
	t.start(folder{})
	t.group.Wait()
	t.followLinks()
	return t.sorted(), t.list
}

// sorted joins the files of all folders, which is most often all that it takes to sort them.
func (t *tree) sorted() []File {
	slices.SortFunc(t.runs, func(a, b []File) int { return strings.Compare(a[0].Name, b[0].Name) })
	files := slices.Concat(t.runs...)
	sortByName(files)
	return files
}

// followLinks walks the folders that links lead to, in the order of their paths so that the limit falls at the same
// place every time.
func (t *tree) followLinks() {
	own, followed := t.count, 0
	for len(t.links) > 0 {
		links := t.links
		t.links = nil
		slices.SortFunc(links, func(a, b folder) int { return strings.Compare(a.path, b.path) })
		for _, link := range links {
			if followed++; followed > maxLinks || t.count-own > maxLinked {
				t.notFollowed(link.path, "symbolic links to folders lead to too many folders and files", "copy the folder instead of linking to it")
				return
			}
			t.start(link)
			t.group.Wait()
		}
	}
}

// start looks at a folder and all below it, in the background.
func (t *tree) start(f folder) {
	t.group.Go(func() {
		t.slots <- struct{}{}
		defer func() { <-t.slots }()
		entries, err := os.ReadDir(t.onDisk(f.disk))
		if err != nil {
			if !f.aside {
				t.unreadable(f.path, err)
			}
			return
		}
		if f.path != "" && slices.ContainsFunc(entries, func(e fs.DirEntry) bool { return e.Name() == manifestName }) {
			return
		}
		var files []File
		for _, e := range entries {
			files = t.entry(files, f, e)
		}
		t.keep(files)
	})
}

func (t *tree) keep(files []File) {
	if len(files) == 0 {
		return
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	t.runs, t.count = append(t.runs, files), t.count+len(files)
}

// manifestName marks a folder that handbook wrote (package publish); such a folder inside the content folder is a site, not content.
const manifestName = ".handbook-manifest"

// entry takes what a folder holds. A file that can be part of the site is added to those given.
func (t *tree) entry(files []File, in folder, e fs.DirEntry) []File {
	name := e.Name()
	p := joined(in.path, name)
	if in.aside || t.hidden(p) {
		t.hide(in, p, e)
		return files
	}
	if bad := badName(name); bad != "" {
		t.skipped(p, fmt.Sprintf("the name holds %s, so it has no address", bad), "rename it")
		return files
	}
	disk := p
	if in.disk != in.path {
		disk = joined(in.disk, name)
	}
	switch {
	case e.IsDir():
		t.start(folder{path: p, disk: disk, above: in.above})
	case e.Type()&fs.ModeSymlink != 0:
		return t.link(files, in, p, disk)
	default:
		info, err := e.Info()
		if errors.Is(err, fs.ErrNotExist) {
			return files // deleted since the folder was listed
		}
		if err != nil {
			t.unreadable(p, err)
			return files
		}
		return t.add(files, p, disk, info)
	}
	return files
}

// hide looks at what is hidden in the content folder. Of what lies in its hidden folders only names are read, and none of
// what a name with a dot hides, as long as there is another page.
func (t *tree) hide(in folder, p string, e fs.DirEntry) {
	if t.name != "content" {
		return
	}
	name := e.Name()
	f := folder{path: p, disk: joined(in.disk, name), aside: true}
	switch {
	case !e.IsDir():
		if !e.Type().IsRegular() || badName(name) != "" {
			return
		}
		if !in.aside && orders(p) {
			t.order(in, p, e)
			return
		}
		t.mu.Lock()
		defer t.mu.Unlock()
		switch {
		case unread(p):
			t.found = append(t.found, File{Path: p, Name: t.name + "/" + p})
		case !inDot(p) && askable(p):
			t.names = append(t.names, p)
		}
	case name == ".git" || name == "node_modules" || Dropping(name) || p == "themes":
	case name[0] == '.':
		t.mu.Lock()
		t.aside = append(t.aside, f)
		t.mu.Unlock()
	default:
		t.start(f)
	}
}

// order takes a hidden file by which another generator orders pages.
func (t *tree) order(in folder, p string, e fs.DirEntry) {
	info, err := e.Info()
	if err != nil {
		return // deleted since the folder was listed
	}
	files := t.add(nil, p, joined(in.disk, e.Name()), info)
	t.mu.Lock()
	defer t.mu.Unlock()
	t.orders = append(t.orders, files...)
}

// unreadFiles are those that walk found hidden. Where it found no page, folders that a dot hides are looked through too.
func (t *tree) unreadFiles(dots bool) []File {
	for dots && len(t.aside) > 0 {
		next := t.aside
		t.aside = nil
		for _, f := range next {
			t.start(f)
		}
		t.group.Wait()
	}
	if !dots {
		t.found = slices.DeleteFunc(t.found, func(f File) bool { return inDot(f.Path) })
	}
	sortByName(t.found)
	return t.found
}

// joined is the path of what lies in a folder.
func joined(folder, name string) string {
	if folder == "" {
		return name
	}
	return folder + "/" + name
}

// add takes a file that is no folder and no link.
func (t *tree) add(files []File, p, disk string, info fs.FileInfo) []File {
	limit := t.limit(p)
	switch {
	case !info.Mode().IsRegular():
		t.skipped(p, fmt.Sprintf("%s is not a file that can be read to its end", kindOf(info.Mode())), "move it out of the folder")
		return files
	case limit > 0 && info.Size() > limit:
		t.tooLarge(p, info.Size(), limit)
		return files
	case info.Mode().Perm()&0o444 != 0o444:
		// Only a file whose mode shuts somebody out is worth the attempt.
		if err := canOpen(t.base, disk); err != nil {
			t.unreadable(p, err)
			return files
		}
	}
	return append(files, File{Path: p, Name: t.name + "/" + p, Stamp: stamp.Of(info, t.now), base: t.base, disk: disk, limit: limit})
}

// link takes a symbolic link. It is followed only to what lies inside the folder and does not hold the link.
func (t *tree) link(files []File, in folder, p, disk string) []File {
	real, err := filepath.EvalSymlinks(t.onDisk(disk))
	if err != nil {
		t.notFollowed(p, "the symbolic link leads nowhere", "point it at a file in the same folder tree, or delete it")
		return files
	}
	below, err := filepath.Rel(t.base, real)
	if err != nil || !filepath.IsLocal(below) {
		t.notFollowed(p, "the symbolic link leads out of the folder", "copy what it points at into the folder, or delete the link")
		return files
	}
	below = filepath.ToSlash(below)
	if below != "." && hiddenInTheme(below) {
		t.notFollowed(p, "the symbolic link leads to a hidden file or folder", "copy what it points at, or delete the link")
		return files
	}
	info, err := os.Stat(real)
	if err != nil {
		t.unreadable(p, err)
		return files
	}
	if !info.IsDir() {
		return t.add(files, p, below, info)
	}
	above := append(slices.Clone(in.above), in.disk)
	if slices.ContainsFunc(above, func(dir string) bool { return below == "." || dir == below || strings.HasPrefix(dir, below+"/") }) {
		t.notFollowed(p, "the symbolic link leads to a folder that holds it", "delete the link")
		return files
	}
	t.mu.Lock()
	t.links = append(t.links, folder{path: p, disk: below, above: above})
	t.mu.Unlock()
	return files
}

func (t *tree) onDisk(below string) string { return filepath.Join(t.base, filepath.FromSlash(below)) }

// place names a file or folder of the tree; "" is the tree itself.
func (t *tree) place(p string) diag.Place {
	return diag.Place{File: printable(path.Join(t.name, p))}
}

func (t *tree) notFollowed(p, text, help string) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.list.Add(diag.SymlinkOutside, t.place(p), text, help)
}

// skipped reports what cannot be part of the site. It is an error only where a page is lost.
func (t *tree) skipped(p, text, help string) {
	severity := diag.Warning
	if isPage(p) {
		severity = diag.Error
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	t.list = append(t.list, diag.Message{Place: t.place(p), Severity: severity, Rule: diag.UnreadableFile, Text: text, Help: help})
}

func (t *tree) unreadable(p string, err error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.list = append(t.list, unreadable(t.place(p), err))
}

func (t *tree) tooLarge(p string, size, limit int64) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.list = append(t.list, tooLarge(t.place(p), size, limit))
}

func pageLimit(p string) int64 {
	if isPage(p) && !strings.HasPrefix(p, records+"/") {
		return MaxPage
	}
	return 0
}

func themeLimit(p string) int64 {
	if isTemplate(p) {
		return MaxPage
	}
	return 0
}

// loadConfig returns handbook.yaml; nil when there is none.
func loadConfig(root string) (*File, diag.List) {
	t := &tree{base: root, name: ".", limit: func(string) int64 { return MaxPage }, now: time.Now()}
	var files []File
	info, err := os.Lstat(t.onDisk(configName))
	switch {
	case errors.Is(err, fs.ErrNotExist):
	case err != nil:
		t.unreadable(configName, err)
	case info.IsDir():
		t.list.Add(diag.UnreadableFile, diag.Place{File: configName}, "a folder, not a file", "rename the folder")
	case info.Mode()&fs.ModeSymlink != 0:
		files = t.link(files, folder{}, configName, configName)
	default:
		files = t.add(files, configName, configName, info)
	}
	if len(files) == 0 {
		return nil, t.list
	}
	files[0].Name = configName
	return &files[0], t.list
}

// RealPath is a whole path, symbolic links followed. What of it does not exist stays as it is, to be reported by who looks at it.
func RealPath(p string) string {
	if abs, err := filepath.Abs(p); err == nil {
		p = abs
	}
	if real, err := filepath.EvalSymlinks(p); err == nil {
		return real
	}
	if dir := filepath.Dir(p); dir != p {
		return filepath.Join(RealPath(dir), filepath.Base(p))
	}
	return p
}

// Below is the way from a folder to a file or folder in it, with slashes; "" to the folder itself.
func Below(dir, p string) (below string, ok bool) {
	below, err := filepath.Rel(RealPath(dir), RealPath(p))
	switch {
	case err != nil || !filepath.IsLocal(below):
		return "", false
	case below == ".":
		return "", true
	}
	return filepath.ToSlash(below), true
}

func kindOf(mode fs.FileMode) string {
	switch {
	case mode&fs.ModeNamedPipe != 0:
		return "a named pipe"
	case mode&fs.ModeSocket != 0:
		return "a socket"
	case mode&fs.ModeDevice != 0:
		return "a device"
	}
	return "this"
}

// Config looks at the handbook.yaml of a folder; nil when there is none.
func Config(root string) (*File, diag.List) { return loadConfig(RealPath(root)) }
