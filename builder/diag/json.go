package diag

import "io"

// JSON writes one object a line: rule, severity, file, line, column, message, help, fingerprint, and notes when there are
// any. A message that stands for others has their places as notes. Line and column are 0 for a message about a file as a whole;
// file is "" for one about the site.
func JSON(w io.Writer, list []Located, reach func(file string) string) error {
	type note struct {
		File    string `json:"file"`
		Line    int    `json:"line"`
		Column  int    `json:"column"`
		Message string `json:"message"`
	}
	name := func(file string) string { return reached(reach, file) }
	prints := Fingerprints(list)
	for i, m := range list {
		var notes []note
		for _, n := range m.Also(-1) {
			notes = append(notes, note{name(n.File), n.Line, n.Column, Sentence(reach, n.Text)})
		}
		err := WriteJSON(w, struct {
			Rule        Rule   `json:"rule"`
			Severity    string `json:"severity"`
			File        string `json:"file"`
			Line        int    `json:"line"`
			Column      int    `json:"column"`
			Message     string `json:"message"`
			Help        string `json:"help"`
			Fingerprint string `json:"fingerprint"`
			Notes       []note `json:"notes,omitempty"`
		}{m.Rule, m.Severity.String(), name(m.File), m.Line, m.Column, Sentence(reach, m.Text), Sentence(reach, m.Help), prints[i], notes}, "")
		if err != nil {
			return err
		}
	}
	return nil
}
