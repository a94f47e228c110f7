//go:build !linux

package preview

func isRemote(string) bool { return false }
