package builder

import (
	"path/filepath"
	"testing"

	"handbook/builder/review"
)

// The example is what people see first: most of its pages can be relied on, and of each state in which one cannot there is a page that
// shows it. Where this fails, review the pages that you have edited: "handbook review manual/links --by platform --on 2026-11-22".
func TestTheExampleIsInOrder(t *testing.T) {
	r, err := NewSession().Build(t.Context(), Job{Root: "..", Content: filepath.Join("..", "content"), Today: today})
	if err != nil {
		t.Fatal(err)
	}
	s := r.Verdicts.Stand(r.Book.Nodes)
	if s.Share() < 75 {
		t.Errorf("of %d pages %d can be relied on: %v", s.Needed, s.Relied, s.States)
	}
	for _, state := range review.States() {
		if s.States[state] == 0 {
			t.Errorf("no page of the example is %s", state)
		}
	}
}
