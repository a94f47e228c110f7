//go:build darwin || dragonfly || freebsd || linux || netbsd || openbsd

package publish

import (
	"errors"
	"os"
	"path/filepath"

	"golang.org/x/sys/unix"
)

// tryLock locks the folder that dir lies in, because dir itself is replaced and a file would stay behind.
func tryLock(dir string) (unlock func(), err error) {
	parent, err := os.Open(filepath.Dir(dir))
	if err != nil {
		return nil, err
	}
	err = unix.Flock(int(parent.Fd()), unix.LOCK_EX|unix.LOCK_NB)
	if errors.Is(err, unix.EWOULDBLOCK) || errors.Is(err, unix.EINTR) {
		parent.Close()
		return nil, errTaken
	}
	// Any other error: a file system without locks on folders, such as some network ones. Building there without a
	// lock is better than not at all.
	return func() { parent.Close() }, nil
}
