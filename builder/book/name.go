package book

import (
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"

	"handbook/builder/ending"
)

// fold makes names equal that a person, or a file system of another kind, takes for the same: letter case and the two
// Unicode spellings of an accented letter do not count.
func fold(s string) string {
	if ascii(s) {
		return strings.ToLower(s)
	}
	return strings.ToLower(norm.NFC.String(s))
}

// composed is s with each accented letter as one character.
func composed(s string) string {
	if ascii(s) {
		return s
	}
	return norm.NFC.String(s)
}

func ascii(s string) bool {
	for i := 0; i < len(s); i++ {
		if s[i] >= utf8.RuneSelf {
			return false
		}
	}
	return true
}

func digit(c byte) bool { return '0' <= c && c <= '9' }

// readable makes a title of a file or folder name: "beta-reports" becomes "Beta reports".
func readable(name string) string {
	words := strings.Join(strings.FieldsFunc(name, func(r rune) bool { return r == '-' || r == '_' || unicode.IsSpace(r) }), " ")
	if words == "" {
		return name
	}
	first, size := utf8.DecodeRuneInString(words)
	return string(unicode.ToUpper(first)) + words[size:]
}

// slugLimit is how many bytes of a name become part of an address or a file name: file systems end names at 255 bytes, and
// a number and an ending come behind it.
const slugLimit = 80

// Slug makes a part of an address or a file name out of a text: letters and digits in lower case, hyphens between. A text
// without any gives the fallback. No system takes it for a device of its own.
func Slug(text, fallback string) string {
	var b strings.Builder
	gap := false
	for _, r := range fold(text) {
		if !unicode.In(r, unicode.L, unicode.N, unicode.M) && r != '_' {
			gap = true
			continue
		}
		gap = gap && b.Len() > 0
		if size := utf8.RuneLen(r); b.Len()+size > slugLimit || gap && b.Len()+size == slugLimit {
			break
		}
		if gap {
			b.WriteByte('-')
		}
		gap = false
		b.WriteRune(r)
	}
	switch name := b.String(); {
	case name == "":
		return fallback
	case device(name):
		return name + "-"
	default:
		return name
	}
}

// free is the path with a number behind it that nobody had before: "tags/design", "tags/design-2", "tags/design-3".
func (r *resolver) free(path string) string {
	r.tries[path]++
	if n := r.tries[path]; n > 1 {
		return path + "-" + strconv.Itoa(n)
	}
	return path
}

// parent is the folder of a path, "" at the top.
func parent(path string) string {
	if i := strings.LastIndexByte(path, '/'); i >= 0 {
		return path[:i]
	}
	return ""
}

// last is the last segment of a path.
func last(path string) string { return path[strings.LastIndexByte(path, '/')+1:] }

// stem is a path without the ending of a page's file.
func stem(path string) string { return ending.Stem(path) }

// indexName reports whether a file name without its ending is that of an index page.
func indexName(name string) bool {
	return strings.EqualFold(name, "index") || strings.EqualFold(name, "_index") || strings.EqualFold(name, "readme")
}

// join appends to buf the path that target means in folder dir, without "." and "..". It reports false when the path
// leads above the top.
func join(buf []byte, dir, target string) ([]byte, bool) {
	buf = append(buf[:0], dir...)
	for target != "" {
		segment := target
		if i := strings.IndexByte(target, '/'); i >= 0 {
			segment, target = target[:i], target[i+1:]
		} else {
			target = ""
		}
		switch segment {
		case "", ".":
		case "..":
			if len(buf) == 0 {
				return buf, false
			}
			i := len(buf) - 1
			for i > 0 && buf[i] != '/' {
				i--
			}
			buf = buf[:i]
		default:
			if len(buf) > 0 {
				buf = append(buf, '/')
			}
			buf = append(buf, segment...)
		}
	}
	return buf, true
}
