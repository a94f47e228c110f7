package theme

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
)

// Each case is a text before and after, a paragraph a line, and what a reader sees: unchanged paragraphs as they are,
// "… 3" for those left out, and changed ones as "- old" and "+ new" with the words that differ in brackets.
func TestADiffShowsWhatChanged(t *testing.T) {
	for name, test := range map[string]struct{ old, new, want string }{
		"nothing": {"a|b", "a|b", ""},
		"one word": {
			"We answer within five days.", "We answer within two days.",
			"- We answer within [five] days.\n+ We answer within [two] days.",
		},
		"a number and a sign": {
			"At most 250 GBP, per refund.", "At most 300 GBP per refund.",
			"- At most [250] GBP[,] per refund.\n+ At most [300] GBP per refund.",
		},
		"words in a row are one stretch": {
			"Ask the team that owns it first.", "Ask the person on call first.",
			"- Ask the [team that owns it] first.\n+ Ask the [person on call] first.",
		},
		"an added phrase leaves the spaces around it alone": {
			"It may be overruled in writing.", "It may be overruled by both in writing.",
			"- It may be overruled in writing.\n+ It may be overruled [by both] in writing.",
		},
		"a new paragraph":       {"one|two", "one|and a half|two", "one\n+ [and a half]\ntwo"},
		"a paragraph that went": {"one|and a half|two", "one|two", "one\n- [and a half]\ntwo"},
		"a new paragraph before one that changed": {
			"The limit is low for now.", "There are limits.|The limit is high for now.",
			"+ [There are limits.]\n- The limit is [low] for now.\n+ The limit is [high] for now.",
		},
		"paragraphs with nothing in common stand side by side": {
			"Old words here.", "Nothing alike there now.",
			"- [Old words here.]\n+ [Nothing alike there now.]",
		},
		"what is far from a change is only counted": {
			"a|b|c|d|old|e|f|g", "a|b|c|d|new|e|f|g",
			"… 3\nd\n- [old]\n+ [new]\ne\n… 2",
		},
		"one paragraph is shown rather than counted": {"a|b|old", "a|b|new", "a\nb\n- [old]\n+ [new]"},
		"scripts without spaces":                     {"返金は早い。", "返金は遅い。", "- 返金は[早]い。\n+ 返金は[遅]い。"},
	} {
		t.Run(name, func(t *testing.T) {
			if got := shown(Diff{Old: paragraphs(test.old), New: paragraphs(test.new)}.Rows()); got != test.want {
				t.Errorf("got\n%s\nwant\n%s", got, test.want)
			}
		})
	}
}

// Whatever the texts are, their words can be read in the diff again, all of them and in order.
func TestADiffLosesNothing(t *testing.T) {
	words := strings.Fields("the a refund guest pays within two five days, and money.  late")
	for seed := range uint64(500) {
		r := rand.New(rand.NewPCG(1, seed))
		text := func() (blocks []string) {
			for range r.IntN(6) {
				var b []string
				for range 1 + r.IntN(8) {
					b = append(b, words[r.IntN(len(words))])
				}
				blocks = append(blocks, strings.Join(b, " "))
			}
			return blocks
		}
		old, new := text(), text()
		var gotOld, gotNew []string
		folded := false
		for _, row := range (Diff{Old: old, New: new}).Rows() {
			folded = folded || row.Skipped > 0
			if row.Same != "" {
				gotOld, gotNew = append(gotOld, row.Same), append(gotNew, row.Same)
			}
			if row.Old != nil {
				gotOld = append(gotOld, joined(row.Old, "", ""))
			}
			if row.New != nil {
				gotNew = append(gotNew, joined(row.New, "", ""))
			}
		}
		if !folded && !slices.Equal(old, new) && (!slices.Equal(gotOld, old) || !slices.Equal(gotNew, new)) {
			t.Fatalf("of\n%q\n%q\nthe diff shows\n%q\n%q", old, new, gotOld, gotNew)
		}
	}
}

// A text of any size is compared in a moment; what is too much is marked as a whole, or only counted.
func TestADiffOfAHugeText(t *testing.T) {
	var old, new []string
	for i := range 20_000 {
		old, new = append(old, fmt.Sprint("before ", i)), append(new, fmt.Sprint("after ", -i, " days"))
	}
	rows := Diff{Old: old, New: new}.Rows()
	if last := rows[len(rows)-1]; len(rows) != diffRows+1 || last.More != 20_000-diffRows {
		t.Errorf("%d rows, and at the end %+v", len(rows), last)
	}
	long := strings.Repeat("word ", 100_000)
	rows = Diff{Old: []string{long + "one"}, New: []string{long + "two"}}.Rows()
	if len(rows) != 1 || len(rows[0].Old) != 1 || !rows[0].Old[0].Changed {
		t.Errorf("a paragraph of %d bytes is cut into %d stretches", len(long), len(rows[0].Old))
	}
}

func paragraphs(s string) []string {
	if s == "" {
		return nil
	}
	return strings.Split(s, "|")
}

func shown(rows []DiffRow) string {
	var lines []string
	for _, row := range rows {
		switch {
		case row.Same != "":
			lines = append(lines, row.Same)
		case row.Skipped > 0:
			lines = append(lines, fmt.Sprint("… ", row.Skipped))
		default:
			if row.Old != nil {
				lines = append(lines, "- "+joined(row.Old, "[", "]"))
			}
			if row.New != nil {
				lines = append(lines, "+ "+joined(row.New, "[", "]"))
			}
		}
	}
	return strings.Join(lines, "\n")
}

func joined(spans []Span, before, after string) string {
	var b strings.Builder
	for _, s := range spans {
		if s.Changed {
			b.WriteString(before + s.Text + after)
		} else {
			b.WriteString(s.Text)
		}
	}
	return b.String()
}
