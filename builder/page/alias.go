package page

import (
	"bytes"
	"regexp"
	"strings"

	"handbook/builder/diag"
)

var plainScalar = regexp.MustCompile(`^[A-Za-z0-9/._~%-]+$`)

var noValue = regexp.MustCompile(`^["']?()[ \t]*:[ \t]*(?:~|null)?`)

// AddAlias gives the bytes of the page's file with one more alias in its frontmatter. Nothing else of the file changes.
// It gives false where the frontmatter cannot be read.
func (p *Face) AddAlias(data []byte, alias string) ([]byte, bool) {
	if p.Broken {
		return nil, false
	}
	end := "\n"
	if last, next := LineEnd(data, 0); next > last {
		end = string(data[last:next])
	}
	insert := func(at int, text string) ([]byte, bool) {
		out := make([]byte, 0, len(data)+len(text))
		return append(append(append(out, data[:at]...), text...), data[at:]...), true
	}
	quoted := `"` + strings.ReplaceAll(alias, `"`, "%22") + `"`
	yaml := alias
	if !plainScalar.MatchString(alias) {
		yaml = quoted
	}
	start, line := 0, ""
	for next, from := 0, len(data)-len(bytes.TrimPrefix(data, []byte("\uFEFF"))); line == "" && from < len(data); from = next {
		var last int
		last, next = LineEnd(data, from)
		start, line = from, string(bytes.TrimSpace(data[from:last]))
	}
	toml, json := line == "+++" || line == "---toml", line == "{" || line == ";;;" || line == "---json"
	for _, f := range p.Fields {
		if f.Key != "aliases" {
			continue
		}
		return p.growAliases(data, f.At, f.Value == nil, yaml, quoted, toml || json, end)
	}
	switch {
	case len(p.Fields) == 0 && !toml && !json && line != "---" && line != "---yaml":
		at := len(data) - len(bytes.TrimPrefix(data, []byte("\uFEFF")))
		return insert(at, "---"+end+"aliases: ["+yaml+"]"+end+"---"+end+end)
	case json:
		comma := ","
		if len(p.Fields) == 0 {
			comma = ""
		}
		if i := bytes.IndexByte(data, '{'); i >= 0 {
			return insert(i+1, end+`  "aliases": [`+quoted+`]`+comma)
		}
		return nil, false
	}
	_, at := LineEnd(data, start)
	if toml {
		return insert(at, "aliases = ["+quoted+"]"+end)
	}
	// Behind the last key of the block, where somebody who writes by hand would put it.
	for i, next := at, 0; i < len(data); i = next {
		var last int
		last, next = LineEnd(data, i)
		if text := string(bytes.TrimRight(data[i:last], " \t")); text == "---" || text == "..." {
			return insert(i, "aliases: ["+yaml+"]"+end)
		}
	}
	return nil, false
}

// growAliases adds to a list that is there: in brackets, with dashes, or of one word.
func (p *Face) growAliases(data []byte, at diag.Place, empty bool, yaml, quoted string, onlyQuoted bool, end string) ([]byte, bool) {
	splice := func(from, to int, text string) ([]byte, bool) {
		return append(append(bytes.Clone(data[:from]), text...), data[to:]...), true
	}
	word := yaml
	if onlyQuoted {
		word = quoted
	}
	raw := data[at.Start:at.End]
	switch {
	case empty: // "aliases:", "aliases: ~" or "aliases: null": the place is that of the key
		found := noValue.FindSubmatchIndex(data[at.End:])
		if found == nil {
			return nil, false
		}
		return splice(at.End, at.End+found[1], string(data[at.End:at.End+found[2]])+": ["+word+"]")
	case bytes.HasPrefix(raw, []byte("[")) && bytes.HasSuffix(raw, []byte("]")):
		inner := bytes.TrimRight(raw[1:len(raw)-1], " \t\r\n,")
		if len(bytes.TrimSpace(inner)) == 0 {
			return splice(at.Start, at.End, "["+word+"]")
		}
		return splice(at.Start+1+len(inner), at.Start+1+len(inner), ", "+word)
	case bytes.HasPrefix(raw, []byte("-")):
		line := bytes.LastIndexAny(data[:at.Start], "\r\n") + 1
		body := bytes.TrimRight(raw, " \t\r\n")
		return splice(at.Start+len(body), at.Start+len(body), end+string(data[line:at.Start])+"- "+word)
	}
	return splice(at.Start, at.End, "["+string(raw)+", "+word+"]")
}
