package main

import (
	"slices"
	"strings"
	"testing"

	"handbook/builder/diag"
)

// Whatever there is to say of a repository stands on a terminal of 80 columns and 40 lines.
func TestWhatTheDoctorSaysFitsOneScreen(t *testing.T) {
	t.Parallel()
	long := strings.Repeat("long-name/", 5)
	many := slices.Repeat([]unreadSeen{{diag.NotRead, strings.Repeat("words ", 30), "", 1000, long + long + "page.md:1234:123"}}, 20)
	c := checkup{Folder: "../wiki", Content: "../wiki/website/docs", ContentBy: "website/docusaurus.config.js says so", Pages: 10_000, Errors: 20,
		Generator: generatorSeen{"Docusaurus", true, slices.Repeat([]reasonSeen{{"website/docusaurus.config.js", "configures Docusaurus"}}, 9), 12_000},
		Presets:   []presetSeen{{"docusaurus", 9000}, {"hugo", 800}, {"jekyll", 70}, {"microsoft", 6}, {"obsidian", 5}},
		Constructs: Constructs{Right: 1234, Other: 99, Unread: many,
			Read: []presetSeen{{"boxes", 5000}, {"tabs", 4000}, {"formulas", 3000}, {"definition lists", 2000}, {"abbreviations", 1000}}},
		Links:  linksSeen{100_000, 90_000, 50_000, many, long + "page.md:1234:123", 1000},
		Owners: ownersSeen{1000, 1000, 1000, 7000, 30}, Dates: datesSeen{1000, 0, 9000, true}}
	c.Links.ByRules[0].Help = "`handbook fix` does it"
	c.Config = "name: A name\npresets: [docusaurus, hugo, jekyll]\n# base_url: https://handbook.example.com/\n# review: {every: 6 months}\n"
	c.Next = c.steps()
	lines := strings.Split(strings.TrimSuffix(c.screen(80), "\n"), "\n")
	if len(lines) > 40 {
		t.Errorf("%d lines:\n%s", len(lines), strings.Join(lines, "\n"))
	}
	for _, line := range lines {
		if width(line) > 80 {
			t.Errorf("%d columns: %s", width(line), line)
		}
	}
}
