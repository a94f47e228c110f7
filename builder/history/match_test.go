package history

import (
	"strings"
	"testing"
	"time"
)

func TestPatterns(t *testing.T) {
	for _, c := range []struct{ pattern, matches, not string }{
		{"services/checkout", "services/checkout services/checkout/a services/checkout/a/b.go", "services/checkout2 services a/services/checkout"},
		{"services/checkout/", "services/checkout/a services/checkout/a/b.go", "services/checkouts/a"},
		{"/services/checkout/**", "services/checkout/a services/checkout/a/b.go", "services/other/a"},
		{"services/*", "services/a.go", "services services/checkout/a.go"},
		{"services/*/", "services/checkout/a.go services/x/y/z", "other/checkout/a.go"},
		{"services/*/api", "services/checkout/api services/search/api/v1.proto", "services/api services/a/b/api"},
		{"services/**/api.proto", "services/api.proto services/a/api.proto services/a/b/api.proto", "api.proto services/a/api.proto2"},
		{"**/go.mod", "go.mod a/go.mod a/b/go.mod", "go.mods a/xgo.mod"},
		{"**/x/**/y", "x/y a/x/b/c/y x/a/y/z", "y/x a/y"},
		{"*.md", "a.md .md", "a/b.md a.mdx"},
		{"a?c", "abc aéc", "ac abbc a/c"},
		{"a*b*c", "abc axxbxxc abbcc", "acb ab"},
		{"a***b", "ab axb", "a/b"},
		{"./src//main.go", "src/main.go", "main.go"},
		{"Makefile", "Makefile", "makefile"},
		{"/", "a a/b", ""},
		{"**", "a a/b", ""},
		{".", "a a/b", ""},
		{" go.mod ", "go.mod", ""},
		// Nothing means anything to git or to a shell.
		{":(glob)**", ":(glob)x :(glob)", "a x a/b"},
		{":/", ":/a", "a"},
		{"--help", "--help", "help"},
		{"[ab]", "[ab]", "a b"},
		{`a\*`, `a\x`, "a*"},
		{"$(touch x)", "$(touch", "x"},
		{"../secret", "", "secret ../secret"},
		{"a/../../b", "", "b"},
		{"", "", "a"},
	} {
		p, ok := compile(c.pattern)
		for _, path := range strings.Fields(c.matches) {
			if path == "$(touch" {
				path = "$(touch x)"
			}
			if !ok || !p.match(path) || !strings.HasPrefix(path, p.prefix) {
				t.Errorf("%q does not match %q", c.pattern, path)
			}
		}
		for _, path := range strings.Fields(c.not) {
			if ok && p.match(path) {
				t.Errorf("%q matches %q", c.pattern, path)
			}
		}
	}
}

func TestAHostilePatternTakesNoTime(t *testing.T) {
	p, _ := compile(strings.Repeat("**/*a*a*a*a*b/", 40) + "z")
	path := strings.Repeat(strings.Repeat("a", 200)+"/", 60) + "y"
	start := time.Now()
	for range 10 {
		p.match(path)
	}
	if took := time.Since(start); took > 5*time.Second {
		t.Errorf("ten times took %v", took)
	}
}

func FuzzPatterns(f *testing.F) {
	f.Add("services/**", "services/a/b")
	f.Add("**/a*?/", "x/ab/c")
	f.Add("../x", "x")
	f.Fuzz(func(t *testing.T, written, path string) {
		p, ok := compile(written)
		if !ok {
			return
		}
		if p.match(path) && !strings.HasPrefix(path, p.prefix) {
			t.Errorf("%q matches %q, which does not begin with %q", written, path, p.prefix)
		}
	})
}
