package theme

import "slices"

// Progress is how far what a test found has been dealt with.
type Progress struct {
	All  ProgressRow
	Rows []ProgressRow // by severity, the most severe first
}

// ProgressRow is the findings of one severity, or all of them.
type ProgressRow struct {
	Severity string // "" for all, and for findings that have none
	N, Done  int    // findings, and those that are settled: retested or rejected
	Steps    []ProgressStep
}

// ProgressStep is how many findings have come so far, with its stretch of a bar that is 1000 wide.
type ProgressStep struct {
	Name string // "retested", "rejected", "fixed", "decided" or "open"
	Word string
	N    int
	X, W int
}

// steps are how far a finding can come, the farthest first.
func steps() []string { return []string{"retested", "rejected", "fixed", "decided", "open"} }

// Add counts findings that have come as far as a step.
func (r *ProgressRow) Add(step string, n int) {
	at := slices.IndexFunc(r.Steps, func(s ProgressStep) bool { return s.Name == step })
	if at < 0 {
		at = len(r.Steps)
		r.Steps = append(r.Steps, ProgressStep{Name: step})
	}
	r.Steps[at].N += n
	r.N += n
	if step == "retested" || step == "rejected" {
		r.Done += n
	}
}

// Drawn puts the steps in order, with their words and their places in the bar.
func (r ProgressRow) Drawn(words *Words) ProgressRow {
	order := steps()
	slices.SortFunc(r.Steps, func(a, b ProgressStep) int { return slices.Index(order, a.Name) - slices.Index(order, b.Name) })
	seen := 0
	for i := range r.Steps {
		s := &r.Steps[i]
		s.Word = words.Steps[s.Name]
		s.X = 1000 * seen / r.N
		seen += s.N
		s.W = 1000*seen/r.N - s.X
	}
	return r
}
