package builder

import (
	"handbook/builder/book"
	"handbook/builder/render"
)

// surroundings are what a build knows of the folders around the content folder: what links of other tools begin with, and files that
// those tools publish with the pages. It looks only when somebody asks.
type surroundings struct {
	mount func() string
	find  func(path string) (render.Asset, string, bool)
}

// ask lets a book ask.
func (b surroundings) ask(in *book.Input) {
	in.Mount = b.mount
	if b.find != nil {
		in.Beside = func(path string) (string, bool) {
			_, folder, ok := b.find(path)
			return folder, ok
		}
	}
}

// assets are the files beside the content folder that a book publishes.
func (b surroundings) assets(of *book.Book) []render.Asset {
	var list []render.Asset
	for _, path := range of.Beside {
		if a, _, ok := b.find(path); ok {
			list = append(list, a)
		}
	}
	return list
}
