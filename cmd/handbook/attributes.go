package main

import (
	"bytes"
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
)

// mergeByLine makes git put the lines of both sides together when two branches recorded reviews. It adds a line to the
// .gitattributes of the site's folder, or of the content folder where that lies elsewhere, unless it is there. It
// returns the file and the line that were written, "" when none was.
func mergeByLine(root, content string) (file, line string, err error) {
	dir, below := content, ""
	if site, err := realPath(root); err == nil {
		if real, err := realPath(content); err == nil {
			if rel, err := filepath.Rel(site, real); err == nil && filepath.IsLocal(rel) {
				dir, below = root, filepath.ToSlash(rel)
			}
		}
	}
	pattern := "_records/*.jsonl"
	if below != "" && below != "." {
		pattern = attributePath(below) + "/" + pattern
	}
	if strings.ContainsAny(pattern, " \t\"") {
		pattern = strconv.Quote(pattern) // git reads what C writes
	}
	line = pattern + " merge=union"
	folder, err := os.OpenRoot(dir)
	if err != nil {
		return "", "", err
	}
	defer folder.Close()
	file = filepath.Join(dir, ".gitattributes")
	old, err := folder.ReadFile(".gitattributes")
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return "", "", err
	}
	end := "\n"
	for l := range bytes.Lines(old) {
		said, ok := strings.CutPrefix(strings.TrimSpace(string(l)), pattern)
		if ok && strings.TrimLeft(said, " \t") != said && slices.ContainsFunc(strings.Fields(said), isMerge) {
			return "", "", nil // this, or what somebody prefers
		}
		if bytes.HasSuffix(l, []byte("\r\n")) {
			end = "\r\n"
		}
	}
	return file, line, appendLines(folder, ".gitattributes", []byte(line+end))
}

func isMerge(attribute string) bool {
	return strings.HasPrefix(attribute, "merge=") || attribute == "merge" || attribute == "-merge" || attribute == "!merge"
}

// attributePath escapes what means something else in a pattern.
func attributePath(p string) string {
	return strings.NewReplacer(`\`, `\\`, "*", `\*`, "?", `\?`, "[", `\[`).Replace(p)
}

// appendLines adds whole lines to the end of a file, which is made when it is missing, in one write, so that two
// people who do so at once do not mix their lines. What is in the file stays as it is.
func appendLines(folder *os.Root, name string, lines []byte) error {
	f, err := folder.OpenFile(name, os.O_RDWR|os.O_APPEND|os.O_CREATE, 0o644)
	if err != nil {
		return err
	}
	defer f.Close()
	size, err := f.Seek(0, io.SeekEnd)
	if err != nil {
		return err
	}
	if size > 0 {
		last := make([]byte, 1)
		if _, err := f.ReadAt(last, size-1); err != nil {
			return err
		}
		if last[0] != '\n' {
			lines = append([]byte("\n"), lines...)
		}
	}
	if _, err := f.Write(lines); err != nil {
		return err
	}
	return f.Close()
}
