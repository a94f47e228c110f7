package diag

import (
	"fmt"
	"slices"
	"strings"
	"unicode"
)

// Nearest returns the candidate most like the word, or "" when none is near enough to have been meant; see Speller.
// Letter case does not count. The first of equals wins.
func Nearest(word string, candidates []string) string {
	var s Speller
	letters := []rune(strings.ToLower(word))
	limit := Reach(len(letters))
	best := ""
	for _, c := range candidates {
		if d := s.Near(letters, []rune(strings.ToLower(c)), limit); d <= limit {
			best, limit = c, d-1
		}
	}
	return best
}

// Meant is the next step for a word that is not known: the question, such as "did you mean %q?", with the one that it is near,
// and otherwise what else there is to say.
func Meant(question, word string, known []string, otherwise string) string {
	if near := Nearest(word, known); near != "" {
		return fmt.Sprintf(question, near)
	}
	return otherwise
}

// NearestName is Nearest for the name of a page, a person or a team, of which people know a part: where none is near as a
// whole, the one that has all words of the name, or of which the name has all, and fewest more.
func NearestName(name string, candidates []string) string {
	if s := Nearest(name, candidates); s != "" {
		return s
	}
	var s Speller
	// has reports whether each word of a is near one of b. A word of two letters says too little.
	has := func(a, b [][]rune) bool {
		letters := 0
		for _, x := range a {
			letters = max(letters, len(x))
			if !slices.ContainsFunc(b, func(y []rune) bool { most := Reach(min(len(x), len(y))); return s.Near(x, y, most) <= most }) {
				return false
			}
		}
		return letters > 2
	}
	asked := words([]rune(strings.ToLower(name)))
	best, fewest := "", len(asked)+4
	for _, c := range candidates {
		theirs := words([]rune(strings.ToLower(c)))
		more := max(len(theirs)-len(asked), len(asked)-len(theirs))
		if more < fewest && (len(theirs) >= len(asked) && has(asked, theirs) || len(theirs) > 1 && has(theirs, asked)) {
			best, fewest = c, more
		}
	}
	return best
}

// Names lists the names that a word might have been, for a sentence: "a, b, c". Of more than a line holds the first are those
// most like the word, and the others are counted.
func Names(word string, known []string) string {
	var names []string
	for _, name := range known {
		if name != "" && !slices.Contains(names, name) {
			names = append(names, name)
		}
	}
	if len(names) <= maxNames+2 {
		return strings.Join(names, ", ")
	}
	var s Speller
	far := map[string]int{}
	for _, name := range names {
		far[name] = s.Distance([]rune(strings.ToLower(word)), []rune(strings.ToLower(name)), 40)
	}
	slices.SortStableFunc(names, func(a, b string) int { return far[a] - far[b] })
	return strings.Join(names[:maxNames], ", ") + fmt.Sprintf(" and %d more", len(names)-maxNames)
}

const maxNames = 8

// Common counts the words that two texts have in common, each as often as both have it.
func Common(a, b []string) (common int) {
	count := make(map[string]int, len(a))
	for _, w := range a {
		count[w]++
	}
	for _, w := range b {
		if count[w] > 0 {
			count[w]--
			common++
		}
	}
	return common
}

// Reach is how many letters of so many may be wrong in a name that was meant: a third, and none in a name of one or two
// letters, to which every other such name is near.
func Reach(letters int) int { return min(letters/3, 5) }

// Speller compares names letter by letter. It keeps its room from one comparison to the next; the zero value is ready.
type Speller struct{ rows [3][]int }

