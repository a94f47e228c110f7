package publish

import (
	"errors"
	"os"
	"path/filepath"
	"testing"
)

// The way of systems that cannot exchange two folders: wherever it is cut short, Recover completes it.
func TestASwapInStepsIsCompletedWhereverItWasCut(t *testing.T) {
	type at struct{ dir, ready, old, stage string } // what lies where: "old", "new" or ""
	for _, c := range []struct {
		name string
		at
		want string
	}{
		{"before", at{dir: "old", stage: "new"}, "old"},
		{"after the first step", at{dir: "old", ready: "new"}, "old"},
		{"after the second step", at{ready: "new", old: "old"}, "new"},
		{"after the third step", at{dir: "new", old: "old"}, "new"},
		{"after the last step", at{dir: "new", stage: "old"}, "new"},
		{"the new site gone", at{old: "old"}, "old"},
	} {
		dir := filepath.Join(t.TempDir(), "public")
		for p, site := range map[string]string{dir: c.dir, beside(dir, "ready"): c.ready, beside(dir, "old"): c.old, beside(dir, "new-x"): c.stage} {
			if site != "" {
				lay(t, p, site)
			}
		}
		if err := Recover(t.Context(), dir); err != nil {
			t.Fatal(c.name, err)
		}
		if got := read(t, dir); got != c.want {
			t.Errorf("%s: %q, want %q", c.name, got, c.want)
		}
		if entries, _ := os.ReadDir(filepath.Dir(dir)); len(entries) != 1 {
			t.Errorf("%s: left behind: %v", c.name, entries)
		}
	}
}

func TestASwapInStepsEndsLikeAnExchange(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "public")
	stage := beside(dir, "new-x")
	lay(t, dir, "old")
	lay(t, stage, "new")
	if err := swapInSteps(stage, dir); err != nil {
		t.Fatal(err)
	}
	if read(t, dir) != "new" || read(t, stage) != "old" {
		t.Errorf("dir holds %q, the stage %q", read(t, dir), read(t, stage))
	}
	lay(t, beside(dir, "old"), "in the way")
	err := swapInSteps(stage, dir)
	if err == nil {
		t.Fatal("no error though a step could not be taken")
	}
	if read(t, dir) != "new" || read(t, stage) != "old" {
		t.Errorf("after %v dir holds %q, the stage %q", err, read(t, dir), read(t, stage))
	}
}

func TestExchangeIsOneStepWhereTheSystemHasIt(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "public")
	stage := beside(dir, "new-x")
	lay(t, dir, "old")
	lay(t, stage, "new")
	err := exchange(stage, dir)
	if errors.Is(err, errors.ErrUnsupported) {
		t.Skip("not on this system")
	}
	if err != nil || read(t, dir) != "new" || read(t, stage) != "old" {
		t.Errorf("%v: dir holds %q, the stage %q", err, read(t, dir), read(t, stage))
	}
}

func lay(t *testing.T, dir, site string) {
	t.Helper()
	if err := os.MkdirAll(dir, 0o755); err != nil {
		t.Fatal(err)
	}
	for name, text := range map[string]string{manifestName: "", "index.html": site} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
}

func read(t *testing.T, dir string) string {
	t.Helper()
	data, err := os.ReadFile(filepath.Join(dir, "index.html"))
	if err != nil {
		t.Error(err)
	}
	return string(data)
}
