package source

import (
	"hash/fnv"
	"io/fs"
	"slices"
	"strings"

	"handbook/builder/diag"
	"handbook/builder/origin"
)

// Memory is a snapshot of files that are nowhere on disk, by the name that messages give them: "content/a.md",
// "handbook.yaml", "themes/acme/page.html". The ignore rules of Load hold.
func Memory(files map[string]string) Snapshot {
	hidden := withCollections(Hidden, func(name string) ([]byte, error) {
		if text, ok := files["content/"+name]; ok {
			return []byte(text), nil
		}
		return nil, fs.ErrNotExist
	})
	snap := Snapshot{Mount: "content"}
	for name, text := range files {
		snap.add(File{Name: name, data: []byte(text), Stamp: Stamp{Size: int64(len(text)), Sum: sumOf(text)}}, hidden)
	}
	snap.sort()
	return snap
}

// Object is a file that is read from somewhere else than the disk.
type Object struct {
	Name string // as messages name it: "content/a.md"
	ID   string // the same for equal contents only
	Size int64
	Read func() ([]byte, error)

	Origin string // the path from the top of the repository of a file above the content folder, see Snapshot.Origin; "" for others
}

// Objects is a snapshot of files that somebody else reads. The ignore rules of Load hold, and its limits; together says
// that the content folder is the site's folder itself, and mount is the way to it from the top of the repository.
func Objects(objects []Object, together bool, mount string) (Snapshot, diag.List) {
	hidden := Hidden
	if together {
		hidden = hiddenTogether
	}
	hidden = withCollections(hidden, func(name string) ([]byte, error) {
		i := slices.IndexFunc(objects, func(o Object) bool { return o.Name == "content/"+name })
		if i < 0 {
			return nil, fs.ErrNotExist
		}
		return objects[i].Read()
	})
	snap := Snapshot{Mount: mount}
	var msgs diag.List
	for _, o := range objects {
		limit := int64(0)
		switch below, inContent := strings.CutPrefix(o.Name, "content/"); {
		case inContent:
			limit = pageLimit(below)
		case o.Origin != "":
			limit = MaxPage
		case isTemplate(o.Name) || o.Name == configName:
			limit = MaxPage
		}
		if limit > 0 && o.Size > limit {
			msgs = append(msgs, tooLarge(diag.Place{File: printable(o.Name)}, o.Size, limit))
			continue
		}
		if o.Origin != "" {
			snap.Origin = append(snap.Origin, File{Path: o.Origin, Name: o.Name, get: o.Read, limit: MaxPage, Stamp: Stamp{Size: o.Size, Sum: sumOf(o.ID)}})
			continue
		}
		if badName(o.Name) == "" {
			snap.add(File{Name: o.Name, get: o.Read, limit: limit, Stamp: Stamp{Size: o.Size, Sum: sumOf(o.ID)}}, hidden)
		}
	}
	if together {
		snap.Unread = slices.DeleteFunc(snap.Unread, func(f File) bool { return f.Path == configName })
	}
	snap.sort()
	msgs.Sort()
	return snap, msgs
}

func sumOf(text string) uint64 {
	sum := fnv.New64a()
	sum.Write([]byte(text))
	return sum.Sum64()
}

// add puts a file where its name says.
func (snap *Snapshot) add(file File, hidden func(string) bool) {
	file.Path = file.Name
	switch top, below, _ := strings.Cut(file.Name, "/"); {
	case file.Name == configName:
		snap.Config = &file
	case top == "themes":
		_, file.Path, _ = strings.Cut(below, "/")
		if !hiddenInTheme(file.Path) {
			snap.Theme = append(snap.Theme, file)
		}
	case top == "content" && !hidden(below):
		file.Path = below
		switch {
		case strings.HasPrefix(below, records+"/"):
			snap.Records = append(snap.Records, file)
		case isPage(below):
			snap.Pages = append(snap.Pages, file)
		default:
			snap.Assets = append(snap.Assets, file)
		}
	case top == "content" && orders(below):
		file.Path = joined(snap.Mount, below)
		snap.Origin = append(snap.Origin, file)
	case top != "content" && slices.Contains(origin.Above(), file.Name):
		snap.Origin = append(snap.Origin, file)
	case top == "content" && unread(below):
		snap.Unread = append(snap.Unread, File{Path: below, Name: file.Name})
	case top == "content" && askable(below):
		file.Path = below
		snap.hidden = append(snap.hidden, file)
		if !inDot(below) {
			snap.names = append(snap.names, below)
		}
	case file.Name == misspelled:
		snap.Unread = append(snap.Unread, File{Path: file.Name, Name: file.Name})
	}
}

func (snap *Snapshot) sort() {
	for _, list := range [][]File{snap.Pages, snap.Assets, snap.Theme, snap.Records, snap.Unread, snap.Origin} {
		sortByName(list)
	}
	slices.Sort(snap.names)
	if len(snap.Pages) > 0 {
		snap.Unread = slices.DeleteFunc(snap.Unread, func(f File) bool { return inDot(f.Path) })
	}
}

// inDot says whether a path is hidden as all systems hide. Nobody expects pages there, so they are told of only where there
// are no others.
func inDot(p string) bool { return strings.HasPrefix(p, ".") || strings.Contains(p, "/.") }

// hiddenTogether is Hidden where the content folder is the site's folder itself: what belongs to the site is no asset.
func hiddenTogether(p string) bool {
	top, _, _ := strings.Cut(p, "/")
	return p == configName || top == "themes" || Hidden(p)
}
