//go:build unix

package source

import (
	"io/fs"
	"syscall"
)

// dontWait keeps opening a named pipe from waiting for somebody who writes to it.
const dontWait = syscall.O_NONBLOCK

func inodeOf(info fs.FileInfo) (inode uint64, change int64) {
	if s, ok := info.Sys().(*syscall.Stat_t); ok {
		return uint64(s.Ino), changeTime(s)
	}
	return 0, 0
}
