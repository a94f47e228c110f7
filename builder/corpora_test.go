package builder

import (
	"encoding/json"
	"os"
	"path/filepath"
	"testing"
)

// HANDBOOK_CORPORA names a folder of handbooks that other people wrote. Their site shows for each page when it was
// reviewed and when it is due again; truth/review-due-NAME.json has these as [file, reviewed, interval, due].
func TestDueDatesOfARealHandbook(t *testing.T) {
	root := os.Getenv("HANDBOOK_CORPORA")
	if root == "" {
		t.Skip("HANDBOOK_CORPORA names no folder of real handbooks to compare with")
	}
	const name = "moj-modernisation-platform"
	data, err := os.ReadFile(filepath.Join(root, "truth", "review-due-"+name+".json"))
	if err != nil {
		t.Fatal(err)
	}
	var truth struct {
		Rows [][4]string `json:"rows"`
	}
	if err := json.Unmarshal(data, &truth); err != nil || len(truth.Rows) == 0 {
		t.Fatal("no rows", err)
	}
	dir := filepath.Join(root, name)
	r, err := NewSession().Build(t.Context(), Job{Root: dir, Content: filepath.Join(dir, "content"), Today: today})
	if err != nil {
		t.Fatal(err)
	}
	type dates struct{ reviewed, next string }
	got := map[string]dates{}
	for n, v := range r.Verdicts {
		got[n.Page.Path] = dates{v.Reviewed.String(), v.Next.String()}
	}
	equal := 0
	for _, row := range truth.Rows {
		want := dates{row[1], row[3]}
		if got[row[0]] == want {
			equal++
			continue
		}
		t.Errorf("%s: reviewed %q, due %q; its own site has %q, %q (%s)", row[0], got[row[0]].reviewed, got[row[0]].next, want.reviewed, want.next, row[2])
	}
	t.Logf("%d of %d due dates are those of its own site", equal, len(truth.Rows))
}
