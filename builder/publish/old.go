package publish

import (
	"bufio"
	"bytes"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
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
	ours     map[string]bool // files on disk that an earlier build wrote
	made     map[string]bool // folders that an earlier build made
	foreign  []string        // other files, sorted
	folders  []string        // folders that no earlier build made, sorted
}

// survey looks at the folder, and refuses one that was not made by handbook.
func survey(dir string) (*site, error) {
	s := &site{mode: 0o755, ours: map[string]bool{}}
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
	var listed map[string]bool
	listed, s.made, err = parseManifest(s.manifest)
	if err != nil {
		return nil, &RefusedError{filepath.Join(dir, manifestName), err.Error(), "delete the folder if nothing in it is yours, and build again"}
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
		case p == manifestName:
		case e.IsDir() && !s.made[p]:
			s.folders = append(s.folders, p)
		case e.IsDir():
		case listed[p]:
			s.ours[p] = true
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

func manifestOf(files []File, sums [][sha256.Size]byte) []byte {
	order := make([]int, len(files))
	for i := range order {
		order[i] = i
	}
	slices.SortFunc(order, func(i, j int) int { return strings.Compare(files[i].Path, files[j].Path) })
	var b bytes.Buffer
	for _, i := range order {
		fmt.Fprintf(&b, "%x  %s\n", sums[i], files[i].Path)
	}
	return b.Bytes()
}

// parseManifest returns the files that a manifest lists, and the folders they lie in.
func parseManifest(manifest []byte) (files, folders map[string]bool, err error) {
	files, folders = map[string]bool{}, map[string]bool{}
	lines := bufio.NewScanner(bytes.NewReader(manifest))
	for lines.Scan() {
		sum, p, ok := strings.Cut(lines.Text(), "  ")
		if !ok || len(sum) != 2*sha256.Size || !fs.ValidPath(p) {
			return nil, nil, errors.New("the list of what handbook wrote is damaged")
		}
		files[p] = true
		for up := path.Dir(p); up != "." && !folders[up]; up = path.Dir(up) {
			folders[up] = true
		}
	}
	return files, folders, lines.Err()
}

// equal says whether the file on disk is a regular file with just these bytes.
func equal(disk string, data []byte) bool {
	info, err := os.Lstat(disk)
	if err != nil || !info.Mode().IsRegular() || info.Size() != int64(len(data)) {
		return false
	}
	file, err := os.Open(disk)
	if err != nil {
		return false
	}
	defer file.Close()
	var buf [32 << 10]byte
	for {
		n, err := file.Read(buf[:])
		if n > len(data) || !bytes.Equal(buf[:n], data[:n]) {
			return false
		}
		data = data[n:]
		if err != nil {
			return err == io.EOF && len(data) == 0
		}
	}
}
