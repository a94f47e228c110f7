package source

import (
	"hash/fnv"
	"strings"
)

// Memory is a snapshot of files that are nowhere on disk, by the name that messages give them: "content/a.md",
// "handbook.yaml", "themes/acme/page.html". The ignore rules of Load hold.
func Memory(files map[string]string) Snapshot {
	var snap Snapshot
	for name, text := range files {
		sum := fnv.New64a()
		sum.Write([]byte(text))
		file := File{Path: name, Name: name, data: []byte(text), Stamp: Stamp{Size: int64(len(text)), Sum: sum.Sum64()}}
		switch top, below, _ := strings.Cut(name, "/"); {
		case name == configName:
			snap.Config = &file
		case top == "themes":
			_, file.Path, _ = strings.Cut(below, "/")
			if !hiddenInTheme(file.Path) {
				snap.Theme = append(snap.Theme, file)
			}
		case top == "content" && !Hidden(below):
			file.Path = below
			switch {
			case strings.HasPrefix(below, records+"/"):
				snap.Records = append(snap.Records, file)
			case isPage(below):
				snap.Pages = append(snap.Pages, file)
			default:
				snap.Assets = append(snap.Assets, file)
			}
		}
	}
	for _, list := range [][]File{snap.Pages, snap.Assets, snap.Theme, snap.Records} {
		sortByName(list)
	}
	return snap
}
