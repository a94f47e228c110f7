package publish

import (
	"errors"
	"os"

	"golang.org/x/sys/windows"
)

// tryLock locks a small file beside dir, which stays there.
func tryLock(dir string) (unlock func(), err error) {
	file, err := os.OpenFile(beside(dir, "lock"), os.O_RDWR|os.O_CREATE, 0o666)
	if err != nil {
		return nil, err
	}
	const how = windows.LOCKFILE_EXCLUSIVE_LOCK | windows.LOCKFILE_FAIL_IMMEDIATELY
	err = windows.LockFileEx(windows.Handle(file.Fd()), how, 0, 1, 0, new(windows.Overlapped))
	if err != nil {
		file.Close()
		if errors.Is(err, windows.ERROR_LOCK_VIOLATION) || errors.Is(err, windows.ERROR_IO_PENDING) {
			return nil, errTaken
		}
		return nil, err
	}
	return func() { file.Close() }, nil
}
