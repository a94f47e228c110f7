package search

import (
	"fmt"
	"math/rand/v2"
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

// TestPiecesFollowEachOther divides words of any sizes: each piece begins where the one before ends, and holds a word as long as there
// are enough.
func TestPiecesFollowEachOther(t *testing.T) {
	for seed := range uint64(300) {
		random := rand.New(rand.NewPCG(seed, 1))
		ix := &index{pages: make([]Page, 1+random.IntN(2000)), pieces: 1 + random.IntN(40)}
		for i := range random.IntN(400) {
			n := 1
			if random.IntN(10) == 0 {
				n = 1 + random.IntN(len(ix.pages))
			}
			ix.words = append(ix.words, word{text: fmt.Sprintf("w%04d%s", i, strings.Repeat("x", random.IntN(20))), to: n})
		}
		ix.cut()
		for k := range ix.pieces {
			from, to := ix.bounds[k], ix.bounds[k+1]
			if from > to || to > len(ix.words) || from == to && to < len(ix.words) {
				t.Fatalf("seed %d: of %d words in %d pieces the bounds are %v", seed, len(ix.words), ix.pieces, ix.bounds)
			}
		}
	}
}
