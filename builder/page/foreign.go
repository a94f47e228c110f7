package page

import (
	"bytes"
	"cmp"
	"strings"

	"github.com/yuin/goldmark/ast"
	gtext "github.com/yuin/goldmark/text"

	"handbook/builder/diag"
	"handbook/builder/dialect"
)

// foreign writes the blocks that other generators have words of their own for.
func (w *writer) foreign(node ast.Node) {
	switch n := node.(type) {
	case *dialect.Box:
		w.notRead(n.Unread)
		w.box(n)
	case *dialect.Title: // the block that it is of writes it
	case *dialect.Tabs:
		w.tag("<div class=\"tabbed\">\n")
		w.contained(n)
		w.tag("</div>\n")
	case *dialect.Tab:
		w.special |= Tabs
		w.framed(n, `<div class="callout" role="note" data-kind="tab">`, "</div>\n", "p", "tab")
	case *dialect.Details:
		open := "<details>"
		if n.Open {
			open = "<details open>"
		}
		w.framed(n, open, "</details>\n", "summary", "details")
	case *dialect.Gap:
		w.notRead(n.Unread)
		if lines := n.Lines(); lines.Len() > 0 {
			w.gap(lines.At(0).Start, lines.At(lines.Len()-1).Stop, n.Remark)
		}
	case *dialect.BlockID:
		w.hide(n.At.Start, n.At.Stop)
	case *dialect.Unread:
		w.notRead(n.Construct)
		w.contained(n)
	case *dialect.Place:
		w.place(n.ID)
	case *dialect.FormulaBlock:
		w.formulaBlock(n)
	case *dialect.Embed:
		w.beginBlock()
		w.embed(&wikilink{embed: true, start: n.Written.Start, end: n.Written.Stop, target: n.Target, fragment: n.Fragment})
		w.tag("\n")
		w.endBlock('\n')
	}
}

// foreignInline writes what other generators have marks for in a line of text.
func (w *writer) foreignInline(node ast.Node) {
	switch n := node.(type) {
	case *dialect.InlineGap:
		w.gap(n.Segment.Start, n.Segment.Stop, n.Remark)
	case *dialect.Mention:
		w.notRead(n.Construct)
		w.inlines(n)
	case *dialect.Phrase:
		if n.Tag == "" {
			w.inlines(n)
		} else {
			w.wrapped(n, "<"+n.Tag+">", "</"+n.Tag+">")
		}
	case *dialect.Formula:
		w.formula(n.TeX, n.Display)
	case *dialect.Anchor:
		w.place(n.ID)
	case *dialect.Value:
		w.value(n)
	case *dialect.PageLink:
		w.pageLink(n)
	case *dialect.Short:
		w.special |= Abbreviations
		w.word(`<abbr title="` + string(appendEscaped(nil, n.Long)) + `">`)
		w.inlines(n)
		w.word("</abbr>")
	default:
		w.inlines(node)
	}
}

// gap leaves out what no reader sees; with remark no reader of a copy does either.
func (w *writer) gap(start, end int, remark bool) {
	w.hide(start, end)
	if remark {
		at := w.text.place(w.base+start, w.base+end)
		w.page.Remarks = append(w.page.Remarks, [2]int{at.Start, at.End})
	}
}

// value writes what the page says of itself.
func (w *writer) value(n *dialect.Value) {
	if said := w.valueOf(n); said != "" {
		w.show([]byte(said))
	} else {
		w.notRead(n.Construct)
	}
}

func (w *writer) valueOf(n *dialect.Value) string {
	if n.Key == "title" {
		return w.page.Title
	}
	for _, f := range w.page.Fields {
		if strings.EqualFold(f.Key, n.Key) {
			return f.Raw
		}
	}
	return ""
}

// pageLink writes a link that shows the title of the page that it leads to.
func (w *writer) pageLink(n *dialect.PageLink) {
	target, _, fragment := split(string(n.Written.Value(w.src)))
	if n.Path && !strings.HasPrefix(target, ".") && !strings.HasPrefix(target, "/") {
		target = "./" + target
	}
	w.wiki(&wikilink{start: n.Written.Start, end: n.Written.Stop, target: target, fragment: fragment})
}

