// Package memo remembers what pure functions of content gave.
//
// A Func reads its argument and nothing else: whatever may make its result another one is in the sum of the argument. Results
// are never changed, by nobody, since everybody gets the same one. What neither this generation nor the last one asked for
// is forgotten. There is no invalidation: another argument has another sum.
//
// What a Func with a Codec gave may also lie in a folder, for the next run or another machine: a Store.
package memo

import (
	"context"
	"maps"
	"sync"
	"sync/atomic"
)

// Func is a pure function with a name.
type Func[A, B any] struct {
	Name string      // no other has it
	Sum  func(A) Sum // of everything in the argument that Make looks at
	Make func(context.Context, A) B

	// For results that may lie on disk:
	Codec   Codec[B]
	Version string       // stands for what Make does, so that another version of the program finds its results; "" for the program's own
	Keep    func(B) bool // whether a result is whole: only such are remembered, or believed when they were read; nil for all
	Aside   bool         // what was read is not held in memory too, but read again for each who asks
}

// Set is what is remembered. Any number of goroutines may ask at the same time. A nil Set remembers nothing and makes all
// that is asked for.
type Set struct {
	generation atomic.Uint32
	mu         sync.Mutex                       // held to add a table
	tables     atomic.Pointer[map[string]table] // by the names of Funcs; copied to add one, so that asking takes no lock
	store      *Store                           // nil for none
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
	Read  int // or was found on disk
}

// NewSet returns a Set that remembers nothing yet.
func NewSet() *Set { return (*Store)(nil).NewSet() }

// NewSet returns a Set that looks into the store for what it does not remember, and leaves there what it makes. Without a
// store it remembers for itself.
func (store *Store) NewSet() *Set {
	s := &Set{store: store}
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
	table := tableOf(s, f)
	key := f.Sum(a)
	part := &table.parts[key[0]%parts]
	for {
		e, making, mine := part.find(key, s.generation.Load())
		if mine {
			return part.fill(key, e, func() origin { return get(ctx, s.store, f, a, table.name, key, &e.value) })
		}
		if making != nil {
			<-making
		}
		if e.kept {
			return e.value
		}
	}
}

// origin is where a result comes from, and whether it is kept.
type origin struct{ read, kept bool }

// get reads a result from disk or makes it.
func get[A, B any](ctx context.Context, store *Store, f *Func[A, B], a A, name, key Sum, b *B) origin {
	whole := func(b B) bool { return f.Keep == nil || f.Keep(b) }
	if store == nil || f.Codec.plan == nil {
		*b = f.Make(ctx, a)
		return origin{kept: ctx.Err() == nil && whole(*b)}
	}
	onDisk := SumOf(name[:], key[:])
	if store.read(onDisk, func(data []byte) (ok bool) {
		*b, ok = f.Codec.decode(data)
		return ok && whole(*b)
	}) {
		return origin{read: true, kept: !f.Aside}
	}
	made := f.Make(ctx, a)
	*b = made
	kept := ctx.Err() == nil && whole(made)
	if kept {
		store.add(onDisk, func() ([]byte, bool) { return f.Codec.encode(&made) })
	}
	return origin{kept: kept}
}

// results is the table of one Func, in parts with locks of their own, so that those who ask do not wait for each other.
type results[B any] struct {
	parts [parts]part[B]
	name  Sum // of the function on disk
}

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

func tableOf[A, B any](s *Set, f *Func[A, B]) *results[B] {
	t := (*s.tables.Load())[f.Name]
	if t == nil {
		t = s.add(f.Name, &results[B]{name: s.store.name(f.Name, f.Version, f.Codec.layout)})
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

// fill gets the value of an entry and lets go who waits for it, even if get panics.
func (p *part[B]) fill(key Sum, e *entry[B], get func() origin) B {
	var from origin
	defer func() {
		p.mu.Lock()
		defer p.mu.Unlock()
		if from.read {
			p.counted.Read++
		} else {
			p.counted.Made++
		}
		if e.kept = from.kept; !e.kept && p.entries[key] == e {
			delete(p.entries, key)
		}
		close(e.making)
		e.making = nil
	}()
	from = get()
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
		all.Read += p.counted.Read
		p.mu.Unlock()
	}
	return all
}
