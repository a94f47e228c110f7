package diag

import (
	"cmp"
	"slices"
)

// Tally is what there is of one rule, in one severity.
type Tally struct {
	Rule     Rule
	Severity Severity
	Places   int
	First    Located
}

// Tallies counts the places of each rule, errors first, then what there is most of.
func Tallies(list []Located) []Tally {
	type key struct {
		rule     Rule
		severity Severity
	}
	at := map[key]int{}
	var all []Tally
	for _, m := range list {
		k := key{m.Rule, m.Severity}
		i, known := at[k]
		if !known {
			i = len(all)
			at[k] = i
			all = append(all, Tally{Rule: m.Rule, Severity: m.Severity, First: m})
		}
		all[i].Places += max(1, len(m.Members))
	}
	slices.SortStableFunc(all, func(a, b Tally) int {
		return cmp.Or(cmp.Compare(a.Severity, b.Severity), cmp.Compare(b.Places, a.Places))
	})
	return all
}
