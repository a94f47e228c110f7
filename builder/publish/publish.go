// Package publish writes a site to a folder so that the folder holds the old site or the new one at every moment,
// touches no file whose bytes stay the same, and deletes nothing that handbook did not write. It does not know
// what a page is.
//
// The new site is built in a hidden folder beside the old one and the two change places in one step. Unchanged
// files are hard links to the old ones, so their inode and time stay. A manifest in the folder names what handbook
// wrote; everything else in there is carried over, before the swap as it was then, and after it as it has become since.
//
// A file may have a key that stands for what its bytes are made of. What the last build wrote under the same key is neither
// made nor read, as long as the system's clocks and numbers tell that nobody has changed it; where they tell that it may have
// been changed, as in a folder that was copied from another machine, it is read and must have the checksum that the manifest
// says. Anything else is made. Keys and checksums in the folder are believed, so who may write into it may write the site.
//
// Nothing is flushed to the disk by force: a site is made again in a second, and flushing ten thousand files takes
// longer than that. Killing the program at any moment is safe. After a loss of power files of the last build may be
// empty or cut short; the next build sees that by their size, and mends them.
package publish

import (
	"bytes"
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"handbook/builder/memo"
)

// File is one file of the site.
type File struct {
	Path string                 // below the folder, with slashes: "specs/checkout/index.html"
	Data func() ([]byte, error) // its bytes; called once at most, on any goroutine
	Free func(data []byte)      // takes them back once they are written; nil for what nobody wants back

	// Key stands for what the bytes are made of: the same key means the same bytes, on any machine and on any day. It is zero
	// where that is not known, and nil where it never is. It is asked before Data where the last build had a key for the
	// path, and when all files are made.
	Key func() memo.Sum
}

// Stats counts what Write did, in files.
type Stats struct {
	Written int // new, or with other bytes than before
	Same    int // untouched
	Removed int // written by an earlier build and no longer part of the site
	Foreign int // not written by handbook, and kept
	Made    int // whose bytes were made
	Read    int // of the old site that were read, because something may have changed them
}

// RefusedError is the error for a folder or a set of files that Write will not work with. Nothing has been written.
type RefusedError struct {
	Path string // what it is about
	Text string // what is wrong, lower case
	Help string // the next step
}

func (r *RefusedError) Error() string { return r.Path + ": " + r.Text }

// Write makes dir hold files and nothing else that handbook wrote. protect lists folders that must not be replaced,
// such as the content folder: dir may be none of them and hold none of them. On any error dir is as it was.
func Write(ctx context.Context, dir string, files []File, protect ...string) (Stats, error) {
	if err := checkPaths(files); err != nil {
		return Stats{}, err
	}
	dir, err := settle(dir, protect)
	if err != nil {
		return Stats{}, err
	}
	unlock, err := lock(ctx, dir)
	if err != nil {
		return Stats{}, err
	}
	defer unlock()
	if err := mend(dir); err != nil {
		return Stats{}, err
	}
	old, err := survey(dir)
	if err != nil {
		return Stats{}, err
	}
	if err := old.collisions(files); err != nil {
		return Stats{}, err
	}
	begun := time.Now()
	stage := &stage{dir: dir, mode: old.mode}
	stats, err := stage.fill(ctx, old, files)
	if err != nil {
		return stats, errors.Join(err, stage.remove())
	}
	if stage.root != "" {
		begun = time.Now()
		if err := swap(stage.root, dir, old.exists); err != nil {
			return stats, errors.Join(err, stage.remove())
		}
	}
	if stage.root != "" && old.exists {
		// The stage now holds the old site, and what somebody wrote into it meanwhile.
		if err := stage.removeOld(old); err != nil {
			return stats, fmt.Errorf("the new site is in place, but what was written into the folder during the build could not be carried over and lies in %s: %w", stage.root, err)
		}
	}
	stage.remember(old, begun)
	return stats, nil
}

