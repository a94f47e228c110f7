package diag

import (
	"cmp"
	"io"
)

// GitLab writes a code quality report, which GitLab shows in merge requests. reach turns the name of a file into its
// path from the repository's top folder.
func GitLab(w io.Writer, list []Located, reach func(file string) string) error {
	type lines struct {
		Begin int `json:"begin"`
	}
	type location struct {
		Path  string `json:"path"`
		Lines lines  `json:"lines"`
	}
	type issue struct {
		Description string   `json:"description"`
		CheckName   string   `json:"check_name"`
		Fingerprint string   `json:"fingerprint"`
		Severity    string   `json:"severity"`
		Location    location `json:"location"`
	}
	prints := Fingerprints(list)
	issues := make([]issue, len(list)) // an empty list, not null
	for i, m := range list {
		severity := "minor"
		if m.Severity == Error {
			severity = "major"
		}
		// GitLab leaves out what has no path and no line.
		at := location{reached(reach, cmp.Or(m.File, siteFile)), lines{max(m.Line, 1)}}
		issues[i] = issue{clean(Sentence(reach, m.Text)) + " (" + clean(Sentence(reach, m.Help)) + ")", string(m.Rule), prints[i], severity, at}
	}
	return WriteJSON(w, issues, "  ")
}

// siteFile stands for the site as a whole in the forms that want a file.
const siteFile = "content"
