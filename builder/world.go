package builder

import (
	"cmp"
	"context"
	"fmt"
	"io/fs"
	"path/filepath"
	"slices"
	"strings"

	"handbook/builder/diag"
	"handbook/builder/history"
	"handbook/builder/origin"
	"handbook/builder/owners"
	"handbook/builder/render"
	"handbook/builder/review"
	"handbook/builder/source"
)

// World is what a handbook is built of: the folders as they are (Disk), as they were committed (Revision), as they would be
// after an edit (Edited), or files that are nowhere on disk (Given). What an audience sees is no World but a slice of a handbook.
type World interface {
	// Files lists the files, and reads none.
	Files(ctx context.Context) (source.Snapshot, diag.List)
	// History begins to read what git knows.
	History(ctx context.Context, r *repository) *log
	// CodeOwners finds CODEOWNERS, with the way from the site's folder to the one that its patterns count from, and from that one
	// to the pages.
	CodeOwners(l *log) (file owners.Source, top, prefix string, err error)
	// Around is what lies around the content folder.
	Around(l *log) surroundings
}

// Disk is the folders as they are: the one that holds handbook.yaml and themes/, and the one of pages.
type Disk struct{ Root, Content string }

func (d Disk) Files(context.Context) (source.Snapshot, diag.List) {
	return source.Load(source.Folder(d))
}

func (d Disk) History(ctx context.Context, r *repository) *log {
	return r.read(ctx, d.Content, "")
}

// where is the folder above the pages that links may begin at, and the way from it to them. It waits until git has been found.
func (d Disk) where(l *log) (root, below string) {
	<-l.located
	if l.prefix != "" {
		return l.root, strings.TrimSuffix(l.prefix, "/")
	}
	if below := d.below(); below != "" {
		return d.Root, below
	}
	return cmp.Or(l.root, d.Root), ""
}

// below is the way from the site's folder to the pages; "" where they lie elsewhere, or right in it.
func (d Disk) below() string {
	below, _ := source.Below(d.Root, d.Content)
	return below
}

func (d Disk) CodeOwners(l *log) (file owners.Source, top, prefix string, err error) {
	dir, top, prefix, err := d.top(l)
	if err != nil {
		return file, "", "", err
	}
	file, err = owners.FindIn(dir)
	return file, top, prefix, err
}

// top is the top folder of the repository, or of the site where there is no repository.
func (d Disk) top(l *log) (dir, top, prefix string, err error) {
	<-l.located
	root := source.RealPath(d.Root)
	dir, prefix = l.root, l.prefix
	if dir == "" {
		below, ok := source.Below(root, d.Content)
		if !ok {
			return "", "", "", fs.ErrNotExist // CODEOWNERS says nothing about files elsewhere
		}
		if dir = root; below != "" {
			prefix = below + "/"
		}
	}
	if top, err = filepath.Rel(root, dir); err != nil {
		top = dir
	}
	return dir, filepath.ToSlash(top), prefix, nil
}

func (d Disk) Around(l *log) surroundings {
	s := surroundings{mount: func() string { _, below := d.where(l); return below }}
	var around *source.Beside
	s.find = func(path string) (render.Asset, string, bool) {
		if around == nil {
			root, _ := d.where(l)
			around = source.NewBeside(d.Content, root)
		}
		f, folder, ok := around.Find(path)
		return asset(path, f), folder, ok
	}
	return s
}

// Revision is the folders as they were committed.
type Revision struct {
	Disk
	At *history.Revision
}

func (r Revision) Files(ctx context.Context) (source.Snapshot, diag.List) {
	return committed(ctx, r.Disk, r.At)
}

func (r Revision) History(ctx context.Context, known *repository) *log {
	return known.read(ctx, r.Content, r.At.Commit)
}

func (r Revision) CodeOwners(l *log) (file owners.Source, top, prefix string, err error) {
	_, top, prefix, err = r.top(l)
	if err != nil {
		return file, "", "", err
	}
	ctx := context.Background()
	files, err := r.At.Files(ctx, owners.Places()...)
	if err != nil {
		return file, "", "", err
	}
	file, err = owners.Find(func(path string) ([]byte, error) {
		if i := slices.IndexFunc(files, func(e history.Entry) bool { return e.Path == path }); i >= 0 {
			return r.At.Read(ctx, files[i].ID)
		}
		return nil, fs.ErrNotExist
	})
	return file, top, prefix, err
}

