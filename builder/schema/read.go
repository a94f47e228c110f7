package schema

import (
	_ "embed"
	"fmt"
	"hash/fnv"
	"maps"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"handbook/builder/diag"

	"github.com/bmatcuk/doublestar/v4"
	"go.yaml.in/yaml/v3"
)

//go:embed default.yaml
var defaults []byte

// Default is the site of a folder that has no handbook.yaml.
func Default() *Site {
	site, _ := Read("", nil)
	return site
}

// Read reads handbook.yaml over the defaults. name is the file as messages call it; empty data gives the
// defaults. What is wrong is a message, and the default stands in its place.
func Read(name string, data []byte) (*Site, diag.List) {
	site := &Site{BasePath: "/", Rules: map[diag.Rule]diag.Severity{}}
	builtin := reader{site: site, data: defaults}
	builtin.read()
	r := reader{site: site, file: name, data: data}
	r.read()
	site.finish()
	return site, append(builtin.msgs, r.msgs...)
}

// finish derives what follows from the rest.
func (s *Site) finish() {
	slices.Sort(s.Presets)
	keys := map[string]string{}
	for _, p := range presets() {
		if s.HasPreset(p.name) {
			maps.Copy(keys, p.keys)
		}
	}
	maps.Copy(keys, s.Keys)
	s.Keys = keys
	for i := range s.Types {
		s.Types[i].finish(s.Fields)
	}
	slices.SortFunc(s.Types, func(a, b Type) int { return strings.Compare(a.Name, b.Name) })
	s.seal()
}

// seal sums up all that the site says.
func (s *Site) seal() {
	s.Sum, s.Text = 0, TextWords{}
	h := fnv.New64a()
	fmt.Fprintf(h, "%#v", *s) // maps are printed in the order of their keys
	s.Sum, s.Text = h.Sum64(), english()
}

// At is the site at another address than handbook.yaml says. The address is whole, such as "https://handbook.example.com/team/".
func (s *Site) At(address string) (*Site, error) {
	var node yaml.Node
	node.SetString(address)
	site := *s
	r := reader{site: &site}
	r.baseURL(&node)
	if len(r.msgs) > 0 {
		return nil, fmt.Errorf("%s; %s", r.msgs[0].Text, r.msgs[0].Help)
	}
	h := fnv.New64a()
	fmt.Fprintf(h, "%x %s %s", s.Sum, site.BaseURL, site.BasePath)
	site.Sum = h.Sum64()
	return &site, nil
}

// reader walks one YAML document.
type reader struct {
	site *Site
	file string
	data []byte
	msgs diag.List

	lines *diag.Lines // of data, once there is something to tell

	refer []*yaml.Node // names of types that fields refer to
}

// setting is one key that handbook.yaml may have.
type setting struct {
	key  string
	read func(value *yaml.Node)
}

