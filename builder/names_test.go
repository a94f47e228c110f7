package builder

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"handbook/builder/fixture"
)

// TestNamesMadeFromTextFitAnywhere publishes a handbook whose titles, tags and owners are longer than any file system takes,
// in several languages, the names of devices, or the same but for their ends and their letter case.
func TestNamesMadeFromTextFitAnywhere(t *testing.T) {
	if testing.Short() {
		t.Skip("short: it builds a site of hundreds of names")
	}
	long := []string{
		strings.Repeat("All the numbers that the board asks for ", 30),
		strings.Repeat("Größenänderung ", 60), strings.Repeat("設計書の一覧", 80), strings.Repeat("e\u0301", 300), strings.Repeat("🦊", 200),
		strings.Repeat("a/", 600), strings.Repeat(".", 300), "con", "NUL", "aux.", "Com1", "lpt9 ", "...", "ends with a blank ", "ends with a dot.", "a\x00b\u009bc",
	}
	files := map[string]string{"content/_index.md": "# Home\n", "content/people/ana.md": "# Ana\n"}
	var views, tags strings.Builder
	for i, text := range long {
		for k, name := range []string{text + " one", text + " two", text, strings.ToUpper(text)} {
			fmt.Fprintf(&views, "```handbook\nfrom: page\ntitle: %q\n```\n\n## %s\n\n```handbook\nfrom: page\n```\n\n", strings.Map(noControl, name), name)
			fmt.Fprintf(&tags, "- %q\n", strings.Map(noControl, name))
			files[fmt.Sprintf("content/owned/p%d-%d.md", i, k)] = fmt.Sprintf("---\nowner: %q\ntitle: %q\n---\nText.\n", strings.Map(noControl, name), strings.Map(noControl, name))
		}
	}
	files["content/views.md"] = "---\ntags:\n" + tags.String() + "---\n# Views\n\n" + views.String()
	r := build(t, files)
	if r.Failed() {
		t.Fatal(fixture.Lines(r.Messages))
	}
	seen := map[string]string{}
	count := 0
	for _, o := range r.Outputs {
		if other := seen[strings.ToLower(o.Path)]; other != "" {
			t.Errorf("%s and %s differ in letter case only", o.Path, other)
		}
		seen[strings.ToLower(o.Path)] = o.Path
		if strings.HasSuffix(o.Path, ".csv") || strings.HasPrefix(o.Path, "tags/") {
			count++
		}
		if len(o.Path) > 800 {
			t.Errorf("%s is longer than systems take", o.Path)
		}
		for _, name := range strings.Split(o.Path, "/") {
			bare, _, _ := strings.Cut(strings.ToLower(name), ".")
			switch {
			case len(name) > 100:
				t.Errorf("%q has %d bytes", name, len(name))
			case strings.ToValidUTF8(name, "") != name:
				t.Errorf("%q is cut within a character", name)
			case strings.TrimRight(name, ". ") != name:
				t.Errorf("%q ends with what Windows takes away", name)
			case bare == "con" || bare == "nul" || bare == "aux" || bare == "prn" || len(bare) == 4 && (bare[:3] == "com" || bare[:3] == "lpt") && bare[3] >= '0' && bare[3] <= '9':
				t.Errorf("%q is a device of Windows", name)
			}
		}
	}
	if count < 100 {
		t.Errorf("only %d names are made from text", count)
	}
	out := filepath.Join(t.TempDir(), "public")
	if _, err := r.Publish(t.Context(), out); err != nil {
		t.Fatal(err)
	}
	html, _ := os.ReadFile(filepath.Join(out, "views", "index.html"))
	for _, want := range []string{"/views/con-.csv", "/views/gr%c3%b6%c3%9fen%c3%a4nderung-gr%c3%b6%c3%9fen%c3%a4nderung-", "/views/%e8%a8%ad%e8%a8%88"} {
		if !strings.Contains(strings.ToLower(string(html)), want) {
			t.Errorf("no view has its rows at %s…", want)
		}
	}
}

func noControl(r rune) rune {
	if r < ' ' || r >= 0x7f && r < 0xa0 {
		return -1
	}
	return r
}
