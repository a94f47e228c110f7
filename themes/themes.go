// Package themes carries the built-in theme inside the program.
package themes

import (
	"embed"
	"io/fs"
	"regexp"
	"strings"
	"sync"
)

//go:embed default
var files embed.FS

// Default is the built-in theme: templates, styles, assets and interface words. A site's own theme overrides it
// file by file.
func Default() fs.FS {
	sub, err := fs.Sub(files, "default")
	if err != nil {
		return files // cannot happen: the path above is valid
	}
	return sub
}

// Classes are those of which the built-in theme makes the frame of a page, and what it says of the page: its review, its
// owner, its lists. Those that only its styles for text have are not among them. The map is not to be changed.
var Classes = sync.OnceValue(func() map[string]bool {
	own, styled, text := map[string]bool{}, map[string]bool{}, map[string]bool{}
	_ = fs.WalkDir(Default(), ".", func(name string, d fs.DirEntry, err error) error { // what is embedded can be read
		if err != nil || d.IsDir() {
			return err
		}
		data, err := fs.ReadFile(Default(), name)
		switch {
		case err != nil:
			return err
		case strings.HasSuffix(name, ".html"):
			for _, m := range classInMarkup.FindAllSubmatch(action.ReplaceAll(data, []byte(" ")), -1) {
				for class := range strings.FieldsSeq(string(m[1])) {
					own[class] = true
				}
			}
		case strings.HasSuffix(name, ".css"):
			for _, m := range classInStyles.FindAllSubmatch(data, -1) {
				if class := string(m[1]); strings.Contains(name, "text") || strings.Contains(name, "code") {
					text[class] = true
				} else {
					styled[class] = true
				}
			}
		}
		return nil
	})
	for class := range styled {
		if !text[class] {
			own[class] = true
		}
	}
	return own
})

var (
	classInMarkup = regexp.MustCompile(`class="([^"]*)"`)
	classInStyles = regexp.MustCompile(`[^a-z0-9]\.([a-z][a-z0-9-]*)`)
	action        = regexp.MustCompile(`{{[^}]*}}`)
)
