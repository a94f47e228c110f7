package query

import (
	"embed"
	"strings"
)

//go:embed pages
var pages embed.FS

// BuiltIn is a page made of views that a handbook has without writing it.
type BuiltIn struct {
	Name string // "findings": its file is findings.md, its address /findings/
	// The page has something to show where a page of the type has the field; always when there is none. The fields
	// "acknowledge" and "questions" are those of any type.
	Type, Field string
}

// BuiltIns lists the built-in pages.
func BuiltIns() []BuiltIn {
	return []BuiltIn{
		{"health", "", ""},
		{"changes", "", ""},
		{"owners", "", ""},
		{"questions", "", "questions"},
		{"sign-offs", "", "acknowledge"},
		{"plan", "product", "requires"},
		{"findings", "beta-report", "findings"},
		{"traceability", "spec", "needs"},
		{"demands", "demand", "customer"},
		{"radar", "technology", "ring"},
	}
}

// Text is the page's file in the language, or in English.
func (b BuiltIn) Text(language string) []byte {
	short, _, _ := strings.Cut(strings.ToLower(language), "-")
	for _, folder := range []string{short, "en"} {
		if data, err := pages.ReadFile("pages/" + folder + "/" + b.Name + ".md"); err == nil {
			return data
		}
	}
	return nil
}