func (r *reader) read() {
	var doc yaml.Node
	if err := yaml.Unmarshal(r.data, &doc); err != nil {
		line := 1
		if _, after, ok := strings.Cut(err.Error(), "line "); ok {
			digits, _, _ := strings.Cut(after, ":")
			if n, err := strconv.Atoi(digits); err == nil {
				line = n
			}
		}
		text := strings.TrimPrefix(err.Error(), "yaml: ")
		if _, after, ok := strings.Cut(text, ": "); ok && strings.HasPrefix(text, "line ") {
			text = after
		}
		r.msgs.Add(diag.InvalidConfig, r.line(line), "this is not valid YAML: "+text,
			"look at this line and the one before it for a missing quote, a tab or a wrong indent")
		return
	}
	if len(doc.Content) == 0 {
		return
	}
	s := r.site
	r.mapping(doc.Content[0], "handbook.yaml", []setting{
		{"name", r.text(&s.Name)},
		{"description", r.text(&s.Description)},
		{"base_url", r.baseURL},
		{"language", r.text(&s.Language)},
		{"theme", r.theme},
		{"font", r.font},
		{"edit_url", r.template(&s.EditURL)},
		{"history_url", r.template(&s.HistoryURL)},
		{"authors", r.authors},
		{"ignore", r.ignore},
		{"review", func(v *yaml.Node) {
			r.mapping(v, "review", []setting{{"every", r.interval(&s.Review.Every)}, {"warn", r.interval(&s.Review.Warn)},
				{"alone", r.number(&s.Review.Alone)}})
		}},
		{"audience", func(v *yaml.Node) {
			r.mapping(v, "audience", []setting{{"known", r.audiences}, {"default", r.audience}, {"for", r.sayTo}})
		}},
		{"outputs", func(v *yaml.Node) {
			o := &s.Outputs
			r.mapping(v, "outputs", []setting{{"markdown", r.flag(&o.Markdown)}, {"model", r.flag(&o.Model)}, {"feed", r.flag(&o.Feed)},
				{"print", r.print}})
		}},
		{"markdown", func(v *yaml.Node) {
			m := &s.Markdown
			r.mapping(v, "markdown", []setting{{"typographer", r.flag(&m.Typographer)}, {"raw_html", r.flag(&m.RawHTML)},
				{"hard_wraps", r.flag(&m.HardWraps)}, {"mentions", r.repository(&m.Mentions)}})
		}},
		{"search", func(v *yaml.Node) {
			r.mapping(v, "search", []setting{{"off", r.flag(&s.Search.Off)}, {"stemming", r.stemming}})
		}},
		{"presets", r.presets},
		{"frontmatter", r.keys},
		{"fields", func(v *yaml.Node) { s.Fields = r.fields(v, s.Fields, "handbook.yaml", reserved()) }},
		{"types", r.types},
		{"rules", r.rules},
	})
	r.checkTargets()
}

// mapping reads a map whose keys are known and tells of the others.
func (r *reader) mapping(node *yaml.Node, where string, settings []setting) {
	if node.Kind != yaml.MappingNode {
		if node.Tag != "!!null" {
			r.wrong(node, where+" takes keys and values", "write it as `key: value` lines")
		}
		return
	}
	var known []string
	for _, s := range settings {
		known = append(known, s.key)
	}
	pairs(node, func(key, value *yaml.Node) {
		if at := slices.Index(known, key.Value); at >= 0 {
			settings[at].read(value)
		} else {
			r.unknown(key, where+" has no setting", known, where+" knows "+strings.Join(known, ", "))
		}
	})
}

// entries calls f for each key of a map whose keys are not settings.
func (r *reader) entries(node *yaml.Node, where string, f func(key, value *yaml.Node)) {
	if node.Kind != yaml.MappingNode {
		r.mapping(node, where, nil)
		return
	}
	pairs(node, f)
}

// unknown tells of a word that is none of those known, with the one that it is near, and otherwise with what else there is to say.
func (r *reader) unknown(word *yaml.Node, none string, known []string, otherwise string) {
	r.wrong(word, fmt.Sprintf("%s %q", none, word.Value), diag.Meant("did you mean %q?", word.Value, known, otherwise))
}

func (r *reader) text(to *string) func(*yaml.Node) {
	return func(v *yaml.Node) {
		if v.Kind != yaml.ScalarNode {
			r.wrong(v, "this takes one line of text", "write a single value, in quotes if it holds a colon")
			return
		}
		*to = strings.TrimSpace(v.Value)
	}
}

// number reads a whole number from 1 up.
func (r *reader) number(to *int) func(*yaml.Node) {
	return func(v *yaml.Node) {
		n, err := strconv.Atoi(v.Value)
		if v.Kind != yaml.ScalarNode || err != nil || n < 1 {
			r.wrong(v, fmt.Sprintf("%q is not a whole number above zero", v.Value), "write a number such as 10")
			return
		}
		*to = n
	}
}

