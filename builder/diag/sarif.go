package diag

import (
	"cmp"
	"io"
	"net/url"
	"path"
	"strings"
)

// The shapes of a log, by the names of the format.
type (
	sarifText struct {
		Text     string `json:"text"`
		Markdown string `json:"markdown,omitempty"`
	}
	sarifLevel struct {
		Enabled bool   `json:"enabled"`
		Level   string `json:"level"`
	}
	sarifRule struct {
		ID               string     `json:"id"`
		ShortDescription sarifText  `json:"shortDescription"`
		FullDescription  sarifText  `json:"fullDescription"`
		Help             sarifText  `json:"help"`
		Default          sarifLevel `json:"defaultConfiguration"`
	}
	sarifArtifact struct {
		URI    string `json:"uri"`
		BaseID string `json:"uriBaseId,omitempty"`
	}
	sarifRegion struct {
		StartLine   int        `json:"startLine"`
		StartColumn int        `json:"startColumn"`
		EndLine     int        `json:"endLine,omitempty"` // a note has none
		EndColumn   int        `json:"endColumn,omitempty"`
		Snippet     *sarifText `json:"snippet,omitempty"`
	}
	sarifPlace struct {
		Artifact sarifArtifact `json:"artifactLocation"`
		Region   *sarifRegion  `json:"region,omitempty"`
	}
	sarifLocation struct {
		Physical sarifPlace `json:"physicalLocation"`
	}
	sarifRelated struct {
		ID       int         `json:"id"`
		Message  sarifText   `json:"message"`
		Physical *sarifPlace `json:"physicalLocation,omitempty"`
	}
	sarifResult struct {
		RuleID       string            `json:"ruleId"`
		RuleIndex    int               `json:"ruleIndex"`
		Level        string            `json:"level"`
		Message      sarifText         `json:"message"`
		Locations    []sarifLocation   `json:"locations"`
		Related      []sarifRelated    `json:"relatedLocations,omitempty"`
		Fingerprints map[string]string `json:"partialFingerprints"`
	}
	sarifDriver struct {
		Name    string      `json:"name"`
		Version string      `json:"version,omitempty"`
		Rules   []sarifRule `json:"rules"`
	}
	sarifTool struct {
		Driver sarifDriver `json:"driver"`
	}
	sarifRun struct {
		Tool       sarifTool     `json:"tool"`
		ColumnKind string        `json:"columnKind"`
		Results    []sarifResult `json:"results"`
	}
	sarifLog struct {
		Schema  string     `json:"$schema"`
		Version string     `json:"version"`
		Runs    []sarifRun `json:"runs"`
	}
)

// SARIF writes a log of the Static Analysis Results Interchange Format 2.1.0, with every rule, its help, and regions
// that count characters. reach turns the name of a file into its path from the repository's top folder; version is
// handbook's own.
func SARIF(w io.Writer, list []Located, reach func(file string) string, version string) error {
	index, rules := map[Rule]int{}, []sarifRule{}
	for i, d := range Rules() {
		index[d.Rule] = i
		rules = append(rules, sarifRuleOf(d))
	}
	results := make([]sarifResult, len(list))
	prints := Fingerprints(list)
	for i, m := range list {
		results[i] = sarifResultOf(m, reach)
		results[i].RuleIndex, results[i].Fingerprints = index[m.Rule], map[string]string{"handbook/v1": prints[i]}
	}
	return WriteJSON(w, sarifLog{
		Schema:  "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json",
		Version: "2.1.0",
		Runs:    []sarifRun{{sarifTool{sarifDriver{"handbook", version, rules}}, "unicodeCodePoints", results}},
	}, "  ")
}

func sarifRuleOf(d Doc) sarifRule {
	level := sarifLevel{true, d.Default.String()}
	if d.Default == Off {
		level = sarifLevel{false, "none"}
	}
	plain, markdown := d.help()
	return sarifRule{string(d.Rule), sarifText{Text: d.Sentence}, sarifText{Text: d.Sentence}, sarifText{plain, markdown}, level}
}

func sarifResultOf(m Located, reach func(file string) string) sarifResult {
	say := func(text string) string { return clean(Sentence(reach, text)) }
	place := sarifPlace{Artifact: sarifFile(m.File, reach)}
	if m.Line > 0 {
		place.Region = &sarifRegion{m.Line, m.Column, m.EndLine, m.EndColumn, nil}
		words := []rune(m.Excerpt)
		if m.EndLine == m.Line && m.EndColumn-m.Column == m.CaretLen && m.CaretAt+m.CaretLen <= len(words) {
			place.Region.Snippet = &sarifText{Text: string(words[m.CaretAt : m.CaretAt+m.CaretLen])}
		}
	}
	r := sarifResult{RuleID: string(m.Rule), Level: m.Severity.String(), Message: sarifText{Text: say(m.Text) + "; " + say(m.Help)},
		Locations: []sarifLocation{{place}}}
	for i, n := range m.Also(maxRelated) {
		note := sarifRelated{ID: i + 1, Message: sarifText{Text: say(n.Text)}}
		if n.File != "" {
			note.Physical = &sarifPlace{Artifact: sarifFile(n.File, reach)}
			if n.Line > 0 {
				note.Physical.Region = &sarifRegion{StartLine: n.Line, StartColumn: n.Column}
			}
		}
		r.Related = append(r.Related, note)
	}
	return r
}

func sarifFile(file string, reach func(file string) string) sarifArtifact {
	uri := fileURI(reached(reach, cmp.Or(file, siteFile)))
	if strings.HasPrefix(uri, "file:") {
		return sarifArtifact{URI: uri}
	}
	return sarifArtifact{uri, "%SRCROOT%"}
}

// maxRelated is how many other places of one result are written: services that take the log refuse more than a thousand and
// show a hundred.
const maxRelated = 100

// fileURI is a path with slashes as a URI: relative as it is, else with its scheme.
func fileURI(file string) string {
	if path.IsAbs(file) || len(file) > 1 && file[1] == ':' { // "C:/handbook/a.md"
		return (&url.URL{Scheme: "file", Path: "/" + strings.TrimPrefix(file, "/")}).String()
	}
	return (&url.URL{Path: file}).String()
}
