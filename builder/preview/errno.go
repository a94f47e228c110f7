package preview

import (
	"errors"
	"io"
	"log"
	"syscall"
)

func isTaken(err error) bool { return errors.Is(err, syscall.EADDRINUSE) }

// isWatchLimit says whether the system has no more watches, or no more instances, to give.
func isWatchLimit(err error) bool {
	return errors.Is(err, syscall.ENOSPC) || errors.Is(err, syscall.EMFILE)
}

// silent is the log of the web server, which would print every broken connection.
func silent() *log.Logger { return log.New(io.Discard, "", 0) }
