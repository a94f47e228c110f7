// Package schema reads handbook.yaml: the site's name and address, how frontmatter keys are called, how often
// pages are reviewed, and what each type of document is. It does not read pages.
//
// Types are data: the built-in ones are a file in the form of a handbook.yaml. The words of the interface are the theme's; it hands
// over those that are needed before a template runs (Speak). Messages to authors and the terminal are English.
package schema

import (
	"cmp"
	"slices"
	"strings"

	"handbook/builder/diag"

	"github.com/bmatcuk/doublestar/v4"
)

// Site is the configuration of one handbook. Default is a site without handbook.yaml.
type Site struct {
	Name        string // shown in the top bar and in page titles
	Description string
	BaseURL     string // "https://handbook.example.com/team/", ending in a slash; "" when unknown
	BasePath    string // "/" or "/team/", from BaseURL; starts and ends with a slash
	Language    string // BCP 47: "en"
	Theme       string // folder below themes/; "" for the built-in theme alone
	Font        string // FontSystem; "" for the theme's own typefaces
	EditURL     string // "https://git.example.com/handbook/edit/main/content/{path}"; "" for no edit link
	HistoryURL  string // likewise
	Authors     string // AuthorsKnown; "" for whoever git names

	Ignore   []string // patterns of files below the content folder that are no part of the handbook
	Review   Review
	Audience Audience
	Outputs  Outputs
	Markdown Markdown
	Search   Search
	Presets  []string                    // names of the conventions that frontmatter may follow, sorted
	Keys     map[string]string           // a frontmatter key as written, to its canonical key: "last_reviewed_on" to "reviewed"
	Fields   []Field                     // what pages of every type may say, in the order in which they are shown
	Types    []Type                      // built-in and the site's own, sorted by Name
	Rules    map[diag.Rule]diag.Severity // for the whole site
	RulesIn  map[diag.Rule][]SeverityIn  // for some files, over Rules

	Sum uint64 // of all of the above

	ids map[string][]string // of pages by type, for JSONSchemasFor alone

	// The words of the site's language, from its theme: Speak fills them in. Until then Text is English and Phrases are
	// empty.
	Text TextWords

	OwnClasses map[string]bool // classes of the built-in theme that a text may not have
	Phrases    Phrases
}

// AuthorsKnown names of those who changed a page only who has a page of their own here.
const AuthorsKnown = "known"

// FontSystem is the choice of the typefaces of the reader's own system, so that a page loads none.
const FontSystem = "system"

// Review is the site's policy.
type Review struct {
	Every string // interval for pages that say nothing; "" means that they need no review unless they say so
	Warn  string // the warning window before a review date: "14d"
	Alone int    // a person who answers alone for more pages than this is told of
}

// Audience is who the pages of a handbook are for.
type Audience struct {
	Known    []string // the names that pages may use
	Declared bool     // the site has a list of its own, so that any other name is wrong
	Default  []string // of a page that says nothing

	For map[string]Site // by name: what the site says of itself to them; see Site.For
}

// Inside is the audience of those who work here. All that the configuration says is for them.
const Inside = "internal"

// For is the configuration as an audience may know it, whose pages are of these types. The name of the site is everybody's; what
// else it says of itself is theirs alone to whom it is said: its description, its address, and where its files are kept. A type
// that none of their pages is of is the built-in one, or none.
func (s *Site) For(audience []string, used func(typ string) bool) *Site {
	site := *s
	if !slices.Contains(audience, Inside) {
		site.Description, site.EditURL, site.HistoryURL, site.BaseURL, site.BasePath = "", "", "", "", "/"
	}
	for _, name := range slices.Backward(audience) { // the first that says something counts
		said := s.Audience.For[name]
		for to, text := range map[*string]string{&site.Name: said.Name, &site.Description: said.Description,
			&site.EditURL: said.EditURL, &site.HistoryURL: said.HistoryURL} {
			*to = cmp.Or(text, *to)
		}
		if said.BasePath != "" {
			site.BaseURL, site.BasePath = said.BaseURL, said.BasePath
		}
	}
	site.Types = nil
	builtIn := Default()
	for _, t := range s.Types {
		if !used(t.Name) && t.Own {
			plain := builtIn.Type(t.Name)
			if plain == nil {
				continue
			}
			t = *plain
		}
		site.Types = append(site.Types, t)
	}
	site.Audience.Known, site.Audience.For = slices.Clone(audience), nil
	site.Audience.Default = slices.DeleteFunc(slices.Clone(s.Audience.Default), func(a string) bool { return !slices.Contains(audience, a) })
	site.seal()
	return &site
}

