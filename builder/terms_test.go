package builder

import (
	"fmt"
	"slices"
	"testing"
)

// What a term means is an input of the pages that say it and of no others, and an edit of a page searches that page
// alone. Only another name sends every page through the search again.
func TestTermsAreInputsOfPagesThatSayThem(t *testing.T) {
	files := map[string]string{
		"content/_index.md":         "---\ntitle: Home\n---\nWelcome.\n",
		"content/says.md":           "---\ntitle: Says\n---\nEvery payout.\n",
		"content/terms/payout.md":   "---\ntitle: Payout\ndescription: On Tuesdays.\n---\nText.\n",
		"content/terms/seathold.md": "---\ntitle: Seat hold\ndescription: Ten minutes.\n---\nText.\n",
	}
	for i := range 20 {
		files[fmt.Sprintf("content/other%d.md", i)] = "---\ntitle: Other\nglossary: on\n---\nNothing of that.\n"
	}
	s := NewSession()
	first, err := s.Build(t.Context(), memory(files))
	if err != nil {
		t.Fatal(err)
	}
	changed(t, first, first)
	if read := s.set.Counts()["terms"].Made; read != 24 {
		t.Errorf("the first build searched %d pages, want all 24", read)
	}
	for _, edit := range []struct {
		file, text string
		read       int
		changed    bool // says/index.html
	}{
		{"content/says.md", "---\ntitle: Says\n---\nEvery single payout.\n", 1, true},
		{"content/says.md", "---\ntitle: Says\n---\nEvery single payout.\n", 0, false},
		{"content/terms/payout.md", "---\ntitle: Payout\ndescription: On Mondays.\n---\nText.\n", 1, true},
		{"content/terms/seathold.md", "---\ntitle: Seat hold\ndescription: Five minutes.\n---\nText.\n", 1, false},
		{"content/terms/payout.md", "---\ntitle: Payout\ndescription: On Mondays.\nalso_known_as: [payouts]\n---\nText.\n", 24, false},
		{"content/terms/payout.md", "---\ntitle: Settlement\ndescription: On Mondays.\n---\nText.\n", 24, true},
	} {
		files[edit.file] = edit.text
		r, err := s.Build(t.Context(), memory(files))
		if err != nil {
			t.Fatal(err)
		}
		list := changed(t, first, r)
		if read := s.set.Counts()["terms"].Made; read != edit.read {
			t.Errorf("after %q the build searched %d pages, want %d", edit.text, read, edit.read)
		}
		first = r
		if got := slices.Contains(list, "says/index.html"); got != edit.changed {
			t.Errorf("after %q says/index.html changed: %t, want %t", edit.text, got, edit.changed)
		}
		if edit.file != "content/terms/payout.md" && slices.Contains(list, "other3/index.html") {
			t.Errorf("after %q a page that says no term changed", edit.text)
		}
	}
}
