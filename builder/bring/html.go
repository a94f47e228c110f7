package bring

import (
	"bytes"
	"cmp"
	"regexp"
	"strings"
	"unicode"

	"handbook/builder/page"

	"github.com/JohannesKaufmann/html-to-markdown/v2/converter"
	"github.com/JohannesKaufmann/html-to-markdown/v2/marker"
	"github.com/JohannesKaufmann/html-to-markdown/v2/plugin/base"
	"github.com/JohannesKaufmann/html-to-markdown/v2/plugin/commonmark"
	"github.com/JohannesKaufmann/html-to-markdown/v2/plugin/strikethrough"
	"github.com/JohannesKaufmann/html-to-markdown/v2/plugin/table"
	"golang.org/x/net/html"
)

// Elements that HTML does not have, for what Markdown says in its own way. The readers put them into the tree.
const (
	callout = "hb-callout" // kind, title; its children are the text
	folded  = "hb-folded"  // title
	task    = "hb-task"    // checked: an item of a list
	target  = "hb-target"  // id: a place that links lead to
	facts   = "hb-facts"   // what a page says of itself in a table
	embed   = "hb-embed"   // of: the page that is shown in its place
)

// parseHTML reads a page. What nests deeper than a reader of HTML takes is read flat.
func parseHTML(data []byte) *html.Node {
	if root, err := html.Parse(bytes.NewReader(data)); err == nil {
		return root
	}
	root := element("div")
	at, depth := root, 0
	in := html.NewTokenizer(bytes.NewReader(data))
	for {
		switch in.Next() {
		case html.ErrorToken:
			return root
		case html.TextToken:
			at.AppendChild(textNode(string(in.Text())))
		case html.StartTagToken:
			t := in.Token()
			n := &html.Node{Type: html.ElementNode, Data: t.Data, Attr: t.Attr}
			at.AppendChild(n)
			if depth < maxDepth && !void[t.Data] {
				at = n
				depth++
			}
		case html.SelfClosingTagToken:
			t := in.Token()
			at.AppendChild(&html.Node{Type: html.ElementNode, Data: t.Data, Attr: t.Attr})
		case html.EndTagToken:
			if t := in.Token(); at != root && at.Data == t.Data {
				at = at.Parent
				depth--
			}
		}
	}
}

var void = wordSet("area base br col embed hr img input link meta source track wbr")

// maxDepth is how deep elements may stand in each other; deeper ones are taken apart.
const maxDepth = 200

