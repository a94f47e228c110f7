package source

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"handbook/builder/diag"
)

// ErrTooLarge is returned by Read for a file that has grown over its limit since it was looked at.
var ErrTooLarge = errors.New("file is too large")

// Read returns the file's bytes, which the caller must not change. Whatever happened to the folder since it was
// looked at, nothing outside it is read.
func (f File) Read() ([]byte, error) {
	if f.get != nil {
		return f.get()
	}
	if f.base == "" {
		return f.data, nil
	}
	file, err := open(f.base, f.disk)
	if err != nil {
		return nil, err
	}
	defer file.Close()
	info, err := file.Stat()
	if err != nil {
		return nil, err
	}
	if !info.Mode().IsRegular() {
		return nil, &fs.PathError{Op: "read", Path: f.Name, Err: errors.New("not a regular file")}
	}
	if f.limit > 0 && info.Size() > f.limit {
		return nil, ErrTooLarge
	}
	data := make([]byte, 0, info.Size()+1) // one more, so that the end is seen without growing
	for {
		n, err := file.Read(data[len(data):cap(data)])
		data = data[:len(data)+n]
		switch {
		case f.limit > 0 && int64(len(data)) > f.limit:
			return nil, ErrTooLarge
		case err == io.EOF:
			return data, nil
		case err != nil:
			return nil, err
		case len(data) == cap(data):
			data = append(data, 0)[:len(data)]
		}
	}
}

// Begins says whether the file's bytes begin so. What cannot be read does not.
func (f File) Begins(with string) bool {
	if f.base == "" {
		data, err := f.Read()
		return err == nil && strings.HasPrefix(string(data), with)
	}
	file, err := open(f.base, f.disk)
	if err != nil {
		return false
	}
	defer file.Close()
	data := make([]byte, len(with))
	_, err = io.ReadFull(file, data)
	return err == nil && string(data) == with
}

// Problem is the message for an error of Read.
func (f File) Problem(err error) diag.Message {
	at := diag.Place{File: f.Name}
	if errors.Is(err, ErrTooLarge) {
		return tooLarge(at, max(f.Stamp.Size, f.limit+1), f.limit)
	}
	return unreadable(at, err)
}

func unreadable(at diag.Place, err error) diag.Message {
	text, help := "cannot be read: "+Reason(err), "see whether the file still exists and can be opened"
	if errors.Is(err, fs.ErrPermission) {
		text, help = "cannot be read: permission denied", "let yourself read it, for example with chmod u+r"
	}
	return diag.Message{Place: at, Severity: diag.UnreadableFile.Severity(), Rule: diag.UnreadableFile, Text: text, Help: help}
}

func tooLarge(at diag.Place, size, limit int64) diag.Message {
	text := fmt.Sprintf("%.1f MB is more than the %d MB that handbook reads", float64(size)/(1<<20), limit>>20)
	return diag.Message{Place: at, Severity: diag.FileTooLarge.Severity(), Rule: diag.FileTooLarge, Text: text,
		Help: "split it into several files, or keep it out of the content folder"}
}

// Reason is an error without the path, which differs from machine to machine and is in the message already.
func Reason(err error) string {
	if pathError, ok := errors.AsType[*fs.PathError](err); ok {
		return pathError.Err.Error()
	}
	return err.Error()
}

// open opens a file below base. os.Root refuses every path and link that leads out of base, also one that was put
// in place a moment ago. Opening does not wait, should the file have become a named pipe.
func open(base, disk string) (*os.File, error) {
	root, err := os.OpenRoot(base)
	if err != nil {
		return nil, err
	}
	defer root.Close()
	return root.OpenFile(filepath.FromSlash(disk), os.O_RDONLY|dontWait, 0)
}

func canOpen(base, disk string) error {
	file, err := open(base, disk)
	if err != nil {
		return err
	}
	return file.Close()
}
