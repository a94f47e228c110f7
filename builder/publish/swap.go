package publish

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
)

// swap puts the finished stage in the place of dir. The old site, if there was one, lies at stage afterwards.
func swap(stage, dir string, exists bool) error {
	if !exists {
		return os.Rename(stage, dir)
	}
	err := exchange(stage, dir)
	if errors.Is(err, errors.ErrUnsupported) {
		err = swapInSteps(stage, dir)
	}
	if isBusy(err) {
		return &RefusedError{dir, "the folder is where a disk is mounted and cannot be replaced", "name a folder inside it with --out"}
	}
	return err
}

// swapInSteps is for systems that cannot exchange two folders. Between its second and third step there is no site at
// dir; mend completes it when the program is killed just there.
func swapInSteps(stage, dir string) error {
	ready, old := beside(dir, "ready"), beside(dir, "old")
	if err := os.Rename(stage, ready); err != nil {
		return err
	}
	if err := os.Rename(dir, old); err != nil {
		return errors.Join(err, os.Rename(ready, stage))
	}
	if err := os.Rename(ready, dir); err != nil {
		return errors.Join(err, os.Rename(old, dir), os.Rename(ready, stage))
	}
	return os.Rename(old, stage)
}

// mend clears away what a killed build left beside dir.
func mend(dir string) error {
	if _, err := os.Lstat(dir); errors.Is(err, fs.ErrNotExist) {
		for _, what := range []string{"ready", "old"} {
			if err := os.Rename(beside(dir, what), dir); !errors.Is(err, fs.ErrNotExist) {
				if err != nil {
					return err
				}
				break
			}
		}
	}
	entries, err := os.ReadDir(filepath.Dir(dir))
	if err != nil {
		return err
	}
	for _, e := range entries {
		left := filepath.Join(filepath.Dir(dir), e.Name())
		stale := left == beside(dir, "ready") || left == beside(dir, "old") || strings.HasPrefix(left, beside(dir, "new-"))
		if stale && e.IsDir() && isOurs(left) {
			if err := carryFrom(left, dir); err != nil {
				return &RefusedError{left, "it holds what was written into the site while a build was killed, and that cannot be moved there: " + err.Error(),
					"move what you need out of it, and delete it"}
			}
			if err := removeSite(left); err != nil {
				return err
			}
		}
	}
	return nil
}

// carryFrom saves what others wrote into a site that a killed build left, if that is the old site: the manifest of a new one that was not
// finished is empty, and what a finished one holds beside its own files lies in dir too.
func carryFrom(left, dir string) error {
	manifest, err := os.ReadFile(filepath.Join(left, manifestName))
	if err != nil || len(manifest) == 0 {
		return nil
	}
	if _, err := os.Lstat(dir); err != nil {
		return nil
	}
	old := &site{manifest: manifest, ours: map[string]*note{}}
	listed, err := old.list()
	if err != nil {
		return nil // it was being written
	}
	for i := range listed {
		old.ours[listed[i].path] = &listed[i]
	}
	return old.carry(left, dir)
}

// isOurs says whether a folder bears handbook's mark, or holds nothing that would be missed.
func isOurs(dir string) bool {
	if _, err := os.Lstat(filepath.Join(dir, manifestName)); err == nil {
		return true
	}
	empty, err := nothingIn(dir)
	return err == nil && empty
}
