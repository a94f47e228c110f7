package page

import (
	"bytes"
	"regexp"
	"strings"

	"github.com/yuin/goldmark-emoji/definition"
	"github.com/yuin/goldmark/ast"
	"github.com/yuin/goldmark/parser"
	gtext "github.com/yuin/goldmark/text"
	"github.com/yuin/goldmark/util"

	"handbook/builder/dialect"
)

// shortcodes reads GitHub's names of emoji: ":tada:". What is no such name stays as it is, and so does what is part of
// something longer: "10:100:20", "a:b:c".
type shortcodes struct{}

var kindShortcode = ast.NewNodeKind("Shortcode")

type shortcode struct {
	ast.BaseInline
	written []byte // as in the source
	shown   string
}

func (n *shortcode) Kind() ast.NodeKind            { return kindShortcode }
func (n *shortcode) Dump(source []byte, level int) { ast.DumpHelper(n, source, level, nil, nil) }

// shortcodeForm is a name of an emoji. GitBook escapes the marks in it.
var shortcodeForm = regexp.MustCompile(`^:((?:[a-z0-9_+-]|\\_){1,60}):`)

func (shortcodes) Trigger() []byte { return []byte{':'} }

func (shortcodes) Parse(parent ast.Node, block gtext.Reader, _ parser.Context) ast.Node {
	line, at := block.PeekLine()
	m := shortcodeForm.FindSubmatch(line)
	if m == nil || len(m[0]) < len(line) && util.IsAlphaNumeric(line[len(m[0])]) {
		return nil
	}
	if before, ok := parent.LastChild().(*ast.Text); ok && before.Segment.Stop == at.Start && before.Segment.Len() > 0 {
		if c := block.Source()[at.Start-1]; c == ':' || util.IsAlphaNumeric(c) {
			return nil
		}
	}
	name := strings.ReplaceAll(string(m[1]), `\`, "")
	emoji, ok := definition.Github().Get(name)
	if who, what, cut := strings.Cut(name, "_"); !ok && cut && (who == "man" || who == "woman") { // as Twemoji has them
		emoji, ok = definition.Github().Get(strings.TrimPrefix(what, "in_") + "_" + who)
	}
	if !ok || !emoji.IsUnicode() {
		return nil
	}
	block.Advance(len(m[0]))
	return &shortcode{written: m[0], shown: string(emoji.Unicode)}
}

// midway reads a bare address that no blank stands before, as in text without blanks and between quotes. goldmark asks
// at marks alone, so the address is found at its first one, and what was taken for text before that is taken back.
type midway struct{ parser.InlineParser }

func (midway) Trigger() []byte { return []byte{':', '.'} }

func (p midway) Parse(parent ast.Node, block gtext.Reader, pc parser.Context) ast.Node {
	line, at := block.PeekLine()
	before, ok := parent.LastChild().(*ast.Text)
	if !ok || before.Segment.Stop != at.Start || pc.IsInLinkLabel() {
		return nil
	}
	text := before.Segment.Value(block.Source())
	n := 0
	switch {
	case bytes.HasPrefix(line, []byte("://")):
		for _, scheme := range []string{"https", "http", "ftp"} {
			if bytes.HasSuffix(text, []byte(scheme)) {
				n = len(scheme)
				break
			}
		}
	case line[0] == '.' && bytes.HasSuffix(text, []byte("www")):
		n = len("www")
	}
	if n == 0 || templated(line) {
		return nil
	}
	address := block.Source()[at.Start-n : at.Stop]
	if len(text) > n {
		switch c := text[len(text)-n-1]; {
		case isWordByte(c), strings.IndexByte(`/@\&#=?%`, c) >= 0: // of a longer word or address
			return nil
		case c == '"' || c == '\'':
			if end := bytes.IndexByte(address, c); end > 0 {
				address = address[:end]
			}
		}
	}
	link, ok := p.InlineParser.Parse(ast.NewParagraph(), gtext.NewReader(address), pc).(*ast.AutoLink)
	if !ok {
		return nil
	}
	label := len(link.Label(address))
	if label <= n {
		return nil
	}
	start := at.Start - n
	if before.Segment.Stop -= n; before.Segment.Len() == 0 {
		parent.RemoveChild(parent, before)
	}
	found := ast.NewAutoLink(ast.AutoLinkURL, ast.NewTextSegment(gtext.NewSegment(start, start+label)))
	found.Protocol = link.Protocol
	found.SetPos(start)
	block.Advance(label - n)
	return found
}

func isWordByte(c byte) bool {
	return '0' <= c && c <= '9' || 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' || strings.IndexByte("+-._", c) >= 0
}

// sizeForm is a picture's size in pixels: "300", "300x200" or "x200".
var sizeForm = regexp.MustCompile(`^(\d{1,4})?(?:x(\d{1,4}))?$`)

// Sized parts what a picture is called from the size that may stand behind a bar: "The rota|300x200". With alone, the size
// may stand there by itself.
func Sized(label string, alone bool) (name, width, height string) {
	bar := strings.LastIndexByte(label, '|')
	m := sizeForm.FindStringSubmatch(strings.TrimSpace(label[bar+1:]))
	if m == nil || m[0] == "" || bar < 0 && !alone {
		return label, "", ""
	}
	return strings.TrimSpace(strings.TrimSuffix(label[:max(0, bar)], `\`)), m[1], m[2] // in a table the bar is escaped
}

// sizeOf is the width or height that a list of attributes gives a picture, in pixels.
func sizeOf(n *ast.Image, key string) string {
	value, _ := n.AttributeString(key)
	s, _ := value.(string)
	if m := sizeForm.FindStringSubmatch(strings.TrimSuffix(s, "px")); m != nil {
		return m[1]
	}
	return ""
}

// subpages tells of a paragraph that asks Azure DevOps for a list of the pages below, which the page of a folder has.
func (w *writer) subpages(p *ast.Paragraph) bool {
	if p.Lines().Len() != 1 {
		return false
	}
	line := p.Lines().At(0)
	if line = line.TrimRightSpace(w.src); !strings.EqualFold(string(line.Value(w.src)), "[[_TOSP_]]") {
		return false
	}
	w.notRead(dialect.Construct{What: "`[[_TOSP_]]`, a list of the pages below", At: line,
		Help: "take it out where the page is one of a folder, which shows that list; elsewhere write a view: a block named `handbook`"})
	return true
}

// isContents tells a paragraph that asks for a list of the page's headings, which each page has.
func isContents(p *ast.Paragraph, src []byte) bool {
	if p.Lines().Len() != 1 {
		return false
	}
	line := p.Lines().At(0)
	text := bytes.TrimSpace(line.Value(src))
	is := func(word string) bool { return len(text) == len(word) && strings.EqualFold(string(text), word) }
	switch {
	case is("[[_toc_]]"), is("[[toc]]"):
		return true
	case is("[toc]"):
		for n := p.FirstChild(); n != nil; n = n.NextSibling() {
			if n.Kind() != ast.KindText { // a link that is defined elsewhere
				return false
			}
		}
		return true
	}
	return false
}