func (r Revision) Around(l *log) surroundings {
	return surroundings{mount: r.Disk.Around(l).mount} // what lay beside the pages of a commit is not looked up
}

// committed is the snapshot of a revision.
func committed(ctx context.Context, d Disk, at *history.Revision) (source.Snapshot, diag.List) {
	var msgs diag.List
	entries, err := at.Files(ctx)
	if err != nil {
		msgs.Add(diag.UnreadableHistory, diag.Place{}, fmt.Sprintf("git cannot list the files of %s: %v", at.Commit, err), "run git fsck in the repository")
		return source.Snapshot{}, msgs
	}
	root, rootInside := "", false
	if below, ok := source.Below(at.Root, d.Root); ok {
		rootInside = true
		if below != "" {
			root = below + "/"
		}
	}
	var objects []source.Object
	for _, e := range entries {
		names := make([]string, 0, 2)
		if below, ok := strings.CutPrefix(e.Path, at.Prefix); ok {
			names = append(names, "content/"+below)
		}
		if below, ok := strings.CutPrefix(e.Path, root); ok && rootInside && (below == "handbook.yaml" || strings.HasPrefix(below, "themes/")) {
			names = append(names, below)
		}
		read := func() ([]byte, error) { return at.Read(ctx, e.ID) }
		for _, name := range names {
			objects = append(objects, source.Object{Name: name, ID: e.ID, Size: e.Size, Read: read})
		}
		if isAbove(e.Path, at.Prefix) {
			name, err := filepath.Rel(source.RealPath(d.Root), filepath.Join(at.Root, filepath.FromSlash(e.Path)))
			if err != nil {
				name = e.Path
			}
			objects = append(objects, source.Object{Name: filepath.ToSlash(name), ID: e.ID, Size: e.Size, Read: read, Origin: e.Path})
		}
	}
	return source.Objects(objects, rootInside && root == at.Prefix, strings.TrimSuffix(at.Prefix, "/"))
}

// isAbove reports whether a path in a repository is one that other generators read in the content folder or above it.
func isAbove(p, prefix string) bool {
	return slices.ContainsFunc(origin.Above(), func(name string) bool {
		dir, ok := strings.CutSuffix(p, name)
		return ok && (dir == "" || strings.HasSuffix(dir, "/")) && strings.HasPrefix(prefix, dir)
	})
}

// Edited is another World with some of its files edited.
type Edited struct {
	World
	Edit         func(source.Snapshot) source.Snapshot
	CodeOwnersAs []byte // what CODEOWNERS says then; nil for what it does
}

func (e Edited) Files(ctx context.Context) (source.Snapshot, diag.List) {
	snap, msgs := e.World.Files(ctx)
	if e.Edit != nil {
		snap = e.Edit(snap)
	}
	return snap, msgs
}

func (e Edited) CodeOwners(l *log) (file owners.Source, top, prefix string, err error) {
	file, top, prefix, err = e.World.CodeOwners(l)
	if e.CodeOwnersAs != nil {
		file.Data = e.CodeOwnersAs
	}
	return file, top, prefix, err
}

// Given is files that are nowhere on disk, with what is known of their past.
type Given struct {
	Load func() (source.Snapshot, diag.List)
	Past review.Past // nil for nothing
	Repo fs.FS       // the top folder of the repository, in which content/ lies; nil for none
}

func (g Given) Files(context.Context) (source.Snapshot, diag.List) { return g.Load() }

func (g Given) History(context.Context, *repository) *log {
	l := newLog()
	l.given = g.Past
	close(l.located)
	close(l.done)
	return l
}

func (g Given) CodeOwners(*log) (file owners.Source, top, prefix string, err error) {
	if g.Repo == nil {
		return file, "", "", fs.ErrNotExist
	}
	file, err = owners.Find(func(path string) ([]byte, error) { return fs.ReadFile(g.Repo, path) })
	return file, "", "content/", err
}

func (g Given) Around(*log) surroundings {
	return surroundings{func() string { return "content" }, func(path string) (render.Asset, string, bool) {
		for _, folder := range slices.Concat(source.Published, []string{"."}) {
			if g.Repo == nil || folder == "." && !strings.HasPrefix(path, "assets/") {
				break
			}
			if data, err := fs.ReadFile(g.Repo, strings.TrimPrefix(folder+"/"+path, "./")); err == nil {
				return render.Asset{Path: path, Read: func() ([]byte, error) { return data, nil }}, strings.Replace(folder, ".", "assets", 1), true
			}
		}
		return render.Asset{}, "", false
	}}
}
