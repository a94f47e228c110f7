package builder

import (
	"cmp"
	"io/fs"
	"strings"

	"handbook/builder/book"
	"handbook/builder/render"
	"handbook/builder/source"
)

// surroundings are what a build knows of the folders around the content folder: what links of other tools begin with, and files that
// those tools publish with the pages.
type surroundings struct {
	mount func() string
	find  func(path string) (render.Asset, string, bool)
}

// besideOf looks only when somebody asks.
func besideOf(job Job, git *reading) surroundings {
	if job.load != nil {
		return surroundings{func() string { return "content" }, func(path string) (render.Asset, string, bool) {
			for _, folder := range []string{"static", "public"} {
				if job.repo == nil {
					break
				}
				if data, err := fs.ReadFile(job.repo, folder+"/"+path); err == nil {
					return render.Asset{Path: path, Read: func() ([]byte, error) { return data, nil }}, folder, true
				}
			}
			return render.Asset{}, "", false
		}}
	}
	where := func() (root, below string) {
		<-git.located
		if git.prefix != "" {
			return git.root, strings.TrimSuffix(git.prefix, "/")
		}
		if below, ok := source.Below(job.Root, job.Content); ok && below != "" {
			return job.Root, below
		}
		return cmp.Or(git.root, job.Root), ""
	}
	b := surroundings{mount: func() string { _, below := where(); return below }}
	if job.at != nil {
		return b // what lay beside the pages of a commit is not looked up
	}
	var around *source.Beside
	b.find = func(path string) (render.Asset, string, bool) {
		if around == nil {
			root, _ := where()
			around = source.NewBeside(job.Content, root)
		}
		f, folder, ok := around.Find(path)
		return render.Asset{Path: path, Key: f.Stamp.Key(), Read: f.Read}, folder, ok
	}
	return b
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
