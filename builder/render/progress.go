package render

import (
	"slices"

	"handbook/builder/book"
	"handbook/builder/theme"
)

// addProgress says how far the findings of a beta report have been dealt with, the most severe first.
func (m *around) addProgress(v *theme.View, n *book.Node) {
	list, ok := n.Value("findings")
	if !ok || n.Type != "beta-report" {
		return
	}
	var severities []string // the mildest first
	for _, f := range list.Field.Fields {
		if f.Name == "severity" {
			severities = slices.Clone(f.Options)
		}
	}
	known := len(severities)
	for _, finding := range list.List {
		if s, _ := finding.Value("severity"); !slices.Contains(severities, s.Text) {
			severities = append(severities, s.Text) // what is no severity stands last
		}
	}
	slices.Reverse(severities[:known])
	var all theme.ProgressRow
	var rows []theme.ProgressRow
	for _, severity := range severities {
		row := theme.ProgressRow{Severity: severity}
		for _, finding := range list.List {
			if s, _ := finding.Value("severity"); s.Text == severity {
				row.Add(step(finding), 1)
			}
		}
		if row.N == 0 {
			continue
		}
		for _, s := range row.Steps {
			all.Add(s.Name, s.N)
		}
		rows = append(rows, row.Drawn(m.signs.Words))
	}
	if all.N > 0 {
		v.Progress = &theme.Progress{All: all.Drawn(m.signs.Words), Rows: rows}
	}
}

// step is how far a finding has come. One that is closed was seen to be mended, or is not to be.
func step(finding book.Value) string {
	status, _ := finding.Value("status")
	retested, _ := finding.Value("retested")
	switch {
	case status.Text == "closed", status.Text == "fixed" && !retested.Date.IsZero():
		return "retested"
	case status.Text == "accepted":
		return "decided"
	case status.Text == "fixed", status.Text == "rejected":
		return status.Text
	}
	return "open"
}
