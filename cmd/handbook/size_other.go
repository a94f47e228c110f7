//go:build !(darwin || dragonfly || freebsd || linux || netbsd || openbsd || windows)

package main

import "os"

// terminalSize is how many columns and rows a terminal has when it does not say.
func terminalSize(*os.File) (columns, rows int) { return 80, 24 }
