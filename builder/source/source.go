// Package source turns folders into a Snapshot: which files there are, and a stamp that says whether a file's
// bytes can have changed. It applies the ignore rules and refuses what leads out of the folder. It does not
// parse anything, and reads a file's bytes only when asked.
package source

// MaxPage is the largest Markdown file that is read, in bytes. A larger one is reported, not read.
const MaxPage = 8 << 20

// File is one file of a snapshot.
type File struct {
	Path  string // below its root, with slashes: "specs/checkout.md"
	Name  string // as messages name it: "content/specs/checkout.md"
	Stamp Stamp

	disk string // where to read it; "" for a file in memory
	data []byte // a file in memory
}

// Stamp tells two versions of a file apart without reading them. Equal stamps mean equal bytes unless Racy.
type Stamp struct {
	Size    int64
	ModTime int64 // nanoseconds since 1970
	Inode   uint64
	Sum     uint64 // of the bytes, for files in memory only
	Racy    bool   // changed so shortly before it was looked at that a further change may not show
}

// Snapshot is what a build starts from. Each list is sorted by Path.
type Snapshot struct {
	Pages   []File // *.md in the content folder that can be pages, index pages included
	Assets  []File // the other files in the content folder
	Config  *File  // handbook.yaml; nil when there is none
	Theme   []File // the site's own theme files, Path relative to themes/NAME
	Records []File // content/_records/*
}