func (r *reader) flag(to *bool) func(*yaml.Node) {
	return func(v *yaml.Node) {
		if v.Decode(to) != nil {
			r.wrong(v, fmt.Sprintf("%q is neither true nor false", v.Value), "write true or false")
		}
	}
}

// print reads whether sections are printed as one document: "auto" leaves out those of a large handbook.
func (r *reader) print(v *yaml.Node) {
	o := &r.site.Outputs
	if o.Print = v.Value == "auto"; o.Print {
		o.PrintAny = false
		return
	}
	r.flag(&o.Print)(v)
	o.PrintAny = o.Print
}

func (r *reader) interval(to *string) func(*yaml.Node) {
	return func(v *yaml.Node) {
		if _, err := ParseInterval(v.Value); v.Kind != yaml.ScalarNode || err != nil {
			r.wrong(v, fmt.Sprintf("%q is not a length of time", v.Value), `write it like "90d", "12w", "6 months", "1 year" or "never"`)
			return
		}
		*to = v.Value
	}
}

func (r *reader) baseURL(v *yaml.Node) {
	u, err := url.Parse(v.Value)
	web := err == nil && (u.Scheme == "https" || u.Scheme == "http") && u.Host != ""
	folder := err == nil && u.Scheme == "file" && u.Host == "" && u.Path != "" // read without a server
	if v.Kind != yaml.ScalarNode || !web && !folder || u.RawQuery != "" || u.Fragment != "" {
		r.wrong(v, fmt.Sprintf("%q is not the address of a site", v.Value), `write it whole, like "https://handbook.example.com/"`)
		return
	}
	r.site.BaseURL, r.site.BasePath = strings.TrimRight(v.Value, "/")+"/", "/"+strings.Trim(u.EscapedPath(), "/")+"/"
	if r.site.BasePath == "//" {
		r.site.BasePath = "/"
	}
	if folder {
		r.site.BaseURL = "" // an address that means nothing on another machine
	}
}

func (r *reader) theme(v *yaml.Node) {
	if v.Kind != yaml.ScalarNode || strings.ContainsAny(v.Value, `/\:`) || strings.HasPrefix(v.Value, ".") {
		r.wrong(v, fmt.Sprintf("%q is not the name of a theme", v.Value), "write the name of a folder below themes/")
		return
	}
	if v.Value != "default" {
		r.site.Theme = v.Value
	}
}

func (r *reader) authors(v *yaml.Node) {
	switch v.Value {
	case AuthorsKnown:
		r.site.Authors = AuthorsKnown
	case "all":
		r.site.Authors = ""
	default:
		r.wrong(v, fmt.Sprintf("%q does not say whose names are shown", v.Value), "write all, or known for those who have a page here")
	}
}

func (r *reader) font(v *yaml.Node) {
	switch v.Value {
	case FontSystem:
		r.site.Font = FontSystem
	case "theme":
		r.site.Font = ""
	default:
		r.wrong(v, fmt.Sprintf("%q is no choice of typefaces", v.Value), "write theme or system")
	}
}

// stemming reads the language of the search.
func (r *reader) stemming(v *yaml.Node) {
	if known := Stemmed(); v.Kind != yaml.ScalarNode || v.Value != "none" && !slices.Contains(known, v.Value) {
		r.wrong(v, fmt.Sprintf("the search does not know the grammar of %q", v.Value), "write none, or one of "+strings.Join(known, ", "))
		return
	}
	r.site.Search.Stemming = v.Value
}

// Stemmed lists the languages of which the search knows what forms belong to a word.
func Stemmed() []string {
	return []string{"da", "de", "en", "es", "fr", "it", "nb", "nl", "no", "pt", "sv"}
}

