// Package memo remembers what pure functions of content gave.
//
// A Func reads its argument and nothing else: whatever may make its result another one is in the sum of the argument. Results
// are never changed, by nobody, since everybody gets the same one. What neither this generation nor the last one asked for
// is forgotten. There is no invalidation: another argument has another sum.
package memo

import (
	"context"
	"maps"
	"sync"
	"sync/atomic"
)

// Func is a pure function with a name.
type Func[A, B any] struct {
	Name string      // of one function in the program, with one type of results
	Sum  func(A) Sum // of everything in the argument that Make looks at
	Make func(context.Context, A) B
	Keep func(B) bool // whether a result is worth remembering; nil for always
}

// Set is what is remembered. Any number of goroutines may ask at the same time. A nil Set remembers nothing and makes all
// that is asked for.
type Set struct {
	generation atomic.Uint32
	mu         sync.Mutex                       // held to add a table
	tables     atomic.Pointer[map[string]table] // by the names of Funcs; copied to add one, so that asking takes no lock
}

// table is what a Set knows of a table without knowing the type of its results.
type table interface {
	forget(before uint32)
	count() Count
}

// Count says what came of a Func in this generation.
type Count struct {
	Asked int // how often a result was asked for
	Made  int // how often it was made for that
}

// NewSet returns a Set that remembers nothing yet.
func NewSet() *Set {
	s := &Set{}
	s.tables.Store(&map[string]table{})
	return s
}

// Next begins another generation. It forgets what was asked for neither in the one that ends nor in the one before.
func (s *Set) Next() {
	if s == nil {
		return
	}
	ends := s.generation.Add(1) - 1
	for _, t := range *s.tables.Load() {
		t.forget(max(ends, 1) - 1)
	}
}

// Counts tells, by the names of Funcs, what was asked for and made in this generation.
func (s *Set) Counts() map[string]Count {
	counts := map[string]Count{}
	if s != nil {
		for name, t := range *s.tables.Load() {
			counts[name] = t.count()
		}
	}
	return counts
}

// Of gives the function's result for the argument. Of several who ask for it at once one makes it, and the others wait for
// that. What Make gives when ctx has ended may be half a result: whoever made it gets it and has to look at ctx, and it is
// neither kept nor given to anybody else.
func Of[A, B any](ctx context.Context, s *Set, f *Func[A, B], a A) B {
	if s == nil {
		return f.Make(ctx, a)
	}
	key := f.Sum(a)
	part := &tableOf[B](s, f.Name).parts[key[0]%parts]
	for {
		e, making, mine := part.find(key, s.generation.Load())
		if mine {
			return part.fill(key, e, func() (B, bool) {
				b := f.Make(ctx, a)
				return b, ctx.Err() == nil && (f.Keep == nil || f.Keep(b))
			})
		}
		if making != nil {
			<-making
		}
		if e.kept {
			return e.value
		}
	}
}

// results is the table of one Func, in parts with locks of their own, so that those who ask do not wait for each other.
type results[B any] struct{ parts [parts]part[B] }

const parts = 64

type part[B any] struct {
	mu      sync.Mutex
	entries map[Sum]*entry[B]
	counted Count
}

type entry[B any] struct {
	value  B
	kept   bool          // value is whole
	making chan struct{} // closed when the value is made or will never be; nil from then on
	used   uint32        // the last generation that asked
}

func tableOf[B any](s *Set, name string) *results[B] {
	t := (*s.tables.Load())[name]
	if t == nil {
		t = s.add(name, &results[B]{})
	}
	return t.(*results[B])
}

// add gives the set a table, unless somebody else just did.
func (s *Set) add(name string, t table) table {
	s.mu.Lock()
	defer s.mu.Unlock()
	old := *s.tables.Load()
	if there := old[name]; there != nil {
		return there
	}
	tables := maps.Clone(old)
	tables[name] = t
	s.tables.Store(&tables)
	return t
}

// find gives the entry of a key. It is the caller's to fill where there was none.
func (p *part[B]) find(key Sum, now uint32) (e *entry[B], making chan struct{}, mine bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.counted.Asked++
	if e = p.entries[key]; e == nil {
		if p.entries == nil {
			p.entries = map[Sum]*entry[B]{}
		}
		e, mine = &entry[B]{making: make(chan struct{})}, true
		p.entries[key] = e
	}
	e.used = now
	return e, e.making, mine
}

// fill makes the value of an entry and lets go who waits for it, even if make panics.
func (p *part[B]) fill(key Sum, e *entry[B], make func() (B, bool)) B {
	defer func() {
		p.mu.Lock()
		defer p.mu.Unlock()
		p.counted.Made++
		if !e.kept && p.entries[key] == e {
			delete(p.entries, key)
		}
		close(e.making)
		e.making = nil
	}()
	e.value, e.kept = make()
	return e.value
}

// forget drops what was last used before a generation.
func (r *results[B]) forget(before uint32) {
	for i := range r.parts {
		p := &r.parts[i]
		p.mu.Lock()
		maps.DeleteFunc(p.entries, func(_ Sum, e *entry[B]) bool { return e.used < before })
		p.counted = Count{}
		p.mu.Unlock()
	}
}

func (r *results[B]) count() (all Count) {
	for i := range r.parts {
		p := &r.parts[i]
		p.mu.Lock()
		all.Asked += p.counted.Asked
		all.Made += p.counted.Made
		p.mu.Unlock()
	}
	return all
}
