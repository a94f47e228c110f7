package external

import (
	"encoding/json"
	"os"
	"path/filepath"
	"sync"
	"time"
)

// cache knows which pages were there, and when. Those that were not are asked for each time.
type cache struct {
	mu    sync.Mutex
	there map[string]time.Time
}

// load reads the cache; one that cannot be read is empty.
func load(file string, now time.Time) *cache {
	c := &cache{there: map[string]time.Time{}}
	if file == "" {
		return c
	}
	data, err := os.ReadFile(file)
	if err != nil || json.Unmarshal(data, &c.there) != nil {
		c.there = map[string]time.Time{}
	}
	for address, when := range c.there {
		if age := now.Sub(when); age > keep || age < 0 {
			delete(c.there, address)
		}
	}
	return c
}

func (c *cache) has(address string) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	_, ok := c.there[address]
	return ok
}

func (c *cache) put(address string, now time.Time) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.there[address] = now
}

// store writes the cache as a whole.
func (c *cache) store(file string) error {
	if file == "" {
		return nil
	}
	data, err := json.Marshal(c.there)
	if err != nil {
		return err
	}
	if err := os.MkdirAll(filepath.Dir(file), 0o777); err != nil {
		return err
	}
	temp, err := os.CreateTemp(filepath.Dir(file), ".external-*")
	if err != nil {
		return err
	}
	_, err = temp.Write(data)
	if e := temp.Close(); err == nil {
		err = e
	}
	if err == nil {
		err = os.Rename(temp.Name(), file)
	}
	if err != nil {
		os.Remove(temp.Name())
	}
	return err
}
