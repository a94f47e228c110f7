package publish

import (
	"bytes"
	"crypto/sha256"
	"encoding/binary"
	"io"
	"os"
	"path/filepath"
	"slices"
	"time"

	"handbook/builder/memo"
	"handbook/builder/stamp"
)

// keysName is the file that tells the next build what the files of a site were made of, and how they looked on disk: for each
// line of the manifest a key and the key of a stamp. Its numbers differ from machine to machine, so they are not in the
// manifest. There is no path in it, and it is as long as the manifest says, or it is nothing.
const keysName = ".handbook-keys"

const (
	keysBegin = "handbook keys 1\n"
	keysHead  = len(keysBegin) + len(memo.Sum{})
	keysEach  = len(memo.Sum{}) + 8
)

func keysSize(files int) int { return keysHead + files*keysEach + len(memo.Sum{}) }

// note is what a build knows of a file that it wrote.
type note struct {
	path  string
	sum   [sha256.Size]byte // of its bytes
	key   memo.Sum          // what they are made of; zero where that is not known
	stamp uint64            // of the file on disk; 0 where it may have changed without a sign
}

// encodeKeys writes down what is known beside the manifest.
func encodeKeys(manifest []byte, all []made) []byte {
	of := memo.SumOf(manifest)
	data := slices.Grow([]byte(keysBegin), keysSize(len(all)))
	data = append(data, of[:]...)
	for i := range all {
		data = append(data, all[i].key[:]...)
		data = binary.LittleEndian.AppendUint64(data, all[i].stamp)
	}
	whole := memo.SumOf(data)
	return append(data, whole[:]...)
}

// readKeys adds to what the manifest lists what is known of it. What is torn, damaged or beside another manifest tells nothing.
func (s *site) readKeys(dir string, listed []note) {
	name, size := filepath.Join(dir, keysName), keysSize(len(listed))
	if info, err := os.Lstat(name); err != nil || !info.Mode().IsRegular() || info.Size() != int64(size) {
		return
	}
	data, err := os.ReadFile(name)
	if err != nil || len(data) != size {
		return
	}
	body, check := data[:size-len(memo.Sum{})], memo.Sum(data[size-len(memo.Sum{}):])
	if string(body[:len(keysBegin)]) != keysBegin || memo.Sum(body[len(keysBegin):keysHead]) != memo.SumOf(s.manifest) || check != memo.SumOf(body) {
		return
	}
	s.keys = data
	for i := range listed {
		n, at := &listed[i], body[keysHead+i*keysEach:]
		n.key, n.stamp = memo.Sum(at), binary.LittleEndian.Uint64(at[len(n.key):])
	}
}

// keeps reports whether a file of the old site still has the bytes that are known of it, by its stamp or else by reading it.
func (s *stage) keeps(m *made, was *note) bool {
	disk := filepath.Join(s.dir, filepath.FromSlash(was.path))
	info, err := os.Lstat(disk)
	if err != nil || !info.Mode().IsRegular() {
		return false
	}
	m.seen = stampOf(info)
	if m.same = was.stamp != 0 && was.stamp == m.seen.Key(); !m.same {
		m.read = true
		sum, err := sumOf(disk)
		m.same = err == nil && sum == was.sum
	}
	return m.same
}

func sumOf(disk string) (sum [sha256.Size]byte, err error) {
	file, err := os.Open(disk)
	if err != nil {
		return sum, err
	}
	defer file.Close()
	h := sha256.New()
	_, err = io.Copy(h, file)
	h.Sum(sum[:0])
	return sum, err
}

func stampOf(info os.FileInfo) stamp.Stamp { return stamp.Of(info, time.Time{}) }

// remember writes the keys, after all that changes a stamp. A file that was written at the time now, or just before, may have
// been changed since without a sign: nothing is remembered of how it looks. What cannot be written is not there the next time.
func (s *stage) remember(old *site, now time.Time) {
	memo.Each(len(s.files), func(i int) {
		m := &s.files[i]
		look := m.seen
		if s.root != "" { // links change a stamp
			info, err := os.Lstat(filepath.Join(s.dir, filepath.FromSlash(m.path)))
			if err != nil || !info.Mode().IsRegular() {
				return
			}
			look = stampOf(info)
		}
		if seen := m.seen; look.Size == seen.Size && look.ModTime == seen.ModTime && look.Inode == seen.Inode && !stamp.Racy(look.ModTime, now) {
			m.stamp = look.Key()
		}
	})
	data := encodeKeys(s.manifest, s.files)
	if bytes.Equal(data, old.keys) {
		return
	}
	name := filepath.Join(s.dir, keysName)
	_ = os.Remove(name) // it may be a link to somewhere
	file, err := os.OpenFile(name, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o644)
	if err == nil {
		_, _ = file.Write(data)
		_ = file.Close()
	}
}