// Recover puts back in order what a killed Write left: unfinished folders are deleted, and where the system cannot
// swap two folders in one step, a swap that was cut short is completed. Write does the same before it starts.
func Recover(ctx context.Context, dir string) error {
	dir, err := settle(dir, nil)
	if err != nil {
		return err
	}
	unlock, err := lock(ctx, dir)
	if err != nil {
		return err
	}
	defer unlock()
	return mend(dir)
}

// fill builds the new site in the stage. When dir holds just that already, the stage is never made.
func (s *stage) fill(ctx context.Context, old *site, files []File) (Stats, error) {
	files = slices.SortedFunc(slices.Values(files), func(a, b File) int { return strings.Compare(a.Path, b.Path) })
	s.files = make([]made, len(files))
	if err := each(ctx, len(files), func(i int) error { return s.make(&s.files[i], files[i], old.ours[files[i].Path]) }); err != nil {
		return Stats{}, err
	}
	memo.Each(len(files), func(i int) {
		if ask := files[i].Key; ask != nil {
			s.files[i].key = ask()
		}
	})
	stats := s.count(old)
	s.manifest = manifestOf(s.files)
	if stats.Written == 0 && stats.Removed == 0 && bytes.Equal(s.manifest, old.manifest) {
		return stats, nil
	}
	return stats, s.complete(ctx, old)
}

func (s *stage) count(old *site) Stats {
	stats := Stats{Foreign: len(old.foreign), Removed: len(old.ours)}
	for i := range s.files {
		m := &s.files[i]
		stats.Same += one(m.same)
		stats.Written += one(!m.same)
		stats.Removed -= one(old.ours[m.path] != nil)
		stats.Made += one(m.made)
		stats.Read += one(m.read)
	}
	return stats
}

func one(is bool) int {
	if is {
		return 1
	}
	return 0
}

// make makes and writes a file, unless the old site has it. was is what the last build knew of the file there.
func (s *stage) make(m *made, f File, was *note) error {
	m.path = f.Path
	if was != nil && was.key != (memo.Sum{}) && f.Key != nil && f.Key() == was.key {
		if m.sum = was.sum; s.keeps(m, was) {
			return nil
		}
	}
	m.made = true
	data, err := f.Data()
	if err != nil {
		return fmt.Errorf("%s: %w", f.Path, err)
	}
	if f.Free != nil {
		defer f.Free(data)
	}
	if m.sum = sha256.Sum256(data); was != nil && was.sum == m.sum && s.keeps(m, was) {
		return nil
	}
	m.seen, err = s.write(f.Path, data)
	return err
}

// complete takes over what stays, and writes the manifest.
func (s *stage) complete(ctx context.Context, old *site) error {
	err := each(ctx, len(s.files), func(i int) error {
		if s.files[i].same {
			return s.keep(s.files[i].path)
		}
		return nil
	})
	if err != nil {
		return err
	}
	// What is not handbook's may have been deleted meanwhile.
	err = each(ctx, len(old.foreign), func(i int) error { return unlessGone(s.keep(old.foreign[i])) })
	if err != nil {
		return err
	}
	for _, p := range old.folders {
		if err := unlessGone(s.keepFolder(p)); err != nil {
			return err
		}
	}
	if err := s.open(); err != nil { // a site without any file
		return err
	}
	if err := os.WriteFile(filepath.Join(s.root, manifestName), s.manifest, 0o644); err != nil {
		return err
	}
	return ctx.Err()
}

func unlessGone(err error) error {
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	return err
}

// each is memo.Each until the first error, which it returns.
func each(ctx context.Context, n int, do func(i int) error) error {
	ctx, stop := context.WithCancelCause(ctx)
	defer stop(nil)
	memo.Each(n, func(i int) {
		if ctx.Err() == nil {
			if err := do(i); err != nil {
				stop(err)
			}
		}
	})
	return context.Cause(ctx)
}
