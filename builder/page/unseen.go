package page

import (
	"bytes"
	"regexp"
	"slices"

	"github.com/yuin/goldmark/ast"
	east "github.com/yuin/goldmark/extension/ast"
	"github.com/yuin/goldmark/util"
	"golang.org/x/net/html"

	"handbook/builder/diag"
)

// Without parses a file as if those values of its frontmatter had never been written that are gone: an entry of a list is no
// entry, a key inside a table no key. A key of the page itself is set to nothing, so that nothing is inherited in its place.
func (p *Parser) Without(name, path string, data []byte, gone func(diag.Place) bool) *Page {
	var msgs diag.List
	return p.parse(name, path, data, &msgs, func(t *text, base int, pairs []pair) []pair {
		return without(pairs, 0, func(v value) bool { return gone(t.place(base+v.start, base+v.end)) })
	}, nil)
}

func without(pairs []pair, depth int, gone func(value) bool) []pair {
	var left []pair
	for _, p := range pairs {
		switch {
		case p.value.kind != kindNull && gone(p.value):
			if depth > 0 {
				continue
			}
			p.value = value{kind: kindText, start: p.value.start, end: p.value.end}
		default:
			p.value = p.value.without(depth, gone)
		}
		left = append(left, p)
	}
	return left
}

func (v value) without(depth int, gone func(value) bool) value {
	switch v.kind {
	case kindTable:
		v.pairs = without(v.pairs, depth+1, gone)
	case kindList:
		var left []value
		for _, item := range v.items {
			if !gone(item) {
				left = append(left, item.without(depth+1, gone))
			}
		}
		v.items = left
	}
	return v
}

// Unseen lists what stands in the text of a file and is on no page: comments, elements and attributes that are not let through,
// definitions of links and footnotes that nothing uses, and what other generators hide.
func (p *Parser) Unseen(name, path string, data []byte) []diag.Place {
	if !isMDX(path) && !bytes.ContainsAny(data, "<{%^") && !bytes.Contains(data, []byte("]:")) {
		return nil
	}
	var msgs diag.List
	u := &unseen{}
	page := p.parse(name, path, data, &msgs, nil, u)
	for i := range u.places {
		u.places[i].Start = max(u.places[i].Start, page.TextAt)
	}
	return slices.DeleteFunc(u.places, func(at diag.Place) bool { return at.Start >= at.End })
}

// unseen gathers what is on no page. Most parsing asks for it nowhere.
type unseen struct{ places []diag.Place }

func (w *writer) hide(start, end int) {
	if w.unseen != nil {
		w.unseen.places = append(w.unseen.places, w.text.place(w.base+start, w.base+end))
	}
}

// hideUnused hides definitions that nothing uses, once all else is written.
func (w *writer) hideUnused(doc ast.Node) {
	if w.unseen == nil {
		return
	}
	for _, at := range w.tags.Unspoken() {
		w.hide(at.Start, at.Stop)
	}
	used := map[string]bool{}
	use := func(r *ast.ReferenceLink) {
		if r != nil {
			used[util.ToLinkReference(r.Value)] = true
		}
	}
	var defined []*ast.LinkReferenceDefinition
	_ = ast.Walk(doc, func(n ast.Node, entering bool) (ast.WalkStatus, error) {
		if !entering {
			return ast.WalkContinue, nil
		}
		switch n := n.(type) {
		case *ast.Link:
			use(n.Reference)
		case *ast.Image:
			use(n.Reference)
		case *ast.LinkReferenceDefinition:
			defined = append(defined, n)
		case *east.Footnote:
			if _, shown := w.footNumber[n]; !shown {
				start, end := extent(n)
				if end > start {
					w.hide(bytes.LastIndexByte(w.src[:start], '\n')+1, end)
				}
			}
		}
		return ast.WalkContinue, nil
	}) // which cannot fail
	for _, d := range defined {
		label := util.ToLinkReference(d.Label)
		if !used[label] && d.Pos() >= 0 {
			at := bytes.LastIndexByte(w.src[:d.Pos()], '\n') + 1
			end := d.Pos()
			for _, part := range [][]byte{d.Label, d.Destination, d.Title} {
				if i := bytes.Index(w.src[end:], part); i >= 0 {
					end += i + len(part)
				}
			}
			w.hide(at, min(len(w.src), end+lineLen(w.src[end:])))
		}
		used[label] = false // of two the first counts
	}
}

// extent is from where to where the lines of a block and of those in it stand.
func extent(n ast.Node) (start, end int) {
	start = 1 << 62
	_ = ast.Walk(n, func(n ast.Node, entering bool) (ast.WalkStatus, error) {
		if entering && n.Type() == ast.TypeBlock {
			for i := range n.Lines().Len() {
				s := n.Lines().At(i)
				start, end = min(start, s.Start), max(end, s.Stop)
			}
		}
		return ast.WalkContinue, nil
	})
	return start, end
}

// hideAttributes hides the attributes of a tag that are not let through.
func (w *writer) hideAttributes(token html.Token, raw []byte, kept openingTag, at tagPlace) {
	if w.unseen == nil {
		return
	}
	for _, a := range token.Attr {
		shown := slices.ContainsFunc(kept.rest.Attr, func(k html.Attribute) bool { return k.Key == a.Key }) ||
			slices.Contains([]string{"id", "href", "src", "poster"}, a.Key) || a.Key == "name" && kept.id == a.Val
		if shown {
			continue
		}
		form := regexp.MustCompile(`(?is)[\s/"']` + regexp.QuoteMeta(a.Key) + `(?:\s*=\s*(?:"[^"]*"|'[^']*'|[^\s"'>]+))?`)
		if m := form.FindIndex(raw); m != nil {
			w.hide(at.start+m[0]+1, at.start+m[1])
		}
	}
}
