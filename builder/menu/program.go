package menu

import (
	"path"
	"regexp"
	"strings"
	"unicode/utf8"

	"go.yaml.in/yaml/v3"

	"handbook/builder/book"
	"handbook/builder/diag"
)

// program reads what a file of JavaScript or TypeScript writes out: objects, lists, words in quotes. It runs nothing: what would have
// to be worked out is no value, and is noted.
type program struct {
	text   string
	at     int
	count  int // up to where lines are counted, and characters in the last one
	line   int
	column int
	depth  int
	made   bool // a part of what was read would have to be worked out
}

// maxProgram is how long such a file may be.
const maxProgram = 1 << 20

// writtenOut is the value that a program assigns where a form ends, itself or by the name of a variable; nil for one that would have
// to be worked out.
func (r *reader) writtenOut(form *regexp.Regexp) *yaml.Node {
	text := string(r.file.Data)
	if len(text) > maxProgram {
		return nil
	}
	for range 3 { // names that stand for names
		at := form.FindStringIndex(text)
		if at == nil {
			return nil
		}
		p := &program{text: text, at: at[1], line: 1, column: 1}
		if n := p.value(); n != nil {
			if p.made {
				start, end := r.index().Line(n.Line)
				r.tell(diag.Place{File: r.file.Name, Start: start, End: end}, "a part of the navigation in this file is a program, which handbook does not run; the rest is read", programHelp)
			}
			return n
		}
		p.at = at[1]
		name := wordForm.FindString(p.near())
		if name == "" {
			return nil
		}
		form = regexp.MustCompile(`(?m)^\s*(?:export\s+)?(?:const|let|var)\s+` + regexp.QuoteMeta(name) + `\b[^=\n]*=\s*`)
	}
	return nil
}

var (
	wordForm    = regexp.MustCompile(`^[A-Za-z_$][\w$]*`)
	exportForm  = regexp.MustCompile(`(?m)^\s*(?:export\s+default|module\.exports\s*=)\s*`)
	sidebarForm = regexp.MustCompile(`\bsidebar\s*:\s*`)
	numberForm  = regexp.MustCompile(`^(?:-?[0-9][\w.]*|true|false|null|undefined)\b`)
	typeForm    = regexp.MustCompile(`^(?:as|satisfies)\s+[\w.<>\[\] ]+`)
)

// space goes over blanks and comments.
func (p *program) space() {
	for p.at < len(p.text) {
		rest := p.text[p.at:]
		switch {
		case strings.IndexByte(" \t\r\n", rest[0]) >= 0:
			p.at++
		case strings.HasPrefix(rest, "//"):
			p.at += len(rest)
			if i := strings.IndexByte(rest, '\n'); i >= 0 {
				p.at += i - len(rest)
			}
		case strings.HasPrefix(rest, "/*"):
			p.at += len(rest)
			if i := strings.Index(rest, "*/"); i >= 0 {
				p.at += i + 2 - len(rest)
			}
		default:
			return
		}
	}
}

// near is what stands there, as far as a word may reach.
func (p *program) near() string { return p.text[p.at:min(len(p.text), p.at+100)] }

func (p *program) peek() byte {
	if p.at < len(p.text) {
		return p.text[p.at]
	}
	return 0
}

func (p *program) node(kind yaml.Kind, value string) *yaml.Node {
	for ; p.count < p.at; p.count++ {
		if p.text[p.count] == '\n' {
			p.line, p.column = p.line+1, 1
		} else if utf8.RuneStart(p.text[p.count]) {
			p.column++
		}
	}
	return &yaml.Node{Kind: kind, Tag: "!!str", Value: value, Line: p.line, Column: p.column}
}

// value reads what stands there, and goes behind it; nil for what would have to be worked out.
func (p *program) value() *yaml.Node {
	if p.space(); p.depth > 2*maxDepth {
		return p.skip()
	}
	begin := p.at
	var n *yaml.Node
	switch c := p.peek(); c {
	case '{', '[':
		n = p.list(c)
	case '"', '\'', '`':
		n = p.node(yaml.ScalarNode, "")
		n.Style = yaml.DoubleQuotedStyle
		text, ok := p.quoted(c)
		if n.Value = text; !ok {
			n = nil
		}
	default:
		if word := numberForm.FindString(p.near()); word != "" {
			n = p.node(yaml.ScalarNode, word)
			p.at += len(word)
		}
	}
	p.space()
	p.at += len(typeForm.FindString(p.near()))
	p.space()
	if n != nil && strings.IndexByte(",;]})", p.peek()) < 0 && p.at < len(p.text) && !p.alone() {
		n = nil // it goes on: 'a' + b
	}
	if n == nil {
		p.at = begin
		return p.skip()
	}
	return n
}

// alone reports whether what was read at the top ends its line, as an export without a semicolon does.
func (p *program) alone() bool {
	return p.depth == 0 && strings.LastIndexByte(p.text[:p.at], '\n') >= strings.LastIndexAny(p.text[:p.at], "]}")
}

