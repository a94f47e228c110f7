package memo

import (
	"runtime"
	"sync"
	"sync/atomic"
)

// Each calls do for the numbers below n, on all processors, and returns when all calls have.
func Each(n int, do func(i int)) { each(n, runtime.GOMAXPROCS(0), do) }

// Behind is Each on all processors but one, which is left to somebody who waits for an answer meanwhile.
func Behind(n int, do func(i int)) { each(n, max(1, runtime.GOMAXPROCS(0)-1), do) }

func each(n, workers int, do func(i int)) {
	batch := min(16, 1+n/(64*workers)) // so that counting is cheap and nobody has much left when the others have ended
	workers = min(workers, (n+batch-1)/batch)
	var next atomic.Int64
	work := func() {
		for end := int(next.Add(int64(batch))); end-batch < n; end = int(next.Add(int64(batch))) {
			for i := end - batch; i < min(end, n); i++ {
				do(i)
			}
		}
	}
	var wait sync.WaitGroup
	for range workers - 1 {
		wait.Go(work)
	}
	work()
	wait.Wait()
}
