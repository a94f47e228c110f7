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
const cacheVersion = "handbook history 3\n"

// cacheFile names one file for each content folder.
func cacheFile(contentDir string) string { return "history-" + cacheKey(contentDir)[:16] }

// stored is the form on disk. Times are numbers because a decoded time.Time takes on the machine's own zone.
type stored struct {
	Key     string
	Changes []storedChange
	Files   []storedFile // sorted by path
}

type storedChange struct {
	Commit, Author, Email, Subject string
	When, Committed                storedTime
}

type storedTime struct {
	Known  bool
	Unix   int64
	Offset int // seconds east of Greenwich
}

type storedFile struct {
	Path    string
	Changes []storedStep
	Authors []string
	Now     Version
	Alike   []Version
}

type storedStep struct {
	Change        int // in stored.Changes
	Before, After Version
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
	files := make(map[string]File, len(s.Files))
	for _, f := range s.Files {
		file := File{Authors: f.Authors, Version: f.Now, Alike: f.Alike}
		for _, step := range f.Changes {
			if step.Change < 0 || step.Change >= len(s.Changes) {
				return nil, false
			}
			c := s.Changes[step.Change].change()
			c.Before, c.After = step.Before, step.After
			file.Changes = append(file.Changes, c)
		}
		if len(file.Changes) == 0 {
			return nil, false
		}
		files[f.Path] = file
	}
	return files, true
}

// store writes the file whole or not at all. A cache that cannot be written costs only time, so nothing is said.
func store(dir, contentDir, key string, files map[string]File) {
	if dir == "" {
		return
	}
	s := stored{Key: key}
	at := map[string]int{}
	index := func(c Change) int {
		i, ok := at[c.Commit]
		if !ok {
			i = len(s.Changes)
			at[c.Commit] = i
			s.Changes = append(s.Changes, storedChange{c.Commit, c.Author, c.Email, c.Subject, timeOf(c.When), timeOf(c.Committed)})
		}
		return i
	}
	paths := make([]string, 0, len(files))
	for p := range files {
		paths = append(paths, p)
	}
	slices.Sort(paths)
	for _, p := range paths {
		f := files[p]
		file := storedFile{Path: p, Authors: f.Authors, Now: f.Version, Alike: f.Alike}
		for _, c := range f.Changes {
			file.Changes = append(file.Changes, storedStep{index(c), c.Before, c.After})
		}
		s.Files = append(s.Files, file)
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

func (c storedChange) change() Change {
	return Change{Commit: c.Commit, Author: c.Author, Email: c.Email, Subject: c.Subject, When: c.When.time(), Committed: c.Committed.time()}
}

func timeOf(t time.Time) storedTime {
	if t.IsZero() {
		return storedTime{}
	}
	_, offset := t.Zone()
	return storedTime{true, t.Unix(), offset}
}

func (t storedTime) time() time.Time {
	if !t.Known {
		return time.Time{}
	}
	return inZone(t.Unix, t.Offset)
}

// inZone is the moment as clocks showed it where it was written down.
func inZone(unix int64, offset int) time.Time {
	return time.Unix(unix, 0).In(time.FixedZone("", offset))
}
