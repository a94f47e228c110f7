package main

import (
	"errors"
	"io"
	"io/fs"
	"os"
	"path"
	"syscall"
)

// disk is where lines are added to files. Tests put one there that is full.
type disk struct {
	write func(f *os.File, lines []byte) (int, error) // nil for that of the file
}

// add adds whole lines to the end of a file, which is made when it is missing: those that lines makes of what is in it,
// none where there is nothing to add. Either all of them are on the disk then or the file is as it was. Programs that do so
// at once wait for each other; where the file system has no locks, one write still keeps their lines whole.
func (d disk) add(folder *os.Root, name string, lines func(old []byte) []byte) (added bool, err error) {
	f, made, err := openLocked(folder, name)
	if err != nil {
		return false, err
	}
	defer f.Close() // which lets go of the lock
	old, err := io.ReadAll(f)
	if err != nil {
		return false, err
	}
	fresh := lines(old)
	if len(fresh) > 0 && len(old) > 0 && old[len(old)-1] != '\n' {
		fresh = append([]byte("\n"), fresh...)
	}
	n := 0
	if len(fresh) > 0 {
		write := d.write
		if write == nil {
			write = (*os.File).Write
		}
		if n, err = write(f, fresh); err == nil {
			err = flush(f)
		}
	}
	if err == nil && len(fresh) > 0 {
		if made {
			flushFolder(folder, path.Dir(name))
		}
		return true, nil
	}
	if now, failed := f.Stat(); failed == nil && now.Size() == int64(len(old)+n) { // nobody else has written
		undo(folder, name, made, int64(len(old)))
	}
	return false, err
}

// undo makes a file as long as it was. A file that is open for appending cannot be cut on every system.
func undo(folder *os.Root, name string, made bool, size int64) {
	if made && folder.Remove(name) == nil {
		return
	}
	if f, err := folder.OpenFile(name, os.O_WRONLY, 0); err == nil {
		_ = f.Truncate(size) // if this fails too, one line is half a line, which is told, and the next begins a new one
		_ = f.Close()
	}
}

// openLocked opens a file for appending, and waits until nobody else who asked for it so has it. made says that it was not
// there.
func openLocked(folder *os.Root, name string) (f *os.File, made bool, err error) {
	for {
		_, before := folder.Lstat(name)
		f, err = folder.OpenFile(name, os.O_RDWR|os.O_APPEND|os.O_CREATE, 0o644)
		if err != nil {
			return nil, false, err
		}
		lockFile(f)
		ours, err := f.Stat()
		if err != nil {
			f.Close()
			return nil, false, err
		}
		if there, err := folder.Stat(name); err == nil && os.SameFile(ours, there) {
			return f, errors.Is(before, fs.ErrNotExist) && ours.Size() == 0, nil
		}
		f.Close() // whoever had it has taken it away
	}
}

// flush waits until a file is on the disk, where the file system can tell.
func flush(f *os.File) error {
	if err := f.Sync(); err != nil && !errors.Is(err, errors.ErrUnsupported) && !errors.Is(err, syscall.EINVAL) {
		return err
	}
	return nil
}

// flushFolder does so for the name of a new file. Not every system can.
func flushFolder(folder *os.Root, name string) {
	if dir, err := folder.Open(name); err == nil {
		_ = dir.Sync()
		_ = dir.Close()
	}
}