// list reads an object or a list.
func (p *program) list(open byte) *yaml.Node {
	n := p.node(yaml.SequenceNode, "")
	n.Tag = "!!seq"
	close := byte(']')
	if open == '{' {
		n.Kind, n.Tag, close = yaml.MappingNode, "!!map", '}'
	}
	p.depth++
	defer func() { p.depth-- }()
	for p.at++; ; {
		p.space()
		switch c := p.peek(); {
		case c == close:
			p.at++
			return n
		case c == ',':
			p.at++
			continue
		case c == 0 || strings.IndexByte(")]}", c) >= 0:
			return nil
		case strings.HasPrefix(p.text[p.at:], "..."):
			p.made = true
			p.skip()
			continue
		}
		var key *yaml.Node
		if open == '{' {
			if key = p.key(); key == nil {
				p.skip()
				continue
			}
		}
		v := p.value()
		switch {
		case v == nil:
			p.made = p.made || key == nil || key.Value == "items"
		case key != nil:
			n.Content = append(n.Content, key, v)
		default:
			n.Content = append(n.Content, v)
		}
	}
}

// key reads a key and the colon behind it; nil for what is no such thing.
func (p *program) key() *yaml.Node {
	n := p.node(yaml.ScalarNode, "")
	if c := p.peek(); c == '"' || c == '\'' {
		n.Style = yaml.DoubleQuotedStyle
		n.Value, _ = p.quoted(c)
	} else {
		n.Value = wordForm.FindString(p.near())
		p.at += len(n.Value)
	}
	if p.space(); p.peek() != ':' || n.Value == "" && n.Style == 0 {
		return nil
	}
	p.at++
	return n
}

// quoted reads a text in quotes. It reports false for a template with values in it.
func (p *program) quoted(quote byte) (string, bool) {
	var b strings.Builder
	for p.at++; p.at < len(p.text); p.at++ {
		switch c := p.text[p.at]; {
		case c == quote:
			p.at++
			return b.String(), quote != '`' || !strings.Contains(b.String(), "${")
		case c == '\\' && p.at+1 < len(p.text):
			p.at++
			b.WriteByte(p.text[p.at])
		case c == '\n' && quote != '`':
			return "", false
		default:
			b.WriteByte(c)
		}
	}
	return "", false
}

// skip goes over an expression, to the comma or bracket that ends it.
func (p *program) skip() *yaml.Node {
	for depth := 0; p.at < len(p.text); {
		p.space()
		switch c := p.peek(); {
		case c == 0:
			return nil
		case c == '"' || c == '\'' || c == '`':
			before := p.at
			if _, ok := p.quoted(c); !ok && c != '`' {
				p.at = before + 1 // an apostrophe
			}
			continue
		case strings.IndexByte("([{", c) >= 0:
			depth++
		case strings.IndexByte(")]}", c) >= 0:
			if depth--; depth < 0 {
				return nil
			}
		case (c == ',' || c == ';') && depth == 0:
			return nil
		}
		p.at++
	}
	return nil
}

const programHelp = "give pages a `weight`, or write the order down as data: in _meta.json, .pages or sidebars.json"

// sidebarOf reads the sidebar in the configuration of VitePress, Rspress and Starlight.
func (r *reader) sidebarOf() {
	n := r.writtenOut(sidebarForm)
	if n == nil {
		r.program()
		return
	}
	docs := r.mount
	if i := strings.Index("/"+r.file.Path, "/.vitepress/"); i >= 0 {
		docs = strings.Trim(r.file.Path[:i], "/")
		if _, ok := r.below(docs); !ok {
			docs = r.mount
		}
	}
	r.add(book.MenuList{Folder: r.folder(docs), Entries: r.links(n, docs, "", 0)})
}

// links reads a list of items, one item, or lists by the addresses of the pages that show them.
func (r *reader) links(n *yaml.Node, docs, base string, depth int) (all []book.MenuEntry) {
	switch {
	case depth > maxDepth || !r.more():
	case n.Kind == yaml.SequenceNode:
		for _, item := range n.Content {
			all = append(all, r.links(item, docs, base, depth+1)...)
		}
	case n.Kind == yaml.ScalarNode:
		e := book.MenuEntry{At: r.at(n)}
		if r.leads(&e, published(base+value(n)), docs) {
			all = append(all, e)
		}
	case child(n, "text") != nil || child(n, "label") != nil || child(n, "items") != nil || child(n, "slug") != nil || child(n, "autogenerate") != nil:
		e := book.MenuEntry{Label: word(n, "text") + word(n, "label"), At: r.at(n)}
		if own := word(n, "base"); own != "" {
			base = own
		}
		to := word(n, "link") + word(n, "slug")
		for _, key := range []string{"slug", "link"} {
			if at := child(n, key); at != nil {
				e.At = r.at(at)
			}
		}
		if dir := word(child(n, "autogenerate"), "directory"); dir != "" {
			to = dir
		} else if to != "" && base != "" && !strings.Contains(to, "://") {
			to = path.Join(base, to)
		}
		led := to != "" && r.leads(&e, published(to), docs)
		if items := child(n, "items"); items != nil {
			e.Children = r.links(items, docs, base, depth+1)
		}
		if e.Label == "" && !led { // { base, items } of one address
			return e.Children
		}
		if led || len(e.Children) > 0 {
			all = append(all, e)
		}
	case n.Kind == yaml.MappingNode:
		for i := 1; i < len(n.Content); i += 2 {
			all = append(all, r.links(n.Content[i], docs, "", depth+1)...)
		}
	}
	return all
}

// published is the path of the file that is published at an address, without its ending.
func published(address string) string {
	if strings.Contains(address, "://") {
		return address
	}
	for _, end := range []string{".html", ".mdx", ".md"} {
		address = strings.TrimSuffix(address, end)
	}
	return "./" + strings.TrimLeft(address, "/")
}
