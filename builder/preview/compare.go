package preview

import "context"

// comparison finds out, after a build is served already, which addresses look otherwise than before, for the terminal.
// To know it of every page takes longer than to show the one that is being written, so it is done behind; a build that
// begins meanwhile ends it, and is told of together with the one that was not compared.
type comparison struct {
	built  func(Report)
	last   tally    // of the last report
	untold []string // changed files that no report was about

	cancel context.CancelFunc
	done   chan struct{}
}

// start compares a site with that of the last report and hands on the report. site is nil when there is none yet. It is
// called by one goroutine at a time, after stop.
func (c *comparison) start(r Report, site *site) {
	if c.built == nil {
		return
	}
	c.untold = add(c.untold, r.Changed)
	r.Changed = c.untold
	ctx, cancel := context.WithCancel(context.Background())
	c.cancel, c.done = cancel, make(chan struct{})
	go func() {
		defer close(c.done)
		defer cancel()
		if site != nil {
			now := site.tally(ctx)
			if now == nil {
				return
			}
			r.Pages = changes(c.last, now)
			c.last = now
		}
		c.untold = nil
		c.built(r)
	}()
}

// stop ends what start began.
func (c *comparison) stop() {
	if c.cancel != nil {
		c.cancel()
		<-c.done
	}
}
