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
		sections = sectionsOf(p, id)
	}
	var out []string
	for _, s := range sections {
		out = append(out, passages(p.Body.HTML[s.Start:s.End])...)
	}
	return out
}

// passages cuts HTML at the elements that begin a new line for the reader. The HTML is the parser's own.
func passages(text string) []string {
	var out []string
	var b strings.Builder
	flush := func() {
		if s := strings.Join(strings.Fields(html.UnescapeString(b.String())), " "); s != "" {
			out = append(out, s)
		}
		b.Reset()
	}
	for text != "" {
		before, rest, ok := strings.Cut(text, "<")
		b.WriteString(before)
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
			b.WriteByte(' ')
		case "a":
			if strings.Contains(tag, `class="anchor"`) {
				_, text, _ = strings.Cut(text, "</a>")
			}
		}
	}
	flush()
	return out
}
