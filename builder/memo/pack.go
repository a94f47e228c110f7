package memo

import (
	"bufio"
	"bytes"
	"cmp"
	"crypto/rand"
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"iter"
	"os"
	"slices"
	"sort"
	"sync/atomic"
)

// pack is a file of results: one behind the other, a record of each sorted by key, a byte for each that is not zero if it was
// used, and an end. It is written under another name; later only the marks of use change. A record holds a sum of its result,
// so one that is damaged leads to nothing.
type pack struct {
	name  string
	size  int64
	born  uint64   // later packs have higher numbers
	file  *os.File // nil when it cannot be read
	index []byte   // the records
	marks []atomic.Uint32
	dirty atomic.Bool // a mark was set that is not in the file
}

// Marks of a result.
const (
	unused   = iota
	usedOnce // by some run
	usedNow  // by this one
)

// item is one result as it is written.
type item struct {
	key, sum Sum // of the argument, of the data
	data     []byte
	used     bool
}

const (
	suffix  = ".pack"
	unready = ".part" // of a pack that is being written

	magic      = "handbook memo 1\n"
	recordSize = 16 + 16 + 8 + 4    // key, sum of the data, where it begins, its length
	endSize    = 8 + 8 + len(magic) // number of records, when it was born, magic
	maxItem    = 64 << 20           // a larger result is neither written nor read; the history of 500,000 commits is as large
	maxItems   = 1 << 21            // of a pack that is written, and of all that are read: their records lie in memory
)

func check(data []byte) Sum {
	all := sha256.Sum256(data)
	return Sum(all[:])
}

// open reads all but the results. A pack that is not as it was written, or has more than the most, stays one without results.
func (p *pack) open(root *os.Root, most int) {
	file, err := root.Open(p.name)
	if err != nil {
		return
	}
	if !p.load(file, most) {
		file.Close()
		return
	}
	p.file = file
}

func (p *pack) load(file *os.File, most int) bool {
	end := make([]byte, endSize)
	if _, err := file.ReadAt(end, p.size-int64(endSize)); err != nil || string(end[16:]) != magic {
		return false
	}
	count := binary.LittleEndian.Uint64(end)
	if count > uint64(most) || int64(count)*(recordSize+1) > p.size {
		return false
	}
	index := make([]byte, count*(recordSize+1))
	if _, err := file.ReadAt(index, p.size-int64(endSize+len(index))); err != nil {
		return false
	}
	index, used := index[:count*recordSize], index[count*recordSize:]
	p.born, p.index, p.marks = binary.LittleEndian.Uint64(end[8:]), index, make([]atomic.Uint32, count)
	for i, u := range used {
		if u != 0 {
			p.marks[i].Store(usedOnce)
		}
	}
	return true
}

func (p *pack) close() {
	if p.file != nil {
		p.file.Close()
	}
}

func (p *pack) record(i int) []byte { return p.index[i*recordSize : (i+1)*recordSize] }

func (p *pack) key(i int) Sum { return Sum(p.record(i)) }

func (p *pack) sum(i int) Sum { return Sum(p.record(i)[16:]) }

func (p *pack) start(i int) uint64 { return binary.LittleEndian.Uint64(p.record(i)[32:]) }

// find returns the number of the key's record.
func (p *pack) find(key Sum) (int, bool) {
	return sort.Find(len(p.marks), func(i int) int { return bytes.Compare(key[:], p.record(i)[:16]) })
}

// read returns the data of a record if it is what was written.
func (p *pack) read(i int) ([]byte, bool) {
	start, size := p.start(i), binary.LittleEndian.Uint32(p.record(i)[40:])
	if size > maxItem || start > uint64(p.size) {
		return nil, false
	}
	data := make([]byte, min(int64(size), p.size))
	if _, err := p.file.ReadAt(data, int64(start)); err != nil {
		return nil, false
	}
	return data, check(data) == p.sum(i)
}

// use marks a result as used now.
func (p *pack) use(i int) {
	if p.marks[i].Swap(usedNow) == unused {
		p.dirty.Store(true)
	}
}

// writeMarks writes the marks into the file. Who does the same at that time may undo some, and what was used goes earlier.
func (p *pack) writeMarks(root *os.Root) {
	if !p.dirty.Swap(false) {
		return
	}
	marks := make([]byte, len(p.marks))
	for i := range marks {
		marks[i] = byte(min(p.marks[i].Load(), usedOnce))
	}
	if file, err := root.OpenFile(p.name, os.O_WRONLY, 0); err == nil {
		file.WriteAt(marks, p.size-int64(endSize+len(marks)))
		file.Close()
	}
}

// order returns the numbers of the records as their data lies in the file.
func (p *pack) order() []int {
	all := make([]int, len(p.marks))
	for i := range all {
		all[i] = i
	}
	slices.SortFunc(all, func(i, j int) int { return cmp.Compare(p.start(i), p.start(j)) })
	return all
}

// writePack writes results as a pack, whole or not at all, with so much room for their data. Its name is "" when there is
// nothing to write.
func writePack(root *os.Root, items iter.Seq[item], room int64, born uint64) (name string, err error) {
	name = rand.Text()
	file, err := root.OpenFile(name+unready, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o666)
	if err != nil {
		return "", err
	}
	w := bufio.NewWriterSize(file, 1<<18)
	records := pour(w, items, room)
	slices.SortFunc(records, bytes.Compare)
	var index, used []byte
	for _, r := range records {
		index, used = append(index, r[:recordSize]...), append(used, r[recordSize])
	}
	w.Write(index)
	w.Write(used)
	end := binary.LittleEndian.AppendUint64(nil, uint64(len(records)))
	end = binary.LittleEndian.AppendUint64(end, born)
	w.Write(append(end, magic...))
	if err = errors.Join(w.Flush(), file.Close()); err == nil && len(records) > 0 { // w remembers what went wrong
		if err = root.Rename(name+unready, name+suffix); err == nil {
			return name + suffix, nil
		}
	}
	_ = root.Remove(name + unready)
	return "", err
}

// pour writes the data of results and returns their records, each with its mark.
func pour(w *bufio.Writer, items iter.Seq[item], room int64) (records [][]byte) {
	var at int64
	seen := map[Sum]bool{}
	for it := range items {
		size := int64(len(it.data))
		if seen[it.key] || size > maxItem {
			continue
		}
		if len(records) == maxItems || at+size > room {
			break
		}
		seen[it.key] = true
		w.Write(it.data)
		r := append(make([]byte, 0, recordSize+1), it.key[:]...)
		r = append(r, it.sum[:]...)
		r = binary.LittleEndian.AppendUint64(r, uint64(at))
		r = binary.LittleEndian.AppendUint32(r, uint32(size))
		mark := byte(unused)
		if it.used {
			mark = usedOnce
		}
		records = append(records, append(r, mark))
		at += size
	}
	return records
}
