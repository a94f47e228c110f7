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
