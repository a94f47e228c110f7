package main

import (
	"bytes"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"handbook/builder/source"
)

// mergeByLine makes git put the lines of both sides together when two branches recorded reviews. It adds a line to the
// .gitattributes of the site's folder, or of the content folder where that lies elsewhere, unless it is there. It
// returns the file that was written, "" when none was, and the line.
func mergeByLine(root, content string) (file, line string, err error) {
	dir, below := content, ""
	if way, ok := source.Below(root, content); ok {
		dir, below = root, way
	}
	pattern := "_records/*.jsonl"
	if below != "" {
		pattern = attributePath(below) + "/" + pattern
	}
	if strings.ContainsAny(pattern, " \t\"") {
		pattern = strconv.Quote(pattern) // git reads what C writes
	}
	line = pattern + " merge=union"
	folder, err := os.OpenRoot(dir)
	if err != nil {
		return "", line, err
	}
	defer folder.Close()
	file = filepath.Join(dir, ".gitattributes")
	added, err := disk{}.add(folder, ".gitattributes", func(old []byte) []byte {
		end := "\n"
		for l := range bytes.Lines(old) {
			said, ok := strings.CutPrefix(strings.TrimSpace(string(l)), pattern)
			if ok && strings.TrimLeft(said, " \t") != said && slices.ContainsFunc(strings.Fields(said), isMerge) {
				return nil // this, or what somebody prefers
			}
			if bytes.HasSuffix(l, []byte("\r\n")) {
				end = "\r\n"
			}
		}
		return []byte(line + end)
	})
	if !added {
		file = ""
	}
	return file, line, err
}

func isMerge(attribute string) bool {
	return strings.HasPrefix(attribute, "merge=") || attribute == "merge" || attribute == "-merge" || attribute == "!merge"
}

// attributePath escapes what means something else in a pattern.
func attributePath(p string) string {
	return strings.NewReplacer(`\`, `\\`, "*", `\*`, "?", `\?`, "[", `\[`).Replace(p)
}
