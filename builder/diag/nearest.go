package diag

import "strings"

// Nearest returns the candidate most like the word, or "" when none is near enough to have been meant: at most a
// third of the word's letters may differ. Letter case does not count. The first of equals wins.
func Nearest(word string, candidates []string) string {
	limit := max(1, len([]rune(word))/3)
	best := ""
	for _, c := range candidates {
		if d := distance(strings.ToLower(word), strings.ToLower(c), limit); d <= limit {
			best, limit = c, d-1
		}
	}
	return best
}

// distance counts the letters to insert, delete, replace or swap with their neighbour to make b of a; it gives up
// above the limit and returns limit + 1.
func distance(a, b string, limit int) int {
	x, y := []rune(a), []rune(b)
	if d := len(x) - len(y); d > limit || -d > limit || limit < 0 {
		return limit + 1
	}
	var before []int
	row := make([]int, len(y)+1)
	for j := range row {
		row[j] = j
	}
	for i := 1; i <= len(x); i++ {
		next := make([]int, len(y)+1)
		next[0] = i
		least := i
		for j := 1; j <= len(y); j++ {
			cost := 1
			if x[i-1] == y[j-1] {
				cost = 0
			}
			next[j] = min(row[j]+1, next[j-1]+1, row[j-1]+cost)
			if i > 1 && j > 1 && x[i-1] == y[j-2] && x[i-2] == y[j-1] {
				next[j] = min(next[j], before[j-2]+1)
			}
			least = min(least, next[j])
		}
		if least > limit {
			return limit + 1
		}
		before, row = row, next
	}
	return row[len(y)]
}
