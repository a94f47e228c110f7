//go:build !(darwin || dragonfly || freebsd || linux || netbsd || openbsd || windows)

package publish

func tryLock(string) (unlock func(), err error) { return func() {}, nil }
