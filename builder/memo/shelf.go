package memo

import (
	"os"
	"sync"
	"unsafe"
)

// Shelf is where values of one type lie that are large and seldom asked for, so that they do not all take memory: a file without
// a name, which is gone when the program ends. What cannot be written stays in memory. A nil Shelf keeps all there.
type Shelf[B any] struct {
	codec Codec[B]
	file  *os.File

	mu   sync.Mutex
	end  int64
	room []byte     // to write in
	last [8]lent[B] // what was asked for last: who asks once often asks again
	next int        // in last
}

type lent[B any] struct {
	at    int64
	value *B // nil for none
}

// NewShelf returns an empty shelf; nil where there can be no file without a name.
func NewShelf[B any](codec Codec[B]) *Shelf[B] {
	file, err := os.CreateTemp("", "handbook-")
	if err != nil {
		return nil
	}
	if os.Remove(file.Name()) != nil { // a system on which an open file keeps its name
		file.Close()
		_ = os.Remove(file.Name())
		return nil
	}
	return &Shelf[B]{codec: codec, file: file}
}

// NoShelf returns a shelf that loses what is laid on it, for who seldom needs it again and can make it anew.
func NoShelf[B any]() *Shelf[B] { return &Shelf[B]{} }

// Put lays down a value, which is not to be changed, and returns what gives it back as often as it is called. That may fail, as
// reading a file may.
func (s *Shelf[B]) Put(b *B) (get func() (*B, bool)) {
	stays := func() (*B, bool) { return b, true }
	if s == nil {
		return stays
	} else if s.file == nil {
		return func() (*B, bool) { return nil, false }
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	w := &writer{data: s.room[:0]}
	s.codec.plan.write(w, unsafe.Pointer(b))
	s.room = w.data
	if w.bad {
		return stays
	}
	at, n := s.end, len(w.data)
	if _, err := s.file.WriteAt(w.data, at); err != nil {
		return stays
	}
	s.end += int64(n)
	return func() (*B, bool) { return s.take(at, n) }
}

func (s *Shelf[B]) take(at int64, n int) (*B, bool) {
	if b := s.lent(at); b != nil {
		return b, true
	}
	data := make([]byte, n)
	if _, err := s.file.ReadAt(data, at); err != nil {
		return nil, false
	}
	b, ok := s.codec.decode(data)
	if !ok {
		return nil, false
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.last[s.next] = lent[B]{at, &b}
	s.next = (s.next + 1) % len(s.last)
	return &b, true
}

func (s *Shelf[B]) lent(at int64) *B {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, l := range s.last {
		if l.value != nil && l.at == at {
			return l.value
		}
	}
	return nil
}
