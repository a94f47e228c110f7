package history

import (
	"bytes"
	"crypto/sha256"
	"encoding/gob"
	"os"
	"path/filepath"
	"slices"
	"time"
)

// cacheVersion changes when the stored form, or what counts as a change of the text, does.
const cacheVersion = "handbook history 4\n"

// cacheFile names one file for each content folder.
func cacheFile(contentDir string) string { return "history-" + cacheKey(contentDir)[:16] }

// stored is the form on disk. What is known of a commit, which may have changed many pages, is written once.
type stored struct {
	Key     string
	Commits map[string]Change // without contents
	Files   map[string]File   // whose changes have their commit's id alone, and contents
}

// load returns what was stored under the key. Anything that is not whole counts as nothing.
func load(dir, contentDir, key string) (map[string]File, bool) {
	if dir == "" {
		return nil, false
	}
	data, err := os.ReadFile(filepath.Join(dir, cacheFile(contentDir)))
	if err != nil {
		return nil, false
	}
	data, ok := bytes.CutPrefix(data, []byte(cacheVersion))
	if !ok || len(data) < sha256.Size {
		return nil, false
	}
	data, check := data[sha256.Size:], data[:sha256.Size]
	if sum := sha256.Sum256(data); !bytes.Equal(sum[:], check) {
		return nil, false
	}
	var s stored
	if err := gob.NewDecoder(bytes.NewReader(data)).Decode(&s); err != nil || s.Key != key {
		return nil, false
	}
	for id, c := range s.Commits {
		c.When, c.Committed = asWritten(c.When), asWritten(c.Committed)
		s.Commits[id] = c
	}
	for _, f := range s.Files {
		for i, step := range f.Changes {
			c := s.Commits[step.Commit]
			c.Before, c.After = step.Before, step.After
			f.Changes[i] = c
		}
	}
	return s.Files, true
}

// store writes the file whole or not at all. A cache that cannot be written costs only time, so nothing is said.
func store(dir, contentDir, key string, files map[string]File) {
	if dir == "" {
		return
	}
	s := stored{Key: key, Commits: map[string]Change{}, Files: make(map[string]File, len(files))}
	for path, f := range files {
		f.Changes = slices.Clone(f.Changes)
		for i, c := range f.Changes {
			f.Changes[i] = Change{Commit: c.Commit, Before: c.Before, After: c.After}
			c.Before, c.After = Version{}, Version{}
			s.Commits[c.Commit] = c
		}
		s.Files[path] = f
	}
	var data bytes.Buffer
	if err := gob.NewEncoder(&data).Encode(s); err != nil {
		return
	}
	check := sha256.Sum256(data.Bytes())
	writeWhole(dir, cacheFile(contentDir), slices.Concat([]byte(cacheVersion), check[:], data.Bytes()))
}

func writeWhole(dir, name string, data []byte) {
	if err := os.MkdirAll(dir, 0o777); err != nil {
		return
	}
	tmp, err := os.CreateTemp(dir, name+"-*")
	if err != nil {
		return
	}
	_, err = tmp.Write(data)
	if closed := tmp.Close(); err == nil {
		err = closed
	}
	if err == nil {
		err = os.Rename(tmp.Name(), filepath.Join(dir, name))
	}
	if err != nil {
		os.Remove(tmp.Name())
	}
}

// asWritten is a time without the zone of this machine, which a decoded one takes on where the two agree.
func asWritten(t time.Time) time.Time {
	if t.IsZero() {
		return t
	}
	_, offset := t.Zone()
	return inZone(t.Unix(), offset)
}

// inZone is the moment as clocks showed it where it was written down.
func inZone(unix int64, offset int) time.Time {
	return time.Unix(unix, 0).In(time.FixedZone("", offset))
}
