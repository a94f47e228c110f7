package review

import (
	"html"
	"strings"

	"handbook/builder/page"
)

// Passages is the text of a section with those below it, or of the whole page for no id: one entry for each
// paragraph, heading, list item, table row and block of code, as a reader sees it without its form.
func Passages(p *page.Page, id string) []string {
	sections := p.Sections
	if id != "" {
		sections = p.Section(id)
	}
	var out []string
	body := p.Body()
	for _, s := range sections {
		out = append(out, passages(body.HTML[s.Start:s.End])...)
	}
	return out
}

// PlainText is what a reader sees of the parser's HTML, cut like Passages.
func PlainText(html string) []string { return passages(html) }

// passages cuts HTML at the elements that begin a new line for the reader. The HTML is the parser's own.
func passages(text string) []string {
	var out []string
	var raw, line []byte
	flush := func() {
		line = line[:0]
		for word := range strings.FieldsSeq(html.UnescapeString(string(raw))) {
			if len(line) > 0 {
				line = append(line, ' ')
			}
			line = append(line, word...)
		}
		if len(line) > 0 {
			out = append(out, string(line))
		}
		raw = raw[:0]
	}
	for text != "" {
		before, rest, ok := strings.Cut(text, "<")
		raw = append(raw, before...)
		if !ok {
			break
		}
		tag, after, ok := strings.Cut(rest, ">")
		if !ok {
			break
		}
		text = after
		switch name, _, _ := strings.Cut(strings.TrimPrefix(tag, "/"), " "); name {
		case "p", "h1", "h2", "h3", "h4", "h5", "h6", "li", "tr", "pre", "blockquote", "dt", "dd", "div", "table", "ul", "ol", "br", "summary", "figcaption":
			flush()
		case "td", "th":
			raw = append(raw, ' ')
		}
	}
	flush()
	return out
}
