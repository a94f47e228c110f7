// Package owners reads CODEOWNERS files as GitHub and GitLab read them, and says who owns a path. It does not know
// pages, teams or people: an owner is a name as written, with its place.
package owners

import (
	"errors"
	"io/fs"
	"os"
	"slices"
	"strings"

	"handbook/builder/diag"
)

// Flavour is whose rules a file follows.
type Flavour uint8

const (
	GitHub Flavour = iota
	GitLab
)

// Owner is one name in a rule.
type Owner struct {
	Name string     // "@acme/payments", "@ana", "ana@example.com", "@@maintainer"
	At   diag.Place // the name in its file
}

// Source is a CODEOWNERS file that was found.
type Source struct {
	Path    string // from the repository's root, with slashes
	Data    []byte
	Flavour Flavour
}

// Find returns the file that counts in a repository: the first of .github/CODEOWNERS, CODEOWNERS, docs/CODEOWNERS and
// .gitlab/CODEOWNERS. A file in one of the two places that both services read is GitLab's when it has what only GitLab
// knows, a section heading or an exclusion, or when the repository has a .gitlab-ci.yml. The error is
// fs.ErrNotExist when there is none. read gives an ordinary file of the repository; that there is none is fs.ErrNotExist.
func Find(read func(path string) ([]byte, error)) (Source, error) {
	for _, path := range places[:4] {
		data, err := read(path)
		if errors.Is(err, fs.ErrNotExist) {
			continue
		}
		if err != nil {
			return Source{}, err
		}
		s := Source{path, data, GitHub}
		_, err = read(places[4])
		switch {
		case path == ".github/CODEOWNERS":
		case path == ".gitlab/CODEOWNERS" || err == nil || onlyGitLab(data):
			s.Flavour = GitLab
		}
		return s, nil
	}
	return Source{}, fs.ErrNotExist
}

// places are where the file may be, the first first, and what else Find looks at.
var places = [...]string{".github/CODEOWNERS", "CODEOWNERS", "docs/CODEOWNERS", ".gitlab/CODEOWNERS", ".gitlab-ci.yml"}

// Places lists the files that Find looks at.
func Places() []string { return places[:] }

// FindIn is Find in a folder on disk. It follows no symbolic link that leads out of the folder.
func FindIn(dir string) (Source, error) {
	root, err := os.OpenRoot(dir)
	if err != nil {
		return Source{}, err
	}
	defer root.Close()
	return Find(func(path string) ([]byte, error) {
		if info, err := root.Stat(path); err != nil || !info.Mode().IsRegular() {
			return nil, fs.ErrNotExist
		}
		return root.ReadFile(path)
	})
}

// IsNone reports whether Find's error means that the repository has no CODEOWNERS file.
func IsNone(err error) bool { return errors.Is(err, fs.ErrNotExist) }

// Rules is a file, ready to be asked. It may be asked by several goroutines at once.
type Rules struct {
	rules []rule
	index index
}

// rule is one line that owns or excludes.
type rule struct {
	pattern pattern
	section int     // GitHub has only section 0, GitLab one for each name, in order
	owners  []Owner // none: the path has no owner, in this section
	exclude bool    // GitLab's "!": nothing in the section owns the path, wherever the line stands
	text    string  // the pattern as written
	at      diag.Place
}

// Pattern is the pattern of one rule, as written.
type Pattern struct {
	Text     string
	At       diag.Place
	Anchored bool // it counts from the repository's top folder
}

// Patterns lists the patterns of all rules, in the order of the file.
func (r *Rules) Patterns() []Pattern {
	if r == nil {
		return nil
	}
	list := make([]Pattern, len(r.rules))
	for i, rule := range r.rules {
		list[i] = Pattern{rule.text, rule.at, !strings.HasPrefix(string(rule.pattern), "**/")}
	}
	return list
}

// Owners returns who owns a path, which is from the repository's root, with slashes. In each section the last rule that
// matches decides; the sections' owners follow each other in the order of the file, without repetition.
func (r *Rules) Owners(path string) []Owner {
	if r == nil {
		return nil
	}
	last := map[int]int{} // section to rule, from 1
	var excluded map[int]bool
	path = strings.Trim(path, "/")
	r.index.candidates(path, func(i int) {
		rule := &r.rules[i]
		if excluded[rule.section] || !rule.exclude && i < last[rule.section] || !rule.pattern.match(path) {
			return
		}
		if rule.exclude {
			if excluded == nil {
				excluded = map[int]bool{}
			}
			excluded[rule.section] = true
			return
		}
		last[rule.section] = i + 1
	})
	var sections []int
	for s := range last {
		if !excluded[s] {
			sections = append(sections, s)
		}
	}
	slices.Sort(sections)
	var owners []Owner
	for _, s := range sections {
		for _, o := range r.rules[last[s]-1].owners {
			if !slices.ContainsFunc(owners, func(have Owner) bool { return have.Name == o.Name }) {
				owners = append(owners, o)
			}
		}
	}
	return owners
}
