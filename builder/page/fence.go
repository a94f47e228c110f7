package page

import (
	"slices"
	"strconv"
	"strings"
)

// fence is what the line that opens a code block asks for.
type fence struct {
	language string
	title    string
	plain    bool // without colours
	numbered bool
	first    int // the number of the first line
	marked   lines
	inserted lines
	deleted  lines
}

// lines are ranges of line numbers, ends included.
type lines [][2]int

func (l lines) has(n int) bool {
	return slices.ContainsFunc(l, func(r [2]int) bool { return r[0] <= n && n <= r[1] })
}

// lined tells whether each line of the block needs an element of its own.
func (f fence) lined() bool {
	return f.numbered || f.language == "diff" || len(f.marked)+len(f.inserted)+len(f.deleted) > 0
}

// key tells fences apart whose code looks different.
func (f fence) key() []byte {
	b := append([]byte(f.language), 0)
	if f.numbered {
		b = strconv.AppendInt(b, int64(f.first), 10)
	}
	for _, l := range []lines{f.marked, f.inserted, f.deleted} {
		b = append(b, 0)
		for _, r := range l {
			b = strconv.AppendInt(b, int64(r[0]), 10)
			b = append(b, '-')
			b = strconv.AppendInt(b, int64(r[1]), 10)
			b = append(b, ',')
		}
	}
	return append(b, 0)
}

// readFence reads an info string: `go title="main.go" {2,4-6} linenos=10 ins={3} del={2}`, and Hugo's
// `go {hl_lines=[2,"4-6"] linenos=true}`, VitePress's `go:line-numbers [main.go]`, MkDocs' `{ .go title="main.go" }`. What it does not know it leaves alone.
func readFence(info string) fence {
	f := fence{first: 1}
	info = info[:min(len(info), 1000)]
	end := strings.IndexAny(info, " \t{")
	if end < 0 {
		end = len(info)
	}
	f.language = strings.ToLower(strings.TrimPrefix(info[:end], "."))
	if name, numbers, ok := strings.Cut(f.language, ":"); ok && strings.HasSuffix(numbers, "line-numbers") { // VitePress: "js:line-numbers"
		f.language, f.numbered = name, numbers == "line-numbers"
	}
	for _, o := range fenceOptions(info[end:]) {
		if f.language == "" && strings.HasPrefix(o.key, ".") && o.value == "" { // "{.python #id}"
			f.language = o.key[1:]
			continue
		}
		switch o.key {
		case "":
			f.marked = append(f.marked, parseLines(o.value)...)
		case "title", "file", "filename":
			f.title = o.value
		case "hl_lines", "mark":
			f.marked = append(f.marked, parseLines(o.value)...)
		case "ins":
			f.inserted = append(f.inserted, parseLines(o.value)...)
		case "del":
			f.deleted = append(f.deleted, parseLines(o.value)...)
		case "linenos", "showlinenumbers", "linenums", "linenostart":
			f.numbered = f.numbered || o.key != "linenostart" && o.value != "false"
			if n, err := strconv.Atoi(o.value); err == nil && n >= 0 && n < 1_000_000 {
				f.first = n
			}
		}
	}
	return f
}

type fenceOption struct{ key, value string }

// fenceOptions reads words, key=value pairs and a bare {…}, which has no key. Braces around pairs are looked through.
func fenceOptions(s string) []fenceOption {
	var out []fenceOption
	for s = strings.TrimLeft(s, " \t,}"); s != ""; s = strings.TrimLeft(s, " \t,}") {
		if s[0] == '{' {
			inner, rest, ok := strings.Cut(s[1:], "}")
			if ok && !strings.ContainsAny(inner, "=abcdefghijklmnopqrstuvwxyz") {
				out = append(out, fenceOption{"", inner})
				s = rest
			} else {
				s = s[1:]
			}
			continue
		}
		if s[0] == '[' { // VitePress: "js [main.js]"
			if label, rest, ok := strings.Cut(s[1:], "]"); ok && !strings.Contains(label, "=") {
				out, s = append(out, fenceOption{"title", label}), rest
				continue
			}
		}
		end := strings.IndexAny(s, " \t=,{}")
		if end < 0 {
			end = len(s)
		}
		o := fenceOption{key: strings.ToLower(s[:end])}
		if s = s[end:]; strings.HasPrefix(s, "=") {
			o.value, s = fenceValue(s[1:])
		}
		if o.key != "" {
			out = append(out, o)
		}
	}
	return out
}

// fenceValue reads a quoted, bracketed or bare value.
func fenceValue(s string) (value, rest string) {
	if s == "" {
		return "", ""
	}
	closes := map[byte]string{'"': `"`, '\'': `'`, '[': "]", '{': "}"}[s[0]]
	if closes != "" {
		value, rest, _ = strings.Cut(s[1:], closes)
		return value, rest
	}
	end := strings.IndexAny(s, " \t,}")
	if end < 0 {
		end = len(s)
	}
	return s[:end], s[end:]
}

// parseLines reads "2,4-6", with or without quotes, commas or blanks between.
func parseLines(s string) lines {
	var out lines
	for _, word := range strings.FieldsFunc(s, func(r rune) bool { return strings.ContainsRune(", \t\"'[]{}", r) }) {
		from, to, ok := strings.Cut(word, "-")
		a, err := strconv.Atoi(from)
		b := a
		if ok && err == nil {
			b, err = strconv.Atoi(to)
		}
		if err == nil && a > 0 && b >= a && len(out) < 100 {
			out = append(out, [2]int{a, b})
		}
	}
	return out
}
