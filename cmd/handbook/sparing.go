package main

import (
	"runtime"
	"runtime/debug"
	"runtime/metrics"
)

// How much the heap grows between two collections, in percent of what is alive: fast while there is room, which most handbooks
// never leave, and slowly beyond, so that a large one takes little more than what is alive. A limit of the runtime's own would have the
// collector run without end where more is alive than that.
const (
	room        = 320 << 20 // bytes
	mostGrowth  = 400
	leastGrowth = 25
)

// spareMemory is for a command that lives for seconds: what is left of the room after a collection is how far the heap may grow
// until the next.
func spareMemory() {
	live := []metrics.Sample{{Name: "/gc/heap/live:bytes"}}
	var collected func(*token)
	collected = func(t *token) {
		metrics.Read(live)
		n := max(int(live[0].Value.Uint64()), 1)
		debug.SetGCPercent(min(max(100*(room-n)/n, leastGrowth), mostGrowth))
		runtime.SetFinalizer(t, collected) // which is called once
	}
	runtime.SetFinalizer(new(token), collected)
}

// token is what nobody holds, so that each collection finds it. It has a size at which it shares its memory with nothing else.
type token [64]byte
