//go:build !unix

package stamp

import "io/fs"

func inodeOf(fs.FileInfo) (inode uint64, change int64) { return 0, 0 }
