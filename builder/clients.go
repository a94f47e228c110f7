package builder

import (
	"handbook/builder/diag"
	"handbook/builder/owners"
	"handbook/builder/source"
)

// What rooms that compare builds, or change the files that one was made of, may ask of it.

// Another is a session for another state of the same folders. What the two have in common is made once.
func (s *Session) Another() *Session { return &Session{set: s.set, looks: s.looks} }

// With is the job with some files changed. owners is what CODEOWNERS says then; nil for what it does.
func (j Job) With(changes []source.Changed, owners []byte) Job {
	j.World = Edited{World: j.world(), Edit: func(snap source.Snapshot) source.Snapshot { return snap.With(changes) }, CodeOwnersAs: owners}
	return j
}

// Files are the files that the handbook was made of.
func (r Result) Files() source.Snapshot { return r.in.snap }

// AllFiles are these and those that the site ignores.
func (r Result) AllFiles() source.Snapshot { return r.in.all }

// With is the build for whoever reads its files once some have changed.
func (r Result) With(changes []source.Changed) Result {
	r.in = r.in.with(changes)
	return r
}

// At is a place of a page, counted from the beginning of its file.
func (r Result) At(place diag.Place) diag.Place { return r.in.at(place) }

// CodeOwners is CODEOWNERS, as messages call it; "" where there is none that counts.
func (r Result) CodeOwners() (name string, file owners.Source, rules *owners.Rules) {
	return r.in.owners.name, r.in.owners.file, r.in.owners.rules
}

// Prefix is the way from the top folder of the repository to the pages, ending in a slash; "" where they lie right in it. It is
// that from the site's folder where there is no repository.
func (r Result) Prefix() string {
	if below := r.in.around.mount(); below != "" {
		return below + "/"
	}
	return ""
}

// Dated reports whether it is known when texts changed.
func (r Result) Dated() bool { return r.past != nil }
