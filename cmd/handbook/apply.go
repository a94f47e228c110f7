package main

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"handbook/builder"
	"handbook/builder/refactor"

	"github.com/aymanbagabas/go-udiff"
)

// printEdits shows what would be done to the files, as a diff that patch and people read.
func printEdits(w io.Writer, edits refactor.Edits, at func(file string) string) error {
	var b strings.Builder
	for _, f := range edits.Files {
		from, to := at(f.Old), at(f.New)
		if from != to {
			fmt.Fprintf(&b, "rename from %s\nrename to %s\n", plain(from), plain(to))
		}
		if string(f.Before) != string(f.After) {
			b.WriteString(plainLines(unified(plain(from), plain(to), string(f.Before), string(f.After))))
		}
	}
	_, err := io.WriteString(w, b.String())
	return err
}

var hunk = regexp.MustCompile(`^@@ -(\d+)(?:,(\d+))? \+\d+(?:,(\d+))? @@`)

// unified is a diff of two texts. The library does not count the lines between two changes of one hunk, so where the hunks
// below begin in the new text is counted here.
func unified(from, to, before, after string) string {
	var b strings.Builder
	more := 0 // lines that the hunks above add
	for line := range strings.Lines(udiff.Unified(from, to, before, after)) {
		m := hunk.FindStringSubmatch(line)
		if m == nil {
			b.WriteString(line)
			continue
		}
		number := func(s string) int {
			n, err := strconv.Atoi(s)
			if err != nil {
				return 1 // one line is not counted
			}
			return n
		}
		at, took, gave := number(m[1]), number(m[2]), number(m[3])
		start := max(at, 1) + more
		if gave == 0 { // nothing is left
			start = 0
		}
		fmt.Fprintf(&b, "@@ -%d,%d +%d,%d @@\n", at, took, start, gave)
		more += gave - took
	}
	return b.String()
}

// printNotes tells what is left to people.
func printNotes(w io.Writer, job builder.Job, edits refactor.Edits) {
	for _, note := range edits.Notes {
		at := ""
		if note.File != "" {
			at = fmt.Sprintf("%s:%d: ", reach(job)(note.File), note.Line)
		}
		fmt.Fprintf(w, "note: %s%s\n", plain(at), plain(note.Text))
	}
}

// applyEdits makes all changes or none: everything is written beside its place first, and what was there is put back if
// one of them cannot be put in place. at finds the file that messages call by a name.
func applyEdits(content string, at func(name string) string, edits refactor.Edits) (err error) {
	var a applying
	defer func() { err = a.end(err) }()
	for _, f := range edits.Files {
		if err := a.stage(f, filepath.FromSlash(at(f.Old)), filepath.FromSlash(at(f.New))); err != nil {
			return err
		}
	}
	for _, s := range a.staged {
		if err := a.place(s); err != nil {
			return err
		}
	}
	for _, s := range a.staged { // folders that the move left empty
		for dir := filepath.Dir(s.old); s.old != s.target && dir != filepath.Clean(content); dir = filepath.Dir(dir) {
			if os.Remove(dir) != nil {
				break
			}
		}
	}
	return nil
}

// applying is what has been done so far.
type applying struct {
	staged []staged
	made   []string // folders
	undo   []func() error
}

// staged is a file that is written beside its place.
type staged struct {
	old, target, temp string
	before            []byte
	mode              fs.FileMode
}

// stage writes a file beside its place, if that and what is there are as they were when the edit was made.
func (a *applying) stage(f refactor.Edit, old, target string) error {
	info, err := os.Lstat(old)
	if err != nil {
		return cannotWrite(old, err)
	}
	if !info.Mode().IsRegular() {
		return fmt.Errorf("%s is a link, which is not followed for writing; nothing was changed", old)
	}
	now, err := os.ReadFile(old)
	if err != nil {
		return cannotWrite(old, err)
	}
	if string(now) != string(f.Before) {
		return fmt.Errorf("%s was changed in the meantime; run the command again", old)
	}
	if f.Old != f.New {
		if _, err := os.Lstat(target); err == nil && !sameFile(old, target) {
			return fmt.Errorf("%s is there already; nothing was changed", target)
		}
		more, err := makeFolders(filepath.Dir(target))
		a.made = append(a.made, more...)
		if err != nil {
			return cannotWrite(target, err)
		}
	}
	temp, err := writeBeside(target, f.After, info.Mode().Perm())
	if err != nil {
		return cannotWrite(target, err)
	}
	a.staged = append(a.staged, staged{old, target, temp, f.Before, info.Mode().Perm()})
	return nil
}

// place puts a file in its place.
func (a *applying) place(s staged) error {
	putBack := func() error { return os.WriteFile(s.old, s.before, s.mode) }
	if s.old != s.target {
		if err := os.Remove(s.old); err != nil {
			return cannotWrite(s.old, err)
		}
		a.undo = append(a.undo, putBack)
		putBack = func() error { return os.Remove(s.target) }
	}
	if err := os.Rename(s.temp, s.target); err != nil {
		return cannotWrite(s.target, err)
	}
	a.undo = append(a.undo, putBack)
	return nil
}

// end takes away what is needed no more, and after an error puts back what was there.
func (a *applying) end(err error) error {
	for _, s := range a.staged {
		os.Remove(s.temp)
	}
	if err == nil {
		return nil
	}
	for _, undo := range slices.Backward(a.undo) {
		if e := undo(); e != nil {
			err = fmt.Errorf("%w; and what was there could not be put back: %v", err, e)
		}
	}
	for _, dir := range slices.Backward(a.made) {
		os.Remove(dir) // only if it is empty
	}
	return err
}

// sameFile reports whether two names are one file, as they are where letter case does not count.
func sameFile(a, b string) bool {
	x, err1 := os.Stat(a)
	y, err2 := os.Stat(b)
	return err1 == nil && err2 == nil && os.SameFile(x, y)
}

// makeFolders makes a folder and those above it, and says which ones it made.
func makeFolders(dir string) (made []string, err error) {
	var missing []string
	for d := dir; ; d = filepath.Dir(d) {
		if _, err := os.Stat(d); !errors.Is(err, fs.ErrNotExist) || d == filepath.Dir(d) {
			break
		}
		missing = append(missing, d)
	}
	slices.Reverse(missing)
	for _, d := range missing {
		if err := os.Mkdir(d, 0o777); err != nil {
			return made, err
		}
		made = append(made, d)
	}
	return made, nil
}

// refused tells why a change is not made.
func refused(w io.Writer, job builder.Job, err error) error {
	var no *refactor.RefusedError
	if !errors.As(err, &no) {
		return heard(err)
	}
	if len(no.Messages) > 0 {
		if e := printMessages(w, job, no.Messages); e != nil {
			return e
		}
	}
	return errors.New(no.Text)
}
