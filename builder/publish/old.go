package publish

import (
	"bytes"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
)

// manifestName is the file that lists what handbook wrote into a folder, itself not included, in the form of
// sha256sum: `sha256sum -c .handbook-manifest` tells whether the site is as it was built.
const manifestName = ".handbook-manifest"

// site is what lies in the output folder before a build.
type site struct {
	exists   bool
	mode     fs.FileMode // of the folder
	manifest []byte
	keys     []byte           // the file of keys, if it can be believed
	ours     map[string]*note // files on disk that an earlier build wrote
	made     map[string]bool  // folders that an earlier build made
	foreign  []string         // other files, sorted
	folders  []string         // folders that no earlier build made, sorted
}

// survey looks at the folder, and refuses one that was not made by handbook.
func survey(dir string) (*site, error) {
	s := &site{mode: 0o755, ours: map[string]*note{}}
	info, err := os.Stat(dir)
	if errors.Is(err, fs.ErrNotExist) {
		return s, nil
	}
	if err != nil {
		return nil, err
	}
	s.exists, s.mode = true, info.Mode().Perm()
	s.manifest, err = os.ReadFile(filepath.Join(dir, manifestName))
	switch {
	case errors.Is(err, fs.ErrNotExist):
		empty, err := nothingIn(dir)
		if err != nil {
			return nil, err
		}
		if !empty {
			return nil, &RefusedError{dir, "the folder is not empty, and handbook did not write what is in it",
				"empty it, or name another folder with --out"}
		}
	case err != nil:
		return nil, err
	}
	listed, err := s.list()
	if err != nil {
		return nil, &RefusedError{filepath.Join(dir, manifestName), err.Error(), "delete the folder if nothing in it is yours, and build again"}
	}
	s.readKeys(dir, listed)
	known := make(map[string]*note, len(listed))
	for i := range listed {
		known[listed[i].path] = &listed[i]
	}
	err = filepath.WalkDir(dir, func(disk string, e fs.DirEntry, err error) error {
		if err != nil || disk == dir {
			return err
		}
		below, err := filepath.Rel(dir, disk)
		if err != nil {
			return err
		}
		p := filepath.ToSlash(below)
		switch {
		case p == manifestName || p == keysName:
		case e.IsDir() && !s.made[p]:
			s.folders = append(s.folders, p)
		case e.IsDir():
		case known[p] != nil:
			s.ours[p] = known[p]
		default:
			s.foreign = append(s.foreign, p)
		}
		return nil
	})
	slices.Sort(s.foreign)
	slices.Sort(s.folders)
	return s, err
}

// collisions refuses a site whose files would have to replace what is not handbook's.
func (s *site) collisions(files []File) error {
	foreign := make(map[string]bool, len(s.foreign))
	for _, p := range s.foreign {
		foreign[p] = true
	}
	needed := make(map[string]bool)
	for _, p := range append(slices.Clone(s.foreign), s.folders...) {
		for up := p; up != "."; up = path.Dir(up) {
			needed[up] = true
		}
	}
	for _, f := range files {
		taken := ""
		if needed[f.Path] { // a foreign file, or a folder that is foreign or holds something that is
			taken = f.Path
		}
		for p := path.Dir(f.Path); p != "."; p = path.Dir(p) {
			if foreign[p] {
				taken = p
			}
		}
		if taken != "" {
			return &RefusedError{taken, "it lies in the output folder, handbook did not write it, and the site needs its place for " + f.Path,
				"move it away, or rename the page or file that wants its place"}
		}
	}
	return nil
}

// nothingIn says whether a folder holds nothing but what is laid into empty folders.
func nothingIn(dir string) (bool, error) {
	entries, err := os.ReadDir(dir)
	if err != nil {
		return false, err
	}
	return !slices.ContainsFunc(entries, func(e fs.DirEntry) bool {
		return !slices.Contains([]string{".git", ".gitkeep", ".gitignore", ".DS_Store"}, e.Name())
	}), nil
}

// manifestOf lists files, which are in the order of their paths.
func manifestOf(all []made) []byte {
	var b bytes.Buffer
	for i := range all {
		fmt.Fprintf(&b, "%x  %s\n", all[i].sum, all[i].path)
	}
	return b.Bytes()
}

// list reads the manifest: the files that it lists, and the folders they lie in.
func (s *site) list() (files []note, err error) {
	s.made = map[string]bool{}
	for line := range bytes.Lines(s.manifest) {
		sum, p, ok := strings.Cut(strings.TrimSuffix(string(line), "\n"), "  ")
		n := note{path: p}
		ok = ok && len(sum) == 2*len(n.sum) && fs.ValidPath(p)
		if ok {
			_, err = hex.Decode(n.sum[:], []byte(sum))
		}
		if !ok || err != nil {
			return nil, errors.New("the list of what handbook wrote is damaged")
		}
		files = append(files, n)
		for up := path.Dir(p); up != "." && !s.made[up]; up = path.Dir(up) {
			s.made[up] = true
		}
	}
	return files, nil
}