// converting makes a converter of a tree to Markdown. It is used by one goroutine at a time.
func converting() *converter.Converter {
	c := converter.NewConverter(converter.WithPlugins(
		base.NewBasePlugin(),
		commonmark.NewCommonmarkPlugin(commonmark.WithEmDelimiter("*"), commonmark.WithListEndComment(false), commonmark.WithLinkEmptyContentBehavior(commonmark.LinkBehaviorSkip)),
		strikethrough.NewStrikethroughPlugin(),
		table.NewTablePlugin(table.WithNewlineBehavior(table.NewlineBehaviorPreserve), table.WithSpanCellBehavior(table.SpanBehaviorMirror), table.WithCellPaddingBehavior(table.CellPaddingBehaviorMinimal)),
	))
	c.Register.EscapedChar('%', '{', ':', '?', '^')
	c.Register.UnEscaper(readAsMore, converter.PriorityStandard)
	c.Register.TextTransformer(func(_ converter.Context, s string) string { return entity.ReplaceAllString(s, "&amp;$1") }, converter.PriorityEarly)
	for tag, head := range map[string]func(*html.Node) string{
		callout: func(n *html.Node) string {
			return strings.TrimRight("> [!"+attr(n, "kind")+"] "+literal(attr(n, "title")), " ")
		},
		folded: func(n *html.Node) string { return "> [!NOTE]- " + literal(attr(n, "title")) },
	} {
		c.Register.RendererFor(tag, converter.TagTypeBlock, func(ctx converter.Context, w converter.Writer, n *html.Node) converter.RenderStatus {
			w.WriteString("\n\n" + head(n))
			inner := strings.Trim(several.ReplaceAllString(children(ctx, n), "\n\n"), "\n ")
			for line := range strings.SplitSeq(strings.ReplaceAll(inner, codeLine, "\n"), "\n") {
				w.WriteString("\n" + strings.TrimRight("> "+line, " "))
			}
			w.WriteString("\n\n")
			return converter.RenderSuccess
		}, converter.PriorityEarly)
	}
	c.Register.RendererFor(task, converter.TagTypeBlock, func(ctx converter.Context, w converter.Writer, n *html.Node) converter.RenderStatus {
		mark := "\n- [ ] "
		if attr(n, "checked") == "yes" {
			mark = "\n- [x] "
		}
		w.WriteString(mark + strings.NewReplacer("\n", "\n  ", codeLine, codeLine+"  ").Replace(strings.TrimSpace(children(ctx, n))))
		return converter.RenderSuccess
	}, converter.PriorityEarly)
	c.Register.RendererFor("pre", converter.TagTypeBlock, func(_ converter.Context, w converter.Writer, n *html.Node) converter.RenderStatus {
		source, title := strings.TrimSuffix(rawText(n), "\n"), attr(n, "title")
		if title != "" {
			title = ` title="` + strings.NewReplacer(`"`, "'", "`", "'").Replace(title) + `"`
		}
		fence := "```"
		for strings.Contains(source, fence) {
			fence += "`"
		}
		w.WriteString("\n\n" + fence + attr(n, "language") + title + "\n" + strings.ReplaceAll(source, "\n", codeLine) + "\n" + fence + "\n\n")
		return converter.RenderSuccess
	}, converter.PriorityEarly)
	c.Register.RendererFor(target, converter.TagTypeInline, func(_ converter.Context, w converter.Writer, n *html.Node) converter.RenderStatus {
		w.WriteString(`<a id="` + attr(n, "id") + `"></a>`)
		return converter.RenderSuccess
	}, converter.PriorityEarly)
	c.Register.RendererFor(embed, converter.TagTypeBlock, func(_ converter.Context, w converter.Writer, n *html.Node) converter.RenderStatus {
		w.WriteString("\n\n![[" + attr(n, "of") + "]]\n\n")
		return converter.RenderSuccess
	}, converter.PriorityEarly)
	for _, tag := range []string{"sub", "sup", "u"} { // which Markdown has no sign for
		c.Register.RendererFor(tag, converter.TagTypeInline, func(ctx converter.Context, w converter.Writer, n *html.Node) converter.RenderStatus {
			if inner := children(ctx, n); strings.TrimSpace(inner) != "" && !strings.Contains(inner, "\n") {
				inner = "<" + tag + ">" + inner + "</" + tag + ">"
				w.WriteString(inner)
			} else {
				w.WriteString(inner)
			}
			return converter.RenderSuccess
		}, converter.PriorityEarly)
	}
	return c
}

// codeLine ends a line of code until the page is whole, so that none of them is taken for a gap between paragraphs.
const codeLine = string(marker.MarkerCodeBlockNewline)

var (
	blanks  = regexp.MustCompile(`[ \t\r\n]+`) // as HTML has them
	several = regexp.MustCompile(`\n{3,}`)
	entity  = regexp.MustCompile(`&(#?[a-zA-Z0-9]+;)`) // it is not one: the words of a page have no entities left
)

// marks are what begins something in a dialect of Markdown that handbook reads; to the other tools they are words.
var marks = regexp.MustCompile(`^(?:%%|\{[{%#:.]|==\S|\+\+[^\s+]|\$\$|\$[^\s$](?:[^$\n]*[^\s$])?\$(?:[^0-9]|$)|\[\[|\[\^|~[^~\s](?:[^~\n]*[^~\s])?~|\^\^\S|\^[^\s^]+\^|\^[A-Za-z0-9-]+(?:\n|$))`)

