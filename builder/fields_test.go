package builder

import (
	"slices"
	"strings"
	"testing"
)

// A reference in a field is an input of the two pages that show it: to change it makes those anew, and no others.
func TestAFieldIsPartOfThePagesThatShowIt(t *testing.T) {
	files := map[string]string{
		"content/_index.md":         "---\ntitle: Home\nowner: ana\n---\n",
		"content/people/ana.md":     "---\ntitle: Ana\nowner: ana\n---\n",
		"content/products/one.md":   "---\ntitle: One\nowner: ana\n---\n",
		"content/products/two.md":   "---\ntitle: Two\nowner: ana\n---\n",
		"content/products/three.md": "---\ntitle: Three\nowner: ana\n---\n",
		"content/specs/pay.md":      "---\ntitle: Pay\nowner: ana\nproduct: one\n---\n## Problem\n\n## Requirements\n\n## Rollout\n",
		"content/specs/other.md":    "---\ntitle: Other\nowner: ana\nproduct: three\n---\n## Problem\n\n## Requirements\n\n## Rollout\n",
	}
	s := NewSession()
	first := checkSame(t, s, memory(files))
	files["content/specs/pay.md"] = strings.Replace(files["content/specs/pay.md"], "product: one", "product: two", 1)
	second := checkSame(t, s, memory(files))
	if second.Work.Parsed != 1 {
		t.Errorf("parsed %d pages, want 1", second.Work.Parsed)
	}
	var pages []string
	for _, path := range changed(t, first, second) {
		if strings.HasPrefix(path, "products/") && strings.HasSuffix(path, "/index.html") || strings.HasPrefix(path, "specs/") && strings.HasSuffix(path, "/index.html") {
			pages = append(pages, strings.TrimSuffix(path, "/index.html"))
		}
	}
	pages = slices.DeleteFunc(pages, func(p string) bool { return strings.HasSuffix(p, "print") })
	if want := []string{"products/one", "products/two", "specs/pay"}; !slices.Equal(pages, want) {
		t.Errorf("%v changed, want %v", pages, want)
	}
}
