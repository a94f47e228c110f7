package main

import (
	"fmt"
	"io"
	"sync/atomic"
	"time"

	"handbook/builder"
)

// progress shows on a terminal how far a build is once it has taken a second. The function it returns ends and
// clears the line.
func progress(w io.Writer, job *builder.Job) (done func()) {
	if !isTerminal(w) {
		return func() {}
	}
	type step struct {
		what      string
		at, total int
	}
	var last atomic.Pointer[step]
	job.Progress = func(what string, at, total int) { last.Store(&step{what, at, total}) }
	stop, stopped := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(stopped)
		shown := false
		wait := time.NewTimer(time.Second)
		defer wait.Stop()
		for {
			select {
			case <-stop:
				if shown {
					fmt.Fprint(w, "\r\x1b[K")
				}
				return
			case <-wait.C:
				if s := last.Load(); s != nil {
					fmt.Fprintf(w, "\r\x1b[K%s %d of %d", s.what, s.at, s.total)
					shown = true
				}
				wait.Reset(100 * time.Millisecond)
			}
		}
	}()
	return func() { close(stop); <-stopped }
}
