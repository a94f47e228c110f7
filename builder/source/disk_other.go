//go:build !unix

package source

const dontWait = 0
