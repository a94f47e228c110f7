package memo

import (
	"crypto/sha256"
	"io"
	"os"
	"sync"
)

// Program is a sum of the program that runs, which another version has another one of. It is zero where that cannot be found
// out. It is worked out once, and takes as long as reading the program.
var Program = sync.OnceValue(func() (sum Sum) {
	name, err := os.Executable()
	if err != nil {
		return sum
	}
	file, err := os.Open(name)
	if err != nil {
		return sum
	}
	defer file.Close()
	h := sha256.New()
	if _, err := io.Copy(h, file); err != nil {
		return sum
	}
	return Sum(h.Sum(nil))
})
