package memo

import (
	"cmp"
	"io/fs"
	"iter"
	"os"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"time"
)

// Store is a folder in which results lie from one run to the next. It may be deleted, copied to other machines and used by
// several processes at once. Whatever befalls it costs time: what is torn, foreign or not to be read is made again, and what
// cannot be written is not there the next time. Nothing in it is executed or taken for a path. But its results are believed,
// so who may write into it may write the site.
//
// Results lie in packs. Each run writes what it made into one of its own. When there are too many, or they are too large, they
// become one without what was not used for the longest time.
type Store struct {
	dir, version string
	limit        int64
	packs        atomic.Pointer[[]*pack] // the last one first

	mu   sync.Mutex // held to look at made
	made []made

	writing sync.Mutex // held to write to the folder
}

// made is a result that is not on disk yet.
type made struct {
	key    Sum
	encode func() ([]byte, bool)
}

const (
	maxPacks = 8         // more become one
	maxOpen  = 64        // more are not opened
	maxAge   = time.Hour // of a pack that is being written; an older one was given up
)

// Open looks into a folder, which is made if it is not there. It holds about limit bytes from one run to the next. The version is the
// program's: what another one left counts for nothing.
func Open(dir string, limit int64, version string) *Store {
	s := &Store{dir: dir, version: version, limit: limit}
	s.packs.Store(&[]*pack{})
	root, err := os.OpenRoot(dir)
	if err != nil {
		root, err = create(dir)
	}
	if err == nil {
		defer root.Close()
		s.look(root)
	}
	return s
}

// name is how the results of a function are known on disk.
func (s *Store) name(function, version string, layout Sum) Sum {
	if s == nil {
		return Sum{}
	}
	of := "function"
	if version == "" {
		of, version = "program", s.version
	}
	return SumOf([]byte(function), []byte(of), []byte(version), layout[:])
}

// read hands what lies under a key to take, until that does.
func (s *Store) read(key Sum, take func(data []byte) bool) bool {
	for _, p := range *s.packs.Load() {
		if i, there := p.find(key); there {
			if data, ok := p.read(i); ok && take(data) {
				p.use(i)
				return true
			}
		}
	}
	return false
}

// add notes a result that is to be written.
func (s *Store) add(key Sum, encode func() ([]byte, bool)) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.made = append(s.made, made{key, encode})
}

// Flush writes what was made since the last time.
func (s *Store) Flush() {
	if s == nil {
		return
	}
	s.writing.Lock()
	defer s.writing.Unlock()
	s.mu.Lock()
	list := s.made
	s.made = nil
	s.mu.Unlock()
	root, err := os.OpenRoot(s.dir)
	if err != nil && len(list) > 0 {
		root, err = create(s.dir)
	}
	if err != nil {
		return
	}
	defer root.Close()
	for _, p := range *s.packs.Load() {
		p.writeMarks(root)
	}
	if len(list) > 0 {
		s.replace(root, nil, encoded(list), s.limit)
	}
	s.tidy(root)
}

// Close writes what was made and lets go of the folder. What is asked for after that is made.
func (s *Store) Close() {
	if s == nil {
		return
	}
	s.Flush()
	for _, p := range *s.packs.Swap(&[]*pack{}) {
		p.close()
	}
}

// create makes a folder that git passes over.
func create(dir string) (*os.Root, error) {
	if err := os.MkdirAll(dir, 0o777); err != nil {
		return nil, err
	}
	root, err := os.OpenRoot(dir)
	if err == nil {
		_ = root.WriteFile(".gitignore", []byte("*\n"), 0o666)
	}
	return root, err
}

// encoded gives results as they are written, some at a time on all processors.
func encoded(list []made) iter.Seq[item] {
	return func(yield func(item) bool) {
		for part := range slices.Chunk(list, 256) {
			items := make([]item, len(part))
			Each(len(part), func(i int) {
				if data, ok := part[i].encode(); ok {
					items[i] = item{part[i].key, check(data), data, true}
				}
			})
			for _, it := range items {
				if it.data != nil && !yield(it) {
					return
				}
			}
		}
	}
}

// look opens the packs of the folder that are not open yet.
func (s *Store) look(root *os.Root) {
	open := map[string]*pack{}
	for _, p := range *s.packs.Load() {
		open[p.name] = p
	}
	files, _ := fs.ReadDir(root.FS(), ".")
	packs, left := []*pack{}, maxItems
	for _, f := range files {
		info, err := f.Info()
		if err != nil || !info.Mode().IsRegular() { // a link leads out of the folder, a pipe has no end
			continue
		}
		switch {
		case strings.HasSuffix(f.Name(), suffix):
			p := open[f.Name()]
			if p == nil {
				p = &pack{name: f.Name(), size: info.Size()}
				if len(packs) < maxOpen && p.size <= s.limit {
					p.open(root, left)
				}
			}
			left -= len(p.marks)
			packs = append(packs, p)
		case strings.HasSuffix(f.Name(), unready) && time.Since(info.ModTime()) > maxAge:
			_ = root.Remove(f.Name())
		}
	}
	slices.SortStableFunc(packs, func(a, b *pack) int { return cmp.Compare(b.born, a.born) })
	s.packs.Store(&packs)
}

// tidy makes one pack of too many, or of too large ones.
func (s *Store) tidy(root *os.Root) {
	packs := *s.packs.Load()
	var total int64
	for _, p := range packs {
		total += p.size
	}
	switch {
	case total > s.limit:
		room := s.limit / 4 * 3 // so that it is not done after each run
		s.replace(root, packs, lastUsedFirst(packs, usedNow), room)
	case len(packs) > maxPacks:
		packs = slices.DeleteFunc(slices.Clone(packs), func(p *pack) bool { return p.size > total/2 }) // which others cost less to copy
		s.replace(root, packs, lastUsedFirst(packs, usedOnce), total)
	}
}

// replace writes a pack in the place of others.
func (s *Store) replace(root *os.Root, others []*pack, items iter.Seq[item], room int64) {
	var born uint64
	for _, p := range *s.packs.Load() {
		born = max(born, p.born+1)
	}
	name, err := writePack(root, items, room, born)
	if err != nil {
		return
	}
	for _, p := range others {
		p.close()
		_ = root.Remove(p.name)
	}
	s.look(root)
	for _, p := range *s.packs.Load() {
		for i := range p.marks {
			if p.name == name {
				p.marks[i].CompareAndSwap(usedOnce, usedNow)
			}
		}
	}
}

// lastUsedFirst gives what this run used, then what was used since that was last looked at, then the rest; of these what lies
// in a later pack first, and of one pack what lies further ahead, as it came out of here. Less than the least mark is none.
func lastUsedFirst(packs []*pack, least uint32) iter.Seq[item] {
	type place struct {
		pack *pack
		i    int
		mark uint32
	}
	var places []place
	for _, p := range packs {
		for _, i := range p.order() {
			places = append(places, place{p, i, p.marks[i].Load()})
		}
	}
	slices.SortStableFunc(places, func(a, b place) int { return cmp.Compare(b.mark, a.mark) })
	return func(yield func(item) bool) {
		for _, at := range places {
			data, ok := at.pack.read(at.i)
			if ok && !yield(item{at.pack.key(at.i), at.pack.sum(at.i), data, at.mark >= least}) {
				return
			}
		}
	}
}
