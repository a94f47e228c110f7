package diag

import (
	"cmp"
	"io"
	"net/url"
	"path"
	"strings"
)

// SARIF writes a log of the Static Analysis Results Interchange Format 2.1.0, with every rule, its help, and regions
// that count characters. reach turns the name of a file into its path from the repository's top folder; version is
// handbook's own.
func SARIF(w io.Writer, list []Located, reach func(file string) string, version string) error {
	type text struct {
		Text     string `json:"text"`
		Markdown string `json:"markdown,omitempty"`
	}
	type level struct {
		Enabled bool   `json:"enabled"`
		Level   string `json:"level"`
	}
	type rule struct {
		ID               string `json:"id"`
		ShortDescription text   `json:"shortDescription"`
		FullDescription  text   `json:"fullDescription"`
		Help             text   `json:"help"`
		Default          level  `json:"defaultConfiguration"`
	}
	type artifact struct {
		URI    string `json:"uri"`
		BaseID string `json:"uriBaseId,omitempty"`
	}
	type region struct {
		StartLine   int   `json:"startLine"`
		StartColumn int   `json:"startColumn"`
		EndLine     int   `json:"endLine"`
		EndColumn   int   `json:"endColumn"`
		Snippet     *text `json:"snippet,omitempty"`
	}
	type noteRegion struct {
		StartLine   int `json:"startLine"`
		StartColumn int `json:"startColumn"`
	}
	type physical[R any] struct {
		Artifact artifact `json:"artifactLocation"`
		Region   *R       `json:"region,omitempty"`
	}
	type location struct {
		Physical physical[region] `json:"physicalLocation"`
	}
	type related struct {
		ID       int                   `json:"id"`
		Message  text                  `json:"message"`
		Physical *physical[noteRegion] `json:"physicalLocation,omitempty"`
	}
	type result struct {
		RuleID       string            `json:"ruleId"`
		RuleIndex    int               `json:"ruleIndex"`
		Level        string            `json:"level"`
		Message      text              `json:"message"`
		Locations    []location        `json:"locations"`
		Related      []related         `json:"relatedLocations,omitempty"`
		Fingerprints map[string]string `json:"partialFingerprints"`
	}
	type driver struct {
		Name    string `json:"name"`
		Version string `json:"version,omitempty"`
		Rules   []rule `json:"rules"`
	}
	type tool struct {
		Driver driver `json:"driver"`
	}
	type run struct {
		Tool       tool     `json:"tool"`
		ColumnKind string   `json:"columnKind"`
		Results    []result `json:"results"`
	}
	type log struct {
		Schema  string `json:"$schema"`
		Version string `json:"version"`
		Runs    []run  `json:"runs"`
	}

	at := func(file string) artifact {
		uri := fileURI(reached(reach, cmp.Or(file, siteFile)))
		if strings.HasPrefix(uri, "file:") {
			return artifact{URI: uri}
		}
		return artifact{uri, "%SRCROOT%"}
	}
	index := map[Rule]int{}
	rules := []rule{}
	for i, d := range Rules() {
		index[d.Rule] = i
		l := level{true, d.Default.String()}
		if d.Default == Off {
			l = level{false, "none"}
		}
		plain, markdown := d.help()
		rules = append(rules, rule{string(d.Rule), text{Text: d.Sentence}, text{Text: d.Sentence}, text{plain, markdown}, l})
	}
	results := make([]result, len(list))
	prints := Fingerprints(list)
	for i, m := range list {
		place := physical[region]{Artifact: at(m.File)}
		if m.Line > 0 {
			place.Region = &region{m.Line, m.Column, m.EndLine, m.EndColumn, nil}
			if words := []rune(m.Excerpt); m.EndLine == m.Line && m.EndColumn-m.Column == m.CaretLen && m.CaretAt+m.CaretLen <= len(words) {
				place.Region.Snippet = &text{Text: string(words[m.CaretAt : m.CaretAt+m.CaretLen])}
			}
		}
		var notes []related
		for j, n := range m.Also(maxRelated) {
			r := related{ID: j + 1, Message: text{Text: clean(Sentence(reach, n.Text))}}
			if n.File != "" {
				r.Physical = &physical[noteRegion]{Artifact: at(n.File)}
				if n.Line > 0 {
					r.Physical.Region = &noteRegion{n.Line, n.Column}
				}
			}
			notes = append(notes, r)
		}
		results[i] = result{string(m.Rule), index[m.Rule], m.Severity.String(), text{Text: clean(Sentence(reach, m.Text)) + "; " + clean(Sentence(reach, m.Help))},
			[]location{{place}}, notes, map[string]string{"handbook/v1": prints[i]}}
	}
	return WriteJSON(w, log{
		Schema:  "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json",
		Version: "2.1.0",
		Runs:    []run{{tool{driver{"handbook", version, rules}}, "unicodeCodePoints", results}},
	}, "  ")
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