// unfilled tells of a link or picture whose address a template would work out.
func (w *writer) unfilled(at gtext.Segment) {
	if string(at.Value(w.src)) == Away {
		return
	}
	if bytes.HasPrefix(at.Value(w.src), []byte("xref:")) {
		w.notRead(dialect.Construct{What: "a link of DocFX to a part of a program, `xref:…`,", Help: "link to the page where that is written down", At: at, Shown: true})
		return
	}
	w.notRead(dialect.Construct{What: "an address that a template works out", Help: "write the address itself there", At: at, Shown: true})
}

// place writes an id that links can lead to, if it is the first of its name.
func (w *writer) place(id string) bool {
	if !w.ids.claim(id) {
		return false
	}
	w.tag("<span")
	w.id(id)
	w.tag("></span>")
	return true
}

// box writes a callout, which readers fold or not.
func (w *writer) box(n *dialect.Box) {
	w.special |= Boxes
	open, close, titleTag := `<div class="callout" role="note"`, "</div>\n", "p"
	if n.Fold != dialect.FoldNone {
		open, close, titleTag = `<details class="callout"`, "</details>\n", "summary"
	}
	if n.Name != "" {
		open += ` data-kind="` + n.Name + `"`
	}
	if n.Fold == dialect.FoldOpen {
		open += " open"
	}
	if n.Untitled && dialect.TitleOf(n) == nil {
		titleTag = ""
	}
	if title := dialect.TitleOf(n); title != nil && n.To.Len() > 0 {
		lead(title, n.To, w.src)
	}
	w.framed(n, open+">", close, titleTag, cmp.Or(n.Name, "note"))
}

// lead makes a link of a title.
func lead(title *dialect.Title, to gtext.Segment, src []byte) {
	link := ast.NewLink()
	link.Destination = to.Value(src)
	if title.Words != "" {
		title.AppendChild(title, dialect.Words(title.Words))
		title.Words = ""
	}
	dialect.SetSpan(link, to)
	for c := title.FirstChild(); c != nil; c = title.FirstChild() {
		link.AppendChild(link, c)
	}
	title.AppendChild(title, link)
}

// framed writes a container with its title, which is that of its kind where it has none; with no tag for it there is none.
func (w *writer) framed(n ast.Node, open, close, titleTag, kind string) {
	w.tag(open)
	title := dialect.TitleOf(n)
	if titleTag == "" {
		w.tag("\n")
	} else {
		w.tag("<" + titleTag + ` class="callout-title">`)
		w.beginBlock()
		switch {
		case title != nil && title.Words != "":
			w.show([]byte(title.Words))
		case title != nil:
			w.leaf(title)
		default:
			w.calloutTitle(kind)
		}
		w.endBlock('\n')
		w.tag("</" + titleTag + ">\n")
	}
	mark := w.openRaw()
	w.blocks(n)
	w.closeRaw(mark)
	w.tag(close)
}

// calloutTitle is the kind of a callout in words. The fingerprint takes it as written: it must stay the same in every
// language.
func (w *writer) calloutTitle(kind string) {
	title := strings.ToUpper(kind[:1]) + strings.ReplaceAll(kind[1:], "-", " ")
	word := cmp.Or(w.site.Text.Callouts[kind], title)
	w.escape(word)
	w.plain = append(w.plain, word...)
	w.hash.words([]byte(title))
}

// ofText reports whether a block stands in the text itself, and in no quote, list or box.
func ofText(n ast.Node) bool {
	parent := n.Parent()
	for dialect.Is[*dialect.Unread](parent) {
		parent = parent.Parent()
	}
	return parent.Kind() == ast.KindDocument
}

// notRead tells of a construct of another generator that is not read, once a page, and once a site where it is on many.
func (w *writer) notRead(c dialect.Construct) {
	if c.What != "" && !c.Shown {
		w.hide(c.At.Start, c.At.Stop)
	}
	if c.What == "" || !w.asked[diag.NotRead] || w.told["not read: "+c.What] {
		return
	}
	if w.told == nil {
		w.told = map[string]bool{}
	}
	w.told["not read: "+c.What] = true
	what := " is not read and is left out"
	if c.Shown {
		what = " is not read; its text is shown"
	}
	help := cmp.Or(c.Help, "write it in Markdown that handbook reads; the manual's page on other generators lists it")
	w.msgs.AddTo(diag.Group{Text: "pages hold " + c.What + ", which is not read", Help: help}, diag.NotRead,
		w.text.place(w.base+c.At.Start, w.base+c.At.Stop), c.What+what, help)
}