// template reads an address with {path} in it.
func (r *reader) template(to *string) func(*yaml.Node) {
	return func(v *yaml.Node) {
		u, err := url.Parse(v.Value)
		if v.Kind != yaml.ScalarNode || err != nil || u.Scheme != "https" && u.Scheme != "http" || !strings.Contains(v.Value, "{path}") {
			r.wrong(v, fmt.Sprintf("%q is not an address with {path} in it", v.Value),
				`write it like "https://git.example.com/handbook/edit/main/content/{path}"`)
			return
		}
		*to = v.Value
	}
}

// repository reads the address of a repository at a host of code.
func (r *reader) repository(to *string) func(*yaml.Node) {
	return func(v *yaml.Node) {
		u, err := url.Parse(v.Value)
		if v.Kind != yaml.ScalarNode || err != nil || u.Scheme != "https" && u.Scheme != "http" || u.Host == "" || strings.Count(strings.Trim(u.Path, "/"), "/") < 1 {
			r.wrong(v, fmt.Sprintf("%q is not the address of a repository", v.Value), `write it like "https://github.com/acme/pay"`)
			return
		}
		*to = strings.TrimRight(v.Value, "/")
	}
}

func (r *reader) list(v *yaml.Node) []*yaml.Node {
	switch v.Kind {
	case yaml.SequenceNode:
		return v.Content
	case yaml.ScalarNode:
		if v.Tag != "!!null" {
			return []*yaml.Node{v}
		}
	default:
		r.wrong(v, "this takes a list", "write it like [one, two]")
	}
	return nil
}

// ignore reads patterns of files that are no part of the handbook.
func (r *reader) ignore(v *yaml.Node) {
	r.site.Ignore = nil
	for _, item := range r.list(v) {
		if item.Kind != yaml.ScalarNode || item.Value == "" || !doublestar.ValidatePattern(item.Value) {
			r.wrong(item, fmt.Sprintf("%q is no pattern of paths", item.Value), `write it like "drafts/" or "*.go", below the content folder`)
			continue
		}
		r.site.Ignore = append(r.site.Ignore, item.Value)
	}
}

func (r *reader) presets(v *yaml.Node) {
	var known []string
	for _, p := range presets() {
		known = append(known, p.name)
	}
	r.site.Presets = nil
	for _, item := range r.list(v) {
		if !slices.Contains(known, item.Value) {
			r.unknown(item, "no preset", known, "the presets are "+diag.Names(item.Value, known))
			continue
		}
		r.site.Presets = append(r.site.Presets, item.Value)
	}
}

// audiences reads the names of those that pages may be for.
func (r *reader) audiences(v *yaml.Node) {
	a := &r.site.Audience
	a.Known, a.Declared = r.oneWords(v), r.file != ""
}

// audience reads who a page is for that says nothing.
func (r *reader) audience(v *yaml.Node) {
	if names := r.oneWords(v); len(names) > 0 {
		r.site.Audience.Default = names
	}
}

// sayTo reads what the site says of itself to each audience.
func (r *reader) sayTo(v *yaml.Node) {
	all := map[string]Site{}
	r.entries(v, "for", func(key, value *yaml.Node) {
		said := reader{site: &Site{}, file: r.file, data: r.data}
		s, name := said.site, key.Value
		said.mapping(value, name, []setting{{"name", said.text(&s.Name)}, {"description", said.text(&s.Description)}, {"base_url", said.baseURL},
			{"edit_url", said.template(&s.EditURL)}, {"history_url", said.template(&s.HistoryURL)}})
		r.msgs = append(r.msgs, said.msgs...)
		if known := r.site.Audience.Known; !slices.Contains(known, name) && diag.Nearest(name, known) != "" {
			r.unknown(key, "no audience", known, "")
		}
		all[name] = *s
	})
	if v.Kind == yaml.MappingNode {
		r.site.Audience.For = all
	}
}

