//go:build unix

package source

import "syscall"

// dontWait keeps opening a named pipe from waiting for somebody who writes to it.
const dontWait = syscall.O_NONBLOCK
