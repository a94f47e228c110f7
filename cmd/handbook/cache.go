package main

import (
	"crypto/sha256"
	"encoding/hex"
	"io"
	"os"
	"path/filepath"
	"sync"

	"handbook/builder"
)

// cacheFolder is where a handbook's cache lies unless somebody says otherwise, beside handbook.yaml.
const cacheFolder = ".handbook"

// noCache is what --cache takes for none.
const noCache = "off"

// cacheDir is the folder of the cache; "" for none.
func (f *siteFlags) cacheDir() string {
	switch f.cache {
	case "":
		return filepath.Join(f.dir, cacheFolder)
	case noCache:
		return ""
	}
	return f.cache
}

// openSession begins with what was left in the cache.
func openSession(job builder.Job) *builder.Session {
	if job.CacheDir == "" || program() == "" {
		return builder.NewSession()
	}
	return builder.OpenSession(job.CacheDir, program())
}

// program stands for this program, to the byte; "" where it cannot be read.
var program = sync.OnceValue(func() string {
	name, err := os.Executable()
	if err != nil {
		return ""
	}
	file, err := os.Open(name)
	if err != nil {
		return ""
	}
	defer file.Close()
	sum := sha256.New()
	if _, err := io.Copy(sum, file); err != nil {
		return ""
	}
	return hex.EncodeToString(sum.Sum(nil))
})