// beginnings are such as count at the beginning of a line.
var beginnings = regexp.MustCompile(`^(?:::|: |!!!|\?\?\?|=== "|\[_*TOC|\*\[|\[!)`)

// maxMark is how far a mark may be from the one that ends it.
const maxMark = 1000

// readAsMore is how many bytes of an escape to keep at a character, and -1 for none. Each character that may be escaped has a marker
// before it.
func readAsMore(chars []byte, index int) int {
	ahead := chars[index:min(index+maxMark, len(chars))]
	ahead = bytes.ReplaceAll(ahead, marker.BytesMarkerEscaping, nil)
	before := bytes.TrimRight(chars[:index], string(marker.MarkerEscaping))
	before = bytes.TrimRight(before, " >")
	begins := len(before) == 0 || before[len(before)-1] == '\n'
	if marks.Match(ahead) || begins && beginnings.Match(ahead) {
		return 1
	}
	return -1
}

// literal is a text that Markdown reads as its words.
func literal(s string) string { return literally.Replace(strings.Join(strings.Fields(s), " ")) }

var literally = strings.NewReplacer(`\`, `\\`, "`", "\\`", "*", `\*`, "_", `\_`, "[", `\[`, "]", `\]`, "<", "&lt;", "$", `\$`, "~", `\~`, "=", `\=`, "%", `\%`, "^", `\^`, "{", `\{`)

func children(ctx converter.Context, n *html.Node) string {
	var b strings.Builder
	w := &writer{&b}
	ctx.RenderChildNodes(ctx, w, n)
	return b.String()
}

// writer is what the converter writes to.
type writer struct{ *strings.Builder }

// markdown converts a tree.
func markdown(c *converter.Converter, n *html.Node) string {
	flatten(n, 0)
	tables(n)
	each(n, func(n *html.Node) {
		if n.Type == html.TextNode {
			n.Data = strings.Map(legible, n.Data)
		}
	})
	out, err := c.ConvertNode(n)
	if err != nil {
		return text(n)
	}
	return strings.TrimSpace(string(out))
}

// legible leaves out what no text holds, and what the converter marks its own with.
func legible(r rune) rune {
	if r == '\n' || r == '\t' || r == '\r' {
		return r
	}
	if unicode.IsControl(r) || r == marker.MarkerCodeBlockNewline || r == '\ufeff' || r == '\ufffe' || r == '\uffff' {
		return -1
	}
	return r
}

// tables makes of each table one that Markdown has: only its first row may name columns, and what stands in cells is lines.
func tables(root *html.Node) {
	list := all(root, func(n *html.Node) bool { return n.Data == "table" })
	for i := len(list) - 1; i >= 0; i-- { // inner ones first
		t := list[i]
		for _, part := range all(t, func(n *html.Node) bool { return rowed[n.Data] }) { // what stands between cells stands before the table
			for c := part.FirstChild; c != nil; {
				next := c.NextSibling
				if c.Type == html.TextNode && strings.TrimSpace(c.Data) != "" || c.Type == html.ElementNode && !rowed[c.Data] && !inTables[c.Data] {
					part.RemoveChild(c)
					t.Parent.InsertBefore(c, t)
				}
				c = next
			}
		}
		rows := all(t, func(n *html.Node) bool { return n.Data == "tr" })
		for j, row := range rows {
			cells := all(row, func(n *html.Node) bool { return n.Data == "td" || n.Data == "th" })
			names := len(cells) > 0
			for _, c := range cells {
				names = names && c.Data == "th"
			}
			head := j == 0 && (names || row.Parent.Data == "thead")
			for _, c := range cells {
				lines(c)
				if !head && c.Data == "th" {
					c.Data, c.DataAtom = "td", 0
					if strings.TrimSpace(text(c)) != "" {
						wrap(c, "strong")
					}
				}
			}
		}
	}
}

var (
	rowed    = wordSet("table thead tbody tfoot tr")
	inTables = wordSet("td th caption colgroup col")
)

// blocks are elements that begin a line of their own.
var blocks = wordSet("p div h1 h2 h3 h4 h5 h6 ul ol li dl dt dd blockquote pre hr table thead tbody tfoot tr td th caption section article header footer figure figcaption main address details summary " +
	callout + " " + folded + " " + task + " " + facts)

// lines makes of what stands in a cell of a table lines with breaks between them, as Markdown has no blocks there.
func lines(cell *html.Node) {
	var out []*html.Node
	var bullet *html.Node // behind which the first words stand
	depth, count := 0, -1 // of lists in each other; of the items of a numbered one
	line := func() {
		if len(out) > 0 && out[len(out)-1].Data != "br" && out[len(out)-1] != bullet {
			out = append(out, element("br"))
		}
	}
	var put func(n *html.Node)
	inner := func(n *html.Node) {
		for c := n.FirstChild; c != nil; c = n.FirstChild {
			n.RemoveChild(c)
			put(c)
		}
	}
	bold := func(s string) {
		if s != "" {
			e := element("strong")
			e.AppendChild(textNode(s))
			out = append(out, e)
			line()
		}
	}
	put = func(n *html.Node) {
		if n.Type == html.TextNode {
			if strings.TrimSpace(n.Data) == "" && (len(out) == 0 || out[len(out)-1].Data == "br" || out[len(out)-1] == bullet) {
				return
			}
			out = append(out, n)
			return
		}
		if n.Type != html.ElementNode {
			return
		}
		if n.Data == "code" || n.Data == "tt" || n.Data == "kbd" {
			each(n, func(c *html.Node) {
				if c.Type == html.TextNode {
					c.Data = strings.ReplaceAll(c.Data, "|", `\|`)
				}
			})
		}
		if !blocks[n.Data] {
			if n.Data == "br" || find(n, func(c *html.Node) bool { return blocks[c.Data] }) == nil {
				out = append(out, n)
			} else {
				inner(n)
			}
			return
		}
		switch n.Data {
		case "hr":
			return
		case "td", "th":
			if len(out) > 0 && out[len(out)-1].Data != "br" {
				out = append(out, textNode(" · "))
			}
			inner(n)
			return
		}
		line()
		switch n.Data {
		case "li", task:
			switch {
			case n.Data == task && attr(n, "checked") == "yes":
				bullet = textNode("☑ ")
			case n.Data == task:
				bullet = textNode("☐ ")
			case count >= 0:
				count++
				bullet = textNode(number(count) + ". ")
			case depth > 1:
				bullet = textNode("◦ ")
			default:
				bullet = textNode("• ")
			}
			out = append(out, bullet)
			inner(n)
		case "ul", "ol":
			before := count
			depth, count = depth+1, -1
			if n.Data == "ol" {
				count = 0
			}
			inner(n)
			depth, count = depth-1, before
		case "h1", "h2", "h3", "h4", "h5", "h6":
			if strings.TrimSpace(text(n)) != "" {
				e := element("strong")
				out = append(out, e)
				for c := n.FirstChild; c != nil; c = n.FirstChild {
					n.RemoveChild(c)
					e.AppendChild(c)
				}
			}
		case callout, folded:
			bold(attr(n, "title"))
			inner(n)
		case "pre":
			bold(attr(n, "title"))
			for s := range strings.SplitSeq(strings.Trim(rawText(n), "\n"), "\n") {
				if strings.TrimSpace(s) != "" {
					e := element("code")
					e.AppendChild(textNode(strings.ReplaceAll(s, "|", `\|`)))
					out = append(out, e)
				}
				line()
			}
		default:
			inner(n)
		}
		line()
	}
	inner(cell)
	for len(out) > 0 && out[len(out)-1].Data == "br" {
		out = out[:len(out)-1]
	}
	for _, n := range out {
		cell.AppendChild(n)
	}
}

// wrap puts what stands in an element into a new one in it.
func wrap(n *html.Node, tag string) {
	e := element(tag)
	for c := n.FirstChild; c != nil; c = n.FirstChild {
		n.RemoveChild(c)
		e.AppendChild(c)
	}
	n.AppendChild(e)
}

// walk calls f for each element of a tree, outer ones first, and for what f puts in the place of one.
func walk(n *html.Node, f func(*html.Node)) {
	done := map[*html.Node]bool{}
	var in func(n *html.Node)
	in = func(n *html.Node) {
		for c := n.FirstChild; c != nil; {
			if c.Type == html.ElementNode && !done[c] {
				done[c] = true
				before := c.PrevSibling
				if f(c); c.Parent != n {
					c = n.FirstChild
					if before != nil {
						c = before.NextSibling
					}
					continue
				}
			}
			in(c)
			c = c.NextSibling
		}
	}
	in(n)
}

// places are where links may lead to in a tree, by what they may be called: the ids that headings will have on the page.
func places(root *html.Node) map[string]string {
	var texts []string
	var called [][]string
	each(root, func(n *html.Node) {
		if isHeading(n) {
			t := strings.TrimSpace(blanks.ReplaceAllString(headingText(n), " "))
			texts, called = append(texts, t), append(called, []string{t, attr(n, "id")})
		}
	})
	at := map[string]string{}
	each(root, func(n *html.Node) {
		name := ""
		switch {
		case n.Data == "ac:structured-macro" && attr(n, "ac:name") == "anchor", n.Data == "ac:macro" && attr(n, "ac:name") == "anchor":
			name = strings.TrimSpace(text(n))
		case hasClass(n, "confluence-anchor-link"):
			name = attr(n, "id")
		}
		if name != "" {
			at[squeeze(name)] = slug(name)
		}
	})
	for i, id := range page.HeadingIDs(texts) {
		for _, name := range called[i] {
			if key := squeeze(name); key != "" && at[key] == "" {
				at[key] = id
			}
		}
	}
	return at
}

func isHeading(n *html.Node) bool {
	return n.Type == html.ElementNode && len(n.Data) == 2 && n.Data[0] == 'h' && '1' <= n.Data[1] && n.Data[1] <= '6'
}

// headingText is the text of a heading, without what macros in it are told.
func headingText(n *html.Node) string {
	var b strings.Builder
	for c := n.FirstChild; c != nil; c = c.NextSibling {
		switch {
		case c.Type == html.TextNode:
			b.WriteString(c.Data)
		case c.Data == "ac:parameter" && (c.Parent == nil || attr(c, "ac:name") != "title" || attr(c.Parent, "ac:name") != "status"), c.Data == "ac:default-parameter":
		default:
			b.WriteString(cmp.Or(headingText(c), attr(c, "ac:emoji-fallback")))
		}
	}
	return b.String()
}

// squeeze is a name of a place as tools write it in links: without spaces, or with hyphens for them.
func squeeze(s string) string {
	return strings.ToLower(strings.Map(func(r rune) rune {
		if unicode.IsSpace(r) || r == '-' {
			return -1
		}
		return r
	}, s))
}

// flatten puts the children of elements that stand too deep beside them.
func flatten(n *html.Node, depth int) {
	for c := n.FirstChild; c != nil; {
		next := c.NextSibling
		if depth >= maxDepth && c.Type == html.ElementNode && c.FirstChild != nil {
			next = c.FirstChild
			unwrap(c)
		} else {
			flatten(c, depth+1)
		}
		c = next
	}
}

// unwrap puts an element's children in its place.
func unwrap(n *html.Node) {
	for c := n.FirstChild; c != nil; c = n.FirstChild {
		n.RemoveChild(c)
		n.Parent.InsertBefore(c, n)
	}
	n.Parent.RemoveChild(n)
}

// replace puts a new element with the children of from in the place of n.
func replace(n *html.Node, tag string, from *html.Node, attrs ...string) *html.Node {
	e := element(tag, attrs...)
	if from != nil {
		for c := from.FirstChild; c != nil; c = from.FirstChild {
			from.RemoveChild(c)
			e.AppendChild(c)
		}
	}
	n.Parent.InsertBefore(e, n)
	n.Parent.RemoveChild(n)
	return e
}

// element makes an element with attributes: name, value, name, value.
func element(tag string, attrs ...string) *html.Node {
	e := &html.Node{Type: html.ElementNode, Data: tag}
	for i := 0; i+1 < len(attrs); i += 2 {
		set(e, attrs[i], attrs[i+1])
	}
	return e
}

func textNode(s string) *html.Node { return &html.Node{Type: html.TextNode, Data: s} }

// code makes a block of code.
func code(language, title, source string) *html.Node {
	e := element("pre", "language", strings.Join(strings.Fields(language), "-"), "title", strings.Join(strings.Fields(title), " "))
	e.AppendChild(textNode(strings.Trim(strings.ReplaceAll(source, "\r\n", "\n"), "\r\n")))
	return e
}

// put puts a node in the place of another.
func put(in, out *html.Node) {
	out.Parent.InsertBefore(in, out)
	out.Parent.RemoveChild(out)
}

func attr(n *html.Node, name string) string {
	for _, a := range n.Attr {
		if a.Key == name {
			return a.Val
		}
	}
	return ""
}

func set(n *html.Node, name, value string) {
	for i := range n.Attr {
		if n.Attr[i].Key == name {
			n.Attr[i].Val = value
			return
		}
	}
	n.Attr = append(n.Attr, html.Attribute{Key: name, Val: value})
}

func hasClass(n *html.Node, class string) bool {
	for c := range strings.FieldsSeq(attr(n, "class")) {
		if c == class {
			return true
		}
	}
	return false
}

// text is all text in a tree.
func text(n *html.Node) string {
	var b strings.Builder
	each(n, func(n *html.Node) {
		switch {
		case n.Type == html.TextNode:
			b.WriteString(n.Data)
		case n.Data == "br" || n.Data == "p" || n.Data == "li" || n.Data == "tr":
			b.WriteString("\n")
		}
	})
	return strings.TrimSpace(b.String())
}

// each calls f for a node and all below it, in their order. f may take away or replace the node that it is given.
func each(n *html.Node, f func(*html.Node)) {
	stack := []*html.Node{n}
	for len(stack) > 0 {
		n := stack[len(stack)-1]
		stack = stack[:len(stack)-1]
		f(n)
		for c := n.LastChild; c != nil; c = c.PrevSibling {
			stack = append(stack, c)
		}
	}
}

// find is the first node for which f is true; nil for none.
func find(n *html.Node, f func(*html.Node) bool) (found *html.Node) {
	each(n, func(n *html.Node) {
		if found == nil && n.Type == html.ElementNode && f(n) {
			found = n
		}
	})
	return found
}

func byID(n *html.Node, id string) *html.Node {
	return find(n, func(n *html.Node) bool { return attr(n, "id") == id })
}

func byClass(n *html.Node, class string) *html.Node {
	return find(n, func(n *html.Node) bool { return hasClass(n, class) })
}

// all lists the nodes below one for which f is true, outer ones first.
func all(n *html.Node, f func(*html.Node) bool) (list []*html.Node) {
	each(n, func(n *html.Node) {
		if n.Type == html.ElementNode && f(n) {
			list = append(list, n)
		}
	})
	return list
}