// oneWords reads a list of single words.
func (r *reader) oneWords(v *yaml.Node) []string {
	var words []string
	for _, item := range r.list(v) {
		if item.Kind != yaml.ScalarNode || item.Value == "" || strings.ContainsAny(item.Value, ", \t") {
			r.wrong(item, fmt.Sprintf("%q is not the name of an audience", item.Value), "write one word, such as customer")
			continue
		}
		words = append(words, item.Value)
	}
	return words
}

// keys reads `frontmatter:`, which lists other names for canonical keys.
func (r *reader) keys(v *yaml.Node) {
	if r.site.Keys == nil {
		r.site.Keys = map[string]string{}
	}
	r.entries(v, "frontmatter", func(key, value *yaml.Node) {
		if known := CanonicalKeys(); !slices.Contains(known, key.Value) {
			r.unknown(key, "handbook has no frontmatter key", known, "see the list of keys in the manual")
			return
		}
		for _, item := range r.list(value) {
			r.site.Keys[item.Value] = key.Value
		}
	})
}

func (r *reader) rules(v *yaml.Node) {
	var known []string
	for _, d := range diag.Rules() {
		known = append(known, string(d.Rule))
	}
	r.entries(v, "rules", func(name, value *yaml.Node) {
		rule := diag.Rule(name.Value)
		if !slices.Contains(known, name.Value) {
			r.unknown(name, "no rule", known, "the manual lists the rules")
		} else if value.Kind == yaml.MappingNode {
			r.rulesIn(rule, value)
		} else if severity, ok := r.severity(value); ok {
			r.site.Rules[rule] = severity
		}
	})
}

// rulesIn reads the severities of one rule for some files.
func (r *reader) rulesIn(rule diag.Rule, v *yaml.Node) {
	if r.site.RulesIn == nil {
		r.site.RulesIn = map[diag.Rule][]SeverityIn{}
	}
	r.site.RulesIn[rule] = nil
	pairs(v, func(pattern, value *yaml.Node) {
		if pattern.Value == "" || !doublestar.ValidatePattern(pattern.Value) {
			r.wrong(pattern, fmt.Sprintf("%q is no pattern of paths", pattern.Value), `write it like "archive/**", below the content folder`)
		} else if severity, ok := r.severity(value); ok {
			r.site.RulesIn[rule] = append(r.site.RulesIn[rule], SeverityIn{strings.TrimPrefix(pattern.Value, "/"), severity})
		}
	})
}

func (r *reader) severity(v *yaml.Node) (diag.Severity, bool) {
	severities := map[string]diag.Severity{"error": diag.Error, "warning": diag.Warning, "off": diag.Off, "false": diag.Off}
	severity, ok := severities[v.Value]
	if !ok || v.Kind != yaml.ScalarNode {
		r.wrong(v, fmt.Sprintf("%q is no severity", v.Value), "write error, warning or off")
		return 0, false
	}
	return severity, true
}

func (r *reader) wrong(node *yaml.Node, text, help string) {
	at := r.line(node.Line)
	at.Start = min(r.lines.Offset(node.Line, node.Column), at.End)
	length := len(node.Value)
	if node.Style&(yaml.DoubleQuotedStyle|yaml.SingleQuotedStyle) != 0 {
		length += 2
	}
	if node.Kind == yaml.ScalarNode && at.Start+length <= at.End {
		at.End = at.Start + length
	}
	r.msgs.Add(diag.InvalidConfig, at, text, help)
}

// line is the place of a whole line, counted from 1, without its end.
func (r *reader) line(n int) diag.Place {
	if r.lines == nil {
		lines := diag.NewLines(r.data)
		r.lines = &lines
	}
	start, end := r.lines.Line(n)
	return diag.Place{File: r.file, Start: start, End: end}
}

func readable(name string) string {
	s := strings.ReplaceAll(strings.ReplaceAll(name, "-", " "), "_", " ")
	if s == "" {
		return s
	}
	return strings.ToUpper(s[:1]) + s[1:]
}
