//go:build !unix

package source

import "io/fs"

const dontWait = 0

func inodeOf(fs.FileInfo) (inode uint64, change int64) { return 0, 0 }
