//go:build !linux

package main

import "github.com/rogpeppe/go-internal/testscript"

func unprivileged(ts *testscript.TestScript, neg bool, args []string) {
	ts.Logf("skipped: %v needs another user", args)
}

func tinyDisk(ts *testscript.TestScript, neg bool, args []string) {}

// canMakeDisks is about Linux alone.
func canMakeDisks() bool { return false }
