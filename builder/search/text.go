package search

import (
	"bytes"
	"encoding/json"
	"html"
	"strings"

	"handbook/builder/page"
)

// passage is one section of a page as plain text, a line for each block.
type passage struct {
	id, heading string
	text        []byte
}

// passages calls f for each section of the page. The text that it is given is only good until it returns; buf is room
// for it, and comes back.
func (p *Page) passages(buf []byte, f func(passage)) []byte {
	if p.Text == nil {
		return buf
	}
	body, holes := p.Text.Body().HTML, p.Text.Holes
	for _, s := range p.Text.Sections {
		part := passage{}
		start := s.Start
		if s.Heading >= 0 && s.Heading < len(p.Text.Headings) {
			h := p.Text.Headings[s.Heading]
			part.id, part.heading, start = h.ID, h.Text, s.Below
		}
		for len(holes) > 0 && int(holes[0].At) < start {
			holes = holes[1:]
		}
		buf = p.strip(buf[:0], body, start, s.End, holes)
		part.text = buf
		f(part)
	}
	return buf
}

// strip appends what a reader sees of a stretch of HTML.
func (p *Page) strip(dst []byte, body string, start, end int, holes []page.Hole) []byte {
	pre := false // line breaks are kept
	show := func(s string) {
		from := len(dst)
		dst = unescape(dst, s)
		for i := from; i < len(dst) && !pre; i++ {
			if dst[i] == '\n' {
				dst[i] = ' '
			}
		}
	}
	for at := start; at < end; {
		stop := end
		if i := strings.IndexByte(body[at:end], '<'); i >= 0 {
			stop = at + i
		}
		for len(holes) > 0 && int(holes[0].At) <= stop {
			h := holes[0]
			holes = holes[1:]
			if h.Kind == page.HoleTitle && int(h.At) >= at {
				show(body[at:h.At])
				at = int(h.At)
				if p.Fill != nil {
					dst = append(dst, p.Fill(int(h.Link))...)
				}
			}
		}
		show(body[at:stop])
		if stop == end {
			break
		}
		close := strings.IndexByte(body[stop:end], '>')
		if close < 0 {
			break
		}
		tag := body[stop+1 : stop+close]
		at = stop + close + 1
		name := tag[:nameEnd(tag)]
		switch {
		case unseen(name, tag):
			if i := strings.Index(body[at:end], "</"+name); i >= 0 {
				at += i
			}
		case name == "br":
			dst = append(dst, ' ')
		case name == "td" || name == "th":
			if dst = bytes.TrimRight(dst, " "); len(dst) > 0 && dst[len(dst)-1] != '\n' { // a row is a line
				dst = append(dst, " · "...)
			}
		case name == "/td" || name == "/th":
		case !inline(name):
			pre = name == "pre" || pre && name != "/pre"
			if dst = bytes.TrimRight(dst, " "); len(dst) > 0 && dst[len(dst)-1] != '\n' {
				dst = append(dst, '\n')
			}
		}
	}
	return dst
}

// nameEnd is where a tag's name ends, with the slash of an end tag.
func nameEnd(tag string) int {
	i := 0
	for i < len(tag) && (tag[i] == '/' && i == 0 || tag[i] > ' ' && tag[i] != '/') {
		i++
	}
	return i
}

// unseen tells the elements whose text is not part of what a page says.
func unseen(name, tag string) bool {
	switch name {
	case "svg", "style", "script", "template":
		return true
	case "span":
		return strings.Contains(tag, `class="ln"`)
	case "sup":
		return strings.Contains(tag, "footnote-ref")
	case "a":
		return strings.Contains(tag, "footnote-back")
	}
	return false
}

// inline tells the elements that stand within a line.
func inline(name string) bool {
	switch strings.TrimPrefix(name, "/") {
	case "a", "abbr", "b", "bdi", "bdo", "cite", "code", "data", "del", "dfn", "em", "i", "img", "input", "ins", "kbd", "label", "mark", "q", "s",
		"samp", "small", "span", "strong", "sub", "sup", "time", "u", "var", "wbr":
		return true
	}
	return false
}

func unescape(dst []byte, s string) []byte {
	for {
		i := strings.IndexByte(s, '&')
		if i < 0 {
			return append(dst, s...)
		}
		dst = append(dst, s[:i]...)
		s = s[i:]
		end := strings.IndexByte(s[:min(len(s), 40)], ';') + 1
		switch s[:end] {
		case "":
			end = 1
			dst = append(dst, '&')
		case "&lt;":
			dst = append(dst, '<')
		case "&gt;":
			dst = append(dst, '>')
		case "&amp;":
			dst = append(dst, '&')
		case "&quot;":
			dst = append(dst, '"')
		default:
			dst = append(dst, html.UnescapeString(s[:end])...)
		}
		s = s[end:]
	}
}

// textFile is the file with the page's text: for each section its id, heading and text.
func (p *Page) textFile(name string) []byte {
	var room []byte
	size := 200 + len(p.About)
	if p.Text != nil {
		size += p.Text.Size // of the HTML, which holds more than the text
		room = make([]byte, 0, 2048)
	}
	b := append(make([]byte, 0, size), `handbookSearch("`+name+`","",[`...)
	begun := len(b)
	add := func(id, heading string, text []byte) {
		if len(b) > begun {
			b = append(b, ',')
		}
		b = appendQuoted(append(b, '['), id)
		b = appendQuoted(append(b, ','), heading)
		b = appendQuoted(append(b, ','), text)
		b = append(b, ']')
	}
	p.passages(room, func(s passage) {
		if text := bytes.TrimSpace(s.text); len(text) > 0 || s.heading != "" {
			add(s.id, s.heading, text)
		}
	})
	if len(b) == begun && p.About != "" {
		add("", "", []byte(p.About))
	}
	return append(b, "]);\n"...)
}

// appendQuoted appends a text as JSON has it.
func appendQuoted[T []byte | string](b []byte, s T) []byte {
	b = append(b, '"')
	from := 0
	for i := 0; i < len(s); i++ {
		c := s[i]
		if c >= ' ' && c != '"' && c != '\\' {
			continue
		}
		b = append(b, s[from:i]...)
		from = i + 1
		switch {
		case c == '\n':
			b = append(b, `\n`...)
		case c >= ' ':
			b = append(b, '\\', c)
		default:
			b = append(b, ' ')
		}
	}
	return append(append(b, s[from:]...), '"')
}

// script is a file that hands its data to the search.
func script(name, version string, data any) []byte {
	var b strings.Builder
	b.WriteString(`handbookSearch("` + name + `",`)
	b.Write(appendQuoted(nil, version))
	b.WriteByte(',')
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	if err := e.Encode(data); err != nil {
		return nil // strings, numbers and lists of them can always be written
	}
	return []byte(strings.TrimSuffix(b.String(), "\n") + ");\n")
}
