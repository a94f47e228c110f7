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
	// What somebody has to do something about, as views. The navigation counts it. None for a page that only informs.
	Open []string
}

// BuiltIns lists the built-in pages.
func BuiltIns() []BuiltIn {
	return []BuiltIn{
		{Name: "health"},
		{"plan", "product", "requires", []string{"from: plan\nwhere: state in ['overdue', 'missing', 'draft']"}},
		{"findings", "beta-report", "findings", []string{"from: beta-report.findings\nwhere: status in ['open', 'accepted', 'fixed']"}},
		{"traceability", "spec", "needs", []string{
			"from: need\nwhere: len(answered_by) == 0 and status != 'dropped'",
			"from: spec\nwhere: status == 'shipped' and len(beta_reports) == 0",
			"from: beta-report\nwhere: verdict == ''",
		}},
		{"demands", "demand", "customer", []string{"from: demand\nwhere: verdict in ['', 'unknown'] and status != 'closed'"}},
		{Name: "radar", Type: "technology", Field: "ring"},
		{"sign-offs", "", "acknowledge", []string{"from: sign-offs\nwhere: state != 'done'"}},
		{"questions", "", "questions", []string{"from: questions\nwhere: not answered"}},
		{Name: "owners"},
		{Name: "changes"},
	}
}

// Open is how many things a built-in page lists that somebody has to do something about, and what time makes of that.
func (e *Engine) Open(b BuiltIn) (now int, later []Step) {
	var total tally
	for _, source := range b.Open {
		p := e.prepare(source)
		if len(p.mistakes) > 0 { // a site whose types are other ones
			continue
		}
		for _, r := range e.choose(p, nil, &Answer{}) {
			total.add(&r)
		}
	}
	return total.now, total.steps()
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
