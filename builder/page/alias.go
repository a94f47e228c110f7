package page

import (
	"bytes"
	"regexp"
	"strings"

	"handbook/builder/diag"
)

var plainScalar = regexp.MustCompile(`^[A-Za-z0-9/._~%-]+$`)

// AddAlias gives the bytes of the page's file with one more alias in its frontmatter. Nothing else of the file changes.
// It gives false where the frontmatter cannot be read.
func (p *Page) AddAlias(data []byte, alias string) ([]byte, bool) {
	if p.Broken {
		return nil, false
	}
	end := "\n"
	if i := bytes.IndexByte(data, '\n'); i > 0 && data[i-1] == '\r' {
		end = "\r\n"
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
	start, line := firstLine(data)
	if bytes.HasPrefix(data, []byte("\uFEFF")) {
		start, line = firstLine(data[3:])
		start += 3
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
	case line == "{":
		return insert(start+1, end+`  "aliases": [`+quoted+`],`)
	case json:
		if i := bytes.IndexByte(data, '{'); i >= 0 {
			return insert(i+1, end+`  "aliases": [`+quoted+`],`)
		}
		return nil, false
	}
	at := start + lineLen(data[start:])
	if toml {
		return insert(at, "aliases = ["+quoted+"]"+end)
	}
	// Behind the last key of the block, where somebody who writes by hand would put it.
	for i := at; i < len(data); {
		n := lineLen(data[i:])
		if text := string(bytes.TrimRight(data[i:i+n], " \t\r\n")); text == "---" || text == "..." {
			return insert(i, "aliases: ["+yaml+"]"+end)
		}
		i += n
	}
	return nil, false
}

// growAliases adds to a list that is there: in brackets, with dashes, or of one word.
func (p *Page) growAliases(data []byte, at diag.Place, empty bool, yaml, quoted string, onlyQuoted bool, end string) ([]byte, bool) {
	splice := func(from, to int, text string) ([]byte, bool) {
		return append(append(bytes.Clone(data[:from]), text...), data[to:]...), true
	}
	word := yaml
	if onlyQuoted {
		word = quoted
	}
	raw := data[at.Start:at.End]
	switch {
	case empty:
		return splice(at.End, at.End, ": ["+word+"]") // "aliases:" without a value is no key that anybody wrote on purpose
	case bytes.HasPrefix(raw, []byte("[")) && bytes.HasSuffix(raw, []byte("]")):
		inner := bytes.TrimRight(raw[1:len(raw)-1], " \t\r\n,")
		if len(bytes.TrimSpace(inner)) == 0 {
			return splice(at.Start, at.End, "["+word+"]")
		}
		return splice(at.Start+1+len(inner), at.Start+1+len(inner), ", "+word)
	case bytes.HasPrefix(raw, []byte("-")):
		line := bytes.LastIndexByte(data[:at.Start], '\n') + 1
		body := bytes.TrimRight(raw, " \t\r\n")
		return splice(at.Start+len(body), at.Start+len(body), end+string(data[line:at.Start])+"- "+word)
	}
	return splice(at.Start, at.End, "["+string(raw)+", "+word+"]")
}
