package preview

import (
	"context"
	"slices"
	"time"
)

// How changes become builds. An editor writes a file in several steps a few milliseconds apart, and a checkout writes
// thousands for seconds.
const (
	quiet    = 8 * time.Millisecond   // nothing has changed for so long: build
	burst    = 100 * time.Millisecond // changes keep coming: build all the same
	few      = 3                      // who saves more files at once than these is no person, and can wait for
	lull     = 60 * time.Millisecond  // so long a silence, or until it is starving
	starving = time.Second            // changes have kept dropping builds for so long: let one finish
)

// ManyFiles is how many changed files are listed at most.
const ManyFiles = 1000

// loop builds whenever something has changed, for the last state only.
type loop struct {
	build    func(ctx context.Context, changed []string) error // the error is the context's, when it was dropped
	settle   func()                                            // called before each build, after which no change goes unseen
	midnight func() time.Duration                              // how long until a new day is a change; nil for never
}

// run builds at once and then after each change, until ctx ends.
func (l *loop) run(ctx context.Context, changed <-chan []string) {
	day := l.newDay()
	var pending []string // changed and not yet built
	var since time.Time  // when the first of them did; zero for the first build
	var last time.Time   // when the last change was told
	for {
		l.settle()
		build, cancel := context.WithCancel(ctx)
		files := pending
		done := make(chan error, 1)
		go func() { done <- l.build(build, files) }()

		pending = nil
		var err error
		for building := true; building; {
			select {
			case err = <-done:
				building = false
			case more := <-changed:
				pending = add(pending, more)
				if since.IsZero() {
					since = time.Now()
				}
				last = time.Now()
				if time.Since(since) < starving {
					cancel()
				}
			}
		}
		cancel()
		if ctx.Err() != nil {
			return
		}
		if err != nil {
			pending = add(files, pending)
		} else {
			since = time.Time{}
		}
		if len(pending) == 0 {
			select {
			case <-ctx.Done():
				return
			case <-day:
				day = l.newDay()
				continue
			case more := <-changed:
				pending = add(pending, more)
			}
		}
		if since.IsZero() {
			since = time.Now()
		}
		// Other files, right behind those that were built, are more of the same checkout.
		more := !last.IsZero() && time.Since(last) < burst && !slices.Equal(pending, files)
		pending = calm(ctx, pending, changed, more)
		last = time.Now()
	}
}

// calm waits until nothing changes for a moment, though not for ever. more says that the changes belong to a burst.
func calm(ctx context.Context, pending []string, changed <-chan []string, more bool) []string {
	limit, still := time.NewTimer(burst), time.NewTimer(quiet)
	defer limit.Stop()
	defer still.Stop()
	wait := quiet
	patient := func() {
		if wait == quiet && (more || len(pending) > few) {
			wait = lull
			limit.Reset(starving)
			still.Reset(wait)
		}
	}
	patient()
	for {
		select {
		case <-ctx.Done():
			return pending
		case <-limit.C:
			return pending
		case <-still.C:
			return pending
		case files := <-changed:
			pending = add(pending, files)
			still.Reset(wait)
			patient()
		}
	}
}

// add joins two sorted lists of files.
func add(a, b []string) []string {
	all := slices.Concat(a, b)
	slices.Sort(all)
	all = slices.Compact(all)
	if len(all) > ManyFiles {
		all = all[:ManyFiles]
	}
	return all
}

// newDay tells when the next day begins; never when days do not matter.
func (l *loop) newDay() <-chan time.Time {
	if l.midnight == nil {
		return nil
	}
	return time.After(l.midnight())
}
