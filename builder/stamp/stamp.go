// Package stamp tells whether a file can have changed, without reading it.
package stamp

import (
	"encoding/binary"
	"hash/fnv"
	"io/fs"
	"time"
)

// Stamp tells two versions of a file apart without reading them. Equal stamps mean equal bytes unless Racy.
type Stamp struct {
	Size    int64
	ModTime int64  // nanoseconds since 1970
	Change  int64  // when the file was last changed in any way, by the system's clock; 0 where that is not known
	Inode   uint64 // 0 where there is none
	Sum     uint64 // of the bytes, for files in memory only
	Racy    bool   // changed so shortly before it was looked at that a further change may not show
}

// Of is the stamp of a file on disk that is looked at now.
func Of(info fs.FileInfo, now time.Time) Stamp {
	s := Stamp{Size: info.Size(), ModTime: info.ModTime().UnixNano()}
	s.Inode, s.Change = inodeOf(info)
	s.Racy = Racy(max(s.ModTime, s.Change), now)
	return s
}

// Racy says whether a file changed at that time could change again without a later time to show for it: clocks of
// file systems advance in steps, of some milliseconds on Linux and of up to two seconds where times are whole seconds.
func Racy(changed int64, now time.Time) bool {
	window := 50 * time.Millisecond
	if changed%int64(time.Second) == 0 {
		window = 2 * time.Second
	}
	return changed >= now.Add(-window).UnixNano()
}

// Lasts reports whether the stamp tells versions apart in another run too, which may find files that somebody gave a time.
func (s Stamp) Lasts() bool { return !s.Racy && (s.Sum != 0 || s.Change != 0) }

// Parts are what tells two stamps apart.
func (s Stamp) Parts() [5]uint64 {
	return [5]uint64{uint64(s.Size), uint64(s.ModTime), uint64(s.Change), s.Inode, s.Sum}
}

// Key is a number that differs where the stamps do. It is not the same from machine to machine.
func (s Stamp) Key() uint64 {
	h := fnv.New64a()
	var b [40]byte
	for i, v := range s.Parts() {
		binary.LittleEndian.PutUint64(b[8*i:], v)
	}
	h.Write(b[:])
	return h.Sum64()
}
