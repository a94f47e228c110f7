package owners

import (
	"bytes"
	"fmt"
	"regexp"
	"strings"
	"unicode/utf8"

	"handbook/builder/diag"
)

// maxGitHub is the size from which GitHub ignores a file, in bytes.
const maxGitHub = 3 << 20

// Parse reads a file by its flavour's rules. name is what messages call it. A line that the service would not accept is
// reported at its place and left out; the rest stands. Rules is never nil.
func Parse(name string, data []byte, f Flavour) (*Rules, diag.List) {
	p := parser{file: name, flavour: f, sections: map[string]int{"": 0}, defaults: [][]Owner{nil}}
	if f == GitHub && len(data) >= maxGitHub {
		p.list.Add(diag.InvalidCodeowners, diag.Place{File: name}, "the file is larger than 3 MB, so GitHub ignores all of it",
			"replace rules for single files by one for their folder")
		return &Rules{}, p.list
	}
	for at := 0; at < len(data); {
		end := len(data)
		if i := bytes.IndexByte(data[at:], '\n'); i >= 0 {
			end = at + i + 1
		}
		line := string(data[at:end])
		start := at
		if at == 0 && strings.HasPrefix(line, "\uFEFF") {
			line, start = line[len("\uFEFF"):], len("\uFEFF")
		}
		p.line(strings.TrimRight(line, "\r\n"), start)
		at = end
	}
	return &Rules{p.rules, newIndex(p.rules)}, p.list
}

type parser struct {
	file    string
	flavour Flavour
	rules   []rule
	list    diag.List

	section  int
	sections map[string]int // by name in lower case; "" for the lines before the first heading
	defaults [][]Owner      // by section: of its first heading that names any
	inherit  []Owner        // what lines without owners get
}

// word is a piece of a line between white space.
type word struct {
	text string
	at   int // in the file
}

func (p *parser) place(w word) diag.Place {
	return diag.Place{File: p.file, Start: w.at, End: w.at + len(w.text)}
}

func (p *parser) report(w word, text, help string) {
	p.list.Add(diag.InvalidCodeowners, p.place(w), text, help)
}

func (p *parser) line(text string, at int) {
	words := fields(text, at)
	if len(words) == 0 || strings.HasPrefix(words[0].text, "#") {
		return
	}
	first, rest := words[0], words[1:]
	if !utf8.ValidString(text) || strings.ContainsRune(text, 0) {
		p.report(word{text, at}, "the line is not UTF-8 text, so it owns nothing", "save the file as UTF-8")
		return
	}
	if p.flavour == GitLab {
		p.gitlab(text, first, rest)
		return
	}
	p.github(first, rest)
}

// github adds a rule unless GitHub would skip the line.
func (p *parser) github(first word, rest []word) {
	switch {
	case strings.HasPrefix(first.text, "!"):
		p.report(first, "GitHub knows no exclusions, so this line is left out",
			"name the path without \"!\" and without owners, below the rule it is an exception to")
		return
	case strings.HasPrefix(first.text, `\#`):
		p.report(first, "GitHub cannot take a pattern that begins with #, so this line is left out",
			"use a pattern such as ?name that matches the same file")
		return
	case strings.ContainsAny(first.text, "[]"):
		p.report(first, "GitHub knows no [ ] in patterns, so this line is left out", "write one line for each file, or use * or ?")
		return
	case strings.Contains(first.text, "***"):
		p.report(first, "GitHub knows no *** in patterns, so this line is left out", "use ** for folders of any depth, or *")
		return
	}
	pat, ok := p.pattern(first)
	if !ok {
		return
	}
	var names []Owner
	for _, w := range rest {
		if strings.HasPrefix(w.text, "#") {
			break
		}
		if !isOwner(w.text) || strings.HasPrefix(w.text, "@@") {
			p.report(w, fmt.Sprintf("%q is neither @user, @org/team nor an email address, so GitHub skips the line", w.text), ownerHelp(w))
			return
		}
		names = append(names, Owner{w.text, p.place(w)})
	}
	p.rules = append(p.rules, rule{pattern: pat, owners: names, text: first.text, at: p.place(first)})
}

// heading is GitLab's: "^" for optional, the name, how many approvals, and the default owners.
var heading = regexp.MustCompile(`^\^?\[([^\]]*)\](?:\[([^\]]*)\])?(?:\s+(.*))?$`)

// gitlab begins a section or adds a rule. Words that are no owners do not count, as GitLab has it.
func (p *parser) gitlab(text string, first word, rest []word) {
	if strings.HasPrefix(first.text, "[") || strings.HasPrefix(first.text, "^[") {
		trimmed := strings.TrimSpace(text)
		if m := heading.FindStringSubmatchIndex(trimmed); m != nil {
			p.heading(trimmed, first.at, m)
			return
		}
		p.report(word{trimmed, first.at}, "this is no section heading, so GitLab takes it for a path",
			"write [Name], [Name][2] or ^[Name], then a space and the default owners")
	}
	pat := first
	exclude := strings.HasPrefix(first.text, "!")
	if exclude {
		pat = word{first.text[1:], first.at + 1}
	}
	// A pattern may begin with "#" only when that is escaped; the backslash goes with the other escapes.
	compiled, ok := p.pattern(pat)
	if !ok {
		return
	}
	r := rule{pattern: compiled, section: p.section, exclude: exclude, text: pat.text, at: p.place(pat)}
	if !exclude {
		r.owners = p.names(rest)
		if len(rest) == 0 {
			r.owners = p.inherit
		}
	}
	p.rules = append(p.rules, r)
}

