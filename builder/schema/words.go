package schema

import (
	"fmt"
	"hash/fnv"
	"strings"
)

// TextWords are what handbook itself says within the text of a page, in the site's language. They stand under `text` in
// the theme's i18n/LANGUAGE.yaml.
type TextWords struct {
	LinkTo      string `yaml:"link_to"` // names the link to a heading, which the script adds
	ThisHeading string `yaml:"this_heading"`
	Table       string `yaml:"table"`
	Task        string `yaml:"task"`
	Footnote    string `yaml:"footnote"`
	Footnotes   string `yaml:"footnotes"`
	BackTo      string `yaml:"back_to"`
	Nowhere     string `yaml:"nowhere"` // why a link leads nowhere, when nothing better is known
	Hidden      string `yaml:"hidden"`  // stands for a page that is not for these readers, where the text says its name alone
	// Why a link leads nowhere, for readers: what it is about stands at {name}.
	Missing     map[string]string `yaml:"missing"`      // page, image or file
	MissingKind string            `yaml:"missing_kind"` // a page of a type, which stands at {kind}
	Outside     string            `yaml:"outside"`
	IsDraft     string            `yaml:"is_draft"`
	Unreadable  string            `yaml:"unreadable"`

	Callouts map[string]string `yaml:"callouts"` // titles of callouts that have none of their own, by kind
}

// english is what holds for a site whose theme was not asked.
func english() TextWords {
	return TextWords{LinkTo: "Link to {heading}", ThisHeading: "this heading", Table: "Table {n}", Task: "task",
		Footnote: "Footnote {n}", Footnotes: "Footnotes",
		BackTo: "Back to reference {n}", Nowhere: "this leads nowhere", Hidden: "a page that is not shown here",
		Missing:     map[string]string{"page": `no page "{name}"`, "image": `no image "{name}"`, "file": `no file "{name}"`},
		MissingKind: `no {kind} "{name}"`, Outside: `"{name}" leads out of the handbook`, IsDraft: "{name} is a draft and is not published", Unreadable: "{name} cannot be read"}
}

// Speak gives the site the words of its language, which its theme has. A site with other words is another site.
func (s *Site) Speak(text TextWords, about Phrases) {
	s.Text, s.Phrases = text, about
	h := fnv.New64a()
	fmt.Fprintf(h, "%d %#v", s.Sum, text) // maps are printed in the order of their keys
	s.Sum = h.Sum64()
}

// Whole reports whether a text in a table is one that nobody breaks over two lines: a day, a number with its unit, the id of a record.
func Whole(text string) bool {
	return len(text) <= 16 && strings.ContainsAny(text, " -") && strings.ContainsAny(text, "0123456789")
}
