package publish

import (
	"bytes"
	"os"
	"path/filepath"
	"sync/atomic"

	"handbook/builder/memo"
)

// Untouched finds a site that is as Write left it, by the stamps of all its files. It gives a sum that stands for what they hold
// and are made of, and how many they are. It reports false where a file may have been changed, and where nothing is known.
func Untouched(dir string) (site memo.Sum, files int, ok bool) {
	s, err := survey(dir)
	if err != nil || !s.exists || s.keys == nil {
		return memo.Sum{}, 0, false
	}
	notes := make([]*note, 0, len(s.ours))
	for _, n := range s.ours {
		notes = append(notes, n)
	}
	var touched atomic.Bool
	memo.Each(len(notes), func(i int) {
		n := notes[i]
		info, err := os.Lstat(filepath.Join(dir, filepath.FromSlash(n.path)))
		if err != nil || !info.Mode().IsRegular() || n.stamp == 0 || n.stamp != stampOf(info).Key() {
			touched.Store(true)
		}
	})
	return memo.SumOf(s.manifest, s.keys), len(notes), len(notes) == bytes.Count(s.manifest, []byte("\n")) && !touched.Load()
}
