// Package publish writes a site to a folder so that the folder holds the old site or the new one at every moment,
// touches no file whose bytes stay the same, and deletes nothing that handbook did not write. It does not know
// what a page is.
//
// The new site is built in a hidden folder beside the old one and the two change places in one step. Unchanged
// files are hard links to the old ones, so their inode and time stay. A manifest in the folder names what handbook
// wrote; everything else in there is carried over, before the swap as it was then, and after it as it has become since.
//
// Nothing is flushed to the disk by force: a site is made again in a second, and flushing ten thousand files takes
// longer than that. Killing the program at any moment is safe. After a loss of power files of the last build may be
// empty; the next build compares every byte and mends them.
package publish

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"handbook/builder/memo"
)

// File is one file of the site.
type File struct {
	Path string                 // below the folder, with slashes: "specs/checkout/index.html"
	Data func() ([]byte, error) // its bytes; called once, on any goroutine
	Free func(data []byte)      // takes them back once they are written; nil for what nobody wants back
}

// Stats counts what Write did, in files.
type Stats struct {
	Written int // new, or with other bytes than before
	Same    int // untouched
	Removed int // written by an earlier build and no longer part of the site
	Foreign int // not written by handbook, and kept
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
	stage := &stage{dir: dir, mode: old.mode}
	stats, err := stage.fill(ctx, old, files)
	if err != nil || stage.root == "" {
		return stats, errors.Join(err, stage.remove())
	}
	if err := swap(stage.root, dir, old.exists); err != nil {
		return stats, errors.Join(err, stage.remove())
	}
	if !old.exists {
		return stats, nil
	}
	// The stage now holds the old site, and what somebody wrote into it meanwhile.
	if err := stage.removeOld(old); err != nil {
		return stats, fmt.Errorf("the new site is in place, but what was written into the folder during the build could not be carried over and lies in %s: %w", stage.root, err)
	}
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
	same := make([]bool, len(files))
	sums := make([][sha256.Size]byte, len(files))
	err := each(ctx, len(files), func(i int) error {
		f := files[i]
		data, err := f.Data()
		if err != nil {
			return fmt.Errorf("%s: %w", f.Path, err)
		}
		if f.Free != nil {
			defer f.Free(data)
		}
		sums[i] = sha256.Sum256(data)
		if old.ours[f.Path] && equal(filepath.Join(s.dir, filepath.FromSlash(f.Path)), data) {
			same[i] = true
			return nil
		}
		return s.write(f.Path, data)
	})
	if err != nil {
		return Stats{}, err
	}

	stats := Stats{Foreign: len(old.foreign)}
	kept := make([]string, 0, len(files))
	now := make(map[string]bool, len(files))
	for i, f := range files {
		now[f.Path] = true
		if same[i] {
			kept = append(kept, f.Path)
		}
	}
	stats.Same = len(kept)
	stats.Written = len(files) - stats.Same
	for p := range old.ours {
		if !now[p] {
			stats.Removed++
		}
	}
	manifest := manifestOf(files, sums)
	if stats.Written == 0 && stats.Removed == 0 && string(manifest) == string(old.manifest) {
		return stats, nil
	}

	err = each(ctx, len(kept), func(i int) error { return s.keep(kept[i]) })
	if err != nil {
		return Stats{}, err
	}
	// What is not handbook's may have been deleted meanwhile.
	err = each(ctx, len(old.foreign), func(i int) error { return unlessGone(s.keep(old.foreign[i])) })
	if err != nil {
		return Stats{}, err
	}
	for _, p := range old.folders {
		if err := unlessGone(s.keepFolder(p)); err != nil {
			return Stats{}, err
		}
	}
	if err := s.open(); err != nil { // a site without any file
		return Stats{}, err
	}
	if err := os.WriteFile(filepath.Join(s.root, manifestName), manifest, 0o644); err != nil {
		return Stats{}, err
	}
	return stats, ctx.Err()
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
