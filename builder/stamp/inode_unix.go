//go:build unix

package stamp

import (
	"io/fs"
	"syscall"
)

func inodeOf(info fs.FileInfo) (inode uint64, change int64) {
	if s, ok := info.Sys().(*syscall.Stat_t); ok {
		return uint64(s.Ino), changeTime(s)
	}
	return 0, 0
}