// Outputs are the switches of what is published beside the pages.
type Outputs struct {
	Markdown bool // the Markdown of each page, and llms.txt, which leads to them
	Model    bool // handbook.json
	Feed     bool // feed.xml
	Print    bool // each section as one document, to print
	PrintAny bool // however large the handbook is: the documents together weigh as much as its pages
}

// Search holds the switches of the search.
type Search struct {
	Off      bool
	Stemming string // the language by whose grammar forms of a word belong together: "de", "none"; "" for the site's language
}

// Markdown holds the switches of the text.
type Markdown struct {
	Typographer bool   // curly quotes and dashes
	RawHTML     bool   // let raw HTML through as it is; by default it is sanitised
	HardWraps   bool   // a line break in the source is one on the page
	Mentions    string // the repository that "#12" and "@ana" lead to; "" where they are words
}

// Notice is how loudly the pages of a type say that they may not hold. Their badge always does.
type Notice string

// The notices.
const (
	NoticeBanner Notice = "banner" // above the text, in the navigation and beside links
	NoticeBadge  Notice = "badge"  // in the navigation and beside links
	NoticeQuiet  Notice = "quiet"  // only where the page's own badge is
)

// Whole is the whole address of a path on the site; "" where the site's is not known.
func (s *Site) Whole(path string) string {
	if s.BaseURL == "" {
		return ""
	}
	return strings.TrimSuffix(s.BaseURL, "/") + "/" + strings.TrimPrefix(path, cmp.Or(s.BasePath, "/"))
}

// Ignores reports whether a file, by its path below the content folder, is to be left out. A pattern without a slash
// holds in every folder, one that ends in a slash for all that is in that folder.
func (s *Site) Ignores(path string) bool {
	for _, pattern := range s.Ignore {
		name := path
		if !strings.Contains(pattern, "/") {
			name = path[strings.LastIndexByte(path, '/')+1:]
		}
		if strings.HasSuffix(pattern, "/") {
			pattern += "**"
		}
		if doublestar.MatchUnvalidated(strings.TrimPrefix(pattern, "/"), name) {
			return true
		}
	}
	return false
}

// HasPreset reports whether pages may follow the convention.
func (s *Site) HasPreset(name string) bool {
	for _, p := range s.Presets {
		if p == name {
			return true
		}
	}
	return false
}

// SeverityIn is how bad a rule's messages are in some files.
type SeverityIn struct {
	Pattern  string // of paths below the content folder, with * and **: "archive/**"
	Severity diag.Severity
}

// Severity is how bad the site says that a rule's messages about a file are; ok is false where it says nothing. file is
// the name that messages give it. Of several patterns that fit, the last one counts.
func (s *Site) Severity(rule diag.Rule, file string) (severity diag.Severity, ok bool) {
	if in := s.RulesIn[rule]; len(in) > 0 && file != "" {
		path := strings.TrimPrefix(file, "content/")
		for i := len(in) - 1; i >= 0; i-- {
			if doublestar.MatchUnvalidated(in[i].Pattern, path) {
				return in[i].Severity, true
			}
		}
	}
	severity, ok = s.Rules[rule]
	return severity, ok
}

// Asks reports whether messages of a rule are wanted anywhere, so that looking for its cases is worth the time.
func (s *Site) Asks(rule diag.Rule) bool {
	for _, in := range s.RulesIn[rule] {
		if in.Severity != diag.Off {
			return true
		}
	}
	if severity, ok := s.Rules[rule]; ok {
		return severity != diag.Off
	}
	return rule.Severity() != diag.Off
}

// Settle gives messages the severities that the site wants, and leaves out those that it does not.
func (s *Site) Settle(msgs diag.List) diag.List {
	for i, m := range msgs {
		if severity, ok := s.Severity(m.Rule, m.File); ok {
			msgs[i].Severity = severity
		}
	}
	return slices.DeleteFunc(msgs, func(m diag.Message) bool { return m.Severity == diag.Off })
}