func (p *parser) heading(text string, at int, m []int) {
	sub := func(i int) word {
		if m[2*i] < 0 {
			return word{at: at + len(text)}
		}
		return word{text[m[2*i]:m[2*i+1]], at + m[2*i]}
	}
	name := strings.TrimSpace(sub(1).text)
	if name == "" {
		p.report(word{text, at}, "the section has no name", "write a name between [ and ]")
	}
	if approvals := sub(2); m[4] >= 0 && (strings.Trim(approvals.text, "0123456789") != "" || strings.Trim(approvals.text, "0") == "") {
		p.report(approvals, fmt.Sprintf("%q is no number of approvals; GitLab asks for one", approvals.text),
			"write a number from 1, or leave out the second [ ]")
	}
	key := strings.ToLower(name)
	if name == "" {
		key = "\x00" // apart from the lines before the first heading
	}
	section, known := p.sections[key]
	if !known {
		section = len(p.defaults)
		p.sections[key] = section
		p.defaults = append(p.defaults, nil)
	}
	p.section = section
	p.inherit = p.names(fields(sub(3).text, sub(3).at))
	if len(p.defaults[section]) == 0 {
		p.defaults[section] = p.inherit
	}
	if len(p.inherit) == 0 {
		p.inherit = p.defaults[section]
	}
}

// names are GitLab's owners in a line. There are no comments behind a rule: GitLab takes an owner from anywhere in the
// line, so words after a "#" are not reported but its names count.
func (p *parser) names(words []word) []Owner {
	var names []Owner
	comment := false
	for _, w := range words {
		comment = comment || strings.HasPrefix(w.text, "#")
		if isOwner(w.text) {
			names = append(names, Owner{w.text, p.place(w)})
		} else if !comment {
			p.report(w, fmt.Sprintf("%q is neither @user, @group, @@role nor an email address, so GitLab leaves it out", w.text), ownerHelp(w))
		}
	}
	return names
}

func (p *parser) pattern(w word) (pattern, bool) {
	pat, ok := compile(w.text, p.flavour)
	switch {
	case w.text == "/":
		p.report(w, "the pattern / matches no file", "write * for every file")
	case !ok:
		p.report(w, fmt.Sprintf("the pattern %s matches no file", w.text), "write the path from the repository's root, with single slashes")
	}
	return pat, ok
}

func ownerHelp(w word) string {
	name := "@" + strings.Trim(w.text, "@,;")
	switch {
	case !isOwner(name):
		return "take it out, or put a backslash before each space that belongs to the path"
	case strings.HasPrefix(w.text, "@"):
		return "write " + name
	}
	return "write " + name + ", or a backslash before each space that belongs to the path"
}

// isOwner reports whether the word has the form of a name, team, group, role or email address.
func isOwner(text string) bool {
	name, mention := strings.CutPrefix(text, "@")
	if !mention {
		local, domain, ok := strings.Cut(text, "@")
		return ok && local != "" && domain != "" && !strings.ContainsAny(domain, "@/") && !strings.HasPrefix(text, "#")
	}
	name = strings.TrimPrefix(name, "@") // GitLab's roles
	for part := range strings.SplitSeq(name, "/") {
		if part == "" || strings.IndexFunc(part, notInName) >= 0 {
			return false
		}
	}
	return true
}

func notInName(r rune) bool {
	return !(r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' || r == '-' || r == '_' || r == '.')
}

// fields splits at white space that no backslash precedes.
func fields(text string, at int) []word {
	var words []word
	start := -1
	for i := 0; i < len(text); i++ {
		switch c := text[i]; {
		case c == ' ' || c == '\t' || c == '\r' || c == '\v' || c == '\f':
			if start >= 0 {
				words = append(words, word{text[start:i], at + start})
				start = -1
			}
		default:
			if start < 0 {
				start = i
			}
			if c == '\\' && i+1 < len(text) {
				i++
			}
		}
	}
	if start >= 0 {
		words = append(words, word{text[start:], at + start})
	}
	return words
}

// onlyGitLab reports whether a file has a section heading or an exclusion.
func onlyGitLab(data []byte) bool {
	for line := range strings.Lines(strings.TrimPrefix(string(data), "\uFEFF")) {
		line = strings.TrimSpace(line)
		if strings.HasPrefix(line, "!") {
			return true
		}
		if m := heading.FindStringSubmatch(line); m != nil && strings.TrimSpace(m[1]) != "" {
			return true
		}
	}
	return false
}
