package query

import (
	"embed"
	"regexp"
	"slices"
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

// Told is what the pages of a handbook tell of themselves. Without it there is nothing to say about what it is for.
type Told struct {
	Owners bool // some page has an owner
	Dates  bool // some page has to be reviewed
}

func (t Told) String() string {
	switch t {
	case Told{true, true}:
		return "both"
	case Told{Owners: true}:
		return "owners"
	case Told{Dates: true}:
		return "dates"
	}
	return "neither"
}

// told begins a part of a built-in page's file that is there for some handbooks only, and ends what began before.
var told = regexp.MustCompile(`(?m)^<!-- told: (.*) -->\n`)

// For is the page's file as it stands in a handbook that tells so much of itself.
func (b BuiltIn) For(language string, known Told) []byte {
	file := b.file(language)
	var kept []byte
	keep, at := true, 0
	for _, m := range told.FindAllSubmatchIndex(file, -1) {
		if keep {
			kept = append(kept, file[at:m[0]]...)
		}
		keep, at = slices.Contains(strings.Fields(string(file[m[2]:m[3]])), known.String()), m[1]
	}
	if keep {
		kept = append(kept, file[at:]...)
	}
	return kept
}

// Text is the page's file as somebody edits it, in the language or in English.
func (b BuiltIn) Text(language string) []byte {
	return b.For(language, Told{Owners: true, Dates: true})
}

func (b BuiltIn) file(language string) []byte {
	short, _, _ := strings.Cut(strings.ToLower(language), "-")
	for _, folder := range []string{short, "en"} {
		if data, err := pages.ReadFile("pages/" + folder + "/" + b.Name + ".md"); err == nil {
			return data
		}
	}
	return nil
}
