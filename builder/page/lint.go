package page

import (
	"bytes"
	"fmt"
	"net/url"
	"strings"

	"github.com/yuin/goldmark/ast"

	"handbook/builder/diag"
	"handbook/builder/schema"
)

// asked tells which of the rules below the site wants to hear of. They are looked for on every page, so the others
// must cost nothing.
func asked(site *schema.Site) map[diag.Rule]bool {
	wanted := map[diag.Rule]bool{}
	for _, rule := range []diag.Rule{diag.PlainHTTP, diag.EmptyLink, diag.NoAltText, diag.BareURL, diag.RepeatedTitle, diag.SkippedHeading, diag.RemovedHTML, diag.NotRead} {
		wanted[rule] = site.Asks(rule)
	}
	return wanted
}

// External is one link to another site.
type External struct {
	URL string
	At  diag.Place
}

// external notes a link to another site.
func (w *writer) external(dest string, at diag.Place) {
	if strings.HasPrefix(dest, "//") {
		dest = "https:" + dest
	}
	scheme, rest, _ := strings.Cut(dest, ":")
	plain := strings.EqualFold(scheme, "http")
	if !plain && !strings.EqualFold(scheme, "https") {
		return
	}
	w.page.External = append(w.page.External, External{dest, at})
	if plain && w.asked[diag.PlainHTTP] && !onThisMachine(dest) {
		w.msgs.Add(diag.PlainHTTP, at, fmt.Sprintf("%s goes through plain http", shortened(dest)), "write https:"+shortened(rest)+", if the site has it")
	}
}

// onThisMachine tells the addresses that are no web site: the reader's own machine, and names that only examples have.
func onThisMachine(dest string) bool {
	u, err := url.Parse(dest)
	if err != nil {
		return true
	}
	host := strings.ToLower(u.Hostname())
	if host == "" || host == "::1" || strings.HasPrefix(host, "127.") || !strings.Contains(host, ".") {
		return true
	}
	for _, top := range []string{".localhost", ".local", ".internal", ".test", ".example", ".invalid"} {
		if strings.HasSuffix(host, top) {
			return true
		}
	}
	return false
}

// shortened is a destination that fits into a message.
func shortened(dest string) string {
	if len(dest) > 60 {
		dest = strings.ToValidUTF8(dest[:60], "") + "…"
	}
	return strings.Join(strings.Fields(dest), " ")
}

// emptyLink tells of a link that nobody can click on, or that leads nowhere. html is where its words begin in what is
// written.
func (w *writer) emptyLink(n *ast.Link, dest string, html int) {
	if !w.asked[diag.EmptyLink] {
		return
	}
	at := w.linkPlace(n)
	switch {
	case strings.TrimSpace(dest) == "" || dest == "#":
		w.msgs.Add(diag.EmptyLink, w.aroundLink(n, at), "this link leads nowhere", "write where it leads, or take out the brackets")
	case n.ChildCount() == 0 || len(bytes.TrimSpace(w.html[html:])) == 0 && !w.wordless:
		w.msgs.Add(diag.EmptyLink, w.aroundLink(n, at), "this link has no words, so nobody can see or click on it", "write words between its brackets, or take it out")
	}
}

// aroundLink is a place that can be seen: an empty destination takes the link's whole bytes.
func (w *writer) aroundLink(n ast.Node, at diag.Place) diag.Place {
	if at.End > at.Start {
		return at
	}
	start := w.base + max(0, n.Pos())
	return w.text.place(start, min(len(w.text.data), max(start+1, w.base+w.notes.spans[n].Stop+1)))
}

// noAlt tells of a picture without alternative text.
func (w *writer) noAlt(alt []byte, dest string, at diag.Place) {
	if w.asked[diag.NoAltText] && len(bytes.TrimSpace(alt)) == 0 {
		w.msgs.Add(diag.NoAltText, at, fmt.Sprintf("the picture %s has no alternative text", shortened(dest)), "say between the brackets what it shows: `![the rota of May](rota.png)`")
	}
}

// bare tells of an address that stands in the text without angle brackets.
func (w *writer) bare(label []byte, at int) {
	if !w.asked[diag.BareURL] || at < len(w.text.data) && w.text.data[at] == '<' {
		return
	}
	w.msgs.Add(diag.BareURL, w.text.place(at, at+len(label)), "an address stands in the text as it is", fmt.Sprintf("say what is behind it: `[words](%s)`", shortened(string(label))))
}

// outline tells of headings that readers stumble over.
func (w *writer) outline() {
	repeated, skipped := w.asked[diag.RepeatedTitle], w.asked[diag.SkippedHeading]
	last := 1
	if !repeated && !skipped {
		return
	}
	own := -1 // the first heading of the text itself: what a quote or a list begins with says nothing about the page
	for _, s := range w.list {
		if own < 0 {
			own = s.Heading
		}
	}
	for i, h := range w.heads {
		at := diag.Place{File: w.page.File, Start: w.headsAt[i], End: w.lineEnd(w.headsAt[i])}
		if repeated && i == own && sameWords(h.Text, w.page.Title) && w.page.Title != "" {
			w.msgs.Add(diag.RepeatedTitle, at, fmt.Sprintf("the first heading says the title %q once more", shortened(w.page.Title)), "take out the heading: the title stands above the text already")
		}
		if skipped && h.Level > last+1 {
			w.msgs.Add(diag.SkippedHeading, at, fmt.Sprintf("this heading is of level %d, and the one before of level %d", h.Level, last),
				fmt.Sprintf("write it with %s, or add the level between", strings.Repeat("#", last+1)))
		}
		last = max(2, h.Level) // what is written as H1 is shown as H2
	}
}

// lineEnd is the end of the line of an offset in the file.
func (w *writer) lineEnd(at int) int {
	for i, c := range w.file[min(at, len(w.file)):] {
		if c == '\n' || c == '\r' {
			return at + i
		}
	}
	return len(w.file)
}

// sameWords compares without regard to letter case, white space and marks at the end.
func sameWords(a, b string) bool {
	plain := func(s string) string {
		return strings.TrimRight(strings.ToLower(strings.Join(strings.Fields(s), " ")), ".:!")
	}
	return plain(a) == plain(b)
}
