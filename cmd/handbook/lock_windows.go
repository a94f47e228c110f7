package main

import (
	"os"

	"golang.org/x/sys/windows"
)

// lockFile waits until nobody else has locked a file, and locks it until it is closed, where the file system can. It is a
// byte far behind the end that is locked, so that others can read the file.
func lockFile(f *os.File) {
	_ = windows.LockFileEx(windows.Handle(f.Fd()), windows.LOCKFILE_EXCLUSIVE_LOCK, 0, 1, 0, &windows.Overlapped{OffsetHigh: 1 << 30})
}
