// Package content embeds the handbook that this repository builds, so that `handbook init --example` can write it down.
// It is no part of that handbook: handbook.yaml leaves it out.
package content

import "embed"

// Files are the files of this folder, this one included.
//
//go:embed all:*
var Files embed.FS
