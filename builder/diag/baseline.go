package diag

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"slices"
	"strings"
)

// Problem is one that a baseline knows. There are as many lines as there are problems, so that two branches that mend
// different ones merge without a conflict.
type Problem struct {
	Rule    Rule   `json:"rule"`
	File    string `json:"file"`
	Message string `json:"message"`
}

// Problems are what messages tell of, each by itself: of one that stands for others, those.
func Problems(list []Located) []Problem {
	all := make([]Problem, 0, len(list))
	for m := range Each(list) {
		all = append(all, Problem{m.Rule, m.File, m.Text})
	}
	return all
}

// WriteBaseline writes the problems down, one a line.
func WriteBaseline(w io.Writer, list []Located) error {
	all := Problems(list)
	slices.SortFunc(all, func(a, b Problem) int {
		return strings.Compare(a.File+"\x00"+string(a.Rule)+"\x00"+a.Message, b.File+"\x00"+string(b.Rule)+"\x00"+b.Message)
	})
	var out bytes.Buffer
	enc := json.NewEncoder(&out)
	enc.SetEscapeHTML(false)
	for _, k := range all {
		if err := enc.Encode(k); err != nil {
			return err
		}
	}
	_, err := w.Write(out.Bytes())
	return err
}

// ReadBaseline reads what WriteBaseline wrote. Blank lines are nothing; the error names the line that is no problem.
func ReadBaseline(data []byte) ([]Problem, error) {
	var all []Problem
	for i, line := range bytes.Split(data, []byte("\n")) {
		if line = bytes.TrimSpace(line); len(line) == 0 {
			continue
		}
		var k Problem
		if err := json.Unmarshal(line, &k); err != nil || k.Rule == "" {
			return nil, fmt.Errorf("line %d is no problem that handbook wrote", i+1)
		}
		all = append(all, k)
	}
	return all, nil
}

// Compare takes the problems that the baseline knows out of list. fixed are those that are gone. A problem is the same
// if rule, file and words are; where it stands does not count. What a file that is gone had, a new file may have: it was
// renamed. Messages that are told as one are compared each by itself. exists says whether there is a file now.
func Compare(baseline []Problem, list []Located, exists func(file string) bool) (fresh []Located, fixed []Problem) {
	left := map[Problem]int{}
	files := map[string]bool{}
	for _, k := range baseline {
		left[counted(k)]++
		files[k.File] = true
	}
	for m := range Each(list) {
		if k := counted(Problem{m.Rule, m.File, m.Text}); left[k] > 0 {
			left[k]--
		} else {
			fresh = append(fresh, m)
		}
	}
	moved := map[Problem][]Problem{} // without the file, and without the way to it
	for _, k := range baseline {
		if left[counted(k)] > 0 && !exists(k.File) {
			moved[loose(k)] = append(moved[loose(k)], counted(k))
		}
	}
	fresh = slices.DeleteFunc(fresh, func(m Located) bool {
		key := loose(Problem{m.Rule, m.File, m.Text})
		for _, k := range moved[key] {
			if left[k] > 0 && !files[m.File] {
				left[k]--
				return true
			}
		}
		return false
	})
	for _, k := range baseline {
		if left[counted(k)] > 0 {
			left[counted(k)]--
			fixed = append(fixed, k)
		}
	}
	return Sum(fresh), fixed
}

// counted is a problem without the numbers that handbook counted, which change with other pages; what is quoted stays.
func counted(k Problem) Problem {
	if !strings.ContainsAny(k.Message, "0123456789") {
		return k
	}
	var b strings.Builder
	quoted := false
	for _, r := range k.Message {
		if r == '"' {
			quoted = !quoted
		}
		if quoted || r < '0' || r > '9' {
			b.WriteRune(r)
		}
	}
	k.Message = b.String()
	return k
}

// loose is a problem wherever its file lies: a relative path says the same from another folder.
func loose(k Problem) Problem {
	k = counted(k)
	return Problem{Rule: k.Rule, Message: strings.ReplaceAll(strings.ReplaceAll(k.Message, "../", ""), "./", "")}
}
