package bring

import (
	"bytes"
	"strings"

	"github.com/JohannesKaufmann/html-to-markdown/v2/converter"
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
	block   = "hb-block"   // name: a block of code that holds the text of what is not understood
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
		table.NewTablePlugin(table.WithNewlineBehavior(table.NewlineBehaviorPreserve), table.WithSpanCellBehavior(table.SpanBehaviorMirror), table.WithHeaderPromotion(true), table.WithCellPaddingBehavior(table.CellPaddingBehaviorMinimal)),
	))
	for tag, head := range map[string]func(*html.Node) string{
		callout: func(n *html.Node) string { return strings.TrimRight("> [!"+attr(n, "kind")+"] "+attr(n, "title"), " ") },
		folded:  func(n *html.Node) string { return "> [!NOTE]- " + attr(n, "title") },
	} {
		c.Register.RendererFor(tag, converter.TagTypeBlock, func(ctx converter.Context, w converter.Writer, n *html.Node) converter.RenderStatus {
			w.WriteString("\n\n" + head(n))
			for line := range strings.SplitSeq(strings.TrimSpace(children(ctx, n)), "\n") {
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
		w.WriteString(mark + strings.ReplaceAll(strings.TrimSpace(children(ctx, n)), "\n", "\n  "))
		return converter.RenderSuccess
	}, converter.PriorityEarly)
	return c
}

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
	cells(n)
	out, err := c.ConvertNode(n)
	if err != nil {
		return text(n)
	}
	return strings.TrimSpace(string(out))
}

// cells makes lines of the paragraphs in cells of tables, which hold no blocks in Markdown.
func cells(root *html.Node) {
	for _, cell := range all(root, func(n *html.Node) bool { return n.Data == "td" || n.Data == "th" }) {
		for c := cell.FirstChild; c != nil; {
			next := c.NextSibling
			if c.Data == "p" && c.Type == html.ElementNode {
				if c.PrevSibling != nil {
					cell.InsertBefore(element("br"), c)
				}
				unwrap(c)
			}
			c = next
		}
	}
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
func code(language, source string) *html.Node {
	pre, inner := element("pre"), element("code")
	if language != "" {
		set(inner, "class", "language-"+language)
	}
	inner.AppendChild(textNode(strings.Trim(source, "\r\n")))
	pre.AppendChild(inner)
	return pre
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
