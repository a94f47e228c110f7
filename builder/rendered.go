package builder

import (
	"sync"

	"handbook/builder/render"
)

// rendered remembers the bytes of outputs that somebody looked at.
type rendered struct {
	mu    sync.Mutex
	pages map[string]entry
	count int // how often an output was really rendered
}

type entry struct {
	key  uint64
	data []byte
}

// keep forgets what the build with these keys does not use.
func (r *rendered) keep(keys map[string]uint64) {
	r.mu.Lock()
	defer r.mu.Unlock()
	for path, e := range r.pages {
		if keys[path] != e.key {
			delete(r.pages, path)
		}
	}
}

// Render gives the bytes of an output, from memory when it was rendered before and is still made of the same.
func (s *Session) Render(o render.Output) ([]byte, error) {
	r := &s.pages
	r.mu.Lock()
	e, ok := r.pages[o.Path]
	r.mu.Unlock()
	if ok && e.key == o.Key {
		return e.data, nil
	}
	data, err := o.Data()
	if err != nil {
		return nil, err
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.pages == nil {
		r.pages = map[string]entry{}
	}
	r.pages[o.Path] = entry{o.Key, data}
	r.count++
	return data, nil
}

// Rendered counts how often the session really rendered an output.
func (s *Session) Rendered() int {
	s.pages.mu.Lock()
	defer s.pages.mu.Unlock()
	return s.pages.count
}
