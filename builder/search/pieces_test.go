package search

import (
	"fmt"
	"strings"
	"testing"
)

// TestNoPieceIsEmptyBesideAWordThatAllPagesHave reads every piece of a handbook in which a few words make up most of the
// index.
func TestNoPieceIsEmptyBesideAWordThatAllPagesHave(t *testing.T) {
	var texts []string
	for i := range 600 {
		texts = append(texts, fmt.Sprintf("page-%03d", i), fmt.Sprintf("# Page %d\n\n%s word%03d term%03d\n", i, strings.Repeat("money and people and places here. ", 6), i, i*7%600))
	}
	made := all(t, site(texts...), nil)
	pieces := 0
	for name, data := range made {
		if name[0] != 't' {
			continue
		}
		pieces++
		if !strings.Contains(data, `,["`) {
			t.Errorf("%s holds nothing: %s", name, data)
		}
	}
	if pieces < 4 {
		t.Errorf("there are %d pieces, too few to tell", pieces)
	}
	if words := found(t, made); len(words["money"]) != 600 || len(words["word007"]) != 1 {
		t.Errorf("money is on %d pages, word007 on %d", len(words["money"]), len(words["word007"]))
	}
}

func TestWordsShareTheirBeginnings(t *testing.T) {
	words := []string{"", "check", "checks", "schön", "schöner", "schö", "日本", "日本語", "日曜"}
	var last []rune
	for i, w := range strings.Split(shared(words), " ") {
		r := []rune(w)
		last = append(last[:strings.IndexRune(alphabet, r[0])-1:len(last)], r[1:]...)
		if string(last) != words[i] {
			t.Errorf("%q is read as %q", words[i], string(last))
		}
	}
	if long := shared(words); len(long) >= len(strings.Join(words, " "))+8 {
		t.Errorf("nothing is saved: %q", long)
	}
}
