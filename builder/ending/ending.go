// Package ending tells pages from other files by how their names end.
package ending

import "strings"

// All are the endings of pages, each in any letter case.
var All = []string{".md", ".mdx", ".markdown", ".md.erb"}

// Of is the ending of a page's file as it is written; "" for a file that is no page.
func Of(name string) string {
	for _, ending := range All {
		if n := len(name) - len(ending); n > 0 && name[n-1] != '/' && strings.EqualFold(name[n:], ending) {
			return name[n:]
		}
	}
	return ""
}

// Stem is a path without the ending of a page.
func Stem(path string) string { return path[:len(path)-len(Of(path))] }
