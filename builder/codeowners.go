package builder

import (
	"bytes"
	"context"
	"fmt"
	"io/fs"
	"path"
	"path/filepath"

	"handbook/builder/book"
	"handbook/builder/diag"
	"handbook/builder/owners"
	"handbook/builder/source"
)

// codeOwners is what a session remembers of CODEOWNERS.
type codeOwners struct {
	name   string // as messages call it; "" when there is none
	source owners.Source
	rules  *owners.Rules
	msgs   diag.List
}

// readCodeOwners finds the repository's CODEOWNERS and says who owns a page; nil where there is no such file.
func (s *Session) readCodeOwners(job Job, git *reading) (func(page string) []book.Named, diag.List) {
	if job.narrow() {
		return nil, nil
	}
	source, top, prefix, err := findCodeOwners(job, git)
	if err != nil {
		s.owners = codeOwners{}
		if owners.IsNone(err) {
			return nil, nil
		}
		var msgs diag.List
		msgs.Add(diag.InvalidCodeowners, diag.Place{}, fmt.Sprintf("CODEOWNERS cannot be read: %v", err), "see who may read the file, or take it away")
		return nil, msgs
	}
	if job.codeOwners != nil {
		source.Data = job.codeOwners
	}
	name := path.Join(top, source.Path)
	if old := s.owners; old.name != name || old.source.Flavour != source.Flavour || !bytes.Equal(old.source.Data, source.Data) {
		rules, msgs := owners.Parse(name, source.Data, source.Flavour)
		s.owners = codeOwners{name, source, rules, msgs}
	}
	rules := s.owners.rules
	return func(page string) []book.Named {
		var named []book.Named
		for _, o := range rules.Owners(prefix + page) {
			named = append(named, book.Named{Name: o.Name, At: o.At})
		}
		return named
	}, s.owners.msgs
}

// findCodeOwners looks in the top folder of the repository, or of the site where there is no repository. It returns the
// way from the site's folder to that one, and from that one to the pages.
func findCodeOwners(job Job, git *reading) (found owners.Source, top, prefix string, err error) {
	if job.load != nil {
		if job.repo == nil {
			return found, "", "", fs.ErrNotExist
		}
		found, err = owners.Find(job.repo)
		return found, "", "content/", err
	}
	<-git.located
	root := source.RealPath(job.Root)
	dir, prefix := git.root, git.prefix
	if dir == "" {
		below, ok := source.Below(root, job.Content)
		if !ok {
			return found, "", "", fs.ErrNotExist // CODEOWNERS says nothing about files elsewhere
		}
		if dir = root; below != "" {
			prefix = below + "/"
		}
	}
	if top, err = filepath.Rel(root, dir); err != nil {
		top = dir
	}
	if job.at != nil {
		files, err := job.at.FS(context.Background(), owners.Places()...)
		if err != nil {
			return found, "", "", err
		}
		found, err = owners.Find(files)
		return found, filepath.ToSlash(top), prefix, err
	}
	found, err = owners.FindIn(dir)
	return found, filepath.ToSlash(top), prefix, err
}

// reader reads files by the names that messages give them, CODEOWNERS too.
func (c codeOwners) reader(read func(name string) ([]byte, error)) func(name string) ([]byte, error) {
	return func(name string) ([]byte, error) {
		if name == c.name && name != "" {
			return c.source.Data, nil
		}
		return read(name)
	}
}
