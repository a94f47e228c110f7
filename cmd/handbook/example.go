package main

import (
	"io/fs"
	"path/filepath"
	"strings"

	"handbook/content"
)

// exampleSite is the handbook.yaml of the example: that of this repository without what is of no use elsewhere.
const exampleSite = `# The handbook of Marram, a company that does not exist: a worked example of a product organisation, and the manual.
name: Marram handbook
description: How the Marram product team works, what it builds, and what still holds.
language: en

# How often a page is reviewed that says nothing else, and how long before that day it counts as due.
review:
  every: 6 months
  warn: 14d

# The example shows pages whose review is overdue, on purpose, and its readers have days that pass.
rules:
  review-overdue: off
  sign-off-overdue: off
`

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
