package menu

import (
	"net/url"
	"regexp"
	"strings"

	"handbook/builder/book"
	"handbook/builder/diag"
)

// summaryItem is one link of a SUMMARY.md, in a list or before and behind the lists.
var summaryItem = regexp.MustCompile(`^([ \t]*)(?:[-*+]|\d+[.)])?[ \t]*(?:\[((?:[^\]\\]|\\.)*)\]\(([^)]*)\)|([^\[].*))[ \t]*$`)

// level is a list of a SUMMARY.md that is being read.
type level struct {
	indent int
	list   *[]book.MenuEntry
}

// summary reads the SUMMARY.md of mdBook and GitBook: lists of links in lists, and headings above them.
func (r *reader) summary() {
	var top []book.MenuEntry
	open := []level{{-1, &top}}
	headings, offset, comment := 0, 0, false
	for line := range strings.Lines(string(r.file.Data)) {
		at := diag.Place{File: r.file.Name, Start: offset, End: offset + len(strings.TrimRight(line, "\r\n"))}
		offset += len(line)
		line = strings.TrimRight(strings.TrimPrefix(line, "\uFEFF"), "\r\n \t")
		bare := strings.TrimSpace(line)
		if comment = comment || strings.HasPrefix(bare, "<!--"); comment {
			comment = !strings.Contains(bare, "-->")
			continue
		}
		if strings.HasPrefix(bare, "#") {
			title := strings.TrimSpace(strings.Trim(bare, "#"))
			if title, _, _ = strings.Cut(title, " <a"); headings > 0 || len(top) > 0 {
				open = open[:1]
				top = append(top, book.MenuEntry{Label: title, At: at})
			}
			headings++
			continue
		}
		m := summaryItem.FindStringSubmatch(line)
		if m == nil || strings.Trim(bare, "-*_=") == "" || !r.more() {
			continue
		}
		indent := len(strings.ReplaceAll(m[1], "\t", "    "))
		for len(open) > 1 && open[len(open)-1].indent >= indent || len(open) > maxDepth {
			open = open[:len(open)-1]
		}
		e := book.MenuEntry{Label: strings.ReplaceAll(strings.TrimSpace(m[2]), `\`, ""), At: at}
		if m[2] == "" {
			e.Label = strings.TrimSpace(m[4])
		}
		to, _, _ := strings.Cut(strings.TrimSpace(m[3]), ` "`)
		to = strings.Trim(to, "<>")
		if plain, err := url.PathUnescape(to); err == nil {
			to = plain
		}
		if to != "" && !r.leads(&e, to, r.dir) {
			continue
		}
		list := open[len(open)-1].list
		*list = append(*list, e)
		open = append(open, level{indent, &(*list)[len(*list)-1].Children})
	}
	r.add(book.MenuList{Folder: r.folder(r.dir), Entries: top})
}
