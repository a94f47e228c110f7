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
const cacheVersion = "handbook history 1\n"

const cacheFile = "history.cache"

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
	Path        string
	Last, First int // in Changes
	Count       int
	Authors     []string
	Sum         sum
}

// load returns what was stored under the key. Anything that is not whole counts as nothing.
func load(dir, key string) (map[string]File, bool) {
	if dir == "" {
		return nil, false
	}
	data, err := os.ReadFile(filepath.Join(dir, cacheFile))
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
		if max(f.Last, f.First) >= len(s.Changes) || min(f.Last, f.First) < 0 {
			return nil, false
		}
		files[f.Path] = File{s.Changes[f.Last].change(), s.Changes[f.First].change(), f.Count, f.Authors, f.Sum}
	}
	return files, true
}

// store writes the file whole or not at all. A cache that cannot be written costs only time, so nothing is said.
func store(dir, key string, files map[string]File) {
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
		s.Files = append(s.Files, storedFile{p, index(f.Last), index(f.First), f.Count, f.Authors, f.sum})
	}
	var data bytes.Buffer
	if err := gob.NewEncoder(&data).Encode(s); err != nil {
		return
	}
	check := sha256.Sum256(data.Bytes())
	writeWhole(dir, slices.Concat([]byte(cacheVersion), check[:], data.Bytes()))
}

func writeWhole(dir string, data []byte) {
	if err := os.MkdirAll(dir, 0o777); err != nil {
		return
	}
	tmp, err := os.CreateTemp(dir, cacheFile+"-*")
	if err != nil {
		return
	}
	_, err = tmp.Write(data)
	if closed := tmp.Close(); err == nil {
		err = closed
	}
	if err == nil {
		err = os.Rename(tmp.Name(), filepath.Join(dir, cacheFile))
	}
	if err != nil {
		os.Remove(tmp.Name())
	}
}

func (c storedChange) change() Change {
	return Change{c.Commit, c.Author, c.Email, c.Subject, c.When.time(), c.Committed.time()}
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
