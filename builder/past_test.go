package builder

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"handbook/builder/page"
	"handbook/builder/review"
	"handbook/builder/schema"

	"github.com/rogpeppe/go-internal/txtar"
)

// told is a past that an archive tells: texts as they were before somebody's edit, and the files of the repository that
// are no pages, with who changed them last.
type told struct {
	edits map[string][]review.Edit // by page, the newest first
	texts map[string][]string      // the text before each, and what it is now
	files []review.Edit
}

// pastOf reads the files of an archive that are called "before DAY AUTHOR PATH", the newest first, and "repository" with
// lines of DAY AUTHOR FILE; nil without any.
func pastOf(t *testing.T, a *txtar.Archive) review.Past {
	p := told{map[string][]review.Edit{}, map[string][]string{}, nil}
	edit := func(f []string) review.Edit {
		day, err := schema.ParseDate(f[0])
		if err != nil {
			t.Fatal(f, err)
		}
		return review.Edit{Day: day, By: f[1], Commit: fmt.Sprintf("%s by %s", f[0], f[1])}
	}
	found := false
	for _, f := range a.Files {
		switch name := strings.Fields(f.Name); name[0] {
		case "before":
			found = true
			p.edits[name[3]] = append(p.edits[name[3]], edit(name[1:]))
			p.texts[name[3]] = append(p.texts[name[3]], string(f.Data))
		case "repository":
			found = true
			for line := range strings.Lines(string(f.Data)) {
				e := edit(strings.Fields(line))
				e.File = strings.Fields(line)[2]
				p.files = append(p.files, e)
			}
		}
	}
	if !found {
		return nil
	}
	for name, text := range siteOf(a) {
		if path, ok := strings.CutPrefix(name, "content/"); ok {
			p.texts[path] = append(p.texts[path], text)
		}
	}
	return p
}

func (p told) Edits(path string) []review.Edit { return p.edits[path] }

func (p told) Versions(path string, e review.Edit) (before, after *page.Page, ok bool) {
	i := slices.IndexFunc(p.edits[path], func(known review.Edit) bool { return known.Commit == e.Commit })
	later := len(p.texts[path]) - 1 // what it is now
	if i > 0 {
		later = i - 1
	}
	parse := func(i int) *page.Page {
		v, _ := page.Parse("content/"+path, path, []byte(p.texts[path][i]), schema.Default())
		return v
	}
	return parse(i), parse(later), i >= 0
}

func (p told) Deleted(schema.Date) []review.Deleted { return nil }

func (p told) Alike(string) []*page.Page { return nil }

func (p told) Tracked(pattern string, after schema.Date) (edits []review.Edit, sums []review.Sum, ok bool) {
	for _, e := range p.files {
		if strings.HasPrefix(e.File, strings.TrimSuffix(pattern, "**")) {
			ok = true
			if after.Before(e.Day) {
				edits = append(edits, e)
			}
		}
	}
	return edits, []review.Sum{0}, ok
}

// verdictsOf writes what the build found out about each page: states with their sentences, details, and what a reviewer
// read and now reads otherwise.
func verdictsOf(r Result) string {
	var b strings.Builder
	for _, n := range r.Book.Nodes {
		v := r.Verdicts.Of(n)
		id := n.ID
		if id == "" {
			id = "home"
		}
		for _, reason := range v.Reasons {
			fmt.Fprintf(&b, "%s: %s: %s\n", id, reason.State, reason.Sentence)
			if d := reason.Diff; d != nil {
				for _, old := range d.Old {
					if !slices.Contains(d.New, old) {
						fmt.Fprintf(&b, "\t- %s\n", old)
					}
				}
				for _, now := range d.New {
					if !slices.Contains(d.Old, now) {
						fmt.Fprintf(&b, "\t+ %s\n", now)
					}
				}
			}
		}
		for _, detail := range v.Details {
			fmt.Fprintf(&b, "%s: %s\n", id, detail.Sentence)
		}
	}
	return b.String()
}
