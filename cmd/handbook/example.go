package main

import (
	"io/fs"
	"path/filepath"
	"strings"

	"handbook/content"
)

// makeExample writes the pages of the example into a folder that is empty, and counts the files.
func makeExample(dir string) (int, error) {
	count := 0
	err := fs.WalkDir(content.Files, ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || strings.HasSuffix(name, ".go") {
			return err
		}
		data, err := content.Files.ReadFile(name)
		if err != nil {
			return err
		}
		made, err := create(filepath.Join(dir, filepath.FromSlash(name)), string(data))
		if made {
			count++
		}
		return err
	})
	return count, err
}
