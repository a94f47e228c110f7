package publish

import (
	"context"
	"errors"
	"time"
)

// patience is how long a build waits for another one that writes to the same place.
const patience = 30 * time.Second

// errTaken is what tryLock returns while another process or goroutine has the lock.
var errTaken = errors.New("locked")

// lock keeps two builds from writing to the same folder at a time. The system lets go of the lock when the program
// ends, however it ends.
func lock(ctx context.Context, dir string) (unlock func(), err error) {
	ctx, cancel := context.WithTimeoutCause(ctx, patience, &RefusedError{dir, "another build has been writing to the folder for half a minute",
		"wait for it or end it, and build again"})
	defer cancel()
	for {
		unlock, err := tryLock(dir)
		if !errors.Is(err, errTaken) {
			return unlock, err
		}
		select {
		case <-ctx.Done():
			return nil, context.Cause(ctx)
		case <-time.After(20 * time.Millisecond):
		}
	}
}