// Near is in how many letters b differs from a, and more than limit if b was not meant. Names are near in meaning, not only
// in letters: of names of as many words each word has to be near, and a number is another thing than the next one.
func (s *Speller) Near(a, b []rune, limit int) int {
	d := s.Distance(a, b, limit)
	if d == 0 || d > limit {
		return d
	}
	if x, y := digits(a), digits(b); len(x) > 0 && len(y) > 0 && !slices.Equal(x, y) {
		return limit + 1
	}
	x, y := words(a), words(b)
	if len(x) != len(y) || len(x) < 2 {
		return d
	}
	for i := range x {
		if most := Reach(max(len(x[i]), len(y[i]))); s.Distance(x[i], y[i], most) > most {
			return limit + 1
		}
	}
	return d
}

// NearPhrase is Near for a heading or a sentence: of three words one may be another, and the number in front does not count.
func (s *Speller) NearPhrase(a, b []rune, limit int) int {
	d := s.Distance(a, b, limit)
	if d == 0 || d > limit {
		return d
	}
	x, y := unnumbered(words(a)), unnumbered(words(b))
	if len(x) < 3 {
		return s.Near(a, b, limit)
	}
	// Distance compares words as if they were letters: those of b are numbered, and those of a have the number of the one
	// that they are near.
	var first, second []rune
	for j := range y {
		second = append(second, rune(j))
	}
	for i, word := range x {
		number := rune(-1 - i)
		for j, other := range y {
			if most := Reach(max(len(word), len(other))); s.Near(word, other, most) <= most && !slices.Contains(first, rune(j)) {
				number = rune(j)
				break
			}
		}
		if number < 0 && len(digits(word)) > 0 {
			return limit + 1
		}
		first = append(first, number)
	}
	if most := len(x) / 3; s.Distance(first, second, most) > most {
		return limit + 1
	}
	return d
}

// unnumbered is a heading without the number in front.
func unnumbered(list [][]rune) [][]rune {
	if len(list) > 1 && len(digits(list[0])) == len(list[0]) {
		return list[1:]
	}
	return list
}

func digits(name []rune) (list []rune) {
	for _, r := range name {
		if unicode.IsDigit(r) {
			list = append(list, r)
		}
	}
	return list
}

// words are the parts of a name between what is no letter and no digit.
func words(name []rune) (list [][]rune) {
	from := 0
	for i := 0; i <= len(name); i++ {
		if i < len(name) && (unicode.IsLetter(name[i]) || unicode.IsDigit(name[i]) || unicode.Is(unicode.M, name[i])) {
			continue
		}
		if i > from {
			list = append(list, name[from:i])
		}
		from = i + 1
	}
	return list
}

// Distance counts the letters to insert, delete, replace or swap with their neighbour to make b of a. It gives up above the
// limit and returns limit + 1.
func (s *Speller) Distance(a, b []rune, limit int) int {
	if d := len(a) - len(b); limit < 0 || d > limit || -d > limit {
		return limit + 1
	}
	if slices.Equal(a, b) {
		return 0
	}
	for i := range s.rows {
		if len(s.rows[i]) <= len(b) {
			s.rows[i] = make([]int, 2*len(b)+1)
		}
	}
	before, row, next := s.rows[0], s.rows[1], s.rows[2]
	for j := 0; j <= len(b); j++ {
		row[j] = j
	}
	for i := 1; i <= len(a); i++ {
		next[0] = i
		// Farther than the limit from the diagonal no path comes back below it.
		low, high := max(1, i-limit), min(len(b), i+limit)
		if low > 1 {
			next[low-1] = limit + 1
		}
		least := next[low-1]
		for j := low; j <= high; j++ {
			d := row[j-1]
			if a[i-1] != b[j-1] {
				d++
			}
			d = min(d, next[j-1]+1)
			if j < i+limit {
				d = min(d, row[j]+1)
			}
			if i > 1 && j > 1 && a[i-1] == b[j-2] && a[i-2] == b[j-1] && a[i-1] != a[i-2] {
				d = min(d, before[j-2]+1)
			}
			next[j] = d
			least = min(least, d)
		}
		if least > limit {
			return limit + 1
		}
		before, row, next = row, next, before
	}
	return min(row[len(b)], limit+1)
}
