// Package themes carries the built-in theme inside the program.
package themes

import (
	"embed"
	"io/fs"
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
