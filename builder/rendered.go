package builder

import (
	"container/list"
	"context"
	"sync"

	"handbook/builder/memo"
	"handbook/builder/render"
)

// maxRendered is how many bytes of outputs a session remembers. A preview that runs for weeks shows every page once; the
// one that was not looked at for longest can be made again.
const maxRendered = 64 << 20

// rendered remembers the bytes of outputs that somebody looked at.
type rendered struct {
	mu    sync.Mutex
	pages map[string]*list.Element // of entry, by path
	order list.List                // the entry that was asked for last comes first
	size  int                      // bytes of all entries
	count int                      // how often an output was really rendered
}

type entry struct {
	path string
	key  uint64
	data []byte
}

// find returns the bytes of an output, if they are known and still made of the same.
func (r *rendered) find(path string, key uint64) ([]byte, bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	e := r.pages[path]
	if e == nil || e.Value.(entry).key != key {
		return nil, false
	}
	r.order.MoveToFront(e)
	return e.Value.(entry).data, true
}

// keep remembers the bytes of an output, and forgets what was not asked for in a long time.
func (r *rendered) keep(e entry) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.count++
	if r.pages == nil {
		r.pages = map[string]*list.Element{}
	}
	if old := r.pages[e.path]; old != nil {
		r.forget(old)
	}
	r.pages[e.path] = r.order.PushFront(e)
	r.size += len(e.data)
	for r.size > maxRendered && r.order.Len() > 1 {
		r.forget(r.order.Back())
	}
}

func (r *rendered) forget(e *list.Element) {
	old := r.order.Remove(e).(entry)
	delete(r.pages, old.path)
	r.size -= len(old.data)
}

// Render gives the bytes of an output, from memory when it was rendered lately and is still made of the same.
func (s *Session) Render(o render.Output) ([]byte, error) {
	if o.Asset {
		return o.Data() // the file is the memory
	}
	key := o.Key()
	if data, ok := s.pages.find(o.Path, key); ok {
		return data, nil
	}
	data, err := o.Data()
	if err != nil {
		return nil, err
	}
	s.pages.keep(entry{o.Path, key, data})
	return data, nil
}

// Rendered counts how often the session really rendered an output.
func (s *Session) Rendered() int {
	s.pages.mu.Lock()
	defer s.pages.mu.Unlock()
	return s.pages.count
}

// Keys are the keys of outputs, by path.
type Keys map[string]uint64

// Keys asks every output for its key, on all processors. The error is the context's.
func (r Result) Keys(ctx context.Context) (Keys, error) {
	all := make([]uint64, len(r.Outputs))
	memo.Each(len(all), func(i int) {
		if ctx.Err() == nil {
			all[i] = r.Outputs[i].Key()
		}
	})
	keys := make(Keys, len(all))
	for i, o := range r.Outputs {
		keys[o.Path] = all[i]
	}
	return keys, ctx.Err()
}
